/** A fixed-window request limit per client address, bounded in memory. */

const WINDOW_MS = 60_000;
/** Clients counted at once; when full, the window starts anew for all. */
const MAX_CLIENTS = 10_000;

/** Counts requests of clients. */
export interface RateLimit {
  /**
   * Counts one request.
   *
   * @param client - who asks
   * @param nowMs - present time, ms
   * @returns false if the client is over its limit
   */
  take(client: string, nowMs: number): boolean;
}

/**
 * Makes a limit.
 *
 * @param requestsPerMinute - limit per client; undefined = no limit
 * @returns the counter
 */
export function createRateLimit(requestsPerMinute: number | undefined): RateLimit {
  const counts = new Map<string, number>();
  let windowStartMs = 0;
  return {
    take(client, nowMs) {
      if (requestsPerMinute === undefined) return true;
      if (nowMs - windowStartMs >= WINDOW_MS || counts.size >= MAX_CLIENTS) {
        counts.clear();
        windowStartMs = nowMs;
      }
      const count = (counts.get(client) ?? 0) + 1;
      counts.set(client, count);
      return count <= requestsPerMinute;
    },
  };
}
