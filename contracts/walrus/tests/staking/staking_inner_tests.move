/// The epoch state machine, votes, selection of committees and the active set, without the system
/// side. Node `i` of a test has the secret key `i + 1`.
#[test_only]
module walrus::staking_inner_tests;

use std::unit_test::{assert_eq, destroy};
use sui::balance::{Self, Balance};
use sui::bls12381;
use sui::clock::{Self, Clock};
use sui::event;
use sui::vec_map::{Self, VecMap};
use wal::wal::WAL;
use walrus::auth;
use walrus::committee;
use walrus::events;
use walrus::staked_wal::StakedWal;
use walrus::staking_fixtures::{Self, frost, node_id, public_key, wal_balance, wal_coin};
use walrus::staking_inner::{Self, StakingInnerV1};
use walrus::staking_pool;
use walrus::storage_node::StorageNodeCap;

/// An odd duration, so that its half is rounded.
const EPOCH_DURATION: u64 = 1_001;
const EPOCH_ZERO_DURATION: u64 = 500;
const START: u64 = 10_000;

// === Fixture ===

/// A staking side with nodes that have the given stakes (whole WAL, 0 for none).
fun network(
    n_shards: u16,
    stakes: vector<u64>,
    ctx: &mut TxContext,
): (StakingInnerV1, Clock, vector<StorageNodeCap>, vector<StakedWal>) {
    let mut clock = clock::create_for_testing(ctx);
    clock.set_for_testing(START);
    let mut inner = staking_inner::new(
        EPOCH_ZERO_DURATION,
        EPOCH_DURATION,
        n_shards,
        &clock,
        ctx,
    );
    let mut caps = vector[];
    let mut staked = vector[];
    stakes.length().do!(|i| {
        let cap = staking_fixtures::register(&mut inner, i + 1, 1, 1, 1_000, ctx);
        if (stakes[i] > 0) {
            let coin = wal_coin(stakes[i], ctx);
            staked.push_back(inner.stake_with_pool(coin, cap.node_id(), ctx));
        };
        caps.push_back(cap);
    });
    (inner, clock, caps, staked)
}

/// A network in epoch 1, still synchronising.
fun network_in_epoch_one(
    n_shards: u16,
    stakes: vector<u64>,
    ctx: &mut TxContext,
): (StakingInnerV1, Clock, vector<StorageNodeCap>, vector<StakedWal>) {
    let (mut inner, mut clock, caps, staked) = network(n_shards, stakes, ctx);
    clock.increment_for_testing(EPOCH_ZERO_DURATION);
    inner.voting_end(&clock);
    inner.initiate_epoch_change(&clock, vec_map::empty());
    (inner, clock, caps, staked)
}

/// Reports of all members; leaves the state in which voting is open.
fun sync_all(inner: &mut StakingInnerV1, caps: &mut vector<StorageNodeCap>, clock: &Clock) {
    let epoch = inner.epoch();
    caps.do_mut!(|cap| {
        if (inner.committee().contains(&cap.node_id())) inner.epoch_sync_done(cap, epoch, clock);
    });
}

/// The same reward, in whole WAL, for every member of the current committee.
fun rewards(inner: &StakingInnerV1, wal: u64): VecMap<ID, Balance<WAL>> {
    let ids = inner.committee().inner().keys();
    let amounts = ids.map_ref!(|_| wal_balance(wal));
    vec_map::from_keys_values(ids, amounts)
}

/// Waits as long as needed, ends voting and changes the epoch.
fun next_epoch(
    inner: &mut StakingInnerV1,
    caps: &mut vector<StorageNodeCap>,
    clock: &mut Clock,
    rewards_wal: u64,
) {
    clock.increment_for_testing(EPOCH_DURATION);
    inner.voting_end(clock);
    let rewards = rewards(inner, rewards_wal);
    inner.initiate_epoch_change(clock, rewards);
    sync_all(inner, caps, clock);
}

fun finish(
    inner: StakingInnerV1,
    clock: Clock,
    caps: vector<StorageNodeCap>,
    staked: vector<StakedWal>,
) {
    clock.destroy_for_testing();
    destroy(inner);
    destroy(caps);
    destroy(staked);
}

// === Creation and voting end ===

