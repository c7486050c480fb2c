import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { WalrusError } from '@walrus-ts/core';
import { LocalnetError } from '../errors.js';
import type { TestJob, TestReply } from './test-protocol.js';

/** Longest time for one job: a compilation, or some forty tests. */
const JOB_TIMEOUT_MS = 10 * 60_000;
/** How much of the error output of a crashed process is kept, in characters. */
const KEPT_ERROR_OUTPUT = 4_000;

/** Answer to a job that succeeded. */
export type TestAnswer = Exclude<TestReply, { kind: 'failed' }>;

/** One process that does jobs of Move tests, one after another. */
export interface TestProcess {
  /**
   * Does one job.
   *
   * @throws what the job threw, LOCALNET_PROCESS_FAILED when the process died or took too long
   */
  run(job: TestJob): Promise<TestAnswer>;
  /** Ends the process at once, with a running job. */
  close(): void;
}

/** Starts a test process. */
export function startTestProcess(): TestProcess {
  // From src (tests) and dist alike, the process runs the compiled entry.
  const entry = fileURLToPath(new URL('../../dist/move/test-process.js', import.meta.url));
  const child = fork(entry, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] });
  let errorOutput = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errorOutput = (errorOutput + chunk.toString('utf8')).slice(-KEPT_ERROR_OUTPUT);
  });
  return {
    run: (job) => exchange(child, job, () => errorOutput.trim()),
    close: () => {
      // The process ends its own compiler when the channel closes.
      if (child.connected) child.disconnect();
      child.kill('SIGKILL');
    },
  };
}

function exchange(
  child: ChildProcess,
  job: TestJob,
  errorOutput: () => string,
): Promise<TestAnswer> {
  return new Promise((resolve, reject) => {
    const finish = (action: () => void): void => {
      clearTimeout(timer);
      child.removeListener('message', onMessage);
      child.removeListener('exit', onExit);
      child.removeListener('error', onExit);
      action();
    };
    const fail = (what: string): void =>
      finish(() =>
        reject(
          new LocalnetError(
            'LOCALNET_PROCESS_FAILED',
            `the tests of ${job.package}: ${what} ${errorOutput()}`.trim(),
          ),
        ),
      );
    const onMessage = (reply: unknown): void => {
      const answer = reply as TestReply;
      finish(() => {
        if (answer.kind === 'failed') reject(errorOf(answer));
        else resolve(answer);
      });
    };
    const onExit = (): void => fail('the process ended');
    const timer = setTimeout(() => {
      fail(`no result within ${JOB_TIMEOUT_MS} ms`);
      child.kill('SIGKILL');
    }, JOB_TIMEOUT_MS);
    child.on('message', onMessage);
    child.on('exit', onExit);
    child.on('error', onExit);
    child.send(job, (error) => {
      if (error !== null) onExit();
    });
  });
}

function errorOf({ code, message, hint }: Extract<TestReply, { kind: 'failed' }>): Error {
  const options = hint === undefined ? {} : { hint };
  return code === undefined
    ? new LocalnetError('LOCALNET_PROCESS_FAILED', message, options)
    : new WalrusError(code, message, options);
}
