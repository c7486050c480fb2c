/** Runs the same Move unit tests in the reference VM and in ours and compares the results. */
import { setImmediate } from 'node:timers/promises';
import { compileTests, createMoveBuilder, testPackage } from '@walrus-ts/contracts';
import type { CompiledTests } from '@walrus-ts/contracts';
import { loadBls } from '@walrus-ts/core';
import { runMoveTests } from '@walrus-ts/emulator/move';

/** Tests run between two turns of the event loop; our VM is synchronous. */
const BATCH_SIZE = 25;

/** One unit test in both VMs. */
export interface MoveComparison {
  /** `package::module::test`. */
  readonly test: string;
  /** Undefined when the reference VM did not run it. */
  readonly reference: boolean | undefined;
  /** Undefined when our VM did not run it. */
  readonly own: boolean | undefined;
  /** Why it did not pass in our VM. */
  readonly reason: string | undefined;
}

/**
 * Runs all Move unit tests of a package in both VMs.
 *
 * @param packageName - `std`, `sui`, `wal`, `walrus`, ...
 * @throws CONTRACTS_COMPILE_FAILED, CONTRACTS_UNSUPPORTED_TEST, CONTRACTS_BUILDER_FAILED
 * @see spec move-build.md 5
 */
export async function compareMoveTests(packageName: string): Promise<MoveComparison[]> {
  const builder = createMoveBuilder();
  try {
    const compiled = await compileTests(packageName, { builder });
    // The reference VM works in its own process meanwhile.
    const [reference, own] = await Promise.all([
      testPackage(packageName, { builder }),
      runInOwnVm(compiled),
    ]);
    const referenceResults = new Map<string, boolean>(
      reference.tests.map(({ module, name, passed }) => [`${module}::${name}`, passed]),
    );
    const names = new Set([...referenceResults.keys(), ...own.keys()]);
    return [...names].sort().map((name) => ({
      test: `${packageName}::${name}`,
      reference: referenceResults.get(name),
      own: own.get(name)?.passed,
      reason: own.get(name)?.reason,
    }));
  } finally {
    builder.close();
  }
}

type OwnResults = Map<string, { readonly passed: boolean; readonly reason: string | undefined }>;

async function runInOwnVm({ packages, tests }: CompiledTests): Promise<OwnResults> {
  const bls = await loadBls();
  const results: OwnResults = new Map();
  for (let at = 0; at < tests.length; at += BATCH_SIZE) {
    const batch = tests.slice(at, at + BATCH_SIZE);
    for (const { module, name, passed, reason } of runMoveTests({ packages, tests: batch, bls })) {
      results.set(`${module}::${name}`, { passed, reason });
    }
    await setImmediate();
  }
  return results;
}
