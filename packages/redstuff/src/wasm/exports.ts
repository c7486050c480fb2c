import { RedstuffError } from '../errors.js';

/**
 * The functions that the compiled module exports (assembly/index.ts). Pointers and sizes are bytes in its memory.
 */
export interface KernelExports {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  setFactors(pointer: number): void;
  encodeWorkBytes(chunk: number): number;
  decodeWorkBytes(domain: number): number;
  encode(
    words: number,
    k: number,
    m: number,
    chunk: number,
    isHigh: number,
    symbolSize: number,
    source: number,
    sourceStride: number,
    sourceWord: number,
    target: number,
    targetStride: number,
    targetWord: number,
    work: number,
  ): void;
  hashWords(
    words: number,
    k: number,
    m: number,
    symbolSize: number,
    source: number,
    sourceStride: number,
    sourceWord: number,
    recovery: number,
    recoveryStride: number,
    recoveryWord: number,
    leaves: number,
    roots: number,
    work: number,
  ): void;
  decode(
    words: number,
    k: number,
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
    work: number,
  ): void;
  hashLeaves(source: number, stride: number, count: number, sizeBytes: number, out: number): void;
  reduceColumns(nodes: number, columns: number, rows: number, levels: number): void;
  treeLevels(leaves: number, count: number): void;
}

const FUNCTIONS = [
  'heapBase',
  'setFactors',
  'encodeWorkBytes',
  'decodeWorkBytes',
  'encode',
  'hashWords',
  'decode',
  'hashLeaves',
  'reduceColumns',
  'treeLevels',
] as const satisfies readonly (keyof KernelExports)[];

function isKernelExports(exports: object): exports is KernelExports {
  const entries = new Map<string, unknown>(Object.entries(exports));
  return (
    entries.get('memory') instanceof WebAssembly.Memory &&
    FUNCTIONS.every((name) => typeof entries.get(name) === 'function')
  );
}

let compiled: Promise<WebAssembly.Module> | undefined;

async function compile(): Promise<WebAssembly.Module> {
  // Loaded only when asked for: the text is of no use to the reference backend.
  const [{ fromBase64 }, { KERNELS_BASE64 }] = await Promise.all([
    import('@walrus-ts/core'),
    import('../generated/kernels.js'),
  ]);
  return WebAssembly.compile(fromBase64(KERNELS_BASE64));
}

/**
 * Creates an instance of the kernels with a memory of its own; the module is compiled once per process or page.
 *
 * @throws REDSTUFF_WASM_UNAVAILABLE where WebAssembly or its SIMD instructions are missing
 */
export async function instantiateKernels(): Promise<KernelExports> {
  try {
    compiled ??= compile();
    const { exports } = await WebAssembly.instantiate(await compiled);
    if (isKernelExports(exports)) return exports;
  } catch (cause) {
    compiled = undefined;
    throw new RedstuffError('REDSTUFF_WASM_UNAVAILABLE', 'the WASM kernels cannot be loaded', {
      cause,
      hint: 'use a runtime with WebAssembly SIMD, or the reference backend',
    });
  }
  throw new RedstuffError('REDSTUFF_WASM_UNAVAILABLE', 'the WASM module is not the expected one');
}
