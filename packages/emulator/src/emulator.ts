/** The emulator as a whole: data directory, ledger, API server, faucet. */

import { WalrusError, errorMessage } from '@walrus-ts/core';
import type { FastifyInstance } from 'fastify';

import {
  ledgerDir,
  loadFaucetKey,
  lockDataDir,
  parseFaucetKey,
  restoreDataDir,
  saveDataDir,
} from './data-dir.js';
import { createFaucet } from './faucet/faucet.js';
import { createFaucetServer } from './faucet/server.js';
import { openLedger } from './ledger/index.js';
import type { GenesisPackage, HistorySettings, Ledger } from './ledger/index.js';
import { createApiServer } from './rpc/api-server.js';

/** Compiled Move package of the framework. */
export interface FrameworkPackage {
  /** `std` or `sui` (also `std_framework`, `sui_framework`): decides the address 0x1 or 0x2. */
  readonly name: string;
  /** Modules in dependency order, as the compiler put them out. */
  readonly modules: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

/** Amounts and limits of the faucet. */
export interface FaucetOptions {
  /** MIST per request; default 1000 SUI. */
  readonly suiAmount?: bigint;
  /** FROST per request; default 1000 WAL. */
  readonly walAmount?: bigint;
  /** Type inside `Coin<…>` of WAL; found by itself when left out. */
  readonly walType?: string;
  /** Most requests per minute and client; default none. */
  readonly requestsPerMinute?: number;
}

/** Settings of {@link createEmulator}. */
export interface EmulatorInit {
  /** Directory for all state; made if needed; used by one emulator at a time. */
  readonly dataDir: string;
  /**
   * Data directory whose chain and faucet key a new chain starts from, e.g. with contracts deployed; not
   * looked at when `dataDir` has a chain. No emulator may use it meanwhile.
   */
  readonly restoreFrom?: string;
  /** Address to listen on; default 127.0.0.1. */
  readonly rpcHost?: string;
  /** Port of the gRPC-web API; 0 or left out: any free one. */
  readonly rpcPort?: number;
  /** Address the faucet listens on; default `rpcHost`. */
  readonly faucetHost?: string;
  /** Port of the faucet; 0 or left out: any free one. */
  readonly faucetPort?: number;
  /** Bytecode of 0x1 and 0x2; used when the data directory is new. */
  readonly frameworkPackages: readonly FrameworkPackage[];
  /** Ed25519 key as `suiprivkey…` text; default: kept in `faucet.key` in the data directory. */
  readonly faucetSecretKey?: string;
  readonly faucet?: FaucetOptions;
  /** Time of a new chain at its start, ms since 1970; default now. Its clock goes on from there. */
  readonly genesisTimeMs?: number;
  /** How much of the past to keep; the newest version of every object is always kept. */
  readonly history?: HistorySettings;
  /** Longest time between checkpoints while somebody subscribes, ms; default 20 s. */
  readonly heartbeatIntervalMs?: number;
  /** Told about faults of the emulator itself; default: nobody. */
  readonly onInternalError?: (error: unknown) => void;
}

/** A running emulator. */
export interface Emulator {
  /** Base URL of the gRPC-web API. */
  readonly rpcUrl: string;
  /** Base URL of the faucet. */
  readonly faucetUrl: string;
  /** Base58 digest of the genesis checkpoint. */
  readonly chainId: string;
  /** Owner of the genesis supply. */
  readonly faucetAddress: string;
  /** The chain behind the API, for tests in the same process. */
  readonly ledger: Ledger;
  /**
   * Saves the chain as it is now, with the faucet's key, as a data directory that `restoreFrom` takes.
   *
   * @param dir - made if missing
   * @throws {EMULATOR_DIR_UNUSABLE} it holds a chain already, or cannot be written
   */
  save(dir: string): Promise<void>;
  /** Ends streams, closes both servers, flushes and closes the ledger. Idempotent. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Genesis supply, MIST: five billion SUI in one coin. */
const GENESIS_SUI = 5_000_000_000n * 1_000_000_000n;
const DEFAULT_HOST = '127.0.0.1';

const FRAMEWORK_IDS: Readonly<Record<string, { id: string; dependencies: readonly string[] }>> = {
  std: { id: '0x1', dependencies: [] },
  std_framework: { id: '0x1', dependencies: [] },
  sui: { id: '0x2', dependencies: ['0x1'] },
  sui_framework: { id: '0x2', dependencies: ['0x1'] },
};

function genesisPackages(packages: readonly FrameworkPackage[]): GenesisPackage[] {
  const result = packages.map(({ name, modules }) => {
    const known = FRAMEWORK_IDS[name];
    if (known === undefined) {
      throw new WalrusError('EMULATOR_INVALID_CONFIG', `unknown framework package ${name}`, {
        hint: 'give std and sui',
      });
    }
    return { ...known, modules };
  });
  return result.sort((a, b) => a.id.localeCompare(b.id));
}

async function listen(server: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new WalrusError('EMULATOR_PORT_IN_USE', `port ${port} on ${host} is in use`, {
        data: { host, port },
        cause: error,
        hint: 'stop what uses it, or choose another port',
      });
    }
    throw new WalrusError(
      'EMULATOR_CANNOT_LISTEN',
      `cannot listen on ${host}:${port}: ${errorMessage(error)}`,
      { data: { host, port }, cause: error },
    );
  }
}

