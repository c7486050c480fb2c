import type { IncomingMessage } from 'node:http';
import cors from '@fastify/cors';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { WalrusError, isWalrusError } from '@walrus-ts/core';
import { encodeError, encodeSuccess } from '../envelope.js';
import { API_STATUSES, NodeApiError, apiError, type ApiReason, type ApiStatus } from '../errors.js';
import { parsePathParams, type PathParams } from '../params.js';
import { ROUTES, type QueryCodec, type RawQuery, type Route } from '../routes.js';
import { Answer, type StreamedAnswer } from './answers.js';
import { BodyTooLargeError, readBody } from './body.js';
import { MemoryBudget } from './budget.js';
import type { NodeApiService, ServiceRequest } from './service.js';

/** Limit for waiting for memory, ms: less than the 30 s that clients commonly wait for an answer. */
export const DEFAULT_MEMORY_WAIT_MS = 20_000;
/** Bytes of bodies, and of answers, in memory at once. */
const DEFAULT_BYTES_IN_FLIGHT = 64 * 1024 * 1024;
/** Requests that may wait for memory at once; each has some 80 KiB in the buffers of its connection. */
const MAX_WAITING = 512;
/** When those should come back for whom there was no room, s. */
const RETRY_AFTER_S = 1;

/** Settings of the server side of the API. */
export interface NodeApiServerOptions {
  /** Returns the number of shards, which bounds sliver bodies; may change once it is known. */
  readonly nShards: () => number;
  /** Bytes of request bodies in memory at once; further ones wait, unread. @default 67108864 */
  readonly maxBodyBytesInFlight?: number;
  /** Limit for waiting for that memory, then 503; ms. @default 20000 */
  readonly bodyWaitMs?: number;
  /** Bytes of BCS answers in memory at once; further requests wait before theirs is read. @default 67108864 */
  readonly maxAnswerBytesInFlight?: number;
  /** Limit for waiting for that memory, then 503; ms. @default 20000 */
  readonly answerWaitMs?: number;
  /** A reader that takes nothing of a BCS answer for so long is cut off, ms. @default 30000 */
  readonly answerStallMs?: number;
  /** Limit for receiving one body, ms. @default 60000 */
  readonly bodyTimeoutMs?: number;
  /** Limit for answering one request after its body has arrived, ms. @default 30000 */
  readonly handlerTimeoutMs?: number;
}

/** A request path or query that cannot be read; answered with 400 and plain text, as the official node does. */
class MalformedRequestError extends Error {
  override readonly name = 'MalformedRequestError';
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Largest body of the route, bytes. */
    maxBodyBytes?: () => number;
  }
}

/**
 * Adds all routes of the storage node API to a fastify instance, with CORS, error envelopes, body limits and
 * time limits.
 *
 * @param app - instance without other routes; its error handlers are replaced
 * @param service - answers the requests
 * @param options - limits
 * @see spec node-api.md
 */
