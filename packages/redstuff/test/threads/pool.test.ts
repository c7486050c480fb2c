/** The pool with real worker threads of Node, some of which die. Runs on the built package's worker module. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { createCodec } from '@walrus-ts/redstuff/node';
import { createCodec as createInlineCodec } from '@walrus-ts/redstuff';
import { afterEach, expect, it } from 'vitest';
import { WorkerPool } from '../../src/threads/pool.js';
import type { RootsTask, Task } from '../../src/threads/tasks.js';
import type { SpawnWorker, WorkerResponse } from '../../src/threads/worker-port.js';
import { seededBytes } from '../support/backends.js';

const WORKER = new URL('../../dist/node/worker.js', import.meta.url);
const N = 10;
const SYMBOL = 2;

/** Starts the real worker, or one that ends in some way when it gets its first task. */
function spawner(deaths: readonly string[]): { spawn: SpawnWorker; started: Worker[] } {
  const started: Worker[] = [];
  return {
    started,
    spawn: (listener) => {
      const death = deaths[started.length];
      const worker =
        death === undefined
          ? new Worker(WORKER)
          : new Worker(
              `require('node:worker_threads').parentPort.on('message', () => { ${death} })`,
              { eval: true, resourceLimits: { maxOldGenerationSizeMb: 24 } },
            );
      started.push(worker);
      worker.on('message', (response: WorkerResponse) => listener.onResponse(response));
      worker.on('error', listener.onFailure);
      worker.on('exit', (code) => listener.onFailure(new Error(`ended with ${code}`)));
      return {
        post: (request, transfer) => worker.postMessage(request, [...transfer]),
        keepAlive: () => {},
        terminate: async () => {
          await worker.terminate();
        },
      };
    },
  };
}

function task(): RootsTask {
  const sliverBytes = 7 * SYMBOL;
  return {
    kind: 'roots',
    axis: 'primary',
    nShards: N,
    implementation: 'plain',
    symbolSize: SYMBOL,
    words: 1,
    input: { kind: 'bytes', bytes: new ArrayBuffer(sliverBytes) },
    returnsInput: false,
  };
}

let pool: WorkerPool;
afterEach(async () => {
  await pool?.close();
});

it.each([
  ['ends', 'process.exit(3)'],
  ['throws', 'throw new Error("boom")'],
  ['runs out of memory', 'const a = []; for (;;) a.push(new Array(1e6).fill(1.5))'],
])('a worker that %s rejects its jobs, and the pool recovers', async (_, death) => {
  const { spawn, started } = spawner([death, death]);
  pool = new WorkerPool({ threads: 1, spawn, isShared: true, stores: [] });
  for (let round = 0; round < 2; round++) {
    const outcomes = await Promise.allSettled([pool.run(task()), pool.run(task())]);
    for (const outcome of outcomes) {
      expect(outcome.status).toBe('rejected');
      expect(outcome).toMatchObject({
        reason: { code: 'REDSTUFF_WORKER_FAILED', retryable: true },
      });
    }
  }
  const { roots } = await pool.run(task());
  expect(roots?.length).toBe(32);
  expect(started.length).toBe(3);
});

it('jobs in the queue outlive the worker that dies before them', async () => {
  const { spawn } = spawner(['process.exit(1)']);
  pool = new WorkerPool({ threads: 1, spawn, isShared: true, stores: [] });
  const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => pool.run(task())));
  const done = outcomes.filter(({ status }) => status === 'fulfilled');
  expect(done.length).toBe(4);
});

it('an error in a task is passed on and the worker goes on', async () => {
  const { spawn, started } = spawner([]);
  pool = new WorkerPool({ threads: 1, spawn, isShared: true, stores: [] });
  const broken: Task = { ...task(), nShards: 2 };
  await expect(pool.run(broken)).rejects.toMatchObject({ code: 'CORE_INVALID_SHARDS' });
  expect((await pool.run(task())).roots?.length).toBe(32);
  expect(started.length).toBe(1);
});

it('closing rejects what is under way, and everything after it', async () => {
  const { spawn } = spawner(['for (;;) {}']);
  pool = new WorkerPool({ threads: 1, spawn, isShared: true, stores: [] });
  const running = [pool.run(task()), pool.run(task()), pool.run(task())];
  const outcomes = Promise.allSettled(running);
  await pool.close();
  for (const outcome of await outcomes) {
    expect(outcome).toMatchObject({ reason: { code: 'REDSTUFF_CLOSED' } });
  }
  await expect(pool.run(task())).rejects.toMatchObject({ code: 'REDSTUFF_CLOSED' });
});

it('refuses an impossible number of threads', async () => {
  await expect(createCodec({ nShards: 4, threads: -1 })).rejects.toThrow(RangeError);
  await expect(createCodec({ nShards: 4, threads: 1.5 })).rejects.toThrow(RangeError);
});

it('runs several operations of one codec at the same time', async () => {
  await using codec = await createCodec({ nShards: N, threads: 2 });
  const inline = await createInlineCodec({ nShards: N });
  const blobs = Array.from({ length: 6 }, (_, i) => seededBytes(i, 20_000 + 999 * i));
  const encoded = await Promise.all(blobs.map((blob) => codec.encode(blob)));
  for (const [i, blob] of blobs.entries()) {
    expect(encoded[i]?.metadata, `blob ${i}`).toEqual((await inline.encode(blob)).metadata);
  }
});

it('keeps no process alive, and none from finishing its work', async () => {
  const script = `
    import { createCodec } from '@walrus-ts/redstuff/node';
    const codec = await createCodec({ nShards: 10, threads: 2 });
    const { blobId } = await codec.computeMetadata(new Uint8Array(100000));
    console.log(blobId);
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', script],
    { cwd: fileURLToPath(new URL('../..', import.meta.url)), timeout: 20_000 },
  );
  expect(stdout.trim()).toHaveLength(43);
});
