/// The rules of the staking side: pools, active set, committees, votes and the epoch state machine.
///
/// An epoch starts in `EpochChangeSync` (shards move), becomes `EpochChangeDone` when nodes with a
/// quorum of shards have reported, and `NextParamsSelected` when voting has ended and the next
/// committee is fixed. The epoch change leads from there into the next epoch.
///
/// The module is long because its abort codes belong to its name: clients match on both.
module walrus::staking_inner;

use std::string::String;
use std::uq64_64;
use sui::balance::{Self, Balance};
use sui::bls12381::UncompressedG1;
use sui::clock::Clock;
use sui::coin::Coin;
use sui::group_ops::Element;
use sui::object_table::{Self, ObjectTable};
use sui::priority_queue::{Self, PriorityQueue};
use sui::vec_map::{Self, VecMap};
use wal::wal::WAL;
use walrus::active_set::{Self, ActiveSet};
use walrus::apportionment_queue;
use walrus::auth::{Authenticated, Authorized};
use walrus::bls_aggregate::{Self, BlsCommittee};
use walrus::committee::{Self, Committee};
use walrus::epoch_parameters::{Self, EpochParams};
use walrus::events;
use walrus::extended_field::{Self, ExtendedField};
use walrus::node_metadata::NodeMetadata;
use walrus::staked_wal::StakedWal;
use walrus::staking_pool::{Self, StakingPool};
use walrus::storage_node::StorageNodeCap;
use walrus::walrus_context::{Self, WalrusContext};

/// Smallest stake of a node in the active set. With 0, any positive stake qualifies.
const MIN_STAKE: u64 = 0;
/// Largest number of nodes in the active set.
const TEMP_ACTIVE_SET_SIZE_LIMIT: u16 = 150;
/// From this number of nodes on, the cap of shards per node does not depend on the number of nodes.
const MIN_NODES_FOR_SHARDS_LIMIT: u8 = 20;
/// The cap is one part in this many of all shards.
const SHARDS_LIMIT_DENOMINATOR: u8 = 10;

// Error codes.

/// The operation is not allowed in this state of the epoch, or not yet.
const EWrongEpochState: u64 = 0;
/// The report is for another epoch.
const EInvalidSyncEpoch: u64 = 1;
/// The node has reported for this epoch already.
const EDuplicateSyncDone: u64 = 2;
/// There is no stake to apportion shards by.
const ENoStake: u64 = 3;
/// The node is not a member of the current committee.
const ENotInCommittee: u64 = 4;
/// The next committee is selected already.
const ECommitteeSelected: u64 = 5;
/// The next committee has not been selected.
const ENextCommitteeIsEmpty: u64 = 6;
/// The number of shards of a node is out of range.
const EInvalidNodeWeight: u64 = 7;
/// There is no pool with this ID.
const EPoolNotFound: u64 = 8;
/// A selected member has no shards.
const EZeroNodeWeight: u64 = 9;
/// The keys and the committee are not in the same order.
const EIncorrectNodeOrder: u64 = 10;

/// Where the current epoch is. Times are milliseconds of the chain's clock.
public enum EpochState has copy, drop, store {
    /// The epoch has started; nodes with this many shards hold them all.
    EpochChangeSync(u16),
    /// Nodes with a quorum of shards hold them all since this time. Voting is open.
    EpochChangeDone(u64),
    /// Voting has ended; the time is still that of the transition to `EpochChangeDone`.
    NextParamsSelected(u64),
}

/// State of the staking side.
public struct StakingInnerV1 has store {
    /// Number of shards of the network.
    n_shards: u16,
    /// Shortest time between two epoch changes, in milliseconds.
    epoch_duration: u64,
    /// Earliest time of the change into epoch 1.
    first_epoch_start: u64,
    /// All pools by node ID.
    pools: ObjectTable<ID, StakingPool>,
    /// Current epoch.
    epoch: u32,
    /// Candidates for the next committee.
    active_set: ExtendedField<ActiveSet>,
    /// The committee of the next epoch, once selected.
    next_committee: Option<Committee>,
    /// The committee of the current epoch.
    committee: Committee,
    /// The committee of the previous epoch.
    previous_committee: Committee,
    /// The parameters selected last. They stay in place after the epoch has started.
    next_epoch_params: Option<EpochParams>,
    /// Where the current epoch is.
    epoch_state: EpochState,
    /// BLS keys of the next committee, fixed at its selection.
    next_epoch_public_keys: ExtendedField<VecMap<ID, Element<UncompressedG1>>>,
}

