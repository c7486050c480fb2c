import type { LinearCode } from '../../src/code.js';
import type { Kernels } from '../../src/kernels.js';
import { createReferenceKernels } from '../../src/reference/kernels.js';
import { createWasmKernels } from '../../src/wasm/kernels.js';
import { detectVariant } from '../../src/wasm/module.js';
import type { Backend, KernelVariant } from '../../src/types.js';

/** Both implementations, which must agree in every byte. */
export const BACKENDS: readonly Backend[] = ['wasm', 'reference'];

/** The builds of the WASM kernels that this runtime can run. */
export const VARIANTS: readonly KernelVariant[] =
  detectVariant() === 'relaxed' ? ['plain', 'relaxed'] : ['plain'];

/** All implementations of the kernels. */
export const IMPLEMENTATIONS: readonly (KernelVariant | 'reference')[] = [...VARIANTS, 'reference'];

/** Creates kernels for a single code. */
export async function kernelsFor(
  implementation: Backend | KernelVariant,
  code: LinearCode,
): Promise<Kernels> {
  if (implementation === 'reference') return createReferenceKernels();
  const variant = implementation === 'wasm' ? undefined : implementation;
  return createWasmKernels({ primary: code, secondary: code }, variant);
}

/** Copies consecutive pieces out of an array. */
export function split(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: bytes.length / size }, (_, i) =>
    bytes.slice(i * size, (i + 1) * size),
  );
}

/** A small generator of pseudo-random numbers (mulberry32), so that a failure can be repeated. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Pseudo-random bytes. */
export function seededBytes(seed: number, length: number): Uint8Array {
  const random = seededRandom(seed);
  return Uint8Array.from({ length }, () => Math.floor(random() * 256));
}

/** A pseudo-random choice of `count` distinct numbers below `limit`, in random order. */
export function seededSubset(seed: number, limit: number, count: number): number[] {
  const random = seededRandom(seed);
  const all = Array.from({ length: limit }, (_, i) => i);
  for (let i = limit - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [all[i], all[j]] = [all[j] ?? 0, all[i] ?? 0];
  }
  return all.slice(0, count);
}
