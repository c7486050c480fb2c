/// The accounting of a pool over several epochs: exchange rates, rewards, commission and both ways
/// of withdrawing. Amounts in the tests are whole WAL unless a name says otherwise.
#[test_only]
module walrus::stake_accounting_tests;

use std::unit_test::{assert_eq, destroy};
use sui::balance;
use walrus::auth;
use walrus::pool_exchange_rate;
use walrus::staked_wal::{Self, StakedWal};
use walrus::staking_fixtures::{frost, node_id, open, pool, selected, wal_balance};
use walrus::staking_pool::{Self, StakingPool};

/// Advances with rewards.
fun advance(pool: &mut StakingPool, epoch: u32, rewards_wal: u64) {
    pool.advance_epoch(wal_balance(rewards_wal), &open(epoch));
}

/// Stakes before the next committee is selected.
fun stake(pool: &mut StakingPool, epoch: u32, wal: u64, ctx: &mut TxContext): StakedWal {
    pool.stake(wal_balance(wal), &open(epoch), ctx)
}

/// Requests with the node in the current committee only.
fun request(pool: &mut StakingPool, sw: &mut StakedWal, epoch: u32) {
    pool.request_withdraw_stake(sw, true, false, &open(epoch));
}

/// Withdraws with the node in the current committee only; returns FROST.
fun withdraw(pool: &mut StakingPool, sw: StakedWal, epoch: u32): u64 {
    pool.withdraw_stake(sw, true, false, &open(epoch)).destroy_for_testing()
}

// === Vectors ===

#[test]
fun principal_and_rewards() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    let mut sw = stake(&mut pool, 0, 1000, ctx);
    assert_eq!(sw.activation_epoch(), 1);
    assert_eq!(pool.wal_balance_at_epoch(0), 0);
    assert_eq!(pool.wal_balance_at_epoch(1), frost(1000));

    advance(&mut pool, 1, 0);
    assert_eq!(pool.wal_balance(), frost(1000));
    assert_eq!(pool.num_shares_for_testing(), frost(1000));
    advance(&mut pool, 2, 1000);
    assert_eq!(pool.wal_balance(), frost(2000));
    assert_eq!(pool.rewards_amount(), frost(1000));
    assert_eq!(pool.num_shares_for_testing(), frost(1000));

    request(&mut pool, &mut sw, 2);
    assert_eq!(sw.withdraw_epoch(), 3);
    assert_eq!(pool.wal_balance_at_epoch(2), frost(2000));
    assert_eq!(pool.wal_balance_at_epoch(3), 0);
    advance(&mut pool, 3, 0);
    assert_eq!(pool.wal_balance(), 0);
    assert_eq!(withdraw(&mut pool, sw, 3), frost(2000));
    pool.destroy_empty();
}

#[test]
fun two_stakes_share_by_value() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    let mut a = stake(&mut pool, 0, 1000, ctx);
    advance(&mut pool, 1, 0);
    let mut b = stake(&mut pool, 1, 2000, ctx);
    advance(&mut pool, 2, 1000);
    assert_eq!(pool.wal_balance(), frost(4000));
    assert_eq!(pool.num_shares_for_testing(), frost(2000));
    request(&mut pool, &mut a, 2);
    advance(&mut pool, 3, 1000);
    assert_eq!(withdraw(&mut pool, a, 3), frost(2500));
    request(&mut pool, &mut b, 3);
    advance(&mut pool, 4, 0);
    assert_eq!(withdraw(&mut pool, b, 4), frost(2500));
    pool.destroy_empty();
}

#[test]
fun commission_is_taken_first_and_blocked() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(1_000, &open(0), ctx);
    let mut sw = stake(&mut pool, 0, 1000, ctx);
    advance(&mut pool, 1, 0);
    request(&mut pool, &mut sw, 1);
    advance(&mut pool, 2, 10_000);
    assert_eq!(withdraw(&mut pool, sw, 2), frost(10_000));
    assert_eq!(pool.commission_amount(), frost(1_000));
    assert_eq!(pool.blocked_commission_for_testing(), frost(1_000));

    let nothing = pool.collect_commission(auth::authenticate_sender(ctx));
    assert_eq!(nothing.destroy_for_testing(), 0);
    pool.clear_blocked_commission();
    let commission = pool.collect_commission(auth::authenticate_sender(ctx));
    assert_eq!(commission.destroy_for_testing(), frost(1_000));
    pool.destroy_empty();
}