/// Returns the state of a new network in epoch 0, which collects registrations and stake.
public(package) fun new(
    epoch_zero_duration: u64,
    epoch_duration: u64,
    n_shards: u16,
    clock: &Clock,
    ctx: &mut TxContext,
): StakingInnerV1 {
    let now = clock.timestamp_ms();
    StakingInnerV1 {
        n_shards,
        epoch_duration,
        first_epoch_start: now + epoch_zero_duration,
        pools: object_table::new(ctx),
        epoch: 0,
        active_set: extended_field::new(
            active_set::new(TEMP_ACTIVE_SET_SIZE_LIMIT, MIN_STAKE),
            ctx,
        ),
        next_committee: option::none(),
        committee: committee::empty(),
        previous_committee: committee::empty(),
        next_epoch_params: option::none(),
        epoch_state: EpochState::EpochChangeDone(now),
        next_epoch_public_keys: extended_field::new(vec_map::empty(), ctx),
    }
}

/// Creates the pool of a new node and returns its ID, which is the node ID.
public(package) fun create_pool(
    self: &mut StakingInnerV1,
    name: String,
    network_address: String,
    metadata: NodeMetadata,
    public_key: vector<u8>,
    network_public_key: vector<u8>,
    proof_of_possession: vector<u8>,
    commission_rate: u16,
    storage_price: u64,
    write_price: u64,
    node_capacity: u64,
    ctx: &mut TxContext,
): ID {
    let pool = staking_pool::new(
        name,
        network_address,
        metadata,
        public_key,
        network_public_key,
        proof_of_possession,
        commission_rate,
        storage_price,
        write_price,
        node_capacity,
        &self.new_walrus_context(),
        ctx,
    );
    let node_id = object::id(&pool);
    self.pools.add(node_id, pool);
    node_id
}

// === Authorisation and commission ===

/// Names a new commission receiver of a pool.
public(package) fun set_commission_receiver(
    self: &mut StakingInnerV1,
    node_id: ID,
    auth: Authenticated,
    receiver: Authorized,
) {
    self.pools.borrow_mut(node_id).set_commission_receiver(auth, receiver);
}

/// Takes the commission of a pool that may be collected.
public(package) fun collect_commission(
    self: &mut StakingInnerV1,
    node_id: ID,
    auth: Authenticated,
): Balance<WAL> {
    self.pools.borrow_mut(node_id).collect_commission(auth)
}

/// Hands over the governance vote of a pool.
public(package) fun set_governance_authorized(
    self: &mut StakingInnerV1,
    node_id: ID,
    auth: Authenticated,
    authorized: Authorized,
) {
    self.pools.borrow_mut(node_id).set_governance_authorized(auth, authorized);
}

/// Returns whether the authentication is that of the pool's governance authority.
public(package) fun check_governance_authorization(
    self: &StakingInnerV1,
    node_id: ID,
    auth: Authenticated,
): bool {
    auth.matches(self.pools.borrow(node_id).governance_authorized())
}

/// Takes the whole commission of a pool, blocked or not.
public(package) fun extract_commission_to_burn(
    self: &mut StakingInnerV1,
    node_id: ID,
): Balance<WAL> {
    self.pools.borrow_mut(node_id).extract_commission_to_burn()
}

/// Adds tokens to the commissions of pools. Like the commission from rewards they are blocked until
/// voting ends.
public(package) fun add_commission_to_pools(
    self: &mut StakingInnerV1,
    node_ids: vector<ID>,
    commissions: vector<Balance<WAL>>,
) {
    let block = !self.epoch_state.is_next_params_selected();
    node_ids.zip_do!(commissions, |node_id, commission| {
        self.pools.borrow_mut(node_id).add_commission(commission, block);
    });
}

