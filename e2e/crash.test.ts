import type { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';
import type { ChainClient, ExecutionResult } from '@walrus-ts/chain';
import {
  isWalrusError,
  sliverIndexOfPair,
  type BlobId,
  type Persistence,
  type SignedMessage,
  type SliverAxis,
} from '@walrus-ts/core';
import type { NodeClient } from '@walrus-ts/node-api';
import { createNodeClient } from '@walrus-ts/node-api/node';
import { CHAIN } from '@walrus-ts/localnet';
import { createCodec, type BlobCodec, type EncodedBlob } from '@walrus-ts/redstuff';
import { createWalrusClient, type StoreResult, type WalrusClient } from '@walrus-ts/sdk';
import { startTestNetwork, testBytes, type TestNetwork } from '@walrus-ts/testkit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

const N_NODES = 4;
const N_SHARDS = 10;
const STORES = 50;
/** Stores when everything is killed at once. */
const FEWER_STORES = 20;
/** Confirmations that a storage node has given when it is killed, of one per store. */
const CONFIRMED_BEFORE_KILL = 8;
/** Transactions that are done when the chain is killed, of two per store: some blobs are not registered yet. */
const REGISTERING = 30;
/** The same with fewer stores: all blobs are registered, some are certified. */
const CERTIFYING = 30;
const WALLETS = 5;
const VICTIM = 'node-3';

/** Everything that somebody was told is safe. */
interface Acknowledged {
  readonly metadata: { readonly node: string; readonly blobId: BlobId }[];
  readonly slivers: {
    readonly node: string;
    readonly blobId: BlobId;
    readonly pair: number;
    readonly axis: SliverAxis;
  }[];
  readonly confirmations: {
    readonly node: string;
    readonly blobId: BlobId;
    readonly persistence: Persistence;
    readonly signed: SignedMessage;
  }[];
  readonly transactions: ExecutionResult[];
}

interface Item {
  readonly bytes: Uint8Array;
  readonly signer: Ed25519Keypair;
  readonly persistence: 'permanent' | 'deletable';
}

let network: TestNetwork;
let codec: BlobCodec;
let wallets: Ed25519Keypair[];
/** All that was stored successfully so far, over all tests. */
const stored = new Map<BlobId, Uint8Array>();

beforeAll(async () => {
  codec = await createCodec({ nShards: N_SHARDS });
  network = await startTestNetwork({ nNodes: N_NODES, nShards: N_SHARDS });
  wallets = await Promise.all(Array.from({ length: WALLETS }, () => network.newWallet()));
}, 120_000);

afterAll(() => network?.close(), 60_000);

function nodeUrl(name: string): string {
  return network.local.info.nodes.find((node) => node.name === name)?.url ?? '';
}

/** A client that writes down what nodes and chain acknowledge. */
function recordingClient(): { walrus: WalrusClient; acknowledged: Acknowledged } {
  const acknowledged: Acknowledged = {
    metadata: [],
    slivers: [],
    confirmations: [],
    transactions: [],
  };
  const chain = network.chain();
  const recordingChain: ChainClient = {
    ...chain,
    async execute(parameters, options) {
      const result = await chain.execute(parameters, options);
      acknowledged.transactions.push(result);
      return result;
    },
  };
  const walrus = createWalrusClient(
    {},
    {
      chain: recordingChain,
      connect(member, nShards): NodeClient {
        const { name: node } = member;
        const client = createNodeClient({ baseUrl: `http://${member.networkAddress}`, nShards });
        return {
          ...client,
          async putMetadata(blobId, metadata, options) {
            const outcome = await client.putMetadata(blobId, metadata, options);
            if (outcome !== 'buffered') acknowledged.metadata.push({ node, blobId });
            return outcome;
          },
          async putSliver(blobId, pair, axis, sliver, options) {
            const outcome = await client.putSliver(blobId, pair, axis, sliver, options);
            if (outcome !== 'buffered') acknowledged.slivers.push({ node, blobId, pair, axis });
            return outcome;
          },
          async confirmation(blobId, persistence, options) {
            const signed = await client.confirmation(blobId, persistence, options);
            acknowledged.confirmations.push({ node, blobId, persistence, signed });
            return signed;
          },
        };
      },
    },
  );
  return { walrus, acknowledged };
}

function makeItems(seed: string, count = STORES): Item[] {
  return Array.from({ length: count }, (_, i) => {
    const signer = wallets[i % wallets.length];
    if (signer === undefined) throw new Error('no wallet');
    const persistence = i % 2 === 0 ? 'permanent' : 'deletable';
    return { bytes: testBytes(`${seed} ${i}`, 1 + ((i * 997) % 20_000)), signer, persistence };
  });
}

interface Outcome {
  readonly item: Item;
  readonly result: StoreResult | undefined;
  readonly error: unknown;
}

/** Runs all stores at once and does something in the middle. */
async function storeAll(
  walrus: WalrusClient,
  items: readonly Item[],
  isMiddle: () => boolean,
  inTheMiddle: () => Promise<void>,
): Promise<Outcome[]> {
  let finished = 0;
  const all = Promise.all(
    items.map(async (item): Promise<Outcome> => {
      try {
        const { bytes, signer, persistence } = item;
        const result = await walrus.store(bytes, { signer, persistence, epochs: 2 });
        return { item, result, error: undefined };
      } catch (error) {
        return { item, result: undefined, error };
      } finally {
        finished++;
      }
    }),
  );
  await vi.waitUntil(isMiddle, { timeout: 60_000, interval: 2 });
  expect(finished).toBeLessThan(items.length);
  await inTheMiddle();
  return all;
}

function remember(outcomes: readonly Outcome[]): void {
  for (const { item, result } of outcomes) if (result) stored.set(result.blobId, item.bytes);
}

/** Reads blobs that were stored successfully and compares them. */
async function expectReadable(ids: Iterable<BlobId> = stored.keys()): Promise<void> {
  const { walrus } = recordingClient();
  try {
    for (const id of ids) {
      const bytes = stored.get(id);
      if (bytes) expect(await walrus.read(id), id).toEqual(bytes);
    }
  } finally {
    await walrus.close();
  }
}

async function encodings(items: readonly Item[]): Promise<Map<BlobId, EncodedBlob>> {
  const encoded = await Promise.all(items.map(({ bytes }) => codec.encode(bytes)));
  return new Map(encoded.map((blob) => [blob.blobId, blob]));
}

/** Asks a node for everything that it acknowledged. Returns how much that was. */
async function expectNodeKept(
  name: string,
  acknowledged: Acknowledged,
  blobs: ReadonlyMap<BlobId, EncodedBlob>,
): Promise<{ metadata: number; slivers: number; confirmations: number }> {
  const node = createNodeClient({ baseUrl: nodeUrl(name), nShards: N_SHARDS });
  const own = <T extends { readonly node: string }>(list: readonly T[]): T[] =>
    list.filter((entry) => entry.node === name);
  const metadata = own(acknowledged.metadata);
  const slivers = own(acknowledged.slivers);
  const confirmations = own(acknowledged.confirmations);
  try {
    for (const { blobId } of metadata) {
      const answer = await node.getMetadata(blobId);
      expect(answer.metadata, `metadata of ${blobId}`).toEqual(blobs.get(blobId)?.metadata);
    }
    for (const { blobId, pair, axis } of slivers) {
      const sliver = await node.getSliver(blobId, pair, axis);
      const expected = blobs.get(blobId)?.sliver(axis, sliverIndexOfPair(N_SHARDS, axis, pair));
      expect(sliver, `${axis} sliver of pair ${pair} of ${blobId}`).toEqual(expected);
    }
    for (const { blobId, persistence, signed } of confirmations) {
      const again = await node.confirmation(blobId, persistence);
      expect(again, `confirmation of ${blobId}`).toEqual(signed);
    }
  } finally {
    await node.close();
  }
  return {
    metadata: metadata.length,
    slivers: slivers.length,
    confirmations: confirmations.length,
  };
}

/** Looks up every transaction that was acknowledged, with its effects. */
async function expectChainKept(
  transactions: readonly ExecutionResult[],
  blobs: ReadonlyMap<BlobId, EncodedBlob>,
): Promise<void> {
  const chain = network.chain();
  for (const { digest, events, created } of transactions) {
    const { Transaction: transaction } = await chain.sui.core.getTransaction({
      digest,
      include: { effects: true },
    });
    expect(transaction?.status, digest).toMatchObject({ success: true });
    expect(await chain.transactionEvents(digest), digest).toEqual(events);
    for (const { objectId, type } of created) {
      if (!type.endsWith('::blob::Blob')) continue;
      const blob = await chain.blob(objectId);
      expect(blobs.has(blob.blobId), digest).toBe(true);
    }
  }
}

async function expectNetworkWorks(): Promise<void> {
  const { walrus, acknowledged } = recordingClient();
  const bytes = testBytes(`still works ${stored.size}`, 1000);
  try {
    const result = await walrus.store(bytes, { signer: network.signer, epochs: 2 });
    stored.set(result.blobId, bytes);
    expect(await walrus.read(result.blobId)).toEqual(bytes);
    const nodes = new Set(acknowledged.confirmations.map(({ node }) => node));
    expect(nodes.size, 'all nodes confirm').toBe(N_NODES);
  } finally {
    await walrus.close();
  }
}

describe('kill -9 in the middle of 50 concurrent stores', () => {
  it('of a storage node: all stores end well, and it kept what it acknowledged', async () => {
    const items = makeItems('node');
    const { walrus, acknowledged } = recordingClient();
    const confirmed = (): number =>
      acknowledged.confirmations.filter(({ node }) => node === VICTIM).length;
    const outcomes = await storeAll(
      walrus,
      items,
      () => confirmed() >= CONFIRMED_BEFORE_KILL,
      () => network.local.kill(VICTIM),
    );
    remember(outcomes);
    await walrus.close();
    expect(outcomes.filter(({ error }) => error !== undefined)).toEqual([]);
    await expectReadable();

    await network.local.start(VICTIM);
    const blobs = await encodings(items);
    const kept = await expectNodeKept(VICTIM, acknowledged, blobs);
    expect(kept.slivers).toBeGreaterThan(0);
    expect(kept.confirmations).toBeGreaterThanOrEqual(CONFIRMED_BEFORE_KILL);
    // Killed in the middle: there were uploads that it could not finish.
    expect(kept.confirmations).toBeLessThan(STORES);
    for (const name of ['node-0', 'node-1', 'node-2']) {
      await expectNodeKept(name, acknowledged, blobs);
    }
    await expectChainKept(acknowledged.transactions, blobs);
    await expectNetworkWorks();
  }, 180_000);

  it('of the chain: it kept every transaction, and unfinished stores go on', async () => {
    const items = makeItems('chain');
    const { walrus, acknowledged } = recordingClient();
    let checkpoint = 0n;
    const outcomes = await storeAll(
      walrus,
      items,
      () => acknowledged.transactions.length >= REGISTERING,
      async () => {
        checkpoint = await network.chain().latestCheckpoint();
        await network.local.kill(CHAIN);
        await network.local.start(CHAIN);
      },
    );
    remember(outcomes);
    expect(await network.chain().latestCheckpoint()).toBeGreaterThanOrEqual(checkpoint);

    // What was interrupted says so, can be tried again, and then succeeds.
    const failed = outcomes.filter(({ error }) => error !== undefined);
    for (const { item, error } of failed) {
      expect(isWalrusError(error), String(error)).toBe(true);
      expect(error, String(error)).toMatchObject({ retryable: true });
      const { bytes, signer, persistence } = item;
      const result = await walrus.store(bytes, { signer, persistence, epochs: 2 });
      stored.set(result.blobId, bytes);
    }
    await walrus.close();
    const blobs = await encodings(items);
    await expectReadable(blobs.keys());
    await expectChainKept(acknowledged.transactions, blobs);
    for (const { name } of network.local.info.nodes) {
      await expectNodeKept(name, acknowledged, blobs);
    }
    await expectNetworkWorks();
  }, 180_000);

  it('of everything at once: what was acknowledged is there afterwards', async () => {
    const items = makeItems('all', FEWER_STORES);
    const { walrus, acknowledged } = recordingClient();
    const names = network.local.info.nodes.map(({ name }) => name);
    const outcomes = await storeAll(
      walrus,
      items,
      () => acknowledged.transactions.length >= CERTIFYING,
      async () => {
        await network.local.kill(CHAIN, ...names);
        await network.local.start(CHAIN);
        await network.local.start(...names);
      },
    );
    remember(outcomes);
    await walrus.close();

    const blobs = await encodings(items);
    for (const name of names) await expectNodeKept(name, acknowledged, blobs);
    await expectChainKept(acknowledged.transactions, blobs);
    await expectReadable(blobs.keys());
    await expectNetworkWorks();
  }, 180_000);
});

describe('a network that is stopped and started again', () => {
  it('still has all blobs', async () => {
    expect(stored.size).toBeGreaterThan(100);
    await network.restart();
    await expectReadable();
    await expectNetworkWorks();
  }, 120_000);
});
