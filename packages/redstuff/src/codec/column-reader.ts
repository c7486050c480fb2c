import type { Executor } from '../threads/executor.js';
import type { Region } from '../threads/tasks.js';
import { readPanel, type Matrix, type Panel } from './matrix.js';

/** Columns read together have up to so many bytes: one large read per row costs hardly more than a small one. */
const PANEL_BYTES = 2 << 20;
/** Most columns read together: some of them may never be wanted. */
const MAX_COLUMNS = 16;
/** Bytes of columns that were read along and wait for their takers. */
const CACHE_BYTES = 24 << 20;

/** Neighbouring columns, read or being read. */
interface Neighbours {
  readonly columns: number;
  readonly bytes: Promise<Uint8Array>;
  /** Columns nobody has taken yet. */
  left: number;
}

/** What a reader needs to know. */
export interface ColumnReaderInit {
  readonly executor: Executor;
  /** Bytes per symbol: the width of a column. */
  readonly symbolSize: number;
  /** Rows that exist; below them a column is zero. */
  readonly rows: number;
  /** Bytes of a column with the rows that do not exist. */
  readonly columnBytes: number;
  /** The matrices side by side, and how many columns each has. */
  readonly parts: readonly { readonly matrix: Matrix; readonly columns: number }[];
}

/**
 * Reads columns of matrices that lie row by row in files, where a column is scattered over as many places as there are
 * rows. So some neighbours are read at once and kept for a while: who sends slivers mostly sends neighbours. Workers do the
 * reading, if they can reach the files.
 */
export class ColumnReader {
  readonly #init: ColumnReaderInit;
  readonly #perPanel: number;
  readonly #maxPanels: number;
  /** By first column, those used last at the end. */
  readonly #panels = new Map<number, Neighbours>();
  readonly #loading = new Set<Promise<unknown>>();

  constructor(init: ColumnReaderInit) {
    const { rows, symbolSize } = init;
    const bytes = Math.max(1, rows * symbolSize);
    this.#init = init;
    this.#perPanel = Math.max(1, Math.min(MAX_COLUMNS, Math.floor(PANEL_BYTES / bytes)));
    this.#maxPanels = Math.floor(CACHE_BYTES / (this.#perPanel * bytes));
  }

  /**
   * Reads a column.
   *
   * @param index - counted over all parts
   * @returns `columnBytes` bytes, owned by the caller
   */
  async read(index: number): Promise<Uint8Array> {
    const { rows, symbolSize, columnBytes } = this.#init;
    const { part, first, columns } = this.#panelOf(index);
    const data = new Uint8Array(columnBytes);
    if (part.matrix.memory !== undefined) {
      const panel = { firstRow: 0, rows, offset: (index - part.first) * symbolSize };
      await readPanel(part.matrix, { ...panel, width: symbolSize }, data);
      return data;
    }
    const panel = this.#take(part, first, columns);
    const bytes = await panel.bytes;
    if (columns === 1) {
      data.set(bytes);
      return data;
    }
    const width = columns * symbolSize;
    for (let r = 0; r < rows; r++) {
      const at = r * width + (index - first) * symbolSize;
      data.set(bytes.subarray(at, at + symbolSize), r * symbolSize);
    }
    return data;
  }

  /** Waits until nothing reads the files any more, and lets go of what was read along. */
  async close(): Promise<void> {
    this.#panels.clear();
    await Promise.allSettled(this.#loading);
  }

  /** Finds the columns to be read along with one. */
  #panelOf(index: number): {
    readonly part: { readonly matrix: Matrix; readonly first: number };
    readonly first: number;
    readonly columns: number;
  } {
    let start = 0;
    for (const { matrix, columns } of this.#init.parts) {
      if (index < start + columns) {
        const first = start + Math.floor((index - start) / this.#perPanel) * this.#perPanel;
        const end = Math.min(first + this.#perPanel, start + columns);
        return { part: { matrix, first: start }, first, columns: end - first };
      }
      start += columns;
    }
    throw new RangeError(`there is no column ${index}`);
  }

  #take(
    part: { readonly matrix: Matrix; readonly first: number },
    first: number,
    columns: number,
  ): Neighbours {
    let panel = this.#panels.get(first);
    if (panel === undefined) {
      const bytes = this.#load(part.matrix, first - part.first, columns);
      panel = { columns, bytes, left: columns };
      this.#loading.add(bytes);
      const current = panel;
      bytes
        .catch(() => {
          // What failed once may work the next time.
          if (this.#panels.get(first) === current) this.#panels.delete(first);
        })
        .finally(() => this.#loading.delete(bytes));
    }
    panel.left -= 1;
    this.#panels.delete(first);
    if (panel.left > 0) this.#panels.set(first, panel);
    for (const oldest of this.#panels.keys()) {
      if (this.#panels.size <= this.#maxPanels) break;
      this.#panels.delete(oldest);
    }
    return panel;
  }

  async #load(matrix: Matrix, column: number, columns: number): Promise<Uint8Array> {
    const { executor, rows, symbolSize } = this.#init;
    const offset = column * symbolSize;
    const width = columns * symbolSize;
    const { handle, rowStride, limit } = matrix;
    if (
      handle !== undefined &&
      !executor.isInline &&
      executor.canReach(handle.kind === 'blob' ? 'blob' : 'file')
    ) {
      const region: Region = { handle, firstRow: 0, rowStride, offset, limit };
      const result = await executor.run({
        kind: 'gather',
        rows,
        width,
        input: { kind: 'region', region },
      });
      if (result.bytes !== undefined) return result.bytes;
    }
    const panel: Panel = { firstRow: 0, rows, offset, width };
    const bytes = new Uint8Array(rows * width);
    await readPanel(matrix, panel, bytes);
    return bytes;
  }
}
