// SPDX-License-Identifier: Apache-2.0

#[test_only]
module sui::field_tests;

use std::unit_test::assert_eq;
use sui::bag;
use sui::dynamic_field;
use sui::dynamic_object_field;
use sui::object_bag;
use sui::object_table;
use sui::table;
use sui::test_scenario;
use sui::versioned;

public struct Thing has key, store {
    id: UID,
    value: u64,
}

fun thing(value: u64, ctx: &mut TxContext): Thing {
    Thing { id: object::new(ctx), value }
}

fun unpack(thing: Thing): u64 {
    let Thing { id, value } = thing;
    id.delete();
    value
}

#[test]
fun fields_are_added_changed_and_removed() {
    let mut ctx = tx_context::dummy();
    let mut id = object::new(&mut ctx);
    dynamic_field::add(&mut id, b"name", 1u64);
    dynamic_field::add(&mut id, 1u8, true);
    *dynamic_field::borrow_mut(&mut id, b"name") = 2u64;
    assert_eq!(*dynamic_field::borrow(&id, b"name"), 2u64);
    assert!(*dynamic_field::borrow<u8, bool>(&id, 1));
    assert!(dynamic_field::exists_(&id, 1u8) && dynamic_field::exists(&id, b"name"));
    assert!(!dynamic_field::exists_(&id, 1u16));
    assert!(dynamic_field::exists_with_type<u8, bool>(&id, 1));
    assert!(!dynamic_field::exists_with_type<u8, u64>(&id, 1));
    assert_eq!(dynamic_field::remove(&mut id, b"name"), 2u64);
    assert_eq!(dynamic_field::remove_opt<u8, bool>(&mut id, 1), option::some(true));
    assert_eq!(dynamic_field::remove_if_exists<u8, bool>(&mut id, 1), option::none());
    id.delete();
}

#[test, expected_failure(abort_code = dynamic_field::EFieldAlreadyExists)]
fun field_names_are_unique() {
    let mut ctx = tx_context::dummy();
    let mut id = object::new(&mut ctx);
    dynamic_field::add(&mut id, 1u8, 1u64);
    dynamic_field::add(&mut id, 1u8, true);
    abort
}

#[test, expected_failure(abort_code = dynamic_field::EFieldDoesNotExist)]
fun missing_field_is_not_borrowed() {
    let mut ctx = tx_context::dummy();
    let id = object::new(&mut ctx);
    dynamic_field::borrow<u8, u64>(&id, 1);
    abort
}

#[test, expected_failure(abort_code = dynamic_field::EFieldDoesNotExist)]
fun missing_field_is_not_removed() {
    let mut ctx = tx_context::dummy();
    let mut id = object::new(&mut ctx);
    dynamic_field::remove<u8, u64>(&mut id, 1);
    abort
}

#[test, expected_failure(abort_code = dynamic_field::EFieldTypeMismatch)]
fun field_keeps_its_type() {
    let mut ctx = tx_context::dummy();
    let mut id = object::new(&mut ctx);
    dynamic_field::add(&mut id, 1u8, 1u64);
    dynamic_field::borrow_mut<u8, bool>(&mut id, 1);
    abort
}

#[test]
fun object_fields_keep_the_identity_of_their_values() {
    let mut ctx = tx_context::dummy();
    let mut id = object::new(&mut ctx);
    let value = thing(5, &mut ctx);
    let value_id = object::id(&value);
    dynamic_object_field::add(&mut id, 1u8, value);
    assert_eq!(dynamic_object_field::id(&id, 1u8), option::some(value_id));
    assert_eq!(dynamic_object_field::id(&id, 2u8), option::none());
    assert!(dynamic_object_field::exists(&id, 1u8) && !dynamic_object_field::exists_(&id, 2u8));
    assert!(!dynamic_field::exists(&id, 1u8));
    assert!(dynamic_object_field::exists_with_type<u8, Thing>(&id, 1));
    assert!(!dynamic_object_field::exists_with_type<u8, Thing>(&id, 2));
    dynamic_object_field::borrow_mut<u8, Thing>(&mut id, 1).value = 6;
    assert_eq!(dynamic_object_field::borrow<u8, Thing>(&id, 1).value, 6);
    assert_eq!(unpack(dynamic_object_field::remove(&mut id, 1u8)), 6);
    dynamic_object_field::remove_opt<u8, Thing>(&mut id, 1).destroy_none();
    id.delete();
}

#[test]
fun table_counts_its_entries() {
    let mut ctx = tx_context::dummy();
    let mut table = table::new<u8, u64>(&mut ctx);
    table.add(1, 10);
    table.add(2, 20);
    assert!(table.contains(1) && !table.contains(3));
    assert_eq!(table[1], 10);
    *&mut table[2] = 21;
    assert_eq!(*table.borrow(2), 21);
    assert_eq!(table.length(), 2);
    assert_eq!(table.remove(1), 10);
    assert_eq!(table.remove(2), 21);
    assert!(table.is_empty());
    table.destroy_empty();
    let mut table = table::new<u8, u64>(&mut ctx);
    table.add(1, 10);
    table.drop();
}

#[test, expected_failure(abort_code = table::ETableNotEmpty)]
fun table_with_entries_is_not_empty() {
    let mut ctx = tx_context::dummy();
    let mut table = table::new<u8, u64>(&mut ctx);
    table.add(1, 10);
    table.destroy_empty();
}

