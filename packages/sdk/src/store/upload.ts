import type { Committee, CommitteeMember, ContractCertificate } from '@walrus-ts/chain';
import {
  certificationWeight,
  encodeBlobMetadata,
  encodeSliver,
  encodeStorageConfirmation,
  encodingParameters,
  equalBytes,
  errorMessage,
  onAbort,
  pairOfShard,
  signersToBitmap,
  sliverDataLength,
  sliverIndexOfPair,
  type Persistence,
  type SliverAxis,
  type SliverData,
} from '@walrus-ts/core';
import type { NodeClient } from '@walrus-ts/node-api';
import type { BlobCommitment } from '@walrus-ts/redstuff';
import pLimit from 'p-limit';
import type { ClientContext } from '../context.js';
import { SdkError } from '../errors.js';
import { shuffled } from '../nodes.js';
import { nodeFacts } from '../read/metadata.js';
import { withRetries, type RetryPolicy } from '../retry.js';
import { TransferWindow, type TransferLane } from './transfer-window.js';

/** Bytes of slivers, and of requests made of them, that may be in memory at once. */
const MAX_BYTES_IN_FLIGHT = 64 * 1024 * 1024;
/**
 * Slivers read from the encoding at once: on disk a column lies in hundreds of pieces, and each read under way costs
 * more memory than its bytes.
 */
const CONCURRENT_READS = 4;
/** Slivers to one node at once, at most. */
const PER_NODE = 10;
/** Nodes that are busy at a time when slivers are so large that not all can be. */
const BUSY_SHARE = 0.5;
/** Time limit of one sliver: a base, plus time for its bytes at a slow 128 KiB/s, ms. */
const BASE_TIMEOUT_MS = 20_000;
const MS_PER_BYTE = 1000 / (128 * 1024);
/** Slivers below this size are sent without asking whether the node has them (client.md §1), bytes. */
const STATUS_CHECK_BYTES = 5560;
/** After the certificate is certain, stragglers get this share of the time so far, plus the base. */
const EXTRA_TIME_FACTOR = 0.5;
const EXTRA_TIME_BASE_MS = 500;
const RETRY: RetryPolicy = { attempts: 5, minDelayMs: 300, maxDelayMs: 5000 };

/** How an upload has come on. */
export interface UploadProgress {
  readonly sentBytes: number;
  readonly totalBytes: number;
  /** Shards whose nodes confirmed. */
  readonly weight: number;
  /** Shards that the certificate needs. */
  readonly neededWeight: number;
}

/** Where slivers come from: an encoding in memory, or one in temporary storage, perhaps still under way. */
export interface UploadSource extends Pick<BlobCommitment, 'blobId' | 'metadata'> {
  readonly symbolSize: number;
  /** Until this settles, only primary slivers that hold the blob and secondary ones are there. */
  readonly complete?: Promise<void> | undefined;
  /** Gives a sliver; called when it is its turn to be sent, and again when it is sent again. */
  sliver(axis: SliverAxis, index: number): SliverData | Promise<SliverData>;
}

/** A sliver to be sent to a node. */
interface Parcel {
  readonly pair: number;
  readonly axis: SliverAxis;
  /** Sliver index on its axis. */
  readonly index: number;
  /** Whether it may not be there yet. */
  readonly isLate: boolean;
}

/** What to upload. */
export interface UploadParameters {
  readonly committee: Committee;
  readonly blob: UploadSource;
  readonly persistence: Persistence;
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: UploadProgress) => void) | undefined;
}

/**
 * Sends metadata and slivers to all nodes and combines their confirmations into a certificate.
 *
 * Counts shard weight, not nodes: as soon as the confirmed weight is `n - f` the certificate is certain, and the
 * remaining nodes get a little more time. When it has become impossible the upload stops at once.
 *
 * @throws SDK_NOT_ENOUGH_CONFIRMATIONS, naming the nodes that failed and why
 * @see spec client.md §6 step 7 and §8; messages.md §6
 */
