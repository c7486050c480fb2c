/**
 * The gRPC-web server: fastify over HTTP/1.1, both body formats, CORS, limits, server streaming with
 * immediate flush (sui-rpc.md a).
 */

import cors from '@fastify/cors';
import { errorMessage } from '@walrus-ts/core';
import Fastify from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { setMaxListeners } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import { LedgerError } from '../ledger/errors.js';
import {
  contentTypeOfFormat,
  decodeRequest,
  encodeDataFrame,
  encodeStatusMessage,
  encodeTrailerFrame,
  formatOfContentType,
  parseTimeout,
} from './framing.js';
import type { WireFormat } from './framing.js';
import { createDispatcher } from './method.js';
import type { CallContext, RpcMethod } from './method.js';
import { GrpcStatus, RpcFailure } from './status.js';

/** What the gRPC-web server is made of. */
export interface RpcServerInit {
  /** The served methods; every other path answers UNIMPLEMENTED. */
  readonly methods: readonly RpcMethod[];
  /** Facts about the chain added to every response as `x-sui-…` headers. */
  readonly chainHeaders?: () => Readonly<Record<string, string>>;
  /** Largest HTTP request body in bytes; default 2 MiB. */
  readonly maxBodyBytes?: number;
  /** Time limit in ms of every call but subscriptions, whatever the caller asks for; default 60 s. */
  readonly callTimeoutMs?: number;
  /** How long a stream waits for a reader that does not drain its socket, in ms; default 60 s. */
  readonly stallTimeoutMs?: number;
  /** Most streams open at once; default 512. */
  readonly maxStreams?: number;
  /** Told about errors that are faults of the server, not of a caller. */
  readonly onInternalError?: (error: unknown, path: string) => void;
}

const ALLOWED_HEADERS = [
  'content-type',
  'x-grpc-web',
  'x-sui-client-protocol-version',
  'grpc-timeout',
  'x-user-agent',
];
const EXPOSED_HEADERS = ['grpc-status', 'grpc-message', 'grpc-status-details-bin'];
const CHAIN_HEADERS = [
  'x-sui-chain-id',
  'x-sui-chain',
  'x-sui-epoch',
  'x-sui-checkpoint-height',
  'x-sui-timestamp-ms',
  'x-sui-lowest-available-checkpoint',
  'x-sui-lowest-available-checkpoint-objects',
];
const PREFLIGHT_MAX_AGE_SECONDS = 86_400;
const RECEIVE_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_MS = 65_000;
/** How long a stopping server lets running calls finish. */
const STOP_GRACE_MS = 2000;
const STOP_POLL_MS = 5;
/** Longest delay a Node timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;

class StreamLimit {
  readonly #limit: number;
  #open = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  enter(): void {
    if (this.#open >= this.#limit) {
      throw new RpcFailure('RESOURCE_EXHAUSTED', `more than ${this.#limit} streams are open`);
    }
    this.#open += 1;
  }

  leave(): void {
    this.#open -= 1;
  }
}

/**
 * Waits until a call is aborted.
 *
 * @param signal - the call's signal
 * @returns a promise that only ever rejects, with the abort reason; and its clean-up
 */
