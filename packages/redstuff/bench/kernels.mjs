/**
 * Question: how fast is each kernel by itself? Detects regressions of engine and compiler versions.
 *
 *   node packages/redstuff/bench/kernels.mjs [--shards 1000] [--symbol 152] [--variant plain|relaxed]
 *
 * Each operation is warmed up, then repeated for about half a second; reported are microseconds per operation, best and
 * median. Prints JSON. Build the package first.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { encodingParameters } from '@walrus-ts/core';
import { axisCodes } from '../dist/code.js';
import { decodePlan } from '../dist/decode-plan.js';
import { consecutive } from '../dist/kernels.js';
import { createWasmKernels } from '../dist/wasm/kernels.js';

const SAMPLES = 25;
const SAMPLE_MS = 20;

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

function time(operation) {
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
  return { bestUs: round(samples[0]), medianUs: round(samples[SAMPLES >> 1]) };
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
results[`leaves and tree over ${nShards} symbols`] = time(() => kernels.tree(nShards, symbolSize));
kernels.stage(nShards * 32).fill(0x5a);
results[`tree over ${nShards} hashes`] = time(() => kernels.treeOverHashes(nShards));
kernels.stage(8 * nShards * 32).fill(0x5a);
results['eight columns of leaves reduced'] = time(() => kernels.reduceColumns(8, nShards, 3));

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
