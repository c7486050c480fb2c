import type { StoreHandle } from '../threads/tasks.js';
import { RedstuffError } from '../errors.js';

/**
 * The bytes of a blob, which can be read again and anywhere; encoding reads them twice.
 *
 * Made by {@link bytesSource}, {@link blobSource}, {@link streamSource}, and in Node by `fileSource`; or your own with
 * `sizeBytes`, `read` and `close`.
 */
export interface BlobSource {
  readonly sizeBytes: number;
  /**
   * Fills the target with the bytes from `position` on; these are within the size.
   *
   * @throws REDSTUFF_SOURCE_CHANGED if they are not there any more
   */
  read(position: number, target: Uint8Array): Promise<void>;
  /** The bytes, if they are in memory. */
  readonly memory?: Uint8Array | undefined;
  /** How workers can read the bytes by themselves. */
  readonly handle?: StoreHandle | undefined;
  /**
   * Called when everything was read.
   *
   * @throws REDSTUFF_SOURCE_CHANGED if the bytes may have changed since the source was opened
   */
  check?(): Promise<void>;
  /** Releases files that the source opened; idempotent. */
  close(): Promise<void>;
}

/** What operations take as a blob: bytes in memory, a `Blob` or `File` of a page, or any source. */
export type BlobInput = Uint8Array | Blob | BlobSource;

/**
 * Makes a source of bytes in memory, which must not change meanwhile.
 *
 * @param bytes - kept, not copied
 */
export function bytesSource(bytes: Uint8Array): BlobSource {
  return {
    sizeBytes: bytes.length,
    // A plain array even for a Node Buffer.
    memory: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    async read(position, target) {
      target.set(bytes.subarray(position, position + target.length));
    },
    async close() {
      // Nothing was opened.
    },
  };
}

let blobs = 0;

/** Names a `Blob` for workers. */
export function blobHandle(blob: Blob): StoreHandle & { readonly kind: 'blob' } {
  return { kind: 'blob', blob, id: blobs++ };
}

/**
 * Makes a source of a `Blob` or `File`, which is read in pieces.
 *
 * @param blob - of a page, or of Node
 */
export function blobSource(blob: Blob): BlobSource {
  return {
    sizeBytes: blob.size,
    handle: blobHandle(blob),
    async read(position, target) {
      let bytes: ArrayBuffer;
      try {
        bytes = await blob.slice(position, position + target.length).arrayBuffer();
      } catch (cause) {
        throw new RedstuffError('REDSTUFF_SOURCE_CHANGED', 'the file cannot be read any more', {
          cause,
          hint: 'choose the file again',
        });
      }
      if (bytes.byteLength !== target.length) {
        throw new RedstuffError(
          'REDSTUFF_SOURCE_CHANGED',
          'the file got shorter while it was read',
        );
      }
      target.set(new Uint8Array(bytes));
    },
    async close() {
      // Nothing was opened.
    },
  };
}

/** Up to here a `Blob` is read into memory first, bytes: many small reads of one are slow. */
const BLOB_IN_MEMORY_BYTES = 96 << 20;
/** Read and copied in one piece: a page must not block for long. */
const PIECE_BYTES = 4 << 20;

/**
 * Turns an input into a source.
 *
 * @param input - not closed
 * @param signal - cancels the reading of a `Blob`
 * @throws REDSTUFF_SOURCE_CHANGED
 */
export async function toSource(
  input: BlobInput,
  signal: AbortSignal | undefined,
): Promise<BlobSource> {
  if (input instanceof Uint8Array) return bytesSource(input);
  const source = 'slice' in input ? blobSource(input) : input;
  if (source.handle?.kind !== 'blob' || source.sizeBytes > BLOB_IN_MEMORY_BYTES) return source;
  const bytes = new Uint8Array(source.sizeBytes);
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    signal?.throwIfAborted();
    await source.read(at, bytes.subarray(at, at + PIECE_BYTES));
  }
  return bytesSource(bytes);
}
