import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readFileIfExists, type NetworkPaths } from './files.js';
import type { NetworkInfo } from './network-file.js';

const run = promisify(execFile);
const STOP_TIMEOUT_MS = 15_000;

async function commandOf(pid: number): Promise<string | undefined> {
  try {
    return (await run('ps', ['-o', 'command=', '-p', String(pid)])).stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}

/**
 * Stops processes of a network whose supervisor was killed.
 *
 * Process IDs are used again by the system, so a process counts only if its command names a file of this network.
 *
 * @param info - what the dead supervisor wrote last; undefined if it did not come so far
 */
export async function stopOrphans(
  info: NetworkInfo | undefined,
  paths: NetworkPaths,
): Promise<void> {
  const suspects = [
    info?.chainPid ?? null,
    await lockHolder(paths),
    ...(info?.nodes.map((node) => node.pid) ?? []),
  ];
  await Promise.all(
    suspects.map(async (pid) => {
      if (pid === null || !(await commandOf(pid))?.includes(paths.dir)) return;
      signalTo(pid, 'SIGTERM');
      const deadline = Date.now() + STOP_TIMEOUT_MS;
      while ((await commandOf(pid))?.includes(paths.dir)) {
        if (Date.now() > deadline) signalTo(pid, 'SIGKILL');
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }),
  );
}

/** Process that holds the chain's directory: known even when nothing else was written yet. */
async function lockHolder(paths: NetworkPaths): Promise<number | null> {
  const text = await readFileIfExists(join(paths.chainDir, 'emulator.lock'));
  const pid = /"pid":(\d+)/.exec(text ?? '')?.[1];
  return pid === undefined ? null : Number(pid);
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already, which is what was wanted.
  }
}
