import {
  encodingParameters,
  equalBytes,
  sliversToDecode,
  type SliverAxis,
  type SliverData,
} from '@walrus-ts/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCodec } from '../../src/create-codec.js';
import { isRedstuffError } from '../../src/errors.js';
import type { Backend, BlobCodec, EncodedBlob } from '../../src/types.js';
import { seededBytes, seededSubset } from '../support/backends.js';
import { sha256 } from '../support/vectors.js';

const codecs = new Map<string, Promise<BlobCodec>>();

function codecFor(nShards: number, backend: Backend = 'wasm'): Promise<BlobCodec> {
  const key = `${backend} ${nShards}`;
  const known = codecs.get(key) ?? createCodec({ nShards, backend });
  codecs.set(key, known);
  return known;
}

const AXES = ['primary', 'secondary'] as const satisfies readonly SliverAxis[];
const axisArbitrary = fc.constantFrom(...AXES);
const shardsArbitrary = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 4, max: 40 }) },
  { weight: 1, arbitrary: fc.integer({ min: 41, max: 130 }) },
);
const lengthArbitrary = fc.oneof(
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 40 }) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 60_000 }) },
);
const seedArbitrary = fc.integer({ min: 0, max: 2 ** 31 });

function everySliver(encoded: EncodedBlob, nShards: number, axis: SliverAxis): SliverData[] {
  return Array.from({ length: nShards }, (_, i) => encoded.sliver(axis, i));
}

function digestOf(encoded: EncodedBlob, nShards: number): string {
  return AXES.map((axis) =>
    sha256(...everySliver(encoded, nShards, axis).map(({ data }) => data)),
  ).join();
}

/** Changes one byte. */
function flip(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice();
  copy[at % copy.length] = (copy[at % copy.length] ?? 0) ^ (1 + (at % 255));
  return copy;
}

