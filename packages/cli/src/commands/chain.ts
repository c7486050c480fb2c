import {
  DEFAULT_ACCOUNTS,
  cleanLocalChain,
  defaultChainDir,
  startLocalChain,
} from '@walrus-ts/localnet';
import { CliError, UsageError } from '../errors.js';
import { parseCount } from '../format.js';
import { createOutput } from '../output.js';
import { allOptions, type CommandModule } from './command.js';

interface ChainFlags {
  readonly dir?: string;
  readonly rpcPort?: string;
  readonly faucetPort?: string;
  readonly accounts?: string;
  readonly forkTime?: string;
  readonly clean?: boolean;
}

const MAX_PORT = 65_535;
const MAX_ACCOUNTS = 1000;

/** Parses a time: ISO 8601, or milliseconds since 1970. */
function parseTime(text: string): number {
  const ms = /^\d{1,15}$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(ms) || ms < 0 || ms > Date.parse('9999-01-01')) {
    throw new UsageError(`not a time: '${text}'`, 'for example: 2030-01-01T00:00:00Z');
  }
  return ms;
}

/** `walrus chain`: runs the emulator alone until Ctrl-C. */
export const chainCommand: CommandModule = (program, context) => {
  program
    .command('chain')
    .description('run a local Sui-compatible chain alone, for writing contracts')
    .option('--dir <directory>', 'where the chain lives (default ~/.walrus/chain)')
    .option('--rpc-port <port>', 'port of the gRPC-web API, 0 for any (default: 9000 if free)')
    .option('--faucet-port <port>', 'port of the faucet, 0 for any (default: 9123 if free)')
    .option('--accounts <n>', `accounts with 1000 SUI each (default ${DEFAULT_ACCOUNTS})`)
    .option('--fork-time <time>', 'time of a new chain at its start, e.g. 2030-01-01T00:00:00Z')
    .option('--clean', 'delete the chain in the directory first')
    .addHelpText(
      'after',
      `
The keys of the accounts are in sui.keystore in the directory; sui_client.yaml beside it is a wallet file for --wallet. The
chain keeps its state: started again with the same directory, it goes on. Nothing is deployed; see walrus deploy.

Examples:
  $ walrus chain
  $ walrus chain --dir /tmp/chain --accounts 2 --fork-time 2030-01-01
  $ walrus deploy --wallet ~/.walrus/chain/sui_client.yaml --n-shards 10`,
    )
    .action(async (_flags: ChainFlags, command) => {
      const options = allOptions<ChainFlags>(command);
      const output = createOutput(options.json === true);
      const dir = options.dir ?? defaultChainDir();
      const count = (name: string, text: string | undefined, min: number, max: number) =>
        text === undefined ? undefined : parseCount(name, text, min, max);
      const init = {
        dir,
        rpcPort: count('--rpc-port', options.rpcPort, 0, MAX_PORT),
        faucetPort: count('--faucet-port', options.faucetPort, 0, MAX_PORT),
        accounts: count('--accounts', options.accounts, 1, MAX_ACCOUNTS),
        forkTimeMs: options.forkTime === undefined ? undefined : parseTime(options.forkTime),
        signal: context.signal,
      };
      if (options.clean === true) await cleanLocalChain(dir);
      const chain = await startLocalChain(init);
      const { info } = chain;
      output.json(info);
      output.text('The chain is up.');
      output.text(`  Chain:      ${info.rpcUrl}`);
      output.text(`  Faucet:     ${info.faucetUrl}`);
      output.text(`  Chain ID:   ${info.chainId}`);
      output.text(`  Directory:  ${info.dir}`);
      output.text(`  Wallet:     ${info.walletFile}`);
      for (const [i, address] of info.accounts.entries()) {
        output.text(`  Account ${i}${i === 0 ? ' (active)' : ''}: ${address}`);
      }
      output.text();
      output.text('Ctrl-C stops the chain; walrus chain starts it again where it was.');
      // A timer keeps the process alive; the child's pipe would not.
      const alive = setInterval(() => undefined, 1 << 30);
      const end = await Promise.race([
        chain.exited.then(() => 'died' as const),
        new Promise<'stopped'>((resolve) => {
          if (context.signal.aborted) resolve('stopped');
          context.signal.addEventListener('abort', () => resolve('stopped'), { once: true });
        }),
      ]);
      clearInterval(alive);
      await chain.stop();
      if (end === 'died') {
        throw new CliError('CLI_CHAIN_DIED', 'the process of the chain ended by itself', {
          hint: `see ${info.dir}/logs/chain.log, then start it again`,
        });
      }
      output.text('Stopped.');
    });
};