#[test]
fun object_table_counts_its_entries() {
    let mut ctx = tx_context::dummy();
    let mut table = object_table::new<u8, Thing>(&mut ctx);
    let value = thing(5, &mut ctx);
    let value_id = object::id(&value);
    table.add(1, value);
    assert_eq!(table.value_id(1), option::some(value_id));
    assert_eq!(table[1].value, 5);
    table[1].value = 6;
    assert!(table.contains(1) && !table.is_empty() && table.length() == 1);
    assert_eq!(unpack(table.remove(1)), 6);
    table.destroy_empty();
}

#[test, expected_failure(abort_code = object_table::ETableNotEmpty)]
fun object_table_with_entries_is_not_empty() {
    let mut ctx = tx_context::dummy();
    let mut table = object_table::new<u8, Thing>(&mut ctx);
    table.add(1, thing(5, &mut ctx));
    table.destroy_empty();
}

#[test]
fun bags_mix_types() {
    let mut ctx = tx_context::dummy();
    let mut bag = bag::new(&mut ctx);
    bag.add(1u8, 10u64);
    bag.add(b"key", true);
    *bag.borrow_mut(1u8) = 11u64;
    assert_eq!(*bag.borrow<u8, u64>(1), 11);
    assert!(bag.contains(b"key") && bag.contains_with_type<vector<u8>, bool>(b"key"));
    assert!(!bag.contains_with_type<vector<u8>, u8>(b"key"));
    assert_eq!(bag.length(), 2);
    assert_eq!(bag.remove<u8, u64>(1), 11);
    assert!(bag.remove<vector<u8>, bool>(b"key") && bag.is_empty());
    bag.destroy_empty();
}

#[test, expected_failure(abort_code = bag::EBagNotEmpty)]
fun bag_with_entries_is_not_empty() {
    let mut ctx = tx_context::dummy();
    let mut bag = bag::new(&mut ctx);
    bag.add(1u8, 10u64);
    bag.destroy_empty();
}

#[test]
fun object_bags_keep_the_identity_of_their_values() {
    let mut ctx = tx_context::dummy();
    let mut bag = object_bag::new(&mut ctx);
    let value = thing(5, &mut ctx);
    let value_id = object::id(&value);
    bag.add(1u8, value);
    assert_eq!(bag.value_id(1u8), option::some(value_id));
    bag.borrow_mut<u8, Thing>(1).value = 6;
    assert_eq!(bag.borrow<u8, Thing>(1).value, 6);
    assert!(bag.contains(1u8) && bag.contains_with_type<u8, Thing>(1));
    assert!(bag.length() == 1 && !bag.is_empty());
    assert_eq!(unpack(bag.remove(1u8)), 6);
    bag.destroy_empty();
}

#[test, expected_failure(abort_code = object_bag::EBagNotEmpty)]
fun object_bag_with_entries_is_not_empty() {
    let mut ctx = tx_context::dummy();
    let mut bag = object_bag::new(&mut ctx);
    bag.add(1u8, thing(5, &mut ctx));
    bag.destroy_empty();
}

#[test]
fun fields_outlive_the_transaction() {
    let mut scenario = test_scenario::begin(@0xa);
    let mut owner = thing(1, scenario.ctx());
    dynamic_field::add(&mut owner.id, 1u8, 10u64);
    dynamic_object_field::add(&mut owner.id, 2u8, thing(2, scenario.ctx()));
    transfer::public_transfer(owner, @0xa);
    scenario.next_tx(@0xa);
    let mut owner = scenario.take_from_sender<Thing>();
    assert_eq!(*dynamic_field::borrow<u8, u64>(&owner.id, 1), 10);
    let value: Thing = dynamic_object_field::remove(&mut owner.id, 2u8);
    *dynamic_field::borrow_mut(&mut owner.id, 1u8) = 11u64;
    transfer::public_transfer(value, @0xb);
    scenario.return_to_sender(owner);
    scenario.next_tx(@0xb);
    assert_eq!(unpack(scenario.take_from_sender<Thing>()), 2);
    scenario.next_tx(@0xa);
    let mut owner = scenario.take_from_sender<Thing>();
    assert!(!dynamic_object_field::exists(&owner.id, 2u8));
    assert_eq!(dynamic_field::remove(&mut owner.id, 1u8), 11u64);
    unpack(owner);
    scenario.end();
}

#[test]
fun versions_follow_each_other() {
    let mut ctx = tx_context::dummy();
    let mut versioned = versioned::create(1, 10u64, &mut ctx);
    *versioned.load_value_mut() = 11u64;
    assert_eq!(*versioned.load_value<u64>(), 11);
    let (old, cap) = versioned.remove_value_for_upgrade<u64>();
    versioned.upgrade(2, old == 11, cap);
    assert_eq!(versioned.version(), 2);
    assert!(versioned.destroy<bool>());
}

#[test, expected_failure(abort_code = versioned::EInvalidUpgrade)]
fun versions_do_not_go_backwards() {
    let mut ctx = tx_context::dummy();
    let mut versioned = versioned::create(1, 10u64, &mut ctx);
    let (old, cap) = versioned.remove_value_for_upgrade<u64>();
    versioned.upgrade(1, old, cap);
    abort
}
