// SPDX-License-Identifier: Apache-2.0

/// The curve BLS12-381: signatures and group operations.
///
/// Scalars are 32 bytes big-endian, elements of G1 and G2 are 48 and 96 bytes compressed;
/// uncompressed elements of G1 are 96 bytes and make long sums cheap.
module sui::bls12381;

use sui::group_ops::{Self, Element};

/// A number modulo the group order.
public struct Scalar {}

/// The group of public keys of the min-pk scheme.
public struct G1 {}

/// The group of signatures of the min-pk scheme.
public struct G2 {}

/// The group of pairings.
public struct GT {}

/// G1 in uncompressed form.
public struct UncompressedG1 {}

// Numbers of the groups, known to the natives.
const SCALAR_TYPE: u8 = 0;
const G1_TYPE: u8 = 1;
const G2_TYPE: u8 = 2;
const UNCOMPRESSED_G1_TYPE: u8 = 4;

const SCALAR_ZERO: vector<u8> =
    x"0000000000000000000000000000000000000000000000000000000000000000";
const SCALAR_ONE: vector<u8> =
    x"0000000000000000000000000000000000000000000000000000000000000001";
const G1_IDENTITY: vector<u8> =
    x"c00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000";
const G1_GENERATOR: vector<u8> =
    x"97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb";
const G2_IDENTITY: vector<u8> =
    x"c00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000";
const G2_GENERATOR: vector<u8> =
    x"93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8";

/// True if `signature` (96 bytes, G2) signs `msg` under `public_key` (48 bytes, G1); false also
/// for malformed input.
public native fun bls12381_min_pk_verify(
    signature: &vector<u8>,
    public_key: &vector<u8>,
    msg: &vector<u8>,
): bool;

/// True if `signature` (48 bytes, G1) signs `msg` under `public_key` (96 bytes, G2); false also
/// for malformed input.
public native fun bls12381_min_sig_verify(
    signature: &vector<u8>,
    public_key: &vector<u8>,
    msg: &vector<u8>,
): bool;

/// A scalar from 32 bytes. Aborts with `group_ops::EInvalidInput`.
public fun scalar_from_bytes(bytes: &vector<u8>): Element<Scalar> {
    group_ops::from_bytes(SCALAR_TYPE, *bytes, false)
}

/// A scalar from a number.
public fun scalar_from_u64(x: u64): Element<Scalar> {
    let mut bytes = SCALAR_ZERO;
    group_ops::set_as_prefix(x, true, &mut bytes);
    group_ops::from_bytes(SCALAR_TYPE, bytes, true)
}

/// The scalar 0.
public fun scalar_zero(): Element<Scalar> {
    group_ops::from_bytes(SCALAR_TYPE, SCALAR_ZERO, true)
}

/// The scalar 1.
public fun scalar_one(): Element<Scalar> {
    group_ops::from_bytes(SCALAR_TYPE, SCALAR_ONE, true)
}

/// `e1 + e2`.
public fun scalar_add(e1: &Element<Scalar>, e2: &Element<Scalar>): Element<Scalar> {
    group_ops::add(SCALAR_TYPE, e1, e2)
}

/// `e1 - e2`.
public fun scalar_sub(e1: &Element<Scalar>, e2: &Element<Scalar>): Element<Scalar> {
    group_ops::sub(SCALAR_TYPE, e1, e2)
}

/// `e1 * e2`.
public fun scalar_mul(e1: &Element<Scalar>, e2: &Element<Scalar>): Element<Scalar> {
    group_ops::mul(SCALAR_TYPE, e1, e2)
}

/// `e2 / e1`. Aborts with `group_ops::EInvalidInput` if `e1` is zero.
public fun scalar_div(e1: &Element<Scalar>, e2: &Element<Scalar>): Element<Scalar> {
    group_ops::div(SCALAR_TYPE, e1, e2)
}

/// `-e`.
public fun scalar_neg(e: &Element<Scalar>): Element<Scalar> {
    scalar_sub(&scalar_zero(), e)
}

/// `1 / e`. Aborts with `group_ops::EInvalidInput` if `e` is zero.
public fun scalar_inv(e: &Element<Scalar>): Element<Scalar> {
    scalar_div(e, &scalar_one())
}

/// An element of G1 from 48 bytes. Aborts with `group_ops::EInvalidInput`.
public fun g1_from_bytes(bytes: &vector<u8>): Element<G1> {
    group_ops::from_bytes(G1_TYPE, *bytes, false)
}

/// The neutral element of G1.
public fun g1_identity(): Element<G1> {
    group_ops::from_bytes(G1_TYPE, G1_IDENTITY, true)
}

