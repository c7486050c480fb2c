/// State of a bucket: the storage pool it is made of. All changes need a pool that has not ended.
module blob_bucket::blob_bucket_inner_v1;

use sui::coin::Coin;
use wal::wal::WAL;
use walrus::storage_pool::StoragePool;
use walrus::system::System;

/// The pool has ended.
const EBlobBucketStorageExpired: u64 = 0;

/// State of a bucket, kept in a dynamic field of `BlobBucket`.
public struct BlobBucketInnerV1 has store {
    storage_pool: StoragePool,
}

/// Buys a storage pool for a new bucket.
public(package) fun new(
    system: &mut System,
    reserved_encoded_capacity_bytes: u64,
    epochs_ahead: u32,
    payment: &mut Coin<WAL>,
    ctx: &mut TxContext,
): BlobBucketInnerV1 {
    let storage_pool =
        system.create_storage_pool(reserved_encoded_capacity_bytes, epochs_ahead, payment, ctx);
    BlobBucketInnerV1 { storage_pool }
}

/// Registers a blob in the pool.
public(package) fun register_blob(
    self: &mut BlobBucketInnerV1,
    system: &mut System,
    blob_id: u256,
    root_hash: u256,
    unencoded_size: u64,
    encoding_type: u8,
    deletable: bool,
    write_payment: &mut Coin<WAL>,
    ctx: &mut TxContext,
) {
    self.verify_pool_active(system);
    system.register_pooled_blob(
        self.storage_pool_mut(),
        blob_id,
        root_hash,
        unencoded_size,
        encoding_type,
        deletable,
        write_payment,
        ctx,
    )
}

/// Certifies a blob of the pool.
public(package) fun certify_blob(
    self: &mut BlobBucketInnerV1,
    system: &System,
    blob_id: u256,
    signature: vector<u8>,
    signers_bitmap: vector<u8>,
    message: vector<u8>,
) {
    self.verify_pool_active(system);
    let storage_pool = self.storage_pool_mut();
    system.certify_pooled_blob(storage_pool, blob_id, signature, signers_bitmap, message)
}

/// Deletes a deletable blob of the pool.
public(package) fun delete_blob(
    self: &mut BlobBucketInnerV1,
    system: &System,
    blob_id: u256,
) {
    self.verify_pool_active(system);
    system.delete_pooled_blob(self.storage_pool_mut(), blob_id)
}

/// Extends the pool.
public(package) fun extend_storage_pool(
    self: &mut BlobBucketInnerV1,
    system: &mut System,
    extended_epochs: u32,
    payment: &mut Coin<WAL>,
) {
    self.verify_pool_active(system);
    system.extend_storage_pool(self.storage_pool_mut(), extended_epochs, payment)
}

/// Buys more bytes for the pool.
public(package) fun increase_storage_pool_capacity(
    self: &mut BlobBucketInnerV1,
    system: &mut System,
    additional_encoded_capacity_bytes: u64,
    payment: &mut Coin<WAL>,
) {
    self.verify_pool_active(system);
    system.increase_storage_pool_capacity(
        self.storage_pool_mut(),
        additional_encoded_capacity_bytes,
        payment,
    )
}

// === Accessors ===

/// ID of the pool.
public(package) fun storage_pool_id(self: &BlobBucketInnerV1): ID {
    self.storage_pool().object_id()
}

/// Whether a blob is registered.
public(package) fun has_blob(self: &BlobBucketInnerV1, blob_id: u256): bool {
    self.storage_pool().contains_blob(blob_id)
}

/// ID of the object of a blob.
public(package) fun get_blob_object_id(self: &BlobBucketInnerV1, blob_id: u256): ID {
    self.storage_pool().blob_object_id(blob_id)
}

/// First epoch in which the blobs are no longer stored.
public(package) fun end_epoch(self: &BlobBucketInnerV1): u32 {
    self.storage_pool().end_epoch()
}

/// Encoded bytes that the blobs may have together.
public(package) fun reserved_encoded_capacity_bytes(self: &BlobBucketInnerV1): u64 {
    self.storage_pool().reserved_encoded_capacity_bytes()
}

/// Encoded bytes that the blobs have together.
public(package) fun used_encoded_bytes(self: &BlobBucketInnerV1): u64 {
    self.storage_pool().used_encoded_bytes()
}

/// Encoded bytes left for further blobs.
public(package) fun available_encoded_bytes(self: &BlobBucketInnerV1): u64 {
    self.storage_pool().available_encoded_bytes()
}

/// Number of blobs.
public(package) fun blob_count(self: &BlobBucketInnerV1): u64 {
    self.storage_pool().blob_count()
}

fun storage_pool(self: &BlobBucketInnerV1): &StoragePool {
    &self.storage_pool
}

fun storage_pool_mut(self: &mut BlobBucketInnerV1): &mut StoragePool {
    &mut self.storage_pool
}

/// Aborts if the pool has ended.
fun verify_pool_active(self: &BlobBucketInnerV1, system: &System) {
    assert!(system.epoch() < self.end_epoch(), EBlobBucketStorageExpired);
}
