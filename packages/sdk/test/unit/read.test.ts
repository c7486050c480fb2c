import { blobIdFromInt, equalBytes } from '@walrus-ts/core';
import { NodeApiError } from '@walrus-ts/node-api';
import { describe, expect, it } from 'vitest';
import { readBlob, readBlobTo } from '../../src/read/read.js';
import { fakeNetwork, hang } from './fake-network.js';

const bytes = Uint8Array.from({ length: 20_000 }, (_, i) => (i * 31) % 251);
const serverError = (): Promise<never> =>
  Promise.reject(
    new NodeApiError('NODE_API_INTERNAL_ERROR', 'boom', { httpStatus: 500, retryable: true }),
  );

describe('readBlob', () => {
  it('reads what was stored, of every size class', async () => {
    const network = await fakeNetwork(4, 10);
    for (const length of [0, 1, 27, 28, 29, 5000]) {
      const blob = bytes.subarray(0, length);
      const { blobId } = await network.put(blob);
      expect(await readBlob(network.context, blobId), `${length} bytes`).toEqual(
        Uint8Array.from(blob),
      );
    }
  });

  it('returns the right bytes although nodes lie, each in its own way, and names them', async () => {
    const network = await fakeNetwork(12, 100);
    const { blobId } = await network.put(bytes);
    const other = await network.put(bytes.subarray(1));
    const honest = network.context.nodes;
    const client = (i: number) => {
      const member = network.committee.members[i];
      if (!member) throw new Error(`no member ${i}`);
      return honest.get(member, 100);
    };
    const { getSliver } = client(11);
    network.faults.set(0, {
      getSliver: async (id, pair, axis) => {
        const sliver = await getSliver(id, pair, axis);
        const data = sliver.data.slice();
        data[3] = (data[3] ?? 0) ^ 1;
        return { ...sliver, data };
      },
    });
    network.faults.set(1, {
      getSliver: async (id, pair, axis) => {
        const sliver = await getSliver(id, pair, axis);
        return { ...sliver, data: sliver.data.subarray(0, sliver.data.length - sliver.symbolSize) };
      },
    });
    network.faults.set(2, { getSliver: (_, pair, axis) => getSliver(other.blobId, pair, axis) });
    network.faults.set(3, {
      getMetadata: () => Promise.resolve({ blobId, metadata: other.metadata }),
      getSliver: (id, pair, axis) => getSliver(id, (pair + 1) % 100, axis),
    });
    network.faults.set(4, { getMetadata: serverError, getSliver: serverError });

    expect(await readBlob(network.context, blobId)).toEqual(bytes);
    // Which nodes were asked is chance; every bad answer must have been noticed and named.
    const named = new Set(network.log.map(({ facts }) => facts['node']));
    for (const name of named)
      expect(['node-0', 'node-1', 'node-2', 'node-3', 'node-4']).toContain(name);
    for (const { facts } of network.log) expect(facts).toHaveProperty('error');
  });

  it('is not held up by nodes that never answer', async () => {
    const network = await fakeNetwork(12, 100);
    const { blobId } = await network.put(bytes);
    for (let i = 0; i < 5; i++) network.faults.set(i, { getMetadata: hang(), getSliver: hang() });
    expect(await readBlob(network.context, blobId)).toEqual(bytes);
  });

  it('gives up with a clear error when too many nodes fail, never with wrong bytes', async () => {
    const network = await fakeNetwork(12, 100);
    const { blobId } = await network.put(bytes);
    for (let i = 0; i < 9; i++) network.faults.set(i, { getSliver: serverError });
    await expect(readBlob(network.context, blobId)).rejects.toMatchObject({
      code: 'SDK_NOT_ENOUGH_SLIVERS',
      message: expect.stringMatching(/slivers are valid; failing nodes: .*node-0/),
    });
  });

  it('knows a blob that does not exist from one that cannot be reached', async () => {
    const network = await fakeNetwork(4, 10);
    const blobId = blobIdFromInt(1n);
    await expect(readBlob(network.context, blobId)).rejects.toMatchObject({
      code: 'SDK_BLOB_NOT_FOUND',
    });
    for (let i = 0; i < 4; i++) network.faults.set(i, { getMetadata: serverError });
    await expect(readBlob(network.context, blobId)).rejects.toMatchObject({
      code: 'SDK_NO_METADATA',
    });
  });

  it('stops when it is cancelled', async () => {
    const network = await fakeNetwork(4, 10);
    const { blobId } = await network.put(bytes.subarray(0, 100));
    for (let i = 0; i < 4; i++) network.faults.set(i, { getSliver: hang() });
    const abort = new AbortController();
    const reading = readBlob(network.context, blobId, { signal: abort.signal });
    setTimeout(() => abort.abort(new Error('enough')), 50);
    await expect(reading).rejects.toThrow('enough');
  });

  it('does not begin when it was cancelled before, or between its steps', async () => {
    const network = await fakeNetwork(4, 10);
    const { blobId, metadata } = await network.put(bytes.subarray(0, 100));
    const before = { signal: AbortSignal.abort(new Error('enough')) };
    await expect(readBlob(network.context, blobId, before)).rejects.toThrow('enough');
    const abort = new AbortController();
    for (let i = 0; i < 4; i++) {
      network.faults.set(i, {
        getMetadata() {
          queueMicrotask(() => abort.abort(new Error('enough')));
          return Promise.resolve({ blobId, metadata });
        },
        getSliver: hang(),
      });
    }
    const { signal } = abort;
    await expect(readBlob(network.context, blobId, { signal })).rejects.toThrow('enough');
  });

  describe('into a sink', () => {
    const large = Uint8Array.from({ length: 6_000_000 }, (_, i) => (i * 7) ^ (i >> 9));

    function collector(size: number) {
      const blob = new Uint8Array(size);
      let end = 0;
      return {
        blob,
        get end() {
          return end;
        },
        write(piece: Uint8Array, position: number) {
          expect(position).toBe(end);
          blob.set(piece, position);
          end += piece.length;
        },
      };
    }

    it('writes each byte once, in order, whichever nodes are down', async () => {
      const network = await fakeNetwork(12, 100);
      const { blobId } = await network.put(large);
      for (const down of [[], [0, 7], [1, 2, 3]]) {
        network.faults.clear();
        for (const i of down) network.faults.set(i, { getSliver: serverError });
        const sink = collector(large.length);
        const { sizeBytes } = await readBlobTo(network.context, blobId, sink);
        expect(sizeBytes).toBe(large.length);
        expect(sink.end).toBe(large.length);
        expect(equalBytes(sink.blob, large)).toBe(true);
      }
    });

    it('begins to write before all slivers are there', async () => {
      const network = await fakeNetwork(12, 100);
      const { blobId } = await network.put(large);
      const sink = collector(large.length);
      let doneAtFirstByte = -1;
      let done = 0;
      await readBlobTo(
        network.context,
        blobId,
        {
          write(piece, position) {
            if (position === 0) doneAtFirstByte = done;
            sink.write(piece, position);
          },
        },
        {
          onProgress: (progress) => {
            if (progress.phase === 'slivers') done = progress.done;
          },
        },
      );
      expect(doneAtFirstByte).toBeLessThan(34);
      expect(equalBytes(sink.blob, large)).toBe(true);
    });

    it('writes nothing before the strict check, and ends when the sink fails', async () => {
      const network = await fakeNetwork(12, 100);
      const { blobId } = await network.put(large);
      let isDecoding = false;
      const sink = collector(large.length);
      await readBlobTo(
        network.context,
        blobId,
        {
          write(piece, position) {
            expect(isDecoding).toBe(true);
            sink.write(piece, position);
          },
        },
        {
          consistencyCheck: 'strict',
          onProgress: ({ phase }) => (isDecoding ||= phase === 'decode'),
        },
      );
      expect(equalBytes(sink.blob, large)).toBe(true);
      await expect(
        readBlobTo(network.context, blobId, {
          write: () => Promise.reject(new Error('the disk is full')),
        }),
      ).rejects.toThrow('the disk is full');
    });

    it('refuses blobs that are larger than wanted', async () => {
      const network = await fakeNetwork(4, 10);
      const { blobId } = await network.put(bytes.subarray(0, 100));
      await expect(readBlob(network.context, blobId, { maxBytes: 99 })).rejects.toMatchObject({
        code: 'SDK_BLOB_TOO_LARGE',
      });
    });
  });
});
