/// The shared object of the staking side and its public interface: for node operators, delegators
/// and whoever drives the epochs.
///
/// The state lives in a dynamic field under the version number, so that it can be replaced by an
/// upgrade while the object keeps its ID. Every function first checks that the object has the
/// version of this code, which turns off old package versions after a migration.
module walrus::staking;

use std::string::String;
use sui::balance::Balance;
use sui::clock::Clock;
use sui::coin::Coin;
use sui::dynamic_field as df;
use wal::wal::{ProtectedTreasury, WAL};
use walrus::auth::{Self, Authenticated, Authorized};
use walrus::committee::Committee;
use walrus::events;
use walrus::node_metadata::NodeMetadata;
use walrus::staked_wal::StakedWal;
use walrus::staking_inner::{Self, StakingInnerV1};
use walrus::storage_node::{Self, StorageNodeCap};
use walrus::system::System;

/// Version of this code; has to equal that of `system`.
const VERSION: u64 = 4;
/// Name of the dynamic field that announces the epoch of a migration.
const MIGRATION_EPOCH_KEY: vector<u8> = b"migration_epoch";

// Error codes.

/// There is nothing to migrate.
const EInvalidMigration: u64 = 0;
/// The object belongs to another version of the code.
const EWrongVersion: u64 = 1;
/// The function has been replaced.
const EDeprecatedFunction: u64 = 2;

/// The staking side of a network.
public struct Staking has key {
    id: UID,
    /// Version of the code that may use the object; also the key of its state.
    version: u64,
    /// Package to call.
    package_id: ID,
    /// Package of an upgrade that has not been migrated to.
    new_package_id: Option<ID>,
}

/// Creates and shares the staking side of a new network. Durations are milliseconds.
public(package) fun create(
    epoch_zero_duration: u64,
    epoch_duration: u64,
    n_shards: u16,
    package_id: ID,
    clock: &Clock,
    ctx: &mut TxContext,
) {
    let mut staking = Staking {
        id: object::new(ctx),
        version: VERSION,
        package_id,
        new_package_id: option::none(),
    };
    let inner = staking_inner::new(epoch_zero_duration, epoch_duration, n_shards, clock, ctx);
    df::add(&mut staking.id, VERSION, inner);
    transfer::share_object(staking);
}

// === Nodes: registration and rights ===

/// Registers a storage node and returns its capability.
///
/// Needs a proof of possession of the BLS key, made for the sender and the current epoch. The
/// commission goes to whoever holds the capability, governance stays with the sender. Prices and
/// capacity are the node's first votes, the commission rate is in basis points.
public fun register_candidate(
    staking: &mut Staking,
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
): StorageNodeCap {
    let inner = staking.inner_mut();
    let node_id = inner.create_pool(
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
        ctx,
    );
    let cap = storage_node::new_cap(node_id, ctx);
    inner.set_commission_receiver(
        node_id,
        auth::authenticate_sender(ctx),
        auth::authorized_object(object::id(&cap)),
    );
    cap
}

/// Schedules a commission rate (basis points, up to 10,000) for epoch + 2.
public fun set_next_commission(staking: &mut Staking, cap: &StorageNodeCap, commission_rate: u16) {
    staking.inner_mut().set_next_commission(cap, commission_rate);
}

/// Pays out the commission that may be collected, possibly a coin of 0.
public fun collect_commission(
    staking: &mut Staking,
    node_id: ID,
    auth: Authenticated,
    ctx: &mut TxContext,
): Coin<WAL> {
    staking.inner_mut().collect_commission(node_id, auth).into_coin(ctx)
}

/// Names a new commission receiver; needs the authentication of the present one.
public fun set_commission_receiver(
    staking: &mut Staking,
    node_id: ID,
    auth: Authenticated,
    receiver: Authorized,
) {
    staking.inner_mut().set_commission_receiver(node_id, auth, receiver);
}

/// Hands over the vote in matters of governance; needs the authentication of the present holder.
public fun set_governance_authorized(
    staking: &mut Staking,
    node_id: ID,
    auth: Authenticated,
    authorized: Authorized,
) {
    staking.inner_mut().set_governance_authorized(node_id, auth, authorized);
}

/// Returns whether the authentication is that of the node's governance authority.
public(package) fun check_governance_authorization(
    staking: &Staking,
    node_id: ID,
    auth: Authenticated,
): bool {
    staking.inner().check_governance_authorization(node_id, auth)
}

/// Returns the number of shards of a node in the current committee; aborts if it is no member.
public(package) fun get_current_node_weight(staking: &Staking, node_id: ID): u16 {
    staking.inner().get_current_node_weight(node_id)
}

// === Committees ===

/// Returns the committee of the current epoch.
public fun committee(staking: &Staking): &Committee {
    staking.inner().committee()
}

/// Returns the committee of the previous epoch.
public fun previous_committee(staking: &Staking): &Committee {
    staking.inner().previous_committee()
}

/// Returns the committee that would be selected if voting ended now.
public fun compute_next_committee(staking: &Staking): Committee {
    staking.inner().compute_next_committee()
}

