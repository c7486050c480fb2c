/** Entry point of a worker of a page. */
import { RedstuffError } from '../errors.js';
import type { SyncIo } from './sync-io.js';
import { startWorkerLoop } from './worker-loop.js';
import type { WorkerRequest, WorkerResponse } from './worker-port.js';

/** The part of a dedicated worker's globals that is used here. */
interface WorkerGlobals {
  onmessage?: ((event: { readonly data: WorkerRequest }) => void) | null;
  onmessageerror?: (() => void) | null;
  readonly postMessage?: (message: WorkerResponse | 'ready', transfer: ArrayBuffer[]) => void;
  readonly FileReaderSync?: new () => { readAsArrayBuffer(blob: Blob): ArrayBuffer };
}

const globals = globalThis as typeof globalThis & WorkerGlobals;

function readBlob(blob: Blob, start: number, end: number): Uint8Array {
  const { FileReaderSync: Reader } = globals;
  if (Reader === undefined) throw new Error('Blobs cannot be read here');
  let bytes: ArrayBuffer;
  try {
    bytes = new Reader().readAsArrayBuffer(blob.slice(start, end));
  } catch (cause) {
    throw new RedstuffError('REDSTUFF_SOURCE_CHANGED', 'the file cannot be read any more', {
      cause,
      hint: 'choose the file again',
    });
  }
  if (bytes.byteLength !== end - start) {
    throw new RedstuffError('REDSTUFF_SOURCE_CHANGED', 'the file got shorter while it was read');
  }
  return new Uint8Array(bytes);
}

/**
 * Blocks of Blobs. Every read of a Blob asks another process, about a millisecond, and columns are read in hundreds of
 * small pieces; but the next columns lie beside them.
 */
class BlockCache {
  /** By Blob and block, those used last at the end. */
  readonly #blocks = new Map<string, Uint8Array>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  block(blob: Blob, id: number, index: number): Uint8Array {
    const key = `${id} ${index}`;
    const start = index * BLOCK_BYTES;
    const bytes =
      this.#blocks.get(key) ?? readBlob(blob, start, Math.min(blob.size, start + BLOCK_BYTES));
    this.#blocks.delete(key);
    this.#blocks.set(key, bytes);
    const [oldest] = this.#blocks.keys();
    if (this.#blocks.size > MAX_BLOCKS && oldest !== undefined) this.#blocks.delete(oldest);
    // The memory is given back when there is nothing to do.
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#blocks.clear(), IDLE_MS);
    return bytes;
  }
}

const BLOCK_BYTES = 64 * 1024;
/** Enough for a block of every row at 1000 shards. */
const MAX_BLOCKS = 384;
const IDLE_MS = 2000;
const cache = new BlockCache();

const blobIo: SyncIo = {
  read(handle, _row, position, target) {
    if (handle.kind !== 'blob') throw new Error('not a Blob');
    const { blob, id } = handle;
    if (target.length >= BLOCK_BYTES) {
      target.set(readBlob(blob, position, position + target.length));
      return;
    }
    for (let done = 0; done < target.length;) {
      const at = position + done;
      const index = Math.floor(at / BLOCK_BYTES);
      const block = cache.block(blob, id, index);
      const from = at - index * BLOCK_BYTES;
      const part = block.subarray(from, from + target.length - done);
      if (part.length === 0) {
        throw new RedstuffError('REDSTUFF_SOURCE_CHANGED', 'the file is shorter than it was');
      }
      target.set(part, done);
      done += part.length;
    }
  },
  write() {
    throw new Error('a Blob cannot be written');
  },
};

const handle = startWorkerLoop(blobIo, (response, transfer) =>
  globals.postMessage?.(response, transfer),
);
globals.onmessage = ({ data }) => handle(data);
globals.onmessageerror = () => {
  // Reaches the page as an error of this worker, which ends it.
  throw new Error('a message cannot be read');
};
globals.postMessage?.('ready', []);
