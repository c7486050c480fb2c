import type { BlobId, BlobMetadata, SliverData } from '@walrus-ts/core';
import { RedstuffError } from '../errors.js';
import type { OperationOptions } from '../types.js';
import { blobGeometry, type CodecContext } from './geometry.js';
import { checkMetadataShape, verifyMetadata, verifySliverAnywhere } from './verify.js';

/**
 * Names the primary slivers that hold a byte range as it is.
 *
 * @throws REDSTUFF_INVALID_RANGE, REDSTUFF_INVALID_METADATA
 */
export function sliversOfRange(
  context: CodecContext,
  metadata: BlobMetadata,
  { start, end }: { readonly start: number; readonly end: number },
): number[] {
  checkMetadataShape(context, metadata);
  const { unencodedLength } = metadata;
  const isWithin =
    Number.isSafeInteger(start) && Number.isSafeInteger(end) && 0 <= start && start <= end;
  if (!isWithin || end > unencodedLength) {
    throw new RedstuffError(
      'REDSTUFF_INVALID_RANGE',
      `bytes ${start} to ${end} are not a range of a blob of ${unencodedLength} bytes`,
      { data: { start, end, unencodedLength } },
    );
  }
  const { rowBytes } = blobGeometry(context.parameters, unencodedLength);
  const first = Math.floor(start / rowBytes);
  const count = start === end ? 0 : Math.ceil(end / rowBytes) - first;
  return Array.from({ length: count }, (_, i) => first + i);
}

/**
 * Reads a byte range from the primary slivers that hold it.
 *
 * @see `BlobCodec.readRange`
 */
export async function readRange(
  context: CodecContext,
  input: {
    readonly blobId: BlobId;
    readonly metadata: BlobMetadata;
    readonly start: number;
    readonly end: number;
    readonly sliver: (index: number) => Promise<SliverData>;
  },
  options: OperationOptions = {},
): Promise<Uint8Array> {
  options.signal?.throwIfAborted();
  const { metadata, start, end } = input;
  verifyMetadata(context, input.blobId, metadata);
  const indices = sliversOfRange(context, metadata, input);
  const { rowBytes } = blobGeometry(context.parameters, metadata.unencodedLength);
  const parts: Uint8Array[] = [];
  for (const [i, index] of indices.entries()) {
    const sliver = await input.sliver(index);
    options.signal?.throwIfAborted();
    await verifySliverAnywhere(context, metadata, 'primary', index, sliver);
    const from = Math.max(0, start - index * rowBytes);
    parts.push(sliver.data.slice(from, Math.min(rowBytes, end - index * rowBytes)));
    options.onProgress?.({ done: i + 1, total: indices.length });
  }
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
