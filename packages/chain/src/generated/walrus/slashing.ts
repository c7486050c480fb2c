// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import { call, object, pure, type ObjectArgument, type PureArgument } from '../../move/call.js';
import { address, bcs, collection, datatype, u16, u32, vector } from '../../move/layout.js';
import type { Transaction, TransactionResult } from '@mysten/sui/transactions';

/**
 * Votes against one node.
 *
 * Layout of `walrus::slashing::SlashingProposal`.
 */
export const SlashingProposal = /* @__PURE__ */ datatype('slashing::SlashingProposal', () =>
  bcs.struct('SlashingProposal', {
    epoch: u32,
    nodeId: address,
    votingWeight: u16,
    voters: vector(address),
  }),
);

/**
 * All proposals by candidate.
 *
 * Layout of `walrus::slashing::SlashingManager`.
 */
export const SlashingManager = /* @__PURE__ */ datatype('slashing::SlashingManager', () =>
  bcs.struct('SlashingManager', { id: address, slashingCandidates: collection }),
);

/**
 * Votes against a node with the shards of the voter in the current committee.
 *
 * Move: `public fun vote_for_slashing(self: &mut SlashingManager, staking: &Staking, auth: Authenticated, voter_node_id: ID, candidate_node_id: ID)`
 */
export function voteForSlashing(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly staking: ObjectArgument;
    readonly auth: ObjectArgument;
    readonly voterNodeId: PureArgument<string>;
    readonly candidateNodeId: PureArgument<string>;
  },
): TransactionResult {
  return call(tx, `${packageId}::slashing::vote_for_slashing`, [
    object(tx, args.self),
    object(tx, args.staking),
    object(tx, args.auth),
    pure(tx, address, args.voterNodeId),
    pure(tx, address, args.candidateNodeId),
  ]);
}

/**
 * Burns the whole commission of a node that a quorum has voted against in this epoch. Anyone may
 * call this; the proposal is used up.
 *
 * Move: `public fun execute_slashing(self: &mut SlashingManager, staking: &mut Staking, treasury: &mut ProtectedTreasury, candidate_node_id: ID, ctx: &mut TxContext)`
 */
export function executeSlashing(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly staking: ObjectArgument;
    readonly treasury: ObjectArgument;
    readonly candidateNodeId: PureArgument<string>;
  },
): TransactionResult {
  return call(tx, `${packageId}::slashing::execute_slashing`, [
    object(tx, args.self),
    object(tx, args.staking),
    object(tx, args.treasury),
    pure(tx, address, args.candidateNodeId),
  ]);
}

/**
 * Removes those of the listed proposals that are from an earlier epoch. Anyone may call this.
 *
 * Move: `public fun cleanup_slashing_proposals(self: &mut SlashingManager, staking: &Staking, node_ids: vector<ID>)`
 */
export function cleanupSlashingProposals(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly staking: ObjectArgument;
    readonly nodeIds: PureArgument<readonly string[]>;
  },
): TransactionResult {
  return call(tx, `${packageId}::slashing::cleanup_slashing_proposals`, [
    object(tx, args.self),
    object(tx, args.staking),
    pure(tx, vector(address), args.nodeIds),
  ]);
}
