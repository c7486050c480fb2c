#[test_only]
module walrus::shared_blob_tests;

use std::unit_test::{assert_eq, destroy};
use sui::test_scenario::{Self, Scenario};
use walrus::blob::{Self, Blob};
use walrus::shared_blob::{Self, SharedBlob};
use walrus::system::System;
use walrus::system_fixtures::{certify, new_system, register_sample, storage_price, wal};
use walrus::system_state_inner;

const OWNER: address = @0xA11CE;
const FRIEND: address = @0xB0B;

/// A system and a certified blob that ends with epoch 2, in a transaction of the owner.
fun begin(): (Scenario, System, Blob) {
    let mut scenario = test_scenario::begin(OWNER);
    let mut system = new_system(scenario.ctx());
    let mut blob = register_sample(&mut system, 2, false, scenario.ctx());
    certify(&system, &mut blob);
    (scenario, system, blob)
}

#[test]
fun anybody_may_fund_and_extend() {
    let (mut scenario, mut system, blob) = begin();
    let blob_object = blob.object_id();
    blob.share(scenario.ctx());

    scenario.next_tx(FRIEND);
    let mut shared: SharedBlob = scenario.take_shared();
    assert_eq!(shared.blob().object_id(), blob_object);
    assert_eq!(shared.funds().value(), 0);
    shared.fund(wal(22 * 5 * storage_price() + 1, scenario.ctx()));
    shared.extend(&mut system, 3, scenario.ctx());
    assert_eq!(shared.blob().end_epoch(), 6);
    assert_eq!(shared.funds().value(), 22 * 2 * storage_price() + 1);
    shared.extend(&mut system, 2, scenario.ctx());
    assert_eq!(shared.blob().end_epoch(), 8);
    assert_eq!(shared.funds().value(), 1);
    test_scenario::return_shared(shared);
    destroy(system);
    scenario.end();
}

#[test]
fun blob_may_be_shared_with_funds() {
    let (mut scenario, system, blob) = begin();
    shared_blob::new_funded(blob, wal(500, scenario.ctx()), scenario.ctx());
    scenario.next_tx(FRIEND);
    let shared: SharedBlob = scenario.take_shared();
    assert_eq!(shared.funds().value(), 500);
    test_scenario::return_shared(shared);
    destroy(system);
    scenario.end();
}

#[test, expected_failure(abort_code = 2, location = sui::balance)]
fun extension_above_the_funds_fails() {
    let (mut scenario, mut system, blob) = begin();
    let funds = wal(22 * storage_price() - 1, scenario.ctx());
    shared_blob::new_funded(blob, funds, scenario.ctx());
    scenario.next_tx(FRIEND);
    let mut shared: SharedBlob = scenario.take_shared();
    shared.extend(&mut system, 1, scenario.ctx());
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidEpochsAhead)]
fun extension_by_nothing_fails() {
    let (mut scenario, mut system, blob) = begin();
    blob.share(scenario.ctx());
    scenario.next_tx(FRIEND);
    let mut shared: SharedBlob = scenario.take_shared();
    shared.extend(&mut system, 0, scenario.ctx());
    abort
}

#[test, expected_failure(abort_code = blob::ENotCertified)]
fun uncertified_blob_is_not_extended() {
    let mut scenario = test_scenario::begin(OWNER);
    let mut system = new_system(scenario.ctx());
    register_sample(&mut system, 2, false, scenario.ctx()).share(scenario.ctx());
    scenario.next_tx(FRIEND);
    let mut shared: SharedBlob = scenario.take_shared();
    shared.extend(&mut system, 1, scenario.ctx());
    abort
}
