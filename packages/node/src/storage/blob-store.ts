import type { Readable } from 'node:stream';
import { blobIdToBytes, type BlobId, type SliverAxis } from '@walrus-ts/core';
import type { Logger } from 'pino';
import { NodeError } from '../errors.js';
import { hasKey, type NodeDatabase, type SliverFileRecord } from './database.js';
import { SliverFiles, type SliverKey } from './sliver-files.js';

/** Settings of {@link BlobStore}. */
export interface BlobStoreInit {
  /** Data directory. */
  readonly directory: string;
  /** Slivers up to this size live in the database, larger ones in files. */
  readonly inlineSliverBytes: number;
  /** Files written at the same time. */
  readonly concurrentFileWrites: number;
}

/** A sliver that lives in a file, open. */
export interface OpenSliver {
  readonly sizeBytes: number;
  /** Gives exactly `sizeBytes`; must be read to its end or destroyed. */
  readonly stream: Readable;
}

const AXES: readonly SliverAxis[] = ['primary', 'secondary'];

/**
 * Metadata and slivers on disk. Every write resolves only when what was written survives a power cut; concurrent
 * writes share flushes. Stores bytes as given: that they are right was checked before.
 */
export class BlobStore {
  readonly #database: NodeDatabase;
  readonly #files: SliverFiles;
  readonly #inlineBytes: number;
  readonly #log: Logger;

  /**
   * @param init - settings
   * @param components - database and logger
   */
  constructor(
    init: BlobStoreInit,
    components: { readonly database: NodeDatabase; readonly logger: Logger },
  ) {
    this.#database = components.database;
    this.#log = components.logger;
    this.#files = new SliverFiles(init.directory, init.concurrentFileWrites);
    this.#inlineBytes = init.inlineSliverBytes;
  }

  /** Prepares the folders and removes what a crash left half done. */
  async open(): Promise<void> {
    await this.#files.prepare();
    const count = await this.#files.sweep((key) =>
      hasKey(this.#database.sliverFiles, encodeSliverKey(key)),
    );
    if (count > 0) this.#log.info({ count }, 'removed sliver files of unfinished writes');
  }

  /** Stores metadata. @param bytes - BCS BlobMetadata, verified against the blob ID */
  async putMetadata(blobId: BlobId, bytes: Uint8Array): Promise<void> {
    await this.#database.durably(this.#database.metadata.put(blobIdToBytes(blobId), bytes));
  }

  /** Returns BCS BlobMetadata, or `undefined`. */
  metadata(blobId: BlobId): Uint8Array | undefined {
    return this.#database.metadata.get(blobIdToBytes(blobId));
  }

  /** Tells whether metadata is stored. */
  hasMetadata(blobId: BlobId): boolean {
    return hasKey(this.#database.metadata, blobIdToBytes(blobId));
  }

  /** Stores a sliver. @param bytes - BCS SliverData, verified; must not change until this resolves */
  async putSliver(key: SliverKey, bytes: Uint8Array): Promise<void> {
    const { slivers, sliverFiles } = this.#database;
    const id = encodeSliverKey(key);
    if (bytes.length <= this.#inlineBytes) {
      await this.#database.durably(slivers.put(id, bytes));
      return;
    }
    await this.#files.write(key, bytes, () =>
      this.#database.durably(sliverFiles.put(id, { size: bytes.length })),
    );
  }

