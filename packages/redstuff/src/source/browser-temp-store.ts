import { errorMessage } from '@walrus-ts/core';
import { RedstuffError } from '../errors.js';
import type { StoreHandle } from '../threads/tasks.js';
import { blobHandle } from './source.js';
import { memoryStore, type CreateTempStore, type TempStore } from './temp-store.js';

/** Up to here temporary data of a page stays in memory, bytes. */
export const PAGE_MEMORY_BYTES = 64 << 20;
/** Up to here it does so where there is no storage, bytes. */
export const PAGE_FALLBACK_BYTES = 256 << 20;

/** The part of the origin private file system that is used here. */
interface PrivateFile {
  createWritable(): Promise<{
    write(command: { type: 'write'; position: number; data: Uint8Array | Blob }): Promise<void>;
    close(): Promise<void>;
    abort(): Promise<void>;
  }>;
  getFile(): Promise<Blob>;
}
interface PrivateFolder {
  getFileHandle(name: string, options: { create: boolean }): Promise<PrivateFile>;
  removeEntry(name: string): Promise<void>;
  keys(): AsyncIterable<string>;
}
interface StorageGlobals {
  readonly navigator?: {
    readonly storage?: { getDirectory?(): Promise<PrivateFolder> };
    readonly locks?: {
      request(name: string, hold: () => Promise<void>): Promise<void>;
      query(): Promise<{ readonly held?: readonly { readonly name?: string }[] }>;
    };
  };
}

const { navigator } = globalThis as typeof globalThis & StorageGlobals;

const PREFIX = 'redstuff-';
/**
 * Bytes that wait until they are written: every write crosses to another process, and an encoding makes tens of thousands
 * of small ones, many of which follow each other.
 */
const WAITING_BYTES = 16 << 20;

/** Temporary data of a page in the origin private file system. */
export interface PrivateStore extends TempStore {
  /** Like {@link TempStore.write}, for bytes that the browser keeps. */
  write(position: number, bytes: Uint8Array | Blob): Promise<void>;
  /** The file, once sealed. */
  readonly handle: StoreHandle | undefined;
}

/** Says how much temporary data a page without storage can have, and that it has more. */
export function noStorage(sizeBytes: number, cause?: unknown): RedstuffError {
  return new RedstuffError(
    'REDSTUFF_NO_STORAGE',
    `${sizeBytes} bytes of temporary storage are needed, and this page has none`,
    {
      cause,
      data: { sizeBytes, limitBytes: PAGE_FALLBACK_BYTES },
      hint: 'use a smaller file, or a page with access to the origin private file system',
    },
  );
}

/** Makes a place in memory while it is small, else in the origin private file system of the page. */
export const createBrowserTempStore: CreateTempStore = async (sizeBytes) => {
  if (sizeBytes <= PAGE_MEMORY_BYTES) return memoryStore(new Uint8Array(sizeBytes));
  const store = await createPrivateStore();
  if (store !== undefined) return store;
  if (sizeBytes <= PAGE_FALLBACK_BYTES) return memoryStore(new Uint8Array(sizeBytes));
  throw noStorage(sizeBytes);
};

async function privateFolder(): Promise<PrivateFolder | undefined> {
  try {
    // Missing in insecure contexts, refused in private windows of some browsers.
    return await navigator?.storage?.getDirectory?.();
  } catch {
    return undefined;
  }
}

/**
 * Holds a lock, which the browser gives back when the page ends, however it does: what it names is in use.
 *
 * @returns gives it back
 */
function hold(name: string): Promise<() => void> {
  return new Promise((resolve) => {
    const { locks } = navigator ?? {};
    if (locks === undefined) {
      resolve(() => undefined);
      return;
    }
    const request = locks.request(name, () => new Promise((release) => resolve(release)));
    request.catch(() => resolve(() => undefined));
  });
}

/** Removes files of pages that ended before they could do so themselves. */
async function removeLeftovers(folder: PrivateFolder): Promise<void> {
  if (navigator?.locks === undefined) return;
  const { held = [] } = await navigator.locks.query();
  const used = new Set(held.map(({ name }) => name));
  for await (const name of folder.keys()) {
    if (!name.startsWith(PREFIX) || used.has(name)) continue;
    await folder.removeEntry(name).catch(() => undefined);
  }
}

