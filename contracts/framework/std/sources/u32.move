// SPDX-License-Identifier: Apache-2.0

/// Functions and macros on `u32`.
#[defines_primitive(u32)]
module std::u32;

use std::string::String;

/// All bits of `x` inverted.
public fun bitwise_not(x: u32): u32 {
    max_value!() - x
}

/// The larger of two numbers.
public fun max(x: u32, y: u32): u32 {
    std::macros::num_max!(x, y)
}

/// The smaller of two numbers.
public fun min(x: u32, y: u32): u32 {
    std::macros::num_min!(x, y)
}

/// The distance between two numbers.
public fun diff(x: u32, y: u32): u32 {
    std::macros::num_diff!(x, y)
}

/// `x / y` rounded up; an arithmetic error if `y` is zero.
public fun div_ceil(x: u32, y: u32): u32 {
    std::macros::num_divide_and_round_up!(x, y)
}

/// The former name of `div_ceil`.
public fun divide_and_round_up(x: u32, y: u32): u32 {
    div_ceil(x, y)
}

/// `base` to the power of `exponent`; an arithmetic error if it does not fit.
public fun pow(base: u32, exponent: u8): u32 {
    std::macros::num_pow!(base, exponent)
}

/// The square root of `x`, rounded down.
public fun sqrt(x: u32): u32 {
    std::macros::num_sqrt!<u32, u256>(x, 0x40000000)
}

/// `Some(x + y)`, or `None` if it does not fit.
public fun checked_add(x: u32, y: u32): Option<u32> {
    std::macros::num_checked_add!(x, y, max_value!())
}

/// `Some(x - y)`, or `None` if `y` is larger.
public fun checked_sub(x: u32, y: u32): Option<u32> {
    std::macros::num_checked_sub!(x, y)
}

/// `Some(x * y)`, or `None` if it does not fit.
public fun checked_mul(x: u32, y: u32): Option<u32> {
    std::macros::num_checked_mul!(x, y, max_value!())
}

/// `Some(x / y)`, or `None` if `y` is zero.
public fun checked_div(x: u32, y: u32): Option<u32> {
    std::macros::num_checked_div!(x, y)
}

/// `x + y`, or the largest number if it does not fit.
public fun saturating_add(x: u32, y: u32): u32 {
    std::macros::num_saturating_add!(x, y, max_value!())
}

/// `x - y`, or zero if `y` is larger.
public fun saturating_sub(x: u32, y: u32): u32 {
    std::macros::num_saturating_sub!(x, y)
}

/// `x * y`, or the largest number if it does not fit.
public fun saturating_mul(x: u32, y: u32): u32 {
    std::macros::num_saturating_mul!(x, y, max_value!())
}

/// `x` as `u8`, or `None` if it does not fit.
public fun try_as_u8(x: u32): Option<u8> {
    std::macros::try_as_number!<u32, u8>(x, 0xFF)
}

/// `x` as `u16`, or `None` if it does not fit.
public fun try_as_u16(x: u32): Option<u16> {
    std::macros::try_as_number!<u32, u16>(x, 0xFFFF)
}

/// The decimal digits of `x`.
public fun to_string(x: u32): String {
    std::macros::num_to_string!(x)
}

/// The largest `u32`.
public macro fun max_value(): u32 {
    0xFFFFFFFF
}

/// Calls `f` with every number from `start` up to but not including `stop`.
public macro fun range_do<$R: drop>($start: u32, $stop: u32, $f: |u32| -> $R) {
    std::macros::range_do!($start, $stop, $f)
}

/// Calls `f` with every number from `start` up to and including `stop`.
public macro fun range_do_eq<$R: drop>($start: u32, $stop: u32, $f: |u32| -> $R) {
    std::macros::range_do_eq!($start, $stop, $f)
}

/// Calls `f` with every number below `stop`.
public macro fun do<$R: drop>($stop: u32, $f: |u32| -> $R) {
    std::macros::do!($stop, $f)
}

/// Calls `f` with every number up to and including `stop`.
public macro fun do_eq<$R: drop>($stop: u32, $f: |u32| -> $R) {
    std::macros::do_eq!($stop, $f)
}
