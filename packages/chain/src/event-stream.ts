import { WalrusError, isWalrusError, type Address } from '@walrus-ts/core';
import type { GrpcTypes } from '@mysten/sui/grpc';
import { decodeEvents, type WalrusEvent } from './events.js';
import { chainError } from './errors.js';
import type { Rpc } from './rpc.js';

/** One checkpoint with its Walrus events, possibly none. */
export interface CheckpointEvents {
  readonly checkpoint: bigint;
  readonly timestampMs: number;
  readonly events: readonly WalrusEvent[];
}

/** What to follow. */
export interface EventStreamOptions {
  /** First checkpoint wanted; 0 for the whole history. */
  readonly fromCheckpoint: bigint;
  /** Ends the stream. */
  readonly signal?: AbortSignal | undefined;
  /** Told about every interruption that the stream recovers from. */
  readonly onRetry?: ((error: Error, delayMs: number) => void) | undefined;
}

const READ_MASK = {
  paths: ['sequence_number', 'summary.timestamp', 'transactions.digest', 'transactions.events'],
};
/** Checkpoints asked for at once while catching up. */
const CATCH_UP_WINDOW = 16;
const MIN_RETRY_MS = 200;
const MAX_RETRY_MS = 5000;
/** Checkpoints come at least every 20 s while somebody subscribes; a silent connection is dead after this, ms. */
const MAX_SILENCE_MS = 60_000;

type Checkpoint = GrpcTypes.Checkpoint;

function convert(checkpoint: Checkpoint, originalPackageId: Address): CheckpointEvents {
  const time = checkpoint.summary?.timestamp;
  return {
    checkpoint: checkpoint.sequenceNumber ?? 0n,
    timestampMs: time ? Number(time.seconds) * 1000 + Math.floor(time.nanos / 1e6) : 0,
    events: checkpoint.transactions.flatMap((transaction) =>
      decodeEvents(
        originalPackageId,
        transaction.digest ?? '',
        (transaction.events?.events ?? []).map((event) => ({
          eventType: event.eventType ?? '',
          contents: event.contents?.value ?? new Uint8Array(),
        })),
      ),
    ),
  };
}

async function newestCheckpoint(rpc: Rpc, signal: AbortSignal): Promise<bigint | undefined> {
  const { response } = await rpc.call(
    (abort) =>
      rpc.sui.ledgerService.getCheckpoint(
        { checkpointId: { oneofKind: undefined }, readMask: { paths: ['sequence_number'] } },
        { abort },
      ),
    { signal },
  );
  return response.checkpoint?.sequenceNumber;
}

async function getCheckpoint(
  rpc: Rpc,
  sequenceNumber: bigint,
  signal: AbortSignal,
): Promise<Checkpoint> {
  try {
    const { response } = await rpc.call(
      (abort) =>
        rpc.sui.ledgerService.getCheckpoint(
          { checkpointId: { oneofKind: 'sequenceNumber', sequenceNumber }, readMask: READ_MASK },
          { abort },
        ),
      { signal },
    );
    if (response.checkpoint?.sequenceNumber === sequenceNumber) return response.checkpoint;
  } catch (error) {
    if (!isWalrusError(error, 'CHAIN_NOT_FOUND')) throw error;
    await checkHistory(rpc, sequenceNumber, signal);
    throw error;
  }
  throw new WalrusError('CHAIN_RPC', `the chain did not give checkpoint ${sequenceNumber}`, {
    retryable: true,
  });
}

// What is not found may be not there yet, or no more.
async function checkHistory(rpc: Rpc, wanted: bigint, signal: AbortSignal): Promise<void> {
  const { response } = await rpc.call(
    (abort) => rpc.sui.ledgerService.getServiceInfo({}, { abort }),
    { signal },
  );
  const lowest = response.lowestAvailableCheckpoint ?? 0n;
  if (wanted >= lowest) return;
  throw new WalrusError(
    'CHAIN_HISTORY_PRUNED',
    `the chain has dropped checkpoint ${wanted}; its history begins at ${lowest}`,
    {
      data: { checkpoint: wanted.toString(), lowestAvailable: lowest.toString() },
      hint: 'use an RPC endpoint that keeps more history, or start anew from the present state',
    },
  );
}

