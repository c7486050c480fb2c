/*
 * Encoding and decoding in one memory of the kernels in which everything has its place.
 *
 * Long because the layout of that memory, and every phase that works on it, belong together.
 */
import { encodingParameters } from '@walrus-ts/core/encoding';
import { axisCodes, type AxisCodes } from '../code.js';
import { decodePlan, type DecodePlan } from '../decode-plan.js';
import type { CodewordBatch, MemoryKernels } from '../kernels.js';
import { NODE_BYTES, proofLength } from '../merkle/shape.js';
import { createMemoryKernels, MAX_PACKED_BYTES } from '../wasm/memory-kernels.js';
import type { KernelModule } from '../wasm/module.js';

/** Columns whose leaves are reduced to one node per row. */
export const GROUP_COLUMNS = 8;
/** Levels that this goes up. */
export const GROUP_LEVELS = 3;
/** Most groups, and bytes of a row, that are brought to the kernels at a time where the blob is not in their memory. */
const STAGED_GROUPS = 4;
const STAGED_BYTES = 4864;
/** Rows of one unit. */
export const ROWS_PER_UNIT = 4;
/** Trees of one unit of the last phase. */
const TOPS_PER_UNIT = 64;
/** Entries of the table of leaves that are made in one unit. */
const TABLE_ENTRIES = 65_536;
const TABLE_ENTRIES_PER_UNIT = 4096;

/** What is done in turn; the next phase begins when all workers have ended the one before. */
export type Phase = 'decode' | 'check' | 'table' | 'rows' | 'columns' | 'tops';
/**
 * Places of the counters: the number of workers so far, then the next unit of each phase, and the number of units of rows that
 * are there, which may be less than all while a blob is brought into the memory.
 */
const COUNTERS: Readonly<Record<'workers' | Phase | 'rowsReady', number>> = {
  workers: 0,
  table: 1,
  rows: 2,
  columns: 3,
  tops: 4,
  decode: 5,
  check: 6,
  rowsReady: 7,
};
/** Bytes of the counters. */
export const COUNTERS_BYTES = 32;

/** Areas of one worker; addresses in bytes. */
export interface WorkerArea {
  /** Of the kernels. */
  readonly scratch: number;
  /** Leaves of a group of columns. */
  readonly leaves: number;
  /** Recovery symbols that nobody wants. */
  readonly dropped: number;
  /** A group of columns of the blob, where these are not kept. */
  readonly columns: number;
}

/** Where the primary slivers lie that rows are decoded from. */
export interface DecodePlaces {
  /** Sliver indices. */
  readonly given: Uint32Array;
  /** Places of these slivers: row numbers behind `MatrixPlan.rows`, those of systematic ones being their indices. */
  readonly slots: Uint32Array;
  /** Rows whose roots are wanted, to be checked; they go where the roots of secondary slivers would. */
  readonly checked: Uint32Array;
}

/** Where everything of one blob lies in a memory of the kernels; addresses in bytes. */
export interface MatrixPlan {
  /** Names the operation. */
  readonly id: string;
  readonly nShards: number;
  readonly module: KernelModule;
  readonly memory: WebAssembly.Memory;
  readonly symbolSize: number;
  /** Rows that hold data. */
  readonly dataRows: number;
  readonly counters: number;
  /** Written before the first task. */
  readonly tables: number;
  readonly workers: readonly WorkerArea[];
  /** A table of all leaves of two bytes, or 0 if there shall be none. */
  readonly leafTable: number;
  /** The blob, padded with zeros to whole rows; or room for the piece of a blob that is being worked on. */
  readonly rows: number;
  /** Recovery symbols of the rows: the secondary slivers behind the systematic ones. */
  readonly recovery: number;
  /** Primary slivers behind the systematic ones, or 0 if they are not wanted; may be where the rows are. */
  readonly recoveryRows: number;
  /** Systematic secondary slivers, or 0 if they are not wanted, or are to be gathered from the rows. */
  readonly columns: number;
  /** One column of nodes per group of columns; at the end, the first one is the roots of the primary slivers. */
  readonly nodes: number;
  /** Roots of the secondary slivers. */
  readonly secondary: number;
  /** What is decoded, if anything is. */
  readonly decoding?: DecodePlaces | undefined;
}

/** Does units of a phase until there are no more, or for some time; the worker has been told the plan. */
export interface MatrixTask {
  readonly kind: 'matrix';
  /** Of the plan. */
  readonly id: string;
  readonly phase: Phase;
  /** Time after which no more units are begun, ms. */
  readonly sliceMs: number;
}

/** Returns the number of groups of columns. */
export function groupCount(nShards: number): number {
  return Math.ceil(nShards / GROUP_COLUMNS);
}

