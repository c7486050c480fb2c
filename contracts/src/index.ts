/**
 * The Move packages of Walrus: compiling, testing and linking them.
 *
 * Compiled packages are made by `npm run build`; only `compilePackage`, `testPackage`,
 * `compileTests` and `buildAll` need the Move compiler, which is a development dependency.
 */
export { buildAll, type BuildStep } from './build-all.js';
export { createMoveBuilder, type BuilderOptions, type MoveBuilder } from './builder.js';
export {
  loadCompiledPackage,
  type CompiledModule,
  type CompiledPackage,
} from './compiled-package.js';
export {
  compileTests,
  listTests,
  type CompileTestsOptions,
  type CompiledTests,
  type ExpectedFailure,
  type MoveUnitTest,
  type TestPackage,
} from './compile-tests.js';
export { ContractsError, isContractsError, type ContractsErrorCode } from './errors.js';
export { loadKnownDifferences, type KnownDifferences } from './known-differences.js';
export { linkPackage, type LinkedPackage, type PackageIds } from './link.js';
export {
  contractsRoot,
  listDependencies,
  listPackages,
  locatePackage,
  type PackageLocation,
} from './package-files.js';
export { compilePackage, testPackage, type PackageOptions } from './packages.js';
export {
  readSourceIndex,
  type SourceIndex,
  type SourceModule,
  type SourcePlace,
} from './source-index.js';
export { defaultTestCache } from './test-cache.js';
export type { PackageTestResult, UnitTestResult } from './run-tests.js';
