/** `walrus chain` and `walrus deploy` as processes: killed, resumed, complete. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChainClient, createRpc } from '@walrus-ts/chain';
import { normalizeAddress } from '@walrus-ts/core';
import { runCli, runCliJson, startCli, type CliProcess } from '@walrus-ts/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface ChainInfo {
  readonly rpcUrl: string;
  readonly faucetUrl: string;
  readonly chainId: string;
  readonly walletFile: string;
  readonly accounts: readonly string[];
}

const FORK_TIME = '2031-05-01T12:00:00.000Z';
const START_MS = 120_000;

let dir: string;
let chainDir: string;
let chain: CliProcess;
let info: ChainInfo;

/** Waits until something is there, and fails when the process ends before. */
async function waitFor<T>(running: CliProcess, look: () => T | undefined): Promise<T> {
  const deadline = Date.now() + START_MS;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (running.child.exitCode !== null || running.child.signalCode !== null) {
      throw new Error(`the command ended: ${(await running.exited).stderr}`);
    }
    if (Date.now() > deadline) throw new Error('nothing came in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function startChain(...args: string[]): Promise<ChainInfo> {
  chain = startCli(['chain', '--dir', chainDir, '--json', ...args], { networkDir: dir });
  return waitFor(chain, () =>
    chain.stdout.trimEnd().endsWith('}') ? (JSON.parse(chain.stdout) as ChainInfo) : undefined,
  );
}

/** Ctrl-C. */
async function stopChain(): Promise<number | null> {
  chain.child.kill('SIGINT');
  return (await chain.exited).code;
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'walrus-chain-cli-'));
  chainDir = join(dir, 'chain');
  const ports = ['--rpc-port', '0', '--faucet-port', '0'];
  info = await startChain(...ports, '--accounts', '2', '--fork-time', FORK_TIME);
}, 240_000);

afterAll(async () => {
  await stopChain();
  await rm(dir, { recursive: true, force: true });
}, 60_000);

describe('walrus chain', () => {
  it('funds its accounts, and begins at the time asked for', async () => {
    expect(info.accounts).toHaveLength(2);
    const { sui } = createRpc(info.rpcUrl);
    for (const owner of info.accounts) {
      const { balance } = await sui.core.getBalance({ owner });
      expect(BigInt(balance.balance)).toBe(1_000_000_000_000n);
    }
    expect((await stat(join(chainDir, 'sui.keystore'))).mode & 0o777).toBe(0o600);
    const { response } = await sui.ledgerService.getServiceInfo({});
    const nowMs = Number(response.timestamp?.seconds ?? 0n) * 1000;
    expect(nowMs).toBeGreaterThanOrEqual(Date.parse(FORK_TIME) - 1000);
    expect(nowMs).toBeLessThan(Date.parse(FORK_TIME) + 3_600_000);
  }, 120_000);

  it('refuses what it cannot mean', async () => {
    const times = await runCli(['chain', '--fork-time', 'tomorrow'], { networkDir: dir });
    expect(times.code).toBe(2);
    expect(times.stderr).toContain("not a time: 'tomorrow'");
    const ports = await runCli(['chain', '--rpc-port', '70000'], { networkDir: dir });
    expect(ports.code).toBe(2);
  }, 120_000);

  it('is used by one process at a time', async () => {
    const { code, stderr } = await runCli(['chain', '--dir', chainDir], { networkDir: dir });
    expect(code).toBe(1);
    expect(stderr).toContain('already running');
  }, 120_000);

  it('goes on where it was after Ctrl-C, and adds accounts', async () => {
    expect(await stopChain()).toBe(0);
    const again = await startChain('--accounts', '3');
    expect(again.chainId).toBe(info.chainId);
    expect(again.accounts.slice(0, 2)).toEqual(info.accounts);
    expect(again.accounts).toHaveLength(3);
    info = again;
    expect(await stopChain()).toBe(0);
    const other = await runCli(['chain', '--dir', chainDir, '--fork-time', '2040-01-01'], {
      networkDir: dir,
    });
    expect(other.code).toBe(1);
    expect(other.stderr).toContain('2031-05-01');
    info = await startChain();
  }, 240_000);
});

describe('walrus deploy', () => {
  it('is killed with -9 at every other step and makes one deployment', async () => {
    const target = join(dir, 'deployment');
    const args = [
      'deploy',
      '--dir',
      target,
      '--wallet',
      info.walletFile,
      '--n-shards',
      '10',
      '--with-wal-exchange',
    ];
    const steps = (): Record<string, { state: string }> => {
      try {
        return JSON.parse(readFileSync(join(target, 'deployment.json'), 'utf8')).steps;
      } catch {
        return {};
      }
    };
    for (const step of ['publish wal', 'initialise', 'create exchange']) {
      const running = startCli(args, { networkDir: dir });
      // It may be signed, sent or done when the signal arrives: each is a point to continue from.
      await waitFor(running, () => steps()[step]);
      running.child.kill('SIGKILL');
      await running.exited;
    }
    const result = await runCliJson<{
      network: { systemObject: string; stakingObject: string; walType: string };
    }>(args, { networkDir: dir, timeoutMs: 240_000 });
    expect(Object.values(steps()).map(({ state }) => state)).toEqual(
      Array.from({ length: 6 }, () => 'done'),
    );
    const { systemObject, stakingObject } = result.network;
    const client = createChainClient({
      rpcUrl: info.rpcUrl,
      systemObject: normalizeAddress(systemObject),
      stakingObject: normalizeAddress(stakingObject),
    });
    expect((await client.staking()).nShards).toBe(10);
    const { sui } = createRpc(info.rpcUrl);
    const { objects } = await sui.core.listOwnedObjects({
      owner: info.accounts[0] ?? '',
      type: '0x2::package::UpgradeCap',
    });
    // wal and wal_exchange; that of walrus is in its manager.
    expect(objects).toHaveLength(2);

    const again = await runCliJson(args, { networkDir: dir, timeoutMs: 240_000 });
    expect(again).toEqual(result);
    const changed = await runCli([...args, '--n-shards', '20'], { networkDir: dir });
    expect(changed.code).toBe(1);
    expect(changed.stderr).toContain('nShards 10, not 20');
  }, 400_000);
});
