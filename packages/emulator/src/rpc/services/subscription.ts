/**
 * SubscriptionService: checkpoints, transactions and events in order and without gaps, with heartbeats
 * on an idle chain (sui-rpc.md a and f).
 *
 * Every subscriber reads checkpoints from the ledger at its own pace: a slow one waits for its socket
 * and holds nothing but its position, so the server never buffers for it.
 */

import { GrpcTypes } from '@mysten/sui/grpc';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Ledger, TransactionRecord } from '../../ledger/api.js';
import type { Selection } from '../mask.js';
import { stream } from '../method.js';
import type { CallContext, RpcMethod } from '../method.js';
import { CursorCodec, endOf, pointAt } from '../query/cursor.js';
import { compileEventFilter, compileTransactionFilter } from '../query/filter.js';
import type { Found } from '../query/scan.js';
import { renderCheckpoint, renderExecuted } from '../render/executed.js';
import { message } from '../render/message.js';
import { RpcFailure } from '../status.js';
import { checkpointMask, transactionMask } from './ledger.js';
import {
  checkpointMatches,
  eventMask,
  matchingEvents,
  renderEventItem,
  watermark,
} from './listing.js';

const {
  SubscribeCheckpointsRequest,
  SubscribeCheckpointsResponse,
  SubscribeEventsRequest,
  SubscribeEventsResponse,
  SubscribeTransactionsRequest,
  SubscribeTransactionsResponse,
  SubscriptionService,
} = GrpcTypes;

/** Encoded frames kept for subscribers with the same read mask. */
const CACHED_FRAMES = 64;
const MAX_CACHED_BYTES = 16 * 1024 * 1024;
const CHECKPOINTS_PER_TURN = 32n;

/** How subscriptions behave. */
export interface SubscriptionOptions {
  /** Longest time without a checkpoint while somebody listens, ms; default 20 s. */
  readonly heartbeatIntervalMs?: number;
  /** Told when a heartbeat could not be made. */
  readonly onError?: (error: unknown) => void;
}

/** The methods and the timer behind them. */
export interface Subscriptions {
  readonly methods: readonly RpcMethod[];
  /** Stops heartbeats and stops following the ledger. */
  close(): void;
}

/** Encoded frames by checkpoint and read mask, oldest dropped first. */
class FrameCache {
  readonly #frames = new Map<string, Uint8Array>();
  #bytes = 0;

  get(key: string, make: () => Uint8Array): Uint8Array {
    const known = this.#frames.get(key);
    if (known !== undefined) return known;
    const frame = make();
    this.#frames.set(key, frame);
    this.#bytes += frame.length;
    for (const [oldest, bytes] of this.#frames) {
      if (this.#frames.size <= CACHED_FRAMES && this.#bytes <= MAX_CACHED_BYTES) break;
      this.#frames.delete(oldest);
      this.#bytes -= bytes.length;
    }
    return frame;
  }
}

/** Lets any number of waiters sleep until the next checkpoint. */
class CheckpointBell {
  #ring: () => void = () => {};
  #next = new Promise<void>((resolve) => {
    this.#ring = resolve;
  });

  ring(): void {
    const ring = this.#ring;
    this.#next = new Promise<void>((resolve) => {
      this.#ring = resolve;
    });
    ring();
  }

  get next(): Promise<void> {
    return this.#next;
  }
}

