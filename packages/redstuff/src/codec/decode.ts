/*
 * Decoding in memory and to a sink, with the three levels of consistency checks (spec redstuff.md §13 and §14).
 *
 * Long because both ways share one plan of which rows are copied, rebuilt and compared, and what is trusted must be
 * decided in one place.
 */
import { NODE_BYTES } from '../merkle/shape.js';
import type { BlobSink } from '../sink/sink.js';
import { sliversInMemory, type SliverSource } from '../source/slivers.js';
import { bytesSource, type BlobSource } from '../source/source.js';
import { memoryStore, type TempStore } from '../source/temp-store.js';
import { BufferPool, forEachInOrder, forEachUnit, ProgressMeter } from '../threads/executor.js';
import type { PanelInput, StoreHandle, TaskResult } from '../threads/tasks.js';
import type { OperationOptions } from '../types.js';
import { decodeInMemory } from './decode-in-memory.js';
import {
  checkPadding,
  checkRow,
  inconsistent,
  takeSlivers,
  type DecodeInput,
  type DecodeJob,
  type DecodeToSinkInput,
  type Taken,
} from './decode-job.js';
import { decodedRows, type RowPlace } from './decoded-rows.js';
import { computeCommitment } from './encode.js';
import { outputRegion } from './encode-passes.js';
import { blobGeometry, type CodecContext } from './geometry.js';
import { panelInput, sourceMatrix } from './matrix.js';
import { verifyMetadata } from './verify.js';

/** Bytes of input of one task, if it is more than one codeword; and most codewords. */
const TASK_BYTES = 4 << 20;
const WORDS_PER_TASK = 32;
/** Most codewords if all is in memory: larger panels do not stay in the cache. */
const WORDS_IN_MEMORY = 16;
/** Tasks that hold their results until these are consumed in order. */
const AHEAD = 1;

function wordsPerTask(job: DecodeJob, wordBytes: number, count: number): number {
  const limit = Math.min(WORDS_PER_TASK, Math.floor(TASK_BYTES / wordBytes));
  return Math.max(1, Math.min(limit, Math.ceil(count / (2 * job.context.executor.threads))));
}

function width(job: DecodeJob): number {
  const { executor } = job.context;
  return executor.isInline ? 1 : executor.threads + AHEAD;
}

/** Prepares the same piece of all slivers taken as the input of a task. */
async function sliverPanel(job: DecodeJob, offset: number, bytes: number): Promise<PanelInput> {
  const { context, input, taken, buffers } = job;
  const { executor } = context;
  const { slivers } = input;
  const handle = executor.canReach('file') ? filesOf(slivers, taken) : undefined;
  if (handle !== undefined) {
    const region = { handle, firstRow: 0, rowStride: 0, offset, limit: Infinity };
    return { kind: 'region', region };
  }
  const entries = [...taken.values()];
  const inMemory = entries.map((entry) => slivers.memory?.(entry));
  const gather = (target: Uint8Array): void => {
    inMemory.forEach((data, i) => {
      if (data) target.set(data.subarray(offset, offset + bytes), i * bytes);
    });
  };
  const isInMemory = !inMemory.includes(undefined);
  if (isInMemory && executor.isInline) return { kind: 'fill', fill: gather };
  const buffer = buffers.take(entries.length * bytes);
  const target = new Uint8Array(buffer, 0, entries.length * bytes);
  if (isInMemory) {
    gather(target);
  } else {
    await Promise.all(
      entries.map((entry, i) =>
        slivers.read(entry, offset, target.subarray(i * bytes, (i + 1) * bytes)),
      ),
    );
  }
  return { kind: 'bytes', bytes: buffer };
}

function filesOf(slivers: SliverSource, taken: Taken): StoreHandle | undefined {
  const fds = new Int32Array(taken.size);
  const bases = new Float64Array(taken.size);
  let i = 0;
  for (const entry of taken.values()) {
    const file = slivers.file?.(entry);
    if (file === undefined) return undefined;
    fds[i] = file.fd;
    bases[i++] = file.base;
  }
  return { kind: 'files', fds, bases };
}

/**
 * Decodes primary slivers column by column: the missing rows go to the spool, row after row.
 *
 * @param base - where a missing row begins in the spool
 */
