// Usage: npm run test:scale. Deploys the contracts with 1000 shards and 100 nodes, twice, and lives through five epoch
// changes each time (e2e/scale.test.ts at full size).
import { ensureBuilt, ensureInstalled, runTool } from './steps.mjs';

ensureInstalled();
ensureBuilt();
runTool('vitest', ['run', 'e2e/scale.test.ts'], {
  env: { ...process.env, WALRUS_SCALE: 'full' },
});
