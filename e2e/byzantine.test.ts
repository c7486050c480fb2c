import { createNodeClient } from '@walrus-ts/node-api/node';
import type { BlobId } from '@walrus-ts/core';
import { createWalrusClient, type NodeConnector, type WalrusClient } from '@walrus-ts/sdk';
import {
  createFaultProxy,
  startTestNetwork,
  testBytes,
  type Fault,
  type FaultProxy,
  type TestNetwork,
} from '@walrus-ts/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const N_NODES = 12;
const N_SHARDS = 100;
/** Nodes that may lie at once: they hold at most 45 shards, and 34 slivers are enough. */
const BAD = 5;
/** With these gone 27 shards are left at most. */
const TOO_MANY = 9;
const SIZE = 100_000;
/** A read that cannot succeed says so within this time, ms. */
const GIVE_UP_MS = 30_000;

let network: TestNetwork;
let walrus: WalrusClient;
let wanted: { readonly id: BlobId; readonly bytes: Uint8Array };
/** Another blob of the same size on the same nodes. */
let other: { readonly id: BlobId; readonly bytes: Uint8Array };
/** One proxy per node, by node name. */
const proxies = new Map<string, FaultProxy>();
/** What the client said about nodes at debug level: node names by message. */
let blamed: { readonly node: string; readonly message: string }[] = [];

const connect: NodeConnector = (member, nShards) => {
  const proxy = proxies.get(member.name);
  if (proxy === undefined) throw new Error(`no proxy for ${member.name}`);
  return createNodeClient({ baseUrl: proxy.url, nShards });
};

beforeAll(async () => {
  network = await startTestNetwork({ nNodes: N_NODES, nShards: N_SHARDS });
  for (const { name, url } of network.local.info.nodes) {
    proxies.set(name, await createFaultProxy({ target: url, nShards: N_SHARDS }));
  }
  walrus = createWalrusClient(
    {},
    {
      chain: network.chain(),
      connect,
      logger: {
        debug: (facts, message) => blamed.push({ node: String(facts['node']), message }),
        warn: () => undefined,
      },
    },
  );
  const store = async (seed: string): Promise<typeof wanted> => {
    const bytes = testBytes(seed, SIZE);
    const { blobId } = await walrus.store(bytes, { signer: network.signer, epochs: 2 });
    return { id: blobId, bytes };
  };
  wanted = await store('wanted');
  other = await store('other');
}, 180_000);

afterEach(() => {
  for (const proxy of proxies.values()) proxy.fault = undefined;
  blamed = [];
});

afterAll(async () => {
  await walrus?.close();
  await Promise.all([...proxies.values()].map((proxy) => proxy.close()));
  await network?.close();
}, 60_000);

/** Makes the first nodes misbehave; returns their names. */
function corrupt(faults: readonly Fault[]): string[] {
  const names = [...proxies.keys()].slice(0, faults.length);
  names.forEach((name, i) => {
    const proxy = proxies.get(name);
    if (proxy) proxy.fault = faults[i];
  });
  return names;
}

const times = (count: number, fault: Fault): Fault[] => Array.from({ length: count }, () => fault);

/** Reads until every bad node was caught: which nodes a read asks is left to chance. */
async function readUntilBlamed(bad: readonly string[]): Promise<number> {
  const deadline = Date.now() + 60_000;
  for (let reads = 1; ; reads++) {
    expect(await walrus.read(wanted.id), `read ${reads}`).toEqual(wanted.bytes);
    const names = new Set(blamed.map(({ node }) => node));
    expect([...names].filter((name) => !bad.includes(name))).toEqual([]);
    if (bad.every((name) => names.has(name))) return reads;
    expect(Date.now(), `only ${[...names].join(', ')} named after ${reads} reads`).toBeLessThan(
      deadline,
    );
  }
}

