#[test_only]
module walrus::exchange_rate_tests;

use std::unit_test::assert_eq;
use walrus::pool_exchange_rate;

#[test]
fun flat_is_identity() {
    let rate = pool_exchange_rate::flat();
    assert_eq!(rate.convert_to_share_amount(7), 7);
    assert_eq!(rate.convert_to_wal_amount(7), 7);
}

#[test]
fun empty_sides_are_flat() {
    assert_eq!(pool_exchange_rate::new(0, 0), pool_exchange_rate::flat());
    assert_eq!(pool_exchange_rate::new(5, 0), pool_exchange_rate::flat());
    assert!(pool_exchange_rate::new(5, 5) != pool_exchange_rate::flat());
}

#[test]
fun conversions_round_down() {
    let rate = pool_exchange_rate::new(10, 3);
    assert_eq!(rate.convert_to_share_amount(10), 3);
    assert_eq!(rate.convert_to_share_amount(9), 2);
    assert_eq!(rate.convert_to_share_amount(3), 0);
    assert_eq!(rate.convert_to_wal_amount(3), 10);
    assert_eq!(rate.convert_to_wal_amount(2), 6);
    assert_eq!(rate.convert_to_wal_amount(0), 0);
}

#[test]
fun largest_amounts_do_not_overflow() {
    let max = 18_446_744_073_709_551_615;
    let rate = pool_exchange_rate::new(max, max);
    assert_eq!(rate.convert_to_share_amount(max), max);
    assert_eq!(rate.convert_to_wal_amount(max), max);
}

#[test, expected_failure(abort_code = pool_exchange_rate::EInvalidRate)]
fun more_shares_than_wal() {
    pool_exchange_rate::new(4, 5);
}

#[test, expected_failure(abort_code = pool_exchange_rate::EInvalidRate)]
fun shares_without_wal() {
    pool_exchange_rate::new(0, 1);
}
