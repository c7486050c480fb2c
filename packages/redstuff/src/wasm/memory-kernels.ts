import { nextPowerOfTwo, type AxisCodes, type LinearCode } from '../code.js';
import type { DecodePlan } from '../decode-plan.js';
import type { CodewordBatch, ExpandPlaces, MemoryKernels, NodeColumns } from '../kernels.js';
import type { KernelVariant } from '../types.js';
import { instantiateKernels, type KernelExports } from './exports.js';
import { fieldTablesOf, PLAN_ENTRY_BYTES, tablesBytes, writePlanEntry } from './factor-tables.js';
import type { KernelModule } from './module.js';

/** Alignment of the areas in memory. */
const ALIGNMENT = 128;
/** Bytes of each symbol in the work area at a time; `STRIPE` in assembly/reed-solomon.ts. */
const STRIPE_BYTES = 448;
/** Distance between work arrays beyond their size; `GAP` in assembly/reed-solomon.ts. */
const GAP_BYTES = 1024;
/** Hash state, message block and staging for symbol tails: `SCRATCH_BYTES` in assembly/scratch.ts. */
const HASH_BYTES = 1024;

/** Largest symbols of which several codewords are coded as one; see assembly/index.ts. */
export const MAX_PACKED_BYTES = 16;

/** Rounds an address up to the start of an area. */
export function alignAddress(address: number): number {
  return Math.ceil(address / ALIGNMENT) * ALIGNMENT;
}

/** Sizes of the two areas that instances need in memory, in bytes, multiples of 128. */
export interface MemoryNeeds {
  /** Tables of the field: one area for all instances on a memory, read only once it is written. */
  readonly tablesBytes: number;
  /** Scratch: an area for each instance. */
  readonly scratchBytes: number;
}

function domainOf(codes: AxisCodes): number {
  return Math.max(codes.primary.domain, codes.secondary.domain);
}

function planBytes(codes: AxisCodes): number {
  return alignAddress(
    2 * Math.max(codes.primary.sources, codes.secondary.sources) * PLAN_ENTRY_BYTES,
  );
}

/** Chaining values of the leaves of one codeword: `statesBytes` in assembly/merkle.ts, of sources and of recovery symbols. */
function statesBytes({ primary, secondary }: AxisCodes): number {
  const of = ({ sources, recoveries }: LinearCode): number =>
    (Math.ceil(sources / 2) + Math.ceil(recoveries / 2)) * 128;
  return Math.max(of(primary), of(secondary));
}

/** Returns how much memory instances for some codes need. */
export function memoryNeeds(codes: AxisCodes): MemoryNeeds {
  const { primary, secondary } = codes;
  const chunk = Math.max(primary.chunk, secondary.chunk);
  const symbols = Math.max(
    primary.sources + primary.recoveries,
    secondary.sources + secondary.recoveries,
  );
  const work = Math.max(
    2 * chunk * STRIPE_BYTES + GAP_BYTES,
    (domainOf(codes) + chunk) * STRIPE_BYTES + 4 * GAP_BYTES,
    nextPowerOfTwo(symbols) * 32,
  );
  return {
    tablesBytes: alignAddress(tablesBytes(domainOf(codes))),
    scratchBytes:
      HASH_BYTES + planBytes(codes) + statesBytes(codes) + alignAddress(work) + ALIGNMENT,
  };
}

/** Where and with what {@link createMemoryKernels} works. */
export interface MemoryKernelsInit {
  readonly module: KernelModule;
  /** Shared exactly if the module says so. */
  readonly memory: WebAssembly.Memory;
  readonly codes: AxisCodes;
  /** Address of the tables, a multiple of 128, not below `module.heapBase`. */
  readonly tables: number;
  /** Address of this instance's scratch area, a multiple of 128. */
  readonly scratch: number;
  /** Whether to write the tables: exactly one instance on a memory does, before any of them computes. */
  readonly writeTables: boolean;
}

class WasmMemoryKernels implements MemoryKernels {
  readonly variant: KernelVariant;
  readonly memory: WebAssembly.Memory;
  readonly #exports: KernelExports;
  readonly #planPointer: number;
  #plan: DecodePlan | undefined;
  #slots: Uint32Array | undefined;

  constructor(exports: KernelExports, init: MemoryKernelsInit) {
    const { module, memory, codes, tables, scratch } = init;
    this.variant = module.variant;
    this.memory = memory;
    this.#exports = exports;
    this.#planPointer = scratch + HASH_BYTES;
    if (init.writeTables) {
      new Uint8Array(memory.buffer).set(fieldTablesOf(domainOf(codes)), tables);
    }
    const states = this.#planPointer + planBytes(codes);
    exports.configure(tables, scratch, states, states + statesBytes(codes));
  }

