/// Fixed and usage subsidies over several epochs of a network, rates, versions and administration.
#[test_only]
module walrus_subsidies::walrus_subsidies_tests;

use std::unit_test::{assert_eq, destroy};
use sui::balance;
use walrus::staked_wal::StakedWal;
use walrus::system_fixtures::wal;
use walrus::test_network::{Self, Network};
use walrus_subsidies::walrus_subsidies::{Self, AdminCap, WalrusSubsidies};
use walrus_subsidies::walrus_subsidies_inner;

const OTHER_PACKAGE: address = @0xCAFE;
const N_SHARDS: u16 = 100;
const N_NODES: u64 = 10;
const STORAGE_PRICE: u64 = 1_000;
const UNIT: u64 = 1_048_576;
const FUNDS: u64 = 1_000_000_000;
const MAX: u64 = 18_446_744_073_709_551_615;

/// A network in epoch 1 with ten equal nodes of ten shards, and subsidies for it.
public struct World {
    network: Network,
    staked: vector<StakedWal>,
    subsidies: WalrusSubsidies,
    cap: AdminCap,
}

fun start(rate: u32, base: u64, per_shard: u64, funds: u64): World {
    let (network, staked) =
        test_network::start_with_nodes(N_SHARDS, vector::tabulate!(N_NODES, |_| 1_000));
    subsidise(network, staked, rate, base, per_shard, funds)
}

fun subsidise(
    mut network: Network,
    staked: vector<StakedWal>,
    rate: u32,
    base: u64,
    per_shard: u64,
    funds: u64,
): World {
    let (staking, system, _, _, ctx) = network.parts();
    let (mut subsidies, cap) =
        walrus_subsidies::new_for_testing(system, staking, rate, base, per_shard, ctx);
    subsidies.add_balance(balance::create_for_testing(funds));
    World { network, staked, subsidies, cap }
}

fun finish(self: World) {
    let World { network, staked, subsidies, cap } = self;
    network.finish();
    destroy(staked);
    destroy(subsidies);
    destroy(cap);
}

fun process(self: &mut World) {
    let (staking, system, _, clock, _) = self.network.parts();
    self.subsidies.process_subsidies(staking, system, clock);
}

/// Buys one unit of storage for some epochs.
fun buy(self: &mut World, epochs: u32) {
    let (_, system, _, _, ctx) = self.network.parts();
    let mut coin = wal(STORAGE_PRICE * (epochs as u64), ctx);
    system.reserve_space(UNIT, epochs, &mut coin, ctx).destroy();
    coin.destroy_zero();
}

fun rewards(self: &World, offset: u32): u64 {
    self.network.system().future_accounting()[offset].rewards()
}

fun pool(self: &World): u64 {
    self.subsidies.inner_for_testing().subsidy_pool_balance()
}

// === Creation ===

#[test]
fun new_object_is_shared_with_its_rates() {
    let mut network = test_network::start(N_SHARDS);
    let (staking, system, _, _, ctx) = network.parts();
    let cap = walrus_subsidies::new(system, staking, 5_000, 10, 20, ctx);
    let scenario = network.scenario();
    let sender = scenario.sender();
    let shared = scenario.next_tx(sender).shared();
    assert_eq!(shared.length(), 1);
    let mut subsidies: WalrusSubsidies = scenario.take_shared_by_id(shared[0]);
    let state = subsidies.inner_for_testing();
    assert_eq!(state.system_subsidy_rate(), 5_000);
    assert_eq!(state.base_subsidy(), 10);
    assert_eq!(state.per_shard_subsidy(), 20);
    assert_eq!(state.subsidy_pool_balance(), 0);
    let (latest_epoch, timestamp) = state.progress_for_testing();
    assert_eq!(latest_epoch, 0);
    assert_eq!(timestamp, 0);
    let (version, _) = subsidies.version_for_testing();
    assert_eq!(version, 3);
    // The capability is for this object.
    subsidies.set_base_subsidy(&cap, 11);
    assert_eq!(subsidies.inner_for_testing().base_subsidy(), 11);
    destroy(subsidies);
    destroy(cap);
    network.finish();
}

