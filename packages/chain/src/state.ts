import { WalrusError, normalizeAddress, type Address } from '@walrus-ts/core';
import { Staking } from './generated/walrus/staking.js';
import { StakingInnerV1 } from './generated/walrus/staking-inner.js';
import { StakingPool } from './generated/walrus/staking-pool.js';
import { System } from './generated/walrus/system.js';
import { SystemStateInnerV1 } from './generated/walrus/system-state-inner.js';
import { versionedState, type CallOptions, type Rpc } from './rpc.js';

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
  /** FROST. */
  readonly stake: bigint;
  readonly votes: {
    readonly storagePrice: bigint;
    readonly writePrice: bigint;
    readonly nodeCapacity: bigint;
  };
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
  const { packageId, version } = layout.parse(object.content);
  return { originalPackageId, packageId, version };
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
    epoch: inner.committee.epoch,
    nShards: inner.committee.nShards,
    totalCapacity: inner.totalCapacitySize,
    usedCapacity: inner.usedCapacitySize,
    storagePrice: inner.storagePricePerUnitSize,
    writePrice: inner.writePricePerUnitSize,
    maxEpochsAhead: inner.futureAccounting.length,
  };
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
  const outer = await versioned(rpc, stakingObject, Staking, options);
  const inner = StakingInnerV1.parse(
    await versionedState(rpc, stakingObject, outer.version, options),
  );
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

/** Objects per request that a full node accepts. */
const OBJECTS_PER_REQUEST = 50;

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
  return objects.flat().map((object) => {
    const pool = StakingPool.parse(object.content);
    const info = pool.nodeInfo;
    return {
      nodeId: info.nodeId,
      name: info.name,
      networkAddress: info.networkAddress,
      publicKey: info.publicKey,
      nextEpochPublicKey: info.nextEpochPublicKey ?? undefined,
      networkPublicKey: info.networkPublicKey,
      stake: pool.walBalance,
      votes: pool.votingParams,
    };
  });
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
