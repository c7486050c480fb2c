import type { BcsType } from '@mysten/bcs';
import {
  isArgument,
  type Transaction,
  type TransactionArgument,
  type TransactionObjectInput,
  type TransactionResult,
} from '@mysten/sui/transactions';

/** An object for a Move call: its ID, or a value of the transaction. */
export type ObjectArgument = TransactionObjectInput;

/** A plain value for a Move call: the value itself, or a value of the transaction. */
export type PureArgument<T> = T | TransactionArgument;

/** A number that fits into a Move integer. */
export type IntegerInput = number | bigint | string;

/** Bytes. */
export type ByteInput = Uint8Array | readonly number[];

/**
 * Adds an object as an input, unless it is a value of the transaction already.
 *
 * @param value - object ID or value
 */
export function object(tx: Transaction, value: ObjectArgument): TransactionArgument {
  return tx.object(value);
}

/**
 * Adds a plain value as an input, unless it is a value of the transaction already.
 *
 * @param type - layout of the Move type
 */
export function pure<T, Input>(
  tx: Transaction,
  type: BcsType<T, Input>,
  value: PureArgument<Input>,
): TransactionArgument {
  return isTransactionValue(value) ? value : tx.pure(type.serialize(value));
}

function isTransactionValue<T>(value: PureArgument<T>): value is TransactionArgument {
  return typeof value === 'function' || isArgument(value);
}

/**
 * Adds a call of a Move function.
 *
 * @param target - `package::module::function`
 * @returns the function's results
 */
export function call(
  tx: Transaction,
  target: string,
  args: readonly TransactionArgument[],
  typeArguments: readonly string[] = [],
): TransactionResult {
  return tx.moveCall({ target, arguments: [...args], typeArguments: [...typeArguments] });
}
