import { connect, type Socket } from 'node:net';
import { pino } from 'pino';
import { afterEach, expect, test, vi } from 'vitest';
import { createNodeApiServer, type NodeApiService } from '../../src/server/index.js';
import { blobId, makeService, nShards } from '../support/service.js';

/** More than the buffers of a loopback connection take in: it stays under way until somebody reads it. */
const LARGE = 24 * 1024 * 1024;
const PATH = `/v1/blobs/${blobId}/slivers/3/primary`;
const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A server whose slivers have the sizes given, the last one again and again, and what it wrote to its log. */
async function serve(
  sizes: readonly number[],
  init: Partial<Parameters<typeof createNodeApiServer>[0]> = {},
  overrides: Partial<NodeApiService> = {},
) {
  const lines: string[] = [];
  let asked = 0;
  let read = 0;
  const server = await createNodeApiServer(
    { host: '127.0.0.1', port: 0, nShards: () => nShards, ...init },
    {
      service: makeService({
        getSliver: async ({ reserve }) => {
          const size = sizes[Math.min(asked++, sizes.length - 1)] ?? 0;
          await reserve(size);
          read += 1;
          return new Uint8Array(size).fill(7);
        },
        ...overrides,
      }),
      logger: pino({ level: 'debug' }, { write: (line) => void lines.push(line) }),
    },
  );
  const port = await server.start();
  cleanups.push(() => server.stop(100));
  return {
    url: `http://127.0.0.1:${port}`,
    /** Answers that were read into memory. */
    read: () => read,
    logged: (text: string, times: number) =>
      vi.waitFor(
        () =>
          expect(lines.filter((line) => line.includes(text)).length).toBeGreaterThanOrEqual(times),
        15_000,
      ),
    /** Asks, several times on one connection if wanted, and never reads. */
    stall(requests = 1): Socket {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.pause();
      socket.write(`GET ${PATH} HTTP/1.1\r\nhost: x\r\n\r\n`.repeat(requests));
      cleanups.push(async () => socket.destroy());
      return socket;
    },
  };
}

async function sizeOf(response: Response): Promise<number> {
  expect(response.status).toBe(200);
  const bytes = new Uint8Array(await response.arrayBuffer());
  expect(bytes.every((byte) => byte === 7)).toBe(true);
  return bytes.length;
}

test('readers that take nothing hold no more than the budget, and are cut off', async () => {
  const { url, stall, read, logged } = await serve([LARGE], {
    maxAnswerBytesInFlight: 2.5 * LARGE,
    answerStallMs: 700,
  });
  const sockets = Array.from({ length: 7 }, () => stall());
  await logged('answer waits for memory', 5);
  expect(read()).toBe(2);
  const closed = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
  expect(await sizeOf(await fetch(url + PATH))).toBe(LARGE);
  await logged('reader stalled', 7);
  // A paused socket learns that it was cut off only when it reads.
  for (const socket of sockets) socket.resume();
  await Promise.all(closed);
}, 30_000);

test('an answer larger than the whole budget is sent, alone', async () => {
  const { url, stall, read, logged } = await serve([LARGE], { maxAnswerBytesInFlight: 1000 });
  expect(await sizeOf(await fetch(url + PATH))).toBe(LARGE);
  const first = stall();
  await vi.waitFor(() => expect(read()).toBe(2), 10_000);
  const second = fetch(url + PATH);
  await logged('answer waits for memory', 1);
  expect(read()).toBe(2);
  first.destroy();
  expect(await sizeOf(await second)).toBe(LARGE);
});

test('without room in time the answer is 503, and says when to come back', async () => {
  const { url, stall, read } = await serve([LARGE, 1000], {
    maxAnswerBytesInFlight: LARGE,
    answerWaitMs: 50,
  });
  const first = stall();
  await vi.waitFor(() => expect(read()).toBe(1), 10_000);
  const response = await fetch(url + PATH);
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('1');
  expect(await response.json()).toMatchObject({
    error: {
      status: 'UNAVAILABLE',
      message: 'too many readers at once, try again shortly',
      details: [{ reason: 'UNAVAILABLE', domain: 'storage.walrus.space' }],
    },
  });
  first.destroy();
  await vi.waitFor(async () => expect((await fetch(url + PATH)).status).toBe(200), 10_000);
});

test('who leaves the line lets the next one in', async () => {
  const { url, stall, logged, read } = await serve([LARGE, LARGE, 1000], {
    maxAnswerBytesInFlight: LARGE + 2000,
  });
  stall();
  await vi.waitFor(() => expect(read()).toBe(1), 10_000);
  const leaving = stall();
  await logged('answer waits for memory', 1);
  const next = fetch(url + PATH);
  await logged('answer waits for memory', 2);
  leaving.destroy();
  expect(await sizeOf(await next)).toBe(1000);
  expect(read()).toBe(2);
});

test('requests that follow each other on one connection give everything back when it closes', async () => {
  const { url, stall, logged, read } = await serve([LARGE], {
    maxAnswerBytesInFlight: 3 * LARGE,
  });
  const socket = stall(5);
  await vi.waitFor(() => expect(read()).toBe(3), 10_000);
  await logged('answer waits for memory', 2);
  socket.destroy();
  // Three at once need all of it.
  const all = Array.from({ length: 3 }, async () => sizeOf(await fetch(url + PATH)));
  expect(await Promise.all(all)).toEqual([LARGE, LARGE, LARGE]);
  await logged('"answered"', 8);
});

test('failures after the memory was reserved give it back', async () => {
  const budget = 1_000_000;
  let fails = true;
  const { url } = await serve(
    [1],
    { maxAnswerBytesInFlight: budget, handlerTimeoutMs: 2000, answerWaitMs: 1000 },
    {
      getSliver: async ({ reserve, signal }) => {
        await reserve(budget);
        if (!fails) return new Uint8Array(budget).fill(7);
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        throw new Error('too late');
      },
      getMetadata: async ({ reserve }) => {
        await reserve(budget);
        throw new Error('a fault');
      },
    },
  );
  const metadata = `${url}/v1/blobs/${blobId}/metadata`;
  for (let i = 0; i < 3; i++) expect((await fetch(metadata)).status).toBe(500);
  expect((await fetch(url + PATH)).status).toBe(504);
  fails = false;
  expect(await sizeOf(await fetch(url + PATH))).toBe(budget);
});

test('what is not needed of a reservation is given back before the answer has left', async () => {
  const { url } = await serve(
    [1],
    { maxAnswerBytesInFlight: 2 * LARGE, answerWaitMs: 5000 },
    {
      getMetadata: async ({ reserve }) => {
        await reserve(2 * LARGE);
        return new Uint8Array(LARGE).fill(7);
      },
      getSliver: async ({ reserve }) => {
        await reserve(LARGE);
        return new Uint8Array(LARGE).fill(7);
      },
    },
  );
  const metadata = new AbortController();
  const response = await fetch(`${url}/v1/blobs/${blobId}/metadata`, { signal: metadata.signal });
  expect(response.status).toBe(200);
  expect(await sizeOf(await fetch(url + PATH))).toBe(LARGE);
  metadata.abort();
});