  encodeAt(batch: CodewordBatch, source: number, target: number): void {
    const { code, symbolSize, words, input, output } = batch;
    this.#exports.encode(
      words,
      code.recoveries,
      code.chunk,
      code.rate === 'high' ? 1 : 0,
      batch.used ?? code.sources,
      symbolSize,
      source,
      input.symbolStride,
      input.wordStride,
      target,
      output.symbolStride,
      output.wordStride,
    );
  }

  expandAt(batch: CodewordBatch, places: ExpandPlaces): void {
    const { code, symbolSize, words, input, output } = batch;
    this.#exports.expand(
      words,
      code.sources,
      code.recoveries,
      code.chunk,
      code.rate === 'high' ? 1 : 0,
      batch.used ?? code.sources,
      symbolSize,
      places.source,
      input.symbolStride,
      input.wordStride,
      places.target,
      output.symbolStride,
      output.wordStride,
      places.leaves,
      places.roots,
    );
  }

  decodeAt(
    batch: CodewordBatch,
    plan: DecodePlan,
    source: number,
    target: number,
    slots?: Uint32Array,
  ): void {
    const { code, symbolSize, words, input, output } = batch;
    this.#usePlan(plan, slots);
    this.#exports.decode(
      words,
      code.sources,
      code.chunk,
      code.rate === 'high' ? 1 : 0,
      code.end,
      code.domain,
      symbolSize,
      source,
      input.symbolStride,
      input.wordStride,
      target,
      output.symbolStride,
      output.wordStride,
      this.#planPointer,
      this.#planPointer + plan.given.length * PLAN_ENTRY_BYTES,
      plan.missing.length,
    );
  }

  hashLeavesAt(
    source: number,
    stride: number,
    count: number,
    sizeBytes: number,
    target: number,
  ): void {
    this.#exports.hashLeaves(source, stride, count, sizeBytes, target);
  }

  gatherAt(source: number, stride: number, count: number, sizeBytes: number, target: number): void {
    this.#exports.gather(source, stride, count, sizeBytes, target);
  }

  treeLevelsAt(leaves: number, count: number): void {
    this.#exports.treeLevels(leaves, count);
  }

  reduceColumnsAt(input: NodeColumns): void {
    const { nodes, columnBytes, columns, rows, levels, equalRows } = input;
    const { from, to } = equalRows ?? { from: 0, to: 0 };
    this.#exports.reduceColumns(nodes, columnBytes, columns, rows, levels, from, to);
  }

  fillLeafTableAt(table: number, first: number, count: number): void {
    this.#exports.fillLeafTable(table, first, count);
  }

  useLeafTable(table: number): void {
    this.#exports.useLeafTable(table);
  }

  /** Puts the plan into its place in memory unless it is there already. */
  #usePlan(plan: DecodePlan, slots: Uint32Array | undefined): void {
    if (this.#plan === plan && this.#slots === slots) return;
    this.#plan = undefined;
    const bytes = new Uint8Array(this.memory.buffer, this.#planPointer);
    let offset = 0;
    plan.given.forEach((index, i) => {
      const position = plan.givenPositions[i] ?? 0;
      const factor = plan.givenFactors[i] ?? 0;
      const slot = slots?.[i] ?? i;
      writePlanEntry(bytes, offset, { index, position, slot, factor, direction: 'load' });
      offset += PLAN_ENTRY_BYTES;
    });
    plan.missing.forEach((index, i) => {
      const position = plan.missingPositions[i] ?? 0;
      const factor = plan.missingFactors[i] ?? 0;
      writePlanEntry(bytes, offset, { index, position, slot: 0, factor, direction: 'store' });
      offset += PLAN_ENTRY_BYTES;
    });
    this.#plan = plan;
    this.#slots = slots;
  }
}

/**
 * Creates an instance of the kernels on a memory that the caller lays out; see {@link MemoryKernels}.
 *
 * From low to high, for example: `[module.heapBase) tables | scratch of worker 0 | scratch of worker 1 | … | data`, with the
 * sizes of {@link memoryNeeds}.
 *
 * @throws REDSTUFF_WASM_UNAVAILABLE
 */
export async function createMemoryKernels(init: MemoryKernelsInit): Promise<MemoryKernels> {
  return new WasmMemoryKernels(await instantiateKernels(init.module, init.memory), init);
}
