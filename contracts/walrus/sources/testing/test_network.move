/// A whole network for tests: published, initialised, with nodes that sign for real.
///
/// The shared objects are taken once and kept until the end, so that a test can use them together
/// in one transaction. All nodes are registered by the same sender; node `i` has the secret key
/// `i + 1`.
#[test_only]
module walrus::test_network;

use std::unit_test::destroy;
use sui::bcs;
use sui::bls12381;
use sui::clock::{Self, Clock};
use sui::package;
use sui::test_scenario::{Self, Scenario};
use wal::wal::{Self, ProtectedTreasury};
use walrus::init::{Self, InitCap};
use walrus::node_metadata;
use walrus::slashing::SlashingManager;
use walrus::staked_wal::StakedWal;
use walrus::staking::Staking;
use walrus::staking_fixtures::{key_and_proof, network_key, wal_coin};
use walrus::storage_node::StorageNodeCap;
use walrus::system::System;
use walrus::upgrade::{Self, EmergencyUpgradeCap, UpgradeManager};

const ADMIN: address = @0xAD;
const UPGRADABLE_PACKAGE: address = @0x600D;
const START: u64 = 1_000_000;
const EPOCH_ZERO_DURATION: u64 = 10_000;
const EPOCH_DURATION: u64 = 60_000;
const MAX_EPOCHS_AHEAD: u32 = 104;

/// The objects of a network.
public struct Network {
    scenario: Scenario,
    clock: Clock,
    staking: Staking,
    system: System,
    treasury: ProtectedTreasury,
    upgrade_manager: UpgradeManager,
    slashing_manager: SlashingManager,
    emergency_cap: EmergencyUpgradeCap,
    caps: vector<StorageNodeCap>,
}

/// Publishes and initialises a network without nodes.
public fun start(n_shards: u16): Network {
    let mut scenario = test_scenario::begin(ADMIN);
    init::init_for_testing(scenario.ctx());
    wal::init_for_testing(scenario.ctx());
    let mut clock = clock::create_for_testing(scenario.ctx());
    clock.set_for_testing(START);

    scenario.next_tx(ADMIN);
    let init_cap: InitCap = scenario.take_from_sender();
    let upgrade_cap = package::test_publish(@walrus.to_id(), scenario.ctx());
    init_cap
        .initialize_walrus(
            upgrade_cap,
            EPOCH_ZERO_DURATION,
            EPOCH_DURATION,
            n_shards,
            MAX_EPOCHS_AHEAD,
            &clock,
            scenario.ctx(),
        )
        .burn_emergency_upgrade_cap();

    // Packages have the ID 0 in tests, which the framework takes for an upgrade under way. Upgrades
    // are tried with a manager for a package that has a real ID.
    scenario.next_tx(ADMIN);
    let upgrade_cap = package::test_publish(UPGRADABLE_PACKAGE.to_id(), scenario.ctx());
    let emergency_cap = upgrade::new(upgrade_cap, scenario.ctx());
    let upgrade_manager_id = scenario.next_tx(ADMIN).shared()[0];
    Network {
        clock,
        staking: scenario.take_shared(),
        system: scenario.take_shared(),
        treasury: scenario.take_shared(),
        upgrade_manager: scenario.take_shared_by_id(upgrade_manager_id),
        slashing_manager: scenario.take_shared(),
        emergency_cap,
        caps: vector[],
        scenario,
    }
}

/// A network in epoch 1 with open voting, whose nodes have the given stakes (whole WAL).
public fun start_with_nodes(n_shards: u16, stakes: vector<u64>): (Network, vector<StakedWal>) {
    let mut network = start(n_shards);
    let staked = stakes.map!(|wal| {
        let node = network.register(1_000, 100, 1_000_000_000_000);
        network.stake(node, wal)
    });
    network.clock.increment_for_testing(EPOCH_ZERO_DURATION);
    network.change_epoch();
    network.sync_all();
    (network, staked)
}

/// Gives the shared objects back and destroys the rest.
public fun finish(self: Network) {
    let Network {
        scenario,
        clock,
        staking,
        system,
        treasury,
        upgrade_manager,
        slashing_manager,
        emergency_cap,
        caps,
    } = self;
    test_scenario::return_shared(staking);
    test_scenario::return_shared(system);
    test_scenario::return_shared(treasury);
    test_scenario::return_shared(upgrade_manager);
    test_scenario::return_shared(slashing_manager);
    clock.destroy_for_testing();
    emergency_cap.burn_emergency_upgrade_cap();
    destroy(caps);
    scenario.end();
}

// === Parts ===

/// What most calls need.
public fun parts(
    self: &mut Network,
): (&mut Staking, &mut System, &vector<StorageNodeCap>, &Clock, &mut TxContext) {
    (&mut self.staking, &mut self.system, &self.caps, &self.clock, self.scenario.ctx())
}

