import { concatBytes } from '@walrus-ts/core';
import { NodeApiError } from './errors.js';

/** One HTTP exchange, as the client asks a transport for it. */
export interface TransportRequest {
  readonly method: string;
  /** Path with query, starting with `/`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
  /** Ends the exchange, also while the body of the answer is being read. */
  readonly signal: AbortSignal;
  /** Most bytes to take as body of an answer, by its HTTP status. */
  readonly maxBytes: (status: number) => number;
}

/** The answer of an exchange. */
export interface TransportResponse {
  readonly status: number;
  /** The caller owns the bytes. */
  readonly body: Uint8Array;
}

/** Moves requests to one node and answers back; knows nothing of routes. */
export interface NodeTransport {
  /**
   * @throws NODE_API_UNREACHABLE, NODE_API_RESPONSE_TOO_LARGE, NODE_API_KEY_MISMATCH, or whatever an
   *   aborted signal makes the platform throw
   */
  request(request: TransportRequest): Promise<TransportResponse>;
  /** Closes idle connections; running exchanges fail. */
  close(): Promise<void>;
}

/**
 * Gathers the body of an answer up to a limit, whatever length the peer announced.
 *
 * @param chunks - pieces as they arrive
 * @param announced - value of the Content-Length header, if there is one
 * @param limit - bytes
 * @throws NODE_API_RESPONSE_TOO_LARGE as soon as the limit is passed
 */
export async function readLimited(
  chunks: AsyncIterable<Uint8Array>,
  announced: string | null | undefined,
  limit: number,
): Promise<Uint8Array> {
  const tooLarge = (): NodeApiError =>
    new NodeApiError(
      'NODE_API_RESPONSE_TOO_LARGE',
      `the node's answer is larger than ${limit} bytes`,
      { data: { limitBytes: limit } },
    );
  if (announced !== null && announced !== undefined && Number(announced) > limit) throw tooLarge();
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > limit) throw tooLarge();
    parts.push(chunk);
  }
  return concatBytes(...parts);
}

/** Settings of {@link createFetchTransport}. */
export interface FetchTransportInit {
  /** `http://host:port` or `https://host:port`, without path. */
  readonly baseUrl: string;
  /** Default: the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
}

/**
 * Makes a transport over `fetch`, for browsers. It cannot pin keys: TLS is checked by the platform.
 *
 * @param init - where to
 */
export function createFetchTransport(init: FetchTransportInit): NodeTransport {
  const base = init.baseUrl.replace(/\/+$/, '');
  const fetchFunction = init.fetch ?? globalThis.fetch;
  return {
    async request(request) {
      let response: Response;
      try {
        response = await fetchFunction(`${base}${request.path}`, {
          method: request.method,
          headers: { ...request.headers },
          signal: request.signal,
          redirect: 'error',
          ...(request.body === undefined ? {} : { body: ownedBody(request.body) }),
        });
      } catch (cause) {
        if (request.signal.aborted) throw cause;
        throw new NodeApiError('NODE_API_UNREACHABLE', `cannot reach the node at ${base}`, {
          cause,
          retryable: true,
        });
      }
      const limit = request.maxBytes(response.status);
      try {
        const body =
          response.body === null
            ? new Uint8Array(0)
            : await readLimited(
                readStream(response.body),
                response.headers.get('content-length'),
                limit,
              );
        return { status: response.status, body };
      } catch (cause) {
        if (request.signal.aborted || cause instanceof NodeApiError) throw cause;
        throw new NodeApiError('NODE_API_UNREACHABLE', `the node at ${base} broke its answer off`, {
          cause,
          retryable: true,
        });
      } finally {
        // Ends the download if it was left early; does nothing after a complete one.
        await response.body?.cancel().catch(() => undefined);
      }
    },
    close: () => Promise.resolve(),
  };
}

/** `fetch` takes no view on shared memory: such bodies are copied. */
function ownedBody(body: Uint8Array): Uint8Array<ArrayBuffer> {
  return body.buffer instanceof ArrayBuffer
    ? new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
    : Uint8Array.from(body);
}

/** Streams are not async iterable in every browser. */
async function* readStream(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.releaseLock();
  }
}
