import type { BuilderOptions, MoveBuilder } from './builder.js';
import { ContractsError } from './errors.js';
import { layOut } from './job-layout.js';
import {
  attributeName,
  blankOut,
  findAttributedFunctions,
  rewriteAttributes,
} from './move-source.js';
import type { PackageFiles, PackageTree } from './package-files.js';

/** Result of one unit test in the reference VM. */
export interface UnitTestResult {
  readonly module: string;
  readonly name: string;
  readonly passed: boolean;
}

/** Result of the unit tests of one package. */
export interface PackageTestResult {
  readonly package: string;
  readonly passed: boolean;
  readonly tests: readonly UnitTestResult[];
  /** Output of the runner, with the reasons of failures. */
  readonly output: string;
}

/**
 * Runs the tests of a package that was read with its tests.
 *
 * @param options - `filter`: run only tests whose `module::name` contains this text
 * @throws CONTRACTS_COMPILE_FAILED, CONTRACTS_BUILDER_FAILED
 */
export async function runTreeTests(
  builder: MoveBuilder,
  tree: PackageTree,
  options: BuilderOptions & { readonly filter?: string } = {},
): Promise<PackageTestResult> {
  const { filter } = options;
  const files = filter === undefined ? tree.files : keepMatchingTests(tree.files, filter);
  const reply = await builder.run(
    { kind: 'test', ...layOut({ ...tree, files }), warnings: false },
    options,
  );
  if (reply.kind !== 'tested') {
    throw new ContractsError('CONTRACTS_BUILDER_FAILED', `unexpected answer '${reply.kind}'`);
  }
  return {
    package: tree.name,
    passed: reply.passed,
    tests: parseResults(reply.output),
    output: reply.output,
  };
}

/** Reads the lines `[ PASS    ] package::module::test` of the runner. */
function parseResults(output: string): UnitTestResult[] {
  return [...output.matchAll(/^\[ (PASS|FAIL|TIMEOUT)\s*\] \w+::(\w+)::(\w+)/gm)].map(
    ([, status, module = '', name = '']) => ({ module, name, passed: status === 'PASS' }),
  );
}

/**
 * The runner has no filter: tests that do not match become plain test-only functions, which other
 * tests may still call.
 */
function keepMatchingTests(files: PackageFiles, filter: string): PackageFiles {
  const kept: Record<string, string> = {};
  for (const [path, source] of Object.entries(files)) {
    if (!path.endsWith('.move')) {
      kept[path] = source;
      continue;
    }
    const dropped = findAttributedFunctions(blankOut(source))
      .filter(({ attributes }) => attributes.some((item) => isTest(item)))
      .filter(({ module, name }) => !`${module}::${name}`.includes(filter));
    const lists = new Set(dropped.flatMap(({ attributeStarts }) => attributeStarts));
    const firstLists = new Set(dropped.map(({ attributeStarts }) => attributeStarts[0]));
    kept[path] = rewriteAttributes(source, ({ start, items }) => {
      if (!lists.has(start)) return items;
      const others = items.filter((item) => !isTest(item));
      return firstLists.has(start) ? ['test_only', ...others] : others;
    });
  }
  return kept;
}

function isTest(item: string): boolean {
  return ['test', 'random_test', 'expected_failure'].includes(attributeName(item));
}