/**
 * Starts a local chain with its API and faucet; resumes it if the data directory holds one.
 *
 * @param init - where to keep state, where to listen, framework bytecode
 * @returns the running emulator
 * @throws {EMULATOR_DIR_LOCKED} another emulator uses the directory
 * @throws {EMULATOR_DIR_UNUSABLE} the directory cannot be written
 * @throws {EMULATOR_PORT_IN_USE} a port is taken
 * @throws {EMULATOR_CANNOT_LISTEN} an address cannot be listened on
 * @throws {EMULATOR_INVALID_CONFIG} framework packages are not std and sui
 * @throws {EMULATOR_INVALID_KEY} the faucet key is malformed
 * @throws {LEDGER_STORAGE} the stored chain is damaged
 * @throws {LEDGER_INVALID_ARGUMENT} a bound of the history is below 1
 */
export async function createEmulator(init: EmulatorInit): Promise<Emulator> {
  const cleanUps: (() => Promise<void>)[] = [];
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= (async () => {
      // In reverse order of starting; every part is closed even if one fails.
      let failure: unknown;
      for (const cleanUp of cleanUps.reverse()) {
        await cleanUp().catch((error: unknown) => {
          failure ??= error;
        });
      }
      if (failure !== undefined) throw failure as Error;
    })();
    return stopping;
  };
  try {
    cleanUps.push(await lockDataDir(init.dataDir));
    if (init.restoreFrom !== undefined) await restoreDataDir(init.dataDir, init.restoreFrom);
    const signer =
      init.faucetSecretKey === undefined
        ? await loadFaucetKey(init.dataDir)
        : parseFaucetKey(init.faucetSecretKey);
    const ledger = await openLedger({
      dataDir: ledgerDir(init.dataDir),
      packages: genesisPackages(init.frameworkPackages),
      allocations: [{ address: signer.toSuiAddress(), coins: [GENESIS_SUI] }],
      genesisTimeMs: init.genesisTimeMs,
      history: init.history,
    });
    cleanUps.push(() => ledger.close());

    const host = init.rpcHost ?? DEFAULT_HOST;
    const report = { onInternalError: init.onInternalError ?? (() => {}) };
    const api = await createApiServer({
      ledger,
      ...report,
      onError: report.onInternalError,
      ...(init.heartbeatIntervalMs === undefined
        ? {}
        : { heartbeatIntervalMs: init.heartbeatIntervalMs }),
    });
    cleanUps.push(() => api.close());
    const faucet = createFaucet({ ledger, signer, ...init.faucet });
    const faucetServer = await createFaucetServer({
      faucet,
      requestsPerMinute: init.faucet?.requestsPerMinute,
      ...report,
    });
    cleanUps.push(() => faucetServer.close());

    const rpcUrl = await listen(api, host, init.rpcPort ?? 0);
    const faucetUrl = await listen(faucetServer, init.faucetHost ?? host, init.faucetPort ?? 0);
    return {
      rpcUrl,
      faucetUrl,
      chainId: ledger.chainId,
      faucetAddress: faucet.address,
      ledger,
      save: (dir) => saveDataDir(ledger, init.dataDir, dir),
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop().catch(() => {});
    throw error;
  }
}