function whenAborted(signal: AbortSignal): { promise: Promise<never>; dispose(): void } {
  let onAbort: () => void = () => {};
  const promise = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  promise.catch(() => {});
  return { promise, dispose: () => signal.removeEventListener('abort', onAbort) };
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** Writes and, when the socket's buffer is full, waits until it drained: nothing piles up here. */
async function writeChunk(
  response: ServerResponse,
  chunk: Buffer,
  signal: AbortSignal,
  stallTimeoutMs: number,
): Promise<void> {
  if (response.write(chunk)) return;
  const aborted = whenAborted(signal);
  let timer: NodeJS.Timeout | undefined;
  let onDrain: () => void = () => {};
  try {
    await Promise.race([
      aborted.promise,
      new Promise<void>((resolve, reject) => {
        onDrain = resolve;
        response.once('drain', onDrain);
        timer = setTimeout(() => {
          response.destroy();
          reject(new RpcFailure('CANCELLED', 'the reader of the stream stalled'));
        }, stallTimeoutMs);
      }),
    ]);
  } finally {
    clearTimeout(timer);
    response.off('drain', onDrain);
    aborted.dispose();
  }
}

/**
 * Builds the HTTP server for a set of methods; the caller listens and closes.
 *
 * Closing ends open streams with UNAVAILABLE.
 *
 * @param init - methods and limits
 * @returns a fastify instance, not yet listening
 */
export async function createRpcServer(init: RpcServerInit): Promise<FastifyInstance> {
  const dispatch = createDispatcher(init.methods);
  const callTimeoutMs = init.callTimeoutMs ?? 60_000;
  const stallTimeoutMs = init.stallTimeoutMs ?? 60_000;
  const streams = new StreamLimit(init.maxStreams ?? 512);
  const stopping = new AbortController();
  // Every running call listens: many listeners are no leak here.
  setMaxListeners(0, stopping.signal);
  let openCalls = 0;

  const server = Fastify({
    logger: false,
    bodyLimit: init.maxBodyBytes ?? 2 * 1024 * 1024,
    requestTimeout: RECEIVE_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: true,
  });
  await server.register(cors, {
    origin: '*',
    methods: ['POST', 'GET', 'OPTIONS'],
    allowedHeaders: ALLOWED_HEADERS,
    exposedHeaders: [...EXPOSED_HEADERS, ...CHAIN_HEADERS],
    maxAge: PREFLIGHT_MAX_AGE_SECONDS,
    strictPreflight: false,
  });
  server.addHook('preClose', async () => {
    stopping.abort(new RpcFailure('UNAVAILABLE', 'the server is stopping'));
    // Connections are cut right after this: let the answers out first.
    const deadline = Date.now() + STOP_GRACE_MS;
    while (openCalls > 0 && Date.now() < deadline) await delay(STOP_POLL_MS);
  });
  server.addHook('onRequest', async (_request, reply) => {
    if (init.chainHeaders !== undefined) reply.headers(init.chainHeaders());
  });

  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    /^application\/grpc-web/i,
    { parseAs: 'buffer' },
    (_request, body, done) => done(null, body),
  );

  const describe = (error: unknown, path: string): RpcFailure => {
    if (error instanceof RpcFailure) return error;
    if (error instanceof LedgerError && error.status !== 'INTERNAL') {
      return new RpcFailure(error.status, error.message, error);
    }
    init.onInternalError?.(error, path);
    return new RpcFailure('INTERNAL', errorMessage(error), error);
  };

  /** A response without body whose status is in the headers ("trailers only"). */
  const sendFailure = (reply: FastifyReply, failure: RpcFailure, format: WireFormat) =>
    reply
      .code(200)
      .headers({
        'content-type': contentTypeOfFormat(format),
        'grpc-status': String(GrpcStatus[failure.status]),
        'grpc-message': encodeStatusMessage(failure.message),
      })
      .send(null);

  server.setErrorHandler((error: { statusCode?: number; message?: string }, request, reply) => {
    const format = formatOfContentType(request.headers['content-type']);
    const statusCode = error.statusCode ?? 500;
    if (format === undefined) {
      return reply
        .code(statusCode)
        .type('text/plain')
        .send(`${error.message ?? 'failed'}\n`);
    }
    if (statusCode === 413) {
      return sendFailure(reply, new RpcFailure('RESOURCE_EXHAUSTED', 'request too large'), format);
    }
    const failure =
      statusCode < 500
        ? new RpcFailure('INVALID_ARGUMENT', error.message ?? 'bad request')
        : describe(error, request.url);
    return sendFailure(reply, failure, format);
  });

  const serveUnary = async (
    method: Extract<RpcMethod, { kind: 'unary' }>,
    message: Uint8Array,
    context: CallContext,
    reply: FastifyReply,
    format: WireFormat,
  ): Promise<unknown> => {
    const aborted = whenAborted(context.signal);
    try {
      const response = await Promise.race([method.call(message, context), aborted.promise]);
      const body = Buffer.concat([
        encodeDataFrame(response, format),
        encodeTrailerFrame('OK', '', format),
      ]);
      return reply.header('content-type', contentTypeOfFormat(format)).send(body);
    } finally {
      aborted.dispose();
    }
  };

  const serveStream = async (
    method: Extract<RpcMethod, { kind: 'stream' }>,
    message: Uint8Array,
    context: CallContext,
    reply: FastifyReply,
    format: WireFormat,
  ): Promise<void> => {
    const frames = method.call(message, context);
    streams.enter();
    try {
      // From here on the response is written by hand: every frame leaves at once.
      reply.hijack();
      const response = reply.raw;
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) response.setHeader(name, value);
      }
      response.setHeader('content-type', contentTypeOfFormat(format));
      response.setHeader('cache-control', 'no-store');
      response.writeHead(200);
      response.flushHeaders();
      response.socket?.setNoDelay(true);
      let end: Buffer;
      try {
        for await (const frame of frames) {
          await writeChunk(
            response,
            encodeDataFrame(frame, format),
            context.signal,
            stallTimeoutMs,
          );
        }
        context.signal.throwIfAborted();
        end = encodeTrailerFrame('OK', '', format);
      } catch (error) {
        const failure = describe(error, method.path);
        end = encodeTrailerFrame(failure.status, failure.message, format);
      }
      if (!response.destroyed) response.end(end);
    } finally {
      streams.leave();
    }
  };

  server.post('/*', async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const format = formatOfContentType(request.headers['content-type']);
    if (format === undefined) return reply.code(415).type('text/plain').send('not gRPC-web\n');
    const path = request.url.split('?', 1)[0] ?? '';
    const gone = new AbortController();
    const onClose = (): void => {
      if (!reply.raw.writableFinished) gone.abort(new RpcFailure('CANCELLED', 'caller left'));
    };
    const onStop = (): void => gone.abort(stopping.signal.reason);
    let timer: NodeJS.Timeout | undefined;
    openCalls += 1;
    reply.raw.once('close', () => {
      openCalls -= 1;
      onClose();
    });
    stopping.signal.addEventListener('abort', onStop, { once: true });
    try {
      const method = dispatch(path);
      const asked = parseTimeout(headerText(request.headers['grpc-timeout']));
      const isEndless = method.kind === 'stream' && method.isEndless;
      const limitMs = isEndless ? asked : Math.min(asked ?? Infinity, callTimeoutMs);
      if (limitMs !== undefined) {
        timer = setTimeout(
          () => gone.abort(new RpcFailure('DEADLINE_EXCEEDED', 'the call ran out of time')),
          Math.min(limitMs, MAX_TIMER_MS),
        );
      }
      const body = request.body;
      const message = decodeRequest(body instanceof Uint8Array ? body : new Uint8Array(), format);
      const context = { signal: gone.signal };
      if (method.kind === 'unary') {
        return await serveUnary(method, message, context, reply, format);
      }
      await serveStream(method, message, context, reply, format);
      return reply;
    } catch (error) {
      return sendFailure(reply, describe(error, path), format);
    } finally {
      clearTimeout(timer);
      stopping.signal.removeEventListener('abort', onStop);
    }
  });

  server.get('/', async () => ({ service: 'walrus-ts emulator', status: 'ok' }));
  return server;
}
