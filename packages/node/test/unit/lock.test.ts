import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockDirectory } from '../../src/storage/lock.js';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'walrus-lock-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const locked = { code: 'NODE_DATA_DIR_LOCKED' };

test('is held by one, and free again after release', async () => {
  const lock = await lockDirectory(directory);
  await expect(lockDirectory(directory)).rejects.toMatchObject(locked);
  await lock.release();
  await (await lockDirectory(directory)).release();
  expect(await readdir(directory)).toEqual([]);
});

test('of a dead process is taken over, also if its number is in use again', async () => {
  const path = join(directory, 'node.lock');
  // Larger than any process number of Linux.
  await writeFile(path, JSON.stringify({ pid: 2 ** 30 }));
  await (await lockDirectory(directory)).release();
  await writeFile(path, JSON.stringify({ pid: process.pid, started: '1' }));
  await (await lockDirectory(directory)).release();
  await writeFile(path, 'garbage');
  const lock = await lockDirectory(directory);
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ pid: process.pid });
  await lock.release();
});

test('goes to exactly one of many who find it stale', async () => {
  await writeFile(join(directory, 'node.lock'), JSON.stringify({ pid: 2 ** 30 }));
  const results = await Promise.allSettled(
    Array.from({ length: 4 }, () => lockDirectory(directory)),
  );
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});
