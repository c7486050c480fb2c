import { Pool, buildConnector } from 'undici';
import { NodeApiError } from '../errors.js';
import { readLimited, type NodeTransport } from '../transport.js';
import { checkPinnedKey } from './pinning.js';

/** Settings of {@link createUndiciTransport}. */
export interface UndiciTransportInit {
  /** `http://host:port` or `https://host:port`, without path. */
  readonly baseUrl: string;
  /**
   * Compressed P-256 key (33 bytes) the node must prove to own. With it, certificates need no authority;
   * without, `https` follows the usual web rules.
   */
  readonly pinnedKey?: Uint8Array;
  /** Connections kept to the node. @default 10 */
  readonly connections?: number;
  /** Limit for TCP and TLS together, ms. @default 5000 */
  readonly connectTimeoutMs?: number;
}

/**
 * Makes a transport for Node: HTTP/1.1 over a pool of connections to one node.
 *
 * @param init - where to, and the key to insist on
 * @throws NODE_API_INVALID_ARGUMENT for a URL that is not http(s), or a pinned key over plain http
 */
export function createUndiciTransport(init: UndiciTransportInit): NodeTransport {
  const origin = parseOrigin(init.baseUrl);
  const { pinnedKey } = init;
  const connectTimeoutMs = init.connectTimeoutMs ?? 5000;
  const isPinned = pinnedKey !== undefined && origin.protocol === 'https:';
  const connector = buildConnector({
    timeout: connectTimeoutMs,
    allowH2: false,
    // With a pin, authorities are not asked: checkPinnedKey is stricter. Sessions are not resumed, so that
    // every connection shows its certificate.
    ...(isPinned ? { rejectUnauthorized: false, maxCachedSessions: 0 } : {}),
  });
  const pool = new Pool(origin.origin, {
    connections: init.connections ?? 10,
    pipelining: 1,
    // The client above limits whole calls.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: (options, callback) => {
      connector(options, (...result) => {
        const [error, socket] = result;
        if (error !== null) {
          callback(error, null);
          return;
        }
        if (isPinned) {
          try {
            checkPinnedKey(socket, pinnedKey);
          } catch (mismatch) {
            socket.destroy();
            callback(mismatch instanceof Error ? mismatch : new Error(String(mismatch)), null);
            return;
          }
        }
        callback(null, socket);
      });
    },
  });
  return {
    async request(request) {
      try {
        const response = await pool.request({
          method: request.method as 'GET' | 'PUT' | 'POST',
          path: request.path,
          headers: request.headers,
          signal: request.signal,
          ...(request.body === undefined ? {} : { body: request.body }),
        });
        const length = response.headers['content-length'];
        const body = await readLimited(
          response.body,
          typeof length === 'string' ? length : undefined,
          request.maxBytes(response.statusCode),
        ).catch((error: unknown) => {
          // Leaving early must not leave the connection waiting for the rest.
          response.body.destroy();
          throw error;
        });
        return { status: response.statusCode, body };
      } catch (cause) {
        if (request.signal.aborted || cause instanceof NodeApiError) throw cause;
        throw new NodeApiError(
          'NODE_API_UNREACHABLE',
          `cannot reach the node at ${origin.origin}: ${codeOf(cause)}`,
          { cause, retryable: true },
        );
      }
    },
    close: () => pool.destroy(),
  };
}

function parseOrigin(text: string): URL {
  let url: URL | undefined;
  try {
    url = new URL(text);
  } catch {
    // Reported below with all other unusable URLs.
  }
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new NodeApiError('NODE_API_INVALID_ARGUMENT', 'the URL of a node starts with http(s)://');
  }
  return url;
}

function codeOf(error: unknown): string {
  if (error instanceof Error) {
    return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  }
  return 'unknown error';
}
