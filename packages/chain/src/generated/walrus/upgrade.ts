// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import {
  call,
  object,
  pure,
  type ByteInput,
  type ObjectArgument,
  type PureArgument,
} from '../../move/call.js';
import {
  address,
  bcs,
  bytes,
  collection,
  datatype,
  u16,
  u32,
  u64,
  upgradeCap,
  vector,
} from '../../move/layout.js';
import type { Transaction, TransactionResult } from '@mysten/sui/transactions';

/**
 * Digest of a package: 32 bytes.
 *
 * Layout of `walrus::upgrade::PackageDigest`.
 */
export const PackageDigest = /* @__PURE__ */ datatype('upgrade::PackageDigest', () => bytes);

/**
 * Votes for one digest.
 *
 * Layout of `walrus::upgrade::UpgradeProposal`.
 */
export const UpgradeProposal = /* @__PURE__ */ datatype('upgrade::UpgradeProposal', () =>
  bcs.struct('UpgradeProposal', {
    epoch: u32,
    digest: PackageDigest,
    version: u64,
    votingWeight: u16,
    voters: vector(address),
  }),
);

/**
 * Owner of the package's upgrade capability.
 *
 * Layout of `walrus::upgrade::UpgradeManager`.
 */
export const UpgradeManager = /* @__PURE__ */ datatype('upgrade::UpgradeManager', () =>
  bcs.struct('UpgradeManager', { id: address, cap: upgradeCap, upgradeProposals: collection }),
);

/**
 * Right to upgrade without a vote.
 *
 * Layout of `walrus::upgrade::EmergencyUpgradeCap`.
 */
export const EmergencyUpgradeCap = /* @__PURE__ */ datatype('upgrade::EmergencyUpgradeCap', () =>
  bcs.struct('EmergencyUpgradeCap', { id: address, upgradeManagerId: address }),
);

/**
 * Votes for a package digest with the shards of a node in the current committee.
 *
 * Move: `public fun vote_for_upgrade(self: &mut UpgradeManager, staking: &Staking, auth: Authenticated, node_id: ID, digest: vector<u8>)`
 */
export function voteForUpgrade(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly staking: ObjectArgument;
    readonly auth: ObjectArgument;
    readonly nodeId: PureArgument<string>;
    readonly digest: PureArgument<ByteInput>;
  },
): TransactionResult {
  return call(tx, `${packageId}::upgrade::vote_for_upgrade`, [
    object(tx, args.self),
    object(tx, args.staking),
    object(tx, args.auth),
    pure(tx, address, args.nodeId),
    pure(tx, bytes, args.digest),
  ]);
}

/**
 * Authorises the upgrade to a digest that a quorum has voted for in this epoch. Anyone may call
 * this; the proposal is used up.
 *
 * Move: `public fun authorize_upgrade(self: &mut UpgradeManager, staking: &Staking, digest: vector<u8>): UpgradeTicket`
 */
export function authorizeUpgrade(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly staking: ObjectArgument;
    readonly digest: PureArgument<ByteInput>;
  },
): TransactionResult {
  return call(tx, `${packageId}::upgrade::authorize_upgrade`, [
    object(tx, args.self),
    object(tx, args.staking),
    pure(tx, bytes, args.digest),
  ]);
}

/**
 * Authorises an upgrade with the emergency capability.
 *
 * Move: `public fun authorize_emergency_upgrade(upgrade_manager: &mut UpgradeManager, emergency_upgrade_cap: &EmergencyUpgradeCap, digest: vector<u8>): UpgradeTicket`
 */
export function authorizeEmergencyUpgrade(
  tx: Transaction,
  packageId: string,
  args: {
    readonly upgradeManager: ObjectArgument;
    readonly emergencyUpgradeCap: ObjectArgument;
    readonly digest: PureArgument<ByteInput>;
  },
): TransactionResult {
  return call(tx, `${packageId}::upgrade::authorize_emergency_upgrade`, [
    object(tx, args.upgradeManager),
    object(tx, args.emergencyUpgradeCap),
    pure(tx, bytes, args.digest),
  ]);
}

/**
 * Completes an upgrade and tells the shared objects about the new package.
 *
 * Move: `public fun commit_upgrade(upgrade_manager: &mut UpgradeManager, staking: &mut Staking, system: &mut System, receipt: UpgradeReceipt)`
 */
export function commitUpgrade(
  tx: Transaction,
  packageId: string,
  args: {
    readonly upgradeManager: ObjectArgument;
    readonly staking: ObjectArgument;
    readonly system: ObjectArgument;
    readonly receipt: ObjectArgument;
  },
): TransactionResult {
  return call(tx, `${packageId}::upgrade::commit_upgrade`, [
    object(tx, args.upgradeManager),
    object(tx, args.staking),
    object(tx, args.system),
    object(tx, args.receipt),
  ]);
}

/**
 * Removes those of the listed proposals that cannot be authorised any more. Anyone may call this.
 *
 * Move: `public fun cleanup_upgrade_proposals(self: &mut UpgradeManager, staking: &Staking, proposals: vector<vector<u8>>)`
 */
export function cleanupUpgradeProposals(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly staking: ObjectArgument;
    readonly proposals: PureArgument<readonly ByteInput[]>;
  },
): TransactionResult {
  return call(tx, `${packageId}::upgrade::cleanup_upgrade_proposals`, [
    object(tx, args.self),
    object(tx, args.staking),
    pure(tx, vector(bytes), args.proposals),
  ]);
}

/**
 * Destroys the emergency capability for good.
 *
 * Move: `public fun burn_emergency_upgrade_cap(emergency_upgrade_cap: EmergencyUpgradeCap)`
 */
export function burnEmergencyUpgradeCap(
  tx: Transaction,
  packageId: string,
  args: { readonly emergencyUpgradeCap: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::upgrade::burn_emergency_upgrade_cap`, [
    object(tx, args.emergencyUpgradeCap),
  ]);
}