#[test]
fun creation() {
    let ctx = &mut tx_context::dummy();
    let (inner, clock, caps, staked) = network(100, vector[], ctx);
    assert_eq!(inner.epoch(), 0);
    assert_eq!(inner.n_shards(), 100);
    assert_eq!(inner.committee().size(), 0);
    assert_eq!(inner.previous_committee().size(), 0);
    assert!(inner.next_committee().is_none());
    assert_eq!(inner.done_time_for_testing(), option::some(START));
    let set = inner.active_set_for_testing();
    assert_eq!(set.size(), 0);
    assert_eq!(set.max_size(), 150);
    assert_eq!(set.threshold_stake(), 0);
    assert!(!inner.has_pool(node_id(1)));
    finish(inner, clock, caps, staked);
}

#[test]
fun first_voting_end_at_the_start_of_epoch_one() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, mut clock, caps, staked) = network(100, vector[10, 20], ctx);
    clock.increment_for_testing(EPOCH_ZERO_DURATION);
    inner.voting_end(&clock);
    assert!(inner.is_selected_for_testing());
    assert_eq!(inner.epoch(), 0);
    let committee = inner.next_committee().borrow();
    assert_eq!(committee.size(), 2);
    assert_eq!(committee[&caps[0].node_id()].length(), 33);
    assert_eq!(committee[&caps[1].node_id()].length(), 67);
    assert_eq!(event::events_by_type<events::EpochParametersSelected>().length(), 1);
    finish(inner, clock, caps, staked);
}

#[test, expected_failure(abort_code = staking_inner::EWrongEpochState)]
fun first_voting_end_too_early() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, mut clock, caps, staked) = network(100, vector[10], ctx);
    clock.increment_for_testing(EPOCH_ZERO_DURATION - 1);
    inner.voting_end(&clock);
    finish(inner, clock, caps, staked);
}

#[test, expected_failure(abort_code = staking_inner::ENoStake)]
fun voting_end_without_stake() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, mut clock, caps, staked) = network(100, vector[0, 0], ctx);
    clock.increment_for_testing(EPOCH_ZERO_DURATION);
    inner.voting_end(&clock);
    finish(inner, clock, caps, staked);
}

#[test, expected_failure(abort_code = staking_inner::EWrongEpochState)]
fun voting_end_twice() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, mut clock, caps, staked) = network(100, vector[10], ctx);
    clock.increment_for_testing(EPOCH_ZERO_DURATION);
    inner.voting_end(&clock);
    inner.voting_end(&clock);
    finish(inner, clock, caps, staked);
}

#[test, expected_failure(abort_code = staking_inner::EWrongEpochState)]
fun voting_end_while_shards_move() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, mut clock, caps, staked) = network_in_epoch_one(100, vector[10], ctx);
    clock.increment_for_testing(EPOCH_DURATION);
    inner.voting_end(&clock);
    finish(inner, clock, caps, staked);
}

#[test]
fun voting_end_from_the_middle_of_the_epoch() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, mut clock, mut caps, staked) = network_in_epoch_one(100, vector[10], ctx);
    sync_all(&mut inner, &mut caps, &clock);
    // Half of 1001, rounded down.
    clock.increment_for_testing(500);
    inner.voting_end(&clock);
    assert!(inner.is_selected_for_testing());
    finish(inner, clock, caps, staked);
}

#[test, expected_failure(abort_code = staking_inner::EWrongEpochState)]
fun voting_end_before_the_middle_of_the_epoch() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, mut clock, mut caps, staked) = network_in_epoch_one(100, vector[10], ctx);
    sync_all(&mut inner, &mut caps, &clock);
    clock.increment_for_testing(499);
    inner.voting_end(&clock);
    finish(inner, clock, caps, staked);
}

#[test, expected_failure(abort_code = staking_inner::ECommitteeSelected)]
fun select_twice() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, clock, caps, staked) = network(100, vector[10], ctx);
    inner.select_committee_and_calculate_votes();
    inner.select_committee_and_calculate_votes();
    finish(inner, clock, caps, staked);
}

// === Votes ===

