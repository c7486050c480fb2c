// Steps shared by the scripts: install and build what is missing, run commands with clear failures.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

/** The root of the checkout. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

const MIN_NODE = [20, 19];

/**
 * Runs a command with this terminal and ends the process with its exit code if it fails.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnSyncOptions} [options]
 */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', ...options });
  if (result.error) {
    console.error(`cannot run ${command}: ${result.error.message}`);
    process.exit(1);
  }
  if (result.status !== 0) process.exit(result.status ?? 1);
}

/** Runs a tool that the repo installs. */
export function runTool(name, args, options) {
  run(process.execPath, [join(ROOT, 'node_modules', '.bin', name), ...args], options);
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < MIN_NODE[0] || (major === MIN_NODE[0] && minor < MIN_NODE[1])) {
    console.error(
      `Node ${MIN_NODE.join('.')} or newer is needed, this is ${process.versions.node}`,
    );
    process.exit(1);
  }
}

/** Installs the dependencies unless they are as the lock file says. */
export function ensureInstalled() {
  checkNode();
  const stamp = join(ROOT, 'node_modules', '.package-lock.json');
  const isFresh =
    existsSync(stamp) &&
    statSync(stamp).mtimeMs >= statSync(join(ROOT, 'package-lock.json')).mtimeMs;
  if (isFresh) return;
  console.error('Installing dependencies …');
  const isWindows = process.platform === 'win32';
  run(isWindows ? 'npm.cmd' : 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: ['ignore', 2, 2],
  });
}

/** Compiles kernels, TypeScript and contracts; does next to nothing when nothing changed. */
export function ensureBuilt() {
  const quiet = { stdio: ['ignore', 2, 2] };
  run(process.execPath, [join(ROOT, 'packages/redstuff/scripts/build-wasm.mjs')], quiet);
  runTool('tsc', ['-b'], quiet);
  run(process.execPath, [join(ROOT, 'contracts/dist/build.js')], quiet);
}