#[test]
fun request_before_activation() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    let mut sw = stake(&mut pool, 0, 1000, ctx);
    pool.request_withdraw_stake(&mut sw, false, true, &selected(0));
    assert_eq!(sw.withdraw_epoch(), 2);
    assert_eq!(pool.wal_balance_at_epoch(1), frost(1000));
    assert_eq!(pool.wal_balance_at_epoch(2), 0);

    advance(&mut pool, 1, 0);
    assert_eq!(pool.wal_balance(), frost(1000));
    assert_eq!(pool.wal_balance_at_epoch(2), 0);
    advance(&mut pool, 2, 1000);
    assert_eq!(pool.wal_balance(), 0);
    assert_eq!(withdraw(&mut pool, sw, 2), frost(2000));
    pool.destroy_empty();
}

#[test]
fun stake_after_selection_can_be_taken_back() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    let a = pool.stake(wal_balance(10), &selected(0), ctx);
    let b = pool.stake(wal_balance(20), &selected(0), ctx);
    assert_eq!(a.activation_epoch(), 2);
    assert_eq!(pool.wal_balance_at_epoch(1), 0);
    assert_eq!(pool.wal_balance_at_epoch(2), frost(30));
    let back = pool.withdraw_stake(a, false, true, &selected(0));
    assert_eq!(back.destroy_for_testing(), frost(10));
    assert_eq!(pool.wal_balance_at_epoch(2), frost(20));
    let back = pool.withdraw_stake(b, true, false, &open(1));
    assert_eq!(back.destroy_for_testing(), frost(20));
    assert_eq!(pool.wal_balance_at_epoch(2), 0);
    pool.destroy_empty();
}

// === Rates and rewards ===

#[test]
fun rewards_compound() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    let sw = stake(&mut pool, 0, 1000, ctx);
    advance(&mut pool, 1, 0);
    advance(&mut pool, 2, 1000);
    advance(&mut pool, 3, 1000);
    assert_eq!(pool.calculate_rewards(frost(1000), 1, 1), 0);
    assert_eq!(pool.calculate_rewards(frost(1000), 1, 2), frost(1000));
    assert_eq!(pool.calculate_rewards(frost(1000), 1, 3), frost(2000));
    assert_eq!(pool.calculate_rewards(frost(1000), 2, 3), frost(500));
    // No rewards backwards.
    assert_eq!(pool.calculate_rewards(frost(1000), 3, 1), 0);
    destroy(sw);
    destroy(pool);
}

#[test]
fun rate_lookup_walks_back() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(2), ctx);
    let sw = stake(&mut pool, 2, 1000, ctx);
    advance(&mut pool, 3, 0);
    advance(&mut pool, 4, 1000);
    let double = pool_exchange_rate::new(frost(2000), frost(1000));
    assert_eq!(pool.exchange_rate_at_epoch(4), double);
    assert_eq!(pool.exchange_rate_at_epoch(9), double);
    assert_eq!(pool.exchange_rate_at_epoch(3), pool_exchange_rate::flat());
    // Before the pool existed.
    assert_eq!(pool.exchange_rate_at_epoch(1), pool_exchange_rate::flat());
    assert_eq!(pool.exchange_rate_at_epoch(0), pool_exchange_rate::flat());
    destroy(sw);
    destroy(pool);
}

#[test]
fun payout_is_capped_by_the_rewards_pool() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    let mut sw = stake(&mut pool, 0, 1000, ctx);
    advance(&mut pool, 1, 0);
    // The books show rewards whose tokens are missing.
    pool.set_balance_for_testing(frost(1001), frost(1000));
    advance(&mut pool, 2, 0);
    request(&mut pool, &mut sw, 2);
    advance(&mut pool, 3, 0);
    assert_eq!(pool.calculate_rewards(frost(1000), 1, 3), frost(1));
    assert_eq!(withdraw(&mut pool, sw, 3), frost(1000));
    pool.destroy_empty();
}

