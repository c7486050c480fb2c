// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import { call, object, type ObjectArgument } from '../../move/call.js';
import { address, bcs, bool, datatype } from '../../move/layout.js';
import type { Transaction, TransactionResult } from '@mysten/sui/transactions';

/**
 * One-time witness and type of the coin.
 *
 * Layout of `wal::wal::WAL`.
 */
export const WAL = /* @__PURE__ */ datatype('wal::WAL', () =>
  bcs.struct('WAL', { dummyField: bool }),
);

/**
 * Holds the minting right of WAL in a dynamic object field under `TreasuryCapKey {}`. Shared.
 *
 * Layout of `wal::wal::ProtectedTreasury`.
 */
export const ProtectedTreasury = /* @__PURE__ */ datatype('wal::ProtectedTreasury', () =>
  bcs.struct('ProtectedTreasury', { id: address }),
);

/**
 * Name of the field with the minting right.
 *
 * Layout of `wal::wal::TreasuryCapKey`.
 */
export const TreasuryCapKey = /* @__PURE__ */ datatype('wal::TreasuryCapKey', () =>
  bcs.struct('TreasuryCapKey', { dummyField: bool }),
);

/**
 * Current supply in FROST.
 *
 * Move: `public fun total_supply(treasury: &ProtectedTreasury): u64`
 */
export function totalSupply(
  tx: Transaction,
  packageId: string,
  args: { readonly treasury: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::wal::total_supply`, [object(tx, args.treasury)]);
}

/**
 * Destroys coins for good.
 *
 * Move: `public fun burn(treasury: &mut ProtectedTreasury, coin: Coin<WAL>)`
 */
export function burn(
  tx: Transaction,
  packageId: string,
  args: { readonly treasury: ObjectArgument; readonly coin: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::wal::burn`, [object(tx, args.treasury), object(tx, args.coin)]);
}
