/**
 * Command: `node contracts/dist/test.js [package] [filter]` runs Move unit tests in the reference
 * VM; without a package, those of all packages. Exit code 1 when a test fails.
 */
import { errorMessage } from '@walrus-ts/core';
import { createMoveBuilder } from './builder.js';
import { listPackages, locatePackage } from './package-files.js';
import { testPackage } from './packages.js';

const [packageName, filter] = process.argv.slice(2);
const builder = createMoveBuilder();
let passedCount = 0;
let failedCount = 0;
try {
  const packages = packageName === undefined ? await listPackages() : [locatePackage(packageName)];
  for (const { name, directory } of packages) {
    const startedMs = performance.now();
    const result = await testPackage(directory, {
      builder,
      ...(filter === undefined ? {} : { filter }),
    });
    const failures = result.tests.filter(({ passed }) => !passed);
    passedCount += result.tests.length - failures.length;
    failedCount += failures.length;
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    const verdict = result.passed ? 'ok' : 'FAILED';
    console.log(`${name}: ${result.tests.length} tests in ${seconds} s ${verdict}`);
    if (!result.passed) {
      for (const { module, name: test } of failures) console.log(`  FAIL ${module}::${test}`);
      const details = result.output.indexOf('Test failures:');
      console.log(details < 0 ? result.output : result.output.slice(details));
      if (failures.length === 0) failedCount++;
    }
  }
  console.log(`${passedCount} passed, ${failedCount} failed`);
  if (failedCount > 0) process.exitCode = 1;
} catch (error) {
  console.error(errorMessage(error));
  process.exitCode = 1;
} finally {
  builder.close();
}
