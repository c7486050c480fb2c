// SPDX-License-Identifier: Apache-2.0

#[test_only]
module sui::object_tests;

use std::unit_test::assert_eq;

public struct Thing has key {
    id: UID,
}

#[test]
fun identities_are_distinct_and_readable() {
    let mut ctx = tx_context::dummy();
    let first = Thing { id: object::new(&mut ctx) };
    let second = Thing { id: object::new(&mut ctx) };
    assert!(object::id(&first) != object::id(&second));
    assert_eq!(object::last_created(&ctx), object::id(&second));
    assert_eq!(*object::borrow_id(&first), first.id.to_inner());
    assert_eq!(object::id_bytes(&first), first.id.to_bytes());
    assert_eq!(object::id_address(&first), first.id.to_address());
    assert_eq!(object::id_from_bytes(first.id.to_bytes()), *first.id.as_inner());
    assert_eq!(object::id(&first).to_bytes(), first.id.to_bytes());
    assert_eq!(ctx.get_ids_created(), 2);
    let Thing { id } = first;
    id.delete();
    let Thing { id } = second;
    id.delete();
}

#[test]
fun fresh_ids_follow_from_digest_and_counter() {
    let mut ctx = tx_context::new_from_hint(@0x1, 7, 0, 0, 0);
    let address = ctx.fresh_object_address();
    let mut preimage = vector[0xf1u8];
    preimage.append(tx_context::dummy_tx_hash_with_hint(7));
    preimage.append(std::bcs::to_bytes(&0u64));
    assert_eq!(address.to_bytes(), sui::hash::blake2b256(&preimage));
    assert_eq!(*ctx.digest(), tx_context::dummy_tx_hash_with_hint(7));
}

#[test]
fun context_tells_about_the_transaction() {
    let mut ctx = tx_context::create(
        @0xa,
        tx_context::dummy_tx_hash_with_hint(1),
        2,
        3,
        0,
        4,
        5,
        6,
        option::some(@0xb),
    );
    assert_eq!(ctx.sender(), @0xa);
    assert_eq!(ctx.epoch(), 2);
    assert_eq!(ctx.epoch_timestamp_ms(), 3);
    assert_eq!(ctx.reference_gas_price(), 4);
    assert_eq!(ctx.gas_price(), 5);
    assert_eq!(ctx.gas_budget(), 6);
    assert_eq!(ctx.sponsor(), option::some(@0xb));
    ctx.increment_epoch_number();
    ctx.increment_epoch_timestamp(10);
    assert_eq!(ctx.epoch(), 3);
    assert_eq!(ctx.epoch_timestamp_ms(), 13);
    assert_eq!(ctx.sender(), @0xa);
}

#[test, expected_failure(abort_code = tx_context::EBadTxHashLength)]
fun digests_have_32_bytes() {
    tx_context::new(@0xa, b"short", 0, 0, 0);
}

#[test, expected_failure(abort_code = tx_context::ENoIDsCreated)]
fun without_ids_there_is_no_last_one() {
    tx_context::dummy().last_created_object_id();
}
