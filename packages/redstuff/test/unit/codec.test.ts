import { encodingParameters, toHex, type BlobMetadata } from '@walrus-ts/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createCodec } from '../../src/create-codec.js';
import { computeBlobId } from '../../src/codec/commitment.js';
import type { BlobCodec, EncodedBlob, Progress } from '../../src/types.js';
import { BACKENDS, seededBytes } from '../support/backends.js';
import { sha256 } from '../support/vectors.js';

const N = 10;
const BLOB = seededBytes(1, 5000);
const { primarySymbols: ROWS, secondarySymbols: COLUMNS } = encodingParameters(N);

describe.each(BACKENDS)('codec (%s)', (backend) => {
  let codec: BlobCodec;
  let encoded: EncodedBlob;
  let metadata: BlobMetadata;

  beforeAll(async () => {
    codec = await createCodec({ nShards: N, backend });
    encoded = await codec.encode(BLOB);
    ({ metadata } = encoded);
  });

  const primaries = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => encoded.sliver('primary', from + i));

  it.each([0, 3, 1001, 2.5])('refuses %d shards', async (nShards) => {
    await expect(createCodec({ nShards, backend })).rejects.toMatchObject({
      code: 'CORE_INVALID_SHARDS',
    });
  });

  it('encodes the worked example of the specification', async () => {
    const small = await createCodec({ nShards: 4, backend });
    const result = await small.encode(Uint8Array.from({ length: 12 }, (_, i) => i + 1));
    expect(result.blobId).toBe('4y-eA8WOOSeDQPTfQS46rxrqcTXX9eNcc1pprDS9K2o');
    expect([0, 1, 2, 3].map((i) => toHex(result.sliver('primary', i).data))).toEqual([
      '010203040506',
      '0708090a0b0c',
      'e80fd002e20b',
      'ee05da0cec01',
    ]);
  });

  it('encodes and restores the empty blob', async () => {
    const empty = await codec.encode(new Uint8Array(0));
    expect(empty.symbolSize).toBe(2);
    for (const axis of ['primary', 'secondary'] as const) {
      const decoded = await codec.decode({
        blobId: empty.blobId,
        metadata: empty.metadata,
        axis,
        slivers: Array.from({ length: N }, (_, i) => empty.sliver(axis, i)),
      });
      expect(decoded.length).toBe(0);
    }
  });

  it('refuses a blob above the limit', async () => {
    const small = await createCodec({ nShards: 4, backend });
    await expect(small.encode(new Uint8Array(393_205))).rejects.toMatchObject({
      code: 'REDSTUFF_BLOB_TOO_LARGE',
      data: { limitBytes: 393_204 },
    });
  });

  it('takes views into larger buffers and gives plain arrays', async () => {
    const buffer = Buffer.concat([Buffer.from([9]), BLOB, Buffer.from([9])]);
    const result = await codec.encode(buffer.subarray(1, -1));
    expect(result.blobId).toBe(encoded.blobId);
    for (let i = 0; i < N; i++) {
      for (const axis of ['primary', 'secondary'] as const) {
        expect(Buffer.isBuffer(result.sliver(axis, i).data)).toBe(false);
      }
    }
  });

  it('runs operations on one codec at the same time', async () => {
    const blobs = [0, 1, 2, 3].map((i) => seededBytes(i, 30_000 + i));
    const ids = [];
    for (const blob of blobs) ids.push((await codec.computeMetadata(blob)).blobId);
    const together = await Promise.all(blobs.map((blob) => codec.encode(blob)));
    expect(together.map(({ blobId }) => blobId)).toEqual(ids);
  });

  it.each([-1, N, 1.5])('has no sliver %d', (index) => {
    expect(() => encoded.sliver('primary', index)).toThrow(
      expect.objectContaining({ code: 'REDSTUFF_SLIVER_INDEX' }),
    );
  });

  describe('metadata', () => {
    it('is accepted for its own blob ID only', async () => {
      expect(await codec.verifyMetadata(encoded.blobId, metadata)).toEqual(encoded.rootHash);
      const other = await codec.encode(BLOB.subarray(1));
      await expect(codec.verifyMetadata(other.blobId, metadata)).rejects.toMatchObject({
        code: 'REDSTUFF_BLOB_ID_MISMATCH',
      });
    });

    it.each<[string, (honest: BlobMetadata) => BlobMetadata]>([
      ['too few pairs', (m) => ({ ...m, hashes: m.hashes.slice(1) })],
      ['too many pairs', (m) => ({ ...m, hashes: [...m.hashes, ...m.hashes] })],
      ['a negative size', (m) => ({ ...m, unencodedLength: -1 })],
      ['a size above the limit', (m) => ({ ...m, unencodedLength: ROWS * COLUMNS * 65534 + 1 })],
      [
        'a short hash',
        (m) => ({
          ...m,
          hashes: m.hashes.map((pair) => ({ ...pair, primaryHash: new Uint8Array(31) })),
        }),
      ],
    ])('with %s is refused', async (_, change) => {
      await expect(codec.verifyMetadata(encoded.blobId, change(metadata))).rejects.toMatchObject({
        code: 'REDSTUFF_INVALID_METADATA',
      });
      await expect(
        codec.verifySliver({
          metadata: change(metadata),
          axis: 'primary',
          index: 0,
          sliver: encoded.sliver('primary', 0),
        }),
      ).rejects.toMatchObject({ code: 'REDSTUFF_INVALID_METADATA' });
    });

    it('of another length belongs to another blob', async () => {
      await expect(
        codec.verifyMetadata(encoded.blobId, { ...metadata, unencodedLength: 4999 }),
      ).rejects.toMatchObject({ code: 'REDSTUFF_BLOB_ID_MISMATCH' });
    });
  });

  describe('a received sliver', () => {
    const verify = (axis: 'primary' | 'secondary', index: number, change: object) =>
      codec.verifySliver({
        metadata,
        axis,
        index,
        sliver: { ...encoded.sliver(axis, 2), ...change },
      });

    it('is accepted when it is the one asked for', async () => {
      await verify('primary', 2, {});
      await verify('secondary', 2, {});
    });

    it('is refused by the name of what is wrong', async () => {
      const short = encoded.sliver('primary', 2).data.slice(2);
      await expect(verify('primary', 3, {})).rejects.toMatchObject({
        code: 'REDSTUFF_SLIVER_INDEX',
      });
      await expect(verify('primary', N, { index: N })).rejects.toMatchObject({
        code: 'REDSTUFF_SLIVER_INDEX',
      });
      await expect(verify('primary', 2, { data: short })).rejects.toMatchObject({
        code: 'REDSTUFF_SLIVER_LENGTH',
      });
      await expect(verify('primary', 2, { symbolSize: 2 })).rejects.toMatchObject({
        code: 'REDSTUFF_SLIVER_SYMBOL_SIZE',
      });
      await expect(verify('primary', 3, { index: 3 })).rejects.toMatchObject({
        code: 'REDSTUFF_SLIVER_ROOT_MISMATCH',
        data: { axis: 'primary', index: 3 },
      });
      await expect(
        verify('secondary', 2, { data: encoded.sliver('secondary', 4).data }),
      ).rejects.toMatchObject({ code: 'REDSTUFF_SLIVER_ROOT_MISMATCH' });
    });
  });

  describe('decoding', () => {
    const decode = (slivers: ReturnType<typeof primaries>, extra: object = {}) =>
      codec.decode({ blobId: encoded.blobId, metadata, axis: 'primary', slivers, ...extra });

    it('passes over slivers that cannot be used', async () => {
      const [first, second] = primaries(0, 2);
      if (first === undefined || second === undefined) expect.fail('no slivers');
      const unusable = [
        { ...first, index: N },
        { ...first, index: -1 },
        { ...first, data: first.data.slice(2) },
        { ...first, symbolSize: first.symbolSize + 2 },
      ];
      const good = primaries(N - ROWS, N);
      const [head, ...rest] = good;
      if (head === undefined) expect.fail('no slivers');
      const decoded = await decode([...unusable, head, { ...head, data: first.data }, ...rest]);
      expect(sha256(decoded)).toBe(sha256(BLOB));
      await expect(decode([...unusable, head, head, ...rest.slice(1)])).rejects.toMatchObject({
        code: 'REDSTUFF_NOT_ENOUGH_SLIVERS',
        data: { usable: ROWS - 1, needed: ROWS },
      });
    });

    it('does not allocate what the metadata claims', async () => {
      const unencodedLength = ROWS * COLUMNS * 65534;
      const claimed = { ...metadata, unencodedLength };
      const blobId = computeBlobId({ rootHash: encoded.rootHash, unencodedLength });
      await expect(decode(primaries(0, N), { metadata: claimed, blobId })).rejects.toMatchObject({
        code: 'REDSTUFF_NOT_ENOUGH_SLIVERS',
        data: { usable: 0 },
      });
    });

    it('refuses metadata of another blob', async () => {
      const other = await codec.computeMetadata(BLOB.subarray(1));
      await expect(decode(primaries(0, N), { blobId: other.blobId })).rejects.toMatchObject({
        code: 'REDSTUFF_BLOB_ID_MISMATCH',
      });
    });

    it.each(['default', 'strict'] as const)(
      'finds non-zero padding (%s), whatever slivers it came from',
      async (consistencyCheck) => {
        // A full matrix, whose metadata then claims that the blob ends early.
        const full = ROWS * COLUMNS * encoded.symbolSize;
        const matrix = await codec.encode(seededBytes(3, full));
        const unencodedLength = full - 3;
        const claim = { ...matrix.metadata, unencodedLength };
        const blobId = computeBlobId({ rootHash: matrix.rootHash, unencodedLength });
        for (const [axis, from, to] of [
          ['primary', 0, ROWS],
          ['primary', N - ROWS, N],
          ['secondary', 0, COLUMNS],
        ] as const) {
          const slivers = Array.from({ length: to - from }, (_, i) =>
            matrix.sliver(axis, from + i),
          );
          await expect(
            codec.decode({
              blobId,
              metadata: claim,
              axis,
              slivers,
              consistencyCheck,
              sliversVerified: true,
            }),
          ).rejects.toMatchObject({ code: 'REDSTUFF_INCONSISTENT_BLOB' });
        }
      },
    );

    it('finds slivers that do not belong together, and skips verified rows only when told', async () => {
      const other = await codec.encode(seededBytes(2, 5000));
      const mixed = [other.sliver('primary', 0), ...primaries(1, ROWS)];
      await expect(decode(mixed)).rejects.toMatchObject({
        code: 'REDSTUFF_INCONSISTENT_BLOB',
        data: { row: 0 },
      });
      await expect(decode(mixed, { consistencyCheck: 'strict' })).rejects.toMatchObject({
        code: 'REDSTUFF_INCONSISTENT_BLOB',
      });
      const skipped = await decode(mixed, { consistencyCheck: 'skip' });
      expect(skipped.length).toBe(BLOB.length);
      const trusted = await decode(mixed, { sliversVerified: true });
      expect(sha256(trusted)).toBe(sha256(skipped));
    });
  });
});

