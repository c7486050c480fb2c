import type { CommitteeMember } from '@walrus-ts/chain';
import {
  encodingParameters,
  errorMessage,
  onAbort,
  pairOfShard,
  sliverDataLength,
  sliverIndexOfPair,
  symbolSize,
  type BlobId,
  type BlobMetadata,
  type SliverData,
} from '@walrus-ts/core';
import { hasReason } from '@walrus-ts/node-api';
import { SdkError } from '../errors.js';
import { shuffled } from '../nodes.js';
import { createTally, nodeFacts, type FetchContext } from './metadata.js';
import type { SliverSpool } from './spool.js';

/** Bytes of slivers that may be under way at once. */
const MAX_BYTES_IN_FLIGHT = 40 * 1024 * 1024;
/** Requests to one node at once. */
const PER_NODE = 10;
/** How long nothing may arrive before more shards are asked than needed, ms. */
const HEDGE_MS = 700;
/** Time limit of one sliver: a base, plus time for its bytes at a slow 1 MiB/s, ms. */
const BASE_TIMEOUT_MS = 10_000;
const MS_PER_BYTE = 1000 / (1024 * 1024);

/**
 * From this size on slivers that hold the blob itself are preferred, bytes. They are with a third of the nodes, another
 * one for each blob; small blobs are decoded in no time, and better spread over all nodes.
 */
export const LARGE_BLOB_BYTES = 4 * 1024 * 1024;

interface Target {
  readonly shard: number;
  readonly pair: number;
  /** Primary sliver of the pair. */
  readonly index: number;
}

interface NodeQueue {
  readonly member: CommitteeMember;
  /** What can be asked for; the last is asked for first. */
  readonly targets: Target[];
  running: number;
  /** Reason for which the node is asked last, if at all. */
  fault: string | undefined;
}

/** Told about verified slivers. */
export type SliverProgress = (have: number, need: number) => void;

/**
 * Fetches and verifies as many primary slivers as decoding needs, and puts them into the spool.
 *
 * Of large blobs, slivers that hold the blob itself come first, in the blob's order, from nodes that have room for another
 * request; the others come from random nodes. A node that fails or lies is set back behind all others; when nothing arrives for a while more requests than
 * needed are sent, so that a few slow nodes cost little.
 *
 * @throws SDK_NOT_ENOUGH_SLIVERS, SDK_BLOB_NOT_FOUND, SDK_BLOB_BLOCKED
 * @see spec client.md §3, step 6
 */
