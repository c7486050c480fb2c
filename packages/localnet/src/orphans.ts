import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { NetworkPaths } from './files.js';
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
 * @param info - what the dead supervisor wrote last
 */
export async function stopOrphans(info: NetworkInfo, paths: NetworkPaths): Promise<void> {
  const suspects = [info.chainPid, ...info.nodes.map((node) => node.pid)];
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

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already, which is what was wanted.
  }
}
