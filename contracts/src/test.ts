/**
 * Command: `node contracts/dist/test.js [package] [filter]` runs Move unit tests in the reference
 * VM; without a package, those of all packages. Exit code 1 when a test fails, unless the failure
 * is a known shortcoming of the reference VM (e2e/move/expected-differences.json).
 */
import { errorMessage } from '@walrus-ts/core';
import { createMoveBuilder } from './builder.js';
import { loadKnownDifferences } from './known-differences.js';
import { listPackages, locatePackage } from './package-files.js';
import { testPackage } from './packages.js';

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const printError = (line: string): void => void process.stderr.write(`${line}\n`);

const [packageName, filter] = process.argv.slice(2);
const builder = createMoveBuilder();
const counts = { passed: 0, failed: 0, known: 0 };
try {
  const known = await loadKnownDifferences();
  const packages = packageName === undefined ? await listPackages() : [locatePackage(packageName)];
  for (const { name, directory } of packages) {
    const startedMs = performance.now();
    const result = await testPackage(directory, {
      builder,
      ...(filter === undefined ? {} : { filter }),
    });
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    const failures = result.tests
      .filter(({ passed }) => !passed)
      .map(({ module, name: test }) => `${name}::${module}::${test}`);
    const unknown = failures.filter((test) => known.tests[test] === undefined);
    // Without any result the tests did not even compile.
    const isBroken = !result.passed && failures.length === 0;
    counts.passed += result.tests.length - failures.length;
    counts.known += failures.length - unknown.length;
    counts.failed += unknown.length + (isBroken ? 1 : 0);
    const verdict = unknown.length > 0 || isBroken ? 'FAILED' : 'ok';
    print(`${name}: ${result.tests.length} tests in ${seconds} s ${verdict}`);
    for (const test of failures) {
      const reason = known.tests[test];
      print(reason === undefined ? `  FAIL  ${test}` : `  known ${test} (${reason})`);
    }
    if (unknown.length > 0 || isBroken) {
      const details = result.output.indexOf('Test failures:');
      print(details < 0 ? result.output : result.output.slice(details));
    }
  }
  const { passed, failed } = counts;
  print(`${passed} passed, ${failed} failed, ${counts.known} known differences`);
  if (counts.failed > 0) process.exitCode = 1;
} catch (error) {
  printError(errorMessage(error));
  process.exitCode = 1;
} finally {
  builder.close();
}