/** Waits; an abort ends the pause early. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
    signal?.addEventListener('abort', done);
    if (signal?.aborted === true) done();
  });
}

// Catches up by number in small parallel windows, in order.
async function* range(
  rpc: Rpc,
  originalPackageId: Address,
  from: bigint,
  end: bigint,
  signal: AbortSignal,
): AsyncGenerator<CheckpointEvents> {
  for (let next = from; next < end;) {
    const last = next + BigInt(CATCH_UP_WINDOW) < end ? next + BigInt(CATCH_UP_WINDOW) : end;
    const wanted: Promise<Checkpoint>[] = [];
    for (let at = next; at < last; at++) wanted.push(getCheckpoint(rpc, at, signal));
    const window = await Promise.all(wanted);
    for (const checkpoint of window) {
      yield convert(checkpoint, originalPackageId);
    }
    next = last;
  }
}

// A few checkpoints behind is another full node of the same endpoint; far behind is perhaps another chain.
function checkTip(tip: bigint, next: bigint): void {
  if (tip + BigInt(CATCH_UP_WINDOW) >= next) return;
  throw new WalrusError(
    'CHAIN_BEHIND',
    `checkpoint ${next} is wanted, but the newest of the chain is ${tip}`,
    {
      data: { wanted: next.toString(), newest: tip.toString() },
      retryable: true,
      hint: 'check that the endpoint is of the chain that was followed before; if that was started anew, so must the reader',
    },
  );
}

// One life of the stream: requests by number for what was missed, a subscription for what is new.
async function* follow(
  rpc: Rpc,
  originalPackageId: Address,
  from: bigint,
  signal: AbortSignal | undefined,
): AsyncGenerator<CheckpointEvents> {
  const ending = new AbortController();
  const abort = signal ? AbortSignal.any([signal, ending.signal]) : ending.signal;
  let next = from;
  const upTo = async function* (end: bigint): AsyncGenerator<CheckpointEvents> {
    for await (const batch of range(rpc, originalPackageId, next, end, abort)) {
      next = batch.checkpoint + 1n;
      yield batch;
    }
  };
  try {
    // Long histories first: a subscription would heap up what is new meanwhile.
    for (;;) {
      const tip = await newestCheckpoint(rpc, abort);
      if (tip !== undefined) checkTip(tip, next);
      if (tip === undefined || tip < next + BigInt(CATCH_UP_WINDOW)) break;
      yield* upTo(tip + 1n);
    }
    // The subscription is opened before the rest is caught up, so that nothing falls between the two.
    const call = rpc.sui.subscriptionService.subscribeCheckpoints(
      { readMask: READ_MASK },
      { abort },
    );
    // These promises reject when the stream ends; its iterator reports the same error.
    for (const side of [call.headers, call.status, call.trailers]) side.catch(ignoreDuplicate);
    const tip = await newestCheckpoint(rpc, abort);
    if (tip !== undefined) yield* upTo(tip + 1n);
    for await (const { checkpoint } of withoutSilence(call.responses, ending)) {
      if (checkpoint?.sequenceNumber === undefined || checkpoint.sequenceNumber < next) continue;
      yield* upTo(checkpoint.sequenceNumber);
      next = checkpoint.sequenceNumber + 1n;
      yield convert(checkpoint, originalPackageId);
    }
  } finally {
    ending.abort();
  }
}

/** Passes items on; ends the connection and fails when none comes for long. Time that the reader takes does not count. */
async function* withoutSilence<T>(
  items: AsyncIterable<T>,
  connection: AbortController,
): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]();
  for (;;) {
    let isSilent = false;
    const timer = setTimeout(() => {
      isSilent = true;
      connection.abort();
    }, MAX_SILENCE_MS);
    try {
      const result = await iterator.next();
      if (result.done) return;
      clearTimeout(timer);
      yield result.value;
    } catch (error) {
      if (!isSilent) throw error;
      throw new WalrusError('CHAIN_TIMEOUT', `no checkpoint came for ${MAX_SILENCE_MS} ms`, {
        retryable: true,
        cause: error,
      });
    } finally {
      clearTimeout(timer);
    }
  }
}

function ignoreDuplicate(): void {
  // Reported by the iterator already.
}

/**
 * Follows the contract's events, checkpoint by checkpoint, in order and without gaps, for ever.
 *
 * Interruptions are bridged: the stream reconnects with growing pauses and goes on where it was. To resume later, ask
 * for the checkpoint after the last one that was dealt with: every event is given exactly once. A chain that has not come
 * that far is waited for; `onRetry` gets CHAIN_BEHIND.
 *
 * @param originalPackageId - package that defines the event types
 * @returns ends only when `signal` fires
 * @throws CHAIN_HISTORY_PRUNED if the chain no longer has a checkpoint that is wanted, CHAIN_WRONG_OBJECT
 * @see spec sui-rpc.md §f
 */
export async function* streamEvents(
  rpc: Rpc,
  originalPackageId: Address,
  options: EventStreamOptions,
): AsyncGenerator<CheckpointEvents> {
  const { signal, onRetry } = options;
  let next = options.fromCheckpoint;
  let delayMs = MIN_RETRY_MS;
  while (!signal?.aborted) {
    let failure: Error | undefined;
    try {
      for await (const batch of follow(rpc, originalPackageId, next, signal)) {
        delayMs = MIN_RETRY_MS;
        next = batch.checkpoint + 1n;
        yield batch;
      }
    } catch (error) {
      if (signal?.aborted) return;
      failure = chainError(error, rpc.url);
      if (isFinal(failure)) throw failure;
    }
    if (signal?.aborted) return;
    onRetry?.(failure ?? new Error('the event stream ended'), delayMs);
    await pause(delayMs, signal);
    delayMs = Math.min(2 * delayMs, MAX_RETRY_MS);
  }
}

const isFinal = (error: Error): boolean =>
  isWalrusError(error, 'CHAIN_WRONG_OBJECT') || isWalrusError(error, 'CHAIN_HISTORY_PRUNED');
