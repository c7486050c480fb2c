import type { AxisCodes } from '../code.js';
import type { DecodePlan } from '../decode-plan.js';
import {
  INPUT_SLACK_BYTES,
  LEAF_TABLE_BYTES,
  type CodewordBatch,
  type ExpandedBatch,
  type Kernels,
  type MemoryKernels,
  type NodeColumns,
  type RowRange,
} from '../kernels.js';
import { NODE_BYTES, treeNodeCount } from '../merkle/shape.js';
import type { KernelVariant } from '../types.js';
import { alignAddress, createMemoryKernels, memoryNeeds } from './memory-kernels.js';
import { loadKernelModule, MAX_PAGES, PAGE_BYTES } from './module.js';

/** Readable bytes around every area. */
const SLACK_BYTES = 2 * INPUT_SLACK_BYTES;

/** Leaves of two bytes that are hashed one by one before a table of all 65 536 is made: from then on it pays. */
const LEAVES_BEFORE_TABLE = 32_768;

/**
 * The kernels on a memory of their own. From low to high: the module's constants, tables, scratch, room for a
 * table of leaves, then the input of the current operation followed by whatever it
 * produces. The room for the table takes no memory as long as it is not used.
 */
class WasmKernels implements Kernels {
  readonly backend = 'wasm';
  readonly variant: KernelVariant;
  readonly implementation: KernelVariant;
  readonly #kernels: MemoryKernels;
  readonly #tablePointer: number;
  readonly #inputPointer: number;
  /** Leaves of two bytes hashed without a table. */
  #tinyLeaves = 0;
  #expanded: NodeColumns | undefined;
  #inputBytes = 0;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(kernels: MemoryKernels, firstFree: number) {
    this.variant = kernels.variant;
    this.implementation = kernels.variant;
    this.#kernels = kernels;
    this.#tablePointer = firstFree;
    this.#inputPointer = firstFree + LEAF_TABLE_BYTES + SLACK_BYTES;
    this.#reserve(this.#inputPointer);
  }

  stage(sizeBytes: number): Uint8Array {
    this.#inputBytes = sizeBytes;
    this.#expanded = undefined;
    this.#reserve(this.#afterInput());
    return this.#view(this.#inputPointer, sizeBytes);
  }

  encode(batch: CodewordBatch): Uint8Array {
    const target = this.#afterInput();
    const targetBytes = batch.words * batch.code.recoveries * batch.symbolSize;
    this.#reserve(target + targetBytes);
    this.#kernels.encodeAt(batch, this.#inputPointer, target);
    return this.#view(target, targetBytes);
  }

  expand(batch: CodewordBatch): ExpandedBatch {
    const { code, symbolSize, words } = batch;
    const symbols = code.sources + code.recoveries;
    const target = this.#afterInput();
    const targetBytes = words * code.recoveries * symbolSize;
    const leaves = alignAddress(target + targetBytes) + SLACK_BYTES;
    const leavesBytes = words * symbols * NODE_BYTES;
    const roots = alignAddress(leaves + leavesBytes);
    const rootsBytes = words * NODE_BYTES;
    this.#reserve(roots + rootsBytes);
    if (symbolSize === 2) this.#countTinyLeaves(words * symbols);
    this.#kernels.expandAt(batch, { source: this.#inputPointer, target, leaves, roots });
    this.#expanded = {
      nodes: leaves,
      columnBytes: symbols * NODE_BYTES,
      columns: words,
      rows: symbols,
      levels: 0,
      equalRows: { from: batch.used ?? code.sources, to: code.sources },
    };
    return {
      recovery: this.#view(target, targetBytes),
      leaves: this.#view(leaves, leavesBytes),
      roots: this.#view(roots, rootsBytes),
    };
  }

  decode(batch: CodewordBatch, plan: DecodePlan): Uint8Array {
    const target = this.#afterInput();
    const targetBytes = batch.words * batch.code.sources * batch.symbolSize;
    this.#reserve(target + targetBytes);
    this.#kernels.decodeAt(batch, plan, this.#inputPointer, target);
    return this.#view(target, targetBytes);
  }

  tree(count: number, sizeBytes: number): Uint8Array {
    const leaves = this.#afterInput();
    const nodesBytes = treeNodeCount(count) * NODE_BYTES;
    this.#reserve(leaves + nodesBytes);
    this.#kernels.hashLeavesAt(this.#inputPointer, sizeBytes, count, sizeBytes, leaves);
    this.#kernels.treeLevelsAt(leaves, count);
    return this.#view(leaves, nodesBytes);
  }

  treeOverHashes(count: number): Uint8Array {
    const nodesBytes = treeNodeCount(count) * NODE_BYTES;
    this.#reserve(this.#inputPointer + nodesBytes);
    this.#kernels.treeLevelsAt(this.#inputPointer, count);
    return this.#view(this.#inputPointer, nodesBytes);
  }

  reduceColumns(columns: number, rows: number, levels: number, equalRows?: RowRange): Uint8Array {
    const columnBytes = rows * NODE_BYTES;
    const nodes = this.#inputPointer;
    return this.#reduce({ nodes, columnBytes, columns, rows, levels, equalRows });
  }

  reduceLeaves(levels: number): Uint8Array {
    const expanded = this.#expanded;
    if (expanded === undefined) throw new Error('no leaves are left to be reduced');
    this.#expanded = undefined;
    return this.#reduce({ ...expanded, levels });
  }

  #reduce(input: NodeColumns): Uint8Array {
    this.#kernels.reduceColumnsAt(input);
    return this.#view(
      input.nodes,
      Math.ceil(input.columns / 2 ** input.levels) * input.columnBytes,
    );
  }

  /** Makes the table of leaves when it is worth it. */
  #countTinyLeaves(count: number): void {
    if (this.#tinyLeaves >= LEAVES_BEFORE_TABLE) return;
    this.#tinyLeaves += count;
    if (this.#tinyLeaves < LEAVES_BEFORE_TABLE) return;
    this.#kernels.fillLeafTableAt(this.#tablePointer, 0, 65_536);
    this.#kernels.useLeafTable(this.#tablePointer);
  }

  #afterInput(): number {
    return alignAddress(this.#inputPointer + this.#inputBytes) + SLACK_BYTES;
  }

  /** Grows the memory so that everything below an address is there; earlier views are detached if it has to. */
  #reserve(end: number): void {
    const { memory } = this.#kernels;
    const missing = end + SLACK_BYTES - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
    if (this.#bytes.buffer !== memory.buffer) this.#bytes = new Uint8Array(memory.buffer);
  }

  #view(pointer: number, sizeBytes: number): Uint8Array {
    return this.#bytes.subarray(pointer, pointer + sizeBytes);
  }
}

/** Returns the number of pages that hold everything below an address. */
export function pagesFor(end: number): number {
  return Math.ceil(end / PAGE_BYTES);
}

/**
 * Creates WASM kernels with a memory of their own for the codes of one number of shards.
 *
 * @param codes - of both axes
 * @param variant - which build; default is the fastest that the runtime can run
 * @throws REDSTUFF_WASM_UNAVAILABLE
 */
export async function createWasmKernels(
  codes: AxisCodes,
  variant?: KernelVariant,
): Promise<Kernels> {
  const module = await loadKernelModule({ variant });
  const { tablesBytes, scratchBytes } = memoryNeeds(codes);
  const tables = alignAddress(module.heapBase);
  const scratch = tables + tablesBytes;
  const firstFree = scratch + scratchBytes + SLACK_BYTES;
  const memory = new WebAssembly.Memory({
    initial: pagesFor(firstFree),
    maximum: MAX_PAGES,
  });
  const kernels = await createMemoryKernels({
    module,
    memory,
    codes,
    tables,
    scratch,
    writeTables: true,
  });
  return new WasmKernels(kernels, firstFree);
}
