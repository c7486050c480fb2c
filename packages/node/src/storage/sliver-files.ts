import { mkdir, open, readFile, readdir, rename, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { blobIdToBytes, toHex, type BlobId, type SliverAxis } from '@walrus-ts/core';
import pLimit, { type LimitFunction } from 'p-limit';

/** Names one sliver in the store of a node. */
export interface SliverKey {
  readonly shard: number;
  readonly axis: SliverAxis;
  readonly blobId: BlobId;
}

/**
 * Large slivers as plain files: `slivers/AA/BB/<blob ID in hex>-<shard>-<axis>`, where AA and BB are the first two
 * bytes of the blob ID, which is a hash.
 *
 * A file is written beside its place, flushed, renamed, and its folder flushed; so a name always stands for a
 * complete file, whenever the process or the machine dies.
 */
export class SliverFiles {
  readonly #root: string;
  readonly #drafts: string;
  readonly #limit: LimitFunction;
  readonly #folders = new FolderFlusher();
  /** Writes and deletions of one name follow each other. */
  readonly #busy = new Map<string, Promise<unknown>>();
  #draftCount = 0;

  /**
   * @param directory - data directory
   * @param concurrency - files written at the same time
   */
  constructor(directory: string, concurrency: number) {
    this.#root = join(directory, 'slivers');
    this.#drafts = join(directory, 'slivers.drafts');
    this.#limit = pLimit(concurrency);
  }

  /** Makes the folders and throws drafts of an earlier life away. */
  async prepare(): Promise<void> {
    await mkdir(this.#root, { recursive: true });
    await mkdir(this.#drafts, { recursive: true });
    for (const name of await readdir(this.#drafts)) await unlink(join(this.#drafts, name));
    await flushFolder(dirname(this.#root));
  }

  /**
   * Writes a file and returns when it is on disk.
   *
   * @param key - which sliver
   * @param bytes - whole content; must not change until the promise resolves
   * @param record - stores the pointer; runs before anything else may touch the same name
   */
  write(key: SliverKey, bytes: Uint8Array, record: () => Promise<void>): Promise<void> {
    const path = this.#path(key);
    return this.#exclusively(path, async () => {
      await this.#limit(async () => {
        const draft = join(this.#drafts, String(this.#draftCount++));
        const file = await open(draft, 'wx');
        try {
          await file.writeFile(bytes);
          await file.datasync();
        } catch (error) {
          await unlink(draft).catch(() => undefined);
          throw error;
        } finally {
          await file.close();
        }
        const folder = dirname(path);
        const made = await mkdir(folder, { recursive: true });
        await rename(draft, path);
        await this.#folders.flush(folder);
        if (made !== undefined) {
          // A new folder is itself an entry of its parents.
          await this.#folders.flush(dirname(folder));
          await this.#folders.flush(this.#root);
        }
      });
      await record();
    });
  }

  /** Reads a file; `undefined` if it does not exist. */
  async read(key: SliverKey): Promise<Uint8Array | undefined> {
    try {
      return await readFile(this.#path(key));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Opens a file, which can then be read although its name is deleted; `undefined` if it does not exist. */
  async open(key: SliverKey): Promise<FileHandle | undefined> {
    try {
      return await open(this.#path(key), 'r');
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /**
   * Deletes a file if it exists.
   *
   * @param key - which sliver
   * @param isWanted - asked last, when no write can come in between: a wanted file stays
   */
  remove(key: SliverKey, isWanted: () => boolean): Promise<void> {
    const path = this.#path(key);
    return this.#exclusively(path, async () => {
      if (isWanted()) return;
      await unlink(path).catch((error: unknown) => {
        if (!isMissing(error)) throw error;
      });
    });
  }

  /**
   * Deletes files that no pointer names: of writes that a crash cut off before their pointer was stored.
   *
   * Only for the start, before anything is written.
   *
   * @param isWanted - whether a pointer exists
   * @returns number of files deleted
   */
  async sweep(isWanted: (key: SliverKey) => boolean): Promise<number> {
    let count = 0;
    for (const first of await readdir(this.#root)) {
      for (const second of await readdir(join(this.#root, first))) {
        const folder = join(this.#root, first, second);
        for (const name of await readdir(folder)) {
          const key = parseName(name);
          if (key !== undefined && isWanted(key)) continue;
          await unlink(join(folder, name));
          count += 1;
        }
      }
    }
    return count;
  }

  #path({ shard, axis, blobId }: SliverKey): string {
    const hex = toHex(blobIdToBytes(blobId));
    return join(this.#root, hex.slice(0, 2), hex.slice(2, 4), `${hex}-${shard}-${axis}`);
  }

  async #exclusively<T>(path: string, run: () => Promise<T>): Promise<T> {
    const previous = this.#busy.get(path) ?? Promise.resolve();
    const current = previous.then(run, run);
    this.#busy.set(path, current);
    try {
      return await current;
    } finally {
      if (this.#busy.get(path) === current) this.#busy.delete(path);
    }
  }
}

function parseName(name: string): SliverKey | undefined {
  const match = /^([0-9a-f]{64})-([0-9]{1,5})-(primary|secondary)$/.exec(name);
  const [, hex, shard, axis] = match ?? [];
  if (hex === undefined || shard === undefined) return undefined;
  return {
    blobId: Buffer.from(hex, 'hex').toString('base64url') as BlobId,
    shard: Number(shard),
    axis: axis === 'primary' ? 'primary' : 'secondary',
  };
}

/** Flushes folders; those who ask while a flush is running share the next one. */
class FolderFlusher {
  readonly #running = new Map<string, Promise<void>>();
  readonly #next = new Map<string, Promise<void>>();

  flush(folder: string): Promise<void> {
    const running = this.#running.get(folder);
    if (running === undefined) return this.#start(folder);
    // The running flush may have begun before the caller's rename.
    let next = this.#next.get(folder);
    if (next === undefined) {
      next = running
        .catch(() => undefined)
        .then(() => {
          this.#next.delete(folder);
          return this.#start(folder);
        });
      this.#next.set(folder, next);
    }
    return next;
  }

  #start(folder: string): Promise<void> {
    const run = flushFolder(folder).finally(() => {
      if (this.#running.get(folder) === run) this.#running.delete(folder);
    });
    this.#running.set(folder, run);
    return run;
  }
}

async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
