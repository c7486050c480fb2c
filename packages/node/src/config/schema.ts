import { normalizeAddress } from '@walrus-ts/core';
import { z } from 'zod';

/** Largest sliver that may live in the database. */
export const MAX_INLINE_SLIVER_BYTES = 1024 * 1024;

const address = z.string().transform((text, context) => {
  try {
    return normalizeAddress(text);
  } catch {
    context.addIssue({
      code: 'custom',
      message: 'must be an object ID: 0x and hexadecimal digits',
    });
    return z.NEVER;
  }
});

const positive = z.number().int().positive();

/**
 * The configuration file of a storage node. Durations are ms, sizes bytes, paths relative to the file.
 *
 * Unknown keys are errors: a misspelt limit must not be silently ignored.
 */
export const NodeConfigSchema = z.strictObject({
  /** Shown in the log. */
  name: z.string().min(1).max(100),
  /** Everything the node stores. Made if missing. */
  dataDir: z.string().min(1),
  /** gRPC-web endpoint of the chain. */
  rpcUrl: z.url({ protocol: /^https?$/ }),
  systemObject: address,
  stakingObject: address,
  /** Only for the record: the package is read from the system object. */
  walrusPackage: address.optional(),
  /** Staking pool of the node. */
  nodeId: address,
  /** BLS key: base64 of `04` and 32 bytes. */
  protocolKeyPath: z.string().min(1),
  /** P-256 key: base64 of `02` and 32 bytes. */
  networkKeyPath: z.string().min(1),
  /** Sui key that owns the node's capability: `suiprivkey…`. Without, the node reports no shard sync. */
  walletKeyPath: z.string().min(1).optional(),
  listen: z
    .strictObject({
      host: z.string().min(1).default('0.0.0.0'),
      /** 0 chooses a free one. */
      port: z.number().int().min(0).max(65535).default(9185),
    })
    .prefault({}),
  /** Host under which others reach the node, without port; part of the self-signed certificate. */
  publicHost: z.string().min(1).max(253),
  tls: z
    .strictObject({
      /** Serve plain HTTP. */
      disable: z.boolean().default(false),
      /** PEM chain for the network key; default: a self-signed certificate made at start. */
      certificatePath: z.string().min(1).optional(),
    })
    .prefault({}),
  events: z
    .strictObject({
      /** Checkpoint to begin with if nothing is stored yet. */
      fromCheckpoint: z.number().int().min(0).default(0),
    })
    .prefault({}),
  limits: z
    .strictObject({
      /** Slivers up to this size live in the database, larger ones in files. */
      inlineSliverBytes: positive.max(MAX_INLINE_SLIVER_BYTES).default(MAX_INLINE_SLIVER_BYTES),
      /** Files written at the same time. */
      concurrentFileWrites: positive.max(256).default(8),
      /** Request bodies in memory at once; further ones wait, unread. No less than one sliver can have. */
      bodyBytesInFlight: positive.default(64 * 1024 * 1024),
      /** How long they wait before the answer is 503. */
      bodyWaitMs: z.number().int().min(0).max(60_000).default(20_000),
      bodyTimeoutMs: positive.default(60_000),
      /** Answers with slivers, metadata or symbols in memory at once; further ones wait before they are read. */
      answerBytesInFlight: positive.default(64 * 1024 * 1024),
      /** How long they wait before the answer is 503. */
      answerWaitMs: z.number().int().min(0).max(60_000).default(20_000),
      /** A reader that takes nothing of such an answer for so long is cut off. */
      answerStallMs: positive.max(600_000).default(30_000),
      requestTimeoutMs: positive.default(30_000),
      /** How long an upload waits for its registration to arrive. 0: not at all. */
      registrationWaitMs: z.number().int().min(0).max(30_000).default(2_000),
      registrationWaiters: positive.default(4_096),
      /** Uploads ahead of their registration (`pending=true`). */
      pendingBytes: z
        .number()
        .int()
        .min(0)
        .default(64 * 1024 * 1024),
      pendingSlivers: z.number().int().min(0).default(20_480),
      pendingMetadata: z.number().int().min(0).default(1_024),
      pendingTtlMs: positive.default(60_000),
      /** Longest wait of a confirmation request that asks for it. 0: none. */
      confirmationWaitMs: z.number().int().min(0).max(60_000).default(0),
      /** Time for running requests when the node stops. */
      shutdownGraceMs: z.number().int().min(0).default(10_000),
    })
    .prefault({}),
  log: z
    .strictObject({
      level: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    })
    .prefault({}),
});

/** A checked configuration with all defaults filled in. */
export type NodeConfig = z.infer<typeof NodeConfigSchema>;
/** A configuration as written in the file. */
export type NodeConfigInput = z.input<typeof NodeConfigSchema>;
