/// Every event of the Walrus contracts.
///
/// Keeping all event types in one module lets an off-chain reader subscribe to a single event
/// source. The set of types, their field order and the order of emission inside one transaction
/// are relied upon by storage nodes: never emit an event of the package from anywhere else.
module walrus::events;

use sui::event;

// === Blobs ===

/// A blob was registered; nodes may now accept its metadata and slivers.
public struct BlobRegistered has copy, drop {
    /// Epoch of the registration.
    epoch: u32,
    blob_id: u256,
    /// Unencoded size in bytes.
    size: u64,
    encoding_type: u8,
    /// First epoch in which the blob is no longer stored.
    end_epoch: u32,
    deletable: bool,
    /// The `Blob` object of this registration.
    object_id: ID,
}

/// A blob reached its point of availability, or its lifetime was extended.
public struct BlobCertified has copy, drop {
    /// Epoch of the first certification, also for extensions.
    epoch: u32,
    blob_id: u256,
    /// First epoch in which the blob is no longer stored.
    end_epoch: u32,
    deletable: bool,
    object_id: ID,
    /// False for the first certification, true for a later extension.
    is_extension: bool,
}

/// A deletable blob was deleted by its owner before its end.
public struct BlobDeleted has copy, drop {
    /// Epoch of the deletion.
    epoch: u32,
    blob_id: u256,
    /// End epoch the blob had when it was deleted.
    end_epoch: u32,
    object_id: ID,
    was_certified: bool,
}

/// Enough nodes attested that a blob ID belongs to an inconsistent encoding.
public struct InvalidBlobID has copy, drop {
    /// Epoch in which the ID was declared invalid.
    epoch: u32,
    blob_id: u256,
}

// === Epochs ===

/// A new epoch began; shards move to the new committee.
public struct EpochChangeStart has copy, drop {
    /// The new epoch.
    epoch: u32,
}

/// A quorum of the new committee holds its shards.
public struct EpochChangeDone has copy, drop {
    epoch: u32,
}

/// A node reported that it received the shards assigned to it.
public struct ShardsReceived has copy, drop {
    epoch: u32,
    shards: vector<u16>,
}

/// Voting ended: committee and parameters of the next epoch are fixed.
public struct EpochParametersSelected has copy, drop {
    /// The epoch the parameters are for.
    next_epoch: u32,
}

/// A node started to recover shards it could not transfer.
public struct ShardRecoveryStart has copy, drop {
    epoch: u32,
    shards: vector<u16>,
}

// === Deny lists ===

/// A node announced a new deny list.
public struct RegisterDenyListUpdate has copy, drop {
    epoch: u32,
    root: u256,
    sequence_number: u64,
    node_id: ID,
}

/// A quorum accepted the new deny list of a node.
public struct DenyListUpdate has copy, drop {
    epoch: u32,
    root: u256,
    sequence_number: u64,
    node_id: ID,
}

/// Enough nodes attested that a blob is on their deny lists.
public struct DenyListBlobDeleted has copy, drop {
    epoch: u32,
    blob_id: u256,
}

// === Contract and protocol versions, prices ===

/// The shared objects were moved to a new version of the package.
public struct ContractUpgraded has copy, drop {
    epoch: u32,
    package_id: ID,
    version: u64,
}

/// A package digest received its first vote in this epoch.
public struct ContractUpgradeProposed has copy, drop {
    epoch: u32,
    package_digest: vector<u8>,
}

/// A proposed package digest has the votes of a quorum.
public struct ContractUpgradeQuorumReached has copy, drop {
    epoch: u32,
    package_digest: vector<u8>,
}

/// A quorum agreed on a protocol version of the storage nodes.
public struct ProtocolVersionUpdated has copy, drop {
    epoch: u32,
    /// First epoch in which the version applies.
    start_epoch: u32,
    protocol_version: u64,
}

/// Prices were taken over from the votes of the current committee.
public struct PricesUpdated has copy, drop {
    epoch: u32,
    /// FROST per storage unit and epoch.
    storage_price: u64,
    /// FROST per storage unit written.
    write_price: u64,
}

// === Storage pools ===

/// A storage pool was created.
public struct StoragePoolCreated has copy, drop {
    epoch: u32,
    storage_pool_id: ID,
    reserved_encoded_capacity_bytes: u64,
    start_epoch: u32,
    end_epoch: u32,
}

/// A blob was registered inside a storage pool.
public struct PooledBlobRegistered has copy, drop {
    epoch: u32,
    blob_id: u256,
    unencoded_size: u64,
    encoding_type: u8,
    deletable: bool,
    object_id: ID,
    storage_pool_id: ID,
}

/// A blob inside a storage pool reached its point of availability.
public struct PooledBlobCertified has copy, drop {
    epoch: u32,
    blob_id: u256,
    deletable: bool,
    object_id: ID,
    storage_pool_id: ID,
}

/// A blob was deleted from a storage pool.
public struct PooledBlobDeleted has copy, drop {
    epoch: u32,
    blob_id: u256,
    object_id: ID,
    was_certified: bool,
    storage_pool_id: ID,
}

/// The lifetime of a storage pool, and of all blobs in it, was extended.
public struct StoragePoolExtended has copy, drop {
    epoch: u32,
    storage_pool_id: ID,
    new_end_epoch: u32,
}

// === Emitters ===
// One per event; arguments are the fields in order.

/// Emits `BlobRegistered`.
public(package) fun emit_blob_registered(
    epoch: u32,
    blob_id: u256,
    size: u64,
    encoding_type: u8,
    end_epoch: u32,
    deletable: bool,
    object_id: ID,
) {
    event::emit(BlobRegistered {
        epoch,
        blob_id,
        size,
        encoding_type,
        end_epoch,
        deletable,
        object_id,
    });
}

