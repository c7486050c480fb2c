import { fromBase64, fromHex } from '@walrus-ts/core/bytes';
import { RedstuffError } from '../errors.js';
import type { KernelVariant } from '../types.js';

/** A compiled module. Can be sent to workers as it is; each instantiates it on the memory that it is given. */
export interface KernelModule {
  readonly module: WebAssembly.Module;
  readonly variant: KernelVariant;
  /** Whether its memory must be a shared one. */
  readonly isShared: boolean;
  /** First address that the module's own constants leave free. */
  readonly heapBase: number;
}

/** Bytes per page of WebAssembly memory. */
export const PAGE_BYTES = 65536;
/** Most pages that the modules can use: 4 GiB. A shared memory must be created with this or fewer as its maximum. */
export const MAX_PAGES = 65536;

/** Flags of a memory in the binary format: has a maximum; has a maximum and is shared. */
const UNSHARED_MEMORY = 1;
const SHARED_MEMORY = 3;

/** A module of one function that uses the relaxed swizzle: valid only where relaxed SIMD is known. */
const RELAXED_PROBE = [
  '0061736d01000000', // header
  '0105016000017b', // type 0: () -> v128
  '03020100', // one function of type 0
  '0a2b012900', // its body, without locals
  `fd0c${'00'.repeat(16)}`, // v128.const 0
  `fd0c${'00'.repeat(16)}`,
  'fd80020b', // i8x16.relaxed_swizzle, end
].join('');

/** Returns the faster variant of those that this runtime can run. */
export function detectVariant(): KernelVariant {
  return WebAssembly.validate(fromHex(RELAXED_PROBE)) ? 'relaxed' : 'plain';
}

async function compile(variant: KernelVariant, isShared: boolean): Promise<KernelModule> {
  // Loaded only when asked for: the texts are of no use to the reference backend, and only one of them to a runtime.
  const kernels = await (variant === 'plain'
    ? import('../generated/kernels-plain.js')
    : import('../generated/kernels-relaxed.js'));
  const bytes = fromBase64(kernels.KERNELS_BASE64);
  // The code is the same for both kinds of memory: only the declaration of the import differs.
  bytes[kernels.MEMORY_FLAGS_OFFSET] = isShared ? SHARED_MEMORY : UNSHARED_MEMORY;
  const module = await WebAssembly.compile(bytes);
  return { module, variant, isShared, heapBase: kernels.HEAP_BASE };
}

const compiled = new Map<string, Promise<KernelModule>>();

/**
 * Compiles the kernels, once per process or page and kind.
 *
 * @param options - `variant`: default is what {@link detectVariant} finds; `isShared`: default false
 * @throws REDSTUFF_WASM_UNAVAILABLE where WebAssembly or the SIMD instructions of the variant are missing
 */
export async function loadKernelModule(
  options: { readonly variant?: KernelVariant | undefined; readonly isShared?: boolean } = {},
): Promise<KernelModule> {
  const { isShared = false } = options;
  try {
    const variant = options.variant ?? detectVariant();
    const key = `${variant} ${isShared}`;
    let loading = compiled.get(key);
    if (loading === undefined) {
      loading = compile(variant, isShared);
      compiled.set(key, loading);
      // A failure must not stick.
      loading.catch(() => compiled.delete(key));
    }
    return await loading;
  } catch (cause) {
    throw unavailable(cause);
  }
}

/** The error for kernels that cannot be loaded. */
export function unavailable(cause: unknown): RedstuffError {
  return new RedstuffError('REDSTUFF_WASM_UNAVAILABLE', 'the WASM kernels cannot be loaded', {
    cause,
    hint: 'use a runtime with WebAssembly SIMD, or the reference backend',
  });
}
