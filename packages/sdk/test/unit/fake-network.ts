import type { ChainClient, Committee, CommitteeMember } from '@walrus-ts/chain';
import {
  encodeStorageConfirmation,
  loadBls,
  normalizeAddress,
  pairOfShard,
  sliverIndexOfPair,
  type BlobMetadata,
  type SliverData,
} from '@walrus-ts/core';
import { NodeApiError, type BlobStatus, type NodeClient } from '@walrus-ts/node-api';
import {
  createBrowserTempStore,
  createCodec,
  type BlobCodec,
  type EncodedBlob,
} from '@walrus-ts/redstuff';
import type { ClientContext } from '../../src/context.js';
import type { Logger } from '../../src/index.js';
import { createNodePool } from '../../src/nodes.js';

/** A node that behaves; tests override what it should do wrong. */
export type FakeNode = Partial<NodeClient>;

export interface FakeNetwork {
  readonly context: ClientContext;
  readonly committee: Committee;
  readonly codec: BlobCodec;
  /** Overrides of single nodes, by index. */
  readonly faults: Map<number, FakeNode>;
  /** Messages at debug level. */
  readonly log: { facts: Readonly<Record<string, unknown>>; message: string }[];
  /** Puts a blob on all nodes. */
  put(bytes: Uint8Array): Promise<EncodedBlob>;
}

const EPOCH = 7;

const notFound = (reason: string): NodeApiError =>
  new NodeApiError(`NODE_API_${reason}`, reason, { httpStatus: 404, reason });

function pending(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error));
  });
}

/** A call that never answers. */
export const hang =
  () =>
  (...args: readonly unknown[]): Promise<never> => {
    const options = args.at(-1);
    const hasSignal = typeof options === 'object' && options !== null && 'signal' in options;
    return pending(hasSignal ? (options.signal as AbortSignal) : undefined);
  };

/** Makes in-memory nodes with real keys and a real codec: only transport and storage are missing. */
export async function fakeNetwork(nNodes: number, nShards: number): Promise<FakeNetwork> {
  const bls = await loadBls();
  const codec = await createCodec({ nShards });
  const secrets = Array.from({ length: nNodes }, () => bls.generateSecretKey());
  const members: CommitteeMember[] = secrets.map((secret, i) => ({
    nodeId: normalizeAddress(`0x${(i + 1).toString(16)}`),
    name: `node-${i}`,
    networkAddress: `127.0.0.1:${1000 + i}`,
    publicKey: bls.publicKey(secret),
    networkPublicKey: new Uint8Array(33),
    shards: Array.from({ length: nShards }, (_, shard) => shard).filter((s) => s % nNodes === i),
  }));
  const committee: Committee = { epoch: EPOCH, nShards, members };
  const faults = new Map<number, FakeNode>();
  const log: FakeNetwork['log'] = [];
  const metadata = new Map<string, BlobMetadata>();
  const slivers = new Map<string, SliverData>();

  const nodeOf = (index: number): NodeClient => {
    const honest: FakeNode = {
      baseUrl: `http://node-${index}`,
      async getMetadata(blobId) {
        const found = metadata.get(blobId);
        if (!found) throw notFound('METADATA_NOT_FOUND');
        return { blobId, metadata: found };
      },
      async getSliver(blobId, pair, axis) {
        const found = slivers.get(`${blobId} ${pair} ${axis}`);
        if (!found) throw notFound('SLIVER_NOT_FOUND');
        return found;
      },
      putMetadata: () => Promise.resolve('stored'),
      putSliver: () => Promise.resolve('stored'),
      sliverStatus: () => Promise.resolve('nonexistent'),
      async confirmation(blobId, persistence) {
        const serializedMessage = encodeStorageConfirmation({ epoch: EPOCH, blobId, persistence });
        const signature = bls.sign(secrets[index] ?? new Uint8Array(32), serializedMessage);
        return { serializedMessage, signature };
      },
      blobStatus: () => Promise.resolve<BlobStatus>({ kind: 'nonexistent' }),
      close: () => Promise.resolve(),
    };
    return new Proxy({} as NodeClient, {
      get: (_, name: keyof NodeClient) => faults.get(index)?.[name] ?? honest[name],
    });
  };

  const logger: Logger = {
    debug: (facts, message) => void log.push({ facts, message }),
    warn: (facts, message) => void log.push({ facts, message }),
  };
  const view = {
    system: {} as never,
    committees: { current: committee, previous: undefined, isTransitioning: false },
    codec,
  };
  const context: ClientContext = {
    chain: { event: () => Promise.resolve(undefined) } as unknown as ChainClient,
    network: {
      view: () => Promise.resolve(view),
      invalidate: () => undefined,
      close: () => Promise.resolve(),
    },
    createTempStore: createBrowserTempStore,
    nodes: createNodePool((member) => nodeOf(members.indexOf(member))),
    logger,
    bls: loadBls,
  };
  return {
    context,
    committee,
    codec,
    faults,
    log,
    async put(bytes) {
      const encoded = await codec.encode(bytes);
      metadata.set(encoded.blobId, encoded.metadata);
      for (const member of members) {
        for (const shard of member.shards) {
          const pair = pairOfShard(nShards, encoded.blobId, shard);
          for (const axis of ['primary', 'secondary'] as const) {
            slivers.set(
              `${encoded.blobId} ${pair} ${axis}`,
              encoded.sliver(axis, sliverIndexOfPair(nShards, axis, pair)),
            );
          }
        }
      }
      return encoded;
    },
  };
}