async function decodeColumns(
  job: DecodeJob,
  missing: readonly number[],
  spool: TempStore,
  rowStride: number,
  base: (row: number) => number,
): Promise<void> {
  const { context, geometry, taken, buffers, signal, progress } = job;
  const { executor, kernels, parameters, codes } = context;
  const { symbolSize, columnBytes } = geometry;
  const count = parameters.secondarySymbols;
  if (missing.length > 0) {
    const isInMemory = executor.isInline && spool.memory !== undefined;
    const perTask = Math.min(
      wordsPerTask(job, 3 * columnBytes, count),
      isInMemory ? WORDS_IN_MEMORY : WORDS_PER_TASK,
    );
    const given = Uint32Array.from(taken.keys());
    const wanted = Uint32Array.from(missing);
    await forEachUnit(Math.ceil(count / perTask), { width: width(job), signal }, async (unit) => {
      const first = unit * perTask;
      const words = Math.min(perTask, count - first);
      const bytes = words * symbolSize;
      const offset = first * symbolSize;
      const { memory } = spool;
      const output =
        executor.isInline && memory !== undefined
          ? (i: number, piece: Uint8Array): void =>
              memory.set(piece, base(missing[i] ?? 0) + offset)
          : outputRegion(context, spool, { firstRow: 0, rowStride, offset });
      const result = await executor.run({
        kind: 'decode',
        axis: 'secondary',
        nShards: parameters.nShards,
        implementation: kernels.implementation,
        symbolSize,
        given,
        words,
        input: await sliverPanel(job, offset, bytes),
        wanted,
        output,
        isHashed: false,
        buffer: output ? undefined : buffers.take(wanted.length * bytes),
      });
      const { bytes: rows } = result;
      if (rows) {
        await Promise.all(
          missing.map((row, i) =>
            spool.write(base(row) + offset, rows.subarray(i * bytes, (i + 1) * bytes)),
          ),
        );
      }
      buffers.give(result.buffer, result.inputBuffer);
      progress.add((words * codes.secondary.sources) / count);
    });
  }
  await spool.seal();
}

/** Decodes secondary slivers row by row: some rows at a time, in order. */
async function decodeRowsInOrder(
  job: DecodeJob,
  isHashed: boolean,
  consume: (first: number, rows: number, bytes: Uint8Array, roots?: Uint8Array) => Promise<void>,
): Promise<void> {
  const { context, geometry, taken, buffers, signal, progress } = job;
  const { executor, kernels, parameters } = context;
  const { symbolSize, rowBytes, dataRows } = geometry;
  const perTask = wordsPerTask(job, 3 * rowBytes, dataRows);
  const given = Uint32Array.from(taken.keys());
  await forEachInOrder(
    Math.ceil(dataRows / perTask),
    { width: width(job), signal },
    async (unit) => {
      const first = unit * perTask;
      const words = Math.min(perTask, dataRows - first);
      return executor.run({
        kind: 'decode',
        axis: 'primary',
        nShards: parameters.nShards,
        implementation: kernels.implementation,
        symbolSize,
        given,
        words,
        input: await sliverPanel(job, first * symbolSize, words * symbolSize),
        wanted: new Uint32Array(0),
        isHashed,
        buffer: buffers.take(words * rowBytes),
      });
    },
    async (result, unit) => {
      const rows = Math.min(perTask, dataRows - unit * perTask);
      if (result.bytes) await consume(unit * perTask, rows, result.bytes, result.roots);
      buffers.give(result.buffer, result.inputBuffer);
      progress.add(rows);
    },
  );
}

/** Hands the part of some rows that belongs to the blob to the sink. */
async function emit(job: DecodeJob, first: number, rows: Uint8Array): Promise<void> {
  const { rowBytes, unencodedLength } = job.geometry;
  const position = first * rowBytes;
  const bytes = rows.subarray(0, Math.min(rows.length, unencodedLength - position));
  if (bytes.length > 0) await job.sink.write(bytes, position);
}

/** Copies the rows that were received to their places. */
async function copyRows(job: DecodeJob, target: Uint8Array): Promise<void> {
  const { geometry, input, taken } = job;
  const { rowBytes, dataRows } = geometry;
  for (const [row, entry] of taken) {
    const place = target.subarray(row * rowBytes, (row + 1) * rowBytes);
    if (row < dataRows) await input.slivers.read(entry, 0, place);
  }
}

/**
 * Hands out the rows of a decoded blob in order, each after its check.
 *
 * @param isChecked - whether a row needs no check
 * @param emits - whether rows are handed out at all
 */
