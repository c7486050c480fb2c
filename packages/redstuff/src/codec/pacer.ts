import type { OperationOptions } from '../types.js';

/** Longest time that an operation keeps the event loop to itself, apart from a single step. */
const SLICE_MS = 40;

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    // Timers are clamped to 4 ms in pages, and there is nothing better there without a port that must be closed.
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}

/**
 * Paces a long computation: gives the event loop its turn, looks at the signal, reports progress.
 */
export class Pacer {
  readonly #signal: AbortSignal | undefined;
  readonly #onProgress: OperationOptions['onProgress'];
  readonly #total: number;
  #done = 0;
  #sliceStart = performance.now();

  /**
   * @param total - sum of all units that will be passed to {@link Pacer.advance}
   * @param options - of the operation
   */
  constructor(total: number, options: OperationOptions = {}) {
    this.#total = total;
    this.#signal = options.signal;
    this.#onProgress = options.onProgress;
    this.#signal?.throwIfAborted();
  }

  /**
   * Notes work as done, and waits for the next turn of the event loop if this one has lasted long enough.
   *
   * @param units - work since the last call
   * @throws the reason of the signal if it is aborted
   */
  async advance(units: number): Promise<void> {
    this.#done += units;
    if (performance.now() - this.#sliceStart < SLICE_MS) return;
    this.#report();
    await nextTurn();
    this.#signal?.throwIfAborted();
    this.#sliceStart = performance.now();
  }

  /** Reports the end of the work. */
  finish(): void {
    this.#done = this.#total;
    this.#report();
  }

  #report(): void {
    this.#onProgress?.({ done: Math.min(this.#done, this.#total), total: this.#total });
  }
}
