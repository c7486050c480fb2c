import type { SliverAxis, SliverData } from '@walrus-ts/core';
import { memoryStore, type TempStore } from '../source/temp-store.js';
import { bytesSource, toSource, type BlobInput, type BlobSource } from '../source/source.js';
import type { SliverPart, SliverSink } from '../sink/sink.js';
import { BufferPool, ProgressMeter } from '../threads/executor.js';
import type { BlobCommitment, EncodedBlob, OperationOptions } from '../types.js';
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

/** The slivers of one blob in memory. */
class EncodedMatrix implements EncodedBlob {
  readonly blobId: EncodedBlob['blobId'];
  readonly rootHash: EncodedBlob['rootHash'];
  readonly metadata: EncodedBlob['metadata'];
  readonly symbolSize: number;
  readonly #context: CodecContext;
  readonly #geometry: BlobGeometry;
  readonly #rows: MatrixRows;
  readonly #recoveryRows: readonly Uint8Array[];
  /** Recovery symbols of the rows, row by row. */
  readonly #recovery: Uint8Array;

  constructor(
    context: CodecContext,
    geometry: BlobGeometry,
    commitment: BlobCommitment,
    rows: MatrixRows,
    recoveryRows: readonly Uint8Array[],
    recovery: Uint8Array,
  ) {
    this.blobId = commitment.blobId;
    this.rootHash = commitment.rootHash;
    this.metadata = commitment.metadata;
    this.symbolSize = geometry.symbolSize;
    this.#context = context;
    this.#geometry = geometry;
    this.#rows = rows;
    this.#recoveryRows = recoveryRows;
    this.#recovery = recovery;
  }

  sliver(axis: SliverAxis, index: number): SliverData {
    checkSliverIndex(this.#context, axis, index);
    const data = axis === 'primary' ? this.#primary(index) : this.#secondary(index);
    return { data, symbolSize: this.symbolSize, index };
  }

  #primary(index: number): Uint8Array {
    const { primarySymbols } = this.#context.parameters;
    return this.#recoveryRows[index - primarySymbols] ?? this.#rows.row(index);
  }

  #secondary(index: number): Uint8Array {
    const { secondarySymbols } = this.#context.parameters;
    const { symbolSize, columnBytes, dataRows } = this.#geometry;
    const data = new Uint8Array(columnBytes);
    const stride = this.#context.codes.primary.recoveries * symbolSize;
    for (let r = 0; r < dataRows; r++) {
      const isSystematic = index < secondarySymbols;
      const row = isSystematic ? this.#rows.row(r) : this.#recovery.subarray(r * stride);
      const at = (isSystematic ? index : index - secondarySymbols) * symbolSize;
      data.set(row.subarray(at, at + symbolSize), r * symbolSize);
    }
    return data;
  }
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
  options?: OperationOptions,
): Promise<EncodedBlob> {
  options?.signal?.throwIfAborted();
  const geometry = blobGeometry(context.parameters, blob.length);
  const { symbolSize, rowBytes } = geometry;
  const source = bytesSource(blob);
  const recovery = new Uint8Array(recoveryBytes(context, geometry));
  const job = encodeJob(context, { source, geometry, recovery: memoryStore(recovery) }, options);
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
  const rows = new MatrixRows(blob, geometry);
  return new EncodedMatrix(context, geometry, commitment, rows, recoveryRows, recovery);
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
  return withSource(context, blob, options, async (input) => {
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
