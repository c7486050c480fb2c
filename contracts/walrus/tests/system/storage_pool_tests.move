/// Storage pools: buying, growing, shrinking and extending them, the blobs in them and their
/// attributes.
#[test_only]
module walrus::storage_pool_tests;

use std::unit_test::{assert_eq, destroy};
use sui::bcs;
use sui::dynamic_field;
use sui::event;
use walrus::blob;
use walrus::bls_aggregate;
use walrus::encoding;
use walrus::events::{
    PooledBlobCertified,
    PooledBlobDeleted,
    PooledBlobRegistered,
    StoragePoolCreated,
    StoragePoolExtended,
};
use walrus::messages;
use walrus::metadata::{Self, Metadata};
use walrus::storage_pool::{Self, StoragePool};
use walrus::storage_resource;
use walrus::system::{Self, System};
use walrus::system_fixtures::{
    bitmap,
    capacity,
    deletable_confirmation,
    first,
    max_epochs_ahead,
    message,
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
use walrus::system_state_inner;

const RS2: u8 = 1;
const UNIT: u64 = 1_048_576;
/// Room for two sample blobs of 22,822,800 encoded bytes.
const POOL_SIZE: u64 = 50_000_000;
const POOL_UNITS: u64 = 48;
const POOL_EPOCHS: u32 = 3;
const SAMPLE_UNITS: u64 = 22;
const FUNDS: u64 = 1_000_000_000;

/// Used capacity and payments of the slot `offset` epochs ahead.
fun check_slot(system: &System, offset: u32, used_capacity: u64, rewards: u64) {
    let slot = &system.future_accounting()[offset];
    assert_eq!(slot.used_capacity(), used_capacity);
    assert_eq!(slot.rewards(), rewards);
}

/// A system in epoch 1 and a pool for the epochs 1 to 3.
fun start(ctx: &mut TxContext): (System, StoragePool) {
    let mut system = new_system(ctx);
    let pool = buy_pool(&mut system, POOL_SIZE, POOL_EPOCHS, ctx);
    (system, pool)
}

/// The same two epochs after the pool's end.
fun start_expired(ctx: &mut TxContext): (System, StoragePool) {
    let (mut system, pool) = start(ctx);
    POOL_EPOCHS.do!(|_| next_epoch(&mut system));
    assert_eq!(system.epoch(), pool.end_epoch());
    (system, pool)
}

fun buy_pool(system: &mut System, size: u64, epochs: u32, ctx: &mut TxContext): StoragePool {
    let mut coin = wal(FUNDS, ctx);
    let pool = system.create_storage_pool(size, epochs, &mut coin, ctx);
    coin.burn_for_testing();
    pool
}

/// Registers the sample blob with another Merkle root and returns its ID.
fun register(
    system: &mut System,
    pool: &mut StoragePool,
    root_hash: u256,
    deletable: bool,
    ctx: &mut TxContext,
): u256 {
    let blob_id = blob::derive_blob_id(root_hash, RS2, sample_size());
    let mut coin = wal(SAMPLE_UNITS * write_price(), ctx);
    system.register_pooled_blob(
        pool,
        blob_id,
        root_hash,
        sample_size(),
        RS2,
        deletable,
        &mut coin,
        ctx,
    );
    // The exact amount is enough.
    coin.destroy_zero();
    blob_id
}

/// Registers the sample blob.
fun register_sample(
    system: &mut System,
    pool: &mut StoragePool,
    deletable: bool,
    ctx: &mut TxContext,
) {
    register(system, pool, sample_root_hash(), deletable, ctx);
}

fun certify_with(system: &System, pool: &mut StoragePool, blob_id: u256, message: vector<u8>) {
    system.certify_pooled_blob(pool, blob_id, sign(message, first(7)), bitmap(first(7)), message)
}

fun certify_permanent(system: &System, pool: &mut StoragePool, blob_id: u256) {
    certify_with(system, pool, blob_id, permanent_confirmation(system.epoch(), blob_id))
}

fun certify_deletable(system: &System, pool: &mut StoragePool, blob_id: u256) {
    let object_id = pool.blob_object_id(blob_id);
    certify_with(
        system,
        pool,
        blob_id,
        deletable_confirmation(system.epoch(), blob_id, object_id),
    )
}

// === Creation ===

#[test]
fun pool_is_paid_and_accounted_for_like_a_reservation() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut coin = wal(3 * POOL_UNITS * storage_price(), ctx);
    let pool = system.create_storage_pool(POOL_SIZE, POOL_EPOCHS, &mut coin, ctx);
    coin.destroy_zero();
    3u32.do!(|offset| check_slot(&system, offset, POOL_SIZE, POOL_UNITS * storage_price()));
    check_slot(&system, 3, 0, 0);
    assert_eq!(system.used_capacity_size(), POOL_SIZE);

    assert_eq!(pool.start_epoch(), 1);
    assert_eq!(pool.end_epoch(), 4);
    assert_eq!(pool.reserved_encoded_capacity_bytes(), POOL_SIZE);
    assert_eq!(pool.used_encoded_bytes(), 0);
    assert_eq!(pool.available_encoded_bytes(), POOL_SIZE);
    assert_eq!(pool.storage().size(), POOL_SIZE);
    assert_eq!(pool.blob_count(), 0);
    assert!(!pool.contains_blob(sample_blob_id()));
    assert_eq!(pool.object_id(), object::id(&pool));
    assert_eq!(event::events_by_type<StoragePoolCreated>().length(), 1);

    let storage = pool.destroy();
    assert_eq!(storage.size(), POOL_SIZE);
    assert_eq!(storage.end_epoch(), 4);
    storage.destroy();
    destroy(system);
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidResourceSize)]
fun pool_of_no_bytes_fails() {
    let ctx = &mut tx_context::dummy();
    destroy(buy_pool(&mut new_system(ctx), 0, 1, ctx));
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidEpochsAhead)]
fun pool_for_no_epoch_fails() {
    let ctx = &mut tx_context::dummy();
    destroy(buy_pool(&mut new_system(ctx), 1, 0, ctx));
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidEpochsAhead)]
fun pool_beyond_the_ring_fails() {
    let ctx = &mut tx_context::dummy();
    destroy(buy_pool(&mut new_system(ctx), 1, max_epochs_ahead() + 1, ctx));
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EStorageExceeded)]
fun pool_above_the_capacity_fails() {
    let ctx = &mut tx_context::dummy();
    destroy(buy_pool(&mut new_system(ctx), capacity() + 1, 1, ctx));
    abort
}

