import { bcs, type BcsType } from '@mysten/bcs';

/*
 * BCS of the contract's objects, field for field (spec contracts.md §2 and §6 to §7, sui-rpc.md §g).
 * Parsers of objects that may grow read a prefix: what follows is not looked at.
 */

const Id = bcs.bytes(32);
/** A `VecMap`: a vector of entries. */
const vecMap = <K, KI, V, VI>(key: BcsType<K, KI>, value: BcsType<V, VI>) =>
  bcs.vector(bcs.struct('Entry', { key, value }));

/** Outer shared object of either side. */
export const VersionedObject = bcs.struct('System', {
  id: Id,
  version: bcs.u64(),
  packageId: Id,
  newPackageId: bcs.option(Id),
});

const BlsCommittee = bcs.struct('BlsCommittee', {
  members: bcs.vector(
    bcs.struct('BlsCommitteeMember', {
      publicKey: bcs.byteVector(),
      weight: bcs.u16(),
      nodeId: Id,
    }),
  ),
  nShards: bcs.u16(),
  epoch: bcs.u32(),
  totalAggregatedKey: bcs.byteVector(),
});

/** State of the storage side, up to the accounting ring. */
export const SystemStateInner = bcs.struct('SystemStateInnerV1', {
  committee: BlsCommittee,
  totalCapacitySize: bcs.u64(),
  usedCapacitySize: bcs.u64(),
  storagePricePerUnitSize: bcs.u64(),
  writePricePerUnitSize: bcs.u64(),
  futureAccounting: bcs.struct('FutureAccountingRingBuffer', {
    currentIndex: bcs.u32(),
    length: bcs.u32(),
  }),
});

const Committee = vecMap(Id, bcs.vector(bcs.u16()));

/** State of the staking side, up to the epoch state. */
export const StakingInner = bcs.struct('StakingInnerV1', {
  nShards: bcs.u16(),
  epochDuration: bcs.u64(),
  firstEpochStart: bcs.u64(),
  pools: bcs.struct('ObjectTable', { id: Id, size: bcs.u64() }),
  epoch: bcs.u32(),
  activeSet: Id,
  nextCommittee: bcs.option(Committee),
  committee: Committee,
  previousCommittee: Committee,
  nextEpochParams: bcs.option(
    bcs.struct('EpochParams', {
      totalCapacitySize: bcs.u64(),
      storagePricePerUnitSize: bcs.u64(),
      writePricePerUnitSize: bcs.u64(),
    }),
  ),
  epochState: bcs.enum('EpochState', {
    EpochChangeSync: bcs.u16(),
    EpochChangeDone: bcs.u64(),
    NextParamsSelected: bcs.u64(),
  }),
});

/** A node's pool, up to its description. */
export const StakingPool = bcs.struct('StakingPool', {
  id: Id,
  state: bcs.enum('PoolState', { Active: null, Withdrawing: bcs.u32(), Withdrawn: null }),
  votingParams: bcs.struct('VotingParams', {
    storagePrice: bcs.u64(),
    writePrice: bcs.u64(),
    nodeCapacity: bcs.u64(),
  }),
  nodeInfo: bcs.struct('StorageNodeInfo', {
    name: bcs.string(),
    nodeId: Id,
    networkAddress: bcs.string(),
    publicKey: bcs.byteVector(),
    nextEpochPublicKey: bcs.option(bcs.byteVector()),
    networkPublicKey: bcs.byteVector(),
    metadata: Id,
  }),
  activationEpoch: bcs.u32(),
  latestEpoch: bcs.u32(),
  walBalance: bcs.u64(),
});

/** A storage reservation. */
export const Storage = bcs.struct('Storage', {
  id: Id,
  startEpoch: bcs.u32(),
  endEpoch: bcs.u32(),
  storageSize: bcs.u64(),
});

/** The on-chain record of one copy of a blob. */
export const Blob = bcs.struct('Blob', {
  id: Id,
  registeredEpoch: bcs.u32(),
  blobId: bcs.u256(),
  size: bcs.u64(),
  encodingType: bcs.u8(),
  certifiedEpoch: bcs.option(bcs.u32()),
  storage: Storage,
  deletable: bcs.bool(),
});

/** Attributes of a blob. */
export const Metadata = bcs.struct('Metadata', {
  metadata: vecMap(bcs.string(), bcs.string()),
});

/** A node's capability. */
export const StorageNodeCap = bcs.struct('StorageNodeCap', {
  id: Id,
  nodeId: Id,
  lastEpochSyncDone: bcs.u32(),
});

const epochOnly = { epoch: bcs.u32() };

/** Events of module `events`, by type name (spec contracts.md §6.14). */
export const EVENTS = {
  BlobRegistered: bcs.struct('BlobRegistered', {
    ...epochOnly,
    blobId: bcs.u256(),
    size: bcs.u64(),
    encodingType: bcs.u8(),
    endEpoch: bcs.u32(),
    deletable: bcs.bool(),
    objectId: Id,
  }),
  BlobCertified: bcs.struct('BlobCertified', {
    ...epochOnly,
    blobId: bcs.u256(),
    endEpoch: bcs.u32(),
    deletable: bcs.bool(),
    objectId: Id,
    isExtension: bcs.bool(),
  }),
  BlobDeleted: bcs.struct('BlobDeleted', {
    ...epochOnly,
    blobId: bcs.u256(),
    endEpoch: bcs.u32(),
    objectId: Id,
    wasCertified: bcs.bool(),
  }),
  InvalidBlobID: bcs.struct('InvalidBlobID', { ...epochOnly, blobId: bcs.u256() }),
  EpochChangeStart: bcs.struct('EpochChangeStart', epochOnly),
  EpochChangeDone: bcs.struct('EpochChangeDone', epochOnly),
  ShardsReceived: bcs.struct('ShardsReceived', { ...epochOnly, shards: bcs.vector(bcs.u16()) }),
  EpochParametersSelected: bcs.struct('EpochParametersSelected', { nextEpoch: bcs.u32() }),
  ShardRecoveryStart: bcs.struct('ShardRecoveryStart', {
    ...epochOnly,
    shards: bcs.vector(bcs.u16()),
  }),
  PricesUpdated: bcs.struct('PricesUpdated', {
    ...epochOnly,
    storagePrice: bcs.u64(),
    writePrice: bcs.u64(),
  }),
} as const;
