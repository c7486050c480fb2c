import { open, type FileHandle } from 'node:fs/promises';
import { RedstuffError } from '../errors.js';
import type { BlobSource } from '../source/source.js';
import { fileStore, type TempStorageInit } from './temp-store.js';
import { tmpdir } from 'node:os';

/**
 * Opens a file as the source of a blob.
 *
 * @param file - a path, opened here and closed by `close`; or an open file, which stays open
 * @throws errors of the file system; REDSTUFF_SOURCE_CHANGED during operations if size or modification time change
 */
export async function fileSource(file: string | FileHandle): Promise<BlobSource> {
  const handle = typeof file === 'string' ? await open(file, 'r') : file;
  const isOwn = typeof file === 'string';
  try {
    const before = await handle.stat({ bigint: true });
    if (!before.isFile()) {
      throw new RedstuffError('REDSTUFF_SOURCE_CHANGED', 'only regular files can be read twice', {
        hint: 'pass other input as a stream',
      });
    }
    let isClosed = false;
    return {
      sizeBytes: Number(before.size),
      handle: { kind: 'file', fd: handle.fd },
      async read(position, target) {
        let done = 0;
        while (done < target.length) {
          const rest = target.length - done;
          const { bytesRead } = await handle.read(target, done, rest, position + done);
          if (bytesRead === 0) throw changed();
          done += bytesRead;
        }
      },
      async check() {
        const now = await handle.stat({ bigint: true });
        if (now.size !== before.size || now.mtimeNs !== before.mtimeNs) throw changed();
      },
      async close() {
        if (!isOwn || isClosed) return;
        isClosed = true;
        await handle.close();
      },
    };
  } catch (error) {
    if (isOwn) await handle.close();
    throw error;
  }
}

function changed(): RedstuffError {
  return new RedstuffError('REDSTUFF_SOURCE_CHANGED', 'the file changed while it was read', {
    hint: 'run again when nobody writes to it',
  });
}

/**
 * Spools a stream that can be read only once into a temporary file, which `close` removes.
 *
 * @param stream - bytes; a Node stream and a `ReadableStream` are such iterables
 * @param options - folder for the file, and the largest size accepted
 * @throws REDSTUFF_BLOB_TOO_LARGE above `maxBytes`, REDSTUFF_NO_STORAGE, errors of the stream
 */
export async function streamSource(
  stream: AsyncIterable<Uint8Array>,
  options: Pick<TempStorageInit, 'tempDir'> & {
    readonly maxBytes?: number | undefined;
    readonly signal?: AbortSignal | undefined;
  } = {},
): Promise<BlobSource> {
  const { tempDir = tmpdir(), maxBytes = Infinity, signal } = options;
  const store = await fileStore(tempDir);
  try {
    let sizeBytes = 0;
    for await (const chunk of stream) {
      signal?.throwIfAborted();
      if (sizeBytes + chunk.length > maxBytes) {
        throw new RedstuffError(
          'REDSTUFF_BLOB_TOO_LARGE',
          `the stream has more than ${maxBytes} bytes`,
          { data: { limitBytes: maxBytes } },
        );
      }
      await store.write(sizeBytes, chunk);
      sizeBytes += chunk.length;
    }
    await store.seal();
    return {
      sizeBytes,
      handle: store.handle,
      read: (position, target) => store.read(position, target),
      close: () => store.close(),
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}
