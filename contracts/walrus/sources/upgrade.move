/// Upgrades of the package, by a quorum of the committee or by an emergency capability.
///
/// The manager holds the package's upgrade capability. A proposal belongs to one digest, one epoch
/// and the package version that would follow the present one; the first vote in a later epoch or
/// after another upgrade starts it again. After an upgrade the shared objects keep their version
/// until they are migrated by the new package.
module walrus::upgrade;

use sui::package::{UpgradeCap, UpgradeReceipt, UpgradeTicket};
use sui::table::{Self, Table};
use sui::vec_set::{Self, VecSet};
use walrus::auth::Authenticated;
use walrus::events;
use walrus::staking::Staking;
use walrus::system::System;

/// Length of a package digest, in bytes.
const DIGEST_LENGTH: u64 = 32;

// Error codes.

/// The emergency capability belongs to another manager.
const EInvalidUpgradeManager: u64 = 0;
/// The authentication is not that of the node's governance authority.
const ENotAuthorized: u64 = 1;
/// The node has voted for this proposal already.
const EDuplicateVote: u64 = 2;
/// The digest does not have 32 bytes.
const EInvalidPackageDigest: u64 = 3;
/// There is no proposal for the digest.
const ENoProposalForDigest: u64 = 4;
/// The proposal was made in another epoch.
const EWrongEpoch: u64 = 5;
/// The votes are no quorum.
const ENotEnoughVotes: u64 = 6;
/// The package has been upgraded since the proposal was made.
const EWrongVersion: u64 = 7;

/// Digest of a package: 32 bytes.
public struct PackageDigest(vector<u8>) has copy, drop, store;

/// Votes for one digest.
public struct UpgradeProposal has drop, store {
    /// Epoch in which the proposal was made.
    epoch: u32,
    digest: PackageDigest,
    /// Version the package would have after the upgrade.
    version: u64,
    /// Shards of the nodes that voted.
    voting_weight: u16,
    voters: VecSet<ID>,
}

/// Owner of the package's upgrade capability.
public struct UpgradeManager has key {
    id: UID,
    cap: UpgradeCap,
    upgrade_proposals: Table<PackageDigest, UpgradeProposal>,
}

/// Right to upgrade without a vote.
public struct EmergencyUpgradeCap has key, store {
    id: UID,
    upgrade_manager_id: ID,
}

/// Shares a manager for the package's upgrade capability and returns the emergency capability.
public(package) fun new(cap: UpgradeCap, ctx: &mut TxContext): EmergencyUpgradeCap {
    let manager = UpgradeManager { id: object::new(ctx), cap, upgrade_proposals: table::new(ctx) };
    let emergency_cap = EmergencyUpgradeCap {
        id: object::new(ctx),
        upgrade_manager_id: manager.id.to_inner(),
    };
    transfer::share_object(manager);
    emergency_cap
}

/// Votes for a package digest with the shards of a node in the current committee.
public fun vote_for_upgrade(
    self: &mut UpgradeManager,
    staking: &Staking,
    auth: Authenticated,
    node_id: ID,
    digest: vector<u8>,
) {
    assert!(staking.check_governance_authorization(node_id, auth), ENotAuthorized);
    let weight = staking.get_current_node_weight(node_id);
    let digest = package_digest!(digest);
    let epoch = staking.epoch();
    let version = self.cap.version() + 1;

    if (!self.upgrade_proposals.contains(digest)) {
        self.upgrade_proposals.add(digest, fresh_proposal(epoch, digest, version));
    };
    let proposal = self.upgrade_proposals.borrow_mut(digest);
    if (proposal.epoch != epoch || proposal.version != version) {
        *proposal = fresh_proposal(epoch, digest, version);
    };
    proposal.add_vote(node_id, weight);
    if (staking.is_quorum(proposal.voting_weight)) {
        events::emit_contract_upgrade_quorum_reached(epoch, digest.0);
    }
}

/// Authorises the upgrade to a digest that a quorum has voted for in this epoch. Anyone may call
/// this; the proposal is used up.
public fun authorize_upgrade(
    self: &mut UpgradeManager,
    staking: &Staking,
    digest: vector<u8>,
): UpgradeTicket {
    let digest = package_digest!(digest);
    assert!(self.upgrade_proposals.contains(digest), ENoProposalForDigest);
    let proposal = self.upgrade_proposals.remove(digest);
    assert!(proposal.epoch == staking.epoch(), EWrongEpoch);
    assert!(staking.is_quorum(proposal.voting_weight), ENotEnoughVotes);
    assert!(proposal.version == self.cap.version() + 1, EWrongVersion);
    let policy = self.cap.policy();
    self.cap.authorize(policy, digest.0)
}

/// Authorises an upgrade with the emergency capability.
public fun authorize_emergency_upgrade(
    upgrade_manager: &mut UpgradeManager,
    emergency_upgrade_cap: &EmergencyUpgradeCap,
    digest: vector<u8>,
): UpgradeTicket {
    assert!(
        emergency_upgrade_cap.upgrade_manager_id == upgrade_manager.id.to_inner(),
        EInvalidUpgradeManager,
    );
    let policy = upgrade_manager.cap.policy();
    upgrade_manager.cap.authorize(policy, digest)
}

/// Completes an upgrade and tells the shared objects about the new package.
public fun commit_upgrade(
    upgrade_manager: &mut UpgradeManager,
    staking: &mut Staking,
    system: &mut System,
    receipt: UpgradeReceipt,
) {
    let new_package_id = receipt.package();
    upgrade_manager.cap.commit(receipt);
    staking.set_new_package_id(new_package_id);
    system.set_new_package_id(new_package_id);
}

/// Removes those of the listed proposals that cannot be authorised any more. Anyone may call this.
public fun cleanup_upgrade_proposals(
    self: &mut UpgradeManager,
    staking: &Staking,
    proposals: vector<vector<u8>>,
) {
    let epoch = staking.epoch();
    let version = self.cap.version();
    proposals.do!(|digest| {
        let digest = package_digest!(digest);
        if (self.upgrade_proposals.contains(digest)) {
            let proposal = self.upgrade_proposals.borrow(digest);
            if (proposal.version <= version || proposal.epoch < epoch) {
                self.upgrade_proposals.remove(digest);
            }
        }
    });
}

/// Destroys the emergency capability for good.
public fun burn_emergency_upgrade_cap(emergency_upgrade_cap: EmergencyUpgradeCap) {
    let EmergencyUpgradeCap { id, .. } = emergency_upgrade_cap;
    id.delete();
}

/// Starts a proposal, or starts it again.
fun fresh_proposal(epoch: u32, digest: PackageDigest, version: u64): UpgradeProposal {
    events::emit_contract_upgrade_proposed(epoch, digest.0);
    UpgradeProposal { epoch, digest, version, voting_weight: 0, voters: vec_set::empty() }
}

fun add_vote(proposal: &mut UpgradeProposal, node_id: ID, weight: u16) {
    assert!(!proposal.voters.contains(&node_id), EDuplicateVote);
    proposal.voters.insert(node_id);
    proposal.voting_weight = proposal.voting_weight + weight;
}

/// Wraps a digest after checking its length.
macro fun package_digest($digest: vector<u8>): PackageDigest {
    let digest = $digest;
    assert!(digest.length() == DIGEST_LENGTH, EInvalidPackageDigest);
    PackageDigest(digest)
}