#[test, expected_failure(abort_code = 2, location = sui::balance)]
fun pool_with_a_frost_too_little_fails() {
    let ctx = &mut tx_context::dummy();
    let mut coin = wal(2 * storage_price() - 1, ctx);
    destroy(new_system(ctx).create_storage_pool(1, 2, &mut coin, ctx));
    abort
}

#[test, expected_failure(abort_code = system::EWrongVersion)]
fun pool_from_a_system_of_another_version_fails() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    system.set_version_for_testing(3);
    destroy(buy_pool(&mut system, 1, 1, ctx));
    abort
}

#[test]
fun reservation_becomes_a_pool() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    next_epoch(&mut system);
    // The reservation ends with the current epoch, the latest time possible.
    let storage = storage_resource::create_storage(0, 3, 1, ctx);
    let pool = system.create_storage_pool_with_storage(storage, ctx);
    assert_eq!(pool.start_epoch(), 0);
    assert_eq!(pool.end_epoch(), 3);
    assert_eq!(pool.available_encoded_bytes(), 1);
    // The reservation was paid and accounted for before.
    assert_eq!(system.used_capacity_size(), 0);
    assert_eq!(event::events_by_type<StoragePoolCreated>().length(), 1);
    destroy(pool);
    destroy(system);
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidResourceSize)]
fun empty_reservation_becomes_no_pool() {
    let ctx = &mut tx_context::dummy();
    let system = new_system(ctx);
    // The size is checked before the epochs.
    let storage = storage_resource::create_storage(2, 3, 0, ctx);
    destroy(system.create_storage_pool_with_storage(storage, ctx));
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidEpochsAhead)]
fun future_reservation_becomes_no_pool() {
    let ctx = &mut tx_context::dummy();
    let system = new_system(ctx);
    let storage = storage_resource::create_storage(2, 3, 1, ctx);
    destroy(system.create_storage_pool_with_storage(storage, ctx));
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidEpochsAhead)]
fun expired_reservation_becomes_no_pool() {
    let ctx = &mut tx_context::dummy();
    let system = new_system(ctx);
    let storage = storage_resource::create_storage(0, 1, 1, ctx);
    destroy(system.create_storage_pool_with_storage(storage, ctx));
    abort
}

// === Registration ===

#[test]
fun registration_uses_the_capacity_and_charges_the_write_fee() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    register_sample(&mut system, &mut pool, false, ctx);
    let other = register(&mut system, &mut pool, 7, true, ctx);

    let size = sample_encoded_size(100);
    assert_eq!(pool.blob_count(), 2);
    assert_eq!(pool.used_encoded_bytes(), 2 * size);
    assert_eq!(pool.available_encoded_bytes(), POOL_SIZE - 2 * size);
    assert!(pool.contains_blob(sample_blob_id()));
    assert!(pool.contains_blob(other));
    assert!(!pool.borrow_blob(sample_blob_id()).is_deletable());
    assert!(pool.borrow_blob(other).is_deletable());
    assert!(!pool.borrow_blob(other).is_certified());
    assert_eq!(pool.blob_object_id(other), object::id(pool.borrow_blob(other)));
    assert!(pool.blob_object_id(other) != pool.blob_object_id(sample_blob_id()));
    let (registered, certified) = pool.borrow_blob(other).epochs_for_testing();
    assert_eq!(registered, 1);
    assert!(certified.is_none());

    let fees = 2 * SAMPLE_UNITS * write_price();
    check_slot(&system, 0, POOL_SIZE, POOL_UNITS * storage_price() + fees);
    check_slot(&system, 1, POOL_SIZE, POOL_UNITS * storage_price());
    assert_eq!(event::events_by_type<PooledBlobRegistered>().length(), 2);
    destroy(pool);
    destroy(system);
}

