import {
  MAX_SYMBOL_SIZE,
  blobMetadataMaxBytes,
  decodeBlobMetadata,
  decodeBlobMetadataWithId,
  decodeSliver,
  encodeBlobMetadata,
  encodeBlobMetadataWithId,
  encodeSliver,
  encodingParameters,
  type BlobId,
  type BlobMetadata,
  type SignedMessage,
  type SliverAxis,
  type SliverData,
} from '@walrus-ts/core';
import {
  decodeGeneralRecoverySymbols,
  encodeGeneralRecoverySymbols,
  type GeneralRecoverySymbol,
} from '@walrus-ts/redstuff';
import type { ApiReason, ApiStatus } from './errors.js';
import { parseAxis, parseU16, type PathParams } from './params.js';
import {
  blobStatusFromJson,
  blobStatusToJson,
  confirmationFromJson,
  confirmationToJson,
  healthFromJson,
  storedStatusFromJson,
  type BlobStatus,
  type HealthInfo,
  type PutOutcome,
  type StoredStatus,
} from './types.js';

/** Bytes that a sliver PUT may have beyond the largest sliver. */
const SLIVER_BODY_SLACK = 128;
/** Limit of bodies that have no limit of their own. */
const DEFAULT_BODY_LIMIT = 2 * 1024 * 1024;
/** Most bytes a client takes as JSON. */
const JSON_LIMIT = 256 * 1024;

/** A query string as both sides see it: each key with all its values. */
export type RawQuery = Readonly<Record<string, readonly string[]>>;

/** How the query of a route is read and written. */
export interface QueryCodec<Query> {
  /** Keys other than these are an error instead of being ignored. */
  readonly strictKeys?: readonly string[];
  /** Throws for malformed values; the server answers 400. */
  readonly parse: (raw: RawQuery) => Query;
  readonly format: (query: Query) => readonly (readonly [string, string])[];
}

/** How the body of a request is read and written. */
export interface BodyCodec<Body> {
  /** Whether a content type other than `application/octet-stream` is refused. */
  readonly checkContentType: boolean;
  readonly maxBytes: (nShards: number) => number;
  readonly encode: (value: Body) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => Body;
  /** What a body that does not decode is answered with. */
  readonly malformed: readonly [ApiStatus, ApiReason];
}

/** How the value of an answer is read and written. */
export type ResultCodec<Result> =
  | {
      readonly kind: 'bcs';
      readonly maxBytes: (nShards: number) => number;
      readonly encode: (value: Result) => Uint8Array;
      readonly decode: (bytes: Uint8Array) => Result;
    }
  | {
      readonly kind: 'json';
      readonly encode: (value: Result) => unknown;
      readonly decode: (json: unknown) => Result;
    }
  | {
      /** A PUT: the outcome travels as HTTP status, the body is a sentence. */
      readonly kind: 'outcome';
      readonly encode: (value: Result) => { readonly status: number; readonly text: string };
      readonly decode: (status: number) => Result;
    };

/** One route, written down once. */
export interface Route<Path extends string, Query, Body, Result> {
  readonly method: 'GET' | 'PUT' | 'POST';
  /** Template with `:parameters`, see {@link PathParams}. */
  readonly path: Path;
  readonly query: QueryCodec<Query>;
  readonly body: BodyCodec<Body> | undefined;
  readonly result: ResultCodec<Result>;
  /** Whether request or answer holds a sliver: such calls get more time. */
  readonly carriesSliver?: boolean;
  /** Reasons that belong to the route; unavailable and internal errors are possible everywhere. */
  readonly reasons: readonly ApiReason[];
}

function route<const Path extends string, Query, Body, Result>(
  definition: Route<Path, Query, Body, Result>,
): Route<Path, Query, Body, Result> {
  return definition;
}

/** The query of routes that have none; foreign keys are ignored. */
export type NoQuery = Readonly<Record<string, never>>;

const noQuery: QueryCodec<NoQuery> = { parse: () => ({}), format: () => [] };

/** Query of the PUT routes. */
export interface PutQuery {
  /** Keep the data in memory if the blob is not registered yet. */
  readonly pending?: boolean;
}

const putQuery: QueryCodec<PutQuery> = {
  strictKeys: ['pending'],
  parse: (raw) => {
    const pending = oneBoolean(raw, 'pending');
    return pending === undefined ? {} : { pending };
  },
  format: ({ pending }) => (pending === undefined ? [] : [['pending', String(pending)]]),
};

