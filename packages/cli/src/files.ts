import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join, basename } from 'node:path';
import { errorMessage } from '@walrus-ts/core';
import { CliError } from './errors.js';

/** Most bytes that one file may have: the runtime reads no more at once. */
const MAX_FILE_BYTES = 2 ** 31 - 1;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
};

function unreadable(path: string, cause: unknown): CliError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return new CliError(
    'CLI_FILE_UNREADABLE',
    `cannot read ${path}: ${REASONS[code] ?? errorMessage(cause)}`,
    { cause, hint: 'check the path' },
  );
}

/**
 * Reads a file that is to be stored.
 *
 * @param path - file
 * @param limitBytes - largest blob of the network
 * @throws CLI_FILE_UNREADABLE, CLI_FILE_TOO_LARGE before anything is read
 */
export async function readBlobFile(path: string, limitBytes: number): Promise<Uint8Array> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (cause) {
    throw unreadable(path, cause);
  }
  try {
    const info = await file.stat();
    if (info.isDirectory()) {
      throw new CliError('CLI_FILE_UNREADABLE', `cannot store ${path}: it is a directory`, {
        hint: 'store its files one by one, or as one archive',
      });
    }
    const limit = Math.min(limitBytes, MAX_FILE_BYTES);
    if (info.size > limit) {
      throw new CliError(
        'CLI_FILE_TOO_LARGE',
        `${path} has ${info.size} bytes, the limit is ${limit}`,
        {
          hint: 'networks with more shards take larger blobs; or split the file',
          data: { sizeBytes: info.size, limitBytes: limit },
        },
      );
    }
    return await file.readFile();
  } catch (error) {
    throw error instanceof CliError ? error : unreadable(path, error);
  } finally {
    await file.close();
  }
}

/**
 * Writes a file so that it is either whole or not there: to a temporary name first, then renamed.
 *
 * @throws CLI_FILE_UNWRITABLE
 */
export async function writeResultFile(path: string, data: Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
  try {
    const target = await stat(path).catch(() => undefined);
    if (target?.isDirectory()) throw new Error('it is a directory');
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const reason = code === 'ENOENT' ? 'no such directory' : (REASONS[code] ?? errorMessage(cause));
    throw new CliError('CLI_FILE_UNWRITABLE', `cannot write ${path}: ${reason}`, { cause });
  }
}
