import { readdirSync, readlinkSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { connect as connectSession, type ClientHttp2Stream } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, expect, test, vi } from 'vitest';
import { blobIdFromBytes, shardOfPair } from '@walrus-ts/core';
import { NodeConfigSchema, createStorageNode, networkPublicKey } from '../../src/index.js';
import { BlobStore } from '../../src/storage/blob-store.js';
import { openDatabase } from '../../src/storage/database.js';
import { NETWORK_KEY, nodeConfig, startTestNode } from '../support/test-node.mjs';

const nShards = 1000;
const blobId = blobIdFromBytes(new Uint8Array(32).fill(5));
const MIB = 1024 * 1024;
/** A loopback connection cannot take it into its buffers. */
const LARGE = 20 * MIB;
/** The largest that lives in the database. */
const INLINE = MIB;
const path = (pair: number): string => `/v1/blobs/${blobId}/slivers/${pair}/primary`;
const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A node that has a sliver of 20 MiB in a file as pair 0, and one of 1 MiB in the database as pair 1. */
async function start(limits: object, isTls = false) {
  const dataDir = await mkdtemp(join(tmpdir(), 'walrus-node-'));
  const database = await openDatabase(dataDir, nodeConfig(NodeConfigSchema, dataDir));
  const store = new BlobStore(
    { directory: dataDir, inlineSliverBytes: INLINE, concurrentFileWrites: 2 },
    { database, logger: pino({ level: 'silent' }) },
  );
  await store.open();
  for (const [pair, size] of [LARGE, INLINE].entries()) {
    const shard = shardOfPair(nShards, blobId, pair);
    const bytes = new Uint8Array(size).fill(pair + 1);
    await store.putSliver({ shard, axis: 'primary', blobId }, bytes);
  }
  await database.close();
  const lines: string[] = [];
  const node = await startTestNode(
    { createStorageNode, NodeConfigSchema },
    {
      nShards,
      dataDir,
      ...(isTls && { pinnedKey: networkPublicKey(NETWORK_KEY) }),
      overrides: { limits, tls: { disable: !isTls } },
      logger: pino({ level: 'debug' }, { write: (line) => void lines.push(line) }),
    },
  );
  cleanups.push(() => node.stop());
  return {
    dataDir,
    url: node.node.url,
    logged: (text: string, times: number) =>
      vi.waitFor(
        () =>
          expect(lines.filter((line) => line.includes(text)).length).toBeGreaterThanOrEqual(times),
        20_000,
      ),
  };
}

async function fetchSliver(url: string, pair: number): Promise<Uint8Array> {
  const response = await fetch(url + path(pair));
  expect(response.status).toBe(200);
  return new Uint8Array(await response.arrayBuffer());
}

/** Asks and never reads. */
function stall(url: string, pair: number): Socket {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.pause();
  socket.write(`GET ${path(pair)} HTTP/1.1\r\nhost: x\r\n\r\n`);
  cleanups.push(async () => socket.destroy());
  return socket;
}

/** Files of the node's slivers that this process has open. Known on Linux only. */
function openSlivers(dataDir: string): number {
  if (process.platform !== 'linux') return 0;
  const targets = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(join('/proc/self/fd', fd));
    } catch {
      return '';
    }
  });
  return targets.filter((target) => target.startsWith(join(dataDir, 'slivers'))).length;
}

test('many readers that take nothing do not fill the node, and others are still served', async () => {
  const budget = 4 * MIB;
  const { url, logged, dataDir } = await start({
    answerBytesInFlight: budget,
    answerWaitMs: 60_000,
    answerStallMs: 500,
    requestTimeoutMs: 60_000,
  });
  const readers = 40;
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  const sampler = setInterval(() => {
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }, 5);
  const sockets = Array.from({ length: readers }, () => stall(url, 0));
  try {
    // 384 KiB for each answer: 10 fit.
    await logged('answer waits for memory', readers - 10);
    if (process.platform === 'linux') {
      await vi.waitFor(() => expect(openSlivers(dataDir)).toBe(10), 10_000);
    }
    // Behind everybody.
    const bytes = fetchSliver(url, 1);
    await logged('reader stalled', readers);
    expect(await bytes).toEqual(new Uint8Array(INLINE).fill(2));
  } finally {
    clearInterval(sampler);
  }
  // The slivers themselves are 800 MiB. Pieces that are done with are there until they are collected.
  expect(most).toBeLessThan(budget + 200 * MIB);
  for (const socket of sockets) socket.destroy();
  await logged('"answered"', readers + 1);
  await vi.waitFor(() => expect(openSlivers(dataDir)).toBe(0), 10_000);
  const whole = await fetchSliver(url, 0);
  expect(Buffer.from(whole).equals(Buffer.alloc(LARGE, 1))).toBe(true);
}, 60_000);

test('readers that leave, waiting or served, give their place and their file back', async () => {
  const { url, logged, dataDir } = await start({
    answerBytesInFlight: MIB,
    answerWaitMs: 60_000,
    requestTimeoutMs: 60_000,
  });
  // 384 KiB for each: two are served.
  const sockets = Array.from({ length: 20 }, () => stall(url, 0));
  await logged('answer waits for memory', 18);
  if (process.platform === 'linux') {
    await vi.waitFor(() => expect(openSlivers(dataDir)).toBe(2), 10_000);
  }
  for (const socket of sockets) socket.destroy();
  await logged('"answered"', 20);
  // Needs the whole budget.
  expect(await fetchSliver(url, 1)).toHaveLength(INLINE);
  await vi.waitFor(() => expect(openSlivers(dataDir)).toBe(0), 10_000);
}, 60_000);

test('over HTTP/2 only the stream that stalls is cut off', async () => {
  const { url, logged } = await start(
    { answerBytesInFlight: 2 * MIB, answerWaitMs: 60_000, answerStallMs: 500 },
    true,
  );
  const session = connectSession(url, { rejectUnauthorized: false });
  session.on('error', () => undefined);
  cleanups.push(async () => session.destroy());
  const ask = (pair: number): ClientHttp2Stream => {
    const stream = session.request({ ':path': path(pair) });
    stream.on('error', () => undefined);
    return stream;
  };
  // Never read: the window of each lets 64 KiB through.
  const stalled = [ask(0), ask(1), ask(0), ask(1)];
  const closed = stalled.map((stream) => new Promise((resolve) => stream.once('close', resolve)));
  await logged('answer waits for memory', 1);
  await logged('reader stalled', 4);
  for (const stream of stalled) stream.resume();
  await Promise.all(closed);
  for (const pair of [0, 1]) {
    let length = 0;
    const stream = ask(pair);
    stream.on('data', (chunk: Buffer) => (length += chunk.length));
    await new Promise((resolve) => stream.once('close', resolve));
    expect(length).toBe([LARGE, INLINE][pair]);
  }
}, 60_000);
