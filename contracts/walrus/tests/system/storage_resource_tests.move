#[test_only]
module walrus::storage_resource_tests;

use std::unit_test::assert_eq;
use walrus::storage_resource::{Self, Storage};

fun check(storage: Storage, start_epoch: u32, end_epoch: u32, size: u64) {
    assert_eq!(storage.start_epoch(), start_epoch);
    assert_eq!(storage.end_epoch(), end_epoch);
    assert_eq!(storage.size(), size);
    storage.destroy();
}

fun create(start_epoch: u32, end_epoch: u32, size: u64): Storage {
    storage_resource::create_storage(start_epoch, end_epoch, size, &mut tx_context::dummy())
}

#[test]
fun creation_and_growth() {
    let mut storage = create(3, 4, 100);
    storage.extend_end_epoch(5);
    storage.increase_size(11);
    check(storage, 3, 9, 111);
}

#[test, expected_failure(abort_code = storage_resource::EInvalidEpochRange)]
fun empty_range_fails() {
    create(3, 3, 1).destroy();
}

#[test, expected_failure(abort_code = storage_resource::EInvalidEpochRange)]
fun reversed_range_fails() {
    create(4, 3, 1).destroy();
}

// === Split by epoch ===

#[test]
fun split_by_epoch_keeps_the_first_part() {
    let ctx = &mut tx_context::dummy();
    let mut storage = create(10, 20, 100);
    let mut middle = storage.split_by_epoch(11, ctx);
    let last = middle.split_by_epoch(19, ctx);
    check(storage, 10, 11, 100);
    check(middle, 11, 19, 100);
    check(last, 19, 20, 100);
}

#[test, expected_failure(abort_code = storage_resource::EInvalidEpoch)]
fun split_at_the_start_fails() {
    create(10, 20, 1).split_by_epoch(10, &mut tx_context::dummy()).destroy();
    abort
}

#[test, expected_failure(abort_code = storage_resource::EInvalidEpoch)]
fun split_at_the_end_fails() {
    create(10, 20, 1).split_by_epoch(20, &mut tx_context::dummy()).destroy();
    abort
}

#[test, expected_failure(abort_code = storage_resource::EInvalidEpoch)]
fun split_outside_of_the_range_fails() {
    create(10, 20, 1).split_by_epoch(9, &mut tx_context::dummy()).destroy();
    abort
}

// === Split by size ===

#[test]
fun split_by_size_keeps_the_given_size() {
    let mut storage = create(10, 20, 100);
    let rest = storage.split_by_size(30, &mut tx_context::dummy());
    check(storage, 10, 20, 30);
    check(rest, 10, 20, 70);
}

#[test]
fun split_by_size_may_leave_empty_parts() {
    let ctx = &mut tx_context::dummy();
    let mut storage = create(10, 20, 100);
    check(storage.split_by_size(100, ctx), 10, 20, 0);
    check(storage.split_by_size(0, ctx), 10, 20, 100);
    check(storage, 10, 20, 0);
}

#[test, expected_failure(abort_code = storage_resource::EIncompatibleAmount)]
fun split_above_the_size_fails() {
    create(10, 20, 100).split_by_size(101, &mut tx_context::dummy()).destroy();
    abort
}

// === Fuse ===

#[test]
fun periods_fuse_on_both_sides() {
    let mut storage = create(10, 20, 100);
    storage.fuse_periods(create(20, 25, 100));
    storage.fuse_periods(create(9, 10, 100));
    check(storage, 9, 25, 100);
}

#[test, expected_failure(abort_code = storage_resource::EIncompatibleAmount)]
fun periods_of_different_size_do_not_fuse() {
    create(10, 20, 100).fuse_periods(create(20, 25, 101));
    abort
}

#[test, expected_failure(abort_code = storage_resource::EIncompatibleEpochs)]
fun periods_with_a_gap_after_do_not_fuse() {
    create(10, 20, 100).fuse_periods(create(21, 25, 100));
    abort
}

#[test, expected_failure(abort_code = storage_resource::EIncompatibleEpochs)]
fun periods_with_a_gap_before_do_not_fuse() {
    create(10, 20, 100).fuse_periods(create(5, 9, 100));
    abort
}

#[test, expected_failure(abort_code = storage_resource::EIncompatibleEpochs)]
fun overlapping_periods_do_not_fuse() {
    create(10, 20, 100).fuse_periods(create(19, 25, 100));
    abort
}

#[test]
fun amounts_add_up() {
    let mut storage = create(10, 20, 100);
    storage.fuse_amount(create(10, 20, 1));
    check(storage, 10, 20, 101);
}

#[test, expected_failure(abort_code = storage_resource::EIncompatibleEpochs)]
fun amounts_with_another_start_do_not_fuse() {
    create(10, 20, 100).fuse_amount(create(9, 20, 100));
    abort
}

#[test, expected_failure(abort_code = storage_resource::EIncompatibleEpochs)]
fun amounts_with_another_end_do_not_fuse() {
    create(10, 20, 100).fuse_amount(create(10, 21, 100));
    abort
}

#[test]
fun fuse_selects_by_the_start() {
    let mut storage = create(10, 20, 100);
    storage.fuse(create(10, 20, 1));
    storage.fuse(create(20, 21, 101));
    storage.fuse(create(8, 10, 101));
    check(storage, 8, 21, 101);
}

#[test, expected_failure(abort_code = storage_resource::EIncompatibleEpochs)]
fun fuse_of_the_same_start_needs_the_same_end() {
    create(10, 20, 100).fuse(create(10, 21, 100));
    abort
}
