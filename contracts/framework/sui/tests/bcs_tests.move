// SPDX-License-Identifier: Apache-2.0

#[test_only]
module sui::bcs_tests;

use std::unit_test::assert_eq;
use sui::bcs;

public struct Everything has drop {
    flag: bool,
    a: u8,
    b: u16,
    c: u32,
    d: u64,
    e: u128,
    f: u256,
    owner: address,
    names: vector<vector<u8>>,
    maybe: Option<u64>,
    none: Option<u8>,
}

#[test]
fun what_was_written_is_read() {
    let value = Everything {
        flag: true,
        a: 0xfe,
        b: 0xfedc,
        c: 0xfedcba98,
        d: 0xfedcba9876543210,
        e: 0xfedcba9876543210 << 32,
        f: 0xfedcba9876543210 << 190,
        owner: @0xabcdef,
        names: vector[b"first", b""],
        maybe: option::some(7),
        none: option::none(),
    };
    let mut bytes = bcs::to_bytes(&value);
    bytes.append(b"rest");
    let mut reader = bcs::new(bytes);
    assert_eq!(reader.peel_bool(), value.flag);
    assert_eq!(reader.peel_u8(), value.a);
    assert_eq!(reader.peel_u16(), value.b);
    assert_eq!(reader.peel_u32(), value.c);
    assert_eq!(reader.peel_u64(), value.d);
    assert_eq!(reader.peel_u128(), value.e);
    assert_eq!(reader.peel_u256(), value.f);
    assert_eq!(reader.peel_address(), value.owner);
    assert_eq!(reader.peel_vec_vec_u8(), value.names);
    assert_eq!(reader.peel_option_u64(), value.maybe);
    assert_eq!(reader.peel_option_u8(), value.none);
    assert_eq!(reader.into_remainder_bytes(), b"rest");
}

#[test]
fun vectors_of_numbers_are_read() {
    let mut reader = bcs::new(bcs::to_bytes(&vector[1u64, 2]));
    assert_eq!(reader.peel_vec_u64(), vector[1, 2]);
    let mut reader = bcs::new(bcs::to_bytes(&vector[@0x1, @0x2]));
    assert_eq!(reader.peel_vec_address(), vector[@0x1, @0x2]);
    let mut reader = bcs::new(bcs::to_bytes(&vector[true, false]));
    assert_eq!(reader.peel_vec_bool(), vector[true, false]);
    let mut reader = bcs::new(bcs::to_bytes(&vector[1u32, 2]));
    assert_eq!(reader.peel_vec!(|reader| reader.peel_u32()), vector[1, 2]);
    let mut reader = bcs::new(vector::tabulate!(300, |_| 0));
    assert_eq!(reader.peel_vec_u8(), vector[]);
    assert_eq!(bcs::new(x"ac02").peel_vec_length(), 300);
    assert_eq!(bcs::new(x"02").peel_enum_tag(), 2);
}

#[test, expected_failure(abort_code = bcs::EOutOfRange)]
fun nothing_is_read_beyond_the_end() {
    bcs::new(x"00000000000000").peel_u64();
}

#[test, expected_failure(abort_code = bcs::EOutOfRange)]
fun no_address_is_read_beyond_the_end() {
    bcs::new(x"00").peel_address();
}

#[test, expected_failure(abort_code = bcs::ENotBool)]
fun two_is_no_boolean() {
    bcs::new(x"02").peel_bool();
}

#[test, expected_failure(abort_code = bcs::ELenOutOfRange)]
fun lengths_have_at_most_five_bytes() {
    bcs::new(x"ffffffffffff01").peel_vec_length();
}
