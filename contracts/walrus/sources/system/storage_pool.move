/// Storage pools: one reservation of storage that many blobs share.
///
/// All blobs of a pool end with it. Deleting a blob gives its bytes back to the pool, so that the
/// next blob can use them. A pool is a plain object: it can be owned, shared or wrapped. Its state
/// is a dynamic field, so that an upgrade of the package can change its type.
module walrus::storage_pool;

use std::string::String;
use sui::dynamic_field;
use sui::object_table::{Self, ObjectTable};
use walrus::blob;
use walrus::encoding;
use walrus::events;
use walrus::messages::CertifiedBlobMessage;
use walrus::metadata::{Self, Metadata};
use walrus::storage_resource::Storage;

/// Version of this code. The state of a pool is the dynamic field with this number as its name.
const VERSION: u64 = 1;

/// Name of the dynamic field with the attributes of a pooled blob.
const METADATA_DF: vector<u8> = b"metadata";

/// Permanent blobs cannot be deleted.
const EBlobNotDeletable: u64 = 0;
/// The epochs of the reservation do not fit.
const EResourceBounds: u64 = 1;
/// The blob is certified already.
const EAlreadyCertified: u64 = 2;
/// The blob ID is not the expected one.
const EInvalidBlobId: u64 = 3;
/// The confirmation is for a permanent blob but the blob is deletable, or the other way round.
const EInvalidBlobPersistenceType: u64 = 4;
/// The confirmation is for another registration of the blob.
const EInvalidBlobObject: u64 = 5;
/// The pool has not that many unused bytes.
const EInsufficientCapacity: u64 = 6;
/// There are blobs in the pool.
const EPoolNotEmpty: u64 = 7;
/// More bytes would be given back than are in use.
const EInvalidBlobSize: u64 = 8;
/// More blobs would be removed than there are.
const EInvalidBlobCount: u64 = 9;
/// The pool is not of the version of this code.
const EWrongVersion: u64 = 10;
/// The reservation does not end with the pool.
const EIncompatibleEndEpoch: u64 = 11;
/// The blob has attributes already.
const EDuplicateMetadata: u64 = 12;
/// The blob has no attributes.
const EMissingMetadata: u64 = 13;
/// There are no more than 100 percent.
const EInvalidPercent: u64 = 14;

/// A reservation that many blobs share.
public struct StoragePool has key, store {
    id: UID,
    /// Version of the state.
    version: u64,
}

/// State of a pool, kept in a dynamic field of `StoragePool`.
public struct StoragePoolInnerV1 has store {
    /// The bytes and epochs that the blobs share.
    storage: Storage,
    /// Encoded bytes of all blobs.
    used_encoded_bytes: u64,
    /// Number of blobs.
    blob_count: u64,
    /// The blobs by blob ID: a pool holds a blob at most once.
    blobs: ObjectTable<u256, PooledBlob>,
}

/// The registration of one blob in a pool.
public struct PooledBlob has key, store {
    id: UID,
    registered_epoch: u32,
    blob_id: u256,
    /// Unencoded size in bytes.
    unencoded_size: u64,
    encoding_type: u8,
    /// Epoch of the certification, if it happened.
    certified_epoch: Option<u32>,
    storage_pool_id: ID,
    /// Whether the blob may be deleted before the end of the pool.
    deletable: bool,
}

// === Accessors ===

/// ID of the object.
public fun object_id(self: &StoragePool): ID {
    object::id(self)
}

/// First epoch of the reservation.
public fun start_epoch(self: &StoragePool): u32 {
    self.storage().start_epoch()
}

/// First epoch in which the blobs of the pool are no longer stored.
public fun end_epoch(self: &StoragePool): u32 {
    self.storage().end_epoch()
}

/// Encoded bytes that the blobs may have together.
public fun reserved_encoded_capacity_bytes(self: &StoragePool): u64 {
    self.storage().size()
}

/// Encoded bytes that the blobs have together.
public fun used_encoded_bytes(self: &StoragePool): u64 {
    self.inner().used_encoded_bytes
}

/// Encoded bytes left for further blobs.
public fun available_encoded_bytes(self: &StoragePool): u64 {
    self.inner().unused_bytes()
}

/// The reservation that the blobs share.
public fun storage(self: &StoragePool): &Storage {
    &self.inner().storage
}

/// Number of blobs.
public fun blob_count(self: &StoragePool): u64 {
    self.inner().blob_count
}

/// Whether a blob is registered in the pool.
public fun contains_blob(self: &StoragePool, blob_id: u256): bool {
    self.inner().blobs.contains(blob_id)
}

