import type { Committee } from '@walrus-ts/chain';
import type { BlobId, BlobMetadata } from '@walrus-ts/core';
import type { ConsistencyCheck } from '@walrus-ts/redstuff';
import type { ClientContext } from '../context.js';
import { SdkError } from '../errors.js';
import type { NetworkView } from '../network.js';
import { fetchMetadata, type FetchContext } from './metadata.js';
import { fetchSlivers } from './slivers.js';
import { verifiedStatus } from '../status.js';

/** How far a read has come. */
export type ReadProgress =
  | { readonly phase: 'metadata' }
  /** `done` of `total` slivers are here and verified. */
  | {
      readonly phase: 'slivers';
      readonly done: number;
      readonly total: number;
      readonly blobBytes: number;
    }
  | { readonly phase: 'decode'; readonly done: number; readonly total: number };

/** Options of a read. */
export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ReadProgress) => void) | undefined;
  /** What is checked after decoding. @default 'default' */
  readonly consistencyCheck?: ConsistencyCheck | undefined;
  /** Largest blob wanted, bytes. @default what the number of shards allows */
  readonly maxBytes?: number | undefined;
}

/**
 * Returns the committee to read a blob from.
 *
 * While shards move, blobs of earlier epochs are still with the previous committee.
 *
 * @throws SDK_BLOB_NOT_FOUND, SDK_BLOB_INVALID
 * @see spec client.md §2
 */
async function readCommittee(
  context: ClientContext,
  view: NetworkView,
  blobId: BlobId,
  signal: AbortSignal,
): Promise<Committee> {
  const { current, previous, isTransitioning } = view.committees;
  if (!isTransitioning || previous === undefined) return current;
  const status = await verifiedStatus(context, blobId, { signal });
  if (status.kind === 'nonexistent') {
    throw new SdkError('SDK_BLOB_NOT_FOUND', `blob ${blobId} does not exist on this network`);
  }
  if (status.kind === 'invalid') {
    throw new SdkError('SDK_BLOB_INVALID', `blob ${blobId} was marked invalid`);
  }
  const certified = status.initialCertifiedEpoch;
  return certified !== null && certified < current.epoch ? previous : current;
}

async function readOnce(
  context: ClientContext,
  blobId: BlobId,
  options: ReadOptions,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const view = await context.network.view({ signal });
  const committee = await readCommittee(context, view, blobId, signal);
  const { codec } = view;
  const fetching: FetchContext = {
    committee,
    codec,
    nodes: context.nodes,
    logger: context.logger,
    signal,
  };
  options.onProgress?.({ phase: 'metadata' });
  const metadata: BlobMetadata = await fetchMetadata(blobId, fetching);
  const blobBytes = metadata.unencodedLength;
  if (options.maxBytes !== undefined && blobBytes > options.maxBytes) {
    throw new SdkError(
      'SDK_BLOB_INVALID',
      `blob ${blobId} has ${blobBytes} bytes, more than the ${options.maxBytes} wanted`,
    );
  }
  const slivers = await fetchSlivers(blobId, metadata, fetching, (done, total) =>
    options.onProgress?.({ phase: 'slivers', done, total, blobBytes }),
  );
  return codec.decode(
    {
      blobId,
      metadata,
      axis: 'primary',
      slivers,
      consistencyCheck: options.consistencyCheck ?? 'default',
      sliversVerified: true,
    },
    {
      signal,
      onProgress: ({ done, total }) => options.onProgress?.({ phase: 'decode', done, total }),
    },
  );
}

/**
 * Reads a blob: every byte returned is proven to belong to the blob ID.
 *
 * @returns the blob, owned by the caller
 * @throws SDK_BLOB_NOT_FOUND, SDK_BLOB_BLOCKED, SDK_BLOB_INVALID, SDK_NO_METADATA, SDK_NOT_ENOUGH_SLIVERS,
 *   REDSTUFF_INCONSISTENT_BLOB, errors of the chain
 * @see spec client.md §3
 */
export async function readBlob(
  context: ClientContext,
  blobId: BlobId,
  options: ReadOptions = {},
): Promise<Uint8Array> {
  const signal = options.signal ?? new AbortController().signal;
  const before = (await context.network.view({ signal })).committees.current.epoch;
  try {
    return await readOnce(context, blobId, options, signal);
  } catch (error) {
    signal.throwIfAborted();
    // A committee that is no longer in office explains failures: look again, once.
    context.network.invalidate();
    const after = (await context.network.view({ signal })).committees.current.epoch;
    if (after === before) throw error;
    return readOnce(context, blobId, options, signal);
  }
}
