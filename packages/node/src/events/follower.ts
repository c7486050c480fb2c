import type { Logger } from 'pino';
import { isWalrusError } from '@walrus-ts/core';
import type { ChainView } from '../chain-view.js';
import type { AppliedCheckpoint, BlobTable } from '../storage/blob-table.js';

/** Settings of {@link EventFollower}. */
export interface EventFollowerInit {
  /** Checkpoint to begin with on an empty table. */
  readonly fromCheckpoint: bigint;
}

/** What the follower works with. */
export interface EventFollowerComponents {
  readonly chain: Pick<ChainView, 'events'>;
  readonly table: BlobTable;
  readonly logger: Logger;
  /** Told about every applied checkpoint, after it is on disk. */
  readonly onApplied: (applied: AppliedCheckpoint) => void;
}

/** A cursor without events is stored after this many checkpoints. */
const CURSOR_EVERY = 256n;
const MIN_RETRY_MS = 500;
const MAX_RETRY_MS = 30_000;

/**
 * Follows the contract's events from the stored cursor on and applies them to the blob table, for ever.
 */
export class EventFollower {
  readonly #init: EventFollowerInit;
  readonly #components: EventFollowerComponents;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  /** @param init - settings @param components - chain, table, logger, listener */
  constructor(init: EventFollowerInit, components: EventFollowerComponents) {
    this.#init = init;
    this.#components = components;
  }

  /** Begins. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends after the checkpoint at hand. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const { logger } = this.#components;
    let delayMs = MIN_RETRY_MS;
    while (!signal.aborted) {
      const before = this.#components.table.latestCheckpoint;
      try {
        await this.#follow(signal);
      } catch (error) {
        if (signal.aborted) return;
        // Whatever went wrong, a node that serves stored data is better than none.
        const isTemporary = isWalrusError(error) && error.retryable;
        logger[isTemporary ? 'warn' : 'error']({ err: error, delayMs }, 'event stream failed');
      }
      if (this.#components.table.latestCheckpoint > before) delayMs = MIN_RETRY_MS;
      await pause(delayMs, signal);
      delayMs = Math.min(2 * delayMs, MAX_RETRY_MS);
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { chain, table, logger, onApplied } = this.#components;
    const stored = table.storedCheckpoint;
    const stream = chain.events({
      fromCheckpoint: stored < 0n ? this.#init.fromCheckpoint : stored + 1n,
      signal,
      onRetry: (error, delayMs) => logger.warn({ err: error, delayMs }, 'event stream interrupted'),
    });
    const iterator = stream[Symbol.asyncIterator]();
    for (;;) {
      const next = await nextUnlessAborted(iterator, signal);
      if (next === undefined || next.done === true) return;
      const checkpoint = next.value;
      const storeCursor = checkpoint.checkpoint - table.storedCheckpoint >= CURSOR_EVERY;
      const applied = await table.apply(checkpoint, storeCursor);
      if (checkpoint.events.length > 0) {
        logger.debug(
          { checkpoint: Number(checkpoint.checkpoint), events: checkpoint.events.length },
          'applied events',
        );
      }
      onApplied(applied);
    }
  }
}

/** Takes the next value, or gives up at once when stopped: a stream that waits for its chain may be slow to end. */
async function nextUnlessAborted<T>(
  iterator: AsyncIterator<T>,
  signal: AbortSignal,
): Promise<IteratorResult<T> | undefined> {
  let onAbort = (): void => undefined;
  const aborted = new Promise<undefined>((resolve) => {
    onAbort = () => resolve(undefined);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
  try {
    const next = iterator.next();
    next.catch(() => undefined);
    return await Promise.race([next, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    if (signal.aborted) iterator.return?.().catch(() => undefined);
  }
}

/**
 * Waits.
 *
 * @param ms - how long
 * @param signal - ends the wait early
 */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
