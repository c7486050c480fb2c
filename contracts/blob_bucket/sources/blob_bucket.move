/// A shared bucket of blobs: a storage pool whose owner holds a capability.
///
/// The owner registers and deletes blobs and buys more time or space; anyone may hand in the
/// certificate of a blob.
module blob_bucket::blob_bucket;

use blob_bucket::blob_bucket_inner_v1::{Self, BlobBucketInnerV1};
use sui::coin::Coin;
use sui::dynamic_field;
use wal::wal::WAL;
use walrus::system::System;

/// Version of this code. The state of a bucket is the dynamic field with this number as its name.
const VERSION: u64 = 1;

/// The capability is for another bucket.
const EInvalidBlobBucketCap: u64 = 0;
/// The bucket is not of the version of this code.
const EWrongVersion: u64 = 1;

/// A bucket. Shared.
public struct BlobBucket has key {
    id: UID,
    /// Version of the state.
    version: u64,
}

/// Right to register and delete blobs in one bucket and to let it grow.
public struct BlobBucketCap has key, store {
    id: UID,
    bucket_id: ID,
}

// === Creation ===

/// Buys a storage pool, shares a bucket made of it and returns the capability.
public fun new(
    system: &mut System,
    reserved_encoded_capacity_bytes: u64,
    epochs_ahead: u32,
    payment: &mut Coin<WAL>,
    ctx: &mut TxContext,
): BlobBucketCap {
    let (bucket, cap) =
        new_impl(system, reserved_encoded_capacity_bytes, epochs_ahead, payment, ctx);
    transfer::share_object(bucket);
    cap
}

/// Makes a bucket that is not shared yet.
fun new_impl(
    system: &mut System,
    reserved_encoded_capacity_bytes: u64,
    epochs_ahead: u32,
    payment: &mut Coin<WAL>,
    ctx: &mut TxContext,
): (BlobBucket, BlobBucketCap) {
    let state = blob_bucket_inner_v1::new(
        system,
        reserved_encoded_capacity_bytes,
        epochs_ahead,
        payment,
        ctx,
    );
    let mut bucket = BlobBucket { id: object::new(ctx), version: VERSION };
    dynamic_field::add(&mut bucket.id, VERSION, state);
    let cap = BlobBucketCap { id: object::new(ctx), bucket_id: object::id(&bucket) };
    (bucket, cap)
}

// === Blobs ===

/// Registers a blob. The write fee is taken out of `write_payment`.
public fun register_blob(
    self: &mut BlobBucket,
    cap: &BlobBucketCap,
    system: &mut System,
    blob_id: u256,
    root_hash: u256,
    unencoded_size: u64,
    encoding_type: u8,
    deletable: bool,
    write_payment: &mut Coin<WAL>,
    ctx: &mut TxContext,
) {
    self.check_cap(cap);
    self
        .inner_mut()
        .register_blob(
            system,
            blob_id,
            root_hash,
            unencoded_size,
            encoding_type,
            deletable,
            write_payment,
            ctx,
        )
}

/// Certifies a blob with the storage confirmations of a quorum. Anyone may do this.
public fun certify_blob(
    self: &mut BlobBucket,
    system: &System,
    blob_id: u256,
    signature: vector<u8>,
    signers_bitmap: vector<u8>,
    message: vector<u8>,
) {
    self.inner_mut().certify_blob(system, blob_id, signature, signers_bitmap, message)
}

/// Deletes a deletable blob.
public fun delete_blob(
    self: &mut BlobBucket,
    cap: &BlobBucketCap,
    system: &System,
    blob_id: u256,
) {
    self.check_cap(cap);
    self.inner_mut().delete_blob(system, blob_id)
}

// === Growth ===

/// Extends the bucket, and with it all its blobs, by `extended_epochs`.
public fun extend_storage_pool(
    self: &mut BlobBucket,
    cap: &BlobBucketCap,
    system: &mut System,
    extended_epochs: u32,
    payment: &mut Coin<WAL>,
) {
    self.check_cap(cap);
    self.inner_mut().extend_storage_pool(system, extended_epochs, payment)
}

/// Buys more bytes for the bucket, from the current epoch to its end.
public fun increase_storage_pool_capacity(
    self: &mut BlobBucket,
    cap: &BlobBucketCap,
    system: &mut System,
    additional_encoded_capacity_bytes: u64,
    payment: &mut Coin<WAL>,
) {
    self.check_cap(cap);
    self
        .inner_mut()
        .increase_storage_pool_capacity(system, additional_encoded_capacity_bytes, payment)
}

// === Accessors ===

/// ID of the bucket that a capability is for.
public fun bucket_id(self: &BlobBucketCap): ID {
    self.bucket_id
}

/// ID of the storage pool in the bucket.
public fun storage_pool_id(self: &BlobBucket): ID {
    self.inner().storage_pool_id()
}

/// Whether a blob is registered.
public(package) fun has_blob(self: &BlobBucket, blob_id: u256): bool {
    self.inner().has_blob(blob_id)
}

/// ID of the object of a blob.
public(package) fun get_blob_object_id(self: &BlobBucket, blob_id: u256): ID {
    self.inner().get_blob_object_id(blob_id)
}

/// First epoch in which the blobs are no longer stored.
public(package) fun end_epoch(self: &BlobBucket): u32 {
    self.inner().end_epoch()
}

/// Encoded bytes that the blobs may have together.
public(package) fun reserved_encoded_capacity_bytes(self: &BlobBucket): u64 {
    self.inner().reserved_encoded_capacity_bytes()
}

/// Encoded bytes that the blobs have together.
public(package) fun used_encoded_bytes(self: &BlobBucket): u64 {
    self.inner().used_encoded_bytes()
}

/// Encoded bytes left for further blobs.
public(package) fun available_encoded_bytes(self: &BlobBucket): u64 {
    self.inner().available_encoded_bytes()
}

/// Number of blobs.
public(package) fun blob_count(self: &BlobBucket): u64 {
    self.inner().blob_count()
}

// === Checks and state ===

/// Aborts if the capability is for another bucket.
fun check_cap(self: &BlobBucket, cap: &BlobBucketCap) {
    assert!(object::id(self) == cap.bucket_id, EInvalidBlobBucketCap);
}

/// Checks the version and gives access to the state.
fun inner(self: &BlobBucket): &BlobBucketInnerV1 {
    assert!(self.version == VERSION, EWrongVersion);
    dynamic_field::borrow(&self.id, VERSION)
}

/// Checks the version and gives mutable access to the state.
fun inner_mut(self: &mut BlobBucket): &mut BlobBucketInnerV1 {
    assert!(self.version == VERSION, EWrongVersion);
    dynamic_field::borrow_mut(&mut self.id, VERSION)
}

// === Tests ===

/// A bucket that is not shared.
#[test_only]
public fun new_for_testing(
    system: &mut System,
    reserved_encoded_capacity_bytes: u64,
    epochs_ahead: u32,
    payment: &mut Coin<WAL>,
    ctx: &mut TxContext,
): (BlobBucket, BlobBucketCap) {
    new_impl(system, reserved_encoded_capacity_bytes, epochs_ahead, payment, ctx)
}

/// Makes the object look like one of another version.
#[test_only]
public fun set_version_for_testing(self: &mut BlobBucket, version: u64) {
    let state: BlobBucketInnerV1 = dynamic_field::remove(&mut self.id, self.version);
    dynamic_field::add(&mut self.id, version, state);
    self.version = version;
}
