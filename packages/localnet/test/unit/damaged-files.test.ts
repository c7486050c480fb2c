import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { networkPaths, readFileIfExists } from '../../src/files.js';
import { loadNodeKeys } from '../../src/keys.js';
import { findNetworkInfo, readNetworkInfo } from '../../src/network-file.js';
import { startLocalNetwork } from '../../src/network.js';
import { loadSettings } from '../../src/settings.js';
import { loadUserWallet } from '../../src/wallet.js';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'walrus-localnet-'));
});

afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

describe('what is there but cannot be read', () => {
  it('is told from what is not there', async () => {
    const path = join(dir, 'file');
    expect(await readFileIfExists(path)).toBeUndefined();
    await writeFile(path, '');
    expect(await readFileIfExists(path)).toBe('');
    await expect(readFileIfExists(dir)).rejects.toMatchObject({ code: 'EISDIR' });
  });

  it('a network file or settings: nothing is deleted and nothing made anew', async () => {
    const paths = networkPaths(dir);
    expect(await findNetworkInfo(dir)).toBeUndefined();
    await expect(readNetworkInfo(dir)).rejects.toMatchObject({ code: 'LOCALNET_NO_NETWORK' });
    await loadSettings(dir, { nNodes: 4, nShards: 10 });
    await mkdir(paths.chainDir);
    await writeFile(join(paths.chainDir, 'state'), 'precious');

    for (const path of [paths.networkFile, paths.settingsFile]) {
      await writeFile(path, '{"half":');
      await expect(startLocalNetwork({ dir })).rejects.toMatchObject({
        code: 'LOCALNET_NO_NETWORK',
        message: expect.stringContaining(path) as unknown,
        hint: expect.stringContaining('--clean') as unknown,
      });
      expect(await readFile(path, 'utf8')).toBe('{"half":');
      await rm(path);
    }
    expect(await readFile(join(paths.chainDir, 'state'), 'utf8')).toBe('precious');
  }, 120_000);

  it('a keystore: the key in it is not replaced, nor repeated', async () => {
    const paths = networkPaths(dir);
    const [wallet] = await loadUserWallet(paths, 'http://127.0.0.1:1');
    expect((await stat(paths.keystoreFile)).mode & 0o777).toBe(0o600);
    const [again] = await loadUserWallet(paths, 'http://127.0.0.1:1');
    expect(again.toSuiAddress()).toBe(wallet.toSuiAddress());

    const damaged = (await readFile(paths.keystoreFile, 'utf8')).slice(0, 30);
    await writeFile(paths.keystoreFile, damaged);
    const error: unknown = await loadUserWallet(paths, '').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'LOCALNET_NO_NETWORK' });
    expect(String(error)).not.toContain(damaged.slice(6, 20));
    expect(await readFile(paths.keystoreFile, 'utf8')).toBe(damaged);
  });

  it('keys of a node', async () => {
    const { protocolKeyPath, wallet } = await loadNodeKeys(dir);
    expect((await loadNodeKeys(dir)).wallet.toSuiAddress()).toBe(wallet.toSuiAddress());
    await writeFile(protocolKeyPath, 'damaged');
    await expect(loadNodeKeys(dir)).rejects.toThrow();
    expect(await readFile(protocolKeyPath, 'utf8')).toBe('damaged');
  });
});
