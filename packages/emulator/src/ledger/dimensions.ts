/**
 * What transactions can be found by: sender, touched addresses and objects, Move calls, emitted events,
 * written packages (the predicates of sui-rpc.md f), and their index keys.
 */

import { parseStruct } from './codec/type-tag.js';
import { LruCache } from './lru.js';
import type { Command, Owner, TransactionRecord } from './types.js';

/** A property that transactions share; paths are prefixes of `module::function` or `module::Type`. */
export type Dimension =
  | {
      readonly kind: 'sender' | 'affectedAddress' | 'affectedObject';
      /** Address or object id, normalised. */
      readonly address: string;
    }
  | {
      readonly kind: 'moveCall' | 'emitModule' | 'eventType';
      /** Storage id of the package; for `eventType` the defining id. */
      readonly address: string;
      /** Up to one name for `emitModule`, else up to two. Shorter means any. */
      readonly path: readonly string[];
    }
  /** Wrote a package; emitted an event of any kind. */
  | { readonly kind: 'packageWrite' | 'anyEvent' };

/** Place of a transaction on the chain. */
export interface TransactionPosition {
  readonly checkpoint: bigint;
  readonly index: number;
}

/** Which positions to list. */
export interface PositionRange {
  /** First and last position, both inclusive, in the order of the chain. */
  readonly from: TransactionPosition;
  readonly to: TransactionPosition;
  readonly isDescending: boolean;
  /** Most positions returned. */
  readonly limit: number;
}

const TAGS = {
  sender: 0,
  affectedAddress: 1,
  affectedObject: 2,
  moveCall: 3,
  emitModule: 4,
  eventType: 5,
  packageWrite: 6,
  anyEvent: 7,
} as const satisfies Record<Dimension['kind'], number>;

const POSITION_BYTES = 12;

/**
 * Index prefix of a dimension: tag (1), address (32), number of names (1), names each ended by a zero
 * byte. No prefix is the beginning of another one.
 */
export function dimensionPrefix(dimension: Dimension): Buffer {
  const tag = TAGS[dimension.kind];
  if (!('address' in dimension)) return Buffer.of(tag);
  const address = Buffer.from(dimension.address.slice(2), 'hex');
  if (!('path' in dimension)) return Buffer.concat([Buffer.of(tag), address]);
  const names = dimension.path.map((name) => `${name}\0`).join('');
  return Buffer.concat([
    Buffer.of(tag),
    address,
    Buffer.of(dimension.path.length),
    Buffer.from(names),
  ]);
}

/** Index key of a transaction: prefix, checkpoint (8), index (4), so that key order is chain order. */
export function positionKey(prefix: Buffer, position: TransactionPosition): Buffer {
  const key = Buffer.allocUnsafe(prefix.length + POSITION_BYTES);
  prefix.copy(key);
  key.writeBigUInt64BE(position.checkpoint, prefix.length);
  key.writeUInt32BE(position.index, prefix.length + 8);
  return key;
}

/** Position at the end of an index key. */
export function positionOfKey(key: Uint8Array): TransactionPosition {
  const view = new DataView(key.buffer, key.byteOffset + key.length - POSITION_BYTES);
  return { checkpoint: view.getBigUint64(0), index: view.getUint32(8) };
}

/** The address that controls an object, if it is one. */
export function controllingAddress(owner: Owner): string | undefined {
  return owner.kind === 'address' || owner.kind === 'consensusAddress' ? owner.address : undefined;
}

const typePaths = new LruCache<
  string,
  { readonly address: string; readonly path: readonly string[] }
>(4096);

/** Address and path of an event type. */
export function eventTypePath(type: string): {
  readonly address: string;
  readonly path: readonly string[];
} {
  const known = typePaths.get(type);
  if (known !== undefined) return known;
  const struct = parseStruct(type);
  const parsed =
    struct === undefined
      ? { address: '0x', path: [] }
      : { address: struct.address, path: [struct.module, struct.name] };
  typePaths.set(type, parsed);
  return parsed;
}

/** Commands of a user transaction; system transactions have none. */
export function commandsOf(record: TransactionRecord): readonly Command[] {
  const { kind } = record.transaction;
  return kind.kind === 'programmable' ? kind.commands : [];
}

/**
 * Lists the index keys of a transaction, one per dimension it is found under.
 *
 * @param record - executed transaction
 * @returns keys as of {@link positionKey}
 */
export function dimensionKeys(record: TransactionRecord): Buffer[] {
  const found = new Map<string, Buffer>();
  const add = (dimension: Dimension): void => {
    const prefix = dimensionPrefix(dimension);
    found.set(prefix.toString('latin1'), prefix);
  };
  const addPath = (
    kind: 'moveCall' | 'emitModule' | 'eventType',
    address: string,
    path: readonly string[],
  ): void => {
    for (let length = 0; length <= path.length; length++) {
      add({ kind, address, path: path.slice(0, length) });
    }
  };
  add({ kind: 'sender', address: record.transaction.sender });
  for (const { objectId, input, output } of record.effects.changedObjects) {
    add({ kind: 'affectedObject', address: objectId });
    if (output?.kind === 'package') add({ kind: 'packageWrite' });
    const owners = [input?.owner, output?.kind === 'object' ? output.owner : undefined];
    for (const owner of owners) {
      const address = owner && controllingAddress(owner);
      if (address !== undefined) add({ kind: 'affectedAddress', address });
    }
  }
  for (const command of commandsOf(record)) {
    if (command.kind !== 'moveCall') continue;
    addPath('moveCall', command.package, [command.module, command.function]);
  }
  if (record.events.length > 0) add({ kind: 'anyEvent' });
  for (const event of record.events) {
    addPath('emitModule', event.packageId, [event.module]);
    const { address, path } = eventTypePath(event.type);
    addPath('eventType', address, path);
  }
  const position = { checkpoint: record.checkpoint ?? 0n, index: record.indexInCheckpoint };
  return Array.from(found.values(), (prefix) => positionKey(prefix, position));
}
