import type { SliverAxis, SliverData } from '@walrus-ts/core';
import { RedstuffError } from '../errors.js';
import { memoryStore, type TempStore } from '../source/temp-store.js';
import { bytesSource, toSource, type BlobInput, type BlobSource } from '../source/source.js';
import type { SliverPart, SliverSink } from '../sink/sink.js';
import { BufferPool, ProgressMeter } from '../threads/executor.js';
import type { BlobCommitment, EncodedBlob, EncodeOptions, OperationOptions } from '../types.js';
import { commit } from './commitment.js';
import {
  COLUMN_COST,
  codeColumns,
  codeRows,
  type ColumnPass,
  type EncodeJob,
} from './encode-passes.js';
import { blobGeometry, type BlobGeometry, type CodecContext } from './geometry.js';
import { readPanel, sourceMatrix } from './matrix.js';
import { MatrixInMemory, type MatrixInit } from './matrix-in-memory.js';
import { MatrixRows } from './matrix-rows.js';
import { checkSliverIndex } from './verify.js';

/** What is known of a blob before it is encoded. */
export interface EncodeInput {
  readonly source: BlobSource;
  readonly geometry: BlobGeometry;
  /** Where the recovery symbols of the rows go. */
  readonly recovery: TempStore;
}

/** Returns the bytes of the recovery symbols of the rows that hold data. */
export function recoveryBytes(context: CodecContext, geometry: BlobGeometry): number {
  return geometry.dataRows * context.codes.primary.recoveries * geometry.symbolSize;
}

/** Prepares an encoding; the total of its progress is that of {@link runPasses}. */
export function encodeJob(
  context: CodecContext,
  input: EncodeInput,
  options: OperationOptions = {},
  extraCost = 0,
): EncodeJob {
  const { primarySymbols, nShards } = context.parameters;
  const total = primarySymbols + nShards * COLUMN_COST + extraCost;
  return {
    context,
    ...input,
    buffers: new BufferPool(),
    signal: options.signal,
    progress: new ProgressMeter(total, options.onProgress),
  };
}

/** Codes rows and columns and commits to the result. */
export async function runPasses(
  job: EncodeJob,
  pass: Omit<ColumnPass, 'isHashed'>,
): Promise<BlobCommitment> {
  await codeRows(job);
  const roots = await codeColumns(job, { ...pass, isHashed: true });
  await job.source.check?.();
  job.signal?.throwIfAborted();
  return commit(job.context.kernels, roots, job.geometry.unencodedLength);
}

/** What {@link EncodedMatrix} takes slivers from. */
interface MatrixSlivers {
  /** Primary slivers that hold the blob. */
  readonly rows: MatrixRows;
  /** Returns one of the other primary slivers. */
  readonly recoveryRow: (index: number) => Uint8Array | undefined;
  /** Returns a secondary sliver. */
  readonly column: (index: number) => Uint8Array;
  /** Gives the memory back, if there is some to be given back. */
  readonly close?: () => void;
}

/** The slivers of one blob in memory. */
class EncodedMatrix implements EncodedBlob {
  readonly blobId: EncodedBlob['blobId'];
  readonly rootHash: EncodedBlob['rootHash'];
  readonly metadata: EncodedBlob['metadata'];
  readonly symbolSize: number;
  readonly #context: CodecContext;
  #slivers: MatrixSlivers | undefined;

  constructor(
    context: CodecContext,
    symbolSize: number,
    commitment: BlobCommitment,
    slivers: MatrixSlivers,
  ) {
    this.blobId = commitment.blobId;
    this.rootHash = commitment.rootHash;
    this.metadata = commitment.metadata;
    this.symbolSize = symbolSize;
    this.#context = context;
    this.#slivers = slivers;
  }

  sliver(axis: SliverAxis, index: number): SliverData {
    checkSliverIndex(this.#context, axis, index);
    const slivers = this.#slivers;
    if (slivers === undefined) throw new RedstuffError('REDSTUFF_CLOSED', 'the encoding is closed');
    const data = axis === 'primary' ? this.#primary(slivers, index) : slivers.column(index);
    return { data, symbolSize: this.symbolSize, index };
  }

  #primary({ rows, recoveryRow }: MatrixSlivers, index: number): Uint8Array {
    const { primarySymbols } = this.#context.parameters;
    const coded = index < primarySymbols ? undefined : recoveryRow(index);
    return coded ?? rows.row(index);
  }

  close(): void {
    this.#slivers?.close?.();
    this.#slivers = undefined;
  }
}

