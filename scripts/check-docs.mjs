// Usage: node scripts/check-docs.mjs
// Fails when the documentation no longer says what the code says: error codes, routes and reasons of the node API, methods of the chain, keys of
// the node's configuration, links between pages, the list of decisions, READMEs of packages. Needs a build.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { NodeConfigSchema } from '@walrus-ts/node';
import { API_REASONS, ROUTES } from '@walrus-ts/node-api';
import { ROOT } from './steps.mjs';

const AREAS = 'CLI|SDK|CHAIN|NODE|LOCALNET|CORE|REDSTUFF|EMULATOR|FAUCET|LEDGER|CONTRACTS|NODE_API';
const SKIPPED = new Set(['node_modules', 'dist', 'build', '.git', 'coverage']);

const problems = [];
const fail = (file, text) => problems.push(`${file}: ${text}`);
const read = (path) => readFileSync(join(ROOT, path), 'utf8');

function* filesBelow(folder, ending) {
  for (const name of readdirSync(join(ROOT, folder))) {
    if (SKIPPED.has(name)) continue;
    const path = join(folder, name);
    if (statSync(join(ROOT, path)).isDirectory()) yield* filesBelow(path, ending);
    else if (name.endsWith(ending)) yield path;
  }
}

/** Every error code that the sources write, with one file that does. */
function codesInSources() {
  const codes = new Map(
    Object.keys(API_REASONS).map((reason) => [`NODE_API_${reason}`, 'packages/node-api']),
  );
  const literal = new RegExp(`'((?:${AREAS})_[A-Z0-9_]*[A-Z0-9])'`, 'g');
  const key = new RegExp(`^ {2}((?:${AREAS})_[A-Z0-9_]+):`, 'gm');
  const folders = readdirSync(join(ROOT, 'packages'))
    .filter((name) => name !== 'testkit' && existsSync(join(ROOT, 'packages', name, 'src')))
    .map((name) => `packages/${name}/src`);
  for (const folder of [...folders, 'contracts/src']) {
    for (const file of filesBelow(folder, '.ts')) {
      const text = read(file);
      const keys = file.endsWith('errors.ts') ? [...text.matchAll(key)] : [];
      for (const [, code] of [...text.matchAll(literal), ...keys]) {
        if (!codes.has(code)) codes.set(code, file);
      }
    }
  }
  return codes;
}

function checkErrors() {
  const page = 'docs/reference/errors.md';
  const inSources = codesInSources();
  const inPage = [...read(page).matchAll(/^\| `([A-Z0-9_]+)`/gm)].map(([, code]) => code);
  for (const [code, file] of inSources) {
    if (!inPage.includes(code)) fail(page, `${code} of ${file} is missing`);
  }
  for (const code of inPage) {
    if (!inSources.has(code)) fail(page, `${code} is not in the sources`);
  }
  for (const code of inPage.filter((entry, i) => inPage.indexOf(entry) !== i)) {
    fail(page, `${code} is listed twice`);
  }
}

