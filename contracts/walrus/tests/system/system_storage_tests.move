/// Buying space, registering, certifying, deleting and extending blobs, with payments and capacity.
#[test_only]
module walrus::system_storage_tests;

use std::unit_test::{assert_eq, destroy};
use sui::event;
use walrus::blob;
use walrus::bls_aggregate;
use walrus::encoding;
use walrus::events::{BlobCertified, BlobRegistered, InvalidBlobID};
use walrus::messages;
use walrus::storage_accounting;
use walrus::storage_resource;
use walrus::system::{Self, System};
use walrus::system_fixtures::{
    bitmap,
    capacity,
    certify,
    deletable_confirmation,
    first,
    max_epochs_ahead,
    message,
    new_system,
    new_system_with_ring,
    next_epoch,
    permanent_confirmation,
    register_sample,
    sample_blob_id,
    sample_encoded_size,
    sample_root_hash,
    sample_size,
    sample_storage,
    sign,
    storage_price,
    wal,
    write_price,
};
use walrus::system_state_inner;

const RS2: u8 = 1;
const UNIT: u64 = 1_048_576;

/// Used capacity and payments of the slot `offset` epochs ahead.
fun check_slot(system: &System, offset: u32, used_capacity: u64, rewards: u64) {
    let slot = &system.future_accounting()[offset];
    assert_eq!(slot.epoch(), system.epoch() + offset);
    assert_eq!(slot.used_capacity(), used_capacity);
    assert_eq!(slot.rewards(), rewards);
}

/// Buys space with ample funds and returns what it cost.
fun reserve(system: &mut System, amount: u64, epochs_ahead: u32, ctx: &mut TxContext): u64 {
    let mut coin = wal(1_000_000_000, ctx);
    system.reserve_space(amount, epochs_ahead, &mut coin, ctx).destroy();
    1_000_000_000 - coin.burn_for_testing()
}

/// The same for a range of epochs.
fun reserve_range(
    system: &mut System,
    amount: u64,
    start: u32,
    end: u32,
    ctx: &mut TxContext,
): u64 {
    let mut coin = wal(1_000_000_000, ctx);
    system.reserve_space_for_epochs(amount, start, end, &mut coin, ctx).destroy();
    1_000_000_000 - coin.burn_for_testing()
}

// === A new system ===

#[test]
fun new_system_has_neither_capacity_nor_committee() {
    let ctx = &mut tx_context::dummy();
    let package = object::id_from_address(@0xCAFE);
    let system = system::new_for_testing(3, package, ctx);
    assert_eq!(system.epoch(), 0);
    assert_eq!(system.version(), 4);
    assert_eq!(system.package_id(), package);
    assert_eq!(system.n_shards(), 0);
    assert_eq!(system.total_capacity_size(), 0);
    assert_eq!(system.used_capacity_size(), 0);
    assert_eq!(system.future_accounting().max_epochs_ahead(), 3);
    3u32.do!(|offset| check_slot(&system, offset, 0, 0));
    destroy(system);
}

#[test]
fun longest_ring_is_1000_epochs() {
    let ctx = &mut tx_context::dummy();
    destroy(system::new_for_testing(1000, object::id_from_address(@0x1), ctx));
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidMaxEpochsAhead)]
fun longer_ring_fails() {
    let ctx = &mut tx_context::dummy();
    destroy(system::new_for_testing(1001, object::id_from_address(@0x1), ctx));
}

#[test, expected_failure(abort_code = system_state_inner::EStorageExceeded)]
fun nothing_can_be_bought_in_epoch_zero() {
    let ctx = &mut tx_context::dummy();
    let mut system = system::new_for_testing(3, object::id_from_address(@0x1), ctx);
    reserve(&mut system, 1, 1, ctx);
    abort
}

// === Reserving ===

#[test]
fun reservation_is_paid_per_unit_and_epoch() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    assert_eq!(reserve(&mut system, 1, 1, ctx), storage_price());
    assert_eq!(reserve(&mut system, UNIT, 2, ctx), 2 * storage_price());
    assert_eq!(reserve(&mut system, UNIT + 1, 3, ctx), 3 * 2 * storage_price());
    check_slot(&system, 0, 2 * UNIT + 2, 4 * storage_price());
    check_slot(&system, 1, 2 * UNIT + 1, 3 * storage_price());
    check_slot(&system, 2, UNIT + 1, 2 * storage_price());
    check_slot(&system, 3, 0, 0);
    assert_eq!(system.used_capacity_size(), 2 * UNIT + 2);
    destroy(system);
}

