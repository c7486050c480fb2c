/// Votes of the committee to burn the accumulated commission of a node.
///
/// A proposal belongs to one candidate and one epoch; the first vote in a later epoch starts it
/// again. Stake and committee membership of the candidate are not touched.
module walrus::slashing;

use sui::table::{Self, Table};
use sui::vec_set::{Self, VecSet};
use wal::wal::ProtectedTreasury;
use walrus::auth::Authenticated;
use walrus::staking::Staking;

// Error codes.

/// The authentication is not that of the voter's governance authority.
const ENotAuthorized: u64 = 0;
/// The node has voted for this proposal already.
const EDuplicateVote: u64 = 1;
/// There is no proposal for the node.
const ENoProposalForNode: u64 = 2;
/// The proposal was made in another epoch.
const EWrongEpoch: u64 = 3;
/// The votes are no quorum.
const ENotEnoughVotes: u64 = 4;

/// Votes against one node.
public struct SlashingProposal has drop, store {
    /// Epoch in which the proposal was made.
    epoch: u32,
    node_id: ID,
    /// Shards of the nodes that voted.
    voting_weight: u16,
    voters: VecSet<ID>,
}

/// All proposals by candidate.
public struct SlashingManager has key {
    id: UID,
    slashing_candidates: Table<ID, SlashingProposal>,
}

/// Creates and shares a manager without proposals.
public(package) fun new(ctx: &mut TxContext) {
    transfer::share_object(SlashingManager {
        id: object::new(ctx),
        slashing_candidates: table::new(ctx),
    });
}

/// Votes against a node with the shards of the voter in the current committee.
public fun vote_for_slashing(
    self: &mut SlashingManager,
    staking: &Staking,
    auth: Authenticated,
    voter_node_id: ID,
    candidate_node_id: ID,
) {
    assert!(staking.check_governance_authorization(voter_node_id, auth), ENotAuthorized);
    let weight = staking.get_current_node_weight(voter_node_id);
    let epoch = staking.epoch();

    if (!self.slashing_candidates.contains(candidate_node_id)) {
        self.slashing_candidates.add(candidate_node_id, fresh_proposal(epoch, candidate_node_id));
    };
    let proposal = self.slashing_candidates.borrow_mut(candidate_node_id);
    if (proposal.epoch != epoch) *proposal = fresh_proposal(epoch, candidate_node_id);
    proposal.add_vote(voter_node_id, weight);
}

/// Burns the whole commission of a node that a quorum has voted against in this epoch. Anyone may
/// call this; the proposal is used up.
public fun execute_slashing(
    self: &mut SlashingManager,
    staking: &mut Staking,
    treasury: &mut ProtectedTreasury,
    candidate_node_id: ID,
    ctx: &mut TxContext,
) {
    assert!(self.slashing_candidates.contains(candidate_node_id), ENoProposalForNode);
    let proposal = self.slashing_candidates.remove(candidate_node_id);
    assert!(proposal.epoch == staking.epoch(), EWrongEpoch);
    assert!(staking.is_quorum(proposal.voting_weight), ENotEnoughVotes);
    staking.burn_commission(candidate_node_id, treasury, ctx);
}

/// Removes those of the listed proposals that are from an earlier epoch. Anyone may call this.
public fun cleanup_slashing_proposals(
    self: &mut SlashingManager,
    staking: &Staking,
    node_ids: vector<ID>,
) {
    let epoch = staking.epoch();
    node_ids.do!(|node_id| {
        if (
            self.slashing_candidates.contains(node_id)
                && self.slashing_candidates.borrow(node_id).epoch < epoch
        ) {
            self.slashing_candidates.remove(node_id);
        }
    });
}

fun fresh_proposal(epoch: u32, node_id: ID): SlashingProposal {
    SlashingProposal { epoch, node_id, voting_weight: 0, voters: vec_set::empty() }
}

fun add_vote(proposal: &mut SlashingProposal, node_id: ID, weight: u16) {
    assert!(!proposal.voters.contains(&node_id), EDuplicateVote);
    proposal.voters.insert(node_id);
    proposal.voting_weight = proposal.voting_weight + weight;
}
