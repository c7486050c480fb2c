// Usage: npm run test:move -- [package] [filter] [--list] [--json] [--jobs N]
// Builds what is missing, then runs the Move unit tests of a package, or of all, in our VM: `walrus move test`.
import { join } from 'node:path';
import { ROOT, ensureBuilt, ensureInstalled, run } from './steps.mjs';

const args = process.argv.slice(2);
ensureInstalled();
ensureBuilt();
const isChosen = args.some((arg, i) => !arg.startsWith('-') && args[i - 1] !== '--jobs');
run(process.execPath, [
  join(ROOT, 'packages/cli/bin/walrus.js'),
  'move',
  'test',
  ...(isChosen ? [] : ['--all']),
  ...args,
]);
