#[test_only]
module walrus::committee_tests;

use std::unit_test::assert_eq;
use sui::vec_map;
use walrus::committee::{Self, Committee};
use walrus::sort;
use walrus::staking_fixtures::{node_id, node_ids, shard_counts};

/// Five nodes 1..5 with two shards each.
fun five_nodes(): Committee {
    committee::initialize(shard_counts(vector[1, 2, 3, 4, 5], vector[2, 2, 2, 2, 2]))
}

#[test]
fun initialize_gives_consecutive_shards_by_node_id() {
    let committee = committee::initialize(shard_counts(vector[3, 1, 2], vector[1, 2, 3]));
    assert_eq!(committee.size(), 3);
    assert_eq!(committee.inner().keys(), node_ids(vector[1, 2, 3]));
    assert_eq!(*committee.shards(&node_id(1)), vector[0, 1]);
    assert_eq!(committee[&node_id(2)], vector[2, 3, 4]);
    assert_eq!(committee[&node_id(3)], vector[5]);
}

#[test]
fun initialize_sorts_ids_as_big_endian_numbers() {
    // The second number is larger although its last byte is smaller.
    let committee = committee::initialize(shard_counts(vector[1 << 248, 255], vector[1, 1]));
    assert_eq!(committee.inner().keys(), node_ids(vector[255, 1 << 248]));
    assert_eq!(committee[&node_id(255)], vector[0]);
}

#[test]
fun initialize_keeps_zero_counts() {
    let committee = committee::initialize(shard_counts(vector[1, 2, 3], vector[1, 0, 1]));
    assert_eq!(committee[&node_id(2)], vector[]);
    assert_eq!(committee[&node_id(3)], vector[1]);
}

#[test]
fun empty_has_no_members() {
    let committee = committee::empty();
    assert_eq!(committee.size(), 0);
    assert!(!committee.contains(&node_id(1)));
}

#[test]
fun contains_and_to_inner() {
    let committee = five_nodes();
    assert!(committee.contains(&node_id(5)));
    assert!(!committee.contains(&node_id(6)));
    assert_eq!(committee.to_inner(), *committee.inner());
}

#[test, expected_failure(abort_code = sui::vec_map::EKeyDoesNotExist)]
fun shards_of_stranger() {
    five_nodes().shards(&node_id(6));
}

#[test]
fun transition_growing_nodes_take_from_leaving_ones() {
    let committee = five_nodes().transition(shard_counts(vector[1, 2, 3], vector[4, 3, 3]));
    assert_eq!(committee.size(), 3);
    assert_eq!(committee[&node_id(1)], vector[0, 1, 9, 8]);
    assert_eq!(committee[&node_id(2)], vector[2, 3, 7]);
    assert_eq!(committee[&node_id(3)], vector[4, 5, 6]);

    // Newcomers take from a leaving node.
    let next = committee.transition(shard_counts(vector[2, 3, 4, 5], vector[3, 3, 2, 2]));
    assert_eq!(next[&node_id(2)], vector[2, 3, 7]);
    assert_eq!(next[&node_id(3)], vector[4, 5, 6]);
    assert_eq!(next[&node_id(4)], vector[8, 9]);
    assert_eq!(next[&node_id(5)], vector[1, 0]);

    // One node takes everything.
    let next = committee.transition(shard_counts(vector[1], vector[10]));
    assert_eq!(next[&node_id(1)], vector[0, 1, 9, 8, 6, 5, 4, 7, 3, 2]);
}

#[test]
fun transition_without_change_keeps_all() {
    let committee = five_nodes();
    let next = committee.transition(
        shard_counts(vector[5, 4, 3, 2, 1], vector[2, 2, 2, 2, 2]),
    );
    assert_eq!(next, committee);
}

