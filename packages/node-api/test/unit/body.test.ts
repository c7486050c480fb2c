import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { readBody } from '../../src/server/body.js';

const stream = (...sizes: number[]): Readable =>
  Readable.from(sizes.map((size, i) => Buffer.alloc(size, i + 1)));

test('a body is read into one buffer of its own', async () => {
  const options = { limitBytes: 500_000, timeoutMs: 10_000 };
  for (const announcedBytes of [300_000, undefined]) {
    const bytes = await readBody(stream(100_000, 1, 199_999), { ...options, announcedBytes });
    expect(bytes.length).toBe(300_000);
    expect(bytes.buffer.byteLength).toBe(300_000);
    expect([bytes[99_999], bytes[100_000], bytes[100_001], bytes[299_999]]).toEqual([1, 2, 3, 3]);
  }
  for (const announcedBytes of [1000, undefined]) {
    const small = { limitBytes: 1000, announcedBytes, timeoutMs: 10_000 };
    await expect(readBody(stream(500, 501), small)).rejects.toMatchObject({
      name: 'BodyTooLargeError',
    });
  }
  expect(await readBody(stream(), { ...options, announcedBytes: undefined })).toHaveLength(0);
});
