import { expect, test } from 'vitest';
import { MemoryBudget } from '../../src/server/budget.js';

const unavailable = expect.objectContaining({
  reason: 'UNAVAILABLE',
  message: 'too many uploads at once, try again shortly',
}) as unknown;
const limits = { purpose: 'uploads', limitBytes: 100, waitMs: 60_000, maxWaiting: 3 };
const settled = async (promise: Promise<void> | undefined): Promise<boolean> => {
  let isSettled = false;
  promise?.then(
    () => (isSettled = true),
    () => (isSettled = true),
  );
  await new Promise((resolve) => setImmediate(resolve));
  return isSettled;
};

test('memory is given in the order in which it was asked for', async () => {
  const budget = new MemoryBudget(limits);
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
  const budget = new MemoryBudget(limits);
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
  const budget = new MemoryBudget({ ...limits, waitMs: 1 });
  await expect(budget.reserve(101).granted).rejects.toEqual(unavailable);
  await budget.reserve(100).granted;
  await expect(budget.reserve(1).granted).rejects.toEqual(unavailable);
});

test('what is not needed goes to the next in line, once', async () => {
  const budget = new MemoryBudget(limits);
  const [a, b, c] = [80, 50, 31].map((bytes) => budget.reserve(bytes));
  a?.shrink(90);
  expect(await settled(b?.granted)).toBe(false);
  a?.shrink(50);
  await b?.granted;
  a?.shrink(50);
  b?.shrink(20);
  expect(await settled(c?.granted)).toBe(false);
  a?.release();
  a?.release();
  await c?.granted;
  b?.release();
  c?.release();
  await budget.reserve(100).granted;
  expect(await settled(budget.reserve(1).granted)).toBe(false);
});