#[test]
fun blob_may_fill_the_pool() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut pool = buy_pool(&mut system, sample_encoded_size(100), 1, ctx);
    register_sample(&mut system, &mut pool, true, ctx);
    assert_eq!(pool.available_encoded_bytes(), 0);
    destroy(pool);
    destroy(system);
}

#[test, expected_failure(abort_code = storage_pool::EInsufficientCapacity)]
fun blob_larger_than_the_pool_fails() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut pool = buy_pool(&mut system, sample_encoded_size(100) - 1, 1, ctx);
    register_sample(&mut system, &mut pool, true, ctx);
    abort
}

#[test, expected_failure(abort_code = storage_pool::EInsufficientCapacity)]
fun third_blob_does_not_fit() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    3u64.do!(|i| {
        register(&mut system, &mut pool, i as u256, true, ctx);
    });
    abort
}

#[test, expected_failure(abort_code = dynamic_field::EFieldAlreadyExists)]
fun second_registration_of_a_blob_fails() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    register_sample(&mut system, &mut pool, true, ctx);
    register_sample(&mut system, &mut pool, false, ctx);
    abort
}

#[test, expected_failure(abort_code = storage_pool::EInvalidBlobId)]
fun blob_id_of_another_size_fails() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    let mut coin = wal(FUNDS, ctx);
    system.register_pooled_blob(
        &mut pool,
        sample_blob_id(),
        sample_root_hash(),
        sample_size() + 1,
        RS2,
        true,
        &mut coin,
        ctx,
    );
    abort
}

#[test, expected_failure(abort_code = encoding::EInvalidEncodingType)]
fun unknown_encoding_fails() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    let mut coin = wal(FUNDS, ctx);
    system.register_pooled_blob(
        &mut pool,
        blob::derive_blob_id(sample_root_hash(), 0, sample_size()),
        sample_root_hash(),
        sample_size(),
        0,
        true,
        &mut coin,
        ctx,
    );
    abort
}

#[test, expected_failure(abort_code = 2, location = sui::balance)]
fun registration_with_a_frost_too_little_fails() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    let mut coin = wal(SAMPLE_UNITS * write_price() - 1, ctx);
    system.register_pooled_blob(
        &mut pool,
        sample_blob_id(),
        sample_root_hash(),
        sample_size(),
        RS2,
        true,
        &mut coin,
        ctx,
    );
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidEpochsAhead)]
fun registration_after_the_end_fails() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start_expired(ctx);
    register_sample(&mut system, &mut pool, true, ctx);
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidEpochsAhead)]
fun registration_before_the_start_fails() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let storage = storage_resource::create_storage(2, 3, POOL_SIZE, ctx);
    // No function of the system makes such a pool.
    let mut pool = storage_pool::create(storage, ctx);
    register_sample(&mut system, &mut pool, true, ctx);
    abort
}

#[test, expected_failure(abort_code = dynamic_field::EFieldDoesNotExist)]
fun object_of_an_unknown_blob_fails() {
    let ctx = &mut tx_context::dummy();
    let (_system, pool) = start(ctx);
    pool.blob_object_id(sample_blob_id());
    abort
}

// === Certification ===

#[test]
fun permanent_blob_is_certified() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    register_sample(&mut system, &mut pool, false, ctx);
    // The last epoch of the pool is early enough.
    next_epoch(&mut system);
    next_epoch(&mut system);
    certify_permanent(&system, &mut pool, sample_blob_id());
    assert!(pool.borrow_blob(sample_blob_id()).is_certified());
    let (registered, certified) = pool.borrow_blob(sample_blob_id()).epochs_for_testing();
    assert_eq!(registered, 1);
    assert_eq!(certified, option::some(3));
    assert_eq!(event::events_by_type<PooledBlobCertified>().length(), 1);
    destroy(pool);
    destroy(system);
}

#[test]
fun deletable_blob_is_certified() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    register_sample(&mut system, &mut pool, true, ctx);
    certify_deletable(&system, &mut pool, sample_blob_id());
    assert!(pool.borrow_blob(sample_blob_id()).is_certified());
    destroy(pool);
    destroy(system);
}

#[test, expected_failure(abort_code = storage_pool::EInvalidBlobId)]
fun confirmation_of_another_blob_fails() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    register_sample(&mut system, &mut pool, false, ctx);
    let other = register(&mut system, &mut pool, 7, false, ctx);
    certify_with(&system, &mut pool, sample_blob_id(), permanent_confirmation(1, other));
    abort
}

#[test, expected_failure(abort_code = dynamic_field::EFieldDoesNotExist)]
fun certification_of_an_unknown_blob_fails() {
    let ctx = &mut tx_context::dummy();
    let (system, mut pool) = start(ctx);
    certify_permanent(&system, &mut pool, sample_blob_id());
    abort
}