describe('five of twelve nodes misbehave', () => {
  it.each<[string, () => Fault]>([
    ['flipped bits', () => ({ kind: 'flippedBits' })],
    ['truncated slivers', () => ({ kind: 'truncatedSlivers' })],
    ["another blob's slivers", () => ({ kind: 'otherSlivers', blobId: other.id })],
    ['wrong metadata', () => ({ kind: 'otherMetadata', blobId: other.id })],
    ['another blob altogether', () => ({ kind: 'impostor', blobId: other.id })],
    ['server errors', () => ({ kind: 'serverErrors' })],
  ])(
    '%s: the bytes are right and the bad nodes are named',
    async (_name, fault) => {
      const bad = corrupt(times(BAD, fault()));
      await readUntilBlamed(bad);
    },
    90_000,
  );

  it('each in its own way: the bytes are right and the bad nodes are named', async () => {
    const bad = corrupt([
      { kind: 'flippedBits' },
      { kind: 'truncatedSlivers' },
      { kind: 'otherSlivers', blobId: other.id },
      { kind: 'otherMetadata', blobId: other.id },
      { kind: 'serverErrors' },
    ]);
    await readUntilBlamed(bad);
  }, 90_000);

  it('by hanging: the read goes round them', async () => {
    const bad = corrupt(times(BAD, { kind: 'hang' }));
    const startMs = performance.now();
    expect(await walrus.read(wanted.id)).toEqual(wanted.bytes);
    expect(performance.now() - startMs).toBeLessThan(10_000);
    expect(bad.some((name) => (proxies.get(name)?.wrongAnswers ?? 0) > 0)).toBe(true);
  }, 60_000);
});

describe('nine of twelve nodes misbehave', () => {
  it.each<[string, () => Fault]>([
    ['flipped bits', () => ({ kind: 'flippedBits' })],
    ['truncated slivers', () => ({ kind: 'truncatedSlivers' })],
    ["another blob's slivers", () => ({ kind: 'otherSlivers', blobId: other.id })],
    ['server errors', () => ({ kind: 'serverErrors' })],
    ['hanging', () => ({ kind: 'hang' })],
  ])(
    '%s: a clear error in time, naming them',
    async (_name, fault) => {
      const bad = corrupt(times(TOO_MANY, fault()));
      const startMs = performance.now();
      const failure: unknown = await walrus.read(wanted.id).then(
        () => 'a blob',
        (error: unknown) => error,
      );
      expect(performance.now() - startMs).toBeLessThan(GIVE_UP_MS);
      expect(failure).toMatchObject({ code: 'SDK_NOT_ENOUGH_SLIVERS', retryable: true });
      const { message } = failure as Error;
      for (const name of bad) expect(message).toMatch(new RegExp(`\\b${name}\\b`));
      for (const name of [...proxies.keys()].slice(TOO_MANY)) {
        expect(message).not.toMatch(new RegExp(`\\b${name}\\b`));
      }
    },
    60_000,
  );
});

describe('all nodes misbehave', () => {
  it.each<[string, () => Fault, string]>([
    ['wrong metadata', () => ({ kind: 'otherMetadata', blobId: other.id }), 'SDK_NO_METADATA'],
    ['another blob altogether', () => ({ kind: 'impostor', blobId: other.id }), 'SDK_NO_METADATA'],
    ['flipped bits', () => ({ kind: 'flippedBits' }), 'SDK_NO_METADATA'],
    ['server errors', () => ({ kind: 'serverErrors' }), 'SDK_NO_METADATA'],
    ['hanging', () => ({ kind: 'hang' }), 'SDK_NO_METADATA'],
  ])(
    '%s: a clear error in time, never wrong bytes',
    async (_name, fault, code) => {
      corrupt(times(N_NODES, fault()));
      const startMs = performance.now();
      await expect(walrus.read(wanted.id)).rejects.toMatchObject({ code });
      expect(performance.now() - startMs).toBeLessThan(GIVE_UP_MS);
    },
    60_000,
  );

  it('refuses to store when too many nodes fail, naming them', async () => {
    const bad = corrupt(times(BAD, { kind: 'serverErrors' }));
    const { signer } = network;
    const startMs = performance.now();
    const failure: unknown = await walrus
      .store(testBytes('not stored', 1000), { signer, epochs: 1 })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'SDK_NOT_ENOUGH_CONFIRMATIONS' });
    expect(performance.now() - startMs).toBeLessThan(GIVE_UP_MS);
    expect(bad.filter((name) => (failure as Error).message.includes(`${name} (`))).not.toEqual([]);

    // When they are back the same store goes on with the registration that was paid for.
    for (const proxy of proxies.values()) proxy.fault = undefined;
    expect(await walrus.store(testBytes('not stored', 1000), { signer, epochs: 1 })).toMatchObject({
      kind: 'newlyCreated',
      operation: { kind: 'reuseRegistration' },
      cost: 0n,
    });
  }, 90_000);
});
