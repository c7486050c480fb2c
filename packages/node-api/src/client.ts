import {
  MAX_SHARDS,
  errorMessage,
  onAbort,
  type BlobId,
  type BlobMetadata,
  type Persistence,
  type SignedMessage,
  type SliverAxis,
  type SliverData,
} from '@walrus-ts/core';
import type { GeneralRecoverySymbol } from '@walrus-ts/redstuff';
import { decodeError, decodeSuccess } from './envelope.js';
import { NodeApiError } from './errors.js';
import { formatPath, type PathParams } from './params.js';
import {
  MAX_ERROR_BYTES,
  ROUTES,
  maxResponseBytes,
  type ConfirmationQuery,
  type HealthQuery,
  type MetadataWithId,
  type PutQuery,
  type RecoverySymbolsQuery,
  type Route,
} from './routes.js';
import { createFetchTransport, type NodeTransport } from './transport.js';
import type { BlobStatus, HealthInfo, PutOutcome, StoredStatus } from './types.js';

/** Options of every call. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Limit for the whole call, ms. */
  readonly timeoutMs?: number;
  /** Most bytes to take as answer; default: the most the route can rightly have. */
  readonly maxBytes?: number;
}

/**
 * A typed client of one storage node.
 *
 * Answers are decoded, limited in size and time, and checked for their shape, but **not** verified: metadata,
 * slivers and confirmations must be checked against blob ID and committee by the caller.
 *
 * Every method rejects with {@link NodeApiError}: `NODE_API_<REASON>` for what the node answered,
 * `NODE_API_UNREACHABLE`, `NODE_API_TIMEOUT`, `NODE_API_ABORTED`, `NODE_API_RESPONSE_TOO_LARGE`,
 * `NODE_API_INVALID_RESPONSE`, `NODE_API_KEY_MISMATCH` for the rest.
 *
 * @see spec node-api.md
 */
export interface NodeClient {
  /** Where the node is, as given. */
  readonly baseUrl: string;
  getMetadata(blobId: BlobId, options?: CallOptions): Promise<MetadataWithId>;
  /** @param metadata - decoded, or its BCS bytes, which saves encoding it once per node */
  putMetadata(
    blobId: BlobId,
    metadata: BlobMetadata | Uint8Array,
    options?: CallOptions & PutQuery,
  ): Promise<PutOutcome>;
  metadataStatus(blobId: BlobId, options?: CallOptions): Promise<StoredStatus>;
  /** @param pair - sliver pair index, not the sliver's index on its axis */
  getSliver(
    blobId: BlobId,
    pair: number,
    axis: SliverAxis,
    options?: CallOptions,
  ): Promise<SliverData>;
  /** @param sliver - decoded, or its BCS bytes */
  putSliver(
    blobId: BlobId,
    pair: number,
    axis: SliverAxis,
    sliver: SliverData | Uint8Array,
    options?: CallOptions & PutQuery,
  ): Promise<PutOutcome>;
  sliverStatus(
    blobId: BlobId,
    pair: number,
    axis: SliverAxis,
    options?: CallOptions,
  ): Promise<StoredStatus>;
  confirmation(
    blobId: BlobId,
    persistence: Persistence,
    options?: CallOptions & ConfirmationQuery,
  ): Promise<SignedMessage>;
  /** Gets symbols to rebuild a sliver from; each must be verified against the metadata. */
  recoverySymbols(
    blobId: BlobId,
    query: RecoverySymbolsQuery,
    options?: CallOptions,
  ): Promise<readonly GeneralRecoverySymbol[]>;
  blobStatus(blobId: BlobId, options?: CallOptions): Promise<BlobStatus>;
  health(options?: CallOptions & HealthQuery): Promise<HealthInfo>;
  /** Closes the connections of this client. */
  close(): Promise<void>;
}

/** Settings of a client, whatever the transport. */
export interface NodeClientInit {
  /** `http://host:port` or `https://host:port`, without path. */
  readonly baseUrl: string;
  /** Number of shards, which bounds the answers taken. @default 1000 */
  readonly nShards?: number;
  /** Limit of calls that do not carry slivers, ms. @default 30000 */
  readonly timeoutMs?: number;
  /** Limit of calls that carry a sliver, ms. @default 120000 */
  readonly sliverTimeoutMs?: number;
}

/**
 * Makes a client over any transport.
 *
 * @param init - settings
 * @param components - the transport; closed by the client's `close()`
 */