#[test]
fun transition_shrinking_nodes_release_from_the_end() {
    let next = five_nodes().transition(
        shard_counts(vector[1, 2, 3, 4, 5, 6], vector[1, 1, 2, 2, 2, 2]),
    );
    // Node 1 releases 1, then node 2 releases 3; the newcomer takes from the end.
    assert_eq!(next[&node_id(1)], vector[0]);
    assert_eq!(next[&node_id(2)], vector[2]);
    assert_eq!(next[&node_id(6)], vector[3, 1]);
}

#[test]
fun transition_serves_newcomers_before_growing_nodes() {
    let next = five_nodes().transition(
        shard_counts(vector[1, 7, 6, 2, 3], vector[3, 1, 1, 2, 3]),
    );
    // Free are 6, 7, 8, 9: the newcomers 7 and 6 come first, in the order of the distribution.
    assert_eq!(next[&node_id(7)], vector[9]);
    assert_eq!(next[&node_id(6)], vector[8]);
    assert_eq!(next[&node_id(1)], vector[0, 1, 7]);
    assert_eq!(next[&node_id(3)], vector[4, 5, 6]);
    assert_eq!(next.inner().keys(), node_ids(vector[1, 2, 3, 6, 7]));
}

#[test]
fun transition_skips_zero_counts() {
    let next = five_nodes().transition(
        shard_counts(vector[1, 2, 3, 4, 5, 6], vector[0, 4, 2, 2, 2, 0]),
    );
    assert!(!next.contains(&node_id(1)));
    assert!(!next.contains(&node_id(6)));
    assert_eq!(next[&node_id(2)], vector[2, 3, 1, 0]);
}

#[test, expected_failure(abort_code = committee::EInvalidShardAssignment)]
fun transition_with_too_few_shards() {
    five_nodes().transition(shard_counts(vector[1, 2, 3], vector[4, 3, 2]));
}

#[test, expected_failure(abort_code = committee::EInvalidShardAssignment)]
fun transition_with_too_many_shards() {
    five_nodes().transition(shard_counts(vector[1, 2, 3, 6], vector[4, 3, 3, 1]));
}

#[test]
fun diff_finds_members_of_one_side() {
    let a = committee::initialize(shard_counts(vector[1, 3, 4, 6], vector[1, 1, 1, 1]));
    let b = committee::initialize(shard_counts(vector[2, 3, 6, 7, 8], vector[1, 1, 1, 1, 1]));
    let (only_a, only_b) = a.diff(&b);
    assert_eq!(only_a, node_ids(vector[1, 4]));
    assert_eq!(only_b, node_ids(vector[2, 7, 8]));

    let (only_b, only_a) = b.diff(&a);
    assert_eq!(only_a, node_ids(vector[1, 4]));
    assert_eq!(only_b, node_ids(vector[2, 7, 8]));

    let (left, right) = committee::empty().diff(&a);
    assert_eq!(left, vector[]);
    assert_eq!(right, node_ids(vector[1, 3, 4, 6]));

    let (left, right) = a.diff(&a);
    assert_eq!(left, vector[]);
    assert_eq!(right, vector[]);
}

#[test]
fun sort_orders_values_with_their_keys() {
    let map = vec_map::from_keys_values(node_ids(vector[9, 2, 1 << 255, 4]), vector[90, 20, 8, 40]);
    assert!(!sort::is_vec_map_sorted_by_node_id!(&map));
    let sorted = sort::sort_vec_map_by_node_id!(map);
    assert!(sort::is_vec_map_sorted_by_node_id!(&sorted));
    let (keys, values) = sorted.into_keys_values();
    assert_eq!(keys, node_ids(vector[2, 4, 9, 1 << 255]));
    assert_eq!(values, vector[20, 40, 90, 8]);

    let empty = vec_map::empty<ID, u16>();
    assert!(sort::is_vec_map_sorted_by_node_id!(&empty));
    assert_eq!(sort::sort_vec_map_by_node_id!(empty).length(), 0);
}
