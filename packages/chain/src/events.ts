import {
  addressFromBytes,
  blobIdFromInt,
  normalizeAddress,
  type Address,
  type BlobId,
} from '@walrus-ts/core';
import { EVENTS } from './layouts.js';

/** Names an event for ever: its transaction and its place among that transaction's Walrus events. */
export interface EventId {
  /** Base58. */
  readonly txDigest: string;
  readonly eventSeq: number;
}

/** The contract events that the software acts on; epochs are numbers, IDs are text. */
export type WalrusEvent = { readonly id: EventId } & (
  | {
      readonly type: 'BlobRegistered';
      readonly epoch: number;
      readonly blobId: BlobId;
      readonly size: bigint;
      readonly encodingType: number;
      readonly endEpoch: number;
      readonly isDeletable: boolean;
      readonly objectId: Address;
    }
  | {
      readonly type: 'BlobCertified';
      readonly epoch: number;
      readonly blobId: BlobId;
      readonly endEpoch: number;
      readonly isDeletable: boolean;
      readonly objectId: Address;
      readonly isExtension: boolean;
    }
  | {
      readonly type: 'BlobDeleted';
      readonly epoch: number;
      readonly blobId: BlobId;
      readonly endEpoch: number;
      readonly objectId: Address;
      readonly wasCertified: boolean;
    }
  | { readonly type: 'InvalidBlobID'; readonly epoch: number; readonly blobId: BlobId }
  | { readonly type: 'EpochChangeStart'; readonly epoch: number }
  | { readonly type: 'EpochChangeDone'; readonly epoch: number }
  | { readonly type: 'ShardsReceived'; readonly epoch: number; readonly shards: readonly number[] }
  | { readonly type: 'EpochParametersSelected'; readonly nextEpoch: number }
  | {
      readonly type: 'ShardRecoveryStart';
      readonly epoch: number;
      readonly shards: readonly number[];
    }
  | {
      readonly type: 'PricesUpdated';
      readonly epoch: number;
      readonly storagePrice: bigint;
      readonly writePrice: bigint;
    }
  /** An event of the package that this version does not know; never an error. */
  | { readonly type: 'Unknown'; readonly name: string }
);

const address = (bytes: Iterable<number>): Address => addressFromBytes(Uint8Array.from(bytes));
const blobId = (value: string): BlobId => blobIdFromInt(BigInt(value));

function decodeFields(name: string, contents: Uint8Array, id: EventId): WalrusEvent {
  switch (name) {
    case 'BlobRegistered': {
      const { deletable, ...e } = EVENTS.BlobRegistered.parse(contents);
      return {
        ...e,
        id,
        type: name,
        blobId: blobId(e.blobId),
        size: BigInt(e.size),
        isDeletable: deletable,
        objectId: address(e.objectId),
      };
    }
    case 'BlobCertified': {
      const { deletable, ...e } = EVENTS.BlobCertified.parse(contents);
      return {
        ...e,
        id,
        type: name,
        blobId: blobId(e.blobId),
        isDeletable: deletable,
        objectId: address(e.objectId),
      };
    }
    case 'BlobDeleted': {
      const e = EVENTS.BlobDeleted.parse(contents);
      return { ...e, id, type: name, blobId: blobId(e.blobId), objectId: address(e.objectId) };
    }
    case 'InvalidBlobID': {
      const e = EVENTS.InvalidBlobID.parse(contents);
      return { ...e, id, type: name, blobId: blobId(e.blobId) };
    }
    case 'EpochChangeStart':
    case 'EpochChangeDone':
      return { ...EVENTS[name].parse(contents), id, type: name };
    case 'ShardsReceived':
    case 'ShardRecoveryStart':
      return { ...EVENTS[name].parse(contents), id, type: name };
    case 'EpochParametersSelected':
      return { ...EVENTS.EpochParametersSelected.parse(contents), id, type: name };
    case 'PricesUpdated': {
      const e = EVENTS.PricesUpdated.parse(contents);
      return {
        id,
        type: name,
        epoch: e.epoch,
        storagePrice: BigInt(e.storagePrice),
        writePrice: BigInt(e.writePrice),
      };
    }
    default:
      return { id, type: 'Unknown', name };
  }
}

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
      module === 'events'
        ? decodeFields(name, event.contents, id)
        : { id, type: 'Unknown', name: `${module}::${name}` },
    );
  }
  return decoded;
}
