/**
 * Compiles the AssemblyScript kernels: `node packages/redstuff/scripts/build-wasm.mjs [--force]`.
 *
 * Two variants come from one source: plain SIMD, and relaxed SIMD, which differs in `ASC_FEATURE_RELAXED_SIMD`. Each is
 * written to `dist/kernels/redstuff-VARIANT.wasm`, and to `src/generated/kernels-VARIANT.ts` with the same bytes as text, which
 * the codec loads in Node and in browsers without touching a file. Does nothing if no input has changed. Run it before `tsc -b`.
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

// Memory is imported. It is declared as a shared one here, and the loader clears that flag where it is not: nothing else
// would be different, since the kernels use no atomic instructions.
const OPTIONS = [
  '-O3 --converge --noAssert --runtime stub --use abort=',
  '--importMemory --sharedMemory --initialMemory 1 --maximumMemory 65536',
  '--enable simd --enable bulk-memory --enable threads',
].flatMap((line) => line.split(' '));
const VARIANTS = { plain: [], relaxed: ['--enable', 'relaxed-simd'] };

const SHARED_MEMORY = 3;

function writeFile(path, contents) {
  // Renaming makes the file appear whole, also to another build that runs at the same time.
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}

/** Returns where the flags of the imported memory are in the binary. */
function memoryFlagsOffset(binary) {
  const name = Buffer.from('\x03env\x06memory\x02', 'latin1');
  const at = Buffer.from(binary).indexOf(name) + name.length;
  if (at < name.length || binary[at] !== SHARED_MEMORY) {
    throw new Error('build-wasm: the module does not import a shared memory');
  }
  return at;
}

async function compile(options) {
  const { default: asc } = await import('assemblyscript/asc');
  let binary;
  const { error } = await asc.main(['index.ts', '--outFile', 'redstuff.wasm', ...options], {
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
  return binary;
}

const version = createRequire(import.meta.url)('assemblyscript/package.json').version;
const blake2b = generateBlake2b();
const hash = createHash('sha256')
  .update(JSON.stringify([version, OPTIONS, VARIANTS]))
  .update(blake2b);
for (const name of readdirSync(assembly).toSorted()) {
  if (name.endsWith('.ts')) hash.update(name).update(readFileSync(join(assembly, name)));
}
hash.update(readFileSync(fileURLToPath(import.meta.url)));
const stamp = `// Inputs: ${hash.digest('hex')}`;

/** Returns the first address that a module's constants leave free: what it exports as the end of its data. */
function heapBase(binary) {
  const module = new WebAssembly.Module(binary);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return exports.heapBase();
}

const wasmFile = (variant) => join(root, 'dist', 'kernels', `redstuff-${variant}.wasm`);
const moduleFile = (variant) => join(root, 'src', 'generated', `kernels-${variant}.ts`);

function isCurrent(variant) {
  const file = moduleFile(variant);
  return (
    existsSync(wasmFile(variant)) && existsSync(file) && readFileSync(file, 'utf8').includes(stamp)
  );
}

function writeVariant(variant, binary, base) {
  writeFile(wasmFile(variant), binary);
  writeFile(
    moduleFile(variant),
    `// Written by scripts/build-wasm.mjs: do not edit.\n${stamp}\n\n` +
      '/** First address that is free for the users of the memory. */\n' +
      `export const HEAP_BASE = ${base};\n\n` +
      '/** Where in the module the flags of its memory are. */\n' +
      `export const MEMORY_FLAGS_OFFSET = ${memoryFlagsOffset(binary)};\n\n` +
      '/** The compiled kernels, base64. */\n' +
      `export const KERNELS_BASE64 =\n  '${Buffer.from(binary).toString('base64')}';\n`,
  );
  console.log(`build-wasm: ${variant}, ${binary.length} bytes`);
}

const variants = Object.keys(VARIANTS);
if (!variants.every(isCurrent) || process.argv.includes('--force')) {
  writeFile(join(assembly, 'generated', 'blake2b.ts'), blake2b);
  const binaries = {};
  for (const variant of variants) {
    binaries[variant] = await compile([...OPTIONS, ...VARIANTS[variant]]);
  }
  // Both have the same constants, and this Node may not know relaxed instructions.
  const base = heapBase(binaries.plain);
  for (const variant of variants) writeVariant(variant, binaries[variant], base);
}
