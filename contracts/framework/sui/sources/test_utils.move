// SPDX-License-Identifier: Apache-2.0

/// Helpers for unit tests.
#[test_only]
module sui::test_utils;

/// Aborts unless the values are equal.
public fun assert_eq<T: drop>(t1: T, t2: T) {
    assert_ref_eq(&t1, &t2)
}

/// Aborts unless the referenced values are equal.
public fun assert_ref_eq<T>(t1: &T, t2: &T) {
    std::unit_test::assert_ref_eq!(t1, t2)
}

/// Aborts unless the vectors have the same elements in any order, each as often.
public fun assert_same_elems<T: drop>(v1: vector<T>, mut v2: vector<T>) {
    assert!(v1.length() == v2.length());
    v1.do!(|e| {
        let (found, idx) = v2.index_of(&e);
        assert!(found);
        v2.swap_remove(idx);
    })
}

/// Prints text.
public fun print(str: vector<u8>) {
    std::debug::print(&str.to_ascii_string())
}

/// Drops any value.
public fun destroy<T>(x: T) {
    std::unit_test::destroy(x)
}

/// The one-time witness of type `T`, any number of times.
public native fun create_one_time_witness<T: drop>(): T;
