/**
 * Question: how fast, and in how much memory, is a blob encoded, compared with the official WASM encoder?
 *
 *   node benchmarks/encode.mjs [--shards 100,1000] [--size MIB] [--pairs N]
 *
 * Each measurement is a process of its own: it creates random bytes, warms up on a small blob, then encodes once and takes
 * all 2n slivers. Ours and the official encoder alternate; reported are medians (and the best) of the pairs. Peak memory
 * is the resident set of the whole process, Node included, at its highest; `baseline` is the same process without encoding.
 * Prints JSON to the standard output, progress to the standard error.
 */
import { execFile, execFileSync } from 'node:child_process';
import { createCipheriv } from 'node:crypto';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

const SELF = fileURLToPath(import.meta.url);
const MIB = 1 << 20;
/** Blob sizes by number of shards, chosen for runs of seconds with the official encoder. */
const DEFAULT_SIZES_MIB = new Map([
  [100, 32],
  [1000, 32],
]);
const FALLBACK_SIZE_MIB = 8;
const WARM_UP = { nShards: 100, sizeBytes: 4096 };
const CHILD_TIMEOUT_MS = 600_000;
const SIDES = ['ours', 'official'];

/** Reproducible incompressible bytes: a cipher's key stream. */
function randomBlob(sizeBytes) {
  const cipher = createCipheriv('aes-128-ctr', new Uint8Array(16), new Uint8Array(16));
  const blob = new Uint8Array(sizeBytes);
  // Piece by piece, so that the blob is the only large allocation before the measurement.
  for (let at = 0; at < sizeBytes; at += MIB) {
    blob.set(cipher.update(new Uint8Array(Math.min(MIB, sizeBytes - at))), at);
  }
  return blob;
}

async function oursEncoder() {
  const { createCodec } = await import('@walrus-ts/redstuff');
  return async (nShards, blob) => {
    const codec = await createCodec({ nShards });
    return async () => {
      const encoded = await codec.encode(blob);
      const slivers = [];
      for (let i = 0; i < nShards; i++) {
        slivers.push(encoded.sliver('primary', i), encoded.sliver('secondary', i));
      }
      return { blobId: encoded.blobId, slivers };
    };
  };
}

async function officialEncoder() {
  const [{ BlobEncoder }, core] = await Promise.all([
    import('@mysten/walrus-wasm'),
    import('@walrus-ts/core'),
  ]);
  return (nShards, blob) => {
    const size = core.symbolSize(nShards, blob.length);
    const buffers = (axis) => {
      const data = new Uint8Array(core.sliverDataLength(nShards, axis, size));
      const { length } = core.encodeSliver({ data, symbolSize: size, index: 0 });
      return () => Array.from({ length: nShards }, () => new Uint8Array(length));
    };
    const [primary, secondary] = [buffers('primary'), buffers('secondary')];
    const encoder = new BlobEncoder(nShards);
    return () => {
      const slivers = [primary(), secondary()];
      const [metadata] = encoder.encode(blob, ...slivers);
      return { blobId: core.blobIdFromBytes(Uint8Array.from(metadata.blob_id)), slivers };
    };
  };
}

/** Runs one measurement in this process. */
async function measure({ side, nShards, sizeBytes }) {
  const prepare = await (side === 'ours' ? oursEncoder() : officialEncoder());
  const warmUp = await prepare(WARM_UP.nShards, randomBlob(WARM_UP.sizeBytes));
  await warmUp();
  const blob = randomBlob(sizeBytes);
  const encode = await prepare(nShards, blob);
  const baseline = process.resourceUsage().maxRSS * 1024;
  const cpu = process.cpuUsage();
  const start = performance.now();
  const { blobId } = await encode();
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return {
    blobId,
    wallMs,
    cpuMs: (user + system) / 1000,
    baselineRssBytes: baseline,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  };
}

