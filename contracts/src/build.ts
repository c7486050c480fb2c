/** Command: `node contracts/dist/build.js [--force]` compiles what changed. */
import { errorMessage } from '@walrus-ts/core';
import { buildAll } from './build-all.js';

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const printError = (line: string): void => void process.stderr.write(`${line}\n`);

try {
  await buildAll({
    force: process.argv.includes('--force'),
    onStep: ({ name, isCompiled, moduleCount, durationMs }) => {
      const what = isCompiled ? `compiled in ${(durationMs / 1000).toFixed(1)} s` : 'up to date';
      print(`contracts: ${name} (${moduleCount} modules) ${what}`);
    },
  });
} catch (error) {
  printError(`contracts: ${errorMessage(error)}`);
  process.exitCode = 1;
}
