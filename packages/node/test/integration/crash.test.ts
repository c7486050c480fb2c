import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import {
  encodeSliver,
  equalBytes,
  sliverIndexOfPair,
  type BlobId,
  type SliverAxis,
} from '@walrus-ts/core';
import { createNodeClient } from '@walrus-ts/node-api/node';
import { createCodec, type EncodedBlob } from '@walrus-ts/redstuff';

const CHILD = fileURLToPath(new URL('../support/crash-child.mjs', import.meta.url));
const nShards = 10;
const BLOBS = 50;
const AXES: SliverAxis[] = ['primary', 'secondary'];

let child: ChildProcess | undefined;
let directory: string | undefined;

afterEach(async () => {
  child?.kill('SIGKILL');
  if (directory !== undefined) await rm(directory, { recursive: true, force: true });
});

async function startChild(settings: string): Promise<string> {
  const process_ = spawn(process.execPath, [CHILD, settings], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = process_;
  const lines = createInterface({ input: process_.stdout });
  return new Promise((resolve, reject) => {
    lines.once('line', (line) => resolve((JSON.parse(line) as { url: string }).url));
    process_.once('exit', (code) => reject(new Error(`the node ended with code ${code}`)));
  });
}

async function kill(): Promise<void> {
  const ending = new Promise((resolve) => child?.once('exit', resolve));
  child?.kill('SIGKILL');
  await ending;
}

test('a killed node loses nothing it acknowledged', async () => {
  directory = await mkdtemp(join(tmpdir(), 'walrus-crash-'));
  const settings = join(directory, 'settings.json');
  const codec = await createCodec({ nShards });
  const blobs: EncodedBlob[] = [];
  for (let seed = 0; seed < BLOBS; seed++) {
    blobs.push(
      await codec.encode(Uint8Array.from({ length: 30_000 }, (_, i) => (i * (seed + 3)) & 255)),
    );
  }
  await writeFile(
    settings,
    JSON.stringify({
      dataDir: join(directory, 'data'),
      nShards,
      blobIds: blobs.map(({ blobId }) => blobId),
      // Primary slivers are above, secondary ones below: both ways of storing are under test.
      inlineSliverBytes: 6000,
    }),
  );

  const metadataDone = new Set<BlobId>();
  const sliversDone = new Set<string>();
  const confirmed = new Set<BlobId>();
  for (let round = 0; round < 5; round++) {
    const url = await startChild(settings);
    const client = createNodeClient({ baseUrl: url, nShards, connections: 50 });
    for (const [i, blob] of blobs.entries()) await check(client, blob, i);
    let acknowledged = 0;
    const uploads = blobs.map(async (blob) => {
      const { blobId } = blob;
      await client.putMetadata(blobId, blob.metadata);
      metadataDone.add(blobId);
      for (let pair = 0; pair < nShards; pair++) {
        for (const axis of AXES) {
          const sliver = blob.sliver(axis, sliverIndexOfPair(nShards, axis, pair));
          await client.putSliver(blobId, pair, axis, sliver);
          sliversDone.add(`${blobId}/${pair}/${axis}`);
          acknowledged += 1;
        }
      }
      await client.confirmation(blobId, { kind: 'permanent' });
      confirmed.add(blobId);
    });
    const all = Promise.allSettled(uploads);
    // In the middle of the uploads, at another place each time.
    const target = 150 * (round + 1);
    while (acknowledged < target && confirmed.size < BLOBS) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await kill();
    await all;
    await client.close();
  }
  expect(sliversDone.size).toBeGreaterThan(500);

  const url = await startChild(settings);
  const client = createNodeClient({ baseUrl: url, nShards });
  for (const [i, blob] of blobs.entries()) await check(client, blob, i);
  for (const blobId of confirmed) await client.confirmation(blobId, { kind: 'permanent' });
  await client.close();
  await kill();

  async function check(
    node: ReturnType<typeof createNodeClient>,
    blob: EncodedBlob,
    number: number,
  ): Promise<void> {
    const { blobId } = blob;
    if (metadataDone.has(blobId)) {
      expect((await node.getMetadata(blobId)).metadata, `blob ${number}`).toEqual(blob.metadata);
    }
    for (let pair = 0; pair < nShards; pair++) {
      for (const axis of AXES) {
        const index = sliverIndexOfPair(nShards, axis, pair);
        const name = `blob ${number}, ${axis} sliver of pair ${pair}`;
        if (sliversDone.has(`${blobId}/${pair}/${axis}`)) {
          const stored = encodeSliver(await node.getSliver(blobId, pair, axis));
          expect(equalBytes(stored, encodeSliver(blob.sliver(axis, index))), name).toBe(true);
        }
      }
    }
  }
}, 120_000);
