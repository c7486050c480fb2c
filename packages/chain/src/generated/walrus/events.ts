// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import {
  address,
  bcs,
  bool,
  bytes,
  datatype,
  u16,
  u256,
  u32,
  u64,
  u8,
  vector,
} from '../../move/layout.js';

/**
 * A blob was registered; nodes may now accept its metadata and slivers.
 *
 * Layout of `walrus::events::BlobRegistered`.
 */
export const BlobRegistered = /* @__PURE__ */ datatype('events::BlobRegistered', () =>
  bcs.struct('BlobRegistered', {
    epoch: u32,
    blobId: u256,
    size: u64,
    encodingType: u8,
    endEpoch: u32,
    deletable: bool,
    objectId: address,
  }),
);

/**
 * A blob reached its point of availability, or its lifetime was extended.
 *
 * Layout of `walrus::events::BlobCertified`.
 */
export const BlobCertified = /* @__PURE__ */ datatype('events::BlobCertified', () =>
  bcs.struct('BlobCertified', {
    epoch: u32,
    blobId: u256,
    endEpoch: u32,
    deletable: bool,
    objectId: address,
    isExtension: bool,
  }),
);

/**
 * A deletable blob was deleted by its owner before its end.
 *
 * Layout of `walrus::events::BlobDeleted`.
 */
export const BlobDeleted = /* @__PURE__ */ datatype('events::BlobDeleted', () =>
  bcs.struct('BlobDeleted', {
    epoch: u32,
    blobId: u256,
    endEpoch: u32,
    objectId: address,
    wasCertified: bool,
  }),
);

/**
 * Enough nodes attested that a blob ID belongs to an inconsistent encoding.
 *
 * Layout of `walrus::events::InvalidBlobID`.
 */
export const InvalidBlobID = /* @__PURE__ */ datatype('events::InvalidBlobID', () =>
  bcs.struct('InvalidBlobID', { epoch: u32, blobId: u256 }),
);

/**
 * A new epoch began; shards move to the new committee.
 *
 * Layout of `walrus::events::EpochChangeStart`.
 */
export const EpochChangeStart = /* @__PURE__ */ datatype('events::EpochChangeStart', () =>
  bcs.struct('EpochChangeStart', { epoch: u32 }),
);

/**
 * A quorum of the new committee holds its shards.
 *
 * Layout of `walrus::events::EpochChangeDone`.
 */
export const EpochChangeDone = /* @__PURE__ */ datatype('events::EpochChangeDone', () =>
  bcs.struct('EpochChangeDone', { epoch: u32 }),
);

/**
 * A node reported that it received the shards assigned to it.
 *
 * Layout of `walrus::events::ShardsReceived`.
 */
export const ShardsReceived = /* @__PURE__ */ datatype('events::ShardsReceived', () =>
  bcs.struct('ShardsReceived', { epoch: u32, shards: vector(u16) }),
);

/**
 * Voting ended: committee and parameters of the next epoch are fixed.
 *
 * Layout of `walrus::events::EpochParametersSelected`.
 */
export const EpochParametersSelected = /* @__PURE__ */ datatype(
  'events::EpochParametersSelected',
  () => bcs.struct('EpochParametersSelected', { nextEpoch: u32 }),
);

/**
 * A node started to recover shards it could not transfer.
 *
 * Layout of `walrus::events::ShardRecoveryStart`.
 */
export const ShardRecoveryStart = /* @__PURE__ */ datatype('events::ShardRecoveryStart', () =>
  bcs.struct('ShardRecoveryStart', { epoch: u32, shards: vector(u16) }),
);

/**
 * A node announced a new deny list.
 *
 * Layout of `walrus::events::RegisterDenyListUpdate`.
 */
export const RegisterDenyListUpdate = /* @__PURE__ */ datatype(
  'events::RegisterDenyListUpdate',
  () =>
    bcs.struct('RegisterDenyListUpdate', {
      epoch: u32,
      root: u256,
      sequenceNumber: u64,
      nodeId: address,
    }),
);

/**
 * A quorum accepted the new deny list of a node.
 *
 * Layout of `walrus::events::DenyListUpdate`.
 */
export const DenyListUpdate = /* @__PURE__ */ datatype('events::DenyListUpdate', () =>
  bcs.struct('DenyListUpdate', { epoch: u32, root: u256, sequenceNumber: u64, nodeId: address }),
);

