import { NODE_BYTES, proofLength } from '../merkle/tree.js';
import { INPUT_SLACK_BYTES, type MemoryKernels } from '../kernels.js';
import type { ProgressMeter } from '../threads/executor.js';
import { nextTurn } from '../threads/inline.js';
import { pagesFor } from '../wasm/kernels.js';
import { alignAddress, createMemoryKernels, memoryNeeds } from '../wasm/memory-kernels.js';
import { loadKernelModule } from '../wasm/module.js';
import { COLUMN_COST, type SliverRoots } from './encode-passes.js';
import type { BlobGeometry, CodecContext } from './geometry.js';
import { GROUP_COLUMNS, GROUP_LEVELS } from './row-trees.js';

/** Longest time that the event loop waits, apart from a single row or column. */
const SLICE_MS = 40;
/** Blobs for which memory of their own is worth its making, and for which it is not too much. */
const MIN_BLOB_BYTES = 1 << 20;
const MAX_MEMORY_BYTES = 2 ** 31;
/** Rows that are coded in one call. */
const ROWS_PER_STEP = 4;
/** Room between areas: what kernels may read before and behind an input. */
const SLACK_BYTES = 2 * INPUT_SLACK_BYTES;

/** What an encoding in memory of its own yields: views of that memory. */
export interface InPlaceEncoding {
  readonly roots: SliverRoots;
  /** Returns a secondary sliver, a copy. */
  readonly column: (index: number) => Uint8Array;
  /** The primary slivers behind the systematic ones. */
  readonly recoveryRows: readonly Uint8Array[];
}

/** Hands out the areas of a memory, one behind the other. */
class Layout {
  end: number;

  constructor(start: number) {
    this.end = start;
  }

  take(sizeBytes: number): number {
    const start = alignAddress(this.end);
    this.end = start + sizeBytes + SLACK_BYTES;
    return start;
  }
}

/** Lets the event loop have its turn now and then, and looks at the signal. */
class Slices {
  readonly #signal: AbortSignal | undefined;
  #startMs = performance.now();

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  async next(): Promise<void> {
    if (performance.now() - this.#startMs < SLICE_MS) return;
    await nextTurn();
    this.#signal?.throwIfAborted();
    this.#startMs = performance.now();
  }
}

/**
 * Encodes a blob on this thread in a memory of the kernels in which everything has its place: rows and columns are read and
 * written where they lie, nothing is moved but the blob into it.
 *
 * @returns `undefined` if the blob is not of a size for that, or the kernels are not WASM
 */
export async function encodeInPlace(
  context: CodecContext,
  geometry: BlobGeometry,
  blob: Uint8Array,
  options: { readonly signal: AbortSignal | undefined; readonly progress: ProgressMeter },
): Promise<InPlaceEncoding | undefined> {
  const { signal, progress } = options;
  const { codes, kernels, executor, parameters } = context;
  const { nShards, primarySymbols, secondarySymbols } = parameters;
  const { symbolSize, rowBytes, columnBytes, dataRows } = geometry;
  const { variant } = kernels;
  if (!executor.isInline || variant === undefined || blob.length < MIN_BLOB_BYTES) return undefined;

  const module = await loadKernelModule({ variant });
  const needs = memoryNeeds(codes);
  const recoveryRowBytes = codes.primary.recoveries * symbolSize;
  const columnNodes = nShards * NODE_BYTES;
  const groups = Math.ceil(nShards / GROUP_COLUMNS);
  const layout = new Layout(module.heapBase);
  const tables = layout.take(needs.tablesBytes);
  const scratch = layout.take(needs.scratchBytes);
  const leaves = layout.take(GROUP_COLUMNS * columnNodes);
  const nodes = layout.take(groups * columnNodes);
  const secondary = layout.take(columnNodes);
  const rows = layout.take(dataRows * rowBytes);
  const recovery = layout.take(dataRows * recoveryRowBytes);
  const recoveryRows = layout.take(codes.secondary.recoveries * rowBytes);
  // The recovery symbols of the recovery columns belong to no sliver that is kept.
  const dropped = layout.take(codes.secondary.recoveries * symbolSize);
  const gathered = layout.take(columnBytes);
  if (layout.end > MAX_MEMORY_BYTES) return undefined;

  const pages = pagesFor(layout.end);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const init = { module, memory, codes, tables, scratch, writeTables: true };
  const direct: MemoryKernels = await createMemoryKernels(init);
  const bytes = new Uint8Array(memory.buffer);
  bytes.set(blob, rows);
  const slices = new Slices(signal);

  for (let row = 0; row < dataRows; row += ROWS_PER_STEP) {
    const words = Math.min(ROWS_PER_STEP, dataRows - row);
    direct.encodeAt(
      {
        code: codes.primary,
        symbolSize,
        words,
        input: { symbolStride: symbolSize, wordStride: rowBytes },
        output: { symbolStride: symbolSize, wordStride: recoveryRowBytes },
      },
      rows + row * rowBytes,
      recovery + row * recoveryRowBytes,
    );
    progress.add(words);
    await slices.next();
  }
  progress.add(primarySymbols - dataRows);

  // Rows of padding have equal leaves in every column.
  const equalRows = { from: dataRows, to: primarySymbols };
  const groupLevels = groups === 1 ? proofLength(nShards) : GROUP_LEVELS;
  /** Where the symbols of a column lie. */
  const place = (column: number): { source: number; stride: number } =>
    column < secondarySymbols
      ? { source: rows + column * symbolSize, stride: rowBytes }
      : { source: recovery + (column - secondarySymbols) * symbolSize, stride: recoveryRowBytes };
  for (let column = 0; column < nShards; column++) {
    const isSystematic = column < secondarySymbols;
    const { source, stride } = place(column);
    const inGroup = column % GROUP_COLUMNS;
    const batch = {
      code: codes.secondary,
      symbolSize,
      words: 1,
      used: dataRows,
      input: { symbolStride: stride, wordStride: symbolSize },
      output: { symbolStride: isSystematic ? rowBytes : symbolSize, wordStride: symbolSize },
    };
    direct.expandAt(batch, {
      source,
      target: isSystematic ? recoveryRows + column * symbolSize : dropped,
      leaves: leaves + inGroup * columnNodes,
      roots: secondary + column * NODE_BYTES,
    });
    if (inGroup === GROUP_COLUMNS - 1 || column === nShards - 1) {
      direct.reduceColumnsAt({
        nodes: leaves,
        columns: inGroup + 1,
        columnBytes: columnNodes,
        rows: nShards,
        levels: groupLevels,
        equalRows,
      });
      const group = Math.floor(column / GROUP_COLUMNS);
      bytes.copyWithin(nodes + group * columnNodes, leaves, leaves + columnNodes);
    }
    progress.add(COLUMN_COST);
    await slices.next();
  }
  direct.reduceColumnsAt({
    nodes,
    columns: groups,
    columnBytes: columnNodes,
    rows: nShards,
    levels: proofLength(groups),
    equalRows,
  });
  const view = (address: number, sizeBytes: number): Uint8Array =>
    bytes.subarray(address, address + sizeBytes);
  return {
    roots: { primary: view(nodes, columnNodes), secondary: view(secondary, columnNodes) },
    column(index) {
      const { source, stride } = place(index);
      // Rows of padding stay the zeros that they are in new memory.
      direct.gatherAt(source, stride, dataRows, symbolSize, gathered);
      return view(gathered, columnBytes).slice();
    },
    recoveryRows: Array.from({ length: codes.secondary.recoveries }, (_, i) =>
      view(recoveryRows + i * rowBytes, rowBytes),
    ),
  };
}
