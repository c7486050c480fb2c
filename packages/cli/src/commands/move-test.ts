import { relative } from 'node:path';
import type { Command } from 'commander';
import type { MoveSuiteReport, MoveTestOutcome } from '@walrus-ts/localnet/move';
import { CliError } from '../errors.js';
import { formatDuration, parseCount } from '../format.js';
import { createOutput, type Output } from '../output.js';
import { allOptions, type CommandContext } from './command.js';
import { showingCompilerOutput } from './move-support.js';

interface TestFlags {
  readonly all?: boolean;
  readonly list?: boolean;
  readonly jobs?: string;
}

interface Place {
  readonly path: string;
  readonly line: number;
}

const place = ({ path, line }: Place): string => `${relative('.', path)}:${line}`;

/** A failure as the user reads it, without the head line. */
function failureLines({ explanation }: MoveTestOutcome): string[] {
  if (explanation === undefined) return [];
  const { expected, got, at, stack, details } = explanation;
  return [
    `expected: ${expected}`,
    `got:      ${got}`,
    ...(details === undefined ? [] : [`because:  ${details.replaceAll(/\s*\n\s*/g, ' ')}`]),
    ...(at.length === 0 ? [] : [`at:       ${at.map(place).join(' or ')}`]),
    ...stack.map(
      (entry, i) =>
        `${i === 0 ? 'stack:    ' : '          '}${entry.function}` +
        (entry.place === undefined ? '' : ` (${place(entry.place)})`),
    ),
  ];
}

function printSuite(output: Output, { name, outcomes, compileMs, runMs }: MoveSuiteReport) {
  const failed = outcomes.filter(({ passed }) => !passed);
  const verdict = failed.length === 0 ? 'ok' : `${failed.length} FAILED`;
  output.text(
    `${name}: ${outcomes.length} tests, ${verdict} ` +
      `(compiled in ${formatDuration(compileMs)}, ran in ${formatDuration(runMs)})`,
  );
  for (const outcome of failed) {
    output.text(`  FAIL ${name}::${outcome.test}`);
    for (const line of failureLines(outcome)) output.text(`       ${line}`);
  }
}

function toJson(reports: readonly MoveSuiteReport[], durationMs: number) {
  const count = (passed: boolean): number =>
    reports.flatMap(({ outcomes }) => outcomes).filter((one) => one.passed === passed).length;
  const round = (ms: number): number => Math.round(ms * 10) / 10;
  return {
    passed: count(true),
    failed: count(false),
    durationMs: round(durationMs),
    packages: reports.map(({ name, outcomes, compileMs, runMs }) => ({
      package: name,
      compileMs: round(compileMs),
      runMs: round(runMs),
      tests: outcomes.map(({ test, passed, durationMs: testMs, instructions, explanation }) => ({
        test,
        passed,
        durationMs: round(testMs),
        instructions,
        ...(explanation === undefined ? {} : { failure: explanation }),
      })),
    })),
  };
}

/** `walrus move test`: Move unit tests in our VM. */
export function addMoveTest(move: Command, context: CommandContext): void {
  move
    .command('test')
    .description('run the unit tests of a Move package')
    .argument('[package]', 'directory of the package (default: this one), or a name such as walrus')
    .argument('[filter]', 'only tests whose module::test contains this text')
    .option('--all', 'the packages of the contracts folder; the only argument is the filter')
    .option('--list', 'print the names of the tests and run nothing')
    .option('--jobs <n>', 'processes that compile and run', '2')
    .addHelpText(
      'after',
      `
The tests run in the virtual machine of the local chain. Compiled code is kept and used again while its sources stay the
same. Exit code 1 when a test fails.

Examples:
  $ walrus move test examples/nft
  $ walrus move test walrus blob_tests
  $ walrus move test --all`,
    )
    .action(
      async (
        packageName: string | undefined,
        filter: string | undefined,
        _flags: TestFlags,
        command: Command,
      ) => {
        const options = allOptions<TestFlags>(command);
        const output = createOutput(options.json === true);
        const processes = parseCount('--jobs', options.jobs ?? '2', 1, 64);
        const { findMoveTests, listMovePackages, runMoveSuites } =
          await import('@walrus-ts/localnet/move');
        const isAll = options.all === true;
        const packages = isAll ? await listMovePackages() : [packageName ?? '.'];
        const suites = await findMoveTests(packages, isAll ? packageName : filter);
        if (options.list === true) {
          output.json(
            suites.map(({ name, tests }) => ({
              package: name,
              tests: tests.map((test) => `${test.module}::${test.name}`),
            })),
          );
          for (const { name, tests } of suites) {
            for (const test of tests) output.text(`${name}::${test.module}::${test.name}`);
          }
          return;
        }
        const startMs = performance.now();
        const reports = await showingCompilerOutput(output, () =>
          runMoveSuites({
            suites,
            processes,
            signal: context.signal,
            onSuite: (report) => printSuite(output, report),
          }),
        );
        const elapsedMs = performance.now() - startMs;
        const result = toJson(reports, elapsedMs);
        output.json(result);
        const { passed, failed } = result;
        output.text(`${passed} passed, ${failed} failed in ${formatDuration(elapsedMs)}`);
        if (failed > 0) {
          throw new CliError(
            'CLI_MOVE_TESTS_FAILED',
            `${failed} of ${passed + failed} tests failed`,
            {
              hint: 'see above why',
            },
          );
        }
      },
    );
}
