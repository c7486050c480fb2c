// SPDX-License-Identifier: Apache-2.0

#[test_only]
module std::text_tests;

use std::ascii;
use std::string;
use std::unit_test::assert_eq;

#[test]
fun ascii_text_is_taken_apart_and_put_together() {
    let mut text = b"hello".to_ascii_string();
    assert_eq!(text.length(), 5);
    text.push_char(ascii::char(33));
    assert_eq!(text.pop_char().byte(), 33);
    text.append(b"!".to_ascii_string());
    text.insert(5, b" world".to_ascii_string());
    assert_eq!(text, b"hello world!".to_ascii_string());
    assert_eq!(text.substring(6, 11), b"world".to_ascii_string());
    assert_eq!(text.index_of(&b"world".to_ascii_string()), 6);
    assert_eq!(text.index_of(&b"worlds".to_ascii_string()), 12);
    assert_eq!(text.index_of(&b"".to_ascii_string()), 0);
    assert_eq!(text.to_uppercase().into_bytes(), b"HELLO WORLD!");
    assert_eq!(text.to_uppercase().to_lowercase(), text);
    assert_eq!(text.to_string(), b"hello world!".to_string());
    assert!(text.all_characters_printable() && !text.is_empty());
    assert!(!b"\n".to_ascii_string().all_characters_printable());
}

#[test]
fun bytes_above_127_are_not_ascii() {
    assert!(ascii::is_valid_char(127) && !ascii::is_valid_char(128));
    assert!(ascii::is_printable_char(126) && !ascii::is_printable_char(127));
    assert_eq!(x"80".try_to_ascii_string(), option::none());
    assert_eq!(x"41".try_to_ascii_string(), option::some(b"A".to_ascii_string()));
}

#[test, expected_failure(abort_code = ascii::EInvalidASCIICharacter)]
fun ascii_text_refuses_other_bytes() {
    x"ff".to_ascii_string();
}

#[test, expected_failure(abort_code = ascii::EInvalidASCIICharacter)]
fun ascii_characters_refuse_other_bytes() {
    ascii::char(128);
}

#[test, expected_failure(abort_code = 0x10001, location = ascii)]
fun ascii_parts_lie_inside_the_text() {
    b"abc".to_ascii_string().substring(2, 4);
}

#[test, expected_failure(abort_code = ascii::EInvalidIndex)]
fun ascii_text_is_inserted_inside_the_text() {
    b"abc".to_ascii_string().insert(4, b"".to_ascii_string());
}

#[test]
fun utf8_text_is_taken_apart_and_put_together() {
    // "grün", whose third character has two bytes.
    let mut text = x"6772c3bc6e".to_string();
    assert_eq!(text.length(), 5);
    assert_eq!(text.substring(2, 4), x"c3bc".to_string());
    assert_eq!(text.index_of(&b"n".to_string()), 4);
    assert_eq!(text.index_of(&b"x".to_string()), 5);
    text.insert(4, b"--".to_string());
    text.append(b"!".to_string());
    text.append_utf8(b"?");
    assert_eq!(text.into_bytes(), x"6772c3bc2d2d6e213f");
    assert!(b"".to_string().is_empty());
    assert_eq!(*b"a".to_string().as_bytes(), b"a");
    assert_eq!(b"abc".to_string().to_ascii(), b"abc".to_ascii_string());
}

#[test]
fun malformed_utf8_is_recognised() {
    assert_eq!(x"c3".try_to_string(), option::none());
    assert_eq!(x"c080".try_to_string(), option::none());
    assert_eq!(x"eda080".try_to_string(), option::none());
    assert_eq!(x"f0908080".try_to_string().is_some(), true);
}

#[test, expected_failure(abort_code = string::EInvalidUTF8)]
fun utf8_text_refuses_other_bytes() {
    x"ff".to_string();
}

#[test, expected_failure(abort_code = string::EInvalidIndex)]
fun characters_are_not_cut() {
    x"c3bc".to_string().substring(0, 1);
}

#[test, expected_failure(abort_code = 2, location = string)]
fun utf8_parts_do_not_run_backwards() {
    b"abc".to_string().substring(2, 1);
}
