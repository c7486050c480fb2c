import { LEAF_TABLE_BYTES } from '../kernels.js';
import { NODE_BYTES } from '../merkle/shape.js';
import type { ProgressMeter } from '../threads/executor.js';
import { nextTurn } from '../threads/inline.js';
import {
  allowRows,
  GROUP_COLUMNS,
  groupCount,
  MatrixWork,
  recoverySteps,
  stagedColumns,
  unitCount,
  type DecodePlaces,
  type MatrixPlan,
  type Phase,
} from '../threads/matrix-work.js';
import { MAX_PACKED_BYTES } from '../wasm/memory-kernels.js';
import { COLUMN_COST, type SliverRoots } from './encode-passes.js';
import type { BlobGeometry, CodecContext } from './geometry.js';
import { Layout, type Workspace } from './workspace.js';

/** How long a worker is busy with one task, ms: other operations and an abort wait as long. */
const SLICE_MS = 30;
/** Bytes copied without a pause. */
const COPY_BYTES = 8 << 20;
/** Shards from which on a table of all leaves of two bytes pays. */
const LEAF_TABLE_SHARDS = 300;
/** Blobs above this are brought to the kernels piece by piece if there are no workers that share the memory. */
const WHOLE_BLOB_BYTES = 8 << 20;

let count = 0;

/** What {@link MatrixInMemory.create} makes room for. */
export interface MatrixInit {
  /** Whether slivers are kept, to be taken. */
  readonly keepsSlivers: boolean;
  /** Whether slivers may be views of shared memory. */
  readonly allowsShared?: boolean | undefined;
  /** What will be decoded, if anything is. */
  readonly decoding?: DecodePlaces | undefined;
}

/**
 * The matrix of one blob in a memory of the kernels in which everything has its place. Workers take units of work from a
 * counter, or this thread does it all; nothing is moved but the blob into it, and slivers out of it when they are asked for.
 */
export class MatrixInMemory {
  readonly #context: CodecContext;
  readonly #geometry: BlobGeometry;
  readonly #workspace: Workspace;
  readonly #plan: MatrixPlan;
  /** Room for a column that is asked for, where columns do not lie in one piece. */
  readonly #gathered: number;
  /** Whether the blob is brought to the kernels piece by piece. */
  readonly #isStaged: boolean;
  /** Whether slivers are views of the memory. */
  readonly #givesViews: boolean;
  #work: MatrixWork | undefined;

  private constructor(
    context: CodecContext,
    geometry: BlobGeometry,
    workspace: Workspace,
    plan: MatrixPlan,
    gathered: number,
    isStaged: boolean,
    givesViews: boolean,
  ) {
    this.#context = context;
    this.#geometry = geometry;
    this.#workspace = workspace;
    this.#plan = plan;
    this.#gathered = gathered;
    this.#isStaged = isStaged;
    this.#givesViews = givesViews;
  }

