import { link, open, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { NodeError } from '../errors.js';

/** A held lock on a data directory. */
export interface DirectoryLock {
  release(): Promise<void>;
}

/** Identifies a process also after its number was given to another one. */
interface Owner {
  readonly pid: number;
  /** Start time in the kernel's ticks; missing where the system does not tell. */
  readonly started?: string;
}

/**
 * Makes sure that only one process uses a data directory.
 *
 * The lock is a file naming its owner. One left behind by a killed process is taken over.
 *
 * @param directory - exists
 * @throws NODE_DATA_DIR_LOCKED
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const path = join(directory, 'node.lock');
  const started = await startTime(process.pid);
  const own = JSON.stringify({
    pid: process.pid,
    ...(started === undefined ? {} : { started }),
  } satisfies Owner);
  for (let attempt = 0; attempt < 5; attempt++) {
    if (await create(path, own)) {
      return { release: () => unlink(path).catch(() => undefined) };
    }
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const owner = parseOwner(text);
    if (owner !== undefined && (await isAlive(owner))) {
      throw new NodeError(
        'NODE_DATA_DIR_LOCKED',
        `${directory} is in use by process ${owner.pid}`,
        { hint: 'stop that node first, or give this one another dataDir' },
      );
    }
    // Set aside, not deleted: if another starter was quicker, this is its fresh lock and goes back.
    const aside = `${path}.${process.pid}`;
    try {
      await rename(path, aside);
    } catch {
      continue;
    }
    if ((await readFile(aside, 'utf8')) !== text) await link(aside, path).catch(() => undefined);
    await unlink(aside);
  }
  throw new NodeError('NODE_DATA_DIR_LOCKED', `cannot lock ${directory}`);
}

async function create(path: string, text: string): Promise<boolean> {
  // Written aside and linked, so that nobody ever reads half a lock.
  const draft = `${path}.new.${process.pid}`;
  const file = await open(draft, 'w');
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(draft);
  }
}

function parseOwner(text: string): Owner | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('pid' in value)) return undefined;
    const { pid } = value;
    if (typeof pid !== 'number') return undefined;
    const started =
      'started' in value && typeof value.started === 'string' ? value.started : undefined;
    return { pid, ...(started === undefined ? {} : { started }) };
  } catch {
    return undefined;
  }
}

async function isAlive(owner: Owner): Promise<boolean> {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  if (owner.started === undefined) return true;
  const fields = await processFields(owner.pid);
  // A zombie (state Z) is dead, only nobody has asked for its exit code yet.
  return fields === undefined || (fields[0] !== 'Z' && fields[19] === owner.started);
}

async function startTime(pid: number): Promise<string | undefined> {
  return (await processFields(pid))?.[19];
}

/** Linux: the fields of /proc/PID/stat from the state on, after the command name, which may hold anything. */
async function processFields(pid: number): Promise<string[] | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}
