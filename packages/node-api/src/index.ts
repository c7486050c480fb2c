/**
 * The storage node HTTP API, written down once: route table, codecs, error envelope, and a typed client over
 * `fetch` that runs in browsers. `@walrus-ts/node-api/node` has the client for Node (connection pool, key
 * pinning), `@walrus-ts/node-api/server` the server plugin.
 */
export {
  createNodeClient,
  createNodeClientOver,
  type CallOptions,
  type NodeClient,
  type NodeClientInit,
} from './client.js';
export {
  createFetchTransport,
  readLimited,
  type FetchTransportInit,
  type NodeTransport,
  type TransportRequest,
  type TransportResponse,
} from './transport.js';
export {
  API_REASONS,
  API_STATUSES,
  GLOBAL_DOMAIN,
  NODE_DOMAIN,
  NodeApiError,
  apiError,
  errorCode,
  hasReason,
  isRetryable,
  type ApiReason,
  type ApiStatus,
  type NodeApiErrorDetails,
} from './errors.js';
export {
  INTERNAL_ERROR_MESSAGE,
  decodeError,
  decodeSuccess,
  encodeError,
  encodeSuccess,
  type ErrorEnvelope,
  type SuccessEnvelope,
} from './envelope.js';
export {
  ROUTES,
  maxResponseBytes,
  maxSliverBytes,
  recoverySymbolsBytes,
  type BodyCodec,
  type ConfirmationQuery,
  type HealthQuery,
  type MetadataWithId,
  type NoQuery,
  type PutQuery,
  type QueryCodec,
  type RawQuery,
  type RecoverySymbolsQuery,
  type ResultCodec,
  type Route,
  type RouteBody,
  type RouteName,
  type RouteParams,
  type RouteQuery,
  type RouteResult,
  type Routes,
  type SymbolId,
} from './routes.js';
export type { NamesIn, PathName, PathParams, PathValues } from './params.js';
export { blobStatusToJson } from './types.js';
export type {
  BlobStatus,
  DeletableCounts,
  EventId,
  HealthInfo,
  PutOutcome,
  ShardHealth,
  ShardState,
  StoredStatus,
} from './types.js';
