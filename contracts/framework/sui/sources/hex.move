// SPDX-License-Identifier: Apache-2.0

/// Hexadecimal text.
module sui::hex;

/// The number of digits is odd.
const EInvalidHexLength: u64 = 0;
/// A character is not a hexadecimal digit.
const ENotValidHexCharacter: u64 = 1;

const DIGITS: vector<u8> = b"0123456789abcdef";

/// Two lower-case digits for every byte.
public fun encode(bytes: vector<u8>): vector<u8> {
    let digits = DIGITS;
    let mut text = vector[];
    bytes.do!(|byte| {
        text.push_back(digits[(byte >> 4) as u64]);
        text.push_back(digits[(byte & 0x0F) as u64]);
    });
    text
}

/// The bytes that `hex` spells, in digits of either case. Aborts with `EInvalidHexLength` or
/// `ENotValidHexCharacter`.
public fun decode(hex: vector<u8>): vector<u8> {
    let len = hex.length();
    assert!(len % 2 == 0, EInvalidHexLength);
    let mut bytes = vector[];
    (len / 2).do!(|i| {
        let high = digit_value(hex[2 * i]);
        let low = digit_value(hex[2 * i + 1]);
        bytes.push_back((high << 4) | low);
    });
    bytes
}

fun digit_value(char: u8): u8 {
    if (0x30 <= char && char <= 0x39) char - 0x30
    else if (0x41 <= char && char <= 0x46) char - 0x41 + 10
    else if (0x61 <= char && char <= 0x66) char - 0x61 + 10
    else abort ENotValidHexCharacter
}
