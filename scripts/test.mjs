// Usage: npm test [-- vitest arguments]. Installs and builds what is missing, checks the house rules, runs all tests.
// With arguments, only the tests that they select are run.
import { ensureBuilt, ensureInstalled, run, runTool } from './steps.mjs';

const args = process.argv.slice(2);
ensureInstalled();
ensureBuilt();
if (args.length === 0) {
  run(process.execPath, ['scripts/check-arrows.mjs']);
  run(process.execPath, ['scripts/clean-lock.mjs', '--check']);
  run(process.execPath, ['scripts/docs-cli.mjs', '--check']);
  run(process.execPath, ['scripts/check-docs.mjs']);
  runTool('tsc', ['-p', 'tsconfig.tests.json']);
  run(process.execPath, ['scripts/check-interface.mjs']);
  run(process.execPath, ['scripts/generate-bindings.mjs', '--check']);
  run(process.execPath, ['scripts/gas-report.mjs', '--check']);
  runTool('oxlint', ['--type-aware', '--quiet']);
  runTool('oxfmt', ['--check', '.']);
}
runTool('vitest', ['run', ...args]);
