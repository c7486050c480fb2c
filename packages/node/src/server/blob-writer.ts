import {
  blobIdToBytes,
  decodeBlobMetadata,
  isWalrusError,
  shardOfPair,
  sliverIndexOfPair,
  type BlobId,
  type BlobMetadata,
  type SliverAxis,
} from '@walrus-ts/core';
import { apiError, type PutOutcome } from '@walrus-ts/node-api';
import type { RequestBody } from '@walrus-ts/node-api/server';
import type { BlobCodec } from '@walrus-ts/redstuff';
import type { SliverData } from '@walrus-ts/core';
import type { Assignment, ShardAssignment } from '../epochs/assignment.js';
import type { RegistrationWaiters } from '../events/registrations.js';
import type { BlobStore } from '../storage/blob-store.js';
import type { BlobTable } from '../storage/blob-table.js';
import type { GarbageCollector } from '../storage/garbage-collector.js';
import type { PendingCache } from './pending-cache.js';

/** What the writer works with. */
export interface BlobWriterComponents {
  readonly table: BlobTable;
  readonly store: BlobStore;
  readonly assignment: ShardAssignment;
  readonly registrations: RegistrationWaiters;
  readonly pending: PendingCache;
  readonly garbage: GarbageCollector;
  /** Returns the codec for a number of shards. */
  readonly codec: (nShards: number) => Promise<BlobCodec>;
}

/** Decoded metadata kept for the slivers that follow. */
const METADATA_CACHE_SIZE = 64;

/**
 * Takes uploads: verifies everything against the blob ID, waits for registrations, writes, and acknowledges only
 * what is on disk.
 *
 * @see spec node-api.md §4.2 and §4.5
 */
export class BlobWriter {
  readonly #parts: BlobWriterComponents;
  readonly #waitMs: number;
  readonly #metadata = new Map<BlobId, BlobMetadata>();
  readonly #flushing = new Map<BlobId, Promise<void>>();

  /** @param init - how long an upload waits for its registration, ms @param components - store, table and so on */
  constructor(init: { readonly registrationWaitMs: number }, components: BlobWriterComponents) {
    this.#waitMs = init.registrationWaitMs;
    this.#parts = components;
  }

  /** Stores metadata, or keeps it until the registration if `isPending`. */
  async putMetadata(
    blobId: BlobId,
    body: RequestBody<BlobMetadata>,
    isPending: boolean,
    signal: AbortSignal,
  ): Promise<PutOutcome> {
    const { table, store, pending } = this.#parts;
    const { nShards } = requireAssignment(this.#parts.assignment);
    if (table.isInvalid(blobId)) throw apiError('FAILED_PRECONDITION', 'INVALID_BLOB');
    if (store.hasMetadata(blobId)) return 'alreadyStored';
    if (pending.has(blobId)) {
      if (table.isRegistered(blobId)) {
        await this.flush(blobId);
        if (store.hasMetadata(blobId)) return 'stored';
      } else if (isPending) {
        return 'alreadyStored';
      }
    }
    const metadata = body.decode();
    const codec = await this.#parts.codec(nShards);
    await codec.verifyMetadata(blobId, metadata).catch((error: unknown) => {
      throw refuse(error, 'INVALID_METADATA');
    });
    if (!table.isRegistered(blobId)) {
      if (isPending) {
        pending.addMetadata(blobId, metadata, body.bytes);
        if (table.isRegistered(blobId)) await this.flush(blobId);
        return 'buffered';
      }
      await this.#requireRegistration(blobId, signal);
    }
    await store.putMetadata(blobId, body.bytes);
    this.#remember(blobId, metadata);
    await this.#checkStillRegistered(blobId);
    // Clients read from the status what the node did; the official one says 202 whenever pending was asked for.
    return isPending ? 'buffered' : 'stored';
  }

  /** Stores a sliver, or keeps it until the registration if `isPending`. */
  async putSliver(
    { blobId, pair, axis }: { blobId: BlobId; pair: number; axis: SliverAxis },
    body: RequestBody<SliverData>,
    isPending: boolean,
    signal: AbortSignal,
  ): Promise<PutOutcome> {
    const { table, store, assignment, pending } = this.#parts;
    const { nShards } = requireAssignment(assignment);
    const shard = requireShard(nShards, blobId, pair);
    if (!assignment.isWritable(shard)) throw apiError('FAILED_PRECONDITION', 'SHARD_NOT_ASSIGNED');
    if (table.isInvalid(blobId)) throw apiError('FAILED_PRECONDITION', 'INVALID_BLOB');
    const key = { shard, axis, blobId };
    if (store.hasSliver(key)) return 'alreadyStored';
    const sliver = body.decode();
    const index = sliverIndexOfPair(nShards, axis, pair);
    if (sliver.index !== index) {
      throw apiError(
        'INVALID_ARGUMENT',
        'SLIVER_INDEX_MISMATCH',
        `pair ${pair} has ${axis} sliver ${index}, not ${sliver.index}`,
      );
    }
    if (!table.isRegistered(blobId) && !isPending) {
      await this.#requireRegistration(blobId, signal);
    }
    const metadata = this.#metadataOf(blobId) ?? pending.metadata(blobId);
    if (metadata === undefined) throw apiError('FAILED_PRECONDITION', 'METADATA_NOT_FOUND');
    const codec = await this.#parts.codec(nShards);
    await codec
      .verifySliver({ metadata, axis, index, sliver }, { signal })
      .catch((error: unknown) => {
        throw refuse(error, 'INVALID_SLIVER');
      });
    if (!table.isRegistered(blobId) || !store.hasMetadata(blobId)) {
      // The metadata waits, so the sliver waits with it.
      pending.addSliver(blobId, { pair, axis, bytes: body.bytes });
      if (table.isRegistered(blobId)) await this.flush(blobId);
      return store.hasSliver(key) && !isPending ? 'stored' : 'buffered';
    }
    await store.putSliver(key, body.bytes);
    await this.#checkStillRegistered(blobId);
    return 'stored';
  }

  /**
   * Writes what waits for a blob that is now registered. Concurrent callers share one pass.
   *
   * @param blobId - does nothing if it is not registered or nothing waits
   */
  async flush(blobId: BlobId): Promise<void> {
    const { table, pending } = this.#parts;
    while (pending.has(blobId) && table.isRegistered(blobId)) {
      let running = this.#flushing.get(blobId);
      if (running === undefined) {
        running = this.#flushOnce(blobId).finally(() => this.#flushing.delete(blobId));
        this.#flushing.set(blobId, running);
      }
      await running;
    }
  }

  async #flushOnce(blobId: BlobId): Promise<void> {
    const { assignment, pending, store } = this.#parts;
    const { nShards } = requireAssignment(assignment);
    const waiting = pending.get(blobId);
    if (waiting === undefined) return;
    if (!store.hasMetadata(blobId)) await store.putMetadata(blobId, waiting.metadataBytes);
    this.#remember(blobId, waiting.metadata);
    await Promise.all(
      waiting.slivers.map(async ({ pair, axis, bytes }) => {
        const shard = shardOfPair(nShards, blobId, pair);
        const key = { shard, axis, blobId };
        if (assignment.isWritable(shard) && !store.hasSliver(key))
          await store.putSliver(key, bytes);
      }),
    );
    // Slivers that came during the writes keep the entry for another pass.
    if (pending.get(blobId)?.slivers.length === waiting.slivers.length) pending.remove(blobId);
    await this.#checkStillRegistered(blobId);
  }

