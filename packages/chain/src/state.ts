import type { InferBcsType } from '@mysten/bcs';
import { WalrusError, normalizeAddress, type Address } from '@walrus-ts/core';
import type { Authorized as AuthorizedLayout } from './generated/walrus/auth.js';
import { ActiveSet } from './generated/walrus/active-set.js';
import { Key as ExtendedFieldKey } from './generated/walrus/extended-field.js';
import { Staking } from './generated/walrus/staking.js';
import { StakingInnerV1 } from './generated/walrus/staking-inner.js';
import { StakingPool } from './generated/walrus/staking-pool.js';
import { System } from './generated/walrus/system.js';
import { SystemStateInnerV1 } from './generated/walrus/system-state-inner.js';
import type { ListOptions } from './paging.js';
import { versionedState, type CallOptions, type Rpc } from './rpc.js';
import type { Authorized } from './transactions/governance.js';
import { OBJECTS_PER_REQUEST, listChildren } from './views.js';

/** One member of the committee as the certificate check sees it. */
export interface CommitteeMember {
  /** Object ID of the node's staking pool. */
  readonly nodeId: Address;
  readonly name: string;
  /** `host:port`. */
  readonly networkAddress: string;
  /** BLS key, uncompressed G1 of 96 bytes, as held on chain. */
  readonly publicKey: Uint8Array;
  /** P-256 key for TLS, 33 bytes. */
  readonly networkPublicKey: Uint8Array;
  /** Shard indices. */
  readonly shards: readonly number[];
}

/** A committee: members in on-chain order, which is the order of the signer bitmap. */
export interface Committee {
  readonly epoch: number;
  readonly nShards: number;
  readonly members: readonly CommitteeMember[];
}

/** State of the storage side. */
export interface SystemState {
  /** Package to call. */
  readonly packageId: Address;
  /** Package that defines the types. */
  readonly originalPackageId: Address;
  /** Package of an upgrade that has not been migrated to. */
  readonly newPackageId: Address | undefined;
  readonly epoch: number;
  readonly nShards: number;
  /** Bytes that may be reserved per epoch. */
  readonly totalCapacity: bigint;
  /** Bytes reserved in the current epoch. */
  readonly usedCapacity: bigint;
  /** FROST per unit of storage and epoch. */
  readonly storagePrice: bigint;
  /** FROST per unit of storage, once, at registration. */
  readonly writePrice: bigint;
  /** Epochs that can be bought at most. */
  readonly maxEpochsAhead: number;
  /** The coming epochs, from the current one on: bytes bought, and FROST that its nodes will share. */
  readonly accounting: readonly {
    readonly epoch: number;
    readonly usedCapacity: bigint;
    readonly rewards: bigint;
  }[];
}

/** Where the chain is within an epoch. */
export type EpochState =
  | { readonly kind: 'sync'; readonly weight: number }
  | { readonly kind: 'done'; readonly startMs: bigint }
  | { readonly kind: 'parametersSelected'; readonly startMs: bigint };

/** State of the staking side. */
export interface StakingState {
  readonly epoch: number;
  readonly nShards: number;
  readonly epochDurationMs: bigint;
  readonly firstEpochStartMs: bigint;
  readonly epochState: EpochState;
  /** Shards by node, in on-chain order. */
  readonly committee: ReadonlyMap<Address, readonly number[]>;
  readonly previousCommittee: ReadonlyMap<Address, readonly number[]>;
  readonly nextCommittee: ReadonlyMap<Address, readonly number[]> | undefined;
}

/** A node's pool on chain. */
export interface NodePool {
  readonly nodeId: Address;
  readonly name: string;
  readonly networkAddress: string;
  readonly publicKey: Uint8Array;
  readonly nextEpochPublicKey: Uint8Array | undefined;
  readonly networkPublicKey: Uint8Array;
  /** Stake that earns, FROST. */
  readonly stake: bigint;
  readonly votes: {
    readonly storagePrice: bigint;
    readonly writePrice: bigint;
    readonly nodeCapacity: bigint;
  };
  /** Epoch from which on stake can earn. */
  readonly activationEpoch: number;
  /** Epoch that the pool was last advanced to. */
  readonly latestEpoch: number;
  /** Part of the rewards that the node keeps, basis points. */
  readonly commissionRate: number;
  /** Commission that can be collected, FROST. */
  readonly commission: bigint;
  /** Rewards of all who staked, FROST. */
  readonly rewards: bigint;
  /** Who may collect the commission. */
  readonly commissionReceiver: Authorized;
  /** Who votes in matters of governance. */
  readonly governanceAuthorized: Authorized;
}

