// SPDX-License-Identifier: Apache-2.0

/// Conversions of addresses.
#[defines_primitive(address)]
module sui::address;

use std::ascii;
use std::bcs;
use std::string;
use sui::hex;

/// `address.to_id()`: the `ID` with these bytes.
public use fun sui::object::id_from_address as address.to_id;

const LENGTH: u64 = 32;

const MAX: u256 = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF;

/// The bytes or the text are not an address. (Natives use the same code.)
const EAddressParseError: u64 = 0;

/// The address read as a big-endian number.
public native fun to_u256(a: address): u256;

/// The inverse of `to_u256`.
public native fun from_u256(n: u256): address;

/// The address with these 32 bytes. Aborts with `EAddressParseError`.
public native fun from_bytes(bytes: vector<u8>): address;

/// The 32 bytes.
public fun to_bytes(a: address): vector<u8> {
    bcs::to_bytes(&a)
}

/// 64 lower-case hexadecimal digits without prefix.
public fun to_ascii_string(a: address): ascii::String {
    ascii::string(hex::encode(to_bytes(a)))
}

/// 64 lower-case hexadecimal digits without prefix.
public fun to_string(a: address): string::String {
    string::from_ascii(to_ascii_string(a))
}

/// The address written as 64 hexadecimal digits without prefix. Aborts with
/// `EAddressParseError`, or the codes of `sui::hex` for a character that is no digit.
public fun from_ascii_bytes(bytes: &vector<u8>): address {
    assert!(bytes.length() == 2 * LENGTH, EAddressParseError);
    from_bytes(hex::decode(*bytes))
}

/// The number of bytes of an address.
public fun length(): u64 {
    LENGTH
}

/// The largest address.
public fun max(): u256 {
    MAX
}
