#[test_only]
module walrus::pending_values_tests;

use std::unit_test::assert_eq;
use walrus::pending_values;

#[test]
fun insert_or_add_sums_per_epoch() {
    let mut pending = pending_values::empty();
    assert!(pending.is_empty());
    pending.insert_or_add(1, 10);
    pending.insert_or_add(3, 30);
    pending.insert_or_add(1, 5);
    assert_eq!(pending.value_at(0), 0);
    assert_eq!(pending.value_at(1), 15);
    assert_eq!(pending.value_at(2), 15);
    assert_eq!(pending.value_at(3), 45);
    assert_eq!(pending.inner().length(), 2);
    assert!(!pending.is_empty());
}

#[test]
fun insert_or_replace_overwrites() {
    let mut pending = pending_values::empty();
    pending.insert_or_replace(2, 10);
    pending.insert_or_replace(2, 7);
    assert_eq!(pending.value_at(2), 7);
}

#[test]
fun reduce_keeps_the_entry() {
    let mut pending = pending_values::empty();
    pending.insert_or_add(1, 10);
    pending.reduce(1, 4);
    assert_eq!(pending.value_at(1), 6);
    pending.reduce(1, 6);
    assert_eq!(pending.value_at(1), 0);
    assert!(!pending.is_empty());
}

#[test]
fun flush_removes_up_to_the_epoch() {
    let mut pending = pending_values::empty();
    pending.insert_or_add(4, 40);
    pending.insert_or_add(1, 10);
    pending.insert_or_add(2, 20);
    assert_eq!(pending.flush(0), 0);
    assert_eq!(pending.flush(2), 30);
    assert_eq!(pending.flush(2), 0);
    let (epochs, values) = pending.unwrap().into_keys_values();
    assert_eq!(epochs, vector[4]);
    assert_eq!(values, vector[40]);
}

#[test]
fun latest_value_is_that_of_the_newest_entry() {
    let mut pending = pending_values::empty();
    assert!(pending.latest_value_at(9).is_none());
    pending.insert_or_add(5, 50);
    pending.insert_or_add(2, 20);
    pending.insert_or_add(3, 30);
    assert!(pending.latest_value_at(1).is_none());
    assert_eq!(pending.latest_value_at(2), option::some(20));
    assert_eq!(pending.latest_value_at(4), option::some(30));
    assert_eq!(pending.latest_value_at(9), option::some(50));
}

#[test]
fun inner_mut_gives_access() {
    let mut pending = pending_values::empty();
    pending.insert_or_add(5, 50);
    pending.inner_mut().remove(&5);
    assert!(pending.is_empty());
}

#[test, expected_failure(abort_code = pending_values::EMissingEpochValue)]
fun reduce_missing() {
    let mut pending = pending_values::empty();
    pending.reduce(1, 0);
}

#[test, expected_failure(abort_code = pending_values::EReduceValueTooLarge)]
fun reduce_too_much() {
    let mut pending = pending_values::empty();
    pending.insert_or_add(1, 10);
    pending.reduce(1, 11);
}
