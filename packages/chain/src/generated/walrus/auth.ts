// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import { call, object, pure, type ObjectArgument, type PureArgument } from '../../move/call.js';
import { address, bcs, datatype } from '../../move/layout.js';
import type { Transaction, TransactionResult } from '@mysten/sui/transactions';

/**
 * Proof of identity within one transaction.
 *
 * Layout of `walrus::auth::Authenticated`.
 */
export const Authenticated = /* @__PURE__ */ datatype('auth::Authenticated', () =>
  bcs.enum('Authenticated', { Sender: address, Object: address }),
);

/**
 * Stored rule about who may act.
 *
 * Layout of `walrus::auth::Authorized`.
 */
export const Authorized = /* @__PURE__ */ datatype('auth::Authorized', () =>
  bcs.enum('Authorized', { Address: address, ObjectID: address }),
);

/**
 * Proves to be the sender of the transaction.
 *
 * Move: `public fun authenticate_sender(ctx: &TxContext): Authenticated`
 */
export function authenticateSender(tx: Transaction, packageId: string): TransactionResult {
  return call(tx, `${packageId}::auth::authenticate_sender`, []);
}

/**
 * Proves to have access to the object.
 *
 * Move: `public fun authenticate_with_object<T: key>(obj: &T): Authenticated`
 */
export function authenticateWithObject(
  tx: Transaction,
  packageId: string,
  args: { readonly obj: ObjectArgument; readonly typeArguments: readonly [string] },
): TransactionResult {
  return call(
    tx,
    `${packageId}::auth::authenticate_with_object`,
    [object(tx, args.obj)],
    args.typeArguments,
  );
}

/**
 * Makes a rule that is met by the sender with this address.
 *
 * Move: `public fun authorized_address(addr: address): Authorized`
 */
export function authorizedAddress(
  tx: Transaction,
  packageId: string,
  args: { readonly addr: PureArgument<string> },
): TransactionResult {
  return call(tx, `${packageId}::auth::authorized_address`, [pure(tx, address, args.addr)]);
}

/**
 * Makes a rule that is met by access to the object with this ID.
 *
 * Move: `public fun authorized_object(id: ID): Authorized`
 */
export function authorizedObject(
  tx: Transaction,
  packageId: string,
  args: { readonly id: PureArgument<string> },
): TransactionResult {
  return call(tx, `${packageId}::auth::authorized_object`, [pure(tx, address, args.id)]);
}
