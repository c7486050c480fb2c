import type { Transaction, TransactionResult } from '@mysten/sui/transactions';
import * as blobModule from '../generated/walrus/blob.js';
import * as metadata from '../generated/walrus/metadata.js';
import type { ObjectArgument } from '../move/call.js';
import type { ContractRefs } from './payment.js';

/** Sets attributes of a blob, one pair each; those that exist are overwritten. */
export function setBlobAttributes(
  tx: Transaction,
  refs: ContractRefs,
  blob: ObjectArgument,
  attributes: ReadonlyMap<string, string>,
): void {
  for (const [key, value] of attributes) {
    blobModule.insertOrUpdateMetadataPair(tx, refs.packageId, { self: blob, key, value });
  }
}

/** Gives attributes to a blob that has none yet; the transaction aborts if it has. */
export function addBlobAttributes(
  tx: Transaction,
  refs: ContractRefs,
  blob: ObjectArgument,
  attributes: ReadonlyMap<string, string>,
): void {
  blobModule.addMetadata(tx, refs.packageId, {
    self: blob,
    metadata: newAttributes(tx, refs, attributes),
  });
}

/** Makes a `Metadata` value. */
export function newAttributes(
  tx: Transaction,
  refs: ContractRefs,
  attributes: ReadonlyMap<string, string>,
): TransactionResult {
  const made = metadata.new_(tx, refs.packageId);
  for (const [key, value] of attributes) {
    metadata.insertOrUpdate(tx, refs.packageId, { self: made, key, value });
  }
  return made;
}

/** Removes attributes of a blob; the transaction aborts if one is absent. */
export function removeBlobAttributes(
  tx: Transaction,
  refs: ContractRefs,
  blob: ObjectArgument,
  keys: readonly string[],
): void {
  for (const key of keys) {
    blobModule.removeMetadataPair(tx, refs.packageId, { self: blob, key });
  }
}

/** Removes all attributes of a blob; the transaction aborts if it never had any. */
export function clearBlobAttributes(
  tx: Transaction,
  refs: ContractRefs,
  blob: ObjectArgument,
): void {
  blobModule.takeMetadata(tx, refs.packageId, { self: blob });
}
