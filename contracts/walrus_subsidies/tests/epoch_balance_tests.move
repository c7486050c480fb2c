/// The ring of amounts.
#[test_only]
module walrus_subsidies::epoch_balance_tests;

use std::unit_test::{assert_eq, destroy};
use walrus_subsidies::epoch_balance;

#[test]
fun ring_turns() {
    let mut ring = epoch_balance::ring_new_from_balances(7, vector[10, 20, 30]);
    assert_eq!(ring.length(), 3);
    3u32.do!(|i| {
        assert_eq!(ring[i].epoch(), 7 + i);
        assert_eq!(ring[i].balance(), 10 * (i as u64 + 1));
    });
    ring[1].set_balance(21);
    assert_eq!(ring.ring_pop_expand().balance(), 10);
    assert_eq!(ring[0].epoch(), 8);
    assert_eq!(ring[0].balance(), 21);
    assert_eq!(ring[2].epoch(), 10);
    assert_eq!(ring[2].balance(), 0);
    ring[2].set_balance(40);
    assert_eq!(ring.ring_pop_expand().epoch(), 8);
    assert_eq!(ring.ring_pop_expand().epoch(), 9);
    assert_eq!(ring[0].epoch(), 10);
    assert_eq!(ring[0].balance(), 40);
    assert_eq!(ring[2].epoch(), 12);
    assert_eq!(ring.length(), 3);
    destroy(ring);
}

#[test]
fun ring_of_one() {
    let mut ring = epoch_balance::ring_new_from_balances(0, vector[1]);
    ring.ring_pop_expand();
    assert_eq!(ring[0].epoch(), 1);
    assert_eq!(ring[0].balance(), 0);
    destroy(ring);
}

#[test, expected_failure(abort_code = epoch_balance::EIndexOutOfBounds)]
fun entry_beyond_the_ring_fails() {
    let ring = epoch_balance::ring_new_from_balances(0, vector[1, 2]);
    ring[2].balance();
    abort
}

#[test, expected_failure(abort_code = epoch_balance::EIndexOutOfBounds)]
fun mutable_entry_beyond_the_ring_fails() {
    let mut ring = epoch_balance::ring_new_from_balances(0, vector[1, 2]);
    ring[2].set_balance(1);
    abort
}

#[test, expected_failure(abort_code = epoch_balance::EIndexOutOfBounds)]
fun empty_ring_does_not_turn() {
    let mut ring = epoch_balance::ring_new_from_balances(0, vector[]);
    ring.ring_pop_expand();
    abort
}