/// Emits `BlobCertified`.
public(package) fun emit_blob_certified(
    epoch: u32,
    blob_id: u256,
    end_epoch: u32,
    deletable: bool,
    object_id: ID,
    is_extension: bool,
) {
    event::emit(BlobCertified {
        epoch,
        blob_id,
        end_epoch,
        deletable,
        object_id,
        is_extension,
    });
}

/// Emits `InvalidBlobID`.
public(package) fun emit_invalid_blob_id(epoch: u32, blob_id: u256) {
    event::emit(InvalidBlobID { epoch, blob_id });
}

/// Emits `BlobDeleted`.
public(package) fun emit_blob_deleted(
    epoch: u32,
    blob_id: u256,
    end_epoch: u32,
    object_id: ID,
    was_certified: bool,
) {
    event::emit(BlobDeleted { epoch, blob_id, end_epoch, object_id, was_certified });
}

/// Emits `EpochChangeStart`.
public(package) fun emit_epoch_change_start(epoch: u32) {
    event::emit(EpochChangeStart { epoch });
}

/// Emits `EpochChangeDone`.
public(package) fun emit_epoch_change_done(epoch: u32) {
    event::emit(EpochChangeDone { epoch });
}

/// Emits `ShardsReceived`.
public(package) fun emit_shards_received(epoch: u32, shards: vector<u16>) {
    event::emit(ShardsReceived { epoch, shards });
}

/// Emits `EpochParametersSelected`.
public(package) fun emit_epoch_parameters_selected(next_epoch: u32) {
    event::emit(EpochParametersSelected { next_epoch });
}

/// Emits `ShardRecoveryStart`. Reserved: nothing in the contracts starts a recovery today.
public(package) fun emit_shard_recovery_start(epoch: u32, shards: vector<u16>) {
    event::emit(ShardRecoveryStart { epoch, shards });
}

/// Emits `ContractUpgraded`.
public(package) fun emit_contract_upgraded(epoch: u32, package_id: ID, version: u64) {
    event::emit(ContractUpgraded { epoch, package_id, version });
}

/// Emits `ProtocolVersionUpdated`.
public(package) fun emit_protocol_version(epoch: u32, start_epoch: u32, protocol_version: u64) {
    event::emit(ProtocolVersionUpdated { epoch, start_epoch, protocol_version });
}

/// Emits `RegisterDenyListUpdate`.
public(package) fun emit_register_deny_list_update(
    epoch: u32,
    root: u256,
    sequence_number: u64,
    node_id: ID,
) {
    event::emit(RegisterDenyListUpdate { epoch, root, sequence_number, node_id });
}

/// Emits `DenyListUpdate`.
public(package) fun emit_deny_list_update(
    epoch: u32,
    root: u256,
    sequence_number: u64,
    node_id: ID,
) {
    event::emit(DenyListUpdate { epoch, root, sequence_number, node_id });
}

/// Emits `DenyListBlobDeleted`.
public(package) fun emit_deny_listed_blob_deleted(epoch: u32, blob_id: u256) {
    event::emit(DenyListBlobDeleted { epoch, blob_id });
}

/// Emits `ContractUpgradeProposed`.
public(package) fun emit_contract_upgrade_proposed(epoch: u32, package_digest: vector<u8>) {
    event::emit(ContractUpgradeProposed { epoch, package_digest });
}

/// Emits `ContractUpgradeQuorumReached`.
public(package) fun emit_contract_upgrade_quorum_reached(epoch: u32, package_digest: vector<u8>) {
    event::emit(ContractUpgradeQuorumReached { epoch, package_digest });
}

/// Emits `PricesUpdated`.
public(package) fun emit_prices_updated(epoch: u32, storage_price: u64, write_price: u64) {
    event::emit(PricesUpdated { epoch, storage_price, write_price });
}

/// Emits `StoragePoolCreated`.
public(package) fun emit_storage_pool_created(
    epoch: u32,
    storage_pool_id: ID,
    reserved_encoded_capacity_bytes: u64,
    start_epoch: u32,
    end_epoch: u32,
) {
    event::emit(StoragePoolCreated {
        epoch,
        storage_pool_id,
        reserved_encoded_capacity_bytes,
        start_epoch,
        end_epoch,
    });
}

/// Emits `PooledBlobRegistered`.
public(package) fun emit_pooled_blob_registered(
    epoch: u32,
    blob_id: u256,
    unencoded_size: u64,
    encoding_type: u8,
    deletable: bool,
    object_id: ID,
    storage_pool_id: ID,
) {
    event::emit(PooledBlobRegistered {
        epoch,
        blob_id,
        unencoded_size,
        encoding_type,
        deletable,
        object_id,
        storage_pool_id,
    });
}

/// Emits `PooledBlobCertified`.
public(package) fun emit_pooled_blob_certified(
    epoch: u32,
    blob_id: u256,
    deletable: bool,
    object_id: ID,
    storage_pool_id: ID,
) {
    event::emit(PooledBlobCertified { epoch, blob_id, deletable, object_id, storage_pool_id });
}

/// Emits `PooledBlobDeleted`.
public(package) fun emit_pooled_blob_deleted(
    epoch: u32,
    blob_id: u256,
    object_id: ID,
    was_certified: bool,
    storage_pool_id: ID,
) {
    event::emit(PooledBlobDeleted { epoch, blob_id, object_id, was_certified, storage_pool_id });
}

/// Emits `StoragePoolExtended`.
public(package) fun emit_storage_pool_extended(
    epoch: u32,
    storage_pool_id: ID,
    new_end_epoch: u32,
) {
    event::emit(StoragePoolExtended { epoch, storage_pool_id, new_end_epoch });
}
