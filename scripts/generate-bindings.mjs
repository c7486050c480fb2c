// Usage: node scripts/generate-bindings.mjs [--check]. Writes packages/chain/src/generated from the compiled contracts: a
// typed function per public and entry function, the layouts of all structs and enums, and the meaning of the abort codes.
// --check changes nothing and fails if a file is not what would be written. Needs a build. See docs/adr/0016-generated-bindings.md.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { functionText, loadPackages, readSources } from './move-interface.mjs';
import { ROOT, runTool } from './steps.mjs';

const OUTPUT = join(ROOT, 'packages/chain/src/generated');
const PACKAGES = ['wal', 'walrus', 'wal_exchange', 'subsidies', 'walrus_subsidies', 'blob_bucket'];
const FRAMEWORK = ['std', 'sui'];

/** Layouts of framework types, by `module::Name`; with type arguments they are functions of their layouts. */
const FRAMEWORK_LAYOUTS = {
  'object::ID': 'address',
  'object::UID': 'address',
  'string::String': 'string',
  'ascii::String': 'string',
  'option::Option': 'option',
  'vec_map::VecMap': 'vecMap',
  'vec_set::VecSet': 'vector',
  'balance::Balance': 'u64',
  'group_ops::Element': 'bytes',
  'uq64_64::UQ64_64': 'u128',
  'coin::Coin': 'coin',
  'package::UpgradeCap': 'upgradeCap',
  'package::Publisher': 'publisher',
  'table::Table': 'collection',
  'object_table::ObjectTable': 'collection',
  'bag::Bag': 'collection',
  'object_bag::ObjectBag': 'collection',
};
/** Framework layouts that take the layouts of the type arguments. */
const GENERIC_LAYOUTS = new Set(['option', 'vecMap', 'vector']);
/** Framework types that a transaction takes as plain bytes. */
const PURE_TYPES = new Set(['object::ID', 'string::String', 'ascii::String', 'option::Option']);
/** What a caller passes, by layout. */
const INPUT_TYPES = {
  bool: 'boolean',
  u8: 'number',
  u16: 'number',
  u32: 'number',
  u64: 'IntegerInput',
  u128: 'IntegerInput',
  u256: 'IntegerInput',
  address: 'string',
  string: 'string',
  bytes: 'ByteInput',
};
const RESERVED = new Set(['new', 'delete', 'package', 'public', 'private', 'function', 'enum']);

const byText = (a, b) => (a < b ? -1 : 1);
const byKey = ([a], [b]) => byText(a, b);
const camelCase = (name) => name.replace(/_+([a-z0-9])/g, (_, char) => char.toUpperCase());
const fileName = (module) => module.replaceAll('_', '-');

// === Types ===

const packageNames = new Map();
/** Splits a full type name: package name, module, name. */
function typeParts(type) {
  const [id, module, name] = type.split('::');
  return { packageName: packageNames.get(id) ?? 'framework', module, name };
}

/** Collects what a generated file imports. */
class Imports {
  constructor(packageName, module) {
    this.self = { packageName, module };
    this.names = new Map();
    this.namespaces = new Map();
  }

  /** An import of a name. @returns the name */
  use(from, name) {
    if (!this.names.has(from)) this.names.set(from, new Set());
    this.names.get(from).add(name);
    return name;
  }

  layout(name) {
    this.use('../../move/layout.js', name);
    return name;
  }

  call(name) {
    this.use('../../move/call.js', name);
    return name;
  }

  /** A layout that another generated file holds. */
  datatype({ packageName, module, name }) {
    if (packageName === this.self.packageName && module === this.self.module) return name;
    const folder = packageName === this.self.packageName ? '.' : `../${fileName(packageName)}`;
    const alias = camelCase(
      `${packageName === this.self.packageName ? '' : `${packageName}_`}${module}`,
    );
    const space = `${alias}Module`;
    this.namespaces.set(`${folder}/${fileName(module)}.js`, space);
    return `${space}.${name}`;
  }

