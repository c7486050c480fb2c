#[test_only]
module walrus::storage_accounting_tests;

use std::unit_test::assert_eq;
use sui::balance;
use walrus::storage_accounting::{Self, FutureAccountingRingBuffer};

/// Every slot has the expected epoch.
fun check_epochs(ring: &FutureAccountingRingBuffer, first: u32) {
    ring.max_epochs_ahead().do!(|offset| assert_eq!(ring[offset].epoch(), first + offset));
}

#[test]
fun new_ring_has_empty_slots_from_epoch_zero() {
    let ring = storage_accounting::ring_new(3);
    assert_eq!(ring.max_epochs_ahead(), 3);
    check_epochs(&ring, 0);
    3u32.do!(|offset| {
        assert_eq!(ring[offset].used_capacity(), 0);
        assert_eq!(ring[offset].rewards(), 0);
    });
    std::unit_test::destroy(ring);
}

#[test]
fun slots_move_through_the_ring() {
    let mut ring = storage_accounting::ring_new(3);
    assert_eq!(ring[2].increase_used_capacity(10), 10);
    assert_eq!(ring[2].increase_used_capacity(5), 15);
    ring[2].rewards_balance().join(balance::create_for_testing(7));

    // More than two full turns.
    7u32.do!(|epoch| {
        let slot = ring.ring_pop_expand();
        assert_eq!(slot.epoch(), epoch);
        assert_eq!(slot.used_capacity(), if (epoch == 2) 15 else 0);
        assert_eq!(slot.unwrap_balance().destroy_for_testing(), if (epoch == 2) 7 else 0);
        check_epochs(&ring, epoch + 1);
    });
    std::unit_test::destroy(ring);
}

#[test]
fun ring_of_one_slot() {
    let mut ring = storage_accounting::ring_new(1);
    ring[0].increase_used_capacity(1);
    ring.ring_pop_expand().delete_empty_future_accounting();
    assert_eq!(ring[0].epoch(), 1);
    assert_eq!(ring[0].used_capacity(), 0);
    std::unit_test::destroy(ring);
}

#[test]
fun burn_is_three_percent_rounded_down() {
    let mut ring = storage_accounting::ring_new(2);
    ring[1].rewards_balance().join(balance::create_for_testing(1_000));
    let rewards = vector[0, 1, 33, 34, 66, 67, 100, 4_770, 5_000_000_000_000_000_000];
    let burned = vector[0, 0, 0, 1, 1, 2, 3, 143, 150_000_000_000_000_000u64];
    rewards.length().do!(|i| {
        ring[0].rewards_balance().join(balance::create_for_testing(rewards[i]));
        assert_eq!(ring.extract_burn_balance().destroy_for_testing(), burned[i]);
        let rest = ring[0].rewards_balance().withdraw_all().destroy_for_testing();
        assert_eq!(rest, rewards[i] - burned[i]);
    });
    assert_eq!(ring[1].rewards(), 1_000);
    std::unit_test::destroy(ring);
}

#[test, expected_failure(abort_code = storage_accounting::ETooFarInFuture)]
fun reading_beyond_the_ring_fails() {
    let ring = storage_accounting::ring_new(3);
    ring[3].epoch();
    abort
}

#[test, expected_failure(abort_code = storage_accounting::ETooFarInFuture)]
fun writing_beyond_the_ring_fails() {
    let mut ring = storage_accounting::ring_new(3);
    ring.ring_lookup_mut(3).increase_used_capacity(1);
    abort
}

#[test, expected_failure(abort_code = storage_accounting::ETooFarInFuture)]
fun empty_ring_has_no_slot() {
    let ring = storage_accounting::ring_new(0);
    ring[0].epoch();
    abort
}

#[test, expected_failure(abort_code = 0, location = sui::balance)]
fun slot_with_payments_is_not_deleted() {
    let slot = storage_accounting::new_future_accounting(1, 2, balance::create_for_testing(3));
    assert_eq!(slot.epoch(), 1);
    assert_eq!(slot.used_capacity(), 2);
    assert_eq!(slot.rewards(), 3);
    slot.delete_empty_future_accounting();
}
