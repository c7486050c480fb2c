/// One pool per storage node: the node's votes and description, its delegated stake, the shares of
/// the delegators, rewards and commission.
///
/// Accounting: `wal_balance` counts all WAL that works for the node (active principals plus their
/// rewards) against `num_shares` shares. Principals stay in the `StakedWal` objects; only reward
/// tokens are held here, in `rewards_pool`. The ratio of the two numbers is recorded whenever the
/// pool enters an epoch, and a stake's value between two epochs follows from the two ratios. Stake
/// and withdrawals are collected by the epoch in which they take effect and are applied together
/// when the pool advances into that epoch.
///
/// The module is long because its abort codes belong to its name: clients match on both.
module walrus::staking_pool;

use std::string::String;
use sui::bag::{Self, Bag};
use sui::balance::{Self, Balance};
use sui::table::{Self, Table};
use wal::wal::WAL;
use walrus::auth::{Self, Authenticated, Authorized};
use walrus::messages;
use walrus::node_metadata::NodeMetadata;
use walrus::pending_values::{Self, PendingValues};
use walrus::pool_exchange_rate::{Self, PoolExchangeRate};
use walrus::staked_wal::{Self, StakedWal};
use walrus::storage_node::{Self, StorageNodeInfo};
use walrus::walrus_context::WalrusContext;

/// Longest name of a node, in bytes.
const MAX_NODE_NAME_LENGTH: u64 = 100;
/// Longest network address, in bytes: 253 for the host name, 1 for the separator, 5 for the port.
const MAX_NETWORK_ADDRESS_LENGTH: u64 = 259;
/// 100% in basis points.
const N_BASIS_POINTS: u16 = 100_00;

// Error codes.

/// The pool has been advanced to this epoch already.
const EPoolAlreadyUpdated: u64 = 0;
// Not raised by this version, unlike the official one: see `process_pending_stake`.
/// Withdrawals are worth more than the pool.
#[allow(unused_const)]
const ECalculationError: u64 = 1;
/// Rewards arrive at a pool without active stake.
const EIncorrectEpochAdvance: u64 = 2;
/// The pool to destroy still holds something.
const EPoolNotEmpty: u64 = 3;
/// The proof of possession does not verify.
const EInvalidProofOfPossession: u64 = 4;
/// The pool is being closed already.
const EPoolAlreadyWithdrawing: u64 = 5;
/// The pool does not accept stake any more.
const EPoolIsNotActive: u64 = 6;
/// The amount is 0.
const EZeroStake: u64 = 7;
/// The stake was requested for withdrawal already.
const ENotStaked: u64 = 8;
/// The stake belongs to another pool.
const EIncorrectPoolId: u64 = 9;
/// The stake has to be requested for withdrawal first.
const ENotWithdrawing: u64 = 10;
/// The withdraw epoch is in the future.
const EWithdrawEpochNotReached: u64 = 11;
/// The activation epoch is in the future.
const EActivationEpochNotReached: u64 = 12;
/// The stake can be withdrawn at once, without a request.
const EWithdrawDirectly: u64 = 13;
/// The commission rate is above 100%.
const EIncorrectCommissionRate: u64 = 14;
/// The authentication does not match the rule.
const EAuthorizationFailure: u64 = 15;
/// The network address is too long.
const EInvalidNetworkAddressLength: u64 = 16;
/// The name is too long.
const EInvalidNameLength: u64 = 17;
/// The stake converts to no share at all.
const EZeroShares: u64 = 18;

/// Key of the commission amount (`u64`) that may not be collected before voting ends.
public struct NewEpochCommissionBlockedForCollection has copy, drop, store {}

/// Whether the pool accepts stake. All pools are active today: nothing leads to the other states.
public enum PoolState has copy, drop, store {
    /// Accepts stake.
    Active,
    /// Accepts no stake from the given epoch on.
    Withdrawing(u32),
    /// Closed.
    Withdrawn,
}

