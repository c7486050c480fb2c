import { afterEach, describe, expect, test } from 'vitest';
import {
  decodeStorageConfirmation,
  encodeSliver,
  loadBls,
  normalizeAddress,
  pairOfShard,
  sliverIndexOfPair,
  type BlobId,
  type SliverAxis,
} from '@walrus-ts/core';
import { createCodec, type EncodedBlob } from '@walrus-ts/redstuff';
import { NodeConfigSchema, createStorageNode } from '../../src/index.js';
import { certified, deleted, registered } from '../support/fake-chain.mjs';
import { NETWORK_KEY, PROTOCOL_KEY, startTestNode } from '../support/test-node.mjs';

const implementation = { createStorageNode, NodeConfigSchema };
const AXES: SliverAxis[] = ['primary', 'secondary'];
const nShards = 10;

type TestNode = Awaited<ReturnType<typeof startTestNode>>;
let running: TestNode | undefined;

async function start(options: Parameters<typeof startTestNode>[1] = {}): Promise<TestNode> {
  running = await startTestNode(implementation, options);
  return running;
}

afterEach(async () => {
  await running?.stop();
  running = undefined;
});

async function encode(size: number, seed = 1): Promise<EncodedBlob> {
  const codec = await createCodec({ nShards });
  return codec.encode(
    Uint8Array.from({ length: size }, (_, i) => (i * 31 + seed * 7 + (i >> 8)) & 255),
  );
}

async function putAll(
  { client }: TestNode,
  blob: EncodedBlob,
  shards: readonly number[],
  options: { pending?: boolean } = {},
): Promise<string[]> {
  const outcomes: string[] = [];
  for (const shard of shards) {
    const pair = pairOfShard(nShards, blob.blobId, shard);
    for (const axis of AXES) {
      const sliver = blob.sliver(axis, sliverIndexOfPair(nShards, axis, pair));
      outcomes.push(await client.putSliver(blob.blobId, pair, axis, sliver, options));
    }
  }
  return outcomes;
}

const allShards = Array.from({ length: nShards }, (_, i) => i);

