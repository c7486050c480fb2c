import { RedstuffError } from '../errors.js';
import { unavailable, type KernelModule } from './module.js';

/**
 * The functions that the compiled module exports (assembly/index.ts). Pointers and sizes are bytes in its memory.
 */
export interface KernelExports {
  gather(source: number, stride: number, count: number, sizeBytes: number, out: number): void;
  configure(tables: number, scratch: number, states: number, work: number): void;
  encode(
    words: number,
    m: number,
    chunk: number,
    isHigh: number,
    used: number,
    symbolSize: number,
    source: number,
    sourceStride: number,
    sourceWord: number,
    target: number,
    targetStride: number,
    targetWord: number,
  ): void;
  expand(
    words: number,
    k: number,
    m: number,
    chunk: number,
    isHigh: number,
    used: number,
    symbolSize: number,
    source: number,
    sourceStride: number,
    sourceWord: number,
    target: number,
    targetStride: number,
    targetWord: number,
    leaves: number,
    roots: number,
  ): void;
  decode(
    words: number,
    k: number,
    chunk: number,
    isHigh: number,
    end: number,
    domain: number,
    symbolSize: number,
    source: number,
    sourceStride: number,
    sourceWord: number,
    target: number,
    targetStride: number,
    targetWord: number,
    given: number,
    missing: number,
    missingCount: number,
  ): void;
  hashLeaves(source: number, stride: number, count: number, sizeBytes: number, out: number): void;
  reduceColumns(
    nodes: number,
    columnBytes: number,
    columns: number,
    rows: number,
    levels: number,
    equalFrom: number,
    equalTo: number,
  ): void;
  treeLevels(leaves: number, count: number): void;
  fillLeafTable(table: number, first: number, count: number): void;
  useLeafTable(table: number): void;
}

const FUNCTIONS = [
  'configure',
  'gather',
  'encode',
  'expand',
  'decode',
  'hashLeaves',
  'reduceColumns',
  'treeLevels',
  'fillLeafTable',
  'useLeafTable',
] as const satisfies readonly (keyof KernelExports)[];

function isKernelExports(exports: object): exports is KernelExports {
  const entries = new Map<string, unknown>(Object.entries(exports));
  return FUNCTIONS.every((name) => typeof entries.get(name) === 'function');
}

/**
 * Creates an instance of the kernels on a memory.
 *
 * @throws REDSTUFF_WASM_UNAVAILABLE
 */
export async function instantiateKernels(
  { module }: KernelModule,
  memory: WebAssembly.Memory,
): Promise<KernelExports> {
  let exports: object;
  try {
    ({ exports } = await WebAssembly.instantiate(module, { env: { memory } }));
  } catch (cause) {
    throw unavailable(cause);
  }
  if (isKernelExports(exports)) return exports;
  throw new RedstuffError('REDSTUFF_WASM_UNAVAILABLE', 'the WASM module is not the expected one');
}
