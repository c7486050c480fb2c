/** Command: `node contracts/dist/build.js [--force]` compiles what changed. */
import { errorMessage } from '@walrus-ts/core';
import { buildAll } from './build-all.js';

try {
  await buildAll({
    force: process.argv.includes('--force'),
    onStep: ({ name, isCompiled, moduleCount, durationMs }) => {
      const what = isCompiled ? `compiled in ${(durationMs / 1000).toFixed(1)} s` : 'up to date';
      console.log(`contracts: ${name} (${moduleCount} modules) ${what}`);
    },
  });
} catch (error) {
  console.error(`contracts: ${errorMessage(error)}`);
  process.exitCode = 1;
}
