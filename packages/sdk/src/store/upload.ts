import type { Committee, CommitteeMember, ContractCertificate } from '@walrus-ts/chain';
import {
  certificationWeight,
  encodeBlobMetadata,
  encodeSliver,
  encodeStorageConfirmation,
  equalBytes,
  errorMessage,
  onAbort,
  pairOfShard,
  signersToBitmap,
  sliverDataLength,
  sliverIndexOfPair,
  type Persistence,
  type SliverAxis,
} from '@walrus-ts/core';
import type { NodeClient } from '@walrus-ts/node-api';
import type { EncodedBlob } from '@walrus-ts/redstuff';
import pLimit from 'p-limit';
import type { ClientContext } from '../context.js';
import { SdkError } from '../errors.js';
import { shuffled } from '../nodes.js';
import { nodeFacts } from '../read/metadata.js';
import { withRetries, type RetryPolicy } from '../retry.js';

/** Bytes of slivers that may be under way at once. */
const MAX_BYTES_IN_FLIGHT = 64 * 1024 * 1024;
const MAX_CONCURRENT_SLIVERS = 256;
/** Slivers to one node at once. */
const PER_NODE = 10;
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

/** What to upload. */
export interface UploadParameters {
  readonly committee: Committee;
  readonly blob: EncodedBlob;
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
  const limit = pLimit(
    Math.max(
      members.length,
      Math.min(MAX_CONCURRENT_SLIVERS, Math.floor(MAX_BYTES_IN_FLIGHT / sliverBytes('primary'))),
    ),
  );
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
    pair: number,
    axis: SliverAxis,
    mayExist: boolean,
  ): Promise<void> => {
    abort.throwIfAborted();
    const index = sliverIndexOfPair(nShards, axis, pair);
    await withRetries(
      RETRY,
      async () => {
        if (mayExist && sliverBytes(axis) >= STATUS_CHECK_BYTES) {
          const status = await node.sliverStatus(blob.blobId, pair, axis, { signal: abort });
          if (status === 'stored') return;
        }
        const body = encodeSliver(blob.sliver(axis, index));
        await node.putSliver(blob.blobId, pair, axis, body, { signal: abort });
      },
      abort,
    );
    sentBytes += sliverBytes(axis);
    report();
  };

  const serve = async (member: CommitteeMember): Promise<Uint8Array> => {
    const node = context.nodes.get(member, nShards);
    const outcome = await withRetries(
      RETRY,
      () => node.putMetadata(blob.blobId, metadata, { signal: abort }),
      abort,
    );
    const perNode = pLimit(PER_NODE);
    await Promise.all(
      member.shards.flatMap((shard) => {
        const pair = pairOfShard(nShards, blob.blobId, shard);
        return (['primary', 'secondary'] as const).map((axis) =>
          perNode(() => limit(() => sendSliver(node, pair, axis, outcome === 'alreadyStored'))),
        );
      }),
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
