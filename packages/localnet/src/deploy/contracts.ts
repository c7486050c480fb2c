/** Publishes and initialises the contracts, on the emulator and on a Sui network alike. */
import type { Signer } from '@mysten/sui/cryptography';
import type { Transaction } from '@mysten/sui/transactions';
import {
  createExchange,
  createExecutor,
  createRpc,
  fundExchange,
  walCoin,
  type ExecuteParameters,
} from '@walrus-ts/chain';
import { linkPackage, loadCompiledPackage, type PackageIds } from '@walrus-ts/contracts';
import { isWalrusError, normalizeAddress, type Address } from '@walrus-ts/core';
import { LocalnetError } from '../errors.js';
import {
  memoryJournalStore,
  openJournal,
  type DeployJournal,
  type JournalParameters,
  type JournalStore,
  type StepResult,
} from './journal.js';

/** Everything that deployment leaves on chain. */
export interface Deployment {
  readonly walPackage: Address;
  readonly walrusPackage: Address;
  readonly walType: string;
  readonly systemObject: Address;
  readonly stakingObject: Address;
  readonly treasuryObject: Address;
  readonly upgradeManagerObject: Address;
  readonly slashingManagerObject: Address;
  /** Owned by the deployer. */
  readonly emergencyUpgradeCap: Address;
  /** Where SUI can be exchanged for WAL; empty if none was asked for. */
  readonly exchangeObjects: readonly Address[];
  readonly exchangePackage?: Address;
  /** Subsidies of storage nodes. */
  readonly walrusSubsidiesObject?: Address;
  readonly walrusSubsidiesPackage?: Address;
  /** Subsidies of buyers. */
  readonly creditsObject?: Address;
  readonly creditsPackage?: Address;
}

/** Subsidies of storage nodes. */
export interface SubsidiesParameters {
  /** Basis points of what users pay. */
  readonly systemSubsidyRate: number;
  /** FROST per node and epoch. */
  readonly baseSubsidy: bigint;
  /** FROST per shard and epoch. */
  readonly subsidyPerShard: bigint;
  /** FROST put into the pot. */
  readonly funds: bigint;
}