#[test]
fun rounding_leaves_dust_in_the_pool() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    let mut a = stake(&mut pool, 0, 1, ctx);
    let mut b = stake(&mut pool, 0, 1, ctx);
    let mut c = stake(&mut pool, 0, 1, ctx);
    advance(&mut pool, 1, 0);
    // 100 FROST do not divide by three.
    pool.advance_epoch(balance::create_for_testing(100), &open(2));
    request(&mut pool, &mut a, 2);
    request(&mut pool, &mut b, 2);
    request(&mut pool, &mut c, 2);
    advance(&mut pool, 3, 0);
    assert_eq!(withdraw(&mut pool, a, 3), frost(1) + 33);
    assert_eq!(withdraw(&mut pool, b, 3), frost(1) + 33);
    assert_eq!(withdraw(&mut pool, c, 3), frost(1) + 33);
    assert_eq!(pool.rewards_amount(), 1);
    assert_eq!(pool.wal_balance(), 0);
    destroy(pool);
}

#[test]
fun commission_rounds_down_and_does_not_overflow() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(3_333, &open(0), ctx);
    let sw = stake(&mut pool, 0, 1, ctx);
    advance(&mut pool, 1, 0);
    pool.advance_epoch(balance::create_for_testing(10), &open(2));
    assert_eq!(pool.commission_amount(), 3);
    assert_eq!(pool.rewards_amount(), 7);
    // 5 * 10^18 times the rate is above 64 bits.
    pool.advance_epoch(balance::create_for_testing(5_000_000_000_000_000_000), &open(3));
    assert_eq!(pool.commission_amount(), 3 + 1_666_500_000_000_000_000);
    destroy(sw);
    destroy(pool);
}

#[test]
fun commission_uses_the_old_rate() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(1_000, &open(0), ctx);
    let sw = stake(&mut pool, 0, 1, ctx);
    pool.set_next_commission(5_000, &open(0));
    advance(&mut pool, 1, 0);
    advance(&mut pool, 2, 100);
    assert_eq!(pool.commission_amount(), frost(10));
    assert_eq!(pool.commission_rate(), 5_000);
    advance(&mut pool, 3, 100);
    assert_eq!(pool.commission_amount(), frost(60));
    destroy(sw);
    destroy(pool);
}

#[test]
fun pending_stake_is_processed_after_a_gap() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    let a = stake(&mut pool, 0, 1000, ctx);
    let b = stake(&mut pool, 3, 500, ctx);
    assert_eq!(pool.wal_balance_at_epoch(4), frost(1500));
    advance(&mut pool, 8, 0);
    assert_eq!(pool.wal_balance(), frost(1500));
    destroy(a);
    destroy(b);
    destroy(pool);
}

// === Withdrawing, two steps ===

#[test]
fun withdraw_epoch_depends_on_the_committees() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    let mut a = stake(&mut pool, 0, 10, ctx);
    let mut b = stake(&mut pool, 0, 10, ctx);
    let mut c = stake(&mut pool, 0, 10, ctx);
    advance(&mut pool, 1, 0);
    pool.request_withdraw_stake(&mut a, true, false, &open(1));
    assert_eq!(a.withdraw_epoch(), 2);
    pool.request_withdraw_stake(&mut b, true, true, &selected(1));
    assert_eq!(b.withdraw_epoch(), 3);
    pool.request_withdraw_stake(&mut c, false, true, &selected(1));
    assert_eq!(c.withdraw_epoch(), 3);
    assert_eq!(pool.wal_balance_at_epoch(1), frost(30));
    assert_eq!(pool.wal_balance_at_epoch(2), frost(20));
    assert_eq!(pool.wal_balance_at_epoch(3), 0);
    destroy(a);
    destroy(b);
    destroy(c);
    destroy(pool);
}