/**
 * Makes a temporary file of the page.
 *
 * @returns `undefined` where there is no origin private file system
 * @throws REDSTUFF_NO_STORAGE if a file cannot be made
 */
export async function createPrivateStore(): Promise<PrivateStore | undefined> {
  const folder = await privateFolder();
  if (folder === undefined) return undefined;
  const name = `${PREFIX}${crypto.randomUUID()}.tmp`;
  const release = await hold(name);
  const remove = async (): Promise<void> => {
    await folder.removeEntry(name).catch(() => undefined);
    release();
  };
  let file: PrivateFile;
  let writable: Awaited<ReturnType<PrivateFile['createWritable']>>;
  try {
    await removeLeftovers(folder);
    file = await folder.getFileHandle(name, { create: true });
    writable = await file.createWritable();
  } catch (cause) {
    await remove();
    throw full(cause);
  }
  const waiting = new WaitingWrites();
  const flush = async (): Promise<void> => {
    try {
      for (const [position, data] of waiting.take()) {
        // The bytes are copied before the promise settles.
        await writable.write({ type: 'write', position, data });
      }
    } catch (cause) {
      throw full(cause);
    }
  };
  let sizeBytes = 0;
  let handle: ReturnType<typeof blobHandle> | undefined;
  let isClosed = false;
  return {
    get diskBytes() {
      return sizeBytes;
    },
    get handle() {
      return handle;
    },
    async write(position, data) {
      // A copy: the caller goes on using its memory.
      const part = data instanceof Uint8Array ? data.slice() : data;
      const end = waiting.add(position, part);
      sizeBytes = Math.max(sizeBytes, end);
      if (waiting.bytes >= WAITING_BYTES) await flush();
    },
    async seal() {
      await flush();
      try {
        await writable.close();
        handle = blobHandle(await file.getFile());
      } catch (cause) {
        throw full(cause);
      }
    },
    async read(position, target) {
      const part = handle?.blob.slice(position, position + target.length);
      const bytes = await part?.arrayBuffer().catch(() => undefined);
      if (bytes?.byteLength !== target.length) {
        throw new RedstuffError('REDSTUFF_NO_STORAGE', 'temporary data of this page is gone', {
          hint: 'run again, and let the browser keep the data of this site meanwhile',
        });
      }
      target.set(new Uint8Array(bytes));
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      if (handle === undefined) await writable.abort().catch(() => undefined);
      await remove();
    },
  };
}

type Part = Uint8Array<ArrayBuffer> | Blob;

/** Writes that wait; those that follow each other become one. */
class WaitingWrites {
  /** By the position behind their last byte. */
  #runs = new Map<number, { readonly start: number; readonly parts: Part[] }>();
  bytes = 0;

  /** Adds a write, and returns the position behind it. */
  add(position: number, part: Part): number {
    const length = part instanceof Uint8Array ? part.length : part.size;
    const end = position + length;
    const run = this.#runs.get(position) ?? { start: position, parts: [] };
    this.#runs.delete(position);
    run.parts.push(part);
    this.#runs.set(end, run);
    this.bytes += length;
    return end;
  }

  /** Gives all, and begins anew. */
  take(): [position: number, data: Blob][] {
    const runs = [...this.#runs.values()];
    this.#runs = new Map();
    this.bytes = 0;
    return runs.map(({ start, parts }) => [start, new Blob(parts)]);
  }
}

/** A file of the page could not be made or written. */
function full(cause: unknown): RedstuffError {
  const isQuota = cause instanceof Error && cause.name === 'QuotaExceededError';
  return new RedstuffError(
    'REDSTUFF_NO_STORAGE',
    isQuota
      ? 'the browser gives this page no more room for temporary data'
      : `temporary data of this page cannot be written: ${errorMessage(cause)}`,
    { cause, hint: 'free disk space or data of this site, or use a smaller file' },
  );
}
