import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { compiledPath } from './harness.js';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

let directory: string;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'walrus-emulator-process-'));
});

afterEach(async () => {
  for (const child of children) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
  children.clear();
});

afterAll(() => rm(directory, { recursive: true, force: true }));

interface Ready {
  event: string;
  rpcUrl: string;
  faucetUrl: string;
  chainId: string;
}

function run(args: readonly string[]): { child: ChildProcess; errors: () => string } {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  return { child, errors: () => errors };
}

async function configFile(name: string, fields: object): Promise<string> {
  const path = join(directory, `${name}.json`);
  await writeFile(
    path,
    JSON.stringify({
      dataDir: name,
      frameworkPackages: [compiledPath('std'), compiledPath('sui')],
      ...fields,
    }),
  );
  return path;
}

async function ready(child: ChildProcess): Promise<Ready> {
  if (child.stdout === null) throw new Error('no output');
  for await (const line of createInterface({ input: child.stdout })) {
    return JSON.parse(line) as Ready;
  }
  throw new Error('ended without a line');
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  await once(child, 'close');
  return child.exitCode;
}

describe('the emulator process', () => {
  it('says when it is ready, stops on SIGTERM, and resumes its chain', async () => {
    const path = await configFile('resume', {});
    const first = run(['--config', path]);
    const started = await ready(first.child);
    expect(started.event).toBe('ready');
    expect((await fetch(started.rpcUrl)).status).toBe(200);
    expect((await fetch(started.faucetUrl)).status).toBe(200);
    first.child.kill('SIGTERM');
    expect(await exitCode(first.child)).toBe(0);
    const second = run(['--config', path]);
    expect((await ready(second.child)).chainId).toBe(started.chainId);
  });

  it('loses nothing and is not locked out after a kill -9', async () => {
    const path = await configFile('killed', {});
    const first = run(['--config', path]);
    const { faucetUrl, chainId } = await ready(first.child);
    const response = await fetch(`${faucetUrl}/v2/gas`, {
      method: 'POST',
      body: JSON.stringify({ FixedAmountRequest: { recipient: '0x7' } }),
      headers: { 'content-type': 'application/json' },
    });
    const sent = (await response.json()) as { coins_sent: { id: string }[] };
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const again = await ready(run(['--config', path]).child);
    expect(again.chainId).toBe(chainId);
    const { SuiGrpcClient } = await import('@mysten/sui/grpc');
    const client = new SuiGrpcClient({ network: 'localnet', baseUrl: again.rpcUrl });
    const { object } = await client.core.getObject({ objectId: sent.coins_sent[0]?.id ?? '' });
    expect(object.owner).toMatchObject({ $kind: 'AddressOwner' });
  });

  it('refuses a directory that is in use', async () => {
    const path = await configFile('locked', {});
    await ready(run(['--config', path]).child);
    const second = run(['--config', path]);
    expect(await exitCode(second.child)).toBe(1);
    expect(second.errors()).toMatch(/^emulator: .* is in use by the emulator process \d+ .*\n$/);
  });

  it('refuses a port that is taken', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    try {
      const { port } = blocker.address() as AddressInfo;
      const { child, errors } = run(['--config', await configFile('port', { rpcPort: port })]);
      expect(await exitCode(child)).toBe(1);
      expect(errors()).toBe(
        `emulator: port ${port} on 127.0.0.1 is in use (stop what uses it, or choose another port)\n`,
      );
    } finally {
      blocker.close();
    }
  });

  it.each<[string, object, RegExp]>([
    ['port', { rpcPort: 70_000 }, /rpcPort must be a whole number/],
    ['amount', { faucet: { suiAmount: '-1' } }, /suiAmount must be an amount/],
    ['history', { history: { checkpoints: 0 } }, /checkpoints must not be 0/],
    ['packages', { frameworkPackages: ['/nowhere.json'] }, /cannot read \/nowhere\.json/],
    ['key', { faucetSecretKey: 'suiprivkeysecret' }, /faucet key is not a suiprivkey/],
  ])('explains a bad %s in one line', async (name, fields, expected) => {
    const { child, errors } = run(['--config', await configFile(`bad-${name}`, fields)]);
    expect(await exitCode(child)).toBe(1);
    expect(errors()).toMatch(expected);
    expect(errors().trimEnd().split('\n')).toHaveLength(1);
    expect(errors()).not.toContain('suiprivkeysecret');
  });

  it('explains how it is called', async () => {
    const { child, errors } = run(['--nonsense']);
    expect(await exitCode(child)).toBe(2);
    expect(errors()).toMatch(/^usage: /);
  });
});
