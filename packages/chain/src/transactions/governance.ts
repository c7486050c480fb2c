import type { Transaction, TransactionResult } from '@mysten/sui/transactions';
import type { Address } from '@walrus-ts/core';
import * as auth from '../generated/walrus/auth.js';
import * as init from '../generated/walrus/init.js';
import * as slashing from '../generated/walrus/slashing.js';
import * as staking from '../generated/walrus/staking.js';
import * as upgrade from '../generated/walrus/upgrade.js';
import type { ObjectArgument } from '../move/call.js';
import type { ContractRefs } from './payment.js';

/** How a transaction proves a right: by its sender, or by an object that the sender owns. */
export type Authentication =
  | 'sender'
  | {
      readonly object: ObjectArgument;
      /** Its full Move type. */
      readonly type: string;
    };

/** Who holds a right. */
export type Authorized = { readonly address: Address } | { readonly object: Address };

function authenticate(
  tx: Transaction,
  refs: ContractRefs,
  authentication: Authentication,
): TransactionResult {
  if (authentication === 'sender') return auth.authenticateSender(tx, refs.packageId);
  const { object: obj, type } = authentication;
  return auth.authenticateWithObject(tx, refs.packageId, { obj, typeArguments: [type] });
}

function authorize(tx: Transaction, refs: ContractRefs, holder: Authorized): TransactionResult {
  return 'address' in holder
    ? auth.authorizedAddress(tx, refs.packageId, { addr: holder.address })
    : auth.authorizedObject(tx, refs.packageId, { id: holder.object });
}

/** A right over a node, and the proof of having it. */
export interface NodeAuthority {
  readonly nodeId: Address;
  readonly authentication: Authentication;
}

/** Takes out a node's commission. @returns the `Coin<WAL>`, to be transferred */
export function collectCommission(
  tx: Transaction,
  refs: ContractRefs,
  { nodeId, authentication }: NodeAuthority,
): TransactionResult {
  return staking.collectCommission(tx, refs.packageId, {
    staking: refs.stakingObject,
    nodeId,
    auth: authenticate(tx, refs, authentication),
  });
}

/** Names who may collect a node's commission; needs the right of the present receiver. */
export function setCommissionReceiver(
  tx: Transaction,
  refs: ContractRefs,
  { nodeId, authentication }: NodeAuthority,
  receiver: Authorized,
): void {
  staking.setCommissionReceiver(tx, refs.packageId, {
    staking: refs.stakingObject,
    nodeId,
    auth: authenticate(tx, refs, authentication),
    receiver: authorize(tx, refs, receiver),
  });
}

/** Names who votes for a node in matters of governance; needs the right of the present holder. */
export function setGovernanceAuthorized(
  tx: Transaction,
  refs: ContractRefs,
  { nodeId, authentication }: NodeAuthority,
  holder: Authorized,
): void {
  staking.setGovernanceAuthorized(tx, refs.packageId, {
    staking: refs.stakingObject,
    nodeId,
    auth: authenticate(tx, refs, authentication),
    authorized: authorize(tx, refs, holder),
  });
}

// === Slashing ===

/**
 * Votes that a node loses its rewards and commission of the epoch.
 *
 * @param voter - the voting node and its right
 */
export function voteForSlashing(
  tx: Transaction,
  refs: ContractRefs,
  slashingManager: ObjectArgument,
  voter: NodeAuthority,
  candidateNodeId: Address,
): void {
  slashing.voteForSlashing(tx, refs.packageId, {
    self: slashingManager,
    staking: refs.stakingObject,
    auth: authenticate(tx, refs, voter.authentication),
    voterNodeId: voter.nodeId,
    candidateNodeId,
  });
}

/** Carries out a slashing that a quorum voted for; anybody may. */
export function executeSlashing(
  tx: Transaction,
  refs: ContractRefs,
  parameters: {
    readonly slashingManager: ObjectArgument;
    readonly treasury: ObjectArgument;
    readonly candidateNodeId: Address;
  },
): void {
  slashing.executeSlashing(tx, refs.packageId, {
    self: parameters.slashingManager,
    staking: refs.stakingObject,
    treasury: parameters.treasury,
    candidateNodeId: parameters.candidateNodeId,
  });
}

