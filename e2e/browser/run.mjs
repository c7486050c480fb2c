/**
 * RedStuff in headless Chromium: `node e2e/browser/run.mjs [--size MIB] [--shards N] [--wall] [--mode MODE] [--run RUN]`.
 *
 * Bundles a page as a user's project would, and opens it cross-origin isolated and not. In both, small blobs are encoded in
 * every way and compared with the official encoder; a file of 64 MiB is picked, its blob ID is computed and it is encoded
 * in workers; slivers are verified, decoded and recovered; and a stream is spooled to the private file system. While the
 * page works, its own thread must stay free. Needs a Chromium (`CHROMIUM` names another one). Prints the measurements as
 * JSON; ends with code 1 if something is wrong.
 *
 * Tasks of the page's thread are judged by their time on the processor, since the machine may be busy; with `--wall` also by
 * the time that passed.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { BlobEncoder } from '@mysten/walrus-wasm';
import {
  blobIdFromBytes,
  encodeBlobMetadata,
  encodeSliver,
  encodingParameters,
  sliverDataLength,
  sliverIndexOfPair,
} from '@walrus-ts/core';
import { createCodec } from '@walrus-ts/redstuff';
import { build } from 'vite';
import { seededBytes } from './bytes.js';
import { startChromium } from './chromium.mjs';

const MIB = 1 << 20;
/** Longest task of the page's main thread, ms. */
const MAX_TASK_MS = 20;
/** The page's process may be so much larger than before the file was picked. */
const MAX_HEAP_BYTES = 300 * MIB;
const TIMEOUT_MS = 240_000;
/** Symbol sizes around the blocks of the field's layout, of the hash, and beyond. */
const SYMBOL_SIZES = [2, 4, 6, 62, 64, 66, 126, 128, 130, 152, 192, 302, 1206];
const SHAPES = [
  ...[4, 7, 10, 13].flatMap((nShards) => SYMBOL_SIZES.map((symbolSize) => [nShards, symbolSize])),
  ...[31, 100].flatMap((nShards) => [2, 66, 152].map((symbolSize) => [nShards, symbolSize])),
  [300, 34],
  [667, 2],
  [1000, 2],
  [1000, 8],
];
const VARIANTS = ['plain', 'relaxed'];
const OPERATIONS = { nShards: 300, sizeBytes: 16 * MIB, target: 7 };
const STREAM = { nShards: 1000, sizeBytes: 100 * MIB + 12_345, smallBytes: 3 * MIB + 1 };
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' };

const sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

