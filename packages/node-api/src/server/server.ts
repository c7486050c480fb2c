import type { RequestListener, Server } from 'node:http';
import { createSecureServer } from 'node:http2';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import {
  DEFAULT_MEMORY_WAIT_MS,
  onceAnswered,
  registerNodeApi,
  sendError,
  type NodeApiServerOptions,
} from './plugin.js';
import type { NodeApiService } from './service.js';

/** Settings of {@link createNodeApiServer}. */
export interface NodeApiServerInit extends NodeApiServerOptions {
  /** Address to listen on. */
  readonly host: string;
  /** Port to listen on; 0 chooses a free one. */
  readonly port: number;
  /** PEM texts; without, plain HTTP/1.1. With, HTTP/2 and HTTP/1.1 on one port. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** What a server needs from outside. */
export interface NodeApiServerComponents {
  readonly service: NodeApiService;
  readonly logger?: FastifyBaseLogger;
}

/** An HTTP server for the storage node API. */
export interface NodeApiServer {
  /**
   * Starts to listen.
   *
   * @returns the port
   */
  start(): Promise<number>;
  /**
   * Stops accepting, lets running requests finish, then cuts what is left.
   *
   * @param graceMs - time for running requests
   */
  stop(graceMs: number): Promise<void>;
  /** The fastify instance, for injecting requests in tests. */
  readonly app: FastifyInstance;
}

/**
 * Makes an HTTP server that answers the storage node API.
 *
 * @param init - address, TLS, limits
 * @param components - the service behind it, a logger
 */
export async function createNodeApiServer(
  init: NodeApiServerInit,
  components: NodeApiServerComponents,
): Promise<NodeApiServer> {
  const app = makeApp(init, components.logger);
  const sockets = new Set<Socket>();
  for (const event of ['connection', 'secureConnection']) {
    app.server.on(event, (socket: Socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
  }
  let running = 0;
  let onIdle = (): void => undefined;
  app.addHook('onRequest', async () => {
    running += 1;
  });
  onceAnswered(app, (request, reply) => {
    request.log.debug(
      { method: request.method, url: request.url, status: reply.statusCode, ms: reply.elapsedTime },
      'answered',
    );
    running -= 1;
    if (running === 0) onIdle();
  });
  await registerNodeApi(app, components.service, init);
  let stopping: Promise<void> | undefined;
  return {
    app,
    async start() {
      await app.listen({ host: init.host, port: init.port });
      // A TCP listener always has this kind of address.
      return (app.server.address() as AddressInfo).port;
    },
    stop(graceMs) {
      stopping ??= (async () => {
        const closed = app.close();
        if (running > 0) {
          await new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, graceMs);
            onIdle = () => {
              clearTimeout(timer);
              // The last answer still has to leave its socket.
              setTimeout(resolve, 20);
            };
          });
        }
        // Idle kept-alive connections would hold the listener open for a minute.
        for (const socket of sockets) socket.destroy();
        await closed;
      })();
      return stopping;
    },
  };
}

function makeApp(init: NodeApiServerInit, logger: FastifyBaseLogger | undefined): FastifyInstance {
  const { tls } = init;
  const timeoutMs = (init.bodyTimeoutMs ?? 60_000) + (init.bodyWaitMs ?? DEFAULT_MEMORY_WAIT_MS);
  return fastify({
    ...(logger === undefined ? {} : { loggerInstance: logger }),
    ...(tls === undefined
      ? {}
      : { serverFactory: (handler: RequestListener) => secureServer(tls, timeoutMs, handler) }),
    // Two lines per request at info level are too many; one at debug level is written below.
    logController: new QuietLogController({ disableRequestLogging: true }),
    forceCloseConnections: false,
    routerOptions: { maxParamLength: 512 },
    // A whole request, head and body, must arrive in this time.
    requestTimeout: timeoutMs,
    keepAliveTimeout: 72_000,
    frameworkErrors: (error, request, reply) => void sendError(error, request, reply),
  });
}

/** Readers leave all the time, when they have enough of other nodes: nothing to tell at info level. */
class QuietLogController extends LogController {
  override streamError(error: Error, request: FastifyRequest, reply: FastifyReply): void {
    if ('code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE') {
      request.log.debug({ url: request.url }, 'the client broke off its request');
    } else super.streamError(error, request, reply);
  }
}

/** HTTP/2 and HTTP/1.1 on one TLS port, chosen by ALPN. */
function secureServer(
  tls: { readonly key: string; readonly cert: string },
  timeoutMs: number,
  handler: RequestListener,
): Server {
  const server = createSecureServer({
    allowHTTP1: true,
    key: tls.key,
    cert: tls.cert,
    handshakeTimeout: 10_000,
    settings: { initialWindowSize: 1024 * 1024, maxConcurrentStreams: 1000 },
  });
  // Closes connections on which nothing moves, also those that never finish their request head.
  server.setTimeout(2 * timeoutMs);
  const plain: NetServer = server;
  plain.on('request', handler);
  // fastify only needs what both kinds of server have; its types know no server that speaks both.
  return plain as Server;
}
