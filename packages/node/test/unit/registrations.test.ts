import { expect, test } from 'vitest';
import { blobIdFromBytes } from '@walrus-ts/core';
import { RegistrationWaiters } from '../../src/events/registrations.js';

const one = blobIdFromBytes(new Uint8Array(32));
const two = blobIdFromBytes(new Uint8Array(32).fill(2));
const { signal } = new AbortController();

test('wakes those who wait for the blob, and only them', async () => {
  const waiters = new RegistrationWaiters(10);
  const waits = [waiters.wait(one, 1000, signal), waiters.wait(one, 1000, signal)];
  const other = waiters.wait(two, 30, signal);
  waiters.registered(one);
  expect(await Promise.all(waits)).toEqual([true, true]);
  expect(await other).toBe(false);
});

test('does not wait beyond its number of places, which are given back', async () => {
  const waiters = new RegistrationWaiters(1);
  const first = waiters.wait(one, 1000, signal);
  expect(await waiters.wait(two, 1000, signal)).toBe(false);
  waiters.registered(one);
  await first;
  const next = waiters.wait(two, 1000, signal);
  waiters.registered(two);
  expect(await next).toBe(true);
});

test('ends with the request', async () => {
  const waiters = new RegistrationWaiters(1);
  const controller = new AbortController();
  const wait = waiters.wait(one, 10_000, controller.signal);
  controller.abort();
  expect(await wait).toBe(false);
  expect(await waiters.wait(one, 10_000, controller.signal)).toBe(false);
});