// === Voting ===

/// Ends voting: selects the next committee and the capacity. Possible from the middle of an epoch
/// on, in epoch 0 from the configured start of epoch 1 on.
public(package) fun voting_end(self: &mut StakingInnerV1, clock: &Clock) {
    let done_at = match (&self.epoch_state) {
        EpochState::EpochChangeDone(time) => *time,
        _ => abort EWrongEpochState,
    };
    let earliest = if (self.epoch == 0) {
        self.first_epoch_start
    } else {
        done_at + self.epoch_duration / 2
    };
    assert!(clock.timestamp_ms() >= earliest, EWrongEpochState);

    self.clear_previous_committee_blocked_commission();
    self.select_committee_and_calculate_votes();
    self.epoch_state = EpochState::NextParamsSelected(done_at);
    events::emit_epoch_parameters_selected(self.epoch + 1);
}

/// Lets the nodes of the finished epoch collect the commission they got at its end.
fun clear_previous_committee_blocked_commission(self: &mut StakingInnerV1) {
    self.previous_committee.inner().keys().do!(|node_id| {
        if (self.pools.contains(node_id)) {
            self.pools.borrow_mut(node_id).clear_blocked_commission();
        }
    });
}

/// Fixes committee, BLS keys and capacity of the next epoch.
public(package) fun select_committee_and_calculate_votes(self: &mut StakingInnerV1) {
    assert!(self.next_committee.is_none(), ECommitteeSelected);
    let next = self.compute_next_committee();
    self.adopt_next_committee(next);
}

/// Takes a committee over as the next one, with the BLS keys and the capacity votes of its members.
fun adopt_next_committee(self: &mut StakingInnerV1, next: Committee) {
    let mut keys = vec_map::empty();
    let mut capacity_votes = priority_queue::new(vector[]);
    let n_shards = self.n_shards;
    let (ids, shards) = next.to_inner().into_keys_values();
    ids.zip_do!(shards, |node_id, list| {
        let weight = list.length();
        assert!(weight > 0, EZeroNodeWeight);
        let pool = self.pools.borrow(node_id);
        keys.insert(node_id, *pool.node_info().next_epoch_public_key());
        // A node with capacity c for w of n shards can carry a network of c * n / w.
        let vote = (pool.node_capacity() as u128) * (n_shards as u128) / (weight as u128);
        let vote = vote.min(std::u64::max_value!() as u128) as u64;
        capacity_votes.insert(vote, weight);
    });
    let capacity = quorum_above(&mut capacity_votes, n_shards);

    self.next_epoch_public_keys.swap(keys);
    self.next_committee = option::some(next);
    // Prices are voted on separately and at any time, see `recalculate_prices`.
    let no_price = std::u64::max_value!();
    self.next_epoch_params = option::some(epoch_parameters::new(capacity, no_price, no_price));
}

/// Returns the largest value that a quorum voted for or above. The queue maps votes to shards.
fun quorum_above(vote_queue: &mut PriorityQueue<u64>, n_shards: u16): u64 {
    let mut support = 0;
    loop {
        let (vote, weight) = vote_queue.pop_max();
        support = support + weight;
        if (is_quorum_for_n_shards(support, n_shards as u64)) return vote
    }
}

/// Returns the smallest value that a quorum voted for or below. The queue maps votes to shards.
fun quorum_below(vote_queue: &mut PriorityQueue<u64>, n_shards: u16): u64 {
    let mut support = n_shards as u64;
    loop {
        let (vote, weight) = vote_queue.pop_max();
        support = support - weight;
        if (!is_quorum_for_n_shards(support, n_shards as u64)) return vote
    }
}