#[test]
fun capacity_and_price_by_quorum() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, mut clock, caps, staked) = network(
        100,
        vector[10, 10, 10, 10, 10, 10, 10, 10, 10, 10],
        ctx,
    );
    caps.length().do!(|i| {
        inner.set_storage_price_vote(&caps[i], 1_000 * (i + 1));
        inner.set_write_price_vote(&caps[i], 10_000 * (i + 1));
        inner.set_node_capacity_vote(&caps[i], 1_000 * (i + 1));
    });
    clock.increment_for_testing(EPOCH_ZERO_DURATION);
    inner.voting_end(&clock);
    assert_eq!(inner.next_epoch_params().capacity(), 40_000);
    assert_eq!(inner.next_epoch_params().storage_price(), std::u64::max_value!());
    assert_eq!(inner.next_epoch_params().write_price(), std::u64::max_value!());
    inner.initiate_epoch_change(&clock, vec_map::empty());
    let (storage_price, write_price) = inner.recalculate_prices();
    assert_eq!(storage_price, 7_000);
    assert_eq!(write_price, 70_000);

    // Votes count at once.
    caps.length().do!(|i| inner.set_storage_price_vote(&caps[i], 3));
    let (storage_price, _) = inner.recalculate_prices();
    assert_eq!(storage_price, 3);
    finish(inner, clock, caps, staked);
}

#[test]
fun prices_without_a_committee() {
    let ctx = &mut tx_context::dummy();
    let (inner, clock, caps, staked) = network(100, vector[10], ctx);
    let (storage_price, write_price) = inner.recalculate_prices();
    assert_eq!(storage_price, std::u64::max_value!());
    assert_eq!(write_price, std::u64::max_value!());
    finish(inner, clock, caps, staked);
}

#[test]
fun capacity_vote_is_limited_to_64_bits() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, clock, caps, staked) = network(100, vector[10, 10], ctx);
    caps.do_ref!(|cap| inner.set_node_capacity_vote(cap, std::u64::max_value!()));
    inner.select_committee_and_calculate_votes();
    assert_eq!(inner.next_epoch_params().capacity(), std::u64::max_value!());
    finish(inner, clock, caps, staked);
}

// === Selection ===

#[test]
fun nodes_without_shards_are_left_out() {
    let ctx = &mut tx_context::dummy();
    let (inner, clock, caps, staked) = network(4, vector[50_000, 30_000, 15_000, 5_000], ctx);
    let committee = inner.compute_next_committee();
    assert_eq!(committee.size(), 2);
    assert_eq!(committee[&caps[0].node_id()].length(), 2);
    assert_eq!(committee[&caps[1].node_id()].length(), 2);
    finish(inner, clock, caps, staked);
}

#[test]
fun ties_go_to_the_first_in_the_active_set() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, clock, caps, mut staked) = network(7, vector[10, 10, 10, 10], ctx);
    let shards = inner.compute_next_committee();
    assert_eq!(shards[&caps[3].node_id()].length(), 1);

    // Leaving and coming back puts node 0 at the end; node 3 moves to the front.
    let sw = staked.remove(0);
    let coin = inner.withdraw_stake(sw, ctx);
    staked.push_back(inner.stake_with_pool(coin, caps[0].node_id(), ctx));
    let shards = inner.compute_next_committee();
    assert_eq!(shards[&caps[3].node_id()].length(), 2);
    assert_eq!(shards[&caps[0].node_id()].length(), 1);
    finish(inner, clock, caps, staked);
}

#[test]
fun committees_follow_each_other_with_few_moves() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, mut clock, mut caps, mut staked) = network_in_epoch_one(
        100,
        vector[10, 10, 10, 10],
        ctx,
    );
    sync_all(&mut inner, &mut caps, &clock);
    let before = *inner.committee();

    let cap = staking_fixtures::register(&mut inner, 99, 1, 1, 1_000, ctx);
    let newcomer = cap.node_id();
    staked.push_back(inner.stake_with_pool(wal_coin(10, ctx), newcomer, ctx));
    caps.push_back(cap);
    next_epoch(&mut inner, &mut caps, &mut clock, 0);

    assert_eq!(*inner.previous_committee(), before);
    assert_eq!(inner.committee().size(), 5);
    assert_eq!(inner.committee()[&newcomer].length(), 20);
    // The old members keep their first 20 shards.
    4u64.do!(|i| {
        let id = caps[i].node_id();
        let old = before[&id];
        let kept = inner.committee()[&id];
        assert_eq!(kept.length(), 20);
        20u64.do!(|j| assert_eq!(kept[j], old[j]));
    });
    finish(inner, clock, caps, staked);
}

#[test]
fun large_network() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, mut clock, mut caps, staked) = network_in_epoch_one(
        1000,
        vector::tabulate!(100, |i| 1_000 + i),
        ctx,
    );
    sync_all(&mut inner, &mut caps, &clock);
    assert_eq!(inner.committee().size(), 100);
    next_epoch(&mut inner, &mut caps, &mut clock, 100);
    let mut total = 0;
    inner.committee().inner().keys().do!(|id| total = total + inner.committee()[&id].length());
    assert_eq!(total, 1000);
    finish(inner, clock, caps, staked);
}

