import type { RecoveryResult, RecoveryWork } from '../codec/recovery-work.js';
import type { MatrixTask } from './matrix-work.js';
import type { Implementation } from '../types.js';

/**
 * Bytes that a worker can reach by itself.
 *
 * - `file`: an open file of this process; matrix row `r` starts at `r × rowStride`.
 * - `files`: matrix row `r` starts at byte `bases[r]` of the open file `fds[r]`.
 * - `blob`: a `Blob` of a page, read only; its `id` tells workers, which get copies, that it is the same.
 */
export type StoreHandle =
  | { readonly kind: 'file'; readonly fd: number }
  | { readonly kind: 'files'; readonly fds: Int32Array; readonly bases: Float64Array }
  | { readonly kind: 'blob'; readonly blob: Blob; readonly id: number };

/** A rectangle of a matrix that lies row by row in some store: `rows × width` bytes, as the task says. */
export interface Region {
  readonly handle: StoreHandle;
  /** First row. */
  readonly firstRow: number;
  /** Bytes from one row to the next. */
  readonly rowStride: number;
  /** First byte within each row. */
  readonly offset: number;
  /** Bytes of the whole matrix that exist; what lies behind them reads as zeros. */
  readonly limit: number;
}

/**
 * Where a task finds its input, `rows × width` bytes row by row: sent along, in a store, or (only without workers)
 * filled in by a function.
 */
export type PanelInput =
  | { readonly kind: 'bytes'; readonly bytes: ArrayBuffer }
  | { readonly kind: 'region'; readonly region: Region }
  | { readonly kind: 'fill'; readonly fill: (target: Uint8Array) => void };

interface TaskBase {
  readonly nShards: number;
  readonly implementation: Implementation;
  readonly symbolSize: number;
}

/** Codes rows of the message matrix. */
export interface RowsTask extends TaskBase {
  readonly kind: 'rows';
  readonly rows: number;
  /** `rows × rowBytes` bytes. */
  readonly input: PanelInput;
  /** Where the `rows × f` recovery symbols go, row by row; without it they are returned. */
  readonly output?: Region | undefined;
}

/** Codes columns, and hashes them. */
export interface ColumnsTask extends TaskBase {
  readonly kind: 'columns';
  readonly columns: number;
  /** Rows that may hold something else than zeros. */
  readonly usedRows: number;
  /** `usedRows × (columns × symbolSize)` bytes. */
  readonly input: PanelInput;
  /** Without it no roots and nodes are computed. */
  readonly isHashed: boolean;
  /** Levels that the leaves of these columns are reduced by before they are returned. */
  readonly reduceLevels: number;
  /** What becomes of the recovery symbols, `2f × (columns × symbolSize)` bytes. */
  readonly primary: 'drop' | 'return' | Region;
  /** Whether the columns themselves are returned, one after another: `columns × columnBytes`. */
  readonly returnsColumns: boolean;
}

/** Combines columns of tree nodes; see `Kernels.reduceColumns`. */
export interface ReduceTask {
  readonly kind: 'reduce';
  readonly nShards: number;
  readonly implementation: Implementation;
  readonly nodes: ArrayBuffer;
  readonly columns: number;
  readonly rows: number;
  readonly levels: number;
}

/** Restores missing symbols of codewords. */
export interface DecodeTask extends TaskBase {
  readonly kind: 'decode';
  /** Axis of the code: `secondary` for columns (from primary slivers), `primary` for rows. */
  readonly axis: 'primary' | 'secondary';
  /** Symbol numbers at hand, as many as the code has sources. */
  readonly given: Uint32Array;
  readonly words: number;
  /** `given.length × (words × symbolSize)` bytes. */
  readonly input: PanelInput;
  /** Source symbols wanted, ascending. For rows: all of them, and the rows come one after another. */
  readonly wanted: Uint32Array;
  /**
   * Where they go, `wanted.length × (words × symbolSize)` bytes: a region, or (only without workers, and not for rows) a
   * function that takes the piece of each; without it they are returned.
   */
  readonly output?: Region | ((wanted: number, bytes: Uint8Array) => void) | undefined;
  /** For rows: whether the roots of their trees are computed too. */
  readonly isHashed: boolean;
}

/** Computes the roots of slivers. */
export interface RootsTask extends TaskBase {
  readonly kind: 'roots';
  readonly axis: 'primary' | 'secondary';
  readonly words: number;
  /** `words × sliverBytes` bytes. */
  readonly input: PanelInput;
  /** Whether the input is returned as well. */
  readonly returnsInput: boolean;
}

/** Produces symbols, or recovers a sliver from them. */
export interface RecoveryTask extends Omit<TaskBase, 'symbolSize'> {
  readonly kind: 'recovery';
  readonly work: RecoveryWork;
}

/** Only reads. */
export interface GatherTask {
  readonly kind: 'gather';
  readonly rows: number;
  readonly width: number;
  /** `rows × width` bytes, returned. */
  readonly input: PanelInput;
}

/** A piece of work for a worker: all it needs to know, no state but caches is kept between tasks. */
export type Task = (
  | RowsTask
  | ColumnsTask
  | ReduceTask
  | DecodeTask
  | RootsTask
  | RecoveryTask
  | GatherTask
  | (MatrixTask & Pick<TaskBase, 'nShards' | 'implementation'>)
) & {
  /** Memory for what is returned; if it is missing or too small, new memory is taken. */
  readonly buffer?: ArrayBuffer | undefined;
};

/** What a task gives back; which fields, its description says. */
export interface TaskResult {
  readonly roots?: Uint8Array;
  readonly nodes?: Uint8Array;
  readonly recovery?: RecoveryResult;
  /** Of a task in a memory of the kernels: the units done, and whether there are none left. */
  readonly shared?: { readonly units: number; readonly isLast: boolean };
  /** Bytes returned, at the start of `buffer`. */
  readonly bytes?: Uint8Array;
  /** The memory that the task came with, or its replacement, for the next task. */
  readonly buffer?: ArrayBuffer | undefined;
  /** The input of a `bytes` panel, for the next task. */
  readonly inputBuffer?: ArrayBuffer | undefined;
}