/// Returns storage price and write price by the votes of the current committee. Without a committee
/// both are the largest number.
public(package) fun recalculate_prices(self: &StakingInnerV1): (u64, u64) {
    if (self.committee.size() == 0) return (std::u64::max_value!(), std::u64::max_value!());
    let mut storage_votes = priority_queue::new(vector[]);
    let mut write_votes = priority_queue::new(vector[]);
    let (ids, shards) = self.committee.to_inner().into_keys_values();
    ids.zip_do!(shards, |node_id, list| {
        let pool = self.pools.borrow(node_id);
        let weight = list.length();
        storage_votes.insert(pool.storage_price(), weight);
        write_votes.insert(pool.write_price(), weight);
    });
    (
        quorum_below(&mut storage_votes, self.n_shards),
        quorum_below(&mut write_votes, self.n_shards),
    )
}

// === Node parameters ===

/// Schedules a commission rate.
public(package) fun set_next_commission(
    self: &mut StakingInnerV1,
    cap: &StorageNodeCap,
    commission_rate: u16,
) {
    let wctx = &self.new_walrus_context();
    self.pools.borrow_mut(cap.node_id()).set_next_commission(commission_rate, wctx);
}

/// Sets the vote for the storage price.
public(package) fun set_storage_price_vote(
    self: &mut StakingInnerV1,
    cap: &StorageNodeCap,
    storage_price: u64,
) {
    self.pools.borrow_mut(cap.node_id()).set_next_storage_price(storage_price);
}

/// Sets the vote for the write price.
public(package) fun set_write_price_vote(
    self: &mut StakingInnerV1,
    cap: &StorageNodeCap,
    write_price: u64,
) {
    self.pools.borrow_mut(cap.node_id()).set_next_write_price(write_price);
}

/// Sets the vote for the capacity, in bytes.
public(package) fun set_node_capacity_vote(
    self: &mut StakingInnerV1,
    cap: &StorageNodeCap,
    node_capacity: u64,
) {
    self.pools.borrow_mut(cap.node_id()).set_next_node_capacity(node_capacity);
}

/// Schedules a BLS key.
public(package) fun set_next_public_key(
    self: &mut StakingInnerV1,
    cap: &StorageNodeCap,
    public_key: vector<u8>,
    proof_of_possession: vector<u8>,
    ctx: &TxContext,
) {
    let wctx = &self.new_walrus_context();
    self
        .pools
        .borrow_mut(cap.node_id())
        .set_next_public_key(public_key, proof_of_possession, wctx, ctx);
}

/// Sets the name of a node.
public(package) fun set_name(self: &mut StakingInnerV1, cap: &StorageNodeCap, name: String) {
    self.pools.borrow_mut(cap.node_id()).set_name(name);
}

/// Sets the network address of a node.
public(package) fun set_network_address(
    self: &mut StakingInnerV1,
    cap: &StorageNodeCap,
    network_address: String,
) {
    self.pools.borrow_mut(cap.node_id()).set_network_address(network_address);
}

/// Sets the network public key of a node.
public(package) fun set_network_public_key(
    self: &mut StakingInnerV1,
    cap: &StorageNodeCap,
    network_public_key: vector<u8>,
) {
    self.pools.borrow_mut(cap.node_id()).set_network_public_key(network_public_key);
}

/// Replaces the metadata of a node.
public(package) fun set_node_metadata(
    self: &mut StakingInnerV1,
    cap: &StorageNodeCap,
    metadata: NodeMetadata,
) {
    self.pools.borrow_mut(cap.node_id()).set_node_metadata(metadata);
}

/// Removes and destroys an empty pool. No public function leads here today.
public(package) fun destroy_empty_pool(
    self: &mut StakingInnerV1,
    node_id: ID,
    _ctx: &mut TxContext,
) {
    self.pools.remove(node_id).destroy_empty();
}

// === Stake ===

/// Stakes with a pool.
public(package) fun stake_with_pool(
    self: &mut StakingInnerV1,
    to_stake: Coin<WAL>,
    node_id: ID,
    ctx: &mut TxContext,
): StakedWal {
    let wctx = &self.new_walrus_context();
    let staked_wal = self
        .pools
        .borrow_mut(node_id)
        .stake(to_stake.into_balance(), wctx, ctx);
    self.refresh_active_set(node_id);
    staked_wal
}

