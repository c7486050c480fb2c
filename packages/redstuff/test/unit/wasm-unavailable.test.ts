import { afterEach, expect, it, vi } from 'vitest';
import { createCodec } from '../../src/create-codec.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

it('says so when the runtime cannot run the kernels, and works once it can', async () => {
  vi.stubGlobal('WebAssembly', {
    validate: () => false,
    compile: () => Promise.reject(new Error('no SIMD here')),
  });
  await expect(createCodec({ nShards: 4 })).rejects.toMatchObject({
    code: 'REDSTUFF_WASM_UNAVAILABLE',
    cause: { message: 'no SIMD here' },
  });
  await expect(createCodec({ nShards: 4, backend: 'reference' })).resolves.toMatchObject({
    backend: 'reference',
  });
  vi.unstubAllGlobals();
  await expect(createCodec({ nShards: 4 })).resolves.toMatchObject({ backend: 'wasm' });
});