async function emitRows(
  job: DecodeJob,
  source: BlobSource,
  isChecked: (row: number) => boolean,
  emits: boolean,
): Promise<void> {
  const { context, geometry, buffers, signal, progress } = job;
  const { executor, kernels, parameters } = context;
  const { symbolSize, rowBytes, dataRows } = geometry;
  const matrix = sourceMatrix(source, geometry);
  const perTask = wordsPerTask(job, 3 * rowBytes, dataRows);
  await forEachInOrder(
    Math.ceil(dataRows / perTask),
    { width: width(job), signal },
    async (unit): Promise<TaskResult> => {
      const firstRow = unit * perTask;
      const rows = Math.min(perTask, dataRows - firstRow);
      const panel = { firstRow, rows, offset: 0, width: rowBytes };
      const needsRoots = Array.from({ length: rows }, (_, i) => isChecked(firstRow + i)).includes(
        false,
      );
      if (!needsRoots && !emits) return {};
      if (!needsRoots) {
        const buffer = buffers.take(rows * rowBytes);
        const bytes = new Uint8Array(buffer, 0, rows * rowBytes);
        const present = Math.min(bytes.length, geometry.unencodedLength - firstRow * rowBytes);
        await source.read(firstRow * rowBytes, bytes.subarray(0, present));
        return { bytes, buffer };
      }
      return executor.run({
        kind: 'roots',
        axis: 'primary',
        nShards: parameters.nShards,
        implementation: kernels.implementation,
        symbolSize,
        words: rows,
        input: await panelInput(executor, buffers, matrix, panel),
        returnsInput: emits,
        buffer: emits ? buffers.take(rows * rowBytes) : undefined,
      });
    },
    async ({ roots, bytes, buffer, inputBuffer }: TaskResult, unit) => {
      const first = unit * perTask;
      const rows = Math.min(perTask, dataRows - first);
      for (let i = 0; roots && i < rows; i++) {
        if (isChecked(first + i)) continue;
        checkRow(job, first + i, roots.subarray(i * NODE_BYTES, (i + 1) * NODE_BYTES));
      }
      if (bytes) await emit(job, first, bytes);
      buffers.give(buffer, inputBuffer);
      progress.add(rows);
    },
  );
}

async function checkStrictly(
  job: DecodeJob,
  source: BlobSource,
  options: OperationOptions,
): Promise<void> {
  const { blobId } = await computeCommitment(job.context, source, options);
  if (blobId !== job.input.blobId) throw inconsistent(job.input.blobId, { computed: blobId });
}

async function decodePrimary(
  job: DecodeJob,
  target: Uint8Array | undefined,
  options: OperationOptions,
): Promise<void> {
  const { context, geometry, input, taken } = job;
  const { consistencyCheck = 'default' } = input;
  const { rowBytes, dataRows, unencodedLength } = geometry;
  const missing: number[] = [];
  const places: RowPlace[] = [];
  for (let row = 0; row < dataRows; row++) {
    const entry = taken.get(row);
    if (entry !== undefined) {
      places.push({ kind: 'sliver', entry });
    } else {
      // A caller's own memory takes the rows where they belong; a spool only the missing ones.
      places.push({ kind: 'spool', base: (target ? row : missing.length) * rowBytes });
      missing.push(row);
    }
  }
  const spool = target
    ? memoryStore(target)
    : await context.createTempStore(missing.length * rowBytes);
  try {
    const base = (row: number): number => {
      const place = places[row];
      return place?.kind === 'spool' ? place.base : 0;
    };
    await decodeColumns(job, missing, spool, rowBytes, base);
    if (target) await copyRows(job, target);
    const source = target
      ? bytesSource(target.subarray(0, unencodedLength))
      : decodedRows(geometry, places, input.slivers, spool);
    if (consistencyCheck === 'strict') await checkStrictly(job, source, options);
    const verified = input.sliversVerified === true;
    // A row with padding is checked in any case: the sliver may hold other bytes there than zeros.
    const isChecked = (row: number): boolean =>
      consistencyCheck !== 'default' ||
      (verified && taken.has(row) && (row + 1) * rowBytes <= unencodedLength);
    if (consistencyCheck === 'default') await checkPadding(job);
    await emitRows(job, source, isChecked, target === undefined);
  } finally {
    if (!target) await spool.close();
  }
}