// === Nodes: votes and description ===

/// Sets the node's vote for the price of a unit of storage per epoch, in FROST.
public fun set_storage_price_vote(self: &mut Staking, cap: &StorageNodeCap, storage_price: u64) {
    self.inner_mut().set_storage_price_vote(cap, storage_price);
}

/// Sets the node's vote for the price of writing a unit, in FROST.
public fun set_write_price_vote(self: &mut Staking, cap: &StorageNodeCap, write_price: u64) {
    self.inner_mut().set_write_price_vote(cap, write_price);
}

/// Sets the node's capacity, in bytes, which counts at the next end of voting.
public fun set_node_capacity_vote(self: &mut Staking, cap: &StorageNodeCap, node_capacity: u64) {
    self.inner_mut().set_node_capacity_vote(cap, node_capacity);
}

/// Puts the prices into effect that the current committee votes for. Anyone may call this.
public fun update_prices(staking: &mut Staking, system: &mut System) {
    let inner = staking.inner();
    let (storage_price, write_price) = inner.recalculate_prices();
    system.set_storage_price(storage_price);
    system.set_write_price(write_price);
    events::emit_prices_updated(inner.epoch(), storage_price, write_price);
}

/// Returns a copy of the metadata of a node.
public fun node_metadata(self: &Staking, node_id: ID): NodeMetadata {
    self.inner().node_metadata(node_id)
}

/// Schedules a BLS key for the next committee the node joins. Needs a proof of possession of the
/// new key, made for the sender and the current epoch.
public fun set_next_public_key(
    self: &mut Staking,
    cap: &StorageNodeCap,
    public_key: vector<u8>,
    proof_of_possession: vector<u8>,
    ctx: &mut TxContext,
) {
    self.inner_mut().set_next_public_key(cap, public_key, proof_of_possession, ctx);
}

/// Sets the name of the node, up to 100 bytes.
public fun set_name(self: &mut Staking, cap: &StorageNodeCap, name: String) {
    self.inner_mut().set_name(cap, name);
}

/// Sets the network address of the node, up to 259 bytes.
public fun set_network_address(self: &mut Staking, cap: &StorageNodeCap, network_address: String) {
    self.inner_mut().set_network_address(cap, network_address);
}

/// Sets the network public key of the node, exactly 33 bytes.
public fun set_network_public_key(
    self: &mut Staking,
    cap: &StorageNodeCap,
    network_public_key: vector<u8>,
) {
    self.inner_mut().set_network_public_key(cap, network_public_key);
}

/// Replaces the metadata of the node.
public fun set_node_metadata(self: &mut Staking, cap: &StorageNodeCap, metadata: NodeMetadata) {
    self.inner_mut().set_node_metadata(cap, metadata);
}

// === Epochs ===

/// Ends voting and selects the next committee, when it is time. Anyone may call this.
public fun voting_end(staking: &mut Staking, clock: &Clock) {
    staking.inner_mut().voting_end(clock);
}

/// Replaced by `initiate_epoch_change_v2`; always aborts.
#[allow(unused_variable)]
public fun initiate_epoch_change(staking: &mut Staking, system: &mut System, clock: &Clock) {
    abort EDeprecatedFunction
}

/// Changes the epoch, when it is time. Anyone may call this.
///
/// Burns a part of the finished epoch's rewards, puts the selected committee into office on both
/// sides, pays the rest of the rewards to the pools, and updates the prices.
public fun initiate_epoch_change_v2(
    staking: &mut Staking,
    system: &mut System,
    treasury: &mut ProtectedTreasury,
    clock: &Clock,
    ctx: &mut TxContext,
) {
    let inner = staking.inner_mut();
    let burnt = system.extract_burn_balance();
    treasury.burn(burnt.into_coin(ctx));

    let bls_committee = inner.next_bls_committee();
    let rewards = system.advance_epoch(bls_committee, inner.next_epoch_params());
    inner.initiate_epoch_change(clock, rewards);
    staking.update_prices(system);
}

/// Reports that the node holds all its shards of the epoch.
public fun epoch_sync_done(
    staking: &mut Staking,
    cap: &mut StorageNodeCap,
    epoch: u32,
    clock: &Clock,
) {
    staking.inner_mut().epoch_sync_done(cap, epoch, clock);
}

// === Delegators ===

/// Stakes at least 1 WAL with a node.
public fun stake_with_pool(
    staking: &mut Staking,
    to_stake: Coin<WAL>,
    node_id: ID,
    ctx: &mut TxContext,
): StakedWal {
    staking.inner_mut().stake_with_pool(to_stake, node_id, ctx)
}

/// First step of a withdrawal in two steps: fixes the epoch from which the payout is possible.
public fun request_withdraw_stake(
    staking: &mut Staking,
    staked_wal: &mut StakedWal,
    ctx: &mut TxContext,
) {
    staking.inner_mut().request_withdraw_stake(staked_wal, ctx);
}