export async function fetchSlivers(
  blobId: BlobId,
  metadata: BlobMetadata,
  spool: SliverSpool,
  context: FetchContext,
  onProgress?: SliverProgress,
): Promise<void> {
  const { committee, codec, nodes, logger, signal } = context;
  const { nShards } = committee;
  const need = encodingParameters(nShards).primarySymbols;
  const sliverBytes = sliverDataLength(
    nShards,
    'primary',
    symbolSize(nShards, metadata.unencodedLength),
  );
  const timeoutMs = BASE_TIMEOUT_MS + sliverBytes * MS_PER_BYTE;
  const byMemory = Math.max(1, Math.floor(MAX_BYTES_IN_FLIGHT / sliverBytes));
  const isLarge = metadata.unencodedLength > LARGE_BLOB_BYTES;
  const targetsOf = (member: CommitteeMember): Target[] =>
    shuffled(member.shards)
      .map((shard) => {
        const pair = pairOfShard(nShards, blobId, shard);
        return { shard, pair, index: sliverIndexOfPair(nShards, 'primary', pair) };
      })
      .toSorted((a, b) => (isLarge ? Math.min(b.index, need) - Math.min(a.index, need) : 0));
  const queues: NodeQueue[] = shuffled(committee.members).map((member) => ({
    member,
    targets: targetsOf(member),
    running: 0,
    fault: undefined,
  }));
  const tally = createTally(nShards);
  const ending = new AbortController();
  const abort = AbortSignal.any([signal, ending.signal]);
  let running = 0;
  let extra = 0;

  // Round robin over good nodes with room; faulty ones only when nothing better is left or under way.
  const pick = (): NodeQueue | undefined => {
    const open = queues.filter((queue) => queue.targets.length > 0 && queue.running < PER_NODE);
    const good = open.filter((queue) => queue.fault === undefined);
    const holdsBlob = good.filter((queue) => (queue.targets.at(-1)?.index ?? need) < need);
    const best = isLarge && holdsBlob.length > 0 ? holdsBlob : good;
    if (best.length > 0) return best.reduce((a, b) => (b.running < a.running ? b : a));
    const isGoodRunning = queues.some((queue) => queue.fault === undefined && queue.running > 0);
    return isGoodRunning ? undefined : open.find((queue) => queue.running === 0);
  };

  const fetchOne = async (
    queue: NodeQueue,
    { shard, pair, index }: Target,
  ): Promise<SliverData | undefined> => {
    const { member } = queue;
    try {
      const sliver = await nodes.get(member, nShards).getSliver(blobId, pair, 'primary', {
        signal: abort,
        timeoutMs: queue.fault === undefined ? timeoutMs : timeoutMs / 2,
        maxBytes: sliverBytes + 128,
      });
      await codec.verifySliver({ metadata, axis: 'primary', index, sliver }, { signal: abort });
      return sliver;
    } catch (error) {
      if (abort.aborted) return undefined;
      if (hasReason(error, 'SLIVER_NOT_FOUND', 'METADATA_NOT_FOUND')) {
        tally.notFound(1);
        return undefined;
      }
      if (hasReason(error, 'FORBIDDEN_BLOB')) tally.blocked(1);
      queue.fault = errorMessage(error);
      logger.debug(
        { ...nodeFacts(member), shard, pair, error: queue.fault },
        'bad sliver from node',
      );
      return undefined;
    }
  };

  try {
    await new Promise<void>((resolve, reject) => {
      let hedge: ReturnType<typeof setTimeout> | undefined;
      const stop = (act: () => void): void => {
        clearTimeout(hedge);
        act();
      };
      const pump = (): void => {
        if (spool.size >= need) return stop(resolve);
        const proven = tally.verdict(blobId);
        if (proven) return stop(() => reject(proven));
        while (running < Math.min(need - spool.size + extra, byMemory)) {
          const queue = pick();
          const target = queue?.targets.pop();
          if (queue === undefined || target === undefined) break;
          queue.running++;
          running++;
          fetchOne(queue, target)
            // Storing is no fault of the node: if it fails, all fails.
            .then((sliver) => (sliver && !abort.aborted ? spool.add(sliver) : undefined))
            .then(
              () => {
                queue.running--;
                running--;
                if (abort.aborted) return;
                onProgress?.(Math.min(spool.size, need), need);
                pump();
              },
              (error: unknown) => stop(() => reject(error as Error)),
            );
        }
        if (running === 0 && spool.size < need) {
          return stop(() => reject(notEnough(blobId, spool.size, need, queues)));
        }
        clearTimeout(hedge);
        hedge = setTimeout(() => {
          extra = Math.min(extra + Math.ceil(need / 2), nShards);
          pump();
        }, HEDGE_MS);
      };
      // Listening to the inner signal, which ends with this call, leaves nothing behind on the caller's.
      onAbort(abort, () => stop(() => reject(abort.reason as Error)));
      pump();
    });
  } finally {
    ending.abort();
  }
}

function notEnough(blobId: BlobId, have: number, need: number, queues: NodeQueue[]): SdkError {
  const faulty = queues.filter((queue) => queue.fault !== undefined);
  const names = faulty.map((queue) => queue.member.name);
  return new SdkError(
    'SDK_NOT_ENOUGH_SLIVERS',
    `blob ${blobId} cannot be read: ${have} of ${need} slivers are valid` +
      (names.length > 0 ? `; failing nodes: ${names.join(', ')}` : ''),
    {
      data: {
        have,
        need,
        failingNodes: faulty.map((queue) => ({ node: queue.member.name, error: queue.fault })),
      },
      retryable: true,
      hint: 'check the storage nodes with: walrus health --committee',
    },
  );
}