async function decodeSecondary(job: DecodeJob, options: OperationOptions): Promise<void> {
  const { context, geometry, input } = job;
  const { consistencyCheck = 'default', blobId } = input;
  const { rowBytes, dataRows, unencodedLength } = geometry;
  if (consistencyCheck !== 'strict') {
    const isHashed = consistencyCheck === 'default';
    if (isHashed) await checkPadding(job);
    await decodeRowsInOrder(job, isHashed, async (first, rows, bytes, roots) => {
      for (let i = 0; roots && i < rows; i++) {
        checkRow(job, first + i, roots.subarray(i * NODE_BYTES, (i + 1) * NODE_BYTES));
      }
      const padding = bytes.subarray(Math.max(0, unencodedLength - first * rowBytes));
      if (isHashed && padding.some((byte) => byte !== 0))
        throw inconsistent(blobId, { padding: true });
      await emit(job, first, bytes);
    });
    return;
  }
  // Nothing may be handed out before all of it is checked.
  const spool = await context.createTempStore(dataRows * rowBytes);
  try {
    await decodeRowsInOrder(job, false, (first, _rows, bytes) =>
      spool.write(first * rowBytes, bytes),
    );
    await spool.seal();
    const places = Array.from({ length: dataRows }, (_, row) => ({
      kind: 'spool' as const,
      base: row * rowBytes,
    }));
    const source = decodedRows(geometry, places, input.slivers, spool);
    await checkStrictly(job, source, options);
    await emitRows(job, source, () => true, true);
  } finally {
    await spool.close();
  }
}

/** Checks the input, and takes as many slivers as are needed. */
function begin(
  context: CodecContext,
  input: DecodeToSinkInput,
  sink: BlobSink,
  options: OperationOptions,
): DecodeJob {
  options.signal?.throwIfAborted();
  const { metadata, axis, consistencyCheck = 'default' } = input;
  verifyMetadata(context, input.blobId, metadata);
  const geometry = blobGeometry(context.parameters, metadata.unencodedLength);
  const taken = takeSlivers(context, geometry, input);
  const isStrict = consistencyCheck === 'strict';
  // The strict check reports its own progress: it is by far the longer part.
  const onProgress = isStrict ? undefined : options.onProgress;
  const total = geometry.dataRows + (axis === 'primary' ? context.parameters.primarySymbols : 0);
  return {
    context,
    geometry,
    input,
    taken,
    sink,
    buffers: new BufferPool(),
    signal: options.signal,
    progress: new ProgressMeter(total, onProgress),
  };
}

async function decode(
  job: DecodeJob,
  target: Uint8Array | undefined,
  options: OperationOptions,
): Promise<void> {
  if (job.input.axis === 'primary') await decodePrimary(job, target, options);
  else await decodeSecondary(job, options);
  job.progress.finish();
}

/**
 * Restores a blob from slivers of one axis, and hands its bytes to a sink in order.
 *
 * @throws REDSTUFF_INVALID_METADATA, REDSTUFF_BLOB_ID_MISMATCH, REDSTUFF_NOT_ENOUGH_SLIVERS,
 *   REDSTUFF_INCONSISTENT_BLOB
 * @see spec redstuff.md §13 and §14
 */
export async function decodeToSink(
  context: CodecContext,
  input: DecodeToSinkInput,
  sink: BlobSink,
  options: OperationOptions = {},
): Promise<void> {
  await decode(begin(context, input, sink, options), undefined, options);
}

/**
 * Restores a blob from slivers of one axis in memory.
 *
 * @throws the same as {@link decodeToSink}
 */
export async function decodeBlob(
  context: CodecContext,
  input: DecodeInput,
  options: OperationOptions = {},
): Promise<Uint8Array> {
  let memory = new Uint8Array(0);
  const sink: BlobSink = {
    write(bytes, position) {
      memory.set(bytes, position);
    },
  };
  const slivers = sliversInMemory(input.slivers);
  const job = begin(context, { ...input, slivers }, sink, options);
  const shared = await decodeInMemory(job, options);
  if (shared !== undefined) return shared;
  // Not larger than the slivers at hand, however large the metadata claims the blob to be: those were counted.
  memory = new Uint8Array(job.geometry.dataRows * job.geometry.rowBytes);
  await decode(job, memory, options);
  return memory.subarray(0, input.metadata.unencodedLength);
}