export async function uploadAndConfirm(
  context: ClientContext,
  parameters: UploadParameters,
): Promise<ContractCertificate> {
  const { committee, blob, persistence, signal } = parameters;
  const { nShards, members, epoch } = committee;
  const bls = await context.bls();
  const message = encodeStorageConfirmation({ epoch, blobId: blob.blobId, persistence });
  const metadata = encodeBlobMetadata(blob.metadata);
  const neededWeight = certificationWeight(nShards);
  const sliverBytes = (axis: SliverAxis): number =>
    sliverDataLength(nShards, axis, blob.symbolSize);
  const totalBytes = nShards * (sliverBytes('primary') + sliverBytes('secondary'));
  // A sliver and the request body made of it.
  const memoryOf = (axis: SliverAxis): number => 2 * sliverBytes(axis);
  const window = new TransferWindow(MAX_BYTES_IN_FLIGHT);
  const reading = pLimit(CONCURRENT_READS);
  const share = MAX_BYTES_IN_FLIGHT / (BUSY_SHARE * members.length);
  const perNodeLimit = Math.min(PER_NODE, Math.max(1, Math.floor(share / memoryOf('primary'))));
  const ending = new AbortController();
  const abort = AbortSignal.any([signal, ending.signal]);
  const startMs = Date.now();
  const signatures = new Map<number, Uint8Array>();
  const failures: { member: CommitteeMember; error: string }[] = [];
  let confirmedWeight = 0;
  let failedWeight = 0;
  let sentBytes = 0;
  const report = (): void =>
    parameters.onProgress?.({ sentBytes, totalBytes, weight: confirmedWeight, neededWeight });

  const sendSliver = async (
    node: NodeClient,
    lane: TransferLane,
    { pair, axis, index, isLate }: Parcel,
    mayExist: boolean,
  ): Promise<void> => {
    abort.throwIfAborted();
    // Not inside the window, where it would keep others from sending what is there.
    if (isLate) await blob.complete;
    const bytes = sliverBytes(axis);
    const timeoutMs = BASE_TIMEOUT_MS + bytes * MS_PER_BYTE;
    await withRetries(
      RETRY,
      async () => {
        if (mayExist && bytes >= STATUS_CHECK_BYTES) {
          const status = await node.sliverStatus(blob.blobId, pair, axis, { signal: abort });
          if (status === 'stored') return;
        }
        await window.run(lane, memoryOf(axis), abort, async (inTime) => {
          const body = await reading(async () => {
            inTime.throwIfAborted();
            return encodeSliver(await blob.sliver(axis, index));
          });
          await node.putSliver(blob.blobId, pair, axis, body, { signal: inTime, timeoutMs });
        });
      },
      abort,
    );
    sentBytes += bytes;
    report();
  };

  const parcelsOf = (member: CommitteeMember): Parcel[] => {
    const { primarySymbols } = encodingParameters(nShards);
    const parcels = member.shards.flatMap((shard) => {
      const pair = pairOfShard(nShards, blob.blobId, shard);
      return (['primary', 'secondary'] as const).map((axis): Parcel => {
        const index = sliverIndexOfPair(nShards, axis, pair);
        return { pair, axis, index, isLate: axis === 'primary' && index >= primarySymbols };
      });
    });
    // What is there first, so that sending goes on while the rest is encoded; neighbours lie together on disk.
    return parcels.toSorted(
      (a, b) =>
        Number(a.isLate) - Number(b.isLate) || a.axis.localeCompare(b.axis) || a.index - b.index,
    );
  };

  const serve = async (member: CommitteeMember): Promise<Uint8Array> => {
    const node = context.nodes.get(member, nShards);
    const outcome = await withRetries(
      RETRY,
      () => node.putMetadata(blob.blobId, metadata, { signal: abort }),
      abort,
    );
    const perNode = pLimit(perNodeLimit);
    const lane = window.lane();
    await Promise.all(
      parcelsOf(member).map((parcel) =>
        perNode(() => sendSliver(node, lane, parcel, outcome === 'alreadyStored')),
      ),
    );
    const signed = await withRetries(
      RETRY,
      () => node.confirmation(blob.blobId, persistence, { signal: abort }),
      abort,
    );
    // Strict on purpose: another epoch, blob or persistence is another statement, whoever signed it.
    if (!equalBytes(signed.serializedMessage, message)) {
      throw new SdkError(
        'SDK_EPOCH_CHANGED',
        'the node confirmed something else than was asked, perhaps for another epoch',
      );
    }
    if (!bls.verify(member.publicKey, message, signed.signature)) {
      throw new SdkError('SDK_NOT_ENOUGH_CONFIRMATIONS', 'the signature of the node is wrong');
    }
    return signed.signature;
  };

  report();
  const indices = shuffled(members.map((_, index) => index));
  try {
    await new Promise<void>((resolve, reject) => {
      let left = indices.length;
      let graceTimer: ReturnType<typeof setTimeout> | undefined;
      const release = onAbort(signal, () => {
        clearTimeout(graceTimer);
        reject(signal.reason as Error);
      });
      const finish = (act: () => void): void => {
        clearTimeout(graceTimer);
        release();
        act();
      };
      // Without the rest of its slivers the blob cannot be stored: the nodes are not to blame.
      blob.complete?.catch((error: unknown) => finish(() => reject(error as Error)));
      const settle = (): void => {
        left--;
        if (confirmedWeight >= neededWeight) {
          if (left === 0) return finish(resolve);
          if (graceTimer === undefined) {
            const extraMs = EXTRA_TIME_FACTOR * (Date.now() - startMs) + EXTRA_TIME_BASE_MS;
            graceTimer = setTimeout(() => finish(resolve), extraMs);
          }
        } else if (failedWeight > nShards - neededWeight) {
          finish(() => reject(notEnough(confirmedWeight, neededWeight, failures)));
        }
      };
      for (const index of indices) {
        const member = members[index];
        if (member === undefined) continue;
        serve(member).then(
          (signature) => {
            signatures.set(index, signature);
            confirmedWeight += member.shards.length;
            report();
            settle();
          },
          (error: unknown) => {
            if (abort.aborted) return;
            failures.push({ member, error: errorMessage(error) });
            failedWeight += member.shards.length;
            context.logger.debug(
              { ...nodeFacts(member), error: errorMessage(error) },
              'node did not store the blob',
            );
            settle();
          },
        );
      }
    });
  } finally {
    ending.abort();
  }

  const signers = [...signatures.keys()].toSorted((a, b) => a - b);
  return {
    signature: bls.aggregateSignatures(signers.map((i) => signatures.get(i) ?? new Uint8Array())),
    signersBitmap: signersToBitmap(signers, members.length),
    message,
  };
}

function notEnough(
  weight: number,
  needed: number,
  failures: readonly { readonly member: CommitteeMember; readonly error: string }[],
): SdkError {
  const names = failures.map(({ member, error }) => `${member.name} (${error})`);
  return new SdkError(
    'SDK_NOT_ENOUGH_CONFIRMATIONS',
    `the blob cannot be certified: confirmed by ${weight} of at least ${needed} shards; failing: ${names.join('; ')}`,
    {
      data: {
        weight,
        needed,
        failingNodes: failures.map(({ member, error }) => ({ node: member.name, error })),
      },
      retryable: true,
      hint: 'run the same command again when the nodes are back: it goes on where it stopped',
    },
  );
}
