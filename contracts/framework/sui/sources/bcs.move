// SPDX-License-Identifier: Apache-2.0

/// Reading binary canonical serialization: values are peeled off the front of the bytes.
module sui::bcs;

/// There are fewer bytes than the value needs.
const EOutOfRange: u64 = 0;
/// A boolean is neither 0 nor 1.
const ENotBool: u64 = 1;
/// A length has too many bytes or does not fit 32 bits.
const ELenOutOfRange: u64 = 2;

/// What is still to be read, in reverse, so that peeling is popping.
public struct BCS has copy, drop, store {
    bytes: vector<u8>,
}

/// The BCS bytes of a value.
public fun to_bytes<T>(value: &T): vector<u8> {
    std::bcs::to_bytes(value)
}

/// A reader of these bytes.
public fun new(mut bytes: vector<u8>): BCS {
    bytes.reverse();
    BCS { bytes }
}

/// The bytes not read.
public fun into_remainder_bytes(bcs: BCS): vector<u8> {
    let BCS { mut bytes } = bcs;
    bytes.reverse();
    bytes
}

/// Reads an address. Aborts with `EOutOfRange`.
public fun peel_address(bcs: &mut BCS): address {
    assert!(bcs.bytes.length() >= 32, EOutOfRange);
    sui::address::from_bytes(vector::tabulate!(32, |_| bcs.bytes.pop_back()))
}

/// Reads a boolean. Aborts with `EOutOfRange` or `ENotBool`.
public fun peel_bool(bcs: &mut BCS): bool {
    let byte = bcs.peel_u8();
    assert!(byte < 2, ENotBool);
    byte == 1
}

/// Reads one byte. Aborts with `EOutOfRange`.
public fun peel_u8(bcs: &mut BCS): u8 {
    assert!(!bcs.bytes.is_empty(), EOutOfRange);
    bcs.bytes.pop_back()
}

/// Reads 2 bytes. Aborts with `EOutOfRange`.
public fun peel_u16(bcs: &mut BCS): u16 {
    bcs.peel_little_endian(2) as u16
}

/// Reads 4 bytes. Aborts with `EOutOfRange`.
public fun peel_u32(bcs: &mut BCS): u32 {
    bcs.peel_little_endian(4) as u32
}

/// Reads 8 bytes. Aborts with `EOutOfRange`.
public fun peel_u64(bcs: &mut BCS): u64 {
    bcs.peel_little_endian(8) as u64
}

/// Reads 16 bytes. Aborts with `EOutOfRange`.
public fun peel_u128(bcs: &mut BCS): u128 {
    bcs.peel_little_endian(16) as u128
}

/// Reads 32 bytes. Aborts with `EOutOfRange`.
public fun peel_u256(bcs: &mut BCS): u256 {
    bcs.peel_little_endian(32)
}

/// Reads the length of a vector (ULEB128). Aborts with `EOutOfRange` or `ELenOutOfRange`.
public fun peel_vec_length(bcs: &mut BCS): u64 {
    let mut total: u64 = 0;
    let mut shift = 0;
    loop {
        assert!(shift <= 28, ELenOutOfRange);
        let byte = bcs.peel_u8();
        total = total | (((byte & 0x7F) as u64) << shift);
        if (byte & 0x80 == 0) break;
        shift = shift + 7;
    };
    total
}

/// Reads a vector, each element with `peel`.
public macro fun peel_vec<$T>($bcs: &mut BCS, $peel: |&mut BCS| -> $T): vector<$T> {
    let bcs = $bcs;
    let len = bcs.peel_vec_length();
    vector::tabulate!(len, |_| $peel(bcs))
}

/// Reads a vector of addresses.
public fun peel_vec_address(bcs: &mut BCS): vector<address> {
    bcs.peel_vec!(|bcs| bcs.peel_address())
}

/// Reads a vector of booleans.
public fun peel_vec_bool(bcs: &mut BCS): vector<bool> {
    bcs.peel_vec!(|bcs| bcs.peel_bool())
}

/// Reads a vector of bytes.
public fun peel_vec_u8(bcs: &mut BCS): vector<u8> {
    bcs.peel_vec!(|bcs| bcs.peel_u8())
}

/// Reads a vector of vectors of bytes.
public fun peel_vec_vec_u8(bcs: &mut BCS): vector<vector<u8>> {
    bcs.peel_vec!(|bcs| bcs.peel_vec_u8())
}

/// Reads a vector of 2-byte numbers.
public fun peel_vec_u16(bcs: &mut BCS): vector<u16> {
    bcs.peel_vec!(|bcs| bcs.peel_u16())
}

/// Reads a vector of 4-byte numbers.
public fun peel_vec_u32(bcs: &mut BCS): vector<u32> {
    bcs.peel_vec!(|bcs| bcs.peel_u32())
}

/// Reads a vector of 8-byte numbers.
public fun peel_vec_u64(bcs: &mut BCS): vector<u64> {
    bcs.peel_vec!(|bcs| bcs.peel_u64())
}

/// Reads a vector of 16-byte numbers.
public fun peel_vec_u128(bcs: &mut BCS): vector<u128> {
    bcs.peel_vec!(|bcs| bcs.peel_u128())
}

/// Reads a vector of 32-byte numbers.
public fun peel_vec_u256(bcs: &mut BCS): vector<u256> {
    bcs.peel_vec!(|bcs| bcs.peel_u256())
}

/// Reads the number of an enum variant.
public fun peel_enum_tag(bcs: &mut BCS): u32 {
    let tag = bcs.peel_vec_length();
    assert!(tag <= 0xFFFF_FFFF, ELenOutOfRange);
    tag as u32
}

/// Reads an option, its value with `peel`.
public macro fun peel_option<$T>($bcs: &mut BCS, $peel: |&mut BCS| -> $T): Option<$T> {
    let bcs = $bcs;
    if (bcs.peel_bool()) option::some($peel(bcs)) else option::none()
}

/// Reads an optional address.
public fun peel_option_address(bcs: &mut BCS): Option<address> {
    bcs.peel_option!(|bcs| bcs.peel_address())
}

/// Reads an optional boolean.
public fun peel_option_bool(bcs: &mut BCS): Option<bool> {
    bcs.peel_option!(|bcs| bcs.peel_bool())
}

/// Reads an optional byte.
public fun peel_option_u8(bcs: &mut BCS): Option<u8> {
    bcs.peel_option!(|bcs| bcs.peel_u8())
}

/// Reads an optional 8-byte number.
public fun peel_option_u64(bcs: &mut BCS): Option<u64> {
    bcs.peel_option!(|bcs| bcs.peel_u64())
}

/// Reads a number of `width` bytes, the lowest first.
fun peel_little_endian(bcs: &mut BCS, width: u64): u256 {
    assert!(bcs.bytes.length() >= width, EOutOfRange);
    let mut value: u256 = 0;
    width.do!(|i| value = value | ((bcs.bytes.pop_back() as u256) << ((8 * i) as u8)));
    value
}
