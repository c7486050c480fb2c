#[test_only]
module walrus::extended_field_tests;

use std::unit_test::assert_eq;
use sui::bcs;
use walrus::extended_field::{Self, ExtendedField};

#[test]
fun value_can_be_read_changed_swapped_and_taken_back() {
    let ctx = &mut tx_context::dummy();
    let mut field = extended_field::new(vector[1u64, 2], ctx);
    assert_eq!(*field.borrow(), vector[1, 2]);

    field.borrow_mut().push_back(3);
    assert_eq!(*field.borrow(), vector[1, 2, 3]);

    assert_eq!(field.swap(vector[9]), vector[1, 2, 3]);
    assert_eq!(field.destroy(), vector[9]);
}

#[test]
fun layout_is_only_the_id() {
    let ctx = &mut tx_context::dummy();
    let field: ExtendedField<u64> = extended_field::new(7, ctx);
    assert_eq!(bcs::to_bytes(&field), bcs::to_bytes(&object::id(&field)));
    field.destroy();
}
