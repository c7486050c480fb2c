#[test_only]
module walrus::slashing_tests;

use std::unit_test::{assert_eq, destroy};
use walrus::auth;
use walrus::slashing;
use walrus::staking_fixtures::{frost, wal_balance};
use walrus::staking_inner;
use walrus::test_network::{Self, Network};

/// A network with 10 shards: nodes 0 and 1 have three each, node 2 has four. Node 1 has 5 WAL of
/// commission.
fun network(): Network {
    let (mut network, staked) = test_network::start_with_nodes(10, vector[30, 30, 40]);
    destroy(staked);
    let id = network.id(1);
    let (staking, _, _, _, _) = network.parts();
    staking.add_commission_to_pools(vector[id], vector[wal_balance(5)]);
    network
}

/// Votes of a node against another.
fun vote(network: &mut Network, voter: u64, candidate: u64) {
    let voter = network.id(voter);
    let candidate = network.id(candidate);
    let (manager, staking, _, _, ctx) = network.slashing_parts();
    manager.vote_for_slashing(staking, auth::authenticate_sender(ctx), voter, candidate);
}

fun execute(network: &mut Network, candidate: u64) {
    let candidate = network.id(candidate);
    let (manager, staking, treasury, _, ctx) = network.slashing_parts();
    manager.execute_slashing(staking, treasury, candidate, ctx);
}

#[test]
fun slash_by_quorum() {
    let mut network = network();
    let supply = network.wal_supply();
    // The candidate may vote as well.
    vote(&mut network, 1, 1);
    vote(&mut network, 2, 1);
    execute(&mut network, 1);
    assert_eq!(network.wal_supply(), supply - frost(5));
    let pool = network.staking().inner_for_testing().pool_for_testing(network.id(1));
    assert_eq!(pool.commission_amount(), 0);
    assert_eq!(pool.wal_balance(), frost(30));
    network.finish();
}

#[test]
fun stale_proposals_start_again() {
    let mut network = network();
    vote(&mut network, 0, 1);
    network.next_epoch();
    vote(&mut network, 0, 1);
    vote(&mut network, 2, 1);
    execute(&mut network, 1);
    network.finish();
}

#[test, expected_failure(abort_code = slashing::ENoProposalForNode)]
fun cleanup_removes_proposals_of_earlier_epochs() {
    let mut network = network();
    vote(&mut network, 0, 1);
    let ids = vector[network.id(0), network.id(1)];
    let (manager, staking, _, _, _) = network.slashing_parts();
    // Not yet.
    manager.cleanup_slashing_proposals(staking, ids);
    vote(&mut network, 2, 1);
    network.next_epoch();
    let (manager, staking, _, _, _) = network.slashing_parts();
    manager.cleanup_slashing_proposals(staking, ids);
    execute(&mut network, 1);
    abort
}

#[test, expected_failure(abort_code = slashing::ENotAuthorized)]
fun vote_of_stranger() {
    let mut network = network();
    let id = network.id(0);
    let (manager, staking, _, caps, _) = network.slashing_parts();
    manager.vote_for_slashing(staking, auth::authenticate_with_object(&caps[0]), id, id);
    abort
}

#[test, expected_failure(abort_code = staking_inner::ENotInCommittee)]
fun vote_outside_the_committee() {
    let mut network = network();
    network.register(1, 1, 1);
    vote(&mut network, 3, 1);
    abort
}

#[test, expected_failure(abort_code = slashing::EDuplicateVote)]
fun vote_twice() {
    let mut network = network();
    vote(&mut network, 0, 1);
    vote(&mut network, 0, 1);
    abort
}

#[test, expected_failure(abort_code = slashing::ENoProposalForNode)]
fun execute_without_proposal() {
    let mut network = network();
    execute(&mut network, 1);
    abort
}

#[test, expected_failure(abort_code = slashing::EWrongEpoch)]
fun execute_in_later_epoch() {
    let mut network = network();
    vote(&mut network, 0, 1);
    vote(&mut network, 2, 1);
    network.next_epoch();
    execute(&mut network, 1);
    abort
}

#[test, expected_failure(abort_code = slashing::ENotEnoughVotes)]
fun execute_without_quorum() {
    let mut network = network();
    vote(&mut network, 0, 1);
    vote(&mut network, 1, 1);
    execute(&mut network, 1);
    abort
}