  toString() {
    const lines = [];
    for (const [from, names] of [...this.names].sort(byKey)) {
      const list = [...names].sort(byText);
      const isTypes = list.every((name) => name.startsWith('type '));
      const text = list.map((name) => (isTypes ? name.slice(5) : name)).join(', ');
      lines.push(`import ${isTypes ? 'type ' : ''}{ ${text} } from '${from}';`);
    }
    for (const [from, space] of [...this.namespaces].sort(byKey)) {
      lines.push(`import * as ${space} from '${from}';`);
    }
    return lines.join('\n');
  }
}

/** The expression of a type's layout. */
function layoutOf(type, imports) {
  switch (type.kind) {
    case 'vector':
      if (type.element.kind === 'u8') return imports.layout('bytes');
      return `${imports.layout('vector')}(${layoutOf(type.element, imports)})`;
    case 'typeParameter':
      return `T${type.index}`;
    case 'datatype': {
      const parts = typeParts(type.type);
      if (parts.packageName === 'framework') {
        const known = FRAMEWORK_LAYOUTS[`${parts.module}::${parts.name}`];
        if (known === undefined) throw new Error(`no layout for ${type.type}`);
        if (!GENERIC_LAYOUTS.has(known)) return imports.layout(known);
        return `${imports.layout(known)}(${type.typeArguments.map((one) => layoutOf(one, imports)).join(', ')})`;
      }
      const name = imports.datatype(parts);
      const { typeParameters } = declared.get(type.type);
      const taken = type.typeArguments.filter((_, i) => !typeParameters[i].isPhantom);
      if (taken.length === 0) return name;
      return `${name}(${taken.map((one) => layoutOf(one, imports)).join(', ')})`;
    }
    default:
      return imports.layout(type.kind);
  }
}

/** What a caller may pass for a plain type; undefined if transactions do not take it as plain bytes. */
function pureInput(type) {
  if (type.kind === 'vector') {
    if (type.element.kind === 'u8') return INPUT_TYPES.bytes;
    const element = pureInput(type.element);
    return element === undefined ? undefined : `readonly (${element})[]`;
  }
  if (type.kind === 'typeParameter') return undefined;
  if (type.kind !== 'datatype') return INPUT_TYPES[type.kind];
  const { packageName, module, name } = typeParts(type.type);
  const key = `${module}::${name}`;
  if (packageName !== 'framework' || !PURE_TYPES.has(key)) return undefined;
  if (key === 'option::Option') {
    const inner = pureInput(type.typeArguments[0]);
    return inner === undefined ? undefined : `${inner} | null`;
  }
  return INPUT_TYPES[FRAMEWORK_LAYOUTS[key]];
}

// === Declarations ===

function docstring(comment, extra, indent = '') {
  const lines = [...(comment === '' ? [] : [comment, '']), extra].join('\n').split('\n');
  // Links of Move comments mean nothing here, and a comment must not end early.
  const text = lines.map((line) => `${indent} * ${line.replaceAll('*/', '* /')}`.trimEnd());
  return `${indent}/**\n${text.join('\n')}\n${indent} */`;
}

function fieldsText(fields, imports) {
  return fields
    .map(({ name, type }) => `${camelCase(name)}: ${layoutOf(type, imports)}`)
    .join(', ');
}

const isPositional = (fields) => fields.length === 1 && fields[0].name === 'pos0';

/** The layout of a struct's or variant's fields. */
function recordLayout(name, fields, imports) {
  if (isPositional(fields)) return layoutOf(fields[0].type, imports);
  return `${imports.layout('bcs')}.struct('${name}', { ${fieldsText(fields, imports)} })`;
}

