import type { BlobId } from '@walrus-ts/core';
import type { Logger } from 'pino';
import type { BlobStore } from './blob-store.js';
import type { BlobTable } from './blob-table.js';
import type { NodeDatabase } from './database.js';

/**
 * Deletes metadata and slivers of blobs without live registration.
 *
 * The list of such blobs is stored with the events that made them so; it survives restarts.
 */
export class GarbageCollector {
  readonly #database: NodeDatabase;
  readonly #table: BlobTable;
  readonly #store: BlobStore;
  readonly #log: Logger;
  #running: Promise<void> | undefined;
  #isWanted = false;
  #isStopped = false;

  /** @param components - database, table, store, logger */
  constructor(components: {
    readonly database: NodeDatabase;
    readonly table: BlobTable;
    readonly store: BlobStore;
    readonly logger: Logger;
  }) {
    this.#database = components.database;
    this.#table = components.table;
    this.#store = components.store;
    this.#log = components.logger;
  }

  /** Starts a pass in the background, or another one after the running pass. */
  request(): void {
    this.#isWanted = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /**
   * Notes a blob whose data arrived while its last registration ended.
   *
   * @param blobId - looked at again in the next pass
   */
  async add(key: Uint8Array): Promise<void> {
    await this.#database.durably(this.#database.garbage.put(key, new Uint8Array(0)));
    this.request();
  }

  /** Waits until the blob at hand is done, then ends. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#isWanted && !this.#isStopped) {
      this.#isWanted = false;
      try {
        await this.#pass();
      } catch (error) {
        // The list is kept, so the next pass tries again.
        this.#log.error({ err: error }, 'deleting data of ended blobs failed');
      }
    }
  }

  async #pass(): Promise<void> {
    const keys = [...this.#database.garbage.getKeys({ snapshot: false })].map((key) =>
      Buffer.from(key),
    );
    const shards = [...this.#database.shards.getKeys({ snapshot: false })].map((key) =>
      Buffer.from(key).readUInt16BE(0),
    );
    for (const key of keys) {
      if (this.#isStopped) return;
      const blobId = key.toString('base64url') as BlobId;
      await this.#store.removeBlob(
        blobId,
        shards,
        () => this.#table.isRegistered(blobId),
        () => void this.#database.garbage.remove(key),
      );
      this.#log.debug({ blobId }, 'deleted data of a blob without registration');
    }
  }
}
