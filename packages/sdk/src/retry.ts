import { isWalrusError, onAbort } from '@walrus-ts/core';

/** How a request is repeated: `attempts` in all, pauses doubling between the two bounds, plus some chance. */
export interface RetryPolicy {
  readonly attempts: number;
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
}

/**
 * Waits, or rejects as soon as the signal fires.
 *
 * @param ms - how long
 */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const timer = setTimeout(() => {
      release?.();
      resolve();
    }, ms);
    const release =
      signal &&
      onAbort(signal, () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      });
  });
}

/**
 * Runs a request again while its errors say that this may help.
 *
 * @param policy - how often and how long
 * @param request - one attempt
 * @throws the last error
 */
export async function withRetries<T>(
  policy: RetryPolicy,
  request: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await request();
    } catch (error) {
      signal?.throwIfAborted();
      if (attempt >= policy.attempts || !isWalrusError(error) || !error.retryable) throw error;
      const delay = Math.min(policy.maxDelayMs, policy.minDelayMs * 2 ** (attempt - 1));
      await sleep(delay * (0.75 + Math.random() / 2), signal);
    }
  }
}