describe('long operations', () => {
  const SIZE = 200_000;

  it('report progress that only grows and ends with everything done', async () => {
    const codec = await createCodec({ nShards: 300 });
    const seen: Progress[] = [];
    const options = { onProgress: (progress: Progress) => seen.push(progress) };
    const encoded = await codec.encode(seededBytes(1, SIZE), options);
    const check = () => {
      expect(seen.length).toBeGreaterThan(0);
      seen.reduce((before, now) => {
        expect(now.done).toBeGreaterThanOrEqual(before.done);
        expect(now.total).toBe(before.total);
        return now;
      });
      expect(seen.at(-1)?.done).toBe(seen.at(-1)?.total);
      seen.length = 0;
    };
    check();
    for (const consistencyCheck of ['default', 'strict', 'skip'] as const) {
      await codec.decode(
        {
          blobId: encoded.blobId,
          metadata: encoded.metadata,
          axis: 'secondary',
          slivers: Array.from({ length: 300 }, (_, i) => encoded.sliver('secondary', i)),
          consistencyCheck,
        },
        options,
      );
      check();
    }
  });

  it('let other work run and stop when they are aborted', async () => {
    const codec = await createCodec({ nShards: 1000 });
    const controller = new AbortController();
    const reason = new Error('enough');
    let turns = 0;
    const timer = setInterval(() => {
      if (++turns === 3) controller.abort(reason);
    }, 1);
    try {
      await expect(codec.encode(seededBytes(1, SIZE), { signal: controller.signal })).rejects.toBe(
        reason,
      );
    } finally {
      clearInterval(timer);
    }
    expect(turns).toBeGreaterThanOrEqual(3);
  });

  it('do not start when the signal is aborted already', async () => {
    const codec = await createCodec({ nShards: 10 });
    const signal = AbortSignal.abort(new Error('never'));
    const blob = new Uint8Array(5);
    await expect(codec.encode(blob, { signal })).rejects.toThrow('never');
    await expect(codec.computeMetadata(blob, { signal })).rejects.toThrow('never');
    const { metadata, blobId, ...encoded } = await codec.encode(blob);
    expect(encoded.symbolSize).toBe(2);
    await expect(
      codec.decode({ blobId, metadata, axis: 'primary', slivers: [] }, { signal }),
    ).rejects.toThrow();
  });
});
