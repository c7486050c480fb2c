// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import { call, object, type ObjectArgument } from '../../move/call.js';
import { bcs, datatype, u32, u64, vector } from '../../move/layout.js';
import type { Transaction, TransactionResult } from '@mysten/sui/transactions';

/**
 * One epoch of the ledger.
 *
 * Layout of `walrus::storage_accounting::FutureAccounting`.
 */
export const FutureAccounting = /* @__PURE__ */ datatype(
  'storage_accounting::FutureAccounting',
  () => bcs.struct('FutureAccounting', { epoch: u32, usedCapacity: u64, rewardsToDistribute: u64 }),
);

/**
 * The ledger; the slot at distance `k` is `ring_buffer[(current_index + k) mod length]`.
 *
 * Layout of `walrus::storage_accounting::FutureAccountingRingBuffer`.
 */
export const FutureAccountingRingBuffer = /* @__PURE__ */ datatype(
  'storage_accounting::FutureAccountingRingBuffer',
  () =>
    bcs.struct('FutureAccountingRingBuffer', {
      currentIndex: u32,
      length: u32,
      ringBuffer: vector(FutureAccounting),
    }),
);

/**
 * Epoch of the slot.
 *
 * Move: `public fun epoch(accounting: &FutureAccounting): u32`
 */
export function epoch(
  tx: Transaction,
  packageId: string,
  args: { readonly accounting: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::storage_accounting::epoch`, [object(tx, args.accounting)]);
}

/**
 * Bytes sold for the slot's epoch.
 *
 * Move: `public fun used_capacity(accounting: &FutureAccounting): u64`
 */
export function usedCapacity(
  tx: Transaction,
  packageId: string,
  args: { readonly accounting: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::storage_accounting::used_capacity`, [object(tx, args.accounting)]);
}

/**
 * Payments collected for the slot's epoch, in FROST.
 *
 * Move: `public fun rewards(accounting: &FutureAccounting): u64`
 */
export function rewards(
  tx: Transaction,
  packageId: string,
  args: { readonly accounting: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::storage_accounting::rewards`, [object(tx, args.accounting)]);
}

/**
 * Number of epochs, the current one included, that storage can be bought for.
 *
 * Move: `public fun max_epochs_ahead(self: &FutureAccountingRingBuffer): u32`
 */
export function maxEpochsAhead(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::storage_accounting::max_epochs_ahead`, [object(tx, args.self)]);
}