  /**
   * Takes a memory and lays everything out in it.
   *
   * @returns `undefined` if there is no memory for that
   */
  static async create(
    context: CodecContext,
    geometry: BlobGeometry,
    init: MatrixInit,
  ): Promise<MatrixInMemory | undefined> {
    const { codes, executor, parameters, workspaces } = context;
    if (!workspaces.isAvailable) return undefined;
    const { nShards, primarySymbols, secondarySymbols } = parameters;
    const { symbolSize, rowBytes, columnBytes, dataRows } = geometry;
    const columnNodes = nShards * NODE_BYTES;
    const hasLeafTable = symbolSize === 2 && nShards >= LEAF_TABLE_SHARDS;
    const isStaged = executor.isInline && dataRows * rowBytes > WHOLE_BLOB_BYTES;
    const { given, slots } = init.decoding ?? {};
    // Rows given to be decoded lie behind those of the blob.
    const slotCount = Math.max(
      given ? primarySymbols : dataRows,
      ...(slots ?? []).map((s) => s + 1),
    );
    const rowsBytes = isStaged
      ? Math.max(rowBytes, dataRows * stagedColumns(symbolSize) * symbolSize)
      : slotCount * rowBytes;
    const isPacked = symbolSize <= MAX_PACKED_BYTES;
    const { keepsSlivers } = init;
    const keepsColumns = keepsSlivers && !isPacked;
    const droppedWords = isPacked ? GROUP_COLUMNS : 1;
    const layOut = (layout: Layout) => {
      const keptRows = Math.max(codes.secondary.recoveries, dataRows);
      const recoveryRows = keepsSlivers ? layout.take(keptRows * rowBytes) : 0;
      const columns = keepsColumns ? layout.take(secondarySymbols * columnBytes) : 0;
      // Once a group of columns has been taken from the rows, nobody needs that part of them: recovery symbols go there.
      const isInPlace = keepsColumns && !isStaged;
      return {
        leafTable: hasLeafTable ? layout.take(LEAF_TABLE_BYTES) : 0,
        dropped: Array.from({ length: executor.threads }, () =>
          layout.take(droppedWords * codes.secondary.recoveries * symbolSize),
        ),
        groups: Array.from({ length: executor.threads }, () =>
          isPacked || keepsColumns ? 0 : layout.take(GROUP_COLUMNS * columnBytes),
        ),
        gathered: isPacked ? layout.take(columnBytes) : 0,
        nodes: layout.take(groupCount(nShards) * columnNodes),
        secondary: layout.take(columnNodes),
        recovery: layout.take(codes.primary.recoveries * columnBytes),
        recoveryRows,
        columns,
        rows: isInPlace ? recoveryRows : layout.take(rowsBytes),
      };
    };
    const size = new Layout(0);
    layOut(size);
    const workspace = await workspaces.take(size.end);
    if (workspace === undefined) return undefined;
    const { dropped, groups, gathered, ...areas } = layOut(new Layout(workspace.dataStart));
    const { module, memory, counters, tables, bytes } = workspace;
    const plan: MatrixPlan = {
      id: `${count++}`,
      nShards,
      module,
      memory,
      symbolSize,
      dataRows,
      counters,
      tables,
      workers: dropped.map((address, i) => ({
        scratch: workspace.workers[i]?.scratch ?? 0,
        leaves: workspace.workers[i]?.leaves ?? 0,
        dropped: address,
        columns: groups[i] ?? 0,
      })),
      ...areas,
      decoding: init.decoding,
    };
    const givesViews = executor.isInline || init.allowsShared === true;
    const matrix = new MatrixInMemory(
      context,
      geometry,
      workspace,
      plan,
      gathered,
      isStaged,
      givesViews,
    );
    matrix.#clearPadding(bytes);
    if (!executor.isInline) executor.announce(plan);
    return matrix;
  }

  /** Zeroes what is behind the data rows in columns, since the memory may have been used before. */
  #clearPadding(bytes: Uint8Array): void {
    const { codes, parameters } = this.#context;
    const { symbolSize, columnBytes, dataRows } = this.#geometry;
    const { recovery, columns } = this.#plan;
    const start = dataRows * symbolSize;
    if (start === columnBytes) return;
    const clear = (first: number, count: number): void => {
      for (let j = 0; j < count; j++) {
        const address = first + j * columnBytes;
        bytes.fill(0, address + start, address + columnBytes);
      }
    };
    if (this.#gathered !== 0) clear(this.#gathered, 1);
    if (columns !== 0) clear(columns, parameters.secondarySymbols);
    if (recoverySteps(codes, symbolSize).column === columnBytes) {
      clear(recovery, codes.primary.recoveries);
    }
  }

