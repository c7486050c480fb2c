/**
 * gRPC status codes and the error that carries one to the wire (sui-rpc.md a).
 */

/**
 * The gRPC status codes the server uses, by their official names.
 *
 * @see spec sui-rpc.md (a)
 */
export const GrpcStatus = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

/** One of the names in {@link GrpcStatus}. */
export type GrpcStatusName = keyof typeof GrpcStatus;

/**
 * An error with a gRPC status: what a handler throws to answer a call with that status.
 *
 * Every other error a handler throws reaches the client as INTERNAL.
 */
export class RpcFailure extends Error {
  /** Name of the gRPC status. */
  readonly status: GrpcStatusName;

  /**
   * @param status - gRPC status name, not 'OK'
   * @param message - one line shown to the caller
   * @param cause - the underlying error, kept for debugging only
   */
  constructor(status: Exclude<GrpcStatusName, 'OK'>, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'RpcFailure';
    this.status = status;
  }
}

/**
 * Builds the failure for a request the caller has to change.
 *
 * @param message - one line shown to the caller
 * @param cause - underlying error
 * @returns an INVALID_ARGUMENT failure
 */
export function invalidArgument(message: string, cause?: unknown): RpcFailure {
  return new RpcFailure('INVALID_ARGUMENT', message, cause);
}

/**
 * Builds the failure for something that does not exist on this chain.
 *
 * @param message - one line shown to the caller
 * @returns a NOT_FOUND failure
 */
export function notFound(message: string): RpcFailure {
  return new RpcFailure('NOT_FOUND', message);
}
