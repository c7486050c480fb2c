import {
  coinWithBalance,
  type Transaction,
  type TransactionResult,
} from '@mysten/sui/transactions';
import type { Address } from '@walrus-ts/core';
import { call } from '../move/call.js';

/** What every builder needs to know of the deployed contracts. */
export interface ContractRefs {
  /** Package to call. */
  readonly packageId: Address;
  /** WAL coin type, e.g. `0x…::wal::WAL`. */
  readonly walType: string;
  readonly systemObject: Address;
  readonly stakingObject: Address;
}

/**
 * Takes a coin of WAL out of the sender's.
 *
 * @param amount - FROST
 * @returns the `Coin<WAL>`
 */
export function walCoin(
  tx: Transaction,
  refs: Pick<ContractRefs, 'walType'>,
  amount: bigint,
): TransactionResult {
  return tx.add(coinWithBalance({ type: refs.walType, balance: amount }));
}

/**
 * Pays a price exactly: the contract empties the coin, which is destroyed afterwards.
 *
 * @param amount - FROST; the transaction aborts if the contract takes less
 * @param use - adds the call that takes the payment
 * @see spec contracts.md §5.3
 */
export function withPayment(
  tx: Transaction,
  refs: Pick<ContractRefs, 'walType'>,
  amount: bigint,
  use: (payment: TransactionResult) => TransactionResult,
): TransactionResult {
  const payment = walCoin(tx, refs, amount);
  const result = use(payment);
  call(tx, '0x2::coin::destroy_zero', [payment], [refs.walType]);
  return result;
}