/** From where on a blob is encoded in a memory of its own: the making of that must be worth it, bytes. */
const MIN_INLINE_BYTES = 1 << 20;
const MIN_EXPANDED_BYTES = 1 << 20;

/** Encodes a blob in a memory of the kernels; `undefined` if it is not of a size for that, or there is none. */
async function encodeInMemory(
  context: CodecContext,
  geometry: BlobGeometry,
  blob: Uint8Array,
  init: MatrixInit,
  options: OperationOptions = {},
): Promise<{ matrix: MatrixInMemory; commitment: BlobCommitment } | undefined> {
  const { executor, parameters } = context;
  const { primarySymbols, nShards } = parameters;
  const isWorth = executor.isInline
    ? blob.length >= MIN_INLINE_BYTES
    : nShards * nShards * geometry.symbolSize >= MIN_EXPANDED_BYTES;
  if (!isWorth) return undefined;
  const { signal, onProgress } = options;
  const matrix = await MatrixInMemory.create(context, geometry, init);
  if (matrix === undefined) return undefined;
  const progress = new ProgressMeter(primarySymbols + nShards * COLUMN_COST, onProgress);
  try {
    const roots = await matrix.encodeBlob(blob, signal, progress);
    const commitment = commit(context.kernels, roots, blob.length);
    progress.finish();
    return { matrix, commitment };
  } finally {
    matrix.release();
  }
}

/** Gathers a secondary sliver from the rows of the blob, or from their recovery symbols, which lie row by row. */
function gatherColumn(
  context: CodecContext,
  geometry: BlobGeometry,
  rows: MatrixRows,
  recovery: Uint8Array,
  index: number,
): Uint8Array {
  const { secondarySymbols } = context.parameters;
  const { symbolSize, columnBytes, dataRows } = geometry;
  const data = new Uint8Array(columnBytes);
  const stride = context.codes.primary.recoveries * symbolSize;
  for (let r = 0; r < dataRows; r++) {
    const isSystematic = index < secondarySymbols;
    const row = isSystematic ? rows.row(r) : recovery.subarray(r * stride);
    const at = (isSystematic ? index : index - secondarySymbols) * symbolSize;
    data.set(row.subarray(at, at + symbolSize), r * symbolSize);
  }
  return data;
}

/**
 * Encodes a blob in memory: rows first, then column by column, each hashed while it is complete.
 *
 * @throws REDSTUFF_BLOB_TOO_LARGE
 * @see spec redstuff.md §6 to §8
 */
export async function encodeBlob(
  context: CodecContext,
  blob: Uint8Array,
  options?: EncodeOptions,
): Promise<EncodedBlob> {
  options?.signal?.throwIfAborted();
  const geometry = blobGeometry(context.parameters, blob.length);
  const { symbolSize, rowBytes } = geometry;
  const rows = new MatrixRows(blob, geometry);
  const { primarySymbols } = context.parameters;
  const inMemory = await encodeInMemory(
    context,
    geometry,
    blob,
    { keepsSlivers: true, allowsShared: options?.allowsShared },
    options,
  );
  if (inMemory !== undefined) {
    const { matrix, commitment } = inMemory;
    return new EncodedMatrix(context, symbolSize, commitment, {
      rows,
      recoveryRow: (index) => matrix.recoveryRow(index),
      column: (index) => matrix.column(index),
      close: () => matrix.close(),
    });
  }

  const recovery = new Uint8Array(recoveryBytes(context, geometry));
  const job = encodeJob(
    context,
    { source: bytesSource(blob), geometry, recovery: memoryStore(recovery) },
    options,
  );
  const recoveryRows = Array.from(
    { length: context.codes.secondary.recoveries },
    () => new Uint8Array(rowBytes),
  );
  const commitment = await runPasses(job, {
    primary: 'return',
    returnsColumns: false,
    deliver(first, columns, primary) {
      if (primary.length === 0) return;
      const width = columns * symbolSize;
      recoveryRows.forEach((row, i) => {
        row.set(primary.subarray(i * width, (i + 1) * width), first * symbolSize);
      });
    },
  });
  job.progress.finish();
  const column = (index: number): Uint8Array =>
    gatherColumn(context, geometry, rows, recovery, index);
  const recoveryRow = (index: number): Uint8Array | undefined =>
    recoveryRows[index - primarySymbols];
  return new EncodedMatrix(context, symbolSize, commitment, { rows, recoveryRow, column });
}

