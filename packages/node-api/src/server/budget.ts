import { apiError } from '../errors.js';

/** Settings of {@link MemoryBudget}. */
export interface MemoryBudgetInit {
  /** What the memory is for, in the plural: `uploads`. */
  readonly purpose: string;
  /** Bytes allowed at once. */
  readonly limitBytes: number;
  /** Longest wait for room, ms. */
  readonly waitMs: number;
  /** Requests that may wait at once; each keeps a connection and what has arrived of it in its buffers. */
  readonly maxWaiting: number;
}

/** Memory asked for with {@link MemoryBudget.reserve}. */
export interface MemoryReservation {
  /** Resolves when there is room; rejects with UNAVAILABLE if there is none in time, or after `release`. */
  readonly granted: Promise<void>;
  /** Whether it had to get in line. */
  readonly isWaiting: boolean;
  /**
   * Gives back what turned out not to be needed. Only after it was granted.
   *
   * @param bytes - to be kept; more than is reserved changes nothing
   */
  shrink(bytes: number): void;
  /** Gives the memory back, or stops waiting for it; calling it again does nothing. */
  release(): void;
}

/** A request in line. */
interface Waiter {
  readonly bytes: number;
  readonly enter: () => void;
}

/**
 * Counts bytes that requests hold in memory, so that many large ones at once cannot exhaust it. Those without room wait
 * in line before they take anything, so that their clients need not come back.
 */
export class MemoryBudget {
  /** Bytes allowed at once. */
  readonly limitBytes: number;
  readonly #init: MemoryBudgetInit;
  readonly #waiting = new Set<Waiter>();
  #free: number;

  /** @param init - limits */
  constructor(init: MemoryBudgetInit) {
    this.#init = init;
    this.limitBytes = init.limitBytes;
    this.#free = init.limitBytes;
  }

  /**
   * Asks for memory. First come, first served, so that large requests get their turn.
   *
   * @param bytes - the most that will be needed; more than the whole limit is refused
   */
  reserve(bytes: number): MemoryReservation {
    const { limitBytes, waitMs, maxWaiting } = this.#init;
    if (this.#waiting.size === 0 && bytes <= this.#free) {
      return { granted: Promise.resolve(), isWaiting: false, ...this.#take(bytes) };
    }
    if (bytes > limitBytes || this.#waiting.size >= maxWaiting) {
      return {
        granted: Promise.reject(this.#tooMany()),
        isWaiting: false,
        shrink: () => undefined,
        release: () => undefined,
      };
    }
    let release = (): void => undefined;
    let shrink = (_bytes: number): void => undefined;
    const granted = new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(waiter);
      };
      const waiter: Waiter = {
        bytes,
        enter: () => {
          leave();
          ({ shrink, release } = this.#take(bytes));
          resolve();
        },
      };
      release = () => {
        leave();
        reject(this.#tooMany());
        // Whoever is next may be smaller.
        this.#admit();
      };
      const timer = setTimeout(() => release(), waitMs);
      this.#waiting.add(waiter);
    });
    return {
      granted,
      isWaiting: true,
      shrink: (kept) => shrink(kept),
      release: () => release(),
    };
  }

  #take(bytes: number): Pick<MemoryReservation, 'shrink' | 'release'> {
    let held = bytes;
    this.#free -= bytes;
    const shrink = (kept: number): void => {
      if (kept >= held) return;
      this.#free += held - kept;
      held = kept;
      this.#admit();
    };
    return { shrink, release: () => shrink(0) };
  }

  #admit(): void {
    for (const waiter of this.#waiting) {
      if (waiter.bytes > this.#free) break;
      waiter.enter();
    }
  }

  #tooMany(): Error {
    return apiError(
      'UNAVAILABLE',
      'UNAVAILABLE',
      `too many ${this.#init.purpose} at once, try again shortly`,
    );
  }
}
