import { createMoveBuilder } from './builder.js';
import type { BuilderOptions, MoveBuilder } from './builder.js';
import { compileTree } from './compile.js';
import type { CompiledPackage } from './compiled-package.js';
import { readPackageTree } from './package-files.js';
import { runTreeTests } from './run-tests.js';
import type { PackageTestResult } from './run-tests.js';

/** Options of {@link compilePackage} and {@link testPackage}. */
export interface PackageOptions extends BuilderOptions {
  /** A compiler process to use; without it one is started and ended. */
  readonly builder?: MoveBuilder;
}

/**
 * Compiles a package from its sources, offline, in a process of its own.
 *
 * @param nameOrDirectory - `walrus`, or a directory with a manifest
 * @throws CONTRACTS_UNKNOWN_PACKAGE, CONTRACTS_BAD_MANIFEST, CONTRACTS_COMPILE_FAILED,
 * CONTRACTS_BUILDER_FAILED
 */
export async function compilePackage(
  nameOrDirectory: string,
  options: PackageOptions = {},
): Promise<CompiledPackage> {
  const tree = await readPackageTree(nameOrDirectory, { tests: false });
  return withBuilder(options, (builder) => compileTree(builder, tree, options));
}

/**
 * Runs the Move unit tests of a package in the reference VM, in a process of its own.
 *
 * @param nameOrDirectory - `walrus`, or a directory with a manifest
 * @param options - `filter`: run only tests whose `module::name` contains this text
 * @throws CONTRACTS_UNKNOWN_PACKAGE, CONTRACTS_BAD_MANIFEST, CONTRACTS_COMPILE_FAILED,
 * CONTRACTS_BUILDER_FAILED
 */
export async function testPackage(
  nameOrDirectory: string,
  options: PackageOptions & { readonly filter?: string } = {},
): Promise<PackageTestResult> {
  const tree = await readPackageTree(nameOrDirectory, { tests: true });
  return withBuilder(options, (builder) => runTreeTests(builder, tree, options));
}

/** Runs `action` with the builder of the options or with one that lives as long as the action. */
export async function withBuilder<T>(
  options: PackageOptions,
  action: (builder: MoveBuilder) => Promise<T>,
): Promise<T> {
  if (options.builder !== undefined) return action(options.builder);
  const builder = createMoveBuilder();
  try {
    return await action(builder);
  } finally {
    builder.close();
  }
}
