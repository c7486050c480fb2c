/**
 * Question: how fast is each kernel by itself? Detects regressions of engine and compiler versions.
 *
 *   node benchmarks/kernels.mjs [--shards 1000] [--symbol 152] [--variant plain|relaxed]
 *
 * Each operation is warmed up, then repeated for about half a second; reported are microseconds per operation, best and
 * median, and for hashing the rate by the best, in GB/s of blocks of 128 bytes. Prints JSON. Build first.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { encodingParameters } from '@walrus-ts/core';
import { axisCodes } from '../packages/redstuff/dist/code.js';
import { decodePlan } from '../packages/redstuff/dist/decode-plan.js';
import { consecutive } from '../packages/redstuff/dist/kernels.js';
import { createWasmKernels } from '../packages/redstuff/dist/wasm/kernels.js';

const SAMPLES = 25;
const SAMPLE_MS = 20;
/** Of BLAKE2b. */
const BLOCK_BYTES = 128;

const { values } = parseArgs({
  options: {
    shards: { type: 'string', default: '1000' },
    symbol: { type: 'string', default: '152' },
    variant: { type: 'string' },
  },
});
const nShards = Number(values.shards);
const symbolSize = Number(values.symbol);
const codes = axisCodes(encodingParameters(nShards));
const kernels = await createWasmKernels(codes, values.variant);

/** Blocks of the hash in all leaves, and in the inner nodes of a tree over them: one for each. */
const leafBlocks = nShards * Math.ceil((symbolSize + 1) / BLOCK_BYTES);
const innerBlocks = (count) =>
  count === 1 ? 0 : Math.ceil(count / 2) + innerBlocks(Math.ceil(count / 2));

/** @param blocks - compressed by one operation, if it hashes */
function time(operation, blocks = 0) {
  const once = () => {
    const start = performance.now();
    let count = 0;
    while (performance.now() - start < SAMPLE_MS) {
      operation();
      count++;
    }
    return ((performance.now() - start) / count) * 1000;
  };
  once();
  const samples = Array.from({ length: SAMPLES }, once).toSorted((a, b) => a - b);
  const round = (value) => Number(value.toFixed(2));
  const hashed = blocks > 0 ? { gbPerS: round((blocks * BLOCK_BYTES) / samples[0] / 1000) } : {};
  return { bestUs: round(samples[0]), medianUs: round(samples[SAMPLES >> 1]), ...hashed };
}

function batchOf(code) {
  kernels.stage(code.sources * symbolSize).fill(0x5a);
  return {
    code,
    symbolSize,
    words: 1,
    input: consecutive(symbolSize, code.sources),
    output: consecutive(symbolSize, code.recoveries),
  };
}

const results = {};
for (const [name, code] of [
  ['row', codes.primary],
  ['column', codes.secondary],
]) {
  const batch = batchOf(code);
  results[`${name} encode`] = time(() => kernels.encode(batch));
  results[`${name} encode and hash`] = time(() => kernels.expand(batch));
  const given = Array.from({ length: code.sources }, (_, i) => nShards - 1 - i);
  const plan = decodePlan(code, given);
  const decode = { ...batch, output: consecutive(symbolSize, code.sources) };
  results[`${name} decode from the last symbols`] = time(() => kernels.decode(decode, plan));
  results[`${name} decode plan`] = time(() => decodePlan(code, given));
}
kernels.stage(nShards * symbolSize).fill(0x5a);
results[`leaves and tree over ${nShards} symbols`] = time(
  () => kernels.tree(nShards, symbolSize),
  leafBlocks + innerBlocks(nShards),
);
kernels.stage(nShards * 32).fill(0x5a);
results[`tree over ${nShards} hashes`] = time(
  () => kernels.treeOverHashes(nShards),
  innerBlocks(nShards),
);
kernels.stage(8 * nShards * 32).fill(0x5a);
results['eight columns of leaves reduced'] = time(
  () => kernels.reduceColumns(8, nShards, 3),
  7 * nShards,
);

console.log(
  JSON.stringify(
    {
      nShards,
      symbolSize,
      variant: kernels.variant,
      cpu: cpus()[0]?.model,
      node: process.version,
      results,
    },
    null,
    2,
  ),
);
