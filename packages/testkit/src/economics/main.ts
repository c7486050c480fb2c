/**
 * `npm run test:economy`: random runs of the contracts against the model, several seeds side by side.
 *
 * A process that was forked by another one runs the seeds that it is sent and answers each.
 */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { MUTANTS, runMutants } from './mutants.js';
import { simulate, SimulationFailure } from './simulation.js';

const USAGE = `Usage: npm run test:economy -- [options]
  --seeds N    number of runs (200)
  --epochs N   epochs of each run (100)
  --first S    first seed (1)
  --nodes N    nodes at the start, instead of what the seed says
  --jobs N     processes side by side (2)
  --mutants    run deliberately wrong contracts instead, each until the model notices`;

interface Options {
  readonly seeds: number;
  readonly epochs: number;
  readonly first: number;
  readonly nodes: number | undefined;
  readonly jobs: number;
  readonly mutants: boolean;
}

/** One seed to run. */
interface Task {
  readonly seed: number;
  readonly epochs: number;
  readonly nodes: number | undefined;
}

type Count = { readonly accepted: number; readonly refused: number };

/** How a seed went, as one process tells another. */
type Outcome =
  | {
      readonly kind: 'done';
      readonly seed: number;
      readonly nodes: number;
      readonly nShards: number;
      readonly transactions: number;
      readonly payouts: number;
      readonly largestErrorPercent: number;
      readonly milliseconds: number;
      readonly counts: readonly (readonly [string, Count])[];
      /** FROST, as text: messages between processes are JSON. */
      readonly largestError: string;
      readonly burned: string;
      readonly distributed: string;
      readonly reanchored: number;
      readonly cut: number;
      readonly overdrawn: number;
      readonly ownerless: string;
    }
  | {
      readonly kind: 'failed';
      readonly seed: number;
      readonly message: string;
      readonly tail: readonly string[];
    };

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}

function readOptions(args: readonly string[]): Options | undefined {
  const parse = (text: string | undefined, fallback: number): number => {
    const value = text === undefined ? fallback : Number(text);
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`not a count: ${text}`);
    return value;
  };
  try {
    const option = { type: 'string' } as const;
    const { values } = parseArgs({
      args: [...args],
      options: {
        seeds: option,
        epochs: option,
        first: option,
        nodes: option,
        jobs: option,
        mutants: { type: 'boolean', default: false },
      },
    });
    return {
      seeds: parse(values.seeds, 200),
      epochs: parse(values.epochs, 100),
      first: parse(values.first, 1),
      nodes: values.nodes === undefined ? undefined : parse(values.nodes, 1),
      jobs: parse(values.jobs, 2),
      mutants: values.mutants,
    };
  } catch (error) {
    complain(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

async function runTask(task: Task): Promise<Outcome> {
  try {
    const report = await simulate(task);
    return {
      kind: 'done',
      seed: report.seed,
      nodes: report.nodes,
      nShards: report.nShards,
      transactions: report.transactions,
      payouts: report.payouts,
      largestErrorPercent: report.largestErrorPercent,
      milliseconds: report.milliseconds,
      counts: [...report.counts],
      largestError: report.largestError.toString(),
      burned: report.burned.toString(),
      distributed: report.distributed.toString(),
      reanchored: report.reanchored,
      cut: report.cut,
      overdrawn: report.overdrawn,
      ownerless: report.ownerless.toString(),
    };
  } catch (error) {
    if (!(error instanceof SimulationFailure)) throw error;
    return { kind: 'failed', seed: task.seed, message: error.message, tail: error.tail };
  }
}

/** Runs what the parent process sends, until it hangs up. */
function serve(): void {
  process.on('disconnect', () => process.exit());
  process.on('message', (task: Task) => {
    void runTask(task).then((outcome) => process.send?.(outcome));
  });
}

/** Keeps one child process busy. */
async function drive(tasks: Task[], report: (outcome: Outcome) => void): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), [], {
    stdio: ['ignore', 'inherit', 2, 'ipc'],
  });
  try {
    for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
      const { seed } = task;
      const ended = new AbortController();
      const answer = once(child, 'message', { signal: ended.signal });
      const exit = once(child, 'exit', { signal: ended.signal }).then(() => {
        throw new Error(`the process of seed ${seed} ended`);
      });
      child.send(task);
      try {
        const [outcome] = (await Promise.race([answer, exit])) as [Outcome];
        report(outcome);
      } finally {
        ended.abort();
        await Promise.allSettled([answer, exit]);
      }
    }
  } finally {
    child.disconnect();
  }
}

