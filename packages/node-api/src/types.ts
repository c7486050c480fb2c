import { fromBase64, toBase64, type SignedMessage } from '@walrus-ts/core';
import { z } from 'zod';

/** ID of a contract event. */
export interface EventId {
  /** Digest of the transaction, base58. */
  readonly txDigest: string;
  /** Number of the event among the transaction's Walrus events, in decimal. */
  readonly eventSeq: string;
}

/** Live deletable (and pooled) objects of a blob ID. */
export interface DeletableCounts {
  readonly total: number;
  readonly certified: number;
}

/**
 * What a node knows of a blob ID.
 *
 * @see spec node-api.md §4.11
 */
export type BlobStatus =
  | { readonly kind: 'nonexistent' }
  | { readonly kind: 'invalid'; readonly event: EventId }
  | {
      readonly kind: 'permanent';
      /** Epoch in which the blob is no longer stored. */
      readonly endEpoch: number;
      readonly isCertified: boolean;
      /** The event that made the status. */
      readonly statusEvent: EventId;
      readonly deletableCounts: DeletableCounts;
      readonly initialCertifiedEpoch: number | null;
    }
  | {
      readonly kind: 'deletable';
      readonly initialCertifiedEpoch: number | null;
      readonly deletableCounts: DeletableCounts;
    };

/** Whether a node has something: `buffered` waits in memory for the registration of the blob. */
export type StoredStatus = 'stored' | 'buffered' | 'nonexistent';

/** What a PUT did; the HTTP status 201, 202 or 200. */
export type PutOutcome = 'stored' | 'buffered' | 'alreadyStored';

/** State of one shard on a node. */
export type ShardState = 'unknown' | 'ready' | 'inTransfer' | 'inRecovery' | 'readOnly';

/** One shard in a detailed health report. */
export interface ShardHealth {
  readonly shard: number;
  readonly status: ShardState;
}

/**
 * What a node says about itself.
 *
 * @see spec node-api.md §4.12
 */
export interface HealthInfo {
  readonly uptime: { readonly secs: number; readonly nanos: number };
  readonly epoch: number;
  /** BLS public key, base64 of 48 bytes. */
  readonly publicKey: string;
  readonly nodeStatus: string;
  readonly eventProgress: {
    readonly persisted: number;
    readonly pending: number;
    readonly highestFinishedEventIndex: number | null;
  };
  readonly shardSummary: {
    readonly owned: number;
    readonly ownedShardStatus: {
      readonly unknown: number;
      readonly ready: number;
      readonly inTransfer: number;
      readonly inRecovery: number;
    };
    readonly readOnly: number;
  };
  /** Only in detailed reports. */
  readonly shardDetail?:
    | { readonly owned: readonly ShardHealth[]; readonly other: readonly ShardHealth[] }
    | undefined;
  readonly latestCheckpointSequenceNumber: number;
}

const u32 = z.number().int().min(0).max(0xffff_ffff);
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const eventId = z.object({
  txDigest: z.string().max(64),
  eventSeq: z.string().regex(/^[0-9]{1,20}$/),
});
const counts = z.object({ count_deletable_total: u32, count_deletable_certified: u32 });

const BlobStatusSchema = z.union([
  z.literal('nonexistent'),
  z.object({ invalid: z.object({ event: eventId }) }),
  z.object({
    permanent: z.object({
      endEpoch: u32,
      isCertified: z.boolean(),
      statusEvent: eventId,
      deletableCounts: counts,
      initialCertifiedEpoch: u32.nullable(),
    }),
  }),
  z.object({
    deletable: z.object({ initialCertifiedEpoch: u32.nullable(), deletableCounts: counts }),
  }),
]);

/**
 * Writes a blob status as JSON. Outer names are camel case, the two counters snake case.
 *
 * @param status - to be sent
 */
