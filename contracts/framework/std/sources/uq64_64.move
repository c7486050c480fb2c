// SPDX-License-Identifier: Apache-2.0

/// Fixed-point numbers with 64 integer and 64 fractional bits.
module std::uq64_64;

#[error]
const EDenominator: vector<u8> = b"Quotient specified with a zero denominator";
#[error]
const EQuotientTooSmall: vector<u8> = b"Quotient is smaller than the smallest positive number";
#[error]
const EQuotientTooLarge: vector<u8> = b"Quotient is larger than the largest number";
#[error]
const EOverflow: vector<u8> = b"Result is larger than the largest number";
#[error]
const EDivisionByZero: vector<u8> = b"Division by zero";

const FRACTIONAL_BITS: u8 = 64;

/// The value times 2^64.
public struct UQ64_64(u128) has copy, drop, store;

/// `numerator / denominator`, rounded down. Aborts if the denominator is zero or the quotient
/// does not fit; also if it is rounded down to zero.
public fun from_quotient(numerator: u128, denominator: u128): UQ64_64 {
    assert!(denominator != 0, EDenominator);
    let quotient = ((numerator as u256) << FRACTIONAL_BITS) / (denominator as u256);
    assert!(quotient != 0 || numerator == 0, EQuotientTooSmall);
    assert!(quotient <= std::u128::max_value!() as u256, EQuotientTooLarge);
    UQ64_64(quotient as u128)
}

/// A whole number.
public fun from_int(integer: u64): UQ64_64 {
    UQ64_64((integer as u128) << FRACTIONAL_BITS)
}

/// `a + b`. Aborts with `EOverflow`.
public fun add(a: UQ64_64, b: UQ64_64): UQ64_64 {
    assert!(b.0 <= std::u128::max_value!() - a.0, EOverflow);
    UQ64_64(a.0 + b.0)
}

/// `a - b`. Aborts with `EOverflow` if `b` is larger.
public fun sub(a: UQ64_64, b: UQ64_64): UQ64_64 {
    assert!(a.0 >= b.0, EOverflow);
    UQ64_64(a.0 - b.0)
}

/// `a * b`, rounded down. Aborts with `EOverflow`.
public fun mul(a: UQ64_64, b: UQ64_64): UQ64_64 {
    UQ64_64(int_mul(a.0, b))
}

/// `a / b`, rounded down. Aborts with `EDivisionByZero` or `EOverflow`.
public fun div(a: UQ64_64, b: UQ64_64): UQ64_64 {
    UQ64_64(int_div(a.0, b))
}

/// The integer part.
public fun to_int(a: UQ64_64): u64 {
    (a.0 >> FRACTIONAL_BITS) as u64
}

/// `val * multiplier`, rounded down. Aborts with `EOverflow`.
public fun int_mul(val: u128, multiplier: UQ64_64): u128 {
    let product = ((val as u256) * (multiplier.0 as u256)) >> FRACTIONAL_BITS;
    assert!(product <= std::u128::max_value!() as u256, EOverflow);
    product as u128
}

/// `val / divisor`, rounded down. Aborts with `EDivisionByZero` or `EOverflow`.
public fun int_div(val: u128, divisor: UQ64_64): u128 {
    assert!(divisor.0 != 0, EDivisionByZero);
    let quotient = ((val as u256) << FRACTIONAL_BITS) / (divisor.0 as u256);
    assert!(quotient <= std::u128::max_value!() as u256, EOverflow);
    quotient as u128
}

/// `a <= b`.
public fun le(a: UQ64_64, b: UQ64_64): bool {
    a.0 <= b.0
}

/// `a < b`.
public fun lt(a: UQ64_64, b: UQ64_64): bool {
    a.0 < b.0
}

/// `a >= b`.
public fun ge(a: UQ64_64, b: UQ64_64): bool {
    a.0 >= b.0
}

/// `a > b`.
public fun gt(a: UQ64_64, b: UQ64_64): bool {
    a.0 > b.0
}

/// The value times 2^64.
public fun to_raw(a: UQ64_64): u128 {
    a.0
}

/// The number whose value times 2^64 is `raw_value`.
public fun from_raw(raw_value: u128): UQ64_64 {
    UQ64_64(raw_value)
}
