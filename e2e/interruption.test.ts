/**
 * Storing and reading that is interrupted in any way, slow or broken pipes, and files that change: nothing may be left
 * behind, memory stays bounded, and what is said is clear. Storage nodes are halted, so that work is under way for as long as
 * a test needs.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, open, readFile, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  runCli,
  runCliJson,
  startCli,
  startTestNetwork,
  type CliOptions,
  type CliProcess,
  type TestNetwork,
} from '@walrus-ts/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

const MIB = 1024 * 1024;
/** So large that what a store needs for a while does not stay in memory. */
const SIZE = 64 * MIB;
const WAIT_MS = 120_000;
const EXIT_INTERRUPTED = 130;
const isLinux = process.platform === 'linux';

let network: TestNetwork;
let files: string;
let temporary: string;
let big: string;
let bigHash: string;
let options: CliOptions;

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

beforeAll(async () => {
  files = await mkdtemp(join(tmpdir(), 'walrus-interruption-'));
  temporary = join(files, 'tmp');
  await mkdir(temporary);
  network = await startTestNetwork({ nNodes: 4, nShards: 100 });
  const env = { TMPDIR: temporary };
  options = { networkDir: network.dir, cwd: files, env, timeoutMs: 2 * WAIT_MS };
  big = join(files, 'big');
  const bytes = randomBytes(SIZE);
  bigHash = sha256(bytes);
  await writeFile(big, bytes);
}, 120_000);

vi.setConfig({ testTimeout: 2 * WAIT_MS });

const running = new Set<CliProcess>();

/** Halts all storage nodes, or lets them go on. */
function nodes(signal: 'SIGSTOP' | 'SIGCONT'): void {
  for (const { pid } of network.local.info.nodes) if (pid !== null) process.kill(pid, signal);
}

afterEach(async () => {
  nodes('SIGCONT');
  for (const { child } of running) child.kill('SIGKILL');
  running.clear();
  expect(await readdir(temporary)).toEqual([]);
});

afterAll(async () => {
  await network?.close();
  await rm(files, { recursive: true, force: true });
}, 60_000);

function start(args: readonly string[], more: Partial<CliOptions> = {}): CliProcess {
  const cli = startCli(args, { ...options, ...more });
  running.add(cli);
  return cli;
}

async function until(cli: CliProcess, label: string): Promise<void> {
  await vi.waitFor(
    () => {
      if (!cli.stderr.includes(label)) throw new Error(`no ${label} in: ${cli.stderr}`);
    },
    { timeout: WAIT_MS, interval: 20 },
  );
}

/** Temporary files that a process has open; they have no name. */
async function openTemporaryFiles({ child }: CliProcess): Promise<number> {
  const folder = `/proc/${child.pid}/fd`;
  const links = await Promise.all(
    (await readdir(folder)).map((fd) => readlink(join(folder, fd)).catch(() => '')),
  );
  return links.filter((link) => link.startsWith(temporary) && link.endsWith('(deleted)')).length;
}

async function lastLine(cli: CliProcess): Promise<[code: number | null, line: string | undefined]> {
  const { code, stderr } = await cli.exited;
  return [code, stderr.trimEnd().split('\n').at(-1)];
}

/** A store that is in the middle of sending, and stays there. */
async function haltedStore(): Promise<CliProcess> {
  const cli = start(['store', big, '--epochs', '2']);
  await until(cli, 'uploading');
  nodes('SIGSTOP');
  return cli;
}

describe('a store in the middle', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s ends it in order', async (signal) => {
    const cli = await haltedStore();
    // Else this test would say nothing about temporary files.
    if (isLinux) expect(await openTemporaryFiles(cli)).toBeGreaterThan(0);
    expect(await readdir(temporary)).toEqual([]);
    cli.child.kill(signal);
    expect(await lastLine(cli)).toEqual([EXIT_INTERRUPTED, 'interrupted']);
  });

  it('a second Ctrl-C, or a kill, leaves nothing behind either', async () => {
    const twice = await haltedStore();
    twice.child.kill('SIGINT');
    twice.child.kill('SIGINT');
    expect((await twice.exited).code).toBe(EXIT_INTERRUPTED);
    nodes('SIGCONT');
    const killed = await haltedStore();
    killed.child.kill('SIGKILL');
    expect((await killed.exited).code).toBe(null);
  });

  it('a file that changes meanwhile is named', async () => {
    const path = join(files, 'changing');
    await writeFile(path, randomBytes(SIZE));
    const cli = start(['store', path, '--epochs', '2']);
    await until(cli, 'uploading');
    nodes('SIGSTOP');
    const file = await open(path, 'r+');
    for (let at = 0; at < SIZE; at += 65_536) await file.write(randomBytes(64), 0, 64, at);
    await file.close();
    nodes('SIGCONT');
    const { code, stderr } = await cli.exited;
    expect(code).toBe(1);
    expect(stderr).toContain(`${path} changed while it was read`);
    expect(stderr).toContain('run the command again');
    expect(stderr).not.toMatch(/^\s+at /m);
    await rm(path);
  });
});