/// Pays out a stake with its rewards, or only the principal if it does not count yet.
public fun withdraw_stake(
    staking: &mut Staking,
    staked_wal: StakedWal,
    ctx: &mut TxContext,
): Coin<WAL> {
    staking.inner_mut().withdraw_stake(staked_wal, ctx)
}

/// Enters the node into the active set, or updates its stake there, by its present stake.
public fun try_join_active_set(staking: &mut Staking, cap: &StorageNodeCap) {
    staking.inner_mut().try_join_active_set(cap);
}

/// Burns the whole commission of a node.
public(package) fun burn_commission(
    staking: &mut Staking,
    node_id: ID,
    treasury: &mut ProtectedTreasury,
    ctx: &mut TxContext,
) {
    let commission = staking.inner_mut().extract_commission_to_burn(node_id);
    treasury.burn(commission.into_coin(ctx));
}

/// Donates WAL to the commissions of nodes. Anyone may call this.
public fun add_commission_to_pools(
    staking: &mut Staking,
    node_ids: vector<ID>,
    commissions: vector<Balance<WAL>>,
) {
    staking.inner_mut().add_commission_to_pools(node_ids, commissions);
}

// === Queries ===

/// Returns the package to call, whatever the version.
public(package) fun package_id(staking: &Staking): ID {
    staking.package_id
}

/// Returns the version of the object, whatever the version of the code.
public(package) fun version(staking: &Staking): u64 {
    staking.version
}

/// Returns the current epoch.
public fun epoch(staking: &Staking): u32 {
    staking.inner().epoch()
}

/// Returns whether this number of shards is a quorum.
public(package) fun is_quorum(staking: &Staking, weight: u16): bool {
    staking.inner().is_quorum(weight)
}

/// Returns the rewards, in FROST, of a principal with a node between two epochs.
public fun calculate_rewards(
    staking: &Staking,
    node_id: ID,
    staked_principal: u64,
    activation_epoch: u32,
    withdraw_epoch: u32,
): u64 {
    staking.inner().calculate_rewards(node_id, staked_principal, activation_epoch, withdraw_epoch)
}

/// Returns whether the stake can be taken back in one step because it does not count yet.
public fun can_withdraw_staked_wal_early(staking: &Staking, staked_wal: &StakedWal): bool {
    staking.inner().can_withdraw_staked_wal_early(staked_wal)
}

// === Upgrades ===

/// Records the package of an upgrade.
public(package) fun set_new_package_id(staking: &mut Staking, new_package_id: ID) {
    staking.new_package_id = option::some(new_package_id);
}

/// Announces the next epoch as that of the migration, unless one is announced already.
entry fun set_migration_epoch(staking: &mut Staking) {
    assert!(staking.version < VERSION, EInvalidMigration);
    if (!df::exists_(&staking.id, MIGRATION_EPOCH_KEY)) {
        let next_epoch = staking.inner_without_version_check().epoch() + 1;
        df::add(&mut staking.id, MIGRATION_EPOCH_KEY, next_epoch);
    }
}

/// Moves the state to the version of this code and makes the package of the upgrade current.
public(package) fun migrate(staking: &mut Staking) {
    assert!(
        staking.version < VERSION && staking.new_package_id.is_some(),
        EInvalidMigration,
    );
    let mut inner: StakingInnerV1 = df::remove(&mut staking.id, staking.version);
    inner.update_active_set_max_size();
    df::add(&mut staking.id, VERSION, inner);
    staking.version = VERSION;
    staking.package_id = staking.new_package_id.extract();
}

fun inner_mut(staking: &mut Staking): &mut StakingInnerV1 {
    assert!(staking.version == VERSION, EWrongVersion);
    df::borrow_mut(&mut staking.id, VERSION)
}

fun inner(staking: &Staking): &StakingInnerV1 {
    assert!(staking.version == VERSION, EWrongVersion);
    df::borrow(&staking.id, VERSION)
}

fun inner_without_version_check(staking: &Staking): &StakingInnerV1 {
    df::borrow(&staking.id, staking.version)
}

// === Test only ===

#[test_only]
/// Returns the state for inspection.
public fun inner_for_testing(staking: &Staking): &StakingInnerV1 {
    staking.inner()
}

#[test_only]
/// Returns the state for changes.
public fun inner_mut_for_testing(staking: &mut Staking): &mut StakingInnerV1 {
    staking.inner_mut()
}

#[test_only]
/// Puts the object back to an earlier version, as an upgraded package would find it.
public fun set_version_for_testing(staking: &mut Staking, version: u64) {
    let inner: StakingInnerV1 = df::remove(&mut staking.id, staking.version);
    df::add(&mut staking.id, version, inner);
    staking.version = version;
}

#[test_only]
/// Runs `set_migration_epoch`.
public fun set_migration_epoch_for_testing(staking: &mut Staking) {
    set_migration_epoch(staking);
}

#[test_only]
/// Returns the announced epoch of the migration.
public fun migration_epoch_for_testing(staking: &Staking): u32 {
    *df::borrow(&staking.id, MIGRATION_EPOCH_KEY)
}
