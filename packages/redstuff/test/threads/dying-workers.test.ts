/**
 * Every operation of a codec while its workers die: it must fail by name, leave nothing behind, and work the next time.
 * Runs on the built package's worker module.
 */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { encodeBlobMetadata, type SliverAxis, type SliverData } from '@walrus-ts/core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createCodecOn } from '../../src/codec/create-codec.js';
import { createCodec as createInlineCodec } from '../../src/create-codec.js';
import { fileSource } from '../../src/node/file-source.js';
import { tempStores } from '../../src/node/temp-store.js';
import { fileIo } from '../../src/node/threads.js';
import { sliversInMemory } from '../../src/source/slivers.js';
import type { BlobCodec, EncodedBlob, RecoverySymbol } from '../../src/types.js';
import type { SpawnWorker, WorkerResponse } from '../../src/threads/worker-port.js';
import { seededBytes } from '../support/backends.js';
import { AXES, CollectingSink, collectingBlobSink, lastSlivers } from '../support/streams.js';
import { sha256 } from '../support/vectors.js';

const WORKER = new URL('../../dist/node/worker.js', import.meta.url);
const N = 10;
const TARGET = 3;
const blob = seededBytes(5, 700_001);

/** Tasks until a worker is killed, 0 for never. */
let fuse = 0;
let isDead = false;

const spawn: SpawnWorker = (listener) => {
  const worker = new Worker(WORKER);
  worker.on('message', (response: WorkerResponse) => listener.onResponse(response));
  worker.on('error', listener.onFailure);
  worker.on('exit', (code) => listener.onFailure(new Error(`ended with ${code}`)));
  return {
    post(request, transfer) {
      if ('task' in request && fuse > 0 && --fuse === 0) {
        isDead = true;
        void worker.terminate();
      }
      worker.postMessage(request, [...transfer]);
    },
    keepAlive: () => {},
    terminate: async () => {
      await worker.terminate();
    },
  };
};

let folder: string;
let path: string;
let codec: BlobCodec;
let expected: EncodedBlob;
let symbols: RecoverySymbol[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'redstuff-dying-'));
  path = join(folder, 'blob');
  await writeFile(path, blob);
  codec = await createCodecOn(
    {
      spawn,
      defaultThreads: 2,
      isPage: false,
      isShared: true,
      stores: ['file'],
      io: fileIo,
      createTempStore: tempStores({ tempDir: folder, memoryLimitBytes: 0 }),
    },
    { nShards: N },
  );
  const inline = await createInlineCodec({ nShards: N });
  expected = await inline.encode(blob);
  symbols = [];
  for (let source = 0; source < N; source++) {
    const sliver = expected.sliver('secondary', source);
    const input = { axis: 'secondary', sliver, targets: [TARGET] } as const;
    for (const { data, proof } of await inline.recoverySymbols(input)) {
      symbols.push({ sourceIndex: source, data, proof });
    }
  }
});
afterEach(async () => {
  fuse = 0;
  expect(await readdir(folder)).toEqual(['blob']);
});
afterAll(async () => {
  await codec.close();
  await rm(folder, { recursive: true, force: true });
});

const last = (axis: SliverAxis): SliverData[] =>
  lastSlivers(codec, axis, (a, index) => expected.sliver(a, index));
const digest = async (
  sliver: (axis: SliverAxis, index: number) => SliverData | Promise<SliverData>,
): Promise<string> => {
  const parts: Uint8Array[] = [];
  for (const axis of AXES) {
    for (let i = 0; i < N; i++) parts.push((await sliver(axis, i)).data);
  }
  return sha256(...parts);
};

/** Each gives something that can be compared with {@link correct}. */
const OPERATIONS: Readonly<Record<string, () => Promise<string>>> = {
  async computeMetadata() {
    const source = await fileSource(path);
    try {
      return sha256(encodeBlobMetadata((await codec.computeMetadata(source)).metadata));
    } finally {
      await source.close();
    }
  },
  async encode() {
    const encoded = await codec.encode(blob);
    return digest((axis, i) => encoded.sliver(axis, i));
  },
  async encodeToSink() {
    const sink = new CollectingSink();
    const source = await fileSource(path);
    try {
      await codec.encodeToSink(source, sink);
    } finally {
      await source.close();
    }
    return digest((axis, i) => sink.sliver(axis, i));
  },
  async encodeToStore() {
    const source = await fileSource(path);
    try {
      await using stored = await codec.encodeToStore(source, { isEarly: true });
      return await digest((axis, i) => stored.sliver(axis, i));
    } finally {
      await source.close();
    }
  },
  async decode() {
    const { blobId, metadata } = expected;
    const slivers = last('primary');
    return sha256(await codec.decode({ blobId, metadata, axis: 'primary', slivers }));
  },
  async decodeToSink() {
    const { blobId, metadata } = expected;
    const slivers = sliversInMemory(last('secondary'));
    const sink = collectingBlobSink();
    await codec.decodeToSink({ blobId, metadata, axis: 'secondary', slivers }, sink);
    return sha256(sink.bytes());
  },
  async verifySlivers() {
    const slivers = AXES.flatMap((axis) =>
      last(axis).map((sliver) => ({ axis, index: sliver.index, sliver })),
    );
    const verdicts = await codec.verifySlivers({ metadata: expected.metadata, slivers });
    return verdicts.map((verdict) => String(verdict)).join();
  },
  async recoverySymbols() {
    const sliver = expected.sliver('secondary', 8);
    const [symbol] = await codec.recoverySymbols({ axis: 'secondary', sliver, targets: [TARGET] });
    return sha256(symbol?.data ?? new Uint8Array(0));
  },
  async recoverSliver() {
    const { metadata } = expected;
    const input = { metadata, axis: 'primary', index: TARGET, symbols } as const;
    const result = await codec.recoverSliver(input);
    return result.kind === 'recovered' ? sha256(result.sliver.data) : result.kind;
  },
};

async function correct(name: string): Promise<string> {
  switch (name) {
    case 'computeMetadata':
      return sha256(encodeBlobMetadata(expected.metadata));
    case 'decode':
    case 'decodeToSink':
      return sha256(blob);
    case 'verifySlivers':
      return AXES.flatMap((axis) => last(axis).map(() => 'null')).join();
    case 'recoverySymbols':
      return sha256(symbols[8]?.data ?? new Uint8Array(0));
    case 'recoverSliver':
      return sha256(expected.sliver('primary', TARGET).data);
    default:
      return digest((axis, i) => expected.sliver(axis, i));
  }
}

describe.each(Object.entries(OPERATIONS))('%s', (name, run) => {
  it.each([1, 2, 5])('fails by name when a worker dies with task %d, and recovers', async (at) => {
    fuse = at;
    isDead = false;
    const outcome = await run().catch((error: unknown) => error);
    fuse = 0;
    // Short operations may be over before.
    if (isDead) {
      expect(outcome).toMatchObject({ code: 'REDSTUFF_WORKER_FAILED', retryable: true });
      expect(await readdir(folder)).toEqual(['blob']);
    } else {
      expect(at).toBeGreaterThan(1);
    }
    expect(await run()).toBe(await correct(name));
  });
});
