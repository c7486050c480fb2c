/**
 * The storage node as a process: `node dist/main.js --config FILE.yaml`.
 *
 * Prints one line of JSON on standard output when it listens: `{"event":"ready","url":…,"nodeId":…}`. The log goes
 * to standard error. SIGTERM and SIGINT stop it within the configured grace; a second one ends it at once. Exit code
 * 0 after a signal, 1 after a failure, 2 for wrong usage.
 */
import { parseArgs } from 'node:util';
import { createChainClient } from '@walrus-ts/chain';
import { errorMessage, isWalrusError } from '@walrus-ts/core';
import { pino } from 'pino';
import { readNodeKey, readWalletKey } from './config/keys.js';
import { loadNodeConfig } from './config/load.js';
import { createNodeTransactions } from './epochs/transactions.js';
import { createStorageNode } from './node.js';

const USAGE = 'usage: node main.js --config FILE.yaml';

async function main(): Promise<void> {
  const config = await loadNodeConfig(configPath());
  const logger = pino({ level: config.log.level }, pino.destination({ fd: 2, sync: true }));
  const [protocolKey, networkKey, wallet] = await Promise.all([
    readNodeKey('protocol', config.protocolKeyPath),
    readNodeKey('network', config.networkKeyPath),
    config.walletKeyPath === undefined ? undefined : readWalletKey(config.walletKeyPath),
  ]);
  const chain = createChainClient(config);
  const node = createStorageNode(
    { config, protocolKey, networkKey },
    {
      chain,
      logger,
      transactions:
        wallet === undefined ? undefined : createNodeTransactions(chain, wallet, config.nodeId),
    },
  );
  let signals = 0;
  const onSignal = (signal: NodeJS.Signals): void => {
    signals += 1;
    if (signals > 1) process.exit(1);
    logger.info({ signal }, 'stopping');
    node.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  await node.start();
  process.stdout.write(
    `${JSON.stringify({ event: 'ready', url: node.url, nodeId: node.nodeId })}\n`,
  );
}

function configPath(): string {
  let path: string | undefined;
  try {
    const { values } = parseArgs({
      options: { config: { type: 'string', short: 'c' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help === true) {
      process.stdout.write(`${USAGE}\n`);
      process.exit(0);
    }
    path = values.config;
  } catch (error) {
    fail(`${errorMessage(error)}\n${USAGE}`, 2);
  }
  return path ?? fail(USAGE, 2);
}

function fail(text: string, code: number): never {
  process.stderr.write(`${text}\n`);
  process.exit(code);
}

main().catch((error: unknown) => {
  if (!isWalrusError(error)) throw error;
  fail(`error: ${error.message}${error.hint === undefined ? '' : `\nhint: ${error.hint}`}`, 1);
});
