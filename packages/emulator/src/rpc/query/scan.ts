/** Reading the ledger for a List call: candidates from the index or from all checkpoints, in order. */

import { GrpcTypes } from '@mysten/sui/grpc';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Dimension, Ledger, TransactionPosition } from '../../ledger/api.js';
import { checkpointOf, endOf, pointAt, transactionOf } from './cursor.js';
import type { Point } from './cursor.js';
import { coveredCheckpoint } from './interval.js';
import type { Interval } from './interval.js';

const { QueryEndReason } = GrpcTypes;

/** Transactions and empty checkpoints one call looks at, and for how long at most. */
const SCAN_LIMIT = 20_000;
const SCAN_TIME_MS = 2000;
/** Index entries taken at once. */
const INDEX_PAGE = 256;
/** After so many candidates other calls get their turn. */
const TURN = 64;
const LAST_INDEX = 0xffff_ffff;

/** A place to look at: a transaction, or (without an index) a checkpoint. */
interface Candidate {
  readonly checkpoint: bigint;
  readonly index: number | undefined;
}

/** An item found. */
export interface Found<T> {
  readonly point: Point;
  readonly item: T;
}

/** A frame of a List stream. */
export interface ScanFrame<T> {
  readonly item: T | undefined;
  readonly cursor: Point;
  readonly checkpoint: bigint | undefined;
  /** Set on the last frame. */
  readonly endReason: GrpcTypes.QueryEndReason | undefined;
}

/** All checkpoints of an interval. */
function* everyCheckpoint(interval: Interval): Generator<Candidate> {
  const first = checkpointOf(interval.low + 1n);
  const last = checkpointOf(interval.high - 1n);
  const step = interval.isDescending ? -1n : 1n;
  let checkpoint = interval.isDescending ? last : first;
  for (; checkpoint >= first && checkpoint <= last; checkpoint += step) {
    yield { checkpoint, index: undefined };
  }
}

/** All transactions of an interval, and its empty checkpoints. */
function* everyTransaction(ledger: Ledger, interval: Interval): Generator<Candidate> {
  const { low, high, isDescending } = interval;
  for (const { checkpoint } of everyCheckpoint(interval)) {
    const isFirst = checkpoint === checkpointOf(low + 1n);
    const isLast = checkpoint === checkpointOf(high - 1n);
    const count = ledger.checkpoint(checkpoint)?.contents.length ?? 0;
    const from = isFirst ? transactionOf(low + 1n) : 0;
    const to = isLast ? Math.min(transactionOf(high - 1n), count - 1) : count - 1;
    if (count === 0) yield { checkpoint, index: undefined };
    for (let i = from; i <= to; i++)
      yield { checkpoint, index: isDescending ? to - (i - from) : i };
  }
}

/** Transactions of an interval that have a property. */
function* indexedCandidates(
  ledger: Ledger,
  dimension: Dimension,
  interval: Interval,
): Generator<TransactionPosition> {
  const { isDescending } = interval;
  let from = {
    checkpoint: checkpointOf(interval.low + 1n),
    index: transactionOf(interval.low + 1n),
  };
  let to = {
    checkpoint: checkpointOf(interval.high - 1n),
    index: transactionOf(interval.high - 1n),
  };
  while (true) {
    const page = ledger.transactionsBy(dimension, { from, to, isDescending, limit: INDEX_PAGE });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < INDEX_PAGE) return;
    if (isDescending) to = before(last);
    else from = behind(last);
  }
}

function behind({ checkpoint, index }: TransactionPosition): TransactionPosition {
  return index === LAST_INDEX
    ? { checkpoint: checkpoint + 1n, index: 0 }
    : { checkpoint, index: index + 1 };
}

function before({ checkpoint, index }: TransactionPosition): TransactionPosition {
  return index === 0
    ? { checkpoint: checkpoint - 1n, index: LAST_INDEX }
    : { checkpoint, index: index - 1 };
}

/** Merges ordered lists into one without duplicates. */
function* merged(
  lists: readonly Generator<TransactionPosition>[],
  isDescending: boolean,
): Generator<Candidate> {
  const heads = lists.map((list) => ({ list, head: list.next() }));
  while (true) {
    let best: TransactionPosition | undefined;
    for (const { head } of heads) {
      if (head.done === true) continue;
      const order = best === undefined ? -1 : comparePositions(head.value, best);
      if (best === undefined || (isDescending ? order > 0 : order < 0)) best = head.value;
    }
    if (best === undefined) return;
    yield best;
    for (const entry of heads) {
      if (entry.head.done !== true && comparePositions(entry.head.value, best) === 0) {
        entry.head = entry.list.next();
      }
    }
  }
}

