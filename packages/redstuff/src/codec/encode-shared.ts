import { INPUT_SLACK_BYTES, LEAF_TABLE_BYTES } from '../kernels.js';
import { NODE_BYTES } from '../merkle/tree.js';
import type { ProgressMeter } from '../threads/executor.js';
import { nextTurn } from '../threads/inline.js';
import {
  COUNTERS_BYTES,
  groupCount,
  unitCount,
  type Phase,
  type SharedPlan,
} from '../threads/shared-work.js';
import { pagesFor } from '../wasm/kernels.js';
import { alignAddress, createMemoryKernels, memoryNeeds } from '../wasm/memory-kernels.js';
import { loadKernelModule } from '../wasm/module.js';
import { COLUMN_COST, type SliverRoots } from './encode-passes.js';
import type { BlobGeometry, CodecContext } from './geometry.js';

/** Most memory for one encoding. */
const MAX_MEMORY_BYTES = 2 ** 30;
/** Bytes of the expanded matrix from which on a memory of its own is worth its making. */
const MIN_EXPANDED_BYTES = 1 << 20;
/** How long a worker is busy with one task, ms: other operations and an abort wait as long. */
const SLICE_MS = 30;
/** Bytes copied without a pause. */
const COPY_BYTES = 8 << 20;
const SLACK_BYTES = 2 * INPUT_SLACK_BYTES;
/** Shards from which on a table of all leaves of two bytes pays. */
const LEAF_TABLE_SHARDS = 300;

/** What an encoding in a shared memory yields. */
export interface SharedEncoding {
  /** Not in the shared memory. */
  readonly roots: SliverRoots;
  /** Returns a primary sliver behind the systematic ones, a copy. */
  readonly recoveryRow: (index: number) => Uint8Array;
  /** Returns a secondary sliver, a copy. */
  readonly column: (index: number) => Uint8Array;
}

let count = 0;

