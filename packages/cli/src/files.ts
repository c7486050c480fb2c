import { rmSync } from 'node:fs';
import { open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join, basename } from 'node:path';
import { errorMessage, isWalrusError } from '@walrus-ts/core';
import type { BlobSink, BlobSource } from '@walrus-ts/redstuff';
import { fileSource } from '@walrus-ts/redstuff/node';
import { CliError } from './errors.js';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  ENOSPC: 'no space left on the device',
};

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return REASONS[code] ?? errorMessage(cause);
}

function unreadable(path: string, cause: unknown): CliError {
  return new CliError('CLI_FILE_UNREADABLE', `cannot read ${path}: ${reasonOf(cause)}`, {
    cause,
    hint: 'check the path',
  });
}

async function openBlobFile(path: string, limitBytes: number): Promise<BlobSource> {
  let file: FileHandle;
  try {
    const info = await stat(path);
    if (info.isDirectory()) {
      throw new CliError('CLI_FILE_UNREADABLE', `cannot store ${path}: it is a directory`, {
        hint: 'store its files one by one, or as one archive',
      });
    }
    // Opening a pipe would wait for its writer.
    if (!info.isFile()) {
      throw new CliError('CLI_FILE_UNREADABLE', `cannot store ${path}: it is no regular file`, {
        hint: 'blobs are read more than once: write the data to a file first',
      });
    }
    file = await open(path, 'r');
  } catch (error) {
    throw error instanceof CliError ? error : unreadable(path, error);
  }
  try {
    const source = await fileSource(file);
    const { sizeBytes } = source;
    if (sizeBytes > limitBytes) {
      throw new CliError(
        'CLI_FILE_TOO_LARGE',
        `${path} has ${sizeBytes} bytes, the limit is ${limitBytes}`,
        {
          hint: 'networks with more shards take larger blobs; or split the file',
          data: { sizeBytes, limitBytes },
        },
      );
    }
    return { ...source, close: () => file.close() };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * Opens a file whose blob is wanted, for as long as some work takes.
 *
 * @param path - file
 * @param limitBytes - largest blob of the network
 * @param use - reads the file piece by piece
 * @throws CLI_FILE_UNREADABLE, CLI_FILE_TOO_LARGE before anything is read; CLI_FILE_CHANGED
 */
export async function withBlobFile<T>(
  path: string,
  limitBytes: number,
  use: (source: BlobSource) => Promise<T>,
): Promise<T> {
  const source = await openBlobFile(path, limitBytes);
  try {
    return await use(source);
  } catch (error) {
    if (!isWalrusError(error, 'REDSTUFF_SOURCE_CHANGED')) throw error;
    throw new CliError('CLI_FILE_CHANGED', `${path} changed while it was read`, {
      cause: error,
      hint: 'run the command again when nobody writes to the file',
    });
  } finally {
    await source.close();
  }
}

/** Removes what processes left behind that were killed while they wrote the same file. */
async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path);
  const prefix = `.${basename(path)}.`;
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(prefix)) continue;
    const pid = /^(\d{1,10})\.part$/.exec(name.slice(prefix.length))?.[1];
    if (pid === undefined || isRunning(Number(pid))) continue;
    await rm(join(folder, name), { force: true }).catch(() => undefined);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Processes of others cannot be asked, but are there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Writes a file so that it is either whole or not there: to a temporary name first, then renamed. The temporary file is
 * removed however the process ends; if it is killed, by the next one that writes the same file.
 *
 * @param path - file
 * @param produce - writes the content; if it fails, nothing is left behind
 * @throws CLI_FILE_UNWRITABLE, and what `produce` throws
 */
export async function writeResultFile<T>(
  path: string,
  produce: (sink: BlobSink) => Promise<T>,
): Promise<T> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
  const unwritable = (cause: unknown): CliError => {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    const reason = code === 'ENOENT' ? 'no such directory' : reasonOf(cause);
    return new CliError('CLI_FILE_UNWRITABLE', `cannot write ${path}: ${reason}`, { cause });
  };
  const attempt = async <R>(step: () => Promise<R>): Promise<R> => {
    try {
      return await step();
    } catch (cause) {
      throw unwritable(cause);
    }
  };
  const target = await stat(path).catch(() => undefined);
  if (target?.isDirectory()) throw unwritable(new Error('it is a directory'));
  await removeLeftovers(path);
  const file = await attempt(() => open(temporary, 'w'));
  let isDone = false;
  // A second Ctrl-C, or a reader of standard output that has gone, ends the process on the spot.
  const onExit = (): void => rmSync(temporary, { force: true });
  process.once('exit', onExit);
  try {
    let result: T;
    try {
      result = await produce({
        write: (bytes, position) =>
          attempt(async () => {
            let done = 0;
            while (done < bytes.length) {
              const rest = bytes.length - done;
              done += (await file.write(bytes, done, rest, position + done)).bytesWritten;
            }
          }),
      });
      await attempt(() => file.sync());
    } finally {
      await file.close();
    }
    await attempt(() => rename(temporary, path));
    isDone = true;
    return result;
  } finally {
    process.off('exit', onExit);
    if (!isDone) await rm(temporary, { force: true }).catch(() => undefined);
  }
}