#[test, expected_failure(abort_code = storage_pool::EResourceBounds)]
fun certification_after_the_end_fails() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    register_sample(&mut system, &mut pool, false, ctx);
    certify_permanent(&system, &mut pool, sample_blob_id());
    POOL_EPOCHS.do!(|_| next_epoch(&mut system));
    // The end is checked before the earlier certification.
    certify_permanent(&system, &mut pool, sample_blob_id());
    abort
}

#[test, expected_failure(abort_code = storage_pool::EAlreadyCertified)]
fun second_certification_fails() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    register_sample(&mut system, &mut pool, false, ctx);
    certify_permanent(&system, &mut pool, sample_blob_id());
    certify_permanent(&system, &mut pool, sample_blob_id());
    abort
}

#[test, expected_failure(abort_code = storage_pool::EInvalidBlobPersistenceType)]
fun permanent_confirmation_of_a_deletable_blob_fails() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    register_sample(&mut system, &mut pool, true, ctx);
    certify_permanent(&system, &mut pool, sample_blob_id());
    abort
}

#[test, expected_failure(abort_code = storage_pool::EInvalidBlobPersistenceType)]
fun deletable_confirmation_of_a_permanent_blob_fails() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    register_sample(&mut system, &mut pool, false, ctx);
    certify_deletable(&system, &mut pool, sample_blob_id());
    abort
}

#[test, expected_failure(abort_code = storage_pool::EInvalidBlobObject)]
fun confirmation_for_another_object_fails() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    register_sample(&mut system, &mut pool, true, ctx);
    let message = deletable_confirmation(1, sample_blob_id(), pool.object_id());
    certify_with(&system, &mut pool, sample_blob_id(), message);
    abort
}

#[test, expected_failure(abort_code = bls_aggregate::ENotEnoughStake)]
fun confirmation_of_six_tenths_fails() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    register_sample(&mut system, &mut pool, false, ctx);
    let blob_id = sample_blob_id();
    let message = permanent_confirmation(1, blob_id);
    let signature = sign(message, first(6));
    system.certify_pooled_blob(&mut pool, blob_id, signature, bitmap(first(6)), message);
    abort
}

#[test, expected_failure(abort_code = bls_aggregate::ESigVerification)]
fun bls_pooled_blob_is_not_certified_with_a_wrong_signature() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    register_sample(&mut system, &mut pool, false, ctx);
    let blob_id = sample_blob_id();
    let message = permanent_confirmation(1, blob_id);
    let signature = sign(message, first(6));
    system.certify_pooled_blob(&mut pool, blob_id, signature, bitmap(first(7)), message);
    abort
}

#[test, expected_failure(abort_code = messages::EIncorrectEpoch)]
fun confirmation_of_another_epoch_fails() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    register_sample(&mut system, &mut pool, false, ctx);
    let message = permanent_confirmation(2, sample_blob_id());
    certify_with(&system, &mut pool, sample_blob_id(), message);
    abort
}

#[test, expected_failure(abort_code = messages::EInvalidMsgType)]
fun message_of_another_type_certifies_nothing() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    register_sample(&mut system, &mut pool, false, ctx);
    certify_with(&system, &mut pool, sample_blob_id(), message(2, 1, x""));
    abort
}

// === Deletion ===

#[test]
fun deletion_frees_the_capacity() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    register_sample(&mut system, &mut pool, true, ctx);
    let other = register(&mut system, &mut pool, 7, true, ctx);
    certify_deletable(&system, &mut pool, other);
    // Attributes go with the blob.
    pool.add_blob_metadata(sample_blob_id(), metadata::new());

    system.delete_pooled_blob(&mut pool, sample_blob_id());
    assert_eq!(pool.blob_count(), 1);
    assert_eq!(pool.used_encoded_bytes(), sample_encoded_size(100));
    assert!(!pool.contains_blob(sample_blob_id()));
    system.delete_pooled_blob(&mut pool, other);
    assert_eq!(pool.available_encoded_bytes(), POOL_SIZE);
    assert_eq!(event::events_by_type<PooledBlobDeleted>().length(), 2);

    // The blob can be registered again.
    register_sample(&mut system, &mut pool, true, ctx);
    system.delete_pooled_blob(&mut pool, sample_blob_id());
    pool.destroy().destroy();
    destroy(system);
}

#[test, expected_failure(abort_code = storage_pool::EBlobNotDeletable)]
fun deletion_of_a_permanent_blob_fails() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    register_sample(&mut system, &mut pool, false, ctx);
    system.delete_pooled_blob(&mut pool, sample_blob_id());
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidEpochsAhead)]
fun deletion_after_the_end_fails() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    register_sample(&mut system, &mut pool, true, ctx);
    POOL_EPOCHS.do!(|_| next_epoch(&mut system));
    system.delete_pooled_blob(&mut pool, sample_blob_id());
    abort
}

#[test, expected_failure(abort_code = dynamic_field::EFieldDoesNotExist)]
fun deletion_of_an_unknown_blob_fails() {
    let ctx = &mut tx_context::dummy();
    let (system, mut pool) = start(ctx);
    system.delete_pooled_blob(&mut pool, sample_blob_id());
    abort
}

