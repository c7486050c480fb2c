// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import { call, object, pure, type ObjectArgument, type PureArgument } from '../../move/call.js';
import { address, bcs, datatype, u32, u64 } from '../../move/layout.js';
import type { Transaction, TransactionResult } from '@mysten/sui/transactions';
import * as blobModule from './blob.js';

/**
 * A blob and the funds for its extension; always a shared object.
 *
 * Layout of `walrus::shared_blob::SharedBlob`.
 */
export const SharedBlob = /* @__PURE__ */ datatype('shared_blob::SharedBlob', () =>
  bcs.struct('SharedBlob', { id: address, blob: blobModule.Blob, funds: u64 }),
);

/**
 * Shares a blob without funds.
 *
 * Move: `public fun new(blob: Blob, ctx: &mut TxContext)`
 */
export function new_(
  tx: Transaction,
  packageId: string,
  args: { readonly blob: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::shared_blob::new`, [object(tx, args.blob)]);
}

/**
 * Shares a blob together with first funds.
 *
 * Move: `public fun new_funded(blob: Blob, funds: Coin<WAL>, ctx: &mut TxContext)`
 */
export function newFunded(
  tx: Transaction,
  packageId: string,
  args: { readonly blob: ObjectArgument; readonly funds: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::shared_blob::new_funded`, [
    object(tx, args.blob),
    object(tx, args.funds),
  ]);
}

/**
 * Adds to the funds.
 *
 * Move: `public fun fund(self: &mut SharedBlob, added_funds: Coin<WAL>)`
 */
export function fund(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument; readonly addedFunds: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::shared_blob::fund`, [
    object(tx, args.self),
    object(tx, args.addedFunds),
  ]);
}

/**
 * Extends the blob by `extended_epochs`, paid from the funds.
 *
 * Move: `public fun extend(self: &mut SharedBlob, system: &mut System, extended_epochs: u32, ctx: &mut TxContext)`
 */
export function extend(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly system: ObjectArgument;
    readonly extendedEpochs: PureArgument<number>;
  },
): TransactionResult {
  return call(tx, `${packageId}::shared_blob::extend`, [
    object(tx, args.self),
    object(tx, args.system),
    pure(tx, u32, args.extendedEpochs),
  ]);
}
