/** Compiled test code on disk, by the hash of what it was compiled from. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { builderVersion } from './builder.js';
import type { BuilderJob } from './builder-protocol.js';
import { contractsRoot } from './package-files.js';

/** Changes whenever the meaning of the files changes. */
const FORMAT = 1;
/** Files kept; the longest unused go first. One package needs one, each dependency another. */
const KEPT_FILES = 64;

/** Where compiled test code is kept unless another folder is given. */
export function defaultTestCache(): string {
  return join(contractsRoot(), 'build', 'tests');
}

/**
 * Returns the compiled modules of a job, from disk if the same job was done before.
 *
 * A folder that cannot be written makes nothing fail: the job is done again next time.
 *
 * @param folder - of the cache
 * @param compile - does the job; gives modules as base64
 */
export async function cachedModules(
  folder: string,
  job: BuilderJob,
  compile: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const path = join(folder, `${hashJob(job)}.json`);
  const known = await load(path);
  if (known !== undefined) return known;
  const modules = await compile();
  try {
    await mkdir(folder, { recursive: true });
    const temporary = `${path}.${process.pid}.tmp`;
    await writeFile(temporary, JSON.stringify(modules));
    await rename(temporary, path);
    await removeUnused(folder);
  } catch {
    // Only time is lost.
  }
  return modules;
}

function hashJob({ kind, files, dependencies }: BuilderJob): string {
  // Folders of dependencies are made up by `layOut`, so equal packages have equal ones anywhere.
  return createHash('sha256')
    .update(JSON.stringify([FORMAT, builderVersion(), kind, files, dependencies]))
    .digest('hex');
}

async function load(path: string): Promise<readonly string[] | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (!Array.isArray(value) || !value.every((one) => typeof one === 'string')) return undefined;
    const now = new Date();
    await utimes(path, now, now).catch(() => undefined);
    return value;
  } catch {
    return undefined;
  }
}

async function removeUnused(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  if (names.length <= KEPT_FILES) return;
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      return { path, usedMs: (await stat(path).catch(() => undefined))?.mtimeMs ?? 0 };
    }),
  );
  files.sort((a, b) => b.usedMs - a.usedMs);
  for (const { path } of files.slice(KEPT_FILES)) await rm(path, { force: true });
}
