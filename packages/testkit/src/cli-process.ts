import { spawn, type ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

/** The `walrus` command of this checkout. */
export const CLI_PATH = fileURLToPath(new URL('../../cli/bin/walrus.js', import.meta.url));

/** How to run the command. */
export interface CliOptions {
  /** Directory of the local network. */
  readonly networkDir: string;
  /** Further environment variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** Working directory. @default the system's temporary directory */
  readonly cwd?: string;
  /** Kills the command when it takes longer, ms. @default 60000 */
  readonly timeoutMs?: number;
  /** Whether standard output is read; if not, it is the caller's to read. @default true */
  readonly readsStdout?: boolean;
}

/** What a command left behind. */
export interface CliResult {
  /** `null` if it was killed. */
  readonly code: number | null;
  readonly stdout: Uint8Array;
  readonly stderr: string;
  readonly elapsedMs: number;
}

/** A command that runs until it is told to stop. */
export interface CliProcess {
  readonly child: ChildProcess;
  /** All of standard output so far. */
  readonly stdout: string;
  /** All of standard error so far. */
  readonly stderr: string;
  readonly exited: Promise<CliResult>;
}

// Nothing of the developer's own networks and wallets may leak into a test.
function environment({ networkDir, env }: CliOptions): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(WALRUS|XDG)_/.test(name));
  return {
    ...Object.fromEntries(kept),
    HOME: networkDir,
    WALRUS_NETWORK_DIR: networkDir,
    ...env,
  };
}

/**
 * Starts the `walrus` command as its own process, against the local network of a directory.
 *
 * @param args - without `walrus`
 */
export function startCli(args: readonly string[], options: CliOptions): CliProcess {
  const startMs = performance.now();
  const child = spawn(process.execPath, [CLI_PATH, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: options.cwd ?? tmpdir(),
    env: environment(options),
  });
  const out: Uint8Array[] = [];
  const err: Uint8Array[] = [];
  const readsStdout = options.readsStdout ?? true;
  if (readsStdout) child.stdout.on('data', (chunk: Uint8Array) => out.push(chunk));
  child.stderr.on('data', (chunk: Uint8Array) => err.push(chunk));
  const exited = new Promise<CliResult>((resolve, reject) => {
    child.once('error', reject);
    // Output that nobody reads never closes.
    child.once(readsStdout ? 'close' : 'exit', (code: number | null) =>
      resolve({
        code,
        stdout: Uint8Array.from(Buffer.concat(out)),
        stderr: Buffer.concat(err).toString(),
        elapsedMs: performance.now() - startMs,
      }),
    );
  });
  return {
    child,
    exited,
    get stdout() {
      return Buffer.concat(out).toString();
    },
    get stderr() {
      return Buffer.concat(err).toString();
    },
  };
}

/**
 * Runs the `walrus` command and waits for its end.
 *
 * @param args - without `walrus`
 */
export async function runCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  const { child, exited } = startCli(args, options);
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 60_000);
  try {
    return await exited;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Runs a command with `--json` that has to succeed.
 *
 * @returns what it printed, parsed
 * @throws if the exit code is not 0 or anything was printed on standard error, with that
 */
export async function runCliJson<T = unknown>(
  args: readonly string[],
  options: CliOptions,
): Promise<T> {
  const { code, stdout, stderr } = await runCli([...args, '--json'], options);
  // Progress is for people and warnings are defects, so nothing else may be printed.
  if (code !== 0 || stderr !== '') {
    throw new Error(`walrus ${args.join(' ')}: exit code ${code}: ${stderr}`);
  }
  return JSON.parse(new TextDecoder().decode(stdout)) as T;
}