function comparePositions(a: TransactionPosition, b: TransactionPosition): number {
  if (a.checkpoint !== b.checkpoint) return a.checkpoint < b.checkpoint ? -1 : 1;
  return a.index - b.index;
}

/** The checkpoints of transactions, each once. */
function* checkpointsOf(transactions: Iterable<Candidate>): Generator<Candidate> {
  let last: bigint | undefined;
  for (const { checkpoint } of transactions) {
    if (checkpoint !== last) yield { checkpoint, index: undefined };
    last = checkpoint;
  }
}

function candidatesOf(ledger: Ledger, query: ScanQuery<unknown>): Iterable<Candidate> {
  const { interval, dimensions, isByCheckpoint } = query;
  if (interval.high - interval.low <= 1n) return [];
  if (dimensions === undefined) {
    return isByCheckpoint ? everyCheckpoint(interval) : everyTransaction(ledger, interval);
  }
  const lists = dimensions.map((dimension) => indexedCandidates(ledger, dimension, interval));
  const transactions = merged(lists, interval.isDescending);
  return isByCheckpoint ? checkpointsOf(transactions) : transactions;
}

/** What a scan looks for. */
export interface ScanQuery<T> {
  readonly interval: Interval;
  /** Only transactions with one of these are looked at; undefined: all of them. */
  readonly dimensions: readonly Dimension[] | undefined;
  /** Items are checkpoints: look at each as a whole. */
  readonly isByCheckpoint: boolean;
  /** Items of a transaction (of a checkpoint, when the index is undefined), lowest point first. */
  readonly itemsAt: (checkpoint: bigint, index: number | undefined) => readonly Found<T>[];
  readonly signal: AbortSignal;
}

/**
 * Reads an interval of the ledger.
 *
 * Ends with exactly one frame that has an end reason: together with the last item when the item limit is
 * reached, else without an item.
 *
 * @param ledger - the chain
 * @param query - where to look and for what
 */
export async function* scan<T>(ledger: Ledger, query: ScanQuery<T>): AsyncGenerator<ScanFrame<T>> {
  const { interval, signal } = query;
  const { isDescending, low, high } = interval;
  const deadline = performance.now() + SCAN_TIME_MS;
  let isOutOfTime = false;
  let examined = 0;
  let remaining = interval.limit;
  for (const { checkpoint, index } of candidatesOf(ledger, query)) {
    if (examined === SCAN_LIMIT || isOutOfTime) {
      // Not even this candidate was looked at: reading goes on with it.
      const frontier = isDescending
        ? index === undefined
          ? endOf(checkpoint)
          : pointAt(checkpoint, index, LAST_INDEX)
        : pointAt(checkpoint, index ?? 0) - 1n;
      yield {
        item: undefined,
        cursor: isDescending ? min(frontier + 1n, high) : max(frontier, low),
        checkpoint: coveredCheckpoint(interval, checkpoint),
        endReason: QueryEndReason.SCAN_LIMIT,
      };
      return;
    }
    examined += 1;
    if (examined % TURN === 0) {
      await nextTurn();
      signal.throwIfAborted();
      isOutOfTime = performance.now() > deadline;
    }
    const found = query.itemsAt(checkpoint, index);
    for (const { point, item } of isDescending ? found.toReversed() : found) {
      if (point <= low || point >= high) continue;
      remaining -= 1;
      yield {
        item,
        cursor: point,
        checkpoint: coveredCheckpoint(interval, checkpoint),
        endReason: remaining === 0 ? QueryEndReason.ITEM_LIMIT : undefined,
      };
      if (remaining === 0) return;
    }
  }
  yield {
    item: undefined,
    cursor: interval.endPoint,
    checkpoint: coveredAtEnd(interval),
    endReason: interval.endReason,
  };
}

function coveredAtEnd(interval: Interval): bigint | undefined {
  const { isDescending, low, high } = interval;
  // The bound itself is excluded: its checkpoint was read completely only if it begins or ends there.
  return isDescending
    ? coveredCheckpoint(interval, checkpointOf(low))
    : coveredCheckpoint(interval, checkpointOf(high));
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
