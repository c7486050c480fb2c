// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import {
  call,
  object,
  pure,
  type IntegerInput,
  type ObjectArgument,
  type PureArgument,
} from '../../move/call.js';
import { bcs, datatype, u128, u64, vector } from '../../move/layout.js';
import type { BcsType } from '@mysten/bcs';
import type { Transaction, TransactionResult } from '@mysten/sui/transactions';

/**
 * Queue of values with fixed-point priorities.
 *
 * Layout of `walrus::apportionment_queue::ApportionmentQueue`.
 */
export const ApportionmentQueue = <V0, I0>(T0: BcsType<V0, I0>) =>
  datatype('apportionment_queue::ApportionmentQueue', () =>
    bcs.struct('ApportionmentQueue', { entries: vector(Entry(T0)) }),
  );

/**
 * One value in the queue.
 *
 * Layout of `walrus::apportionment_queue::Entry`.
 */
export const Entry = <V0, I0>(T0: BcsType<V0, I0>) =>
  datatype('apportionment_queue::Entry', () =>
    bcs.struct('Entry', { priority: u128, tieBreaker: u64, value: T0 }),
  );

/**
 * Creates an empty queue.
 *
 * Move: `public fun new<T>(): ApportionmentQueue<T>`
 */
export function new_(
  tx: Transaction,
  packageId: string,
  args: { readonly typeArguments: readonly [string] },
): TransactionResult {
  return call(tx, `${packageId}::apportionment_queue::new`, [], args.typeArguments);
}

/**
 * Removes the first value; returns its priority, its tie breaker and the value itself.
 *
 * Move: `public fun pop_max<T>(pq: &mut ApportionmentQueue<T>): (UQ64_64, u64, T)`
 */
export function popMax(
  tx: Transaction,
  packageId: string,
  args: { readonly pq: ObjectArgument; readonly typeArguments: readonly [string] },
): TransactionResult {
  return call(
    tx,
    `${packageId}::apportionment_queue::pop_max`,
    [object(tx, args.pq)],
    args.typeArguments,
  );
}

/**
 * Adds a value.
 *
 * Move: `public fun insert<T>(pq: &mut ApportionmentQueue<T>, priority: UQ64_64, tie_breaker: u64, value: T)`
 */
export function insert(
  tx: Transaction,
  packageId: string,
  args: {
    readonly pq: ObjectArgument;
    readonly priority: ObjectArgument;
    readonly tieBreaker: PureArgument<IntegerInput>;
    readonly value: ObjectArgument;
    readonly typeArguments: readonly [string];
  },
): TransactionResult {
  return call(
    tx,
    `${packageId}::apportionment_queue::insert`,
    [
      object(tx, args.pq),
      object(tx, args.priority),
      pure(tx, u64, args.tieBreaker),
      object(tx, args.value),
    ],
    args.typeArguments,
  );
}