describe('a storage node', () => {
  test('stores a registered blob, serves it and signs for it', async () => {
    const node = await start();
    const { client, chain } = node;
    const blob = await encode(5000);
    const { blobId } = blob;
    expect(await client.blobStatus(blobId)).toEqual({ kind: 'nonexistent' });
    chain.push(registered(blobId));

    expect(await client.metadataStatus(blobId)).toBe('nonexistent');
    expect(await client.putMetadata(blobId, blob.metadata)).toBe('stored');
    expect(await client.putMetadata(blobId, blob.metadata)).toBe('alreadyStored');
    expect(await client.metadataStatus(blobId)).toBe('stored');
    expect(await client.getMetadata(blobId)).toEqual({ blobId, metadata: blob.metadata });

    await expect(client.confirmation(blobId, { kind: 'permanent' })).rejects.toMatchObject({
      code: 'NODE_API_MISSING_SLIVERS',
      httpStatus: 400,
    });
    expect(await client.sliverStatus(blobId, 3, 'primary')).toBe('nonexistent');
    expect(new Set(await putAll(node, blob, allShards))).toEqual(new Set(['stored']));
    expect(new Set(await putAll(node, blob, allShards))).toEqual(new Set(['alreadyStored']));
    expect(await client.sliverStatus(blobId, 3, 'primary')).toBe('stored');
    for (const axis of AXES) {
      const index = sliverIndexOfPair(nShards, axis, 3);
      const sliver = await client.getSliver(blobId, 3, axis);
      expect(encodeSliver(sliver)).toEqual(encodeSliver(blob.sliver(axis, index)));
    }

    const signed = await client.confirmation(blobId, { kind: 'permanent' });
    expect(decodeStorageConfirmation(signed.serializedMessage)).toEqual({
      epoch: 1,
      blobId,
      persistence: { kind: 'permanent' },
    });
    const bls = await loadBls();
    const publicKey = bls.publicKey(PROTOCOL_KEY);
    expect(bls.verify(publicKey, signed.serializedMessage, signed.signature)).toBe(true);

    const health = await client.health({ detailed: true });
    expect(health).toMatchObject({ epoch: 1, nodeStatus: 'Active', shardSummary: { owned: 10 } });
    expect(health.shardDetail?.owned).toHaveLength(10);
  });

  test('keeps everything over a restart and resumes at its cursor', async () => {
    const blob = await encode(300_000);
    const first = await start();
    first.chain.push(registered(blob.blobId));
    await first.client.putMetadata(blob.blobId, blob.metadata);
    await putAll(first, blob, allShards);
    await first.stop({ keep: true });
    const from: bigint[] = [];
    const chain = {
      ...first.chain,
      events: (options: { fromCheckpoint: bigint }) => {
        from.push(options.fromCheckpoint);
        return first.chain.events(options);
      },
    };
    const second = await start({ chain, dataDir: first.directory });
    await second.client.confirmation(blob.blobId, { kind: 'permanent' });
    expect(await second.client.blobStatus(blob.blobId)).toMatchObject({ kind: 'permanent' });
    expect(from[0]).toBe(2n);
    await second.client.getSliver(blob.blobId, 0, 'primary');
  });

  test('keeps large slivers in files and finds them again', async () => {
    const node = await start({ overrides: { limits: { inlineSliverBytes: 1000 } } });
    const blob = await encode(100_000);
    node.chain.push(registered(blob.blobId));
    await node.client.putMetadata(blob.blobId, blob.metadata);
    await putAll(node, blob, allShards);
    await node.client.confirmation(blob.blobId, { kind: 'permanent' });
    const sliver = await node.client.getSliver(blob.blobId, 4, 'secondary');
    expect(sliver).toEqual(expect.objectContaining({ index: 5, symbolSize: blob.symbolSize }));
  });

  test('waits for a registration that is on its way', async () => {
    const { client, chain } = await start();
    const blob = await encode(100);
    const put = client.putMetadata(blob.blobId, blob.metadata);
    setTimeout(() => chain.push(registered(blob.blobId)), 100);
    expect(await put).toBe('stored');
  });

  test('refuses uploads without registration', async () => {
    const { client } = await start({ overrides: { limits: { registrationWaitMs: 20 } } });
    const blob = await encode(100);
    await expect(client.putMetadata(blob.blobId, blob.metadata)).rejects.toMatchObject({
      reason: 'NOT_REGISTERED',
      status: 'FAILED_PRECONDITION',
      retryable: true,
    });
    await expect(
      client.putSliver(blob.blobId, 0, 'primary', blob.sliver('primary', 0)),
    ).rejects.toMatchObject({ reason: 'NOT_REGISTERED' });
    await expect(client.getMetadata(blob.blobId)).rejects.toMatchObject({
      reason: 'METADATA_NOT_FOUND',
      httpStatus: 404,
    });
    await expect(client.confirmation(blob.blobId, { kind: 'permanent' })).rejects.toMatchObject({
      reason: 'NOT_REGISTERED',
    });
  });

  test('buffers pending uploads and stores them when the registration comes', async () => {
    const node = await start();
    const { client, chain } = node;
    const blob = await encode(2000);
    const { blobId } = blob;
    expect(await client.putMetadata(blobId, blob.metadata, { pending: true })).toBe('buffered');
    const outcomes = await putAll(node, blob, allShards, { pending: true });
    expect(new Set(outcomes)).toEqual(new Set(['buffered']));
    expect(await client.sliverStatus(blobId, 0, 'primary')).toBe('buffered');
    expect(await client.metadataStatus(blobId)).toBe('nonexistent');
    chain.push(registered(blobId));
    await client.confirmation(blobId, { kind: 'permanent' });
    expect(await client.sliverStatus(blobId, 0, 'primary')).toBe('stored');
  });

  test('refuses what does not belong to the blob', async () => {
    const { client, chain } = await start();
    const blob = await encode(5000);
    const other = await encode(5000, 2);
    const { blobId } = blob;
    chain.push(registered(blobId));
    await expect(client.putMetadata(blobId, other.metadata)).rejects.toMatchObject({
      reason: 'INVALID_METADATA',
      status: 'INVALID_ARGUMENT',
    });
    await expect(
      client.putSliver(blobId, 0, 'primary', blob.sliver('primary', 0)),
    ).rejects.toMatchObject({ reason: 'METADATA_NOT_FOUND', httpStatus: 400 });
    await client.putMetadata(blobId, blob.metadata);
    const wrong = [
      [0, 'primary', other.sliver('primary', 0), 'INVALID_SLIVER'],
      [0, 'primary', blob.sliver('primary', 1), 'SLIVER_INDEX_MISMATCH'],
      [0, 'secondary', blob.sliver('secondary', 0), 'SLIVER_INDEX_MISMATCH'],
      [10, 'primary', blob.sliver('primary', 0), 'INDEX_OUT_OF_RANGE'],
    ] as const;
    for (const [pair, axis, sliver, reason] of wrong) {
      await expect(client.putSliver(blobId, pair, axis, sliver), reason).rejects.toMatchObject({
        reason,
      });
    }
    const flipped = encodeSliver(blob.sliver('primary', 0));
    flipped[10] = (flipped[10] ?? 0) ^ 1;
    await expect(client.putSliver(blobId, 0, 'primary', flipped)).rejects.toMatchObject({
      reason: 'INVALID_SLIVER',
    });
    await expect(
      client.putSliver(blobId, 0, 'primary', flipped.subarray(0, 20)),
    ).rejects.toMatchObject({ reason: 'INVALID_SLIVER' });
    expect(await client.sliverStatus(blobId, 0, 'primary')).toBe('nonexistent');
  });

  test('takes and serves only slivers of its own shards', async () => {
    const shards = [1, 4];
    const node = await start({ shards });
    const { client, chain } = node;
    const blob = await encode(500);
    const { blobId } = blob;
    chain.push(registered(blobId));
    await client.putMetadata(blobId, blob.metadata);
    const foreign = pairOfShard(nShards, blobId, 2);
    const index = sliverIndexOfPair(nShards, 'primary', foreign);
    const refusal = { reason: 'SHARD_NOT_ASSIGNED', httpStatus: 400 };
    await expect(
      client.putSliver(blobId, foreign, 'primary', blob.sliver('primary', index)),
    ).rejects.toMatchObject(refusal);
    await expect(client.getSliver(blobId, foreign, 'primary')).rejects.toMatchObject(refusal);
    await putAll(node, blob, shards);
    await client.confirmation(blobId, { kind: 'permanent' });
    const own = pairOfShard(nShards, blobId, 4);
    expect((await client.getSliver(blobId, own, 'primary')).index).toBe(own);
  });

  test('confirms a deletable blob only for its object', async () => {
    const node = await start({ overrides: { limits: { registrationWaitMs: 20 } } });
    const { client, chain } = node;
    const blob = await encode(700);
    const { blobId } = blob;
    const registration = registered(blobId, { isDeletable: true });
    chain.push(registration);
    await until(async () => (await status(client, blobId)).kind !== 'nonexistent');
    await client.putMetadata(blobId, blob.metadata);
    await putAll(node, blob, allShards);
    const objectId = normalizeAddress(registration.objectId);
    const signed = await client.confirmation(blobId, { kind: 'deletable', objectId });
    expect(decodeStorageConfirmation(signed.serializedMessage).persistence).toEqual({
      kind: 'deletable',
      objectId,
    });
    await expect(
      client.confirmation(blobId, { kind: 'deletable', objectId: normalizeAddress('0x77') }),
    ).rejects.toMatchObject({ reason: 'NOT_REGISTERED' });
  });

  test('deletes data when the last registration is gone', async () => {
    const node = await start({
      overrides: { limits: { registrationWaitMs: 20, inlineSliverBytes: 500 } },
    });
    const { client, chain } = node;
    const blob = await encode(20_000);
    const { blobId } = blob;
    const one = registered(blobId, { isDeletable: true });
    const two = registered(blobId, { isDeletable: true, endEpoch: 2 });
    chain.push(one, two, certified(one));
    await until(async () => (await status(client, blobId)).kind === 'deletable');
    await client.putMetadata(blobId, blob.metadata);
    await putAll(node, blob, allShards);
    chain.push(deleted(one, { wasCertified: true }));
    await until(async () => (await status(client, blobId)).deletableCounts?.total === 1);
    await client.getSliver(blobId, 0, 'primary');
    chain.state.epoch = 2;
    chain.push({ type: 'EpochChangeStart', epoch: 2 });
    await until(async () => (await status(client, blobId)).kind === 'nonexistent');
    await until(async () => (await client.metadataStatus(blobId)) === 'nonexistent');
    await until(async () => (await client.sliverStatus(blobId, 0, 'primary')) === 'nonexistent');
    await expect(client.getSliver(blobId, 0, 'primary')).rejects.toMatchObject({
      reason: 'SLIVER_NOT_FOUND',
      httpStatus: 404,
    });
  });

  test('reports invalid blobs and refuses their uploads', async () => {
    const { client, chain } = await start();
    const blob = await encode(20);
    chain.push(registered(blob.blobId), { type: 'InvalidBlobID', epoch: 1, blobId: blob.blobId });
    await until(async () => (await status(client, blob.blobId)).kind === 'invalid');
    expect(await client.blobStatus(blob.blobId)).toEqual({
      kind: 'invalid',
      event: { txDigest: 'tx2', eventSeq: '1' },
    });
    await expect(client.putMetadata(blob.blobId, blob.metadata)).rejects.toMatchObject({
      reason: 'INVALID_BLOB',
    });
  });

  test('serves TLS that clients can pin by the network key', async () => {
    const { networkPublicKey } = await import('../../src/index.js');
    const node = await start({
      overrides: { tls: { disable: false } },
      pinnedKey: networkPublicKey(NETWORK_KEY),
    });
    expect(node.node.url).toMatch(/^https:/);
    expect((await node.client.health()).epoch).toBe(1);
    const { createNodeClient } = await import('@walrus-ts/node-api/node');
    const stranger = createNodeClient({
      baseUrl: node.node.url,
      pinnedKey: networkPublicKey(new Uint8Array(32).fill(3)),
    });
    await expect(stranger.health()).rejects.toMatchObject({
      code: 'NODE_API_KEY_MISMATCH',
      retryable: false,
    });
    await stranger.close();
    const unpinned = createNodeClient({ baseUrl: node.node.url });
    await expect(unpinned.health()).rejects.toMatchObject({ code: 'NODE_API_UNREACHABLE' });
    await unpinned.close();
  });

  test('refuses a data directory that is in use or belongs to another node', async () => {
    const node = await start();
    await expect(start0(node.directory)).rejects.toMatchObject({ code: 'NODE_DATA_DIR_LOCKED' });
    await node.stop({ keep: true });
    await expect(start0(node.directory, { nodeId: '0x99' })).rejects.toMatchObject({
      code: 'NODE_DATA_DIR_FOREIGN',
    });
  });
});

