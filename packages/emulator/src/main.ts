/**
 * Process entry of the emulator: `node dist/main.js --config FILE`.
 *
 * Prints one JSON line `{"event":"ready","rpcUrl",…,"faucetUrl",…,"chainId",…,"faucetAddress",…}` on
 * standard output when it serves; errors go to standard error, one line each. SIGTERM and SIGINT stop
 * it gracefully (exit code 0). Exit code 1: it could not start; 2: wrong arguments.
 */

import { errorMessage, isWalrusError } from '@walrus-ts/core';
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { readConfig } from './config.js';
import { createEmulator } from './emulator.js';
import type { Emulator } from './emulator.js';

/** How long a graceful stop may take before the process ends anyway. */
const STOP_TIMEOUT_MS = 15_000;

function configPath(args: readonly string[]): string | undefined {
  try {
    return parseArgs({ args: [...args], options: { config: { type: 'string' } } }).values.config;
  } catch {
    return undefined;
  }
}

function complain(error: unknown): void {
  const hint = isWalrusError(error) && error.hint !== undefined ? ` (${error.hint})` : '';
  process.stderr.write(`emulator: ${errorMessage(error)}${hint}\n`);
}

function stopOnSignals(emulator: Emulator): void {
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
    emulator.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        complain(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/**
 * Runs the emulator process.
 *
 * @param args - command line without node and script
 */
export async function main(args: readonly string[]): Promise<void> {
  const path = configPath(args);
  if (path === undefined) {
    process.stderr.write('usage: main.js --config FILE\n');
    process.exitCode = 2;
    return;
  }
  try {
    const config = await readConfig(path);
    const emulator = await createEmulator({ ...config, onInternalError: complain });
    stopOnSignals(emulator);
    const { rpcUrl, faucetUrl, chainId, faucetAddress } = emulator;
    const ready = { event: 'ready', rpcUrl, faucetUrl, chainId, faucetAddress };
    process.stdout.write(`${JSON.stringify(ready)}\n`);
  } catch (error) {
    complain(error);
    process.exitCode = 1;
  }
}

const isEntry =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isEntry) await main(process.argv.slice(2));
