/// The on-chain record of a stored blob.
///
/// A `Blob` object owns the storage reservation it lives in. It is created by registration, becomes
/// certified once enough nodes confirmed that they store the blob, and ends with its reservation.
module walrus::blob;

use std::string::String;
use sui::bcs;
use sui::dynamic_field;
use sui::hash;
use walrus::encoding;
use walrus::events;
use walrus::messages::CertifiedBlobMessage;
use walrus::metadata::{Self, Metadata};
use walrus::storage_resource::Storage;

/// Name of the dynamic field with the attributes of a blob.
const METADATA_DF: vector<u8> = b"metadata";

/// The blob is not certified.
const ENotCertified: u64 = 0;
/// Permanent blobs cannot be deleted.
const EBlobNotDeletable: u64 = 1;
/// The epochs of the reservation do not fit.
const EResourceBounds: u64 = 2;
/// The reservation is too small for the encoded blob.
const EResourceSize: u64 = 3;
// 4 is not in use.
/// The blob is certified already.
const EAlreadyCertified: u64 = 5;
/// The blob ID is not the expected one.
const EInvalidBlobId: u64 = 6;
/// The blob has attributes already.
const EDuplicateMetadata: u64 = 7;
/// The blob has no attributes.
const EMissingMetadata: u64 = 8;
/// The confirmation is for a permanent blob but the blob is deletable, or the other way round.
const EInvalidBlobPersistenceType: u64 = 9;
/// The confirmation is for another registration of the blob.
const EInvalidBlobObject: u64 = 10;

/// `blob.share(ctx)` turns a blob into a shared one.
public use fun walrus::shared_blob::new as Blob.share;

/// One registration of a blob. Several objects may exist for the same blob ID.
public struct Blob has key, store {
    id: UID,
    registered_epoch: u32,
    blob_id: u256,
    /// Unencoded size in bytes.
    size: u64,
    encoding_type: u8,
    /// Epoch of the certification, if it happened.
    certified_epoch: Option<u32>,
    storage: Storage,
    /// Whether the owner may delete the blob before its end.
    deletable: bool,
}

/// What the blob ID is the hash of, in BCS.
public struct BlobIdDerivation has drop {
    encoding_type: u8,
    size: u64,
    root_hash: u256,
}

// === Accessors ===

/// ID of the object, not of the blob.
public fun object_id(self: &Blob): ID {
    object::id(self)
}

/// Epoch of the registration.
public fun registered_epoch(self: &Blob): u32 {
    self.registered_epoch
}

/// ID of the blob, derived from its content.
public fun blob_id(self: &Blob): u256 {
    self.blob_id
}

/// Unencoded size in bytes.
public fun size(self: &Blob): u64 {
    self.size
}

/// How the blob is encoded.
public fun encoding_type(self: &Blob): u8 {
    self.encoding_type
}

/// Epoch of the certification, if it happened.
public fun certified_epoch(self: &Blob): &Option<u32> {
    &self.certified_epoch
}

/// The reservation the blob lives in.
public fun storage(self: &Blob): &Storage {
    &self.storage
}

/// Whether the owner may delete the blob before its end.
public fun is_deletable(self: &Blob): bool {
    self.deletable
}

/// Bytes that `n_shards` shards store for the blob.
public fun encoded_size(self: &Blob, n_shards: u16): u64 {
    encoding::encoded_blob_length(self.size, self.encoding_type, n_shards)
}

/// Gives mutable access to the reservation.
public(package) fun storage_mut(self: &mut Blob): &mut Storage {
    &mut self.storage
}

/// First epoch in which the blob is no longer stored.
public fun end_epoch(self: &Blob): u32 {
    self.storage.end_epoch()
}

/// Aborts unless the blob is certified and its end has not come yet.
public(package) fun assert_certified_not_expired(self: &Blob, current_epoch: u32) {
    assert!(self.certified_epoch.is_some(), ENotCertified);
    assert!(current_epoch < self.end_epoch(), EResourceBounds);
}

/// Computes the ID of a blob from its Merkle root, encoding and unencoded size.
public fun derive_blob_id(root_hash: u256, encoding_type: u8, size: u64): u256 {
    let preimage = bcs::to_bytes(&BlobIdDerivation { encoding_type, size, root_hash });
    // The hash is read as a little endian number.
    bcs::new(hash::blake2b256(&preimage)).peel_u256()
}

// === Life cycle ===

/// Registers a blob in the given reservation.
///
/// The reservation must cover the current epoch and hold the encoded blob, and `blob_id` must be
/// derived from the other arguments.
public(package) fun new(
    storage: Storage,
    blob_id: u256,
    root_hash: u256,
    size: u64,
    encoding_type: u8,
    deletable: bool,
    registered_epoch: u32,
    n_shards: u16,
    ctx: &mut TxContext,
): Blob {
    let id = object::new(ctx);
    assert!(storage.start_epoch() <= registered_epoch, EResourceBounds);
    assert!(registered_epoch < storage.end_epoch(), EResourceBounds);
    let encoded_size = encoding::encoded_blob_length(size, encoding_type, n_shards);
    assert!(encoded_size <= storage.size(), EResourceSize);
    assert!(derive_blob_id(root_hash, encoding_type, size) == blob_id, EInvalidBlobId);

    events::emit_blob_registered(
        registered_epoch,
        blob_id,
        size,
        encoding_type,
        storage.end_epoch(),
        deletable,
        id.to_inner(),
    );
    Blob {
        id,
        registered_epoch,
        blob_id,
        size,
        encoding_type,
        certified_epoch: option::none(),
        storage,
        deletable,
    }
}

