import { isWalrusError, type Address } from '@walrus-ts/core';
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

async function getCheckpoint(rpc: Rpc, sequenceNumber: bigint | undefined, signal?: AbortSignal) {
  const { response } = await rpc.call(
    (abort) =>
      rpc.sui.ledgerService.getCheckpoint(
        {
          checkpointId:
            sequenceNumber === undefined
              ? { oneofKind: undefined }
              : { oneofKind: 'sequenceNumber', sequenceNumber },
          readMask: sequenceNumber === undefined ? { paths: ['sequence_number'] } : READ_MASK,
        },
        { abort },
      ),
    { signal },
  );
  return response.checkpoint;
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
    signal?.addEventListener('abort', done);
  });
}

// Catches up by number in small parallel windows, in order.
async function* range(
  rpc: Rpc,
  originalPackageId: Address,
  from: bigint,
  end: bigint,
  signal: AbortSignal | undefined,
): AsyncGenerator<CheckpointEvents> {
  for (let next = from; next < end;) {
    const last = next + BigInt(CATCH_UP_WINDOW) < end ? next + BigInt(CATCH_UP_WINDOW) : end;
    const wanted: Promise<Checkpoint | undefined>[] = [];
    for (let at = next; at < last; at++) wanted.push(getCheckpoint(rpc, at, signal));
    const window = await Promise.all(wanted);
    for (const checkpoint of window) {
      if (checkpoint === undefined) return;
      yield convert(checkpoint, originalPackageId);
    }
    next = last;
  }
}

// One life of the stream: a subscription for what is new, requests by number for what was missed.
async function* follow(
  rpc: Rpc,
  originalPackageId: Address,
  from: bigint,
  signal: AbortSignal | undefined,
): AsyncGenerator<CheckpointEvents> {
  const ending = new AbortController();
  const abort = signal ? AbortSignal.any([signal, ending.signal]) : ending.signal;
  try {
    // The subscription is opened first, so that nothing falls between it and the catching up.
    const call = rpc.sui.subscriptionService.subscribeCheckpoints(
      { readMask: READ_MASK },
      { abort },
    );
    // These promises reject when the stream ends; its iterator reports the same error.
    for (const side of [call.headers, call.status, call.trailers]) side.catch(ignoreDuplicate);
    let next = from;
    const tip = (await getCheckpoint(rpc, undefined, abort))?.sequenceNumber;
    if (tip !== undefined) {
      for await (const batch of range(rpc, originalPackageId, next, tip + 1n, abort)) {
        yield batch;
        next = batch.checkpoint + 1n;
      }
    }
    for await (const { checkpoint } of call.responses) {
      if (checkpoint?.sequenceNumber === undefined || checkpoint.sequenceNumber < next) continue;
      for await (const batch of range(
        rpc,
        originalPackageId,
        next,
        checkpoint.sequenceNumber,
        abort,
      )) {
        yield batch;
        next = batch.checkpoint + 1n;
      }
      yield convert(checkpoint, originalPackageId);
      next = checkpoint.sequenceNumber + 1n;
    }
  } finally {
    ending.abort();
  }
}

function ignoreDuplicate(): void {
  // Reported by the iterator already.
}

/**
 * Follows the contract's events, checkpoint by checkpoint, in order and without gaps, for ever.
 *
 * Interruptions are bridged: the stream reconnects with growing pauses and goes on where it was.
 *
 * @param originalPackageId - package that defines the event types
 * @returns ends only when `signal` fires
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
      if (isWalrusError(failure, 'CHAIN_WRONG_OBJECT')) throw failure;
    }
    if (signal?.aborted) return;
    onRetry?.(failure ?? new Error('the event stream ended'), delayMs);
    await pause(delayMs, signal);
    delayMs = Math.min(2 * delayMs, MAX_RETRY_MS);
  }
}