async function measureInChild(job) {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [SELF, '--child', JSON.stringify(job)],
    { timeout: CHILD_TIMEOUT_MS },
  );
  return JSON.parse(stdout);
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const round = (value, digits = 2) => Number(value.toFixed(digits));

function summarize(samples, sizeBytes) {
  const of = (key) => samples.map((sample) => sample[key]);
  const medianMs = median(of('wallMs'));
  return {
    medianMs: round(medianMs, 1),
    bestMs: round(Math.min(...of('wallMs')), 1),
    medianCpuMs: round(median(of('cpuMs')), 1),
    mibPerS: round((sizeBytes / MIB / medianMs) * 1000),
    peakRssBytes: median(of('peakRssBytes')),
    baselineRssBytes: median(of('baselineRssBytes')),
  };
}

async function runCase({ nShards, sizeBytes, pairs }) {
  const samples = { ours: [], official: [] };
  for (let pair = 0; pair < pairs; pair++) {
    // Whoever goes first changes from pair to pair: the machine may be shared.
    for (const side of pair % 2 === 0 ? SIDES : SIDES.toReversed()) {
      const sample = await measureInChild({ side, nShards, sizeBytes });
      samples[side].push(sample);
      process.stderr.write(
        `encode: n=${nShards} ${round(sizeBytes / MIB)} MiB pair ${pair + 1}/${pairs} ${side}: ` +
          `${round(sample.wallMs, 0)} ms\n`,
      );
    }
  }
  const ids = new Set(SIDES.flatMap((side) => samples[side].map(({ blobId }) => blobId)));
  if (ids.size !== 1) throw new Error(`the encoders disagree: ${[...ids].join(' ')}`);
  const ours = summarize(samples.ours, sizeBytes);
  const official = summarize(samples.official, sizeBytes);
  return {
    nShards,
    sizeBytes,
    pairs,
    ours,
    official,
    ratio: {
      speed: round(ours.mibPerS / official.mibPerS),
      peakRss: round(ours.peakRssBytes / official.peakRssBytes),
    },
  };
}

function commit() {
  try {
    const options = { cwd: fileURLToPath(new URL('.', import.meta.url)), encoding: 'utf8' };
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      ...options,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return null;
  }
}

function positive(text, name) {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`--${name} must be positive: ${text}`);
  return value;
}

/**
 * Runs the benchmark.
 *
 * @param {{ argv?: string[] }} init - command line arguments, see the head of this file
 * @returns {Promise<object>} machine facts and one entry per number of shards
 */
export async function run({ argv = [] } = {}) {
  const { values } = parseArgs({
    args: argv,
    options: {
      shards: { type: 'string', default: '100,1000' },
      size: { type: 'string' },
      pairs: { type: 'string', default: '3' },
    },
  });
  const pairs = Math.floor(positive(values.pairs, 'pairs'));
  const cases = [];
  for (const text of values.shards.split(',')) {
    const nShards = positive(text, 'shards');
    const sizeMib =
      values.size === undefined
        ? (DEFAULT_SIZES_MIB.get(nShards) ?? FALLBACK_SIZE_MIB)
        : positive(values.size, 'size');
    cases.push(await runCase({ nShards, sizeBytes: Math.round(sizeMib * MIB), pairs }));
  }
  const [cpu] = cpus();
  return {
    benchmark: 'encode',
    machine: {
      cpu: cpu?.model ?? 'unknown',
      cores: cpus().length,
      memoryBytes: totalmem(),
      platform: `${process.platform} ${process.arch}`,
      node: process.version,
      commit: commit(),
    },
    cases,
  };
}

if (process.argv[1] === SELF) {
  const [flag, job] = process.argv.slice(2);
  const result =
    flag === '--child'
      ? await measure(JSON.parse(job))
      : await run({ argv: process.argv.slice(2) });
  process.stdout.write(`${JSON.stringify(result, null, flag === '--child' ? 0 : 2)}\n`);
}
