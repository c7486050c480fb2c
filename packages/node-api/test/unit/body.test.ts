import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { BodyBudget, readBody } from '../../src/server/body.js';

const unavailable = expect.objectContaining({ reason: 'UNAVAILABLE' }) as unknown;
const limits = { limitBytes: 100, waitMs: 60_000, maxWaiting: 3 };
const settled = async (promise: Promise<void> | undefined): Promise<boolean> => {
  let isSettled = false;
  promise?.then(
    () => (isSettled = true),
    () => (isSettled = true),
  );
  await new Promise((resolve) => setImmediate(resolve));
  return isSettled;
};
const stream = (...sizes: number[]): Readable =>
  Readable.from(sizes.map((size, i) => Buffer.alloc(size, i + 1)));

test('memory is given in the order in which it was asked for', async () => {
  const budget = new BodyBudget(limits);
  const [a, b, c, d] = [80, 90, 10, 1].map((bytes) => budget.reserve(bytes));
  await a?.granted;
  // The small ones would fit, but then large bodies might wait for ever.
  for (const waiting of [b, c, d]) expect(await settled(waiting?.granted)).toBe(false);
  await expect(budget.reserve(1).granted).rejects.toEqual(unavailable);
  a?.release();
  a?.release();
  await Promise.all([b?.granted, c?.granted]);
  expect(await settled(d?.granted)).toBe(false);
  c?.release();
  await d?.granted;
});

test('who leaves the line lets the next one in, and takes nothing', async () => {
  const budget = new BodyBudget(limits);
  const [a, b, c] = [80, 90, 20].map((bytes) => budget.reserve(bytes));
  await a?.granted;
  b?.release();
  await expect(b?.granted).rejects.toEqual(unavailable);
  await c?.granted;
  a?.release();
  c?.release();
  await budget.reserve(100).granted;
});

test('the wait has a limit, and what can never fit does not wait', async () => {
  const budget = new BodyBudget({ ...limits, waitMs: 1 });
  await expect(budget.reserve(101).granted).rejects.toEqual(unavailable);
  await budget.reserve(100).granted;
  await expect(budget.reserve(1).granted).rejects.toEqual(unavailable);
});

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
