import {
  encodingParameters,
  maxBlobSize,
  symbolSize,
  type EncodingParameters,
  type SliverAxis,
} from '@walrus-ts/core/encoding';
import { axisCodes, type AxisCodes } from '../code.js';
import { RedstuffError } from '../errors.js';
import type { Kernels } from '../kernels.js';
import type { CreateTempStore } from '../source/temp-store.js';
import type { Executor } from '../threads/executor.js';
import type { Workspaces } from './workspace.js';

/** What work on one thread needs: the code for one number of shards, and arithmetic. */
export interface KernelContext {
  readonly parameters: EncodingParameters;
  readonly codes: AxisCodes;
  /** For short work on this thread. */
  readonly kernels: Kernels;
}

/** What every operation works with: beside that, who does long work, and where temporary data goes. */
export interface CodecContext extends KernelContext {
  /** For everything else. */
  readonly executor: Executor;
  /** Memories of the kernels for whole operations. */
  readonly workspaces: Workspaces;
  readonly createTempStore: CreateTempStore;
}

/** Derives the codes for a number of shards. */
export function codecShape(nShards: number): Pick<KernelContext, 'parameters' | 'codes'> {
  const parameters = encodingParameters(nShards);
  return { parameters, codes: axisCodes(parameters) };
}

/** Sizes of one blob's matrix. */
export interface BlobGeometry {
  readonly unencodedLength: number;
  /** Bytes per symbol. */
  readonly symbolSize: number;
  /** Bytes in a row of the message matrix: one primary sliver. */
  readonly rowBytes: number;
  /** Bytes in a column of the message matrix: one secondary sliver. */
  readonly columnBytes: number;
  /** Rows that hold at least one byte of the blob; the others are zero. */
  readonly dataRows: number;
}

/**
 * Computes the sizes for a blob.
 *
 * @param parameters - of the code
 * @param unencodedLength - bytes
 * @throws REDSTUFF_BLOB_TOO_LARGE
 * @see spec redstuff.md §3
 */
export function blobGeometry(
  parameters: EncodingParameters,
  unencodedLength: number,
): BlobGeometry {
  const { nShards, primarySymbols, secondarySymbols } = parameters;
  const limit = maxBlobSize(nShards);
  if (unencodedLength > limit) {
    throw new RedstuffError(
      'REDSTUFF_BLOB_TOO_LARGE',
      `a blob of ${unencodedLength} bytes is too large: the limit with ${nShards} shards is ${limit} bytes`,
      { data: { sizeBytes: unencodedLength, limitBytes: limit, nShards } },
    );
  }
  const size = symbolSize(nShards, unencodedLength);
  const rowBytes = secondarySymbols * size;
  return {
    unencodedLength,
    symbolSize: size,
    rowBytes,
    columnBytes: primarySymbols * size,
    dataRows: Math.ceil(unencodedLength / rowBytes),
  };
}

/** Returns the bytes in a sliver of an axis. */
export function sliverBytes(geometry: BlobGeometry, axis: SliverAxis): number {
  return axis === 'primary' ? geometry.rowBytes : geometry.columnBytes;
}

/** Bytes of expanded symbols that one step of the kernels should handle: a few milliseconds of work. */
const STEP_BYTES = 1 << 20;

/**
 * Chooses how many codewords go into one step.
 *
 * @param context - of the codec
 * @param geometry - of the blob
 * @param limit - most codewords
 */
export function wordsPerStep(context: CodecContext, geometry: BlobGeometry, limit: number): number {
  const wordBytes = context.parameters.nShards * geometry.symbolSize;
  return Math.max(1, Math.min(limit, Math.floor(STEP_BYTES / wordBytes)));
}