#[test]
fun reservation_covers_the_bought_epochs() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut coin = wal(storage_price() * 3, ctx);
    let storage = system.reserve_space(77, 3, &mut coin, ctx);
    assert_eq!(storage.start_epoch(), 1);
    assert_eq!(storage.end_epoch(), 4);
    assert_eq!(storage.size(), 77);
    // The exact amount is enough.
    coin.destroy_zero();
    storage.destroy();
    destroy(system);
}

#[test]
fun whole_ring_can_be_bought() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system_with_ring(3, ctx);
    assert_eq!(reserve(&mut system, 1, 3, ctx), 3 * storage_price());
    assert_eq!(reserve_range(&mut system, 1, 3, 4, ctx), storage_price());
    check_slot(&system, 2, 2, 2 * storage_price());
    destroy(system);
}

#[test]
fun whole_capacity_can_be_bought() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    reserve(&mut system, capacity(), 1, ctx);
    assert_eq!(system.used_capacity_size(), system.total_capacity_size());
    // Other epochs are not affected.
    reserve_range(&mut system, capacity(), 2, 3, ctx);
    destroy(system);
}

#[test, expected_failure(abort_code = 2, location = sui::balance)]
fun reservation_with_a_frost_too_little_fails() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut coin = wal(storage_price() * 3 - 1, ctx);
    system.reserve_space(1, 3, &mut coin, ctx).destroy();
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidEpochsAhead)]
fun reservation_for_no_epoch_fails() {
    let ctx = &mut tx_context::dummy();
    reserve(&mut new_system(ctx), 1, 0, ctx);
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidEpochsAhead)]
fun reservation_beyond_the_ring_fails() {
    let ctx = &mut tx_context::dummy();
    reserve(&mut new_system(ctx), 1, max_epochs_ahead() + 1, ctx);
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidResourceSize)]
fun reservation_of_no_bytes_fails() {
    let ctx = &mut tx_context::dummy();
    reserve(&mut new_system(ctx), 0, 1, ctx);
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EStorageExceeded)]
fun reservation_above_the_capacity_fails() {
    let ctx = &mut tx_context::dummy();
    reserve(&mut new_system(ctx), capacity() + 1, 1, ctx);
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EStorageExceeded)]
fun one_full_epoch_is_enough_to_fail() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    reserve_range(&mut system, capacity(), 3, 4, ctx);
    reserve(&mut system, 1, 3, ctx);
    abort
}

#[test, expected_failure(abort_code = 2, location = sui::balance)]
fun payment_is_checked_before_the_capacity() {
    let ctx = &mut tx_context::dummy();
    let mut coin = wal(0, ctx);
    new_system(ctx).reserve_space(capacity() + 1, 1, &mut coin, ctx).destroy();
    abort
}

#[test, expected_failure(arithmetic_error, location = walrus::system_state_inner)]
fun price_that_overflows_fails() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    system.set_storage_price(18_446_744_073_709_551_615);
    reserve(&mut system, 2 * UNIT, 1, ctx);
    abort
}

#[test]
fun price_changes_do_not_touch_earlier_purchases() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    assert_eq!(reserve(&mut system, 1, 2, ctx), 2 * storage_price());
    system.set_storage_price(1_000);
    assert_eq!(reserve(&mut system, 1, 2, ctx), 2_000);
    check_slot(&system, 1, 2, storage_price() + 1_000);
    destroy(system);
}

// === Reserving ranges ===

#[test]
fun range_may_start_in_the_future() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut coin = wal(1_000, ctx);
    let storage = system.reserve_space_for_epochs(9, 3, 5, &mut coin, ctx);
    assert_eq!(storage.start_epoch(), 3);
    assert_eq!(storage.end_epoch(), 5);
    storage.destroy();
    assert_eq!(coin.burn_for_testing(), 1_000 - 2 * storage_price());
    check_slot(&system, 0, 0, 0);
    check_slot(&system, 1, 0, 0);
    check_slot(&system, 2, 9, storage_price());
    check_slot(&system, 3, 9, storage_price());
    check_slot(&system, 4, 0, 0);
    assert_eq!(system.used_capacity_size(), 0);
    destroy(system);
}

