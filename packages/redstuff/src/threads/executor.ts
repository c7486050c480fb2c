import type { OperationOptions, Progress } from '../types.js';
import type { MatrixPlan } from './matrix-work.js';
import type { Task, TaskResult } from './tasks.js';

/** Who does tasks: workers, or this thread. */
export interface Executor {
  /** Tasks that can run at the same time; 1 without workers. */
  readonly threads: number;
  /** Whether tasks run on this thread, and so may carry functions. */
  readonly isInline: boolean;
  /** Whether memory can be shared with the workers. */
  readonly isShared: boolean;
  /** Whether tasks may name a store of some kind. */
  canReach(kind: 'file' | 'blob'): boolean;

  /**
   * Does a task. Its buffers are lost to the caller until they come back with the result.
   *
   * @throws REDSTUFF_WORKER_FAILED if the worker died; errors of the store
   */
  run(task: Task): Promise<TaskResult>;

  /** Tells the workers of an operation in shared memory. */
  announce(plan: MatrixPlan): void;

  /** Makes the workers let go of the memory of such an operation. */
  forget(id: string): void;

  /** Ends the workers, now; tasks under way are rejected. Idempotent. */
  close(): Promise<void>;
}

/** Options of {@link forEachUnit}. */
export interface UnitOptions {
  /** Units under way at once, at least 1. */
  readonly width: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Handles units `0` to `count - 1`, several at a time.
 *
 * After a failure or abort no more are begun, and it settles only when those under way have ended: nothing touches the
 * files of an operation after its end.
 */
export async function forEachUnit(
  count: number,
  options: UnitOptions,
  handle: (unit: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failure: { readonly error: unknown } | undefined;
  const lane = async (): Promise<void> => {
    while (next < count && failure === undefined) {
      const unit = next++;
      try {
        options.signal?.throwIfAborted();
        await handle(unit);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.width, count) }, lane));
  if (failure !== undefined) throw failure.error;
  options.signal?.throwIfAborted();
}

/**
 * Produces units several at a time and consumes the results in order, one at a time.
 *
 * At most `width` results wait; a consumer that is slow holds up the producers.
 */
export async function forEachInOrder<T>(
  count: number,
  options: UnitOptions,
  produce: (unit: number) => Promise<T>,
  consume: (result: T, unit: number) => Promise<void>,
): Promise<void> {
  const pending: Promise<T>[] = [];
  let next = 0;
  const refill = (): void => {
    while (next < count && pending.length < options.width) {
      const result = produce(next++);
      // Looked at when its turn comes, which an earlier failure may prevent.
      result.catch(() => {});
      pending.push(result);
    }
  };
  try {
    for (let unit = 0; unit < count; unit++) {
      options.signal?.throwIfAborted();
      refill();
      const result = await pending[0];
      void pending.shift();
      refill();
      if (result !== undefined) await consume(result, unit);
    }
  } finally {
    await Promise.allSettled(pending);
  }
  options.signal?.throwIfAborted();
}

/** Adds up progress and reports it, at most every few milliseconds. */
export class ProgressMeter {
  readonly #onProgress: OperationOptions['onProgress'];
  readonly #total: number;
  #done = 0;
  #reportedMs = -Infinity;

  /** @param total - sum of all that will be passed to {@link ProgressMeter.add} */
  constructor(total: number, onProgress: ((progress: Progress) => void) | undefined) {
    this.#total = total;
    this.#onProgress = onProgress;
  }

  /** Notes work as done. */
  add(units: number): void {
    this.#done += units;
    const now = performance.now();
    if (this.#done >= this.#total || now - this.#reportedMs < REPORT_MS) return;
    this.#reportedMs = now;
    this.#onProgress?.({ done: this.#done, total: this.#total });
  }

  /** Reports the end. */
  finish(): void {
    this.#done = this.#total;
    this.#onProgress?.({ done: this.#total, total: this.#total });
  }
}

const REPORT_MS = 20;

/** Memory that goes to workers and back, kept for the next task of the same operation. */
export class BufferPool {
  readonly #free: ArrayBuffer[] = [];

  /** Returns memory of at least some size, with any contents. */
  take(sizeBytes: number): ArrayBuffer {
    const index = this.#free.findIndex((buffer) => buffer.byteLength >= sizeBytes);
    const [buffer] = index < 0 ? [] : this.#free.splice(index, 1);
    return buffer ?? new ArrayBuffer(sizeBytes);
  }

  /** Gives memory back. */
  give(...buffers: readonly (ArrayBuffer | undefined)[]): void {
    for (const buffer of buffers) {
      if (buffer !== undefined && buffer.byteLength > 0) this.#free.push(buffer);
    }
  }
}
