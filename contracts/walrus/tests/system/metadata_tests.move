#[test_only]
module walrus::metadata_tests;

use std::unit_test::assert_eq;
use sui::bcs;
use walrus::metadata;

#[test]
fun pairs_keep_the_order_of_their_last_update() {
    let mut metadata = metadata::new();
    metadata.insert_or_update(b"a".to_string(), b"1".to_string());
    metadata.insert_or_update(b"b".to_string(), b"2".to_string());
    assert_eq!(bcs::to_bytes(&metadata), x"020161013101620132");

    metadata.insert_or_update(b"a".to_string(), b"3".to_string());
    assert_eq!(bcs::to_bytes(&metadata), x"020162013201610133");
}

#[test]
fun removal_returns_the_pair() {
    let mut metadata = metadata::new();
    metadata.insert_or_update(b"a".to_string(), b"1".to_string());
    metadata.insert_or_update(b"b".to_string(), b"2".to_string());
    let (key, value) = metadata.remove(&b"a".to_string());
    assert_eq!(key, b"a".to_string());
    assert_eq!(value, b"1".to_string());
    assert_eq!(metadata.remove_if_exists(&b"a".to_string()), option::none());
    assert_eq!(metadata.remove_if_exists(&b"b".to_string()), option::some(b"2".to_string()));
    assert_eq!(bcs::to_bytes(&metadata), x"00");
}

#[test, expected_failure(abort_code = 1, location = sui::vec_map)]
fun removal_of_an_absent_key_fails() {
    metadata::new().remove(&b"a".to_string());
}