#[test]
fun range_is_cut_at_the_current_epoch() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    next_epoch(&mut system);
    assert_eq!(reserve_range(&mut system, 9, 0, 3, ctx), storage_price());
    check_slot(&system, 0, 9, storage_price());
    destroy(system);
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidEpochsAhead)]
fun empty_range_fails() {
    let ctx = &mut tx_context::dummy();
    reserve_range(&mut new_system(ctx), 1, 3, 3, ctx);
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidEpochsAhead)]
fun reversed_range_fails() {
    let ctx = &mut tx_context::dummy();
    reserve_range(&mut new_system(ctx), 1, 4, 3, ctx);
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidEpochsAhead)]
fun range_in_the_past_fails() {
    let ctx = &mut tx_context::dummy();
    reserve_range(&mut new_system(ctx), 1, 0, 1, ctx);
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidEpochsAhead)]
fun range_beyond_the_ring_fails() {
    let ctx = &mut tx_context::dummy();
    let end = 1 + max_epochs_ahead() + 1;
    reserve_range(&mut new_system(ctx), 1, end - 1, end, ctx);
    abort
}

// === Registration ===

#[test]
fun registration_collects_the_write_fee() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    // A larger reservation does not change the fee for 22 units.
    let mut coin = wal(100 * storage_price() + 22 * write_price(), ctx);
    let storage = system.reserve_space(50 * UNIT, 2, &mut coin, ctx);
    let blob = system.register_blob(
        storage,
        sample_blob_id(),
        sample_root_hash(),
        sample_size(),
        RS2,
        false,
        &mut coin,
        ctx,
    );
    coin.destroy_zero();
    assert_eq!(blob.registered_epoch(), 1);
    check_slot(&system, 0, 50 * UNIT, 50 * storage_price() + 22 * write_price());
    check_slot(&system, 1, 50 * UNIT, 50 * storage_price());
    assert_eq!(event::events_by_type<BlobRegistered>().length(), 1);
    blob.burn();
    destroy(system);
}

#[test]
fun write_price_counts_started_units() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    system.set_write_price(7);
    let state = system.inner();
    assert_eq!(state.write_price(0), 0);
    assert_eq!(state.write_price(1), 7);
    assert_eq!(state.write_price(UNIT), 7);
    assert_eq!(state.write_price(UNIT + 1), 14);
    let units = vector[63, 67, 157, 62_622];
    let lengths = vector[1, 1_000_000, 22_277_800, 14_599_533_452];
    lengths.length().do!(|i| {
        let encoded = encoding::encoded_blob_length(lengths[i], RS2, 1000);
        assert_eq!(state.write_price(encoded), 7 * units[i]);
    });
    destroy(system);
}

#[test, expected_failure(abort_code = 2, location = sui::balance)]
fun registration_without_funds_fails() {
    let ctx = &mut tx_context::dummy();
    let mut coin = wal(22 * write_price() - 1, ctx);
    new_system(ctx)
        .register_blob(
            sample_storage(1, 2, ctx),
            sample_blob_id(),
            sample_root_hash(),
            sample_size(),
            RS2,
            false,
            &mut coin,
            ctx,
        )
        .burn();
    abort
}

#[test, expected_failure(abort_code = blob::EResourceBounds)]
fun registration_in_a_future_reservation_fails() {
    let ctx = &mut tx_context::dummy();
    let mut coin = wal(1_000, ctx);
    new_system(ctx)
        .register_blob(
            sample_storage(2, 3, ctx),
            sample_blob_id(),
            sample_root_hash(),
            sample_size(),
            RS2,
            false,
            &mut coin,
            ctx,
        )
        .burn();
    abort
}

// === Certification ===

#[test]
fun permanent_blob_is_certified() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut blob = register_sample(&mut system, 3, false, ctx);
    next_epoch(&mut system);
    certify(&system, &mut blob);
    assert_eq!(*blob.certified_epoch(), option::some(2));
    assert_eq!(event::events_by_type<BlobCertified>().length(), 1);
    blob.burn();
    destroy(system);
}

#[test]
fun deletable_blob_is_certified_and_deleted() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut blob = register_sample(&mut system, 3, true, ctx);
    certify(&system, &mut blob);
    let storage = system.delete_blob(blob);
    assert_eq!(storage.end_epoch(), 4);

    // The reservation can be used again, the space stays booked.
    assert_eq!(system.used_capacity_size(), sample_encoded_size(100));
    let mut coin = wal(22 * write_price(), ctx);
    let blob = system.register_blob(
        storage,
        sample_blob_id(),
        sample_root_hash(),
        sample_size(),
        RS2,
        true,
        &mut coin,
        ctx,
    );
    coin.destroy_zero();
    // Not certified any more, but deletable.
    assert!(blob.certified_epoch().is_none());
    system.delete_blob(blob).destroy();
    destroy(system);
}

