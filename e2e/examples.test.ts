/** The examples: what their READMEs say works. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalNetwork, type LocalNetwork } from '@walrus-ts/localnet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { markedBlocks, runCommands } from '../scripts/check-readme.mjs';

describe('a newcomer’s contract', () => {
  let dir: string;
  let network: LocalNetwork | undefined;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'walrus-examples-'));
    network = await startLocalNetwork({ dir, nNodes: 4, nShards: 10, ports: 'any' });
  }, 240_000);

  afterAll(async () => {
    await network?.stop();
    await rm(dir, { recursive: true, force: true });
  }, 60_000);

  it('is built, tested, published and called by the commands of its README', async () => {
    const block = markedBlocks('examples/nft/README.md').find(({ name }) => name === 'nft');
    expect(block?.language).toBe('sh');
    const { exitCode, output } = await runCommands(
      block?.code ?? 'exit 1',
      { WALRUS_NETWORK_DIR: dir },
      { timeoutMs: 400_000 },
    );
    expect(exitCode, output).toBe(0);
    expect(output).toContain('nft::gallery: ');
    expect(output).toMatch(/^nft: 5 tests, ok/m);
    const packageId = /Package ID: +(0x[0-9a-f]{64})/.exec(output)?.[1];
    expect(packageId, output).toBeDefined();
    expect(output).toMatch(new RegExp(`Created: +0x[0-9a-f]{64} ${packageId}::gallery::Picture`));
    // Minted, renamed, taken apart.
    expect(output.match(/^Transaction: /gm)).toHaveLength(4);
    // The blob is listed again: certified, and not deletable.
    expect(output).toMatch(/^[\w-]{43} .*yes/m);
  }, 420_000);
});
