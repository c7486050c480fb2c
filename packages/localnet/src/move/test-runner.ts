/** Runs the Move unit tests of packages in our VM, spread over processes. */
import {
  ContractsError,
  defaultTestCache,
  listPackages,
  listTests,
  locatePackage,
  readSourceIndex,
  type MoveUnitTest,
} from '@walrus-ts/contracts';
import type { MoveTestResult } from '@walrus-ts/emulator/move';
import { explainFailure, type TestExplanation } from './test-report.js';
import { startTestProcess, type TestAnswer } from './test-pool.js';
import type { TestJob } from './test-protocol.js';

/** Tests in one job: small enough to spread, large enough that loading the code does not count. */
const CHUNK_SIZE = 40;
/** Processes unless said otherwise. */
const DEFAULT_PROCESSES = 2;

/** One package whose tests are wanted. */
export interface MoveSuite {
  /** Name of the package's folder. */
  readonly name: string;
  /** Absolute path of the package. */
  readonly directory: string;
  readonly tests: readonly MoveUnitTest[];
}

/** Outcome of one test. */
export interface MoveTestOutcome {
  /** `module::name`. */
  readonly test: string;
  readonly passed: boolean;
  readonly durationMs: number;
  readonly instructions: number;
  /** Why it did not pass. */
  readonly explanation: TestExplanation | undefined;
}

/** Outcome of the tests of one package. */
export interface MoveSuiteReport {
  /** Name of the package's folder. */
  readonly name: string;
  readonly outcomes: readonly MoveTestOutcome[];
  readonly compileMs: number;
  /** Summed over processes. */
  readonly runMs: number;
}

