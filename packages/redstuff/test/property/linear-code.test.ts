import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linearCode, symbolPosition, type LinearCode } from '../../src/code.js';
import { decodePlan, locatorLogarithms } from '../../src/decode-plan.js';
import { fieldTables, multiply } from '../../src/field.js';
import { consecutive, interleaved } from '../../src/kernels.js';
import { IMPLEMENTATIONS, kernelsFor, seededBytes, seededSubset } from '../support/backends.js';

function inverse(a: number): number {
  const { exp, log } = fieldTables();
  return exp[(65535 - (log[a] ?? 0)) % 65535] ?? 0;
}

/** Value at `x` of the polynomial of degree < points.length through `(points[i], values[i])` (Lagrange). */
function interpolate(points: number[], values: number[], x: number): number {
  let sum = 0;
  points.forEach((point, i) => {
    let term = values[i] ?? 0;
    points.forEach((other, j) => {
      if (j !== i) term = multiply(term, multiply(x ^ other, inverse(point ^ other)));
    });
    sum ^= term;
  });
  return sum;
}

/** The recovery symbols by the definition through interpolation, spec redstuff.md section 5.5. */
function encodeByInterpolation(code: LinearCode, sources: number[]): number[] {
  const { chunk, recoveries, rate } = code;
  const padded = (from: number): number[] =>
    Array.from({ length: chunk }, (_, t) => sources[from + t] ?? 0);
  const points = (from: number): number[] => Array.from({ length: chunk }, (_, t) => from + t);
  return Array.from({ length: recoveries }, (_, j) => {
    if (rate === 'low') return interpolate(points(0), padded(0), chunk + j);
    let sum = 0;
    for (let base = 0; base < sources.length; base += chunk) {
      sum ^= interpolate(points(base + chunk), padded(base), j);
    }
    return sum;
  });
}

const codeArbitrary = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }))
  .map(([k, m]) => linearCode(k, m));

describe.each(IMPLEMENTATIONS)('one-dimensional code (%s)', (implementation) => {
  it('equals its definition by interpolation', async () => {
    await fc.assert(
      fc.asyncProperty(codeArbitrary, fc.nat(), async (code, seed) => {
        const kernels = await kernelsFor(implementation, code);
        const bytes = seededBytes(seed, 2 * code.sources);
        kernels.stage(bytes.length).set(bytes);
        const recovery = kernels.encode({
          code,
          symbolSize: 2,
          words: 1,
          input: consecutive(2, code.sources),
          output: consecutive(2, code.recoveries),
        });
        const elements = (data: Uint8Array): number[] =>
          Array.from({ length: data.length / 2 }, (_, i) => {
            return (data[2 * i] ?? 0) | ((data[2 * i + 1] ?? 0) << 8);
          });
        expect(elements(recovery)).toEqual(encodeByInterpolation(code, elements(bytes)));
      }),
      { numRuns: 40 },
    );
  });

  it('restores sources from any k symbols, in any layout', async () => {
    await fc.assert(
      fc.asyncProperty(
        codeArbitrary,
        fc.integer({ min: 1, max: 150 }).map((half) => 2 * half),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(),
        async (code, symbolSize, words, seed) => {
          const kernels = await kernelsFor(implementation, code);
          const { sources: k, recoveries: m } = code;
          const bytes = seededBytes(seed, words * k * symbolSize);
          kernels.stage(bytes.length).set(bytes);
          const recovery = kernels
            .encode({
              code,
              symbolSize,
              words,
              input: consecutive(symbolSize, k),
              output: interleaved(symbolSize, words),
            })
            .slice();
          const given = seededSubset(seed, k + m, k);
          const staged = kernels.stage(bytes.length);
          given.forEach((index, i) => {
            for (let w = 0; w < words; w++) {
              const at = index < k ? w * k + index : (index - k) * words + w;
              const symbol = (index < k ? bytes : recovery).subarray(
                at * symbolSize,
                (at + 1) * symbolSize,
              );
              staged.set(symbol, (i * words + w) * symbolSize);
            }
          });
          const decoded = kernels.decode(
            {
              code,
              symbolSize,
              words,
              input: interleaved(symbolSize, words),
              output: consecutive(symbolSize, k),
            },
            decodePlan(code, given),
          );
          expect(Buffer.compare(decoded, bytes)).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('the erasure locator', () => {
  it('has the check values of the specification', () => {
    const positions = Uint32Array.from({ length: 8 }, (_, i) => i);
    expect([...locatorLogarithms(Uint32Array.of(2, 5), false, positions)]).toEqual([
      26214, 61166, 8738, 34952, 34952, 8738, 61166, 26214,
    ]);
  });

  it('is the same from the erased positions and from all others', () => {
    const erased = Uint32Array.from(seededSubset(1, 65536, 400));
    const set = new Set(erased);
    const others = Uint32Array.from({ length: 65536 }, (_, i) => i).filter((i) => !set.has(i));
    const positions = Uint32Array.from(seededSubset(2, 65536, 50));
    expect(locatorLogarithms(others, true, positions)).toEqual(
      locatorLogarithms(erased, false, positions),
    );
  });

  it('sums the logarithms of the distances to all erased positions', () => {
    const { exp, log } = fieldTables();
    for (const [k, m] of [
      [3, 1],
      [5, 2],
      [4, 6],
      [11, 20],
      [34, 66],
    ] as const) {
      const code = linearCode(k, m);
      const given = seededSubset(k, k + m, k);
      const plan = decodePlan(code, given);
      const isErased = new Uint8Array(65536);
      for (let i = 0; i < k + m; i++) {
        if (!given.includes(i)) isErased[symbolPosition(code, i)] = 1;
      }
      if (code.rate === 'high') isErased.fill(1, m, code.chunk);
      else isErased.fill(1, code.end);
      plan.givenPositions.forEach((position, i) => {
        let sum = 0;
        for (let j = 0; j < 65536; j++) {
          if (isErased[j] === 1 && j !== position) sum += log[position ^ j] ?? 0;
        }
        expect(plan.givenFactors[i], `${k} of ${k + m}, position ${position}`).toBe(
          exp[sum % 65535],
        );
      });
    }
  });
});