/// Requests the withdrawal of a stake.
public(package) fun request_withdraw_stake(
    self: &mut StakingInnerV1,
    staked_wal: &mut StakedWal,
    _ctx: &mut TxContext,
) {
    let node_id = staked_wal.node_id();
    let in_current_committee = self.committee.contains(&node_id);
    let in_next_committee = self.is_in_next_committee(&node_id);
    let wctx = &self.new_walrus_context();
    self
        .pools
        .borrow_mut(node_id)
        .request_withdraw_stake(staked_wal, in_current_committee, in_next_committee, wctx);
    self.refresh_active_set(node_id);
}

/// Pays a stake out.
public(package) fun withdraw_stake(
    self: &mut StakingInnerV1,
    staked_wal: StakedWal,
    ctx: &mut TxContext,
): Coin<WAL> {
    let node_id = staked_wal.node_id();
    let in_current_committee = self.committee.contains(&node_id);
    let in_next_committee = self.is_in_next_committee(&node_id);
    let wctx = &self.new_walrus_context();
    let payout = self
        .pools
        .borrow_mut(node_id)
        .withdraw_stake(staked_wal, in_current_committee, in_next_committee, wctx);
    self.refresh_active_set(node_id);
    payout.into_coin(ctx)
}

/// Brings the active set up to date with the stake of one node.
public(package) fun try_join_active_set(self: &mut StakingInnerV1, cap: &StorageNodeCap) {
    self.refresh_active_set(cap.node_id());
}

/// The stake that counts is the one for the next selection: that of the next epoch, or of the one
/// after if the next committee is selected.
fun refresh_active_set(self: &mut StakingInnerV1, node_id: ID) {
    let ahead = if (self.epoch_state.is_next_params_selected()) 2 else 1;
    let stake = self.pools.borrow(node_id).wal_balance_at_epoch(self.epoch + ahead);
    self.active_set.borrow_mut().insert_or_update(node_id, stake);
}

// === Committee selection ===

/// Returns the committee that would follow the current one by the present stakes.
public(package) fun compute_next_committee(self: &StakingInnerV1): Committee {
    let shard_counts = self.apportionment();
    if (self.committee.size() == 0) {
        committee::initialize(shard_counts)
    } else {
        self.committee.transition(shard_counts)
    }
}

/// Returns the number of shards by node ID, in the order of the active set and without the nodes
/// that get none.
fun apportionment(self: &StakingInnerV1): VecMap<ID, u16> {
    let (node_ids, stakes) = self.active_set.borrow().active_ids_and_stake();
    // Ties go to the node that comes first.
    let count = node_ids.length();
    let priorities = vector::tabulate!(count, |i| count - i);
    let shard_counts = dhondt(priorities, self.n_shards, stakes);

    let mut ids = vector[];
    let mut counts = vector[];
    node_ids.zip_do!(shard_counts, |node_id, shards| {
        if (shards > 0) {
            ids.push_back(node_id);
            counts.push_back(shards);
        }
    });
    vec_map::from_keys_values(ids, counts)
}

