import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeNodeKey } from '@walrus-ts/core';
import { createNodeClient } from '@walrus-ts/node-api/node';
import { NETWORK_KEY, NODE_ID, PROTOCOL_KEY } from '../support/test-node.mjs';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'walrus-main-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

async function configure(lines: Record<string, string> = {}): Promise<string> {
  await writeFile(join(directory, 'protocol.key'), encodeNodeKey('protocol', PROTOCOL_KEY));
  await writeFile(join(directory, 'network.key'), `${encodeNodeKey('network', NETWORK_KEY)}\n`);
  const path = join(directory, 'node.yaml');
  const values = {
    name: 'one',
    dataDir: 'data',
    // Nothing listens there: the node must start all the same and wait for its chain.
    rpcUrl: 'http://127.0.0.1:1',
    systemObject: '"0x1"',
    stakingObject: '"0x2"',
    nodeId: `"${NODE_ID}"`,
    protocolKeyPath: 'protocol.key',
    networkKeyPath: 'network.key',
    listen: '{ host: 127.0.0.1, port: 0 }',
    publicHost: '127.0.0.1',
    tls: '{ disable: true }',
    ...lines,
  };
  const text = Object.entries(values).map(([key, value]) => `${key}: ${value}\n`);
  await writeFile(path, text.join(''));
  return path;
}

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: string[], onLine?: (line: string, stop: () => void) => void): Promise<Run> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [MAIN, ...args]);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += String(chunk);
      if (stdout.endsWith('\n')) onLine?.(stdout, () => child.kill('SIGTERM'));
    });
    child.stderr.on('data', (chunk) => (stderr += String(chunk)));
    child.once('exit', (code) => resolve({ code, stdout, stderr }));
  });
}

test('starts without its chain, says where it listens, and stops on SIGTERM', async () => {
  let health: unknown;
  const result = await run(['--config', await configure()], (line, stop) => {
    const client = createNodeClient({ baseUrl: (JSON.parse(line) as { url: string }).url });
    client
      .health()
      .then(
        (value) => (health = value),
        (error: unknown) => (health = error),
      )
      .finally(() => {
        void client.close();
        stop();
      });
  });
  expect(result.code).toBe(0);
  expect(JSON.parse(result.stdout)).toEqual({
    event: 'ready',
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:[0-9]+$/) as unknown,
    nodeId: NODE_ID,
  });
  expect(health).toMatchObject({ nodeStatus: 'Standby', epoch: 0 });
  for (const line of result.stderr.trim().split('\n')) JSON.parse(line);
  expect(result.stderr).not.toContain(encodeNodeKey('protocol', PROTOCOL_KEY).slice(0, 10));
});

test('answers mistakes with one line, a hint and a code', async () => {
  const cases: [string[], number, RegExp][] = [
    [[], 2, /^usage:/],
    [['--nonsense'], 2, /nonsense/],
    [['--config', join(directory, 'absent.yaml')], 1, /^error: cannot read .*absent\.yaml/],
    [
      ['--config', await configure({ lisen: '1' })],
      1,
      /^error: .*node\.yaml:12: lisen: unknown key\n$/,
    ],
  ];
  for (const [args, code, text] of cases) {
    const result = await run(args);
    expect(result.stderr, args.join(' ')).toMatch(text);
    expect(result.code, args.join(' ')).toBe(code);
    expect(result.stderr).not.toContain('    at ');
  }
  const path = await configure();
  await writeFile(join(directory, 'network.key'), 'not a key');
  const result = await run(['--config', path]);
  expect(result.stderr).toMatch(/^error: .*network\.key is not a network key\nhint: /);
  expect(result.code).toBe(1);
}, 60_000);