#[test]
fun anyone_adds_funds() {
    let mut world = start(0, 0, 0, 0);
    let coin = wal(5, world.network.scenario().ctx());
    world.subsidies.add_coin(coin);
    world.subsidies.add_balance(balance::create_for_testing(6));
    assert_eq!(world.pool(), 11);
    world.finish();
}

// === Usage ===

#[test]
fun payments_are_matched_once() {
    // 25%.
    let mut world = start(2_500, 0, 0, FUNDS);
    world.buy(3);
    world.process();
    3u32.do!(|offset| assert_eq!(world.rewards(offset), 1_250));
    assert_eq!(world.rewards(3), 0);
    assert_eq!(world.pool(), FUNDS - 750);
    let (_, timestamp) = world.subsidies.inner_for_testing().progress_for_testing();
    assert!(timestamp > 0);

    // Neither the payment nor the subsidy counts again.
    world.process();
    assert_eq!(world.rewards(0), 1_250);
    assert_eq!(world.pool(), FUNDS - 750);

    // New payments do.
    world.buy(1);
    world.process();
    assert_eq!(world.rewards(0), 2_500);
    assert_eq!(world.rewards(1), 1_250);
    assert_eq!(world.pool(), FUNDS - 1_000);
    world.finish();
}

#[test]
fun earlier_payments_are_not_matched() {
    let World { mut network, staked, subsidies, cap } = start(0, 0, 0, 0);
    destroy(subsidies);
    destroy(cap);
    let (_, system, _, _, ctx) = network.parts();
    let mut coin = wal(2 * STORAGE_PRICE, ctx);
    system.reserve_space(UNIT, 2, &mut coin, ctx).destroy();
    coin.destroy_zero();
    let mut world = subsidise(network, staked, 10_000, 0, 0, FUNDS);
    world.process();
    assert_eq!(world.rewards(0), STORAGE_PRICE);
    assert_eq!(world.pool(), FUNDS);
    world.finish();
}

#[test]
fun matching_follows_the_ring() {
    // 100%.
    let mut world = start(10_000, 0, 0, FUNDS);
    world.buy(4);
    world.process();
    assert_eq!(world.pool(), FUNDS - 4_000);
    2u64.do!(|_| world.network.next_epoch());
    let dust = world.rewards(0) - 2_000;
    world.process();
    // Only what the rounding of rewards left over is new.
    assert_eq!(world.rewards(0), 2_000 + 2 * dust);
    assert_eq!(world.rewards(1), 2_000);
    assert_eq!(world.rewards(2), 0);
    assert_eq!(world.pool(), FUNDS - 4_000 - dust);
    world.buy(3);
    world.process();
    assert_eq!(world.rewards(2), 2_000);
    assert_eq!(world.pool(), FUNDS - 7_000 - dust);
    world.finish();
}

#[test]
fun usage_subsidies_are_rounded_down() {
    // 0.05% of 1,000 is half a FROST; two payments are a whole one.
    let mut world = start(5, 0, 0, FUNDS);
    world.buy(1);
    world.process();
    assert_eq!(world.pool(), FUNDS);
    world.buy(1);
    world.buy(1);
    world.process();
    assert_eq!(world.pool(), FUNDS - 1);
    world.finish();
}

#[test]
fun highest_rate_pays_hundredfold() {
    let mut world = start(0, 0, 0, FUNDS);
    let World { subsidies, cap, .. } = &mut world;
    subsidies.set_system_subsidy_rate(cap, 1_000_000);
    world.buy(1);
    world.process();
    assert_eq!(world.rewards(0), 101 * STORAGE_PRICE);
    world.finish();
}

#[test]
fun pot_may_be_emptied() {
    let mut world = start(10_000, 0, 0, STORAGE_PRICE);
    world.buy(1);
    world.process();
    assert_eq!(world.pool(), 0);
    world.finish();
}

#[test, expected_failure(abort_code = walrus_subsidies_inner::EInsufficientFundsInPool)]
fun too_small_a_pot_matches_nothing() {
    let mut world = start(10_000, 0, 0, STORAGE_PRICE - 1);
    world.buy(1);
    world.process();
    abort
}