/// Distributes shards by stake with the method of D'Hondt and a cap per node.
///
/// Most shards are given at once: dividing by a quotient just above total / (n + 1) gives every
/// node a number of shards that the step-by-step method would reach in any case. The rest goes one
/// by one to the node with the largest stake per shard it would then have.
fun dhondt(node_priorities: vector<u64>, n_shards: u16, stake: vector<u64>): vector<u16> {
    let mut total = 0u128;
    stake.do_ref!(|amount| total = total + (*amount as u128));
    assert!(total > 0, ENoStake);

    let shards_to_give = n_shards as u64;
    let cap = max_shards_per_node(stake.length(), shards_to_give);
    let quotient = total / ((shards_to_give + 1) as u128) + 1;

    let mut given = 0;
    let mut shards = vector<u64>[];
    let mut queue = apportionment_queue::new<u64>();
    stake.length().do!(|i| {
        let guaranteed = ((stake[i] as u128) / quotient) as u64;
        let count = guaranteed.min(cap);
        shards.push_back(count);
        given = given + count;
        if (count < cap) {
            let priority = uq64_64::from_quotient(stake[i] as u128, (count + 1) as u128);
            queue.insert(priority, node_priorities[i], i);
        }
    });

    while (given < shards_to_give) {
        let (_, tie_breaker, i) = queue.pop_max();
        let count = shards[i] + 1;
        *&mut shards[i] = count;
        given = given + 1;
        if (count < cap) {
            let priority = uq64_64::from_quotient(stake[i] as u128, (count + 1) as u128);
            queue.insert(priority, tie_breaker, i);
        }
    };
    shards.map!(|count| count as u16)
}

/// Returns the cap of shards per node: a tenth of all, or twice the equal share, rounded up, in a
/// network with few nodes.
fun max_shards_per_node(n_nodes: u64, n_shards: u64): u64 {
    let denominator = SHARDS_LIMIT_DENOMINATOR as u64;
    let min_nodes = MIN_NODES_FOR_SHARDS_LIMIT as u64;
    if (n_nodes >= min_nodes) {
        n_shards / denominator
    } else {
        (min_nodes * n_shards).div_ceil(denominator * n_nodes)
    }
}

// === Epoch change ===

/// Starts the next epoch. `rewards` are those of the finished epoch's committee, by node ID.
public(package) fun initiate_epoch_change(
    self: &mut StakingInnerV1,
    clock: &Clock,
    rewards: VecMap<ID, Balance<WAL>>,
) {
    let done_at = match (&self.epoch_state) {
        EpochState::NextParamsSelected(time) => *time,
        _ => abort EWrongEpochState,
    };
    let earliest = if (self.epoch == 0) {
        self.first_epoch_start
    } else {
        done_at + self.epoch_duration
    };
    assert!(clock.timestamp_ms() >= earliest, EWrongEpochState);
    self.advance_epoch(rewards);
}

/// Puts the selected committee into office and advances the pools of the old and the new committee.
public(package) fun advance_epoch(
    self: &mut StakingInnerV1,
    rewards: VecMap<ID, Balance<WAL>>,
) {
    assert!(self.next_committee.is_some(), EWrongEpochState);
    self.epoch = self.epoch + 1;
    self.previous_committee = self.committee;
    self.committee = self.next_committee.extract();
    self.epoch_state = EpochState::EpochChangeSync(0);

    let wctx = &self.new_walrus_context();
    let (node_ids, amounts) = rewards.into_keys_values();
    node_ids.zip_do!(amounts, |node_id, reward| self.advance_pool(node_id, reward, wctx));

    let (newcomers, _) = self.committee.diff(&self.previous_committee);
    newcomers.do!(|node_id| self.advance_pool(node_id, balance::zero(), wctx));

    events::emit_epoch_change_start(self.epoch);
}

/// Advances one pool and refreshes its entry in the active set, if it still has one.
fun advance_pool(
    self: &mut StakingInnerV1,
    node_id: ID,
    reward: Balance<WAL>,
    wctx: &WalrusContext,
) {
    let pool = self.pools.borrow_mut(node_id);
    pool.advance_epoch(reward, wctx);
    let stake = pool.wal_balance_at_epoch(wctx.epoch() + 1);
    self.active_set.borrow_mut().update(node_id, stake);
}

