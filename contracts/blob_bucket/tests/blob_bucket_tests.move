/// Buckets: rights of the capability, life cycle of blobs, growth, end.
#[test_only]
module blob_bucket::blob_bucket_tests;

use blob_bucket::blob_bucket::{Self, BlobBucket, BlobBucketCap};
use blob_bucket::blob_bucket_inner_v1;
use std::unit_test::{assert_eq, destroy};
use sui::test_scenario;
use walrus::storage_pool;
use walrus::system::System;
use walrus::system_fixtures::{
    bitmap,
    deletable_confirmation,
    first,
    new_system,
    next_epoch,
    permanent_confirmation,
    sample_blob_id,
    sample_encoded_size,
    sample_root_hash,
    sample_size,
    sign,
    storage_price,
    wal,
    write_price,
};

const OWNER: address = @0xA;
const RS2: u8 = 1;
const SIZE: u64 = 50_000_000;
const UNITS: u64 = 48;
const SAMPLE_UNITS: u64 = 22;
const FUNDS: u64 = 1_000_000;

/// A system in epoch 1 and a bucket for the epochs 1 and 2.
fun start(ctx: &mut TxContext): (System, BlobBucket, BlobBucketCap) {
    let mut system = new_system(ctx);
    let mut coin = wal(2 * UNITS * storage_price(), ctx);
    let (bucket, cap) = blob_bucket::new_for_testing(&mut system, SIZE, 2, &mut coin, ctx);
    coin.destroy_zero();
    (system, bucket, cap)
}

/// The same at the end of the bucket.
fun start_expired(ctx: &mut TxContext): (System, BlobBucket, BlobBucketCap) {
    let (mut system, bucket, cap) = start(ctx);
    next_epoch(&mut system);
    next_epoch(&mut system);
    (system, bucket, cap)
}

/// A capability for another bucket.
fun other_cap(system: &mut System, ctx: &mut TxContext): BlobBucketCap {
    let mut coin = wal(FUNDS, ctx);
    let (bucket, cap) = blob_bucket::new_for_testing(system, 1, 1, &mut coin, ctx);
    coin.burn_for_testing();
    destroy(bucket);
    cap
}

fun register(
    system: &mut System,
    bucket: &mut BlobBucket,
    cap: &BlobBucketCap,
    deletable: bool,
    ctx: &mut TxContext,
) {
    let mut coin = wal(SAMPLE_UNITS * write_price(), ctx);
    bucket.register_blob(
        cap,
        system,
        sample_blob_id(),
        sample_root_hash(),
        sample_size(),
        RS2,
        deletable,
        &mut coin,
        ctx,
    );
    coin.destroy_zero();
}

fun certify(system: &System, bucket: &mut BlobBucket, message: vector<u8>) {
    let signature = sign(message, first(7));
    bucket.certify_blob(system, sample_blob_id(), signature, bitmap(first(7)), message)
}

#[test]
fun bucket_is_shared_and_its_capability_returned() {
    let mut scenario = test_scenario::begin(OWNER);
    let mut system = new_system(scenario.ctx());
    let mut coin = wal(FUNDS, scenario.ctx());
    let cap = blob_bucket::new(&mut system, SIZE, 2, &mut coin, scenario.ctx());
    assert_eq!(coin.burn_for_testing(), FUNDS - 2 * UNITS * storage_price());
    scenario.next_tx(OWNER);
    let bucket: BlobBucket = scenario.take_shared();
    assert_eq!(cap.bucket_id(), object::id(&bucket));
    assert_eq!(bucket.end_epoch(), 3);
    assert_eq!(bucket.reserved_encoded_capacity_bytes(), SIZE);
    assert!(bucket.storage_pool_id() != cap.bucket_id());
    test_scenario::return_shared(bucket);
    destroy(cap);
    destroy(system);
    scenario.end();
}

#[test]
fun blob_is_registered_certified_and_deleted() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut bucket, cap) = start(ctx);
    assert!(!bucket.has_blob(sample_blob_id()));
    register(&mut system, &mut bucket, &cap, true, ctx);
    assert!(bucket.has_blob(sample_blob_id()));
    assert_eq!(bucket.blob_count(), 1);
    assert_eq!(bucket.used_encoded_bytes(), sample_encoded_size(100));
    assert_eq!(bucket.available_encoded_bytes(), SIZE - sample_encoded_size(100));
    let object_id = bucket.get_blob_object_id(sample_blob_id());
    certify(&system, &mut bucket, deletable_confirmation(1, sample_blob_id(), object_id));
    bucket.delete_blob(&cap, &system, sample_blob_id());
    assert_eq!(bucket.blob_count(), 0);
    assert_eq!(bucket.used_encoded_bytes(), 0);
    destroy(cap);
    destroy(bucket);
    destroy(system);
}

