import { mkdir } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { MAX_SHARDS, errorMessage, loadBls, type Address } from '@walrus-ts/core';
import { createNodeApiServer, type NodeApiServer } from '@walrus-ts/node-api/server';
import { createCodec, type BlobCodec } from '@walrus-ts/redstuff';
import { pino, type Logger } from 'pino';
import type { ChainView, NodeTransactions } from './chain-view.js';
import type { NodeConfig } from './config/schema.js';
import { ShardAssignment } from './epochs/assignment.js';
import { EpochManager } from './epochs/epoch-manager.js';
import { NodeError } from './errors.js';
import { EventFollower } from './events/follower.js';
import { RegistrationWaiters } from './events/registrations.js';
import { BlobWriter } from './server/blob-writer.js';
import { PendingCache } from './server/pending-cache.js';
import { createNodeService } from './server/service.js';
import { certifiedIdentity, selfSignedIdentity, type TlsIdentity } from './server/tls.js';
import { BlobStore } from './storage/blob-store.js';
import { BlobTable } from './storage/blob-table.js';
import { openDatabase } from './storage/database.js';
import { GarbageCollector } from './storage/garbage-collector.js';
import { lockDirectory } from './storage/lock.js';

/** Settings of a storage node. */
export interface StorageNodeInit {
  readonly config: NodeConfig;
  /** BLS secret key, 32 bytes. */
  readonly protocolKey: Uint8Array;
  /** P-256 secret key, 32 bytes. */
  readonly networkKey: Uint8Array;
}

/** What a storage node needs from outside. */
export interface StorageNodeComponents {
  readonly chain: ChainView;
  /** Without, the node reports nothing to the chain. */
  readonly transactions?: NodeTransactions | undefined;
  /** Default: none. */
  readonly logger?: Logger | undefined;
}

/** A storage node in this process. */
export interface StorageNode extends AsyncDisposable {
  readonly nodeId: Address;
  /** Where it can be reached, known once started. */
  readonly url: string;
  /**
   * Opens the store, listens, and follows the chain.
   *
   * @throws NODE_DATA_DIR_LOCKED, NODE_DATA_DIR_FOREIGN, NODE_STORAGE_DAMAGED, NODE_CONFIG_INVALID,
   *   NODE_LISTEN_FAILED
   */
  start(): Promise<void>;
  /** Lets running requests finish within the configured grace, then closes everything. */
  stop(): Promise<void>;
}

/** Something to undo when the node stops; the last started is the first stopped. */
type Cleanup = () => Promise<unknown>;

/**
 * Makes a storage node; nothing is touched until it is started.
 *
 * @param init - configuration and keys
 * @param components - chain, transactions, logger
 * @see spec node.md §21
 */