/** Lays the areas of an encoding out in a memory of their own. */
async function planFor(
  context: CodecContext,
  geometry: BlobGeometry,
  keepsRows: boolean,
): Promise<SharedPlan | undefined> {
  const { codes, executor, kernels, parameters } = context;
  const { nShards } = parameters;
  const { symbolSize, rowBytes, dataRows } = geometry;
  const { variant } = kernels;
  const isWorth = nShards * nShards * symbolSize >= MIN_EXPANDED_BYTES;
  if (!executor.isShared || variant === undefined || !isWorth) return undefined;
  const module = await loadKernelModule({ variant, isShared: true });
  const { tablesBytes, scratchBytes } = memoryNeeds(codes);
  let end = module.heapBase + SLACK_BYTES;
  const take = (sizeBytes: number): number => {
    const start = alignAddress(end);
    end = start + sizeBytes + SLACK_BYTES;
    return start;
  };
  const columnNodes = nShards * NODE_BYTES;
  const counters = take(COUNTERS_BYTES);
  const tables = take(tablesBytes);
  // One more for this thread.
  const workers = Array.from({ length: executor.threads + 1 }, () => ({
    scratch: take(scratchBytes),
    leaves: take(8 * columnNodes),
    dropped: take(8 * codes.secondary.recoveries * symbolSize),
  }));
  const hasLeafTable = symbolSize === 2 && nShards >= LEAF_TABLE_SHARDS;
  const areas = {
    leafTable: hasLeafTable ? take(LEAF_TABLE_BYTES) : 0,
    nodes: take(groupCount(nShards) * columnNodes),
    secondary: take(columnNodes),
    rows: take(dataRows * rowBytes),
    recovery: take(dataRows * codes.primary.recoveries * symbolSize),
    recoveryRows: keepsRows ? take(codes.secondary.recoveries * rowBytes) : 0,
  };
  if (end > MAX_MEMORY_BYTES) return undefined;
  const pages = pagesFor(end + SLACK_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const id = `${count++}`;
  return {
    id,
    nShards,
    module,
    memory,
    symbolSize,
    dataRows,
    counters,
    tables,
    workers,
    ...areas,
  };
}

/** Copies the blob into the memory, with pauses: a page must stay responsive. */
async function copyBlob(
  plan: SharedPlan,
  blob: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<void> {
  const bytes = new Uint8Array(plan.memory.buffer);
  for (let at = 0; at < blob.length; at += COPY_BYTES) {
    if (at > 0) await nextTurn();
    signal?.throwIfAborted();
    bytes.set(blob.subarray(at, at + COPY_BYTES), plan.rows + at);
  }
}

/** Does a phase on all workers. */
async function runPhase(
  context: CodecContext,
  plan: SharedPlan,
  phase: Phase,
  signal: AbortSignal | undefined,
  onUnits: (units: number) => void,
): Promise<void> {
  const { executor, kernels, parameters } = context;
  const lanes = Math.min(executor.threads, unitCount(plan, phase));
  let failure: { readonly error: unknown } | undefined;
  const lane = async (): Promise<void> => {
    for (let isLast = false; !isLast && failure === undefined;) {
      try {
        signal?.throwIfAborted();
        const { shared } = await executor.run({
          kind: 'shared',
          nShards: parameters.nShards,
          implementation: kernels.implementation,
          plan,
          phase,
          sliceMs: SLICE_MS,
        });
        onUnits(shared?.units ?? 0);
        isLast = shared?.isLast ?? true;
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (failure !== undefined) throw failure.error;
}

/**
 * Encodes a blob with all workers in one shared memory of the kernels in which everything has its place: nothing is moved but
 * the blob into it, and slivers out of it when they are asked for.
 *
 * @param options - `keepsRows`: whether the primary slivers behind the systematic ones are kept
 * @returns `undefined` if memory cannot be shared, or the blob is not of a size for that
 */
export async function encodeShared(
  context: CodecContext,
  geometry: BlobGeometry,
  blob: Uint8Array,
  options: {
    readonly keepsRows: boolean;
    readonly signal: AbortSignal | undefined;
    readonly progress: ProgressMeter;
  },
): Promise<SharedEncoding | undefined> {
  const { signal, progress } = options;
  const plan = await planFor(context, geometry, options.keepsRows);
  if (plan === undefined) return undefined;
  const { codes, executor, parameters } = context;
  const { nShards, primarySymbols, secondarySymbols } = parameters;
  const { symbolSize, rowBytes, columnBytes, dataRows } = geometry;
  const { module, memory, tables } = plan;
  const bytes = new Uint8Array(memory.buffer);
  const scratch = plan.workers.at(-1)?.scratch ?? 0;
  try {
    const own = await createMemoryKernels({
      module,
      memory,
      codes,
      tables,
      scratch,
      writeTables: true,
    });
    await copyBlob(plan, blob, signal);
    await runPhase(context, plan, 'table', signal, () => {});
    const perRow = primarySymbols / Math.max(1, unitCount(plan, 'rows'));
    await runPhase(context, plan, 'rows', signal, (units) => progress.add(units * perRow));
    const perGroup = (nShards * COLUMN_COST) / unitCount(plan, 'columns');
    await runPhase(context, plan, 'columns', signal, (units) => progress.add(units * perGroup));
    await runPhase(context, plan, 'tops', signal, () => {});
    signal?.throwIfAborted();
    const rootsBytes = nShards * NODE_BYTES;
    return {
      roots: {
        primary: bytes.slice(plan.nodes, plan.nodes + rootsBytes),
        secondary: bytes.slice(plan.secondary, plan.secondary + rootsBytes),
      },
      recoveryRow(index) {
        const start = plan.recoveryRows + (index - primarySymbols) * rowBytes;
        return bytes.slice(start, start + rowBytes);
      },
      column(index) {
        const isSystematic = index < secondarySymbols;
        const source = isSystematic
          ? plan.rows + index * symbolSize
          : plan.recovery + (index - secondarySymbols) * symbolSize;
        const stride = isSystematic ? rowBytes : codes.primary.recoveries * symbolSize;
        const target = plan.workers.at(-1)?.dropped ?? 0;
        own.gatherAt(source, stride, dataRows, symbolSize, target);
        const column = new Uint8Array(columnBytes);
        column.set(bytes.subarray(target, target + dataRows * symbolSize));
        return column;
      },
    };
  } finally {
    executor.forget(plan.id);
  }
}
