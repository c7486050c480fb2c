/**
 * SubscriptionService: checkpoints in order and without gaps, with heartbeats on an idle chain
 * (sui-rpc.md a and f).
 *
 * Every subscriber reads checkpoints from the ledger at its own pace: a slow one waits for its socket
 * and holds nothing but its position, so the server never buffers for it.
 */

import { GrpcTypes } from '@mysten/sui/grpc';

import type { Ledger } from '../../ledger/api.js';
import type { Selection } from '../mask.js';
import { stream } from '../method.js';
import type { CallContext, RpcMethod } from '../method.js';
import { renderCheckpoint } from '../render/executed.js';
import { message } from '../render/message.js';
import { RpcFailure } from '../status.js';
import { checkpointMask } from './ledger.js';

const { SubscribeCheckpointsRequest, SubscribeCheckpointsResponse, SubscriptionService } =
  GrpcTypes;

/** Encoded frames kept for subscribers with the same read mask. */
const CACHED_FRAMES = 64;
const MAX_CACHED_BYTES = 16 * 1024 * 1024;

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

/**
 * Makes the methods of SubscriptionService and starts following the ledger.
 *
 * @param ledger - the chain
 * @param options - heartbeat interval
 * @returns SubscribeCheckpoints, and a way to stop
 */
export function createSubscriptions(
  ledger: Ledger,
  options: SubscriptionOptions = {},
): Subscriptions {
  const heartbeatIntervalMs = options.heartbeatIntervalMs ?? 20_000;
  const bell = new CheckpointBell();
  const cache = new FrameCache();
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
    if (checkpoint === undefined) {
      throw new RpcFailure('DATA_LOSS', `checkpoint ${sequenceNumber} is not stored`);
    }
    return SubscribeCheckpointsResponse.toBinary(
      message(SubscribeCheckpointsResponse, {
        cursor: sequenceNumber,
        checkpoint: renderCheckpoint(checkpoint, ledger, selection),
      }),
    );
  };

  async function* subscribe(
    request: GrpcTypes.SubscribeCheckpointsRequest,
    { signal }: CallContext,
  ): AsyncGenerator<Uint8Array> {
    const selection = checkpointMask(request.readMask);
    if ((request.filter?.terms.length ?? 0) > 0) {
      throw new RpcFailure('UNIMPLEMENTED', 'filters on subscriptions are not supported');
    }
    const maskKey = [...(request.readMask?.paths ?? [])].sort().join(',');
    subscribers += 1;
    if (timer === undefined) restartHeartbeat();
    try {
      // The newest checkpoint comes first: the subscriber learns at once where the tip is.
      let position = ledger.status().checkpoint;
      while (!signal.aborted) {
        // Taken before looking, so that a checkpoint made in between is not slept through.
        const { next } = bell;
        if (position > ledger.status().checkpoint) {
          await waitFor(next, signal);
          continue;
        }
        const current = position;
        yield cache.get(`${current} ${maskKey}`, () => encodeFrame(current, selection));
        position += 1n;
      }
    } finally {
      subscribers -= 1;
      if (subscribers === 0) restartHeartbeat();
    }
  }

  return {
    methods: [
      stream(
        SubscriptionService,
        'SubscribeCheckpoints',
        SubscribeCheckpointsRequest,
        SubscribeCheckpointsResponse,
        subscribe,
      ),
    ],
    close() {
      isClosed = true;
      restartHeartbeat();
      unsubscribe();
    },
  };
}