  /**
   * Encodes a blob, which is brought into the memory with pauses: a page must stay responsive. Workers code rows as they come.
   *
   * @returns roots of all slivers, not in this memory
   */
  async encodeBlob(
    blob: Uint8Array,
    signal: AbortSignal | undefined,
    progress: ProgressMeter,
  ): Promise<SliverRoots> {
    const { dataRows, rowBytes } = this.#geometry;
    const { bytes, kernels } = this.#workspace;
    const { rows, workers } = this.#plan;
    const copy = async (onCopied: () => void): Promise<void> => {
      await copyInPieces(blob, bytes, rows, signal, (end) => {
        allowRows(this.#plan, Math.floor(end / rowBytes));
        onCopied();
      });
      this.endRows(blob.length);
    };
    const [area] = workers;
    if (!this.#context.executor.isInline || area === undefined) {
      return this.encode(signal, progress, copy);
    }
    if (this.#isStaged) allowRows(this.#plan, dataRows);
    else await copy(() => {});
    this.#work = new MatrixWork(this.#plan, kernels, area, this.#isStaged ? blob : undefined);
    return this.encode(signal, progress);
  }

  /** Sets what is behind the end of the blob to zeros: now all rows are there. */
  endRows(sizeBytes: number): void {
    const { rows } = this.#plan;
    const { dataRows, rowBytes } = this.#geometry;
    this.#workspace.bytes.fill(0, rows + sizeBytes, rows + dataRows * rowBytes);
    allowRows(this.#plan, dataRows);
  }

  /** Brings one row into the memory. */
  setRow(slot: number, row: Uint8Array): void {
    this.#workspace.bytes.set(row, this.#plan.rows + slot * this.#geometry.rowBytes);
  }

  /** Returns the rows, a view: only where decoding brought them here. */
  rows(sizeBytes: number): Uint8Array {
    return this.#workspace.bytes.subarray(this.#plan.rows, this.#plan.rows + sizeBytes);
  }

  /** Restores the missing rows. */
  async decode(signal: AbortSignal | undefined, progress: ProgressMeter): Promise<void> {
    const { primarySymbols } = this.#context.parameters;
    const perUnit = primarySymbols / unitCount(this.#plan, 'decode');
    await this.#run('decode', signal, (units) => progress.add(units * perUnit));
  }

  /** Returns the roots of the rows that were to be checked, each in its place; a view. */
  async rowRoots(signal: AbortSignal | undefined, progress: ProgressMeter): Promise<Uint8Array> {
    await this.#run('check', signal, (units) => progress.add(units));
    const { secondary } = this.#plan;
    const { nShards } = this.#context.parameters;
    return this.#workspace.bytes.subarray(secondary, secondary + nShards * NODE_BYTES);
  }

  /**
   * Encodes the rows.
   *
   * @param feed - brings the rows, if they are not all there, and calls back whenever there are more
   * @returns roots of all slivers, not in this memory
   */
  async encode(
    signal: AbortSignal | undefined,
    progress: ProgressMeter,
    feed?: (onMore: () => void) => Promise<void>,
  ): Promise<SliverRoots> {
    const { nShards, primarySymbols } = this.#context.parameters;
    const plan = this.#plan;
    await this.#run('table', signal, () => {});
    const perRow = primarySymbols / Math.max(1, unitCount(plan, 'rows'));
    await this.#run('rows', signal, (units) => progress.add(units * perRow), feed);
    const perGroup = (nShards * COLUMN_COST) / unitCount(plan, 'columns');
    await this.#run('columns', signal, (units) => progress.add(units * perGroup));
    await this.#run('tops', signal, () => {});
    signal?.throwIfAborted();
    const { bytes } = this.#workspace;
    const rootsBytes = nShards * NODE_BYTES;
    return {
      primary: bytes.slice(plan.nodes, plan.nodes + rootsBytes),
      secondary: bytes.slice(plan.secondary, plan.secondary + rootsBytes),
    };
  }

  /** Returns a primary sliver behind the systematic ones. */
  recoveryRow(index: number): Uint8Array {
    const { rowBytes } = this.#geometry;
    const { primarySymbols } = this.#context.parameters;
    return this.#take(this.#plan.recoveryRows + (index - primarySymbols) * rowBytes, rowBytes);
  }

  /** Returns a secondary sliver. */
  column(index: number): Uint8Array {
    const { codes, parameters } = this.#context;
    const { secondarySymbols } = parameters;
    const { symbolSize, rowBytes, columnBytes } = this.#geometry;
    const { columns, recovery } = this.#plan;
    if (columns !== 0 && index < secondarySymbols) {
      return this.#take(columns + index * columnBytes, columnBytes);
    }
    if (index < secondarySymbols) {
      const { source, symbolStride } = this.#work?.columnOfBlob(index) ?? {
        source: this.#plan.rows + index * symbolSize,
        symbolStride: rowBytes,
      };
      return this.#gather(source, symbolStride);
    }
    const { row, column } = recoverySteps(codes, symbolSize);
    const source = recovery + (index - secondarySymbols) * column;
    if (row === symbolSize) return this.#take(source, columnBytes);
    return this.#gather(source, row);
  }

  #gather(source: number, stride: number): Uint8Array {
    const { bytes, kernels } = this.#workspace;
    const { symbolSize, columnBytes, dataRows } = this.#geometry;
    kernels.gatherAt(source, stride, dataRows, symbolSize, this.#gathered);
    return bytes.slice(this.#gathered, this.#gathered + columnBytes);
  }

  /** Returns a piece of the memory: a view, or a copy if it is shared, which some interfaces do not take. */
  #take(address: number, sizeBytes: number): Uint8Array {
    const { bytes } = this.#workspace;
    return this.#givesViews
      ? bytes.subarray(address, address + sizeBytes)
      : bytes.slice(address, address + sizeBytes);
  }

  /** Makes the workers let go of this memory. */
  release(): void {
    if (!this.#context.executor.isInline) this.#context.executor.forget(this.#plan.id);
  }

  /** Lets the next operation have the memory: nothing of it may be used any more, views neither. */
  close(): void {
    this.#context.workspaces.give(this.#workspace);
  }

  /** Does a phase. */
  async #run(
    phase: Phase,
    signal: AbortSignal | undefined,
    onUnits: (units: number) => void,
    feed?: (onMore: () => void) => Promise<void>,
  ): Promise<void> {
    if (unitCount(this.#plan, phase) === 0) return;
    const work = this.#work;
    if (work === undefined) {
      await this.#runOnWorkers(phase, signal, onUnits, feed);
      return;
    }
    for (let isLast = false; !isLast;) {
      signal?.throwIfAborted();
      const done = work.run(phase, SLICE_MS);
      onUnits(done.units);
      isLast = done.isLast;
      if (!isLast) await nextTurn();
    }
  }

  async #runOnWorkers(
    phase: Phase,
    signal: AbortSignal | undefined,
    onUnits: (units: number) => void,
    feed: ((onMore: () => void) => Promise<void>) | undefined,
  ): Promise<void> {
    const { executor, kernels, parameters } = this.#context;
    // Two for each worker: the next task is there when the one before ends.
    const lanes = Math.min(2 * executor.threads, unitCount(this.#plan, phase));
    let failure: { readonly error: unknown } | undefined;
    let waiting: (() => void)[] = [];
    const wake = (): void => {
      const resolves = waiting;
      waiting = [];
      for (const resolve of resolves) resolve();
    };
    let isFed = feed === undefined;
    const feeder = async (): Promise<void> => {
      try {
        await feed?.(wake);
      } catch (error) {
        failure ??= { error };
      }
      isFed = true;
      wake();
    };
    const lane = async (): Promise<void> => {
      for (let isLast = false; !isLast && failure === undefined;) {
        try {
          signal?.throwIfAborted();
          const { shared } = await executor.run({
            kind: 'matrix',
            nShards: parameters.nShards,
            implementation: kernels.implementation,
            id: this.#plan.id,
            phase,
            sliceMs: SLICE_MS,
          });
          onUnits(shared?.units ?? 0);
          isLast = shared?.isLast ?? true;
          // There are no more rows yet; the next piece of the blob, or its end, wakes all.
          if (shared?.units === 0 && !isFed) {
            await new Promise<void>((resolve) => waiting.push(resolve));
          }
        } catch (error) {
          failure ??= { error };
        }
      }
    };
    await Promise.all([feeder(), ...Array.from({ length: lanes }, lane)]);
    if (failure !== undefined) throw failure.error;
  }
}

/**
 * Copies bytes, with pauses.
 *
 * @param onCopied - told how many are there after each piece
 */
export async function copyInPieces(
  source: Uint8Array,
  target: Uint8Array,
  position: number,
  signal: AbortSignal | undefined,
  onCopied?: (end: number) => void,
): Promise<void> {
  for (let at = 0; at < source.length; at += COPY_BYTES) {
    if (at > 0) await nextTurn();
    signal?.throwIfAborted();
    const piece = source.subarray(at, at + COPY_BYTES);
    target.set(piece, position + at);
    onCopied?.(at + piece.length);
  }
}
