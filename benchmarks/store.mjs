// npm run bench -- store [--size 1024] [--nodes 12] [--shards 1000] [--threads N] [--official-seconds 180]
// Stores and reads a file of --size MiB with the `walrus` command on a local network, every process by itself: rates, and
// the peak of resident memory of the client and of each storage node. Beside it the official SDK stores files of 16, 32, …
// MiB on the same network until one fails or takes longer than --official-seconds (0: leave it out).
// Linux only: peaks are read from /proc.
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startCli, startTestNetwork } from '@walrus-ts/testkit';

const MIB = 1024 * 1024;
const OFFICIAL_SIZES_MIB = [16, 32, 64, 128, 256, 512, 1024];
const TIME_LIMIT_MS = 30 * 60_000;

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '1024' },
    nodes: { type: 'string', default: '12' },
    shards: { type: 'string', default: '1000' },
    threads: { type: 'string' },
    'official-seconds': { type: 'string', default: '180' },
  },
});
const sizeBytes = Number(values.size) * MIB;
const officialMs = Number(values['official-seconds']) * 1000;
const threads = values.threads === undefined ? [] : ['--threads', values.threads];

const note = (line) => process.stderr.write(`${line}\n`);
const round = (value) => Math.round(value * 100) / 100;
const rate = (bytes, ms) => round(bytes / MIB / (ms / 1000));

/** Highest resident memory of a process since its start or the last reset, bytes. */
async function peakRss(pid) {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** Watches a child until it ends. */
async function watchPeak(child, exited) {
  let peak = 0;
  const sample = async () => {
    peak = Math.max(peak, await peakRss(child.pid));
  };
  const timer = setInterval(() => void sample(), 50);
  const kill = setTimeout(() => child.kill('SIGKILL'), TIME_LIMIT_MS);
  const startMs = performance.now();
  try {
    const result = await exited;
    return { result, peak, ms: performance.now() - startMs };
  } finally {
    clearInterval(timer);
    clearTimeout(kill);
  }
}

async function randomFile(path, bytes) {
  const file = await open(path, 'w');
  for (let done = 0; done < bytes; done += MIB) {
    await file.write(randomBytes(Math.min(MIB, bytes - done)));
  }
  await file.close();
}

async function sha256(path) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

const dir = await mkdtemp(join(tmpdir(), 'walrus-bench-store-'));
note('starting the network …');
const network = await startTestNetwork({
  nNodes: Number(values.nodes),
  nShards: Number(values.shards),
});

/** Peaks of the nodes since the last call. */
async function nodePeaks() {
  const peaks = [];
  for (const { pid } of network.local.info.nodes) {
    peaks.push(await peakRss(pid));
    // Begins counting anew.
    await writeFile(`/proc/${pid}/clear_refs`, '5').catch(() => undefined);
  }
  return { max: Math.max(...peaks), all: peaks };
}

async function walrus(args) {
  const options = { networkDir: network.dir, cwd: dir };
  const { child, exited } = startCli([...args, ...threads, '--json'], options);
  const { result, peak, ms } = await watchPeak(child, exited);
  if (result.code !== 0) throw new Error(`walrus ${args[0]}: ${result.stderr}`);
  return { value: JSON.parse(new TextDecoder().decode(result.stdout)), peak, ms };
}

async function officialStore(mib) {
  const script = fileURLToPath(new URL('support/official-store.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, network.dir, String(mib * MIB)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let error = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (error = (error + chunk).slice(-2000)));
  const timer = setTimeout(() => child.kill('SIGKILL'), officialMs);
  const exited = new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const { result, peak } = await watchPeak(child, exited);
  clearTimeout(timer);
  if (result.code !== 0) {
    const lines = error.trim().split('\n');
    const said = lines.find((line) => /error/i.test(line)) ?? lines.at(-1);
    const reason = result.signal === 'SIGKILL' ? 'time limit' : (said ?? result.signal);
    return { sizeBytes: mib * MIB, failed: reason };
  }
  const { ms } = JSON.parse(out);
  return {
    sizeBytes: mib * MIB,
    ms: Math.round(ms),
    mibPerSecond: rate(mib * MIB, ms),
    peakRssBytes: peak,
  };
}

try {
  const path = join(dir, 'file.bin');
  const copy = join(dir, 'copy.bin');
  await randomFile(path, sizeBytes);
  const idle = await nodePeaks();

  note(`storing ${values.size} MiB …`);
  const stored = await walrus(['store', path, '--epochs', '2']);
  const { blobId } = stored.value[0].blobStoreResult.newlyCreated.blobObject;
  const nodesStoring = await nodePeaks();
  note(`stored in ${round(stored.ms / 1000)} s`);

  note('reading it …');
  const read = await walrus(['read', blobId, '--out', copy]);
  const nodesReading = await nodePeaks();
  note(`read in ${round(read.ms / 1000)} s`);
  const isEqual =
    (await stat(copy)).size === sizeBytes && (await sha256(copy)) === (await sha256(path));
  await rm(copy);

  const official = [];
  for (const mib of officialMs > 0 ? OFFICIAL_SIZES_MIB : []) {
    note(`official SDK: storing ${mib} MiB …`);
    const attempt = await officialStore(mib);
    official.push(attempt);
    // The report comes at the end, which a time limit may cut off.
    note(JSON.stringify(attempt));
    if (attempt.failed !== undefined) break;
  }
  const nodesOfficial = await nodePeaks();

  const report = {
    benchmark: 'store',
    nodes: Number(values.nodes),
    shards: Number(values.shards),
    sizeBytes,
    store: {
      ms: Math.round(stored.ms),
      mibPerSecond: rate(sizeBytes, stored.ms),
      clientPeakRssBytes: stored.peak,
      nodePeakRssBytes: nodesStoring.max,
      nodePeaks: nodesStoring.all,
    },
    read: {
      ms: Math.round(read.ms),
      mibPerSecond: rate(sizeBytes, read.ms),
      clientPeakRssBytes: read.peak,
      nodePeakRssBytes: nodesReading.max,
      isEqual,
    },
    officialStore: official,
    nodePeakRssBytesWithOfficialClient: nodesOfficial.max,
    nodePeakRssBytesBefore: idle.max,
    machine: {
      cpu: cpus()[0]?.model,
      processors: cpus().length,
      memoryBytes: totalmem(),
      loadAverage: round(loadavg()[0]),
      node: process.version,
    },
  };
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  if (!isEqual) process.exitCode = 1;
} finally {
  await network.close();
  await rm(dir, { recursive: true, force: true });
}
