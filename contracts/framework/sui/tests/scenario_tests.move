// SPDX-License-Identifier: Apache-2.0

#[test_only]
module sui::scenario_tests;

use std::unit_test::{assert_eq, destroy};
use sui::clock::{Self, Clock};
use sui::event;
use sui::test_scenario as ts;

public struct Thing has key, store {
    id: UID,
    value: u64,
}

public struct Wrapper has key {
    id: UID,
    thing: Thing,
}

public struct Happened has copy, drop {
    what: u64,
}

fun thing(value: u64, ctx: &mut TxContext): Thing {
    Thing { id: object::new(ctx), value }
}

#[test]
fun objects_wait_for_their_owner() {
    let mut scenario = ts::begin(@0xa);
    transfer::transfer(thing(1, scenario.ctx()), @0xb);
    transfer::public_transfer(thing(2, scenario.ctx()), @0xb);
    assert!(!ts::has_most_recent_for_address<Thing>(@0xb));
    let effects = scenario.next_tx(@0xb);
    assert_eq!(effects.created().length(), 2);
    assert_eq!(effects.transferred_to_account().length(), 2);
    let ids = scenario.ids_for_sender<Thing>();
    assert_eq!(ids.length(), 2);
    let newest = scenario.take_from_sender<Thing>();
    let oldest = scenario.take_from_sender<Thing>();
    assert!(newest.value == 2 && oldest.value == 1);
    assert!(scenario.was_taken_from_sender(object::id(&oldest)));
    assert!(!scenario.has_most_recent_for_sender<Thing>());
    scenario.return_to_sender(newest);
    let Thing { id, .. } = oldest;
    id.delete();
    let effects = scenario.next_tx(@0xa);
    assert_eq!(effects.deleted().length(), 1);
    assert_eq!(effects.created().length(), 0);
    assert_eq!(effects.written().length(), 1);
    let by_id = scenario.take_from_address_by_id<Thing>(@0xb, ids[1]);
    ts::return_to_address(@0xb, by_id);
    scenario.end();
}

#[test]
fun shared_objects_are_for_everybody() {
    let mut scenario = ts::begin(@0xa);
    transfer::share_object(thing(1, scenario.ctx()));
    let effects = scenario.next_tx(@0xb);
    assert_eq!(effects.shared().length(), 1);
    let mut shared = scenario.take_shared<Thing>();
    shared.value = 5;
    ts::return_shared(shared);
    scenario.next_tx(@0xc);
    assert!(ts::has_most_recent_shared<Thing>());
    scenario.with_shared!<Thing>(|shared, _| assert_eq!(shared.value, 5));
    scenario.next_tx(@0xc);
    let id = ts::most_recent_id_shared<Thing>().destroy_some();
    scenario.with_shared_by_id!<Thing>(id, |shared, _| shared.value = 6);
    scenario.next_tx(@0xc);
    let Thing { id, value } = scenario.take_shared();
    assert_eq!(value, 6);
    id.delete();
    scenario.end();
}

#[test]
fun frozen_objects_stay_as_they_are() {
    let mut scenario = ts::begin(@0xa);
    transfer::public_freeze_object(thing(1, scenario.ctx()));
    let effects = scenario.next_tx(@0xb);
    assert_eq!(effects.frozen().length(), 1);
    let frozen = scenario.take_immutable<Thing>();
    assert!(ts::was_taken_immutable(object::id(&frozen)));
    assert_eq!(frozen.value, 1);
    ts::return_immutable(frozen);
    scenario.next_tx(@0xb);
    assert!(ts::has_most_recent_immutable<Thing>());
    scenario.end();
}

#[test]
fun objects_are_received_by_objects() {
    let mut scenario = ts::begin(@0xa);
    let parent = thing(1, scenario.ctx());
    let parent_id = object::id(&parent);
    transfer::public_transfer(thing(2, scenario.ctx()), parent_id.to_address());
    transfer::public_transfer(parent, @0xa);
    scenario.next_tx(@0xa);
    let mut parent = scenario.take_from_sender<Thing>();
    let ticket = ts::most_recent_receiving_ticket<Thing>(&parent_id);
    let id = transfer::receiving_object_id(&ticket);
    ts::return_receiving_ticket(ticket);
    let ticket = ts::receiving_ticket_by_id<Thing>(id);
    let received = transfer::receive(&mut parent.id, ticket);
    assert_eq!(received.value, 2);
    transfer::public_transfer(received, @0xa);
    scenario.return_to_sender(parent);
    scenario.end();
}

#[test]
fun events_are_counted() {
    let mut scenario = ts::begin(@0xa);
    event::emit(Happened { what: 1 });
    event::emit(Happened { what: 2 });
    assert_eq!(event::num_events(), 2);
    assert_eq!(
        event::events_by_type<Happened>(),
        vector[Happened { what: 1 }, Happened { what: 2 }],
    );
    assert_eq!(scenario.next_tx(@0xa).num_user_events(), 2);
    assert_eq!(event::num_events(), 0);
    assert_eq!(scenario.end().num_user_events(), 0);
}

