/** Random blobs, erasures and damage, on workers. Runs on the built package. */
import { encodingParameters, type SliverData } from '@walrus-ts/core';
import { sliversInMemory, type BlobCodec, type KernelVariant } from '@walrus-ts/redstuff';
import { createCodec } from '@walrus-ts/redstuff/node';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { IMPLEMENTATIONS, seededBytes, seededSubset } from '../support/backends.js';
import { AXES, collectingBlobSink, withFlippedBit } from '../support/streams.js';

const SHARDS = [4, 7, 10, 13, 31];
const codecs = new Map<string, Promise<BlobCodec>>();

function codecFor(
  nShards: number,
  implementation: 'reference' | KernelVariant,
  threads: number,
): Promise<BlobCodec> {
  const key = `${implementation} ${nShards} ${threads}`;
  const kind =
    implementation === 'reference'
      ? { backend: 'reference' as const }
      : { backend: 'wasm' as const, variant: implementation };
  const codec =
    codecs.get(key) ?? createCodec({ nShards, ...kind, threads, memoryLimitBytes: 1000 });
  codecs.set(key, codec);
  return codec;
}

afterAll(async () => {
  for (const codec of codecs.values()) await (await codec).close();
});

const cases = fc.record({
  nShards: fc.constantFrom(...SHARDS),
  implementation: fc.constantFrom(...IMPLEMENTATIONS),
  threads: fc.constantFrom(0, 2),
  sizeBytes: fc.integer({ min: 0, max: 6000 }),
  seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  axis: fc.constantFrom(...AXES),
  consistencyCheck: fc.constantFrom('default' as const, 'strict' as const),
});

/** Ways to damage a sliver, and the name by which each is refused. */
const DAMAGES = {
  none: null,
  bit: 'REDSTUFF_SLIVER_ROOT_MISMATCH',
  // Another sliver's bytes under this index.
  swapped: 'REDSTUFF_SLIVER_ROOT_MISMATCH',
  short: 'REDSTUFF_SLIVER_LENGTH',
  odd: 'REDSTUFF_SLIVER_LENGTH',
  empty: 'REDSTUFF_SLIVER_LENGTH',
  long: 'REDSTUFF_SLIVER_LENGTH',
  huge: 'REDSTUFF_SLIVER_LENGTH',
  symbolSize: 'REDSTUFF_SLIVER_SYMBOL_SIZE',
  noSymbolSize: 'REDSTUFF_SLIVER_SYMBOL_SIZE',
  index: 'REDSTUFF_SLIVER_INDEX',
  negative: 'REDSTUFF_SLIVER_INDEX',
  fraction: 'REDSTUFF_SLIVER_INDEX',
  twice: 'REDSTUFF_SLIVER_INDEX',
} as const;
type Damage = keyof typeof DAMAGES;

function damage(kind: Damage, nShards: number, sliver: SliverData, other: SliverData, at: number) {
  const { data, index, symbolSize } = sliver;
  const changes: Record<Damage, Partial<SliverData>> = {
    none: {},
    bit: withFlippedBit(sliver, at % data.length),
    swapped: { data: other.data },
    short: { data: data.subarray(symbolSize) },
    odd: { data: data.subarray(1) },
    empty: { data: new Uint8Array(0) },
    long: { data: Uint8Array.of(...data, 0, 0) },
    huge: { data: new Uint8Array(1 << 20) },
    symbolSize: { symbolSize: symbolSize + 2 },
    noSymbolSize: { symbolSize: 0 },
    index: { index: nShards },
    negative: { index: -1 - index },
    fraction: { index: index + 0.5 },
    twice: other,
  };
  return { ...sliver, ...changes[kind] };
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : error;

it('any sufficient slivers give the blob, and damaged ones never anything else', async () => {
  const kinds = Object.keys(DAMAGES) as Damage[];
  await fc.assert(
    fc.asyncProperty(cases, fc.constantFrom(...kinds), fc.nat(), async (input, kind, at) => {
      const { nShards, implementation, threads, sizeBytes, seed, axis, consistencyCheck } = input;
      const codec = await codecFor(nShards, implementation, threads);
      const blob = seededBytes(seed, sizeBytes);
      const encoded = await codec.encode(blob);
      const { blobId, metadata } = encoded;
      const { primarySymbols, secondarySymbols } = encodingParameters(nShards);
      const needed = axis === 'primary' ? primarySymbols : secondarySymbols;
      const slivers = seededSubset(seed, nShards, needed).map((i) => encoded.sliver(axis, i));
      const victim = at % needed;
      const sliver = slivers[victim];
      const other = slivers[(victim + 1) % needed];
      if (sliver === undefined || other === undefined) throw new Error('no slivers');
      const damaged = damage(kind, nShards, sliver, other, at);
      slivers[victim] = damaged;
      const isHarmless = kind === 'swapped' && Buffer.compare(sliver.data, other.data) === 0;
      const name = isHarmless ? null : DAMAGES[kind];

      const { index } = sliver;
      const [verdict] = await codec.verifySlivers({
        metadata,
        slivers: [{ axis, index, sliver: damaged }],
      });
      expect(codeOf(verdict)).toBe(name);
      const alone = codec.verifySliver({ metadata, axis, index, sliver: damaged });
      expect(
        await alone.then(
          () => null,
          (error: unknown) => codeOf(error),
        ),
      ).toBe(name);

      const sink = collectingBlobSink();
      const facts = { blobId, metadata, axis, consistencyCheck };
      const decodings = [
        codec.decode({ ...facts, slivers }),
        codec
          .decodeToSink({ ...facts, slivers: sliversInMemory(slivers) }, sink)
          .then(() => sink.bytes()),
      ].map((decoding) => decoding.catch((error: unknown) => codeOf(error)));
      for (const result of await Promise.all(decodings)) {
        if (result instanceof Uint8Array) {
          // A bit in a row of padding does no harm to the blob.
          expect(name === null || name === 'REDSTUFF_SLIVER_ROOT_MISMATCH').toBe(true);
          expect(Buffer.compare(result, blob)).toBe(0);
        } else {
          expect(name).not.toBe(null);
          expect(result).toBe(
            name === 'REDSTUFF_SLIVER_ROOT_MISMATCH'
              ? 'REDSTUFF_INCONSISTENT_BLOB'
              : 'REDSTUFF_NOT_ENOUGH_SLIVERS',
          );
        }
      }
      // What came before an error are bytes of the blob.
      const out = sink.bytes();
      expect(Buffer.compare(out, blob.subarray(0, out.length))).toBe(0);
    }),
    { numRuns: 200 },
  );
}, 120_000);
