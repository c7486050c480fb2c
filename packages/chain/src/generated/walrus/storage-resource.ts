// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import {
  call,
  object,
  pure,
  type IntegerInput,
  type ObjectArgument,
  type PureArgument,
} from '../../move/call.js';
import { address, bcs, datatype, u32, u64 } from '../../move/layout.js';
import type { Transaction, TransactionResult } from '@mysten/sui/transactions';

/**
 * A reservation of `storage_size` bytes of encoded data.
 *
 * Layout of `walrus::storage_resource::Storage`.
 */
export const Storage = /* @__PURE__ */ datatype('storage_resource::Storage', () =>
  bcs.struct('Storage', { id: address, startEpoch: u32, endEpoch: u32, storageSize: u64 }),
);

/**
 * First epoch of the reservation.
 *
 * Move: `public fun start_epoch(self: &Storage): u32`
 */
export function startEpoch(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::storage_resource::start_epoch`, [object(tx, args.self)]);
}

/**
 * First epoch after the reservation.
 *
 * Move: `public fun end_epoch(self: &Storage): u32`
 */
export function endEpoch(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::storage_resource::end_epoch`, [object(tx, args.self)]);
}

/**
 * Reserved bytes.
 *
 * Move: `public fun size(self: &Storage): u64`
 */
export function size(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::storage_resource::size`, [object(tx, args.self)]);
}

/**
 * Ends `storage` at `split_epoch` and returns a reservation of the same size for the epochs cut
 * off. Both parts must cover at least one epoch.
 *
 * Move: `public fun split_by_epoch(storage: &mut Storage, split_epoch: u32, ctx: &mut TxContext): Storage`
 */
export function splitByEpoch(
  tx: Transaction,
  packageId: string,
  args: { readonly storage: ObjectArgument; readonly splitEpoch: PureArgument<number> },
): TransactionResult {
  return call(tx, `${packageId}::storage_resource::split_by_epoch`, [
    object(tx, args.storage),
    pure(tx, u32, args.splitEpoch),
  ]);
}

/**
 * Leaves `split_size` bytes in `storage` and returns a reservation of the other bytes for the same
 * epochs. Either part may be empty.
 *
 * Move: `public fun split_by_size(storage: &mut Storage, split_size: u64, ctx: &mut TxContext): Storage`
 */
export function splitBySize(
  tx: Transaction,
  packageId: string,
  args: { readonly storage: ObjectArgument; readonly splitSize: PureArgument<IntegerInput> },
): TransactionResult {
  return call(tx, `${packageId}::storage_resource::split_by_size`, [
    object(tx, args.storage),
    pure(tx, u64, args.splitSize),
  ]);
}

/**
 * Adds the epochs of `second`, which must be adjacent on either side and of the same size.
 *
 * Move: `public fun fuse_periods(first: &mut Storage, second: Storage)`
 */
export function fusePeriods(
  tx: Transaction,
  packageId: string,
  args: { readonly first: ObjectArgument; readonly second: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::storage_resource::fuse_periods`, [
    object(tx, args.first),
    object(tx, args.second),
  ]);
}

/**
 * Adds the bytes of `second`, which must be for the same epochs.
 *
 * Move: `public fun fuse_amount(first: &mut Storage, second: Storage)`
 */
export function fuseAmount(
  tx: Transaction,
  packageId: string,
  args: { readonly first: ObjectArgument; readonly second: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::storage_resource::fuse_amount`, [
    object(tx, args.first),
    object(tx, args.second),
  ]);
}

/**
 * Puts two reservations together: by size if they start together, otherwise by time.
 *
 * Move: `public fun fuse(first: &mut Storage, second: Storage)`
 */
export function fuse(
  tx: Transaction,
  packageId: string,
  args: { readonly first: ObjectArgument; readonly second: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::storage_resource::fuse`, [
    object(tx, args.first),
    object(tx, args.second),
  ]);
}

/**
 * Throws a reservation away. Nothing is refunded and the space stays accounted for.
 *
 * Move: `public fun destroy(storage: Storage)`
 */
export function destroy(
  tx: Transaction,
  packageId: string,
  args: { readonly storage: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::storage_resource::destroy`, [object(tx, args.storage)]);
}
