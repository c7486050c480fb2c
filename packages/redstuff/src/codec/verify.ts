import {
  equalBytes,
  maxBlobSize,
  pairIndexOfSliver,
  type BlobId,
  type BlobMetadata,
  type SliverAxis,
  type SliverData,
} from '@walrus-ts/core';
import { RedstuffError } from '../errors.js';
import { consecutive } from '../kernels.js';
import { NODE_BYTES } from '../merkle/shape.js';
import { computeBlobId, rootOfMetadata } from './commitment.js';
import { blobGeometry, sliverBytes, type CodecContext, type KernelContext } from './geometry.js';

function invalidMetadata(message: string, data: Record<string, unknown>): RedstuffError {
  return new RedstuffError('REDSTUFF_INVALID_METADATA', message, { data });
}

/**
 * Checks that metadata fits the number of shards; not that it belongs to any blob ID.
 *
 * @throws REDSTUFF_INVALID_METADATA
 */
export function checkMetadataShape(context: KernelContext, metadata: BlobMetadata): void {
  const { nShards } = context.parameters;
  const { encodingType, unencodedLength, hashes } = metadata;
  if (hashes.length !== nShards) {
    throw invalidMetadata(`metadata has ${hashes.length} hash pairs for ${nShards} shards`, {
      pairs: hashes.length,
      nShards,
    });
  }
  const limit = maxBlobSize(nShards);
  if (!Number.isSafeInteger(unencodedLength) || unencodedLength < 0 || unencodedLength > limit) {
    throw invalidMetadata(
      `metadata states a blob of ${unencodedLength} bytes, the limit is ${limit} bytes`,
      { unencodedLength, limitBytes: limit },
    );
  }
  // Callers without a compiler may pass anything.
  const type: string = encodingType;
  if (type !== 'RS2') throw invalidMetadata(`encoding type ${type} is not supported`, { type });
  const isWhole = hashes.every(
    ({ primaryHash, secondaryHash }) =>
      primaryHash.length === NODE_BYTES && secondaryHash.length === NODE_BYTES,
  );
  if (!isWhole) throw invalidMetadata(`metadata has a hash that is not ${NODE_BYTES} bytes`, {});
}

/**
 * Checks metadata against a blob ID.
 *
 * @returns the root hash
 * @throws REDSTUFF_INVALID_METADATA, REDSTUFF_BLOB_ID_MISMATCH
 * @see spec redstuff.md §11
 */
export function verifyMetadata(
  context: KernelContext,
  blobId: BlobId,
  metadata: BlobMetadata,
): Uint8Array {
  checkMetadataShape(context, metadata);
  const rootHash = rootOfMetadata(context.kernels, metadata);
  const computed = computeBlobId({ rootHash, unencodedLength: metadata.unencodedLength });
  if (computed !== blobId) {
    throw new RedstuffError(
      'REDSTUFF_BLOB_ID_MISMATCH',
      `the metadata belongs to blob ${computed}, not ${blobId}`,
      { data: { expected: blobId, computed } },
    );
  }
  return rootHash;
}

/** Refuses sliver indices that do not exist. */
export function checkSliverIndex(context: KernelContext, axis: SliverAxis, index: number): void {
  const { nShards } = context.parameters;
  if (Number.isInteger(index) && index >= 0 && index < nShards) return;
  throw new RedstuffError(
    'REDSTUFF_SLIVER_INDEX',
    `there is no ${axis} sliver ${index} with ${nShards} shards`,
    { data: { axis, index, nShards } },
  );
}

/** Returns the hash that metadata holds for a sliver. */
export function sliverHash(metadata: BlobMetadata, axis: SliverAxis, index: number): Uint8Array {
  const pair = metadata.hashes[pairIndexOfSliver(metadata.hashes.length, axis, index)];
  if (pair === undefined) {
    throw new RedstuffError('REDSTUFF_SLIVER_INDEX', `metadata has no ${axis} sliver ${index}`);
  }
  return axis === 'primary' ? pair.primaryHash : pair.secondaryHash;
}