function replayCommand({ epochs, nodes }: Task, seed: number): string {
  const withNodes = nodes === undefined ? '' : ` --nodes ${nodes}`;
  return `npm run test:economy -- --seeds 1 --first ${seed} --epochs ${epochs}${withNodes}`;
}

/** Runs all seeds. @returns whether chain and model agreed in all of them */
async function runAll(options: Options): Promise<boolean> {
  const { seeds, first, epochs, nodes } = options;
  const tasks = Array.from({ length: seeds }, (_, i): Task => ({ seed: first + i, epochs, nodes }));
  const started = performance.now();
  const totals = {
    transactions: 0,
    payouts: 0,
    reanchored: 0,
    cut: 0,
    overdrawn: 0,
    percent: 0,
    burned: 0n,
    distributed: 0n,
    ownerless: 0n,
    error: 0n,
  };
  const counts = new Map<string, { accepted: number; refused: number }>();
  const failed: number[] = [];
  let done = 0;
  const report = (outcome: Outcome): void => {
    const progress = `[${++done}/${seeds}]`;
    if (outcome.kind === 'failed') {
      failed.push(outcome.seed);
      print(`${progress} FAILED: ${outcome.message}`);
      print(outcome.tail.map((line) => `    ${line}`).join('\n'));
      print(`  replay: ${replayCommand({ seed: outcome.seed, epochs, nodes }, outcome.seed)}`);
      return;
    }
    totals.transactions += outcome.transactions;
    totals.payouts += outcome.payouts;
    totals.reanchored += outcome.reanchored;
    totals.cut += outcome.cut;
    totals.overdrawn += outcome.overdrawn;
    totals.ownerless += BigInt(outcome.ownerless);
    totals.burned += BigInt(outcome.burned);
    totals.distributed += BigInt(outcome.distributed);
    const error = BigInt(outcome.largestError);
    if (error > totals.error) totals.error = error;
    totals.percent = Math.max(totals.percent, outcome.largestErrorPercent);
    for (const [name, { accepted, refused }] of outcome.counts) {
      const sum = counts.get(name) ?? { accepted: 0, refused: 0 };
      counts.set(name, {
        accepted: sum.accepted + accepted,
        refused: sum.refused + refused,
      });
    }
    print(
      `${progress} seed ${outcome.seed}: ${outcome.nodes} nodes, ${outcome.nShards} shards, ` +
        `${outcome.transactions} transactions, ${outcome.payouts} payouts, ` +
        `${(outcome.milliseconds / 1000).toFixed(1)} s`,
    );
  };
  await Promise.all(
    Array.from({ length: Math.min(options.jobs, seeds) }, () => drive(tasks, report)),
  );
  const sum = (of: keyof Count): number =>
    [...counts.values()].reduce((total, count) => total + count[of], 0);
  print(
    [
      '',
      `${done - failed.length} of ${seeds} seeds agree over ${epochs} epochs in ${((performance.now() - started) / 1000).toFixed(0)} s`,
      `${totals.transactions} transactions, ${sum('accepted')} operations, ${sum('refused')} foreseen aborts`,
      `${totals.distributed} FROST distributed, ${totals.burned} burned at epoch ends`,
      `${totals.payouts} rewards paid out, at most ${totals.error} FROST from the value without rounding` +
        ` (${totals.percent} % of the allowed difference)`,
      `${totals.reanchored} rewards of stakes from before their pool was empty, ${totals.cut} cut short by an empty` +
        ` rewards pool; ${totals.overdrawn} pools emptied by stakes worth more than they held;` +
        ` ${totals.ownerless} FROST of stake without an owner at the ends`,
      ...[...counts]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, count]) => `  ${name}: ${count.accepted}, refused ${count.refused}`),
    ].join('\n'),
  );
  if (failed.length > 0) print(`failed seeds: ${failed.join(', ')}`);
  return failed.length === 0;
}

/** @returns whether every wrong contract was noticed */
async function runAllMutants({ first }: Options): Promise<boolean> {
  let isEachNoticed = true;
  const seeds = Array.from({ length: MUTANT_SEEDS }, (_, i) => first + i);
  await runMutants(MUTANTS, { seeds, epochs: MUTANT_EPOCHS }, ({ name }, noticed) => {
    print(noticed === undefined ? `NOT NOTICED: ${name}` : `noticed: ${name} (${noticed})`);
    isEachNoticed &&= noticed !== undefined;
  });
  return isEachNoticed;
}

const MUTANT_SEEDS = 12;
const MUTANT_EPOCHS = 40;

if (process.send === undefined) {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) {
    complain(USAGE);
    process.exitCode = 2;
  } else if (!(await (options.mutants ? runAllMutants(options) : runAll(options)))) {
    process.exitCode = 1;
  }
} else {
  serve();
}
