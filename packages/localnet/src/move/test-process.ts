/**
 * Entry of a test process: compiles Move tests and runs them in our VM, which blocks the event loop. Jobs come and
 * answers go over the channel to the parent; without it the process ends.
 */
import { compileTests, createMoveBuilder, type CompiledTests } from '@walrus-ts/contracts';
import { errorMessage, isWalrusError, loadBls } from '@walrus-ts/core';
import { runMoveTests } from '@walrus-ts/emulator/move';
import type { TestJob, TestReply } from './test-protocol.js';

const builder = createMoveBuilder();
let latest: { readonly package: string; readonly compiled: CompiledTests } | undefined;

async function compiledTests({ package: name, cacheFolder }: TestJob): Promise<CompiledTests> {
  if (latest?.package !== name) {
    latest = { package: name, compiled: await compileTests(name, { builder, cacheFolder }) };
  }
  return latest.compiled;
}

async function run(job: TestJob): Promise<TestReply> {
  const startedMs = performance.now();
  const { packages, tests } = await compiledTests(job);
  if (job.kind === 'compile') {
    return { kind: 'compiled', tests, durationMs: performance.now() - startedMs };
  }
  const bls = await loadBls();
  const runMs = performance.now();
  const wanted = new Set(job.tests);
  const results = runMoveTests({
    packages,
    tests: tests.filter(({ module, name }) => wanted.has(`${module}::${name}`)),
    bls,
  });
  return { kind: 'ran', results, durationMs: performance.now() - runMs };
}

process.on('message', (job: TestJob) => {
  void run(job)
    .catch((error: unknown): TestReply => {
      const known = isWalrusError(error) ? error : undefined;
      const message =
        known === undefined && error instanceof Error
          ? (error.stack ?? error.message)
          : errorMessage(error);
      return { kind: 'failed', code: known?.code, message, hint: known?.hint };
    })
    .then((reply) => process.send?.(reply));
});
process.on('disconnect', () => {
  builder.close();
  process.exit(0);
});
