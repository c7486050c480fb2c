// SPDX-License-Identifier: Apache-2.0

#[test_only]
module std::option_tests;

use std::unit_test::assert_eq;

#[test]
fun present_values_are_borrowed_copied_and_replaced() {
    let mut some = option::some(5u64);
    assert!(some.is_some() && !some.is_none());
    assert!(some.contains(&5) && !some.contains(&6));
    assert_eq!(*some.borrow(), 5);
    assert_eq!(*some.borrow_with_default(&7), 5);
    assert_eq!(some.get_with_default(7), 5);
    *some.borrow_mut() = 6;
    assert_eq!(some.swap(8), 6);
    assert_eq!(some.swap_or_fill(9), option::some(8));
    assert_eq!(some.extract(), 9);
    assert!(some.is_none());
}

#[test]
fun absent_values_give_way_to_defaults() {
    let mut none = option::none<u64>();
    assert!(none.is_none() && !none.contains(&0));
    assert_eq!(*none.borrow_with_default(&7), 7);
    assert_eq!(none.get_with_default(7), 7);
    assert_eq!(none.destroy_with_default(7), 7);
    assert_eq!(none.swap_or_fill(3), option::none());
    assert_eq!(none.destroy_some(), 3);
    option::none<u64>().destroy_none();
}

#[test]
fun options_become_vectors() {
    assert_eq!(option::some(1u8).to_vec(), vector[1]);
    assert_eq!(option::none<u8>().to_vec(), vector[]);
}

#[test]
fun macros_see_only_present_values() {
    let mut sum = 0u64;
    option::some(1u64).do!(|x| sum = sum + x);
    option::none<u64>().do!(|x| sum = sum + x);
    option::some(2u64).do_ref!(|x| sum = sum + *x);
    option::some(3u64).destroy!(|x| sum = sum + x);
    let mut changed = option::some(4u64);
    changed.do_mut!(|x| *x = 10);
    assert_eq!(sum, 6);
    assert_eq!(changed, option::some(10));
    assert_eq!(option::some(2u64).map!(|x| x == 2), option::some(true));
    assert_eq!(option::none<u64>().map!(|x| x == 2), option::none());
    assert_eq!(option::some(2u64).map_ref!(|x| *x + 1), option::some(3));
    assert_eq!(option::some(2u64).and!(|x| option::some(x + 1)), option::some(3));
    assert_eq!(option::none<u64>().and!(|x| option::some(x + 1)), option::none());
    assert_eq!(option::some(2u64).and_ref!(|_| option::none<u8>()), option::none());
    assert_eq!(option::none<u64>().or!(option::some(1)), option::some(1));
    assert_eq!(option::some(2u64).filter!(|x| *x > 2), option::none());
    assert!(option::some(2u64).is_some_and!(|x| *x == 2));
    assert!(!option::none<u64>().is_some_and!(|_| true));
    assert!(option::none<u64>().is_none_or!(|_| false));
}

#[test]
fun defaults_of_macros_are_evaluated_only_when_needed() {
    assert_eq!(option::some(2u64).destroy_or!(abort 1), 2);
    assert_eq!(option::none<u64>().destroy_or!(3), 3);
    assert_eq!(option::some(2u64).extract_or!(abort 1), 2);
    assert_eq!(option::none<u64>().extract_or!(3), 3);
}

#[test, expected_failure(abort_code = option::EOPTION_NOT_SET)]
fun absent_value_cannot_be_borrowed() {
    option::none<u64>().borrow();
}

#[test, expected_failure(abort_code = option::EOPTION_NOT_SET)]
fun absent_value_cannot_be_borrowed_mutably() {
    option::none<u64>().borrow_mut();
}

#[test, expected_failure(abort_code = option::EOPTION_NOT_SET)]
fun absent_value_cannot_be_extracted() {
    option::none<u64>().extract();
}

#[test, expected_failure(abort_code = option::EOPTION_NOT_SET)]
fun absent_value_cannot_be_swapped() {
    option::none<u64>().swap(1);
}

#[test, expected_failure(abort_code = option::EOPTION_NOT_SET)]
fun absent_value_cannot_be_destroyed_as_present() {
    option::none<u64>().destroy_some();
}

#[test, expected_failure(abort_code = option::EOPTION_IS_SET)]
fun present_value_cannot_be_filled() {
    option::some(1u64).fill(2);
}

#[test, expected_failure(abort_code = 0x40000, location = option)]
fun present_value_cannot_be_destroyed_as_absent() {
    option::some(1u64).destroy_none();
}
