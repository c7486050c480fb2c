// SPDX-License-Identifier: Apache-2.0

#[test_only]
module std::vector_tests;

use std::unit_test::assert_eq;

#[test]
fun elements_are_reversed_in_place() {
    let mut empty: vector<u8> = vector[];
    empty.reverse();
    assert_eq!(empty, vector[]);
    let mut one = vector[1u8];
    one.reverse();
    assert_eq!(one, vector[1]);
    let mut even = vector[1u8, 2, 3, 4];
    even.reverse();
    assert_eq!(even, vector[4, 3, 2, 1]);
    let mut odd = vector[1u8, 2, 3];
    odd.reverse();
    assert_eq!(odd, vector[3, 2, 1]);
}

#[test]
fun elements_are_put_in_and_taken_out() {
    let mut v = vector::singleton(1u64);
    v.append(vector[2, 3]);
    v.append(vector[]);
    assert_eq!(v, vector[1, 2, 3]);
    v.insert(9, 0);
    v.insert(8, 2);
    v.insert(7, 5);
    assert_eq!(v, vector[9, 1, 8, 2, 3, 7]);
    assert_eq!(v.remove(0), 9);
    assert_eq!(v.remove(1), 8);
    assert_eq!(v.remove(3), 7);
    assert_eq!(v, vector[1, 2, 3]);
    assert_eq!(v.swap_remove(0), 1);
    assert_eq!(v, vector[3, 2]);
    assert_eq!(v.swap_remove(1), 2);
    v.pop_back();
    v.destroy_empty();
}

#[test]
fun elements_are_found() {
    let v = vector[5u64, 6, 5];
    assert!(v.contains(&6) && !v.contains(&7));
    let (found, index) = v.index_of(&5);
    assert!(found && index == 0);
    let (found, index) = v.index_of(&7);
    assert!(!found && index == 0);
    assert!(vector<u8>[].is_empty() && !v.is_empty());
}

#[test]
fun parts_are_taken_and_joined() {
    assert_eq!(vector[1u8, 2, 3].take(2), vector[1, 2]);
    assert_eq!(vector[1u8, 2, 3].skip(2), vector[3]);
    assert_eq!(vector[1u8].skip(2), vector[]);
    assert_eq!(vector[vector[1u8], vector[], vector[2, 3]].flatten(), vector[1, 2, 3]);
}

#[test]
fun loops_go_from_front_to_back() {
    let mut seen = vector[];
    vector[1u64, 2, 3].do!(|x| seen.push_back(x));
    vector[4u64, 5].do_ref!(|x| seen.push_back(*x));
    assert_eq!(seen, vector[1, 2, 3, 4, 5]);
    seen.do_mut!(|x| *x = *x * 2);
    assert_eq!(seen, vector[2, 4, 6, 8, 10]);
    let mut backwards = vector[];
    seen.destroy!(|x| backwards.push_back(x));
    assert_eq!(backwards, vector[10, 8, 6, 4, 2]);
}

#[test]
fun elements_are_mapped_filtered_and_folded() {
    let v = vector[1u64, 2, 3, 4];
    assert_eq!(v.map!(|x| x + 1), vector[2, 3, 4, 5]);
    assert_eq!(v.map_ref!(|x| *x > 2), vector[false, false, true, true]);
    assert_eq!(v.filter!(|x| *x % 2 == 0), vector[2, 4]);
    let (small, large) = v.partition!(|x| *x < 2);
    assert_eq!(small, vector[1]);
    assert_eq!(large, vector[2, 3, 4]);
    assert_eq!(v.fold!(100, |acc, x| acc - x), 90);
    assert_eq!(v.count!(|x| *x > 1), 3);
    assert_eq!(v.find_index!(|x| *x > 1), option::some(1));
    assert_eq!(v.find_index!(|x| *x > 4), option::none());
    assert_eq!(v.find_indices!(|x| *x > 2), vector[2, 3]);
    assert!(v.any!(|x| *x == 4) && !v.any!(|x| *x == 5));
    assert!(v.all!(|x| *x < 5) && !v.all!(|x| *x < 4));
    assert_eq!(vector::tabulate!(4, |i| i * i), vector[0, 1, 4, 9]);
}

#[test]
fun pairs_are_visited_in_order() {
    let mut seen = vector[];
    vector[1u64, 2].zip_do!(vector[10u64, 20], |a, b| seen.push_back(a + b));
    vector[1u64, 2].zip_do_reverse!(vector[10u64, 20], |a, b| seen.push_back(a + b));
    vector[3u64].zip_do_ref!(&vector[30u64], |a, b| seen.push_back(*a + *b));
    assert_eq!(seen, vector[11, 22, 22, 11, 33]);
    let (mut left, mut right) = (vector[1u64], vector[2u64]);
    left.zip_do_mut!(&mut right, |a, b| {
        *a = 5;
        *b = 6;
    });
    assert_eq!(left.zip_map!(right, |a, b| a * b), vector[30]);
    assert_eq!(vector[2u64].zip_map_ref!(&vector[3u64], |a, b| *a * *b), vector[6]);
}

#[test]
fun sorting_keeps_the_order_of_equal_elements() {
    let mut v = vector[31u64, 10, 30, 11, 20];
    v.insertion_sort_by!(|a, b| *a / 10 <= *b / 10);
    assert_eq!(v, vector[10, 11, 20, 31, 30]);
    assert!(v.is_sorted_by!(|a, b| *a / 10 <= *b / 10));
    assert!(!v.is_sorted_by!(|a, b| *a <= *b));
}

#[test, expected_failure(abort_code = vector::EINDEX_OUT_OF_BOUNDS)]
fun nothing_is_removed_beyond_the_end() {
    vector[1u8].remove(1);
}

#[test, expected_failure(abort_code = vector::EINDEX_OUT_OF_BOUNDS)]
fun nothing_is_inserted_beyond_the_end() {
    vector[1u8].insert(1, 2);
}

#[test, expected_failure(abort_code = 0x20000, location = vector)]
fun nothing_is_swap_removed_from_an_empty_vector() {
    vector<u8>[].swap_remove(0);
}

#[test, expected_failure(vector_error, minor_status = 1, location = Self)]
fun nothing_is_borrowed_beyond_the_end() {
    let v = vector[1u8];
    let _x = v[1];
}

#[test, expected_failure(vector_error, minor_status = 2, location = Self)]
fun nothing_is_popped_from_an_empty_vector() {
    vector<u8>[].pop_back();
}

#[test, expected_failure(vector_error, minor_status = 3, location = Self)]
fun a_vector_with_elements_is_not_empty() {
    vector[1u8].destroy_empty();
}

#[test, expected_failure]
fun vectors_of_different_length_have_no_pairs() {
    vector[1u8].zip_do!(vector[1u8, 2], |_, _| ());
}

#[test, expected_failure]
fun no_more_is_taken_than_there_is() {
    vector[1u8].take(2);
}