function datatypeCode(packageName, one, facts, imports) {
  imports.layout('datatype');
  const body =
    one.kind === 'struct'
      ? recordLayout(one.name, one.fields, imports)
      : `${imports.layout('bcs')}.enum('${one.name}', { ${one.variants
          .map(
            ({ name, fields }) =>
              `${name}: ${fields.length === 0 ? 'null' : recordLayout(name, fields, imports)}`,
          )
          .join(', ')} })`;
  const make = `datatype('${one.module}::${one.name}', () => ${body})`;
  const comment = docstring(
    facts?.comments.get(one.name) ?? '',
    `Layout of \`${packageName}::${one.module}::${one.name}\`.`,
  );
  const taken = one.typeParameters
    .map(({ isPhantom }, i) => (isPhantom ? undefined : i))
    .filter((i) => i !== undefined);
  if (taken.length === 0) {
    return `${comment}\nexport const ${one.name} = /* @__PURE__ */ ${make};\n`;
  }
  imports.use('@mysten/bcs', 'type BcsType');
  const generics = taken.flatMap((i) => [`V${i}`, `I${i}`]).join(', ');
  const parameters = taken.map((i) => `T${i}: BcsType<V${i}, I${i}>`).join(', ');
  return `${comment}\nexport const ${one.name} = <${generics}>(${parameters}) => ${make};\n`;
}

/** One parameter of a call: what the caller passes, and the expression that adds it. */
function parameterCode(name, { body }, imports) {
  if (body.kind === 'datatype') {
    const { packageName, module, name: typeName } = typeParts(body.type);
    if (packageName === 'framework') {
      if (module === 'tx_context') return undefined;
      if (module === 'clock' && typeName === 'Clock') return { expression: 'tx.object.clock()' };
    }
  }
  const input = pureInput(body);
  const field = camelCase(name);
  if (input === undefined) {
    imports.call('type ObjectArgument');
    return {
      field: `readonly ${field}: ObjectArgument;`,
      expression: `${imports.call('object')}(tx, args.${field})`,
    };
  }
  imports.call('type PureArgument');
  for (const name of ['IntegerInput', 'ByteInput'])
    if (input.includes(name)) imports.call(`type ${name}`);
  return {
    field: `readonly ${field}: PureArgument<${input}>;`,
    expression: `${imports.call('pure')}(tx, ${layoutOf(body, imports)}, args.${field})`,
  };
}

function functionCode(module, one, facts, imports) {
  const source = facts?.functions.get(one.name);
  const parameters = one.parameters
    .map((type, i) =>
      parameterCode((source?.parameters[i] ?? `arg${i}`).replace(/^_/, ''), type, imports),
    )
    .filter((parameter) => parameter !== undefined);
  const fields = parameters.flatMap(({ field }) => (field === undefined ? [] : [field]));
  if (one.typeParameters.length > 0) {
    fields.push(
      `readonly typeArguments: readonly [${one.typeParameters.map(() => 'string').join(', ')}];`,
    );
  }
  imports.call('call');
  imports.use('@mysten/sui/transactions', 'type Transaction');
  imports.use('@mysten/sui/transactions', 'type TransactionResult');
  const name = camelCase(one.name);
  const exported = RESERVED.has(name) ? `${name}_` : name;
  const head = `tx: Transaction, packageId: string${fields.length > 0 ? `, args: { ${fields.join(' ')} }` : ''}`;
  const list = parameters.map(({ expression }) => expression).join(', ');
  const typeArguments = one.typeParameters.length > 0 ? ', args.typeArguments' : '';
  const comment = docstring(source?.comment ?? '', `Move: \`${functionText(one, facts)}\``);
  return `${comment}\nexport function ${exported}(${head}): TransactionResult {
  return call(tx, \`\${packageId}::${module}::${one.name}\`, [${list}]${typeArguments});
}\n`;
}

/** Functions that return references cannot be called by transactions. */
function isCallable({ visibility, isEntry, returns }) {
  return (
    (visibility === 'public' || isEntry) && returns.every(({ reference }) => reference === 'none')
  );
}

const HEADER =
  '// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.\n';

/** The file of one module; undefined if there is nothing to write. */
function moduleCode(packageName, module, facts) {
  const imports = new Imports(packageName, module.name);
  // Layouts are built when they are used, so their order does not matter.
  const layouts = module.datatypes.map((one) => datatypeCode(packageName, one, facts, imports));
  const functions = module.functions
    .filter(isCallable)
    .map((one) => functionCode(module.name, one, facts, imports));
  if (layouts.length + functions.length === 0) return undefined;
  return `${HEADER}${imports}\n\n${[...layouts, ...functions].join('\n')}`;
}

