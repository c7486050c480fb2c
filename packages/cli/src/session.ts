import { createChainClient, type ChainClient } from '@walrus-ts/chain';
import { createWalrusClient, type Logger, type WalrusClient } from '@walrus-ts/sdk';
import { nodeComponents } from '@walrus-ts/sdk/node';
import type { Signer } from '@mysten/sui/cryptography';
import { loadClientConfig, type ClientConfig } from './config.js';
import { CliError } from './errors.js';
import { parseThreads } from './format.js';
import { createOutput, type Output } from './output.js';
import { loadWallet, type Wallet } from './wallet.js';

/** Options before or behind every command. */
export interface GlobalOptions {
  readonly config?: string;
  readonly context?: string;
  readonly wallet?: string;
  readonly gasBudget?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
  /** Only of commands that read. */
  readonly rpcUrl?: string;
  /** Only of commands that encode or decode. */
  readonly threads?: string;
}

/** What a command works with. */
export interface Session {
  readonly options: GlobalOptions;
  readonly output: Output;
  readonly config: ClientConfig;
  readonly chain: ChainClient;
  readonly walrus: WalrusClient;
  readonly logger: Logger;
  /** Fires on Ctrl-C. */
  readonly signal: AbortSignal;
  /** Fixed gas budget, MIST. */
  readonly gasBudget: bigint | undefined;
  /** The wallet's signer; read at first use. */
  signer(): Promise<Signer>;
}

function noteLogger(note: Output['note'], isVerbose: boolean): Logger {
  const write = (
    level: string,
    facts: Readonly<Record<string, unknown>>,
    message: string,
  ): void => {
    const details = Object.entries(facts)
      .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
      .join(' ');
    note(`${level}: ${message} ${details}`);
  };
  return {
    debug: (facts, message) => {
      if (isVerbose) write('debug', facts, message);
    },
    warn: (facts, message) => write('warn', facts, message),
  };
}

/**
 * Parses `--gas-budget`.
 *
 * @throws CLI_INVALID_GAS_BUDGET
 */
export function parseGasBudget(text: string | undefined): bigint | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,19}$/.test(text)) {
    throw new CliError(
      'CLI_INVALID_GAS_BUDGET',
      `--gas-budget must be an amount in MIST, not '${text}'`,
    );
  }
  return BigInt(text);
}

/** Tells whether debug messages are wanted: `--verbose` or `WALRUS_LOG=debug`. */
export function isVerbose(options: GlobalOptions): boolean {
  return options.verbose === true || process.env['WALRUS_LOG'] === 'debug';
}

/**
 * Runs a command with everything opened that it needs, and closes it afterwards.
 *
 * @param options - global options
 * @param signal - fires on Ctrl-C
 * @param command - what to do
 */
export async function withSession(
  options: GlobalOptions,
  signal: AbortSignal,
  command: (session: Session) => Promise<void>,
): Promise<void> {
  const config = await loadClientConfig(options);
  let wallet: Promise<Wallet> | undefined;
  const readWallet = (): Promise<Wallet> =>
    (wallet ??= loadWallet(options.wallet, config.walletPath));
  const rpcUrl = options.rpcUrl ?? config.rpcUrls[0] ?? (await readWallet()).rpcUrl;
  if (rpcUrl === undefined) {
    throw new CliError('CLI_NO_RPC_URL', 'no RPC URL is configured', {
      hint: 'add rpc_urls to the configuration, or use --rpc-url',
    });
  }
  const { systemObject, stakingObject } = config;
  const chain = createChainClient({ rpcUrl, systemObject, stakingObject });
  const output = createOutput(options.json === true);
  const logger = noteLogger((line) => output.note(line), isVerbose(options));
  const walrus = createWalrusClient(
    {},
    {
      chain,
      logger,
      ...nodeComponents({
        nodeUrlScheme: config.nodeUrlScheme,
        threads: parseThreads(options.threads),
      }),
    },
  );
  try {
    await command({
      options,
      output,
      config,
      chain,
      walrus,
      logger,
      signal,
      gasBudget: parseGasBudget(options.gasBudget),
      signer: async () => (await readWallet()).signer,
    });
  } finally {
    await walrus.close();
  }
}
