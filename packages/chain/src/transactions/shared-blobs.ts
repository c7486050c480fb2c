import type { Transaction } from '@mysten/sui/transactions';
import * as sharedBlob from '../generated/walrus/shared-blob.js';
import type { ObjectArgument } from '../move/call.js';
import { walCoin, type ContractRefs } from './payment.js';

/**
 * Puts a blob into a new shared object, which anybody may fund and extend.
 *
 * @param funds - FROST put into it; none if absent
 */
export function shareBlob(
  tx: Transaction,
  refs: ContractRefs,
  blob: ObjectArgument,
  funds?: bigint,
): void {
  if (funds === undefined || funds === 0n) {
    sharedBlob.new_(tx, refs.packageId, { blob });
  } else {
    sharedBlob.newFunded(tx, refs.packageId, { blob, funds: walCoin(tx, refs, funds) });
  }
}

/**
 * Adds to the funds of a shared blob.
 *
 * @param amount - FROST
 */
export function fundSharedBlob(
  tx: Transaction,
  refs: ContractRefs,
  blob: ObjectArgument,
  amount: bigint,
): void {
  sharedBlob.fund(tx, refs.packageId, { self: blob, addedFunds: walCoin(tx, refs, amount) });
}

/** Extends a shared blob, paid from its funds. */
export function extendSharedBlob(
  tx: Transaction,
  refs: ContractRefs,
  blob: ObjectArgument,
  epochs: number,
): void {
  sharedBlob.extend(tx, refs.packageId, {
    self: blob,
    system: refs.systemObject,
    extendedEpochs: epochs,
  });
}
