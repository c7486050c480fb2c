import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { BuilderJob, BuilderReply } from './builder-protocol.js';
import { ContractsError } from './errors.js';

/** Longest time for one compilation or test run, in ms. */
const DEFAULT_TIMEOUT_MS = 10 * 60_000;
/** How much of the error output of a crashed compiler is kept, in characters. */
const KEPT_ERROR_OUTPUT = 4_000;

/** A compiler process, started at the first job and again after a crash. */
export interface MoveBuilder {
  /**
   * Runs one job; jobs of one builder run one after the other.
   *
   * @throws CONTRACTS_BUILDER_FAILED when the process dies, CONTRACTS_COMPILE_FAILED when the
   * sources are refused, the reason of `signal` when aborted
   */
  run(
    job: BuilderJob,
    options?: BuilderOptions,
  ): Promise<Exclude<BuilderReply, { kind: 'failed' }>>;
  /** Ends the process. The builder starts another one if it is used again. */
  close(): void;
}

/** Options of one job. */
export interface BuilderOptions {
  readonly signal?: AbortSignal;
  /** Time limit in ms; 10 minutes by default. */
  readonly timeoutMs?: number;
}

/** Makes a {@link MoveBuilder}; no process is started yet. */
export function createMoveBuilder(): MoveBuilder {
  let child: ChildProcess | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  function close(): void {
    child?.kill('SIGKILL');
    child = undefined;
  }

  function exchange(job: BuilderJob, options: BuilderOptions): Promise<BuilderReply> {
    return new Promise((resolve, reject) => {
      const current = (child ??= startChild());
      let errorOutput = '';
      const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
      const finish = (action: () => void): void => {
        clearTimeout(timer);
        options.signal?.removeEventListener('abort', onAbort);
        current.removeListener('message', onMessage);
        current.removeListener('exit', onExit);
        current.removeListener('error', onError);
        current.stderr?.removeListener('data', onErrorOutput);
        action();
      };
      const fail = (error: unknown): void =>
        finish(() => {
          if (child === current) close();
          reject(error instanceof Error ? error : new Error(String(error)));
        });
      const onMessage = (reply: unknown): void => finish(() => resolve(reply as BuilderReply));
      const onError = (cause: Error): void =>
        fail(new ContractsError('CONTRACTS_BUILDER_FAILED', 'compiler not started', { cause }));
      const onExit = (code: number | null, signal: string | null): void =>
        fail(
          new ContractsError(
            'CONTRACTS_BUILDER_FAILED',
            `the compiler process ended (${signal ?? `exit code ${code}`}) ${errorOutput}`.trim(),
          ),
        );
      const onErrorOutput = (chunk: Buffer): void => {
        errorOutput = (errorOutput + chunk.toString('utf8')).slice(-KEPT_ERROR_OUTPUT);
      };
      const onAbort = (): void => fail(options.signal?.reason);
      const timer = setTimeout(() => {
        fail(
          new ContractsError(
            'CONTRACTS_BUILDER_FAILED',
            `no result of Move within ${timeoutMs} ms`,
          ),
        );
      }, timeoutMs);
      current.on('message', onMessage);
      current.on('exit', onExit);
      current.on('error', onError);
      current.stderr?.on('data', onErrorOutput);
      options.signal?.addEventListener('abort', onAbort, { once: true });
      current.send(job);
    });
  }

  return {
    run(job, options = {}) {
      const result = queue.then(async () => {
        options.signal?.throwIfAborted();
        const reply = await exchange(job, options);
        if (reply.kind !== 'failed') return reply;
        // A panic may leave the compiler in a bad state: the next job gets a fresh process.
        if (reply.category !== 'compile') close();
        throw new ContractsError('CONTRACTS_COMPILE_FAILED', reply.message.trim(), {
          data: { category: reply.category },
        });
      });
      queue = result.catch(() => undefined);
      return result;
    },
    close,
  };
}

function startChild(): ChildProcess {
  // From src (tests) and dist alike, the process runs the compiled entry.
  const entry = fileURLToPath(new URL('../dist/builder-process.js', import.meta.url));
  if (!existsSync(entry)) {
    throw new ContractsError('CONTRACTS_BUILDER_FAILED', `${entry} is missing`, {
      hint: 'run npm run build',
    });
  }
  const child = fork(entry, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] });
  return child;
}

/** Version of the builder package, which decides the bytes that come out. */
export function builderVersion(): string {
  const require = createRequire(import.meta.url);
  const entry = require.resolve('@zktx.io/sui-move-builder');
  const manifest: unknown = JSON.parse(
    readFileSync(new URL('../../package.json', `file://${entry}`), 'utf8'),
  );
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) {
    throw new ContractsError('CONTRACTS_BUILDER_FAILED', `${entry} has no version`);
  }
  return String(manifest.version);
}
