// Usage: npm run check:interface. Compares the compiled contracts with the official interface (contracts/interface.json):
// public and entry functions, structs, enums, events and error constants. Fails at any difference that
// contracts/interface-exceptions.json does not list and explain, and at listed ones that are gone.
//
// Types, fields, abilities and visibilities come from the bytecode. What bytecode does not hold comes from the sources:
// names of parameters and type parameters, macros, index syntax, names of error constants.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { linkPackage, listPackages, loadCompiledPackage } from '@walrus-ts/contracts';
import { normalizeAddress } from '@walrus-ts/core';
import { describePackage, newTypeOrigins, setSelfAddress } from '@walrus-ts/emulator/move';
import { findConstants } from '../contracts/dist/detest.js';
import { blankOut, findModules, moduleAt } from '../contracts/dist/move-source.js';
import { readPackageTree } from '../contracts/dist/package-files.js';
import { ROOT } from './steps.mjs';

const KINDS = ['functions', 'structs', 'enums', 'events', 'errors'];
const readJson = (path) => JSON.parse(readFileSync(join(ROOT, path), 'utf8'));

/** Makes descriptions comparable: one spelling of blanks, no module names, no `mut` of parameters. */
function normalize(text) {
  return text
    .replace(/\s+/g, ' ')
    .replace(/\b(?!ascii::)\w+::(?=\w)/g, '')
    .replace(/\bmut (?=\w+:)/g, '')
    .replace(/,? \}/g, ' }')
    .trim();
}

/** Name of what a description is about. */
function nameOf(text) {
  const name = /\bfun (\w+)|\b(?:struct|enum) (\w+)|^(\w+) =/.exec(text);
  if (name === null) throw new Error(`not a description: ${text}`);
  return name[1] ?? name[2] ?? name[3];
}

// === Sources ===

/** Splits at commas outside of brackets. */
function splitList(text) {
  const parts = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    const char = text[at];
    if (char === '<' || char === '(') depth++;
    else if (char === '>' || char === ')') depth--;
    else if (char === undefined || (char === ',' && depth === 0)) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return parts.filter((part) => part !== '');
}

/** Name in `mut name: Type`, `phantom T: store` or `T`. */
function declaredName(text) {
  return /^(?:(?:mut|phantom)\s+)?(\$?\w+)/.exec(text)?.[1] ?? '';
}