/** Address part of a Move type such as `0x…::system::System`. */
function typeAddress(type: string, expected: string, objectId: Address): Address {
  const [packageId, ...path] = type.split('::');
  if (packageId === undefined || path.join('::') !== expected) {
    throw new WalrusError(
      'CHAIN_WRONG_OBJECT',
      `object ${objectId} is a ${type}, not a ${expected}`,
      {
        hint: 'check system_object and staking_object in the client configuration',
      },
    );
  }
  return normalizeAddress(packageId);
}

async function versioned(
  rpc: Rpc,
  objectId: Address,
  layout: typeof System | typeof Staking,
  options?: CallOptions,
) {
  const [object] = await rpc.objects([objectId], options);
  if (object === undefined)
    throw new WalrusError('CHAIN_NOT_FOUND', `no object ${objectId} on this chain`);
  const originalPackageId = typeAddress(object.type, layout.typeName, objectId);
  const { packageId, newPackageId, version } = layout.parse(object.content);
  return { originalPackageId, packageId, newPackageId: newPackageId ?? undefined, version };
}

/**
 * Reads the storage side.
 *
 * @throws CHAIN_NOT_FOUND, CHAIN_WRONG_OBJECT and those of every request
 */
export async function readSystem(
  rpc: Rpc,
  systemObject: Address,
  options?: CallOptions,
): Promise<SystemState> {
  const outer = await versioned(rpc, systemObject, System, options);
  const inner = SystemStateInnerV1.parse(
    await versionedState(rpc, systemObject, outer.version, options),
  );
  return {
    packageId: outer.packageId,
    originalPackageId: outer.originalPackageId,
    newPackageId: outer.newPackageId,
    epoch: inner.committee.epoch,
    nShards: inner.committee.nShards,
    totalCapacity: inner.totalCapacitySize,
    usedCapacity: inner.usedCapacitySize,
    storagePrice: inner.storagePricePerUnitSize,
    writePrice: inner.writePricePerUnitSize,
    maxEpochsAhead: inner.futureAccounting.length,
    accounting: inner.futureAccounting.ringBuffer
      .map(({ epoch, usedCapacity, rewardsToDistribute }) => ({
        epoch,
        usedCapacity,
        rewards: rewardsToDistribute,
      }))
      .toSorted((a, b) => a.epoch - b.epoch),
  };
}

async function readStakingInner(rpc: Rpc, stakingObject: Address, options?: CallOptions) {
  const { version } = await versioned(rpc, stakingObject, Staking, options);
  return StakingInnerV1.parse(await versionedState(rpc, stakingObject, version, options));
}

/**
 * Reads the staking side.
 *
 * @throws CHAIN_NOT_FOUND, CHAIN_WRONG_OBJECT and those of every request
 */
export async function readStaking(
  rpc: Rpc,
  stakingObject: Address,
  options?: CallOptions,
): Promise<StakingState> {
  const inner = await readStakingInner(rpc, stakingObject, options);
  const state = inner.epochState;
  return {
    epoch: inner.epoch,
    nShards: inner.nShards,
    epochDurationMs: inner.epochDuration,
    firstEpochStartMs: inner.firstEpochStart,
    epochState:
      state.$kind === 'EpochChangeSync'
        ? { kind: 'sync', weight: state.EpochChangeSync }
        : state.$kind === 'EpochChangeDone'
          ? { kind: 'done', startMs: state.EpochChangeDone }
          : { kind: 'parametersSelected', startMs: state.NextParamsSelected },
    committee: inner.committee,
    previousCommittee: inner.previousCommittee,
    nextCommittee: inner.nextCommittee ?? undefined,
  };
}

/**
 * Reads the active set: the nodes that may be in the next committee, with the stake that counts for it.
 *
 * @returns FROST by node
 * @throws CHAIN_NOT_FOUND, CHAIN_WRONG_OBJECT and those of every request
 */
