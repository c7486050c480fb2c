import type { Transaction, TransactionResult } from '@mysten/sui/transactions';
import type { Address } from '@walrus-ts/core';
import * as stakedWalModule from '../generated/walrus/staked-wal.js';
import * as staking from '../generated/walrus/staking.js';
import type { ObjectArgument } from '../move/call.js';
import { walCoin, type ContractRefs } from './payment.js';

/** Delegates WAL to a node. @returns the `StakedWal`, to be transferred */
export function stakeWithPool(
  tx: Transaction,
  refs: ContractRefs,
  nodeId: Address,
  amount: bigint,
): TransactionResult {
  return staking.stakeWithPool(tx, refs.packageId, {
    staking: refs.stakingObject,
    toStake: walCoin(tx, refs, amount),
    nodeId,
  });
}

/**
 * Delegates WAL to several nodes.
 *
 * @param stakes - node and FROST
 * @returns the `StakedWal` values in the same order, to be transferred
 */
export function stakeWithPools(
  tx: Transaction,
  refs: ContractRefs,
  stakes: readonly { readonly nodeId: Address; readonly amount: bigint }[],
): TransactionResult[] {
  return stakes.map(({ nodeId, amount }) => stakeWithPool(tx, refs, nodeId, amount));
}

/** Announces that a stake will be withdrawn; it earns until the epoch it can be withdrawn in. */
export function requestWithdrawStake(
  tx: Transaction,
  refs: ContractRefs,
  stakedWal: ObjectArgument,
): void {
  staking.requestWithdrawStake(tx, refs.packageId, { staking: refs.stakingObject, stakedWal });
}

/** Withdraws a stake with its rewards. @returns the `Coin<WAL>`, to be transferred */
export function withdrawStake(
  tx: Transaction,
  refs: ContractRefs,
  stakedWal: ObjectArgument,
): TransactionResult {
  return staking.withdrawStake(tx, refs.packageId, { staking: refs.stakingObject, stakedWal });
}

/**
 * Splits a stake.
 *
 * @param amount - FROST of principal that go to the new stake
 * @returns the new `StakedWal`, to be transferred
 */
export function splitStakedWal(
  tx: Transaction,
  refs: ContractRefs,
  stakedWal: ObjectArgument,
  amount: bigint,
): TransactionResult {
  return stakedWalModule.split(tx, refs.packageId, { sw: stakedWal, amount });
}

/**
 * Joins two stakes with the same node, state and epochs.
 *
 * @param stakedWal - is the result
 * @param other - is used up
 */
export function joinStakedWal(
  tx: Transaction,
  refs: ContractRefs,
  stakedWal: ObjectArgument,
  other: ObjectArgument,
): void {
  stakedWalModule.join(tx, refs.packageId, { sw: stakedWal, other });
}
