// SPDX-License-Identifier: Apache-2.0

/// Text of 7-bit characters.
module std::ascii;

/// `text.to_string()`: the same text as UTF-8.
public use fun std::string::from_ascii as String.to_string;

/// A byte is above 127.
const EInvalidASCIICharacter: u64 = 0x10000;
/// An index is beyond the end.
const EInvalidIndex: u64 = 0x10001;

/// Bytes that are all at most 127.
public struct String has copy, drop, store {
    bytes: vector<u8>,
}

/// One character.
public struct Char has copy, drop, store {
    byte: u8,
}

/// A character from its code. Aborts with `EInvalidASCIICharacter`.
public fun char(byte: u8): Char {
    if (!is_valid_char(byte)) abort EInvalidASCIICharacter;
    Char { byte }
}

/// Text from bytes. Aborts with `EInvalidASCIICharacter`.
public fun string(bytes: vector<u8>): String {
    let text = try_string(bytes);
    if (text.is_none()) abort EInvalidASCIICharacter;
    text.destroy_some()
}

/// Text from bytes, `None` if a byte is above 127.
public fun try_string(bytes: vector<u8>): Option<String> {
    if (bytes.all!(|byte| is_valid_char(*byte))) option::some(String { bytes }) else option::none()
}

/// True if every character is between space and tilde.
public fun all_characters_printable(string: &String): bool {
    string.bytes.all!(|byte| is_printable_char(*byte))
}

/// Puts a character at the end.
public fun push_char(string: &mut String, char: Char) {
    string.bytes.push_back(char.byte)
}

/// Takes the last character.
public fun pop_char(string: &mut String): Char {
    Char { byte: string.bytes.pop_back() }
}

/// The number of characters.
public fun length(string: &String): u64 {
    string.bytes.length()
}

/// Puts `other` at the end.
public fun append(string: &mut String, other: String) {
    string.bytes.append(other.bytes)
}

/// Puts `o` before the character at index `at`. Aborts with `EInvalidIndex`.
public fun insert(s: &mut String, at: u64, o: String) {
    if (at > s.length()) abort EInvalidIndex;
    let tail = s.substring(at, s.length());
    while (s.length() > at) {
        s.bytes.pop_back();
    };
    s.append(o);
    s.append(tail)
}

/// The characters from index `i` up to but not including `j`. Aborts with `EInvalidIndex`.
public fun substring(string: &String, i: u64, j: u64): String {
    if (i > j || j > string.length()) abort EInvalidIndex;
    let mut bytes = vector[];
    i.range_do!(j, |k| bytes.push_back(string.bytes[k]));
    String { bytes }
}

/// The bytes of the text.
public fun as_bytes(string: &String): &vector<u8> {
    &string.bytes
}

/// The text as bytes.
public fun into_bytes(string: String): vector<u8> {
    let String { bytes } = string;
    bytes
}

/// The code of a character.
public fun byte(char: Char): u8 {
    char.byte
}

/// True for codes up to 127.
public fun is_valid_char(b: u8): bool {
    b < 0x80
}

/// True for codes from space to tilde.
public fun is_printable_char(byte: u8): bool {
    0x20 <= byte && byte < 0x7F
}

/// True if there are no characters.
public fun is_empty(string: &String): bool {
    string.bytes.is_empty()
}

/// The text with `a` to `z` made upper case.
public fun to_uppercase(string: &String): String {
    let bytes = string.bytes.map_ref!(|b| if (0x61 <= *b && *b <= 0x7A) *b - 0x20 else *b);
    String { bytes }
}

/// The text with `A` to `Z` made lower case.
public fun to_lowercase(string: &String): String {
    let bytes = string.bytes.map_ref!(|b| if (0x41 <= *b && *b <= 0x5A) *b + 0x20 else *b);
    String { bytes }
}

/// The first index of `substr`, or the length if there is none.
public fun index_of(string: &String, substr: &String): u64 {
    let len = string.length();
    let sub_len = substr.length();
    let mut start = 0;
    while (start + sub_len <= len) {
        let mut matched = 0;
        while (matched < sub_len && string.bytes[start + matched] == substr.bytes[matched]) {
            matched = matched + 1;
        };
        if (matched == sub_len) return start;
        start = start + 1;
    };
    len
}
