// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import { call, pure, type IntegerInput, type PureArgument } from '../../move/call.js';
import { u16, u64, u8 } from '../../move/layout.js';
import type { Transaction, TransactionResult } from '@mysten/sui/transactions';

/**
 * Bytes that all shards together store for a blob of `unencoded_length` bytes.
 *
 * Move: `public fun encoded_blob_length(unencoded_length: u64, encoding_type: u8, n_shards: u16): u64`
 */
export function encodedBlobLength(
  tx: Transaction,
  packageId: string,
  args: {
    readonly unencodedLength: PureArgument<IntegerInput>;
    readonly encodingType: PureArgument<number>;
    readonly nShards: PureArgument<number>;
  },
): TransactionResult {
  return call(tx, `${packageId}::encoding::encoded_blob_length`, [
    pure(tx, u64, args.unencodedLength),
    pure(tx, u8, args.encodingType),
    pure(tx, u16, args.nShards),
  ]);
}
