import { WalrusError, type WalrusErrorOptions } from '@walrus-ts/core/errors';

/**
 * Every way in which an operation of this package can fail for a reason outside the program.
 *
 * - `REDSTUFF_BLOB_TOO_LARGE`: the blob does not fit the largest symbols for this number of shards.
 * - `REDSTUFF_INVALID_METADATA`: wrong number of hash pairs, impossible blob size, or foreign encoding type.
 * - `REDSTUFF_BLOB_ID_MISMATCH`: the hashes in the metadata do not give the blob ID.
 * - `REDSTUFF_SLIVER_INDEX`: a sliver index out of range, or not the one that was asked for.
 * - `REDSTUFF_SLIVER_LENGTH`: a sliver of a length other than the metadata implies.
 * - `REDSTUFF_SLIVER_SYMBOL_SIZE`: a sliver of another symbol size than the metadata implies.
 * - `REDSTUFF_SLIVER_ROOT_MISMATCH`: a sliver whose Merkle root is not the one in the metadata.
 * - `REDSTUFF_NOT_ENOUGH_SLIVERS`: too few usable slivers to decode.
 * - `REDSTUFF_INCONSISTENT_BLOB`: the decoded bytes do not belong to the metadata.
 * - `REDSTUFF_SYMBOL_INDEX`: a recovery symbol with an index out of range.
 * - `REDSTUFF_SYMBOL_LENGTH`: a recovery symbol of the wrong length.
 * - `REDSTUFF_SYMBOL_TARGET`: a recovery symbol that does not lie on the sliver to be recovered.
 * - `REDSTUFF_SYMBOL_PROOF`: a recovery symbol whose Merkle proof does not hold.
 * - `REDSTUFF_NOT_ENOUGH_SYMBOLS`: too few recovery symbols, after removing duplicates.
 * - `REDSTUFF_PROOF_COUNT`: an inconsistency proof with a wrong number of symbols.
 * - `REDSTUFF_PROOF_DUPLICATE`: an inconsistency proof that uses one source sliver twice.
 * - `REDSTUFF_PROOF_CONSISTENT`: an inconsistency proof for a sliver that is consistent.
 * - `REDSTUFF_INVALID_BCS`: bytes that are not the canonical BCS of a symbol or proof.
 * - `REDSTUFF_WASM_UNAVAILABLE`: this runtime cannot run the WASM kernels.
 * - `REDSTUFF_SOURCE_CHANGED`: a file or other source changed, or got shorter, while it was read.
 * - `REDSTUFF_NO_STORAGE`: there is no room for the temporary data of an operation.
 * - `REDSTUFF_WORKER_FAILED`: a worker died during an operation; the same operation may succeed again.
 * - `REDSTUFF_CLOSED`: the codec or encoding was closed.
 * - `REDSTUFF_INVALID_RANGE`: a byte range that is not within the blob.
 */
export type RedstuffErrorCode =
  | 'REDSTUFF_BLOB_TOO_LARGE'
  | 'REDSTUFF_INVALID_METADATA'
  | 'REDSTUFF_BLOB_ID_MISMATCH'
  | 'REDSTUFF_SLIVER_INDEX'
  | 'REDSTUFF_SLIVER_LENGTH'
  | 'REDSTUFF_SLIVER_SYMBOL_SIZE'
  | 'REDSTUFF_SLIVER_ROOT_MISMATCH'
  | 'REDSTUFF_NOT_ENOUGH_SLIVERS'
  | 'REDSTUFF_INCONSISTENT_BLOB'
  | 'REDSTUFF_SYMBOL_INDEX'
  | 'REDSTUFF_SYMBOL_LENGTH'
  | 'REDSTUFF_SYMBOL_TARGET'
  | 'REDSTUFF_SYMBOL_PROOF'
  | 'REDSTUFF_NOT_ENOUGH_SYMBOLS'
  | 'REDSTUFF_PROOF_COUNT'
  | 'REDSTUFF_PROOF_DUPLICATE'
  | 'REDSTUFF_PROOF_CONSISTENT'
  | 'REDSTUFF_INVALID_BCS'
  | 'REDSTUFF_WASM_UNAVAILABLE'
  | 'REDSTUFF_SOURCE_CHANGED'
  | 'REDSTUFF_NO_STORAGE'
  | 'REDSTUFF_WORKER_FAILED'
  | 'REDSTUFF_CLOSED'
  | 'REDSTUFF_INVALID_RANGE';

/** An error of the RedStuff codec; compare its `code`. */
export class RedstuffError extends WalrusError {
  /**
   * @param code - see {@link RedstuffErrorCode}
   * @param message - what happened, one line, with the offending values
   * @param options - data, cause, hint
   */
  constructor(code: RedstuffErrorCode, message: string, options: WalrusErrorOptions = {}) {
    super(code, message, options);
    this.name = 'RedstuffError';
  }
}

/**
 * Tells whether a value is a {@link RedstuffError}.
 *
 * @param value - anything caught
 * @param code - if given, the code must be equal too
 */
export function isRedstuffError(value: unknown, code?: RedstuffErrorCode): value is RedstuffError {
  return value instanceof RedstuffError && (code === undefined || value.code === code);
}