/** Resolves at the next checkpoint or when the call ends, whichever is first. */
async function waitFor(next: Promise<void>, signal: AbortSignal): Promise<void> {
  let onAbort: () => void = () => {};
  const aborted = new Promise<void>((resolve) => {
    onAbort = resolve;
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    if (!signal.aborted) await Promise.race([next, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** The subscriber fell so far behind that what it has not seen is gone. */
function missing(checkpoint: bigint): RpcFailure {
  return new RpcFailure('DATA_LOSS', `checkpoint ${checkpoint} is not stored`);
}

/**
 * Makes the methods of SubscriptionService and starts following the ledger.
 *
 * @param ledger - the chain
 * @param options - heartbeat interval
 * @returns SubscribeCheckpoints, SubscribeTransactions, SubscribeEvents, and a way to stop
 */
export function createSubscriptions(
  ledger: Ledger,
  options: SubscriptionOptions = {},
): Subscriptions {
  const heartbeatIntervalMs = options.heartbeatIntervalMs ?? 20_000;
  const bell = new CheckpointBell();
  const cache = new FrameCache();
  const cursors = new CursorCodec(ledger.chainId);
  let subscribers = 0;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;

  const restartHeartbeat = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (isClosed || subscribers === 0) return;
    timer = setTimeout(() => {
      ledger.advanceCheckpoint().catch((error: unknown) => {
        options.onError?.(error);
        restartHeartbeat();
      });
    }, heartbeatIntervalMs);
  };

  const unsubscribe = ledger.subscribeCheckpoints(() => {
    restartHeartbeat();
    bell.ring();
  });

  const encodeFrame = (sequenceNumber: bigint, selection: Selection): Uint8Array => {
    const checkpoint = ledger.checkpoint(sequenceNumber);
    if (checkpoint === undefined) throw missing(sequenceNumber);
    return SubscribeCheckpointsResponse.toBinary(
      message(SubscribeCheckpointsResponse, {
        cursor: sequenceNumber,
        checkpoint: renderCheckpoint(checkpoint, ledger, selection),
      }),
    );
  };

  /**
   * Follows the chain from a checkpoint on: the frames of each checkpoint, and of the tip whenever it is
   * reached.
   *
   * @param first - checkpoint to begin with
   * @param framesOf - frames of one checkpoint
   * @param progress - frame that says all up to this checkpoint was delivered; undefined: none is due
   */
  async function* follow(
    first: bigint,
    signal: AbortSignal,
    framesOf: (checkpoint: bigint) => Iterable<Uint8Array>,
    progress: (checkpoint: bigint) => Uint8Array | undefined,
  ): AsyncGenerator<Uint8Array> {
    subscribers += 1;
    if (timer === undefined) restartHeartbeat();
    try {
      let position = first;
      let reported = -1n;
      while (!signal.aborted) {
        // Taken before looking, so that a checkpoint made in between is not slept through.
        const { next } = bell;
        if (position <= ledger.status().checkpoint) {
          yield* framesOf(position);
          position += 1n;
          // Catching up past what a filter skips must not hold up other calls.
          if (position % CHECKPOINTS_PER_TURN === 0n) await nextTurn();
          continue;
        }
        const done = position - 1n;
        const frame = reported === done ? undefined : progress(done);
        reported = done;
        if (frame === undefined) await waitFor(next, signal);
        else yield frame;
      }
    } finally {
      subscribers -= 1;
      if (subscribers === 0) restartHeartbeat();
    }
  }

  const subscribeCheckpoints = (
    request: GrpcTypes.SubscribeCheckpointsRequest,
    { signal }: CallContext,
  ): AsyncIterable<Uint8Array> => {
    const selection = checkpointMask(request.readMask);
    const filter = request.filter && compileTransactionFilter(request.filter);
    const maskKey = [...(request.readMask?.paths ?? [])].sort().join(',');
    let delivered = -1n;
    function* framesOf(checkpoint: bigint): Generator<Uint8Array> {
      if (filter !== undefined && !checkpointMatches(ledger, checkpoint, filter)) return;
      delivered = checkpoint;
      yield cache.get(`${checkpoint} ${maskKey}`, () => encodeFrame(checkpoint, selection));
    }
    // The newest checkpoint comes first: the subscriber learns at once where the tip is.
    return follow(ledger.status().checkpoint, signal, framesOf, (checkpoint) =>
      delivered === checkpoint
        ? undefined
        : SubscribeCheckpointsResponse.toBinary({ cursor: checkpoint }),
    );
  };

  /** Follows the chain behind the tip: every frame carries a cursor that List calls understand. */
  const subscribeItems = <T>(
    signal: AbortSignal,
    itemsOf: (record: TransactionRecord) => readonly Found<T>[],
    encode: (item: T | undefined, mark: GrpcTypes.Watermark) => Uint8Array,
  ): AsyncIterable<Uint8Array> => {
    const first = ledger.status().checkpoint + 1n;
    function* framesOf(checkpoint: bigint): Generator<Uint8Array> {
      const records = ledger.checkpointTransactions(checkpoint);
      if (records === undefined) throw missing(checkpoint);
      const covered = checkpoint > first ? checkpoint - 1n : undefined;
      for (const record of records) {
        for (const { point, item } of itemsOf(record)) {
          yield encode(item, watermark(cursors, point, covered));
        }
      }
    }
    return follow(first, signal, framesOf, (checkpoint) => {
      const covered = checkpoint >= first ? checkpoint : undefined;
      return encode(undefined, watermark(cursors, endOf(checkpoint), covered));
    });
  };

  const subscribeTransactions = (
    request: GrpcTypes.SubscribeTransactionsRequest,
    { signal }: CallContext,
  ): AsyncIterable<Uint8Array> => {
    const selection = transactionMask(request.readMask);
    const filter = compileTransactionFilter(request.filter);
    return subscribeItems(
      signal,
      (record) =>
        filter.matches(record, undefined)
          ? [
              {
                point: pointAt(record.checkpoint ?? 0n, record.indexInCheckpoint),
                item: record,
              },
            ]
          : [],
      (item, mark) =>
        SubscribeTransactionsResponse.toBinary(
          message(SubscribeTransactionsResponse, {
            transaction: item && renderExecuted(item, ledger, selection),
            watermark: mark,
          }),
        ),
    );
  };

  const subscribeEvents = (
    request: GrpcTypes.SubscribeEventsRequest,
    { signal }: CallContext,
  ): AsyncIterable<Uint8Array> => {
    const selection = eventMask(request.readMask);
    const filter = compileEventFilter(request.filter);
    return subscribeItems(
      signal,
      (record) => matchingEvents(record, filter),
      (item, mark) =>
        SubscribeEventsResponse.toBinary(
          message(SubscribeEventsResponse, {
            event: item && renderEventItem(item, ledger, selection),
            watermark: mark,
          }),
        ),
    );
  };

  return {
    methods: [
      stream(
        SubscriptionService,
        'SubscribeCheckpoints',
        SubscribeCheckpointsRequest,
        SubscribeCheckpointsResponse,
        subscribeCheckpoints,
        { isEndless: true },
      ),
      stream(
        SubscriptionService,
        'SubscribeTransactions',
        SubscribeTransactionsRequest,
        SubscribeTransactionsResponse,
        subscribeTransactions,
        { isEndless: true },
      ),
      stream(
        SubscriptionService,
        'SubscribeEvents',
        SubscribeEventsRequest,
        SubscribeEventsResponse,
        subscribeEvents,
        { isEndless: true },
      ),
    ],
    close() {
      isClosed = true;
      restartHeartbeat();
      unsubscribe();
    },
  };
}