#[test]
fun bls_committee_has_the_keys_of_the_selection() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, mut clock, caps, staked) = network(100, vector[10, 30], ctx);
    let proof = staking_fixtures::proof_of_possession(0, 70, ctx);
    inner.set_next_public_key(&caps[0], public_key(70), proof, ctx);
    clock.increment_for_testing(EPOCH_ZERO_DURATION);
    inner.voting_end(&clock);
    // Too late for the next committee.
    let proof = staking_fixtures::proof_of_possession(0, 71, ctx);
    inner.set_next_public_key(&caps[1], public_key(71), proof, ctx);

    let committee = inner.next_bls_committee();
    assert_eq!(committee.epoch(), 1);
    assert_eq!(committee.n_shards(), 100);
    assert_eq!(committee.n_members(), 2);
    let weights = committee.to_vec_map();
    assert_eq!(weights.keys(), inner.next_committee().borrow().inner().keys());
    assert_eq!(weights[&caps[0].node_id()], 25);
    assert_eq!(weights[&caps[1].node_id()], 75);

    // The same members made from the expected keys sum up to the same key.
    let members = weights.keys().map!(|id| {
        let secret = if (id == caps[0].node_id()) 70 else 2;
        let key = bls12381::g1_from_bytes(&public_key(secret));
        walrus::bls_aggregate::new_bls_committee_member(
            bls12381::g1_to_uncompressed_g1(&key),
            weights[&id],
            id,
        )
    });
    assert_eq!(committee, walrus::bls_aggregate::new_bls_committee(1, members));
    finish(inner, clock, caps, staked);
}

#[test, expected_failure(abort_code = staking_inner::ENextCommitteeIsEmpty)]
fun bls_committee_before_selection() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, clock, caps, staked) = network(100, vector[10], ctx);
    inner.next_bls_committee();
    finish(inner, clock, caps, staked);
}

#[test, expected_failure(abort_code = staking_inner::EIncorrectNodeOrder)]
fun bls_committee_twice() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, clock, caps, staked) = network(100, vector[10], ctx);
    inner.select_committee_and_calculate_votes();
    inner.next_bls_committee();
    inner.next_bls_committee();
    finish(inner, clock, caps, staked);
}

// === Epoch change ===

#[test]
fun first_epoch_change() {
    let ctx = &mut tx_context::dummy();
    let (inner, clock, caps, staked) = network_in_epoch_one(100, vector[10, 30, 0], ctx);
    assert_eq!(inner.epoch(), 1);
    assert_eq!(inner.synced_shards_for_testing(), option::some(0));
    assert!(inner.next_committee().is_none());
    assert_eq!(inner.previous_committee().size(), 0);
    assert_eq!(inner.committee().size(), 2);
    assert_eq!(inner.get_current_node_weight(caps[0].node_id()), 25);
    assert_eq!(inner.pool_for_testing(caps[1].node_id()).wal_balance(), frost(30));
    // Parameters stay readable.
    assert!(inner.next_epoch_params().capacity() > 0);
    assert_eq!(event::events_by_type<events::EpochChangeStart>().length(), 1);
    finish(inner, clock, caps, staked);
}

#[test, expected_failure(abort_code = staking_inner::EWrongEpochState)]
fun epoch_change_before_voting_end() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, mut clock, caps, staked) = network(100, vector[10], ctx);
    clock.increment_for_testing(EPOCH_ZERO_DURATION);
    inner.initiate_epoch_change(&clock, vec_map::empty());
    finish(inner, clock, caps, staked);
}

#[test, expected_failure(abort_code = staking_inner::EWrongEpochState)]
fun advance_without_committee() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, clock, caps, staked) = network(100, vector[10], ctx);
    inner.advance_epoch(vec_map::empty());
    finish(inner, clock, caps, staked);
}

#[test]
fun epoch_change_after_the_epoch_duration() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, mut clock, mut caps, staked) = network_in_epoch_one(100, vector[10], ctx);
    sync_all(&mut inner, &mut caps, &clock);
    clock.increment_for_testing(500);
    inner.voting_end(&clock);
    clock.increment_for_testing(501);
    let rewards = rewards(&inner, 5);
    inner.initiate_epoch_change(&clock, rewards);
    assert_eq!(inner.epoch(), 2);
    assert_eq!(inner.pool_for_testing(caps[0].node_id()).wal_balance(), frost(15));
    finish(inner, clock, caps, staked);
}

