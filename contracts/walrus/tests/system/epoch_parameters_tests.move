#[test_only]
module walrus::epoch_parameters_tests;

use std::unit_test::assert_eq;
use walrus::epoch_parameters;

#[test]
fun values_are_returned_unchanged() {
    let params = epoch_parameters::new(1, 2, 3);
    assert_eq!(params.capacity(), 1);
    assert_eq!(params.storage_price(), 2);
    assert_eq!(params.write_price(), 3);
}