describe('epochs', () => {
  test('reports the shard sync once per epoch, also over restarts', async () => {
    const node = await start();
    await until(async () => node.chain.state.reported.length === 1);
    node.chain.state.epoch = 2;
    node.chain.push({ type: 'EpochChangeStart', epoch: 2 });
    await until(async () => node.chain.state.reported.length === 2);
    await node.stop({ keep: true });
    const again = await start({ chain: node.chain, dataDir: node.directory });
    await until(async () => (await again.client.health()).nodeStatus === 'Active');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(node.chain.state.reported).toEqual([1, 2]);
  });

  test('waits with the report until gained shards hold what was certified before', async () => {
    const node = await start({ shards: [0, 1, 2] });
    const { chain, client } = node;
    const blob = await encode(900);
    const { blobId } = blob;
    const registration = registered(blobId);
    chain.push(registration, certified(registration));
    await client.putMetadata(blobId, blob.metadata);
    await putAll(node, blob, [0, 1, 2]);
    chain.state.epoch = 2;
    chain.state.shards = [0, 1, 2, 3];
    chain.push({ type: 'EpochChangeStart', epoch: 2 });
    await until(async () => (await client.health()).shardSummary.ownedShardStatus.inTransfer === 1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(chain.state.reported).toEqual([1]);
    await expect(client.confirmation(blobId, { kind: 'permanent' })).rejects.toMatchObject({
      reason: 'MISSING_SLIVERS',
    });
    await putAll(node, blob, [3]);
    await until(async () => chain.state.reported.length === 2, 8000);
    expect((await client.health()).shardSummary.ownedShardStatus.ready).toBe(4);
  }, 15_000);

  test('keeps serving lost shards but takes nothing more for them', async () => {
    const node = await start({ shards: [0, 1] });
    const { chain, client } = node;
    const blob = await encode(900);
    const { blobId } = blob;
    chain.push(registered(blobId));
    await client.putMetadata(blobId, blob.metadata);
    const pair = pairOfShard(nShards, blobId, 1);
    const sliver = blob.sliver('primary', pair);
    await client.putSliver(blobId, pair, 'primary', sliver);
    chain.state.epoch = 2;
    chain.state.shards = [0];
    chain.push({ type: 'EpochChangeStart', epoch: 2 });
    await until(async () => (await client.health()).shardSummary.readOnly === 1);
    expect((await client.getSliver(blobId, pair, 'primary')).index).toBe(pair);
    await expect(client.putSliver(blobId, pair, 'primary', sliver)).rejects.toMatchObject({
      reason: 'SHARD_NOT_ASSIGNED',
    });
  });

  test('signs nothing while the events are behind the committee', async () => {
    const node = await start();
    const { chain, client } = node;
    const blob = await encode(50);
    chain.push(registered(blob.blobId));
    await client.putMetadata(blob.blobId, blob.metadata);
    await putAll(node, blob, allShards);
    chain.state.epoch = 2;
    await node.stop({ keep: true });
    const again = await startTestNode(implementation, { chain, dataDir: node.directory });
    running = again;
    // Until it has read the committee, the node still speaks for the epoch it knows.
    await until(async () =>
      again.client.confirmation(blob.blobId, { kind: 'permanent' }).then(
        () => false,
        (error: unknown) => {
          expect(error).toMatchObject({ reason: 'UNAVAILABLE', httpStatus: 503 });
          return true;
        },
      ),
    );
    chain.push({ type: 'EpochChangeStart', epoch: 2 });
    await until(async () =>
      again.client.confirmation(blob.blobId, { kind: 'permanent' }).then(
        () => true,
        () => false,
      ),
    );
  });
});

async function start0(dataDir: string, overrides = {}): Promise<unknown> {
  return startTestNode(implementation, { dataDir, overrides });
}

async function status(
  client: TestNode['client'],
  blobId: BlobId,
): Promise<{ kind: string; deletableCounts?: { total: number } }> {
  return client.blobStatus(blobId);
}

async function until(condition: () => Promise<boolean>, limitMs = 3000): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