/// The generator of G1.
public fun g1_generator(): Element<G1> {
    group_ops::from_bytes(G1_TYPE, G1_GENERATOR, true)
}

/// `e1 + e2`.
public fun g1_add(e1: &Element<G1>, e2: &Element<G1>): Element<G1> {
    group_ops::add(G1_TYPE, e1, e2)
}

/// `e1 - e2`.
public fun g1_sub(e1: &Element<G1>, e2: &Element<G1>): Element<G1> {
    group_ops::sub(G1_TYPE, e1, e2)
}

/// `e1 * e2`.
public fun g1_mul(e1: &Element<Scalar>, e2: &Element<G1>): Element<G1> {
    group_ops::mul(G1_TYPE, e1, e2)
}

/// `e2 / e1`. Aborts with `group_ops::EInvalidInput` if `e1` is zero.
public fun g1_div(e1: &Element<Scalar>, e2: &Element<G1>): Element<G1> {
    group_ops::div(G1_TYPE, e1, e2)
}

/// `-e`.
public fun g1_neg(e: &Element<G1>): Element<G1> {
    g1_sub(&g1_identity(), e)
}

/// The element of G1 that the message is hashed to.
public fun hash_to_g1(m: &vector<u8>): Element<G1> {
    group_ops::hash_to(G1_TYPE, m)
}

/// The sum of `scalar * element` of all pairs.
public fun g1_multi_scalar_multiplication(
    scalars: &vector<Element<Scalar>>,
    elements: &vector<Element<G1>>,
): Element<G1> {
    group_ops::multi_scalar_multiplication(G1_TYPE, scalars, elements)
}

/// The uncompressed form.
public fun g1_to_uncompressed_g1(e: &Element<G1>): Element<UncompressedG1> {
    group_ops::convert(G1_TYPE, UNCOMPRESSED_G1_TYPE, e)
}

/// An element of G2 from 96 bytes. Aborts with `group_ops::EInvalidInput`.
public fun g2_from_bytes(bytes: &vector<u8>): Element<G2> {
    group_ops::from_bytes(G2_TYPE, *bytes, false)
}

/// The neutral element of G2.
public fun g2_identity(): Element<G2> {
    group_ops::from_bytes(G2_TYPE, G2_IDENTITY, true)
}

/// The generator of G2.
public fun g2_generator(): Element<G2> {
    group_ops::from_bytes(G2_TYPE, G2_GENERATOR, true)
}

/// `e1 + e2`.
public fun g2_add(e1: &Element<G2>, e2: &Element<G2>): Element<G2> {
    group_ops::add(G2_TYPE, e1, e2)
}

/// `e1 - e2`.
public fun g2_sub(e1: &Element<G2>, e2: &Element<G2>): Element<G2> {
    group_ops::sub(G2_TYPE, e1, e2)
}

/// `e1 * e2`.
public fun g2_mul(e1: &Element<Scalar>, e2: &Element<G2>): Element<G2> {
    group_ops::mul(G2_TYPE, e1, e2)
}

/// `e2 / e1`. Aborts with `group_ops::EInvalidInput` if `e1` is zero.
public fun g2_div(e1: &Element<Scalar>, e2: &Element<G2>): Element<G2> {
    group_ops::div(G2_TYPE, e1, e2)
}

/// `-e`.
public fun g2_neg(e: &Element<G2>): Element<G2> {
    g2_sub(&g2_identity(), e)
}

/// The element of G2 that the message is hashed to.
public fun hash_to_g2(m: &vector<u8>): Element<G2> {
    group_ops::hash_to(G2_TYPE, m)
}

/// The sum of `scalar * element` of all pairs.
public fun g2_multi_scalar_multiplication(
    scalars: &vector<Element<Scalar>>,
    elements: &vector<Element<G2>>,
): Element<G2> {
    group_ops::multi_scalar_multiplication(G2_TYPE, scalars, elements)
}

/// The pairing of two elements.
public fun pairing(e1: &Element<G1>, e2: &Element<G2>): Element<GT> {
    group_ops::pairing(G1_TYPE, e1, e2)
}

/// The compressed form.
public fun uncompressed_g1_to_g1(e: &Element<UncompressedG1>): Element<G1> {
    group_ops::convert(UNCOMPRESSED_G1_TYPE, G1_TYPE, e)
}

/// The sum of all elements. Aborts with `group_ops::EInputTooLong` if there are more than 1200.
public fun uncompressed_g1_sum(
    terms: &vector<Element<UncompressedG1>>,
): Element<UncompressedG1> {
    group_ops::sum(UNCOMPRESSED_G1_TYPE, terms)
}
