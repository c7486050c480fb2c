// SPDX-License-Identifier: Apache-2.0

#[test_only]
module sui::address_tests;

use std::unit_test::assert_eq;
use sui::address;
use sui::hex;

#[test]
fun addresses_are_numbers_and_text() {
    assert_eq!(@0x1234.to_u256(), 0x1234);
    assert_eq!(address::from_u256(0x1234), @0x1234);
    assert_eq!(address::from_u256(address::max()).to_u256(), std::u256::max_value!());
    let text = b"000000000000000000000000000000000000000000000000000000000000abcd";
    assert_eq!(@0xabcd.to_ascii_string(), text.to_ascii_string());
    assert_eq!(@0xabcd.to_string(), text.to_string());
    assert_eq!(address::from_ascii_bytes(&text), @0xabcd);
    assert_eq!(address::from_bytes(@0xabcd.to_bytes()), @0xabcd);
    assert_eq!(@0xabcd.to_bytes().length(), address::length());
    assert_eq!(@0xabcd.to_id().to_address(), @0xabcd);
}

#[test, expected_failure(abort_code = address::EAddressParseError)]
fun short_bytes_are_no_address() {
    address::from_bytes(b"short");
}

#[test, expected_failure(abort_code = address::EAddressParseError)]
fun short_text_is_no_address() {
    address::from_ascii_bytes(&b"abcd");
}

#[test]
fun bytes_are_written_in_hexadecimal() {
    assert_eq!(hex::encode(x"00ff1a"), b"00ff1a");
    assert_eq!(hex::encode(b""), b"");
    assert_eq!(hex::decode(b"00fF1A"), x"00ff1a");
    assert_eq!(hex::decode(b""), b"");
}

#[test, expected_failure(abort_code = hex::EInvalidHexLength)]
fun digits_come_in_pairs() {
    hex::decode(b"abc");
}

#[test, expected_failure(abort_code = hex::ENotValidHexCharacter)]
fun other_letters_are_no_digits() {
    hex::decode(b"0g");
}