/// ID of the object of a blob, which storage confirmations of deletable blobs contain.
public fun blob_object_id(self: &StoragePool, blob_id: u256): ID {
    object::id(self.borrow_blob(blob_id))
}

/// The registration of a blob.
public(package) fun borrow_blob(self: &StoragePool, blob_id: u256): &PooledBlob {
    &self.inner().blobs[blob_id]
}

/// The registration of a blob, mutable.
public(package) fun borrow_blob_mut(self: &mut StoragePool, blob_id: u256): &mut PooledBlob {
    &mut self.inner_mut().blobs[blob_id]
}

/// Whether the blob may be deleted before the end of the pool.
public(package) fun is_deletable(self: &PooledBlob): bool {
    self.deletable
}

/// Whether the blob is certified.
public(package) fun is_certified(self: &PooledBlob): bool {
    self.certified_epoch.is_some()
}

// === Life cycle of pools ===

/// Creates a pool without blobs from a reservation.
public(package) fun create(storage: Storage, ctx: &mut TxContext): StoragePool {
    let mut pool = StoragePool { id: object::new(ctx), version: VERSION };
    let state = StoragePoolInnerV1 {
        storage,
        used_encoded_bytes: 0,
        blob_count: 0,
        blobs: object_table::new(ctx),
    };
    dynamic_field::add(&mut pool.id, VERSION, state);
    pool
}

/// Moves the end of the pool by `extension_epochs`. The system has accounted for it.
public(package) fun extend_end_epoch(self: &mut StoragePool, extension_epochs: u32) {
    self.inner_mut().storage.extend_end_epoch(extension_epochs)
}

/// Adds bytes to the reservation. The system has accounted for them.
public(package) fun increase_reserved_encoded_capacity(
    self: &mut StoragePool,
    additional_capacity_bytes: u64,
) {
    self.inner_mut().storage.increase_size(additional_capacity_bytes)
}

/// Adds the bytes of a reservation that has begun and ends with the pool. The epochs before the
/// current one are over, so it may have begun at another time than the pool.
public(package) fun increase_capacity_with_storage(
    self: &mut StoragePool,
    other: Storage,
    current_epoch: u32,
) {
    assert!(other.start_epoch() <= current_epoch, EResourceBounds);
    assert!(other.end_epoch() == self.end_epoch(), EIncompatibleEndEpoch);
    self.increase_reserved_encoded_capacity(other.size());
    other.destroy();
}

/// Takes unused bytes out of the pool as a reservation for the same epochs; none for 0 bytes.
public(package) fun decrease_capacity_by_size(
    self: &mut StoragePool,
    extract_size: u64,
    ctx: &mut TxContext,
): Option<Storage> {
    let state = self.inner_mut();
    if (extract_size == 0) {
        return option::none()
    };
    assert!(extract_size <= state.unused_bytes(), EInsufficientCapacity);
    let kept_size = state.storage.size() - extract_size;
    option::some(state.storage.split_by_size(kept_size, ctx))
}

/// Takes a part of the unused bytes out of the pool, rounded down to whole bytes; none if that is
/// 0 bytes.
public(package) fun decrease_unused_capacity_by_percent(
    self: &mut StoragePool,
    percent: u8,
    ctx: &mut TxContext,
): Option<Storage> {
    assert!(percent <= 100, EInvalidPercent);
    let unused = self.available_encoded_bytes() as u128;
    self.decrease_capacity_by_size((unused * (percent as u128) / 100) as u64, ctx)
}

/// Ends a pool without blobs and returns its reservation.
public fun destroy(self: StoragePool): Storage {
    assert!(self.inner().blob_count == 0, EPoolNotEmpty);
    let StoragePool { mut id, version } = self;
    let StoragePoolInnerV1 { storage, blobs, .. } = dynamic_field::remove(&mut id, version);
    blobs.destroy_empty();
    id.delete();
    storage
}

// === Life cycle of blobs ===

/// Registers a blob for the pool `storage_pool_id`. `blob_id` must be derived from the arguments.
public(package) fun new_pooled_blob(
    storage_pool_id: ID,
    blob_id: u256,
    root_hash: u256,
    unencoded_size: u64,
    encoding_type: u8,
    deletable: bool,
    registered_epoch: u32,
    ctx: &mut TxContext,
): PooledBlob {
    let id = object::new(ctx);
    assert!(
        blob::derive_blob_id(root_hash, encoding_type, unencoded_size) == blob_id,
        EInvalidBlobId,
    );
    events::emit_pooled_blob_registered(
        registered_epoch,
        blob_id,
        unencoded_size,
        encoding_type,
        deletable,
        id.to_inner(),
        storage_pool_id,
    );
    PooledBlob {
        id,
        registered_epoch,
        blob_id,
        unencoded_size,
        encoding_type,
        certified_epoch: option::none(),
        storage_pool_id,
        deletable,
    }
}

