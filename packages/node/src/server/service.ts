import {
  MAX_SHARDS,
  blobIdToBytes,
  concatBytes,
  encodeStorageConfirmation,
  toBase64,
  type BlobId,
  type Bls,
  type Persistence,
  type SignedMessage,
} from '@walrus-ts/core';
import {
  ROUTES,
  apiError,
  maxResponseBytes,
  maxSliverBytes,
  type ConfirmationQuery,
  type HealthInfo,
  type ShardHealth,
} from '@walrus-ts/node-api';
import {
  ANSWER_CHUNK_BYTES,
  streamedAnswerBytes,
  type NodeApiService,
} from '@walrus-ts/node-api/server';
import { MAX_INLINE_SLIVER_BYTES } from '../config/schema.js';
import type { ShardState } from '../epochs/assignment.js';
import {
  requireAssignment,
  requireShard,
  type BlobWriter,
  type BlobWriterComponents,
} from './blob-writer.js';
import { RecoverySymbolSource } from './recovery-symbols.js';

/** Settings of {@link createNodeService}. */
export interface NodeServiceInit {
  /** BLS secret key, 32 bytes. */
  readonly protocolKey: Uint8Array;
  /** How long a confirmation waits for its registration in any case, ms. */
  readonly registrationWaitMs: number;
  /** How long it waits at most if asked to, ms. */
  readonly confirmationWaitMs: number;
}

/** What the service works with. */
export interface NodeServiceComponents extends BlobWriterComponents {
  readonly writer: BlobWriter;
  readonly bls: Bls;
}

/**
 * Makes the storage node's answers to its HTTP API.
 *
 * @param init - key and waits
 * @param components - store, table and so on
 * @see spec node-api.md §4
 */
