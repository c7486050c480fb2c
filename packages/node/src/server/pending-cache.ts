import type { BlobId, BlobMetadata, SliverAxis } from '@walrus-ts/core';
import { apiError } from '@walrus-ts/node-api';

/** Limits of {@link PendingCache}. */
export interface PendingCacheInit {
  /** Bytes of slivers and metadata together. */
  readonly maxBytes: number;
  readonly maxSlivers: number;
  readonly maxMetadata: number;
  /** A blob's data is dropped this long after the last of it arrived. */
  readonly ttlMs: number;
}

/** A verified sliver that waits for the registration of its blob. */
export interface PendingSliver {
  readonly pair: number;
  readonly axis: SliverAxis;
  readonly bytes: Uint8Array;
}

/** Everything that waits for one blob. */
export interface PendingBlob {
  readonly metadata: BlobMetadata;
  readonly metadataBytes: Uint8Array;
  readonly slivers: readonly PendingSliver[];
}

interface Entry {
  readonly metadata: BlobMetadata;
  readonly metadataBytes: Uint8Array;
  readonly slivers: Map<string, PendingSliver>;
  bytes: number;
  timer: NodeJS.Timeout | undefined;
}

/** Largest sliver taken, bytes. */
const MAX_SLIVER_BYTES = 4 * 1024 * 1024;

/**
 * Keeps uploads in memory that arrive with `pending=true` before their blob is registered. Bounded in every
 * dimension; nothing in it was acknowledged as stored.
 *
 * @see spec node.md §7
 */
export class PendingCache {
  readonly #init: PendingCacheInit;
  readonly #entries = new Map<BlobId, Entry>();
  #bytes = 0;
  #slivers = 0;

  /** @param init - limits */
  constructor(init: PendingCacheInit) {
    this.#init = init;
  }

  /** Returns the waiting metadata of a blob. */
  metadata(blobId: BlobId): BlobMetadata | undefined {
    return this.#entries.get(blobId)?.metadata;
  }

  /** Tells whether a sliver waits. */
  hasSliver(blobId: BlobId, pair: number, axis: SliverAxis): boolean {
    return this.#entries.get(blobId)?.slivers.has(sliverKey(pair, axis)) ?? false;
  }

  /** Tells whether anything waits for a blob. */
  has(blobId: BlobId): boolean {
    return this.#entries.has(blobId);
  }

  /**
   * Keeps verified metadata.
   *
   * @throws CACHE_SATURATED
   */
  addMetadata(blobId: BlobId, metadata: BlobMetadata, bytes: Uint8Array): void {
    if (this.#entries.has(blobId)) return;
    if (this.#entries.size >= this.#init.maxMetadata) throw saturated();
    this.#take(bytes.length);
    const entry: Entry = {
      metadata,
      metadataBytes: bytes,
      slivers: new Map(),
      bytes: bytes.length,
      timer: undefined,
    };
    this.#entries.set(blobId, entry);
    this.#touch(blobId, entry);
  }

  /**
   * Keeps a verified sliver of a blob whose metadata waits too.
   *
   * @throws CACHE_SATURATED, METADATA_NOT_FOUND if the metadata has just been dropped
   */
  addSliver(blobId: BlobId, sliver: PendingSliver): void {
    const entry = this.#entries.get(blobId);
    if (entry === undefined) throw apiError('FAILED_PRECONDITION', 'METADATA_NOT_FOUND');
    const key = sliverKey(sliver.pair, sliver.axis);
    if (entry.slivers.has(key)) return;
    const { length } = sliver.bytes;
    if (length > MAX_SLIVER_BYTES || this.#slivers >= this.#init.maxSlivers) throw saturated();
    this.#take(length);
    entry.slivers.set(key, sliver);
    entry.bytes += length;
    this.#slivers += 1;
    this.#touch(blobId, entry);
  }

  /** Returns what waits for a blob; it stays until {@link PendingCache.remove}. */
  get(blobId: BlobId): PendingBlob | undefined {
    const entry = this.#entries.get(blobId);
    return entry === undefined
      ? undefined
      : {
          metadata: entry.metadata,
          metadataBytes: entry.metadataBytes,
          slivers: [...entry.slivers.values()],
        };
  }

  /** Drops what waits for a blob. */
  remove(blobId: BlobId): void {
    const entry = this.#entries.get(blobId);
    if (entry === undefined) return;
    clearTimeout(entry.timer);
    this.#entries.delete(blobId);
    this.#bytes -= entry.bytes;
    this.#slivers -= entry.slivers.size;
  }

  /** Drops everything. */
  clear(): void {
    // Deleting while iterating a Map is allowed.
    for (const blobId of this.#entries.keys()) this.remove(blobId);
  }

  #take(bytes: number): void {
    if (this.#bytes + bytes > this.#init.maxBytes) throw saturated();
    this.#bytes += bytes;
  }

  #touch(blobId: BlobId, entry: Entry): void {
    clearTimeout(entry.timer);
    entry.timer = setTimeout(() => this.remove(blobId), this.#init.ttlMs);
    entry.timer.unref();
  }
}

function sliverKey(pair: number, axis: SliverAxis): string {
  return `${pair}-${axis}`;
}

function saturated(): Error {
  return apiError('FAILED_PRECONDITION', 'CACHE_SATURATED');
}