export async function registerNodeApi(
  app: FastifyInstance,
  service: NodeApiService,
  options: NodeApiServerOptions,
): Promise<void> {
  const bodies = new MemoryBudget({
    purpose: 'uploads',
    limitBytes: options.maxBodyBytesInFlight ?? DEFAULT_BYTES_IN_FLIGHT,
    waitMs: options.bodyWaitMs ?? DEFAULT_MEMORY_WAIT_MS,
    maxWaiting: MAX_WAITING,
  });
  const answerInit = {
    budget: new MemoryBudget({
      purpose: 'readers',
      limitBytes: options.maxAnswerBytesInFlight ?? DEFAULT_BYTES_IN_FLIGHT,
      waitMs: options.answerWaitMs ?? DEFAULT_MEMORY_WAIT_MS,
      maxWaiting: MAX_WAITING,
    }),
    stallMs: options.answerStallMs ?? 30_000,
  };
  const bodyTimeoutMs = options.bodyTimeoutMs ?? 60_000;
  const handlerTimeoutMs = options.handlerTimeoutMs ?? 30_000;
  const contentTypes = new WeakMap<object, string>();
  /** What requests hold, by request. */
  const held = new WeakMap<object, { release(): void }[]>();
  const hold = (request: FastifyRequest, holding: { release(): void }): void => {
    const holdings = held.get(request.raw);
    if (holdings === undefined) held.set(request.raw, [holding]);
    else holdings.push(holding);
  };

  await app.register(cors, {
    origin: '*',
    methods: ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS'],
    maxAge: 86_400,
    strictPreflight: false,
  });

  // Every body is read by the one parser below: what content type is allowed is a matter of the route, and a
  // malformed header must not be answered by the framework. So the header is put aside before parsing. It is
  // replaced, not removed: without it, the framework takes an HTTP/2 body of unannounced length for none.
  app.addHook('preParsing', async (request, _reply, payload) => {
    const contentType = request.headers['content-type'];
    if (contentType !== undefined) contentTypes.set(request.raw, contentType);
    request.headers['content-type'] = 'application/octet-stream';
    return payload;
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
    const limitBytes = request.routeOptions.config.maxBodyBytes?.() ?? 0;
    const header = request.headers['content-length'];
    const announcedBytes = header === undefined ? undefined : Number(header);
    const reservedBytes = announcedBytes ?? limitBytes;
    if (!(reservedBytes <= limitBytes)) throw new BodyTooLargeError();
    // Who has gone already is not told of again.
    if (payload.destroyed) throw new Error('the client broke off its request');
    const reservation = bodies.reserve(reservedBytes);
    hold(request, reservation);
    if (reservation.isWaiting) request.log.debug({ url: request.url }, 'upload waits for memory');
    try {
      await reservation.granted;
    } catch (error) {
      // A sender that is cut off while it sends may never see the answer.
      payload.on('error', () => undefined).resume();
      throw error;
    }
    return readBody(payload, { announcedBytes, limitBytes, timeoutMs: bodyTimeoutMs });
  });
  onceAnswered(app, (request) => {
    for (const holding of held.get(request.raw) ?? []) holding.release();
  });

  app.setErrorHandler((error, request, reply) => sendError(error, request, reply));
  app.setNotFoundHandler((request, reply) =>
    sendError(apiError('NOT_FOUND', 'ROUTE_NOT_FOUND', 'there is no such route'), request, reply),
  );

  function add<const Path extends string, Query, Body, Result>(
    route: Route<Path, Query, Body, Result>,
    handle: (
      request: ServiceRequest<PathParams<Path>, Query, Body>,
    ) => Promise<Result | Uint8Array | StreamedAnswer>,
  ): void {
    const { body: codec, result } = route;
    app.route({
      method: route.method,
      url: route.path,
      config: codec === undefined ? {} : { maxBodyBytes: () => codec.maxBytes(options.nShards()) },
      handler: async (request: FastifyRequest, reply: FastifyReply) => {
        const { params, query } = readTarget(route, request);
        if (codec?.checkContentType === true) checkContentType(contentTypes.get(request.raw));
        const bytes = request.body instanceof Uint8Array ? request.body : new Uint8Array(0);
        const answer = new Answer(answerInit, request, reply);
        hold(request, answer);
        const value = await withDeadline(request, reply, handlerTimeoutMs, async (signal) => {
          const given = await handle({
            params,
            query,
            signal,
            reserve: (size) => answer.reserve(size, signal),
            body: {
              bytes,
              decode: () => {
                if (codec === undefined) throw new TypeError(`${route.path} has no body`);
                return decodeBody(codec.malformed, () => codec.decode(bytes));
              },
            },
          });
          if (result.kind !== 'bcs') return given;
          const content = isContent(given) ? given : result.encode(given);
          await answer.settle(content, signal);
          return content;
        }).catch((error: unknown) => {
          // The error itself takes next to nothing.
          answer.release();
          throw error;
        });
        if (isContent(value)) {
          if (result.kind === 'bcs') return answer.send(value);
          throw new TypeError('only BCS answers are bytes');
        }
        if (result.kind === 'bcs') throw new TypeError('a BCS answer was not encoded');
        const { status, data } =
          result.kind === 'json'
            ? { status: 200, data: result.encode(value) }
            : outcome(result.encode(value));
        return reply
          .code(status)
          .type('application/json')
          .send(JSON.stringify(encodeSuccess(status, data)));
      },
    });
  }

  add(ROUTES.getMetadata, service.getMetadata);
  add(ROUTES.putMetadata, service.putMetadata);
  add(ROUTES.metadataStatus, service.metadataStatus);
  add(ROUTES.getSliver, service.getSliver);
  add(ROUTES.putSliver, service.putSliver);
  add(ROUTES.sliverStatus, service.sliverStatus);
  add(ROUTES.permanentConfirmation, service.permanentConfirmation);
  add(ROUTES.deletableConfirmation, service.deletableConfirmation);
  add(ROUTES.recoverySymbols, service.recoverySymbols);
  add(ROUTES.blobStatus, service.blobStatus);
  add(ROUTES.health, service.health);
}