export function createNodeService(
  init: NodeServiceInit,
  components: NodeServiceComponents,
): NodeApiService {
  const { table, store, assignment, registrations, pending, writer, bls } = components;
  const publicKey = toBase64(bls.publicKey(init.protocolKey));
  const startedAt = performance.now();
  const recovery = new RecoverySymbolSource(components);

  async function confirm(
    blobId: BlobId,
    persistence: Persistence,
    query: ConfirmationQuery,
    signal: AbortSignal,
  ): Promise<SignedMessage> {
    const isRegistered = (): boolean =>
      persistence.kind === 'permanent'
        ? table.isRegistered(blobId)
        : table.isDeletableRegistered(blobId, persistence.objectId);

    const asked =
      query.waitForRegistration === true && pending.has(blobId)
        ? Math.min(query.waitMs ?? init.confirmationWaitMs, init.confirmationWaitMs)
        : 0;
    const deadline = performance.now() + Math.max(asked, init.registrationWaitMs);
    // A loop, since a registration of the same blob by another object also wakes us.
    while (!isRegistered()) {
      const leftMs = deadline - performance.now();
      if (!(await registrations.wait(blobId, leftMs, signal))) break;
    }
    await writer.flush(blobId);

    // From here on nothing is awaited: what is checked is still so when the signature is made.
    const { epoch, shards } = requireAssignment(assignment);
    if (epoch !== table.epoch) {
      throw apiError('UNAVAILABLE', 'UNAVAILABLE', 'the node is between two epochs, try again');
    }
    if (!isRegistered()) throw apiError('FAILED_PRECONDITION', 'NOT_REGISTERED');
    if (shards.length === 0) throw apiError('FAILED_PRECONDITION', 'SHARD_NOT_ASSIGNED');
    // The store shows only what is on disk already.
    if (!store.hasMetadata(blobId) || !store.hasAllSlivers(blobId, shards)) {
      throw apiError('FAILED_PRECONDITION', 'MISSING_SLIVERS');
    }
    const serializedMessage = encodeStorageConfirmation({ epoch, blobId, persistence });
    return { serializedMessage, signature: bls.sign(init.protocolKey, serializedMessage) };
  }

  function health(isDetailed: boolean): HealthInfo {
    const uptimeMs = performance.now() - startedAt;
    const owned = new Set(assignment.current?.shards ?? []);
    const ownedStates = assignment.states().filter(({ shard }) => owned.has(shard));
    const others = assignment.states().filter(({ shard }) => !owned.has(shard));
    const count = (state: ShardHealth['status']): number =>
      ownedStates.filter((record) => shardStatus(record) === state).length;
    return {
      uptime: {
        secs: Math.floor(uptimeMs / 1000),
        nanos: Math.floor((uptimeMs % 1000) * 1e6),
      },
      epoch: table.epoch,
      publicKey,
      nodeStatus: nodeStatus(),
      eventProgress: {
        persisted: table.eventCount,
        pending: 0,
        highestFinishedEventIndex: table.eventCount === 0 ? null : table.eventCount - 1,
      },
      shardSummary: {
        owned: owned.size,
        ownedShardStatus: {
          unknown: count('unknown'),
          ready: count('ready'),
          inTransfer: count('inTransfer'),
          inRecovery: count('inRecovery'),
        },
        readOnly: others.length,
      },
      ...(isDetailed
        ? { shardDetail: { owned: ownedStates.map(toHealth), other: others.map(toHealth) } }
        : {}),
      latestCheckpointSequenceNumber: Math.max(0, Number(table.latestCheckpoint)),
    };
  }

  function nodeStatus(): string {
    const { current } = assignment;
    if (current === undefined || current.shards.length === 0) return 'Standby';
    return current.epoch > table.epoch + 1 ? 'RecoveryCatchUp' : 'Active';
  }

  return {
    async getMetadata({ params: { blobId }, reserve }) {
      if (!store.hasMetadata(blobId)) throw apiError('NOT_FOUND', 'METADATA_NOT_FOUND');
      const nShards = assignment.current?.nShards ?? MAX_SHARDS;
      await reserve(maxResponseBytes(ROUTES.getMetadata.result, nShards));
      const bytes = table.isRegistered(blobId) ? store.metadata(blobId) : undefined;
      if (bytes === undefined) throw apiError('NOT_FOUND', 'METADATA_NOT_FOUND');
      return concatBytes(blobIdToBytes(blobId), bytes);
    },
    putMetadata: ({ params, query, body, signal }) =>
      writer.putMetadata(params.blobId, body, query.pending === true, signal),
    async metadataStatus({ params: { blobId } }) {
      return store.hasMetadata(blobId) ? 'stored' : 'nonexistent';
    },
    async getSliver({ params: { blobId, pair, axis }, reserve }) {
      const { nShards } = requireAssignment(assignment);
      const shard = requireShard(nShards, blobId, pair);
      if (!assignment.isReadable(shard)) {
        throw apiError('FAILED_PRECONDITION', 'SHARD_NOT_ASSIGNED');
      }
      const key = { shard, axis, blobId };
      const fileBytes = store.sliverFileBytes(key);
      if (fileBytes === undefined) throw apiError('NOT_FOUND', 'SLIVER_NOT_FOUND');
      await reserve(
        fileBytes === 'inline'
          ? Math.min(MAX_INLINE_SLIVER_BYTES, maxSliverBytes(nShards))
          : streamedAnswerBytes(fileBytes),
      );
      const sliver = await store.openSliver(key, ANSWER_CHUNK_BYTES);
      if (sliver === undefined) throw apiError('NOT_FOUND', 'SLIVER_NOT_FOUND');
      return sliver;
    },
    putSliver: ({ params, query, body, signal }) =>
      writer.putSliver(params, body, query.pending === true, signal),
    async sliverStatus({ params: { blobId, pair, axis } }) {
      const { nShards } = requireAssignment(assignment);
      const shard = requireShard(nShards, blobId, pair);
      if (!assignment.isReadable(shard)) {
        throw apiError('FAILED_PRECONDITION', 'SHARD_NOT_ASSIGNED');
      }
      if (store.hasSliver({ shard, axis, blobId })) return 'stored';
      return pending.hasSliver(blobId, pair, axis) ? 'buffered' : 'nonexistent';
    },
    permanentConfirmation: ({ params, query, signal }) =>
      confirm(params.blobId, { kind: 'permanent' }, query, signal),
    deletableConfirmation: ({ params, query, signal }) =>
      confirm(params.blobId, { kind: 'deletable', objectId: params.objectId }, query, signal),
    recoverySymbols: ({ params, query, reserve, signal }) =>
      recovery.symbols(params.blobId, query, { reserve, signal }),
    async blobStatus({ params }) {
      return table.status(params.blobId);
    },
    async health({ query }) {
      return health(query.detailed === true);
    },
  };
}

function shardStatus({ state }: ShardState): ShardHealth['status'] {
  switch (state) {
    case 'ready':
      return 'ready';
    case 'syncing':
      return 'inTransfer';
    case 'locked':
      return 'readOnly';
  }
}

function toHealth(state: ShardState): ShardHealth {
  return { shard: state.shard, status: shardStatus(state) };
}
