import {
  coinWithBalance,
  type Transaction,
  type TransactionResult,
} from '@mysten/sui/transactions';
import type { Address } from '@walrus-ts/core';
import * as walExchange from '../generated/wal-exchange/wal-exchange.js';
import type { ObjectArgument } from '../move/call.js';
import { walCoin } from './payment.js';

/** An exchange of SUI and WAL on a test network. */
export interface ExchangeRefs {
  /** Package to call. */
  readonly packageId: Address;
  readonly exchangeObject: Address;
  /** WAL coin type. */
  readonly walType: string;
}

const suiCoin = (tx: Transaction, amount: bigint): TransactionResult =>
  tx.add(coinWithBalance({ balance: amount }));

/**
 * Exchanges SUI for WAL.
 *
 * @param amount - MIST given
 * @returns the `Coin<WAL>`, to be transferred
 */
export function exchangeForWal(
  tx: Transaction,
  refs: ExchangeRefs,
  amount: bigint,
): TransactionResult {
  return walExchange.exchangeAllForWal(tx, refs.packageId, {
    self: refs.exchangeObject,
    sui: suiCoin(tx, amount),
  });
}

/**
 * Exchanges WAL for SUI.
 *
 * @param amount - FROST given
 * @returns the `Coin<SUI>`, to be transferred
 */
export function exchangeForSui(
  tx: Transaction,
  refs: ExchangeRefs,
  amount: bigint,
): TransactionResult {
  return walExchange.exchangeAllForSui(tx, refs.packageId, {
    self: refs.exchangeObject,
    wal: walCoin(tx, refs, amount),
  });
}

/** Shares a new exchange with the rate 1:1. @returns its `AdminCap`, to be transferred */
export function createExchange(
  tx: Transaction,
  refs: Pick<ExchangeRefs, 'packageId'>,
): TransactionResult {
  return walExchange.new_(tx, refs.packageId);
}

/**
 * Adds to an exchange; anybody may.
 *
 * @param amounts - FROST and MIST
 */
export function fundExchange(
  tx: Transaction,
  refs: ExchangeRefs,
  amounts: { readonly wal?: bigint; readonly sui?: bigint },
): void {
  const self = refs.exchangeObject;
  if (amounts.wal !== undefined) {
    walExchange.addAllWal(tx, refs.packageId, { self, wal: walCoin(tx, refs, amounts.wal) });
  }
  if (amounts.sui !== undefined) {
    walExchange.addAllSui(tx, refs.packageId, { self, sui: suiCoin(tx, amounts.sui) });
  }
}

/** Sets the rate: `wal` FROST are worth `sui` MIST. */
export function setExchangeRate(
  tx: Transaction,
  refs: ExchangeRefs,
  adminCap: ObjectArgument,
  rate: { readonly wal: bigint; readonly sui: bigint },
): void {
  walExchange.setExchangeRate(tx, refs.packageId, { self: refs.exchangeObject, adminCap, ...rate });
}
