/// Subsidies for storage nodes: a part of what users pay on top, and a fixed amount per node and
/// per shard in each epoch.
///
/// The administrator funds a pot and sets the rates; anyone may ask for the payment of what is due.
/// The state is a dynamic field of the object, so that an upgrade can change its type.
module walrus_subsidies::walrus_subsidies;

use std::type_name;
use sui::balance::Balance;
use sui::clock::Clock;
use sui::coin::Coin;
use sui::dynamic_field;
use wal::wal::WAL;
use walrus::staking::Staking;
use walrus::system::System;
use walrus_subsidies::walrus_subsidies_inner::{Self, WalrusSubsidiesInnerV1};

/// Version of this code.
const VERSION: u64 = 3;

/// The capability is for another object.
const EUnauthorizedAdminCap: u64 = 0;
/// The object is not of the version of this code.
const EWrongVersion: u64 = 1;
/// There is nothing to migrate.
const EInvalidMigration: u64 = 2;

/// Tells which package defined version 1.
#[allow(unused_field)]
public struct V1()

/// Tells which package defined version 2.
#[allow(unused_field)]
public struct V2()

/// Tells which package defined version 3.
#[allow(unused_field)]
public struct V3()

/// Name of the dynamic field with the state.
public struct SubsidiesInnerKey() has copy, drop, store;

/// Right to set the rates of one object.
public struct AdminCap has key, store {
    id: UID,
    subsidies_id: ID,
}

/// The pot and its rates. Shared.
public struct WalrusSubsidies has key {
    id: UID,
    version: u64,
    /// Package that clients have to call.
    package_id: ID,
}

// === Creation and funding ===

/// Shares an object without funds and returns its capability. Only payments from now on count.
///
/// The rate is in basis points of the payments, the fixed subsidies are in FROST per epoch.
public fun new(
    system: &System,
    staking: &Staking,
    system_subsidy_rate: u32,
    base_subsidy: u64,
    subsidy_per_shard: u64,
    ctx: &mut TxContext,
): AdminCap {
    let (subsidies, admin_cap) = new_impl(
        system,
        staking,
        system_subsidy_rate,
        base_subsidy,
        subsidy_per_shard,
        ctx,
    );
    transfer::share_object(subsidies);
    admin_cap
}

/// Makes an object that is not shared yet.
fun new_impl(
    system: &System,
    staking: &Staking,
    system_subsidy_rate: u32,
    base_subsidy: u64,
    subsidy_per_shard: u64,
    ctx: &mut TxContext,
): (WalrusSubsidies, AdminCap) {
    let mut subsidies = WalrusSubsidies {
        id: object::new(ctx),
        version: VERSION,
        package_id: package_id_for_current_version(),
    };
    let state = walrus_subsidies_inner::new(
        system,
        staking,
        system_subsidy_rate,
        base_subsidy,
        subsidy_per_shard,
        ctx,
    );
    dynamic_field::add(&mut subsidies.id, SubsidiesInnerKey(), state);
    let admin_cap = AdminCap { id: object::new(ctx), subsidies_id: object::id(&subsidies) };
    (subsidies, admin_cap)
}

/// Adds a coin to the pot. Anyone may do this.
public fun add_coin(self: &mut WalrusSubsidies, funds: Coin<WAL>) {
    self.add_balance(funds.into_balance())
}

/// Adds WAL to the pot. Anyone may do this.
public fun add_balance(self: &mut WalrusSubsidies, balance: Balance<WAL>) {
    self.check_version();
    self.inner_mut().add_balance(balance)
}

// === Administration ===

/// Sets what the pot adds to payments, in basis points.
public fun set_system_subsidy_rate(
    self: &mut WalrusSubsidies,
    admin_cap: &AdminCap,
    new_rate: u32,
) {
    self.check_version();
    self.check_admin(admin_cap);
    self.inner_mut().set_system_subsidy_rate(new_rate)
}

/// Sets the FROST per node and epoch.
public fun set_base_subsidy(
    self: &mut WalrusSubsidies,
    admin_cap: &AdminCap,
    base_subsidy: u64,
) {
    self.check_version();
    self.check_admin(admin_cap);
    self.inner_mut().set_base_subsidy(base_subsidy)
}

/// Sets the FROST per shard and epoch.
public fun set_per_shard_subsidy(
    self: &mut WalrusSubsidies,
    admin_cap: &AdminCap,
    subsidy_per_shard: u64,
) {
    self.check_version();
    self.check_admin(admin_cap);
    self.inner_mut().set_per_shard_subsidy(subsidy_per_shard)
}

// === Payment ===

/// Pays all that is due. Anyone may do this.
public fun process_subsidies(
    self: &mut WalrusSubsidies,
    staking: &mut Staking,
    system: &mut System,
    clock: &Clock,
) {
    self.check_version();
    self.inner_mut().process_subsidies(staking, system, clock)
}

// === Upgrades ===

/// Takes an object of an older version over to this one. Anyone may do this.
public fun migrate(self: &mut WalrusSubsidies) {
    assert!(self.version < VERSION, EInvalidMigration);
    self.version = VERSION;
    self.package_id = package_id_for_current_version();
}

/// The package with this version of the code.
fun package_id_for_current_version(): ID {
    package_id_for_type<V3>()
}

/// The package that defined a type.
fun package_id_for_type<T>(): ID {
    type_name::defining_id<T>().to_id()
}

// === Checks and state ===

/// Aborts if the capability is for another object.
fun check_admin(self: &WalrusSubsidies, admin_cap: &AdminCap) {
    assert!(self.id.to_inner() == admin_cap.subsidies_id, EUnauthorizedAdminCap);
}

/// Aborts if the object is of another version.
fun check_version(self: &WalrusSubsidies) {
    assert!(self.version == VERSION, EWrongVersion);
}

/// Gives mutable access to the state.
fun inner_mut(self: &mut WalrusSubsidies): &mut WalrusSubsidiesInnerV1 {
    dynamic_field::borrow_mut(&mut self.id, SubsidiesInnerKey())
}

// === Tests ===

/// An object that is not shared.
#[test_only]
public fun new_for_testing(
    system: &System,
    staking: &Staking,
    system_subsidy_rate: u32,
    base_subsidy: u64,
    subsidy_per_shard: u64,
    ctx: &mut TxContext,
): (WalrusSubsidies, AdminCap) {
    new_impl(system, staking, system_subsidy_rate, base_subsidy, subsidy_per_shard, ctx)
}

/// The state.
#[test_only]
public fun inner_for_testing(self: &WalrusSubsidies): &WalrusSubsidiesInnerV1 {
    dynamic_field::borrow(&self.id, SubsidiesInnerKey())
}

/// Makes the object look like one of another version and package.
#[test_only]
public fun set_version_for_testing(self: &mut WalrusSubsidies, version: u64, package_id: ID) {
    self.version = version;
    self.package_id = package_id;
}

/// Version and package.
#[test_only]
public fun version_for_testing(self: &WalrusSubsidies): (u64, ID) {
    (self.version, self.package_id)
}
