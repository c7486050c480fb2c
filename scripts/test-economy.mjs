// Usage: npm run test:economy -- [--seeds 200] [--epochs 100] [--first 1] [--nodes N] [--jobs 2]
// Random runs of the contracts on the emulator, compared with the model of the economy after every epoch.
import { join } from 'node:path';
import { ROOT, ensureBuilt, ensureInstalled, run } from './steps.mjs';

ensureInstalled();
ensureBuilt();
run(process.execPath, [
  join(ROOT, 'packages/testkit/dist/economics/main.js'),
  ...process.argv.slice(2),
]);
