import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { normalizeAddress } from '@walrus-ts/core';
import { hasKey, openDatabase } from '../../src/storage/database.js';

test('a key is found without its value, inside and outside of transactions', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'walrus-database-'));
  const owner = { nodeId: normalizeAddress('0x1'), systemObject: normalizeAddress('0x2') };
  const database = await openDatabase(directory, owner);
  try {
    const { slivers } = database;
    const key = (n: number): Buffer => Buffer.alloc(35, n);
    expect(hasKey(slivers, key(1))).toBe(false);
    await database.durably(slivers.put(key(1), new Uint8Array(500_000)));
    await database.durably(slivers.put(key(3), new Uint8Array(0)));
    const wanted = [0, 1, 2, 3, 4].map((n) => n === 1 || n === 3);
    expect([0, 1, 2, 3, 4].map((n) => hasKey(slivers, key(n)))).toEqual(wanted);
    // A part of a key is another key.
    expect(hasKey(slivers, key(1).subarray(0, 34))).toBe(false);
    expect(hasKey(slivers, Buffer.alloc(36, 1))).toBe(false);
    const inside = await database.commit(() => {
      const before = hasKey(slivers, key(1));
      void slivers.remove(key(1));
      void slivers.put(key(2), new Uint8Array(1));
      return [before, hasKey(slivers, key(1)), hasKey(slivers, key(2))];
    });
    expect(inside).toEqual([true, false, true]);
    expect([0, 1, 2].map((n) => hasKey(slivers, key(n)))).toEqual([false, false, true]);
  } finally {
    await database.close();
    await rm(directory, { recursive: true, force: true });
  }
});