/** Removes slashing proposals of past epochs. */
export function cleanupSlashingProposals(
  tx: Transaction,
  refs: ContractRefs,
  slashingManager: ObjectArgument,
  nodeIds: readonly Address[],
): void {
  slashing.cleanupSlashingProposals(tx, refs.packageId, {
    self: slashingManager,
    staking: refs.stakingObject,
    nodeIds,
  });
}

// === Upgrades ===

/**
 * Votes for an upgrade of the contracts.
 *
 * @param digest - 32 bytes, of the package to be published
 */
export function voteForUpgrade(
  tx: Transaction,
  refs: ContractRefs,
  upgradeManager: ObjectArgument,
  voter: NodeAuthority,
  digest: Uint8Array,
): void {
  upgrade.voteForUpgrade(tx, refs.packageId, {
    self: upgradeManager,
    staking: refs.stakingObject,
    auth: authenticate(tx, refs, voter.authentication),
    nodeId: voter.nodeId,
    digest,
  });
}

/** A package that replaces the deployed one. */
export interface UpgradePackage {
  readonly upgradeManager: ObjectArgument;
  /** Bytecode of all modules, dependencies first. */
  readonly modules: readonly Uint8Array[];
  /** IDs of the packages it is linked to. */
  readonly dependencies: readonly string[];
  /** 32 bytes: what was voted for, or what the emergency capability allows. */
  readonly digest: Uint8Array;
  /** Upgrades without a vote, with this `EmergencyUpgradeCap`. */
  readonly emergencyCapability?: ObjectArgument | undefined;
}

/**
 * Upgrades the contracts: authorises by vote or emergency capability, publishes, commits.
 *
 * The new package counts after the migration, see {@link setMigrationEpoch} and {@link migrate}.
 */
export function upgradeContracts(
  tx: Transaction,
  refs: ContractRefs,
  parameters: UpgradePackage,
): void {
  const { upgradeManager, modules, dependencies, digest, emergencyCapability } = parameters;
  const ticket =
    emergencyCapability === undefined
      ? upgrade.authorizeUpgrade(tx, refs.packageId, {
          self: upgradeManager,
          staking: refs.stakingObject,
          digest,
        })
      : upgrade.authorizeEmergencyUpgrade(tx, refs.packageId, {
          upgradeManager,
          emergencyUpgradeCap: emergencyCapability,
          digest,
        });
  const receipt = tx.upgrade({
    modules: modules.map((module) => [...module]),
    dependencies: [...dependencies],
    package: refs.packageId,
    ticket,
  });
  upgrade.commitUpgrade(tx, refs.packageId, {
    upgradeManager,
    staking: refs.stakingObject,
    system: refs.systemObject,
    receipt,
  });
}

/** Removes upgrade proposals of past epochs or versions. */
export function cleanupUpgradeProposals(
  tx: Transaction,
  refs: ContractRefs,
  upgradeManager: ObjectArgument,
  digests: readonly Uint8Array[],
): void {
  upgrade.cleanupUpgradeProposals(tx, refs.packageId, {
    self: upgradeManager,
    staking: refs.stakingObject,
    proposals: digests,
  });
}

/** Destroys the emergency capability: from then on only votes upgrade. */
export function burnEmergencyCapability(
  tx: Transaction,
  refs: ContractRefs,
  emergencyUpgradeCap: ObjectArgument,
): void {
  upgrade.burnEmergencyUpgradeCap(tx, refs.packageId, { emergencyUpgradeCap });
}

/**
 * Sets the epoch from which on {@link migrate} may run.
 *
 * @param newPackageId - the upgraded package
 */
export function setMigrationEpoch(
  tx: Transaction,
  refs: ContractRefs,
  newPackageId: Address,
): void {
  staking.setMigrationEpoch(tx, newPackageId, { staking: refs.stakingObject });
}

/**
 * Makes the upgraded package the one that counts.
 *
 * @param newPackageId - the upgraded package
 */
export function migrate(tx: Transaction, refs: ContractRefs, newPackageId: Address): void {
  init.migrateV2(tx, newPackageId, { staking: refs.stakingObject, system: refs.systemObject });
}
