import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { LocalnetError } from './errors.js';

/** What a process printed when it was ready: one JSON object. */
export type ReadyMessage = Readonly<Record<string, unknown>>;

/** What to run. */
export interface ProcessSpec {
  /** For messages: `chain`, `node-3`. */
  readonly name: string;
  /** Path of a JavaScript file. */
  readonly script: string;
  readonly args: readonly string[];
  /** Standard error goes here, appended. */
  readonly logFile: string;
  /** How long starting may take, ms. */
  readonly startTimeoutMs: number;
}

/** A running child process. */
export interface RunningProcess {
  readonly pid: number;
  readonly ready: ReadyMessage;
  /** Settles when the process is gone, however it ended. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /**
   * Asks the process to stop (SIGTERM) and kills it when it does not.
   *
   * @param graceMs - time before SIGKILL
   */
  stop(graceMs?: number): Promise<void>;
  /** Kills the process at once, as a crash would, and waits until it is gone. */
  kill(): Promise<void>;
  /** Kills the process without waiting, for the end of this one. */
  abandon(): void;
}

/** Longest line of standard output that is looked at. */
const MAX_LINE = 64 * 1024;

function lastLine(path: string): string {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').at(-1) ?? '';
  } catch {
    return '';
  }
}

/**
 * Starts a process and waits for the line `{"event":"ready",…}` on its standard output.
 *
 * @throws LOCALNET_PROCESS_FAILED with the last line of its log
 */
export async function startProcess(
  spec: ProcessSpec,
  signal?: AbortSignal,
): Promise<RunningProcess> {
  signal?.throwIfAborted();
  const log = openSync(spec.logFile, 'a');
  let child: ChildProcess;
  try {
    child = spawn(process.execPath, [spec.script, ...spec.args], {
      stdio: ['ignore', 'pipe', log],
      // A Ctrl-C in the terminal must reach only the supervisor, which stops the others in order.
      detached: true,
    });
  } finally {
    closeSync(log);
  }
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (code, exitSignal) => resolve({ code, signal: exitSignal }));
    child.once('error', () => resolve({ code: null, signal: null }));
  });

  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  const ready = await waitUntilReady(child, spec, exited, signal).catch(async (error: unknown) => {
    await kill();
    throw error;
  });
  return {
    pid: child.pid ?? 0,
    ready,
    exited,
    kill,
    abandon: () => void child.kill('SIGKILL'),
    async stop(graceMs = 12_000) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

function waitUntilReady(
  child: ChildProcess,
  spec: ProcessSpec,
  exited: Promise<unknown>,
  signal: AbortSignal | undefined,
): Promise<ReadyMessage> {
  return new Promise((resolve, reject) => {
    let text = '';
    const fail = (what: string): void => {
      const reason = lastLine(spec.logFile);
      reject(
        new LocalnetError(
          'LOCALNET_PROCESS_FAILED',
          `${spec.name} ${what}${reason ? `: ${reason}` : ''}`,
          { hint: `see ${spec.logFile}` },
        ),
      );
    };
    const timer = setTimeout(
      () => fail(`was not ready after ${spec.startTimeoutMs / 1000} s`),
      spec.startTimeoutMs,
    );
    const cancel = (): void => reject(signal?.reason as Error);
    signal?.addEventListener('abort', cancel, { once: true });
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
    };
    void exited.then(() => {
      settle();
      fail('stopped while starting');
    });
    child.stdout?.setEncoding('utf8');
    child.stdout?.on('data', (chunk: string) => {
      text = (text + chunk).slice(-MAX_LINE);
      for (const line of text.split('\n').slice(0, -1)) {
        const message = parseReady(line);
        if (message === undefined) continue;
        settle();
        resolve(message);
      }
      text = text.slice(text.lastIndexOf('\n') + 1);
    });
  });
}

function parseReady(line: string): ReadyMessage | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || !('event' in value)) return undefined;
    return value.event === 'ready' ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