// === Fixed ===

#[test]
fun nodes_of_the_previous_committee_are_paid_once() {
    let mut world = start(0, 1_000, 10, FUNDS);
    // In epoch 1 there is no previous committee.
    world.process();
    assert_eq!(world.pool(), FUNDS);

    world.network.next_epoch();
    world.process();
    // 1,000 per node and 10 for each of 10 shards.
    N_NODES.do!(|node| assert_eq!(world.network.commission(node), 1_100));
    assert_eq!(world.pool(), FUNDS - N_NODES * 1_100);
    let (latest_epoch, _) = world.subsidies.inner_for_testing().progress_for_testing();
    assert_eq!(latest_epoch, 1);

    world.process();
    assert_eq!(world.pool(), FUNDS - N_NODES * 1_100);
    world.network.next_epoch();
    world.process();
    assert_eq!(world.pool(), FUNDS - 2 * N_NODES * 1_100);
    world.finish();
}

#[test]
fun skipped_epochs_are_lost() {
    let mut world = start(0, 1_000, 0, FUNDS);
    3u64.do!(|_| world.network.next_epoch());
    world.process();
    assert_eq!(world.pool(), FUNDS - N_NODES * 1_000);
    world.finish();
}

#[test]
fun fixed_subsidies_start_with_the_epoch_of_creation() {
    let World { mut network, staked, subsidies, cap } = start(0, 0, 0, 0);
    destroy(subsidies);
    destroy(cap);
    network.next_epoch();
    let mut world = subsidise(network, staked, 0, 1, 0, FUNDS);
    let (latest_epoch, _) = world.subsidies.inner_for_testing().progress_for_testing();
    assert_eq!(latest_epoch, 1);
    world.process();
    assert_eq!(world.pool(), FUNDS);
    world.network.next_epoch();
    world.process();
    assert_eq!(world.pool(), FUNDS - N_NODES);
    world.finish();
}

#[test]
fun nothing_is_paid_in_epoch_zero() {
    let network = test_network::start(N_SHARDS);
    let mut world = subsidise(network, vector[], 10_000, 1, 1, FUNDS);
    world.process();
    assert_eq!(world.pool(), FUNDS);
    world.finish();
}

#[test, expected_failure(abort_code = walrus_subsidies_inner::EInsufficientFundsInPool)]
fun too_small_a_pot_pays_no_node() {
    let mut world = start(0, 1_000, 10, N_NODES * 1_100 - 1);
    world.network.next_epoch();
    world.process();
    abort
}

// === Rates ===

#[test]
fun administrator_sets_the_rates() {
    let World { network, staked, mut subsidies, cap } = start(0, 0, 0, 0);
    subsidies.set_system_subsidy_rate(&cap, 7);
    // The highest fixed subsidies.
    subsidies.set_per_shard_subsidy(&cap, MAX / 1_000);
    subsidies.set_base_subsidy(&cap, MAX % 1_000);
    let state = subsidies.inner_for_testing();
    assert_eq!(state.system_subsidy_rate(), 7);
    assert_eq!(state.base_subsidy(), MAX % 1_000);
    assert_eq!(state.per_shard_subsidy(), MAX / 1_000);
    World { network, staked, subsidies, cap }.finish();
}

#[test, expected_failure(abort_code = walrus_subsidies_inner::EInvalidSubsidyRate)]
fun usage_rate_above_hundredfold_fails() {
    let mut world = start(0, 0, 0, 0);
    let World { subsidies, cap, .. } = &mut world;
    subsidies.set_system_subsidy_rate(cap, 1_000_001);
    abort
}

#[test, expected_failure(abort_code = walrus_subsidies_inner::EInvalidSubsidyRate)]
fun base_subsidy_that_overflows_fails() {
    let mut world = start(0, 0, MAX / 1_000, 0);
    let World { subsidies, cap, .. } = &mut world;
    subsidies.set_base_subsidy(cap, MAX % 1_000 + 1);
    abort
}