/**
 * Runs something exactly once for every request when it is over, also if the client went away first.
 *
 * @param app - instance
 * @param run - gets request and reply
 */
export function onceAnswered(
  app: FastifyInstance,
  run: (request: FastifyRequest, reply: FastifyReply) => void,
): void {
  const open = new WeakMap<object, () => void>();
  const finish = (request: FastifyRequest, reply: FastifyReply): void => {
    const stopListening = open.get(request.raw);
    if (stopListening === undefined) return;
    open.delete(request.raw);
    stopListening();
    run(request, reply);
  };
  app.addHook('onRequest', async (request, reply) => {
    open.set(
      request.raw,
      onClosed(request, reply, () => finish(request, reply)),
    );
  });
  // Injected requests of tests have no connection that closes.
  app.addHook('onResponse', async (request, reply) => finish(request, reply));
}

/** Who wants to know that an HTTP/1.1 connection closes; one listener for all requests that are pipelined on it. */
const closings = new WeakMap<object, Set<() => void>>();

/**
 * Calls back when an answer is closed, or its connection: of pipelined requests, only the first is told by Node that the
 * connection is gone.
 *
 * @returns stops listening
 */
function onClosed(request: FastifyRequest, reply: FastifyReply, run: () => void): () => void {
  reply.raw.once('close', run);
  if (request.raw.httpVersionMajor !== 1) return () => reply.raw.off('close', run);
  const { socket } = request.raw;
  let closing = closings.get(socket);
  if (closing === undefined) {
    const listeners = new Set<() => void>();
    socket.once('close', () => {
      for (const listener of listeners) listener();
    });
    closings.set(socket, (closing = listeners));
  }
  closing.add(run);
  return () => {
    reply.raw.off('close', run);
    closing.delete(run);
  };
}

function isContent(value: unknown): value is Uint8Array | StreamedAnswer {
  return (
    value instanceof Uint8Array ||
    (typeof value === 'object' && value !== null && 'stream' in value && 'sizeBytes' in value)
  );
}

function outcome(encoded: { readonly status: number; readonly text: string }): {
  status: number;
  data: unknown;
} {
  return { status: encoded.status, data: encoded.text };
}

function readTarget<Path extends string, Query>(
  route: { readonly path: Path; readonly query: QueryCodec<Query> },
  request: FastifyRequest,
): { params: PathParams<Path>; query: Query } {
  const raw: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  const start = request.url.indexOf('?');
  for (const [key, value] of new URLSearchParams(start < 0 ? '' : request.url.slice(start + 1))) {
    (raw[key] ??= []).push(value);
  }
  const query: RawQuery = raw;
  const { strictKeys } = route.query;
  const foreign =
    strictKeys === undefined
      ? undefined
      : Object.keys(query).find((key) => !strictKeys.includes(key));
  if (foreign !== undefined) throw new MalformedRequestError('unknown query parameter');
  try {
    return {
      params: parsePathParams(route.path, request.params as Record<string, string>),
      query: route.query.parse(query),
    };
  } catch (cause) {
    throw new MalformedRequestError(
      cause instanceof RangeError || cause instanceof WalrusError
        ? cause.message
        : 'malformed request',
      { cause },
    );
  }
}

