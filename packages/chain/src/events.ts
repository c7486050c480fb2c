import type { InferBcsType } from '@mysten/bcs';
import { blobIdFromInt, normalizeAddress, type Address, type BlobId } from '@walrus-ts/core';
import * as events from './generated/walrus/events.js';

/** Names an event for ever: its transaction and its place among that transaction's Walrus events. */
export interface EventId {
  /** Base58. */
  readonly txDigest: string;
  readonly eventSeq: number;
}

const EVENTS = { ...events };
type EventLayouts = typeof EVENTS;

/** Fields of a layout in the words of this software. */
type EventFields<T> = {
  readonly [Key in keyof T as Key extends 'deletable' ? 'isDeletable' : Key]: Key extends 'blobId'
    ? BlobId
    : T[Key];
};

/**
 * An event of the contracts: the fields of the Move struct in camel case. Epochs and shards are numbers, sizes, prices
 * and versions are bigints, blob and object IDs are text; `deletable` is `isDeletable`.
 */
export type WalrusEvent = { readonly id: EventId } & (
  | {
      [Name in keyof EventLayouts]: { readonly type: Name } & EventFields<
        InferBcsType<EventLayouts[Name]>
      >;
    }[keyof EventLayouts]
  /** An event of the package that this version does not know; never an error. */
  | { readonly type: 'Unknown'; readonly name: string }
);

function decodeEvent(name: keyof EventLayouts, contents: Uint8Array, id: EventId): WalrusEvent {
  const fields = Object.entries(EVENTS[name].parse(contents)).map(([key, value]) => {
    if (key === 'deletable') return ['isDeletable', value];
    return [key, key === 'blobId' && typeof value === 'bigint' ? blobIdFromInt(value) : value];
  });
  // The layouts give the fields that the type derives from them.
  return { ...Object.fromEntries(fields), id, type: name } as WalrusEvent;
}

const isKnown = (name: string): name is keyof EventLayouts => Object.hasOwn(EVENTS, name);

/** An event as the chain delivers it. */
export interface RawEvent {
  /** Full Move type, e.g. `0x…::events::BlobRegistered`. */
  readonly eventType: string;
  /** BCS of the event struct. */
  readonly contents: Uint8Array;
}

/**
 * Picks and decodes the Walrus events of one transaction, numbering them among themselves.
 *
 * @param originalPackageId - package that defines the event types
 * @param txDigest - base58
 * @param events - all events of the transaction, in order
 * @see spec sui-rpc.md §f
 */
export function decodeEvents(
  originalPackageId: Address,
  txDigest: string,
  events: readonly RawEvent[],
): WalrusEvent[] {
  const decoded: WalrusEvent[] = [];
  for (const event of events) {
    const [packageId, module, name] = event.eventType.split('::');
    if (packageId === undefined || name === undefined) continue;
    if (normalizeAddress(packageId) !== originalPackageId) continue;
    const id = { txDigest, eventSeq: decoded.length };
    decoded.push(
      module === 'events' && isKnown(name)
        ? decodeEvent(name, event.contents, id)
        : { id, type: 'Unknown', name: module === 'events' ? name : `${module}::${name}` },
    );
  }
  return decoded;
}
