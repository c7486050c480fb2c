// Usage: node scripts/check-readme.mjs [FILE.md]
// Shows that a page (default: README.md) says what works: runs its blocks of commands against a small local network, and
// compiles the marked examples of all pages. Needs a build. e2e/readme.test.ts does the same with the functions below.
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { readdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from './steps.mjs';

const BLOCK = /<!-- (tested|typechecked)(?:: ([\w-]+))? -->\s*```(\w+)\n([\s\S]*?)\n```/g;
const RUN_TIMEOUT_MS = 120_000;

/**
 * Returns the marked blocks of a page.
 *
 * @param {string} path - of the page, relative to the checkout
 * @returns {{ mark: string, name: string, language: string, code: string }[]}
 */
export function markedBlocks(path) {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return [...text.matchAll(BLOCK)].map(([, mark = '', name = '', language = '', code = '']) => ({
    mark,
    name,
    language,
    code,
  }));
}

/** All pages of the repo, which may have marked blocks. */
export function pages() {
  const folders = ['.', 'contracts', 'docs', 'docs/develop', 'docs/operate', 'docs/reference'];
  for (const name of readdirSync(join(ROOT, 'examples'))) folders.push(`examples/${name}`);
  for (const name of readdirSync(join(ROOT, 'packages'))) folders.push(`packages/${name}`);
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name)),
  );
}

/**
 * Runs commands with bash in a folder of their own that looks like the checkout: README.md, examples, contracts and the
 * installed commands.
 *
 * @param {string} code
 * @param {Readonly<Record<string, string>>} env - added to the environment
 * @param {{ timeoutMs?: number }} [options] - two minutes unless said otherwise
 * @returns {Promise<{ exitCode: number | null, output: string }>}
 */
export async function runCommands(code, env, { timeoutMs = RUN_TIMEOUT_MS } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'walrus-readme-'));
  try {
    copyFileSync(join(ROOT, 'README.md'), join(folder, 'README.md'));
    for (const name of ['node_modules', 'contracts']) {
      symlinkSync(join(ROOT, name), join(folder, name));
    }
    // Copied, since building and publishing write into them.
    cpSync(join(ROOT, 'examples'), join(folder, 'examples'), {
      recursive: true,
      filter: (path) => basename(path) !== 'build',
    });
    const child = spawn('bash', ['-euo', 'pipefail', '-c', code], {
      cwd: folder,
      // npx must take the command of this checkout, never ask a registry for one of this name.
      env: { ...process.env, npm_config_offline: 'true', npm_config_yes: 'false', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    }
    const exitCode = await new Promise((done, fail) => {
      child.once('error', fail);
      child.once('close', done);
    });
    return { exitCode, output };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Compiles examples as a user of the packages would, strictly.
 *
 * @param {readonly { name: string, code: string }[]} examples
 * @returns {string} what the compiler complained about, empty if nothing
 */
export function compileExamples(examples) {
  // Below the checkout, since packages are looked up from the folder of the source upwards.
  const folder = join(ROOT, 'node_modules', '.cache', `examples-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  try {
    for (const { name, code } of examples) writeFileSync(join(folder, `${name}.ts`), `${code}\n`);
    const options = { noEmit: true, composite: false, declaration: false, declarationMap: false };
    const config = {
      extends: join(ROOT, 'tsconfig.base.json'),
      compilerOptions: {
        ...options,
        sourceMap: false,
        typeRoots: [join(ROOT, 'node_modules/@types')],
      },
      include: ['*.ts'],
    };
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const result = spawnSync(
      process.execPath,
      [join(ROOT, 'node_modules/.bin/tsc'), '-p', folder, '--pretty', 'false'],
      { cwd: folder, encoding: 'utf8' },
    );
    if (result.error) throw result.error;
    return result.status === 0 ? '' : result.stdout + result.stderr;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The examples of all pages, each named after its page. */
export function examples() {
  return pages().flatMap((path) =>
    markedBlocks(path)
      .filter(({ mark }) => mark === 'typechecked')
      .map(({ code }, i) => ({ name: `${path.replaceAll(/\W+/g, '-')}-${i}`, code })),
  );
}

async function main() {
  const path = relative(ROOT, join(process.cwd(), process.argv[2] ?? 'README.md'));
  const problems = compileExamples(examples());
  if (problems !== '') {
    console.error(problems);
    return 1;
  }
  console.log(`examples: ${examples().length} compile`);
  const blocks = markedBlocks(path).filter(({ mark }) => mark === 'tested');
  if (blocks.length === 0) {
    console.error(`${path} has no block of commands that is marked as tested`);
    return 1;
  }
  const { startLocalNetwork } = await import('@walrus-ts/localnet');
  const dir = mkdtempSync(join(tmpdir(), 'walrus-readme-net-'));
  try {
    const network = await startLocalNetwork({ dir, nNodes: 4, nShards: 10, ports: 'any' });
    try {
      for (const { name, code } of blocks) {
        const { exitCode, output } = await runCommands(code, { WALRUS_NETWORK_DIR: dir });
        console.log(output);
        if (exitCode !== 0) {
          console.error(`${path}: the commands '${name}' ended with exit code ${exitCode}`);
          return 1;
        }
        console.log(`${path}: the commands '${name}' work`);
      }
    } finally {
      await network.stop();
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
  return 0;
}

const isEntry =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isEntry) process.exit(await main());
