import { NODE_BYTES } from '../merkle/shape.js';
import { ProgressMeter } from '../threads/executor.js';
import { nextTurn } from '../threads/inline.js';
import type { OperationOptions } from '../types.js';
import { commit } from './commitment.js';
import { checkPadding, checkRow, inconsistent, type DecodeJob } from './decode-job.js';
import { COLUMN_COST } from './encode-passes.js';
import { copyInPieces, MatrixInMemory } from './matrix-in-memory.js';

/** Blobs for which a memory of their own is worth its making, bytes. */
const MIN_BLOB_BYTES = 1 << 20;
/** Bytes of slivers that are brought to the memory without a pause. */
const COPY_BYTES = 8 << 20;

/** Tells where the slivers taken go: those of rows of the blob to their places, the others behind all rows. */
function decodePlaces(
  job: DecodeJob,
  checked: readonly number[],
): { readonly given: Uint32Array; readonly slots: Uint32Array; readonly checked: Uint32Array } {
  const { primarySymbols } = job.context.parameters;
  let end = primarySymbols;
  const given = [...job.taken.keys()];
  return {
    given: Uint32Array.from(given),
    slots: Uint32Array.from(given, (index) => (index < primarySymbols ? index : end++)),
    checked: Uint32Array.from(checked),
  };
}

/** Returns the rows whose roots the default check compares. */
function rowsToCheck({ input, geometry, taken }: DecodeJob): number[] {
  const { consistencyCheck = 'default', sliversVerified = false } = input;
  if (consistencyCheck !== 'default') return [];
  const { dataRows, rowBytes, unencodedLength } = geometry;
  const rows = Array.from({ length: dataRows }, (_, row) => row);
  if (!sliversVerified) return rows;
  // A row with padding is checked in any case: the sliver may hold other bytes there than zeros.
  return rows.filter((row) => !taken.has(row) || (row + 1) * rowBytes > unencodedLength);
}

/**
 * Decodes primary slivers in memory with all workers: in one shared memory, which the checks use too.
 *
 * @returns the blob, or `undefined` if memory cannot be shared, or the blob is not of a size for that
 * @throws REDSTUFF_INCONSISTENT_BLOB
 */
export async function decodeInMemory(
  job: DecodeJob,
  options: OperationOptions,
): Promise<Uint8Array | undefined> {
  const { context, geometry, input, signal } = job;
  const { unencodedLength } = geometry;
  const { consistencyCheck, blobId, axis } = input;
  if (context.executor.isInline || axis !== 'primary' || unencodedLength < MIN_BLOB_BYTES) {
    return undefined;
  }
  const checked = rowsToCheck(job);
  const decoding = decodePlaces(job, checked);
  const matrix = await MatrixInMemory.create(context, geometry, { keepsSlivers: false, decoding });
  if (matrix === undefined) return undefined;
  const blob = new Uint8Array(unencodedLength);
  const copyOut = (): Promise<void> => copyInPieces(matrix.rows(blob.length), blob, 0, signal);
  try {
    await bring(job, matrix, decoding.slots);
    if (decoding.given.some((index) => index >= context.parameters.primarySymbols)) {
      await matrix.decode(signal, job.progress);
    }
    // What is behind the blob must be zero: it is taken for that, and the roots tell.
    matrix.endRows(unencodedLength);
    if (consistencyCheck === 'strict') {
      const { primarySymbols, nShards } = context.parameters;
      const total = primarySymbols + nShards * COLUMN_COST;
      const progress = new ProgressMeter(total, options.onProgress);
      // This thread has nothing to do meanwhile. Both must have ended, also when one fails.
      const [copied, encoded] = await Promise.allSettled([
        copyOut(),
        matrix.encode(signal, progress),
      ]);
      if (encoded.status === 'rejected') throw encoded.reason;
      if (copied.status === 'rejected') throw copied.reason;
      const computed = commit(context.kernels, encoded.value, unencodedLength).blobId;
      if (computed !== blobId) throw inconsistent(blobId, { computed });
      progress.finish();
    } else {
      if (checked.length > 0) await checkPadding(job);
      const [copied, roots] = await Promise.allSettled([
        copyOut(),
        matrix.rowRoots(signal, job.progress),
      ]);
      if (roots.status === 'rejected') throw roots.reason;
      if (copied.status === 'rejected') throw copied.reason;
      for (const row of checked) {
        checkRow(job, row, roots.value.subarray(row * NODE_BYTES, (row + 1) * NODE_BYTES));
      }
    }
  } finally {
    matrix.release();
  }
  matrix.close();
  job.progress.finish();
  return blob;
}

/** Brings the slivers taken to their places. */
async function bring(
  { input, taken, geometry, signal }: DecodeJob,
  matrix: MatrixInMemory,
  slots: Uint32Array,
): Promise<void> {
  const perTurn = Math.max(1, Math.floor(COPY_BYTES / geometry.rowBytes));
  let i = 0;
  for (const entry of taken.values()) {
    if (i > 0 && i % perTurn === 0) await nextTurn();
    signal?.throwIfAborted();
    const slot = slots[i++] ?? 0;
    const data = input.slivers.memory?.(entry);
    if (data !== undefined) matrix.setRow(slot, data);
  }
}
