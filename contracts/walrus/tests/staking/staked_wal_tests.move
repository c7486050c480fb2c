#[test_only]
module walrus::staked_wal_tests;

use std::unit_test::{assert_eq, destroy};
use sui::balance;
use walrus::staked_wal::{Self, StakedWal};
use walrus::staking_fixtures::{frost, node_id, open, selected, wal_balance};

fun stake(wal: u64, ctx: &mut TxContext): StakedWal {
    staked_wal::mint(node_id(1), wal_balance(wal), 2, ctx)
}

#[test]
fun mint_and_take_back() {
    let ctx = &mut tx_context::dummy();
    let sw = stake(3, ctx);
    assert_eq!(sw.node_id(), node_id(1));
    assert_eq!(sw.value(), frost(3));
    assert_eq!(sw.activation_epoch(), 2);
    assert!(sw.is_staked());
    assert!(!sw.is_withdrawing());
    assert_eq!(sw.into_balance().destroy_for_testing(), frost(3));
}

#[test, expected_failure(abort_code = staked_wal::EStakeBelowThreshold)]
fun mint_below_one_wal() {
    let ctx = &mut tx_context::dummy();
    let sw = staked_wal::mint(
        node_id(1),
        balance::create_for_testing(frost(1) - 1),
        2,
        ctx,
    );
    destroy(sw);
}

#[test]
fun withdrawing_state() {
    let ctx = &mut tx_context::dummy();
    let mut sw = stake(1, ctx);
    sw.set_withdrawing(7);
    assert!(sw.is_withdrawing());
    assert!(!sw.is_staked());
    assert_eq!(sw.withdraw_epoch(), 7);
    destroy(sw);
}

#[test, expected_failure(abort_code = staked_wal::EAlreadyWithdrawing)]
fun withdrawing_twice() {
    let ctx = &mut tx_context::dummy();
    let mut sw = stake(1, ctx);
    sw.set_withdrawing(7);
    sw.set_withdrawing(7);
    destroy(sw);
}

#[test, expected_failure(abort_code = staked_wal::ENotWithdrawing)]
fun withdraw_epoch_of_staked() {
    let ctx = &mut tx_context::dummy();
    let sw = stake(1, ctx);
    sw.withdraw_epoch();
    destroy(sw);
}

#[test]
fun join_adds_principal() {
    let ctx = &mut tx_context::dummy();
    let mut a = stake(1, ctx);
    let b = stake(2, ctx);
    a.join(b);
    assert_eq!(a.value(), frost(3));

    // Also while both withdraw at the same epoch.
    let mut c = stake(4, ctx);
    a.set_withdrawing(5);
    c.set_withdrawing(5);
    a.join(c);
    assert_eq!(a.value(), frost(7));
    assert_eq!(a.withdraw_epoch(), 5);
    destroy(a);
}

#[test, expected_failure(abort_code = staked_wal::EMetadataMismatch)]
fun join_other_pool() {
    let ctx = &mut tx_context::dummy();
    let mut a = stake(1, ctx);
    a.join(staked_wal::mint(node_id(2), wal_balance(1), 2, ctx));
    destroy(a);
}

#[test, expected_failure(abort_code = staked_wal::EMetadataMismatch)]
fun join_other_activation() {
    let ctx = &mut tx_context::dummy();
    let mut a = stake(1, ctx);
    a.join(staked_wal::mint(node_id(1), wal_balance(1), 3, ctx));
    destroy(a);
}

#[test, expected_failure(abort_code = staked_wal::EMetadataMismatch)]
fun join_other_state() {
    let ctx = &mut tx_context::dummy();
    let mut a = stake(1, ctx);
    let mut b = stake(1, ctx);
    b.set_withdrawing(4);
    a.join(b);
    destroy(a);
}

#[test, expected_failure(abort_code = staked_wal::EMetadataMismatch)]
fun join_other_withdraw_epoch() {
    let ctx = &mut tx_context::dummy();
    let mut a = stake(1, ctx);
    let mut b = stake(1, ctx);
    a.set_withdrawing(3);
    b.set_withdrawing(4);
    a.join(b);
    destroy(a);
}

#[test]
fun split_copies_the_state() {
    let ctx = &mut tx_context::dummy();
    let mut a = stake(5, ctx);
    let b = a.split(frost(2), ctx);
    assert_eq!(a.value(), frost(3));
    assert_eq!(b.value(), frost(2));
    assert_eq!(b.node_id(), node_id(1));
    assert_eq!(b.activation_epoch(), 2);
    assert!(b.is_staked());

    a.set_withdrawing(6);
    let c = a.split(frost(1), ctx);
    assert_eq!(c.withdraw_epoch(), 6);
    assert_eq!(a.value(), frost(2));
    destroy(a);
    destroy(b);
    destroy(c);
}

#[test, expected_failure(abort_code = staked_wal::EInvalidAmount)]
fun split_everything() {
    let ctx = &mut tx_context::dummy();
    let mut a = stake(5, ctx);
    let b = a.split(frost(5), ctx);
    destroy(a);
    destroy(b);
}

#[test, expected_failure(abort_code = staked_wal::EStakeBelowThreshold)]
fun split_off_too_little() {
    let ctx = &mut tx_context::dummy();
    let mut a = stake(5, ctx);
    let b = a.split(frost(1) - 1, ctx);
    destroy(a);
    destroy(b);
}

#[test, expected_failure(abort_code = staked_wal::EStakeBelowThreshold)]
fun split_and_leave_too_little() {
    let ctx = &mut tx_context::dummy();
    let mut a = stake(5, ctx);
    let b = a.split(frost(4) + 1, ctx);
    destroy(a);
    destroy(b);
}

#[test]
fun early_withdrawal() {
    let ctx = &mut tx_context::dummy();
    // Activation is epoch 2.
    let mut sw = stake(1, ctx);
    assert!(sw.can_withdraw_early(false, &open(0)));
    assert!(sw.can_withdraw_early(true, &selected(0)));
    assert!(sw.can_withdraw_early(false, &open(1)));
    assert!(sw.can_withdraw_early(false, &selected(1)));
    assert!(!sw.can_withdraw_early(true, &selected(1)));
    assert!(!sw.can_withdraw_early(false, &open(2)));
    sw.set_withdrawing(3);
    assert!(!sw.can_withdraw_early(false, &open(1)));
    destroy(sw);
}
