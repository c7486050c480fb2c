import type { Backend } from './types.js';
import type { LinearCode } from './code.js';
import type { DecodePlan } from './decode-plan.js';

/**
 * Where the symbols of several codewords lie in one buffer: symbol `i` of codeword `w` starts at
 * `i * symbolStride + w * wordStride` bytes.
 */
export interface Layout {
  readonly symbolStride: number;
  readonly wordStride: number;
}

/** Symbol after symbol, each with its codewords side by side: a block of matrix columns. */
export function interleaved(symbolSize: number, words: number): Layout {
  return { symbolStride: symbolSize * words, wordStride: symbolSize };
}

/** Codeword after codeword: a block of matrix rows, or of slivers. */
export function consecutive(symbolSize: number, symbols: number): Layout {
  return { symbolStride: symbolSize, wordStride: symbolSize * symbols };
}

/** A batch of codewords of one code. */
export interface CodewordBatch {
  readonly code: LinearCode;
  /** Bytes per symbol, even, at least 2. */
  readonly symbolSize: number;
  /** Number of codewords, at least 1. */
  readonly words: number;
  /** Where the `k` source symbols of each codeword lie in the staged input. */
  readonly input: Layout;
  /** Where the result's symbols shall lie: `m` recovery symbols when encoding, `k` sources when decoding. */
  readonly output: Layout;
}

/** The result of expanding codewords to all their symbols and hashing these. */
export interface ExpandedBatch {
  /** Recovery symbols in the layout asked for. */
  readonly recovery: Uint8Array;
  /** `words × n` leaf hashes of 32 bytes, codeword after codeword. */
  readonly leaves: Uint8Array;
  /** The root of each codeword's tree, `words × 32` bytes. */
  readonly roots: Uint8Array;
}

/**
 * The arithmetic behind the codec: synchronous, without state between calls, small pieces at a time.
 *
 * Input is written into the buffer that {@link Kernels.stage} returns, directly before the call that uses it. Every
 * array returned is a view that the next call may overwrite or detach: copy what must last.
 */
export interface Kernels {
  readonly backend: Backend;

  /**
   * Returns the input buffer of the next operation, with undefined contents.
   *
   * @param sizeBytes - at least the bytes that the operation reads
   */
  stage(sizeBytes: number): Uint8Array;

  /** Computes the recovery symbols of staged codewords. */
  encode(batch: CodewordBatch): Uint8Array;

  /** Computes the recovery symbols of staged codewords, the hashes of all symbols, and the Merkle roots. */
  expand(batch: CodewordBatch): ExpandedBatch;

  /**
   * Restores the source symbols of staged codewords.
   *
   * @param batch - `input` is the layout of the `k` given symbols in the order of `plan.given`
   * @param plan - of the same code
   */
  decode(batch: CodewordBatch, plan: DecodePlan): Uint8Array;

  /**
   * Hashes staged leaves of equal size that follow each other.
   *
   * @param count - leaves, at least 1
   * @param sizeBytes - bytes per leaf
   * @returns all levels of their Merkle tree from the leaf hashes to the root, without padding nodes
   */
  tree(count: number, sizeBytes: number): Uint8Array;

  /**
   * Computes all levels of the Merkle tree over staged leaf hashes.
   *
   * @param count - leaf hashes, at least 1
   */
  treeOverHashes(count: number): Uint8Array;

  /**
   * Combines staged columns of nodes pairwise, level by level, where row `i` of all columns belongs to tree `i`.
   *
   * An odd column is combined with padding nodes; a single column too, so exactly `levels` levels are made.
   *
   * @param columns - columns staged one after another, `rows × 32` bytes each
   * @param rows - trees
   * @param levels - levels to go up
   * @returns the columns that remain, `ceil(columns / 2^levels)` of them
   */
  reduceColumns(columns: number, rows: number, levels: number): Uint8Array;
}
