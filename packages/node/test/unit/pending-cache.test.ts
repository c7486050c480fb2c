import { expect, test, vi } from 'vitest';
import { blobIdFromBytes, type BlobMetadata } from '@walrus-ts/core';
import { PendingCache } from '../../src/server/pending-cache.js';

const id = (n: number) => blobIdFromBytes(new Uint8Array(32).fill(n));
const metadata: BlobMetadata = { encodingType: 'RS2', unencodedLength: 1, hashes: [] };
const limits = { maxBytes: 1000, maxSlivers: 3, maxMetadata: 2, ttlMs: 60_000 };
const saturated = expect.objectContaining({ reason: 'CACHE_SATURATED' }) as unknown;
const sliver = (pair: number, size = 10) =>
  ({ pair, axis: 'primary', bytes: new Uint8Array(size) }) as const;

test('is bounded in blobs, slivers and bytes, and gives room back', () => {
  const cache = new PendingCache(limits);
  cache.addMetadata(id(1), metadata, new Uint8Array(100));
  cache.addMetadata(id(2), metadata, new Uint8Array(100));
  expect(() => cache.addMetadata(id(3), metadata, new Uint8Array(1))).toThrow(saturated);
  cache.addSliver(id(1), sliver(0));
  cache.addSliver(id(1), sliver(0));
  cache.addSliver(id(1), sliver(1));
  cache.addSliver(id(2), sliver(0));
  expect(() => cache.addSliver(id(2), sliver(1))).toThrow(saturated);
  cache.remove(id(1));
  expect(() => cache.addSliver(id(2), sliver(1, 900))).toThrow(saturated);
  cache.addSliver(id(2), sliver(1, 890));
  expect(cache.get(id(2))?.slivers).toHaveLength(2);
  cache.clear();
  expect(cache.has(id(2))).toBe(false);
  cache.addMetadata(id(3), metadata, new Uint8Array(1000));
});

test('takes slivers only with their metadata, and none above 4 MiB', () => {
  const cache = new PendingCache({ ...limits, maxBytes: 1e9 });
  expect(() => cache.addSliver(id(1), sliver(0))).toThrow(
    expect.objectContaining({ reason: 'METADATA_NOT_FOUND' }),
  );
  cache.addMetadata(id(1), metadata, new Uint8Array(1));
  expect(() => cache.addSliver(id(1), sliver(0, 4 * 1024 * 1024 + 1))).toThrow(saturated);
});

test('forgets a blob some time after the last of it arrived', () => {
  vi.useFakeTimers();
  try {
    const cache = new PendingCache(limits);
    cache.addMetadata(id(1), metadata, new Uint8Array(1));
    vi.advanceTimersByTime(50_000);
    cache.addSliver(id(1), sliver(0));
    vi.advanceTimersByTime(50_000);
    expect(cache.hasSliver(id(1), 0, 'primary')).toBe(true);
    vi.advanceTimersByTime(10_001);
    expect(cache.has(id(1))).toBe(false);
  } finally {
    vi.useRealTimers();
  }
});
