// What the compiled contracts declare, with what only the sources tell. Shared by the check of the interface and the
// generator of the bindings. Types, fields, abilities and visibilities come from the bytecode; names of parameters and type
// parameters, macros, index syntax, comments and names of error constants come from the sources.
import { linkPackage, listPackages, loadCompiledPackage } from '@walrus-ts/contracts';
import { normalizeAddress } from '@walrus-ts/core';
import { describePackage, newTypeOrigins, setSelfAddress } from '@walrus-ts/emulator/move';
import { findConstants } from '../contracts/dist/detest.js';
import { blankOut, findModules, moduleAt } from '../contracts/dist/move-source.js';
import { readPackageTree } from '../contracts/dist/package-files.js';

/** Makes descriptions comparable: one spelling of blanks, no module names, no `mut` of parameters. */
export function normalize(text) {
  return text
    .replace(/\s+/g, ' ')
    .replace(/\b(?!ascii::)\w+::(?=\w)/g, '')
    .replace(/\bmut (?=\w+:)/g, '')
    .replace(/,? \}/g, ' }')
    .trim();
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

/** Text of the `///` lines right before an offset, attributes skipped. */
function commentBefore(source, offset) {
  const lines = source.slice(0, source.lastIndexOf('\n', offset) + 1).split('\n');
  lines.pop();
  const found = [];
  for (let line = lines.pop()?.trim(); line !== undefined; line = lines.pop()?.trim()) {
    if (line.startsWith('///')) found.unshift(line.slice(3).trim());
    else if (!line.startsWith('#[')) break;
  }
  return found.join('\n');
}

/** What only the sources tell about the modules of a package. */
export async function readSources(name) {
  const { files } = await readPackageTree(name, { tests: false });
  const modules = new Map();
  const factsOf = (module) => {
    if (!modules.has(module)) {
      modules.set(module, {
        functions: new Map(),
        typeNames: new Map(),
        comments: new Map(),
        macros: [],
        errors: [],
        aborts: [],
      });
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
        comment: commentBefore(source, match.index + match[0].indexOf('fun ')),
        hasIndexSyntax: syntax !== undefined,
        typeParameters: splitList(typeParameters.slice(1, -1)).map(declaredName),
        parameters: parameters.map(declaredName),
      });
    }
    for (const match of code.matchAll(/\b(?:struct|enum|const)\s+(\w+)/g)) {
      const { comments } = factsOf(moduleAt(declarations, match.index));
      comments.set(match[1], commentBefore(source, match.index));
    }
    for (const match of code.matchAll(/\b(?:struct|enum)\s+(\w+)\s*<([^{(]*)>/g)) {
      const names = splitList(match[2]).map(declaredName);
      factsOf(moduleAt(declarations, match.index)).typeNames.set(match[1], names);
    }
  }
  for (const { module, name: constant, value } of findConstants(files)) {
    if (!/^E[A-Z][a-z]/.test(constant)) continue;
    const facts = factsOf(module);
    facts.errors.push(`${constant} = ${value}`);
    if (!/^\d+$/.test(value)) continue;
    facts.aborts.push({ name: constant, code: value, comment: facts.comments.get(constant) ?? '' });
  }
  return modules;
}

// === Bytecode ===

/** Publishes the compiled packages in memory, each at an address of its own. */
export async function loadPackages(names) {
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

export function functionText(declared, facts) {
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

export function datatypeText(declared, facts) {
  const typeNames = facts?.typeNames.get(declared.name) ?? [];
  const abilities = declared.abilities.length > 0 ? ` has ${declared.abilities.join(', ')}` : '';
  const head = `${declared.kind} ${declared.name}${typeParametersText(declared.typeParameters, typeNames)}${abilities}`;
  if (declared.kind === 'struct') return `${head} ${fieldsText(declared.fields, typeNames)}`;
  const variants = declared.variants.map(({ name, fields }) =>
    fields.length === 0 ? name : `${name} ${fieldsText(fields, typeNames)}`,
  );
  return `${head} { ${variants.join(', ')} }`;
}
