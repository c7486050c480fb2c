import type { LocalNetwork, LocalNetworkEvent } from '@walrus-ts/localnet';
import { DEFAULT_NODES, DEFAULT_SHARDS, defaultNetworkDir } from '@walrus-ts/localnet/directory';
import { formatDuration, parseCount, parseDuration } from '../format.js';
import { createOutput, type Output } from '../output.js';
import type { ProgressView } from '../progress.js';
import { allOptions, type CommandModule } from './command.js';

interface UpFlags {
  readonly dir?: string;
  readonly nodes?: string;
  readonly shards?: string;
  readonly epochDuration?: string;
  readonly clean?: boolean;
  readonly restart: boolean;
  readonly logLevel: string;
}

const STEPS = {
  chain: 'starting chain',
  deploy: 'deploying',
  register: 'registering',
  nodes: 'starting nodes',
  sync: 'first epoch',
  stop: 'stopping',
} as const;

/** Shows the events of a local network while it starts. */
export function showNetworkEvents(
  output: Output,
  progress: ProgressView,
): (event: LocalNetworkEvent) => void {
  return (event) => {
    switch (event.type) {
      case 'step':
        progress.update(STEPS[event.step], 0, 1);
        break;
      case 'nodeReady':
        progress.update(STEPS.nodes, event.ready, event.total, event.name);
        break;
      case 'processDied':
        output.note(`${event.name} died: ${event.reason}`);
        break;
      case 'processRestarted':
        output.note(`${event.name} is up again`);
        break;
    }
  };
}

function summary(network: LocalNetwork, output: Output, elapsedMs: number): void {
  const { info, dir } = network;
  output.text(`The local Walrus network is up (${formatDuration(elapsedMs)}).`);
  output.text(`  Chain:          ${info.rpcUrl}`);
  output.text(`  Faucet:         ${info.faucetUrl}`);
  output.text(`  Storage nodes:  ${info.nodes.length}, with ${info.nShards} shards`);
  output.text(`  Directory:      ${dir}`);
  output.text();
  output.text('Try in another terminal:');
  output.text('  npx walrus store README.md --epochs 5');
  output.text('  npx walrus health --committee');
  output.text('  npx walrus info');
  output.text();
  output.text('Ctrl-C stops the network; walrus up starts it again with everything it stored.');
}

/** `walrus up`: runs a local network until Ctrl-C. */
export const upCommand: CommandModule = (program, context) => {
  program
    .command('up')
    .description('start or resume a local network: chain, contracts and storage nodes')
    .option(
      '--dir <directory>',
      'where the network lives (WALRUS_NETWORK_DIR, else ~/.walrus/local)',
    )
    .option('--nodes <n>', `number of storage nodes (default ${DEFAULT_NODES})`)
    .option('--shards <n>', `number of shards (default ${DEFAULT_SHARDS})`)
    .option('--epoch-duration <duration>', 'length of an epoch, e.g. 1h (default 1 day)')
    .option('--clean', 'delete the network in the directory first, with all its blobs')
    .option('--no-restart', 'leave processes down that die')
    .option('--log-level <level>', 'log level of the nodes', 'info')
    .addHelpText(
      'after',
      `
Examples:
  $ walrus up
  $ walrus up --dir /tmp/net --nodes 4 --shards 10
  $ walrus up --clean`,
    )
    .action(async (_flags: UpFlags, command) => {
      const options = allOptions<UpFlags>(command);
      const output = createOutput(options.json === true);
      const dir = options.dir ?? defaultNetworkDir();
      const nNodes =
        options.nodes === undefined ? undefined : parseCount('--nodes', options.nodes, 1, 100);
      const nShards =
        options.shards === undefined ? undefined : parseCount('--shards', options.shards, 4, 1000);
      const epochDurationMs =
        options.epochDuration === undefined ? undefined : parseDuration(options.epochDuration);
      // Running a network takes far more code than using one.
      const { cleanLocalNetwork, startLocalNetwork } = await import('@walrus-ts/localnet');
      if (options.clean === true) await cleanLocalNetwork(dir);
      const progress = output.progress();
      const startMs = Date.now();
      const network = await startLocalNetwork({
        dir,
        nNodes,
        nShards,
        epochDurationMs,
        restart: options.restart,
        logLevel: options.logLevel,
        onEvent: showNetworkEvents(output, progress),
        signal: context.signal,
      })
        .then((started) => {
          progress.finish();
          return started;
        })
        .finally(() => progress.stop());
      output.json(network.info);
      summary(network, output, Date.now() - startMs);
      // A timer keeps the process alive; the children's pipes would not.
      const alive = setInterval(() => undefined, 1 << 30);
      await new Promise<void>((resolve) => {
        if (context.signal.aborted) resolve();
        context.signal.addEventListener('abort', () => resolve(), { once: true });
      });
      clearInterval(alive);
      await network.stop();
      progress.finish();
      output.text('Stopped.');
    });
};
