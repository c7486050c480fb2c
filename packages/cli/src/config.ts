import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { errorMessage, shorten } from '@walrus-ts/core';
import { defaultNetworkDir, networkPaths, readNetworkInfo } from '@walrus-ts/localnet/directory';
import { parse } from 'yaml';
import { z } from 'zod';
import { CliError } from './errors.js';

const ContextSchema = z.looseObject({
  system_object: z.string(),
  staking_object: z.string(),
  exchange_objects: z.array(z.string()).optional(),
  treasury_object: z.string().optional(),
  upgrade_manager_object: z.string().optional(),
  slashing_manager_object: z.string().optional(),
  wallet_config: z.union([z.string(), z.looseObject({ path: z.string().optional() })]).nullish(),
  rpc_urls: z.array(z.string()).optional(),
  node_url_scheme: z.enum(['http', 'https']).optional(),
});

const FileSchema = z.union([
  z.looseObject({
    contexts: z.record(z.string(), ContextSchema),
    default_context: z.string().optional(),
  }),
  ContextSchema,
]);

/** The part of a client configuration that the commands use. */
export interface ClientConfig {
  /** File it came from. */
  readonly path: string;
  readonly systemObject: string;
  readonly stakingObject: string;
  readonly treasuryObject: string | undefined;
  readonly upgradeManagerObject: string | undefined;
  readonly slashingManagerObject: string | undefined;
  /** Where SUI can be exchanged for WAL on a test network. */
  readonly exchangeObjects: readonly string[];
  readonly walletPath: string | undefined;
  readonly rpcUrls: readonly string[];
  readonly nodeUrlScheme: 'http' | 'https';
}

/** Where the user points. */
export interface ConfigSelection {
  readonly config?: string | undefined;
  readonly context?: string | undefined;
}

function isAlive(pid: number | null): boolean {
  if (pid === null) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function runningNetworkConfig(dir: string): Promise<string | undefined> {
  const info = await readNetworkInfo(dir).catch(() => undefined);
  return info && isAlive(info.supervisorPid) ? networkPaths(dir).clientConfig : undefined;
}

/** The places where official clients look, in their order. */
function officialPlaces(env: NodeJS.ProcessEnv): string[] {
  const configHome = env['XDG_CONFIG_HOME'];
  const folders = [
    '.',
    ...(configHome ? [configHome, join(configHome, 'walrus')] : []),
    join(homedir(), '.config', 'walrus'),
    join(homedir(), '.walrus'),
  ];
  return folders.flatMap((folder) =>
    ['client_config.yaml', 'client_config.yml'].map((name) => resolve(folder, name)),
  );
}

async function findConfig(selection: ConfigSelection, env: NodeJS.ProcessEnv): Promise<string> {
  if (selection.config !== undefined) return resolve(selection.config);
  const dir = defaultNetworkDir(env);
  if (env['WALRUS_NETWORK_DIR'] && selection.context === undefined) {
    return networkPaths(dir).clientConfig;
  }
  // A local network that runs wins, so that trying things out never costs real money.
  const running = selection.context === undefined ? await runningNetworkConfig(dir) : undefined;
  if (running !== undefined) return running;
  const found = officialPlaces(env).find((path) => existsSync(path));
  if (found !== undefined) return found;
  const stopped = networkPaths(dir).clientConfig;
  if (existsSync(stopped) && selection.context === undefined) return stopped;
  throw new CliError(
    'CLI_NO_CONFIG',
    'no local network is running and no configuration was found',
    {
      hint: 'start a local network with: walrus up; or name a file with --config',
    },
  );
}

function expandHome(path: string, base: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : resolve(base, path);
}

/**
 * Finds and reads the client configuration.
 *
 * Order: `--config`; the network in `WALRUS_NETWORK_DIR`; a running local network in its default directory; the
 * places of the official client; a stopped local network.
 *
 * @throws CLI_NO_CONFIG, CLI_INVALID_CONFIG, CLI_UNKNOWN_CONTEXT
 * @see spec cli.md §13
 */
export async function loadClientConfig(
  selection: ConfigSelection,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ClientConfig> {
  const path = await findConfig(selection, env);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new CliError('CLI_NO_CONFIG', `cannot read the configuration ${path}`, {
      cause,
      hint:
        selection.config === undefined && env['WALRUS_NETWORK_DIR']
          ? 'WALRUS_NETWORK_DIR names a directory without a network; start one with: walrus up'
          : 'check the path given with --config',
    });
  }
  let file: z.infer<typeof FileSchema>;
  try {
    file = FileSchema.parse(parse(text));
  } catch (cause) {
    const reason =
      cause instanceof z.ZodError
        ? 'system_object and staking_object are required'
        : errorMessage(cause).split('\n')[0];
    throw new CliError('CLI_INVALID_CONFIG', `${path} is no client configuration: ${reason}`, {
      cause,
      hint: 'it needs system_object and staking_object, at its top or in each of its contexts',
    });
  }
  const context = selectContext(file, selection.context, path);
  const wallet = context.wallet_config;
  const walletPath = typeof wallet === 'string' ? wallet : wallet?.path;
  return {
    path,
    systemObject: context.system_object,
    stakingObject: context.staking_object,
    treasuryObject: context.treasury_object,
    upgradeManagerObject: context.upgrade_manager_object,
    slashingManagerObject: context.slashing_manager_object,
    exchangeObjects: context.exchange_objects ?? [],
    walletPath: walletPath === undefined ? undefined : expandHome(walletPath, dirname(path)),
    rpcUrls: context.rpc_urls ?? [],
    nodeUrlScheme: context.node_url_scheme ?? 'https',
  };
}

type Context = z.infer<typeof ContextSchema>;

function selectContext(
  file: z.infer<typeof FileSchema>,
  wanted: string | undefined,
  path: string,
): Context {
  const contexts = ContextsSchema.safeParse(file);
  if (!contexts.success) {
    if (wanted !== undefined) {
      throw new CliError(
        'CLI_UNKNOWN_CONTEXT',
        `${path} has no contexts, so --context has no meaning`,
      );
    }
    return ContextSchema.parse(file);
  }
  const { contexts: byName, default_context: fallback } = contexts.data;
  const name = wanted ?? fallback ?? '';
  const context = byName[name];
  if (context === undefined) {
    throw new CliError('CLI_UNKNOWN_CONTEXT', `${path} has no context ${shorten(name)}`, {
      hint: `contexts: ${Object.keys(byName).join(', ')}`,
    });
  }
  return context;
}

const ContextsSchema = z.looseObject({
  contexts: z.record(z.string(), ContextSchema),
  default_context: z.string().optional(),
});
