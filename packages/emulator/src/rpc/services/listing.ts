/** The List streams of LedgerService: checkpoints, transactions, events (sui-rpc.md b and f). */

import { GrpcTypes } from '@mysten/sui/grpc';
import type { IMessageType } from '@protobuf-ts/runtime';

import type { CheckpointRecord, Ledger, TransactionRecord } from '../../ledger/api.js';
import type { FieldMaskLike, Selection } from '../mask.js';
import { applyMask, compileMask } from '../mask.js';
import { stream } from '../method.js';
import type { CallContext, RpcMethod } from '../method.js';
import { CursorCodec, pointAt } from '../query/cursor.js';
import { compileEventFilter, compileTransactionFilter } from '../query/filter.js';
import type { CompiledFilter } from '../query/filter.js';
import { intervalOf } from '../query/interval.js';
import type { ListRequest } from '../query/interval.js';
import { scan } from '../query/scan.js';
import type { Found, ScanQuery } from '../query/scan.js';
import { renderEvent } from '../render/effects.js';
import { renderCheckpoint, renderExecuted } from '../render/executed.js';
import { checkpointMask, transactionMask } from './ledger.js';

const {
  LedgerService,
  ListCheckpointsRequest,
  ListCheckpointsResponse,
  ListEventsRequest,
  ListEventsResponse,
  ListTransactionsRequest,
  ListTransactionsResponse,
} = GrpcTypes;

/** What callers of ListEvents and SubscribeEvents get without a read mask. */
const EVENT_PATHS = ['package_id', 'module', 'sender', 'event_type', 'transaction_digest'];

/**
 * Compiles a read mask of events.
 *
 * @param mask - mask of the request
 */
export function eventMask(mask: FieldMaskLike | undefined): Selection {
  return compileMask(GrpcTypes.Event, mask, EVENT_PATHS);
}

/** An event and where it was emitted. */
export interface EventItem {
  readonly record: TransactionRecord;
  readonly index: number;
}

/**
 * Picks the events of a transaction that pass a filter.
 *
 * @param record - executed transaction
 * @param filter - compiled filter
 */
export function matchingEvents(
  record: TransactionRecord,
  filter: ReturnType<typeof compileEventFilter>,
): Found<EventItem>[] {
  return record.events.flatMap((event, index) =>
    filter.matches(record, event)
      ? [
          {
            point: pointAt(record.checkpoint ?? 0n, record.indexInCheckpoint, index),
            item: { record, index },
          },
        ]
      : [],
  );
}

/**
 * Renders the selected parts of one event.
 *
 * @param event - the event
 * @param ledger - renders JSON
 * @param selection - read mask, root `Event`
 */
export function renderEventItem(
  { record, index }: EventItem,
  ledger: Ledger,
  selection: Selection,
): GrpcTypes.Event {
  return applyMask(GrpcTypes.Event, renderEvent(record, index, ledger, selection), selection);
}

/**
 * Tells whether a checkpoint passes a filter: one of its transactions must.
 *
 * @param ledger - the chain
 * @param checkpoint - sequence number
 * @param filter - compiled filter; one that matches everything also takes empty checkpoints
 */
export function checkpointMatches(
  ledger: Ledger,
  checkpoint: bigint,
  filter: CompiledFilter<unknown>,
): boolean {
  const records = ledger.checkpointTransactions(checkpoint) ?? [];
  return records.some((record) => filter.matches(record, undefined));
}

function recordAt(
  ledger: Ledger,
  checkpoint: bigint,
  index: number | undefined,
): TransactionRecord | undefined {
  if (index === undefined) return undefined;
  const digest = ledger.checkpoint(checkpoint)?.contents[index]?.transaction;
  return digest === undefined ? undefined : ledger.transaction(digest);
}

/** The fields every response of a List stream has beside its item. */
interface ListFrame {
  watermark?: GrpcTypes.Watermark | undefined;
  end?: GrpcTypes.QueryEnd | undefined;
}

