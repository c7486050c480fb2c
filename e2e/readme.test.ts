/** What README.md and the READMEs of the packages say works: the commands run, the examples compile. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalNetwork, type LocalNetwork } from '@walrus-ts/localnet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileExamples, examples, markedBlocks, runCommands } from '../scripts/check-readme.mjs';

describe('the five-minute start of README.md', () => {
  let dir: string;
  let network: LocalNetwork | undefined;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'walrus-readme-net-'));
    network = await startLocalNetwork({ dir, nNodes: 4, nShards: 10, ports: 'any' });
  }, 120_000);

  afterAll(async () => {
    await network?.stop();
    await rm(dir, { recursive: true, force: true });
  }, 60_000);

  it('runs as it is printed', async () => {
    const block = markedBlocks('README.md').find(({ name }) => name === 'quickstart');
    expect(block?.language).toBe('sh');
    const { exitCode, output } = await runCommands(block?.code ?? 'exit 1', {
      WALRUS_NETWORK_DIR: dir,
    });
    expect(exitCode, output).toBe(0);
    const blobId = /Blob ID: +([\w-]{43})/.exec(output)?.[1];
    expect(blobId, output).toBeDefined();
    expect(output).toContain('Storage nodes:          4');
    expect(output).toContain('written to copy.md');
    expect(output).toMatch(new RegExp(`^${blobId} .*yes +yes`, 'm'));
    expect(output.match(/^node-\d +Active/gm)).toHaveLength(4);
    expect(output).toContain('Deleted blob object 0x');
  }, 120_000);
});

describe('examples in READMEs', () => {
  it('compile against the built packages', () => {
    const found = examples();
    expect(found.map(({ name }) => name)).toContain('README-md-0');
    expect(compileExamples(found)).toBe('');
  }, 60_000);
});
