import { readFile, rm, writeFile } from 'node:fs/promises';
import { LocalnetError } from './errors.js';
import { networkPaths } from './files.js';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Takes a network's directory for this process; a lock whose process is gone is taken over.
 *
 * @param path - lock file
 * @param dir - for the message
 * @returns gives the directory back
 * @throws LOCALNET_ALREADY_RUNNING
 */
export async function lockDirectory(path: string, dir: string): Promise<() => Promise<void>> {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' });
      return () => rm(path, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const holder = Number(await readFile(path, 'utf8').catch(() => ''));
    if (Number.isInteger(holder) && holder > 0 && isAlive(holder)) {
      throw new LocalnetError(
        'LOCALNET_ALREADY_RUNNING',
        `the network in ${dir} is already running (process ${holder})`,
        {
          hint: 'stop it with Ctrl-C in its terminal, or use another --dir',
          data: { pid: holder },
        },
      );
    }
    await rm(path, { force: true });
  }
  throw new LocalnetError('LOCALNET_ALREADY_RUNNING', `the network in ${dir} is being started`);
}

/**
 * Does something with a network's directory that no other process may use meanwhile.
 *
 * @param dir - must exist
 * @throws LOCALNET_ALREADY_RUNNING, and what `use` throws
 */
export async function withDirectoryLock<T>(dir: string, use: () => Promise<T>): Promise<T> {
  const unlock = await lockDirectory(networkPaths(dir).lockFile, dir);
  try {
    return await use();
  } finally {
    await unlock();
  }
}
