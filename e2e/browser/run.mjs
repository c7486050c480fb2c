/**
 * RedStuff in headless Chromium: `node e2e/browser/run.mjs [--size MIB] [--shards N]`.
 *
 * Bundles a page as a user's project would, and opens it twice: cross-origin isolated and not. In both the page encodes small
 * blobs, whose slivers must be those of Node, then a file of 64 MiB is picked: its blob ID is computed and it is encoded
 * in workers while the page stays responsive. Needs a Chromium (`CHROMIUM` names another one). Prints the measurements as
 * JSON; ends with code 1 if something is wrong.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { encodeBlobMetadata } from '@walrus-ts/core';
import { createCodec } from '@walrus-ts/redstuff';
import { build } from 'vite';
import { startChromium } from './chromium.mjs';

const MIB = 1 << 20;
/** Longest task of the page's main thread, ms; time on the processor, since the machine may be busy. */
const MAX_TASK_CPU_MS = 20;
/** The page's process may be so much larger than before the file was picked. */
const MAX_HEAP_BYTES = 300 * MIB;
const TIMEOUT_MS = 600_000;
const CASES = [
  { nShards: 4, sizeBytes: 0 },
  { nShards: 4, sizeBytes: 5000 },
  { nShards: 7, sizeBytes: 12_345, threads: 1 },
  { nShards: 10, sizeBytes: 50_000, threads: 2 },
  { nShards: 31, sizeBytes: 100_001, threads: 2 },
  { nShards: 100, sizeBytes: 300_000 },
];
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

async function expectedIdentity({ nShards, sizeBytes }) {
  const blob = Uint8Array.from({ length: sizeBytes }, (_, i) => (i * 167 + 13) % 256);
  const codec = await createCodec({ nShards, backend: nShards <= 10 ? 'reference' : 'wasm' });
  const encoded = await codec.encode(blob);
  const slivers = ['primary', 'secondary'].flatMap((axis) =>
    Array.from({ length: nShards }, (_, i) => encoded.sliver(axis, i).data),
  );
  return {
    blobId: encoded.blobId,
    metadata: sha256(encodeBlobMetadata(encoded.metadata)),
    slivers: sha256(...slivers),
  };
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
    if (Date.now() > end) throw new Error(`the page did not come to ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function runPage(chromium, url, file) {
  const page = await chromium.page(url);
  await until(page, 'window.isReady', 'being ready');
  const before = await chromium.rendererMemory();
  await chromium.startTrace();
  await page.pickFile('#file', file);
  const result = await until(page, 'window.result', 'a result');
  const longestTask = await chromium.stopTrace();
  const after = await chromium.rendererMemory();
  await page.close();
  return {
    ...result,
    longestTask,
    baselineRssBytes: before?.rssBytes,
    peakRssBytes: after?.peakRssBytes,
  };
}

function check(problems, isRight, message) {
  if (!isRight) problems.push(message);
}

async function main() {
  const { values } = parseArgs({
    options: {
      size: { type: 'string', default: '64' },
      shards: { type: 'string', default: '1000' },
    },
  });
  const sizeBytes = Math.round(Number(values.size) * MIB);
  const nShards = Number(values.shards);
  const folder = mkdtempSync(join(tmpdir(), 'walrus-browser-'));
  const problems = [];
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
    const blob = new Uint8Array(sizeBytes);
    for (let i = 0; i < sizeBytes; i++) blob[i] = (Math.imul(i, 2654435761) >>> 13) & 255;
    const file = join(folder, 'file.bin');
    writeFileSync(file, blob);
    const large = await (await createCodec({ nShards })).computeMetadata(blob);
    const expected = await Promise.all(CASES.map(expectedIdentity));

    server = await serve(join(folder, 'site'));
    const pages = [];
    for (const mode of ['isolated', 'plain']) {
      chromium = startChromium();
      const query = new URLSearchParams({ cases: JSON.stringify(CASES), shards: String(nShards) });
      const url = `http://127.0.0.1:${server.address().port}/${mode}/?${query}`;
      const result = await runPage(chromium, url, file);
      await chromium.stop();
      chromium = undefined;
      result.identity.forEach((got, i) => {
        const want = expected[i];
        const name = `${mode}: n=${got.nShards}, ${got.sizeBytes} bytes`;
        check(problems, got.blobId === want.blobId, `${name}: blob ID`);
        check(problems, got.streamedBlobId === want.blobId, `${name}: streamed blob ID`);
        check(problems, got.metadata === want.metadata, `${name}: metadata`);
        check(problems, got.slivers === want.slivers, `${name}: slivers`);
        check(problems, got.streamedSlivers === want.slivers, `${name}: streamed slivers`);
        check(problems, got.isDecoded, `${name}: decoded bytes`);
      });
      const { large: got, baselineRssBytes, peakRssBytes } = result;
      check(problems, got.isIsolated === (mode === 'isolated'), `${mode}: isolation`);
      check(problems, got.threads >= 1, `${mode}: no workers`);
      check(problems, got.blobId === large.blobId, `${mode}: blob ID of the file`);
      check(problems, got.encodedBlobId === large.blobId, `${mode}: encoded blob ID of the file`);
      check(
        problems,
        got.metadata === sha256(encodeBlobMetadata(large.metadata)),
        `${mode}: metadata of the file`,
      );
      check(problems, got.progressAtEnd === 1 && got.progressUpdates > 10, `${mode}: progress`);
      const { longestTask } = result;
      check(problems, longestTask.events > 0 && longestTask.cpuMs > 0, `${mode}: no trace`);
      check(
        problems,
        longestTask.cpuMs <= MAX_TASK_CPU_MS,
        `${mode}: a task of ${longestTask.cpuMs} ms on the main thread`,
      );
      const heapBytes = peakRssBytes - baselineRssBytes;
      check(problems, !(heapBytes > MAX_HEAP_BYTES), `${mode}: heap of ${heapBytes} bytes`);
      pages.push({ mode, ...got, longestTask, baselineRssBytes, peakRssBytes, heapBytes });
    }
    const report = { benchmark: 'browser', nShards, sizeBytes, pages, problems };
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  } finally {
    await chromium?.stop();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  }
  if (problems.length > 0) process.exitCode = 1;
}

await main();