/// Takes a node's report that it holds all its shards of the current epoch. The report that
/// completes a quorum opens voting.
public(package) fun epoch_sync_done(
    self: &mut StakingInnerV1,
    cap: &mut StorageNodeCap,
    epoch: u32,
    clock: &Clock,
) {
    assert!(epoch == self.epoch, EInvalidSyncEpoch);
    assert!(cap.last_epoch_sync_done() < self.epoch, EDuplicateSyncDone);
    cap.set_last_epoch_sync_done(self.epoch);

    let node_id = cap.node_id();
    assert!(self.committee.contains(&node_id), ENotInCommittee);
    let shards = self.committee[&node_id];

    match (self.epoch_state) {
        EpochState::EpochChangeSync(synced) => {
            let weight = synced + (shards.length() as u16);
            if (self.is_quorum(weight)) {
                self.epoch_state = EpochState::EpochChangeDone(clock.timestamp_ms());
                events::emit_epoch_change_done(self.epoch);
            } else {
                self.epoch_state = EpochState::EpochChangeSync(weight);
            }
        },
        // Late reports change nothing but are recorded.
        _ => (),
    };
    events::emit_shards_received(self.epoch, shards);
}

/// Builds the BLS committee of the next epoch from the selected committee and the keys remembered
/// at its selection, which are cleared.
public(package) fun next_bls_committee(self: &mut StakingInnerV1): BlsCommittee {
    assert!(self.next_committee.is_some(), ENextCommitteeIsEmpty);
    let (ids, shards) = self.next_committee.borrow().to_inner().into_keys_values();
    let (key_ids, keys) = self
        .next_epoch_public_keys
        .swap(vec_map::empty())
        .into_keys_values();
    assert!(ids == key_ids, EIncorrectNodeOrder);

    let mut members = vector[];
    ids.length().do!(|i| {
        let weight = shards[i].length();
        assert!(weight <= (std::u16::max_value!() as u64), EInvalidNodeWeight);
        members.push_back(
            bls_aggregate::new_bls_committee_member(keys[i], weight as u16, ids[i]),
        );
    });
    bls_aggregate::new_bls_committee(self.epoch + 1, members)
}

// === Queries ===

/// Returns the number of shards of a node in the current committee.
public(package) fun get_current_node_weight(self: &StakingInnerV1, node_id: ID): u16 {
    assert!(self.committee.contains(&node_id), ENotInCommittee);
    self.committee[&node_id].length() as u16
}

/// Returns a copy of the metadata of a node.
public(package) fun node_metadata(self: &StakingInnerV1, node_id: ID): NodeMetadata {
    self.pools.borrow(node_id).node_info().metadata()
}

/// Returns the committee of the next epoch, if it is selected.
public(package) fun next_committee(self: &StakingInnerV1): &Option<Committee> {
    &self.next_committee
}

/// Returns the parameters selected last. Aborts in the framework before the first selection.
public(package) fun next_epoch_params(self: &StakingInnerV1): &EpochParams {
    self.next_epoch_params.borrow()
}

/// Returns the current epoch.
public(package) fun epoch(self: &StakingInnerV1): u32 {
    self.epoch
}

/// Returns the committee of the current epoch.
public(package) fun committee(self: &StakingInnerV1): &Committee {
    &self.committee
}

/// Returns the committee of the previous epoch.
public(package) fun previous_committee(self: &StakingInnerV1): &Committee {
    &self.previous_committee
}

/// Returns whether a node with this ID is registered.
public(package) fun has_pool(self: &StakingInnerV1, node_id: ID): bool {
    self.pools.contains(node_id)
}

/// Returns the number of shards of the network.
public(package) fun n_shards(self: &StakingInnerV1): u16 {
    self.n_shards
}

/// Returns the rewards a principal earns with a pool between two epochs.
public(package) fun calculate_rewards(
    self: &StakingInnerV1,
    node_id: ID,
    staked_principal: u64,
    activation_epoch: u32,
    withdraw_epoch: u32,
): u64 {
    assert!(self.has_pool(node_id), EPoolNotFound);
    self
        .pools
        .borrow(node_id)
        .calculate_rewards(staked_principal, activation_epoch, withdraw_epoch)
}

/// Returns whether a stake can be taken back in one step because it does not count yet.
public(package) fun can_withdraw_staked_wal_early(self: &StakingInnerV1, sw: &StakedWal): bool {
    let in_next_committee = self.is_in_next_committee(&sw.node_id());
    sw.can_withdraw_early(in_next_committee, &self.new_walrus_context())
}

