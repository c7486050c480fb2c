import type { NodePool } from '@walrus-ts/chain';
import { errorMessage, normalizeAddress, toBase64, type Address } from '@walrus-ts/core';
import type { HealthInfo } from '@walrus-ts/node-api';
import { createNodeClient } from '@walrus-ts/node-api/node';
import { UsageError, CliError } from '../errors.js';
import { formatDuration, formatTable, parseCount } from '../format.js';
import type { Session } from '../session.js';
import { sessionAction, type CommandModule } from './command.js';

interface HealthFlags {
  readonly nodeIds?: string[];
  readonly nodeUrls?: string[];
  readonly committee?: boolean;
  readonly activeSet?: boolean;
  readonly detail?: boolean;
  readonly sortBy: string;
  readonly desc?: boolean;
  readonly concurrentRequests: string;
}

interface Report {
  readonly pool: Pick<NodePool, 'nodeId' | 'name' | 'networkPublicKey'> | undefined;
  readonly url: string;
  readonly health: HealthInfo | undefined;
  readonly error: string | undefined;
}

const TIMEOUT_MS = 10_000;

async function ask(
  session: Session,
  url: string,
  pool: Report['pool'],
  isDetailed: boolean,
): Promise<Report> {
  const node = createNodeClient({
    baseUrl: url,
    timeoutMs: TIMEOUT_MS,
    ...(pool && url.startsWith('https:') ? { pinnedKey: pool.networkPublicKey } : {}),
  });
  try {
    const health = await node.health({ detailed: isDetailed, signal: session.signal });
    return { pool, url, health, error: undefined };
  } catch (error) {
    session.signal.throwIfAborted();
    return { pool, url, health: undefined, error: errorMessage(error) };
  } finally {
    await node.close();
  }
}

async function targets(
  session: Session,
  flags: HealthFlags,
): Promise<{ url: string; pool: Report['pool'] }[]> {
  const ways = [flags.nodeIds, flags.nodeUrls, flags.committee, flags.activeSet];
  const chosen = ways.filter((way) => way !== undefined);
  if (chosen.length !== 1) {
    throw new UsageError(
      'exactly one of --committee, --active-set, --node-ids and --node-urls is needed',
      'for example: walrus health --committee',
    );
  }
  if (flags.nodeUrls) {
    return flags.nodeUrls.map((url) => ({
      url: /^https?:\/\//.test(url)
        ? url.replace(/\/+$/, '')
        : `${session.config.nodeUrlScheme}://${url}`,
      pool: undefined,
    }));
  }
  const { chain, signal } = session;
  const ids: Address[] = flags.nodeIds
    ? flags.nodeIds.map(normalizeAddress)
    : flags.activeSet === true
      ? [...(await chain.activeSet({ signal })).keys()]
      : [...(await chain.staking({ signal })).committee.keys()];
  const pools = await chain.pools(ids, { signal });
  return pools.map((pool) => ({
    url: `${session.config.nodeUrlScheme}://${pool.networkAddress}`,
    pool,
  }));
}

function sortReports(reports: Report[], flags: HealthFlags): Report[] {
  const key = (report: Report): string => {
    switch (flags.sortBy) {
      case 'status':
        return report.health?.nodeStatus ?? '~';
      case 'id':
        return report.pool?.nodeId ?? '';
      case 'url':
        return report.url;
      default:
        return report.pool?.name ?? report.url;
    }
  };
  const sorted = reports.toSorted((a, b) => key(a).localeCompare(key(b), 'en', { numeric: true }));
  return flags.desc === true ? sorted.reverse() : sorted;
}

/** `walrus health` (spec cli.md §4). */
export const healthCommand: CommandModule = (program, context) => {
  program
    .command('health')
    .description('ask storage nodes how they are')
    .option('--committee', 'all nodes of the current committee')
    .option('--active-set', 'all nodes that may be in the next committee')
    .option('--node-ids <ids...>', 'nodes by ID')
    .option('--node-urls <urls...>', 'nodes by URL')
    .option('--detail', 'state of each shard')
    .option('--sort-by <status|id|name|url>', 'order', 'name')
    .option('--desc', 'descending order')
    .option('--concurrent-requests <n>', 'nodes asked at the same time', '60')
    .option('--rpc-url <url>', 'RPC URL of the chain')
    .addHelpText(
      'after',
      '\nExamples:\n  $ walrus health --committee\n  $ walrus health --node-urls http://127.0.0.1:9185 --detail --json',
    )
    .action(
      sessionAction(context, async (session, flags: HealthFlags) => {
        const limit = parseCount('--concurrent-requests', flags.concurrentRequests, 1, 1000);
        const waiting = await targets(session, flags);
        const reports: Report[] = [];
        const worker = async (): Promise<void> => {
          for (let next = waiting.shift(); next; next = waiting.shift()) {
            reports.push(await ask(session, next.url, next.pool, flags.detail === true));
          }
        };
        await Promise.all(Array.from({ length: Math.min(limit, waiting.length) }, worker));
        const sorted = sortReports(reports, flags);
        const latestSeq = await session.chain.latestCheckpoint({ signal: session.signal });
        session.output.json({
          healthInfo: sorted.map(({ pool, url, health, error }) => ({
            nodeId: pool?.nodeId ?? null,
            nodeUrl: url,
            nodeName: pool?.name ?? null,
            networkPublicKey: pool ? toBase64(pool.networkPublicKey) : null,
            healthInfo: health ? { Ok: health } : { Err: error },
          })),
          latestSeq,
        });
        const rows = sorted.map(({ pool, url, health, error }) =>
          health
            ? [
                pool?.name ?? '',
                health.nodeStatus,
                String(health.epoch),
                `${health.shardSummary.ownedShardStatus.ready}/${health.shardSummary.owned}`,
                formatDuration(health.uptime.secs * 1000),
                url,
              ]
            : [pool?.name ?? '', `unreachable: ${error}`, '', '', '', url],
        );
        session.output.text(
          formatTable([['Name', 'Status', 'Epoch', 'Shards ready', 'Up for', 'URL'], ...rows]),
        );
        if (flags.detail === true) {
          for (const { pool, url, health } of sorted) {
            const shards = health?.shardDetail?.owned ?? [];
            const list = shards.map(({ shard, status }) => `${shard} ${status}`).join(', ');
            session.output.text(`${pool?.name ?? url}: ${list}`);
          }
        }
        const down = sorted.filter(({ health }) => health === undefined).length;
        if (down > 0) {
          throw new CliError('CLI_NODES_DOWN', `${down} of ${sorted.length} nodes did not answer`);
        }
      }),
    );
};