/** What to run. */
export interface MoveTestRun {
  readonly suites: readonly MoveSuite[];
  /** Processes that compile and run. @default 2 */
  readonly processes?: number | undefined;
  /** Folder of compiled test code. @default `contracts/build/tests` */
  readonly cacheFolder?: string | undefined;
  /** Called after each package, in the order in which they end. */
  readonly onSuite?: ((report: MoveSuiteReport) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Names of the packages of the contracts folder, each after those it depends on. */
export async function listMovePackages(): Promise<string[]> {
  return (await listPackages()).map(({ name }) => name);
}

/**
 * Finds the unit tests of packages.
 *
 * @param packages - names, or directories with a manifest
 * @param filter - only tests whose `module::name` contains this text
 * @returns packages without a matching test are left out
 * @throws CONTRACTS_NO_TESTS when nothing is left, CONTRACTS_UNKNOWN_PACKAGE, CONTRACTS_BAD_MANIFEST,
 * CONTRACTS_UNSUPPORTED_TEST
 */
export async function findMoveTests(
  packages: readonly string[],
  filter?: string,
): Promise<MoveSuite[]> {
  const suites: MoveSuite[] = [];
  for (const { name, directory } of packages.map((one) => locatePackage(one))) {
    const tests = (await listTests(directory)).filter(
      (test) => filter === undefined || `${test.module}::${test.name}`.includes(filter),
    );
    if (tests.length > 0) suites.push({ name, directory, tests });
  }
  if (suites.length === 0) {
    const where = packages.join(', ');
    throw filter === undefined
      ? new ContractsError('CONTRACTS_NO_TESTS', `no unit tests in ${where}`, {
          hint: 'a test is a function without parameters with the attribute #[test]',
        })
      : new ContractsError('CONTRACTS_NO_TESTS', `no test of ${where} contains '${filter}'`, {
          hint: 'the filter is a part of module::test; --list shows the names',
        });
  }
  return suites;
}

interface Progress {
  readonly suite: MoveSuite;
  readonly results: MoveTestResult[];
  compileMs: number;
  runMs: number;
  /** Run jobs not done yet. */
  remaining: number;
}

/**
 * Runs unit tests, each in a world of its own. The code is compiled only if it changed since it was compiled last.
 *
 * @returns one report per suite, in their order
 * @throws CONTRACTS_COMPILE_FAILED and others of compiling; LOCALNET_PROCESS_FAILED
 */
export async function runMoveSuites(run: MoveTestRun): Promise<MoveSuiteReport[]> {
  const { suites, signal, onSuite } = run;
  const cacheFolder = run.cacheFolder ?? defaultTestCache();
  // The largest package is compiled first and decides how long all takes.
  const compiling = [...suites].sort((a, b) => b.tests.length - a.tests.length);
  const running: { readonly progress: Progress; readonly tests: readonly string[] }[] = [];
  const reports = new Map<MoveSuite, MoveSuiteReport>();
  const nProcesses = Math.max(1, run.processes ?? DEFAULT_PROCESSES);
  const processes = Array.from({ length: nProcesses }, () => startTestProcess());
  let wake: (() => void)[] = [];
  let active = 0;

  const finished = async (progress: Progress): Promise<void> => {
    const report = await reportOf(progress);
    reports.set(progress.suite, report);
    onSuite?.(report);
  };

  const compile = async (
    suite: MoveSuite,
    exchange: (job: TestJob) => Promise<TestAnswer>,
  ): Promise<void> => {
    const answer = await exchange({ kind: 'compile', package: suite.directory, cacheFolder });
    const names = suite.tests.map(({ module, name }) => `${module}::${name}`);
    const chunks = Array.from({ length: Math.ceil(names.length / CHUNK_SIZE) }, (_, i) =>
      names.slice(i * CHUNK_SIZE, (i + 1) * CHUNK_SIZE),
    );
    const { durationMs } = answer;
    const progress: Progress = {
      suite,
      results: [],
      compileMs: durationMs,
      runMs: 0,
      remaining: chunks.length,
    };
    running.push(...chunks.map((tests) => ({ progress, tests })));
  };

  const work = async (exchange: (job: TestJob) => Promise<TestAnswer>): Promise<void> => {
    for (;;) {
      signal?.throwIfAborted();
      const suite = compiling.shift();
      const chunk = suite === undefined ? running.shift() : undefined;
      if (suite === undefined && chunk === undefined) {
        // What the others compile now may give more to run.
        if (active === 0) return;
        await new Promise<void>((resolve) => wake.push(resolve));
        continue;
      }
      active++;
      try {
        if (suite !== undefined) {
          await compile(suite, exchange);
        } else if (chunk !== undefined) {
          const { progress, tests } = chunk;
          const name = progress.suite.directory;
          const answer = await exchange({ kind: 'run', package: name, cacheFolder, tests });
          if (answer.kind === 'ran') progress.results.push(...answer.results);
          progress.runMs += answer.durationMs;
          progress.remaining--;
          if (progress.remaining === 0) await finished(progress);
        }
      } finally {
        active--;
        for (const resolve of wake.splice(0)) resolve();
      }
    }
  };

  const abort = (): void => processes.forEach((process) => process.close());
  signal?.addEventListener('abort', abort, { once: true });
  try {
    signal?.throwIfAborted();
    await Promise.all(processes.map((process) => work((job) => process.run(job))));
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    wake = [];
    signal?.removeEventListener('abort', abort);
    abort();
  }
  return suites.flatMap((suite) => reports.get(suite) ?? []);
}

async function reportOf({ suite, results, compileMs, runMs }: Progress): Promise<MoveSuiteReport> {
  const hasFailed = results.some(({ passed }) => !passed);
  const sources = hasFailed ? await readSourceIndex(suite.directory) : undefined;
  const order = new Map(
    suite.tests.map((test, i) => [`${test.module}::${test.name}`, { test, i }]),
  );
  const place = (test: string): number => order.get(test)?.i ?? 0;
  const outcomes = results
    .map((result): MoveTestOutcome => {
      const test = `${result.module}::${result.name}`;
      const expected = order.get(test)?.test.expectedFailure;
      return {
        test,
        passed: result.passed,
        durationMs: result.durationMs,
        instructions: result.instructions,
        explanation:
          result.passed || sources === undefined
            ? undefined
            : explainFailure(result, expected, sources),
      };
    })
    .sort((a, b) => place(a.test) - place(b.test));
  return { name: suite.name, outcomes, compileMs, runMs };
}
