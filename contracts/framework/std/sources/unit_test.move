// SPDX-License-Identifier: Apache-2.0

/// Helpers for unit tests.
#[test_only]
module std::unit_test;

/// Called by code that the compiler builds in test mode, so that such code links only where
/// the test natives exist.
public native fun poison();

/// Drops any value, also one without the `drop` ability.
public native fun destroy<T>(value: T);

/// Aborts, after printing both, unless the two values are equal.
public macro fun assert_eq<$T: drop>($t1: $T, $t2: $T) {
    let t1 = $t1;
    let t2 = $t2;
    assert_ref_eq!(&t1, &t2)
}

/// Aborts, after printing both, unless the two referenced values are equal.
public macro fun assert_ref_eq<$T>($t1: &$T, $t2: &$T) {
    let t1 = $t1;
    let t2 = $t2;
    if (t1 != t2) {
        std::debug::print(t1);
        std::debug::print(t2);
        assert!(false)
    }
}
