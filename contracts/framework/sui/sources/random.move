// SPDX-License-Identifier: Apache-2.0

/// Generators of random numbers. The chain state they grow from exists only on networks that
/// make it; tests seed generators themselves.
module sui::random;

use sui::versioned::Versioned;

/// The range is empty.
const EInvalidRange: u64 = 3;
/// There are more elements than `u16` can count.
const EInvalidLength: u64 = 4;

const BLOCK_LENGTH: u64 = 32;

/// The randomness of the chain, one shared object at `0x8`.
#[allow(unused_field)]
public struct Random has key {
    id: UID,
    inner: Versioned,
}

/// The state of `Random`.
#[allow(unused_field)]
public struct RandomInner has store {
    version: u64,
    epoch: u64,
    randomness_round: u64,
    random_bytes: vector<u8>,
}

/// A source of random bytes: HMAC-SHA3-256 of a counter under the seed.
public struct RandomGenerator has drop {
    seed: vector<u8>,
    counter: u16,
    buffer: vector<u8>,
}

/// A generator of its own for this transaction.
public fun new_generator(r: &Random, ctx: &mut TxContext): RandomGenerator {
    let inner: &RandomInner = r.inner.load_value();
    let seed = sui::hmac::hmac_sha3_256(
        &inner.random_bytes,
        &ctx.fresh_object_address().to_bytes(),
    );
    RandomGenerator { seed, counter: 0, buffer: vector[] }
}

/// `num_of_bytes` random bytes.
public fun generate_bytes(g: &mut RandomGenerator, num_of_bytes: u16): vector<u8> {
    let wanted = num_of_bytes as u64;
    let mut result = vector[];
    while (wanted - result.length() >= BLOCK_LENGTH) result.append(g.derive_next_block());
    while (result.length() < wanted) result.push_back(g.next_byte());
    result
}

/// A random number.
public fun generate_u256(g: &mut RandomGenerator): u256 {
    g.next_number(32)
}

/// A random number.
public fun generate_u128(g: &mut RandomGenerator): u128 {
    g.next_number(16) as u128
}

/// A random number.
public fun generate_u64(g: &mut RandomGenerator): u64 {
    g.next_number(8) as u64
}

/// A random number.
public fun generate_u32(g: &mut RandomGenerator): u32 {
    g.next_number(4) as u32
}

/// A random number.
public fun generate_u16(g: &mut RandomGenerator): u16 {
    g.next_number(2) as u16
}

/// A random number.
public fun generate_u8(g: &mut RandomGenerator): u8 {
    g.next_number(1) as u8
}

/// A random boolean.
public fun generate_bool(g: &mut RandomGenerator): bool {
    g.next_number(1) % 2 == 1
}

/// A random number from `min` to `max`. Aborts with `EInvalidRange`.
public fun generate_u128_in_range(g: &mut RandomGenerator, min: u128, max: u128): u128 {
    g.next_in_range(min, max, 24)
}

/// A random number from `min` to `max`. Aborts with `EInvalidRange`.
public fun generate_u64_in_range(g: &mut RandomGenerator, min: u64, max: u64): u64 {
    g.next_in_range(min as u128, max as u128, 16) as u64
}

/// A random number from `min` to `max`. Aborts with `EInvalidRange`.
public fun generate_u32_in_range(g: &mut RandomGenerator, min: u32, max: u32): u32 {
    g.next_in_range(min as u128, max as u128, 12) as u32
}

/// A random number from `min` to `max`. Aborts with `EInvalidRange`.
public fun generate_u16_in_range(g: &mut RandomGenerator, min: u16, max: u16): u16 {
    g.next_in_range(min as u128, max as u128, 10) as u16
}

/// A random number from `min` to `max`. Aborts with `EInvalidRange`.
public fun generate_u8_in_range(g: &mut RandomGenerator, min: u8, max: u8): u8 {
    g.next_in_range(min as u128, max as u128, 9) as u8
}

/// Puts the elements in random order. Aborts with `EInvalidLength`.
public fun shuffle<T>(g: &mut RandomGenerator, v: &mut vector<T>) {
    let len = v.length();
    assert!(len <= std::u16::max_value!() as u64, EInvalidLength);
    let mut left = len;
    while (left > 1) {
        let other = g.generate_u16_in_range(0, (left - 1) as u16) as u64;
        left = left - 1;
        v.swap(left, other);
    }
}

fun derive_next_block(g: &mut RandomGenerator): vector<u8> {
    g.counter = g.counter + 1;
    sui::hmac::hmac_sha3_256(&g.seed, &std::bcs::to_bytes(&g.counter))
}

fun next_byte(g: &mut RandomGenerator): u8 {
    if (g.buffer.is_empty()) g.buffer = g.derive_next_block();
    g.buffer.pop_back()
}

/// A number of `width` bytes, the highest first.
fun next_number(g: &mut RandomGenerator, width: u64): u256 {
    let mut number: u256 = 0;
    width.do!(|_| number = (number << 8) | (g.next_byte() as u256));
    number
}

/// A number of `width` bytes reduced to the range; 8 bytes more than the type make the bias
/// negligible.
fun next_in_range(g: &mut RandomGenerator, min: u128, max: u128, width: u64): u128 {
    assert!(min <= max, EInvalidRange);
    let size = ((max - min) as u256) + 1;
    min + ((g.next_number(width) % size) as u128)
}

/// A generator with this seed.
#[test_only]
public fun new_generator_from_seed_for_testing(seed: vector<u8>): RandomGenerator {
    RandomGenerator { seed, counter: 0, buffer: vector[] }
}

/// A generator with a seed from the test runner.
#[test_only]
public fun new_generator_for_testing(): RandomGenerator {
    new_generator_from_seed_for_testing(generate_rand_seed_for_testing())
}

#[test_only]
native fun generate_rand_seed_for_testing(): vector<u8>;
