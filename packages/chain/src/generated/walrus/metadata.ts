// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import { call, object, pure, type ObjectArgument, type PureArgument } from '../../move/call.js';
import { bcs, datatype, string, vecMap } from '../../move/layout.js';
import type { Transaction, TransactionResult } from '@mysten/sui/transactions';

/**
 * Attributes in order of their last update.
 *
 * Layout of `walrus::metadata::Metadata`.
 */
export const Metadata = /* @__PURE__ */ datatype('metadata::Metadata', () =>
  bcs.struct('Metadata', { metadata: vecMap(string, string) }),
);

/**
 * No attributes.
 *
 * Move: `public fun new(): Metadata`
 */
export function new_(tx: Transaction, packageId: string): TransactionResult {
  return call(tx, `${packageId}::metadata::new`, []);
}

/**
 * Sets the attribute `key` to `value`; a replaced attribute moves to the end.
 *
 * Move: `public fun insert_or_update(self: &mut Metadata, key: String, value: String)`
 */
export function insertOrUpdate(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly key: PureArgument<string>;
    readonly value: PureArgument<string>;
  },
): TransactionResult {
  return call(tx, `${packageId}::metadata::insert_or_update`, [
    object(tx, args.self),
    pure(tx, string, args.key),
    pure(tx, string, args.value),
  ]);
}

/**
 * Removes an attribute and returns its key and value; aborts in `vec_map` if it is absent.
 *
 * Move: `public fun remove(self: &mut Metadata, key: &String): (String, String)`
 */
export function remove(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument; readonly key: PureArgument<string> },
): TransactionResult {
  return call(tx, `${packageId}::metadata::remove`, [
    object(tx, args.self),
    pure(tx, string, args.key),
  ]);
}

/**
 * Removes an attribute and returns its value, if there is one.
 *
 * Move: `public fun remove_if_exists(self: &mut Metadata, key: &String): Option<String>`
 */
export function removeIfExists(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument; readonly key: PureArgument<string> },
): TransactionResult {
  return call(tx, `${packageId}::metadata::remove_if_exists`, [
    object(tx, args.self),
    pure(tx, string, args.key),
  ]);
}
