import type { Committee, CommitteeMember } from '@walrus-ts/chain';
import { errorMessage, isQuorum, onAbort, type BlobId, type BlobMetadata } from '@walrus-ts/core';
import { hasReason } from '@walrus-ts/node-api';
import type { BlobCodec } from '@walrus-ts/redstuff';
import { SdkError } from '../errors.js';
import type { Logger } from '../logger.js';
import { shuffled, type NodePool } from '../nodes.js';

/** Metadata requests under way at once. */
const CONCURRENCY = 3;
/** Time that one node has for metadata before another is asked beside it, ms. */
const HEDGE_MS = 1000;
const TIMEOUT_MS = 10_000;

/** What fetching from a committee needs. */
export interface FetchContext {
  readonly committee: Committee;
  readonly codec: BlobCodec;
  readonly nodes: NodePool;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Counts negative answers by shard weight and says what they amount to. */
export interface NegativeTally {
  notFound(weight: number): void;
  blocked(weight: number): void;
  /** The error that the answers so far prove, if they do. */
  verdict(blobId: BlobId): SdkError | undefined;
}

/**
 * Makes an empty tally.
 *
 * @see spec client.md §3, steps 4 and 6
 */
export function createTally(nShards: number): NegativeTally {
  let missing = 0;
  let refused = 0;
  return {
    notFound: (weight) => void (missing += weight),
    blocked: (weight) => void (refused += weight),
    verdict(blobId) {
      if (!isQuorum(missing + refused, nShards)) return undefined;
      return refused >= missing
        ? new SdkError('SDK_BLOB_BLOCKED', `blob ${blobId} is blocked by the storage nodes`)
        : new SdkError('SDK_BLOB_NOT_FOUND', `blob ${blobId} does not exist on this network`, {
            hint: 'check the ID; the blob may have expired or been deleted',
          });
    },
  };
}

/** Facts of a node for the log. */
export function nodeFacts(member: CommitteeMember): Record<string, unknown> {
  return { node: member.name, nodeId: member.nodeId, address: member.networkAddress };
}

/**
 * Fetches metadata: any node's answer will do that hashes to the blob ID.
 *
 * @throws SDK_BLOB_NOT_FOUND, SDK_BLOB_BLOCKED, SDK_NO_METADATA
 * @see spec client.md §3, step 4
 */
export async function fetchMetadata(blobId: BlobId, context: FetchContext): Promise<BlobMetadata> {
  const { committee, codec, nodes, logger, signal } = context;
  const waiting = shuffled(committee.members);
  const tally = createTally(committee.nShards);
  const ending = new AbortController();
  const abort = AbortSignal.any([signal, ending.signal]);

  const ask = async (member: CommitteeMember): Promise<BlobMetadata> => {
    const weight = member.shards.length;
    try {
      const answer = await nodes
        .get(member, committee.nShards)
        .getMetadata(blobId, { signal: abort, timeoutMs: TIMEOUT_MS });
      await codec.verifyMetadata(blobId, answer.metadata);
      return answer.metadata;
    } catch (error) {
      if (hasReason(error, 'METADATA_NOT_FOUND')) tally.notFound(weight);
      else if (hasReason(error, 'FORBIDDEN_BLOB')) tally.blocked(weight);
      else if (!abort.aborted) {
        logger.debug(
          { ...nodeFacts(member), error: errorMessage(error) },
          'bad metadata from node',
        );
      }
      throw error;
    }
  };

  try {
    return await new Promise<BlobMetadata>((resolve, reject) => {
      let running = 0;
      const next = (): void => {
        const member = waiting.pop();
        if (member === undefined) {
          if (running === 0) {
            reject(
              tally.verdict(blobId) ??
                new SdkError('SDK_NO_METADATA', `no storage node gave metadata of blob ${blobId}`, {
                  retryable: true,
                  hint: 'check that the storage nodes are up with: walrus health --committee',
                }),
            );
          }
          return;
        }
        running++;
        // A node that hangs must not hold up the read: another one is asked beside it.
        const hedge = setTimeout(next, HEDGE_MS);
        ask(member)
          .then(resolve, () => undefined)
          .finally(() => {
            clearTimeout(hedge);
            running--;
            const proven = tally.verdict(blobId);
            if (proven) reject(proven);
            else if (!abort.aborted) next();
          });
      };
      onAbort(abort, () => reject(abort.reason as Error));
      for (let i = 0; i < CONCURRENCY; i++) next();
    });
  } finally {
    ending.abort();
  }
}
