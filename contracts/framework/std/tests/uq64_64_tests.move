// SPDX-License-Identifier: Apache-2.0

#[test_only]
module std::uq64_64_tests;

use std::unit_test::assert_eq;
use std::uq64_64;

#[test]
fun quotients_are_rounded_down() {
    let third = uq64_64::from_quotient(1, 3);
    assert_eq!(third.to_raw(), 0x5555555555555555);
    assert_eq!(uq64_64::from_quotient(0, 5), uq64_64::from_raw(0));
    assert_eq!(uq64_64::from_quotient(6, 2), uq64_64::from_int(3));
    assert_eq!(uq64_64::from_quotient(7, 2).to_int(), 3);
    let largest = uq64_64::from_quotient(std::u128::max_value!(), 1 << 64);
    assert_eq!(largest.to_raw(), std::u128::max_value!());
}

#[test]
fun numbers_are_computed_with() {
    let (half, two) = (uq64_64::from_quotient(1, 2), uq64_64::from_int(2));
    assert_eq!(half.add(half), uq64_64::from_int(1));
    assert_eq!(two.sub(half), uq64_64::from_quotient(3, 2));
    assert_eq!(half.mul(two), uq64_64::from_int(1));
    assert_eq!(two.div(half), uq64_64::from_int(4));
    assert_eq!(uq64_64::int_mul(7, half), 3);
    assert_eq!(uq64_64::int_div(7, half), 14);
}

#[test]
fun numbers_are_ordered() {
    let (small, large) = (uq64_64::from_quotient(1, 3), uq64_64::from_quotient(1, 2));
    assert!(small.lt(large) && !large.lt(small) && !small.lt(small));
    assert!(small.le(large) && small.le(small) && !large.le(small));
    assert!(large.gt(small) && !small.gt(large) && !small.gt(small));
    assert!(large.ge(small) && small.ge(small) && !small.ge(large));
}

#[test, expected_failure(abort_code = uq64_64::EDenominator)]
fun denominator_is_not_zero() {
    uq64_64::from_quotient(1, 0);
}

#[test, expected_failure(abort_code = uq64_64::EQuotientTooSmall)]
fun quotient_is_not_lost() {
    uq64_64::from_quotient(1, (1 << 64) + 1);
}

#[test, expected_failure(abort_code = uq64_64::EQuotientTooLarge)]
fun quotient_fits() {
    uq64_64::from_quotient(1 << 64, 1);
}

#[test, expected_failure(abort_code = uq64_64::EOverflow)]
fun sum_fits() {
    let large = uq64_64::from_raw(std::u128::max_value!());
    large.add(uq64_64::from_raw(1));
}

#[test, expected_failure(abort_code = uq64_64::EOverflow)]
fun difference_is_not_negative() {
    uq64_64::from_raw(1).sub(uq64_64::from_raw(2));
}

#[test, expected_failure(abort_code = uq64_64::EOverflow)]
fun product_fits() {
    uq64_64::int_mul(std::u128::max_value!(), uq64_64::from_int(2));
}

#[test, expected_failure(abort_code = uq64_64::EDivisionByZero)]
fun divisor_is_not_zero() {
    uq64_64::int_div(1, uq64_64::from_int(0));
}
