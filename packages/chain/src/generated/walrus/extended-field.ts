// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import { call, object, type ObjectArgument } from '../../move/call.js';
import { address, bcs, bool, datatype } from '../../move/layout.js';
import type { Transaction, TransactionResult } from '@mysten/sui/transactions';

/**
 * Handle embedded in the parent; the value is found under `Key()`.
 *
 * Layout of `walrus::extended_field::ExtendedField`.
 */
export const ExtendedField = /* @__PURE__ */ datatype('extended_field::ExtendedField', () =>
  bcs.struct('ExtendedField', { id: address }),
);

/**
 * Name of the only dynamic field of an `ExtendedField`.
 *
 * Layout of `walrus::extended_field::Key`.
 */
export const Key = /* @__PURE__ */ datatype('extended_field::Key', () =>
  bcs.struct('Key', { dummyField: bool }),
);

/**
 * Stores `value` out of line and returns the handle for it.
 *
 * Move: `public fun new<T: store>(value: T, ctx: &mut TxContext): ExtendedField<T>`
 */
export function new_(
  tx: Transaction,
  packageId: string,
  args: { readonly value: ObjectArgument; readonly typeArguments: readonly [string] },
): TransactionResult {
  return call(
    tx,
    `${packageId}::extended_field::new`,
    [object(tx, args.value)],
    args.typeArguments,
  );
}

/**
 * Puts `value` in place of the stored one and returns the latter.
 *
 * Move: `public fun swap<T: store>(field: &mut ExtendedField<T>, value: T): T`
 */
export function swap(
  tx: Transaction,
  packageId: string,
  args: {
    readonly field: ObjectArgument;
    readonly value: ObjectArgument;
    readonly typeArguments: readonly [string];
  },
): TransactionResult {
  return call(
    tx,
    `${packageId}::extended_field::swap`,
    [object(tx, args.field), object(tx, args.value)],
    args.typeArguments,
  );
}

/**
 * Deletes the handle and returns the value.
 *
 * Move: `public fun destroy<T: store>(field: ExtendedField<T>): T`
 */
export function destroy(
  tx: Transaction,
  packageId: string,
  args: { readonly field: ObjectArgument; readonly typeArguments: readonly [string] },
): TransactionResult {
  return call(
    tx,
    `${packageId}::extended_field::destroy`,
    [object(tx, args.field)],
    args.typeArguments,
  );
}