/**
 * Enough nodes attested that a blob is on their deny lists.
 *
 * Layout of `walrus::events::DenyListBlobDeleted`.
 */
export const DenyListBlobDeleted = /* @__PURE__ */ datatype('events::DenyListBlobDeleted', () =>
  bcs.struct('DenyListBlobDeleted', { epoch: u32, blobId: u256 }),
);

/**
 * The shared objects were moved to a new version of the package.
 *
 * Layout of `walrus::events::ContractUpgraded`.
 */
export const ContractUpgraded = /* @__PURE__ */ datatype('events::ContractUpgraded', () =>
  bcs.struct('ContractUpgraded', { epoch: u32, packageId: address, version: u64 }),
);

/**
 * A package digest received its first vote in this epoch.
 *
 * Layout of `walrus::events::ContractUpgradeProposed`.
 */
export const ContractUpgradeProposed = /* @__PURE__ */ datatype(
  'events::ContractUpgradeProposed',
  () => bcs.struct('ContractUpgradeProposed', { epoch: u32, packageDigest: bytes }),
);

/**
 * A proposed package digest has the votes of a quorum.
 *
 * Layout of `walrus::events::ContractUpgradeQuorumReached`.
 */
export const ContractUpgradeQuorumReached = /* @__PURE__ */ datatype(
  'events::ContractUpgradeQuorumReached',
  () => bcs.struct('ContractUpgradeQuorumReached', { epoch: u32, packageDigest: bytes }),
);

/**
 * A quorum agreed on a protocol version of the storage nodes.
 *
 * Layout of `walrus::events::ProtocolVersionUpdated`.
 */
export const ProtocolVersionUpdated = /* @__PURE__ */ datatype(
  'events::ProtocolVersionUpdated',
  () => bcs.struct('ProtocolVersionUpdated', { epoch: u32, startEpoch: u32, protocolVersion: u64 }),
);

/**
 * Prices were taken over from the votes of the current committee.
 *
 * Layout of `walrus::events::PricesUpdated`.
 */
export const PricesUpdated = /* @__PURE__ */ datatype('events::PricesUpdated', () =>
  bcs.struct('PricesUpdated', { epoch: u32, storagePrice: u64, writePrice: u64 }),
);

/**
 * A storage pool was created.
 *
 * Layout of `walrus::events::StoragePoolCreated`.
 */
export const StoragePoolCreated = /* @__PURE__ */ datatype('events::StoragePoolCreated', () =>
  bcs.struct('StoragePoolCreated', {
    epoch: u32,
    storagePoolId: address,
    reservedEncodedCapacityBytes: u64,
    startEpoch: u32,
    endEpoch: u32,
  }),
);

/**
 * A blob was registered inside a storage pool.
 *
 * Layout of `walrus::events::PooledBlobRegistered`.
 */
export const PooledBlobRegistered = /* @__PURE__ */ datatype('events::PooledBlobRegistered', () =>
  bcs.struct('PooledBlobRegistered', {
    epoch: u32,
    blobId: u256,
    unencodedSize: u64,
    encodingType: u8,
    deletable: bool,
    objectId: address,
    storagePoolId: address,
  }),
);

/**
 * A blob inside a storage pool reached its point of availability.
 *
 * Layout of `walrus::events::PooledBlobCertified`.
 */
export const PooledBlobCertified = /* @__PURE__ */ datatype('events::PooledBlobCertified', () =>
  bcs.struct('PooledBlobCertified', {
    epoch: u32,
    blobId: u256,
    deletable: bool,
    objectId: address,
    storagePoolId: address,
  }),
);

/**
 * A blob was deleted from a storage pool.
 *
 * Layout of `walrus::events::PooledBlobDeleted`.
 */
export const PooledBlobDeleted = /* @__PURE__ */ datatype('events::PooledBlobDeleted', () =>
  bcs.struct('PooledBlobDeleted', {
    epoch: u32,
    blobId: u256,
    objectId: address,
    wasCertified: bool,
    storagePoolId: address,
  }),
);

/**
 * The lifetime of a storage pool, and of all blobs in it, was extended.
 *
 * Layout of `walrus::events::StoragePoolExtended`.
 */
export const StoragePoolExtended = /* @__PURE__ */ datatype('events::StoragePoolExtended', () =>
  bcs.struct('StoragePoolExtended', { epoch: u32, storagePoolId: address, newEndEpoch: u32 }),
);