#[test, expected_failure(abort_code = storage_pool::EInvalidBlobSize)]
fun more_bytes_than_used_are_not_freed() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    register_sample(&mut system, &mut pool, true, ctx);
    pool.set_usage_for_testing(sample_encoded_size(100) - 1, 1);
    system.delete_pooled_blob(&mut pool, sample_blob_id());
    abort
}

#[test, expected_failure(abort_code = storage_pool::EInvalidBlobCount)]
fun more_blobs_than_counted_are_not_removed() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    register_sample(&mut system, &mut pool, true, ctx);
    pool.set_usage_for_testing(sample_encoded_size(100), 0);
    system.delete_pooled_blob(&mut pool, sample_blob_id());
    abort
}

#[test]
fun blobs_of_an_expired_pool_are_burned() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    register_sample(&mut system, &mut pool, false, ctx);
    let other = register(&mut system, &mut pool, 7, true, ctx);
    pool.add_blob_metadata(other, metadata::new());
    POOL_EPOCHS.do!(|_| next_epoch(&mut system));
    system.burn_expired_pooled_blob(&mut pool, sample_blob_id());
    system.burn_expired_pooled_blob(&mut pool, other);
    assert_eq!(pool.blob_count(), 0);
    assert_eq!(pool.used_encoded_bytes(), 0);
    assert!(event::events_by_type<PooledBlobDeleted>().is_empty());
    pool.destroy().destroy();
    destroy(system);
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidEpochsAhead)]
fun blobs_are_not_burned_before_the_end() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    register_sample(&mut system, &mut pool, false, ctx);
    next_epoch(&mut system);
    next_epoch(&mut system);
    system.burn_expired_pooled_blob(&mut pool, sample_blob_id());
    abort
}

#[test, expected_failure(abort_code = storage_pool::EPoolNotEmpty)]
fun pool_with_a_blob_is_not_destroyed() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    register_sample(&mut system, &mut pool, true, ctx);
    pool.destroy().destroy();
    abort
}

// === Extension ===

#[test]
fun extension_is_paid_for_the_whole_pool() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    next_epoch(&mut system);
    let mut coin = wal(2 * POOL_UNITS * storage_price(), ctx);
    system.extend_storage_pool(&mut pool, 2, &mut coin);
    coin.destroy_zero();
    assert_eq!(pool.start_epoch(), 1);
    assert_eq!(pool.end_epoch(), 6);
    // Epochs 2 to 5.
    4u32.do!(|offset| check_slot(&system, offset, POOL_SIZE, POOL_UNITS * storage_price()));
    check_slot(&system, 4, 0, 0);
    assert_eq!(event::events_by_type<StoragePoolExtended>().length(), 1);
    destroy(pool);
    destroy(system);
}

#[test]
fun extension_up_to_the_ring() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    let mut coin = wal(FUNDS, ctx);
    system.extend_storage_pool(&mut pool, max_epochs_ahead() - POOL_EPOCHS, &mut coin);
    assert_eq!(pool.end_epoch(), 1 + max_epochs_ahead());
    coin.burn_for_testing();
    destroy(pool);
    destroy(system);
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidEpochsAhead)]
fun extension_beyond_the_ring_fails() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    let mut coin = wal(FUNDS, ctx);
    system.extend_storage_pool(&mut pool, max_epochs_ahead() - POOL_EPOCHS + 1, &mut coin);
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidEpochsAhead)]
fun extension_by_no_epoch_fails() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    let mut coin = wal(FUNDS, ctx);
    system.extend_storage_pool(&mut pool, 0, &mut coin);
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidEpochsAhead)]
fun extension_after_the_end_fails() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start_expired(ctx);
    let mut coin = wal(FUNDS, ctx);
    system.extend_storage_pool(&mut pool, 1, &mut coin);
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EStorageExceeded)]
fun extension_into_a_full_epoch_fails() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    let mut coin = wal(FUNDS, ctx);
    let size = capacity() - POOL_SIZE + 1;
    system.reserve_space_for_epochs(size, 4, 5, &mut coin, ctx).destroy();
    system.extend_storage_pool(&mut pool, 1, &mut coin);
    abort
}

#[test, expected_failure(abort_code = 2, location = sui::balance)]
fun extension_with_a_frost_too_little_fails() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    let mut coin = wal(POOL_UNITS * storage_price() - 1, ctx);
    system.extend_storage_pool(&mut pool, 1, &mut coin);
    abort
}

// === Growing ===

#[test]
fun more_capacity_is_paid_from_now_to_the_end() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    next_epoch(&mut system);
    let mut coin = wal(2 * 2 * storage_price(), ctx);
    system.increase_storage_pool_capacity(&mut pool, UNIT + 1, &mut coin);
    coin.destroy_zero();
    assert_eq!(pool.reserved_encoded_capacity_bytes(), POOL_SIZE + UNIT + 1);
    assert_eq!(pool.end_epoch(), 4);
    2u32.do!(|offset| {
        check_slot(&system, offset, POOL_SIZE + UNIT + 1, (POOL_UNITS + 2) * storage_price());
    });
    check_slot(&system, 2, 0, 0);
    assert_eq!(system.used_capacity_size(), POOL_SIZE + UNIT + 1);
    destroy(pool);
    destroy(system);
}