/// What votes on upgrades need.
public fun upgrade_parts(
    self: &mut Network,
): (
    &mut UpgradeManager,
    &EmergencyUpgradeCap,
    &mut Staking,
    &mut System,
    &vector<StorageNodeCap>,
    &mut TxContext,
) {
    (
        &mut self.upgrade_manager,
        &self.emergency_cap,
        &mut self.staking,
        &mut self.system,
        &self.caps,
        self.scenario.ctx(),
    )
}

/// What votes against nodes need.
public fun slashing_parts(
    self: &mut Network,
): (
    &mut SlashingManager,
    &mut Staking,
    &mut ProtectedTreasury,
    &vector<StorageNodeCap>,
    &mut TxContext,
) {
    (
        &mut self.slashing_manager,
        &mut self.staking,
        &mut self.treasury,
        &self.caps,
        self.scenario.ctx(),
    )
}

/// The transactions.
public fun scenario(self: &mut Network): &mut Scenario {
    &mut self.scenario
}

/// ID of node `i`.
public fun id(self: &Network, i: u64): ID {
    self.caps[i].node_id()
}

/// Commission of node `i` in FROST.
public fun commission(self: &Network, i: u64): u64 {
    self.staking.inner_for_testing().pool_for_testing(self.id(i)).commission_amount()
}

/// The staking side.
public fun staking(self: &Network): &Staking {
    &self.staking
}

/// The system side.
public fun system(self: &Network): &System {
    &self.system
}

/// Supply of WAL in FROST.
public fun wal_supply(self: &Network): u64 {
    self.treasury.total_supply()
}

// === Actions ===

/// Registers a node with the given votes; returns its number.
public fun register(
    self: &mut Network,
    storage_price: u64,
    write_price: u64,
    node_capacity: u64,
): u64 {
    let node = self.caps.length();
    let secret = node + 1;
    let ctx = self.scenario.ctx();
    let (key, proof) = key_and_proof(self.staking.epoch(), secret, ctx);
    let cap = self.staking.register_candidate(
        b"node".to_string(),
        b"127.0.0.1:8080".to_string(),
        node_metadata::default(),
        key,
        network_key(),
        proof,
        1_000,
        storage_price,
        write_price,
        node_capacity,
        ctx,
    );
    self.caps.push_back(cap);
    node
}

/// Stakes whole WAL with a node.
public fun stake(self: &mut Network, node: u64, wal: u64): StakedWal {
    let node_id = self.id(node);
    let ctx = self.scenario.ctx();
    self.staking.stake_with_pool(wal_coin(wal, ctx), node_id, ctx)
}

/// Lets time pass, in milliseconds.
public fun wait(self: &mut Network, ms: u64) {
    self.clock.increment_for_testing(ms);
}

/// Ends voting.
public fun voting_end(self: &mut Network) {
    self.staking.voting_end(&self.clock);
}

/// Changes the epoch after voting has ended.
public fun initiate_epoch_change(self: &mut Network) {
    self
        .staking
        .initiate_epoch_change_v2(
            &mut self.system,
            &mut self.treasury,
            &self.clock,
            self.scenario.ctx(),
        );
}

/// Ends voting and changes the epoch.
public fun change_epoch(self: &mut Network) {
    self.voting_end();
    self.initiate_epoch_change();
}

/// Reports of one node.
public fun sync(self: &mut Network, node: u64) {
    let epoch = self.staking.epoch();
    self.staking.epoch_sync_done(&mut self.caps[node], epoch, &self.clock);
}

/// Reports of all members.
public fun sync_all(self: &mut Network) {
    self.caps.length().do!(|node| {
        if (self.staking.committee().contains(&self.id(node))) self.sync(node);
    });
}

/// Waits for the next epoch and goes through it up to open voting.
public fun next_epoch(self: &mut Network) {
    self.wait(EPOCH_DURATION);
    self.change_epoch();
    self.sync_all();
}

// === Certificates ===

/// Signs a message of the given type and body for the current epoch by some nodes. Returns
/// signature, bitmap and message.
public fun certificate(
    self: &Network,
    message_type: u8,
    body: vector<u8>,
    nodes: vector<u64>,
): (vector<u8>, vector<u8>, vector<u8>) {
    let mut message = vector[message_type, 0, 3];
    message.append(bcs::to_bytes(&self.staking.epoch()));
    message.append(body);

    let members = self.staking.committee().inner().keys();
    let mut bitmap = vector::tabulate!(members.length().div_ceil(8), |_| 0u8);
    let mut secret = 0;
    nodes.do!(|node| {
        // The position in the bitmap is that of the member in the committee.
        let index = members.find_index!(|id| id == self.id(node)).destroy_some();
        let byte = &mut bitmap[index / 8];
        *byte = *byte | (1 << ((index % 8) as u8));
        // The sum of the signatures belongs to the sum of the secret keys.
        secret = secret + node + 1;
    });
    let point = bls12381::hash_to_g2(&message);
    let signature = bls12381::g2_mul(&bls12381::scalar_from_u64(secret), &point);
    (*signature.bytes(), bitmap, message)
}
