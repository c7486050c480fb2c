/**
 * Compiles the AssemblyScript kernels: `node packages/redstuff/scripts/build-wasm.mjs [--force]`.
 *
 * Writes `dist/kernels/redstuff.wasm`, and `src/generated/kernels.ts` with the same bytes as text, which the codec loads
 * in Node and in browsers without touching a file. Does nothing if no input has changed. Run it before `tsc -b`.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateBlake2b } from './generate-blake2b.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const assembly = join(root, 'assembly');
const moduleFile = join(root, 'src', 'generated', 'kernels.ts');
const wasmFile = join(root, 'dist', 'kernels', 'redstuff.wasm');

const OPTIONS = [
  '-O3',
  '--converge',
  '--noAssert',
  '--runtime',
  'stub',
  '--use',
  'abort=',
  '--enable',
  'simd',
  '--enable',
  'bulk-memory',
];

function writeFile(path, contents) {
  // Renaming makes the file appear whole, also to another build that runs at the same time.
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}

const version = createRequire(import.meta.url)('assemblyscript/package.json').version;
const blake2b = generateBlake2b();
const sources = readdirSync(assembly)
  .filter((name) => name.endsWith('.ts'))
  .sort();
const hash = createHash('sha256')
  .update(JSON.stringify([version, OPTIONS]))
  .update(blake2b);
for (const name of sources) hash.update(name).update(readFileSync(join(assembly, name)));
hash.update(readFileSync(fileURLToPath(import.meta.url)));
const stamp = `// Inputs: ${hash.digest('hex')}`;

const isCurrent =
  existsSync(wasmFile) &&
  existsSync(moduleFile) &&
  readFileSync(moduleFile, 'utf8').includes(stamp) &&
  !process.argv.includes('--force');

if (!isCurrent) {
  writeFile(join(assembly, 'generated', 'blake2b.ts'), blake2b);
  const { default: asc } = await import('assemblyscript/asc');
  let binary;
  const { error } = await asc.main(['index.ts', '--outFile', 'redstuff.wasm', ...OPTIONS], {
    readFile: (name, baseDir) => {
      const path = join(baseDir === '.' ? assembly : join(assembly, baseDir), name);
      return existsSync(path) ? readFileSync(path, 'utf8') : null;
    },
    writeFile: (name, contents) => {
      if (name.endsWith('.wasm')) binary = contents;
    },
    listFiles: () => [],
    stderr: process.stderr,
  });
  if (error || binary === undefined) {
    console.error(`build-wasm: the kernels do not compile${error ? `: ${error.message}` : ''}`);
    process.exit(1);
  }
  writeFile(wasmFile, binary);
  writeFile(
    moduleFile,
    `// Written by scripts/build-wasm.mjs: do not edit.\n${stamp}\n\n` +
      '/** The compiled kernels, base64. */\n' +
      `export const KERNELS_BASE64 =\n  '${Buffer.from(binary).toString('base64')}';\n`,
  );
  console.log(`build-wasm: ${binary.length} bytes`);
}