#[test, expected_failure(abort_code = staking_inner::EWrongEpochState)]
fun epoch_change_too_early() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, mut clock, mut caps, staked) = network_in_epoch_one(100, vector[10], ctx);
    sync_all(&mut inner, &mut caps, &clock);
    clock.increment_for_testing(500);
    inner.voting_end(&clock);
    clock.increment_for_testing(500);
    let rewards = rewards(&inner, 5);
    inner.initiate_epoch_change(&clock, rewards);
    finish(inner, clock, caps, staked);
}

#[test]
fun pools_outside_both_committees_are_not_advanced() {
    let ctx = &mut tx_context::dummy();
    let (inner, clock, caps, staked) = network_in_epoch_one(
        4,
        vector[50_000, 30_000, 15_000, 5_000],
        ctx,
    );
    assert_eq!(inner.pool_for_testing(caps[0].node_id()).wal_balance(), frost(50_000));
    assert_eq!(inner.pool_for_testing(caps[2].node_id()).wal_balance(), 0);
    // It still competes with its pending stake.
    assert_eq!(
        inner.active_set_for_testing().stake_for_testing(caps[2].node_id()),
        frost(15_000),
    );
    finish(inner, clock, caps, staked);
}

#[test]
fun leaving_node_gets_its_last_reward() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, mut clock, mut caps, mut staked) = network_in_epoch_one(
        100,
        vector[10, 10],
        ctx,
    );
    sync_all(&mut inner, &mut caps, &clock);
    let mut sw = staked.remove(0);
    inner.request_withdraw_stake(&mut sw, ctx);
    assert_eq!(sw.withdraw_epoch(), 2);
    next_epoch(&mut inner, &mut caps, &mut clock, 5);
    assert!(!inner.committee().contains(&caps[0].node_id()));
    let coin = inner.withdraw_stake(sw, ctx);
    assert_eq!(coin.burn_for_testing(), frost(15));
    finish(inner, clock, caps, staked);
}

#[test]
fun rewards_raise_the_stake_in_the_active_set() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, mut clock, mut caps, staked) = network_in_epoch_one(100, vector[10, 10], ctx);
    sync_all(&mut inner, &mut caps, &clock);
    next_epoch(&mut inner, &mut caps, &mut clock, 5);
    let set = inner.active_set_for_testing();
    assert_eq!(set.stake_for_testing(caps[0].node_id()), frost(15));
    assert_eq!(set.total_stake(), frost(30));
    finish(inner, clock, caps, staked);
}

// === Synchronisation ===

#[test]
fun quorum_of_reports_opens_voting() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, mut clock, mut caps, staked) = network_in_epoch_one(
        10,
        vector[60, 10, 30],
        ctx,
    );
    clock.increment_for_testing(77);
    inner.epoch_sync_done(&mut caps[0], 1, &clock);
    assert_eq!(inner.synced_shards_for_testing(), option::some(6));
    assert_eq!(caps[0].last_epoch_sync_done(), 1);
    assert_eq!(event::events_by_type<events::EpochChangeDone>().length(), 0);

    inner.epoch_sync_done(&mut caps[1], 1, &clock);
    assert_eq!(
        inner.done_time_for_testing(),
        option::some(START + EPOCH_ZERO_DURATION + 77),
    );
    assert_eq!(event::events_by_type<events::EpochChangeDone>().length(), 1);

    // A late report changes nothing but is recorded.
    clock.increment_for_testing(1);
    inner.epoch_sync_done(&mut caps[2], 1, &clock);
    assert_eq!(caps[2].last_epoch_sync_done(), 1);
    assert_eq!(
        inner.done_time_for_testing(),
        option::some(START + EPOCH_ZERO_DURATION + 77),
    );
    assert_eq!(event::events_by_type<events::ShardsReceived>().length(), 3);
    assert_eq!(event::events_by_type<events::EpochChangeDone>().length(), 1);
    finish(inner, clock, caps, staked);
}

#[test, expected_failure(abort_code = staking_inner::EInvalidSyncEpoch)]
fun report_for_other_epoch() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, clock, mut caps, staked) = network_in_epoch_one(100, vector[10], ctx);
    inner.epoch_sync_done(&mut caps[0], 2, &clock);
    finish(inner, clock, caps, staked);
}

