#[test_only]
module walrus::active_set_tests;

use std::unit_test::assert_eq;
use walrus::active_set;
use walrus::staking_fixtures::{node_id, node_ids};

#[test]
fun insert_and_update_in_order() {
    let mut set = active_set::new(5, 100);
    assert_eq!(set.max_size(), 5);
    assert_eq!(set.threshold_stake(), 100);
    assert!(set.insert_or_update(node_id(1), 200));
    assert!(set.insert_or_update(node_id(2), 300));
    assert!(set.insert_or_update(node_id(3), 100));
    assert!(set.insert_or_update(node_id(2), 250));
    assert_eq!(set.size(), 3);
    assert_eq!(set.total_stake(), 550);
    let (ids, stakes) = set.active_ids_and_stake();
    assert_eq!(ids, node_ids(vector[1, 2, 3]));
    assert_eq!(stakes, vector[200, 250, 100]);
}

#[test]
fun stake_below_threshold_removes() {
    let mut set = active_set::new(5, 100);
    set.insert_or_update(node_id(1), 200);
    assert!(!set.insert_or_update(node_id(1), 99));
    assert_eq!(set.size(), 0);
    assert_eq!(set.total_stake(), 0);
    assert!(!set.insert_or_update(node_id(2), 99));
    assert_eq!(set.size(), 0);
}

#[test]
fun zero_stake_removes_without_threshold() {
    let mut set = active_set::new(5, 0);
    assert!(set.insert_or_update(node_id(1), 1));
    assert!(!set.insert_or_update(node_id(1), 0));
    assert_eq!(set.size(), 0);
}

#[test]
fun full_set_replaces_the_first_smallest() {
    let mut set = active_set::new(3, 0);
    set.insert_or_update(node_id(1), 30);
    set.insert_or_update(node_id(2), 10);
    set.insert_or_update(node_id(3), 10);
    assert!(set.insert_or_update(node_id(4), 20));
    assert_eq!(set.active_ids(), node_ids(vector[1, 4, 3]));
    assert_eq!(set.total_stake(), 60);
    assert!(set.insert_or_update(node_id(5), 40));
    assert_eq!(set.active_ids(), node_ids(vector[1, 4, 5]));
    assert_eq!(set.total_stake(), 90);
}

#[test]
fun full_set_rejects_equal_stake() {
    let mut set = active_set::new(2, 0);
    set.insert_or_update(node_id(1), 10);
    set.insert_or_update(node_id(2), 11);
    assert!(!set.insert_or_update(node_id(3), 10));
    assert!(!set.insert_or_update(node_id(3), 9));
    assert_eq!(set.active_ids(), node_ids(vector[1, 2]));
    assert_eq!(set.total_stake(), 21);
}

#[test]
fun remove_moves_the_last_node() {
    let mut set = active_set::new(4, 0);
    set.insert_or_update(node_id(1), 10);
    set.insert_or_update(node_id(2), 20);
    set.insert_or_update(node_id(3), 30);
    set.remove(node_id(1));
    assert_eq!(set.active_ids(), node_ids(vector[3, 2]));
    assert_eq!(set.total_stake(), 50);
    set.remove(node_id(1));
    assert_eq!(set.size(), 2);
}

#[test]
fun update_only_changes_present_nodes() {
    let mut set = active_set::new(4, 0);
    set.insert_or_update(node_id(1), 10);
    assert!(set.update(node_id(1), 5));
    assert!(!set.update(node_id(2), 5));
    assert_eq!(set.size(), 1);
    assert_eq!(set.total_stake(), 5);
    assert_eq!(set.stake_for_testing(node_id(1)), 5);
    assert_eq!(set.stake_for_testing(node_id(2)), 0);
}

#[test]
fun smaller_limit_keeps_nodes() {
    let mut set = active_set::new(3, 0);
    set.insert_or_update(node_id(1), 10);
    set.insert_or_update(node_id(2), 20);
    set.set_max_size(1);
    assert_eq!(set.max_size(), 1);
    assert_eq!(set.size(), 2);
    // The set counts as full.
    assert!(!set.insert_or_update(node_id(3), 5));
}

#[test, expected_failure(abort_code = active_set::EZeroMaxSize)]
fun zero_limit() {
    active_set::new(0, 0);
}

#[test, expected_failure(abort_code = active_set::EDuplicateInsertion)]
fun duplicate_insertion() {
    let mut set = active_set::new(3, 0);
    set.insert_for_testing(node_id(1), 10);
    set.insert_for_testing(node_id(1), 10);
}