#[test]
fun requested_stake_can_be_split_and_paid_in_parts() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    let mut a = stake(&mut pool, 0, 30, ctx);
    advance(&mut pool, 1, 0);
    request(&mut pool, &mut a, 1);
    let b = a.split(frost(10), ctx);
    advance(&mut pool, 2, 30);
    assert_eq!(withdraw(&mut pool, a, 2), frost(40));
    assert_eq!(withdraw(&mut pool, b, 5), frost(20));
    pool.destroy_empty();
}

#[test, expected_failure(abort_code = staking_pool::EIncorrectPoolId)]
fun request_with_other_pool() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    let mut sw = staked_wal::mint(node_id(1), wal_balance(1), 1, ctx);
    request(&mut pool, &mut sw, 1);
    destroy(sw);
    destroy(pool);
}

#[test, expected_failure(abort_code = staking_pool::ENotStaked)]
fun request_twice() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    let mut sw = stake(&mut pool, 0, 1, ctx);
    advance(&mut pool, 1, 0);
    request(&mut pool, &mut sw, 1);
    request(&mut pool, &mut sw, 1);
    destroy(sw);
    destroy(pool);
}

#[test, expected_failure(abort_code = staking_pool::EWithdrawDirectly)]
fun request_of_early_stake() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    let mut sw = stake(&mut pool, 0, 1, ctx);
    pool.request_withdraw_stake(&mut sw, true, false, &selected(0));
    destroy(sw);
    destroy(pool);
}

#[test, expected_failure(abort_code = staking_pool::EWithdrawDirectly)]
fun request_outside_the_committees() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    let mut sw = stake(&mut pool, 0, 1, ctx);
    pool.request_withdraw_stake(&mut sw, false, false, &open(1));
    destroy(sw);
    destroy(pool);
}

#[test, expected_failure(abort_code = staking_pool::EActivationEpochNotReached)]
fun request_long_before_activation() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    // Such an activation epoch does not come from staking.
    let mut sw = staked_wal::mint(object::id(&pool), wal_balance(1), 5, ctx);
    request(&mut pool, &mut sw, 1);
    destroy(sw);
    destroy(pool);
}

#[test, expected_failure(abort_code = staking_pool::EZeroShares)]
fun request_without_shares() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    // One share is worth more than the stake.
    pool.set_balance_for_testing(frost(10), 1);
    let mut sw = stake(&mut pool, 0, 1, ctx);
    advance(&mut pool, 1, 0);
    request(&mut pool, &mut sw, 1);
    destroy(sw);
    destroy(pool);
}

#[test, expected_failure(abort_code = staking_pool::ENotWithdrawing)]
fun withdraw_without_request() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    let sw = stake(&mut pool, 0, 1, ctx);
    advance(&mut pool, 1, 0);
    withdraw(&mut pool, sw, 1);
    destroy(pool);
}

#[test, expected_failure(abort_code = staking_pool::ENotWithdrawing)]
fun withdraw_pre_active_without_request() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    let sw = stake(&mut pool, 0, 1, ctx);
    let out = pool.withdraw_stake(sw, false, true, &selected(0));
    destroy(out);
    destroy(pool);
}

#[test, expected_failure(abort_code = staking_pool::EWithdrawEpochNotReached)]
fun withdraw_too_early() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    let mut sw = stake(&mut pool, 0, 1, ctx);
    advance(&mut pool, 1, 0);
    request(&mut pool, &mut sw, 1);
    withdraw(&mut pool, sw, 1);
    destroy(pool);
}

#[test, expected_failure(abort_code = staking_pool::EIncorrectPoolId)]
fun withdraw_from_other_pool() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    let sw = staked_wal::mint(node_id(1), wal_balance(1), 1, ctx);
    withdraw(&mut pool, sw, 1);
    destroy(pool);
}

// === Withdrawing, one step ===

#[test]
fun early_withdrawal_returns_the_principal() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    let a = stake(&mut pool, 0, 5, ctx);
    let b = stake(&mut pool, 0, 7, ctx);
    assert_eq!(withdraw(&mut pool, a, 0), frost(5));
    assert_eq!(pool.wal_balance_at_epoch(1), frost(7));
    // After a selection that left the node out.
    let out = pool.withdraw_stake(b, false, false, &selected(0));
    assert_eq!(out.destroy_for_testing(), frost(7));
    pool.destroy_empty();
}

