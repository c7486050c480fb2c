import type { BlobId } from '@walrus-ts/core';

/**
 * Lets requests wait for a registration that is on its way: clients are often some milliseconds faster than the
 * event stream.
 */
export class RegistrationWaiters {
  readonly #waiting = new Map<BlobId, Set<() => void>>();
  readonly #limit: number;
  #count = 0;

  /** @param limit - requests that may wait at once; further ones do not wait */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Waits until a blob is registered, or not any longer.
   *
   * @param blobId - not registered now
   * @param limitMs - longest wait
   * @param signal - ends the wait
   * @returns whether there was a registration in time; the caller looks for itself which one
   */
  async wait(blobId: BlobId, limitMs: number, signal: AbortSignal): Promise<boolean> {
    if (limitMs <= 0 || this.#count >= this.#limit || signal.aborted) return false;
    let isWoken = false;
    this.#count += 1;
    const set = this.#waiting.get(blobId) ?? new Set();
    this.#waiting.set(blobId, set);
    let wake = (): void => undefined;
    let end = (): void => undefined;
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve) => {
        end = resolve;
        wake = () => {
          isWoken = true;
          resolve();
        };
        set.add(wake);
        timer = setTimeout(end, limitMs);
        signal.addEventListener('abort', end, { once: true });
      });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      set.delete(wake);
      if (set.size === 0 && this.#waiting.get(blobId) === set) this.#waiting.delete(blobId);
      this.#count -= 1;
    }
    return isWoken;
  }

  /** Wakes those who wait for a blob. */
  registered(blobId: BlobId): void {
    const set = this.#waiting.get(blobId);
    if (set === undefined) return;
    this.#waiting.delete(blobId);
    for (const wake of set) wake();
  }
}
