/** Facts and context carried by a {@link WalrusError}. */
export interface WalrusErrorOptions {
  /** JSON-able facts about the failure: the value, the limit, the peer. Never a secret. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** What made this error happen, kept for debugging. */
  readonly cause?: unknown;
  /** Whether the same call may succeed later without a change by the caller. Default `false`. */
  readonly retryable?: boolean;
  /** What the user can do, one line, no full stop. */
  readonly hint?: string;
}

/**
 * The base of every error that a user or a calling program can meet.
 *
 * Callers compare `code`, never the text: codes are stable, of the form `AREA_REASON`.
 */
export class WalrusError extends Error {
  readonly code: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly retryable: boolean;
  readonly hint: string | undefined;

  /**
   * @param code - stable code, `AREA_REASON`
   * @param message - what happened, one line, with the offending value
   * @param options - data, cause, retryable, hint
   */
  constructor(code: string, message: string, options: WalrusErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'WalrusError';
    this.code = code;
    this.data = options.data ?? {};
    this.retryable = options.retryable ?? false;
    this.hint = options.hint;
  }
}

/**
 * Tells whether a value is a {@link WalrusError}, also one of another copy of this package.
 *
 * @param value - anything caught
 * @param code - if given, the code must be equal too
 */
export function isWalrusError(value: unknown, code?: string): value is WalrusError {
  if (!(value instanceof Error) || !('code' in value) || !('retryable' in value)) return false;
  return code === undefined || value.code === code;
}

/**
 * Returns the message of anything that was thrown.
 *
 * @param value - anything caught
 */
export function errorMessage(value: unknown): string {
  return value instanceof Error ? value.message : String(value);
}
