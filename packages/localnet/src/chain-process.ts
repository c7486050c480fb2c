import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contractsRoot } from '@walrus-ts/contracts';
import { writeFileAtomically, type NetworkPaths } from './files.js';
import { startProcess, type RunningProcess } from './processes.js';

/** Name of the emulator's process. */
export const CHAIN = 'chain';
const CHAIN_START_MS = 60_000;

const require = createRequire(import.meta.url);

/** Path of the program of a package, e.g. of `@walrus-ts/node/main`. */
export function entryOf(specifier: string): string {
  const resolved = import.meta.resolve?.(specifier);
  return resolved ? fileURLToPath(resolved) : require.resolve(specifier);
}

/** How to run the emulator. */
export interface ChainSettings {
  readonly rpcPort: number;
  readonly faucetPort: number;
  /** Key of the genesis supply, `suiprivkey…`; the emulator makes one if absent. */
  readonly faucetSecretKey?: string | undefined;
  /** Time of a new chain at its start, ms since 1970; now if absent. */
  readonly genesisTimeMs?: number | undefined;
}

/** A running emulator. */
export interface ChainProcess {
  readonly process: RunningProcess;
  readonly rpcUrl: string;
  readonly faucetUrl: string;
  readonly chainId: string;
}

/**
 * Starts the emulator in the directory of a network.
 *
 * @throws LOCALNET_PROCESS_FAILED with what it said
 */
export async function startChainProcess(
  paths: NetworkPaths,
  settings: ChainSettings,
  signal: AbortSignal | undefined,
): Promise<ChainProcess> {
  const build = join(contractsRoot(), 'build');
  const config = {
    dataDir: paths.chainDir,
    frameworkPackages: [join(build, 'std.json'), join(build, 'sui.json')],
    ...settings,
  };
  await writeFileAtomically(paths.chainConfig, JSON.stringify(config, null, 2), 0o600);
  const child = await startProcess(
    {
      name: CHAIN,
      script: entryOf('@walrus-ts/emulator/main'),
      args: ['--config', paths.chainConfig],
      logFile: join(paths.logDir, 'chain.log'),
      startTimeoutMs: CHAIN_START_MS,
    },
    signal,
  );
  const { rpcUrl, faucetUrl, chainId } = child.ready;
  return {
    process: child,
    rpcUrl: String(rpcUrl),
    faucetUrl: String(faucetUrl),
    chainId: String(chainId),
  };
}
