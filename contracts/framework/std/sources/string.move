// SPDX-License-Identifier: Apache-2.0

/// UTF-8 text.
module std::string;

use std::ascii;

/// The bytes are not UTF-8.
const EInvalidUTF8: u64 = 1;
/// An index is beyond the end or inside a character.
const EInvalidIndex: u64 = 2;

/// Bytes that are valid UTF-8.
public struct String has copy, drop, store {
    bytes: vector<u8>,
}

/// Text from bytes. Aborts with `EInvalidUTF8`.
public fun utf8(bytes: vector<u8>): String {
    if (!internal_check_utf8(&bytes)) abort EInvalidUTF8;
    String { bytes }
}

/// The same text as UTF-8.
public fun from_ascii(s: ascii::String): String {
    String { bytes: s.into_bytes() }
}

/// The same text as ASCII. Aborts if a character is not ASCII.
public fun to_ascii(s: String): ascii::String {
    ascii::string(s.into_bytes())
}

/// Text from bytes, `None` if they are not UTF-8.
public fun try_utf8(bytes: vector<u8>): Option<String> {
    if (internal_check_utf8(&bytes)) option::some(String { bytes }) else option::none()
}

/// The bytes of the text.
public fun as_bytes(s: &String): &vector<u8> {
    &s.bytes
}

/// The former name of `as_bytes`.
public fun bytes(s: &String): &vector<u8> {
    s.as_bytes()
}

/// The text as bytes.
public fun into_bytes(s: String): vector<u8> {
    let String { bytes } = s;
    bytes
}

/// True if there are no characters.
public fun is_empty(s: &String): bool {
    s.bytes.is_empty()
}

/// The number of bytes.
public fun length(s: &String): u64 {
    s.bytes.length()
}

/// Puts `r` at the end.
public fun append(s: &mut String, r: String) {
    s.bytes.append(r.bytes)
}

/// Puts bytes at the end. Aborts with `EInvalidUTF8`.
public fun append_utf8(s: &mut String, bytes: vector<u8>) {
    s.append(utf8(bytes))
}

/// Puts `o` before byte index `at`. Aborts with `EInvalidIndex`.
public fun insert(s: &mut String, at: u64, o: String) {
    let tail = s.substring(at, s.length());
    *s = s.substring(0, at);
    s.append(o);
    s.append(tail)
}

/// The bytes from index `i` up to but not including `j`, both at the boundary of a character.
/// Aborts with `EInvalidIndex`.
public fun substring(s: &String, i: u64, j: u64): String {
    let bytes = &s.bytes;
    let in_range = i <= j && j <= bytes.length();
    if (
        !in_range || !internal_is_char_boundary(bytes, i) || !internal_is_char_boundary(bytes, j)
    ) abort EInvalidIndex;
    String { bytes: internal_sub_string(bytes, i, j) }
}

/// The former name of `substring`.
public fun sub_string(s: &String, i: u64, j: u64): String {
    s.substring(i, j)
}

/// The first byte index of `r`, or the length if there is none.
public fun index_of(s: &String, r: &String): u64 {
    internal_index_of(&s.bytes, &r.bytes)
}

native fun internal_check_utf8(v: &vector<u8>): bool;

native fun internal_is_char_boundary(v: &vector<u8>, i: u64): bool;

native fun internal_sub_string(v: &vector<u8>, i: u64, j: u64): vector<u8>;

native fun internal_index_of(v: &vector<u8>, r: &vector<u8>): u64;
