import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { MAX_SHARDS, MIN_SHARDS } from '@walrus-ts/core';
import {
  deployContracts,
  fileJournalStore,
  networkPaths,
  withDirectoryLock,
  writeClientConfig,
  type DeployParameters,
} from '@walrus-ts/localnet';
import { CliError } from '../errors.js';
import { formatDuration, parseAmount, parseCount, parseDuration } from '../format.js';
import { createOutput, type Output } from '../output.js';
import { parseGasBudget, type GlobalOptions } from '../session.js';
import { loadWallet, type Wallet } from '../wallet.js';
import { allOptions, type CommandContext, type CommandModule } from './command.js';

interface DeployFlags {
  readonly dir: string;
  readonly rpcUrl?: string;
  readonly nShards: string;
  readonly epochDuration: string;
  readonly epochZeroDuration?: string;
  readonly maxEpochsAhead: string;
  readonly withWalExchange?: boolean;
  readonly exchangeWal: string;
  readonly withSubsidies?: boolean;
  readonly systemSubsidyRate: string;
  readonly baseSubsidy: string;
  readonly subsidyPerShard: string;
  readonly subsidyFunds: string;
  readonly withCredits?: boolean;
}

const MAX_EPOCHS = 10_000;
/** The contract counts basis points in 32 bits. */
const MAX_RATE = 1_000_000;

function readParameters(
  options: DeployFlags & GlobalOptions,
  wallet: Wallet,
): Omit<DeployParameters, 'journal' | 'onStep' | 'signal'> {
  const rpcUrl = options.rpcUrl ?? wallet.rpcUrl;
  if (rpcUrl === undefined) {
    throw new CliError('CLI_NO_RPC_URL', 'the wallet names no RPC URL', {
      hint: 'name the chain with --rpc-url',
    });
  }
  const { epochZeroDuration } = options;
  return {
    rpcUrl,
    deployer: wallet.signer,
    nShards: parseCount('--n-shards', options.nShards, MIN_SHARDS, MAX_SHARDS),
    epochDurationMs: parseDuration(options.epochDuration),
    epochZeroDurationMs: epochZeroDuration === undefined ? 0 : parseDuration(epochZeroDuration),
    maxEpochsAhead: parseCount('--max-epochs-ahead', options.maxEpochsAhead, 1, MAX_EPOCHS),
    exchange:
      options.withWalExchange === true
        ? { wal: parseAmount('--exchange-wal', options.exchangeWal) }
        : undefined,
    subsidies:
      options.withSubsidies === true
        ? {
            systemSubsidyRate: parseCount(
              '--system-subsidy-rate',
              options.systemSubsidyRate,
              0,
              MAX_RATE,
            ),
            baseSubsidy: parseAmount('--base-subsidy', options.baseSubsidy, 0n),
            subsidyPerShard: parseAmount('--subsidy-per-shard', options.subsidyPerShard, 0n),
            funds: parseAmount('--subsidy-funds', options.subsidyFunds, 0n),
          }
        : undefined,
    withCredits: options.withCredits,
    gasBudget: parseGasBudget(options.gasBudget),
  };
}

async function deploy(
  options: DeployFlags & GlobalOptions,
  context: CommandContext,
  output: Output,
): Promise<void> {
  const dir = resolve(options.dir);
  const paths = networkPaths(dir);
  const wallet = await loadWallet(options.wallet, undefined);
  const parameters = readParameters(options, wallet);
  await mkdir(dir, { recursive: true });
  await withDirectoryLock(dir, async () => {
    const progress = output.progress();
    const startMs = Date.now();
    const deployment = await deployContracts({
      ...parameters,
      journal: fileJournalStore(paths.deploymentFile),
      onStep: (step) => progress.update(step, 0, 1),
      signal: context.signal,
    })
      .then((deployed) => {
        progress.finish();
        return deployed;
      })
      .finally(() => progress.stop());
    await writeClientConfig(paths.clientConfig, deployment, {
      rpcUrl: parameters.rpcUrl,
      nShards: parameters.nShards,
      maxEpochsAhead: parameters.maxEpochsAhead,
      walletFile: wallet.path,
    });
    const journal: unknown = JSON.parse(await readFile(paths.deploymentFile, 'utf8'));
    output.json(journal);
    output.text(`The contracts are deployed (${formatDuration(Date.now() - startMs)}).`);
    for (const [name, value] of Object.entries(deployment)) {
      const values: readonly unknown[] = Array.isArray(value) ? value : [value];
      if (values.length > 0) output.text(`  ${name.padEnd(24)}${values.join(', ')}`);
    }
    output.text(`  Network file:           ${paths.deploymentFile}`);
    output.text(`  Client configuration:   ${paths.clientConfig}`);
    output.text();
    output.text(
      'Storage nodes register now; then the first epoch can start. Other commands find it by',
    );
    output.text(`  --config ${join(options.dir, 'client_config.yaml')}`);
  });
}

/** `walrus deploy`: publishes and initialises the contracts on any chain. */
export const deployCommand: CommandModule = (program, context) => {
  program
    .command('deploy')
    .description('publish and initialise the contracts on a Sui network or a local chain')
    .option('--dir <directory>', 'where the result is kept', './walrus-deployment')
    .option('--rpc-url <url>', "RPC URL of the chain (default: the wallet's)")
    .option('--n-shards <n>', 'number of shards', '1000')
    .option('--epoch-duration <duration>', 'length of an epoch', '1h')
    .option(
      '--epoch-zero-duration <duration>',
      'time from now to the start of the first epoch (default 0)',
    )
    .option('--max-epochs-ahead <n>', 'for how many epochs storage can be bought', '53')
    .option('--with-wal-exchange', 'also an exchange of SUI and WAL at 1:1, for test networks')
    .option('--exchange-wal <frost>', 'FROST in the exchange', '10000000000000000')
    .option('--with-subsidies', 'also subsidies of storage nodes')
    .option('--system-subsidy-rate <bps>', 'basis points added to what users pay', '0')
    .option('--base-subsidy <frost>', 'FROST per node and epoch', '0')
    .option('--subsidy-per-shard <frost>', 'FROST per shard and epoch', '0')
    .option('--subsidy-funds <frost>', 'FROST put into the pot of subsidies', '0')
    .option('--with-credits', 'also the older subsidies for buyers, empty')
    .addHelpText(
      'after',
      `
The wallet (--wallet: a Sui wallet file, or a file with a suiprivkey) pays, gets all WAL and the capabilities. Every step is
written to deployment.json in the directory before the next one: run again, an interrupted deployment continues where it
stopped, and a finished one changes nothing.

Examples:
  $ walrus deploy --rpc-url http://127.0.0.1:9000 --wallet deployer.key --n-shards 100
  $ walrus deploy --wallet sui_client.yaml --epoch-duration 1d --with-wal-exchange`,
    )
    .action(async (_flags: DeployFlags, command) => {
      const options = allOptions<DeployFlags>(command);
      await deploy(options, context, createOutput(options.json === true));
    });
};
