// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import {
  call,
  object,
  pure,
  type IntegerInput,
  type ObjectArgument,
  type PureArgument,
} from '../../move/call.js';
import { address, bcs, datatype, u64 } from '../../move/layout.js';
import type { Transaction, TransactionResult } from '@mysten/sui/transactions';

/**
 * The pot. Shared.
 *
 * Layout of `wal_exchange::wal_exchange::Exchange`.
 */
export const Exchange = /* @__PURE__ */ datatype('wal_exchange::Exchange', () =>
  bcs.struct('Exchange', { id: address, wal: u64, sui: u64, rate: ExchangeRate, admin: address }),
);

/**
 * Right to change the rate and to take funds out of one exchange.
 *
 * Layout of `wal_exchange::wal_exchange::AdminCap`.
 */
export const AdminCap = /* @__PURE__ */ datatype('wal_exchange::AdminCap', () =>
  bcs.struct('AdminCap', { id: address }),
);

/**
 * `wal` FROST are worth `sui` MIST.
 *
 * Layout of `wal_exchange::wal_exchange::ExchangeRate`.
 */
export const ExchangeRate = /* @__PURE__ */ datatype('wal_exchange::ExchangeRate', () =>
  bcs.struct('ExchangeRate', { wal: u64, sui: u64 }),
);

/**
 * A rate of `wal` FROST for `sui` MIST.
 *
 * Move: `public fun new_exchange_rate(wal: u64, sui: u64): ExchangeRate`
 */
export function newExchangeRate(
  tx: Transaction,
  packageId: string,
  args: { readonly wal: PureArgument<IntegerInput>; readonly sui: PureArgument<IntegerInput> },
): TransactionResult {
  return call(tx, `${packageId}::wal_exchange::new_exchange_rate`, [
    pure(tx, u64, args.wal),
    pure(tx, u64, args.sui),
  ]);
}

/**
 * Shares an empty exchange with the rate 1:1 and returns its capability.
 *
 * Move: `public fun new(ctx: &mut TxContext): AdminCap`
 */
export function new_(tx: Transaction, packageId: string): TransactionResult {
  return call(tx, `${packageId}::wal_exchange::new`, []);
}

/**
 * The same with `amount` FROST out of a coin.
 *
 * Move: `public fun new_funded(wal: &mut Coin<WAL>, amount: u64, ctx: &mut TxContext): AdminCap`
 */
export function newFunded(
  tx: Transaction,
  packageId: string,
  args: { readonly wal: ObjectArgument; readonly amount: PureArgument<IntegerInput> },
): TransactionResult {
  return call(tx, `${packageId}::wal_exchange::new_funded`, [
    object(tx, args.wal),
    pure(tx, u64, args.amount),
  ]);
}

/**
 * Adds `amount` FROST out of a coin. Anyone may do this.
 *
 * Move: `public fun add_wal(self: &mut Exchange, wal: &mut Coin<WAL>, amount: u64)`
 */
export function addWal(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly wal: ObjectArgument;
    readonly amount: PureArgument<IntegerInput>;
  },
): TransactionResult {
  return call(tx, `${packageId}::wal_exchange::add_wal`, [
    object(tx, args.self),
    object(tx, args.wal),
    pure(tx, u64, args.amount),
  ]);
}

/**
 * Adds `amount` MIST out of a coin. Anyone may do this.
 *
 * Move: `public fun add_sui(self: &mut Exchange, sui: &mut Coin<SUI>, amount: u64)`
 */
export function addSui(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly sui: ObjectArgument;
    readonly amount: PureArgument<IntegerInput>;
  },
): TransactionResult {
  return call(tx, `${packageId}::wal_exchange::add_sui`, [
    object(tx, args.self),
    object(tx, args.sui),
    pure(tx, u64, args.amount),
  ]);
}

/**
 * Adds a coin. Anyone may do this.
 *
 * Move: `public fun add_all_wal(self: &mut Exchange, wal: Coin<WAL>)`
 */
