import type { AxisCodes } from '../code.js';
import type { DecodePlan } from '../decode-plan.js';
import type { CodewordBatch, ExpandedBatch, Kernels } from '../kernels.js';
import { treeNodeCount } from '../merkle/tree.js';
import { instantiateKernels, type KernelExports } from './exports.js';
import { buildFactorTables, FACTOR_BYTES, writeFactorTables } from './factor-tables.js';

const PAGE_BYTES = 65536;
/** Readable bytes that the kernels want beyond every input, and alignment of every area. */
const SLACK_BYTES = 128;
/** Symbol number, position, tables. */
const PLAN_ENTRY_BYTES = 8 + FACTOR_BYTES;

function align(address: number): number {
  return Math.ceil(address / SLACK_BYTES) * SLACK_BYTES;
}

/**
 * The kernels in WASM. Memory from low to high: the module's own data, factor tables, the last decode plan, then the
 * input of the current operation followed by whatever it produces.
 */
class WasmKernels implements Kernels {
  readonly backend = 'wasm';
  readonly #exports: KernelExports;
  readonly #planPointer: number;
  readonly #inputPointer: number;
  #inputBytes = 0;
  #bytes: Uint8Array;
  #plan: DecodePlan | undefined;

  constructor(exports: KernelExports, codes: AxisCodes) {
    this.#exports = exports;
    this.#bytes = new Uint8Array(exports.memory.buffer);
    const factorsPointer = align(exports.heapBase());
    // No transform reaches a point beyond the decoder's domain, so no larger factor occurs.
    const factors = Math.max(codes.primary.domain, codes.secondary.domain);
    const symbols = codes.primary.sources + codes.primary.recoveries;
    this.#planPointer = align(factorsPointer + factors * FACTOR_BYTES);
    this.#inputPointer = align(this.#planPointer + 2 * symbols * PLAN_ENTRY_BYTES) + SLACK_BYTES;
    this.#reserve(this.#inputPointer);
    this.#bytes.set(buildFactorTables(factors), factorsPointer);
    exports.setFactors(factorsPointer);
  }

  stage(sizeBytes: number): Uint8Array {
    this.#inputBytes = sizeBytes;
    this.#reserve(this.#afterInput());
    return this.#view(this.#inputPointer, sizeBytes);
  }

  encode(batch: CodewordBatch): Uint8Array {
    const { code, symbolSize, words } = batch;
    const target = this.#afterInput();
    const targetBytes = words * code.recoveries * symbolSize;
    const work = align(target + targetBytes) + SLACK_BYTES;
    this.#reserve(work + this.#exports.encodeWorkBytes(code.chunk) + SLACK_BYTES);
    this.#encode(batch, target, work);
    return this.#view(target, targetBytes);
  }

  expand(batch: CodewordBatch): ExpandedBatch {
    const { code, symbolSize, words, input, output } = batch;
    const symbols = code.sources + code.recoveries;
    const target = this.#afterInput();
    const targetBytes = words * code.recoveries * symbolSize;
    const leaves = align(target + targetBytes) + SLACK_BYTES;
    const leavesBytes = words * symbols * 32;
    const roots = align(leaves + leavesBytes);
    const work = align(roots + words * 32) + SLACK_BYTES;
    const workBytes = Math.max(this.#exports.encodeWorkBytes(code.chunk), symbols * 32);
    this.#reserve(work + workBytes + SLACK_BYTES);
    this.#encode(batch, target, work);
    this.#exports.hashWords(
      words,
      code.sources,
      code.recoveries,
      symbolSize,
      this.#inputPointer,
      input.symbolStride,
      input.wordStride,
      target,
      output.symbolStride,
      output.wordStride,
      leaves,
      roots,
      work,
    );
    return {
      recovery: this.#view(target, targetBytes),
      leaves: this.#view(leaves, leavesBytes),
      roots: this.#view(roots, words * 32),
    };
  }