export function createNodeClientOver(
  init: NodeClientInit,
  components: { readonly transport: NodeTransport },
): NodeClient {
  const nShards = init.nShards ?? MAX_SHARDS;
  const timeoutMs = init.timeoutMs ?? 30_000;
  const sliverTimeoutMs = init.sliverTimeoutMs ?? 120_000;
  const { transport } = components;

  async function call<const Path extends string, Query, Body, Result>(
    route: Route<Path, Query, Body, Result>,
    params: PathParams<Path>,
    query: Query,
    body: Body | Uint8Array | undefined,
    options: CallOptions,
  ): Promise<Result> {
    const { method, path, result } = route;
    const bytes =
      route.body === undefined || body === undefined
        ? undefined
        : body instanceof Uint8Array
          ? body
          : route.body.encode(body);
    const search = new URLSearchParams();
    for (const [key, value] of route.query.format(query)) search.append(key, value);
    const target = formatPath(path, params) + (search.size === 0 ? '' : `?${search.toString()}`);
    const limit = options.maxBytes ?? maxResponseBytes(result, nShards);
    const defaultTimeoutMs = route.carriesSliver === true ? sliverTimeoutMs : timeoutMs;

    const response = await withTimeLimit(
      `${method} ${init.baseUrl}`,
      options.timeoutMs ?? defaultTimeoutMs,
      options.signal,
      (signal) =>
        transport.request({
          method,
          path: target,
          headers: {
            accept: result.kind === 'bcs' ? 'application/octet-stream' : 'application/json',
            ...(bytes === undefined ? {} : { 'content-type': 'application/octet-stream' }),
          },
          body: bytes,
          signal,
          maxBytes: (status) => (isSuccess(status) ? limit : MAX_ERROR_BYTES),
        }),
    );
    if (!isSuccess(response.status)) {
      throw decodeError(response.status, decodeText(response.body));
    }
    try {
      switch (result.kind) {
        case 'bcs':
          return result.decode(response.body);
        case 'json':
          return result.decode(decodeSuccess(decodeText(response.body)));
        case 'outcome':
          return result.decode(response.status);
      }
    } catch (cause) {
      if (cause instanceof NodeApiError) throw cause;
      throw new NodeApiError(
        'NODE_API_INVALID_RESPONSE',
        `the node's answer to ${method} ${path} is malformed: ${firstLine(errorMessage(cause))}`,
        { cause, httpStatus: response.status },
      );
    }
  }

  return {
    baseUrl: init.baseUrl,
    getMetadata: (blobId, options = {}) =>
      call(ROUTES.getMetadata, { blobId }, {}, undefined, options),
    putMetadata: (blobId, metadata, options = {}) =>
      call(ROUTES.putMetadata, { blobId }, putQueryOf(options), metadata, options),
    metadataStatus: (blobId, options = {}) =>
      call(ROUTES.metadataStatus, { blobId }, {}, undefined, options),
    getSliver: (blobId, pair, axis, options = {}) =>
      call(ROUTES.getSliver, { blobId, pair, axis }, {}, undefined, options),
    putSliver: (blobId, pair, axis, sliver, options = {}) =>
      call(ROUTES.putSliver, { blobId, pair, axis }, putQueryOf(options), sliver, options),
    sliverStatus: (blobId, pair, axis, options = {}) =>
      call(ROUTES.sliverStatus, { blobId, pair, axis }, {}, undefined, options),
    confirmation: (blobId, persistence, options = {}) => {
      const query: ConfirmationQuery = {
        ...(options.waitForRegistration === undefined
          ? {}
          : { waitForRegistration: options.waitForRegistration }),
        ...(options.waitMs === undefined ? {} : { waitMs: options.waitMs }),
      };
      return persistence.kind === 'permanent'
        ? call(ROUTES.permanentConfirmation, { blobId }, query, undefined, options)
        : call(
            ROUTES.deletableConfirmation,
            { blobId, objectId: persistence.objectId },
            query,
            undefined,
            options,
          );
    },
    recoverySymbols: (blobId, query, options = {}) =>
      call(ROUTES.recoverySymbols, { blobId }, query, undefined, options),
    blobStatus: (blobId, options = {}) =>
      call(ROUTES.blobStatus, { blobId }, {}, undefined, options),
    health: (options = {}) =>
      call(
        ROUTES.health,
        {},
        options.detailed === undefined ? {} : { detailed: options.detailed },
        undefined,
        options,
      ),
    close: () => transport.close(),
  };
}

/**
 * Makes a client over `fetch`, for browsers and wherever keys need not be pinned.
 *
 * @param init - settings, and a replacement for `fetch`
 * @example
 * const node = createNodeClient({ baseUrl: 'https://node.example:9185', nShards: 1000 });
 * const status = await node.blobStatus(blobId, { timeoutMs: 5000 });
 */
export function createNodeClient(
  init: NodeClientInit & { readonly fetch?: typeof globalThis.fetch },
): NodeClient {
  const transport = createFetchTransport({
    baseUrl: init.baseUrl,
    ...(init.fetch === undefined ? {} : { fetch: init.fetch }),
  });
  return createNodeClientOver(init, { transport });
}

function putQueryOf(options: PutQuery): PutQuery {
  return options.pending === undefined ? {} : { pending: options.pending };
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function decodeText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.slice(0, 120) ?? '';
}

/**
 * Runs a call with a time limit and the caller's signal.
 *
 * By hand instead of `AbortSignal.any`: on Node 20 that leaks when one side lives long.
 */
async function withTimeLimit<T>(
  what: string,
  limitMs: number,
  signal: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const aborted = (): NodeApiError =>
    new NodeApiError('NODE_API_ABORTED', `${what} was aborted`, { cause: signal?.reason });
  if (signal?.aborted) throw aborted();
  const controller = new AbortController();
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    controller.abort();
  }, limitMs);
  const release = signal === undefined ? undefined : onAbort(signal, () => controller.abort());
  try {
    return await run(controller.signal);
  } catch (cause) {
    if (signal?.aborted) throw aborted();
    if (timedOut) {
      throw new NodeApiError('NODE_API_TIMEOUT', `${what} took longer than ${limitMs} ms`, {
        cause,
        retryable: true,
        data: { timeoutMs: limitMs },
      });
    }
    throw cause;
  } finally {
    clearTimeout(timer);
    release?.();
  }
}