#[test, expected_failure(abort_code = walrus_subsidies_inner::EInvalidSubsidyRate)]
fun shard_subsidy_that_overflows_fails() {
    let mut world = start(0, MAX % 1_000 + 1, 0, 0);
    let World { subsidies, cap, .. } = &mut world;
    subsidies.set_per_shard_subsidy(cap, MAX / 1_000);
    abort
}

// === Rights and versions ===

/// A capability for other subsidies of the same network.
fun other_cap(self: &mut World): AdminCap {
    let (staking, system, _, _, ctx) = self.network.parts();
    walrus_subsidies::new(system, staking, 0, 0, 0, ctx)
}

fun make_old(self: &mut World) {
    self.subsidies.set_version_for_testing(2, OTHER_PACKAGE.to_id())
}

#[test, expected_failure(abort_code = walrus_subsidies::EUnauthorizedAdminCap)]
fun other_administrators_set_no_usage_rate() {
    let mut world = start(0, 0, 0, 0);
    let other = world.other_cap();
    world.subsidies.set_system_subsidy_rate(&other, 1);
    abort
}

#[test, expected_failure(abort_code = walrus_subsidies::EUnauthorizedAdminCap)]
fun other_administrators_set_no_base_subsidy() {
    let mut world = start(0, 0, 0, 0);
    let other = world.other_cap();
    world.subsidies.set_base_subsidy(&other, 1);
    abort
}

#[test, expected_failure(abort_code = walrus_subsidies::EUnauthorizedAdminCap)]
fun other_administrators_set_no_shard_subsidy() {
    let mut world = start(0, 0, 0, 0);
    let other = world.other_cap();
    world.subsidies.set_per_shard_subsidy(&other, 1);
    abort
}

#[test, expected_failure(abort_code = walrus_subsidies::EWrongVersion)]
fun old_object_takes_no_coin() {
    let mut world = start(0, 0, 0, 0);
    world.make_old();
    let coin = wal(1, world.network.scenario().ctx());
    world.subsidies.add_coin(coin);
    abort
}

#[test, expected_failure(abort_code = walrus_subsidies::EWrongVersion)]
fun old_object_takes_no_balance() {
    let mut world = start(0, 0, 0, 0);
    world.make_old();
    world.subsidies.add_balance(balance::create_for_testing(1));
    abort
}

#[test, expected_failure(abort_code = walrus_subsidies::EWrongVersion)]
fun old_object_pays_nothing() {
    let mut world = start(0, 0, 0, 0);
    world.make_old();
    world.process();
    abort
}

#[test, expected_failure(abort_code = walrus_subsidies::EWrongVersion)]
fun old_object_keeps_its_usage_rate() {
    let mut world = start(0, 0, 0, 0);
    world.make_old();
    let World { subsidies, cap, .. } = &mut world;
    subsidies.set_system_subsidy_rate(cap, 1);
    abort
}

#[test, expected_failure(abort_code = walrus_subsidies::EWrongVersion)]
fun old_object_keeps_its_base_subsidy() {
    let mut world = start(0, 0, 0, 0);
    world.make_old();
    let World { subsidies, cap, .. } = &mut world;
    subsidies.set_base_subsidy(cap, 1);
    abort
}

#[test, expected_failure(abort_code = walrus_subsidies::EWrongVersion)]
fun old_object_keeps_its_shard_subsidy() {
    let mut world = start(0, 0, 0, 0);
    world.make_old();
    let World { subsidies, cap, .. } = &mut world;
    subsidies.set_per_shard_subsidy(cap, 1);
    abort
}

#[test]
fun old_object_is_migrated() {
    let mut world = start(0, 0, 0, 7);
    let (_, package_id) = world.subsidies.version_for_testing();
    world.make_old();
    world.subsidies.migrate();
    let (version, migrated_package_id) = world.subsidies.version_for_testing();
    assert_eq!(version, 3);
    assert_eq!(migrated_package_id, package_id);
    assert_eq!(world.pool(), 7);
    world.finish();
}

#[test, expected_failure(abort_code = walrus_subsidies::EInvalidMigration)]
fun current_object_is_not_migrated() {
    let mut world = start(0, 0, 0, 0);
    world.subsidies.migrate();
    abort
}