/**
 * Makes the List methods of LedgerService.
 *
 * @param ledger - the chain
 * @returns ListCheckpoints, ListTransactions, ListEvents
 */
export function listingMethods(ledger: Ledger): RpcMethod[] {
  const cursors = new CursorCodec(ledger.chainId);

  async function* list<T, R extends ListFrame>(
    request: ListRequest,
    { signal }: CallContext,
    type: IMessageType<R & object>,
    query: Pick<ScanQuery<T>, 'dimensions' | 'isByCheckpoint' | 'itemsAt'>,
    render: (item: T) => Partial<R>,
  ): AsyncGenerator<Uint8Array> {
    const interval = intervalOf(request, ledger.status(), cursors);
    for await (const frame of scan(ledger, { ...query, interval, signal })) {
      const response: R & object = Object.assign(
        type.create(),
        frame.item === undefined ? {} : render(frame.item),
        { watermark: watermark(cursors, frame.cursor, frame.checkpoint) },
        frame.endReason === undefined ? {} : { end: { reason: frame.endReason } },
      );
      yield type.toBinary(response);
    }
  }

  return [
    stream(
      LedgerService,
      'ListCheckpoints',
      ListCheckpointsRequest,
      ListCheckpointsResponse,
      (request, context) => {
        const selection = checkpointMask(request.readMask);
        const filter = compileTransactionFilter(request.filter);
        const itemsAt = (checkpoint: bigint): Found<CheckpointRecord>[] => {
          const item = ledger.checkpoint(checkpoint);
          const isMatch =
            item !== undefined &&
            (request.filter === undefined || checkpointMatches(ledger, checkpoint, filter));
          return isMatch ? [{ point: pointAt(checkpoint), item }] : [];
        };
        const query = { dimensions: filter.dimensions, isByCheckpoint: true, itemsAt };
        return list(request, context, ListCheckpointsResponse, query, (item) => ({
          checkpoint: renderCheckpoint(item, ledger, selection),
        }));
      },
    ),
    stream(
      LedgerService,
      'ListTransactions',
      ListTransactionsRequest,
      ListTransactionsResponse,
      (request, context) => {
        const selection = transactionMask(request.readMask);
        const filter = compileTransactionFilter(request.filter);
        const itemsAt = (
          checkpoint: bigint,
          index: number | undefined,
        ): Found<TransactionRecord>[] => {
          const item = recordAt(ledger, checkpoint, index);
          return item !== undefined && filter.matches(item, undefined)
            ? [{ point: pointAt(checkpoint, index), item }]
            : [];
        };
        const query = { dimensions: filter.dimensions, isByCheckpoint: false, itemsAt };
        return list(request, context, ListTransactionsResponse, query, (item) => ({
          transaction: renderExecuted(item, ledger, selection),
        }));
      },
    ),
    stream(
      LedgerService,
      'ListEvents',
      ListEventsRequest,
      ListEventsResponse,
      (request, context) => {
        const selection = eventMask(request.readMask);
        const filter = compileEventFilter(request.filter);
        const itemsAt = (checkpoint: bigint, index: number | undefined): Found<EventItem>[] => {
          const record = recordAt(ledger, checkpoint, index);
          return record === undefined ? [] : matchingEvents(record, filter);
        };
        const query = { dimensions: filter.dimensions, isByCheckpoint: false, itemsAt };
        return list(request, context, ListEventsResponse, query, (item) => ({
          event: renderEventItem(item, ledger, selection),
        }));
      },
    ),
  ];
}

/**
 * Makes a watermark.
 *
 * @param cursors - codec of this chain
 * @param point - resume point
 * @param checkpoint - last checkpoint covered completely, if any
 */
export function watermark(
  cursors: CursorCodec,
  point: bigint,
  checkpoint: bigint | undefined,
): GrpcTypes.Watermark {
  const cursor = cursors.encode(point);
  return checkpoint === undefined ? { cursor } : { cursor, checkpoint };
}
