// Usage: node scripts/clean-lock.mjs [--check]. Takes the download addresses out of package-lock.json, so that the
// lock file names packages and hashes but no registry. (npm's own setting for this loses versions of optional packages.)
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './steps.mjs';

const path = join(ROOT, 'package-lock.json');
const lock = JSON.parse(readFileSync(path, 'utf8'));
let found = 0;
for (const entry of Object.values(lock.packages)) {
  if (typeof entry.resolved !== 'string' || !entry.resolved.startsWith('http')) continue;
  delete entry.resolved;
  found++;
}
if (found > 0 && process.argv.includes('--check')) {
  console.error(
    `package-lock.json names ${found} download addresses: run node scripts/clean-lock.mjs`,
  );
  process.exit(1);
}
if (found > 0) writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