  /** Tells whether a sliver is stored. */
  hasSliver(key: SliverKey): boolean {
    const id = encodeSliverKey(key);
    return hasKey(this.#database.slivers, id) || hasKey(this.#database.sliverFiles, id);
  }

  /**
   * Returns BCS SliverData, or `undefined`.
   *
   * @throws NODE_STORAGE_DAMAGED if the file of a stored sliver is gone or has another size
   */
  async sliver(key: SliverKey): Promise<Uint8Array | undefined> {
    const id = encodeSliverKey(key);
    const inline = this.#database.slivers.get(id);
    if (inline !== undefined) return inline;
    const pointer = this.#database.sliverFiles.get(id);
    if (pointer === undefined) return undefined;
    const bytes = await this.#files.read(key);
    if (bytes?.length === pointer.size) return bytes;
    return this.#unreadable(key, pointer, bytes?.length);
  }

  /** Returns the bytes of a sliver that lives in a file, `'inline'` of one in the database, or `undefined`. */
  sliverFileBytes(key: SliverKey): number | 'inline' | undefined {
    const id = encodeSliverKey(key);
    if (hasKey(this.#database.slivers, id)) return 'inline';
    return this.#database.sliverFiles.get(id)?.size;
  }

  /**
   * Opens BCS SliverData, or returns it if it lives in the database; `undefined` if it is not stored.
   *
   * @param chunkBytes - how much of a file is read ahead
   * @throws NODE_STORAGE_DAMAGED if the file of a stored sliver is gone or has another size
   */
  async openSliver(
    key: SliverKey,
    chunkBytes: number,
  ): Promise<Uint8Array | OpenSliver | undefined> {
    const id = encodeSliverKey(key);
    const inline = this.#database.slivers.get(id);
    if (inline !== undefined) return inline;
    const pointer = this.#database.sliverFiles.get(id);
    if (pointer === undefined) return undefined;
    const file = await this.#files.open(key);
    if (file === undefined) return this.#unreadable(key, pointer, undefined);
    let stream: Readable | undefined;
    try {
      const { size } = await file.stat();
      if (size !== pointer.size) return this.#unreadable(key, pointer, size);
      // Closes the file at its end, or when it is destroyed.
      stream = file.createReadStream({ highWaterMark: chunkBytes });
      return { sizeBytes: size, stream };
    } finally {
      if (stream === undefined) await file.close();
    }
  }

  /** Of a sliver whose file is not as its pointer says. */
  #unreadable(key: SliverKey, pointer: SliverFileRecord, sizeBytes: number | undefined): undefined {
    // Deleted in the meantime is not damage.
    if (!hasKey(this.#database.sliverFiles, encodeSliverKey(key))) return undefined;
    throw new NodeError(
      'NODE_STORAGE_DAMAGED',
      `the file of a ${key.axis} sliver has ${sizeBytes ?? 'no'} bytes instead of ${pointer.size}`,
      { data: { ...key } },
    );
  }

  /** Tells whether both slivers of a blob are stored for each of the given shards. */
  hasAllSlivers(blobId: BlobId, shards: Iterable<number>): boolean {
    for (const shard of shards) {
      for (const axis of AXES) if (!this.hasSliver({ shard, axis, blobId })) return false;
    }
    return true;
  }

  /**
   * Deletes all data of a blob.
   *
   * @param shards - every shard this node may hold slivers of
   * @param isWanted - asked inside the transaction: a blob that came back meanwhile keeps its data
   * @param alongside - further changes of the same transaction
   */
  async removeBlob(
    blobId: BlobId,
    shards: readonly number[],
    isWanted: () => boolean,
    alongside: () => void,
  ): Promise<void> {
    const { metadata, slivers, sliverFiles } = this.#database;
    const keys = shards.flatMap((shard) => AXES.map((axis) => ({ shard, axis, blobId })));
    const inFiles: SliverKey[] = [];
    await this.#database.commit(() => {
      alongside();
      if (isWanted()) return;
      void metadata.remove(blobIdToBytes(blobId));
      for (const key of keys) {
        const id = encodeSliverKey(key);
        if (hasKey(slivers, id)) void slivers.remove(id);
        if (!hasKey(sliverFiles, id)) continue;
        void sliverFiles.remove(id);
        inFiles.push(key);
      }
    });
    for (const key of inFiles) {
      await this.#files.remove(key, () => hasKey(sliverFiles, encodeSliverKey(key)));
    }
  }
}

/** Shard first, so that a shard's slivers are neighbours and can be listed or dropped together. */
function encodeSliverKey({ shard, axis, blobId }: SliverKey): Buffer {
  const key = Buffer.allocUnsafe(35);
  key.writeUInt16BE(shard, 0);
  key.writeUInt8(axis === 'primary' ? 0 : 1, 2);
  key.set(blobIdToBytes(blobId), 3);
  return key;
}
