import { open, readFile, rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Writes a file so that readers see the old or the new contents, never a part, also after a crash.
 *
 * @param path - target
 * @param text - contents
 * @param mode - permissions; 0600 for secrets
 */
export async function writeFileAtomically(path: string, text: string, mode = 0o644): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  const file = await open(temporary, 'w', mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

/**
 * Reads a text file; `undefined` if there is none.
 *
 * @throws when it is there and cannot be read: what it holds must not be replaced
 */
export async function readFileIfExists(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Returns where the local network lives: `WALRUS_NETWORK_DIR`, or `.walrus/local` in the home directory.
 *
 * @param env - environment variables
 */
export function defaultNetworkDir(env: NodeJS.ProcessEnv = process.env): string {
  const configured = env['WALRUS_NETWORK_DIR'];
  return configured ? resolve(configured) : join(homedir(), '.walrus', 'local');
}

/** Paths inside the directory of a local network. */
export interface NetworkPaths {
  readonly dir: string;
  /** What is deployed and running: read by clients. */
  readonly networkFile: string;
  /** What the network was made with: ports, numbers, keys' places. Written first. */
  readonly settingsFile: string;
  readonly clientConfig: string;
  /** Journal of the deployment: what was sent to the chain and what came of it. */
  readonly deploymentFile: string;
  readonly chainDir: string;
  readonly chainConfig: string;
  readonly logDir: string;
  readonly walletFile: string;
  readonly keystoreFile: string;
  readonly lockFile: string;
  nodeDir(name: string): string;
}

/** Returns the paths inside a network's directory. */
export function networkPaths(dir: string): NetworkPaths {
  const at = (...parts: string[]): string => join(dir, ...parts);
  return {
    dir,
    networkFile: at('network.json'),
    settingsFile: at('settings.json'),
    clientConfig: at('client_config.yaml'),
    deploymentFile: at('deployment.json'),
    chainDir: at('chain'),
    chainConfig: at('chain.json'),
    logDir: at('logs'),
    walletFile: at('sui_client.yaml'),
    keystoreFile: at('sui.keystore'),
    lockFile: at('localnet.lock'),
    nodeDir: (name) => at('nodes', name),
  };
}
