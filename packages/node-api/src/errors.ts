import { WalrusError } from '@walrus-ts/core';

/**
 * The status words of the error envelope with their HTTP codes.
 *
 * @see spec node-api.md §2.5
 */
export const API_STATUSES = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  SIZE_EXCEEDED: 403,
  NOT_FOUND: 404,
  UNAVAILABLE_FOR_LEGAL_REASONS: 451,
  RESOURCE_EXHAUSTED: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
  RANGE_NOT_SATISFIABLE: 416,
} as const;

/** One of the status words of the error envelope. */
export type ApiStatus = keyof typeof API_STATUSES;

/** The domain of errors that storage nodes define. */
export const NODE_DOMAIN = 'storage.walrus.space';
/** The domain of errors that any server of the system can give. */
export const GLOBAL_DOMAIN = 'global';

/**
 * The reasons a storage node gives, with what each means. Callers branch on these, not on HTTP codes.
 *
 * @see spec node-api.md §4
 */
export const API_REASONS = {
  METADATA_NOT_FOUND: 'the node does not have the metadata, or the blob is not registered',
  SLIVER_NOT_FOUND: 'the node does not have the sliver',
  NOT_REGISTERED: 'the node has not seen a live registration of the blob',
  INVALID_BLOB: 'the blob ID was marked invalid on chain',
  INVALID_METADATA: 'the metadata does not hash to the blob ID',
  INVALID_SLIVER: 'the sliver does not match the metadata',
  SLIVER_INDEX_MISMATCH: 'the index inside the sliver is not the one of the path',
  INDEX_OUT_OF_RANGE: 'an index is not below the number of shards',
  SHARD_NOT_ASSIGNED: 'the node does not own the shard of this sliver pair',
  MISSING_SLIVERS: 'the node does not yet have all slivers it must confirm',
  UNSUPPORTED_ENCODING_TYPE: 'the encoding is not RS2',
  CACHE_SATURATED: 'the cache for uploads ahead of their registration is full',
  FORBIDDEN_BLOB: 'the node refuses to serve the blob',
  INVALID_CONTENT_TYPE: 'the body must be application/octet-stream',
  INVALID_BCS: 'the body is not the expected BCS value',
  NO_SYMBOLS_SPECIFIED: 'no recovery symbol was asked for',
  INVALID_FILTER: 'the recovery symbol filter is wrong',
  SYMBOL_NOT_PRESENT_AT_SHARDS: 'the node cannot make the symbol from its shards',
  UNAVAILABLE: 'the node is too busy or not ready',
  DEADLINE_EXCEEDED: 'the node did not finish in its time limit',
  ROUTE_NOT_FOUND: 'the node has no such route',
  INTERNAL_ERROR: 'the node failed',
} as const;

/** A reason this package knows; servers may send others. */
export type ApiReason = keyof typeof API_REASONS;

/** Reasons that can go away without the caller changing the request. */
const RETRYABLE_REASONS: ReadonlySet<string> = new Set([
  'NOT_REGISTERED',
  'CACHE_SATURATED',
  'UNAVAILABLE',
  'DEADLINE_EXCEEDED',
  'INTERNAL_ERROR',
]);

/** What an error of the API says beside its code and message. */
export interface NodeApiErrorDetails {
  /** HTTP status of the answer; missing if there was no answer. */
  readonly httpStatus?: number;
  /** Status word of the envelope; missing for answers without envelope. */
  readonly status?: string;
  /** Reason of the envelope; may be one this package does not know. */
  readonly reason?: string;
  readonly domain?: string;
  /** String facts that came with the reason, for instance the two epochs of `INVALID_EPOCH`. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
  readonly retryable?: boolean;
  readonly hint?: string;
}

/**
 * An error of the storage node API, thrown by services on the server and by the client alike.
 *
 * Codes: `NODE_API_<REASON>` for every reason of {@link API_REASONS}; `NODE_API_ERROR_RESPONSE` for an
 * answer with another reason or without envelope; and, made by clients only, `NODE_API_UNREACHABLE`,
 * `NODE_API_TIMEOUT`, `NODE_API_ABORTED`, `NODE_API_RESPONSE_TOO_LARGE`, `NODE_API_INVALID_RESPONSE`,
 * `NODE_API_KEY_MISMATCH`, `NODE_API_INVALID_ARGUMENT`.
 */
export class NodeApiError extends WalrusError {
  readonly httpStatus: number | undefined;
  readonly status: string | undefined;
  readonly reason: string | undefined;
  readonly domain: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;

  /**
   * @param code - stable code
   * @param message - one line
   * @param details - status, reason and the usual error options
   */
  constructor(code: string, message: string, details: NodeApiErrorDetails = {}) {
    super(code, message, {
      data: {
        ...(details.httpStatus === undefined ? {} : { httpStatus: details.httpStatus }),
        ...(details.reason === undefined ? {} : { reason: details.reason }),
        ...details.data,
      },
      cause: details.cause,
      retryable: details.retryable ?? false,
      ...(details.hint === undefined ? {} : { hint: details.hint }),
    });
    this.name = 'NodeApiError';
    this.httpStatus = details.httpStatus;
    this.status = details.status;
    this.reason = details.reason;
    this.domain = details.domain;
    this.metadata = details.metadata ?? {};
  }
}

/**
 * Makes the error that a service throws, and that a client gets for it.
 *
 * @param status - word of the envelope, decides the HTTP status
 * @param reason - stable reason
 * @param message - one line for people
 * @param details - domain (default: the storage node's), metadata, cause
 */
export function apiError(
  status: ApiStatus,
  reason: ApiReason,
  message: string = API_REASONS[reason],
  details: NodeApiErrorDetails = {},
): NodeApiError {
  return new NodeApiError(errorCode(reason), message, {
    domain: NODE_DOMAIN,
    ...details,
    status,
    reason,
    httpStatus: API_STATUSES[status],
    retryable: isRetryable(API_STATUSES[status], reason),
  });
}

/**
 * Returns the error code for a reason: `NODE_API_<REASON>` if it is known.
 *
 * @param reason - from an envelope, untrusted
 */
export function errorCode(reason: string | undefined): string {
  return reason !== undefined && Object.hasOwn(API_REASONS, reason)
    ? `NODE_API_${reason}`
    : 'NODE_API_ERROR_RESPONSE';
}

/**
 * Tells whether the same request may succeed later.
 *
 * @param httpStatus - of the answer
 * @param reason - of the envelope, if there is one
 */
export function isRetryable(httpStatus: number, reason: string | undefined): boolean {
  if (reason !== undefined && RETRYABLE_REASONS.has(reason)) return true;
  return httpStatus === 408 || httpStatus === 429 || (httpStatus >= 500 && httpStatus !== 501);
}

/** Tells whether a caught value is an error of the API with one of the given reasons. */
export function hasReason(error: unknown, ...reasons: readonly string[]): boolean {
  return (
    error instanceof NodeApiError && error.reason !== undefined && reasons.includes(error.reason)
  );
}