/** A comment as a part of a sentence: no capital at the start, no full stop. */
function sentencePart(comment) {
  const text = comment.replace(/\s+/g, ' ').replace(/\.$/, '').replaceAll('`', '');
  return /^[A-Z][a-z ]/.test(text) ? text[0].toLowerCase() + text.slice(1) : text;
}

/** Names and meanings of abort codes: package, module, code. */
function abortsCode(sources, moduleNames) {
  const quote = (text) => `'${text.replaceAll("'", "\\'")}'`;
  const tables = [];
  for (const [packageName, facts] of sources) {
    const modules = [];
    for (const [module, { aborts }] of [...facts].sort(byKey)) {
      if (moduleNames.get(packageName)?.has(module) === false || aborts.length === 0) continue;
      const entries = aborts
        .toSorted((a, b) => Number(a.code) - Number(b.code))
        .map(
          ({ name, code, comment }) =>
            `'${code}': [${quote(name)}, ${quote(sentencePart(comment))}]`,
        );
      modules.push(`${module}: { ${entries.join(', ')} }`);
    }
    tables.push(`${packageName}: { ${modules.join(', ')} }`);
  }
  return `${HEADER}
/** Name and meaning of the abort codes of the contracts and of the framework, by package, module and code. */
export const ABORTS: Readonly<
  Record<string, Readonly<Record<string, Readonly<Record<string, readonly [string, string]>>>>>
> = { ${tables.join(', ')} };
`;
}

// === Run ===

const described = await loadPackages(PACKAGES);
const declared = new Map();
for (const [packageName, modules] of described) {
  for (const datatype of modules.flatMap((module) => module.datatypes)) {
    packageNames.set(datatype.definingId, packageName);
    declared.set(datatype.type, datatype);
  }
}
const files = new Map();
const sources = new Map();
const moduleNames = new Map();
for (const [packageName, modules] of described) {
  const facts = await readSources(packageName);
  sources.set(packageName, facts);
  moduleNames.set(packageName, new Set(modules.map(({ name }) => name)));
  for (const module of modules) {
    const code = moduleCode(packageName, module, facts.get(module.name));
    if (code !== undefined) files.set(`${fileName(packageName)}/${fileName(module.name)}.ts`, code);
  }
}
for (const name of FRAMEWORK) sources.set(name, await readSources(name));
files.set('aborts.ts', abortsCode(sources, moduleNames));

/** Lays all files out like the rest of the repo. */
function format() {
  const folder = mkdtempSync(join(tmpdir(), 'bindings-'));
  try {
    for (const [path, code] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), code);
    }
    runTool('oxfmt', ['-c', join(ROOT, '.oxfmtrc.json'), '.'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 2],
    });
    for (const path of files.keys()) files.set(path, readFileSync(join(folder, path), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

format();
const isCheck = process.argv.includes('--check');
const problems = [];
for (const [path, code] of files) {
  const file = join(OUTPUT, path);
  if (existsSync(file) && readFileSync(file, 'utf8') === code) continue;
  problems.push(relative(ROOT, file));
  if (isCheck) continue;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, code);
}
if (existsSync(OUTPUT)) {
  for (const path of readdirSync(OUTPUT, { recursive: true }).map(String)) {
    if (!path.endsWith('.ts') || files.has(path.replaceAll('\\', '/'))) continue;
    problems.push(relative(ROOT, join(OUTPUT, path)));
    if (!isCheck) rmSync(join(OUTPUT, path));
  }
}
if (isCheck && problems.length > 0) {
  console.error(`not current, run node scripts/generate-bindings.mjs:\n${problems.join('\n')}`);
  process.exit(1);
}
console.error(
  isCheck
    ? `bindings: ${files.size} files are current`
    : `bindings: ${problems.length} of ${files.size} files changed`,
);