/// Returns whether this number of shards is a quorum: more than two thirds.
public(package) fun is_quorum(self: &StakingInnerV1, weight: u16): bool {
    is_quorum_for_n_shards(weight as u64, self.n_shards as u64)
}

/// Raises the limit of the active set to the constant of this version.
public(package) fun update_active_set_max_size(self: &mut StakingInnerV1) {
    self.active_set.borrow_mut().set_max_size(TEMP_ACTIVE_SET_SIZE_LIMIT);
}

fun is_quorum_for_n_shards(weight: u64, n_shards: u64): bool {
    3 * weight >= 2 * n_shards + 1
}

fun is_next_params_selected(state: &EpochState): bool {
    match (state) {
        EpochState::NextParamsSelected(_) => true,
        _ => false,
    }
}

fun is_in_next_committee(self: &StakingInnerV1, node_id: &ID): bool {
    self.next_committee.is_some() && self.next_committee.borrow().contains(node_id)
}

fun new_walrus_context(self: &StakingInnerV1): WalrusContext {
    walrus_context::new(
        self.epoch,
        self.epoch_state.is_next_params_selected(),
        self.committee.to_inner(),
    )
}

// === Test only ===

#[test_only]
/// Runs the apportionment of `dhondt` with priorities in the order of the stakes.
public fun dhondt_for_testing(n_shards: u16, stake: vector<u64>): vector<u16> {
    let count = stake.length();
    dhondt(vector::tabulate!(count, |i| count - i), n_shards, stake)
}

#[test_only]
/// Runs `quorum_above` on votes with weights.
public fun quorum_above_for_testing(
    votes: vector<u64>,
    weights: vector<u64>,
    n_shards: u16,
): u64 {
    quorum_above(&mut queue_for_testing(votes, weights), n_shards)
}

#[test_only]
/// Runs `quorum_below` on votes with weights.
public fun quorum_below_for_testing(
    votes: vector<u64>,
    weights: vector<u64>,
    n_shards: u16,
): u64 {
    quorum_below(&mut queue_for_testing(votes, weights), n_shards)
}

#[test_only]
fun queue_for_testing(votes: vector<u64>, weights: vector<u64>): PriorityQueue<u64> {
    let mut queue = priority_queue::new(vector[]);
    votes.zip_do!(weights, |vote, weight| queue.insert(vote, weight));
    queue
}

#[test_only]
/// Runs `adopt_next_committee` on any committee.
public fun adopt_next_committee_for_testing(self: &mut StakingInnerV1, next: Committee) {
    self.adopt_next_committee(next)
}

#[test_only]
/// Returns the pool of a node.
public fun pool_for_testing(self: &StakingInnerV1, node_id: ID): &StakingPool {
    self.pools.borrow(node_id)
}

#[test_only]
/// Returns the pool of a node for changes.
public fun pool_mut_for_testing(self: &mut StakingInnerV1, node_id: ID): &mut StakingPool {
    self.pools.borrow_mut(node_id)
}

#[test_only]
/// Returns a copy of the active set.
public fun active_set_for_testing(self: &StakingInnerV1): ActiveSet {
    *self.active_set.borrow()
}

#[test_only]
/// Returns the synchronised shards, or none in another state of the epoch.
public fun synced_shards_for_testing(self: &StakingInnerV1): Option<u16> {
    match (&self.epoch_state) {
        EpochState::EpochChangeSync(weight) => option::some(*weight),
        _ => option::none(),
    }
}

#[test_only]
/// Returns since when voting is open, or none in another state of the epoch.
public fun done_time_for_testing(self: &StakingInnerV1): Option<u64> {
    match (&self.epoch_state) {
        EpochState::EpochChangeDone(time) => option::some(*time),
        _ => option::none(),
    }
}

#[test_only]
/// Returns whether the next committee is selected according to the state of the epoch.
public fun is_selected_for_testing(self: &StakingInnerV1): bool {
    self.epoch_state.is_next_params_selected()
}
