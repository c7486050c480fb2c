/** Publishes and initialises the real contracts on a {@link LedgerWorld}. */

import { linkPackage, loadCompiledPackage, type CompiledPackage } from '@walrus-ts/contracts';
import { normalizeAddress, type Address } from '@walrus-ts/core';
import type { TransactionRecord } from '@walrus-ts/emulator/ledger';
import type { LedgerWorld } from './ledger-world.js';

/** Constants of a network, fixed at deployment. */
export interface NetworkConstants {
  readonly nShards: number;
  readonly maxEpochsAhead: number;
  readonly epochDurationMs: number;
}

/** First parameters of the subsidies. */
export interface SubsidyParameters {
  /** Basis points on what enters the ring. */
  readonly rate: number;
  /** FROST per node and epoch. */
  readonly base: bigint;
  /** FROST per shard and epoch. */
  readonly perShard: bigint;
}

/** IDs of all that deployment makes. */
export interface DeployedContracts {
  readonly walrus: Address;
  readonly subsidiesPackage: Address;
  readonly walType: string;
  readonly system: string;
  readonly staking: string;
  readonly treasury: string;
  readonly slashing: string;
  readonly subsidies: string;
  readonly subsidiesAdmin: string;
  /** The coin with the whole supply; everything is paid from it. */
  readonly bank: string;
}

/** Compiled packages to use instead of those of the build. */
export type PackageOverrides = Partial<
  Record<'wal' | 'walrus' | 'walrus_subsidies', CompiledPackage>
>;

/**
 * Finds the one object of a type that a transaction made.
 *
 * @param suffix - end of the type, `::system::System`
 */
export function createdOf(record: TransactionRecord, suffix: string): string {
  for (const { objectId, idOperation, output } of record.effects.changedObjects) {
    if (idOperation !== 'created' || output?.kind !== 'object') continue;
    if (record.objectTypes.get(objectId)?.endsWith(suffix) === true) return objectId;
  }
  throw new Error(`transaction ${record.digest} made no ${suffix}`);
}

async function publish(
  world: LedgerWorld,
  compiled: CompiledPackage,
  ids: Readonly<Record<string, Address>>,
): Promise<{ readonly record: TransactionRecord; readonly id: Address }> {
  const linked = linkPackage(
    compiled,
    Object.fromEntries(
      Object.entries(ids).map(([name, id]) => [name, { originalId: id, storageId: id }]),
    ),
  );
  const program = world.program();
  const capability = program.command({
    kind: 'publish',
    modules: linked.modules.map(({ bytes }) => bytes),
    dependencies: linked.dependencies,
  });
  program.transfer(capability, world.sender);
  const record = await world.must(program);
  const change = record.effects.changedObjects.find(({ output }) => output?.kind === 'package');
  if (change === undefined) throw new Error(`${compiled.name} was not published`);
  return { record, id: normalizeAddress(change.objectId) };
}

/**
 * Publishes `wal`, `walrus` and `walrus_subsidies`, initialises them, and leaves the network in epoch 0.
 *
 * @see spec contracts.md 13.1
 */
export async function deployContracts(
  world: LedgerWorld,
  constants: NetworkConstants,
  subsidies: SubsidyParameters,
  overrides: PackageOverrides = {},
): Promise<DeployedContracts> {
  const compiled = async (name: keyof PackageOverrides): Promise<CompiledPackage> =>
    overrides[name] ?? loadCompiledPackage(name);
  const wal = await publish(world, await compiled('wal'), {});
  const walType = `${wal.id}::wal::WAL`;
  const walrus = await publish(world, await compiled('walrus'), { wal: wal.id });

  const init = world.program();
  const emergency = init.call(`${walrus.id}::init::initialize_walrus`, [
    init.object(createdOf(walrus.record, '::init::InitCap')),
    init.object(createdOf(walrus.record, '::package::UpgradeCap')),
    init.u64(0n),
    init.u64(BigInt(constants.epochDurationMs)),
    init.u16(constants.nShards),
    init.u32(constants.maxEpochsAhead),
    init.object(CLOCK),
  ]);
  init.transfer(emergency, world.sender);
  const initialised = await world.must(init);
  const system = createdOf(initialised, '::system::System');
  const staking = createdOf(initialised, '::staking::Staking');

  const funding = await publish(world, await compiled('walrus_subsidies'), {
    wal: wal.id,
    walrus: walrus.id,
  });
  const create = world.program();
  const admin = create.call(`${funding.id}::walrus_subsidies::new`, [
    create.object(system),
    create.object(staking),
    create.u32(subsidies.rate),
    create.u64(subsidies.base),
    create.u64(subsidies.perShard),
  ]);
  create.transfer(admin, world.sender);
  const created = await world.must(create);
  return {
    walrus: walrus.id,
    subsidiesPackage: funding.id,
    walType,
    system,
    staking,
    treasury: createdOf(wal.record, '::wal::ProtectedTreasury'),
    slashing: createdOf(initialised, '::slashing::SlashingManager'),
    subsidies: createdOf(created, '::walrus_subsidies::WalrusSubsidies'),
    subsidiesAdmin: createdOf(created, '::walrus_subsidies::AdminCap'),
    bank: createdOf(wal.record, `::coin::Coin<${walType}>`),
  };
}

/** ID of the shared clock. */
export const CLOCK = `0x${'6'.padStart(64, '0')}`;