/** Query of the confirmation routes. */
export interface ConfirmationQuery {
  /** Wait for the registration if the node holds data for the blob. */
  readonly waitForRegistration?: boolean;
  /** Longest wait in ms; the node has a limit of its own. */
  readonly waitMs?: number;
}

const confirmationQuery: QueryCodec<ConfirmationQuery> = {
  parse: (raw) => {
    const wait = oneBoolean(raw, 'wait_for_registration');
    const millis = one(raw, 'wait_millis');
    if (millis !== undefined && !/^[0-9]{1,15}$/.test(millis)) {
      throw new RangeError('wait_millis is a number');
    }
    return {
      ...(wait === undefined ? {} : { waitForRegistration: wait }),
      ...(millis === undefined ? {} : { waitMs: Number(millis) }),
    };
  },
  format: ({ waitForRegistration, waitMs }) => [
    ...(waitForRegistration === undefined
      ? []
      : [['wait_for_registration', String(waitForRegistration)] as const]),
    ...(waitMs === undefined ? [] : [['wait_millis', String(Math.floor(waitMs))] as const]),
  ],
};

/** Query of the health route. */
export interface HealthQuery {
  /** Add the state of each shard. */
  readonly detailed?: boolean;
}

const healthQuery: QueryCodec<HealthQuery> = {
  parse: (raw) => {
    const detailed = oneBoolean(raw, 'detailed');
    return detailed === undefined ? {} : { detailed };
  },
  format: ({ detailed }) => (detailed === undefined ? [] : [['detailed', String(detailed)]]),
};

/** One symbol of the blob's matrix: where a primary and a secondary sliver cross. */
export interface SymbolId {
  /** Sliver indices, each on its own axis. */
  readonly primary: number;
  readonly secondary: number;
}

/** Which recovery symbols are wanted: single ones, or all a node can make for one sliver. */
export interface RecoverySymbolsQuery {
  readonly ids?: readonly SymbolId[];
  readonly target?: { readonly axis: SliverAxis; readonly index: number };
  /** Axis of the slivers whose trees the proofs belong to; default: whichever the node holds. */
  readonly proofAxis?: SliverAxis;
}

const recoverySymbolsQuery: QueryCodec<RecoverySymbolsQuery> = {
  parse: (raw) => {
    const ids = (raw['id'] ?? []).map(parseSymbolId);
    const index = one(raw, 'targetSliver');
    const axis = one(raw, 'targetType');
    const proofAxis = one(raw, 'proofAxis');
    // Which combinations make sense is for the service to say: it has reasons for them.
    if ((index === undefined) !== (axis === undefined)) {
      throw new RangeError('targetSliver and targetType belong together');
    }
    return {
      ...(ids.length === 0 ? {} : { ids }),
      ...(index === undefined || axis === undefined
        ? {}
        : { target: { index: parseU16(index), axis: parseAxis(axis) } }),
      ...(proofAxis === undefined ? {} : { proofAxis: parseAxis(proofAxis) }),
    };
  },
  format: ({ ids = [], target, proofAxis }) => [
    ...ids.map(({ primary, secondary }) => ['id', `${primary}-${secondary}`] as const),
    ...(target === undefined
      ? []
      : [['targetSliver', String(target.index)] as const, ['targetType', target.axis] as const]),
    ...(proofAxis === undefined ? [] : [['proofAxis', proofAxis] as const]),
  ],
};

function parseSymbolId(text: string): SymbolId {
  const [primary, secondary, ...rest] = text.split('-');
  if (primary === undefined || secondary === undefined || rest.length > 0) {
    throw new RangeError('a symbol ID is two numbers with a dash');
  }
  return { primary: parseU16(primary), secondary: parseU16(secondary) };
}

const PUT_STATUS: { readonly [Outcome in PutOutcome]: number } = {
  stored: 201,
  buffered: 202,
  alreadyStored: 200,
};

function outcomeResult(what: string): ResultCodec<PutOutcome> {
  const texts: { readonly [Outcome in PutOutcome]: string } = {
    stored: `${what} stored successfully`,
    buffered: `${what} accepted, waiting for the registration of the blob`,
    alreadyStored: `${what} was already stored`,
  };
  return {
    kind: 'outcome',
    encode: (outcome) => ({ status: PUT_STATUS[outcome], text: texts[outcome] }),
    decode: (status) => {
      if (status === 201) return 'stored';
      if (status === 202) return 'buffered';
      if (status === 200) return 'alreadyStored';
      throw new RangeError(`a PUT cannot succeed with HTTP status ${status}`);
    },
  };
}

