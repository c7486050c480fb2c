/// The public interface of the staking side on a whole network.
#[test_only]
module walrus::staking_tests;

use std::unit_test::{assert_eq, destroy};
use sui::event;
use walrus::auth;
use walrus::events;
use walrus::node_metadata;
use walrus::staking::{Self, Staking};
use walrus::staking_fixtures::{
    frost,
    network_key,
    proof_of_possession,
    public_key,
    text,
    wal_balance,
};
use walrus::staking_inner;
use walrus::staking_pool;
use walrus::system;
use walrus::test_network;

// === Registration and parameters ===

#[test]
fun register_candidate() {
    let mut network = test_network::start(100);
    let node = network.register(1, 2, 3);
    let id = network.id(node);
    let (staking, _, caps, _, ctx) = network.parts();
    let pool = staking.inner_for_testing().pool_for_testing(id);
    assert_eq!(object::id(pool), id);
    assert_eq!(pool.node_info().id(), id);
    // The commission belongs to the holder of the capability, governance to the sender.
    assert_eq!(*pool.commission_receiver(), auth::authorized_object(object::id(&caps[0])));
    assert_eq!(*pool.governance_authorized(), auth::authorized_address(ctx.sender()));
    assert_eq!(staking.node_metadata(id), node_metadata::default());
    network.finish();
}

#[test]
fun node_setters() {
    let mut network = test_network::start(100);
    let node = network.register(1, 2, 3);
    let id = network.id(node);
    let (staking, _, caps, _, ctx) = network.parts();
    let cap = &caps[0];
    let metadata = node_metadata::new(text(1), text(2), text(3));
    let proof = proof_of_possession(0, 77, ctx);
    staking.set_name(cap, b"new".to_string());
    staking.set_network_address(cap, b"host:1".to_string());
    staking.set_network_public_key(cap, network_key());
    staking.set_node_metadata(cap, metadata);
    staking.set_storage_price_vote(cap, 11);
    staking.set_write_price_vote(cap, 12);
    staking.set_node_capacity_vote(cap, 13);
    staking.set_next_commission(cap, 14);
    staking.set_next_public_key(cap, public_key(77), proof, ctx);

    let pool = staking.inner_for_testing().pool_for_testing(id);
    let (name, address, key) = pool.node_info().contact_for_testing();
    assert_eq!(name, b"new".to_string());
    assert_eq!(address, b"host:1".to_string());
    assert_eq!(key, network_key());
    assert_eq!(pool.storage_price(), 11);
    assert_eq!(pool.write_price(), 12);
    assert_eq!(pool.node_capacity(), 13);
    assert_eq!(staking.node_metadata(id), metadata);
    network.finish();
}

#[test]
fun commission_rights() {
    let (mut network, staked) = test_network::start_with_nodes(100, vector[10, 10]);
    let id = network.id(0);
    let (staking, _, caps, _, ctx) = network.parts();
    // The donation is not blocked for good: the pool has not been in a previous committee yet.
    staking.add_commission_to_pools(vector[id], vector[wal_balance(5)]);
    let nothing = staking.collect_commission(id, auth::authenticate_with_object(&caps[0]), ctx);
    assert_eq!(nothing.burn_for_testing(), 0);
    staking.set_commission_receiver(
        id,
        auth::authenticate_with_object(&caps[0]),
        auth::authorized_address(ctx.sender()),
    );
    staking.set_governance_authorized(
        id,
        auth::authenticate_sender(ctx),
        auth::authorized_object(object::id(&caps[0])),
    );
    assert!(
        staking.check_governance_authorization(id, auth::authenticate_with_object(&caps[0])),
    );

    network.next_epoch();
    network.wait(30_000);
    network.voting_end();
    let (staking, _, _, _, ctx) = network.parts();
    let payout = staking.collect_commission(id, auth::authenticate_sender(ctx), ctx);
    assert_eq!(payout.burn_for_testing(), frost(5));
    destroy(staked);
    network.finish();
}

#[test, expected_failure(abort_code = staking_pool::EAuthorizationFailure)]
fun commission_for_other_capability() {
    let mut network = test_network::start(100);
    network.register(1, 2, 3);
    network.register(1, 2, 3);
    let id = network.id(0);
    let (staking, _, caps, _, ctx) = network.parts();
    let payout = staking.collect_commission(id, auth::authenticate_with_object(&caps[1]), ctx);
    destroy(payout);
    network.finish();
}

