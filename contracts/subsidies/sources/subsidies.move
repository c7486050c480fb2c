/// Credits for storage: a pot that pays a part of what buyers of storage owe, and adds to what
/// storage nodes get.
///
/// Clients that know a credits object buy storage through it instead of the system. Networks that
/// only want to pay their nodes use the package `walrus_subsidies`.
module subsidies::subsidies;

use std::type_name;
use sui::balance::{Self, Balance};
use sui::coin::Coin;
use wal::wal::WAL;
use walrus::blob::Blob;
use walrus::storage_resource::Storage;
use walrus::system::System;

/// A rate of 100%, in basis points.
const MAX_SUBSIDY_RATE: u16 = 10_000;

/// Version of the system that objects can migrate with.
const COMPATIBLE_WALRUS_VERSION: u64 = 2;

/// Version of this code.
const VERSION: u64 = 3;

/// A rate above 100%.
const EInvalidSubsidyRate: u64 = 0;
/// The capability is for another object.
const EUnauthorizedAdminCap: u64 = 1;
/// The object is not of the version of this code, or there is nothing to migrate.
const EWrongVersion: u64 = 2;

/// Tells which package defined this version.
#[allow(unused_field)]
public struct V3()

/// Right to set the rates of one object and to take its funds.
public struct AdminCap has key, store {
    id: UID,
    subsidies_id: ID,
}

/// The pot and its rates. Shared.
public struct Subsidies has key, store {
    id: UID,
    /// Part of the price that the pot pays for the buyer, in basis points.
    buyer_subsidy_rate: u16,
    /// Part of the price that the pot gives to the nodes on top, in basis points.
    system_subsidy_rate: u16,
    subsidy_pool: Balance<WAL>,
    /// Package that clients have to call.
    package_id: ID,
    version: u64,
}

/// The coin of a buyer with the pot in it, while the system takes its price out.
public struct CombinedPayment {
    payment: Coin<WAL>,
    initial_payment_value: u64,
    initial_pool_value: u64,
}

// === Creation and funding ===

/// Shares an object without funds that pays nothing, and returns its capability.
public fun new(package_id: ID, ctx: &mut TxContext): AdminCap {
    new_impl(package_id, 0, 0, balance::zero(), ctx)
}

/// Shares an object with funds and rates in basis points, and returns its capability.
public fun new_with_initial_rates_and_funds(
    package_id: ID,
    initial_buyer_subsidy_rate: u16,
    initial_system_subsidy_rate: u16,
    initial_funds: Coin<WAL>,
    ctx: &mut TxContext,
): AdminCap {
    check_rate(initial_buyer_subsidy_rate);
    check_rate(initial_system_subsidy_rate);
    new_impl(
        package_id,
        initial_buyer_subsidy_rate,
        initial_system_subsidy_rate,
        initial_funds.into_balance(),
        ctx,
    )
}

fun new_impl(
    package_id: ID,
    buyer_subsidy_rate: u16,
    system_subsidy_rate: u16,
    subsidy_pool: Balance<WAL>,
    ctx: &mut TxContext,
): AdminCap {
    let subsidies = Subsidies {
        id: object::new(ctx),
        buyer_subsidy_rate,
        system_subsidy_rate,
        subsidy_pool,
        package_id,
        version: VERSION,
    };
    let admin_cap = AdminCap { id: object::new(ctx), subsidies_id: object::id(&subsidies) };
    transfer::share_object(subsidies);
    admin_cap
}

/// Adds a coin to the pot. Anyone may do this.
public fun add_funds(self: &mut Subsidies, funds: Coin<WAL>) {
    self.subsidy_pool.join(funds.into_balance());
}

// === Administration ===

/// Sets the part of prices that the pot pays for buyers, in basis points.
public fun set_buyer_subsidy_rate(self: &mut Subsidies, cap: &AdminCap, new_rate: u16) {
    self.check_admin(cap);
    check_rate(new_rate);
    self.buyer_subsidy_rate = new_rate;
}

