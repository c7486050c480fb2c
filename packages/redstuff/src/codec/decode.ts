import {
  equalBytes,
  type BlobId,
  type BlobMetadata,
  type SliverAxis,
  type SliverData,
} from '@walrus-ts/core';
import { decodePlan } from '../decode-plan.js';
import { RedstuffError } from '../errors.js';
import { consecutive, interleaved } from '../kernels.js';
import { NODE_BYTES } from '../merkle/tree.js';
import type { ConsistencyCheck, OperationOptions } from '../types.js';
import { computeCommitment } from './encode.js';
import {
  blobGeometry,
  sliverBytes,
  wordsPerStep,
  type BlobGeometry,
  type CodecContext,
} from './geometry.js';
import { MatrixRows } from './matrix-rows.js';
import { Pacer } from './pacer.js';
import { sliverHash, verifyMetadata } from './verify.js';

/** Most codewords in one step. */
const WORDS_PER_STEP = 32;

/** Input of {@link decodeBlob}; see `BlobCodec.decode`. */
export interface DecodeInput {
  readonly blobId: BlobId;
  readonly metadata: BlobMetadata;
  readonly axis: SliverAxis;
  readonly slivers: readonly SliverData[];
  readonly consistencyCheck?: ConsistencyCheck | undefined;
  readonly sliversVerified?: boolean | undefined;
}

/**
 * Takes the first slivers that can be used, exactly as many as are needed.
 *
 * @throws REDSTUFF_NOT_ENOUGH_SLIVERS
 * @see spec redstuff.md §13
 */
function takeSlivers(
  context: CodecContext,
  geometry: BlobGeometry,
  input: DecodeInput,
): Map<number, Uint8Array> {
  const { nShards, primarySymbols, secondarySymbols } = context.parameters;
  const needed = input.axis === 'primary' ? primarySymbols : secondarySymbols;
  const taken = new Map<number, Uint8Array>();
  for (const { index, data, symbolSize } of input.slivers) {
    if (taken.size === needed) break;
    const isUsable =
      Number.isInteger(index) &&
      index >= 0 &&
      index < nShards &&
      symbolSize === geometry.symbolSize &&
      data.length === sliverBytes(geometry, input.axis);
    if (isUsable && !taken.has(index)) taken.set(index, data);
  }
  if (taken.size < needed) {
    throw new RedstuffError(
      'REDSTUFF_NOT_ENOUGH_SLIVERS',
      `${taken.size} usable ${input.axis} slivers of ${input.slivers.length} given, ${needed} are needed`,
      { data: { axis: input.axis, usable: taken.size, needed }, retryable: true },
    );
  }
  return taken;
}

/**
 * Restores the rows of the message matrix that hold data.
 *
 * Primary slivers are decoded column by column with the column code, secondary ones row by row with the row code.
 *
 * @returns `dataRows × rowBytes` bytes
 */
async function decodeMatrix(
  context: CodecContext,
  geometry: BlobGeometry,
  axis: SliverAxis,
  taken: ReadonlyMap<number, Uint8Array>,
  pacer: Pacer,
): Promise<Uint8Array> {
  const { kernels, codes, parameters } = context;
  const { symbolSize, rowBytes, dataRows } = geometry;
  const isPrimary = axis === 'primary';
  const code = isPrimary ? codes.secondary : codes.primary;
  const plan = decodePlan(code, [...taken.keys()]);
  const data = [...taken.values()];
  // Not larger than the slivers at hand, however large the metadata claims the blob to be.
  const matrix = new Uint8Array(dataRows * rowBytes);
  const count = isPrimary ? parameters.secondarySymbols : dataRows;
  const step = wordsPerStep(context, geometry, WORDS_PER_STEP);
  for (let first = 0; first < count; first += step) {
    const words = Math.min(step, count - first);
    const staged = kernels.stage(words * code.sources * symbolSize);
    data.forEach((sliver, i) => {
      const part = sliver.subarray(first * symbolSize, (first + words) * symbolSize);
      staged.set(part, i * words * symbolSize);
    });
    const sources = kernels.decode(
      {
        code,
        symbolSize,
        words,
        input: interleaved(symbolSize, words),
        output: isPrimary ? interleaved(symbolSize, words) : consecutive(symbolSize, code.sources),
      },
      plan,
    );
    if (isPrimary) {
      for (let r = 0; r < dataRows; r++) {
        const at = r * words * symbolSize;
        const part = sources.subarray(at, at + words * symbolSize);
        matrix.set(part, r * rowBytes + first * symbolSize);
      }
    } else {
      matrix.set(sources, first * rowBytes);
    }
    await pacer.advance(words);
  }
  return matrix;
}

