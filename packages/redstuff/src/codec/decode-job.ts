/*
 * What the ways of decoding share: which slivers are taken, and what is compared with the metadata.
 */
import {
  equalBytes,
  type BlobId,
  type BlobMetadata,
  type SliverAxis,
  type SliverData,
} from '@walrus-ts/core';
import { RedstuffError } from '../errors.js';
import type { BlobSink } from '../sink/sink.js';
import type { SliverSource } from '../source/slivers.js';
import type { BufferPool, ProgressMeter } from '../threads/executor.js';
import type { ConsistencyCheck } from '../types.js';
import { sliverBytes, type BlobGeometry, type CodecContext } from './geometry.js';
import { sliverHash } from './verify.js';

/** What both ways of decoding take. */
interface DecodeBase {
  readonly blobId: BlobId;
  readonly metadata: BlobMetadata;
  readonly axis: SliverAxis;
  readonly consistencyCheck?: ConsistencyCheck | undefined;
  readonly sliversVerified?: boolean | undefined;
}

/** Input of {@link decodeBlob}; see `BlobCodec.decode`. */
export interface DecodeInput extends DecodeBase {
  readonly slivers: readonly SliverData[];
}

/** Input of {@link decodeToSink}; see `BlobCodec.decodeToSink`. */
export interface DecodeToSinkInput extends DecodeBase {
  readonly slivers: SliverSource;
}

/** The slivers that are decoded from: sliver index to entry of the source, in the given order. */
export type Taken = ReadonlyMap<number, number>;

/**
 * Takes the first slivers that can be used, exactly as many as are needed.
 *
 * @throws REDSTUFF_NOT_ENOUGH_SLIVERS
 * @see spec redstuff.md §13
 */
export function takeSlivers(
  context: CodecContext,
  geometry: BlobGeometry,
  input: DecodeToSinkInput,
): Taken {
  const { nShards, primarySymbols, secondarySymbols } = context.parameters;
  const needed = input.axis === 'primary' ? primarySymbols : secondarySymbols;
  const taken = new Map<number, number>();
  for (const [entry, { index, sizeBytes, symbolSize }] of input.slivers.entries.entries()) {
    if (taken.size === needed) break;
    const isUsable =
      Number.isInteger(index) &&
      index >= 0 &&
      index < nShards &&
      symbolSize === geometry.symbolSize &&
      sizeBytes === sliverBytes(geometry, input.axis);
    if (isUsable && !taken.has(index)) taken.set(index, entry);
  }
  if (taken.size < needed) {
    throw new RedstuffError(
      'REDSTUFF_NOT_ENOUGH_SLIVERS',
      `${taken.size} usable ${input.axis} slivers of ${input.slivers.entries.length} given, ${needed} are needed`,
      { data: { axis: input.axis, usable: taken.size, needed }, retryable: true },
    );
  }
  return taken;
}

/** The error for bytes that are not those of the metadata. */
export function inconsistent(blobId: BlobId, data: Record<string, unknown>): RedstuffError {
  return new RedstuffError(
    'REDSTUFF_INCONSISTENT_BLOB',
    `the decoded bytes are not the ones that the metadata of blob ${blobId} commits to`,
    { data: { blobId, ...data } },
  );
}

/** One decoding under way. */
export interface DecodeJob {
  readonly context: CodecContext;
  readonly geometry: BlobGeometry;
  readonly input: DecodeToSinkInput;
  readonly taken: Taken;
  readonly sink: BlobSink;
  readonly buffers: BufferPool;
  readonly signal: AbortSignal | undefined;
  readonly progress: ProgressMeter;
}

/** Compares the root of a row with the metadata. */
export function checkRow(job: DecodeJob, row: number, root: Uint8Array): void {
  const { blobId, metadata } = job.input;
  if (!equalBytes(root, sliverHash(metadata, 'primary', row))) throw inconsistent(blobId, { row });
}

/** Compares the rows behind the data, which are all zero, with the metadata. */
export async function checkPadding(job: DecodeJob): Promise<void> {
  const { context, geometry } = job;
  const { executor, kernels, parameters } = context;
  const { dataRows, rowBytes, symbolSize } = geometry;
  if (dataRows === parameters.primarySymbols) return;
  const { roots } = await executor.run({
    kind: 'roots',
    axis: 'primary',
    nShards: parameters.nShards,
    implementation: kernels.implementation,
    symbolSize,
    words: 1,
    input: { kind: 'bytes', bytes: new ArrayBuffer(rowBytes) },
    returnsInput: false,
  });
  if (roots === undefined) return;
  for (let row = dataRows; row < parameters.primarySymbols; row++) checkRow(job, row, roots);
}
