/** Random blobs, erasures and damage, on workers. Runs on the built package. */
import { encodingParameters } from '@walrus-ts/core';
import { sliversInMemory, type BlobCodec } from '@walrus-ts/redstuff';
import { createCodec } from '@walrus-ts/redstuff/node';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { seededBytes, seededSubset } from '../support/backends.js';
import { AXES, collectingBlobSink, withFlippedBit } from '../support/streams.js';

const SHARDS = [4, 7, 10, 13, 31];
const codecs = new Map<string, Promise<BlobCodec>>();

function codecFor(nShards: number, backend: 'wasm' | 'reference'): Promise<BlobCodec> {
  const key = `${backend} ${nShards}`;
  const codec =
    codecs.get(key) ?? createCodec({ nShards, backend, threads: 2, memoryLimitBytes: 1000 });
  codecs.set(key, codec);
  return codec;
}

afterAll(async () => {
  for (const codec of codecs.values()) await (await codec).close();
});

const cases = fc.record({
  nShards: fc.constantFrom(...SHARDS),
  backend: fc.constantFrom('wasm' as const, 'reference' as const),
  sizeBytes: fc.integer({ min: 0, max: 6000 }),
  seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  axis: fc.constantFrom(...AXES),
  consistencyCheck: fc.constantFrom('default' as const, 'strict' as const),
});

it('any sufficient slivers give the blob, and damaged ones never anything else', async () => {
  const damage = fc.record({
    kind: fc.constantFrom(
      'none' as const,
      'bit' as const,
      'short' as const,
      'long' as const,
      'index' as const,
      'twice' as const,
    ),
    at: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(cases, damage, async (input, { kind, at }) => {
      const { nShards, backend, sizeBytes, seed, axis, consistencyCheck } = input;
      const codec = await codecFor(nShards, backend);
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
      const { data } = sliver;
      const damaged = {
        none: sliver,
        bit: withFlippedBit(sliver, at % data.length),
        short: { ...sliver, data: data.subarray(0, data.length - 2) },
        long: { ...sliver, data: Uint8Array.of(...data, 0, 0) },
        index: { ...sliver, index: nShards },
        twice: other,
      }[kind];
      slivers[victim] = damaged;
      const [verdict] = await codec.verifySlivers({
        metadata,
        slivers: [{ axis, index: sliver.index, sliver: damaged }],
      });
      expect(verdict === null || verdict === undefined).toBe(kind === 'none');
      const sink = collectingBlobSink();
      const decoding = codec.decodeToSink(
        { blobId, metadata, axis, consistencyCheck, slivers: sliversInMemory(slivers) },
        sink,
      );
      const code = await decoding.then(
        () => null,
        (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
      );
      if (kind === 'none' || (kind === 'bit' && code === null)) {
        // A bit in a row of padding does no harm to the blob.
        expect(code).toBe(null);
        expect(Buffer.compare(sink.bytes(), blob)).toBe(0);
        return;
      }
      expect(code).toBe(
        kind === 'bit' ? 'REDSTUFF_INCONSISTENT_BLOB' : 'REDSTUFF_NOT_ENOUGH_SLIVERS',
      );
      // What came before the error are bytes of the blob.
      const out = sink.bytes();
      expect(Buffer.compare(out, blob.subarray(0, out.length))).toBe(0);
    }),
    { numRuns: 150 },
  );
});