// === Epochs ===

#[test]
fun first_epoch() {
    let (mut network, staked) = test_network::start_with_nodes(100, vector[10, 20, 30]);
    let (staking, system, _, _, _) = network.parts();
    assert_eq!(staking.epoch(), 1);
    assert_eq!(system.epoch(), 1);
    assert_eq!(system.n_shards(), 100);
    assert_eq!(staking.committee().size(), 3);
    assert_eq!(staking.previous_committee().size(), 0);
    // Same members in the same order on both sides.
    let members = system.inner().committee().to_vec_map();
    assert_eq!(members.keys(), staking.committee().inner().keys());
    members.keys().do!(|id| {
        assert_eq!(members[&id] as u64, staking.committee()[&id].length());
        assert_eq!(staking.get_current_node_weight(id), members[&id]);
    });
    // All nodes have the same capacity: a quorum needs the node with the most shards.
    assert_eq!(system.total_capacity_size(), 2_000_000_000_000);
    // Prices come from the votes.
    let updates = event::events_by_type<events::PricesUpdated>();
    assert_eq!(updates.length(), 1);
    assert_eq!(system.inner().write_price(1), 100);
    destroy(staked);
    network.finish();
}

#[test]
fun prices_follow_the_votes_at_once() {
    let (mut network, staked) = test_network::start_with_nodes(100, vector[10, 20, 30]);
    let (staking, system, caps, _, _) = network.parts();
    caps.do_ref!(|cap| staking.set_write_price_vote(cap, 7));
    assert_eq!(system.inner().write_price(1), 100);
    staking.update_prices(system);
    assert_eq!(system.inner().write_price(1), 7);
    destroy(staked);
    network.finish();
}

#[test]
fun preview_of_the_next_committee() {
    let (mut network, staked) = test_network::start_with_nodes(100, vector[10, 20, 30]);
    let preview = network.staking().compute_next_committee();
    network.wait(60_000);
    network.change_epoch();
    assert_eq!(preview, *network.staking().committee());
    destroy(staked);
    network.finish();
}

#[test]
fun event_order_of_an_epoch() {
    let (mut network, staked) = test_network::start_with_nodes(100, vector[10, 20, 30]);
    let before = event::num_events();
    network.next_epoch();
    // Selected, start, prices, done, and one report per node.
    assert_eq!(event::num_events() - before, 7);
    assert_eq!(event::events_by_type<events::EpochChangeStart>().length(), 2);
    assert_eq!(event::events_by_type<events::EpochChangeDone>().length(), 2);
    assert_eq!(event::events_by_type<events::ShardsReceived>().length(), 6);
    destroy(staked);
    network.finish();
}

#[test, expected_failure(abort_code = staking_inner::ENextCommitteeIsEmpty)]
fun epoch_change_before_voting_end() {
    let (mut network, _staked) = test_network::start_with_nodes(100, vector[10]);
    network.wait(60_000);
    network.initiate_epoch_change();
    abort
}

#[test, expected_failure(abort_code = staking_inner::EWrongEpochState)]
fun epoch_change_too_early() {
    let (mut network, _staked) = test_network::start_with_nodes(100, vector[10]);
    network.wait(59_999);
    network.voting_end();
    network.initiate_epoch_change();
    abort
}

#[test, expected_failure(abort_code = staking::EDeprecatedFunction)]
fun old_epoch_change() {
    let mut network = test_network::start(100);
    let (staking, system, _, clock, _) = network.parts();
    staking.initiate_epoch_change(system, clock);
    abort
}

// === Stake ===

