import { fromBase64, normalizeAddress } from '@walrus-ts/core';
import type { Address } from '@walrus-ts/core';
import type { MoveBuilder } from './builder.js';
import type { BuilderJob } from './builder-protocol.js';
import { fixedAddress } from './compile.js';
import {
  DETESTED_FOLDER,
  detestFiles,
  findConstants,
  findModuleAliases,
  findTests,
} from './detest.js';
import type { FoundConstant, FoundTest } from './detest.js';
import { ContractsError } from './errors.js';
import { layOut } from './job-layout.js';
import { readModuleName } from './module-name.js';
import { locatePackage, readPackageTree } from './package-files.js';
import type { PackageTree } from './package-files.js';
import { withBuilder } from './packages.js';
import type { PackageOptions } from './packages.js';
import { cachedModules, defaultTestCache } from './test-cache.js';

/** How a test that must fail has to fail. */
export interface ExpectedFailure {
  /**
   * `any`: no matter how; `abort`: with `abortCode` or the clever code of `errorConstant`;
   * `arithmetic`, `vector`, `outOfGas`: with that kind of runtime error; `status`: with
   * `majorStatus`. Of `vector` and `status`, `minorStatus` says more if it is given.
   */
  readonly kind: 'any' | 'abort' | 'arithmetic' | 'vector' | 'outOfGas' | 'status';
  /** Abort code, unsigned 64 bits in decimal. */
  readonly abortCode?: string;
  /** Name of a constant with `#[error]`, whose abort code depends on the line. */
  readonly errorConstant?: string;
  /** Name of the module in which the failure happens. */
  readonly module?: string;
  readonly majorStatus?: string;
  readonly minorStatus?: string;
}

/** One unit test. */
export interface MoveUnitTest {
  readonly module: string;
  /** A function without parameters, of any visibility. */
  readonly name: string;
  readonly expectedFailure?: ExpectedFailure;
}