/// The node's current votes.
public struct VotingParams has copy, drop, store {
    /// Price of one unit of storage for one epoch, in FROST.
    storage_price: u64,
    /// Price of writing one unit, in FROST.
    write_price: u64,
    /// Bytes the node can hold.
    node_capacity: u64,
}

/// The pool of one node. Its object ID is the node ID.
public struct StakingPool has key, store {
    id: UID,
    /// Whether the pool accepts stake.
    state: PoolState,
    /// The node's votes.
    voting_params: VotingParams,
    /// Name, addresses and keys of the node.
    node_info: StorageNodeInfo,
    /// Epoch from which the pool can be part of a committee.
    activation_epoch: u32,
    /// Epoch into which the pool was last advanced.
    latest_epoch: u32,
    /// Active principals and their rewards, in FROST.
    wal_balance: u64,
    /// Shares of the active stake.
    num_shares: u64,
    /// Shares that leave the pool, by withdraw epoch.
    pending_shares_withdraw: PendingValues,
    /// Principals whose withdrawal was requested before they became active, by withdraw epoch.
    /// Their number of shares is not known before the epoch ahead of it.
    pre_active_withdrawals: PendingValues,
    /// Scheduled commission rates by epoch.
    pending_commission_rate: PendingValues,
    /// Commission rate in basis points.
    commission_rate: u16,
    /// Exchange rate by epoch, for the epochs into which the pool was advanced.
    exchange_rates: Table<u32, PoolExchangeRate>,
    /// Principals by activation epoch.
    pending_stake: PendingValues,
    /// Reward tokens of the delegators.
    rewards_pool: Balance<WAL>,
    /// Commission tokens of the operator.
    commission: Balance<WAL>,
    /// Who may collect the commission.
    commission_receiver: Authorized,
    /// Who votes in matters of governance.
    governance_authorized: Authorized,
    /// Room for additions; see `NewEpochCommissionBlockedForCollection`.
    extra_fields: Bag,
}

/// Creates the pool of a new node. The proof of possession is over the current epoch, the sender
/// and the BLS key. The sender starts as commission receiver and as governance authority.
///
/// Checks, in this order: proof, length of the name, length of the address, commission rate, node
/// keys.
public(package) fun new(
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
    wctx: &WalrusContext,
    ctx: &mut TxContext,
): StakingPool {
    check_proof_of_possession(public_key, proof_of_possession, wctx, ctx);
    check_name(&name);
    check_network_address(&network_address);
    check_commission_rate(commission_rate);

    let id = object::new(ctx);
    let node_id = id.to_inner();
    let node_info = storage_node::new(
        name,
        node_id,
        network_address,
        public_key,
        network_public_key,
        metadata,
        ctx,
    );

    // Once the next committee is selected, the node can only take part in the one after.
    let activation_epoch = if (wctx.committee_selected()) wctx.epoch() + 1 else wctx.epoch();
    let mut exchange_rates = table::new(ctx);
    exchange_rates.add(activation_epoch, pool_exchange_rate::flat());

    let sender = auth::authorized_address(ctx.sender());
    StakingPool {
        id,
        state: PoolState::Active,
        voting_params: VotingParams { storage_price, write_price, node_capacity },
        node_info,
        activation_epoch,
        latest_epoch: wctx.epoch(),
        wal_balance: 0,
        num_shares: 0,
        pending_shares_withdraw: pending_values::empty(),
        pre_active_withdrawals: pending_values::empty(),
        pending_commission_rate: pending_values::empty(),
        commission_rate,
        exchange_rates,
        pending_stake: pending_values::empty(),
        rewards_pool: balance::zero(),
        commission: balance::zero(),
        commission_receiver: sender,
        governance_authorized: sender,
        extra_fields: bag::new(ctx),
    }
}

/// Closes the pool for new stake from the next epoch on. No public function leads here today.
public(package) fun set_withdrawing(pool: &mut StakingPool, wctx: &WalrusContext) {
    assert!(pool.is_active(), EPoolAlreadyWithdrawing);
    pool.state = PoolState::Withdrawing(wctx.epoch() + 1);
}

