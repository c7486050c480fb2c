/// Publication, one-time initialisation and migration of the package.
module walrus::init;

use std::type_name;
use sui::clock::Clock;
use sui::package::{Self, Publisher, UpgradeCap};
use walrus::display;
use walrus::events;
use walrus::slashing;
use walrus::staking::{Self, Staking};
use walrus::system::{Self, System};
use walrus::upgrade;

// Error codes.

/// The staking side and the system side disagree after the migration.
const EInvalidMigration: u64 = 0;
/// The upgrade capability belongs to another package.
const EInvalidUpgradeCap: u64 = 1;
/// The function has been replaced.
const EDeprecatedFunction: u64 = 2;

/// One-time witness of the package.
public struct INIT has drop {}

/// Right to initialise the network, given to the publisher.
public struct InitCap has key, store {
    id: UID,
    publisher: Publisher,
}

/// Gives the publisher of the package the right to initialise the network.
fun init(otw: INIT, ctx: &mut TxContext) {
    init_impl(otw, ctx);
}

/// Does the work of `init`, which cannot be called.
fun init_impl(otw: INIT, ctx: &mut TxContext) {
    let publisher = package::claim(otw, ctx);
    transfer::transfer(InitCap { id: object::new(ctx), publisher }, ctx.sender());
}

/// Creates and shares all objects of a new network and returns the emergency upgrade capability.
///
/// Durations are milliseconds. `max_epochs_ahead` is the number of epochs for which storage can be
/// bought; it, the number of shards and the durations can never be changed.
public fun initialize_walrus(
    init_cap: InitCap,
    upgrade_cap: UpgradeCap,
    epoch_zero_duration: u64,
    epoch_duration: u64,
    n_shards: u16,
    max_epochs_ahead: u32,
    clock: &Clock,
    ctx: &mut TxContext,
): upgrade::EmergencyUpgradeCap {
    let InitCap { id, publisher } = init_cap;
    id.delete();

    let package_id = upgrade_cap.package();
    let own_package = type_name::with_defining_ids<InitCap>().address_string();
    assert!(
        package_id.to_address().to_ascii_string() == own_package,
        EInvalidUpgradeCap,
    );

    system::create_empty(max_epochs_ahead, package_id, ctx);
    staking::create(epoch_zero_duration, epoch_duration, n_shards, package_id, clock, ctx);
    display::create(publisher, ctx);
    // Votes against nodes need their shared object from the first epoch on.
    slashing::new(ctx);
    upgrade::new(upgrade_cap, ctx)
}

/// Replaced by `migrate_v2`; always aborts.
public fun migrate(_staking: &mut Staking, _system: &mut System) {
    abort EDeprecatedFunction
}

/// Moves the shared objects to the version of this package after an upgrade. Anyone may call this.
entry fun migrate_v2(staking: &mut Staking, system: &mut System, _ctx: &mut TxContext) {
    staking.migrate();
    system.migrate();
    assert!(
        staking.package_id() == system.package_id() && staking.version() == system.version(),
        EInvalidMigration,
    );
    events::emit_contract_upgraded(staking.epoch(), staking.package_id(), staking.version());
}

// === Test only ===

#[test_only]
/// Runs `init` with a witness made for the test.
public fun init_for_testing(ctx: &mut TxContext) {
    init_impl(sui::test_utils::create_one_time_witness<INIT>(), ctx);
}

#[test_only]
/// Runs `migrate_v2`.
public fun migrate_v2_for_testing(
    staking: &mut Staking,
    system: &mut System,
    ctx: &mut TxContext,
) {
    migrate_v2(staking, system, ctx);
}