function inconsistent(blobId: BlobId, data: Record<string, unknown>): RedstuffError {
  return new RedstuffError(
    'REDSTUFF_INCONSISTENT_BLOB',
    `the decoded bytes are not the ones that the metadata of blob ${blobId} commits to`,
    { data: { blobId, ...data } },
  );
}

/**
 * The default consistency check: encodes the systematic rows again and compares their roots.
 *
 * @param skip - rows that are known to match
 * @throws REDSTUFF_INCONSISTENT_BLOB
 * @see spec redstuff.md §14
 */
async function checkRows(
  context: CodecContext,
  geometry: BlobGeometry,
  input: DecodeInput,
  blob: Uint8Array,
  skip: ReadonlySet<number>,
  pacer: Pacer,
): Promise<void> {
  const { kernels, parameters } = context;
  const { symbolSize, rowBytes, dataRows } = geometry;
  const { primarySymbols } = parameters;
  const code = context.codes.primary;
  const rows = new MatrixRows(blob, geometry);
  // All rows of padding are equal: the first one stands for the others.
  const pending: number[] = [];
  for (let row = 0; row < Math.min(dataRows + 1, primarySymbols); row++) {
    if (!skip.has(row)) pending.push(row);
  }
  const step = wordsPerStep(context, geometry, WORDS_PER_STEP);
  for (let first = 0; first < pending.length; first += step) {
    const batch = pending.slice(first, first + step);
    const staged = kernels.stage(batch.length * rowBytes);
    batch.forEach((row, w) => staged.set(rows.row(row), w * rowBytes));
    const { roots } = kernels.expand({
      code,
      symbolSize,
      words: batch.length,
      input: consecutive(symbolSize, code.sources),
      output: consecutive(symbolSize, code.recoveries),
    });
    batch.forEach((row, w) => {
      const root = roots.subarray(w * NODE_BYTES, (w + 1) * NODE_BYTES);
      const last = row < dataRows ? row : primarySymbols - 1;
      for (let same = row; same <= last; same++) {
        if (!equalBytes(root, sliverHash(input.metadata, 'primary', same))) {
          throw inconsistent(input.blobId, { row: same });
        }
      }
    });
    await pacer.advance(batch.length);
  }
}

/**
 * Restores a blob from slivers of one axis.
 *
 * @throws REDSTUFF_INVALID_METADATA, REDSTUFF_BLOB_ID_MISMATCH, REDSTUFF_NOT_ENOUGH_SLIVERS,
 *   REDSTUFF_INCONSISTENT_BLOB
 * @see spec redstuff.md §13 and §14
 */
export async function decodeBlob(
  context: CodecContext,
  input: DecodeInput,
  options: OperationOptions = {},
): Promise<Uint8Array> {
  const { metadata, axis, consistencyCheck = 'default' } = input;
  verifyMetadata(context, input.blobId, metadata);
  const geometry = blobGeometry(context.parameters, metadata.unencodedLength);
  const taken = takeSlivers(context, geometry, input);
  const { rowBytes, dataRows, unencodedLength } = geometry;
  const words = axis === 'primary' ? context.parameters.secondarySymbols : dataRows;
  const pacer = new Pacer(words + (consistencyCheck === 'default' ? dataRows + 1 : 0), {
    ...options,
    // The strict check reports its own progress: it is by far the longer part.
    onProgress: consistencyCheck === 'strict' ? undefined : options.onProgress,
  });
  const matrix = await decodeMatrix(context, geometry, axis, taken, pacer);
  const blob = matrix.subarray(0, unencodedLength);
  if (consistencyCheck === 'strict') {
    const { blobId } = await computeCommitment(context, blob, options);
    if (blobId !== input.blobId) throw inconsistent(input.blobId, { computed: blobId });
    return blob;
  }
  if (consistencyCheck === 'default') {
    const verified = new Set<number>();
    if (input.sliversVerified === true && axis === 'primary') {
      for (const index of taken.keys()) {
        // A row with padding is checked in any case: the sliver may hold other bytes there than zeros.
        if ((index + 1) * rowBytes <= unencodedLength) verified.add(index);
      }
    }
    await checkRows(context, geometry, input, blob, verified, pacer);
  }
  pacer.finish();
  return blob;
}