describe('a read', () => {
  let blobId: string;

  it('works after all these stores, which the last one continues', async () => {
    interface Stored {
      readonly blobStoreResult: {
        readonly newlyCreated?: {
          readonly blobObject: { readonly blobId: string };
          readonly resourceOperation: object;
        };
      };
    }
    const [result] = await runCliJson<Stored[]>(['store', big, '--epochs', '2'], options);
    const created = result?.blobStoreResult.newlyCreated;
    blobId = created?.blobObject.blobId ?? '';
    // Nothing is bought a second time.
    expect(Object.keys(created?.resourceOperation ?? {})).toEqual(['reuseRegistration']);
  });

  const leftovers = async (): Promise<string[]> =>
    (await readdir(files)).filter((name) => name.includes('copy'));

  it.each(['SIGINT', 'SIGTERM'] as const)('%s removes the unfinished file', async (signal) => {
    nodes('SIGSTOP');
    const cli = start(['read', blobId, '--out', 'copy']);
    await until(cli, 'metadata');
    expect(await leftovers()).toEqual([`.copy.${cli.child.pid}.part`]);
    cli.child.kill(signal);
    expect(await lastLine(cli)).toEqual([EXIT_INTERRUPTED, 'interrupted']);
    expect(await leftovers()).toEqual([]);
  });

  it('what a kill leaves behind is removed by the next read into the same file', async () => {
    nodes('SIGSTOP');
    const cli = start(['read', blobId, '--out', 'copy']);
    await until(cli, 'metadata');
    cli.child.kill('SIGKILL');
    await cli.exited;
    expect(await leftovers()).toEqual([`.copy.${cli.child.pid}.part`]);
    nodes('SIGCONT');
    const { code, stderr } = await runCli(['read', blobId, '--out', 'copy'], options);
    expect([code, stderr.trimEnd().split('\n').at(-1)]).toEqual([0, '64.0 MiB written to copy']);
    expect(await leftovers()).toEqual(['copy']);
    expect(sha256(await readFile(join(files, 'copy')))).toBe(bigHash);
    await rm(join(files, 'copy'));
  });

  /** Waits until a process makes no progress because nobody takes its output. */
  async function stalled({ child }: CliProcess): Promise<void> {
    let before = '';
    let same = 0;
    await vi.waitFor(
      async () => {
        const now = isLinux ? await readFile(`/proc/${child.pid}/io`, 'utf8') : String(same);
        same = now === before ? same + 1 : 0;
        before = now;
        if (same < 5) throw new Error('it still works');
      },
      { timeout: WAIT_MS, interval: 100 },
    );
  }

  it('into a slow pipe waits in bounded memory, and gives the right bytes', async () => {
    const cli = start(['read', blobId], { readsStdout: false });
    const { stdout, pid } = cli.child;
    if (stdout === null) throw new Error('no output');
    await until(cli, 'downloading');
    await stalled(cli);
    if (isLinux) {
      const status = await readFile(`/proc/${pid}/status`, 'utf8');
      const rssKib = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]);
      // What a read may take whatever the size of the blob.
      expect(rssKib / 1024).toBeGreaterThan(30);
      expect(rssKib / 1024).toBeLessThan(400);
    }
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of stdout as AsyncIterable<Uint8Array>) {
      hash.update(chunk);
      bytes += chunk.length;
      // Gives the writer a hard time, but no more than that.
      if (bytes % (8 * MIB) < chunk.length) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect((await cli.exited).code).toBe(0);
    expect(bytes).toBe(SIZE);
    expect(hash.digest('hex')).toBe(bigHash);
  });

  it('into a pipe that nobody reads ends with Ctrl-C', async () => {
    const cli = start(['read', blobId], { readsStdout: false });
    await until(cli, 'downloading');
    await stalled(cli);
    cli.child.kill('SIGINT');
    expect(await lastLine(cli)).toEqual([EXIT_INTERRUPTED, 'interrupted']);
  });

  it('into a pipe that is closed early ends quietly', async () => {
    const cli = start(['read', blobId], { readsStdout: false });
    const { stdout } = cli.child;
    if (stdout === null) throw new Error('no output');
    const [chunk] = (await new Promise((resolve) => {
      stdout.once('data', (data: Uint8Array) => resolve([data]));
    })) as [Uint8Array];
    stdout.destroy();
    const first = await open(big, 'r');
    const { buffer } = await first.read(new Uint8Array(10), 0, 10, 0);
    await first.close();
    expect(chunk.subarray(0, 10)).toEqual(Buffer.from(buffer));
    const { code, stderr } = await cli.exited;
    expect(code).toBe(0);
    // Only the steps of the work.
    expect(stderr.replaceAll(/^(metadata|downloading|decoding) …\n/gm, '')).toBe('');
  });
});