#[test, expected_failure(abort_code = staking_inner::EDuplicateSyncDone)]
fun report_twice() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, clock, mut caps, staked) = network_in_epoch_one(100, vector[10, 90], ctx);
    inner.epoch_sync_done(&mut caps[0], 1, &clock);
    inner.epoch_sync_done(&mut caps[0], 1, &clock);
    finish(inner, clock, caps, staked);
}

#[test, expected_failure(abort_code = staking_inner::EDuplicateSyncDone)]
fun report_in_epoch_zero() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, clock, mut caps, staked) = network(100, vector[10], ctx);
    inner.epoch_sync_done(&mut caps[0], 0, &clock);
    finish(inner, clock, caps, staked);
}

#[test, expected_failure(abort_code = staking_inner::ENotInCommittee)]
fun report_of_stranger() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, clock, mut caps, staked) = network_in_epoch_one(100, vector[10, 0], ctx);
    inner.epoch_sync_done(&mut caps[1], 1, &clock);
    finish(inner, clock, caps, staked);
}

#[test]
fun quorum_is_more_than_two_thirds() {
    let ctx = &mut tx_context::dummy();
    let (inner, clock, caps, staked) = network(1000, vector[], ctx);
    assert!(!inner.is_quorum(666));
    assert!(inner.is_quorum(667));
    finish(inner, clock, caps, staked);
    let (inner, clock, caps, staked) = network(99, vector[], ctx);
    assert!(!inner.is_quorum(66));
    assert!(inner.is_quorum(67));
    finish(inner, clock, caps, staked);
}

// === Active set ===

#[test]
fun active_set_follows_the_next_selection() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, mut clock, caps, mut staked) = network(100, vector[10, 10], ctx);
    let id = caps[0].node_id();
    staked.push_back(inner.stake_with_pool(wal_coin(5, ctx), id, ctx));
    assert_eq!(inner.active_set_for_testing().stake_for_testing(id), frost(15));

    clock.increment_for_testing(EPOCH_ZERO_DURATION);
    inner.voting_end(&clock);
    // Active from epoch 2 on, which is what the next selection decides about.
    let sw = inner.stake_with_pool(wal_coin(7, ctx), id, ctx);
    assert_eq!(sw.activation_epoch(), 2);
    assert_eq!(inner.active_set_for_testing().stake_for_testing(id), frost(22));
    assert!(inner.can_withdraw_staked_wal_early(&sw));
    let coin = inner.withdraw_stake(sw, ctx);
    assert_eq!(coin.burn_for_testing(), frost(7));
    assert_eq!(inner.active_set_for_testing().stake_for_testing(id), frost(15));
    finish(inner, clock, caps, staked);
}

#[test]
fun stake_of_the_selected_committee_has_to_be_requested() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, mut clock, mut caps, mut staked) = network(100, vector[10, 10], ctx);
    assert!(inner.can_withdraw_staked_wal_early(&staked[0]));
    clock.increment_for_testing(EPOCH_ZERO_DURATION);
    inner.voting_end(&clock);
    assert!(!inner.can_withdraw_staked_wal_early(&staked[0]));
    inner.request_withdraw_stake(&mut staked[0], ctx);
    assert_eq!(staked[0].withdraw_epoch(), 2);
    assert_eq!(inner.active_set_for_testing().stake_for_testing(caps[0].node_id()), 0);
    inner.initiate_epoch_change(&clock, vec_map::empty());
    sync_all(&mut inner, &mut caps, &clock);
    next_epoch(&mut inner, &mut caps, &mut clock, 1);
    let coin = inner.withdraw_stake(staked.remove(0), ctx);
    assert_eq!(coin.burn_for_testing(), frost(11));
    finish(inner, clock, caps, staked);
}

#[test]
fun try_join_after_being_pushed_out() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, clock, caps, staked) = network(100, vector[10, 20], ctx);
    inner.try_join_active_set(&caps[0]);
    assert_eq!(inner.active_set_for_testing().size(), 2);
    // A node without stake cannot join.
    let cap = staking_fixtures::register(&mut inner, 50, 1, 1, 1, ctx);
    inner.try_join_active_set(&cap);
    assert_eq!(inner.active_set_for_testing().size(), 2);
    inner.update_active_set_max_size();
    assert_eq!(inner.active_set_for_testing().max_size(), 150);
    destroy(cap);
    finish(inner, clock, caps, staked);
}

