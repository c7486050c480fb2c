/// What subsidies are due, and paying them. The functions of `walrus_subsidies` check the rights of
/// the caller and the version of the object first.
module walrus_subsidies::walrus_subsidies_inner;

use sui::bag::{Self, Bag};
use sui::balance::{Self, Balance};
use sui::clock::Clock;
use wal::wal::WAL;
use walrus::staking::Staking;
use walrus::system::System;
use walrus_subsidies::epoch_balance::{Self, EpochBalanceRingBuffer};

/// A rate of 100%, in basis points.
const HUNDRED_PERCENT: u128 = 10_000;

/// The highest rate, 100 times of what users pay, in basis points.
const MAX_SUBSIDY_RATE: u32 = 1_000_000;

/// Shards of a network, as far as the limit of fixed subsidies is concerned.
const N_SHARDS: u128 = 1000;

/// The rate is too high.
const EInvalidSubsidyRate: u64 = 0;
/// The pot cannot pay.
const EInsufficientFundsInPool: u64 = 1;

/// The pot, its rates, and what was paid already.
public struct WalrusSubsidiesInnerV1 has store {
    /// What the pot adds to each payment to the system, in basis points of the payment.
    system_subsidy_rate: u32,
    subsidy_pool: Balance<WAL>,
    /// FROST per node and epoch.
    base_subsidy: u64,
    /// FROST per shard and epoch.
    subsidy_per_shard: u64,
    /// The last epoch that the fixed subsidies were paid for.
    latest_epoch: u32,
    /// What the slots of the system's accounting held after the last payment.
    already_subsidized_balances: EpochBalanceRingBuffer,
    /// Time of the last payment in milliseconds, for those who consider to ask for another.
    last_subsidized_ts: u64,
    /// Room for later versions.
    extra_fields: Bag,
}

/// An empty pot that adds to payments from now on.
public(package) fun new(
    system: &System,
    staking: &Staking,
    subsidy_rate: u32,
    base_subsidy: u64,
    subsidy_per_shard: u64,
    ctx: &mut TxContext,
): WalrusSubsidiesInnerV1 {
    let accounting = system.future_accounting();
    let balances = vector::tabulate!(
        accounting.max_epochs_ahead() as u64,
        |offset| accounting[offset as u32].rewards(),
    );
    let epoch = staking.epoch();
    WalrusSubsidiesInnerV1 {
        system_subsidy_rate: subsidy_rate,
        subsidy_pool: balance::zero(),
        base_subsidy,
        subsidy_per_shard,
        latest_epoch: if (epoch == 0) 0 else epoch - 1,
        already_subsidized_balances: epoch_balance::ring_new_from_balances(
            accounting[0].epoch(),
            balances,
        ),
        last_subsidized_ts: 0,
        extra_fields: bag::new(ctx),
    }
}

/// Adds WAL to the pot.
public(package) fun add_balance(self: &mut WalrusSubsidiesInnerV1, funds: Balance<WAL>) {
    self.subsidy_pool.join(funds);
}

/// Sets what the pot adds to payments, in basis points.
public(package) fun set_system_subsidy_rate(self: &mut WalrusSubsidiesInnerV1, new_rate: u32) {
    assert!(new_rate <= MAX_SUBSIDY_RATE, EInvalidSubsidyRate);
    self.system_subsidy_rate = new_rate;
}

/// Sets the FROST per node and epoch.
public(package) fun set_base_subsidy(self: &mut WalrusSubsidiesInnerV1, base_subsidy: u64) {
    check_fixed_rates(base_subsidy, self.subsidy_per_shard);
    self.base_subsidy = base_subsidy;
}

/// Sets the FROST per shard and epoch.
public(package) fun set_per_shard_subsidy(
    self: &mut WalrusSubsidiesInnerV1,
    subsidy_per_shard: u64,
) {
    check_fixed_rates(self.base_subsidy, subsidy_per_shard);
    self.subsidy_per_shard = subsidy_per_shard;
}