#[test]
fun stake_and_withdraw() {
    let (mut network, mut staked) = test_network::start_with_nodes(100, vector[10, 20]);
    let node_id = network.id(0);
    // Early withdrawal.
    let sw = network.stake(0, 5);
    let (staking, _, _, _, ctx) = network.parts();
    assert!(staking.can_withdraw_staked_wal_early(&sw));
    let coin = staking.withdraw_stake(sw, ctx);
    assert_eq!(coin.burn_for_testing(), frost(5));

    // Two steps.
    let mut sw = staked.remove(0);
    assert!(!staking.can_withdraw_staked_wal_early(&sw));
    staking.request_withdraw_stake(&mut sw, ctx);
    network.next_epoch();
    let (staking, _, caps, _, ctx) = network.parts();
    assert_eq!(staking.calculate_rewards(node_id, sw.value(), 1, 2), 0);
    let coin = staking.withdraw_stake(sw, ctx);
    assert_eq!(coin.burn_for_testing(), frost(10));
    assert_eq!(staking.committee().size(), 1);
    // Without stake it does not get back.
    staking.try_join_active_set(&caps[0]);
    assert_eq!(staking.compute_next_committee().size(), 1);
    destroy(staked);
    network.finish();
}

#[test]
fun commission_can_be_burnt() {
    let (mut network, staked) = test_network::start_with_nodes(100, vector[10]);
    let id = network.id(0);
    let supply = network.wal_supply();
    let (_, staking, treasury, _, ctx) = network.slashing_parts();
    staking.add_commission_to_pools(vector[id], vector[wal_balance(5)]);
    staking.burn_commission(id, treasury, ctx);
    assert_eq!(network.wal_supply(), supply - frost(5));
    destroy(staked);
    network.finish();
}

#[test]
fun quorum_query() {
    let network = test_network::start(1000);
    assert!(network.staking().is_quorum(667));
    assert!(!network.staking().is_quorum(666));
    network.finish();
}

// === Versions ===

fun old(staking: &mut Staking) {
    staking.set_version_for_testing(3);
}

#[test, expected_failure(abort_code = staking::EWrongVersion)]
fun query_of_other_version() {
    let mut network = test_network::start(100);
    let (staking, _, _, _, _) = network.parts();
    old(staking);
    staking.epoch();
    abort
}

#[test, expected_failure(abort_code = staking::EWrongVersion)]
fun change_of_other_version() {
    let mut network = test_network::start(100);
    let (staking, _, _, clock, _) = network.parts();
    old(staking);
    staking.voting_end(clock);
    abort
}

#[test]
fun version_and_package_are_readable_in_any_version() {
    let mut network = test_network::start(100);
    let (staking, system, _, _, _) = network.parts();
    assert_eq!(staking.version(), 4);
    assert_eq!(staking.version(), system.version());
    assert_eq!(staking.package_id(), @walrus.to_id());
    assert_eq!(staking.package_id(), system.package_id());
    old(staking);
    assert_eq!(staking.version(), 3);
    assert_eq!(staking.package_id(), @walrus.to_id());
    staking.set_version_for_testing(4);
    network.finish();
}

#[test]
fun migrate() {
    let mut network = test_network::start(100);
    let (staking, _, _, _, _) = network.parts();
    old(staking);
    staking.set_migration_epoch_for_testing();
    // The first announcement counts.
    staking.set_migration_epoch_for_testing();
    assert_eq!(staking.migration_epoch_for_testing(), 1);
    staking.set_new_package_id(@0x77.to_id());
    staking.migrate();
    assert_eq!(staking.version(), 4);
    assert_eq!(staking.package_id(), @0x77.to_id());
    assert_eq!(staking.epoch(), 0);
    network.finish();
}

#[test, expected_failure(abort_code = staking::EInvalidMigration)]
fun migrate_current_version() {
    let mut network = test_network::start(100);
    let (staking, _, _, _, _) = network.parts();
    staking.set_new_package_id(@0x77.to_id());
    staking.migrate();
    abort
}

#[test, expected_failure(abort_code = staking::EInvalidMigration)]
fun migrate_without_new_package() {
    let mut network = test_network::start(100);
    let (staking, _, _, _, _) = network.parts();
    old(staking);
    staking.migrate();
    abort
}

#[test, expected_failure(abort_code = staking::EInvalidMigration)]
fun announce_migration_of_current_version() {
    let mut network = test_network::start(100);
    let (staking, _, _, _, _) = network.parts();
    staking.set_migration_epoch_for_testing();
    abort
}

#[test, expected_failure(abort_code = system::EWrongVersion)]
fun system_gate_on_price_updates() {
    let mut network = test_network::start(100);
    let (staking, system, _, _, _) = network.parts();
    system.set_version_for_testing(3);
    staking.update_prices(system);
    abort
}