function checkContentType(contentType: string | undefined): void {
  if (contentType === undefined) return;
  const essence = contentType.split(';', 1)[0]?.trim().toLowerCase();
  if (essence !== 'application/octet-stream') {
    throw apiError('INVALID_ARGUMENT', 'INVALID_CONTENT_TYPE');
  }
}

function decodeBody<Body>(
  [status, reason]: readonly [ApiStatus, ApiReason],
  decode: () => Body,
): Body {
  try {
    return decode();
  } catch (cause) {
    if (isWalrusError(cause, 'CORE_UNSUPPORTED_ENCODING')) {
      throw apiError('INVALID_ARGUMENT', 'UNSUPPORTED_ENCODING_TYPE', undefined, { cause });
    }
    throw apiError(status, reason, `the body does not decode: ${messageOf(cause)}`, { cause });
  }
}

function messageOf(error: unknown): string {
  return error instanceof WalrusError ? error.message : 'malformed';
}

/** Ends a request whose client has gone or whose time is over; the handler's own work sees the signal. */
async function withDeadline<T>(
  request: FastifyRequest,
  reply: FastifyReply,
  limitMs: number,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const onClose = (): void => {
    if (!reply.raw.writableFinished) controller.abort();
  };
  const stopListening = onClosed(request, reply, onClose);
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      controller.abort();
      request.log.warn({ url: request.url, limitMs }, 'request took too long');
      reject(apiError('DEADLINE_EXCEEDED', 'DEADLINE_EXCEEDED', `no answer within ${limitMs} ms`));
    }, limitMs);
  });
  try {
    return await Promise.race([run(controller.signal), deadline]);
  } finally {
    clearTimeout(timer);
    stopListening();
  }
}

/**
 * Sends any error, with the CORS header in every case.
 *
 * @param error - anything thrown while answering
 */
export function sendError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  reply.header('access-control-allow-origin', '*');
  // The framework wants to close connections after unread bodies; HTTP/2 ends the stream instead.
  if (request.raw.httpVersionMajor === 2) reply.removeHeader('connection');
  if (error instanceof BodyTooLargeError) {
    return reply.code(413).type('text/plain; charset=utf-8').send('length limit exceeded');
  }
  if (error instanceof MalformedRequestError) {
    return reply.code(400).type('text/plain; charset=utf-8').send(error.message);
  }
  const frameworkStatus = frameworkStatusOf(error);
  if (frameworkStatus !== undefined) {
    return reply.code(frameworkStatus).type('text/plain; charset=utf-8').send('bad request');
  }
  const { httpStatus, envelope } = encodeError(error, request.id);
  if (httpStatus === API_STATUSES.UNAVAILABLE) reply.header('retry-after', RETRY_AFTER_S);
  if (httpStatus === 500) logInternal(request.log, error, request);
  return reply.code(httpStatus).type('application/json').send(JSON.stringify(envelope));
}

/** Status of errors that fastify raises for bad requests; others of its errors are internal. */
function frameworkStatusOf(error: unknown): number | undefined {
  if (error instanceof NodeApiError || !(error instanceof Error)) return undefined;
  if (!('code' in error) || !('statusCode' in error)) return undefined;
  if (typeof error.code !== 'string' || !error.code.startsWith('FST_')) return undefined;
  const { statusCode } = error;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500
    ? statusCode
    : undefined;
}

function logInternal(log: FastifyBaseLogger, error: unknown, request: FastifyRequest): void {
  log.error({ err: error, method: request.method, url: request.url }, 'internal error');
}
