import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { attributeCommands } from './commands/attributes.js';
import { blobIdCommands } from './commands/blob-id.js';
import { blobStatusCommand } from './commands/blob-status.js';
import { blobCommands } from './commands/blobs.js';
import { chainCommand } from './commands/chain.js';
import type { CommandContext } from './commands/command.js';
import { burnBlobsCommand } from './commands/burn-blobs.js';
import { deployCommand } from './commands/deploy.js';
import { healthCommand } from './commands/health.js';
import { infoCommand } from './commands/info.js';
import { moveCommands } from './commands/move.js';
import { nodeAdminCommands } from './commands/node-admin.js';
import { readCommand } from './commands/read.js';
import { sharedBlobCommands } from './commands/shared-blobs.js';
import { stakingCommands } from './commands/staking.js';
import { storageCommands } from './commands/storage.js';
import { storeCommand } from './commands/store.js';
import { upCommand } from './commands/up.js';
import { getWalCommand } from './commands/wal.js';
import { walletCommands } from './commands/wallet.js';

function version(): string {
  const file = new URL('../package.json', import.meta.url);
  const { version: text }: { version?: unknown } = JSON.parse(readFileSync(file, 'utf8'));
  return String(text);
}

/**
 * Makes the program with all its commands.
 *
 * @param context - shared by the commands
 */
export function createProgram(context: CommandContext): Command {
  const program = new Command('walrus')
    .description('Store and read blobs on a Walrus network, and run one on this machine.')
    .version(version())
    .option('--config <path>', 'client configuration file')
    .option('--context <name>', 'context inside the configuration file')
    .option('--wallet <path>', 'Sui wallet file')
    .option('--gas-budget <mist>', 'gas budget per transaction (default: estimated)')
    .option('--json', 'print results as JSON')
    .option('-v, --verbose', 'print debug messages; also WALRUS_LOG=debug')
    .showHelpAfterError('(run with --help for all options and examples)')
    .addHelpText(
      'after',
      `
Exit codes: 0 success, 1 failure, 2 wrong usage, 130 interrupted.

Examples:
  $ walrus up
  $ walrus store photo.jpg --epochs 5
  $ walrus read <BLOB_ID> --out photo.jpg`,
    );
  for (const add of [
    upCommand,
    chainCommand,
    deployCommand,
    storeCommand,
    readCommand,
    blobIdCommands,
    blobStatusCommand,
    blobCommands,
    burnBlobsCommand,
    sharedBlobCommands,
    storageCommands,
    attributeCommands,
    infoCommand,
    healthCommand,
    walletCommands,
    getWalCommand,
    stakingCommands,
    nodeAdminCommands,
    moveCommands,
  ]) {
    add(program, context);
  }
  return program;
}
