/**
 * The "de-test" transform: turns the sources of a package and its tests into ordinary sources, so
 * that the ordinary compiler emits bytecode for test code, which our own VM can run.
 *
 * @see spec move-build.md 5
 */
import { ContractsError } from './errors.js';
import { blankOut, findAttributedFunctions, findModules, moduleAt } from './move-source.js';
import { attributeName, rewriteAttributes } from './move-source.js';
import type { PackageFiles } from './package-files.js';

/** A unit test found in the sources. */
export interface FoundTest {
  readonly module: string;
  readonly name: string;
  /** Text of `expected_failure` with its arguments, if the test has it. */
  readonly expectedFailure?: string;
  /** Path of the file inside the package. */
  readonly path: string;
}

/** Where {@link detestFiles} puts the files of `tests/`. */
export const DETESTED_FOLDER = 'sources/__tests/';

const TEST_ATTRIBUTES = new Set(['test', 'test_only', 'random_test', 'expected_failure']);

/**
 * Makes test code ordinary code: test attributes go away, `tests/` moves under `sources/`. Line
 * numbers stay, since abort codes of bare assertions contain them.
 *
 * @param files - a package, with or without its tests
 */
export function detestFiles(files: PackageFiles): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [path, text] of Object.entries(files)) {
    if (!path.endsWith('.move')) {
      result[path] = text;
      continue;
    }
    const target = path.startsWith('tests/') ? `${DETESTED_FOLDER}${path.slice(6)}` : path;
    result[target] = rewriteAttributes(text, ({ items }) =>
      items.filter((item) => !TEST_ATTRIBUTES.has(attributeName(item))),
    );
  }
  return result;
}

/**
 * Lists the unit tests of a package.
 *
 * @throws CONTRACTS_UNSUPPORTED_TEST for tests with parameters: they need a generator of inputs
 */
export function findTests(files: PackageFiles): FoundTest[] {
  const tests: FoundTest[] = [];
  for (const [path, source] of Object.entries(files)) {
    if (!path.endsWith('.move')) continue;
    for (const found of findAttributedFunctions(blankOut(source))) {
      const names = found.attributes.map((item) => attributeName(item));
      if (!names.includes('test') && !names.includes('random_test')) continue;
      if (found.hasParameters) {
        throw new ContractsError(
          'CONTRACTS_UNSUPPORTED_TEST',
          `${path}: test ${found.module}::${found.name} has parameters`,
        );
      }
      const expectedFailure = found.attributes[names.indexOf('expected_failure')];
      tests.push({
        module: found.module,
        name: found.name,
        path,
        ...(expectedFailure === undefined ? {} : { expectedFailure }),
      });
    }
  }
  return tests;
}

/** A constant of a module, as far as abort codes need it. */
export interface FoundConstant {
  readonly module: string;
  readonly name: string;
  /** Text of the value. */
  readonly value: string;
  /** Whether `#[error]` makes its abort code depend on the line. */
  readonly isErrorConstant: boolean;
}

/** Lists the constants of a package. */
export function findConstants(files: PackageFiles): FoundConstant[] {
  const constants: FoundConstant[] = [];
  for (const [path, source] of Object.entries(files)) {
    if (!path.endsWith('.move')) continue;
    const code = blankOut(source);
    const modules = findModules(code);
    const pattern = /(#\[error[^\]]*\]\s*)?\bconst\s+(\w+)\s*:\s*([\w<>]+)\s*=\s*([^;]*);/g;
    for (const match of code.matchAll(pattern)) {
      constants.push({
        module: moduleAt(modules, match.index),
        name: match[2] ?? '',
        value: (match[4] ?? '').trim(),
        isErrorConstant: match[1] !== undefined,
      });
    }
  }
  return constants;
}

/** Names that a file gives to modules: `use a::b as c` makes `c` mean `b`. */
export function findModuleAliases(source: string): Map<string, string> {
  const aliases = new Map<string, string>();
  for (const match of blankOut(source).matchAll(/\buse\s+\w+::(\w+)\s+as\s+(\w+)\s*;/g)) {
    aliases.set(match[2] ?? '', match[1] ?? '');
  }
  for (const match of blankOut(source).matchAll(/\buse\s+\w+::\{([^;]*)\}\s*;/g)) {
    for (const part of (match[1] ?? '').matchAll(/(?:^|,)\s*(\w+)\s+as\s+(\w+)/g)) {
      aliases.set(part[2] ?? '', part[1] ?? '');
    }
  }
  return aliases;
}
