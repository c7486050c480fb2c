#[test_only]
module walrus::encoding_tests;

use std::unit_test::assert_eq;
use walrus::encoding;
use walrus::redstuff;

const RS2: u8 = 1;

fun check(unencoded: u64, n_shards: u16, encoded: u64) {
    assert_eq!(encoding::encoded_blob_length(unencoded, RS2, n_shards), encoded);
}

#[test]
fun encoded_lengths_match_the_vectors() {
    check(0, 10, 6_940);
    check(1, 10, 6_940);
    check(2_800, 10, 17_720);
    check(1, 100, 663_400);
    check(5_000_000, 100, 22_822_800);
    check(1, 1000, 66_034_000);
    check(1_000_000, 1000, 70_038_000);
    check(22_277_800, 1000, 164_132_000);
    check(14_599_533_452, 1000, 65_663_566_000);
}

#[test]
fun source_symbols_follow_the_number_of_faults() {
    let shards = vector[1, 3, 4, 6, 7, 10, 100, 1000, 65_535u16];
    let primary = vector[1, 3, 2, 4, 3, 4, 34, 334, 21_847u16];
    let secondary = vector[1, 3, 3, 5, 5, 7, 67, 667, 43_691u16];
    shards.length().do!(|i| {
        let (p, s, metadata) = redstuff::parameters_for_testing(shards[i]);
        assert_eq!(p, primary[i]);
        assert_eq!(s, secondary[i]);
        assert_eq!(metadata, (shards[i] as u64) * 64 + 32);
    });
}

#[test]
fun symbols_are_even_and_as_small_as_possible() {
    // Ten shards have 4 * 7 source symbols.
    assert_eq!(redstuff::symbol_size_for_testing(0, 10), 2);
    assert_eq!(redstuff::symbol_size_for_testing(28, 10), 2);
    assert_eq!(redstuff::symbol_size_for_testing(56, 10), 2);
    assert_eq!(redstuff::symbol_size_for_testing(57, 10), 4);
    assert_eq!(redstuff::symbol_size_for_testing(84, 10), 4);
    assert_eq!(redstuff::symbol_size_for_testing(112, 10), 4);
    assert_eq!(redstuff::symbol_size_for_testing(113, 10), 6);
    assert_eq!(redstuff::symbol_size_for_testing(28 * 65_534, 10), 65_534);
}

#[test, expected_failure(arithmetic_error, location = walrus::redstuff)]
fun symbol_size_that_rounds_up_beyond_16_bits_fails() {
    redstuff::symbol_size_for_testing(28 * 65_534 + 1, 10);
}

#[test, expected_failure(arithmetic_error, location = walrus::redstuff)]
fun symbol_size_beyond_16_bits_fails() {
    redstuff::symbol_size_for_testing(28 * 65_535 + 1, 10);
}

#[test, expected_failure(arithmetic_error, location = walrus::redstuff)]
fun largest_blob_plus_one_fails() {
    encoding::encoded_blob_length(14_599_533_453, RS2, 1000);
}

#[test, expected_failure(arithmetic_error, location = walrus::redstuff)]
fun no_shards_fails() {
    encoding::encoded_blob_length(1, RS2, 0);
}

#[test, expected_failure(abort_code = walrus::encoding::EInvalidEncodingType)]
fun encoding_type_zero_fails() {
    encoding::encoded_blob_length(1, 0, 10);
}

#[test, expected_failure(abort_code = walrus::encoding::EInvalidEncodingType)]
fun encoding_type_two_fails() {
    encoding::encoded_blob_length(1, 2, 10);
}
