// SPDX-License-Identifier: Apache-2.0

#[test_only]
module sui::package_tests;

use std::unit_test::{assert_eq, destroy};
use sui::display::{Self, Display};
use sui::event;
use sui::package;
use sui::sui::SUI;
use sui::test_scenario;
use sui::test_utils;
use sui::types;

public struct PACKAGE_TESTS has drop {}

public struct OTHER has drop {}

public struct Shown has key {
    id: UID,
}

public struct Pet has key, store {
    id: UID,
}

#[test]
fun only_one_time_witnesses_are_recognised() {
    assert!(types::is_one_time_witness(&test_utils::create_one_time_witness<PACKAGE_TESTS>()));
    assert!(!types::is_one_time_witness(&OTHER {}));
    assert!(!types::is_one_time_witness(&5u64));
}

#[test]
fun publisher_speaks_for_package_and_module() {
    let ctx = &mut tx_context::dummy();
    let publisher = package::claim(test_utils::create_one_time_witness<PACKAGE_TESTS>(), ctx);
    assert!(publisher.from_package<Shown>() && publisher.from_module<Shown>());
    assert!(publisher.from_package<SUI>() && !publisher.from_module<SUI>());
    assert!(!publisher.from_package<std::ascii::String>());
    assert_eq!(*publisher.package(), @0x2.to_ascii_string());
    assert_eq!(*publisher.module_(), b"package_tests".to_ascii_string());
    publisher.burn();
    package::test_claim(OTHER {}, ctx).burn_publisher();
}

#[test]
fun publisher_is_kept_by_the_sender() {
    let mut scenario = test_scenario::begin(@0xa);
    let witness = test_utils::create_one_time_witness<PACKAGE_TESTS>();
    package::claim_and_keep(witness, scenario.ctx());
    scenario.next_tx(@0xa);
    scenario.take_from_sender<package::Publisher>().burn();
    scenario.end();
}

#[test, expected_failure(abort_code = package::ENotOneTimeWitness)]
fun publisher_needs_a_one_time_witness() {
    package::claim(OTHER {}, &mut tx_context::dummy()).burn();
}

#[test]
fun packages_are_upgraded_step_by_step() {
    let ctx = &mut tx_context::dummy();
    let mut cap = package::test_publish(@0x42.to_id(), ctx);
    assert_eq!(cap.version(), 1);
    assert_eq!(cap.package(), @0x42.to_id());
    assert_eq!(cap.policy(), package::compatible_policy());
    let ticket = cap.authorize(package::additive_policy(), b"digest");
    assert_eq!(ticket.package(), @0x42.to_id());
    assert_eq!(ticket.policy(), package::additive_policy());
    assert_eq!(*ticket.digest(), b"digest");
    assert_eq!(cap.package(), @0x0.to_id());
    let receipt = package::test_upgrade(ticket);
    assert_eq!(receipt.cap(), object::id(&cap));
    let next = receipt.package();
    cap.commit(receipt);
    assert_eq!(cap.package(), next);
    assert_eq!(cap.version(), 2);
    cap.only_additive_upgrades();
    assert_eq!(cap.policy(), package::additive_policy());
    cap.only_dep_upgrades();
    assert_eq!(cap.policy(), package::dep_only_policy());
    cap.make_immutable();
}

#[test, expected_failure(abort_code = package::EAlreadyAuthorized)]
fun only_one_upgrade_is_under_way() {
    let mut cap = package::test_publish(@0x42.to_id(), &mut tx_context::dummy());
    destroy(cap.authorize_upgrade(0, b""));
    destroy(cap.authorize_upgrade(0, b""));
    abort
}

#[test, expected_failure(abort_code = package::ETooPermissive)]
fun upgrade_keeps_to_the_policy() {
    let mut cap = package::test_publish(@0x42.to_id(), &mut tx_context::dummy());
    cap.only_dep_upgrades();
    destroy(cap.authorize_upgrade(package::additive_policy(), b""));
    abort
}

#[test, expected_failure(abort_code = package::ETooPermissive)]
fun policy_does_not_become_laxer() {
    let mut cap = package::test_publish(@0x42.to_id(), &mut tx_context::dummy());
    cap.only_dep_upgrades();
    cap.only_additive_upgrades();
    abort
}

#[test, expected_failure(abort_code = package::EWrongUpgradeCap)]
fun receipt_belongs_to_its_cap() {
    let ctx = &mut tx_context::dummy();
    let mut cap = package::test_publish(@0x42.to_id(), ctx);
    let mut other = package::test_publish(@0x43.to_id(), ctx);
    let receipt = package::test_upgrade(cap.authorize_upgrade(0, b""));
    other.commit_upgrade(receipt);
    abort
}

#[test]
fun display_has_versions() {
    let ctx = &mut tx_context::dummy();
    let publisher = package::test_claim(OTHER {}, ctx);
    let mut display = display::new_with_fields<Shown>(
        &publisher,
        vector[b"name".to_string(), b"link".to_string()],
        vector[b"{name}".to_string(), b"{id}".to_string()],
        ctx,
    );
    display.edit(b"name".to_string(), b"A {name}".to_string());
    display.remove(b"link".to_string());
    display.add(b"image".to_string(), b"{url}".to_string());
    display.update_version();
    assert_eq!(display.version(), 1);
    assert_eq!(display.fields().keys(), vector[b"name".to_string(), b"image".to_string()]);
    assert_eq!(*display.fields().get(&b"name".to_string()), b"A {name}".to_string());
    assert_eq!(event::events_by_type<display::DisplayCreated<Shown>>().length(), 1);
    assert_eq!(event::events_by_type<display::VersionUpdated<Shown>>().length(), 1);
    destroy(display);
    publisher.burn();
}

#[test]
fun display_is_kept_by_the_sender() {
    let mut scenario = test_scenario::begin(@0xa);
    let publisher = package::test_claim(OTHER {}, scenario.ctx());
    display::create_and_keep<Pet>(&publisher, scenario.ctx());
    scenario.next_tx(@0xa);
    destroy(scenario.take_from_sender<Display<Pet>>());
    publisher.burn();
    scenario.end();
}

#[test, expected_failure(abort_code = display::EVecLengthMismatch)]
fun display_needs_a_value_for_each_name() {
    let ctx = &mut tx_context::dummy();
    let publisher = package::test_claim(OTHER {}, ctx);
    destroy(display::new_with_fields<Shown>(&publisher, vector[b"a".to_string()], vector[], ctx));
    abort
}