#[test]
fun epochs_pass() {
    let mut scenario = ts::begin(@0xa);
    assert_eq!(scenario.ctx().epoch(), 0);
    scenario.next_epoch(@0xb);
    assert_eq!(scenario.sender(), @0xb);
    scenario.later_epoch(1_000, @0xc);
    assert_eq!(scenario.ctx().epoch(), 2);
    assert_eq!(scenario.ctx().epoch_timestamp_ms(), 1_000);
    scenario.skip_to_epoch(5);
    assert_eq!(scenario.ctx().epoch(), 5);
    let builder = scenario.ctx_builder().set_sender(@0xd).set_epoch(9).set_gas_price(3);
    scenario.next_with_context(builder.set_sponsor(@0xe).set_gas_budget(4).set_epoch_timestamp(8));
    assert_eq!(scenario.sender(), @0xd);
    assert_eq!(scenario.ctx().epoch(), 9);
    assert_eq!(scenario.ctx().gas_price(), 3);
    assert_eq!(scenario.ctx().sponsor(), option::some(@0xe));
    scenario.end();
    let scenario = ts::begin_with_context(ts::ctx_builder_from_sender(@0xf));
    assert_eq!(scenario.sender(), @0xf);
    scenario.end();
}

#[test]
fun ids_differ_between_transactions() {
    let mut scenario = ts::begin(@0xa);
    let first = scenario.new_object();
    scenario.next_tx(@0xa);
    let second = scenario.new_object();
    assert!(first.to_inner() != second.to_inner());
    first.delete();
    second.delete();
    scenario.end();
}

#[test]
fun clock_advances() {
    let mut scenario = ts::begin(@0x0);
    let mut clock = clock::create_for_testing(scenario.ctx());
    clock.increment_for_testing(5);
    clock.set_for_testing(7);
    assert_eq!(clock.timestamp_ms(), 7);
    clock.share_for_testing();
    scenario.next_tx(@0xa);
    let clock = scenario.take_shared<Clock>();
    assert_eq!(clock.timestamp_ms(), 7);
    clock.destroy_for_testing();
    scenario.end();
}

#[test, expected_failure(abort_code = ts::EEmptyInventory)]
fun nothing_is_taken_from_an_empty_inventory() {
    let scenario = ts::begin(@0xa);
    destroy(scenario.take_from_sender<Thing>());
    abort
}

#[test, expected_failure(abort_code = ts::EEmptyInventory)]
fun nothing_unshared_is_taken() {
    let scenario = ts::begin(@0xa);
    destroy(scenario.take_shared<Thing>());
    abort
}

#[test, expected_failure(abort_code = ts::EObjectNotFound)]
fun objects_are_taken_only_from_their_owner() {
    let mut scenario = ts::begin(@0xa);
    let thing = thing(1, scenario.ctx());
    let id = object::id(&thing);
    transfer::public_transfer(thing, @0xa);
    scenario.next_tx(@0xb);
    destroy(scenario.take_from_sender_by_id<Thing>(id));
    abort
}

#[test, expected_failure(abort_code = ts::ECantReturnObject)]
fun objects_return_only_where_they_were_taken() {
    let mut scenario = ts::begin(@0xa);
    let thing = thing(1, scenario.ctx());
    ts::return_to_address(@0xa, thing);
    abort
}

#[test, expected_failure(abort_code = ts::ECantReturnObject)]
fun only_shared_objects_return_to_everybody() {
    let mut scenario = ts::begin(@0xa);
    ts::return_shared(thing(1, scenario.ctx()));
    abort
}

#[test, expected_failure(abort_code = transfer::ESharedNonNewObject)]
fun owned_objects_are_not_shared_later() {
    let mut scenario = ts::begin(@0xa);
    transfer::public_transfer(thing(1, scenario.ctx()), @0xa);
    scenario.next_tx(@0xa);
    let thing = scenario.take_from_sender<Thing>();
    transfer::share_object(thing);
    abort
}

#[test, expected_failure(abort_code = ts::EInvalidSharedOrImmutableUsage)]
fun shared_objects_are_not_wrapped() {
    let mut scenario = ts::begin(@0xa);
    transfer::share_object(thing(1, scenario.ctx()));
    scenario.next_tx(@0xa);
    let thing = scenario.take_shared<Thing>();
    let id = object::new(scenario.ctx());
    transfer::transfer(Wrapper { id, thing }, @0xa);
    scenario.next_tx(@0xa);
    abort
}

#[test, expected_failure(abort_code = ts::EInvalidSharedOrImmutableUsage)]
fun frozen_objects_do_not_change() {
    let mut scenario = ts::begin(@0xa);
    transfer::public_freeze_object(thing(1, scenario.ctx()));
    scenario.next_tx(@0xa);
    let mut thing = scenario.take_immutable<Thing>();
    thing.value = 2;
    ts::return_immutable(thing);
    scenario.next_tx(@0xa);
    abort
}