export async function readActiveSet(
  rpc: Rpc,
  stakingObject: Address,
  options?: CallOptions,
): Promise<Map<Address, bigint>> {
  const { originalPackageId } = await versioned(rpc, stakingObject, Staking, options);
  const { activeSet } = await readStakingInner(rpc, stakingObject, options);
  const name = {
    type: ExtendedFieldKey.tag(originalPackageId),
    bcs: ExtendedFieldKey.serialize({ dummyField: false }).toBytes(),
  };
  const content = await rpc.dynamicField(activeSet.id, name, options);
  if (content === undefined) {
    throw new WalrusError('CHAIN_NOT_FOUND', `object ${stakingObject} has no active set`);
  }
  return new Map(
    ActiveSet.parse(content).nodes.map(({ nodeId, stakedAmount }) => [nodeId, stakedAmount]),
  );
}

/**
 * Reads the pools of nodes.
 *
 * @param nodeIds - pool object IDs
 * @returns in the order asked
 * @throws CHAIN_NOT_FOUND and those of every request
 */
export async function readPools(
  rpc: Rpc,
  nodeIds: readonly Address[],
  options?: CallOptions,
): Promise<NodePool[]> {
  const chunks: Address[][] = [];
  for (let i = 0; i < nodeIds.length; i += OBJECTS_PER_REQUEST) {
    chunks.push(nodeIds.slice(i, i + OBJECTS_PER_REQUEST));
  }
  const objects = await Promise.all(chunks.map((chunk) => rpc.objects(chunk, options)));
  return objects.flat().map(({ content }) => toNodePool(content));
}

function toNodePool(content: Uint8Array): NodePool {
  const pool = StakingPool.parse(content);
  const { nextEpochPublicKey, metadata: _, ...info } = pool.nodeInfo;
  return {
    ...info,
    nextEpochPublicKey: nextEpochPublicKey ?? undefined,
    stake: pool.walBalance,
    votes: pool.votingParams,
    activationEpoch: pool.activationEpoch,
    latestEpoch: pool.latestEpoch,
    commissionRate: pool.commissionRate,
    commission: pool.commission,
    rewards: pool.rewardsPool,
    commissionReceiver: toAuthorized(pool.commissionReceiver),
    governanceAuthorized: toAuthorized(pool.governanceAuthorized),
  };
}

const toAuthorized = (value: InferBcsType<typeof AuthorizedLayout>): Authorized =>
  value.$kind === 'Address' ? { address: value.Address } : { object: value.ObjectID };

/**
 * Lists the pools of all registered nodes.
 *
 * @throws CHAIN_NOT_FOUND, CHAIN_WRONG_OBJECT and those of every request
 */
export async function* listPools(
  rpc: Rpc,
  stakingObject: Address,
  options?: ListOptions,
): AsyncGenerator<NodePool, void, undefined> {
  const inner = await readStakingInner(rpc, stakingObject, options);
  for await (const { content } of listChildren(rpc, inner.pools.id, options)) {
    yield toNodePool(content);
  }
}

/** The committees that matter to a reader and a writer. */
export interface Committees {
  /** Committee of the current epoch: writes go here. */
  readonly current: Committee;
  /** Committee of the epoch before; absent in the first epoch. */
  readonly previous: Committee | undefined;
  /** Whether shards are still being moved to the current committee. */
  readonly isTransitioning: boolean;
}

/**
 * Joins shard assignment and node descriptions.
 *
 * @throws CHAIN_NOT_FOUND and those of every request
 */
export async function readCommittees(
  rpc: Rpc,
  stakingObject: Address,
  options?: CallOptions,
): Promise<Committees> {
  const staking = await readStaking(rpc, stakingObject, options);
  const ids = [...new Set([...staking.committee.keys(), ...staking.previousCommittee.keys()])];
  const pools = new Map(
    (await readPools(rpc, ids, options)).map((pool, i) => [ids[i] ?? pool.nodeId, pool]),
  );
  const join = (
    epoch: number,
    shardsByNode: ReadonlyMap<Address, readonly number[]>,
  ): Committee => ({
    epoch,
    nShards: staking.nShards,
    members: [...shardsByNode].map(([nodeId, shards]) => {
      const pool = pools.get(nodeId);
      if (pool === undefined) {
        throw new WalrusError('CHAIN_NOT_FOUND', `committee member ${nodeId} has no pool`);
      }
      const { name, networkAddress, publicKey, networkPublicKey } = pool;
      return { nodeId, name, networkAddress, publicKey, networkPublicKey, shards };
    }),
  });
  return {
    current: join(staking.epoch, staking.committee),
    previous:
      staking.previousCommittee.size === 0
        ? undefined
        : join(staking.epoch - 1, staking.previousCommittee),
    isTransitioning: staking.epochState.kind === 'sync',
  };
}
