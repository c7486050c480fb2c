import {
  requestWithdrawStake,
  stakeWithPools,
  withdrawStake,
  type StakedWalObject,
} from '@walrus-ts/chain';
import { normalizeAddress, type Address } from '@walrus-ts/core';
import { CliError, UsageError } from '../errors.js';
import { formatCoin, formatTable, parseAmount } from '../format.js';
import type { Session } from '../session.js';
import { sessionAction, transact, walletAddress, type CommandModule } from './command.js';

/** The contract's smallest stake: 1 WAL. */
const MIN_STAKE = 1_000_000_000n;
/** Stakes that fit into one transaction with room to spare. */
const MAX_STAKES = 100;

function stakeJson(stake: StakedWalObject) {
  const { state, ...rest } = stake;
  return {
    ...rest,
    state:
      state.kind === 'staked' ? 'Staked' : { Withdrawing: { withdrawEpoch: state.withdrawEpoch } },
  };
}

function stakeTable(stakes: readonly StakedWalObject[]): string {
  const rows = stakes.map(({ id, nodeId, principal, activationEpoch, state }) => [
    formatCoin(principal, 'WAL'),
    String(activationEpoch),
    state.kind === 'staked' ? 'staked' : `withdrawing, from epoch ${state.withdrawEpoch}`,
    nodeId,
    id,
  ]);
  return formatTable([['Principal', 'Earns from epoch', 'State', 'Node ID', 'Object ID'], ...rows]);
}

async function ownedStakes(session: Session): Promise<StakedWalObject[]> {
  const { chain, signal } = session;
  return chain.ownedStakedWal(await walletAddress(session), { signal });
}

function pick(owned: readonly StakedWalObject[], ids: readonly string[]): StakedWalObject[] {
  return [...new Set(ids.map((id) => normalizeAddress(id)))].map((id) => {
    const stake = owned.find((candidate) => candidate.id === id);
    if (stake !== undefined) return stake;
    throw new CliError('CLI_NOT_OWNED', `the wallet owns no stake ${id}`, {
      hint: 'see those it owns with: walrus list-staked-wal',
    });
  });
}

interface StakeFlags {
  readonly nodeIds: string[];
  readonly amounts?: string[];
}

/** One amount for all nodes, or one per node. */
function stakesOf(flags: StakeFlags): { nodeId: Address; amount: bigint }[] {
  const amounts = (flags.amounts ?? [String(MIN_STAKE)]).map((text) =>
    parseAmount('--amounts', text, MIN_STAKE),
  );
  if (amounts.length !== 1 && amounts.length !== flags.nodeIds.length) {
    throw new UsageError(
      `${flags.nodeIds.length} nodes but ${amounts.length} amounts were given`,
      'give one amount for all nodes, or one per node',
    );
  }
  if (flags.nodeIds.length > MAX_STAKES) {
    throw new UsageError(`at most ${MAX_STAKES} nodes can be staked with at once`);
  }
  return flags.nodeIds.map((id, i) => ({
    nodeId: normalizeAddress(id),
    amount: amounts[i] ?? amounts[0] ?? MIN_STAKE,
  }));
}

async function stake(session: Session, flags: StakeFlags): Promise<void> {
  const { chain, output, signal } = session;
  const stakes = stakesOf(flags);
  // A node that does not exist is told by name, not by a failed transaction.
  await chain.pools([...new Set(stakes.map(({ nodeId }) => nodeId))], { signal });
  const result = await transact(session, (tx, refs, sender) => {
    tx.transferObjects(stakeWithPools(tx, refs, stakes), sender);
  });
  const created = result.created.filter(({ type }) => type.endsWith('::staked_wal::StakedWal'));
  const ids = new Set(created.map(({ objectId }) => objectId));
  const made = (await ownedStakes(session)).filter(({ id }) => ids.has(id));
  output.json({ stakedWal: made.map(stakeJson) });
  output.text(`Staked with ${stakes.length} node${stakes.length === 1 ? '' : 's'}:`);
  output.text(stakeTable(made));
}

