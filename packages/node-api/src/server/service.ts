import type { PathParams } from '../params.js';
import type { Route, RouteName, Routes } from '../routes.js';
import type { StreamedAnswer } from './answers.js';

/** The body of a request: its bytes, decoded only when asked for. */
export interface RequestBody<Body> {
  /** As received. The service owns them. */
  readonly bytes: Uint8Array;
  /**
   * Decodes the bytes.
   *
   * @throws NodeApiError with the reason the route has for malformed bodies
   */
  decode(): Body;
}

/** One request as a service sees it. */
export interface ServiceRequest<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: RequestBody<Body>;
  /** Aborted when the client has gone or the time limit of the request has passed. */
  readonly signal: AbortSignal;
  /**
   * Waits until there is memory for the answer; to be called once, before the answer is in memory. What was too much is
   * given back when the answer is there, the rest when it has left.
   *
   * @param bytes - the most the answer can take
   * @throws UNAVAILABLE, also when the request is over
   */
  readonly reserve: (bytes: number) => Promise<void>;
}

/** Answers requests of a route; may give a BCS answer as bytes that are already encoded, or on disk. */
export type RouteHandler<Definition> =
  Definition extends Route<infer Path, infer Query, infer Body, infer Result>
    ? (
        request: ServiceRequest<PathParams<Path>, Query, Body>,
      ) => Promise<Result | Uint8Array | StreamedAnswer>
    : never;

/**
 * What a storage node must do: one function per route. Failures are thrown as `apiError(...)`; everything
 * else that is thrown becomes an internal error whose content stays in the log.
 */
export type NodeApiService = { readonly [Name in RouteName]: RouteHandler<Routes[Name]> };