// === Stake ===

/// Stakes an amount of at least 1 WAL. It counts from the next committee that can still be
/// influenced: epoch + 1, or epoch + 2 when the committee of epoch + 1 is selected.
public(package) fun stake(
    pool: &mut StakingPool,
    to_stake: Balance<WAL>,
    wctx: &WalrusContext,
    ctx: &mut TxContext,
): StakedWal {
    assert!(pool.is_active(), EPoolIsNotActive);
    let amount = to_stake.value();
    assert!(amount > 0, EZeroStake);

    let delay = if (wctx.committee_selected()) 2 else 1;
    let activation_epoch = wctx.epoch() + delay;
    let staked_wal = staked_wal::mint(pool.id.to_inner(), to_stake, activation_epoch, ctx);
    pool.pending_stake.insert_or_add(activation_epoch, amount);
    staked_wal
}

/// First step of a withdrawal in two steps: fixes the epoch in which the stake leaves the pool.
/// `in_next_committee` says whether the next committee is selected and has the node as a member.
public(package) fun request_withdraw_stake(
    pool: &mut StakingPool,
    staked_wal: &mut StakedWal,
    in_current_committee: bool,
    in_next_committee: bool,
    wctx: &WalrusContext,
) {
    let principal = staked_wal.value();
    assert!(principal > 0, EZeroStake);
    assert!(staked_wal.node_id() == pool.id.to_inner(), EIncorrectPoolId);
    assert!(staked_wal.is_staked(), ENotStaked);
    assert!(!staked_wal.can_withdraw_early(in_next_committee, wctx), EWithdrawDirectly);

    let epoch = wctx.epoch();
    let activation_epoch = staked_wal.activation_epoch();

    // The stake is part of the selected next committee but has no shares before that epoch starts.
    // It serves that one epoch and leaves after it.
    if (activation_epoch == epoch + 1) {
        let withdraw_epoch = activation_epoch + 1;
        pool.pre_active_withdrawals.insert_or_add(withdraw_epoch, principal);
        staked_wal.set_withdrawing(withdraw_epoch);
        return
    };

    assert!(activation_epoch <= epoch, EActivationEpochNotReached);
    assert!(in_next_committee || in_current_committee, EWithdrawDirectly);
    let withdraw_epoch = if (in_next_committee) epoch + 2 else epoch + 1;

    let shares = pool.exchange_rate_at_epoch(activation_epoch).convert_to_share_amount(principal);
    assert!(shares > 0, EZeroShares);
    pool.pending_shares_withdraw.insert_or_add(withdraw_epoch, shares);
    staked_wal.set_withdrawing(withdraw_epoch);
}

/// Pays a stake out: the principal, and the rewards it has earned up to its withdraw epoch.
///
/// Works in one step for a stake that no committee counts on: one that is not part of a selected
/// committee yet, or one with a node that is in neither committee. Otherwise the withdrawal must
/// have been requested and its epoch must have come.
public(package) fun withdraw_stake(
    pool: &mut StakingPool,
    staked_wal: StakedWal,
    in_current_committee: bool,
    in_next_committee: bool,
    wctx: &WalrusContext,
): Balance<WAL> {
    let value = staked_wal.value();
    assert!(value > 0, EZeroStake);
    assert!(staked_wal.node_id() == pool.id.to_inner(), EIncorrectPoolId);

    let epoch = wctx.epoch();
    let activation_epoch = staked_wal.activation_epoch();

    if (staked_wal.can_withdraw_early(in_next_committee, wctx)) {
        pool.pending_stake.reduce(activation_epoch, value);
        return staked_wal.into_balance()
    };

    let in_committee = in_current_committee || in_next_committee;
    let reward = if (!in_committee && staked_wal.is_staked()) {
        if (activation_epoch > epoch) {
            pool.pending_stake.reduce(activation_epoch, value);
            0
        } else {
            // The shares leave the accounting when the pool advances the next time.
            let shares = pool
                .exchange_rate_at_epoch(activation_epoch)
                .convert_to_share_amount(value);
            pool.pending_shares_withdraw.insert_or_add(epoch, shares);
            pool.calculate_rewards(value, activation_epoch, epoch)
        }
    } else {
        assert!(staked_wal.is_withdrawing(), ENotWithdrawing);
        assert!(staked_wal.withdraw_epoch() <= epoch, EWithdrawEpochNotReached);
        assert!(activation_epoch <= epoch, EActivationEpochNotReached);
        pool.calculate_rewards(value, activation_epoch, staked_wal.withdraw_epoch())
    };

    // Roundings in different epochs can make the sum of all claims exceed the tokens by dust.
    let payable = reward.min(pool.rewards_pool.value());
    let mut payout = staked_wal.into_balance();
    payout.join(pool.rewards_pool.split(payable));
    payout
}

