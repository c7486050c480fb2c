import { encodingParameters, MAX_SHARDS, MIN_SHARDS } from '@walrus-ts/core';
import { expect, it } from 'vitest';
import { axisCodes, type LinearCode } from '../../src/code.js';
import { decodePlan } from '../../src/decode-plan.js';
import { consecutive, type Kernels } from '../../src/kernels.js';
import { createReferenceKernels } from '../../src/reference/kernels.js';
import { createWasmKernels } from '../../src/wasm/kernels.js';
import { seededBytes, seededSubset } from '../support/backends.js';

const SYMBOL_BYTES = 2;

function encode(kernels: Kernels, code: LinearCode, bytes: Uint8Array): Uint8Array {
  kernels.stage(bytes.length).set(bytes);
  return kernels
    .encode({
      code,
      symbolSize: SYMBOL_BYTES,
      words: 1,
      input: consecutive(SYMBOL_BYTES, code.sources),
      output: consecutive(SYMBOL_BYTES, code.recoveries),
    })
    .slice();
}

it('codes rows and columns alike in both backends, for every number of shards', async () => {
  // The kernels for the largest codes have the tables of all smaller ones.
  const fast = await createWasmKernels(axisCodes(encodingParameters(MAX_SHARDS)));
  const slow = createReferenceKernels();
  for (let nShards = MIN_SHARDS; nShards <= MAX_SHARDS; nShards++) {
    const codes = axisCodes(encodingParameters(nShards));
    for (const axis of ['primary', 'secondary'] as const) {
      const code = codes[axis];
      const sources = seededBytes(nShards, code.sources * SYMBOL_BYTES);
      const recovery = encode(fast, code, sources);
      if (Buffer.compare(recovery, encode(slow, code, sources)) !== 0) {
        expect.fail(`${axis} slivers of ${nShards} shards differ`);
      }
      const all = Buffer.concat([sources, recovery]);
      const given = seededSubset(nShards, nShards, code.sources);
      const staged = fast.stage(sources.length);
      given.forEach((index, i) => {
        staged.set(all.subarray(2 * index, 2 * index + 2), 2 * i);
      });
      const layout = consecutive(SYMBOL_BYTES, code.sources);
      const decoded = fast.decode(
        { code, symbolSize: SYMBOL_BYTES, words: 1, input: layout, output: layout },
        decodePlan(code, given),
      );
      if (Buffer.compare(decoded, sources) !== 0) {
        expect.fail(`${axis} slivers of ${nShards} shards do not decode`);
      }
    }
  }
}, 60_000);