// === Commission ===

#[test]
fun commission_is_released_at_voting_end() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, mut clock, mut caps, staked) = network_in_epoch_one(100, vector[10, 10], ctx);
    sync_all(&mut inner, &mut caps, &clock);
    let id = caps[0].node_id();
    inner.set_next_commission(&caps[0], 5_000);
    next_epoch(&mut inner, &mut caps, &mut clock, 4);
    assert_eq!(inner.pool_for_testing(id).commission_rate(), 0);
    next_epoch(&mut inner, &mut caps, &mut clock, 4);
    assert_eq!(inner.pool_for_testing(id).commission_rate(), 5_000);
    next_epoch(&mut inner, &mut caps, &mut clock, 4);
    assert_eq!(inner.pool_for_testing(id).commission_amount(), frost(2));
    assert_eq!(collect(&mut inner, id, ctx), 0);

    clock.increment_for_testing(EPOCH_DURATION);
    inner.voting_end(&clock);
    assert_eq!(collect(&mut inner, id, ctx), frost(2));
    finish(inner, clock, caps, staked);
}

#[test]
fun donations_are_blocked_until_voting_ends() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, mut clock, mut caps, staked) = network_in_epoch_one(100, vector[10, 10], ctx);
    sync_all(&mut inner, &mut caps, &clock);
    next_epoch(&mut inner, &mut caps, &mut clock, 0);
    let id = caps[0].node_id();
    inner.add_commission_to_pools(
        vector[id, caps[1].node_id()],
        vector[wal_balance(3), wal_balance(4)],
    );
    assert_eq!(inner.pool_for_testing(caps[1].node_id()).commission_amount(), frost(4));
    assert_eq!(collect(&mut inner, id, ctx), 0);
    clock.increment_for_testing(EPOCH_DURATION);
    inner.voting_end(&clock);
    assert_eq!(collect(&mut inner, id, ctx), frost(3));
    // After the end of voting nothing is blocked.
    inner.add_commission_to_pools(vector[id], vector[wal_balance(6)]);
    assert_eq!(collect(&mut inner, id, ctx), frost(6));
    finish(inner, clock, caps, staked);
}

#[test]
fun commission_to_burn_includes_the_blocked_part() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, clock, caps, staked) = network(100, vector[10], ctx);
    let id = caps[0].node_id();
    inner.add_commission_to_pools(vector[id], vector[wal_balance(3)]);
    assert_eq!(inner.extract_commission_to_burn(id).destroy_for_testing(), frost(3));
    assert_eq!(inner.extract_commission_to_burn(id).destroy_for_testing(), 0);
    finish(inner, clock, caps, staked);
}

#[test, expected_failure(abort_code = staking_pool::EAuthorizationFailure)]
fun commission_for_stranger() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, clock, caps, staked) = network(100, vector[10], ctx);
    let payout = inner.collect_commission(
        caps[0].node_id(),
        auth::authenticate_with_object(&caps[0]),
    );
    destroy(payout);
    finish(inner, clock, caps, staked);
}

fun collect(inner: &mut StakingInnerV1, node_id: ID, ctx: &TxContext): u64 {
    inner.collect_commission(node_id, auth::authenticate_sender(ctx)).destroy_for_testing()
}

// === Queries ===

#[test]
fun rewards_query() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, mut clock, mut caps, staked) = network_in_epoch_one(100, vector[10, 10], ctx);
    sync_all(&mut inner, &mut caps, &clock);
    next_epoch(&mut inner, &mut caps, &mut clock, 10);
    let id = caps[0].node_id();
    assert_eq!(inner.calculate_rewards(id, frost(5), 1, 2), frost(5));
    assert_eq!(inner.calculate_rewards(id, frost(5), 2, 2), 0);
    finish(inner, clock, caps, staked);
}

#[test, expected_failure(abort_code = staking_inner::EPoolNotFound)]
fun rewards_query_for_unknown_pool() {
    let ctx = &mut tx_context::dummy();
    let (inner, clock, caps, staked) = network(100, vector[10], ctx);
    inner.calculate_rewards(node_id(1), frost(5), 1, 2);
    finish(inner, clock, caps, staked);
}

