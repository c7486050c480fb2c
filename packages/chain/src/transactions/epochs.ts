import type { Transaction } from '@mysten/sui/transactions';
import * as staking from '../generated/walrus/staking.js';
import type { ObjectArgument } from '../move/call.js';
import type { ContractRefs } from './payment.js';

/** Ends voting: selects the next committee. */
export function votingEnd(tx: Transaction, refs: ContractRefs): void {
  staking.votingEnd(tx, refs.packageId, { staking: refs.stakingObject });
}

/** Performs the epoch change. */
export function initiateEpochChange(
  tx: Transaction,
  refs: ContractRefs,
  treasury: ObjectArgument,
): void {
  staking.initiateEpochChangeV2(tx, refs.packageId, {
    staking: refs.stakingObject,
    system: refs.systemObject,
    treasury,
  });
}

/** Reports that a node holds all its shards of an epoch. */
export function epochSyncDone(
  tx: Transaction,
  refs: ContractRefs,
  capability: ObjectArgument,
  epoch: number,
): void {
  staking.epochSyncDone(tx, refs.packageId, {
    staking: refs.stakingObject,
    cap: capability,
    epoch,
  });
}