/// Certifies a blob with the confirmation of the storage nodes.
public(package) fun certify_with_certified_msg(
    blob: &mut Blob,
    current_epoch: u32,
    message: CertifiedBlobMessage,
) {
    assert!(message.certified_blob_id() == blob.blob_id, EInvalidBlobId);
    assert!(blob.certified_epoch.is_none(), EAlreadyCertified);
    assert!(current_epoch < blob.end_epoch(), EResourceBounds);
    let persistence = message.blob_persistence_type();
    assert!(persistence.is_deletable() == blob.deletable, EInvalidBlobPersistenceType);
    if (blob.deletable) {
        assert!(persistence.object_id() == blob.object_id(), EInvalidBlobObject);
    };
    blob.certified_epoch.fill(current_epoch);
    blob.emit_certified(false);
}

/// Deletes a deletable blob before its end and returns the reservation for other use.
public(package) fun delete(mut self: Blob, epoch: u32): Storage {
    self.drop_metadata();
    let Blob { id, blob_id, certified_epoch, storage, deletable, .. } = self;
    assert!(deletable, EBlobNotDeletable);
    assert!(epoch < storage.end_epoch(), EResourceBounds);
    let object_id = id.to_inner();
    id.delete();
    events::emit_blob_deleted(
        epoch,
        blob_id,
        storage.end_epoch(),
        object_id,
        certified_epoch.is_some(),
    );
    storage
}

/// Destroys the object and its reservation. Only the record goes away: the blob stays stored until
/// its end.
public fun burn(mut self: Blob) {
    self.drop_metadata();
    let Blob { id, storage, .. } = self;
    id.delete();
    storage.destroy();
}

/// Appends the reservation `extension` to a certified blob that has not ended.
public(package) fun extend_with_resource(
    blob: &mut Blob,
    extension: Storage,
    current_epoch: u32,
) {
    blob.assert_certified_not_expired(current_epoch);
    assert!(extension.end_epoch() > blob.end_epoch(), EResourceBounds);
    blob.storage.fuse_periods(extension);
    blob.emit_certified(true);
}

/// Emits the `BlobCertified` event of a certified blob.
public(package) fun emit_certified(self: &Blob, is_extension: bool) {
    events::emit_blob_certified(
        *self.certified_epoch.borrow(),
        self.blob_id,
        self.end_epoch(),
        self.deletable,
        self.object_id(),
        is_extension,
    );
}

// === Attributes ===

/// Attaches attributes to a blob that has none.
public fun add_metadata(self: &mut Blob, metadata: Metadata) {
    assert!(!self.has_metadata(), EDuplicateMetadata);
    dynamic_field::add(&mut self.id, METADATA_DF, metadata)
}

/// Attaches attributes and returns the ones they replace.
public fun add_or_replace_metadata(
    self: &mut Blob,
    metadata: Metadata,
): option::Option<Metadata> {
    let replaced = if (self.has_metadata()) option::some(self.take_metadata()) else option::none();
    self.add_metadata(metadata);
    replaced
}

/// Detaches the attributes.
public fun take_metadata(self: &mut Blob): Metadata {
    assert!(self.has_metadata(), EMissingMetadata);
    dynamic_field::remove(&mut self.id, METADATA_DF)
}

/// Sets one attribute.
public fun insert_or_update_metadata_pair(self: &mut Blob, key: String, value: String) {
    self.metadata_or_create().insert_or_update(key, value)
}

/// Removes one attribute, which must exist, and returns its key and value.
public fun remove_metadata_pair(self: &mut Blob, key: &String): (String, String) {
    self.metadata().remove(key)
}

/// Removes one attribute and returns its value, if there is one.
public fun remove_metadata_pair_if_exists(
    self: &mut Blob,
    key: &String,
): option::Option<String> {
    if (!self.has_metadata()) {
        return option::none()
    };
    self.metadata().remove_if_exists(key)
}

/// The attributes, which must exist.
fun metadata(self: &mut Blob): &mut Metadata {
    assert!(self.has_metadata(), EMissingMetadata);
    dynamic_field::borrow_mut(&mut self.id, METADATA_DF)
}

/// The attributes, created first if there are none.
fun metadata_or_create(self: &mut Blob): &mut Metadata {
    if (!self.has_metadata()) {
        self.add_metadata(metadata::new());
    };
    self.metadata()
}

/// Whether the blob has attributes.
fun has_metadata(self: &Blob): bool {
    dynamic_field::exists(&self.id, METADATA_DF)
}

/// Destroys the attributes, if there are any.
fun drop_metadata(self: &mut Blob) {
    if (self.has_metadata()) {
        self.take_metadata();
    }
}