/** What to deploy. */
export interface DeployParameters {
  readonly rpcUrl: string;
  /** Owner of SUI; gets all WAL. */
  readonly deployer: Signer;
  readonly nShards: number;
  readonly epochDurationMs: number;
  /** Time from initialisation to the first epoch. @default 0 */
  readonly epochZeroDurationMs?: number | undefined;
  readonly maxEpochsAhead: number;
  /** Also an exchange of SUI and WAL, one to one, for test networks. */
  readonly exchange?: { readonly wal: bigint } | undefined;
  readonly subsidies?: SubsidiesParameters | undefined;
  /** Also the older subsidies for buyers, empty. */
  readonly withCredits?: boolean | undefined;
  /** MIST per transaction; estimated if absent. */
  readonly gasBudget?: bigint | undefined;
  /** Keeps what was done, to continue an interrupted deployment. @default in memory */
  readonly journal?: JournalStore | undefined;
  /** Told the name of each step before it is done. */
  readonly onStep?: ((step: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A step of the journal with its transaction. */
export type DeployStep = (
  name: string,
  parameters: Pick<ExecuteParameters, 'build'> & { readonly signer?: Signer },
) => Promise<StepResult>;

const UPGRADE_CAP = '::package::UpgradeCap';
/** What the chain says in place of a type. */
const PACKAGE_TYPE = 'package';

function journalParameters(parameters: DeployParameters): JournalParameters {
  const { nShards, epochDurationMs, epochZeroDurationMs = 0, maxEpochsAhead } = parameters;
  const { exchange, subsidies, withCredits = false } = parameters;
  return {
    nShards,
    epochDurationMs,
    epochZeroDurationMs,
    maxEpochsAhead,
    ...(exchange === undefined ? {} : { exchangeWal: exchange.wal.toString() }),
    ...(subsidies === undefined
      ? {}
      : {
          systemSubsidyRate: subsidies.systemSubsidyRate,
          baseSubsidy: subsidies.baseSubsidy.toString(),
          subsidyPerShard: subsidies.subsidyPerShard.toString(),
          subsidyFunds: subsidies.funds.toString(),
        }),
    ...(withCredits ? { withCredits } : {}),
  };
}

/**
 * Opens the journal of a deployment.
 *
 * @returns the journal, and how its steps are done
 * @throws LOCALNET_WRONG_CHAIN, LOCALNET_SETTINGS_CHANGED, LOCALNET_NO_NETWORK, LOCALNET_NO_FUNDS, errors of the chain
 */
export async function openDeployment(
  parameters: DeployParameters,
): Promise<{ readonly journal: DeployJournal; readonly step: DeployStep }> {
  const { rpcUrl, deployer, gasBudget, onStep, signal } = parameters;
  const none = normalizeAddress('0x0');
  const rpc = createRpc(rpcUrl);
  const executor = createExecutor(rpc, () => Promise.resolve(none));
  const owner = deployer.toSuiAddress();
  const { chainIdentifier } = await rpc.call(
    (callSignal) => rpc.sui.core.getChainIdentifier({ signal: callSignal }),
    { signal },
  );
  const journal = await openJournal(parameters.journal ?? memoryJournalStore(), {
    rpcUrl,
    chainId: chainIdentifier,
    deployer: owner,
    parameters: journalParameters(parameters),
  });
  const step: DeployStep = async (name, { build, signer = deployer }) => {
    signal?.throwIfAborted();
    onStep?.(name);
    try {
      return await journal.step(name, executor, { signer, build, gasBudget });
    } catch (error) {
      if (!isWalrusError(error, 'CHAIN_INSUFFICIENT_FUNDS')) throw error;
      throw new LocalnetError(
        'LOCALNET_NO_FUNDS',
        `${signer.toSuiAddress()} has too few coins for the step '${name}': ${error.message}`,
        { cause: error, hint: 'send SUI to this address and run the command again: it continues' },
      );
    }
  };
  return { journal, step };
}

/**
 * Returns the object of a type that a step created.
 *
 * @throws LOCALNET_DEPLOY_FAILED if it created none
 */
export function createdBy(result: StepResult, suffix: string): Address {
  const object = result.created.find(({ type }) => type.endsWith(suffix));
  if (object === undefined) {
    throw new LocalnetError(
      'LOCALNET_DEPLOY_FAILED',
      `transaction ${result.digest} created no ${suffix}`,
    );
  }
  return normalizeAddress(object.objectId);
}

/** Adds the command that publishes a package; the deployer keeps its upgrade capability. */
export function publishPackage(
  tx: Transaction,
  owner: string,
  { modules, dependencies }: Pick<ReturnType<typeof linkPackage>, 'modules' | 'dependencies'>,
): void {
  const capability = tx.publish({
    modules: modules.map(({ bytes }) => [...bytes]),
    dependencies: [...dependencies],
  });
  tx.transferObjects([capability], owner);
}

/**
 * Publishes and initialises the contracts. With a journal on disk an interrupted deployment is continued, and a finished one
 * changes nothing.
 *
 * @throws LOCALNET_DEPLOY_FAILED, those of `openDeployment`
 * @see spec contracts.md §13.1, steps 1 to 5
 */
export async function deployContracts(parameters: DeployParameters): Promise<Deployment> {
  const { deployer } = parameters;
  const { journal, step } = await openDeployment(parameters);
  const owner = deployer.toSuiAddress();
  const ids: Record<string, PackageIds> = {};

  const publish = async (name: string): Promise<StepResult> => {
    const linked = linkPackage(await loadCompiledPackage(name), ids);
    const result = await step(`publish ${name}`, {
      build: (tx) => publishPackage(tx, owner, linked),
    });
    const id = publishedBy(result);
    ids[name] = { originalId: id, storageId: id };
    return result;
  };

  const walResult = await publish('wal');
  const walPackage = idOf(ids, 'wal');
  const walType = `${walPackage}::wal::WAL`;
  const walrusResult = await publish('walrus');
  const walrusPackage = idOf(ids, 'walrus');

  const initResult = await step('initialise', {
    build: (tx) => {
      const emergencyCapability = tx.moveCall({
        target: `${walrusPackage}::init::initialize_walrus`,
        arguments: [
          tx.object(createdBy(walrusResult, '::init::InitCap')),
          tx.object(createdBy(walrusResult, UPGRADE_CAP)),
          tx.pure.u64(parameters.epochZeroDurationMs ?? 0),
          tx.pure.u64(parameters.epochDurationMs),
          tx.pure.u16(parameters.nShards),
          tx.pure.u32(parameters.maxEpochsAhead),
          tx.object.clock(),
        ],
      });
      tx.transferObjects([emergencyCapability], owner);
    },
  });
  const systemObject = createdBy(initResult, '::system::System');
  const stakingObject = createdBy(initResult, '::staking::Staking');

  let extras: Partial<Deployment> = {};
  const { exchange, subsidies, withCredits } = parameters;
  if (exchange !== undefined) {
    await publish('wal_exchange');
    const packageId = idOf(ids, 'wal_exchange');
    const result = await step('create exchange', {
      build: (tx) => {
        tx.transferObjects([createExchange(tx, { packageId })], owner);
      },
    });
    const exchangeObject = createdBy(result, '::wal_exchange::Exchange');
    await step('fund exchange', {
      build: (tx) =>
        fundExchange(tx, { packageId, exchangeObject, walType }, { wal: exchange.wal }),
    });
    extras = { ...extras, exchangePackage: packageId, exchangeObjects: [exchangeObject] };
  }
  if (subsidies !== undefined) {
    await publish('walrus_subsidies');
    const packageId = idOf(ids, 'walrus_subsidies');
    const result = await step('create subsidies', {
      build: (tx) => {
        const capability = tx.moveCall({
          target: `${packageId}::walrus_subsidies::new`,
          arguments: [
            tx.object(systemObject),
            tx.object(stakingObject),
            tx.pure.u32(subsidies.systemSubsidyRate),
            tx.pure.u64(subsidies.baseSubsidy),
            tx.pure.u64(subsidies.subsidyPerShard),
          ],
        });
        tx.transferObjects([capability], owner);
      },
    });
    const walrusSubsidiesObject = createdBy(result, '::walrus_subsidies::WalrusSubsidies');
    if (subsidies.funds > 0n) {
      await step('fund subsidies', {
        build: (tx) => {
          tx.moveCall({
            target: `${packageId}::walrus_subsidies::add_coin`,
            arguments: [
              tx.object(walrusSubsidiesObject),
              walCoin(tx, { walType }, subsidies.funds),
            ],
          });
        },
      });
    }
    extras = { ...extras, walrusSubsidiesPackage: packageId, walrusSubsidiesObject };
  }
  if (withCredits === true) {
    await publish('subsidies');
    const packageId = idOf(ids, 'subsidies');
    const result = await step('create credits', {
      build: (tx) => {
        const capability = tx.moveCall({
          target: `${packageId}::subsidies::new`,
          arguments: [tx.pure.id(packageId)],
        });
        tx.transferObjects([capability], owner);
      },
    });
    const creditsObject = createdBy(result, '::subsidies::Subsidies');
    extras = { ...extras, creditsPackage: packageId, creditsObject };
  }
  const deployment: Deployment = {
    walPackage,
    walrusPackage,
    walType,
    systemObject,
    stakingObject,
    treasuryObject: createdBy(walResult, '::wal::ProtectedTreasury'),
    upgradeManagerObject: createdBy(initResult, '::upgrade::UpgradeManager'),
    slashingManagerObject: createdBy(initResult, '::slashing::SlashingManager'),
    emergencyUpgradeCap: createdBy(initResult, '::upgrade::EmergencyUpgradeCap'),
    exchangeObjects: [],
    ...extras,
  };
  await journal.finish({ ...deployment });
  return deployment;
}

function idOf(ids: Readonly<Record<string, PackageIds>>, name: string): Address {
  const known = ids[name];
  if (known === undefined) {
    throw new LocalnetError('LOCALNET_DEPLOY_FAILED', `${name} was not published`);
  }
  return known.storageId;
}

/**
 * Returns the ID of the package that a step published.
 *
 * @throws LOCALNET_DEPLOY_FAILED if it published none
 */
export function publishedBy(result: StepResult): Address {
  const published = result.created.find(({ type }) => type === PACKAGE_TYPE);
  if (published === undefined) {
    throw new LocalnetError(
      'LOCALNET_DEPLOY_FAILED',
      `transaction ${result.digest} published no package`,
    );
  }
  return normalizeAddress(published.objectId);
}