function checkRoutes() {
  const page = 'docs/reference/http-node-api.md';
  const text = read(page);
  for (const { method, path, reasons } of Object.values(ROUTES)) {
    const title = `\`${method} ${path}\``;
    const start = text.indexOf(`### ${title}`);
    if (start < 0) {
      fail(page, `${title} is missing`);
      continue;
    }
    const next = text.indexOf('\n##', start + 1);
    const section = text.slice(start, next < 0 ? undefined : next);
    for (const reason of reasons) {
      if (!section.includes(`\`${reason}\``)) fail(page, `${title} does not name ${reason}`);
    }
  }
  const titles = [...text.matchAll(/^### `([A-Z]+ \/[^`]*)`/gm)].map(([, title]) => title);
  const known = Object.values(ROUTES).map(({ method, path }) => `${method} ${path}`);
  for (const title of titles) if (!known.includes(title)) fail(page, `there is no ${title}`);
}

/** Methods that the emulator binds, read from the sources of its services. */
function checkRpcMethods() {
  const page = 'docs/reference/sui-rpc.md';
  const served = [...filesBelow('packages/emulator/src/rpc/services', '.ts')].flatMap((file) =>
    [...read(file).matchAll(/(?:unary|stream)\(\s*(\w+Service),\s*'(\w+)'/g)].map(
      ([, service, name]) => `${service}/${name}`,
    ),
  );
  const listed = [...read(page).matchAll(/^\| `(\w+Service\/\w+)`/gm)].map(([, name]) => name);
  for (const name of served) if (!listed.includes(name)) fail(page, `${name} is missing`);
  for (const name of listed) if (!served.includes(name)) fail(page, `${name} is not served`);
}

/** Keys of a zod object with their defaults, nested ones with dots. */
function* configKeys(schema, prefix = '') {
  const { shape } = schema;
  for (const [key, field] of Object.entries(shape)) {
    let inner = field;
    let fallback;
    while (inner.shape === undefined && inner.def.innerType !== undefined) {
      if (inner.def.type === 'default') fallback = inner.def.defaultValue;
      inner = inner.def.innerType;
    }
    if (inner.shape === undefined) yield [`${prefix}${key}`, fallback];
    else yield* configKeys(inner, `${prefix}${key}.`);
  }
}

function checkConfiguration() {
  const page = 'docs/reference/configuration.md';
  const lines = read(page).split('\n');
  const keys = [...configKeys(NodeConfigSchema)];
  for (const [key, fallback] of keys) {
    const row = lines.find((line) => line.startsWith(`| \`${key}\` `));
    if (row === undefined) fail(page, `${key} of the node's configuration is missing`);
    else if (fallback !== undefined && !row.includes(`\`${String(fallback)}\``)) {
      fail(page, `the default of ${key} is ${String(fallback)}`);
    }
  }
}

/** The anchor that a heading gets on the usual forges. */
function anchorOf(heading) {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}

function withoutCode(text) {
  return text.replaceAll(/^(`{3,})[^\n]*\n[\s\S]*?^\1$/gm, '');
}

function checkLinks() {
  for (const page of filesBelow('.', '.md')) {
    for (const [, target] of withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? join(ROOT, page) : resolve(ROOT, dirname(page), path);
      if (!existsSync(file)) fail(page, `the link ${target} leads nowhere`);
      else if (anchor !== undefined && file.endsWith('.md')) {
        const headings = [...withoutCode(readFileSync(file, 'utf8')).matchAll(/^#+ (.+)$/gm)];
        if (!headings.some(([, heading]) => anchorOf(heading) === anchor)) {
          fail(page, `${relative(ROOT, file)} has no heading #${anchor}`);
        }
      }
    }
  }
}

function checkDecisions() {
  const folder = 'docs/adr';
  const list = read(`${folder}/README.md`);
  const files = readdirSync(join(ROOT, folder)).filter((name) => name !== 'README.md');
  const numbers = new Set();
  for (const name of files) {
    const number = /^(\d{4})-[a-z0-9-]+\.md$/.exec(name)?.[1];
    if (number === undefined) fail(`${folder}/${name}`, 'must be named NNNN-title.md');
    if (numbers.has(number)) fail(`${folder}/${name}`, 'its number is taken');
    numbers.add(number);
    if (!list.includes(`(${name})`)) fail(`${folder}/README.md`, `${name} is missing`);
    const text = read(`${folder}/${name}`);
    for (const part of ['Context', 'Decision', 'Consequences', 'Rejected']) {
      if (!text.includes(`\n## ${part}\n`)) fail(`${folder}/${name}`, `has no part ${part}`);
    }
  }
}

function checkReadmes() {
  for (const workspace of JSON.parse(read('package.json')).workspaces) {
    const path = `${workspace}/README.md`;
    if (!existsSync(join(ROOT, path))) fail(path, 'is missing');
  }
}

checkErrors();
checkRoutes();
checkRpcMethods();
checkConfiguration();
checkLinks();
checkDecisions();
checkReadmes();
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
console.log('docs: codes, routes, configuration, links and lists agree with the sources');