  async #requireRegistration(blobId: BlobId, signal: AbortSignal): Promise<void> {
    const { table, registrations } = this.#parts;
    if (table.isRegistered(blobId)) return;
    await registrations.wait(blobId, this.#waitMs, signal);
    if (!table.isRegistered(blobId)) throw apiError('FAILED_PRECONDITION', 'NOT_REGISTERED');
  }

  /** The registration may have ended while data was on its way to the disk, after the collector had been there. */
  async #checkStillRegistered(blobId: BlobId): Promise<void> {
    const { table, garbage } = this.#parts;
    if (!table.isRegistered(blobId)) await garbage.add(blobIdToBytes(blobId));
  }

  #metadataOf(blobId: BlobId): BlobMetadata | undefined {
    const known = this.#metadata.get(blobId);
    if (known !== undefined) {
      // The cache must not outlive the data.
      if (this.#parts.store.hasMetadata(blobId)) return known;
      this.#metadata.delete(blobId);
      return undefined;
    }
    const bytes = this.#parts.store.metadata(blobId);
    if (bytes === undefined) return undefined;
    const metadata = decodeBlobMetadata(bytes);
    this.#remember(blobId, metadata);
    return metadata;
  }

  #remember(blobId: BlobId, metadata: BlobMetadata): void {
    this.#metadata.delete(blobId);
    this.#metadata.set(blobId, metadata);
    for (const oldest of this.#metadata.keys()) {
      if (this.#metadata.size <= METADATA_CACHE_SIZE) break;
      this.#metadata.delete(oldest);
    }
  }
}

/**
 * Returns the assignment.
 *
 * @throws UNAVAILABLE before the node has seen a committee
 */
export function requireAssignment(assignment: ShardAssignment): Assignment {
  const { current } = assignment;
  if (current === undefined) {
    throw apiError('UNAVAILABLE', 'UNAVAILABLE', 'the node has not seen a committee yet');
  }
  return current;
}

/**
 * Returns the shard of a sliver pair.
 *
 * @throws INDEX_OUT_OF_RANGE
 */
export function requireShard(nShards: number, blobId: BlobId, pair: number): number {
  if (pair >= nShards) {
    throw apiError(
      'INVALID_ARGUMENT',
      'INDEX_OUT_OF_RANGE',
      `sliver pair ${pair} of ${nShards} shards`,
    );
  }
  return shardOfPair(nShards, blobId, pair);
}

/** What the codec found wrong is the sender's fault; anything else is ours. */
function refuse(error: unknown, reason: 'INVALID_METADATA' | 'INVALID_SLIVER'): unknown {
  return isWalrusError(error) && error.code.startsWith('REDSTUFF_')
    ? apiError('INVALID_ARGUMENT', reason, error.message, { cause: error })
    : error;
}
