// Usage: node scripts/check-arrows.mjs. Fails when a package imports one that it may not (ARCHITECTURE.md, "Arrows"),
// or a node: module where browsers must be able to go.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from './steps.mjs';

/** What each package may import, directly. */
const MAY_IMPORT = {
  core: [],
  redstuff: ['core'],
  contracts: ['core'],
  emulator: ['core'],
  chain: ['core'],
  'node-api': ['core', 'redstuff'],
  node: ['core', 'redstuff', 'chain', 'node-api'],
  sdk: ['core', 'redstuff', 'chain', 'node-api'],
  localnet: ['core', 'redstuff', 'chain', 'node-api', 'node', 'sdk', 'emulator', 'contracts'],
  cli: ['core', 'redstuff', 'chain', 'node-api', 'node', 'sdk', 'localnet'],
};
/** Packages for browsers too: node: modules only below these folders of src. */
const BROWSER_SAFE = new Set(['core', 'redstuff', 'chain', 'node-api', 'sdk']);
const NODE_FOLDERS = { 'node-api': ['node', 'server'], redstuff: ['node'], sdk: ['node'] };
const IMPORT = /(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g;

function* sources(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* sources(path);
    else if (path.endsWith('.ts')) yield path;
  }
}

const problems = [];
for (const [name, allowed] of Object.entries(MAY_IMPORT)) {
  const src = join(ROOT, name === 'contracts' ? 'contracts/src' : `packages/${name}/src`);
  for (const file of sources(src)) {
    const inside = relative(src, file);
    for (const [, target] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      const other = /^@walrus-ts\/([^/]+)/.exec(target)?.[1];
      if (other !== undefined && other !== name && !allowed.includes(other)) {
        problems.push(`${name} may not import ${other}: ${relative(ROOT, file)}`);
      }
      const isNodeModule = target.startsWith('node:') || ['undici', 'fastify'].includes(target);
      const isNodeFolder = (NODE_FOLDERS[name] ?? []).includes(inside.split('/')[0]);
      if (isNodeModule && BROWSER_SAFE.has(name) && !isNodeFolder) {
        problems.push(
          `${name} must run in browsers but imports ${target}: ${relative(ROOT, file)}`,
        );
      }
    }
  }
}
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
console.error('arrows: all imports point the right way');
