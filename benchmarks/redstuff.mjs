/**
 * Question: how fast is RedStuff here, compared with the official WASM encoder on the same machine and Node?
 *
 *   node benchmarks/redstuff.mjs [--pairs 5] [--threads 1,2] [--variant plain|relaxed] [--shards 1000]
 *     [--cases metadata:1K,encode:32M,…]
 *
 * Operations: `metadata`, `encode` (every sliver is taken, where it may be a view of shared memory), `decode` (from the last primary slivers, nothing checked),
 * `read` (the same, and all metadata computed again), `cold` (a new process that encodes once), `stream` (metadata of a
 * file, for which the official encoder would need several times its size in memory: ours alone).
 *
 * Each side of a case is a process of its own that holds the blob and has warmed up: on a small blob, so that code is compiled,
 * and once on the very blob. They measure in turns, the order changing from round to round, for as many rounds as `--pairs` says.
 * In its turn a side runs for a second at least: a machine that changes its speed would otherwise be seen by the slow side at
 * all its speeds, and by the fast one at one of them. Reported are medians of all runs. Wall time is what counts; CPU time tells
 * how much of it a busy machine took. Prints JSON, one row per case and number of threads; the progress goes to the standard
 * error.
 */
import { fork } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { cpus, totalmem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const SELF = fileURLToPath(import.meta.url);
const UNITS = { K: 1 << 10, M: 1 << 20, G: 1 << 30 };
const DEFAULT_CASES =
  'metadata:1K,metadata:1M,metadata:32M,encode:32M,decode:32M,read:32M,cold:32M,metadata:256M,encode:256M,stream:1G';
/** Enough for the compiler to be done; the first rounds of a process are slower. */
const WARM_UP_MS = 1500;
const WARM_UP_BYTES = 1 << 20;
/** Time for which a side runs in its turn, one run at least. */
const TURN_MS = 1000;
const PIECE_BYTES = 1 << 20;
const RUN_TIMEOUT_MS = 900_000;

/** Fills memory with reproducible incompressible bytes, leaving no garbage behind: the peak of memory is measured. */
function randomBytes(seed = 0x9e3779b9) {
  let x = seed;
  return (bytes) => {
    const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
    for (let i = 0; i < words.length; i++) {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
      words[i] = x;
    }
  };
}

function randomBlob(sizeBytes) {
  const blob = new Uint8Array(sizeBytes);
  randomBytes()(blob);
  return blob;
}

/** Takes all slivers, as a caller of ours would, and gives their memory back. */
function takeSlivers(encoded, nShards) {
  for (let i = 0; i < nShards; i++) {
    encoded.sliver('primary', i);
    encoded.sliver('secondary', i);
  }
  encoded.close();
}

let ourCodec;

/** Returns the operation on our side, as a function that runs it once; always with the same codec. */
async function ours({ op, nShards, threads, variant, path }, blob) {
  const [{ createCodec, fileSource }, core] = await Promise.all([
    import('@walrus-ts/redstuff/node'),
    import('@walrus-ts/core'),
  ]);
  // The official encoder never gives its memory back, and is in between for longer than ours keeps it by default.
  const keepMemoryMs = RUN_TIMEOUT_MS;
  ourCodec ??= await createCodec({ nShards, threads, keepMemoryMs, ...(variant && { variant }) });
  const codec = ourCodec;
  const facts = { variant: codec.variant };
  if (op === 'metadata') return { facts, run: () => codec.computeMetadata(blob) };
  if (op === 'stream') {
    const run = async () => {
      const source = await fileSource(path);
      await codec.computeMetadata(source);
      await source.close();
    };
    return { facts, run };
  }
  if (op === 'encode' || op === 'cold') {
    return {
      facts,
      run: async () => takeSlivers(await codec.encode(blob, { allowsShared: true }), nShards),
    };
  }
  const { blobId, metadata, sliver } = await lastSlivers(codec, core, nShards, blob);
  const consistencyCheck = op === 'read' ? 'strict' : 'skip';
  const input = { blobId, metadata, axis: 'primary', slivers: sliver, consistencyCheck };
  return { facts, run: () => codec.decode(input) };
}

/** Encodes and keeps just as many primary slivers as are needed, the last ones: none of them is a row of the blob. */
async function lastSlivers(codec, core, nShards, blob) {
  const encoded = await codec.encode(blob);
  const { primarySymbols } = core.encodingParameters(nShards);
  const sliver = Array.from({ length: primarySymbols }, (_, i) =>
    encoded.sliver('primary', nShards - primarySymbols + i),
  );
  return { blobId: encoded.blobId, metadata: encoded.metadata, sliver };
}

/** Returns the operation of the official encoder. */
async function official({ op, nShards }, blob) {
  const [{ BlobEncoder }, core] = await Promise.all([
    import('@mysten/walrus-wasm'),
    import('@walrus-ts/core'),
  ]);
  const encoder = new BlobEncoder(nShards);
  const facts = { variant: 'official' };
  const metadata = () => encoder.compute_metadata(blob);
  if (op === 'metadata') return { facts, run: metadata };
  const symbolSize = core.symbolSize(nShards, blob.length);
  const buffers = (axis) => {
    const data = new Uint8Array(core.sliverDataLength(nShards, axis, symbolSize));
    const { length } = core.encodeSliver({ data, symbolSize, index: 0 });
    return Array.from({ length: nShards }, () => new Uint8Array(length));
  };
  if (op === 'encode' || op === 'cold') {
    return {
      facts,
      run: () => void encoder.encode(blob, buffers('primary'), buffers('secondary')),
    };
  }
  // Its slivers are made by ours, which are the same and sooner ready.
  const { createCodec } = await import('@walrus-ts/redstuff/node');
  const codec = await createCodec({ nShards, threads: 1 });
  const { blobId, sliver } = await lastSlivers(codec, core, nShards, blob);
  const slivers = sliver.map((each) => core.encodeSliver(each));
  const id = core.blobIdToBytes(blobId);
  return {
    facts,
    run() {
      const output = new Uint8Array(blob.length);
      encoder.decode(id, BigInt(blob.length), slivers, output);
      if (op === 'read') encoder.compute_metadata(output);
    },
  };
}

async function warmUp(job) {
  const small = { ...job, op: job.op === 'stream' ? 'metadata' : job.op };
  const blob = randomBlob(Math.min(WARM_UP_BYTES, job.sizeBytes));
  const { run } = await (job.side === 'ours' ? ours : official)(small, blob);
  const start = performance.now();
  do await run();
  while (job.side === 'ours' && performance.now() - start < WARM_UP_MS);
}

/** The measuring process: prepares, then runs for a time, and once at least, for each message. */
async function child() {
  let operation;
  const onMessage = async (message) => {
    try {
      if (message.job !== undefined) {
        const { job } = message;
        if (job.op !== 'cold') await warmUp(job);
        const blob = job.op === 'stream' ? undefined : randomBlob(job.sizeBytes);
        operation = await (job.side === 'ours' ? ours : official)(job, blob);
        if (job.op !== 'cold' && job.op !== 'stream') await operation.run();
        process.send({ ready: true });
        return;
      }
      const samples = [];
      const turn = performance.now();
      do {
        const cpu = process.cpuUsage();
        const start = performance.now();
        await operation.run();
        const wallMs = performance.now() - start;
        const { user, system } = process.cpuUsage(cpu);
        samples.push({
          wallMs,
          cpuMs: (user + system) / 1000,
          peakRssBytes: process.resourceUsage().maxRSS * 1024,
          ...operation.facts,
        });
      } while (performance.now() - turn < message.turnMs);
      process.send({ samples });
    } catch (error) {
      process.send({ error: String(error?.stack ?? error) });
    }
  };
  process.on('message', (message) => void onMessage(message));
}

/** A measuring process, as the parent sees it. */
class Side {
  constructor(job) {
    this.job = job;
    this.samples = [];
  }

  #ask(message) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => settle(new Error('timeout')), RUN_TIMEOUT_MS);
      const settle = (error, answer) => {
        clearTimeout(timer);
        this.process.removeAllListeners();
        if (error) reject(error);
        else resolve(answer);
      };
      this.process.on('exit', (code) => settle(new Error(`the process ended with ${code}`)));
      this.process.on('message', (answer) =>
        answer.error === undefined ? settle(undefined, answer) : settle(new Error(answer.error)),
      );
      this.process.send(message);
    });
  }

  async prepare() {
    this.startMs = performance.now();
    this.process = fork(SELF, ['--child'], { stdio: ['ignore', 2, 2, 'ipc'] });
    await this.#ask({ job: this.job });
  }

  /** Takes a turn; returns the median of its times, ms. */
  async measure() {
    const isCold = this.job.op === 'cold';
    if (isCold) await this.prepare();
    const { samples } = await this.#ask({ turnMs: isCold ? 0 : TURN_MS });
    if (isCold) {
      // All of it counts: start of the process, loading, compiling.
      samples[0].wallMs = performance.now() - this.startMs;
      this.close();
    }
    this.samples.push(...samples);
    return median(samples.map(({ wallMs }) => wallMs));
  }

  close() {
    this.process?.removeAllListeners();
    this.process?.kill();
  }
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const round = (value, digits) => Number(value.toFixed(digits));

