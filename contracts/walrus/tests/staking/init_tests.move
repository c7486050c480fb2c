#[test_only]
module walrus::init_tests;

use std::unit_test::{assert_eq, destroy};
use sui::clock;
use sui::event;
use sui::package;
use sui::test_scenario;
use walrus::display::ObjectDisplay;
use walrus::events;
use walrus::init::{Self, InitCap};
use walrus::staking;
use walrus::system;
use walrus::system_state_inner;
use walrus::test_network;

#[test]
fun initialisation_creates_the_shared_objects() {
    let mut network = test_network::start(100);
    assert!(test_scenario::has_most_recent_shared<ObjectDisplay>());
    let (staking, system, _, clock, _) = network.parts();
    assert_eq!(staking.epoch(), 0);
    assert_eq!(system.epoch(), 0);
    assert_eq!(staking.inner_for_testing().n_shards(), 100);
    assert_eq!(system.future_accounting().max_epochs_ahead(), 104);
    assert_eq!(
        staking.inner_for_testing().done_time_for_testing(),
        option::some(clock.timestamp_ms()),
    );
    assert_eq!(staking.package_id(), @walrus.to_id());
    network.finish();
}

#[test, expected_failure(abort_code = init::EInvalidUpgradeCap)]
fun upgrade_capability_of_other_package() {
    initialize(@0x77, 100);
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidMaxEpochsAhead)]
fun too_many_epochs_ahead() {
    initialize(@walrus, 1001);
}

#[test]
fun most_epochs_ahead() {
    initialize(@walrus, 1000);
}

fun initialize(package: address, max_epochs_ahead: u32) {
    let mut scenario = test_scenario::begin(@0xAD);
    init::init_for_testing(scenario.ctx());
    let clock = clock::create_for_testing(scenario.ctx());
    scenario.next_tx(@0xAD);
    let init_cap: InitCap = scenario.take_from_sender();
    let upgrade_cap = package::test_publish(package.to_id(), scenario.ctx());
    let emergency_cap = init_cap.initialize_walrus(
        upgrade_cap,
        0,
        1,
        100,
        max_epochs_ahead,
        &clock,
        scenario.ctx(),
    );
    destroy(emergency_cap);
    clock.destroy_for_testing();
    scenario.end();
}

#[test]
fun migrate_both_sides() {
    let mut network = test_network::start(100);
    let (staking, system, _, _, ctx) = network.parts();
    staking.set_version_for_testing(3);
    system.set_version_for_testing(3);
    staking.set_new_package_id(@0x77.to_id());
    system.set_new_package_id(@0x77.to_id());
    init::migrate_v2_for_testing(staking, system, ctx);
    assert_eq!(staking.version(), 4);
    assert_eq!(system.version(), 4);
    assert_eq!(staking.package_id(), @0x77.to_id());
    assert_eq!(system.package_id(), @0x77.to_id());
    assert_eq!(event::events_by_type<events::ContractUpgraded>().length(), 1);
    network.finish();
}

#[test, expected_failure(abort_code = init::EInvalidMigration)]
fun migrate_to_different_packages() {
    let mut network = test_network::start(100);
    let (staking, system, _, _, ctx) = network.parts();
    staking.set_version_for_testing(3);
    system.set_version_for_testing(3);
    staking.set_new_package_id(@0x77.to_id());
    system.set_new_package_id(@0x78.to_id());
    init::migrate_v2_for_testing(staking, system, ctx);
    abort
}

#[test, expected_failure(abort_code = staking::EInvalidMigration)]
fun migrate_staking_twice() {
    let mut network = test_network::start(100);
    let (staking, system, _, _, ctx) = network.parts();
    init::migrate_v2_for_testing(staking, system, ctx);
    abort
}

#[test, expected_failure(abort_code = system::EInvalidMigration)]
fun migrate_with_current_system() {
    let mut network = test_network::start(100);
    let (staking, system, _, _, ctx) = network.parts();
    staking.set_version_for_testing(3);
    staking.set_new_package_id(@0x77.to_id());
    init::migrate_v2_for_testing(staking, system, ctx);
    abort
}

#[test, expected_failure(abort_code = init::EDeprecatedFunction)]
fun old_migration() {
    let mut network = test_network::start(100);
    let (staking, system, _, _, _) = network.parts();
    init::migrate(staking, system);
    abort
}