#[test]
fun whole_capacity_may_go_into_a_pool() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    let mut coin = wal(FUNDS, ctx);
    system.increase_storage_pool_capacity(&mut pool, capacity() - POOL_SIZE, &mut coin);
    assert_eq!(system.used_capacity_size(), capacity());
    coin.burn_for_testing();
    destroy(pool);
    destroy(system);
}

#[test, expected_failure(abort_code = system_state_inner::EStorageExceeded)]
fun growing_above_the_capacity_fails() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    let mut coin = wal(FUNDS, ctx);
    system.increase_storage_pool_capacity(&mut pool, capacity() - POOL_SIZE + 1, &mut coin);
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidResourceSize)]
fun growing_by_nothing_fails() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start_expired(ctx);
    let mut coin = wal(FUNDS, ctx);
    // The amount is checked before the end.
    system.increase_storage_pool_capacity(&mut pool, 0, &mut coin);
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidEpochsAhead)]
fun growing_after_the_end_fails() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start_expired(ctx);
    let mut coin = wal(FUNDS, ctx);
    system.increase_storage_pool_capacity(&mut pool, 1, &mut coin);
    abort
}

#[test, expected_failure(abort_code = 2, location = sui::balance)]
fun growing_with_a_frost_too_little_fails() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    let mut coin = wal(3 * storage_price() - 1, ctx);
    system.increase_storage_pool_capacity(&mut pool, 1, &mut coin);
    abort
}

#[test]
fun reservation_is_merged_into_the_pool() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    next_epoch(&mut system);
    let mut coin = wal(FUNDS, ctx);
    let storage = system.reserve_space(77, 2, &mut coin, ctx);
    let used = system.used_capacity_size();
    system.increase_storage_pool_capacity_with_storage(&mut pool, storage);
    // It began later than the pool and is accounted for already.
    assert_eq!(pool.start_epoch(), 1);
    assert_eq!(pool.available_encoded_bytes(), POOL_SIZE + 77);
    assert_eq!(system.used_capacity_size(), used);
    // A reservation without bytes changes nothing.
    let empty = storage_resource::create_storage(0, 4, 0, ctx);
    system.increase_storage_pool_capacity_with_storage(&mut pool, empty);
    assert_eq!(pool.available_encoded_bytes(), POOL_SIZE + 77);
    coin.burn_for_testing();
    destroy(pool);
    destroy(system);
}

#[test, expected_failure(abort_code = storage_pool::EResourceBounds)]
fun future_reservation_is_not_merged() {
    let ctx = &mut tx_context::dummy();
    let (system, mut pool) = start(ctx);
    // The start is checked before the end.
    let storage = storage_resource::create_storage(2, 5, 1, ctx);
    system.increase_storage_pool_capacity_with_storage(&mut pool, storage);
    abort
}

#[test, expected_failure(abort_code = storage_pool::EIncompatibleEndEpoch)]
fun longer_reservation_is_not_merged() {
    let ctx = &mut tx_context::dummy();
    let (system, mut pool) = start(ctx);
    let storage = storage_resource::create_storage(1, 5, 1, ctx);
    system.increase_storage_pool_capacity_with_storage(&mut pool, storage);
    abort
}

#[test, expected_failure(abort_code = storage_pool::EIncompatibleEndEpoch)]
fun shorter_reservation_is_not_merged() {
    let ctx = &mut tx_context::dummy();
    let (system, mut pool) = start(ctx);
    let storage = storage_resource::create_storage(1, 3, 1, ctx);
    system.increase_storage_pool_capacity_with_storage(&mut pool, storage);
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidEpochsAhead)]
fun merging_after_the_end_fails() {
    let ctx = &mut tx_context::dummy();
    let (system, mut pool) = start_expired(ctx);
    let storage = storage_resource::create_storage(1, 4, 1, ctx);
    system.increase_storage_pool_capacity_with_storage(&mut pool, storage);
    abort
}

// === Shrinking ===

#[test]
fun unused_bytes_are_taken_out() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    register_sample(&mut system, &mut pool, true, ctx);
    let unused = POOL_SIZE - sample_encoded_size(100);
    let part = system.decrease_storage_pool_capacity_by_size(&mut pool, 1, ctx);
    assert_eq!(part.size(), 1);
    assert_eq!(part.start_epoch(), 1);
    assert_eq!(part.end_epoch(), 4);
    assert_eq!(pool.available_encoded_bytes(), unused - 1);
    let rest = system.decrease_storage_pool_capacity_by_size(&mut pool, unused - 1, ctx);
    assert_eq!(rest.size(), unused - 1);
    assert_eq!(pool.reserved_encoded_capacity_bytes(), sample_encoded_size(100));
    // The space stays sold.
    assert_eq!(system.used_capacity_size(), POOL_SIZE);
    // And it can come back.
    system.increase_storage_pool_capacity_with_storage(&mut pool, part);
    assert_eq!(pool.available_encoded_bytes(), 1);
    destroy(rest);
    destroy(pool);
    destroy(system);
}