// === Epoch change ===

/// Advances the pool into the current epoch with the rewards of the finished one: takes the
/// commission, applies scheduled changes (commission rate, BLS key) and pending stake.
public(package) fun advance_epoch(
    pool: &mut StakingPool,
    mut rewards: Balance<WAL>,
    wctx: &WalrusContext,
) {
    let epoch = wctx.epoch();
    assert!(epoch > pool.latest_epoch, EPoolAlreadyUpdated);
    let total = rewards.value();
    assert!(total == 0 || pool.wal_balance > 0, EIncorrectEpochAdvance);

    // The rate in force during the finished epoch applies to its rewards. It stays out of reach
    // until voting ends, so that a vote on slashing can come first.
    let commission = (total as u128) * (pool.commission_rate as u128) / (N_BASIS_POINTS as u128);
    pool.add_commission(rewards.split(commission as u64), true);

    pool.pending_commission_rate.latest_value_at(epoch).do!(|rate| {
        pool.commission_rate = rate as u16;
    });
    pool.pending_commission_rate.flush(epoch);

    pool.wal_balance = pool.wal_balance + rewards.value();
    pool.rewards_pool.join(rewards);
    pool.latest_epoch = epoch;
    pool.node_info.rotate_public_key();
    pool.process_pending_stake(wctx);
}

/// Records the exchange rate of the current epoch, then lets stake and withdrawals take effect that
/// are due.
public(package) fun process_pending_stake(pool: &mut StakingPool, wctx: &WalrusContext) {
    let epoch = wctx.epoch();
    let rate = pool_exchange_rate::new(pool.wal_balance, pool.num_shares);
    pool.exchange_rates.add(epoch, rate);

    pool.wal_balance = pool.wal_balance + pool.pending_stake.flush(epoch);

    let mut shares = pool.pending_shares_withdraw.flush(epoch);
    pool.pre_active_withdrawals.inner().keys().do!(|withdraw_epoch| {
        if (withdraw_epoch <= epoch) {
            shares = shares + pool.pre_active_shares(withdraw_epoch);
            pool.pre_active_withdrawals.inner_mut().remove(&withdraw_epoch);
        }
    });
    // The shares of every stake are rounded on their own, and the sum of the pool is rounded in every
    // epoch: if all stakes leave together they can be worth more than the pool. After a pool was empty
    // the difference can be large. An abort would stop the epoch change of the whole network for good.
    let withdrawn = rate.convert_to_wal_amount(shares).min(pool.wal_balance);

    pool.wal_balance = pool.wal_balance - withdrawn;
    pool.num_shares = rate.convert_to_share_amount(pool.wal_balance);
}

// === Node parameters ===

/// Schedules a commission rate for epoch + 2, replacing one that is scheduled for it already.
public(package) fun set_next_commission(
    pool: &mut StakingPool,
    commission_rate: u16,
    wctx: &WalrusContext,
) {
    check_commission_rate(commission_rate);
    pool.pending_commission_rate.insert_or_replace(wctx.epoch() + 2, commission_rate as u64);
}

