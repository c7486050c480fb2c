// Usage: npm run check:interface. Compares the compiled contracts with the official interface (contracts/interface.json):
// public and entry functions, structs, enums, events and error constants. Fails at any difference that
// contracts/interface-exceptions.json does not list and explain, and at listed ones that are gone.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  datatypeText,
  functionText,
  loadPackages,
  normalize,
  readSources,
} from './move-interface.mjs';
import { ROOT } from './steps.mjs';

const KINDS = ['functions', 'structs', 'enums', 'events', 'errors'];
const readJson = (path) => JSON.parse(readFileSync(join(ROOT, path), 'utf8'));

/** Name of what a description is about. */
function nameOf(text) {
  const name = /\bfun (\w+)|\b(?:struct|enum) (\w+)|^(\w+) =/.exec(text);
  if (name === null) throw new Error(`not a description: ${text}`);
  return name[1] ?? name[2] ?? name[3];
}

/** The interface of one module, described like the official one. */
function describeModule(module, facts, officialEvents) {
  const datatypes = module.datatypes.map((one) => datatypeText(one, facts));
  const eventNames = new Set(officialEvents.map(nameOf));
  return {
    functions: [
      ...module.functions
        .filter(({ visibility, isEntry }) => visibility === 'public' || isEntry)
        .map((one) => functionText(one, facts)),
      ...(facts?.macros ?? []),
    ],
    structs: datatypes.filter((text) => text.startsWith('struct') && !eventNames.has(nameOf(text))),
    enums: datatypes.filter((text) => text.startsWith('enum')),
    events: datatypes.filter((text) => eventNames.has(nameOf(text))),
    errors: facts?.errors ?? [],
  };
}

// === Comparison ===

const official = readJson('contracts/interface.json');
const { exceptions } = readJson('contracts/interface-exceptions.json');
const described = await loadPackages(Object.keys(official));
const differences = [];
let compared = 0;
for (const [packageName, modules] of Object.entries(official)) {
  const sources = await readSources(packageName);
  const own = new Map(described.get(packageName).map((module) => [module.name, module]));
  for (const name of new Set([...Object.keys(modules), ...own.keys()])) {
    const where = `${packageName}::${name}`;
    const expected = modules[name];
    const module = own.get(name);
    if (expected === undefined || module === undefined) {
      differences.push({ item: where, official: expected && 'module', ours: module && 'module' });
      continue;
    }
    const actual = describeModule(module, sources.get(name), expected.events ?? []);
    for (const kind of KINDS) {
      const index = (texts) =>
        new Map((texts ?? []).map((text) => [nameOf(text), normalize(text)]));
      const [theirs, ours] = [index(expected[kind]), index(actual[kind])];
      for (const item of new Set([...theirs.keys(), ...ours.keys()])) {
        compared++;
        if (theirs.get(item) === ours.get(item)) continue;
        differences.push({
          item: `${where}::${item}`,
          official: theirs.get(item),
          ours: ours.get(item),
        });
      }
    }
  }
}

const isListed = (difference) =>
  exceptions.some(
    (one) =>
      one.item === difference.item &&
      one.official === (difference.official ?? null) &&
      one.ours === (difference.ours ?? null),
  );
const problems = differences
  .filter((one) => !isListed(one))
  .map((one) => `${one.item}\n  official: ${one.official ?? '-'}\n  ours:     ${one.ours ?? '-'}`);
for (const one of exceptions) {
  const isThere = differences.some(
    ({ item, official: theirs, ours }) =>
      item === one.item && (theirs ?? null) === one.official && (ours ?? null) === one.ours,
  );
  if (!isThere) problems.push(`${one.item}: listed as an exception, but there is none`);
  if (!one.reason) problems.push(`${one.item}: the exception has no reason`);
}
if (problems.length > 0) {
  console.error(problems.join('\n'));
  console.error(`interface: ${problems.length} problems in ${compared} declarations`);
  process.exit(1);
}
console.error(
  `interface: ${compared} declarations are the official ones, but for ${exceptions.length} explained exceptions`,
);