#[test, expected_failure(abort_code = storage_pool::EInsufficientCapacity)]
fun used_bytes_are_not_taken_out() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    register_sample(&mut system, &mut pool, true, ctx);
    let unused = pool.available_encoded_bytes();
    destroy(system.decrease_storage_pool_capacity_by_size(&mut pool, unused + 1, ctx));
    abort
}

#[test, expected_failure(abort_code = system::EZeroExtractSize)]
fun taking_out_nothing_fails() {
    let ctx = &mut tx_context::dummy();
    let (system, mut pool) = start(ctx);
    destroy(system.decrease_storage_pool_capacity_by_size(&mut pool, 0, ctx));
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidEpochsAhead)]
fun taking_out_after_the_end_fails() {
    let ctx = &mut tx_context::dummy();
    let (system, mut pool) = start_expired(ctx);
    destroy(system.decrease_storage_pool_capacity_by_size(&mut pool, 0, ctx));
    abort
}

#[test]
fun percentages_are_rounded_down() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut pool = buy_pool(&mut system, 199, 1, ctx);
    let one = system.decrease_storage_pool_unused_capacity_by_percent(&mut pool, 1, ctx);
    assert_eq!(one.size(), 1);
    let half = system.decrease_storage_pool_unused_capacity_by_percent(&mut pool, 50, ctx);
    assert_eq!(half.size(), 99);
    let all = system.decrease_storage_pool_unused_capacity_by_percent(&mut pool, 100, ctx);
    assert_eq!(all.size(), 99);
    assert_eq!(all.end_epoch(), pool.end_epoch());
    assert_eq!(pool.reserved_encoded_capacity_bytes(), 0);
    destroy(vector[one, half, all]);
    destroy(pool);
    destroy(system);
}

#[test]
fun percentage_of_a_huge_pool_does_not_overflow() {
    let ctx = &mut tx_context::dummy();
    let system = new_system(ctx);
    let storage = storage_resource::create_storage(1, 2, 18_446_744_073_709_551_615, ctx);
    let mut pool = system.create_storage_pool_with_storage(storage, ctx);
    let part = system.decrease_storage_pool_unused_capacity_by_percent(&mut pool, 99, ctx);
    assert_eq!(part.size(), 18_262_276_632_972_456_098);
    destroy(part);
    destroy(pool);
    destroy(system);
}

#[test, expected_failure(abort_code = storage_pool::EInvalidPercent)]
fun more_than_all_fails() {
    let ctx = &mut tx_context::dummy();
    let (system, mut pool) = start(ctx);
    destroy(system.decrease_storage_pool_unused_capacity_by_percent(&mut pool, 101, ctx));
    abort
}

#[test, expected_failure(abort_code = system::EZeroExtractSize)]
fun percentage_below_a_byte_fails() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut pool = buy_pool(&mut system, 99, 1, ctx);
    destroy(system.decrease_storage_pool_unused_capacity_by_percent(&mut pool, 1, ctx));
    abort
}

#[test, expected_failure(abort_code = system::EZeroExtractSize)]
fun no_percent_fails() {
    let ctx = &mut tx_context::dummy();
    let (system, mut pool) = start(ctx);
    destroy(system.decrease_storage_pool_unused_capacity_by_percent(&mut pool, 0, ctx));
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidEpochsAhead)]
fun percentage_after_the_end_fails() {
    let ctx = &mut tx_context::dummy();
    let (system, mut pool) = start_expired(ctx);
    destroy(system.decrease_storage_pool_unused_capacity_by_percent(&mut pool, 101, ctx));
    abort
}

// === Events ===

#[test]
fun events_tell_what_happened() {
    let ctx = &mut tx_context::dummy();
    let (mut system, mut pool) = start(ctx);
    next_epoch(&mut system);
    let pool_id = pool.object_id();
    let id = sample_blob_id();
    register_sample(&mut system, &mut pool, true, ctx);
    let object_id = pool.blob_object_id(id);
    certify_deletable(&system, &mut pool, id);
    let mut coin = wal(FUNDS, ctx);
    system.extend_storage_pool(&mut pool, 1, &mut coin);
    system.delete_pooled_blob(&mut pool, id);

    let mut created = bytes!(1u32);
    created.append(bytes!(pool_id));
    created.append(bytes!(POOL_SIZE));
    created.append(bytes!(1u32));
    created.append(bytes!(4u32));
    assert_eq!(bcs::to_bytes(&event::events_by_type<StoragePoolCreated>()[0]), created);

    let mut registered = bytes!(2u32);
    registered.append(bytes!(id));
    registered.append(bytes!(sample_size()));
    registered.append(bytes!(RS2));
    registered.append(bytes!(true));
    registered.append(bytes!(object_id));
    registered.append(bytes!(pool_id));
    assert_eq!(bcs::to_bytes(&event::events_by_type<PooledBlobRegistered>()[0]), registered);

    let mut certified = bytes!(2u32);
    certified.append(bytes!(id));
    certified.append(bytes!(true));
    certified.append(bytes!(object_id));
    certified.append(bytes!(pool_id));
    assert_eq!(bcs::to_bytes(&event::events_by_type<PooledBlobCertified>()[0]), certified);

    let mut extended = bytes!(2u32);
    extended.append(bytes!(pool_id));
    extended.append(bytes!(5u32));
    assert_eq!(bcs::to_bytes(&event::events_by_type<StoragePoolExtended>()[0]), extended);

    let mut deleted = bytes!(2u32);
    deleted.append(bytes!(id));
    deleted.append(bytes!(object_id));
    deleted.append(bytes!(true));
    deleted.append(bytes!(pool_id));
    assert_eq!(bcs::to_bytes(&event::events_by_type<PooledBlobDeleted>()[0]), deleted);

    coin.burn_for_testing();
    destroy(pool);
    destroy(system);
}

