// SPDX-License-Identifier: Apache-2.0

/// Functions and macros on `u8`.
#[defines_primitive(u8)]
module std::u8;

use std::string::String;

/// All bits of `x` inverted.
public fun bitwise_not(x: u8): u8 {
    max_value!() - x
}

/// The larger of two numbers.
public fun max(x: u8, y: u8): u8 {
    std::macros::num_max!(x, y)
}

/// The smaller of two numbers.
public fun min(x: u8, y: u8): u8 {
    std::macros::num_min!(x, y)
}

/// The distance between two numbers.
public fun diff(x: u8, y: u8): u8 {
    std::macros::num_diff!(x, y)
}

/// `x / y` rounded up; an arithmetic error if `y` is zero.
public fun div_ceil(x: u8, y: u8): u8 {
    std::macros::num_divide_and_round_up!(x, y)
}

/// The former name of `div_ceil`.
public fun divide_and_round_up(x: u8, y: u8): u8 {
    div_ceil(x, y)
}

/// `base` to the power of `exponent`; an arithmetic error if it does not fit.
public fun pow(base: u8, exponent: u8): u8 {
    std::macros::num_pow!(base, exponent)
}

/// The square root of `x`, rounded down.
public fun sqrt(x: u8): u8 {
    std::macros::num_sqrt!<u8, u256>(x, 0x40)
}

/// `Some(x + y)`, or `None` if it does not fit.
public fun checked_add(x: u8, y: u8): Option<u8> {
    std::macros::num_checked_add!(x, y, max_value!())
}

/// `Some(x - y)`, or `None` if `y` is larger.
public fun checked_sub(x: u8, y: u8): Option<u8> {
    std::macros::num_checked_sub!(x, y)
}

/// `Some(x * y)`, or `None` if it does not fit.
public fun checked_mul(x: u8, y: u8): Option<u8> {
    std::macros::num_checked_mul!(x, y, max_value!())
}

/// `Some(x / y)`, or `None` if `y` is zero.
public fun checked_div(x: u8, y: u8): Option<u8> {
    std::macros::num_checked_div!(x, y)
}

/// `x + y`, or the largest number if it does not fit.
public fun saturating_add(x: u8, y: u8): u8 {
    std::macros::num_saturating_add!(x, y, max_value!())
}

/// `x - y`, or zero if `y` is larger.
public fun saturating_sub(x: u8, y: u8): u8 {
    std::macros::num_saturating_sub!(x, y)
}

/// `x * y`, or the largest number if it does not fit.
public fun saturating_mul(x: u8, y: u8): u8 {
    std::macros::num_saturating_mul!(x, y, max_value!())
}

/// The decimal digits of `x`.
public fun to_string(x: u8): String {
    std::macros::num_to_string!(x)
}

/// The largest `u8`.
public macro fun max_value(): u8 {
    0xFF
}

/// Calls `f` with every number from `start` up to but not including `stop`.
public macro fun range_do<$R: drop>($start: u8, $stop: u8, $f: |u8| -> $R) {
    std::macros::range_do!($start, $stop, $f)
}

/// Calls `f` with every number from `start` up to and including `stop`.
public macro fun range_do_eq<$R: drop>($start: u8, $stop: u8, $f: |u8| -> $R) {
    std::macros::range_do_eq!($start, $stop, $f)
}

/// Calls `f` with every number below `stop`.
public macro fun do<$R: drop>($stop: u8, $f: |u8| -> $R) {
    std::macros::do!($stop, $f)
}

/// Calls `f` with every number up to and including `stop`.
public macro fun do_eq<$R: drop>($stop: u8, $f: |u8| -> $R) {
    std::macros::do_eq!($stop, $f)
}
