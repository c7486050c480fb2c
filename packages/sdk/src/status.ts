import type { CommitteeMember } from '@walrus-ts/chain';
import { errorMessage, isQuorum, isValidity, onAbort, type BlobId } from '@walrus-ts/core';
import type { BlobStatus } from '@walrus-ts/node-api';
import type { ClientContext } from './context.js';
import { SdkError } from './errors.js';
import { nodeFacts } from './read/metadata.js';

/** Options of a status query. */
export interface StatusOptions {
  readonly signal?: AbortSignal | undefined;
  /** How long to wait for a quorum of answers, ms. @default 10000 */
  readonly timeoutMs?: number | undefined;
}

const RANK = { nonexistent: 0, deletable: 1, permanent: 2, invalid: 3 } as const;

/**
 * Orders statuses from earlier to later in a blob's life.
 *
 * @see spec node-api.md §4.11
 */
export function compareStatus(a: BlobStatus, b: BlobStatus): number {
  if (a.kind !== b.kind) return RANK[a.kind] - RANK[b.kind];
  // A smaller initial epoch wins, and having one wins over not having one.
  const initial = (status: { initialCertifiedEpoch: number | null }): number =>
    -(status.initialCertifiedEpoch ?? Number.MAX_SAFE_INTEGER);
  if (a.kind === 'permanent' && b.kind === 'permanent') {
    return (
      Number(a.isCertified) - Number(b.isCertified) ||
      a.endEpoch - b.endEpoch ||
      a.deletableCounts.certified - b.deletableCounts.certified ||
      a.deletableCounts.total - b.deletableCounts.total ||
      initial(a) - initial(b)
    );
  }
  if (a.kind === 'deletable' && b.kind === 'deletable') {
    return (
      a.deletableCounts.certified - b.deletableCounts.certified ||
      a.deletableCounts.total - b.deletableCounts.total ||
      initial(a) - initial(b)
    );
  }
  return 0;
}

interface Group {
  readonly status: BlobStatus;
  weight: number;
}

async function collect(
  context: ClientContext,
  blobId: BlobId,
  members: readonly CommitteeMember[],
  nShards: number,
  options: StatusOptions,
): Promise<{ groups: Group[]; answered: number }> {
  const groups = new Map<string, Group>();
  const ending = new AbortController();
  const limit = AbortSignal.timeout(options.timeoutMs ?? 10_000);
  const abort = AbortSignal.any([
    ending.signal,
    limit,
    ...(options.signal ? [options.signal] : []),
  ]);
  let answered = 0;
  await new Promise<void>((resolve) => {
    let left = members.length;
    onAbort(abort, resolve);
    for (const member of members) {
      context.nodes
        .get(member, nShards)
        .blobStatus(blobId, { signal: abort })
        .then(
          (status) => {
            const key = JSON.stringify(status);
            const group = groups.get(key) ?? { status, weight: 0 };
            group.weight += member.shards.length;
            groups.set(key, group);
            answered += member.shards.length;
          },
          (error: unknown) => {
            if (abort.aborted) return;
            context.logger.debug(
              { ...nodeFacts(member), error: errorMessage(error) },
              'no status from node',
            );
          },
        )
        .finally(() => {
          left--;
          if (left === 0 || isQuorum(answered, nShards)) resolve();
        });
    }
  });
  ending.abort();
  options.signal?.throwIfAborted();
  return { groups: [...groups.values()], answered };
}

// One node may claim anything, but an event on chain cannot be made up.
async function isProvenOnChain(
  context: ClientContext,
  blobId: BlobId,
  status: BlobStatus,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (status.kind === 'invalid') {
    const event = await context.chain.event(numbered(status.event), { signal });
    return event?.type === 'InvalidBlobID' && event.blobId === blobId;
  }
  if (status.kind !== 'permanent') return false;
  const event = await context.chain.event(numbered(status.statusEvent), { signal });
  if (event?.type !== (status.isCertified ? 'BlobCertified' : 'BlobRegistered')) return false;
  return event.blobId === blobId && event.endEpoch === status.endEpoch && !event.isDeletable;
}

const numbered = (id: { txDigest: string; eventSeq: string }) => ({
  txDigest: id.txDigest,
  eventSeq: Number(id.eventSeq),
});

/**
 * Asks the committee for a blob's status and returns the latest one that can be trusted: said by nodes of which
 * one must be honest, or proven by its event on chain.
 *
 * @throws SDK_NO_VALID_STATUS
 * @see spec client.md §5
 */
export async function verifiedStatus(
  context: ClientContext,
  blobId: BlobId,
  options: StatusOptions = {},
): Promise<BlobStatus> {
  const { committees } = await context.network.view({ signal: options.signal });
  const { members, nShards } = committees.current;
  const { groups, answered } = await collect(context, blobId, members, nShards, options);
  const missing = groups.find((group) => group.status.kind === 'nonexistent');
  if (missing && isQuorum(missing.weight, nShards)) return missing.status;
  groups.sort((a, b) => compareStatus(b.status, a.status));
  for (const group of groups) {
    if (isValidity(group.weight, nShards)) return group.status;
    if (await isProvenOnChain(context, blobId, group.status, options.signal)) return group.status;
  }
  throw new SdkError(
    'SDK_NO_VALID_STATUS',
    `the status of blob ${blobId} cannot be established: nodes with ${answered} of ${nShards} shards answered`,
    { retryable: true, hint: 'check the storage nodes with: walrus health --committee' },
  );
}
