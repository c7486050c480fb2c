// SPDX-License-Identifier: Apache-2.0

#[test_only]
module std::type_name_tests;

use std::type_name;
use std::unit_test::assert_eq;

#[allow(unused_field)]
public struct Plain {}

#[allow(unused_field)]
public struct Generic<phantom A, phantom B> {}

const ONE: vector<u8> = b"0000000000000000000000000000000000000000000000000000000000000001";

#[test]
fun primitive_types_have_no_module() {
    assert_eq!(type_name::with_defining_ids<u8>().into_string(), b"u8".to_ascii_string());
    assert_eq!(
        type_name::get<vector<u64>>().into_string(),
        b"vector<u64>".to_ascii_string(),
    );
    assert!(type_name::with_original_ids<address>().is_primitive());
    assert!(type_name::with_original_ids<vector<Plain>>().is_primitive());
    assert!(!type_name::with_original_ids<Plain>().is_primitive());
}

#[test]
fun names_have_three_parts() {
    let plain = type_name::with_defining_ids<Plain>();
    assert_eq!(plain.address_string(), ONE.to_ascii_string());
    assert_eq!(plain.module_string(), b"type_name_tests".to_ascii_string());
    assert_eq!(plain.datatype_string(), b"Plain".to_ascii_string());
    let generic = type_name::get_with_original_ids<Generic<bool, vector<u8>>>();
    assert_eq!(generic.module_string(), b"type_name_tests".to_ascii_string());
    assert_eq!(generic.datatype_string(), b"Generic<bool,vector<u8>>".to_ascii_string());
    let mut full = ONE;
    full.append(b"::type_name_tests::Generic<bool,vector<u8>>");
    assert_eq!(*generic.as_string(), full.to_ascii_string());
    assert_eq!(type_name::defining_id<Plain>(), @0x1);
    assert_eq!(type_name::original_id<Plain>(), @0x1);
}

#[test, expected_failure(abort_code = type_name::ENonModuleType)]
fun primitive_types_have_no_address() {
    type_name::with_defining_ids<u8>().address_string();
}

#[test, expected_failure(abort_code = 0, location = type_name)]
fun primitive_types_have_no_module_name() {
    type_name::with_defining_ids<vector<Plain>>().module_string();
}

#[test, expected_failure(abort_code = type_name::ENonModuleType)]
fun primitive_types_have_no_defining_package() {
    type_name::defining_id<u8>();
}
