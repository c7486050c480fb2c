import { existsSync } from 'node:fs';
import { mkdir, open, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { getFaucetHost, requestSuiFromFaucetV2 } from '@mysten/sui/faucet';
import { concatBytes, errorMessage, toBase64 } from '@walrus-ts/core';
import { defaultNetworkDir, findNetworkInfo } from '@walrus-ts/localnet/directory';
import { stringify } from 'yaml';
import { CliError, UsageError } from '../errors.js';
import { formatDuration, parseDuration } from '../format.js';
import { createOutput } from '../output.js';
import { allOptions, type CommandModule } from './command.js';

const NETWORKS = ['testnet', 'devnet', 'mainnet', 'localnet'] as const;
type SuiNetwork = (typeof NETWORKS)[number];

interface WalletFlags {
  readonly path?: string;
  readonly suiNetwork: string;
  readonly useFaucet?: boolean;
  readonly faucetTimeout: string;
}

/** Flag byte of Ed25519 keys in a Sui keystore. */
const ED25519_FLAG = 0;
const OWNER_ONLY = 0o600;

function parseNetwork(text: string): SuiNetwork {
  const network = NETWORKS.find((name) => name === text);
  if (network === undefined) {
    throw new UsageError(`unknown Sui network '${text}'`, `one of: ${NETWORKS.join(', ')}`);
  }
  return network;
}

async function endpointsOf(
  network: SuiNetwork,
): Promise<{ rpcUrl: string; faucetUrl: string | undefined }> {
  if (network === 'localnet') {
    const local = await findNetworkInfo(defaultNetworkDir());
    return {
      rpcUrl: local?.rpcUrl ?? 'http://127.0.0.1:9000',
      faucetUrl: local?.faucetUrl ?? getFaucetHost('localnet'),
    };
  }
  return {
    rpcUrl: `https://fullnode.${network}.sui.io:443`,
    faucetUrl: network === 'mainnet' ? undefined : getFaucetHost(network),
  };
}

const existsAlready = (path: string, cause?: unknown): CliError =>
  new CliError('CLI_FILE_UNWRITABLE', `${path} exists already`, {
    cause,
    hint: 'choose another place with --path; nothing was overwritten',
  });

/** Creates a file that must not exist: a key is never replaced. */
async function createFile(path: string, text: string): Promise<void> {
  try {
    const file = await open(path, 'wx', OWNER_ONLY);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') {
      throw existsAlready(path, cause);
    }
    throw new CliError('CLI_FILE_UNWRITABLE', `cannot write ${path}: ${errorMessage(cause)}`, {
      cause,
      hint: 'choose another place with --path',
    });
  }
}

async function askFaucet(host: string, recipient: string, timeoutMs: number): Promise<void> {
  const request = requestSuiFromFaucetV2({ host, recipient });
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`no answer within ${formatDuration(timeoutMs)}`)),
      timeoutMs,
    );
  });
  try {
    await Promise.race([request, limit]);
  } catch (cause) {
    throw new CliError('CLI_FAUCET', `the faucet ${host} gave nothing: ${errorMessage(cause)}`, {
      cause,
      hint: 'the wallet was made; ask the faucet again later, or fund the address another way',
    });
  } finally {
    clearTimeout(timer);
  }
}

/** `walrus generate-sui-wallet` (spec cli.md §7). */
export const walletCommands: CommandModule = (program) => {
  program
    .command('generate-sui-wallet')
    .description('make a Sui wallet with a new key')
    .option('--path <file>', 'wallet file (default: ~/.sui/sui_config/client.yaml)')
    .option('--sui-network <name>', `${NETWORKS.join(', ')}`, 'testnet')
    .option('--use-faucet', 'ask the faucet of the network for SUI')
    .option('--faucet-timeout <duration>', 'how long to wait for the faucet', '1min')
    .addHelpText(
      'after',
      '\nExamples:\n  $ walrus generate-sui-wallet --sui-network localnet --use-faucet\n  $ walrus generate-sui-wallet --path ./ada.yaml',
    )
    .action(async (_flags: WalletFlags, command) => {
      const flags = allOptions<WalletFlags>(command);
      const network = parseNetwork(flags.suiNetwork);
      const timeoutMs = parseDuration(flags.faucetTimeout);
      const { rpcUrl, faucetUrl } = await endpointsOf(network);
      if (flags.useFaucet === true && faucetUrl === undefined) {
        throw new UsageError(`${network} has no faucet`, 'leave --use-faucet out');
      }
      const path = resolve(flags.path ?? join(homedir(), '.sui', 'sui_config', 'client.yaml'));
      const dir = dirname(path);
      await mkdir(dir, { recursive: true });
      if (flags.path === undefined && (await readdir(dir)).length > 0) {
        throw new CliError('CLI_FILE_UNWRITABLE', `${dir} is not empty`, {
          hint: 'it may hold keys; choose another place with --path',
        });
      }
      const keystore = path.replace(/(\.ya?ml)?$/, '.keystore');
      for (const file of [path, keystore]) {
        if (existsSync(file)) throw existsAlready(file);
      }
      // Keys are slow to load, and few commands make any.
      const { Ed25519Keypair, decodeSuiPrivateKey } = await import('../keys.js');
      const key = new Ed25519Keypair();
      const { secretKey } = decodeSuiPrivateKey(key.getSecretKey());
      const entry = toBase64(concatBytes(Uint8Array.of(ED25519_FLAG), secretKey));
      await createFile(keystore, `${JSON.stringify([entry], null, 2)}\n`);
      const address = key.toSuiAddress();
      await createFile(
        path,
        stringify({
          keystore: { File: keystore },
          envs: [{ alias: network, rpc: rpcUrl, ws: null, basic_auth: null }],
          active_env: network,
          active_address: address,
        }),
      );
      const output = createOutput(flags.json === true);
      output.json({ walletAddress: address });
      output.text(`Made a wallet with address ${address}`);
      output.text(`Wallet file: ${path}`);
      if (flags.useFaucet === true && faucetUrl !== undefined) {
        await askFaucet(faucetUrl, address, timeoutMs);
        output.text(`The faucet ${faucetUrl} sent coins`);
      }
    });
};
