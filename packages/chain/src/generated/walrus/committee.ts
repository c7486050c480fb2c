// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import { call, object, type ObjectArgument } from '../../move/call.js';
import { address, datatype, u16, vecMap, vector } from '../../move/layout.js';
import type { Transaction, TransactionResult } from '@mysten/sui/transactions';

/**
 * Shard numbers by node ID, sorted by node ID.
 *
 * Layout of `walrus::committee::Committee`.
 */
export const Committee = /* @__PURE__ */ datatype('committee::Committee', () =>
  vecMap(address, vector(u16)),
);

/**
 * Returns the number of members.
 *
 * Move: `public fun size(cmt: &Committee): u64`
 */
export function size(
  tx: Transaction,
  packageId: string,
  args: { readonly cmt: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::committee::size`, [object(tx, args.cmt)]);
}

/**
 * Returns a copy of the map from node ID to shard numbers.
 *
 * Move: `public fun to_inner(cmt: &Committee): VecMap<ID, vector<u16>>`
 */
export function toInner(
  tx: Transaction,
  packageId: string,
  args: { readonly cmt: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::committee::to_inner`, [object(tx, args.cmt)]);
}
