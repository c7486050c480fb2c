import { onAbort } from '@walrus-ts/core';

/** One node's share of a {@link TransferWindow}; made by {@link TransferWindow.lane}. */
export interface TransferLane {
  /** The node held up others: from now on it gets what they leave. */
  isSlow: boolean;
}

interface Waiter {
  readonly lane: TransferLane;
  readonly bytes: number;
  readonly enter: () => void;
}

interface Transfer {
  readonly lane: TransferLane;
  readonly startMs: number;
  readonly preempt: AbortController;
}

/** A transfer may hold up others for this long, ms. */
const PATIENCE_MS = 4000;

/**
 * Bounds the bytes of transfers under way to all nodes together.
 *
 * Nodes that hang must not keep the window for themselves until their requests time out. So when somebody waits,
 * transfers that take too long are broken off, once per node; their nodes are slow from then on, and wait until nobody
 * else does.
 */
export class TransferWindow {
  readonly #limitBytes: number;
  readonly #waiting: Waiter[] = [];
  readonly #running = new Set<Transfer>();
  #usedBytes = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param limitBytes - a transfer larger than this runs alone */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Makes the lane of a node. */
  lane(): TransferLane {
    return { isSlow: false };
  }

  /**
   * Runs a transfer as soon as its bytes have room, and again if it was broken off in favour of others.
   *
   * @param lane - of the node
   * @param bytes - that the transfer keeps in memory
   * @param signal - cancels waiting and transfer
   * @param transfer - must take its bytes only now, and drop them at its end
   */
  async run<T>(
    lane: TransferLane,
    bytes: number,
    signal: AbortSignal,
    transfer: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    for (;;) {
      await this.#enter(lane, bytes, signal);
      const running: Transfer = { lane, startMs: Date.now(), preempt: new AbortController() };
      this.#running.add(running);
      this.#watch();
      try {
        return await transfer(AbortSignal.any([signal, running.preempt.signal]));
      } catch (error) {
        signal.throwIfAborted();
        if (!running.preempt.signal.aborted) throw error;
      } finally {
        this.#running.delete(running);
        this.#usedBytes -= bytes;
        this.#admit();
      }
    }
  }

  #enter(lane: TransferLane, bytes: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const release = onAbort(signal, () => {
        const at = this.#waiting.indexOf(waiter);
        if (at >= 0) this.#waiting.splice(at, 1);
        this.#admit();
        reject(signal.reason as Error);
      });
      const waiter: Waiter = {
        lane,
        bytes,
        enter() {
          release();
          resolve();
        },
      };
      this.#waiting.push(waiter);
      this.#admit();
    });
  }

  #admit(): void {
    while (this.#waiting.length > 0) {
      const at = Math.max(
        0,
        this.#waiting.findIndex(({ lane }) => !lane.isSlow),
      );
      const next = this.#waiting[at];
      if (next === undefined) break;
      if (this.#usedBytes > 0 && this.#usedBytes + next.bytes > this.#limitBytes) break;
      this.#waiting.splice(at, 1);
      this.#usedBytes += next.bytes;
      next.enter();
    }
    this.#watch();
  }

  #watch(): void {
    const isWanted = this.#running.size > 0 && this.#waiting.some(({ lane }) => !lane.isSlow);
    if (!isWanted) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      return;
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const before = Date.now() - PATIENCE_MS;
      for (const { lane, startMs, preempt } of this.#running) {
        if (lane.isSlow || startMs > before) continue;
        lane.isSlow = true;
        preempt.abort(new DOMException('others were waiting', 'AbortError'));
      }
      this.#watch();
    }, PATIENCE_MS / 4);
  }
}
