/** Encoding in one shared memory, on two workers, against one thread. Runs on the built package. */
import { createCodec as createInlineCodec } from '@walrus-ts/redstuff';
import { createCodec } from '@walrus-ts/redstuff/node';
import { describe, expect, it } from 'vitest';
import { seededBytes } from '../support/backends.js';
import { AXES, isSameSliver } from '../support/streams.js';

/** All large enough, expanded, for a memory of their own; the last ones have a table of leaves and rows of padding. */
const CASES: readonly (readonly [nShards: number, sizeBytes: number])[] = [
  [6, 700_000],
  [7, 983_010],
  [8, 700_000],
  [9, 500_001],
  [10, 700_000],
  [13, 400_001],
  [31, 300_000],
  [100, 300_001],
  [300, 500_000],
  [667, 1000],
  [1000, 0],
  [1000, 70_000],
];

describe.each(CASES)('n = %d, %d bytes', (nShards, sizeBytes) => {
  it('gives the slivers of one thread', async () => {
    const blob = seededBytes(sizeBytes, sizeBytes);
    const inline = await createInlineCodec({ nShards });
    const expected = await inline.encode(blob);
    await using codec = await createCodec({ nShards, threads: 2 });
    expect((await codec.computeMetadata(blob)).blobId).toBe(expected.blobId);
    // Several at once have a memory each.
    const [encoded, other] = await Promise.all([codec.encode(blob), codec.encode(blob)]);
    expect(other.blobId).toBe(expected.blobId);
    expect(encoded.blobId).toBe(expected.blobId);
    const different: string[] = [];
    for (const axis of AXES) {
      for (let i = 0; i < nShards; i++) {
        const sliver = encoded.sliver(axis, i);
        if (!isSameSliver(sliver, expected.sliver(axis, i))) different.push(`${axis} ${i}`);
        if (!(sliver.data.buffer instanceof ArrayBuffer)) different.push(`${axis} ${i} is shared`);
      }
    }
    const views = await codec.encode(blob, { allowsShared: true });
    for (const axis of AXES) {
      for (let i = 0; i < nShards; i++) {
        const sliver = views.sliver(axis, i);
        if (!isSameSliver(sliver, expected.sliver(axis, i))) different.push(`view ${axis} ${i}`);
      }
    }
    expect(different).toEqual([]);
  });
});

it('finds zeros behind the data in memory that a larger blob has used', async () => {
  const nShards = 300;
  await using codec = await createCodec({ nShards, threads: 2 });
  (await codec.encode(new Uint8Array(369_036).fill(0xff))).close();
  const blob = seededBytes(1, 328_040);
  const inline = await createInlineCodec({ nShards });
  const expected = await inline.encode(blob);
  const encoded = await codec.encode(blob);
  expect(encoded.blobId).toBe(expected.blobId);
  const different = AXES.flatMap((axis) =>
    Array.from({ length: nShards }, (_, i) => i).filter(
      (i) => !isSameSliver(encoded.sliver(axis, i), expected.sliver(axis, i)),
    ),
  );
  expect(different).toEqual([]);
});

it('stops when it is aborted, and goes on with the next blob', async () => {
  await using codec = await createCodec({ nShards: 1000, threads: 2 });
  const blob = seededBytes(1, 300_000);
  const controller = new AbortController();
  const reason = new Error('enough');
  const running = codec.computeMetadata(blob, {
    signal: controller.signal,
    onProgress: () => controller.abort(reason),
  });
  await expect(running).rejects.toBe(reason);
  const { blobId } = await codec.computeMetadata(blob);
  const inline = await createInlineCodec({ nShards: 1000 });
  expect(blobId).toBe((await inline.computeMetadata(blob)).blobId);
});

describe('a blob of several pieces, whose rows are coded while more of them come', () => {
  const blob = seededBytes(2, 3 * (8 << 20) + 12_345);

  it.each([100, 300])('has the ID that one thread gives it, n = %d', async (nShards) => {
    const inline = await createInlineCodec({ nShards });
    await using codec = await createCodec({ nShards, threads: 2 });
    const { blobId } = await codec.computeMetadata(blob);
    expect(blobId).toBe((await inline.computeMetadata(blob)).blobId);
  });

  it('stops when it is aborted in between, and goes on with the next blob', async () => {
    await using codec = await createCodec({ nShards: 100, threads: 2 });
    const { blobId } = await codec.computeMetadata(blob);
    const reason = new Error('enough');
    // The first is before anything is copied, the others are between pieces.
    for (let turns = 0; turns < 4; turns++) {
      const controller = new AbortController();
      const running = codec.computeMetadata(blob, { signal: controller.signal });
      const expectation = expect(running).rejects.toBe(reason);
      for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
      controller.abort(reason);
      await expectation;
    }
    expect((await codec.computeMetadata(blob)).blobId).toBe(blobId);
  });
});