#[test, expected_failure(abort_code = bls_aggregate::ENotEnoughStake)]
fun certification_needs_a_quorum() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut blob = register_sample(&mut system, 3, false, ctx);
    let message = permanent_confirmation(1, blob.blob_id());
    system.certify_blob(&mut blob, sign(message, first(6)), bitmap(first(6)), message);
    abort
}

#[test, expected_failure(abort_code = messages::EIncorrectEpoch)]
fun certificate_dies_with_its_epoch() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut blob = register_sample(&mut system, 3, false, ctx);
    let message = permanent_confirmation(1, blob.blob_id());
    next_epoch(&mut system);
    system.certify_blob(&mut blob, sign(message, first(7)), bitmap(first(7)), message);
    abort
}

#[test, expected_failure(abort_code = messages::EInvalidMsgType)]
fun certification_needs_a_confirmation() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut blob = register_sample(&mut system, 3, false, ctx);
    let message = message(2, 1, sui::bcs::to_bytes(&blob.blob_id()));
    system.certify_blob(&mut blob, sign(message, first(7)), bitmap(first(7)), message);
    abort
}

#[test, expected_failure(abort_code = blob::EInvalidBlobObject)]
fun certificate_of_another_registration_fails() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut blob = register_sample(&mut system, 3, true, ctx);
    let other = register_sample(&mut system, 3, true, ctx);
    let message = deletable_confirmation(1, blob.blob_id(), other.object_id());
    system.certify_blob(&mut blob, sign(message, first(7)), bitmap(first(7)), message);
    abort
}

// === Deletion ===

#[test, expected_failure(abort_code = blob::EBlobNotDeletable)]
fun permanent_blob_is_not_deleted() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let blob = register_sample(&mut system, 3, false, ctx);
    system.delete_blob(blob).destroy();
    abort
}

#[test, expected_failure(abort_code = blob::EResourceBounds)]
fun expired_blob_is_not_deleted() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let blob = register_sample(&mut system, 1, true, ctx);
    next_epoch(&mut system);
    system.delete_blob(blob).destroy();
    abort
}

// === Extension by payment ===

#[test]
fun extension_is_paid_by_the_size_of_the_reservation() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut coin = wal(1_000_000, ctx);
    let storage = system.reserve_space(50 * UNIT, 2, &mut coin, ctx);
    let mut blob = system.register_blob(
        storage,
        sample_blob_id(),
        sample_root_hash(),
        sample_size(),
        RS2,
        false,
        &mut coin,
        ctx,
    );
    certify(&system, &mut blob);
    coin.burn_for_testing();

    let mut coin = wal(3 * 50 * storage_price(), ctx);
    system.extend_blob(&mut blob, 3, &mut coin);
    coin.destroy_zero();
    assert_eq!(blob.end_epoch(), 6);
    check_slot(&system, 1, 50 * UNIT, 50 * storage_price());
    check_slot(&system, 2, 50 * UNIT, 50 * storage_price());
    check_slot(&system, 4, 50 * UNIT, 50 * storage_price());
    check_slot(&system, 5, 0, 0);
    assert_eq!(event::events_by_type<BlobCertified>().length(), 2);
    blob.burn();
    destroy(system);
}

#[test]
fun extension_may_reach_the_end_of_the_ring() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system_with_ring(5, ctx);
    let mut blob = register_sample(&mut system, 2, false, ctx);
    certify(&system, &mut blob);
    let mut coin = wal(1_000, ctx);
    system.extend_blob(&mut blob, 3, &mut coin);
    assert_eq!(blob.end_epoch(), 6);
    coin.burn_for_testing();
    blob.burn();
    destroy(system);
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidEpochsAhead)]
fun extension_beyond_the_ring_fails() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system_with_ring(5, ctx);
    let mut blob = register_sample(&mut system, 2, false, ctx);
    certify(&system, &mut blob);
    system.extend_blob(&mut blob, 4, &mut wal(1_000, ctx));
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidEpochsAhead)]
fun extension_by_nothing_fails() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut blob = register_sample(&mut system, 2, false, ctx);
    certify(&system, &mut blob);
    system.extend_blob(&mut blob, 0, &mut wal(1_000, ctx));
    abort
}

