// Usage: npm run check:move-coverage [-- package ...]. Fails unless the Move tests of each contract call every public and
// entry function of the official interface (contracts/interface.json) and expect every abort code.
//
// A function counts as called when code of a test names it in its bytecode; an entry function, which tests cannot call,
// when they call its `_for_testing` wrapper; a macro when a test expands it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileTests, createMoveBuilder } from '@walrus-ts/contracts';
import { readPackageTree } from '../contracts/dist/package-files.js';
import { deserializeModule } from '../packages/emulator/dist/move/format/deserialize.js';
import { ROOT } from './steps.mjs';

const official = JSON.parse(readFileSync(join(ROOT, 'contracts/interface.json'), 'utf8'));
/** Codes of the official interface that our contracts never raise, with the reason. */
const NEVER_RAISED = new Map([
  [
    'walrus::staking_pool::ECalculationError',
    'withdrawals above the balance empty the pool instead of stopping the epoch change for good',
  ],
]);
const productionModules = new Set(Object.values(official).flatMap((one) => Object.keys(one)));

/** All `module::function` that test modules name. */
function findCalls(modules) {
  const calls = new Set();
  for (const { name, bytes } of modules) {
    if (productionModules.has(name)) continue;
    const { functionHandles, moduleHandles, identifiers } = deserializeModule(bytes);
    for (const handle of functionHandles) {
      const module = identifiers[moduleHandles[handle.module].name];
      calls.add(`${module}::${identifiers[handle.name]}`);
    }
  }
  return calls;
}

async function checkPackage(packageName, builder) {
  const { packages, tests } = await compileTests(packageName, { builder });
  const calls = findCalls(packages.flatMap(({ modules }) => modules));
  const { files } = await readPackageTree(packageName, { tests: true });
  const testSources = Object.entries(files)
    .filter(([path]) => path.startsWith('tests/'))
    .map(([, source]) => source)
    .join('\n');
  const codes = new Set(
    tests
      .filter(({ expectedFailure }) => expectedFailure?.kind === 'abort')
      .map(({ expectedFailure }) => `${expectedFailure.module}::${expectedFailure.abortCode}`),
  );
  const missing = [];
  let count = 0;
  for (const [module, { functions = [], errors = [] }] of Object.entries(official[packageName])) {
    for (const text of functions) {
      count++;
      const name = /\bfun (\w+)/.exec(text)[1];
      const isCalled = text.includes('macro fun')
        ? new RegExp(`\\b${name}!`).test(testSources)
        : calls.has(`${module}::${name}`) ||
          (text.startsWith('entry') && calls.has(`${module}::${name}_for_testing`));
      if (!isCalled) missing.push(`no test calls ${packageName}::${module}::${name}`);
    }
    for (const text of errors) {
      const [name, code] = text.split(' = ');
      if (NEVER_RAISED.has(`${packageName}::${module}::${name}`)) continue;
      count++;
      if (!codes.has(`${module}::${code}`)) {
        missing.push(`no test expects ${packageName}::${module}::${name}`);
      }
    }
  }
  console.error(`coverage: ${packageName}: ${count - missing.length} of ${count} tested`);
  return missing;
}

const chosen = process.argv.slice(2);
const missing = [];
const builder = createMoveBuilder();
try {
  for (const name of chosen.length > 0 ? chosen : Object.keys(official)) {
    missing.push(...(await checkPackage(name, builder)));
  }
} finally {
  builder.close();
}
if (missing.length > 0) {
  console.error(missing.join('\n'));
  process.exit(1);
}
