/// Credits: purchases with a full, a small and an empty pot, rates, administration, migration.
#[test_only]
module subsidies::subsidies_tests;

use std::unit_test::{assert_eq, destroy};
use subsidies::subsidies::{Self, AdminCap, Subsidies};
use sui::test_scenario::{Self, Scenario};
use walrus::system::System;
use walrus::system_fixtures::{
    certify,
    new_system,
    register_sample,
    sample_blob_id,
    sample_encoded_size,
    sample_root_hash,
    sample_size,
    wal,
    write_price,
};

const OWNER: address = @0xA;
const PACKAGE: address = @0xCAFE;
const RS2: u8 = 1;
const UNIT: u64 = 1_048_576;
/// Price of 5 units for 3 epochs, at 5 FROST.
const COST: u64 = 75;

/// A system and credits with the given rates and funds.
fun start(buyer_rate: u16, system_rate: u16, funds: u64): (Scenario, System, Subsidies, AdminCap) {
    let mut scenario = test_scenario::begin(OWNER);
    let system = new_system(scenario.ctx());
    let funds = wal(funds, scenario.ctx());
    let cap = subsidies::new_with_initial_rates_and_funds(
        PACKAGE.to_id(),
        buyer_rate,
        system_rate,
        funds,
        scenario.ctx(),
    );
    scenario.next_tx(OWNER);
    let subsidies = scenario.take_shared();
    (scenario, system, subsidies, cap)
}

fun finish(scenario: Scenario, system: System, subsidies: Subsidies, cap: AdminCap) {
    test_scenario::return_shared(subsidies);
    destroy(system);
    destroy(cap);
    scenario.end();
}

/// Buys the storage for `COST` and returns what the buyer has left.
fun reserve(
    scenario: &mut Scenario,
    system: &mut System,
    subsidies: &mut Subsidies,
    payment: u64,
): u64 {
    let ctx = scenario.ctx();
    let mut coin = wal(payment, ctx);
    let storage = subsidies.reserve_space(system, 5 * UNIT, 3, &mut coin, ctx);
    assert_eq!(storage.size(), 5 * UNIT);
    assert_eq!(storage.end_epoch(), system.epoch() + 3);
    storage.destroy();
    coin.burn_for_testing()
}

fun check_rewards(system: &System, rewards: vector<u64>) {
    rewards.length().do!(|i| {
        assert_eq!(system.future_accounting()[i as u32].rewards(), rewards[i]);
    });
}

// === Purchases ===

#[test]
fun buyer_and_system_get_their_parts() {
    let (mut scenario, mut system, mut subsidies, cap) = start(1_000, 1_000, 1_000);
    assert_eq!(reserve(&mut scenario, &mut system, &mut subsidies, COST), 7);
    check_rewards(&system, vector[28, 27, 27, 0]);
    assert_eq!(subsidies.subsidy_pool_value(), 1_000 - 14);
    finish(scenario, system, subsidies, cap);
}

#[test]
fun discounted_price_is_enough() {
    let (mut scenario, mut system, mut subsidies, cap) = start(1_000, 1_000, 1_000);
    assert_eq!(reserve(&mut scenario, &mut system, &mut subsidies, COST - 7), 0);
    assert_eq!(subsidies.subsidy_pool_value(), 1_000 - 14);
    finish(scenario, system, subsidies, cap);
}

#[test, expected_failure(arithmetic_error, location = subsidies)]
fun less_than_the_discounted_price_is_not_enough() {
    let (mut scenario, mut system, mut subsidies, _cap) = start(1_000, 1_000, 1_000);
    reserve(&mut scenario, &mut system, &mut subsidies, COST - 8);
    abort
}

#[test, expected_failure(abort_code = 2, location = sui::balance)]
fun less_than_the_price_with_a_small_pot_is_not_enough() {
    let (mut scenario, mut system, mut subsidies, _cap) = start(1_000, 1_000, 10);
    reserve(&mut scenario, &mut system, &mut subsidies, COST - 11);
    abort
}

#[test]
fun small_pot_is_split_by_the_rates() {
    let (mut scenario, mut system, mut subsidies, cap) = start(2_000, 1_000, 10);
    assert_eq!(reserve(&mut scenario, &mut system, &mut subsidies, COST), 6);
    check_rewards(&system, vector[26, 26, 26, 0]);
    assert_eq!(subsidies.subsidy_pool_value(), 1);
    finish(scenario, system, subsidies, cap);
}

#[test]
fun pot_that_just_suffices_is_emptied() {
    let (mut scenario, mut system, mut subsidies, cap) = start(1_000, 1_000, 14);
    assert_eq!(reserve(&mut scenario, &mut system, &mut subsidies, COST), 7);
    assert_eq!(subsidies.subsidy_pool_value(), 0);
    // From now on the buyer pays in full.
    assert_eq!(reserve(&mut scenario, &mut system, &mut subsidies, COST + 1), 1);
    finish(scenario, system, subsidies, cap);
}