export function addAllWal(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument; readonly wal: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::wal_exchange::add_all_wal`, [
    object(tx, args.self),
    object(tx, args.wal),
  ]);
}

/**
 * Adds a coin. Anyone may do this.
 *
 * Move: `public fun add_all_sui(self: &mut Exchange, sui: Coin<SUI>)`
 */
export function addAllSui(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument; readonly sui: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::wal_exchange::add_all_sui`, [
    object(tx, args.self),
    object(tx, args.sui),
  ]);
}

/**
 * Takes WAL out of the exchange.
 *
 * Move: `public fun withdraw_wal(self: &mut Exchange, amount: u64, admin_cap: &AdminCap, ctx: &mut TxContext): Coin<WAL>`
 */
export function withdrawWal(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly amount: PureArgument<IntegerInput>;
    readonly adminCap: ObjectArgument;
  },
): TransactionResult {
  return call(tx, `${packageId}::wal_exchange::withdraw_wal`, [
    object(tx, args.self),
    pure(tx, u64, args.amount),
    object(tx, args.adminCap),
  ]);
}

/**
 * Takes SUI out of the exchange.
 *
 * Move: `public fun withdraw_sui(self: &mut Exchange, amount: u64, admin_cap: &AdminCap, ctx: &mut TxContext): Coin<SUI>`
 */
export function withdrawSui(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly amount: PureArgument<IntegerInput>;
    readonly adminCap: ObjectArgument;
  },
): TransactionResult {
  return call(tx, `${packageId}::wal_exchange::withdraw_sui`, [
    object(tx, args.self),
    pure(tx, u64, args.amount),
    object(tx, args.adminCap),
  ]);
}

/**
 * Makes `wal` FROST worth `sui` MIST.
 *
 * Move: `public fun set_exchange_rate(self: &mut Exchange, wal: u64, sui: u64, admin_cap: &AdminCap)`
 */
export function setExchangeRate(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly wal: PureArgument<IntegerInput>;
    readonly sui: PureArgument<IntegerInput>;
    readonly adminCap: ObjectArgument;
  },
): TransactionResult {
  return call(tx, `${packageId}::wal_exchange::set_exchange_rate`, [
    object(tx, args.self),
    pure(tx, u64, args.wal),
    pure(tx, u64, args.sui),
    object(tx, args.adminCap),
  ]);
}

/**
 * Exchanges a coin of SUI for WAL.
 *
 * Move: `public fun exchange_all_for_wal(self: &mut Exchange, sui: Coin<SUI>, ctx: &mut TxContext): Coin<WAL>`
 */
export function exchangeAllForWal(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument; readonly sui: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::wal_exchange::exchange_all_for_wal`, [
    object(tx, args.self),
    object(tx, args.sui),
  ]);
}

/**
 * Exchanges `amount_sui` MIST out of a coin for WAL.
 *
 * Move: `public fun exchange_for_wal(self: &mut Exchange, sui: &mut Coin<SUI>, amount_sui: u64, ctx: &mut TxContext): Coin<WAL>`
 */
export function exchangeForWal(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly sui: ObjectArgument;
    readonly amountSui: PureArgument<IntegerInput>;
  },
): TransactionResult {
  return call(tx, `${packageId}::wal_exchange::exchange_for_wal`, [
    object(tx, args.self),
    object(tx, args.sui),
    pure(tx, u64, args.amountSui),
  ]);
}

/**
 * Exchanges a coin of WAL for SUI.
 *
 * Move: `public fun exchange_all_for_sui(self: &mut Exchange, wal: Coin<WAL>, ctx: &mut TxContext): Coin<SUI>`
 */
export function exchangeAllForSui(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument; readonly wal: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::wal_exchange::exchange_all_for_sui`, [
    object(tx, args.self),
    object(tx, args.wal),
  ]);
}

/**
 * Exchanges `amount_wal` FROST out of a coin for SUI.
 *
 * Move: `public fun exchange_for_sui(self: &mut Exchange, wal: &mut Coin<WAL>, amount_wal: u64, ctx: &mut TxContext): Coin<SUI>`
 */
export function exchangeForSui(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly wal: ObjectArgument;
    readonly amountWal: PureArgument<IntegerInput>;
  },
): TransactionResult {
  return call(tx, `${packageId}::wal_exchange::exchange_for_sui`, [
    object(tx, args.self),
    object(tx, args.wal),
    pure(tx, u64, args.amountWal),
  ]);
}