/** What only the sources tell about the modules of a package. */
async function readSources(name) {
  const { files } = await readPackageTree(name, { tests: false });
  const modules = new Map();
  const factsOf = (module) => {
    if (!modules.has(module)) {
      modules.set(module, { functions: new Map(), typeNames: new Map(), macros: [], errors: [] });
    }
    return modules.get(module);
  };
  for (const [path, source] of Object.entries(files)) {
    if (!path.endsWith('.move')) continue;
    const code = blankOut(source);
    const declarations = findModules(code);
    const header =
      /(#\[syntax\(index\)\]\s*)?((?:public(?:\(\w+\))?\s+|entry\s+|native\s+|macro\s+)*)fun\s+(\w+)\s*(<[^(]*>)?\s*\(/g;
    for (const match of code.matchAll(header)) {
      const facts = factsOf(moduleAt(declarations, match.index));
      const start = match.index + match[0].length;
      let end = start;
      for (let depth = 1; depth > 0; end++) {
        if (code[end] === '(') depth++;
        else if (code[end] === ')') depth--;
      }
      const parameters = splitList(code.slice(start, end - 1));
      const [, syntax, modifiers, functionName, typeParameters = ''] = match;
      if (/\bmacro\b/.test(modifiers)) {
        const result = code.slice(end, code.indexOf('{', end)).trim();
        const text = `${modifiers.trim()} fun ${functionName}${typeParameters}(${parameters.join(', ')})${result}`;
        if (text.startsWith('public macro')) facts.macros.push(normalize(text));
        continue;
      }
      facts.functions.set(functionName, {
        hasIndexSyntax: syntax !== undefined,
        typeParameters: splitList(typeParameters.slice(1, -1)).map(declaredName),
        parameters: parameters.map(declaredName),
      });
    }
    for (const match of code.matchAll(/\b(?:struct|enum)\s+(\w+)\s*<([^{(]*)>/g)) {
      const names = splitList(match[2]).map(declaredName);
      factsOf(moduleAt(declarations, match.index)).typeNames.set(match[1], names);
    }
  }
  for (const { module, name: constant, value } of findConstants(files)) {
    if (/^E[A-Z][a-z]/.test(constant)) factsOf(module).errors.push(`${constant} = ${value}`);
  }
  return modules;
}

// === Bytecode ===

/** Publishes the compiled packages in memory, each at an address of its own. */
async function loadPackages(names) {
  const ids = {};
  names.forEach((name, i) => {
    const id = normalizeAddress(`0x${(0xa0 + i).toString(16)}`);
    ids[name] = { originalId: id, storageId: id };
  });
  const packages = new Map();
  for (const { name } of await listPackages()) {
    const compiled = await loadCompiledPackage(name);
    const id = ids[name]?.originalId ?? compiled.address;
    const linked = linkPackage(compiled, ids);
    const modules = new Map(
      linked.modules.map((module) => [
        module.name,
        ids[name] === undefined ? module.bytes : setSelfAddress(module.bytes, id),
      ]),
    );
    packages.set(id, {
      id,
      originalId: id,
      version: 1n,
      modules,
      typeOrigins: newTypeOrigins(modules, id),
      linkage: new Map(linked.dependencies.map((one) => [one, { id: one, version: 1n }])),
    });
  }
  const store = { getPackage: (id) => packages.get(id) };
  return new Map(
    names.map((name) => [name, describePackage(packages.get(ids[name].originalId), store)]),
  );
}

function typeText(type, typeNames) {
  switch (type.kind) {
    case 'vector':
      return `vector<${typeText(type.element, typeNames)}>`;
    case 'typeParameter':
      return typeNames[type.index] ?? `T${type.index}`;
    case 'datatype': {
      const [, module, name] = type.type.split('::');
      // The only types whose names alone do not tell them apart.
      const qualified = module === 'ascii' ? `ascii::${name}` : name;
      if (type.typeArguments.length === 0) return qualified;
      return `${qualified}<${type.typeArguments.map((one) => typeText(one, typeNames)).join(', ')}>`;
    }
    default:
      return type.kind;
  }
}

function signatureText({ reference, body }, typeNames) {
  const prefix = { none: '', immutable: '&', mutable: '&mut ' }[reference];
  return prefix + typeText(body, typeNames);
}

function typeParametersText(typeParameters, typeNames) {
  if (typeParameters.length === 0) return '';
  const texts = typeParameters.map(({ constraints, isPhantom }, i) => {
    const name = `${isPhantom ? 'phantom ' : ''}${typeNames[i] ?? `T${i}`}`;
    return constraints.length === 0 ? name : `${name}: ${constraints.join(' + ')}`;
  });
  return `<${texts.join(', ')}>`;
}

function functionText(declared, facts) {
  const { name, visibility, isEntry, parameters, returns, typeParameters } = declared;
  const source = facts?.functions.get(name);
  const typeNames = source?.typeParameters ?? [];
  const list = parameters.map(
    (one, i) => `${source?.parameters[i] ?? `_${i}`}: ${signatureText(one, typeNames)}`,
  );
  const results = returns.map((one) => signatureText(one, typeNames));
  const result = results.length > 1 ? `(${results.join(', ')})` : results.join('');
  return [
    source?.hasIndexSyntax === true ? '#[syntax(index)] ' : '',
    visibility === 'public' ? 'public ' : '',
    isEntry ? 'entry ' : '',
    `fun ${name}${typeParametersText(typeParameters, typeNames)}(${list.join(', ')})`,
    result === '' ? '' : `: ${result}`,
  ].join('');
}

function fieldsText(fields, typeNames) {
  // The compiler gives structs without fields a hidden one.
  const isEmpty = fields.length === 1 && fields[0].name === 'dummy_field';
  if (fields.length === 0 || isEmpty) return '{}';
  return `{ ${fields.map(({ name, type }) => `${name}: ${typeText(type, typeNames)}`).join(', ')} }`;
}

function datatypeText(declared, facts) {
  const typeNames = facts?.typeNames.get(declared.name) ?? [];
  const abilities = declared.abilities.length > 0 ? ` has ${declared.abilities.join(', ')}` : '';
  const head = `${declared.kind} ${declared.name}${typeParametersText(declared.typeParameters, typeNames)}${abilities}`;
  if (declared.kind === 'struct') return `${head} ${fieldsText(declared.fields, typeNames)}`;
  const variants = declared.variants.map(({ name, fields }) =>
    fields.length === 0 ? name : `${name} ${fieldsText(fields, typeNames)}`,
  );
  return `${head} { ${variants.join(', ')} }`;
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