/// Sets the part of prices that the pot gives to the nodes on top, in basis points.
public fun set_system_subsidy_rate(self: &mut Subsidies, cap: &AdminCap, new_rate: u16) {
    self.check_admin(cap);
    check_rate(new_rate);
    self.system_subsidy_rate = new_rate;
}

/// Empties the pot.
public fun withdraw_balance(self: &mut Subsidies, cap: &AdminCap): Balance<WAL> {
    self.check_admin(cap);
    self.subsidy_pool.withdraw_all()
}

// === Purchases ===

/// Buys storage like `system::reserve_space`, with the help of the pot.
public fun reserve_space(
    self: &mut Subsidies,
    system: &mut System,
    storage_amount: u64,
    epochs_ahead: u32,
    payment: &mut Coin<WAL>,
    ctx: &mut TxContext,
): Storage {
    self.check_version();
    if (self.subsidy_pool.value() == 0) {
        return system.reserve_space(storage_amount, epochs_ahead, payment, ctx)
    };
    let mut combined = self.combine_payment_with_pool(payment, ctx);
    let storage =
        system.reserve_space(storage_amount, epochs_ahead, &mut combined.payment, ctx);
    self.handle_subsidies_and_payment(system, combined, payment, epochs_ahead, ctx);
    storage
}

/// Extends a blob like `system::extend_blob`, with the help of the pot.
public fun extend_blob(
    self: &mut Subsidies,
    system: &mut System,
    blob: &mut Blob,
    epochs_ahead: u32,
    payment: &mut Coin<WAL>,
    ctx: &mut TxContext,
) {
    self.check_version();
    if (self.subsidy_pool.value() == 0) {
        return system.extend_blob(blob, epochs_ahead, payment)
    };
    let mut combined = self.combine_payment_with_pool(payment, ctx);
    system.extend_blob(blob, epochs_ahead, &mut combined.payment);
    self.handle_subsidies_and_payment(system, combined, payment, epochs_ahead, ctx);
}

/// Registers a blob like `system::register_blob`; the pot does not take part.
public fun register_blob(
    self: &mut Subsidies,
    system: &mut System,
    storage: Storage,
    blob_id: u256,
    root_hash: u256,
    size: u64,
    encoding_type: u8,
    deletable: bool,
    write_payment: &mut Coin<WAL>,
    ctx: &mut TxContext,
): Blob {
    self.check_version();
    system.register_blob(
        storage,
        blob_id,
        root_hash,
        size,
        encoding_type,
        deletable,
        write_payment,
        ctx,
    )
}

/// Parts of a price that the pot pays for the buyer and to the nodes. If it cannot pay both in
/// full, it is split in proportion to the rates.
fun allocate_subsidies(self: &Subsidies, cost: u64, initial_pool_value: u64): (u64, u64) {
    let buyer_rate = self.buyer_subsidy_rate as u64;
    let system_rate = self.system_subsidy_rate as u64;
    let full_rate = MAX_SUBSIDY_RATE as u64;
    let buyer_part = part_of(cost, buyer_rate, full_rate);
    let system_part = part_of(cost, system_rate, full_rate);
    if (buyer_part + system_part <= initial_pool_value) {
        return (buyer_part, system_part)
    };
    let both_rates = buyer_rate + system_rate;
    (
        part_of(initial_pool_value, buyer_rate, both_rates),
        part_of(initial_pool_value, system_rate, both_rates),
    )
}

/// The given part of an amount, rounded down.
fun part_of(amount: u64, numerator: u64, denominator: u64): u64 {
    ((amount as u128) * (numerator as u128) / (denominator as u128)) as u64
}

