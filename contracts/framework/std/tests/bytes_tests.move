// SPDX-License-Identifier: Apache-2.0

#[test_only]
module std::bytes_tests;

use std::bcs;
use std::hash;
use std::unit_test::assert_eq;

public struct Point has drop {
    x: u16,
    names: vector<vector<u8>>,
    maybe: Option<bool>,
}

public enum Shape has drop {
    Empty,
    Circle(u32),
    Square { side: u8 },
}

#[test]
fun values_are_serialized_canonically() {
    assert_eq!(bcs::to_bytes(&258u16), x"0201");
    assert_eq!(bcs::to_bytes(&1u256), x"0100000000000000000000000000000000000000000000000000000000000000");
    assert_eq!(bcs::to_bytes(&true), x"01");
    assert_eq!(
        bcs::to_bytes(&@0x1),
        x"0000000000000000000000000000000000000000000000000000000000000001",
    );
    let point = Point { x: 1, names: vector[b"a", b""], maybe: option::some(false) };
    assert_eq!(bcs::to_bytes(&point), x"0100020161000100");
    assert_eq!(bcs::to_bytes(&vector::tabulate!(200, |_| 0u8)).length(), 202);
}

#[test]
fun variants_are_serialized_with_their_number() {
    assert_eq!(bcs::to_bytes(&Shape::Empty), x"00");
    assert_eq!(bcs::to_bytes(&Shape::Circle(5)), x"0105000000");
    assert_eq!(bcs::to_bytes(&Shape::Square { side: 7 }), x"0207");
}

#[test]
fun hashes_have_known_values() {
    assert_eq!(
        hash::sha2_256(b"abc"),
        x"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
    assert_eq!(
        hash::sha3_256(b"abc"),
        x"3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532",
    );
}

#[test]
fun addresses_have_32_bytes() {
    assert_eq!(std::address::length(), bcs::to_bytes(&@0x1).length());
}
