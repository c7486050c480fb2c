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
 * A stake of `principal` with the pool `node_id`, earning from `activation_epoch` on.
 *
 * Layout of `walrus::staked_wal::StakedWal`.
 */
export const StakedWal = /* @__PURE__ */ datatype('staked_wal::StakedWal', () =>
  bcs.struct('StakedWal', {
    id: address,
    state: StakedWalState,
    nodeId: address,
    principal: u64,
    activationEpoch: u32,
  }),
);

/**
 * Where the stake is in its life.
 *
 * Layout of `walrus::staked_wal::StakedWalState`.
 */
export const StakedWalState = /* @__PURE__ */ datatype('staked_wal::StakedWalState', () =>
  bcs.enum('StakedWalState', {
    Staked: null,
    Withdrawing: bcs.struct('Withdrawing', { withdrawEpoch: u32 }),
  }),
);

/**
 * Returns the ID of the node the stake belongs to.
 *
 * Move: `public fun node_id(sw: &StakedWal): ID`
 */
export function nodeId(
  tx: Transaction,
  packageId: string,
  args: { readonly sw: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::staked_wal::node_id`, [object(tx, args.sw)]);
}

/**
 * Returns the principal in FROST.
 *
 * Move: `public fun value(sw: &StakedWal): u64`
 */
export function value(
  tx: Transaction,
  packageId: string,
  args: { readonly sw: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::staked_wal::value`, [object(tx, args.sw)]);
}

/**
 * Returns the first epoch in which the stake counts.
 *
 * Move: `public fun activation_epoch(sw: &StakedWal): u32`
 */
export function activationEpoch(
  tx: Transaction,
  packageId: string,
  args: { readonly sw: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::staked_wal::activation_epoch`, [object(tx, args.sw)]);
}

/**
 * Returns whether no withdrawal was requested.
 *
 * Move: `public fun is_staked(sw: &StakedWal): bool`
 */
export function isStaked(
  tx: Transaction,
  packageId: string,
  args: { readonly sw: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::staked_wal::is_staked`, [object(tx, args.sw)]);
}

/**
 * Returns whether a withdrawal was requested.
 *
 * Move: `public fun is_withdrawing(sw: &StakedWal): bool`
 */
export function isWithdrawing(
  tx: Transaction,
  packageId: string,
  args: { readonly sw: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::staked_wal::is_withdrawing`, [object(tx, args.sw)]);
}

/**
 * Returns the epoch from which the payout is possible. Aborts if no withdrawal was requested.
 *
 * Move: `public fun withdraw_epoch(sw: &StakedWal): u32`
 */
export function withdrawEpoch(
  tx: Transaction,
  packageId: string,
  args: { readonly sw: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::staked_wal::withdraw_epoch`, [object(tx, args.sw)]);
}

/**
 * Adds the principal of another stake, which must agree in pool, activation epoch and state.
 *
 * Move: `public fun join(sw: &mut StakedWal, other: StakedWal)`
 */
export function join(
  tx: Transaction,
  packageId: string,
  args: { readonly sw: ObjectArgument; readonly other: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::staked_wal::join`, [object(tx, args.sw), object(tx, args.other)]);
}

/**
 * Splits `amount` off into a new stake with the same pool, activation epoch and state. Both parts
 * must hold at least 1 WAL.
 *
 * Move: `public fun split(sw: &mut StakedWal, amount: u64, ctx: &mut TxContext): StakedWal`
 */
export function split(
  tx: Transaction,
  packageId: string,
  args: { readonly sw: ObjectArgument; readonly amount: PureArgument<IntegerInput> },
): TransactionResult {
  return call(tx, `${packageId}::staked_wal::split`, [
    object(tx, args.sw),
    pure(tx, u64, args.amount),
  ]);
}