#[test, expected_failure(abort_code = blob::ENotCertified)]
fun uncertified_blob_is_not_extended() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut blob = register_sample(&mut system, 2, false, ctx);
    // Would also fail because of the number of epochs.
    system.extend_blob(&mut blob, 0, &mut wal(1_000, ctx));
    abort
}

#[test, expected_failure(abort_code = blob::EResourceBounds)]
fun expired_blob_is_not_extended() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut blob = register_sample(&mut system, 1, false, ctx);
    certify(&system, &mut blob);
    next_epoch(&mut system);
    system.extend_blob(&mut blob, 1, &mut wal(1_000, ctx));
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EStorageExceeded)]
fun extension_into_a_full_epoch_fails() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut blob = register_sample(&mut system, 1, false, ctx);
    certify(&system, &mut blob);
    reserve_range(&mut system, capacity(), 2, 3, ctx);
    system.extend_blob(&mut blob, 1, &mut wal(1_000, ctx));
    abort
}

#[test, expected_failure(abort_code = 2, location = sui::balance)]
fun extension_without_funds_fails() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut blob = register_sample(&mut system, 1, false, ctx);
    certify(&system, &mut blob);
    system.extend_blob(&mut blob, 1, &mut wal(22 * storage_price() - 1, ctx));
    abort
}

// === Extension with a reservation ===

#[test]
fun extension_with_a_bought_reservation() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut blob = register_sample(&mut system, 1, false, ctx);
    certify(&system, &mut blob);
    let mut coin = wal(1_000, ctx);
    let size = sample_encoded_size(100);
    let extension = system.reserve_space_for_epochs(size, 2, 5, &mut coin, ctx);
    system.extend_blob_with_resource(&mut blob, extension);
    assert_eq!(blob.end_epoch(), 5);
    // The reservation was accounted for when it was bought.
    check_slot(&system, 1, size, 22 * storage_price());
    coin.burn_for_testing();
    blob.burn();
    destroy(system);
}

#[test, expected_failure(abort_code = storage_resource::EIncompatibleAmount)]
fun extension_with_a_reservation_of_another_size_fails() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut blob = register_sample(&mut system, 1, false, ctx);
    certify(&system, &mut blob);
    let extension = storage_resource::create_storage(2, 3, 1, ctx);
    system.extend_blob_with_resource(&mut blob, extension);
    abort
}

// === Invalid blob IDs ===

#[test]
fun blob_id_is_invalidated_by_more_than_a_third() {
    let ctx = &mut tx_context::dummy();
    let system = new_system(ctx);
    let message = message(2, 1, sui::bcs::to_bytes(&sample_blob_id()));
    let signature = sign(message, first(4));
    let blob_id = system.invalidate_blob_id(signature, bitmap(first(4)), message);
    assert_eq!(blob_id, sample_blob_id());
    // Nothing is stored, so it can be repeated.
    system.invalidate_blob_id(signature, bitmap(first(4)), message);
    let events = event::events_by_type<InvalidBlobID>();
    assert_eq!(events.length(), 2);
    let mut expected = x"01000000";
    expected.append(sui::bcs::to_bytes(&sample_blob_id()));
    assert_eq!(sui::bcs::to_bytes(&events[0]), expected);
    destroy(system);
}

#[test, expected_failure(abort_code = bls_aggregate::ENotEnoughStake)]
fun blob_id_is_not_invalidated_by_less() {
    let ctx = &mut tx_context::dummy();
    let message = message(2, 1, sui::bcs::to_bytes(&sample_blob_id()));
    new_system(ctx).invalidate_blob_id(sign(message, first(3)), bitmap(first(3)), message);
    abort
}

#[test, expected_failure(abort_code = messages::EInvalidMsgType)]
fun blob_id_is_not_invalidated_by_a_confirmation() {
    let ctx = &mut tx_context::dummy();
    let message = permanent_confirmation(1, sample_blob_id());
    new_system(ctx).invalidate_blob_id(sign(message, first(4)), bitmap(first(4)), message);
    abort
}

#[test, expected_failure(abort_code = storage_accounting::ETooFarInFuture)]
fun slots_beyond_the_ring_cannot_be_read() {
    let ctx = &mut tx_context::dummy();
    new_system_with_ring(3, ctx).future_accounting()[3].epoch();
    abort
}