const storedStatusResult: ResultCodec<StoredStatus> = {
  kind: 'json',
  encode: (status) => status,
  decode: storedStatusFromJson,
};

const confirmationResult: ResultCodec<SignedMessage> = {
  kind: 'json',
  encode: confirmationToJson,
  decode: confirmationFromJson,
};

/** Metadata and the blob ID it claims to belong to. */
export interface MetadataWithId {
  readonly blobId: BlobId;
  readonly metadata: BlobMetadata;
}

/**
 * Returns the most bytes an encoded sliver can have.
 *
 * @param nShards - number of shards
 * @see spec redstuff.md §3
 */
export function maxSliverBytes(nShards: number): number {
  return encodingParameters(nShards).secondarySymbols * MAX_SYMBOL_SIZE + 16;
}

/**
 * Returns the most bytes of an answer with recovery symbols and their proofs.
 *
 * @param nShards - number of shards
 * @param count - number of symbols
 * @param symbolBytes - symbol size
 */
export function recoverySymbolsBytes(nShards: number, count: number, symbolBytes: number): number {
  const proofBytes = 33 * Math.ceil(Math.log2(nShards)) + 1;
  return 5 + count * (1 + 2 + 5 + symbolBytes + 2 + proofBytes);
}

/**
 * The routes of a storage node: the one place where paths, codecs, limits and reasons are written.
 *
 * Left out for now: decoding symbols, inconsistency proofs and shard sync (spec routes 9, 10, 13); they come with
 * repair. A node answers them with `ROUTE_NOT_FOUND`.
 *
 * @see spec node-api.md §3 and §4
 */
export const ROUTES = {
  getMetadata: route({
    method: 'GET',
    path: '/v1/blobs/:blobId/metadata',
    query: noQuery,
    body: undefined,
    result: {
      kind: 'bcs',
      maxBytes: (nShards) => 32 + blobMetadataMaxBytes(nShards),
      encode: ({ blobId, metadata }: MetadataWithId) => encodeBlobMetadataWithId(blobId, metadata),
      decode: (bytes): MetadataWithId => decodeBlobMetadataWithId(bytes),
    },
    reasons: ['METADATA_NOT_FOUND', 'FORBIDDEN_BLOB'],
  }),
  putMetadata: route({
    method: 'PUT',
    path: '/v1/blobs/:blobId/metadata',
    query: putQuery,
    body: {
      checkContentType: true,
      maxBytes: () => DEFAULT_BODY_LIMIT,
      encode: encodeBlobMetadata,
      decode: decodeBlobMetadata,
      malformed: ['INVALID_ARGUMENT', 'INVALID_BCS'],
    },
    result: outcomeResult('metadata'),
    reasons: [
      'NOT_REGISTERED',
      'CACHE_SATURATED',
      'INVALID_BLOB',
      'INVALID_METADATA',
      'UNSUPPORTED_ENCODING_TYPE',
      'INVALID_CONTENT_TYPE',
      'INVALID_BCS',
    ],
  }),
  metadataStatus: route({
    method: 'GET',
    path: '/v1/blobs/:blobId/metadata/status',
    query: noQuery,
    body: undefined,
    result: storedStatusResult,
    reasons: [],
  }),
  getSliver: route({
    method: 'GET',
    path: '/v1/blobs/:blobId/slivers/:pair/:axis',
    carriesSliver: true,
    query: noQuery,
    body: undefined,
    result: {
      kind: 'bcs',
      maxBytes: maxSliverBytes,
      encode: (sliver: SliverData) => encodeSliver(sliver),
      decode: (bytes): SliverData => decodeSliver(bytes),
    },
    reasons: ['INDEX_OUT_OF_RANGE', 'SHARD_NOT_ASSIGNED', 'SLIVER_NOT_FOUND', 'FORBIDDEN_BLOB'],
  }),
  putSliver: route({
    method: 'PUT',
    path: '/v1/blobs/:blobId/slivers/:pair/:axis',
    carriesSliver: true,
    query: putQuery,
    body: {
      checkContentType: false,
      maxBytes: (nShards) => maxSliverBytes(nShards) - 16 + SLIVER_BODY_SLACK,
      encode: encodeSliver,
      decode: decodeSliver,
      malformed: ['INVALID_ARGUMENT', 'INVALID_SLIVER'],
    },
    result: outcomeResult('sliver'),
    reasons: [
      'INDEX_OUT_OF_RANGE',
      'SLIVER_INDEX_MISMATCH',
      'METADATA_NOT_FOUND',
      'NOT_REGISTERED',
      'UNSUPPORTED_ENCODING_TYPE',
      'SHARD_NOT_ASSIGNED',
      'INVALID_SLIVER',
      'CACHE_SATURATED',
      'INVALID_BLOB',
    ],
  }),
  sliverStatus: route({
    method: 'GET',
    path: '/v1/blobs/:blobId/slivers/:pair/:axis/status',
    query: noQuery,
    body: undefined,
    result: storedStatusResult,
    reasons: ['INDEX_OUT_OF_RANGE', 'SHARD_NOT_ASSIGNED'],
  }),
  permanentConfirmation: route({
    method: 'GET',
    path: '/v1/blobs/:blobId/confirmation/permanent',
    query: confirmationQuery,
    body: undefined,
    result: confirmationResult,
    reasons: ['NOT_REGISTERED', 'MISSING_SLIVERS'],
  }),
  deletableConfirmation: route({
    method: 'GET',
    path: '/v1/blobs/:blobId/confirmation/deletable/:objectId',
    query: confirmationQuery,
    body: undefined,
    result: confirmationResult,
    reasons: ['NOT_REGISTERED', 'MISSING_SLIVERS'],
  }),
  recoverySymbols: route({
    method: 'GET',
    path: '/v1/blobs/:blobId/recoverySymbols',
    carriesSliver: true,
    query: recoverySymbolsQuery,
    body: undefined,
    result: {
      kind: 'bcs',
      maxBytes: (nShards) => recoverySymbolsBytes(nShards, nShards, MAX_SYMBOL_SIZE),
      encode: (symbols: readonly GeneralRecoverySymbol[]) => encodeGeneralRecoverySymbols(symbols),
      decode: (bytes): readonly GeneralRecoverySymbol[] => decodeGeneralRecoverySymbols(bytes),
    },
    reasons: [
      'NO_SYMBOLS_SPECIFIED',
      'INVALID_FILTER',
      'SYMBOL_NOT_PRESENT_AT_SHARDS',
      'INDEX_OUT_OF_RANGE',
      'SHARD_NOT_ASSIGNED',
      'SLIVER_NOT_FOUND',
      'METADATA_NOT_FOUND',
      'FORBIDDEN_BLOB',
    ],
  }),
  blobStatus: route({
    method: 'GET',
    path: '/v1/blobs/:blobId/status',
    query: noQuery,
    body: undefined,
    result: {
      kind: 'json',
      encode: (status: BlobStatus) => blobStatusToJson(status),
      decode: (json): BlobStatus => blobStatusFromJson(json),
    },
    reasons: [],
  }),
  health: route({
    method: 'GET',
    path: '/v1/health',
    query: healthQuery,
    body: undefined,
    result: {
      kind: 'json',
      encode: (health: HealthInfo): unknown => health,
      decode: (json): HealthInfo => healthFromJson(json),
    },
    reasons: [],
  }),
} as const;

