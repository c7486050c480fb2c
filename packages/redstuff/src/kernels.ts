import type { Backend, Implementation, KernelVariant } from './types.js';
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
  /**
   * Leading source symbols that may be other than zero; the ones behind are neither read nor need they be there.
   * Only for encoding and expanding.
   *
   * @default code.sources
   */
  readonly used?: number | undefined;
  /** Where the `k` source symbols of each codeword lie in the staged input. */
  readonly input: Layout;
  /** Where the result's symbols shall lie: `m` recovery symbols when encoding, `k` sources when decoding. */
  readonly output: Layout;
}

/** A range of rows, `from` to `to - 1`. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
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
  readonly implementation: Implementation;
  /** Which compiled module is at work; `undefined` for the reference. */
  readonly variant: KernelVariant | undefined;

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
   * @param equalRows - rows that are the same as each other within every column: those of padding, for example
   * @returns the columns that remain, `ceil(columns / 2^levels)` of them
   */
  reduceColumns(columns: number, rows: number, levels: number, equalRows?: RowRange): Uint8Array;

  /**
   * Combines the leaves of the last {@link Kernels.expand} as {@link Kernels.reduceColumns} would: its codewords are the
   * columns, its symbols the rows, and those of zeros by `used` are equal rows. Only directly after it, and once.
   */
  reduceLeaves(levels: number): Uint8Array;
}

/** Where {@link MemoryKernels.expandAt} reads and writes. */
export interface ExpandPlaces {
  /** First byte of the source symbols. */
  readonly source: number;
  /** First byte of the recovery symbols. */
  readonly target: number;
  /** `words × n` leaf hashes of 32 bytes, codeword after codeword. */
  readonly leaves: number;
  /** `words × 32` bytes. */
  readonly roots: number;
}

/** Columns of nodes for {@link MemoryKernels.reduceColumnsAt}. */
export interface NodeColumns {
  /** First byte of the first row of the first column. */
  readonly nodes: number;
  /** Number of columns. */
  readonly columns: number;
  /** Bytes from one column to the next, a multiple of 32. */
  readonly columnBytes: number;
  /** Number of rows to work on; those outside of the range are not touched. */
  readonly rows: number;
  /** Levels to go up. */
  readonly levels: number;
  /** Rows that are the same as each other within every column; hashed only once. */
  readonly equalRows?: RowRange | undefined;
}

/**
 * The arithmetic on a WebAssembly memory that the caller lays out: what {@link Kernels} is made of, and what the workers
 * of a pool use on one shared memory.
 *
 * An instance of the module keeps no state in memory but its scratch area and the decode plan in it, so any number of
 * instances may work in the same memory, each with a scratch area of its own. All addresses are bytes in that memory.
 * Readers may touch 1 byte before and 64 bytes behind an input ({@link INPUT_SLACK_BYTES}), so these must be inside the
 * memory; what they hold does not matter. Nothing is ever written outside of the outputs and the scratch area, not even
 * with its old value, so adjoining outputs may be produced by different workers at the same time.
 *
 * The layout of strides makes copies unnecessary: rows of the blob in place are codewords of symbol stride
 * `symbolSize` and word stride `rowBytes`; columns of the same bytes have symbol stride `rowBytes` and word stride
 * `symbolSize`, and their recovery symbols written with these strides are primary slivers.
 */
export interface MemoryKernels {
  readonly variant: KernelVariant;
  readonly memory: WebAssembly.Memory;

  /** Computes the recovery symbols of codewords. */
  encodeAt(batch: CodewordBatch, source: number, target: number): void;

  /** Computes the recovery symbols of codewords, the hashes of all their symbols, and the Merkle roots. */
  expandAt(batch: CodewordBatch, places: ExpandPlaces): void;

  /**
   * Restores the source symbols of codewords; only symbols that are sources themselves may lie where the output goes, and
   * only in their places.
   *
   * The plan is prepared in the scratch area when it is another one than at the last call.
   *
   * @param slots - places of the given symbols in the input, as numbers of symbol strides; default is one after another
   */
  decodeAt(
    batch: CodewordBatch,
    plan: DecodePlan,
    source: number,
    target: number,
    slots?: Uint32Array,
  ): void;

  /** Copies `count` symbols of `sizeBytes`, `stride` bytes apart, behind each other at `target`. */
  gatherAt(source: number, stride: number, count: number, sizeBytes: number, target: number): void;

  /** Hashes `count` leaves of `sizeBytes`, `stride` bytes apart, into consecutive hashes at `target`. */
  hashLeavesAt(
    source: number,
    stride: number,
    count: number,
    sizeBytes: number,
    target: number,
  ): void;

  /** Writes all levels of the tree over `count` leaf hashes right behind them. */
  treeLevelsAt(leaves: number, count: number): void;

  /**
   * Combines columns of nodes pairwise in place, level by level; see {@link Kernels.reduceColumns}. The remaining
   * columns keep their distance `columnBytes`.
   */
  reduceColumnsAt(input: NodeColumns): void;

  /**
   * Writes hashes of all leaves of two bytes, `first` to `first + count - 1` as u16le, into a table of
   * {@link LEAF_TABLE_BYTES}: pays from about 300 shards on with symbols of 2 bytes.
   */
  fillLeafTableAt(table: number, first: number, count: number): void;

  /** Sets which complete table is used for leaves of two bytes from now on; 0 for none. */
  useLeafTable(table: number): void;
}

/** Bytes that must exist behind every input, and 1 of them before it. */
export const INPUT_SLACK_BYTES = 64;

/** Bytes of a table of all leaves of two bytes. */
export const LEAF_TABLE_BYTES = 65536 * 32;