describe('the codec', () => {
  it('gives the same bytes with both backends', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 4, max: 60 }),
        fc.integer({ min: 0, max: 20_000 }),
        seedArbitrary,
        async (nShards, length, seed) => {
          const blob = seededBytes(seed, length);
          const fast = await (await codecFor(nShards)).encode(blob);
          const slow = await (await codecFor(nShards, 'reference')).encode(blob);
          expect(fast.blobId).toBe(slow.blobId);
          expect(fast.rootHash).toEqual(slow.rootHash);
          expect(digestOf(fast, nShards)).toBe(digestOf(slow, nShards));
          const alone = await (await codecFor(nShards)).computeMetadata(blob);
          expect(alone.blobId).toBe(fast.blobId);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('decodes from any sufficient set of slivers', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        shardsArbitrary,
        lengthArbitrary,
        seedArbitrary,
        axisArbitrary,
        fc.constantFrom('default', 'strict', 'skip'),
        fc.constantFrom<Backend>('wasm', 'wasm', 'wasm', 'reference'),
        async (nShards, length, seed, axis, consistencyCheck, backend) => {
          const blob = seededBytes(seed, length);
          const { blobId, metadata, sliver } = bound(await (await codecFor(nShards)).encode(blob));
          const chosen = seededSubset(seed, nShards, sliversToDecode(nShards, axis));
          const slivers = chosen.map((index) => sliver(axis, index));
          const codec = await codecFor(nShards, backend);
          const decoded = await codec.decode({ blobId, metadata, axis, slivers, consistencyCheck });
          expect(equalBytes(decoded, blob)).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });

  it.each([
    ['only recovery slivers', (n: number, k: number) => range(n - k, n)],
    ['only systematic slivers', (_n: number, k: number) => range(0, k)],
    ['all but the first systematic sliver', (_n: number, k: number) => range(1, k + 1)],
    ['the last sliver and the first others', (n: number, k: number) => [n - 1, ...range(0, k - 1)]],
    ['slivers in descending order', (n: number, k: number) => range(n - k, n).reverse()],
  ] as const)('decodes from %s', async (_, choose) => {
    for (const nShards of [4, 5, 6, 7, 10, 31, 100, 301]) {
      const blob = seededBytes(nShards, 9 * nShards * nShards + 1);
      const codec = await codecFor(nShards);
      const encoded = await codec.encode(blob);
      for (const axis of AXES) {
        const chosen = choose(nShards, sliversToDecode(nShards, axis));
        const decoded = await codec.decode({
          blobId: encoded.blobId,
          metadata: encoded.metadata,
          axis,
          slivers: chosen.map((index) => encoded.sliver(axis, index)),
        });
        expect(equalBytes(decoded, blob), `${nShards} shards, ${axis}`).toBe(true);
      }
    }
  });

  it(
    'verifies every honest sliver and refuses every changed one',
    { timeout: 60_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(
          shardsArbitrary,
          lengthArbitrary,
          seedArbitrary,
          axisArbitrary,
          fc.nat(),
          async (nShards, length, seed, axis, at) => {
            const codec = await codecFor(nShards);
            const encoded = await codec.encode(seededBytes(seed, length));
            const { metadata } = encoded;
            const index = at % nShards;
            const sliver = encoded.sliver(axis, index);
            await codec.verifySliver({ metadata, axis, index, sliver });
            const changed = { ...sliver, data: flip(sliver.data, at) };
            await expect(
              codec.verifySliver({ metadata, axis, index, sliver: changed }),
            ).rejects.toMatchObject({ code: 'REDSTUFF_SLIVER_ROOT_MISMATCH' });
          },
        ),
        { numRuns: 60 },
      );
    },
  );

  it('never returns wrong bytes from a changed sliver', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 4, max: 40 }),
        fc.integer({ min: 0, max: 20_000 }),
        seedArbitrary,
        axisArbitrary,
        fc.constantFrom('default', 'strict'),
        fc.nat(),
        async (nShards, length, seed, axis, consistencyCheck, at) => {
          const codec = await codecFor(nShards);
          const blob = seededBytes(seed, length);
          const { blobId, metadata, sliver } = bound(await codec.encode(blob));
          const chosen = seededSubset(seed, nShards, sliversToDecode(nShards, axis));
          const slivers = chosen.map((index) => sliver(axis, index));
          const victim = at % slivers.length;
          const honest = slivers[victim];
          if (honest === undefined) return;
          slivers[victim] = { ...honest, data: flip(honest.data, at) };
          const result = await codec
            .decode({ blobId, metadata, axis, slivers, consistencyCheck })
            .catch((error: unknown) => error);
          if (isRedstuffError(result, 'REDSTUFF_INCONSISTENT_BLOB')) return;
          // The change may lie in padding that decoding does not look at; then the bytes must be right.
          expect(result).toBeInstanceOf(Uint8Array);
          expect(sha256(result as Uint8Array)).toBe(sha256(blob));
        },
      ),
      { numRuns: 80 },
    );
  });

  it(
    'recovers every sliver from a random minimal set of symbols',
    { timeout: 60_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 4, max: 40 }),
          fc.integer({ min: 0, max: 10_000 }),
          seedArbitrary,
          axisArbitrary,
          fc.boolean(),
          async (nShards, length, seed, axis, mixed) => {
            const codec = await codecFor(nShards);
            const encoded = await codec.encode(seededBytes(seed, length));
            const { metadata } = encoded;
            const { primarySymbols, secondarySymbols } = encodingParameters(nShards);
            const needed = axis === 'primary' ? secondarySymbols : primarySymbols;
            const other = axis === 'primary' ? 'secondary' : 'primary';
            const index = seed % nShards;
            const symbols = [];
            for (const source of seededSubset(seed, nShards, needed)) {
              // A symbol can come from the sliver that crosses the target, or from the target itself.
              const own = mixed && source % 2 === 0;
              const [symbol] = await codec.recoverySymbols({
                axis: own ? axis : other,
                sliver: own ? encoded.sliver(axis, index) : encoded.sliver(other, source),
                targets: [own ? source : index],
              });
              if (symbol === undefined) expect.fail('no symbol');
              symbols.push(
                await codec.verifyGeneralRecoverySymbol({ metadata, axis, index, symbol }),
              );
            }
            // Duplicates in front must not count twice.
            const [first] = symbols;
            const given = first === undefined ? symbols : [first, ...symbols];
            const result = await codec.recoverSliver({ metadata, axis, index, symbols: given });
            expect(result.kind).toBe('recovered');
            if (result.kind !== 'recovered') return;
            expect(equalBytes(result.sliver.data, encoded.sliver(axis, index).data)).toBe(true);
          },
        ),
        { numRuns: 40 },
      );
    },
  );
});

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, i) => start + i);
}

function bound(encoded: EncodedBlob): Pick<EncodedBlob, 'blobId' | 'metadata' | 'sliver'> {
  return {
    blobId: encoded.blobId,
    metadata: encoded.metadata,
    sliver: (axis, index) => encoded.sliver(axis, index),
  };
}
