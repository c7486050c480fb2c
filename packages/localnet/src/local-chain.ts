/** The emulator alone, for those who write contracts: a Sui-compatible chain with funded accounts. */
import { mkdir, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { requestSuiFromFaucetV2 } from '@mysten/sui/faucet';
import { createRpc } from '@walrus-ts/chain';
import { normalizeAddress, type Address } from '@walrus-ts/core';
import { z } from 'zod';
import { startChainProcess } from './chain-process.js';
import { LocalnetError } from './errors.js';
import { networkPaths, readFileIfExists, writeFileAtomically, type NetworkPaths } from './files.js';
import { lockDirectory } from './lock.js';
import { stopOrphans } from './orphans.js';
import { USUAL_FAUCET_PORT, USUAL_RPC_PORT, choosePort, isPortFree } from './settings.js';
import { loadUserWallet } from './wallet.js';

/** Funded accounts of a chain made without saying how many. */
export const DEFAULT_ACCOUNTS = 5;

const SettingsSchema = z.object({
  kind: z.literal('chain'),
  rpcPort: z.number().int().min(1).max(65535),
  faucetPort: z.number().int().min(1).max(65535),
  /** Time of the chain at its start, ms since 1970. */
  genesisTimeMs: z.number().int().optional(),
});

type ChainDirSettings = z.infer<typeof SettingsSchema>;

/** What chain to run. */
export interface LocalChainInit {
  /** Directory of the chain; made if missing. */
  readonly dir: string;
  /** 0: any free one. @default that of the last time, else 9000 or a free one */
  readonly rpcPort?: number | undefined;
  /** 0: any free one. @default that of the last time, else 9123 or a free one */
  readonly faucetPort?: number | undefined;
  /** Accounts with SUI, at least. @default {@link DEFAULT_ACCOUNTS} */
  readonly accounts?: number | undefined;
  /** Time of a new chain at its start, ms since 1970. @default now */
  readonly forkTimeMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A running chain, for programs and people. */
export interface LocalChainInfo {
  readonly rpcUrl: string;
  readonly faucetUrl: string;
  readonly chainId: string;
  readonly dir: string;
  /** Sui wallet file with the keys of the accounts; the first is active. */
  readonly walletFile: string;
  readonly accounts: readonly Address[];
}

/** A running chain. */
export interface LocalChain {
  readonly info: LocalChainInfo;
  /** Settles when the chain's process is gone, however it ended. */
  readonly exited: Promise<void>;
  /** Stops the chain; its directory can be started again. */
  stop(): Promise<void>;
}

/** Where the chain of `walrus chain` lives unless another directory is given. */
export function defaultChainDir(): string {
  return join(homedir(), '.walrus', 'chain');
}

/**
 * Removes the chain of a directory; other files in it stay.
 *
 * @throws LOCALNET_ALREADY_RUNNING, LOCALNET_INVALID_SETTINGS when the directory holds a whole network
 */
export async function cleanLocalChain(dir: string): Promise<void> {
  const paths = networkPaths(resolve(dir));
  await mkdir(paths.dir, { recursive: true });
  const unlock = await lockDirectory(paths.lockFile, paths.dir);
  try {
    await readSettings(paths);
    await stopOrphans(undefined, paths);
    for (const path of [
      paths.settingsFile,
      paths.chainDir,
      paths.chainConfig,
      paths.logDir,
      paths.walletFile,
      paths.keystoreFile,
    ]) {
      await rm(path, { recursive: true, force: true });
    }
  } finally {
    await unlock();
  }
}

async function readSettings(paths: NetworkPaths): Promise<ChainDirSettings | undefined> {
  const text = await readFileIfExists(paths.settingsFile);
  if (text === undefined) return undefined;
  try {
    return SettingsSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new LocalnetError(
      'LOCALNET_INVALID_SETTINGS',
      `${paths.settingsFile} is not of a chain alone`,
      { cause, hint: 'a network of walrus up lives there; use another --dir' },
    );
  }
}

async function choosePorts(
  known: ChainDirSettings | undefined,
  init: LocalChainInit,
): Promise<{ rpcPort: number; faucetPort: number }> {
  const taken = new Set<number>();
  const choose = async (
    wanted: number | undefined,
    last: number | undefined,
    usual: number,
  ): Promise<number> => {
    // A port that was asked for is taken or refused; nothing depends on the one of the last time.
    if (wanted === undefined) return choosePort(last ?? usual, taken);
    if (wanted === 0) return choosePort(undefined, taken);
    if (taken.has(wanted) || !(await isPortFree(wanted))) {
      throw new LocalnetError('LOCALNET_PORT_TAKEN', `port ${wanted} is in use`, {
        hint: 'stop what uses it, or choose another one',
        data: { port: wanted },
      });
    }
    taken.add(wanted);
    return wanted;
  };
  const rpcPort = await choose(init.rpcPort, known?.rpcPort, USUAL_RPC_PORT);
  return {
    rpcPort,
    faucetPort: await choose(init.faucetPort, known?.faucetPort, USUAL_FAUCET_PORT),
  };
}

/**
 * Starts the chain of a directory, or resumes it. Accounts that have no SUI get some from the faucet.
 *
 * @throws LOCALNET_ALREADY_RUNNING, LOCALNET_PORT_TAKEN, LOCALNET_SETTINGS_CHANGED, LOCALNET_INVALID_SETTINGS,
 * LOCALNET_PROCESS_FAILED
 */
export async function startLocalChain(init: LocalChainInit): Promise<LocalChain> {
  const { signal, forkTimeMs } = init;
  const paths = networkPaths(resolve(init.dir));
  await mkdir(paths.logDir, { recursive: true });
  const unlock = await lockDirectory(paths.lockFile, paths.dir);
  let stop = unlock;
  try {
    const known = await readSettings(paths);
    if (known !== undefined && forkTimeMs !== undefined && known.genesisTimeMs !== forkTimeMs) {
      const began = known.genesisTimeMs;
      throw new LocalnetError(
        'LOCALNET_SETTINGS_CHANGED',
        `the chain in ${paths.dir} began ${began === undefined ? 'at the time it was made' : `at ${new Date(began).toISOString()}`}, not at ${new Date(forkTimeMs).toISOString()}`,
        { hint: 'leave --fork-time out, use another --dir, or start anew with --clean' },
      );
    }
    await stopOrphans(undefined, paths);
    const ports = await choosePorts(known, init);
    const genesisTimeMs = known === undefined ? forkTimeMs : known.genesisTimeMs;
    const settings: ChainDirSettings = {
      kind: 'chain',
      ...ports,
      ...(genesisTimeMs === undefined ? {} : { genesisTimeMs }),
    };
    await writeFileAtomically(paths.settingsFile, `${JSON.stringify(settings, null, 2)}\n`);
    const chain = await startChainProcess(paths, { ...ports, genesisTimeMs }, signal);
    const abandon = (): void => chain.process.abandon();
    // The child is no member of this process group: whatever ends this process must end it too.
    process.on('exit', abandon);
    stop = async () => {
      process.off('exit', abandon);
      await chain.process.stop();
      await unlock();
    };
    const { rpcUrl, faucetUrl, chainId } = chain;
    const keys = await loadUserWallet(paths, rpcUrl, init.accounts ?? DEFAULT_ACCOUNTS);
    const accounts = keys.map((key) => normalizeAddress(key.toSuiAddress()));
    for (const owner of accounts) {
      signal?.throwIfAborted();
      const rpc = createRpc(rpcUrl);
      const { balance } = await rpc.call(
        (callSignal) => rpc.sui.core.getBalance({ owner, signal: callSignal }),
        { signal },
      );
      if (BigInt(balance.balance) === 0n) {
        await requestSuiFromFaucetV2({ host: faucetUrl, recipient: owner });
      }
    }
    const { dir, walletFile } = paths;
    const info = { rpcUrl, faucetUrl, chainId, dir, walletFile, accounts };
    return { info, exited: chain.process.exited.then(() => undefined), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