/** Returns the units of a phase. */
export function unitCount(plan: MatrixPlan, phase: Phase): number {
  switch (phase) {
    case 'decode':
      return Math.ceil(encodingParameters(plan.nShards).secondarySymbols / GROUP_COLUMNS);
    case 'check':
      return plan.decoding?.checked.length ?? 0;
    case 'table':
      return plan.leafTable === 0 ? 0 : TABLE_ENTRIES / TABLE_ENTRIES_PER_UNIT;
    case 'rows':
      return Math.ceil(plan.dataRows / ROWS_PER_UNIT);
    case 'columns':
      return groupCount(plan.nShards);
    case 'tops':
      return Math.ceil(plan.nShards / TOPS_PER_UNIT);
  }
}

/** Distances between the recovery symbols of neighbouring rows, and of neighbouring columns, bytes. */
export interface RecoverySteps {
  readonly row: number;
  readonly column: number;
}

/**
 * Returns how the recovery symbols of the rows lie: column after column, which makes them secondary slivers; but small symbols
 * row after row, since the kernels take those of neighbouring columns together.
 */
export function recoverySteps(codes: AxisCodes, symbolSize: number): RecoverySteps {
  return symbolSize <= MAX_PACKED_BYTES
    ? { row: codes.primary.recoveries * symbolSize, column: symbolSize }
    : { row: symbolSize, column: codes.secondary.sources * symbolSize };
}

/** Returns how many columns are brought to the kernels at a time: whole groups, not more than stay in the cache if possible. */
export function stagedColumns(symbolSize: number): number {
  const groups = Math.floor(STAGED_BYTES / (GROUP_COLUMNS * symbolSize));
  return GROUP_COLUMNS * Math.max(1, Math.min(STAGED_GROUPS, groups));
}

/**
 * Lets the workers have rows of the blob.
 *
 * @param rows - how many are in the memory; whole units of them may be coded, and the last one when all are there
 */
export function allowRows(plan: MatrixPlan, rows: number): void {
  const counters = new Int32Array(plan.memory.buffer, plan.counters);
  const units = rows >= plan.dataRows ? unitCount(plan, 'rows') : Math.floor(rows / ROWS_PER_UNIT);
  Atomics.store(counters, COUNTERS.rowsReady, units);
}

/** Claims an area for one more worker. */
function claimArea(plan: MatrixPlan): WorkerArea {
  const counters = new Int32Array(plan.memory.buffer, plan.counters);
  const area = plan.workers[Atomics.add(counters, COUNTERS.workers, 1)];
  if (area === undefined) throw new Error('there are more workers than areas for them');
  return area;
}

/** Columns of symbols: where the first one is, and how they lie. */
interface ColumnPlace {
  readonly source: number;
  readonly symbolStride: number;
  readonly wordStride: number;
}

/** One worker's part in one operation. */
export class MatrixWork {
  readonly #plan: MatrixPlan;
  readonly #codes: AxisCodes;
  readonly #kernels: MemoryKernels;
  readonly #area: WorkerArea;
  readonly #counters: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #steps: RecoverySteps;
  readonly #blob: Uint8Array | undefined;
  /** First of the columns of the blob that are staged; none while rows are. */
  #staged: number | undefined;
  #decodePlan: DecodePlan | undefined;

  /**
   * @param plan - where everything is
   * @param kernels - on that memory, with the scratch of the area
   * @param blob - the blob if it is not in that memory: for a single worker, on the thread that has it
   */
  constructor(
    plan: MatrixPlan,
    kernels: MemoryKernels,
    area: WorkerArea,
    blob: Uint8Array | undefined,
  ) {
    this.#plan = plan;
    this.#codes = axisCodes(encodingParameters(plan.nShards));
    this.#kernels = kernels;
    this.#area = area;
    this.#counters = new Int32Array(plan.memory.buffer, plan.counters);
    this.#bytes = new Uint8Array(plan.memory.buffer);
    this.#steps = recoverySteps(this.#codes, plan.symbolSize);
    this.#blob = blob;
  }

  /** Prepares the kernels of this worker on the memory. */
  static async join(plan: MatrixPlan): Promise<MatrixWork> {
    const { module, memory, tables } = plan;
    const codes = axisCodes(encodingParameters(plan.nShards));
    const area = claimArea(plan);
    const { scratch } = area;
    const init = { module, memory, codes, tables, scratch, writeTables: false };
    return new MatrixWork(plan, await createMemoryKernels(init), area, undefined);
  }

