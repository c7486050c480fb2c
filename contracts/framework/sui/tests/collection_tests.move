// SPDX-License-Identifier: Apache-2.0

#[test_only]
module sui::collection_tests;

use std::unit_test::assert_eq;
use sui::priority_queue;
use sui::vec_map;
use sui::vec_set;

#[test]
fun map_keeps_the_order_of_insertion() {
    let mut map = vec_map::empty<u8, u64>();
    map.insert(3, 30);
    map.insert(1, 10);
    map.insert(2, 20);
    assert_eq!(map.keys(), vector[3, 1, 2]);
    assert_eq!(map.length(), 3);
    assert_eq!(map.size(), 3);
    assert_eq!(*map.get(&1), 10);
    assert_eq!(map[&2], 20);
    *map.get_mut(&1) = 11;
    *&mut map[&2] = 21;
    assert_eq!(map.try_get(&1), option::some(11));
    assert_eq!(map.try_get(&9), option::none());
    assert!(map.contains(&3) && !map.contains(&9));
    assert_eq!(map.get_idx(&2), 2);
    assert_eq!(map.get_idx_opt(&9), option::none());
    let (key, value) = map.get_entry_by_idx(0);
    assert!(*key == 3 && *value == 30);
    let (_, value) = map.get_entry_by_idx_mut(0);
    *value = 31;
    let (key, value) = map.remove_entry_by_idx(0);
    assert!(key == 3 && value == 31);
    let (key, value) = map.pop();
    assert!(key == 2 && value == 21);
    let (key, value) = map.remove(&1);
    assert!(key == 1 && value == 11 && map.is_empty());
    map.destroy_empty();
}

#[test]
fun map_is_made_of_keys_and_values() {
    let map = vec_map::from_keys_values(vector[2u8, 1], vector[true, false]);
    let (keys, values) = map.into_keys_values();
    assert_eq!(keys, vector[2, 1]);
    assert_eq!(values, vector[true, false]);
}

#[test, expected_failure(abort_code = vec_map::EKeyAlreadyExists)]
fun map_has_each_key_once() {
    vec_map::from_keys_values(vector[1u8, 1], vector[1u8, 2]);
}

#[test, expected_failure(abort_code = vec_map::EKeyDoesNotExist)]
fun map_gives_only_what_it_has() {
    vec_map::empty<u8, u8>().get(&1);
}

#[test, expected_failure(abort_code = vec_map::EMapNotEmpty)]
fun map_with_entries_is_not_destroyed() {
    vec_map::from_keys_values(vector[1u8], vector[1u8]).destroy_empty();
}

#[test, expected_failure(abort_code = vec_map::EIndexOutOfBounds)]
fun map_index_is_below_length() {
    vec_map::empty<u8, u8>().get_entry_by_idx(0);
}

#[test, expected_failure(abort_code = vec_map::EIndexOutOfBounds)]
fun map_removes_only_what_it_has() {
    vec_map::empty<u8, u8>().remove_entry_by_idx(0);
}

#[test, expected_failure(abort_code = vec_map::EMapEmpty)]
fun empty_map_has_no_last_entry() {
    vec_map::empty<u8, u8>().pop();
}

#[test, expected_failure(abort_code = vec_map::EUnequalLengths)]
fun map_needs_a_value_for_each_key() {
    vec_map::from_keys_values(vector[1u8], vector<u8>[]);
}

#[test]
fun set_keeps_the_order_of_insertion() {
    let mut set = vec_set::from_keys(vector[3u8, 1]);
    set.insert(2);
    assert_eq!(*set.keys(), vector[3, 1, 2]);
    set.remove(&1);
    assert!(set.contains(&3) && !set.contains(&1) && !set.is_empty());
    assert_eq!(set.length(), 2);
    assert_eq!(set.size(), 2);
    assert_eq!(set.into_keys(), vector[3, 2]);
    assert_eq!(vec_set::singleton(1u8).length(), 1);
    assert!(vec_set::empty<u8>().is_empty());
}

#[test, expected_failure(abort_code = vec_set::EKeyAlreadyExists)]
fun set_has_each_key_once() {
    vec_set::singleton(1u8).insert(1);
}

#[test, expected_failure(abort_code = vec_set::EKeyDoesNotExist)]
fun set_removes_only_what_it_has() {
    vec_set::singleton(1u8).remove(&2);
}

#[test]
fun queue_hands_out_the_highest_priority_first() {
    let entries = priority_queue::create_entries(vector[3, 9, 1, 7], vector[b"c", b"a", b"d", b"b"]);
    let mut queue = priority_queue::new(entries);
    queue.insert(8, b"x");
    queue.insert(0, b"z");
    let expected = vector[b"a", b"x", b"b", b"c", b"d", b"z"];
    let mut previous = 10;
    expected.do!(|name| {
        let (priority, value) = queue.pop_max();
        assert!(priority < previous);
        assert_eq!(value, name);
        previous = priority;
    });
    assert!(queue.priorities().is_empty());
}

#[test]
fun queue_breaks_ties_by_heap_position() {
    let mut queue = priority_queue::new(
        vector::tabulate!(5, |i| priority_queue::new_entry(1, i)),
    );
    let mut order = vector[];
    5u64.do!(|_| {
        let (_, value) = queue.pop_max();
        order.push_back(value);
    });
    // Each removal puts the last entry first, and equal priorities never swap.
    assert_eq!(order, vector[0, 4, 3, 2, 1]);
}

#[test, expected_failure(abort_code = priority_queue::EPopFromEmptyHeap)]
fun empty_queue_has_no_first_entry() {
    priority_queue::new<u8>(vector[]).pop_max();
}

#[test, expected_failure(abort_code = 1, location = priority_queue)]
fun queue_needs_a_value_for_each_priority() {
    priority_queue::create_entries(vector[1], vector<u8>[]);
}
