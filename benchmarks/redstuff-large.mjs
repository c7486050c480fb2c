/**
 * Question: does a large file go through the codec in bounded memory, and how fast?
 *
 *   node benchmarks/redstuff-large.mjs [--size MIB] [--shards N] [--threads N] [--dir FOLDER]
 *
 * Makes a file of incompressible bytes (4 GiB by default), then, each in a process of its own: computes its blob ID,
 * encodes it to files (every sliver, 4.5 times the blob), decodes it from the last primary slivers, none of which holds a
 * part of the blob as it is, and from the first ones. Reported are wall and CPU time, rate, the peak of the resident set of
 * the whole process, and the disk space of temporary files; the decoded bytes must have the SHA-256 of the file. Fails if a
 * peak is above 300 MiB. Needs some 8 times the size on disk; removes everything at the end.
 * Prints JSON to the standard output, progress to the standard error.
 */
import { spawn } from 'node:child_process';
import { createCipheriv, createHash } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const SELF = fileURLToPath(import.meta.url);
const MIB = 1 << 20;
const LIMIT_BYTES = 300 * MIB;

const round = (value) => Number(value.toFixed(1));

async function codecFor({ nShards, threads }, folder) {
  const { createCodec } = await import('@walrus-ts/redstuff/node');
  return createCodec({ nShards, tempDir: folder, ...(threads !== undefined && { threads }) });
}

/** Writes reproducible incompressible bytes, a cipher's key stream, and returns their SHA-256. */
function makeFile({ folder, sizeBytes }) {
  const cipher = createCipheriv('aes-128-ctr', new Uint8Array(16), new Uint8Array(16));
  const hash = createHash('sha256');
  const zeros = new Uint8Array(4 * MIB);
  const fd = openSync(join(folder, 'blob'), 'w');
  for (let at = 0; at < sizeBytes; at += zeros.length) {
    const bytes = cipher.update(zeros.subarray(0, Math.min(zeros.length, sizeBytes - at)));
    hash.update(bytes);
    writeSync(fd, bytes);
  }
  closeSync(fd);
  return { sha256: hash.digest('hex') };
}