/** Makes the room for the recovery symbols, and closes it and the source at the end whatever happens. */
export async function withSource<T>(
  context: CodecContext,
  blob: BlobInput,
  options: OperationOptions | undefined,
  use: (input: EncodeInput) => Promise<T>,
): Promise<T> {
  options?.signal?.throwIfAborted();
  const source = await toSource(blob, options?.signal);
  const geometry = blobGeometry(context.parameters, source.sizeBytes);
  const recovery = await context.createTempStore(recoveryBytes(context, geometry));
  try {
    return await use({ source, geometry, recovery });
  } finally {
    await recovery.close();
  }
}

/**
 * Computes what {@link encodeBlob} commits to, with no slivers kept.
 *
 * @throws REDSTUFF_BLOB_TOO_LARGE, REDSTUFF_SOURCE_CHANGED
 */
export async function computeCommitment(
  context: CodecContext,
  blob: BlobInput,
  options?: OperationOptions,
): Promise<BlobCommitment> {
  options?.signal?.throwIfAborted();
  const source = await toSource(blob, options?.signal);
  if (source.memory !== undefined) {
    const geometry = blobGeometry(context.parameters, source.sizeBytes);
    const init = { keepsSlivers: false };
    const inMemory = await encodeInMemory(context, geometry, source.memory, init, options);
    if (inMemory !== undefined) {
      inMemory.matrix.close();
      return inMemory.commitment;
    }
  }
  return withSource(context, source, options, async (input) => {
    const job = encodeJob(context, input, options);
    const commitment = await runPasses(job, { primary: 'drop', returnsColumns: false });
    job.progress.finish();
    return commitment;
  });
}

/** Hands the primary slivers that hold the blob to a sink. */
async function deliverRows(job: EncodeJob, sink: SliverSink): Promise<void> {
  const { context, geometry, source, signal } = job;
  const { symbolSize, rowBytes } = geometry;
  const matrix = sourceMatrix(source, geometry);
  const row = new Uint8Array(rowBytes);
  for (let index = 0; index < context.parameters.primarySymbols; index++) {
    signal?.throwIfAborted();
    await readPanel(matrix, { firstRow: index, rows: 1, offset: 0, width: rowBytes }, row);
    const place = { axis: 'primary', index, offset: 0 } as const;
    await sink.write({ ...place, data: row, sliverBytes: rowBytes, symbolSize });
    job.progress.add(1);
  }
}

/** Hands what the columns yield to a sink. */
async function deliverColumns(
  job: EncodeJob,
  sink: SliverSink,
  first: number,
  columns: number,
  primary: Uint8Array,
  secondary: Uint8Array,
): Promise<void> {
  const { primarySymbols } = job.context.parameters;
  const { symbolSize, rowBytes, columnBytes } = job.geometry;
  const width = columns * symbolSize;
  const writes: Promise<void>[] = [];
  // As a promise also if the sink throws.
  const write = async (part: SliverPart): Promise<void> => sink.write(part);
  for (let i = 0; i * width < primary.length; i++) {
    writes.push(
      write({
        axis: 'primary',
        index: primarySymbols + i,
        offset: first * symbolSize,
        data: primary.subarray(i * width, (i + 1) * width),
        sliverBytes: rowBytes,
        symbolSize,
      }),
    );
  }
  for (let c = 0; c < columns; c++) {
    writes.push(
      write({
        axis: 'secondary',
        index: first + c,
        offset: 0,
        data: secondary.subarray(c * columnBytes, (c + 1) * columnBytes),
        sliverBytes: columnBytes,
        symbolSize,
      }),
    );
  }
  // All must have ended before the memory is used again, also when one fails.
  const failed = (await Promise.allSettled(writes)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

/**
 * Encodes a blob and hands the slivers to a sink as they are produced; none is kept.
 *
 * @throws REDSTUFF_BLOB_TOO_LARGE, REDSTUFF_SOURCE_CHANGED, errors of the sink
 */
export async function encodeToSink(
  context: CodecContext,
  blob: BlobInput,
  sink: SliverSink,
  options?: OperationOptions,
): Promise<BlobCommitment & { readonly temporaryBytes: number }> {
  return withSource(context, blob, options, async (input) => {
    const job = encodeJob(context, input, options, context.parameters.primarySymbols);
    await deliverRows(job, sink);
    const commitment = await runPasses(job, {
      primary: 'return',
      returnsColumns: true,
      deliver: (...args) => deliverColumns(job, sink, ...args),
    });
    job.progress.finish();
    return { ...commitment, temporaryBytes: input.recovery.diskBytes };
  });
}
