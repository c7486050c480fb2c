#[test_only]
module walrus::upgrade_tests;

use std::unit_test::{assert_eq, destroy};
use sui::event;
use sui::package;
use walrus::auth;
use walrus::events;
use walrus::init;
use walrus::staking_inner;
use walrus::test_network::{Self, Network};
use walrus::upgrade;

/// A package digest.
fun digest(): vector<u8> {
    vector::tabulate!(32, |i| i as u8)
}

/// Votes of node `i` for a digest.
fun vote(network: &mut Network, node: u64, digest: vector<u8>) {
    let id = network.id(node);
    let (manager, _, staking, _, _, ctx) = network.upgrade_parts();
    manager.vote_for_upgrade(staking, auth::authenticate_sender(ctx), id, digest);
}

/// Executes an upgrade that has been voted for.
fun execute(network: &mut Network, digest: vector<u8>) {
    let (manager, _, staking, system, _, _) = network.upgrade_parts();
    let ticket = manager.authorize_upgrade(staking, digest);
    assert_eq!(*ticket.digest(), digest);
    let receipt = package::test_upgrade(ticket);
    manager.commit_upgrade(staking, system, receipt);
}

/// A network with 10 shards: nodes 0 and 1 have three each, node 2 has four.
fun network(): Network {
    let (network, staked) = test_network::start_with_nodes(10, vector[30, 30, 40]);
    destroy(staked);
    network
}

#[test]
fun upgrade_by_quorum() {
    let mut network = network();
    vote(&mut network, 0, digest());
    assert_eq!(event::events_by_type<events::ContractUpgradeProposed>().length(), 1);
    assert_eq!(event::events_by_type<events::ContractUpgradeQuorumReached>().length(), 0);
    vote(&mut network, 2, digest());
    assert_eq!(event::events_by_type<events::ContractUpgradeProposed>().length(), 1);
    assert_eq!(event::events_by_type<events::ContractUpgradeQuorumReached>().length(), 1);
    // Every vote with a quorum is announced.
    vote(&mut network, 1, digest());
    assert_eq!(event::events_by_type<events::ContractUpgradeQuorumReached>().length(), 2);
    execute(&mut network, digest());
    // The objects stay as they are until they are migrated.
    assert_eq!(network.staking().version(), 4);
    assert_eq!(network.staking().package_id(), @walrus.to_id());
    network.finish();
}

#[test]
fun migration_after_an_upgrade() {
    let mut network = network();
    vote(&mut network, 0, digest());
    vote(&mut network, 2, digest());
    execute(&mut network, digest());
    let (staking, system, _, _, ctx) = network.parts();
    // As the code of the new package would find the objects.
    staking.set_version_for_testing(3);
    system.set_version_for_testing(3);
    init::migrate_v2_for_testing(staking, system, ctx);
    assert_eq!(staking.version(), 4);
    assert!(staking.package_id() != @walrus.to_id());
    assert_eq!(staking.package_id(), system.package_id());
    network.finish();
}

#[test]
fun stale_proposals_start_again() {
    let mut network = network();
    vote(&mut network, 0, digest());
    network.next_epoch();
    // The vote of the last epoch is forgotten, so the node may vote again.
    vote(&mut network, 0, digest());
    vote(&mut network, 2, digest());
    assert_eq!(event::events_by_type<events::ContractUpgradeProposed>().length(), 2);
    execute(&mut network, digest());

    // A proposal for a version that exists now starts again, too.
    let other = vector::tabulate!(32, |_| 7);
    vote(&mut network, 0, digest());
    vote(&mut network, 0, other);
    vote(&mut network, 2, other);
    execute(&mut network, other);
    vote(&mut network, 0, digest());
    assert_eq!(event::events_by_type<events::ContractUpgradeProposed>().length(), 5);
    network.finish();
}

#[test]
fun emergency_upgrade() {
    let mut network = network();
    let (manager, cap, staking, system, _, _) = network.upgrade_parts();
    let ticket = manager.authorize_emergency_upgrade(cap, digest());
    let receipt = package::test_upgrade(ticket);
    manager.commit_upgrade(staking, system, receipt);
    network.finish();
}

