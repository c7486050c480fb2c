/** Puts together the record of an executed transaction. */

import type { Outcome } from './effects.js';
import type { TransactionData, TransactionRecord } from './types.js';

/** A transaction that ran. */
export interface Executed {
  readonly data: TransactionData;
  readonly bcs: Uint8Array;
  readonly digest: string;
  readonly signatures: readonly Uint8Array[];
  readonly outcome: Outcome;
}

/** Where and when a transaction ran. */
export interface Placement {
  /** Undefined for simulations. */
  readonly checkpoint: bigint | undefined;
  readonly indexInCheckpoint: number;
  readonly timestampMs: bigint;
}

/** Makes the record of a transaction. */
export function makeRecord(executed: Executed, placement: Placement): TransactionRecord {
  const { data, bcs, digest, signatures, outcome } = executed;
  const { effects, effectsBcs, effectsDigest, events, eventsBcs, balanceChanges, objectTypes } =
    outcome;
  return {
    digest,
    transaction: data,
    transactionBcs: bcs,
    signatures,
    effects,
    effectsBcs,
    effectsDigest,
    events,
    eventsBcs,
    balanceChanges,
    objectTypes,
    ...placement,
  };
}
