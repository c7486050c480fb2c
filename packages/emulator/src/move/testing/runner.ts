/** Runs compiled Move unit tests in this VM, for comparison with the reference VM. */
import type { Address, Bls } from '@walrus-ts/core';
import type { MovePackage, PackageStore } from '../api.js';
import { MOVE_STATUS, MoveVmError, type MoveLocation, type MoveStatus } from '../errors.js';
import { deserializeModule } from '../format/deserialize.js';
import { InterpreterMeter } from '../gas.js';
import { execute } from '../interpreter.js';
import { PackageCache, PackageLoader } from '../package-loader.js';
import { Runtime } from '../runtime.js';
import { TestInventory } from './inventory.js';
import { TEST_NATIVES } from './natives.js';

/** Ends tests that never return: about ten seconds of pure instructions. */
const INSTRUCTION_LIMIT = 100_000_000;
const ZERO = `0x${'0'.repeat(64)}` as Address;

/** Modules at one address. */
export interface MoveTestPackage {
  readonly address: Address;
  readonly modules: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

/** How a test has to fail. */
export interface MoveExpectedFailure {
  readonly kind: 'any' | 'abort' | 'arithmetic' | 'vector' | 'outOfGas' | 'status';
  /** Decimal u64. */
  readonly abortCode?: string;
  /** Name of the `#[error]` constant behind a clever abort code. */
  readonly errorConstant?: string;
  readonly module?: string;
  /** Name or number of a status. */
  readonly majorStatus?: string;
  readonly minorStatus?: string;
}

/** A function without parameters. */
export interface MoveTest {
  readonly module: string;
  readonly name: string;
  readonly expectedFailure?: MoveExpectedFailure;
}

/** How a test ended that did not return. Plain data, for other processes. */
export interface MoveTestFailure {
  readonly status: MoveStatus;
  readonly subStatus?: number;
  /** Decimal u64. */
  readonly abortCode?: string;
  /** Name of the `#[error]` constant, if the abort code holds one. */
  readonly errorConstant?: string;
  /** Line of the abort in its file, if the abort code holds it: codes of bare assertions do. */
  readonly line?: number;
  readonly location?: MoveLocation;
  /** Calls that led to `location`, innermost first. */
  readonly callers: readonly MoveLocation[];
}

/** Outcome of one test. */
export interface MoveTestResult {
  readonly module: string;
  readonly name: string;
  readonly passed: boolean;
  /** Why it did not pass. */
  readonly reason: string | undefined;
  /** How it ended, also when it had to end so; undefined when it returned. */
  readonly failure: MoveTestFailure | undefined;
  readonly instructions: number;
  readonly durationMs: number;
}

/**
 * Runs tests one after another, each in a world of its own.
 *
 * @param init.packages - all packages, the framework at 0x1 and 0x2 among them
 * @param init.filter - run only tests whose `module::name` contains this text
 */
export function runMoveTests(init: {
  readonly packages: readonly MoveTestPackage[];
  readonly tests: readonly MoveTest[];
  readonly bls: Bls;
  readonly filter?: string;
}): MoveTestResult[] {
  const store = testStore(init.packages);
  const cache = new PackageCache();
  const home = new Map<string, Address>();
  for (const p of init.packages) for (const m of p.modules) home.set(m.name, p.address);
  // Modules of the package under test win over framework modules of the same name.
  for (const p of init.packages.filter((one) => one.address === ZERO)) {
    for (const m of p.modules) home.set(m.name, p.address);
  }
  return init.tests
    .filter((t) => init.filter === undefined || `${t.module}::${t.name}`.includes(init.filter))
    .map((test) => runTest(test, home.get(test.module) ?? ZERO, store, cache, init.bls));
}

function runTest(
  test: MoveTest,
  address: Address,
  store: PackageStore,
  cache: PackageCache,
  bls: Bls,
): MoveTestResult {
  const started = performance.now();
  const inventory = new TestInventory();
  const loader = new PackageLoader(store, cache, TEST_NATIVES);
  const meter = new InterpreterMeter(undefined, INSTRUCTION_LIMIT);
  const runtime = new Runtime({
    env: {
      sender: ZERO,
      digest: new Uint8Array(32),
      epoch: 0n,
      epochTimestampMs: 0n,
      referenceGasPrice: 1000n,
      gasPrice: 1000n,
      gasBudget: 50_000_000_000n,
    },
    loader,
    objects: inventory,
    meter,
    bls,
    inventory,
  });
  let reason: string | undefined;
  let failure: MoveTestFailure | undefined;
  try {
    const context = loader.context(address);
    const module = context?.module(address, test.module);
    const index = module?.loaded.findFunction(test.name);
    if (module === undefined || index === undefined) {
      throw new MoveVmError('LOOKUP_FAILED', `test ${test.module}::${test.name} not found`);
    }
    execute(runtime, module.functionAt(index).instance([]), []);
    if (test.expectedFailure !== undefined) reason = 'did not fail';
  } catch (error) {
    if (!(error instanceof MoveVmError)) throw error;
    reason = judge(error, test.expectedFailure, loader);
    failure = describeFailure(error, loader);
  }
  return {
    module: test.module,
    name: test.name,
    passed: reason === undefined,
    reason,
    failure,
    instructions: meter.instructions,
    durationMs: performance.now() - started,
  };
}

/** Undefined when the failure is the expected one. */
function judge(
  error: MoveVmError,
  expected: MoveExpectedFailure | undefined,
  loader: PackageLoader,
): string | undefined {
  if (expected === undefined) {
    return error.cause instanceof Error ? `${error.message}: ${error.cause.stack}` : error.message;
  }
  if (error.location === undefined && error.kind !== 'execution') return error.message;
  if (expected.module !== undefined && error.location?.module !== expected.module) {
    return `failed in another module: ${error.message}`;
  }
  const matches = (): boolean => {
    switch (expected.kind) {
      case 'any':
        return true;
      case 'abort':
        if (error.status !== 'ABORTED' || error.abortCode === undefined) return false;
        if (expected.errorConstant !== undefined) {
          return cleverName(error, loader) === expected.errorConstant;
        }
        return error.abortCode === BigInt(expected.abortCode ?? '0');
      case 'arithmetic':
        return error.status === 'ARITHMETIC_ERROR';
      case 'vector':
        return error.status === 'VECTOR_OPERATION_ERROR';
      case 'outOfGas':
        return error.status === 'OUT_OF_GAS';
      case 'status':
        return (
          (expected.majorStatus === error.status ||
            Number(expected.majorStatus) === MOVE_STATUS[error.status]) &&
          (expected.minorStatus === undefined || Number(expected.minorStatus) === error.subStatus)
        );
    }
  };
  return matches() ? undefined : `failed in another way: ${error.message}`;
}

function describeFailure(error: MoveVmError, loader: PackageLoader): MoveTestFailure {
  const { status, subStatus, abortCode, location, callers } = error;
  const isClever = abortCode !== undefined && isCleverCode(abortCode);
  const errorConstant = cleverName(error, loader);
  return {
    status,
    callers,
    ...(subStatus === undefined ? {} : { subStatus }),
    ...(abortCode === undefined ? {} : { abortCode: abortCode.toString() }),
    ...(errorConstant === undefined ? {} : { errorConstant }),
    ...(isClever ? { line: Number((abortCode >> 32n) & 0xffffn) } : {}),
    ...(location === undefined ? {} : { location }),
  };
}

/** Whether an abort code holds a line and perhaps a constant. @see spec move-vm.md 1.6 */
function isCleverCode(code: bigint): boolean {
  const version = code >> 60n;
  return version === 0b1000n || version === 0b1100n;
}

/** Name of the constant behind a clever abort code. @see spec move-vm.md 1.6 */
function cleverName(error: MoveVmError, loader: PackageLoader): string | undefined {
  const { abortCode, location } = error;
  if (abortCode === undefined || location === undefined || !isCleverCode(abortCode)) {
    return undefined;
  }
  const index = Number((abortCode >> 16n) & 0xffffn);
  const module = loader.find(location.package)?.module(location.module);
  const data = module?.compiled.constants[index]?.data;
  // The name is a BCS byte string: one length byte (names are short), then ASCII.
  return data === undefined ? undefined : String.fromCharCode(...data.subarray(1));
}

/** Packages that link to exactly what their bytecode names, directly or not. */
function testStore(packages: readonly MoveTestPackage[]): PackageStore {
  const byAddress = new Map(packages.map((p) => [p.address, p] as const));
  const direct = new Map<Address, Set<Address>>();
  for (const p of packages) {
    const used = new Set<Address>();
    for (const { bytes } of p.modules) {
      const m = deserializeModule(bytes, { allowUnpublishable: true });
      for (const h of m.moduleHandles) {
        const address = m.addresses[h.address] as Address | undefined;
        if (address !== undefined && address !== p.address) used.add(address);
      }
    }
    direct.set(p.address, used);
  }
  const all = (address: Address, into: Set<Address>): Set<Address> => {
    for (const next of direct.get(address) ?? []) {
      if (into.has(next)) continue;
      into.add(next);
      all(next, into);
    }
    return into;
  };
  const store = new Map<Address, MovePackage>();
  for (const [address, p] of byAddress) {
    store.set(address, {
      id: address,
      originalId: address,
      version: 1n,
      modules: new Map(p.modules.map((m) => [m.name, m.bytes])),
      typeOrigins: [],
      linkage: new Map([...all(address, new Set())].map((id) => [id, { id, version: 1n }])),
    });
  }
  return { getPackage: (id) => store.get(id) };
}
