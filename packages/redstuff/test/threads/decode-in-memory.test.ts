/** Decoding in one shared memory, on two workers. Runs on the built package. */
import { createCodec } from '@walrus-ts/redstuff/node';
import type { BlobCodec, EncodedBlob } from '@walrus-ts/redstuff';
import { encodingParameters } from '@walrus-ts/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededBytes, seededSubset } from '../support/backends.js';

const CHECKS = ['skip', 'default', 'strict'] as const;
/** All large enough for a memory of their own; with and without padding in the last row, and rows of padding. */
const CASES = [
  { nShards: 10, sizeBytes: 1_100_001 },
  { nShards: 31, sizeBytes: 1_400_000 },
  { nShards: 100, sizeBytes: 1_200_000 },
  { nShards: 300, sizeBytes: 1_100_000 },
];

describe.each(CASES)('$nShards shards, $sizeBytes bytes', ({ nShards, sizeBytes }) => {
  const { primarySymbols } = encodingParameters(nShards);
  const blob = seededBytes(nShards, sizeBytes);
  let codec: BlobCodec;
  let encoded: EncodedBlob;

  beforeAll(async () => {
    codec = await createCodec({ nShards, threads: 2 });
    encoded = await codec.encode(blob);
  });
  afterAll(() => codec.close());

  const sliversOf = (indices: readonly number[]) =>
    indices.map((index) => encoded.sliver('primary', index));
  const inputOf = (indices: readonly number[]) => ({
    blobId: encoded.blobId,
    metadata: encoded.metadata,
    axis: 'primary' as const,
    slivers: sliversOf(indices),
  });
  const range = (start: number) => Array.from({ length: primarySymbols }, (_, i) => start + i);
  const patterns = {
    'the first slivers': range(0).toReversed(),
    'the last slivers': range(nShards - primarySymbols),
    'some of both': seededSubset(nShards, nShards, primarySymbols),
  };

  for (const consistencyCheck of CHECKS) {
    it.each(Object.entries(patterns))(
      `restores the blob from %s, ${consistencyCheck}`,
      async (_, indices) => {
        const progress: number[] = [];
        const decoded = await codec.decode(
          { ...inputOf(indices), consistencyCheck },
          { onProgress: ({ done, total }) => progress.push(done / total) },
        );
        expect(Buffer.compare(decoded, blob)).toBe(0);
        expect(decoded.buffer).toBeInstanceOf(ArrayBuffer);
        expect(progress.at(-1)).toBe(1);
        expect(Math.max(...progress)).toBe(1);
      },
    );
  }

  it('leaves rows alone that were verified, and no others', async () => {
    const input = inputOf(patterns['some of both']);
    const decoded = await codec.decode({ ...input, sliversVerified: true });
    expect(Buffer.compare(decoded, blob)).toBe(0);
  });

  it.each(['default', 'strict'] as const)(
    'refuses what damaged slivers give, %s, and goes on',
    async (consistencyCheck) => {
      for (const pattern of Object.values(patterns)) {
        const input = inputOf(pattern);
        const [first, ...others] = input.slivers;
        if (first === undefined) throw new Error('there are slivers');
        const data = first.data.slice();
        data[0] = (data[0] ?? 0) ^ 1;
        const slivers = [{ ...first, data }, ...others];
        await expect(codec.decode({ ...input, slivers, consistencyCheck })).rejects.toMatchObject({
          code: 'REDSTUFF_INCONSISTENT_BLOB',
        });
        // The memory is used again, and nothing of that is left in it.
        const decoded = await codec.decode({ ...input, consistencyCheck });
        expect(Buffer.compare(decoded, blob)).toBe(0);
      }
    },
  );

  it('stops when it is aborted', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const decoding = codec.decode(inputOf(patterns['the last slivers']), {
      signal: controller.signal,
      onProgress: () => controller.abort(reason),
    });
    await expect(decoding).rejects.toBe(reason);
  });
});

it('uses the memory of a closed encoding for the next blob', async () => {
  const nShards = 31;
  for (const threads of [1, 2]) {
    const codec = await createCodec({ nShards, threads });
    // Each leaves its bytes where the next one has its padding.
    for (const sizeBytes of [8_500_000, 1_400_000, 1_300_003]) {
      const blob = seededBytes(sizeBytes, sizeBytes);
      const encoded = await codec.encode(blob);
      const other = await createCodec({ nShards, threads: 1 });
      const expected = await other.encode(blob);
      expect(encoded.blobId).toBe(expected.blobId);
      for (const axis of ['primary', 'secondary'] as const) {
        for (let i = 0; i < nShards; i++) {
          const same = Buffer.compare(encoded.sliver(axis, i).data, expected.sliver(axis, i).data);
          if (same !== 0) expect.fail(`${axis} sliver ${i}, ${threads} threads`);
        }
      }
      encoded.close();
      encoded.close();
      expect(() => encoded.sliver('primary', 0)).toThrow('closed');
      await other.close();
    }
    await codec.close();
  }
}, 60_000);