#[test]
fun node_in_no_committee_pays_at_once() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    let a = stake(&mut pool, 0, 1000, ctx);
    let b = stake(&mut pool, 0, 1000, ctx);
    advance(&mut pool, 1, 0);
    advance(&mut pool, 2, 1000);
    let out = pool.withdraw_stake(a, false, false, &open(3));
    assert_eq!(out.destroy_for_testing(), frost(1500));
    // The shares leave with the next advance; until then they are counted as pending.
    assert_eq!(pool.wal_balance(), frost(3000));
    assert_eq!(pool.wal_balance_at_epoch(3), frost(1500));
    advance(&mut pool, 4, 0);
    assert_eq!(pool.wal_balance(), frost(1500));
    let out = pool.withdraw_stake(b, false, false, &open(5));
    assert_eq!(out.destroy_for_testing(), frost(1500));
    advance(&mut pool, 6, 0);
    pool.destroy_empty();
}

#[test]
fun stake_that_was_never_active_pays_at_once() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    let sw = stake(&mut pool, 0, 5, ctx);
    let out = pool.withdraw_stake(sw, false, false, &open(4));
    assert_eq!(out.destroy_for_testing(), frost(5));
    assert_eq!(pool.wal_balance_at_epoch(4), 0);
    advance(&mut pool, 5, 0);
    pool.destroy_empty();
}

#[test]
fun requested_stake_is_paid_after_the_node_left() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    let mut sw = stake(&mut pool, 0, 5, ctx);
    advance(&mut pool, 1, 0);
    request(&mut pool, &mut sw, 1);
    advance(&mut pool, 2, 5);
    let out = pool.withdraw_stake(sw, false, false, &open(3));
    assert_eq!(out.destroy_for_testing(), frost(10));
    pool.destroy_empty();
}

// === Checks ===

#[test, expected_failure(abort_code = staking_pool::EZeroStake)]
fun stake_nothing() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    let sw = stake(&mut pool, 0, 0, ctx);
    destroy(sw);
    destroy(pool);
}

#[test, expected_failure(abort_code = staked_wal::EStakeBelowThreshold)]
fun stake_too_little() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    let sw = pool.stake(balance::create_for_testing(frost(1) - 1), &open(0), ctx);
    destroy(sw);
    destroy(pool);
}

#[test, expected_failure(abort_code = staking_pool::EPoolAlreadyUpdated)]
fun advance_twice() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    advance(&mut pool, 1, 0);
    advance(&mut pool, 1, 0);
    destroy(pool);
}

#[test, expected_failure(abort_code = staking_pool::EIncorrectEpochAdvance)]
fun rewards_without_stake() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    advance(&mut pool, 1, 1);
    destroy(pool);
}

#[test]
fun withdrawals_above_the_balance_empty_the_pool() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    advance(&mut pool, 1, 0);
    // Others have left 2 FROST and 1 share behind, and the node is in no committee for a while.
    pool.set_balance_for_testing(2, 1);
    let mut sw = stake(&mut pool, 2, 10, ctx);
    // The stake is counted at the ratio of epoch 1, twice as many shares as it adds to the pool now.
    advance(&mut pool, 4, 0);
    assert_eq!(pool.wal_balance(), frost(10) + 2);
    request(&mut pool, &mut sw, 4);
    advance(&mut pool, 5, 0);
    assert_eq!(pool.wal_balance(), 0);
    assert_eq!(pool.num_shares_for_testing(), 0);
    // No more is paid than there is: the principal.
    assert_eq!(withdraw(&mut pool, sw, 5), frost(10));
    destroy(pool);
}

#[test]
fun projected_balance_does_not_fall_below_zero() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    let mut sw = stake(&mut pool, 0, 10, ctx);
    advance(&mut pool, 1, 0);
    request(&mut pool, &mut sw, 1);
    pool.set_balance_for_testing(frost(5), frost(5));
    assert_eq!(pool.wal_balance_at_epoch(2), 0);
    destroy(sw);
    destroy(pool);
}