#[test]
fun pot_may_pay_everything() {
    let (mut scenario, mut system, mut subsidies, cap) = start(10_000, 0, COST);
    assert_eq!(reserve(&mut scenario, &mut system, &mut subsidies, 0), 0);
    check_rewards(&system, vector[25, 25, 25, 0]);
    assert_eq!(subsidies.subsidy_pool_value(), 0);
    finish(scenario, system, subsidies, cap);
}

#[test]
fun pot_without_rates_pays_nothing() {
    let (mut scenario, mut system, mut subsidies, cap) = start(0, 0, 1_000);
    assert_eq!(reserve(&mut scenario, &mut system, &mut subsidies, COST), 0);
    assert_eq!(subsidies.subsidy_pool_value(), 1_000);
    finish(scenario, system, subsidies, cap);
}

#[test]
fun extension_is_subsidised() {
    let (mut scenario, mut system, mut subsidies, cap) = start(1_000, 1_000, 1_000);
    let ctx = scenario.ctx();
    let mut blob = register_sample(&mut system, 1, false, ctx);
    certify(&system, &mut blob);
    let before = system.future_accounting()[0].rewards();
    // 22 units for 2 epochs cost 220.
    let mut coin = wal(220, ctx);
    subsidies.extend_blob(&mut system, &mut blob, 2, &mut coin, ctx);
    assert_eq!(coin.burn_for_testing(), 22);
    assert_eq!(blob.end_epoch(), 4);
    check_rewards(&system, vector[before + 11, 121, 110, 0]);
    assert_eq!(subsidies.subsidy_pool_value(), 1_000 - 44);
    blob.burn();
    finish(scenario, system, subsidies, cap);
}

#[test]
fun extension_with_an_empty_pot_is_paid_in_full() {
    let (mut scenario, mut system, mut subsidies, cap) = start(1_000, 1_000, 0);
    let ctx = scenario.ctx();
    let mut blob = register_sample(&mut system, 1, false, ctx);
    certify(&system, &mut blob);
    let mut coin = wal(220, ctx);
    subsidies.extend_blob(&mut system, &mut blob, 2, &mut coin, ctx);
    coin.destroy_zero();
    blob.burn();
    finish(scenario, system, subsidies, cap);
}

#[test]
fun registration_is_not_subsidised() {
    let (mut scenario, mut system, mut subsidies, cap) = start(1_000, 1_000, 1_000);
    let ctx = scenario.ctx();
    let mut coin = wal(22 * 5, ctx);
    let storage = system.reserve_space(sample_encoded_size(100), 1, &mut coin, ctx);
    coin.destroy_zero();
    let mut fee = wal(22 * write_price(), ctx);
    let blob = subsidies.register_blob(
        &mut system,
        storage,
        sample_blob_id(),
        sample_root_hash(),
        sample_size(),
        RS2,
        true,
        &mut fee,
        ctx,
    );
    fee.destroy_zero();
    assert_eq!(blob.blob_id(), sample_blob_id());
    assert!(blob.is_deletable());
    assert_eq!(subsidies.subsidy_pool_value(), 1_000);
    blob.burn();
    finish(scenario, system, subsidies, cap);
}

// === Versions ===

#[test, expected_failure(abort_code = subsidies::EWrongVersion)]
fun object_of_another_version_reserves_nothing() {
    let (mut scenario, mut system, mut subsidies, _cap) = start(0, 0, 0);
    subsidies.set_version_for_testing(2);
    reserve(&mut scenario, &mut system, &mut subsidies, COST);
    abort
}

#[test, expected_failure(abort_code = subsidies::EWrongVersion)]
fun object_of_another_version_extends_nothing() {
    let (mut scenario, mut system, mut subsidies, _cap) = start(0, 0, 0);
    let ctx = scenario.ctx();
    let mut blob = register_sample(&mut system, 1, false, ctx);
    let mut coin = wal(1_000, ctx);
    subsidies.set_version_for_testing(4);
    subsidies.extend_blob(&mut system, &mut blob, 1, &mut coin, ctx);
    abort
}

#[test, expected_failure(abort_code = subsidies::EWrongVersion)]
fun object_of_another_version_registers_nothing() {
    let (mut scenario, mut system, mut subsidies, _cap) = start(0, 0, 0);
    let ctx = scenario.ctx();
    let mut coin = wal(1_000, ctx);
    let storage = system.reserve_space(1, 1, &mut coin, ctx);
    subsidies.set_version_for_testing(2);
    subsidies
        .register_blob(&mut system, storage, 0, 0, 0, RS2, true, &mut coin, ctx)
        .burn();
    abort
}