/// Aborts if what one node can get does not fit 64 bits.
fun check_fixed_rates(base_subsidy: u64, subsidy_per_shard: u64) {
    let highest = (base_subsidy as u128) + (subsidy_per_shard as u128) * N_SHARDS;
    assert!(highest <= (std::u64::max_value!() as u128), EInvalidSubsidyRate);
}

/// Pays all that is due.
public(package) fun process_subsidies(
    self: &mut WalrusSubsidiesInnerV1,
    staking: &mut Staking,
    system: &mut System,
    clock: &Clock,
) {
    self.process_fixed_rate_subsidies(staking);
    self.process_usage_subsidies(system);
    self.last_subsidized_ts = clock.timestamp_ms();
}

/// Pays the fixed subsidies of the previous epoch to the commissions of its committee, unless that
/// has been done. Earlier epochs that nobody asked for are lost. Returns whether it paid.
public(package) fun process_fixed_rate_subsidies(
    self: &mut WalrusSubsidiesInnerV1,
    staking: &mut Staking,
): bool {
    let epoch = staking.epoch();
    if (epoch == 0 || self.latest_epoch >= epoch - 1) {
        return false
    };
    let (node_ids, shards) = staking.previous_committee().to_inner().into_keys_values();
    let subsidies = shards.map!(|shards| {
        let amount = self.base_subsidy + self.subsidy_per_shard * shards.length();
        self.take(amount)
    });
    staking.add_commission_to_pools(node_ids, subsidies);
    self.latest_epoch = epoch - 1;
    true
}

/// Adds to everything that entered the accounting of the system since the last call.
public(package) fun process_usage_subsidies(
    self: &mut WalrusSubsidiesInnerV1,
    system: &mut System,
) {
    let accounting = system.future_accounting();
    let current_epoch = accounting[0].epoch();
    while (self.already_subsidized_balances[0].epoch() < current_epoch) {
        self.already_subsidized_balances.ring_pop_expand();
    };
    let subsidies = vector::tabulate!(accounting.max_epochs_ahead() as u64, |offset| {
        let offset = offset as u32;
        let rewards = accounting[offset].rewards();
        let payments = rewards - self.already_subsidized_balances[offset].balance();
        let rate = self.system_subsidy_rate as u128;
        let subsidy = ((payments as u128) * rate / HUNDRED_PERCENT) as u64;
        // Subsidies get no subsidies.
        self.already_subsidized_balances[offset].set_balance(rewards + subsidy);
        self.take(subsidy)
    });
    system.add_per_epoch_subsidies(subsidies);
}

/// Takes FROST out of the pot.
fun take(self: &mut WalrusSubsidiesInnerV1, amount: u64): Balance<WAL> {
    assert!(amount <= self.subsidy_pool.value(), EInsufficientFundsInPool);
    self.subsidy_pool.split(amount)
}

// === Accessors ===

/// FROST in the pot.
public(package) fun subsidy_pool_balance(self: &WalrusSubsidiesInnerV1): u64 {
    self.subsidy_pool.value()
}

/// What the pot adds to payments, in basis points.
public(package) fun system_subsidy_rate(self: &WalrusSubsidiesInnerV1): u32 {
    self.system_subsidy_rate
}

/// FROST per node and epoch.
public(package) fun base_subsidy(self: &WalrusSubsidiesInnerV1): u64 {
    self.base_subsidy
}

/// FROST per shard and epoch.
public(package) fun per_shard_subsidy(self: &WalrusSubsidiesInnerV1): u64 {
    self.subsidy_per_shard
}

// === Tests ===

/// The last epoch with fixed subsidies, and the time of the last payment.
#[test_only]
public fun progress_for_testing(self: &WalrusSubsidiesInnerV1): (u32, u64) {
    (self.latest_epoch, self.last_subsidized_ts)
}
