import { concatBytes, encodingParameters, fromHex, maxBlobSize, toHex } from '@walrus-ts/core';
import { describe, expect, it } from 'vitest';
import { axisCodes, linearCode } from '../../src/code.js';
import { decodePlan } from '../../src/decode-plan.js';
import { consecutive } from '../../src/kernels.js';
import { BACKENDS, kernelsFor, seededSubset, split } from '../support/backends.js';
import { vectors } from '../support/vectors.js';

describe('parameters', () => {
  it.each(vectors.params)('are right for $n_shards shards', (entry) => {
    const parameters = encodingParameters(entry.n_shards);
    expect(parameters.maxFaulty).toBe(entry.f);
    expect(parameters.primarySymbols).toBe(entry.primary_source_symbols);
    expect(parameters.secondarySymbols).toBe(entry.secondary_source_symbols);
    expect(maxBlobSize(entry.n_shards)).toBe(entry.max_blob_size);
    const codes = axisCodes(parameters);
    for (const [code, expected] of [
      [codes.primary, entry.row_code],
      [codes.secondary, entry.column_code],
    ] as const) {
      expect(code.sources).toBe(expected.original);
      expect(code.recoveries).toBe(expected.recovery);
      expect(code.rate).toBe(expected.rate);
    }
  });

  it.each(vectors.rejected_n_shards)('refuse $n_shards shards', ({ n_shards: nShards }) => {
    expect(() => encodingParameters(nShards)).toThrow();
  });

  it.each(vectors.rs1d_rate_choice)(
    'choose the $rate rate for $original_count to $recovery_count',
    ({ original_count: k, recovery_count: m, rate }) => {
      expect(linearCode(k, m).rate).toBe(rate);
    },
  );
});

describe.each(BACKENDS)('one-dimensional code (%s)', (backend) => {
  it.each(vectors.rs1d)(
    'encodes $original_count to $recovery_count symbols of $symbol_size bytes, and back',
    async (vector) => {
      const { original_count: k, recovery_count: m, symbol_size: symbolSize } = vector;
      const code = linearCode(k, m);
      const kernels = await kernelsFor(backend, code);
      const sources = vector.originals_hex.map(fromHex);
      kernels.stage(k * symbolSize).set(concatBytes(...sources));
      const recovery = kernels
        .encode({
          code,
          symbolSize,
          words: 1,
          input: consecutive(symbolSize, k),
          output: consecutive(symbolSize, m),
        })
        .slice();
      expect(split(recovery, symbolSize).map(toHex)).toEqual(vector.recovery_hex);

      const all = [...sources, ...split(recovery, symbolSize)];
      const layout = consecutive(symbolSize, k);
      for (let seed = 0; seed < 4; seed++) {
        const given = seededSubset(seed, k + m, k);
        const symbols = given.map((index) => all[index] ?? new Uint8Array(0));
        kernels.stage(k * symbolSize).set(concatBytes(...symbols));
        const decoded = kernels.decode(
          { code, symbolSize, words: 1, input: layout, output: layout },
          decodePlan(code, given),
        );
        expect(split(decoded.slice(), symbolSize).map(toHex), `given ${given.join()}`).toEqual(
          vector.originals_hex,
        );
      }
    },
  );
});
