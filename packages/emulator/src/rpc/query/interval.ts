/** Which part of the ledger a List call reads, in which direction, and why it ends (sui-rpc.md b). */

import { GrpcTypes } from '@mysten/sui/grpc';

import type { LedgerStatus } from '../../ledger/api.js';
import { invalidArgument, notFound } from '../status.js';
import { checkpointOf, endOf, pointAt } from './cursor.js';
import type { CursorCodec, Point } from './cursor.js';

const { Ordering, QueryEndReason } = GrpcTypes;

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1000;

/** What the three List requests have in common. */
export interface ListRequest {
  readonly startCheckpoint?: bigint | undefined;
  readonly endCheckpoint?: bigint | undefined;
  readonly options?: GrpcTypes.QueryOptions | undefined;
}

/** The open interval `(low, high)` of points to read. */
export interface Interval {
  readonly low: Point;
  readonly high: Point;
  readonly isDescending: boolean;
  /** Most items, 1 to 1000. */
  readonly limit: number;
  /** Why the stream ends when all of the interval was read. */
  readonly endReason: GrpcTypes.QueryEndReason;
  /** Cursor of the end. */
  readonly endPoint: Point;
}

/**
 * Combines checkpoint range, cursors and what is kept of the ledger.
 *
 * @param request - range and options
 * @param status - oldest and newest checkpoint
 * @param cursors - of this chain
 * @throws {RpcFailure} INVALID_ARGUMENT for foreign cursors or an unknown ordering, NOT_FOUND when the
 *   request begins in a part of the history that was dropped
 */
export function intervalOf(
  request: ListRequest,
  status: Pick<LedgerStatus, 'checkpoint' | 'lowestCheckpoint'>,
  cursors: CursorCodec,
): Interval {
  const { checkpoint: tip, lowestCheckpoint: lowest } = status;
  const { limit, after, before, ordering = Ordering.ASCENDING } = request.options ?? {};
  const isDescending = ordering === Ordering.DESCENDING;
  if (!isDescending && ordering !== Ordering.ASCENDING) {
    throw invalidArgument(`unknown ordering ${String(ordering)}`);
  }
  const cursorLow = after === undefined ? undefined : cursors.decode(after, 'options.after');
  const cursorHigh = before === undefined ? undefined : cursors.decode(before, 'options.before');

  const rangeLow = pointAt(request.startCheckpoint ?? lowest) - 1n;
  const isLowCursor =
    cursorLow !== undefined && (request.startCheckpoint === undefined || cursorLow > rangeLow);
  const low = isLowCursor ? cursorLow : rangeLow;
  // Going on as if nothing were missing would lose what was dropped without a word.
  if (low < pointAt(lowest) - 1n) {
    throw notFound(`history before checkpoint ${lowest} has been pruned`);
  }

  const { endCheckpoint } = request;
  const isTip = endCheckpoint === undefined || endCheckpoint > tip + 1n;
  const rangeHigh = isTip ? endOf(tip) + 1n : pointAt(endCheckpoint);
  const isHighCursor = cursorHigh !== undefined && cursorHigh < rangeHigh;
  const high = isHighCursor ? cursorHigh : rangeHigh;

  const common = {
    low,
    high,
    isDescending,
    limit: Math.min(limit === undefined || limit === 0 ? DEFAULT_LIMIT : limit, MAX_LIMIT),
  };
  if (isDescending) {
    const reason = isLowCursor ? QueryEndReason.CURSOR_BOUND : QueryEndReason.CHECKPOINT_BOUND;
    // As an exclusive upper bound a cursor names the first point that is done.
    const point = isLowCursor ? low : low + 1n;
    return { ...common, endReason: reason, endPoint: point < high ? point : high };
  }
  const rangeReason = isTip ? QueryEndReason.LEDGER_TIP : QueryEndReason.CHECKPOINT_BOUND;
  const point = isHighCursor ? high : high - 1n;
  return {
    ...common,
    endReason: isHighCursor ? QueryEndReason.CURSOR_BOUND : rangeReason,
    endPoint: point > low ? point : low,
  };
}

/**
 * The last checkpoint read completely, for a watermark.
 *
 * @param interval - the query
 * @param boundary - the checkpoint reading stands in
 * @returns undefined while not even the first one was
 */
export function coveredCheckpoint(interval: Interval, boundary: bigint): bigint | undefined {
  if (interval.isDescending) {
    const covered = boundary + 1n;
    return covered <= checkpointOf(interval.high - 1n) ? covered : undefined;
  }
  const covered = boundary - 1n;
  return covered >= checkpointOf(interval.low + 1n) ? covered : undefined;
}