#[test]
fun migration_sets_the_version_and_stops_subsidies() {
    let (scenario, mut system, mut subsidies, cap) = start(1_000, 2_000, 10);
    subsidies.set_version_for_testing(2);
    system.set_version_for_testing(2);
    subsidies.migrate_for_testing(&system);
    let (version, package_id) = subsidies.version_for_testing();
    assert_eq!(version, 3);
    assert!(package_id != PACKAGE.to_id());
    assert_eq!(subsidies.buyer_subsidy_rate(), 0);
    assert_eq!(subsidies.system_subsidy_rate(), 0);
    assert_eq!(subsidies.subsidy_pool_value(), 10);
    finish(scenario, system, subsidies, cap);
}

#[test, expected_failure(abort_code = subsidies::EWrongVersion)]
fun current_object_is_not_migrated() {
    let (_scenario, mut system, mut subsidies, _cap) = start(0, 0, 0);
    system.set_version_for_testing(2);
    subsidies.migrate_for_testing(&system);
    abort
}

#[test, expected_failure(abort_code = subsidies::EWrongVersion)]
fun object_is_not_migrated_with_another_system_version() {
    let (_scenario, mut system, mut subsidies, _cap) = start(0, 0, 0);
    subsidies.set_version_for_testing(2);
    system.set_version_for_testing(3);
    subsidies.migrate_for_testing(&system);
    abort
}

// === Administration ===

#[test]
fun new_object_pays_nothing() {
    let mut scenario = test_scenario::begin(OWNER);
    let cap = subsidies::new(PACKAGE.to_id(), scenario.ctx());
    scenario.next_tx(OWNER);
    let mut subsidies: Subsidies = scenario.take_shared();
    assert_eq!(cap.admin_cap_subsidies_id(), object::id(&subsidies));
    assert_eq!(subsidies.buyer_subsidy_rate(), 0);
    assert_eq!(subsidies.system_subsidy_rate(), 0);
    assert_eq!(subsidies.subsidy_pool_value(), 0);
    let (version, package_id) = subsidies.version_for_testing();
    assert_eq!(version, 3);
    assert_eq!(package_id, PACKAGE.to_id());

    subsidies.add_funds(wal(7, scenario.ctx()));
    subsidies.add_funds(wal(8, scenario.ctx()));
    assert_eq!(subsidies.subsidy_pool_value(), 15);
    subsidies.set_buyer_subsidy_rate(&cap, 10_000);
    subsidies.set_system_subsidy_rate(&cap, 9_999);
    assert_eq!(subsidies.buyer_subsidy_rate(), 10_000);
    assert_eq!(subsidies.system_subsidy_rate(), 9_999);
    assert_eq!(subsidies.withdraw_balance(&cap).destroy_for_testing(), 15);
    assert_eq!(subsidies.subsidy_pool_value(), 0);
    test_scenario::return_shared(subsidies);
    destroy(cap);
    scenario.end();
}

#[test, expected_failure(abort_code = subsidies::EInvalidSubsidyRate)]
fun initial_buyer_rate_above_all_fails() {
    let (_scenario, _system, _subsidies, _cap) = start(10_001, 0, 0);
    abort
}

#[test, expected_failure(abort_code = subsidies::EInvalidSubsidyRate)]
fun initial_system_rate_above_all_fails() {
    let (_scenario, _system, _subsidies, _cap) = start(0, 10_001, 0);
    abort
}

#[test, expected_failure(abort_code = subsidies::EInvalidSubsidyRate)]
fun buyer_rate_above_all_fails() {
    let (_scenario, _system, mut subsidies, cap) = start(0, 0, 0);
    subsidies.set_buyer_subsidy_rate(&cap, 10_001);
    abort
}

#[test, expected_failure(abort_code = subsidies::EInvalidSubsidyRate)]
fun system_rate_above_all_fails() {
    let (_scenario, _system, mut subsidies, cap) = start(0, 0, 0);
    subsidies.set_system_subsidy_rate(&cap, 10_001);
    abort
}

#[test, expected_failure(abort_code = subsidies::EUnauthorizedAdminCap)]
fun other_administrators_set_no_buyer_rate() {
    let (mut scenario, _system, mut subsidies, _cap) = start(0, 0, 0);
    let other = subsidies::new(PACKAGE.to_id(), scenario.ctx());
    subsidies.set_buyer_subsidy_rate(&other, 10_001);
    abort
}

#[test, expected_failure(abort_code = subsidies::EUnauthorizedAdminCap)]
fun other_administrators_set_no_system_rate() {
    let (mut scenario, _system, mut subsidies, _cap) = start(0, 0, 0);
    let other = subsidies::new(PACKAGE.to_id(), scenario.ctx());
    subsidies.set_system_subsidy_rate(&other, 1);
    abort
}

#[test, expected_failure(abort_code = subsidies::EUnauthorizedAdminCap)]
fun other_administrators_withdraw_nothing() {
    let (mut scenario, _system, mut subsidies, _cap) = start(0, 0, 5);
    let other = subsidies::new(PACKAGE.to_id(), scenario.ctx());
    subsidies.withdraw_balance(&other).destroy_for_testing();
    abort
}