/// BCS of a value.
macro fun bytes<$T>($value: $T): vector<u8> {
    let value = $value;
    bcs::to_bytes(&value)
}

// === Versions ===

#[test, expected_failure(abort_code = storage_pool::EWrongVersion)]
fun pool_of_another_version_is_not_read() {
    let ctx = &mut tx_context::dummy();
    let (_system, mut pool) = start(ctx);
    pool.set_version_for_testing(2);
    pool.end_epoch();
    abort
}

#[test, expected_failure(abort_code = storage_pool::EWrongVersion)]
fun pool_of_another_version_is_not_changed() {
    let ctx = &mut tx_context::dummy();
    let (_system, mut pool) = start(ctx);
    pool.set_version_for_testing(2);
    pool.take_blob_metadata(sample_blob_id());
    abort
}

// === Attributes ===

fun key(): std::string::String { b"key".to_string() }

fun attributes(value: vector<u8>): Metadata {
    let mut attributes = metadata::new();
    attributes.insert_or_update(key(), value.to_string());
    attributes
}

/// A pool with the sample blob.
fun pool_with_blob(ctx: &mut TxContext): StoragePool {
    let (mut system, mut pool) = start(ctx);
    register_sample(&mut system, &mut pool, true, ctx);
    destroy(system);
    pool
}

#[test]
fun attributes_are_attached_and_detached() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool_with_blob(ctx);
    let id = sample_blob_id();
    pool.add_blob_metadata(id, attributes(b"1"));
    assert_eq!(pool.take_blob_metadata(id), attributes(b"1"));
    assert!(pool.add_or_replace_blob_metadata(id, attributes(b"2")).is_none());
    let replaced = pool.add_or_replace_blob_metadata(id, attributes(b"3"));
    assert_eq!(replaced, option::some(attributes(b"2")));
    assert_eq!(pool.take_blob_metadata(id), attributes(b"3"));
    destroy(pool);
}

#[test]
fun single_attributes_are_set_and_removed() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool_with_blob(ctx);
    let id = sample_blob_id();
    assert!(pool.remove_blob_metadata_pair_if_exists(id, &key()).is_none());
    pool.insert_or_update_blob_metadata_pair(id, key(), b"1".to_string());
    pool.insert_or_update_blob_metadata_pair(id, key(), b"2".to_string());
    let (removed_key, value) = pool.remove_blob_metadata_pair(id, &key());
    assert_eq!(removed_key, key());
    assert_eq!(value, b"2".to_string());
    assert!(pool.remove_blob_metadata_pair_if_exists(id, &key()).is_none());
    pool.insert_or_update_blob_metadata_pair(id, key(), b"3".to_string());
    let value = pool.remove_blob_metadata_pair_if_exists(id, &key());
    assert_eq!(value, option::some(b"3".to_string()));
    // The attributes stay, without any pair.
    assert_eq!(pool.take_blob_metadata(id), metadata::new());
    destroy(pool);
}

#[test, expected_failure(abort_code = storage_pool::EDuplicateMetadata)]
fun second_attributes_fail() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool_with_blob(ctx);
    pool.add_blob_metadata(sample_blob_id(), metadata::new());
    pool.add_blob_metadata(sample_blob_id(), metadata::new());
    abort
}

#[test, expected_failure(abort_code = storage_pool::EMissingMetadata)]
fun missing_attributes_are_not_taken() {
    let ctx = &mut tx_context::dummy();
    pool_with_blob(ctx).take_blob_metadata(sample_blob_id());
    abort
}

#[test, expected_failure(abort_code = storage_pool::EMissingMetadata)]
fun attribute_of_a_blob_without_attributes_is_not_removed() {
    let ctx = &mut tx_context::dummy();
    pool_with_blob(ctx).remove_blob_metadata_pair(sample_blob_id(), &key());
    abort
}

#[test, expected_failure(abort_code = sui::vec_map::EKeyDoesNotExist)]
fun missing_attribute_is_not_removed() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool_with_blob(ctx);
    pool.add_blob_metadata(sample_blob_id(), metadata::new());
    pool.remove_blob_metadata_pair(sample_blob_id(), &key());
    abort
}

#[test, expected_failure(abort_code = dynamic_field::EFieldDoesNotExist)]
fun unknown_blob_has_no_attributes() {
    let ctx = &mut tx_context::dummy();
    pool_with_blob(ctx).add_blob_metadata(7, metadata::new());
    abort
}