export function blobStatusToJson(status: BlobStatus): unknown {
  switch (status.kind) {
    case 'nonexistent':
      return 'nonexistent';
    case 'invalid':
      return { invalid: { event: status.event } };
    case 'permanent':
      return {
        permanent: {
          endEpoch: status.endEpoch,
          isCertified: status.isCertified,
          statusEvent: status.statusEvent,
          deletableCounts: countsToJson(status.deletableCounts),
          initialCertifiedEpoch: status.initialCertifiedEpoch,
        },
      };
    case 'deletable':
      return {
        deletable: {
          initialCertifiedEpoch: status.initialCertifiedEpoch,
          deletableCounts: countsToJson(status.deletableCounts),
        },
      };
  }
}

/**
 * Reads a blob status.
 *
 * @param json - untrusted
 * @throws ZodError, which the client turns into NODE_API_INVALID_RESPONSE
 */
export function blobStatusFromJson(json: unknown): BlobStatus {
  const value = BlobStatusSchema.parse(json);
  if (value === 'nonexistent') return { kind: 'nonexistent' };
  if ('invalid' in value) return { kind: 'invalid', event: value.invalid.event };
  if ('permanent' in value) {
    const { deletableCounts, ...rest } = value.permanent;
    return { kind: 'permanent', ...rest, deletableCounts: countsFromJson(deletableCounts) };
  }
  return {
    kind: 'deletable',
    initialCertifiedEpoch: value.deletable.initialCertifiedEpoch,
    deletableCounts: countsFromJson(value.deletable.deletableCounts),
  };
}

function countsToJson(value: DeletableCounts): z.infer<typeof counts> {
  return { count_deletable_total: value.total, count_deletable_certified: value.certified };
}

function countsFromJson(value: z.infer<typeof counts>): DeletableCounts {
  return { total: value.count_deletable_total, certified: value.count_deletable_certified };
}

const ConfirmationSchema = z.object({
  signed: z.object({
    serializedMessage: z.string().max(1024),
    signature: z.string().length(128),
  }),
});

/** Writes a storage confirmation as JSON. */
export function confirmationToJson(message: SignedMessage): unknown {
  return {
    signed: {
      serializedMessage: toBase64(message.serializedMessage),
      signature: toBase64(message.signature),
    },
  };
}

/**
 * Reads a storage confirmation; nothing is verified.
 *
 * @param json - untrusted
 * @throws ZodError or CORE_INVALID_BASE64
 */
export function confirmationFromJson(json: unknown): SignedMessage {
  const { signed } = ConfirmationSchema.parse(json);
  return {
    serializedMessage: fromBase64(signed.serializedMessage),
    signature: fromBase64(signed.signature),
  };
}

const shardHealth = z.object({
  shard: z.number().int().min(0).max(0xffff),
  status: z.enum(['unknown', 'ready', 'inTransfer', 'inRecovery', 'readOnly']),
});

const HealthSchema = z.object({
  uptime: z.object({ secs: count, nanos: u32 }),
  epoch: u32,
  publicKey: z.string().max(128),
  nodeStatus: z.string().max(128),
  eventProgress: z.object({
    persisted: count,
    pending: count,
    highestFinishedEventIndex: count.nullish().transform((value) => value ?? null),
  }),
  shardSummary: z.object({
    owned: count,
    ownedShardStatus: z.object({
      unknown: count,
      ready: count,
      inTransfer: count,
      inRecovery: count,
    }),
    readOnly: count,
  }),
  shardDetail: z
    .object({ owned: z.array(shardHealth), other: z.array(shardHealth) })
    .nullish()
    .transform((value) => value ?? undefined),
  // Official nodes omit it until they have seen a checkpoint.
  latestCheckpointSequenceNumber: count.nullish().transform((value) => value ?? 0),
});

/** Reads a health report. @throws ZodError */
export function healthFromJson(json: unknown): HealthInfo {
  return HealthSchema.parse(json);
}

const StoredStatusSchema = z.enum(['stored', 'buffered', 'nonexistent']);

/** Reads the status of metadata or of a sliver. @throws ZodError */
export function storedStatusFromJson(json: unknown): StoredStatus {
  return StoredStatusSchema.parse(json);
}