#[test]
fun cleanup_removes_stale_proposals_only() {
    let mut network = network();
    let other = vector::tabulate!(32, |_| 7);
    vote(&mut network, 0, digest());
    network.next_epoch();
    vote(&mut network, 0, other);
    let (manager, _, staking, _, _, _) = network.upgrade_parts();
    manager.cleanup_upgrade_proposals(
        staking,
        vector[digest(), other, vector::tabulate!(32, |_| 9)],
    );
    // The fresh one is still there: a second vote reaches the quorum.
    vote(&mut network, 2, other);
    execute(&mut network, other);
    network.finish();
}

#[test, expected_failure(abort_code = upgrade::ENotAuthorized)]
fun vote_of_stranger() {
    let mut network = network();
    let id = network.id(0);
    let (manager, _, staking, _, caps, _) = network.upgrade_parts();
    let auth = auth::authenticate_with_object(&caps[0]);
    manager.vote_for_upgrade(staking, auth, id, digest());
    abort
}

#[test, expected_failure(abort_code = staking_inner::ENotInCommittee)]
fun vote_outside_the_committee() {
    let mut network = network();
    network.register(1, 1, 1);
    // The membership is checked before the digest.
    vote(&mut network, 3, vector[]);
    abort
}

#[test, expected_failure(abort_code = upgrade::EInvalidPackageDigest)]
fun vote_for_short_digest() {
    let mut network = network();
    vote(&mut network, 0, vector::tabulate!(31, |_| 1));
    abort
}

#[test, expected_failure(abort_code = upgrade::EDuplicateVote)]
fun vote_twice() {
    let mut network = network();
    vote(&mut network, 0, digest());
    vote(&mut network, 0, digest());
    abort
}

#[test, expected_failure(abort_code = upgrade::EInvalidPackageDigest)]
fun authorize_short_digest() {
    let mut network = network();
    execute(&mut network, vector[]);
    abort
}

#[test, expected_failure(abort_code = upgrade::ENoProposalForDigest)]
fun authorize_unknown_digest() {
    let mut network = network();
    execute(&mut network, digest());
    abort
}

#[test, expected_failure(abort_code = upgrade::ENoProposalForDigest)]
fun authorize_twice() {
    let mut network = network();
    vote(&mut network, 0, digest());
    vote(&mut network, 2, digest());
    execute(&mut network, digest());
    execute(&mut network, digest());
    abort
}

#[test, expected_failure(abort_code = upgrade::EWrongEpoch)]
fun authorize_in_later_epoch() {
    let mut network = network();
    vote(&mut network, 0, digest());
    vote(&mut network, 2, digest());
    network.next_epoch();
    execute(&mut network, digest());
    abort
}

#[test, expected_failure(abort_code = upgrade::ENotEnoughVotes)]
fun authorize_without_quorum() {
    let mut network = network();
    vote(&mut network, 0, digest());
    vote(&mut network, 1, digest());
    execute(&mut network, digest());
    abort
}

#[test, expected_failure(abort_code = upgrade::EWrongVersion)]
fun authorize_after_other_upgrade() {
    let mut network = network();
    let other = vector::tabulate!(32, |_| 7);
    vote(&mut network, 0, digest());
    vote(&mut network, 2, digest());
    vote(&mut network, 0, other);
    vote(&mut network, 2, other);
    execute(&mut network, digest());
    execute(&mut network, other);
    abort
}

#[test, expected_failure(abort_code = upgrade::EInvalidUpgradeManager)]
fun emergency_with_capability_of_other_manager() {
    let mut network = network();
    let (manager, _, _, _, _, ctx) = network.upgrade_parts();
    let other = upgrade::new(package::test_publish(@0x77.to_id(), ctx), ctx);
    let _ticket = manager.authorize_emergency_upgrade(&other, digest());
    abort
}
