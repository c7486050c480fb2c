// SPDX-License-Identifier: Apache-2.0

#[test_only]
module std::integer_tests;

use std::unit_test::assert_eq;

#[test]
fun numbers_are_compared() {
    assert_eq!(3u64.max(5), 5);
    assert_eq!(5u8.max(3), 5);
    assert_eq!(3u16.min(5), 3);
    assert_eq!(5u32.min(5), 5);
    assert_eq!(3u128.diff(5), 2);
    assert_eq!(5u256.diff(3), 2);
    assert_eq!(0u8.bitwise_not(), 255);
    assert_eq!(std::u64::max_value!(), 18_446_744_073_709_551_615);
    assert_eq!(std::u16::max_value!(), 65_535);
}

#[test]
fun quotients_are_rounded_up() {
    assert_eq!(7u64.div_ceil(2), 4);
    assert_eq!(8u64.div_ceil(2), 4);
    assert_eq!(0u64.div_ceil(2), 0);
    assert_eq!(std::u64::max_value!().divide_and_round_up(1), std::u64::max_value!());
    assert_eq!(std::u8::max_value!().div_ceil(2), 128);
}

#[test]
fun powers_fit_whenever_the_result_does() {
    assert_eq!(10u64.pow(0), 1);
    assert_eq!(0u64.pow(0), 1);
    assert_eq!(10u64.pow(19), 10_000_000_000_000_000_000);
    assert_eq!(2u8.pow(7), 128);
    assert_eq!(3u128.pow(80), 147_808_829_414_345_923_316_083_210_206_383_297_601);
    assert_eq!(2u256.pow(255) / 2, 2u256.pow(254));
}

#[test]
fun roots_are_rounded_down() {
    assert_eq!(0u64.sqrt(), 0);
    assert_eq!(24u64.sqrt(), 4);
    assert_eq!(25u64.sqrt(), 5);
    assert_eq!(std::u8::max_value!().sqrt(), 15);
    assert_eq!(std::u64::max_value!().sqrt(), 4_294_967_295);
    assert_eq!(std::u128::max_value!().sqrt(), 18_446_744_073_709_551_615);
}

#[test]
fun checked_operations_give_none_instead_of_an_error() {
    assert_eq!(200u8.checked_add(55), option::some(255));
    assert_eq!(200u8.checked_add(56), option::none());
    assert_eq!(5u8.checked_sub(6), option::none());
    assert_eq!(6u8.checked_sub(6), option::some(0));
    assert_eq!(16u8.checked_mul(16), option::none());
    assert_eq!(15u8.checked_mul(17), option::some(255));
    assert_eq!(0u8.checked_mul(17), option::some(0));
    assert_eq!(1u8.checked_div(0), option::none());
    assert_eq!(7u8.checked_div(2), option::some(3));
}

#[test]
fun saturating_operations_stop_at_the_ends() {
    assert_eq!(200u8.saturating_add(100), 255);
    assert_eq!(200u8.saturating_add(5), 205);
    assert_eq!(5u8.saturating_sub(6), 0);
    assert_eq!(16u8.saturating_mul(16), 255);
    assert_eq!(3u8.saturating_mul(4), 12);
}

#[test]
fun numbers_are_narrowed_only_if_they_fit() {
    assert_eq!(255u64.try_as_u8(), option::some(255));
    assert_eq!(256u64.try_as_u8(), option::none());
    assert_eq!(65_536u32.try_as_u16(), option::none());
    assert_eq!(4_294_967_295u256.try_as_u32(), option::some(4_294_967_295));
    assert_eq!((1u256 << 128).try_as_u128(), option::none());
}

#[test]
fun digits_are_decimal() {
    assert_eq!(0u8.to_string(), b"0".to_string());
    assert_eq!(255u8.to_string(), b"255".to_string());
    assert_eq!(std::u64::max_value!().to_string(), b"18446744073709551615".to_string());
    assert_eq!(1_000u256.to_string(), b"1000".to_string());
}

#[test]
fun loops_cover_their_range() {
    let mut seen = vector[];
    3u8.do!(|i| seen.push_back(i));
    1u8.do_eq!(|i| seen.push_back(i));
    5u8.range_do!(7, |i| seen.push_back(i));
    254u8.range_do_eq!(255, |i| seen.push_back(i));
    9u8.range_do!(9, |i| seen.push_back(i));
    9u8.range_do_eq!(8, |i| seen.push_back(i));
    assert_eq!(seen, vector[0, 1, 2, 0, 1, 5, 6, 254, 255]);
}

#[test, expected_failure(arithmetic_error, location = std::u64)]
fun a_power_that_does_not_fit_is_an_error() {
    10u64.pow(20);
}

#[test, expected_failure(arithmetic_error, location = std::u64)]
fun dividing_by_zero_is_an_error() {
    1u64.div_ceil(0);
}

#[test, expected_failure(arithmetic_error, location = Self)]
fun sums_that_do_not_fit_are_errors() {
    let x = std::u64::max_value!();
    let _y = x + 1;
}

#[test, expected_failure(arithmetic_error, location = Self)]
fun shifts_by_the_width_are_errors() {
    let width = 64;
    let _x = 1u64 << width;
}

#[test, expected_failure(arithmetic_error, location = Self)]
fun casts_that_lose_bits_are_errors() {
    let x = 256u64;
    let _y = x as u8;
}