/** Bytes of the temporary files that this process has open: they have no name any more. */
function temporaryBytes(folder) {
  let bytes = 0;
  for (const fd of readdirSync('/proc/self/fd')) {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`);
      if (target.startsWith(folder) && target.endsWith(' (deleted)')) {
        bytes += fstatSync(Number(fd)).size;
      }
    } catch {
      // Closed meanwhile.
    }
  }
  return bytes;
}

/** Watches the size of temporary files while an operation runs; only on Linux. */
function diskWatch(folder) {
  if (process.platform !== 'linux') return () => null;
  let most = 0;
  const timer = setInterval(() => (most = Math.max(most, temporaryBytes(folder))), 100);
  return () => {
    clearInterval(timer);
    return most;
  };
}

async function measured(operation) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const result = await operation();
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { ...result, wallMs, cpuMs: (user + system) / 1000 };
}

async function blobId(job) {
  const { fileSource } = await import('@walrus-ts/redstuff/node');
  const codec = await codecFor(job, job.folder);
  const source = await fileSource(join(job.folder, 'blob'));
  const stop = diskWatch(job.folder);
  const result = await measured(async () => {
    const { blobId: id } = await codec.computeMetadata(source);
    return { blobId: id };
  });
  await source.close();
  return { ...result, temporaryBytes: stop(), threads: codec.threads };
}

async function encode(job) {
  const { fileSource } = await import('@walrus-ts/redstuff/node');
  const { encodeBlobMetadata } = await import('@walrus-ts/core');
  const codec = await codecFor(job, job.folder);
  const source = await fileSource(join(job.folder, 'blob'));
  const axes = ['primary', 'secondary'];
  const folders = axes.map((axis) => join(job.folder, axis));
  for (const path of folders) mkdirSync(path);
  // Only the primary slivers come in parts and need their files open.
  const files = new Map();
  let written = 0;
  const sink = {
    write({ axis, index, offset, data }) {
      const path = join(job.folder, axis, String(index));
      const isWhole = axis === 'secondary';
      const fd = (!isWhole && files.get(index)) || openSync(path, 'w');
      for (let done = 0; done < data.length;) {
        done += writeSync(fd, data, done, data.length - done, offset + done);
      }
      if (isWhole) closeSync(fd);
      else files.set(index, fd);
      written += data.length;
    },
  };
  const result = await measured(async () => {
    const encoded = await codec.encodeToSink(source, sink);
    writeFileSync(join(job.folder, 'metadata'), encodeBlobMetadata(encoded.metadata));
    return { blobId: encoded.blobId, temporaryBytes: encoded.temporaryBytes };
  });
  for (const fd of files.values()) closeSync(fd);
  await source.close();
  return { ...result, sliverBytes: written, threads: codec.threads };
}

async function decode(job) {
  const { openSliverFiles } = await import('@walrus-ts/redstuff/node');
  const core = await import('@walrus-ts/core');
  const codec = await codecFor(job, job.folder);
  const metadata = core.decodeBlobMetadata(readFileSync(join(job.folder, 'metadata')));
  const { primarySymbols } = core.encodingParameters(job.nShards);
  const files = Array.from({ length: primarySymbols }, (_, i) => {
    const index = job.kind === 'last' ? job.nShards - 1 - i : i;
    return { index, path: join(job.folder, 'primary', String(index)) };
  });
  const symbolSize = core.symbolSize(job.nShards, metadata.unencodedLength);
  const slivers = await openSliverFiles(files, symbolSize);
  const hash = createHash('sha256');
  const stop = diskWatch(job.folder);
  const result = await measured(async () => {
    const input = { blobId: job.blobId, metadata, axis: 'primary', slivers };
    await codec.decodeToSink(input, { write: (bytes) => void hash.update(bytes) });
    return { sha256: hash.digest('hex') };
  });
  await slivers.close();
  return { ...result, temporaryBytes: stop(), threads: codec.threads };
}

const CHILDREN = { makeFile, blobId, encode, decode };

/** Runs one step in a process of its own, so that its peak of memory is its own. */
function inChild(step, job) {
  process.stderr.write(`redstuff-large: ${step} ${job.kind ?? ''}\n`);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [SELF, '--child', step, JSON.stringify(job)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) resolve(JSON.parse(output));
      else reject(new Error(`${step} ended with code ${code}`));
    });
  });
}

function row(op, job, { wallMs, cpuMs, peakRssBytes, temporaryBytes, threads }) {
  return {
    op,
    n: job.nShards,
    sizeBytes: job.sizeBytes,
    threads,
    oursMs: round(wallMs),
    cpuMs: round(cpuMs),
    mibPerS: round(job.sizeBytes / MIB / (wallMs / 1000)),
    peakRssBytes,
    temporaryBytes,
    node: process.version,
  };
}

/** Runs the benchmark; see the head of this file. */
export async function run({ argv = [] } = {}) {
  const { values } = parseArgs({
    args: argv,
    options: {
      size: { type: 'string', default: '4096' },
      shards: { type: 'string', default: '1000' },
      threads: { type: 'string' },
      dir: { type: 'string', default: tmpdir() },
    },
  });
  const folder = mkdtempSync(join(values.dir, 'walrus-large-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const interrupt = () => {
    remove();
    process.exit(130);
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const job = {
      folder,
      sizeBytes: Math.round(Number(values.size) * MIB),
      nShards: Number(values.shards),
      ...(values.threads !== undefined && { threads: Number(values.threads) }),
    };
    const { sha256 } = await inChild('makeFile', job);
    const rows = [];
    const identity = await inChild('blobId', job);
    rows.push(row('blobId', job, identity));
    const encoded = await inChild('encode', job);
    rows.push({ ...row('encodeToSink', job, encoded), sliverBytes: encoded.sliverBytes });
    if (encoded.blobId !== identity.blobId) throw new Error('the two blob IDs are different');
    for (const kind of ['last', 'first']) {
      const decoded = await inChild('decode', { ...job, kind, blobId: identity.blobId });
      rows.push(row(`decode from the ${kind} primary slivers`, job, decoded));
      if (decoded.sha256 !== sha256) throw new Error('the decoded bytes are other ones');
    }
    const [cpu] = cpus();
    return {
      benchmark: 'redstuff-large',
      machine: {
        cpu: cpu?.model ?? 'unknown',
        cores: cpus().length,
        memoryBytes: totalmem(),
        platform: `${process.platform} ${process.arch}`,
        node: process.version,
      },
      blobId: identity.blobId,
      sha256,
      limitBytes: LIMIT_BYTES,
      isWithinLimit: rows.every(({ peakRssBytes }) => peakRssBytes <= LIMIT_BYTES),
      rows,
    };
  } finally {
    remove();
  }
}

if (process.argv[1] === SELF) {
  const [flag, step, job] = process.argv.slice(2);
  if (flag === '--child') {
    const result = await CHILDREN[step](JSON.parse(job));
    const peakRssBytes = process.resourceUsage().maxRSS * 1024;
    process.stdout.write(JSON.stringify({ ...result, peakRssBytes }));
  } else {
    const result = await run({ argv: process.argv.slice(2) });
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    if (!result.isWithinLimit) process.exitCode = 1;
  }
}