/// Takes the whole coin of the buyer and the whole pot, so that the system can charge the price
/// even if the buyer brings only what is left after the subsidy.
fun combine_payment_with_pool(
    self: &mut Subsidies,
    payment: &mut Coin<WAL>,
    ctx: &mut TxContext,
): CombinedPayment {
    let initial_payment_value = payment.value();
    let initial_pool_value = self.subsidy_pool.value();
    let mut combined = payment.balance_mut().withdraw_all();
    combined.join(self.subsidy_pool.withdraw_all());
    CombinedPayment {
        payment: combined.into_coin(ctx),
        initial_payment_value,
        initial_pool_value,
    }
}

/// Splits what the system left over between the buyer, the nodes and the pot.
fun handle_subsidies_and_payment(
    self: &mut Subsidies,
    system: &mut System,
    combined_payment_after: CombinedPayment,
    buyer_payment: &mut Coin<WAL>,
    epochs_ahead: u32,
    ctx: &mut TxContext,
) {
    let CombinedPayment { payment, initial_payment_value, initial_pool_value } =
        combined_payment_after;
    let mut rest = payment.into_balance();
    let cost = initial_payment_value + initial_pool_value - rest.value();
    let (buyer_part, system_part) = self.allocate_subsidies(cost, initial_pool_value);
    // Underflows if the buyer brought less than the price without the subsidy.
    let change = initial_payment_value + buyer_part - cost;
    buyer_payment.balance_mut().join(rest.split(change));
    system.add_subsidy(rest.split(system_part).into_coin(ctx), epochs_ahead);
    self.subsidy_pool.join(rest);
}

// === Upgrades ===

/// Takes an object of an older version over to this one. Anyone may do this. The rates are zero
/// afterwards.
entry fun migrate(subsidies: &mut Subsidies, system: &System) {
    subsidies.check_version_upgrade();
    assert!(system.version() == COMPATIBLE_WALRUS_VERSION, EWrongVersion);
    subsidies.version = VERSION;
    subsidies.package_id = package_id_for_current_version();
    subsidies.buyer_subsidy_rate = 0;
    subsidies.system_subsidy_rate = 0;
}

/// The package with this version of the code.
fun package_id_for_current_version(): ID {
    package_id_for_type<V3>()
}

/// The package that defined a type.
fun package_id_for_type<T>(): ID {
    type_name::defining_id<T>().to_id()
}

// === Accessors ===

/// ID of the object that a capability is for.
public fun admin_cap_subsidies_id(admin_cap: &AdminCap): ID {
    admin_cap.subsidies_id
}

/// FROST in the pot.
public fun subsidy_pool_value(self: &Subsidies): u64 {
    self.subsidy_pool.value()
}

/// Part of prices that the pot pays for buyers, in basis points.
public fun buyer_subsidy_rate(self: &Subsidies): u16 {
    self.buyer_subsidy_rate
}

/// Part of prices that the pot gives to the nodes on top, in basis points.
public fun system_subsidy_rate(self: &Subsidies): u16 {
    self.system_subsidy_rate
}

// === Checks ===

/// Aborts if the capability is for another object.
fun check_admin(self: &Subsidies, admin_cap: &AdminCap) {
    assert!(object::id(self) == admin_cap.subsidies_id, EUnauthorizedAdminCap);
}

/// Aborts if the object is of another version.
fun check_version(self: &Subsidies) {
    assert!(self.version == VERSION, EWrongVersion);
}

/// Aborts unless the object is of an older version.
fun check_version_upgrade(self: &Subsidies) {
    assert!(self.version < VERSION, EWrongVersion);
}

/// Aborts for more than 100%.
fun check_rate(rate: u16) {
    assert!(rate <= MAX_SUBSIDY_RATE, EInvalidSubsidyRate);
}

// === Tests ===

/// Makes the object look like one of another version.
#[test_only]
public fun set_version_for_testing(self: &mut Subsidies, version: u64) {
    self.version = version;
}

/// Version and package.
#[test_only]
public fun version_for_testing(self: &Subsidies): (u64, ID) {
    (self.version, self.package_id)
}

/// Calls the entry function.
#[test_only]
public fun migrate_for_testing(self: &mut Subsidies, system: &System) {
    self.migrate(system)
}
