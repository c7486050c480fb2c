/// Epoch changes, the distribution of rewards, donations and versions.
#[test_only]
module walrus::system_epoch_tests;

use std::unit_test::{assert_eq, destroy};
use sui::balance::Balance;
use sui::test_scenario;
use sui::vec_map::VecMap;
use wal::wal::WAL;
use walrus::epoch_parameters;
use walrus::system::{Self, System};
use walrus::system_fixtures::{
    bitmap,
    cap,
    capacity,
    committee,
    even_committee,
    first,
    message,
    new_system,
    new_system_with_ring,
    next_epoch,
    node_id,
    sign,
    wal,
};
use walrus::system_state_inner;

/// Buys bytes for the current epoch.
fun buy(system: &mut System, amount: u64, ctx: &mut TxContext) {
    let mut coin = wal(1_000_000, ctx);
    system.reserve_space(amount, 1, &mut coin, ctx).destroy();
    coin.burn_for_testing();
}

/// Enters the next epoch with the even committee and returns the rewards of the finished one.
fun advance(system: &mut System): VecMap<ID, Balance<WAL>> {
    let committee = even_committee(system.epoch() + 1);
    system.advance_epoch(committee, &epoch_parameters::new(capacity(), 0, 0))
}

/// The rewards are those of the members in order.
fun check_rewards(rewards: VecMap<ID, Balance<WAL>>, expected: vector<u64>) {
    let (node_ids, balances) = rewards.into_keys_values();
    assert_eq!(node_ids, vector::tabulate!(expected.length(), |i| node_id(i)));
    assert_eq!(balances.map!(|balance| balance.destroy_for_testing()), expected);
}

/// Certifies a deny list size for member `i`.
fun set_deny_list_size(system: &mut System, i: u64, size: u64, ctx: &mut TxContext) {
    let mut cap = cap(i, ctx);
    let mut body = sui::bcs::to_bytes(&node_id(i));
    body.append(x"0100000000000000");
    body.append(sui::bcs::to_bytes(&size));
    body.append(sui::bcs::to_bytes(&0u256));
    let message = message(4, system.epoch(), body);
    system.update_deny_list(&mut cap, sign(message, first(7)), bitmap(first(7)), message);
    destroy(cap);
}

// === Epoch change ===

#[test]
fun first_epoch_brings_committee_and_capacity() {
    let ctx = &mut tx_context::dummy();
    let mut system = system::new_for_testing(3, object::id_from_address(@0x1), ctx);
    let max = std::u64::max_value!();
    let params = epoch_parameters::new(5_000, max, max);
    let rewards = system.advance_epoch(even_committee(1), &params);
    assert!(rewards.is_empty());
    destroy(rewards);
    assert_eq!(system.epoch(), 1);
    assert_eq!(system.n_shards(), 100);
    assert_eq!(system.total_capacity_size(), 5_000);
    assert_eq!(system.inner().committee().n_members(), 10);
    // The prices of the parameters are ignored.
    assert_eq!(system.inner().write_price(1), 0);
    destroy(system);
}

#[test]
fun used_capacity_follows_the_ring() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system_with_ring(3, ctx);
    let mut coin = wal(1_000_000, ctx);
    system.reserve_space(100, 1, &mut coin, ctx).destroy();
    system.reserve_space(20, 2, &mut coin, ctx).destroy();
    system.reserve_space(3, 3, &mut coin, ctx).destroy();
    coin.burn_for_testing();
    vector[123, 23, 3, 0].do!(|used| {
        assert_eq!(system.used_capacity_size(), used);
        assert_eq!(system.future_accounting()[0].used_capacity(), used);
        next_epoch(&mut system);
    });
    assert_eq!(system.future_accounting()[2].epoch(), 7);
    destroy(system);
}

#[test]
fun capacity_is_never_below_what_was_sold() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut coin = wal(1_000_000, ctx);
    system.reserve_space(1_000, 2, &mut coin, ctx).destroy();
    coin.burn_for_testing();
    destroy(system.advance_epoch(even_committee(2), &epoch_parameters::new(10, 0, 0)));
    assert_eq!(system.total_capacity_size(), 1_000);
    destroy(system.advance_epoch(even_committee(3), &epoch_parameters::new(10, 0, 0)));
    assert_eq!(system.total_capacity_size(), 10);
    destroy(system);
}