/** Modules that live at one address. */
export interface TestPackage {
  readonly name: string;
  readonly address: Address;
  readonly modules: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

/** Bytecode of a package, its tests and all it needs, and what to run. */
export interface CompiledTests {
  /** The framework at 0x1 and 0x2; everything else together at 0x0, as in the reference VM. */
  readonly packages: readonly TestPackage[];
  readonly tests: readonly MoveUnitTest[];
}

/** Options of {@link compileTests}. */
export interface CompileTestsOptions extends PackageOptions {
  /** Folder for compiled test code; `contracts/build/tests` by default. */
  readonly cacheFolder?: string;
}

/**
 * Compiles the unit tests of a package to ordinary bytecode. What was compiled before from the same
 * sources is taken from a folder of compiled test code.
 *
 * @param packageName - `std`, `sui`, `wal`, `walrus`, ..., or a directory with a manifest
 * @throws CONTRACTS_COMPILE_FAILED, CONTRACTS_UNSUPPORTED_TEST, CONTRACTS_BUILDER_FAILED
 * @see spec move-build.md 5
 */
export async function compileTests(
  packageName: string,
  options: CompileTestsOptions = {},
): Promise<CompiledTests> {
  const root = await readPackageTree(packageName, { tests: true });
  const packages = new Map<Address, TestPackage>();
  await withBuilder(options, async (builder) => {
    for (const { directory } of [...root.dependencies, locatePackage(root.directory)]) {
      const isRoot = directory === root.directory;
      const tree = isRoot ? root : await readPackageTree(directory, { tests: false });
      const modules = await compileDetested(builder, tree, options);
      const address = fixedAddress(tree.files) ?? normalizeAddress('0x0');
      const earlier = packages.get(address);
      packages.set(address, {
        name: tree.name,
        address,
        modules: [...(earlier?.modules ?? []), ...modules],
      });
    }
  });
  return { packages: [...packages.values()], tests: describeTests(root) };
}

/**
 * Lists the unit tests of a package without compiling it.
 *
 * @param packageName - `std`, `sui`, `wal`, `walrus`, ..., or a directory with a manifest
 * @throws CONTRACTS_UNKNOWN_PACKAGE, CONTRACTS_BAD_MANIFEST, CONTRACTS_UNSUPPORTED_TEST
 */
export async function listTests(packageName: string): Promise<MoveUnitTest[]> {
  return describeTests(await readPackageTree(packageName, { tests: true }));
}

async function compileDetested(
  builder: MoveBuilder,
  tree: PackageTree,
  options: CompileTestsOptions,
): Promise<TestPackage['modules']> {
  const job: BuilderJob = { kind: 'dump', ...layOut(tree, detestFiles), warnings: false };
  const compiled = await cachedModules(options.cacheFolder ?? defaultTestCache(), job, async () => {
    const reply = await builder.run(job, options).catch((error: unknown) => {
      if (!(error instanceof ContractsError)) throw error;
      // The compiler names files where the job has them, people where they are.
      throw new ContractsError(error.code, error.message.replaceAll(DETESTED_FOLDER, 'tests/'), {
        data: error.data,
      });
    });
    if (reply.kind !== 'dumped') {
      throw new ContractsError('CONTRACTS_BUILDER_FAILED', `unexpected answer '${reply.kind}'`);
    }
    return reply.modules;
  });
  return compiled.map((base64) => {
    const bytes = fromBase64(base64);
    return { name: readModuleName(bytes), bytes };
  });
}

function describeTests(root: PackageTree): MoveUnitTest[] {
  // The root comes first, so that its modules win where names are equal.
  const constants = [
    ...findConstants(root.files),
    ...root.dependencies.toReversed().flatMap(({ files }) => findConstants(files)),
  ];
  return findTests(root.files).map((test) => {
    const { module, name, expectedFailure } = test;
    if (expectedFailure === undefined) return { module, name };
    const aliases = findModuleAliases(root.files[test.path] ?? '');
    return { module, name, expectedFailure: readExpectedFailure(test, constants, aliases) };
  });
}

function readExpectedFailure(
  test: FoundTest,
  constants: readonly FoundConstant[],
  aliases: ReadonlyMap<string, string>,
): ExpectedFailure {
  const text = /\(([\s\S]*)\)$/.exec(test.expectedFailure ?? '')?.[1] ?? '';
  const settings = new Map<string, string>();
  for (const part of text.split(',')) {
    const [key = '', value = ''] = part.split('=').map((side) => side.trim());
    if (key !== '') settings.set(key, value);
  }
  const unsupported = (what: string): ContractsError =>
    new ContractsError(
      'CONTRACTS_UNSUPPORTED_TEST',
      `test ${test.module}::${test.name}: cannot read ${what}`,
    );
  const moduleOfPath = (path: string): string => {
    const last = path.split('::').at(-1) ?? '';
    if (last === 'Self') return test.module;
    return aliases.get(last) ?? last;
  };
  const readNumber = (path: string): { value: string; constant?: FoundConstant } => {
    const literal = readLiteral(path);
    if (literal !== undefined) return { value: literal };
    const parts = path.split('::');
    const name = parts.at(-1) ?? '';
    const module = parts.length === 1 ? test.module : moduleOfPath(parts.slice(0, -1).join('::'));
    const constant = constants.find((one) => one.module === module && one.name === name);
    if (constant === undefined) throw unsupported(`'${path}'`);
    if (constant.isErrorConstant) return { value: '', constant };
    const value = readLiteral(constant.value);
    if (value === undefined) throw unsupported(`the value of '${path}'`);
    return { value, constant };
  };

  const location = settings.get('location');
  const at = location === undefined ? {} : { module: moduleOfPath(location) };
  const abortCode = settings.get('abort_code');
  if (abortCode !== undefined) {
    const { value, constant } = readNumber(abortCode);
    const module = location === undefined ? constant?.module : moduleOfPath(location);
    return {
      kind: 'abort',
      ...(constant?.isErrorConstant === true
        ? { errorConstant: constant.name }
        : { abortCode: value }),
      ...(module === undefined ? {} : { module }),
    };
  }
  if (settings.has('arithmetic_error')) return { kind: 'arithmetic', ...at };
  const minor = settings.get('minor_status');
  const minorStatus = minor === undefined ? {} : { minorStatus: readNumber(minor).value };
  if (settings.has('vector_error')) return { kind: 'vector', ...minorStatus, ...at };
  if (settings.has('out_of_gas')) return { kind: 'outOfGas', ...at };
  const majorStatus = settings.get('major_status');
  if (majorStatus !== undefined) return { kind: 'status', majorStatus, ...minorStatus, ...at };
  if (settings.size > 0) throw unsupported(`'${test.expectedFailure ?? ''}'`);
  return { kind: 'any' };
}

function readLiteral(text: string): string | undefined {
  const match = /^(0x[0-9a-fA-F_]+|[0-9][0-9_]*)(?:u64)?$/.exec(text);
  return match === null ? undefined : BigInt((match[1] ?? '').replaceAll('_', '')).toString();
}