  decode(batch: CodewordBatch, plan: DecodePlan): Uint8Array {
    const { code, symbolSize, words, input, output } = batch;
    const target = this.#afterInput();
    const targetBytes = words * code.sources * symbolSize;
    const work = align(target + targetBytes) + SLACK_BYTES;
    this.#reserve(work + this.#exports.decodeWorkBytes(code.domain) + SLACK_BYTES);
    this.#usePlan(plan);
    this.#exports.decode(
      words,
      code.sources,
      code.end,
      code.domain,
      symbolSize,
      this.#inputPointer,
      input.symbolStride,
      input.wordStride,
      target,
      output.symbolStride,
      output.wordStride,
      this.#planPointer,
      this.#planPointer + plan.given.length * PLAN_ENTRY_BYTES,
      plan.missing.length,
      work,
    );
    return this.#view(target, targetBytes);
  }

  tree(count: number, sizeBytes: number): Uint8Array {
    const leaves = this.#afterInput();
    const nodesBytes = treeNodeCount(count) * 32;
    this.#reserve(leaves + nodesBytes + SLACK_BYTES);
    this.#exports.hashLeaves(this.#inputPointer, sizeBytes, count, sizeBytes, leaves);
    this.#exports.treeLevels(leaves, count);
    return this.#view(leaves, nodesBytes);
  }

  treeOverHashes(count: number): Uint8Array {
    const nodesBytes = treeNodeCount(count) * 32;
    this.#reserve(this.#inputPointer + nodesBytes + SLACK_BYTES);
    this.#exports.treeLevels(this.#inputPointer, count);
    return this.#view(this.#inputPointer, nodesBytes);
  }

  reduceColumns(columns: number, rows: number, levels: number): Uint8Array {
    this.#exports.reduceColumns(this.#inputPointer, columns, rows, levels);
    return this.#view(this.#inputPointer, Math.ceil(columns / 2 ** levels) * rows * 32);
  }

  #encode(batch: CodewordBatch, target: number, work: number): void {
    const { code, symbolSize, words, input, output } = batch;
    this.#exports.encode(
      words,
      code.sources,
      code.recoveries,
      code.chunk,
      code.rate === 'high' ? 1 : 0,
      symbolSize,
      this.#inputPointer,
      input.symbolStride,
      input.wordStride,
      target,
      output.symbolStride,
      output.wordStride,
      work,
    );
  }

  /** Puts the plan into its place in memory unless it is there already. */
  #usePlan(plan: DecodePlan): void {
    if (this.#plan === plan) return;
    const entries = plan.given.length + plan.missing.length;
    const bytes = this.#view(this.#planPointer, entries * PLAN_ENTRY_BYTES);
    const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let offset = 0;
    const add = (index: number, position: number, factor: number): void => {
      header.setUint32(offset, index, true);
      header.setUint32(offset + 4, position, true);
      writeFactorTables(bytes, offset + 8, factor);
      offset += PLAN_ENTRY_BYTES;
    };
    plan.given.forEach((index, i) => {
      add(index, plan.givenPositions[i] ?? 0, plan.givenFactors[i] ?? 0);
    });
    plan.missing.forEach((index, i) => {
      add(index, plan.missingPositions[i] ?? 0, plan.missingFactors[i] ?? 0);
    });
    this.#plan = plan;
  }

  #afterInput(): number {
    return align(this.#inputPointer + this.#inputBytes) + SLACK_BYTES;
  }

  /** Grows the memory to some size; earlier views are detached if it has to. */
  #reserve(sizeBytes: number): void {
    const { memory } = this.#exports;
    const missing = sizeBytes + SLACK_BYTES - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
    if (this.#bytes.buffer !== memory.buffer) this.#bytes = new Uint8Array(memory.buffer);
  }

  #view(pointer: number, sizeBytes: number): Uint8Array {
    return this.#bytes.subarray(pointer, pointer + sizeBytes);
  }
}

/**
 * Creates WASM kernels for the codes of one number of shards.
 *
 * @throws REDSTUFF_WASM_UNAVAILABLE
 */
export async function createWasmKernels(codes: AxisCodes): Promise<Kernels> {
  return new WasmKernels(await instantiateKernels(), codes);
}