/** Checks everything about a sliver but its root. */
function checkSliverShape(
  context: KernelContext,
  metadata: BlobMetadata,
  axis: SliverAxis,
  index: number,
  sliver: SliverData,
): void {
  checkMetadataShape(context, metadata);
  checkSliverIndex(context, axis, index);
  const data = { axis, index };
  if (sliver.index !== index) {
    throw new RedstuffError(
      'REDSTUFF_SLIVER_INDEX',
      `got ${axis} sliver ${sliver.index} instead of ${index}`,
      { data: { ...data, got: sliver.index } },
    );
  }
  const geometry = blobGeometry(context.parameters, metadata.unencodedLength);
  const expectedBytes = sliverBytes(geometry, axis);
  if (sliver.data.length !== expectedBytes) {
    throw new RedstuffError(
      'REDSTUFF_SLIVER_LENGTH',
      `${axis} sliver ${index} has ${sliver.data.length} bytes instead of ${expectedBytes}`,
      { data: { ...data, gotBytes: sliver.data.length, expectedBytes } },
    );
  }
  if (sliver.symbolSize !== geometry.symbolSize) {
    throw new RedstuffError(
      'REDSTUFF_SLIVER_SYMBOL_SIZE',
      `${axis} sliver ${index} has symbols of ${sliver.symbolSize} bytes instead of ${geometry.symbolSize}`,
      { data: { ...data, got: sliver.symbolSize, expected: geometry.symbolSize } },
    );
  }
}

/** Compares the root of a sliver with the metadata. */
function checkSliverRoot(
  metadata: BlobMetadata,
  axis: SliverAxis,
  index: number,
  root: Uint8Array,
): void {
  if (equalBytes(root, sliverHash(metadata, axis, index))) return;
  throw new RedstuffError(
    'REDSTUFF_SLIVER_ROOT_MISMATCH',
    `${axis} sliver ${index} does not match the metadata of the blob`,
    { data: { axis, index } },
  );
}

/**
 * Checks a sliver against verified metadata on this thread.
 *
 * @param index - the sliver index that was asked for
 * @throws REDSTUFF_INVALID_METADATA if the metadata does not fit the number of shards, REDSTUFF_SLIVER_INDEX,
 *   REDSTUFF_SLIVER_LENGTH, REDSTUFF_SLIVER_SYMBOL_SIZE, REDSTUFF_SLIVER_ROOT_MISMATCH
 * @see spec redstuff.md §11
 */
export function verifySliver(
  context: KernelContext,
  metadata: BlobMetadata,
  axis: SliverAxis,
  index: number,
  sliver: SliverData,
): void {
  checkSliverShape(context, metadata, axis, index, sliver);
  checkSliverRoot(metadata, axis, index, sliverRoot(context, axis, sliver));
}

/**
 * Checks a sliver like {@link verifySliver}, on a worker if there are any.
 *
 * @throws the codes of {@link verifySliver}, REDSTUFF_WORKER_FAILED
 */
export async function verifySliverAnywhere(
  context: CodecContext,
  metadata: BlobMetadata,
  axis: SliverAxis,
  index: number,
  sliver: SliverData,
): Promise<void> {
  const { executor, kernels, parameters } = context;
  if (executor.isInline) {
    verifySliver(context, metadata, axis, index, sliver);
    return;
  }
  checkSliverShape(context, metadata, axis, index, sliver);
  const { roots } = await executor.run({
    kind: 'roots',
    axis,
    nShards: parameters.nShards,
    implementation: kernels.implementation,
    symbolSize: sliver.symbolSize,
    words: 1,
    // A copy: the caller's bytes must not be moved away.
    input: { kind: 'bytes', bytes: new Uint8Array(sliver.data).buffer },
    returnsInput: false,
  });
  checkSliverRoot(metadata, axis, index, roots ?? new Uint8Array(0));
}

/** Computes the Merkle root of a sliver of the right length, expanded to `n` symbols. */
export function sliverRoot(
  context: KernelContext,
  axis: SliverAxis,
  sliver: Pick<SliverData, 'data' | 'symbolSize'>,
): Uint8Array {
  const code = context.codes[axis];
  const { symbolSize } = sliver;
  context.kernels.stage(sliver.data.length).set(sliver.data);
  const { roots } = context.kernels.expand({
    code,
    symbolSize,
    words: 1,
    input: consecutive(symbolSize, code.sources),
    output: consecutive(symbolSize, code.recoveries),
  });
  return roots.slice();
}