async function requestWithdrawal(
  session: Session,
  nodeId: Address,
  ids: readonly string[],
  isDryRun: boolean,
): Promise<void> {
  const { output } = session;
  const owned = (await ownedStakes(session)).filter(
    (candidate) => candidate.nodeId === nodeId && candidate.state.kind === 'staked',
  );
  const chosen = ids.length > 0 ? pick(owned, ids) : owned;
  if (chosen.length === 0) {
    throw new CliError('CLI_NOT_OWNED', `the wallet has no stake with node ${nodeId}`, {
      hint: 'see its stakes with: walrus list-staked-wal',
    });
  }
  if (isDryRun || (ids.length === 0 && chosen.length > 1)) {
    output.json({ stakedWals: chosen.map(stakeJson), txDigest: null });
    output.text(stakeTable(chosen));
    if (!isDryRun) {
      output.text('Nothing was requested: name the stakes to withdraw behind the node ID.');
    }
    return;
  }
  const { digest } = await transact(session, (tx, refs) => {
    for (const { id } of chosen) requestWithdrawStake(tx, refs, id);
  });
  const left = new Map((await ownedStakes(session)).map((entry) => [entry.id, entry]));
  const after = chosen.map((entry) => left.get(entry.id) ?? entry);
  output.json({ stakedWals: after.map(stakeJson), txDigest: digest });
  output.text(stakeTable(after));
}

async function withdraw(session: Session, ids: readonly string[]): Promise<void> {
  const { output } = session;
  const chosen = pick(await ownedStakes(session), ids);
  const { digest } = await transact(session, (tx, refs, sender) => {
    tx.transferObjects(
      chosen.map(({ id }) => withdrawStake(tx, refs, id)),
      sender,
    );
  });
  output.json({ stakedWalIds: chosen.map(({ id }) => id), txDigest: digest });
  output.text(`Withdrew ${chosen.length} stake${chosen.length === 1 ? '' : 's'} with rewards`);
}

/** The staking commands (spec cli.md §8). */
export const stakingCommands: CommandModule = (program, context) => {
  program
    .command('stake')
    .description('stake WAL with storage nodes')
    .requiredOption('--node-id, --node-ids <ids...>', 'nodes')
    .option('--amounts <frost...>', 'one for all nodes or one per node; at least 1 WAL each')
    .addHelpText(
      'after',
      '\nExamples:\n  $ walrus stake --node-id 0x12…ef --amounts 5000000000\n  $ walrus stake --node-ids 0x12…ef 0x34…ab --amounts 1000000000 2000000000',
    )
    .action(sessionAction(context, (session, flags: StakeFlags) => stake(session, flags)));

  program
    .command('request-withdraw-stake')
    .description('announce that stakes with a node will be withdrawn')
    .argument('<node-id>', 'node')
    .argument('[staked-wal-ids...]', 'stakes; may be left out if there is only one')
    .option('--dry-run', 'only list what would be requested')
    .addHelpText('after', '\nExample:\n  $ walrus request-withdraw-stake 0x12…ef --dry-run')
    .action(
      sessionAction(
        context,
        (session, flags: { dryRun?: boolean }, nodeId: string, ids: string[]) =>
          requestWithdrawal(session, normalizeAddress(nodeId), ids, flags.dryRun === true),
      ),
    );

  program
    .command('withdraw-stake')
    .description('withdraw stakes with their rewards, in or after the epoch that was announced')
    .argument('<staked-wal-ids...>', 'stakes')
    .addHelpText('after', '\nExample:\n  $ walrus withdraw-stake 0x12…ef')
    .action(
      sessionAction(context, (session, _flags: object, ids: string[]) => withdraw(session, ids)),
    );

  program
    .command('list-staked-wal')
    .description("list the wallet's stakes")
    .option('--staked-only', 'only those that were not announced to be withdrawn')
    .option('--withdrawing-only', 'only those that were')
    .addHelpText('after', '\nExample:\n  $ walrus list-staked-wal --json')
    .action(
      sessionAction(
        context,
        async (session, flags: { stakedOnly?: boolean; withdrawingOnly?: boolean }) => {
          if (flags.stakedOnly === true && flags.withdrawingOnly === true) {
            throw new UsageError('--staked-only and --withdrawing-only exclude each other');
          }
          const stakes = (await ownedStakes(session)).filter(
            ({ state }) =>
              !(flags.stakedOnly === true && state.kind !== 'staked') &&
              !(flags.withdrawingOnly === true && state.kind !== 'withdrawing'),
          );
          session.output.json({ stakedWals: stakes.map(stakeJson) });
          session.output.text(stakes.length === 0 ? 'No stakes.' : stakeTable(stakes));
        },
      ),
    );
};