  /**
   * Does units of a phase.
   *
   * @returns the units done, and whether there are none left to be begun; none done and some left means that those are not
   *   there yet
   */
  run(phase: Phase, sliceMs: number): { readonly units: number; readonly isLast: boolean } {
    const end = performance.now() + sliceMs;
    const count = unitCount(this.#plan, phase);
    let units = 0;
    do {
      const unit = this.#takeUnit(phase, count);
      if (unit === undefined) {
        return { units, isLast: Atomics.load(this.#counters, COUNTERS[phase]) >= count };
      }
      this.#do(phase, unit);
      units++;
    } while (performance.now() < end);
    return { units, isLast: false };
  }

  /** Returns the next unit of a phase, if there is one, and it can be begun. */
  #takeUnit(phase: Phase, count: number): number | undefined {
    const counters = this.#counters;
    let next = Atomics.load(counters, COUNTERS[phase]);
    for (;;) {
      const end = phase === 'rows' ? Atomics.load(counters, COUNTERS.rowsReady) : count;
      if (next >= end) return undefined;
      const seen = Atomics.compareExchange(counters, COUNTERS[phase], next, next + 1);
      if (seen === next) return next;
      next = seen;
    }
  }

  /**
   * Tells where a column of the blob lies, and those behind it in its group. If the blob is not in the memory of the kernels,
   * brings them there, with some more.
   *
   * @param column - number of a systematic column
   */
  columnOfBlob(column: number): ColumnPlace {
    const { symbolSize, dataRows, rows } = this.#plan;
    const { sources } = this.#codes.primary;
    const rowBytes = sources * symbolSize;
    const blob = this.#blob;
    if (blob === undefined) {
      const source = rows + column * symbolSize;
      return { source, symbolStride: rowBytes, wordStride: symbolSize };
    }
    const together = stagedColumns(symbolSize);
    const first = column - (column % together);
    const width = Math.min(together, sources - first) * symbolSize;
    if (this.#staged !== first) {
      for (let r = 0; r < dataRows; r++) {
        this.#stage(blob, r * rowBytes + first * symbolSize, width, rows + r * width);
      }
      this.#staged = first;
    }
    const source = rows + (column - first) * symbolSize;
    return { source, symbolStride: width, wordStride: symbolSize };
  }

  /** Copies a piece of the blob, with zeros behind its end. */
  #stage(blob: Uint8Array, start: number, sizeBytes: number, target: number): void {
    const piece = blob.subarray(start, start + sizeBytes);
    this.#bytes.set(piece, target);
    if (piece.length < sizeBytes) {
      this.#bytes.fill(0, target + piece.length, target + sizeBytes);
    }
  }

  #do(phase: Phase, unit: number): void {
    switch (phase) {
      case 'decode':
        this.#decodeColumns(unit * GROUP_COLUMNS);
        return;
      case 'check':
        this.#hashRow(this.#plan.decoding?.checked[unit] ?? 0);
        return;
      case 'table':
        this.#kernels.fillLeafTableAt(
          this.#plan.leafTable,
          unit * TABLE_ENTRIES_PER_UNIT,
          TABLE_ENTRIES_PER_UNIT,
        );
        return;
      case 'rows':
        this.#codeRows(unit * ROWS_PER_UNIT);
        return;
      case 'columns':
        this.#codeGroup(unit);
        return;
      case 'tops':
        this.#reduceTops(unit * TOPS_PER_UNIT);
    }
  }

  /** Restores the missing rows where they belong. */
  #decodeColumns(first: number): void {
    const { symbolSize, rows, decoding } = this.#plan;
    const { primary, secondary: code } = this.#codes;
    if (decoding === undefined) throw new Error('there is nothing to decode');
    this.#decodePlan ??= decodePlan(code, [...decoding.given]);
    const strides = { symbolStride: primary.sources * symbolSize, wordStride: symbolSize };
    const words = Math.min(GROUP_COLUMNS, primary.sources - first);
    const batch: CodewordBatch = { code, symbolSize, words, input: strides, output: strides };
    const start = rows + first * symbolSize;
    this.#kernels.decodeAt(batch, this.#decodePlan, start, start, decoding.slots);
  }

  #hashRow(row: number): void {
    const { symbolSize, rows, secondary } = this.#plan;
    const code = this.#codes.primary;
    const { leaves, dropped } = this.#area;
    const strides = { symbolStride: symbolSize, wordStride: 0 };
    this.#kernels.useLeafTable(0);
    this.#kernels.expandAt(
      { code, symbolSize, words: 1, input: strides, output: strides },
      {
        source: rows + row * code.sources * symbolSize,
        target: dropped,
        leaves,
        roots: secondary + row * NODE_BYTES,
      },
    );
  }

  #codeRows(first: number): void {
    const { symbolSize, dataRows, rows, recovery } = this.#plan;
    const code = this.#codes.primary;
    const rowBytes = code.sources * symbolSize;
    const end = Math.min(first + ROWS_PER_UNIT, dataRows);
    // A row that has to be brought here is coded while it is in the cache.
    const words = this.#blob === undefined ? end - first : 1;
    for (let row = first; row < end; row += words) {
      let source = rows + row * rowBytes;
      if (this.#blob !== undefined) {
        source = rows;
        this.#staged = undefined;
        this.#stage(this.#blob, row * rowBytes, rowBytes, source);
      }
      this.#kernels.encodeAt(
        {
          code,
          symbolSize,
          words,
          input: { symbolStride: symbolSize, wordStride: rowBytes },
          output: { symbolStride: this.#steps.column, wordStride: this.#steps.row },
        },
        source,
        recovery + row * this.#steps.row,
      );
    }
  }

  #codeGroup(group: number): void {
    const { nShards, nodes, dataRows, leafTable } = this.#plan;
    const { leaves } = this.#area;
    const columnBytes = nShards * NODE_BYTES;
    const end = Math.min((group + 1) * GROUP_COLUMNS, nShards);
    const border = this.#codes.primary.sources;
    this.#kernels.useLeafTable(leafTable);
    for (let first = group * GROUP_COLUMNS; first < end;) {
      // Columns of the blob and recovery columns lie in different places.
      const next = first < border ? Math.min(border, end) : end;
      this.#codeColumns(first, next - first, leaves + (first % GROUP_COLUMNS) * columnBytes);
      first = next;
    }
    this.#kernels.reduceColumnsAt({
      nodes: leaves,
      columns: end - group * GROUP_COLUMNS,
      columnBytes,
      rows: nShards,
      levels: groupCount(nShards) === 1 ? proofLength(nShards) : GROUP_LEVELS,
      // Rows of padding have equal leaves in every column.
      equalRows: { from: dataRows, to: this.#codes.secondary.sources },
    });
    this.#bytes.copyWithin(nodes + group * columnBytes, leaves, leaves + columnBytes);
  }

  #codeColumns(first: number, words: number, leaves: number): void {
    const { symbolSize, dataRows, recovery, recoveryRows, secondary } = this.#plan;
    const { primary, secondary: code } = this.#codes;
    const rowBytes = primary.sources * symbolSize;
    const isSystematic = first < primary.sources;
    const { row, column } = this.#steps;
    const { source, symbolStride, wordStride } = isSystematic
      ? this.#takeColumns(first, words)
      : {
          source: recovery + (first - primary.sources) * column,
          symbolStride: row,
          wordStride: column,
        };
    const isKept = isSystematic && recoveryRows !== 0;
    // What nobody wants is overwritten by the next column, unless the kernels take several together.
    const droppedWords = symbolSize <= MAX_PACKED_BYTES ? words : 1;
    const dropped = {
      symbolStride: droppedWords * symbolSize,
      wordStride: droppedWords > 1 ? symbolSize : 0,
    };
    this.#kernels.expandAt(
      {
        code,
        symbolSize,
        words,
        used: dataRows,
        input: { symbolStride, wordStride },
        output: isKept ? { symbolStride: rowBytes, wordStride: symbolSize } : dropped,
      },
      {
        source,
        target: isKept ? recoveryRows + first * symbolSize : this.#area.dropped,
        leaves,
        roots: secondary + first * NODE_BYTES,
      },
    );
  }

  /**
   * Returns where systematic columns of a group lie, after having brought them together: where they are kept, or for the time
   * being. Pieces of rows that are far from each other would be read several times.
   */
  #takeColumns(first: number, words: number): ColumnPlace {
    const { symbolSize, dataRows, columns } = this.#plan;
    const place = this.columnOfBlob(first);
    // Small symbols of neighbouring columns are coded together.
    if (symbolSize <= MAX_PACKED_BYTES) return place;
    const columnBytes = this.#codes.secondary.sources * symbolSize;
    const target = columns === 0 ? this.#area.columns : columns + first * columnBytes;
    // All of them before the first is coded: that may overwrite them where they were.
    for (let word = 0; word < words; word++) {
      this.#kernels.gatherAt(
        place.source + word * place.wordStride,
        place.symbolStride,
        dataRows,
        symbolSize,
        target + word * columnBytes,
      );
    }
    return { source: target, symbolStride: symbolSize, wordStride: columnBytes };
  }

  #reduceTops(first: number): void {
    const { nShards, nodes, dataRows } = this.#plan;
    const columns = groupCount(nShards);
    const rows = Math.min(TOPS_PER_UNIT, nShards - first);
    const within = (row: number): number => Math.max(0, Math.min(rows, row - first));
    this.#kernels.reduceColumnsAt({
      nodes: nodes + first * NODE_BYTES,
      columns,
      columnBytes: nShards * NODE_BYTES,
      rows,
      levels: proofLength(columns),
      equalRows: { from: within(dataRows), to: within(this.#codes.secondary.sources) },
    });
  }
}
