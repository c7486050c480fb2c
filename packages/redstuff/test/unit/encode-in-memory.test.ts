import { encodeSliver } from '@walrus-ts/core';
import { describe, expect, it } from 'vitest';
import { createCodec } from '../../src/create-codec.js';
import { seededBytes } from '../support/backends.js';

/** Blobs large enough to be encoded in a memory of their own, full and with rows of padding. */
const CASES = [
  { nShards: 10, sizeBytes: 1_100_000 },
  { nShards: 13, sizeBytes: 1_048_576 },
  { nShards: 31, sizeBytes: 1_300_001 },
  { nShards: 100, sizeBytes: 1_100_003 },
  { nShards: 300, sizeBytes: 1_048_577 },
];

describe('a blob encoded in a memory of its own', () => {
  it.each(CASES)(
    'has the blob ID and slivers of other ways: $nShards shards, $sizeBytes bytes',
    async ({ nShards, sizeBytes }) => {
      const codec = await createCodec({ nShards });
      const blob = seededBytes(nShards, sizeBytes);
      const progress: number[] = [];
      const encoded = await codec.encode(blob, {
        onProgress: ({ done, total }) => progress.push(done / total),
      });
      expect(progress.at(-1)).toBe(1);
      const { blobId, metadata } = await codec.computeMetadata(blob);
      expect(encoded.blobId).toBe(blobId);
      expect(encoded.metadata).toEqual(metadata);
      for (const axis of ['primary', 'secondary'] as const) {
        const slivers = Array.from({ length: nShards }, (_, index) => ({
          axis,
          index,
          sliver: encoded.sliver(axis, index),
        }));
        expect(await codec.verifySlivers({ metadata, slivers })).toEqual(slivers.map(() => null));
        // Earlier ones stay as they are when later ones are gathered.
        const [first] = slivers;
        if (first) {
          const again = encodeSliver(encoded.sliver(axis, 0));
          expect(Buffer.compare(encodeSliver(first.sliver), again)).toBe(0);
        }
      }
      expect(() => encoded.sliver('primary', nShards)).toThrow('no primary sliver');
    },
  );

  it('finds zeros behind the data where a larger blob was before', async () => {
    const nShards = 300;
    const codec = await createCodec({ nShards });
    (await codec.encode(new Uint8Array(1_107_108).fill(0xff))).close();
    const blob = seededBytes(1, 1_066_200);
    const encoded = await codec.encode(blob);
    const fresh = await (await createCodec({ nShards, keepMemoryMs: 0 })).encode(blob);
    expect(encoded.blobId).toBe(fresh.blobId);
    for (let i = 0; i < nShards; i++) {
      const [sliver, other] = [encoded.sliver('secondary', i), fresh.sliver('secondary', i)];
      expect(Buffer.compare(sliver.data, other.data)).toBe(0);
    }
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 31])('cannot keep memory for %d ms', async (keepMemoryMs) => {
    await expect(createCodec({ nShards: 4, keepMemoryMs })).rejects.toThrow('keepMemoryMs');
  });

  it('ends when it is aborted, after the first progress', async () => {
    const codec = await createCodec({ nShards: 300 });
    const controller = new AbortController();
    const encoding = codec.encode(seededBytes(1, 2_000_000), {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    });
    await expect(encoding).rejects.toThrow('enough');
  });

  it('gives the event loop its turn', async () => {
    const codec = await createCodec({ nShards: 300 });
    let turns = 0;
    const count = () => {
      turns++;
      handle = setImmediate(count);
    };
    let handle = setImmediate(count);
    try {
      await codec.encode(seededBytes(1, 8_000_000));
    } finally {
      clearImmediate(handle);
    }
    expect(turns).toBeGreaterThan(0);
  });
});
