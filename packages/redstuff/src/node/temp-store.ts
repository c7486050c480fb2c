import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RedstuffError } from '../errors.js';
import { memoryStore, type CreateTempStore, type TempStore } from '../source/temp-store.js';

/** Up to here temporary data stays in memory, bytes. */
const MEMORY_LIMIT_BYTES = 48 << 20;

/** Settings of temporary storage. */
export interface TempStorageInit {
  /** Folder for temporary files. @default the folder of the operating system */
  readonly tempDir?: string | undefined;
  /** Temporary data up to this size stays in memory, bytes. @default 48 MiB */
  readonly memoryLimitBytes?: number | undefined;
}

/** Makes places for temporary data: in memory while they are small, else in files. */
export function tempStores(init: TempStorageInit): CreateTempStore {
  const { tempDir = tmpdir(), memoryLimitBytes = MEMORY_LIMIT_BYTES } = init;
  return async (sizeBytes) =>
    sizeBytes <= memoryLimitBytes ? memoryStore(new Uint8Array(sizeBytes)) : fileStore(tempDir);
}

/**
 * Makes a temporary file.
 *
 * Its name is removed at once where the operating system allows it: then nothing is left behind however the process
 * ends, and the room is free when the file is closed.
 *
 * @throws REDSTUFF_NO_STORAGE
 */
export async function fileStore(tempDir: string): Promise<TempStore & { readonly fd: number }> {
  let folder: string | undefined;
  try {
    folder = await mkdtemp(join(tempDir, 'walrus-redstuff-'));
    const file = await open(join(folder, 'data'), 'wx+', 0o600);
    const isUnnamed = process.platform !== 'win32';
    if (isUnnamed) await rm(folder, { recursive: true, force: true });
    const path = folder;
    const handle = { kind: 'file', fd: file.fd } as const;
    let diskBytes = 0;
    let isClosed = false;
    return {
      get diskBytes() {
        return diskBytes;
      },
      fd: file.fd,
      writeHandle: handle,
      handle,
      async write(position, bytes) {
        let done = 0;
        while (done < bytes.length) {
          const rest = bytes.length - done;
          done += (await file.write(bytes, done, rest, position + done)).bytesWritten;
        }
      },
      async seal() {
        diskBytes = (await file.stat()).size;
      },
      async read(position, target) {
        let done = 0;
        while (done < target.length) {
          const rest = target.length - done;
          const { bytesRead } = await file.read(target, done, rest, position + done);
          if (bytesRead === 0) throw new Error('a temporary file is shorter than it was');
          done += bytesRead;
        }
      },
      async close() {
        if (isClosed) return;
        isClosed = true;
        await file.close();
        if (!isUnnamed) await rm(path, { recursive: true, force: true });
      },
    };
  } catch (cause) {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    throw new RedstuffError('REDSTUFF_NO_STORAGE', `no temporary file can be made in ${tempDir}`, {
      cause,
      hint: 'set another folder for temporary files',
    });
  }
}