/// Sets the vote for the storage price.
public(package) fun set_next_storage_price(pool: &mut StakingPool, storage_price: u64) {
    pool.voting_params.storage_price = storage_price;
}

/// Sets the vote for the write price.
public(package) fun set_next_write_price(pool: &mut StakingPool, write_price: u64) {
    pool.voting_params.write_price = write_price;
}

/// Sets the vote for the capacity, in bytes.
public(package) fun set_next_node_capacity(pool: &mut StakingPool, node_capacity: u64) {
    pool.voting_params.node_capacity = node_capacity;
}

/// Schedules a BLS key for the next committee the node joins. Needs a proof of possession by the
/// sender for the current epoch.
public(package) fun set_next_public_key(
    self: &mut StakingPool,
    public_key: vector<u8>,
    proof_of_possession: vector<u8>,
    wctx: &WalrusContext,
    ctx: &TxContext,
) {
    check_proof_of_possession(public_key, proof_of_possession, wctx, ctx);
    self.node_info.set_next_public_key(public_key);
}

/// Sets the name, up to 100 bytes.
public(package) fun set_name(self: &mut StakingPool, name: String) {
    check_name(&name);
    self.node_info.set_name(name);
}

/// Sets the network address, up to 259 bytes.
public(package) fun set_network_address(self: &mut StakingPool, network_address: String) {
    check_network_address(&network_address);
    self.node_info.set_network_address(network_address);
}

/// Sets the network public key, exactly 33 bytes.
public(package) fun set_network_public_key(
    self: &mut StakingPool,
    network_public_key: vector<u8>,
) {
    self.node_info.set_network_public_key(network_public_key);
}

/// Replaces the metadata.
public(package) fun set_node_metadata(self: &mut StakingPool, metadata: NodeMetadata) {
    self.node_info.set_node_metadata(metadata);
}

/// Destroys a pool that holds nothing any more. No public function leads here today.
public(package) fun destroy_empty(pool: StakingPool) {
    assert!(pool.is_empty(), EPoolNotEmpty);
    let StakingPool {
        id,
        node_info,
        exchange_rates,
        rewards_pool,
        commission,
        mut extra_fields,
        ..,
    } = pool;
    let key = NewEpochCommissionBlockedForCollection {};
    if (extra_fields.contains(key)) {
        let _: u64 = extra_fields.remove(key);
    };
    extra_fields.destroy_empty();
    exchange_rates.drop();
    rewards_pool.destroy_zero();
    commission.destroy_zero();
    node_info.destroy();
    id.delete();
}

// === Rates and balances ===

/// Returns the exchange rate at an epoch: the newest recorded one that is not after it, or one to
/// one. Epochs in which the pool was in no committee have no record, hence the walk backwards.
public(package) fun exchange_rate_at_epoch(pool: &StakingPool, mut epoch: u32): PoolExchangeRate {
    while (epoch >= pool.activation_epoch) {
        if (pool.exchange_rates.contains(epoch)) return *pool.exchange_rates.borrow(epoch);
        if (epoch == 0) break;
        epoch = epoch - 1;
    };
    pool_exchange_rate::flat()
}

/// Returns the projected balance at a future epoch: what is active now, plus the stake and minus
/// the withdrawals that are due by then, at today's ratio. This is the stake that counts for the
/// selection of committees.
public(package) fun wal_balance_at_epoch(pool: &StakingPool, epoch: u32): u64 {
    let expected = pool.wal_balance + pool.pending_stake.value_at(epoch);

    let mut shares = pool.pending_shares_withdraw.value_at(epoch);
    pool.pre_active_withdrawals.inner().keys().do!(|withdraw_epoch| {
        if (withdraw_epoch <= epoch) shares = shares + pool.pre_active_shares(withdraw_epoch);
    });
    let rate = pool_exchange_rate::new(pool.wal_balance, pool.num_shares);
    let withdrawn = rate.convert_to_wal_amount(shares);
    // Today's ratio is rounded, so that a full withdrawal can be overestimated by dust.
    if (withdrawn >= expected) 0 else expected - withdrawn
}

