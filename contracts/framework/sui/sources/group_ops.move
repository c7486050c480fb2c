// SPDX-License-Identifier: Apache-2.0

/// Operations on elements of elliptic curve groups. Modules of curves number their groups and
/// give the elements types; see `sui::bls12381`.
module sui::group_ops;

/// The operation is not supported. (Raised by natives.)
#[allow(unused_const)]
const ENotSupported: u64 = 0;
/// The bytes are not an element.
const EInvalidInput: u64 = 1;
/// There are too many elements. (Raised by natives.)
#[allow(unused_const)]
const EInputTooLong: u64 = 2;
/// The buffer is too short.
const EInvalidBufferLength: u64 = 3;

/// An element of the group of `T` in serialized form.
public struct Element<phantom T> has copy, drop, store {
    bytes: vector<u8>,
}

/// The serialized form.
public fun bytes<G>(e: &Element<G>): &vector<u8> {
    &e.bytes
}

/// True if the elements are the same.
public fun equal<G>(e1: &Element<G>, e2: &Element<G>): bool {
    &e1.bytes == &e2.bytes
}

/// An element from its serialized form, checked unless it is trusted. Aborts with
/// `EInvalidInput`.
public(package) fun from_bytes<G>(type_: u8, bytes: vector<u8>, is_trusted: bool): Element<G> {
    assert!(is_trusted || internal_validate(type_, &bytes), EInvalidInput);
    Element { bytes }
}

/// `e1 + e2`.
public(package) fun add<G>(type_: u8, e1: &Element<G>, e2: &Element<G>): Element<G> {
    Element { bytes: internal_add(type_, &e1.bytes, &e2.bytes) }
}

/// `e1 - e2`.
public(package) fun sub<G>(type_: u8, e1: &Element<G>, e2: &Element<G>): Element<G> {
    Element { bytes: internal_sub(type_, &e1.bytes, &e2.bytes) }
}

/// `scalar * e`.
public(package) fun mul<S, G>(type_: u8, scalar: &Element<S>, e: &Element<G>): Element<G> {
    Element { bytes: internal_mul(type_, &scalar.bytes, &e.bytes) }
}

/// `e / scalar`.
public(package) fun div<S, G>(type_: u8, scalar: &Element<S>, e: &Element<G>): Element<G> {
    Element { bytes: internal_div(type_, &scalar.bytes, &e.bytes) }
}

/// The element that the message is hashed to.
public(package) fun hash_to<G>(type_: u8, m: &vector<u8>): Element<G> {
    Element { bytes: internal_hash_to(type_, m) }
}

/// The sum of `scalar * element` of all pairs. Aborts with `EInvalidInput` if there are none
/// or the numbers differ.
public(package) fun multi_scalar_multiplication<S, G>(
    type_: u8,
    scalars: &vector<Element<S>>,
    elements: &vector<Element<G>>,
): Element<G> {
    assert!(!scalars.is_empty() && scalars.length() == elements.length(), EInvalidInput);
    let mut scalars_bytes = vector[];
    let mut elements_bytes = vector[];
    scalars.zip_do_ref!(elements, |scalar, element| {
        scalars_bytes.append(scalar.bytes);
        elements_bytes.append(element.bytes);
    });
    Element { bytes: internal_multi_scalar_mul(type_, &scalars_bytes, &elements_bytes) }
}

/// The pairing of two elements.
public(package) fun pairing<G1, G2, G3>(
    type_: u8,
    e1: &Element<G1>,
    e2: &Element<G2>,
): Element<G3> {
    Element { bytes: internal_pairing(type_, &e1.bytes, &e2.bytes) }
}

/// The same element in another form.
public(package) fun convert<From, To>(
    from_type_: u8,
    to_type_: u8,
    e: &Element<From>,
): Element<To> {
    Element { bytes: internal_convert(from_type_, to_type_, &e.bytes) }
}

/// The sum of all elements.
public(package) fun sum<G>(type_: u8, terms: &vector<Element<G>>): Element<G> {
    Element { bytes: internal_sum(type_, &terms.map_ref!(|term| term.bytes)) }
}

/// Writes a number over the first or, big-endian, the last 8 bytes of the buffer. Aborts with
/// `EInvalidBufferLength`.
public(package) fun set_as_prefix(x: u64, big_endian: bool, buffer: &mut vector<u8>) {
    let len = buffer.length();
    assert!(len >= 8, EInvalidBufferLength);
    let bytes = std::bcs::to_bytes(&x);
    8u64.do!(|i| {
        let position = if (big_endian) len - 1 - i else i;
        *&mut buffer[position] = bytes[i];
    })
}

native fun internal_validate(type_: u8, bytes: &vector<u8>): bool;

native fun internal_add(type_: u8, e1: &vector<u8>, e2: &vector<u8>): vector<u8>;

native fun internal_sub(type_: u8, e1: &vector<u8>, e2: &vector<u8>): vector<u8>;

native fun internal_mul(type_: u8, e1: &vector<u8>, e2: &vector<u8>): vector<u8>;

native fun internal_div(type_: u8, e1: &vector<u8>, e2: &vector<u8>): vector<u8>;

native fun internal_hash_to(type_: u8, m: &vector<u8>): vector<u8>;

native fun internal_multi_scalar_mul(
    type_: u8,
    scalars: &vector<u8>,
    elements: &vector<u8>,
): vector<u8>;

native fun internal_pairing(type_: u8, e1: &vector<u8>, e2: &vector<u8>): vector<u8>;

native fun internal_convert(from_type_: u8, to_type_: u8, e: &vector<u8>): vector<u8>;

native fun internal_sum(type_: u8, terms: &vector<vector<u8>>): vector<u8>;
