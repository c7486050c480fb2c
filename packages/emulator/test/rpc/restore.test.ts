import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requestSuiFromFaucetV2 } from '@mysten/sui/faucet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Harness } from './harness.js';

const RECIPIENT = `0x${'7'.padStart(64, '0')}`;

describe('a saved chain', () => {
  let directory: string;
  let source: Harness;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'walrus-saved-'));
    source = await Harness.start();
  });
  afterAll(async () => {
    await source.close();
    await rm(directory, { recursive: true, force: true });
  });

  const request = (harness: Harness) =>
    requestSuiFromFaucetV2({ host: harness.emulator.faucetUrl, recipient: RECIPIENT });
  const balance = async (harness: Harness): Promise<bigint> => {
    const client = harness.client();
    return BigInt((await client.core.getBalance({ owner: RECIPIENT })).balance.balance);
  };

  it('is started from, again and again, while the first goes on', async () => {
    await request(source);
    const saved = join(directory, 'one');
    await source.emulator.save(saved);
    const before = await balance(source);
    await request(source);
    expect(await balance(source)).toBe(2n * before);

    for (let i = 0; i < 2; i++) {
      const copy = await Harness.start({ restoreFrom: saved });
      try {
        expect(copy.emulator.chainId).toBe(source.emulator.chainId);
        expect(await balance(copy)).toBe(before);
        // It has the key of the faucet, and goes its own way.
        await request(copy);
        expect(await balance(copy)).toBe(2n * before);
        await copy.restart();
        expect(await balance(copy)).toBe(2n * before);
        const key = join(copy.dataDir, 'faucet.key');
        expect(await readFile(key, 'utf8')).toBe(
          await readFile(join(source.dataDir, 'faucet.key'), 'utf8'),
        );
        expect((await stat(key)).mode & 0o777).toBe(0o600);
      } finally {
        await copy.close();
      }
    }
  });

  it('is not saved over another, nor started from nothing or from one in use', async () => {
    const saved = join(directory, 'two');
    await source.emulator.save(saved);
    await expect(source.emulator.save(saved)).rejects.toMatchObject({
      code: 'EMULATOR_DIR_UNUSABLE',
    });
    await expect(Harness.start({ restoreFrom: join(directory, 'nowhere') })).rejects.toMatchObject({
      code: 'EMULATOR_DIR_UNUSABLE',
    });
    await expect(Harness.start({ restoreFrom: source.dataDir })).rejects.toMatchObject({
      code: 'EMULATOR_DIR_LOCKED',
    });
  });
});