/// Returns the rewards, in FROST, that a principal earns from its activation until it is withdrawn.
public(package) fun calculate_rewards(
    pool: &StakingPool,
    staked_principal: u64,
    activation_epoch: u32,
    withdraw_epoch: u32,
): u64 {
    let shares = pool
        .exchange_rate_at_epoch(activation_epoch)
        .convert_to_share_amount(staked_principal);
    let value = pool.exchange_rate_at_epoch(withdraw_epoch).convert_to_wal_amount(shares);
    if (value > staked_principal) value - staked_principal else 0
}

/// Returns the shares of the principals that leave at an epoch and were requested before they were
/// active: they became active one epoch earlier.
fun pre_active_shares(pool: &StakingPool, withdraw_epoch: u32): u64 {
    let principal = pool.pre_active_withdrawals.inner()[&withdraw_epoch];
    pool.exchange_rate_at_epoch(withdraw_epoch - 1).convert_to_share_amount(principal)
}

// === Authorisation and commission ===

/// Returns who votes in matters of governance.
public(package) fun governance_authorized(pool: &StakingPool): &Authorized {
    &pool.governance_authorized
}

/// Hands the governance vote over; needs the present holder's authentication.
public(package) fun set_governance_authorized(
    pool: &mut StakingPool,
    authenticated: Authenticated,
    authorized: Authorized,
) {
    assert!(authenticated.matches(&pool.governance_authorized), EAuthorizationFailure);
    pool.governance_authorized = authorized;
}

/// Returns who may collect the commission.
public(package) fun commission_receiver(pool: &StakingPool): &Authorized {
    &pool.commission_receiver
}

/// Names a new commission receiver; needs the present receiver's authentication.
public(package) fun set_commission_receiver(
    pool: &mut StakingPool,
    auth: Authenticated,
    receiver: Authorized,
) {
    assert!(auth.matches(&pool.commission_receiver), EAuthorizationFailure);
    pool.commission_receiver = receiver;
}

/// Returns the commission rate in basis points.
public(package) fun commission_rate(pool: &StakingPool): u16 {
    pool.commission_rate
}

/// Returns the commission held, including the part that cannot be collected yet.
public(package) fun commission_amount(pool: &StakingPool): u64 {
    pool.commission.value()
}

/// Takes the commission that may be collected, possibly nothing.
public(package) fun collect_commission(
    pool: &mut StakingPool,
    auth: Authenticated,
): Balance<WAL> {
    assert!(auth.matches(&pool.commission_receiver), EAuthorizationFailure);
    let total = pool.commission.value();
    let blocked = pool.get_blocked_commission_amount();
    pool.commission.split(if (total > blocked) total - blocked else 0)
}

/// Adds tokens to the commission, optionally blocked until voting ends; returns the new total.
public(package) fun add_commission(
    pool: &mut StakingPool,
    commission: Balance<WAL>,
    block: bool,
): u64 {
    if (block) pool.increase_blocked_commission(commission.value());
    pool.commission.join(commission)
}

/// Takes the whole commission, blocked or not.
public(package) fun extract_commission_to_burn(pool: &mut StakingPool): Balance<WAL> {
    pool.clear_blocked_commission();
    pool.commission.withdraw_all()
}

/// Raises the blocked amount. An amount of 0 leaves no trace.
public(package) fun increase_blocked_commission(pool: &mut StakingPool, amount: u64) {
    if (amount == 0) return;
    let key = NewEpochCommissionBlockedForCollection {};
    if (pool.extra_fields.contains(key)) {
        let blocked: &mut u64 = pool.extra_fields.borrow_mut(key);
        *blocked = *blocked + amount;
    } else {
        pool.extra_fields.add(key, amount);
    }
}

