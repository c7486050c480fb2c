import { encodingParameters } from '@walrus-ts/core';
import { axisCodes, type AxisCodes } from '../code.js';
import type { MemoryKernels } from '../kernels.js';
import { NODE_BYTES, proofLength } from '../merkle/tree.js';
import { createMemoryKernels } from '../wasm/memory-kernels.js';
import type { KernelModule } from '../wasm/module.js';

/** Columns whose leaves are reduced to one node per row. */
const GROUP_COLUMNS = 8;
const GROUP_LEVELS = 3;
/** Rows of one unit. */
const ROWS_PER_UNIT = 2;
/** Trees of one unit of the last phase. */
const TOPS_PER_UNIT = 64;
/** Entries of the table of leaves that are made in one unit. */
const TABLE_ENTRIES = 65_536;
const TABLE_ENTRIES_PER_UNIT = 4096;

/** What is done in turn; the next phase begins when all workers have ended the one before. */
export type Phase = 'table' | 'rows' | 'columns' | 'tops';
/** Places of the counters: the number of workers so far, then the next unit of each phase. */
const COUNTERS: Readonly<Record<'workers' | Phase, number>> = {
  workers: 0,
  table: 1,
  rows: 2,
  columns: 3,
  tops: 4,
};
/** Bytes of the counters. */
export const COUNTERS_BYTES = 32;

/** Where everything of one encoding lies in a shared memory of the kernels; addresses in bytes. */
export interface SharedPlan {
  /** Names the encoding. */
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
  /** Areas of each worker: kernels' scratch, leaves of 8 columns, recovery symbols that nobody wants. */
  readonly workers: readonly {
    readonly scratch: number;
    readonly leaves: number;
    readonly dropped: number;
  }[];
  /** A table of all leaves of two bytes, or 0 if there shall be none. */
  readonly leafTable: number;
  /** The blob, padded with zeros to whole rows. */
  readonly rows: number;
  /** Recovery symbols of the rows, row by row. */
  readonly recovery: number;
  /** Primary slivers behind the systematic ones, or 0 if they are not wanted. */
  readonly recoveryRows: number;
  /** One column of nodes per group of columns; at the end, the first one is the roots of the primary slivers. */
  readonly nodes: number;
  /** Roots of the secondary slivers. */
  readonly secondary: number;
}

/** Does units of a phase until there are no more, or for some time. */
export interface SharedTask {
  readonly kind: 'shared';
  readonly plan: SharedPlan;
  readonly phase: Phase;
  /** Time after which no more units are begun, ms. */
  readonly sliceMs: number;
}

/** Returns the number of groups of columns. */
export function groupCount(nShards: number): number {
  return Math.ceil(nShards / GROUP_COLUMNS);
}

/** Returns the units of a phase. */
export function unitCount(plan: SharedPlan, phase: Phase): number {
  switch (phase) {
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

/** Claims an area for one more worker. */
function claimWorker(plan: SharedPlan): SharedPlan['workers'][number] {
  const counters = new Int32Array(plan.memory.buffer, plan.counters);
  const area = plan.workers[Atomics.add(counters, COUNTERS.workers, 1)];
  if (area === undefined) throw new Error('there are more workers than areas for them');
  return area;
}

/** One worker's part in one encoding. */
export class SharedWork {
  readonly id: string;
  readonly #plan: SharedPlan;
  readonly #codes: AxisCodes;
  readonly #kernels: MemoryKernels;
  readonly #area: SharedPlan['workers'][number];
  readonly #counters: Int32Array;

  private constructor(
    plan: SharedPlan,
    codes: AxisCodes,
    kernels: MemoryKernels,
    area: SharedPlan['workers'][number],
  ) {
    this.id = plan.id;
    this.#plan = plan;
    this.#codes = codes;
    this.#kernels = kernels;
    this.#area = area;
    this.#counters = new Int32Array(plan.memory.buffer, plan.counters);
  }

  /** Prepares the kernels of this worker on the memory. */
  static async join(plan: SharedPlan): Promise<SharedWork> {
    const { module, memory, tables } = plan;
    const codes = axisCodes(encodingParameters(plan.nShards));
    const area = claimWorker(plan);
    const { scratch } = area;
    const init = { module, memory, codes, tables, scratch, writeTables: false };
    return new SharedWork(plan, codes, await createMemoryKernels(init), area);
  }

  /**
   * Does units of a phase.
   *
   * @returns the units done, and whether there are none left to be begun
   */
  run(phase: Phase, sliceMs: number): { readonly units: number; readonly isLast: boolean } {
    const end = performance.now() + sliceMs;
    const count = unitCount(this.#plan, phase);
    let units = 0;
    do {
      const unit = Atomics.add(this.#counters, COUNTERS[phase], 1);
      if (unit >= count) return { units, isLast: true };
      this.#do(phase, unit);
      units++;
    } while (performance.now() < end);
    return { units, isLast: false };
  }

  #do(phase: Phase, unit: number): void {
    switch (phase) {
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

  #codeRows(first: number): void {
    const { symbolSize, dataRows, rows, recovery } = this.#plan;
    const code = this.#codes.primary;
    const rowBytes = code.sources * symbolSize;
    const recoveryBytes = code.recoveries * symbolSize;
    this.#kernels.encodeAt(
      {
        code,
        symbolSize,
        words: Math.min(ROWS_PER_UNIT, dataRows - first),
        input: { symbolStride: symbolSize, wordStride: rowBytes },
        output: { symbolStride: symbolSize, wordStride: recoveryBytes },
      },
      rows + first * rowBytes,
      recovery + first * recoveryBytes,
    );
  }

  #codeGroup(group: number): void {
    const { nShards, nodes, dataRows, leafTable } = this.#plan;
    const { leaves } = this.#area;
    const columnBytes = nShards * NODE_BYTES;
    const end = Math.min((group + 1) * GROUP_COLUMNS, nShards);
    const border = this.#codes.primary.sources;
    if (leafTable !== 0) this.#kernels.useLeafTable(leafTable);
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
    const bytes = new Uint8Array(this.#plan.memory.buffer);
    bytes.copyWithin(nodes + group * columnBytes, leaves, leaves + columnBytes);
  }

  #codeColumns(first: number, words: number, leaves: number): void {
    const { symbolSize, dataRows, rows, recovery, recoveryRows, secondary } = this.#plan;
    const { primary, secondary: code } = this.#codes;
    const rowBytes = primary.sources * symbolSize;
    const isSystematic = first < primary.sources;
    const index = isSystematic ? first : first - primary.sources;
    const isKept = isSystematic && recoveryRows !== 0;
    this.#kernels.expandAt(
      {
        code,
        symbolSize,
        words,
        used: dataRows,
        input: {
          symbolStride: isSystematic ? rowBytes : primary.recoveries * symbolSize,
          wordStride: symbolSize,
        },
        output: {
          symbolStride: isKept ? rowBytes : words * symbolSize,
          wordStride: symbolSize,
        },
      },
      {
        source: (isSystematic ? rows : recovery) + index * symbolSize,
        target: isKept ? recoveryRows + first * symbolSize : this.#area.dropped,
        leaves,
        roots: secondary + first * NODE_BYTES,
      },
    );
  }

  #reduceTops(first: number): void {
    const { nShards, nodes } = this.#plan;
    const columns = groupCount(nShards);
    this.#kernels.reduceColumnsAt({
      nodes: nodes + first * NODE_BYTES,
      columns,
      columnBytes: nShards * NODE_BYTES,
      rows: Math.min(TOPS_PER_UNIT, nShards - first),
      levels: proofLength(columns),
    });
  }
}