/** The route table's type. */
export type Routes = typeof ROUTES;
/** Name of a route. */
export type RouteName = keyof Routes;

/** Path parameters of a route. */
export type RouteParams<Name extends RouteName> = PathParams<Routes[Name]['path']>;
/** Query of a route. */
export type RouteQuery<Name extends RouteName> =
  Routes[Name] extends Route<string, infer Query, infer _Body, infer _Result> ? Query : never;
/** Decoded request body of a route; `unknown` for routes without. */
export type RouteBody<Name extends RouteName> =
  Routes[Name] extends Route<string, infer _Query, infer Body, infer _Result> ? Body : never;
/** Decoded result of a route. */
export type RouteResult<Name extends RouteName> =
  Routes[Name] extends Route<string, infer _Query, infer _Body, infer Result> ? Result : never;

/**
 * Returns the most bytes a client takes as the answer of a route.
 *
 * @param result - the route's result codec
 * @param nShards - number of shards
 */
export function maxResponseBytes<Result>(result: ResultCodec<Result>, nShards: number): number {
  return result.kind === 'bcs' ? result.maxBytes(nShards) : JSON_LIMIT;
}

/** Error bodies are cut at this size. */
export const MAX_ERROR_BYTES = 64 * 1024;

function one(raw: RawQuery, key: string): string | undefined {
  const values = raw[key];
  if (values === undefined || values.length === 0) return undefined;
  if (values.length > 1) throw new RangeError(`${key} is given more than once`);
  return values[0];
}

function oneBoolean(raw: RawQuery, key: string): boolean | undefined {
  const text = one(raw, key);
  if (text === undefined) return undefined;
  if (text !== 'true' && text !== 'false') throw new RangeError(`${key} is true or false`);
  return text === 'true';
}
