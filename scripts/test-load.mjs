// Usage: npm run test:load. Runs the chain's load test (e2e/chain-load.test.ts) at its full size: several minutes.
import { ensureBuilt, ensureInstalled, runTool } from './steps.mjs';

ensureInstalled();
ensureBuilt();
runTool('vitest', ['run', 'e2e/chain-load.test.ts'], {
  env: { ...process.env, WALRUS_LOAD: 'full' },
});