#[test, expected_failure(abort_code = system_state_inner::EIncorrectCommittee)]
fun committee_of_the_same_epoch_fails() {
    let ctx = &mut tx_context::dummy();
    let params = epoch_parameters::new(capacity(), 0, 0);
    destroy(new_system(ctx).advance_epoch(even_committee(1), &params));
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EIncorrectCommittee)]
fun committee_of_a_later_epoch_fails() {
    let ctx = &mut tx_context::dummy();
    let params = epoch_parameters::new(capacity(), 0, 0);
    destroy(new_system(ctx).advance_epoch(even_committee(3), &params));
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidAccountingEpoch)]
fun ring_out_of_step_fails() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let ring = system.inner_mut_for_testing().future_accounting_mut_for_testing();
    ring.ring_pop_expand().delete_empty_future_accounting();
    destroy(advance(&mut system));
    abort
}

// === Rewards ===

#[test]
fun rewards_match_the_vector() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    buy(&mut system, 1_000_000_000, ctx);
    assert_eq!(system.future_accounting()[0].rewards(), 4_770);
    set_deny_list_size(&mut system, 3, 10_000_000, ctx);
    assert_eq!(system.extract_burn_balance().destroy_for_testing(), 143);
    let rewards = advance(&mut system);
    check_rewards(rewards, vector[463, 463, 463, 458, 463, 463, 463, 463, 463, 463]);
    assert_eq!(system.future_accounting()[0].rewards(), 2);
    destroy(system);
}

#[test]
fun rewards_follow_the_shards() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let params = epoch_parameters::new(capacity(), 0, 0);
    destroy(system.advance_epoch(committee(2, vector[1, 2, 3, 4]), &params));
    buy(&mut system, 1, ctx);
    system.add_subsidy(wal(1_004, ctx), 1);
    // 1,009 in tenths.
    check_rewards(advance(&mut system), vector[100, 201, 302, 403]);
    assert_eq!(system.future_accounting()[0].rewards(), 3);
    destroy(system);
}

#[test]
fun rewards_go_to_the_committee_that_earned_them() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    buy(&mut system, 1, ctx);
    let params = epoch_parameters::new(capacity(), 0, 0);
    let rewards = system.advance_epoch(committee(2, vector[7]), &params);
    check_rewards(rewards, vector[0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    // 5 did not divide by ten nodes and rolled over to the next committee.
    assert_eq!(system.future_accounting()[0].rewards(), 5);
    buy(&mut system, 1, ctx);
    check_rewards(advance(&mut system), vector[10]);
    destroy(system);
}

#[test]
fun rewards_roll_over_if_nothing_was_sold() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    system.add_subsidy(wal(1_000, ctx), 1);
    check_rewards(advance(&mut system), vector[0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(system.future_accounting()[0].rewards(), 1_000);
    destroy(system);
}

#[test]
fun deny_list_counts_at_most_as_the_whole_capacity() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    buy(&mut system, 100, ctx);
    system.add_subsidy(wal(895, ctx), 1);
    set_deny_list_size(&mut system, 0, 18_446_744_073_709_551_615, ctx);
    check_rewards(
        advance(&mut system),
        vector[0, 100, 100, 100, 100, 100, 100, 100, 100, 100],
    );
    destroy(system);
}

#[test]
fun rewards_roll_over_if_everything_is_denied() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    buy(&mut system, 100, ctx);
    10u64.do!(|i| set_deny_list_size(&mut system, i, 100, ctx));
    check_rewards(advance(&mut system), vector[0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(system.future_accounting()[0].rewards(), 5);
    destroy(system);
}

#[test]
fun rewards_do_not_overflow() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let all = 18_446_744_073_709_551_615;
    let params = epoch_parameters::new(all, 0, 0);
    destroy(system.advance_epoch(committee(2, vector[65_535]), &params));
    system.set_storage_price(0);
    buy(&mut system, all, ctx);
    system.add_subsidy(wal(all, ctx), 1);
    check_rewards(advance(&mut system), vector[all]);
    destroy(system);
}

#[test]
fun burn_balance_is_taken_from_the_current_epoch() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    system.add_subsidy(wal(300, ctx), 2);
    assert_eq!(system.extract_burn_balance().destroy_for_testing(), 4);
    assert_eq!(system.future_accounting()[0].rewards(), 146);
    assert_eq!(system.future_accounting()[1].rewards(), 150);
    destroy(system);
}

