/**
 * Workers, files and streams against the plain in-memory path and the reference. Runs on the built package, since
 * workers load their module from there.
 */
import { mkdtemp, open, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  blobSource,
  createCodec as createInlineCodec,
  sliversInMemory,
  type BlobCodec,
  type BlobSource,
  type EncodedBlob,
} from '@walrus-ts/redstuff';
import { createCodec, fileSource, openSliverFiles, streamSource } from '@walrus-ts/redstuff/node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { seededBytes } from '../support/backends.js';
import {
  AXES,
  CollectingSink,
  collectingBlobSink,
  isSameSliver,
  lastSlivers,
  slowSource,
  withFlippedBit,
} from '../support/streams.js';

const THREADS = [0, 1, 2];
const CASES: readonly (readonly [nShards: number, sizeBytes: number])[] = [
  [4, 0],
  [4, 1],
  [4, 50_001],
  [7, 1000],
  [8, 4096],
  [9, 3333],
  [10, 70_000],
  [13, 12_345],
  [31, 100_000],
  [100, 300_001],
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'redstuff-test-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function temporaryFiles(): Promise<string[]> {
  const names = await readdir(folder);
  return names.filter((name) => name.startsWith('walrus-redstuff-'));
}

describe.each(THREADS)('with %d threads', (threads) => {
  const codecs = new Map<number, BlobCodec>();
  /** Everything that is temporary goes to files. */
  const codecFor = async (nShards: number): Promise<BlobCodec> => {
    const known = codecs.get(nShards);
    if (known) return known;
    const codec = await createCodec({ nShards, threads, tempDir: folder, memoryLimitBytes: 0 });
    codecs.set(nShards, codec);
    return codec;
  };
  afterAll(async () => {
    await Promise.all([...codecs.values()].map((codec) => codec.close()));
  });
  afterEach(async () => {
    expect(await temporaryFiles()).toEqual([]);
  });

  it('says how many workers there are', async () => {
    expect((await codecFor(4)).threads).toBe(threads === 2 ? 2 : 0);
  });

  describe.each(CASES)('n = %d, %d bytes', (nShards, sizeBytes) => {
    const blob = seededBytes(nShards + sizeBytes, sizeBytes);
    let codec: BlobCodec;
    let expected: EncodedBlob;
    let path: string;

    beforeAll(async () => {
      codec = await codecFor(nShards);
      const backend = nShards <= 31 ? 'reference' : 'wasm';
      expected = await (await createInlineCodec({ nShards, backend })).encode(blob);
      path = join(folder, `blob-${threads}-${nShards}-${sizeBytes}`);
      await writeFile(path, blob);
    });

    const sources: readonly [string, () => BlobSource | Uint8Array | Promise<BlobSource>][] = [
      ['bytes', () => blob],
      ['a file', () => fileSource(path)],
      ['a Blob', () => blobSource(new Blob([blob]))],
      ['a source of its own kind', () => slowSource(blob)],
      [
        'a stream',
        () =>
          streamSource(new Blob([blob]).stream() as AsyncIterable<Uint8Array>, { tempDir: folder }),
      ],
    ];

    it.each(sources)('encodes %s to the reference bytes', async (_, makeSource) => {
      const source = await makeSource();
      try {
        const commitment = await codec.computeMetadata(source);
        expect(commitment.blobId).toBe(expected.blobId);
        expect(commitment.rootHash).toEqual(expected.rootHash);
        const sink = new CollectingSink();
        const streamed = await codec.encodeToSink(source, sink);
        expect(streamed.blobId).toBe(expected.blobId);
        expect(sink.size).toBe(2 * nShards);
        for (const isEarly of [false, true]) {
          await using stored = await codec.encodeToStore(source, { isEarly });
          expect(stored.blobId).toBe(expected.blobId);
          for (const axis of AXES) {
            for (let i = 0; i < nShards; i++) {
              const reference = expected.sliver(axis, i);
              const both = [await stored.sliver(axis, i), sink.sliver(axis, i)];
              expect(both.map((sliver) => isSameSliver(sliver, reference))).toEqual([true, true]);
            }
          }
        }
      } finally {
        if (!(source instanceof Uint8Array)) await source.close();
      }
    });

    it('encodes in memory to the reference bytes', async () => {
      const encoded = await codec.encode(blob);
      expect(encoded.blobId).toBe(expected.blobId);
      for (const axis of AXES) {
        for (let i = 0; i < nShards; i++) {
          const isSame = isSameSliver(encoded.sliver(axis, i), expected.sliver(axis, i));
          expect(isSame, `${axis} ${i}`).toBe(true);
        }
      }
    });

    it.each(AXES)('decodes %s slivers from memory and from files', async (axis) => {
      const { blobId, metadata, symbolSize } = expected;
      const slivers = lastSlivers(codec, axis, (a, i) => expected.sliver(a, i));
      // One systematic sliver among them.
      slivers[0] = expected.sliver(axis, 0);
      const files = await Promise.all(
        slivers.map(async ({ index, data }) => {
          const file = join(folder, `sliver-${threads}-${nShards}-${sizeBytes}-${axis}-${index}`);
          await writeFile(file, Buffer.concat([Buffer.from('header'), data, Buffer.from('tail')]));
          return { index, path: file, offset: 6, sizeBytes: data.length };
        }),
      );
      await using onDisk = await openSliverFiles(files, symbolSize);
      for (const consistencyCheck of ['default', 'strict', 'skip'] as const) {
        const input = { blobId, metadata, axis, consistencyCheck };
        const decoded = await codec.decode({ ...input, slivers });
        expect(Buffer.compare(decoded, blob), consistencyCheck).toBe(0);
        for (const source of [onDisk, sliversInMemory(slivers)]) {
          const sink = collectingBlobSink();
          await codec.decodeToSink({ ...input, slivers: source }, sink);
          expect(Buffer.compare(sink.bytes(), blob), consistencyCheck).toBe(0);
        }
      }
      await Promise.all(files.map((file) => rm(file.path)));
    });
  });

  describe('what can go wrong', () => {
    const N = 10;
    const blob = seededBytes(5, 200_000);
    let codec: BlobCodec;
    let path: string;

    beforeEach(async () => {
      codec = await codecFor(N);
      path = join(folder, `changing-${threads}`);
      await writeFile(path, blob);
    });

    it('is noticed when a file changes meanwhile', async () => {
      const source = await fileSource(path);
      await truncate(path, 1000);
      await expect(codec.computeMetadata(source)).rejects.toMatchObject({
        code: 'REDSTUFF_SOURCE_CHANGED',
      });
      await source.close();
      const again = await fileSource(path);
      await writeFile(path, blob.subarray(0, 1000));
      await expect(codec.encodeToSink(again, new CollectingSink())).rejects.toMatchObject({
        code: 'REDSTUFF_SOURCE_CHANGED',
      });
      await again.close();
    });

    it('a file handle of the caller stays open', async () => {
      const handle = await open(path, 'r');
      const source = await fileSource(handle);
      await codec.computeMetadata(source);
      await source.close();
      expect((await handle.stat()).size).toBe(blob.length);
      await handle.close();
    });

    it('a stream above the limit is refused and removed', async () => {
      const chunks = [blob.subarray(0, 1000), blob.subarray(1000, 2000)];
      const stream = (async function* () {
        yield* chunks;
      })();
      await expect(streamSource(stream, { tempDir: folder, maxBytes: 1500 })).rejects.toMatchObject(
        { code: 'REDSTUFF_BLOB_TOO_LARGE' },
      );
    });

    it('an error of the sink ends the operation and is passed on', async () => {
      let written = 0;
      const failing = {
        write: async () => {
          if (++written > 5) throw new Error('disk full');
        },
      };
      await expect(codec.encodeToSink(blob, failing)).rejects.toThrow('disk full');
    });

    it('an abort ends every operation with its reason', async () => {
      const reason = new Error('enough');
      const aborted = AbortSignal.abort(reason);
      const encoded = await codec.encode(blob);
      const { blobId, metadata } = encoded;
      const slivers = lastSlivers(codec, 'primary', (axis, i) => encoded.sliver(axis, i));
      const input = { blobId, metadata, axis: 'primary', slivers } as const;
      for (const signal of [aborted]) {
        const sink = new CollectingSink();
        await expect(codec.computeMetadata(blob, { signal })).rejects.toBe(reason);
        await expect(codec.encode(blob, { signal })).rejects.toBe(reason);
        await expect(codec.encodeToSink(blob, sink, { signal })).rejects.toBe(reason);
        await expect(codec.encodeToStore(blob, { signal })).rejects.toBe(reason);
        await expect(codec.decode(input, { signal })).rejects.toBe(reason);
      }
      const controller = new AbortController();
      let parts = 0;
      const aborting = {
        write: () => {
          if (++parts === 12) controller.abort(reason);
        },
      };
      const { signal } = controller;
      await expect(codec.encodeToSink(blob, aborting, { signal })).rejects.toBe(reason);
    });

    it('a closed store has no slivers', async () => {
      const stored = await codec.encodeToStore(blob, { isEarly: true });
      await stored.close();
      await stored.close();
      await expect(stored.sliver('primary', 0)).rejects.toMatchObject({ code: 'REDSTUFF_CLOSED' });
      await expect(stored.sliver('primary', N - 1)).rejects.toMatchObject({
        code: 'REDSTUFF_CLOSED',
      });
    });

    it('progress grows and ends at the total', async () => {
      const seen: number[] = [];
      await codec.encodeToSink(blob, new CollectingSink(), {
        onProgress: ({ done, total }) => seen.push(done / total),
      });
      expect(seen.at(-1)).toBe(1);
      expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    });

    it('bad slivers are refused by name, and never decoded into other bytes', async () => {
      const { blobId, metadata, ...encoded } = await codec.encode(blob).then((result) => ({
        blobId: result.blobId,
        metadata: result.metadata,
        sliver: result.sliver.bind(result),
      }));
      const good = encoded.sliver('primary', 7);
      const flipped = withFlippedBit(good, good.data.length >> 1);
      const verdicts = await codec.verifySlivers({
        metadata,
        slivers: [
          { axis: 'primary', index: 7, sliver: good },
          { axis: 'primary', index: 7, sliver: flipped },
          { axis: 'primary', index: 7, sliver: { ...good, data: good.data.slice(2) } },
          { axis: 'primary', index: 8, sliver: good },
          { axis: 'primary', index: 8, sliver: { ...good, index: 8 } },
          { axis: 'primary', index: 7, sliver: { ...good, symbolSize: good.symbolSize * 2 } },
          { axis: 'secondary', index: 0, sliver: encoded.sliver('secondary', 0) },
          {
            axis: 'primary',
            index: 7,
            sliver: { ...good, data: new Uint8Array(good.data.length + 2) },
          },
        ],
      });
      expect(
        verdicts.map((error) => (error === null ? null : 'code' in error && error.code)),
      ).toEqual([
        null,
        'REDSTUFF_SLIVER_ROOT_MISMATCH',
        'REDSTUFF_SLIVER_LENGTH',
        'REDSTUFF_SLIVER_INDEX',
        'REDSTUFF_SLIVER_ROOT_MISMATCH',
        'REDSTUFF_SLIVER_SYMBOL_SIZE',
        null,
        'REDSTUFF_SLIVER_LENGTH',
      ]);
      for (const axis of AXES) {
        const slivers = lastSlivers(codec, axis, encoded.sliver);
        const bad = slivers.map((sliver, i) => (i === 1 ? withFlippedBit(sliver, 3) : sliver));
        for (const consistencyCheck of ['default', 'strict'] as const) {
          const sink = collectingBlobSink();
          const input = { blobId, metadata, axis, consistencyCheck };
          await expect(
            codec.decodeToSink({ ...input, slivers: sliversInMemory(bad) }, sink),
          ).rejects.toMatchObject({ code: 'REDSTUFF_INCONSISTENT_BLOB' });
          const out = sink.bytes();
          expect(Buffer.compare(out, blob.subarray(0, out.length))).toBe(0);
          if (consistencyCheck === 'strict') expect(out.length).toBe(0);
        }
        const [first, second, ...others] = slivers;
        if (first === undefined || second === undefined) throw new Error('too few slivers');
        const few = [second, ...others, second, { ...first, data: new Uint8Array(8) }];
        await expect(codec.decode({ blobId, metadata, axis, slivers: few })).rejects.toMatchObject({
          code: 'REDSTUFF_NOT_ENOUGH_SLIVERS',
        });
      }
    });

    it('a byte range is read from only the slivers that hold it', async () => {
      const encoded = await codec.encode(blob);
      const { blobId, metadata } = encoded;
      const asked: number[] = [];
      const sliver = async (index: number) => {
        asked.push(index);
        return encoded.sliver('primary', index);
      };
      const rowBytes = encoded.sliver('primary', 0).data.length;
      for (const [start, end] of [
        [0, 10],
        [rowBytes - 1, rowBytes + 1],
        [5, 5],
        [blob.length - 7, blob.length],
        [0, blob.length],
      ] as const) {
        asked.length = 0;
        const bytes = await codec.readRange({ blobId, metadata, start, end, sliver });
        expect(Buffer.compare(bytes, blob.subarray(start, end)), `${start} to ${end}`).toBe(0);
        expect(asked).toEqual(codec.sliversOfRange(metadata, { start, end }));
        expect(asked.length).toBe(
          start === end ? 0 : Math.ceil(end / rowBytes) - Math.floor(start / rowBytes),
        );
      }
      const outside = { blobId, metadata, start: 0, end: blob.length + 1, sliver };
      await expect(codec.readRange(outside)).rejects.toMatchObject({
        code: 'REDSTUFF_INVALID_RANGE',
      });
      const wrong = {
        blobId,
        metadata,
        start: 0,
        end: 10,
        sliver: async () => encoded.sliver('primary', 3),
      };
      await expect(codec.readRange(wrong)).rejects.toMatchObject({ code: 'REDSTUFF_SLIVER_INDEX' });
    });
  });
});
