// Usage: node scripts/clean-lock.mjs [--check]. Makes package-lock.json fit for every registry:
// - takes download addresses out, so that it names packages and hashes but no registry;
// - adds entries of optional packages for other platforms that the registry at hand does not carry: npm leaves them
//   out, and then `npm ci` refuses the file everywhere.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './steps.mjs';

const OS = /(?:^|[-/])(android|darwin|freebsd|linux|openharmony|win32)(?:-|$)/;
const CPU = /-(arm64|arm|x64|ia32|ppc64|riscv64|s390x)(?:-|$)/;

const path = join(ROOT, 'package-lock.json');
const lock = JSON.parse(readFileSync(path, 'utf8'));
const packages = lock.packages;
let changes = 0;

for (const entry of Object.values(packages)) {
  if (typeof entry.resolved === 'string' && entry.resolved.startsWith('http')) {
    delete entry.resolved;
    changes++;
  }
}
for (const [at, entry] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const isPinned = /^\d+\.\d+\.\d+$/.test(version);
    const os = OS.exec(name)?.[1];
    const cpu = CPU.exec(name)?.[1];
    const nested = `${at}/node_modules/${name}`;
    if (!isPinned || os === undefined || cpu === undefined) continue;
    if (packages[nested] !== undefined || packages[`node_modules/${name}`] !== undefined) continue;
    packages[`node_modules/${name}`] = {
      version,
      cpu: [cpu],
      ...(entry.dev === true ? { dev: true } : {}),
      ...(name.endsWith('-musl') ? { libc: ['musl'] } : {}),
      ...(name.endsWith('-gnu') ? { libc: ['glibc'] } : {}),
      optional: true,
      os: [os],
    };
    changes++;
  }
}
lock.packages = Object.fromEntries(
  Object.entries(packages).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
);
if (changes > 0 && process.argv.includes('--check')) {
  console.error(`package-lock.json needs ${changes} changes: run node scripts/clean-lock.mjs`);
  process.exit(1);
}
if (changes > 0) writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