/// Puts a blob into the pool, which must have `encoded_size` bytes left and not hold the blob.
public(package) fun add_blob(self: &mut StoragePool, blob: PooledBlob, encoded_size: u64) {
    let state = self.inner_mut();
    state.blob_count = state.blob_count + 1;
    state.used_encoded_bytes = state.used_encoded_bytes + encoded_size;
    assert!(state.used_encoded_bytes <= state.storage.size(), EInsufficientCapacity);
    state.blobs.add(blob.blob_id, blob);
}

/// Takes a blob out of the pool and frees its bytes.
public(package) fun remove_blob(
    self: &mut StoragePool,
    blob_id: u256,
    n_shards: u16,
): PooledBlob {
    let state = self.inner_mut();
    let blob = &state.blobs[blob_id];
    let encoded_size =
        encoding::encoded_blob_length(blob.unencoded_size, blob.encoding_type, n_shards);
    assert!(encoded_size <= state.used_encoded_bytes, EInvalidBlobSize);
    assert!(state.blob_count > 0, EInvalidBlobCount);
    state.used_encoded_bytes = state.used_encoded_bytes - encoded_size;
    state.blob_count = state.blob_count - 1;
    state.blobs.remove(blob_id)
}

/// Certifies a blob with the confirmation of the storage nodes. `end_epoch` is that of the pool.
public(package) fun certify(
    pooled_blob: &mut PooledBlob,
    current_epoch: u32,
    end_epoch: u32,
    message: CertifiedBlobMessage,
) {
    assert!(message.certified_blob_id() == pooled_blob.blob_id, EInvalidBlobId);
    assert!(current_epoch < end_epoch, EResourceBounds);
    assert!(!pooled_blob.is_certified(), EAlreadyCertified);
    let persistence = message.blob_persistence_type();
    assert!(persistence.is_deletable() == pooled_blob.deletable, EInvalidBlobPersistenceType);
    let object_id = object::id(pooled_blob);
    if (pooled_blob.deletable) {
        assert!(persistence.object_id() == object_id, EInvalidBlobObject);
    };
    pooled_blob.certified_epoch.fill(current_epoch);
    events::emit_pooled_blob_certified(
        current_epoch,
        pooled_blob.blob_id,
        pooled_blob.deletable,
        object_id,
        pooled_blob.storage_pool_id,
    );
}

/// Ends the registration of a deletable blob.
public(package) fun delete_blob_object(mut pooled_blob: PooledBlob, epoch: u32) {
    pooled_blob.drop_metadata();
    let PooledBlob { id, blob_id, certified_epoch, storage_pool_id, deletable, .. } = pooled_blob;
    assert!(deletable, EBlobNotDeletable);
    events::emit_pooled_blob_deleted(
        epoch,
        blob_id,
        id.to_inner(),
        certified_epoch.is_some(),
        storage_pool_id,
    );
    id.delete();
}

/// Ends the registration of a blob that nobody stores any more.
public(package) fun burn_blob_object(mut pooled_blob: PooledBlob) {
    pooled_blob.drop_metadata();
    let PooledBlob { id, .. } = pooled_blob;
    id.delete();
}

// === Attributes of the blobs of a pool ===

/// Attaches attributes to a blob that has none.
public fun add_blob_metadata(self: &mut StoragePool, blob_id: u256, metadata: Metadata) {
    self.borrow_blob_mut(blob_id).add_metadata(metadata)
}

/// Attaches attributes and returns the ones they replace.
public fun add_or_replace_blob_metadata(
    self: &mut StoragePool,
    blob_id: u256,
    metadata: Metadata,
): option::Option<Metadata> {
    self.borrow_blob_mut(blob_id).add_or_replace_metadata(metadata)
}

/// Detaches the attributes.
public fun take_blob_metadata(self: &mut StoragePool, blob_id: u256): Metadata {
    self.borrow_blob_mut(blob_id).take_metadata()
}

/// Sets one attribute.
public fun insert_or_update_blob_metadata_pair(
    self: &mut StoragePool,
    blob_id: u256,
    key: String,
    value: String,
) {
    self.borrow_blob_mut(blob_id).insert_or_update_metadata_pair(key, value)
}