/// Lifts the block.
public(package) fun clear_blocked_commission(pool: &mut StakingPool) {
    let key = NewEpochCommissionBlockedForCollection {};
    if (pool.extra_fields.contains(key)) {
        let _: u64 = pool.extra_fields.remove(key);
    }
}

fun get_blocked_commission_amount(pool: &StakingPool): u64 {
    let key = NewEpochCommissionBlockedForCollection {};
    if (pool.extra_fields.contains(key)) *pool.extra_fields.borrow(key) else 0
}

// === Accessors ===

/// Returns the reward tokens held, in FROST.
public(package) fun rewards_amount(pool: &StakingPool): u64 {
    pool.rewards_pool.value()
}

/// Returns the active balance, in FROST.
public(package) fun wal_balance(pool: &StakingPool): u64 {
    pool.wal_balance
}

/// Returns the vote for the storage price.
public(package) fun storage_price(pool: &StakingPool): u64 {
    pool.voting_params.storage_price
}

/// Returns the vote for the write price.
public(package) fun write_price(pool: &StakingPool): u64 {
    pool.voting_params.write_price
}

/// Returns the vote for the capacity, in bytes.
public(package) fun node_capacity(pool: &StakingPool): u64 {
    pool.voting_params.node_capacity
}

/// Returns the epoch from which the pool can be part of a committee.
public(package) fun activation_epoch(pool: &StakingPool): u32 {
    pool.activation_epoch
}

/// Returns the description of the node.
public(package) fun node_info(pool: &StakingPool): &StorageNodeInfo {
    &pool.node_info
}

/// Returns whether the pool accepts stake.
public(package) fun is_active(pool: &StakingPool): bool {
    pool.state == PoolState::Active
}

/// Returns whether the pool is being closed.
public(package) fun is_withdrawing(pool: &StakingPool): bool {
    match (&pool.state) {
        PoolState::Withdrawing(_) => true,
        _ => false,
    }
}

/// Returns whether nothing is left in the pool: no rewards, shares, commission, balance or pending
/// stake.
public(package) fun is_empty(pool: &StakingPool): bool {
    let mut pending = 0;
    let stakes = pool.pending_stake.inner();
    stakes.keys().do!(|epoch| pending = pending + stakes[&epoch]);
    pool.rewards_pool.value() == 0
        && pool.num_shares == 0
        && pool.commission.value() == 0
        && pool.wal_balance == 0
        && pending == 0
}

// === Checks ===

fun check_proof_of_possession(
    public_key: vector<u8>,
    proof: vector<u8>,
    wctx: &WalrusContext,
    ctx: &TxContext,
) {
    let message = messages::new_proof_of_possession_msg(wctx.epoch(), ctx.sender(), public_key);
    assert!(message.verify_proof_of_possession(proof), EInvalidProofOfPossession);
}

fun check_name(name: &String) {
    assert!(name.length() <= MAX_NODE_NAME_LENGTH, EInvalidNameLength);
}

fun check_network_address(address: &String) {
    assert!(address.length() <= MAX_NETWORK_ADDRESS_LENGTH, EInvalidNetworkAddressLength);
}

fun check_commission_rate(commission_rate: u16) {
    assert!(commission_rate <= N_BASIS_POINTS, EIncorrectCommissionRate);
}

// === Test only ===

#[test_only]
/// Returns the number of shares.
public fun num_shares_for_testing(pool: &StakingPool): u64 {
    pool.num_shares
}

#[test_only]
/// Returns the blocked part of the commission.
public fun blocked_commission_for_testing(pool: &StakingPool): u64 {
    pool.get_blocked_commission_amount()
}

#[test_only]
/// Sets active balance and shares, to reach states that take many epochs otherwise.
public fun set_balance_for_testing(pool: &mut StakingPool, wal_balance: u64, num_shares: u64) {
    pool.wal_balance = wal_balance;
    pool.num_shares = num_shares;
}