function row({ op, nShards, sizeBytes }, side, reference) {
  const of = (samples, key) => (samples ? median(samples.map((sample) => sample[key])) : null);
  const peak = (samples) => Math.max(...samples.map((sample) => sample.peakRssBytes));
  const oursMs = of(side.samples, 'wallMs');
  const officialMs = of(reference?.samples, 'wallMs');
  const oursCpuMs = of(side.samples, 'cpuMs');
  const officialCpuMs = of(reference?.samples, 'cpuMs');
  return {
    op,
    n: nShards,
    sizeBytes,
    threads: side.job.threads,
    variant: side.samples[0].variant,
    oursMs: round(oursMs, 1),
    officialMs: officialMs && round(officialMs, 1),
    ratio: officialMs && round(officialMs / oursMs, 2),
    mibPerS: round((sizeBytes / UNITS.M / oursMs) * 1000, 2),
    oursCpuMs: round(oursCpuMs, 1),
    officialCpuMs: officialCpuMs && round(officialCpuMs, 1),
    runs: side.samples.length,
    peakRssBytes: peak(side.samples),
    officialPeakRssBytes: reference ? peak(reference.samples) : null,
    node: process.version,
  };
}

async function runCase(task, { pairs, threads, variant }) {
  const { op, sizeBytes } = task;
  const directory = op === 'stream' ? await mkdtemp(join(tmpdir(), 'redstuff-bench-')) : undefined;
  const sides = [];
  try {
    const path = directory && join(directory, 'blob');
    if (path !== undefined) {
      const file = await open(path, 'wx');
      const piece = new Uint8Array(PIECE_BYTES);
      const fill = randomBytes();
      for (let at = 0; at < sizeBytes; at += PIECE_BYTES) {
        fill(piece);
        await file.write(piece, 0, Math.min(PIECE_BYTES, sizeBytes - at));
      }
      await file.close();
    }
    const mine = threads.map(
      (count) => new Side({ ...task, path, side: 'ours', threads: count, variant }),
    );
    const reference = op === 'stream' ? undefined : new Side({ ...task, side: 'official' });
    sides.push(...mine, ...(reference ? [reference] : []));
    if (op !== 'cold') for (const side of sides) await side.prepare();
    for (let pair = 0; pair < pairs; pair++) {
      const times = new Map();
      for (const side of pair % 2 === 0 ? sides : sides.toReversed()) {
        times.set(side, round(await side.measure(), 0));
      }
      const texts = sides.map((side) => times.get(side)).join(', ');
      process.stderr.write(`${op} ${sizeBytes} bytes, round ${pair + 1}: ${texts} ms\n`);
    }
    return mine.map((side) => row(task, side, reference));
  } finally {
    for (const side of sides) side.close();
    if (directory !== undefined) await rm(directory, { recursive: true, force: true });
  }
}