/// Removes one attribute, which must exist, and returns its key and value.
public fun remove_blob_metadata_pair(
    self: &mut StoragePool,
    blob_id: u256,
    key: &String,
): (String, String) {
    self.borrow_blob_mut(blob_id).remove_metadata_pair(key)
}

/// Removes one attribute and returns its value, if there is one.
public fun remove_blob_metadata_pair_if_exists(
    self: &mut StoragePool,
    blob_id: u256,
    key: &String,
): option::Option<String> {
    self.borrow_blob_mut(blob_id).remove_metadata_pair_if_exists(key)
}

// === Attributes of one blob ===

/// Attaches attributes to a blob that has none.
fun add_metadata(self: &mut PooledBlob, metadata: Metadata) {
    assert!(!self.has_metadata(), EDuplicateMetadata);
    dynamic_field::add(&mut self.id, METADATA_DF, metadata)
}

/// Attaches attributes and returns the ones they replace.
fun add_or_replace_metadata(
    self: &mut PooledBlob,
    metadata: Metadata,
): option::Option<Metadata> {
    let replaced = if (self.has_metadata()) option::some(self.take_metadata()) else option::none();
    self.add_metadata(metadata);
    replaced
}

/// Detaches the attributes.
fun take_metadata(self: &mut PooledBlob): Metadata {
    assert!(self.has_metadata(), EMissingMetadata);
    dynamic_field::remove(&mut self.id, METADATA_DF)
}

/// Sets one attribute.
fun insert_or_update_metadata_pair(self: &mut PooledBlob, key: String, value: String) {
    self.metadata_or_create().insert_or_update(key, value)
}

/// Removes one attribute, which must exist, and returns its key and value.
fun remove_metadata_pair(self: &mut PooledBlob, key: &String): (String, String) {
    self.metadata().remove(key)
}

/// Removes one attribute and returns its value, if there is one.
fun remove_metadata_pair_if_exists(
    self: &mut PooledBlob,
    key: &String,
): option::Option<String> {
    if (!self.has_metadata()) {
        return option::none()
    };
    self.metadata().remove_if_exists(key)
}

/// The attributes, which must exist.
fun metadata(self: &mut PooledBlob): &mut Metadata {
    assert!(self.has_metadata(), EMissingMetadata);
    dynamic_field::borrow_mut(&mut self.id, METADATA_DF)
}

/// The attributes, created first if there are none.
fun metadata_or_create(self: &mut PooledBlob): &mut Metadata {
    if (!self.has_metadata()) {
        self.add_metadata(metadata::new());
    };
    self.metadata()
}

/// Whether the blob has attributes.
fun has_metadata(self: &PooledBlob): bool {
    dynamic_field::exists(&self.id, METADATA_DF)
}

/// Destroys the attributes, if there are any.
fun drop_metadata(self: &mut PooledBlob) {
    if (self.has_metadata()) {
        self.take_metadata();
    }
}

// === State ===

/// Checks the version and gives access to the state.
fun inner(self: &StoragePool): &StoragePoolInnerV1 {
    assert!(self.version == VERSION, EWrongVersion);
    dynamic_field::borrow(&self.id, VERSION)
}

/// Checks the version and gives mutable access to the state.
fun inner_mut(self: &mut StoragePool): &mut StoragePoolInnerV1 {
    assert!(self.version == VERSION, EWrongVersion);
    dynamic_field::borrow_mut(&mut self.id, VERSION)
}

/// Encoded bytes left for further blobs.
fun unused_bytes(self: &StoragePoolInnerV1): u64 {
    self.storage.size() - self.used_encoded_bytes
}

// === Tests ===

/// Makes the object look like one of another version.
#[test_only]
public fun set_version_for_testing(self: &mut StoragePool, version: u64) {
    let state: StoragePoolInnerV1 = dynamic_field::remove(&mut self.id, self.version);
    dynamic_field::add(&mut self.id, version, state);
    self.version = version;
}

/// Makes the books of the pool wrong.
#[test_only]
public fun set_usage_for_testing(self: &mut StoragePool, used_encoded_bytes: u64, count: u64) {
    let state = self.inner_mut();
    state.used_encoded_bytes = used_encoded_bytes;
    state.blob_count = count;
}

/// Epochs of registration and certification.
#[test_only]
public fun epochs_for_testing(self: &PooledBlob): (u32, Option<u32>) {
    (self.registered_epoch, self.certified_epoch)
}