#[test]
fun bucket_grows_in_time_and_space() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut bucket, cap) = start(ctx);
    let mut coin = wal(3 * UNITS * storage_price(), ctx);
    bucket.extend_storage_pool(&cap, &mut system, 3, &mut coin);
    coin.destroy_zero();
    assert_eq!(bucket.end_epoch(), 6);
    let mut coin = wal(5 * storage_price(), ctx);
    bucket.increase_storage_pool_capacity(&cap, &mut system, 1, &mut coin);
    coin.destroy_zero();
    assert_eq!(bucket.reserved_encoded_capacity_bytes(), SIZE + 1);
    destroy(cap);
    destroy(bucket);
    destroy(system);
}

#[test, expected_failure(abort_code = storage_pool::EInsufficientCapacity)]
fun rules_of_the_pool_hold() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut coin = wal(FUNDS, ctx);
    let (mut bucket, cap) = blob_bucket::new_for_testing(&mut system, 1, 1, &mut coin, ctx);
    register(&mut system, &mut bucket, &cap, true, ctx);
    abort
}

// === Other capabilities ===

#[test, expected_failure(abort_code = blob_bucket::EInvalidBlobBucketCap)]
fun other_capabilities_do_not_register() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut bucket, _cap) = start(ctx);
    let other = other_cap(&mut system, ctx);
    register(&mut system, &mut bucket, &other, true, ctx);
    abort
}

#[test, expected_failure(abort_code = blob_bucket::EInvalidBlobBucketCap)]
fun other_capabilities_do_not_delete() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut bucket, cap) = start(ctx);
    register(&mut system, &mut bucket, &cap, true, ctx);
    let other = other_cap(&mut system, ctx);
    bucket.delete_blob(&other, &system, sample_blob_id());
    abort
}

#[test, expected_failure(abort_code = blob_bucket::EInvalidBlobBucketCap)]
fun other_capabilities_do_not_extend() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut bucket, _cap) = start(ctx);
    let other = other_cap(&mut system, ctx);
    let mut coin = wal(FUNDS, ctx);
    bucket.extend_storage_pool(&other, &mut system, 1, &mut coin);
    abort
}

#[test, expected_failure(abort_code = blob_bucket::EInvalidBlobBucketCap)]
fun other_capabilities_do_not_add_capacity() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut bucket, _cap) = start(ctx);
    let other = other_cap(&mut system, ctx);
    let mut coin = wal(FUNDS, ctx);
    bucket.increase_storage_pool_capacity(&other, &mut system, 1, &mut coin);
    abort
}

// === After the end ===

#[test, expected_failure(abort_code = blob_bucket_inner_v1::EBlobBucketStorageExpired)]
fun registration_after_the_end_fails() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut bucket, cap) = start_expired(ctx);
    register(&mut system, &mut bucket, &cap, true, ctx);
    abort
}

#[test, expected_failure(abort_code = blob_bucket_inner_v1::EBlobBucketStorageExpired)]
fun certification_after_the_end_fails() {
    let ctx = &mut tx_context::dummy();
    let (system, mut bucket, _cap) = start_expired(ctx);
    certify(&system, &mut bucket, permanent_confirmation(3, sample_blob_id()));
    abort
}

#[test, expected_failure(abort_code = blob_bucket_inner_v1::EBlobBucketStorageExpired)]
fun deletion_after_the_end_fails() {
    let ctx = &mut tx_context::dummy();
    let (system, mut bucket, cap) = start_expired(ctx);
    bucket.delete_blob(&cap, &system, sample_blob_id());
    abort
}

#[test, expected_failure(abort_code = blob_bucket_inner_v1::EBlobBucketStorageExpired)]
fun extension_after_the_end_fails() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut bucket, cap) = start_expired(ctx);
    let mut coin = wal(FUNDS, ctx);
    bucket.extend_storage_pool(&cap, &mut system, 1, &mut coin);
    abort
}

#[test, expected_failure(abort_code = blob_bucket_inner_v1::EBlobBucketStorageExpired)]
fun growing_after_the_end_fails() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut bucket, cap) = start_expired(ctx);
    let mut coin = wal(FUNDS, ctx);
    bucket.increase_storage_pool_capacity(&cap, &mut system, 1, &mut coin);
    abort
}

// === Versions ===

#[test, expected_failure(abort_code = blob_bucket::EWrongVersion)]
fun bucket_of_another_version_is_not_read() {
    let ctx = &mut tx_context::dummy();
    let (_system, mut bucket, _cap) = start(ctx);
    bucket.set_version_for_testing(2);
    bucket.storage_pool_id();
    abort
}

#[test, expected_failure(abort_code = blob_bucket::EWrongVersion)]
fun bucket_of_another_version_is_not_changed() {
    let ctx = &mut tx_context::dummy();
    let (system, mut bucket, cap) = start(ctx);
    bucket.set_version_for_testing(2);
    bucket.delete_blob(&cap, &system, sample_blob_id());
    abort
}