function parseCase(text, nShards) {
  const match = /^(metadata|encode|decode|read|cold|stream):(\d+)([KMG])$/.exec(text);
  if (match === null) throw new Error(`--cases: ${text} is not like encode:32M`);
  return { op: match[1], sizeBytes: Number(match[2]) * UNITS[match[3]], nShards };
}

/**
 * Runs the benchmark.
 *
 * @param {{ argv?: string[] }} init - command line arguments, see the head of this file
 * @returns {Promise<object>} machine facts and the rows of the table
 */
export async function run({ argv = [] } = {}) {
  const { values } = parseArgs({
    args: argv,
    options: {
      pairs: { type: 'string', default: '5' },
      threads: { type: 'string', default: '1,2' },
      variant: { type: 'string' },
      shards: { type: 'string', default: '1000' },
      cases: { type: 'string', default: DEFAULT_CASES },
    },
  });
  const options = {
    pairs: Number(values.pairs),
    threads: values.threads.split(',').map(Number),
    variant: values.variant,
  };
  const rows = [];
  for (const text of values.cases.split(',')) {
    rows.push(...(await runCase(parseCase(text, Number(values.shards)), options)));
  }
  const [cpu] = cpus();
  return {
    benchmark: 'redstuff',
    machine: {
      cpu: cpu?.model ?? 'unknown',
      cores: cpus().length,
      memoryBytes: totalmem(),
      platform: `${process.platform} ${process.arch}`,
    },
    rows,
  };
}

if (process.argv[1] === SELF) {
  if (process.argv[2] === '--child') {
    await child();
  } else {
    const result = await run({ argv: process.argv.slice(2) });
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  }
}