/** Serves the bundle; below /isolated/ with the headers that allow shared memory. */
async function serve(folder) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const isIsolated = pathname.startsWith('/isolated/');
    const path = normalize(pathname.replace(/^\/(isolated|plain)\//, ''));
    try {
      const body = readFileSync(join(folder, path === '.' ? 'index.html' : path));
      response.writeHead(200, {
        'content-type': TYPES[extname(path)] ?? 'text/html',
        ...(isIsolated && {
          'cross-origin-opener-policy': 'same-origin',
          'cross-origin-embedder-policy': 'require-corp',
        }),
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** Cases of the identity run: one thread and two, each build of the kernels. */
function identityCases(isIsolated) {
  return SHAPES.map(([nShards, symbolSize], i) => {
    const { primarySymbols, secondarySymbols } = encodingParameters(nShards);
    const cells = primarySymbols * secondarySymbols;
    const threads = isIsolated ? 1 + (i % 2) : undefined;
    return { nShards, sizeBytes: cells * symbolSize - (cells >> 1), variants: VARIANTS, threads };
  });
}

/** What the official encoder makes of a blob. */
function officialIdentity({ nShards, sizeBytes }) {
  const blob = seededBytes(nShards + sizeBytes, sizeBytes);
  const { primarySymbols, secondarySymbols } = encodingParameters(nShards);
  const symbolSize = 2 * Math.ceil(sizeBytes / (2 * primarySymbols * secondarySymbols));
  const buffers = (axis) => {
    const data = new Uint8Array(sliverDataLength(nShards, axis, symbolSize));
    const { length } = encodeSliver({ data, symbolSize, index: 0 });
    return Array.from({ length: nShards }, () => new Uint8Array(length));
  };
  const slivers = { primary: buffers('primary'), secondary: buffers('secondary') };
  const encoder = new BlobEncoder(nShards);
  encoder.encode(blob, slivers.primary, slivers.secondary);
  const [id] = encoder.compute_metadata(blob);
  encoder.free();
  const datas = ['primary', 'secondary'].flatMap((axis) => {
    const byIndex = [];
    slivers[axis].forEach((bytes, pair) => {
      const length = sliverDataLength(nShards, axis, symbolSize);
      byIndex[sliverIndexOfPair(nShards, axis, pair)] = bytes.subarray(-4 - length, -4);
    });
    return byIndex;
  });
  return { blobId: blobIdFromBytes(Uint8Array.from(id)), slivers: sha256(...datas) };
}

/** The bytes of the stream of page-stream.js. */
function streamBytes(sizeBytes) {
  const bytes = new Uint8Array(sizeBytes);
  for (let at = 0; at < sizeBytes; at += MIB) {
    const end = Math.min(MIB, sizeBytes - at);
    for (let i = 0; i < end; i += 997) bytes[at + i] = at / MIB + i;
  }
  return bytes;
}

async function until(page, expression, what) {
  const end = Date.now() + TIMEOUT_MS;
  for (;;) {
    // Until the page is there, there is nothing to ask.
    const ask = (text) => page.evaluate(text).catch(() => undefined);
    const failure = await ask('window.failure');
    if (failure) throw new Error(`the page failed: ${failure}`);
    const value = await ask(expression);
    if (value !== undefined && value !== null && value !== false) return value;
    if (Date.now() > end) {
      const partial = await ask('JSON.stringify(window.partial)');
      throw new Error(`the page did not come to ${what}: ${partial}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** Opens the page for one run, and records what its thread does from the moment it is ready. */
async function runPage(chromium, site, run, input, { isTraced = false, file } = {}) {
  const query = new URLSearchParams({ run, input: JSON.stringify(input) });
  const page = await chromium.page(`${site}?${query}`);
  let longestTask;
  let before;
  if (isTraced) {
    await until(page, "window.state === 'ready'", 'being ready');
    before = await chromium.rendererMemory();
    await chromium.startTrace();
    await page.evaluate('window.go()');
    if (file !== undefined) await page.pickFile('#file', file);
    await until(page, "window.state === 'done'", 'its end');
    longestTask = await chromium.stopTrace();
    await page.evaluate('window.go()');
  }
  const result = await until(page, 'window.result', 'a result');
  const after = await chromium.rendererMemory();
  await page.close();
  const heapBytes = before && after && after.peakRssBytes - before.rssBytes;
  return { ...result, longestTask, heapBytes };
}

class Checks {
  problems = [];
  #where = '';
  at(where) {
    this.#where = where;
  }
  is(isRight, message) {
    if (!isRight) this.problems.push(`${this.#where}: ${message}`);
  }
  same(got, want, message) {
    this.is(
      JSON.stringify(got) === JSON.stringify(want),
      `${message}: ${JSON.stringify(got)} instead of ${JSON.stringify(want)}`,
    );
  }
  task({ longestTask }, isWall) {
    const { events, cpuMs, wallMs } = longestTask;
    this.is(events > 0 && cpuMs > 0, 'no trace');
    this.is(cpuMs <= MAX_TASK_MS, `a task of ${cpuMs} ms of the processor on the main thread`);
    if (isWall) this.is(wallMs <= MAX_TASK_MS, `a task of ${wallMs} ms on the main thread`);
  }
}

/** Encodes small blobs. */
async function checkIdentity(checks, chromium, site, isIsolated, expected) {
  const cases = identityCases(isIsolated);
  const { results, ...facts } = await runPage(chromium, site, 'identity', { cases });
  checks.same(facts.isIsolated, isIsolated, 'isolation');
  cases.forEach((input, i) => {
    const want = expected[i];
    checks.is(results[i].length === 2 * VARIANTS.length, 'not all ways were tried');
    for (const { way, variant, threads, ...got } of results[i]) {
      const name = `n=${input.nShards}, ${input.sizeBytes} bytes, ${way}, ${variant}`;
      checks.is(VARIANTS.includes(variant), `${name}: variant`);
      checks.same(threads, input.threads ?? 1, `${name}: threads`);
      checks.same(got.blobId, want.blobId, `${name}: blob ID`);
      checks.same(got.metadata, results[i][0].metadata, `${name}: metadata`);
      checks.same(got.slivers, want.slivers, `${name}: slivers`);
      checks.is(got.isDecoded, `${name}: decoded bytes`);
    }
  });
  return { cases: cases.length };
}

/** Picks a large file. */
async function checkEncode(checks, chromium, site, isWall, nShards, { file, large }) {
  const got = await runPage(chromium, site, 'encode', { nShards }, { isTraced: true, file });
  checks.is(got.threads >= 1, 'no workers');
  checks.same(got.blobId, large.blobId, 'blob ID of the file');
  checks.same(got.encodedBlobId, large.blobId, 'encoded blob ID of the file');
  checks.same(got.metadata, sha256(encodeBlobMetadata(large.metadata)), 'metadata of the file');
  checks.is(got.progressAtEnd === 1 && got.progressUpdates > 10, 'progress');
  checks.task(got, isWall);
  checks.is(!(got.heapBytes > MAX_HEAP_BYTES), `heap of ${got.heapBytes} bytes`);
  return got;
}

/** Verifies, decodes, recovers. */
async function checkOperations(checks, chromium, site, isWall) {
  const { nShards, sizeBytes, target } = OPERATIONS;
  const got = await runPage(chromium, site, 'operations', OPERATIONS, { isTraced: true });
  const blob = seededBytes(nShards + sizeBytes, sizeBytes);
  const { secondarySymbols } = encodingParameters(nShards);
  const rowBytes = sliverDataLength(
    nShards,
    'primary',
    2 * Math.ceil(sizeBytes / (2 * secondarySymbols * encodingParameters(nShards).primarySymbols)),
  );
  checks.is(got.isVerified, 'slivers are not verified');
  checks.is(got.isDecoded && got.isDecodedToSink, 'decoded bytes');
  const row = blob.subarray(target * rowBytes, (target + 1) * rowBytes);
  checks.same(got.recovered, sha256(row), 'recovered sliver');
  checks.same(got.proofCode, 'REDSTUFF_PROOF_CONSISTENT', 'a wrong inconsistency proof');
  checks.task(got, isWall);
  return { longestTask: got.longestTask, heapBytes: got.heapBytes };
}

/** Spools streams. */
async function checkStreams(checks, chromium, site, stream) {
  const before = await runPage(chromium, site, 'leaveBehind', { sizeBytes: 70 * MIB });
  checks.same(before.files.length, 1, 'files of the page that is closed');
  const got = await runPage(chromium, site, 'stream', STREAM);
  checks.same(got.leftovers, 1, 'files left behind');
  checks.is(got.isLeftoverGone, 'a file left behind stays');
  checks.same(got.filesDuring, 1, 'files while a stream is spooled');
  for (const [when, names] of Object.entries(got.filesAfter)) {
    checks.same(names, [], `files after ${when}`);
  }
  checks.same(got.sizeBytes, STREAM.sizeBytes, 'size of the stream');
  for (const key of ['blobId', 'storedBlobId', 'inMemoryBlobId']) {
    checks.same(got[key], stream.large.blobId, key);
  }
  checks.same(got.metadata, sha256(encodeBlobMetadata(stream.large.metadata)), 'metadata');
  checks.is(got.areSliversRight, 'slivers of the stream');
  checks.is(got.temporaryBytes > STREAM.sizeBytes, 'temporary bytes');
  checks.same(got.smallBlobId, stream.small.blobId, 'blob ID of the short stream');
  checks.same(got.failureCode, 'TypeError: the network is gone', 'a stream that fails');
  checks.same(got.abortCode, 'Error: enough', 'a stream that is aborted');
  // AbortError
  checks.same(got.hangCode, 20, 'a stream that stops');
  checks.same(got.limitCode, 'REDSTUFF_BLOB_TOO_LARGE', 'a stream above the limit');
  checks.same(got.quota.code, 'REDSTUFF_NO_STORAGE', 'a full disk');
  checks.is(got.quota.message.includes('no more room'), `message: ${got.quota.message}`);
  checks.same(got.none.code, 'REDSTUFF_NO_STORAGE', 'no private file system');
  checks.same(got.none.limitBytes, 256 * MIB, 'its limit');
  return { sliversMs: got.sliversMs, temporaryBytes: got.temporaryBytes };
}

async function main() {
  const { values } = parseArgs({
    options: {
      size: { type: 'string', default: '64' },
      shards: { type: 'string', default: '1000' },
      wall: { type: 'boolean', default: false },
      mode: { type: 'string' },
      run: { type: 'string' },
    },
  });
  const sizeBytes = Math.round(Number(values.size) * MIB);
  const nShards = Number(values.shards);
  const folder = mkdtempSync(join(tmpdir(), 'walrus-browser-'));
  const checks = new Checks();
  let server;
  let chromium;
  try {
    await build({
      root: fileURLToPath(new URL('.', import.meta.url)),
      base: './',
      logLevel: 'warn',
      build: { outDir: join(folder, 'site'), target: 'es2022', emptyOutDir: true },
      worker: { format: 'es' },
    });
    const blob = seededBytes(1, sizeBytes);
    const file = join(folder, 'file.bin');
    writeFileSync(file, blob);
    const codec = await createCodec({ nShards });
    const large = await codec.computeMetadata(blob);
    const stream = {
      large: await codec.computeMetadata(streamBytes(STREAM.sizeBytes)),
      small: await codec.computeMetadata(streamBytes(STREAM.smallBytes)),
    };
    let official;
    const expected = () => (official ??= identityCases(true).map(officialIdentity));

    server = await serve(join(folder, 'site'));
    const pages = [];
    for (const mode of ['isolated', 'plain']) {
      if (mode !== (values.mode ?? mode)) continue;
      const isIsolated = mode === 'isolated';
      const site = `http://127.0.0.1:${server.address().port}/${mode}/`;
      const runs = {
        identity: () => checkIdentity(checks, chromium, site, isIsolated, expected()),
        encode: () => checkEncode(checks, chromium, site, values.wall, nShards, { file, large }),
        operations: () => checkOperations(checks, chromium, site, values.wall),
        stream: () => checkStreams(checks, chromium, site, stream),
      };
      const page = { mode };
      for (const [name, run] of Object.entries(runs)) {
        if (name !== (values.run ?? name)) continue;
        checks.at(`${mode}, ${name}`);
        process.stderr.write(`${mode}: ${name} …\n`);
        // A process of its own, for the sake of its memory.
        chromium = startChromium();
        page[name] = await run();
        await chromium.stop();
        chromium = undefined;
      }
      pages.push(page);
    }
    const { problems } = checks;
    const report = { benchmark: 'browser', nShards, sizeBytes, pages, problems };
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  } finally {
    await chromium?.stop();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  }
  if (checks.problems.length > 0) process.exitCode = 1;
}

await main();
