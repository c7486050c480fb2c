// SPDX-License-Identifier: Apache-2.0

/// Functions and macros on `u128`.
#[defines_primitive(u128)]
module std::u128;

use std::string::String;

/// All bits of `x` inverted.
public fun bitwise_not(x: u128): u128 {
    max_value!() - x
}

/// The larger of two numbers.
public fun max(x: u128, y: u128): u128 {
    std::macros::num_max!(x, y)
}

/// The smaller of two numbers.
public fun min(x: u128, y: u128): u128 {
    std::macros::num_min!(x, y)
}

/// The distance between two numbers.
public fun diff(x: u128, y: u128): u128 {
    std::macros::num_diff!(x, y)
}

/// `x / y` rounded up; an arithmetic error if `y` is zero.
public fun div_ceil(x: u128, y: u128): u128 {
    std::macros::num_divide_and_round_up!(x, y)
}

/// The former name of `div_ceil`.
public fun divide_and_round_up(x: u128, y: u128): u128 {
    div_ceil(x, y)
}

/// `base` to the power of `exponent`; an arithmetic error if it does not fit.
public fun pow(base: u128, exponent: u8): u128 {
    std::macros::num_pow!(base, exponent)
}

/// The square root of `x`, rounded down.
public fun sqrt(x: u128): u128 {
    std::macros::num_sqrt!<u128, u256>(x, 0x40000000000000000000000000000000)
}

/// `Some(x + y)`, or `None` if it does not fit.
public fun checked_add(x: u128, y: u128): Option<u128> {
    std::macros::num_checked_add!(x, y, max_value!())
}

/// `Some(x - y)`, or `None` if `y` is larger.
public fun checked_sub(x: u128, y: u128): Option<u128> {
    std::macros::num_checked_sub!(x, y)
}

/// `Some(x * y)`, or `None` if it does not fit.
public fun checked_mul(x: u128, y: u128): Option<u128> {
    std::macros::num_checked_mul!(x, y, max_value!())
}

/// `Some(x / y)`, or `None` if `y` is zero.
public fun checked_div(x: u128, y: u128): Option<u128> {
    std::macros::num_checked_div!(x, y)
}

/// `x + y`, or the largest number if it does not fit.
public fun saturating_add(x: u128, y: u128): u128 {
    std::macros::num_saturating_add!(x, y, max_value!())
}

/// `x - y`, or zero if `y` is larger.
public fun saturating_sub(x: u128, y: u128): u128 {
    std::macros::num_saturating_sub!(x, y)
}

/// `x * y`, or the largest number if it does not fit.
public fun saturating_mul(x: u128, y: u128): u128 {
    std::macros::num_saturating_mul!(x, y, max_value!())
}

/// `x` as `u8`, or `None` if it does not fit.
public fun try_as_u8(x: u128): Option<u8> {
    std::macros::try_as_number!<u128, u8>(x, 0xFF)
}

/// `x` as `u16`, or `None` if it does not fit.
public fun try_as_u16(x: u128): Option<u16> {
    std::macros::try_as_number!<u128, u16>(x, 0xFFFF)
}

/// `x` as `u32`, or `None` if it does not fit.
public fun try_as_u32(x: u128): Option<u32> {
    std::macros::try_as_number!<u128, u32>(x, 0xFFFFFFFF)
}

/// `x` as `u64`, or `None` if it does not fit.
public fun try_as_u64(x: u128): Option<u64> {
    std::macros::try_as_number!<u128, u64>(x, 0xFFFFFFFFFFFFFFFF)
}

/// The decimal digits of `x`.
public fun to_string(x: u128): String {
    std::macros::num_to_string!(x)
}

/// The largest `u128`.
public macro fun max_value(): u128 {
    0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF
}

/// Calls `f` with every number from `start` up to but not including `stop`.
public macro fun range_do<$R: drop>($start: u128, $stop: u128, $f: |u128| -> $R) {
    std::macros::range_do!($start, $stop, $f)
}

/// Calls `f` with every number from `start` up to and including `stop`.
public macro fun range_do_eq<$R: drop>($start: u128, $stop: u128, $f: |u128| -> $R) {
    std::macros::range_do_eq!($start, $stop, $f)
}

/// Calls `f` with every number below `stop`.
public macro fun do<$R: drop>($stop: u128, $f: |u128| -> $R) {
    std::macros::do!($stop, $f)
}

/// Calls `f` with every number up to and including `stop`.
public macro fun do_eq<$R: drop>($stop: u128, $f: |u128| -> $R) {
    std::macros::do_eq!($stop, $f)
}
