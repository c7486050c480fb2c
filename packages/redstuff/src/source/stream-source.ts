import { onAbort } from '@walrus-ts/core';
import { RedstuffError } from '../errors.js';
import {
  PAGE_FALLBACK_BYTES,
  PAGE_MEMORY_BYTES,
  createPrivateStore,
  noStorage,
  type PrivateStore,
} from './browser-temp-store.js';
import { blobSource, type BlobSource } from './source.js';

/** A stream of bytes as pages have it; the compiler only knows that of Node. */
export interface ByteStream {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
    cancel(reason?: unknown): Promise<void>;
    releaseLock(): void;
  };
}

/** Options of {@link streamSource}. */
export interface StreamSourceOptions {
  /** Longer streams are refused, bytes. @default no limit */
  readonly maxBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Bytes handed to the browser at once. */
const WRITE_BYTES = 4 << 20;

/**
 * Spools a stream of a page that can be read only once, for instance the body of an answer: in memory up to 64 MiB, above
 * that in the origin private file system, from which `close` removes it. Without such a file system, streams of more than
 * 256 MiB are refused.
 *
 * In Node, `streamSource` of `@walrus-ts/redstuff/node` uses a temporary file.
 *
 * @param stream - read to its end, or cancelled
 * @throws REDSTUFF_BLOB_TOO_LARGE above `maxBytes`, REDSTUFF_NO_STORAGE, errors of the stream
 */
export async function streamSource(
  stream: ByteStream,
  { maxBytes = Infinity, signal }: StreamSourceOptions = {},
): Promise<BlobSource> {
  signal?.throwIfAborted();
  const reader = stream.getReader();
  const spool = new Spool(maxBytes);
  // Wakes a read that waits for a stream that has stopped.
  const release =
    signal && onAbort(signal, () => void reader.cancel(signal.reason).catch(() => {}));
  try {
    for (;;) {
      const { done, value } = await reader.read();
      signal?.throwIfAborted();
      if (done || value === undefined) break;
      await spool.add(value);
    }
    return await spool.source();
  } catch (error) {
    await reader.cancel(error).catch(() => {});
    await spool.discard();
    throw error;
  } finally {
    release?.();
    reader.releaseLock();
  }
}

/** Collects the bytes of a stream. */
class Spool {
  readonly #maxBytes: number;
  #parts: Uint8Array<ArrayBuffer>[] = [];
  /** Bytes in the parts. */
  #waiting = 0;
  #total = 0;
  #store: PrivateStore | undefined;
  #hasStore = true;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  async add(chunk: Uint8Array): Promise<void> {
    this.#total += chunk.length;
    if (this.#total > this.#maxBytes) {
      throw new RedstuffError(
        'REDSTUFF_BLOB_TOO_LARGE',
        `the stream has more than ${this.#maxBytes} bytes`,
        { data: { limitBytes: this.#maxBytes } },
      );
    }
    // A copy where the memory is shared: such memory cannot be handed to the browser.
    this.#parts.push(
      chunk.buffer instanceof ArrayBuffer
        ? new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length)
        : new Uint8Array(chunk),
    );
    this.#waiting += chunk.length;
    if (this.#store === undefined && this.#total > PAGE_MEMORY_BYTES && this.#hasStore) {
      this.#store = await createPrivateStore();
      this.#hasStore = this.#store !== undefined;
    }
    if (!this.#hasStore && this.#total > PAGE_FALLBACK_BYTES) throw noStorage(this.#total);
    if (this.#store !== undefined && this.#waiting >= WRITE_BYTES) await this.#flush(this.#store);
  }

  async source(): Promise<BlobSource> {
    const store = this.#store;
    if (store === undefined) return blobSource(new Blob(this.#parts));
    await this.#flush(store);
    await store.seal();
    return {
      sizeBytes: this.#total,
      handle: store.handle,
      read: (position, target) => store.read(position, target),
      close: () => store.close(),
    };
  }

  async discard(): Promise<void> {
    this.#parts = [];
    await this.#store?.close();
  }

  /** Writes what waits, in pieces that do not hold up the page. */
  async #flush(store: PrivateStore): Promise<void> {
    let position = this.#total - this.#waiting;
    while (this.#parts.length > 0) {
      let bytes = 0;
      let count = 0;
      while (count < this.#parts.length && (count === 0 || bytes < WRITE_BYTES)) {
        bytes += this.#parts[count]?.length ?? 0;
        count++;
      }
      await store.write(position, new Blob(this.#parts.splice(0, count)));
      position += bytes;
    }
    this.#waiting = 0;
  }
}
