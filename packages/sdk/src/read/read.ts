import type { Committee } from '@walrus-ts/chain';
import {
  encodingParameters,
  sliverDataLength,
  symbolSize,
  type BlobId,
  type BlobMetadata,
} from '@walrus-ts/core';
import type { BlobSink, ConsistencyCheck } from '@walrus-ts/redstuff';
import type { ClientContext } from '../context.js';
import { SdkError } from '../errors.js';
import type { NetworkView } from '../network.js';
import { fetchMetadata, type FetchContext } from './metadata.js';
import { LARGE_BLOB_BYTES, fetchSlivers } from './slivers.js';
import { createSliverSpool, resumableSink } from './spool.js';
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
  | {
      readonly phase: 'decode';
      readonly done: number;
      readonly total: number;
      readonly blobBytes: number;
    };

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

/** Where a blob goes, and when. */
interface Destination {
  /** Called when the slivers prove that there is a blob of this size; gives the sink. */
  readonly open: (sizeBytes: number) => BlobSink;
  /** Whether rows may be handed out before all slivers are there. */
  readonly isEarly: boolean;
}

async function readOnce(
  context: ClientContext,
  blobId: BlobId,
  destination: Destination,
  options: ReadOptions,
  signal: AbortSignal,
): Promise<number> {
  const view = await context.network.view({ signal });
  const committee = await readCommittee(context, view, blobId, signal);
  const { codec } = view;
  const ending = new AbortController();
  const fetching: FetchContext = {
    committee,
    codec,
    nodes: context.nodes,
    logger: context.logger,
    signal: AbortSignal.any([signal, ending.signal]),
  };
  const { onProgress, consistencyCheck = 'default' } = options;
  onProgress?.({ phase: 'metadata' });
  const metadata: BlobMetadata = await fetchMetadata(blobId, fetching);
  const blobBytes = metadata.unencodedLength;
  if (options.maxBytes !== undefined && blobBytes > options.maxBytes) {
    throw new SdkError(
      'SDK_BLOB_TOO_LARGE',
      `blob ${blobId} has ${blobBytes} bytes, more than the ${options.maxBytes} wanted`,
      { data: { sizeBytes: blobBytes, limitBytes: options.maxBytes } },
    );
  }
  const { nShards } = committee;
  const rowBytes = sliverDataLength(nShards, 'primary', symbolSize(nShards, blobBytes));
  const need = encodingParameters(nShards).primarySymbols;
  const spool = await createSliverSpool(need, rowBytes, context.createTempStore);
  const fetched = new AbortController();
  try {
    // Small blobs are handed out when all is there. Verified slivers that the blob fills are the blob: whatever becomes of the others, these bytes are right. With the
    // strict check nothing is handed out before all is checked.
    const isEarly =
      destination.isEarly && consistencyCheck !== 'strict' && blobBytes > LARGE_BLOB_BYTES;
    const emitting = isEarly
      ? spool.emitRows(
          Math.floor(blobBytes / rowBytes),
          destination.open(blobBytes),
          AbortSignal.any([fetched.signal, signal]),
        )
      : Promise.resolve();
    // A sink that fails ends the read.
    emitting.catch((error: unknown) => ending.abort(error));
    const fetchingAll = fetchSlivers(blobId, metadata, spool, fetching, (done, total) =>
      onProgress?.({ phase: 'slivers', done, total, blobBytes }),
    ).finally(() => fetched.abort());
    // Not before both have ended: they use the spool.
    const outcomes = await Promise.allSettled([fetchingAll, emitting]);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    signal.throwIfAborted();
    await codec.decodeToSink(
      {
        blobId,
        metadata,
        axis: 'primary',
        slivers: await spool.seal(),
        consistencyCheck,
        sliversVerified: true,
      },
      destination.open(blobBytes),
      {
        signal,
        onProgress: ({ done, total }) => onProgress?.({ phase: 'decode', done, total, blobBytes }),
      },
    );
    return blobBytes;
  } finally {
    await spool.close();
  }
}

async function readInto(
  context: ClientContext,
  blobId: BlobId,
  destination: Destination,
  options: ReadOptions,
): Promise<number> {
  const signal = options.signal ?? new AbortController().signal;
  const before = (await context.network.view({ signal })).committees.current.epoch;
  try {
    return await readOnce(context, blobId, destination, options, signal);
  } catch (error) {
    signal.throwIfAborted();
    // A committee that is no longer in office explains failures: look again, once.
    context.network.invalidate();
    const after = (await context.network.view({ signal })).committees.current.epoch;
    if (after === before) throw error;
    return readOnce(context, blobId, destination, options, signal);
  }
}

/**
 * Reads a blob into memory: every byte returned is proven to belong to the blob ID.
 *
 * For blobs of some size {@link readBlobTo} is better.
 *
 * @returns the blob, owned by the caller
 * @throws SDK_BLOB_NOT_FOUND, SDK_BLOB_BLOCKED, SDK_BLOB_INVALID, SDK_BLOB_TOO_LARGE, SDK_NO_METADATA,
 *   SDK_NOT_ENOUGH_SLIVERS, REDSTUFF_INCONSISTENT_BLOB, REDSTUFF_NO_STORAGE, errors of the chain
 * @see spec client.md §3
 */
export async function readBlob(
  context: ClientContext,
  blobId: BlobId,
  options: ReadOptions = {},
): Promise<Uint8Array> {
  let blob = new Uint8Array(0);
  const sink: BlobSink = {
    write(bytes, position) {
      blob.set(bytes, position);
    },
  };
  const open = (sizeBytes: number): BlobSink => {
    if (blob.length !== sizeBytes) blob = new Uint8Array(sizeBytes);
    return sink;
  };
  // Not early: what the metadata says is no reason to allocate, what nodes have sent is.
  await readInto(context, blobId, { open, isEarly: false }, options);
  return blob;
}

/**
 * Reads a blob of any size into a sink, in order and in bounded memory.
 *
 * Verified slivers go to temporary storage of the blob's size, which is removed at the end. Every byte that the sink gets
 * is proven to belong to the blob ID; it gets the first ones while others are still under way, except with the strict
 * check. If the read fails, the sink has got a beginning of the blob, or nothing.
 *
 * @param sink - takes the bytes, each once, in order; a slow one slows the read down
 * @returns size of the blob, bytes
 * @throws the same as {@link readBlob}, and errors of the sink
 * @see spec client.md §3
 */
export async function readBlobTo(
  context: ClientContext,
  blobId: BlobId,
  sink: BlobSink,
  options: ReadOptions = {},
): Promise<{ readonly sizeBytes: number }> {
  const once = resumableSink(sink);
  const sizeBytes = await readInto(context, blobId, { open: () => once, isEarly: true }, options);
  return { sizeBytes };
}