#[test, expected_failure(abort_code = staking_inner::ENotInCommittee)]
fun weight_of_stranger() {
    let ctx = &mut tx_context::dummy();
    let (inner, clock, caps, staked) = network(100, vector[10], ctx);
    inner.get_current_node_weight(caps[0].node_id());
    finish(inner, clock, caps, staked);
}

#[test]
fun governance_checks() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, clock, caps, staked) = network(100, vector[10], ctx);
    let id = caps[0].node_id();
    assert!(inner.check_governance_authorization(id, auth::authenticate_sender(ctx)));
    let by_cap = auth::authorized_object(object::id(&caps[0]));
    inner.set_governance_authorized(id, auth::authenticate_sender(ctx), by_cap);
    assert!(!inner.check_governance_authorization(id, auth::authenticate_sender(ctx)));
    assert!(inner.check_governance_authorization(id, auth::authenticate_with_object(&caps[0])));
    finish(inner, clock, caps, staked);
}

#[test]
fun empty_pool_can_be_removed() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, clock, caps, staked) = network(100, vector[0], ctx);
    let id = caps[0].node_id();
    assert!(inner.has_pool(id));
    inner.destroy_empty_pool(id, ctx);
    assert!(!inner.has_pool(id));
    finish(inner, clock, caps, staked);
}

#[test, expected_failure(abort_code = staking_pool::EPoolNotEmpty)]
fun pool_with_stake_cannot_be_removed() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, clock, caps, staked) = network(100, vector[1], ctx);
    inner.destroy_empty_pool(caps[0].node_id(), ctx);
    finish(inner, clock, caps, staked);
}

#[test]
fun removed_pool_does_not_block_voting_end() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, mut clock, mut caps, mut staked) = network_in_epoch_one(
        100,
        vector[10, 10],
        ctx,
    );
    sync_all(&mut inner, &mut caps, &clock);
    let mut sw = staked.remove(0);
    inner.request_withdraw_stake(&mut sw, ctx);
    next_epoch(&mut inner, &mut caps, &mut clock, 0);
    destroy(inner.withdraw_stake(sw, ctx));
    let id = caps[0].node_id();
    assert!(inner.previous_committee().contains(&id));
    inner.destroy_empty_pool(id, ctx);
    clock.increment_for_testing(EPOCH_DURATION);
    inner.voting_end(&clock);
    finish(inner, clock, caps, staked);
}

#[test]
fun zero_rewards_are_fine() {
    let ctx = &mut tx_context::dummy();
    let (mut inner, mut clock, mut caps, staked) = network_in_epoch_one(100, vector[10], ctx);
    sync_all(&mut inner, &mut caps, &clock);
    clock.increment_for_testing(EPOCH_DURATION);
    inner.voting_end(&clock);
    let id = caps[0].node_id();
    inner.initiate_epoch_change(
        &clock,
        vec_map::from_keys_values(vector[id], vector[balance::zero()]),
    );
    assert_eq!(inner.pool_for_testing(id).rewards_amount(), 0);
    assert_eq!(inner.pool_for_testing(id).blocked_commission_for_testing(), 0);
    finish(inner, clock, caps, staked);
}

// === Sanity checks: no selection leads to these committees ===

/// Lets a network take over a next committee of one node with this many shards.
fun adopt_one_member(shards: u64, ctx: &mut TxContext): StakingInnerV1 {
    let (mut inner, clock, caps, staked) = network(4, vector[1_000], ctx);
    let lists = vector[vector::tabulate!(shards, |_| 0u16)];
    let members = vec_map::from_keys_values(vector[caps[0].node_id()], lists);
    inner.adopt_next_committee_for_testing(committee::from_map_for_testing(members));
    clock.destroy_for_testing();
    destroy(caps);
    destroy(staked);
    inner
}

#[test, expected_failure(abort_code = staking_inner::EZeroNodeWeight)]
fun member_without_shards_is_not_adopted() {
    destroy(adopt_one_member(0, &mut tx_context::dummy()));
}

#[test]
fun member_may_have_as_many_shards_as_a_network() {
    let mut inner = adopt_one_member(65_535, &mut tx_context::dummy());
    assert_eq!(inner.next_bls_committee().n_shards(), 65_535);
    destroy(inner);
}

#[test, expected_failure(abort_code = staking_inner::EInvalidNodeWeight)]
fun member_with_more_shards_than_a_network_is_refused() {
    let mut inner = adopt_one_member(65_536, &mut tx_context::dummy());
    inner.next_bls_committee();
    abort
}