export function createStorageNode(
  init: StorageNodeInit,
  components: StorageNodeComponents,
): StorageNode {
  const { config } = init;
  const logger = components.logger ?? pino({ level: 'silent' });
  const cleanups: Cleanup[] = [];
  let url = '';
  let starting: Promise<void> | undefined;
  let stopping: Promise<void> | undefined;

  async function open(): Promise<void> {
    const { limits } = config;
    await mkdir(config.dataDir, { recursive: true });
    const lock = await lockDirectory(config.dataDir);
    cleanups.push(() => lock.release());
    const [bls, tls] = await Promise.all([loadBls(), tlsIdentity(init)]);
    const database = await openDatabase(config.dataDir, config);
    cleanups.push(() => database.close());

    const table = new BlobTable(database);
    const store = new BlobStore({ directory: config.dataDir, ...limits }, { database, logger });
    await store.open();
    const assignment = new ShardAssignment(database, config.nodeId);
    const registrations = new RegistrationWaiters(limits.registrationWaiters);
    const pending = new PendingCache({
      maxBytes: limits.pendingBytes,
      maxSlivers: limits.pendingSlivers,
      maxMetadata: limits.pendingMetadata,
      ttlMs: limits.pendingTtlMs,
    });
    cleanups.push(async () => pending.clear());
    const garbage = new GarbageCollector({ database, table, store, logger });
    cleanups.push(() => garbage.stop());

    const shared = {
      table,
      store,
      assignment,
      registrations,
      pending,
      garbage,
      codec: codecCache(),
    };
    const writer = new BlobWriter(limits, shared);
    const epochs = new EpochManager({
      chain: components.chain,
      transactions: components.transactions,
      database,
      table,
      store,
      assignment,
      logger,
    });
    const follower = new EventFollower(
      { fromCheckpoint: BigInt(config.events.fromCheckpoint) },
      {
        chain: components.chain,
        table,
        logger,
        onApplied(applied) {
          for (const blobId of applied.registered) {
            registrations.registered(blobId);
            writer.flush(blobId).catch((error: unknown) => {
              logger.error({ err: error, blobId }, 'storing early uploads failed');
            });
          }
          if (applied.epochs.length > 0) epochs.epochStarted();
          if (applied.hasGarbage) garbage.request();
        },
      },
    );
    const service = createNodeService(
      { protocolKey: init.protocolKey, ...limits },
      { ...shared, writer, bls },
    );
    const server = await createNodeApiServer(
      {
        host: config.listen.host,
        port: config.listen.port,
        ...(tls === undefined ? {} : { tls }),
        nShards: () => assignment.current?.nShards ?? MAX_SHARDS,
        maxBodyBytesInFlight: limits.bodyBytesInFlight,
        bodyWaitMs: limits.bodyWaitMs,
        bodyTimeoutMs: limits.bodyTimeoutMs,
        maxAnswerBytesInFlight: limits.answerBytesInFlight,
        answerWaitMs: limits.answerWaitMs,
        answerStallMs: limits.answerStallMs,
        handlerTimeoutMs: limits.requestTimeoutMs,
      },
      { service, logger },
    );
    cleanups.push(() => epochs.stop());
    cleanups.push(() => follower.stop());
    cleanups.push(() => server.stop(limits.shutdownGraceMs));
    const port = await listen(server, config);
    url = `${tls === undefined ? 'http' : 'https'}://${hostInUrl(config.publicHost)}:${port}`;
    follower.start();
    epochs.start();
    garbage.request();
    logger.info({ name: config.name, nodeId: config.nodeId, url }, 'storage node started');
  }

  async function close(): Promise<void> {
    let failure: Error | undefined;
    for (let cleanup = cleanups.pop(); cleanup !== undefined; cleanup = cleanups.pop()) {
      try {
        await cleanup();
      } catch (error) {
        failure ??= error instanceof Error ? error : new Error(String(error));
        logger.error({ err: error }, 'stopping failed in part');
      }
    }
    if (failure !== undefined) throw failure;
  }

  const node: StorageNode = {
    nodeId: config.nodeId,
    get url() {
      return url;
    },
    start() {
      if (stopping !== undefined) {
        return Promise.reject(new NodeError('NODE_STOPPED', 'a stopped node cannot be started'));
      }
      starting ??= open().catch(async (error: unknown) => {
        await close().catch(() => undefined);
        throw error;
      });
      return starting;
    },
    stop() {
      stopping ??= (async () => {
        await starting?.catch(() => undefined);
        await close();
        logger.info({ name: config.name }, 'storage node stopped');
      })();
      return stopping;
    },
    [Symbol.asyncDispose]: () => node.stop(),
  };
  return node;
}

async function tlsIdentity({
  config,
  networkKey,
}: StorageNodeInit): Promise<TlsIdentity | undefined> {
  if (config.tls.disable) return undefined;
  return config.tls.certificatePath === undefined
    ? selfSignedIdentity(networkKey, config.publicHost)
    : certifiedIdentity(networkKey, config.tls.certificatePath);
}

async function listen(server: NodeApiServer, config: NodeConfig): Promise<number> {
  try {
    return await server.start();
  } catch (cause) {
    const { host, port } = config.listen;
    throw new NodeError('NODE_LISTEN_FAILED', `cannot listen on ${host}:${port}`, {
      cause,
      hint: errorMessage(cause),
    });
  }
}

/** The number of shards of a network never changes, but is known only with the first committee. */
function codecCache(): (nShards: number) => Promise<BlobCodec> {
  const codecs = new Map<number, Promise<BlobCodec>>();
  return (nShards) => {
    let codec = codecs.get(nShards);
    if (codec === undefined) {
      // On this thread: a sliver takes milliseconds, and a machine may run many nodes.
      codec = createCodec({ nShards, threads: 0 });
      codecs.set(nShards, codec);
      // A failed start of the codec must not stay.
      codec.catch(() => codecs.delete(nShards));
    }
    return codec;
  };
}

function hostInUrl(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}
