// Usage: npm run bench -- NAME [options]. Runs benchmarks/NAME.mjs, which prints JSON on standard output.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, ensureBuilt, ensureInstalled, run } from './steps.mjs';

const [name, ...args] = process.argv.slice(2);
const folder = join(ROOT, 'benchmarks');
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.mjs'))
  .map((file) => file.slice(0, -'.mjs'.length));
if (name === undefined || !existsSync(join(folder, `${name}.mjs`))) {
  console.error(`Usage: npm run bench -- NAME [options]\nBenchmarks: ${names.join(', ')}`);
  process.exit(name === undefined || name === '--help' ? 0 : 2);
}
ensureInstalled();
ensureBuilt();
run(process.execPath, [join(folder, `${name}.mjs`), ...args]);