// === Donations ===

#[test]
fun donation_is_spread_with_the_remainder_first() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system_with_ring(4, ctx);
    system.add_subsidy(wal(11, ctx), 4);
    let ring = system.future_accounting();
    assert_eq!(ring[0].rewards(), 5);
    assert_eq!(ring[1].rewards(), 2);
    assert_eq!(ring[2].rewards(), 2);
    assert_eq!(ring[3].rewards(), 2);
    destroy(system);
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidEpochsAhead)]
fun donation_to_no_epoch_fails() {
    let ctx = &mut tx_context::dummy();
    new_system(ctx).add_subsidy(wal(1, ctx), 0);
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidEpochsAhead)]
fun donation_beyond_the_ring_fails() {
    let ctx = &mut tx_context::dummy();
    new_system_with_ring(4, ctx).add_subsidy(wal(1, ctx), 5);
    abort
}

#[test]
fun donations_per_epoch() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system_with_ring(3, ctx);
    system.add_per_epoch_subsidies(vector[]);
    let donations = vector[1, 2, 3].map!(|amount| wal(amount, ctx).into_balance());
    system.add_per_epoch_subsidies(donations);
    system.add_per_epoch_subsidies(vector[wal(10, ctx).into_balance()]);
    let ring = system.future_accounting();
    assert_eq!(ring[0].rewards(), 11);
    assert_eq!(ring[1].rewards(), 2);
    assert_eq!(ring[2].rewards(), 3);
    destroy(system);
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidEpochsAhead)]
fun donations_beyond_the_ring_fail() {
    let ctx = &mut tx_context::dummy();
    let donations = vector[1, 2].map!(|amount| wal(amount, ctx).into_balance());
    new_system_with_ring(1, ctx).add_per_epoch_subsidies(donations);
    abort
}

// === Versions ===

#[test]
fun system_is_shared_on_creation() {
    let mut scenario = test_scenario::begin(@0xA11CE);
    system::create_empty(3, object::id_from_address(@0x1), scenario.ctx());
    scenario.next_tx(@0xB0B);
    let system: System = scenario.take_shared();
    assert_eq!(system.epoch(), 0);
    test_scenario::return_shared(system);
    scenario.end();
}

#[test]
fun migration_moves_the_state() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    system.set_version_for_testing(3);
    system.set_new_package_id(object::id_from_address(@0xCAFE));
    system.migrate();
    assert_eq!(system.version(), 4);
    assert_eq!(system.package_id(), object::id_from_address(@0xCAFE));
    assert_eq!(system.new_package_id_for_testing(), option::none());
    assert_eq!(system.epoch(), 1);
    destroy(system);
}

#[test, expected_failure(abort_code = system::EInvalidMigration)]
fun current_version_is_not_migrated() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    system.set_new_package_id(object::id_from_address(@0xCAFE));
    system.migrate();
    abort
}

#[test, expected_failure(abort_code = system::EInvalidMigration)]
fun migration_without_a_package_fails() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    system.set_version_for_testing(3);
    system.migrate();
    abort
}

#[test]
fun version_and_package_can_always_be_read() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    system.set_version_for_testing(5);
    assert_eq!(system.version(), 5);
    system.package_id();
    system.set_new_package_id(object::id_from_address(@0xCAFE));
    destroy(system);
}

#[test, expected_failure(abort_code = system::EWrongVersion)]
fun older_object_is_refused() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    system.set_version_for_testing(3);
    system.epoch();
    abort
}

#[test, expected_failure(abort_code = system::EWrongVersion)]
fun newer_object_is_refused() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    system.set_version_for_testing(5);
    system.set_storage_price(1);
    abort
}

#[test, expected_failure(abort_code = system::EWrongVersion)]
fun purchase_from_an_older_object_is_refused() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    system.set_version_for_testing(3);
    buy(&mut system, 1, ctx);
    abort
}
