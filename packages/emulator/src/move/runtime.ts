/**
 * State of one transaction that natives read and change: environment, fresh ids, events and the
 * object sets of spec section 5.2.
 */
import { addressToBytes, equalBytes, type Address, type Bls } from '@walrus-ts/core';
import type {
  LoadedChild,
  ObjectOwner,
  ObjectSource,
  StoredObject,
  StructTag,
  TxEnv,
  WrittenObject,
} from './api.js';
import { deserializeValue, serializeValue } from './bcs.js';
import { MoveVmError, moveAbort } from './errors.js';
import { ABILITY } from './format/tokens.js';
import type { InterpreterMeter } from './gas.js';
import { freshObjectId } from './ids.js';
import type { PackageLoader } from './package-loader.js';
import { formatTypeTag } from './type-tag.js';
import { resolveTag } from './resolve.js';
import type { TestInventory } from './testing/inventory.js';
import type { RuntimeType } from './types.js';
import { asAddressText, asArray, type Value } from './values.js';

const EVENT_MAX_BYTES = 250 * 1024;
const EVENTS_MAX_BYTES = 62.5 * 1024 * 1024;
const EVENTS_MAX = 1024;
const IDS_MAX = 2048;
const CHILDREN_MAX = 1000;
/** Objects of the system that count as new when they are first given away. */
const SYSTEM_OBJECTS: ReadonlySet<string> = new Set(
  ['5', '6', '7', '8', '9', 'a', 'c', 'd', '403', 'acc'].map((n) => `0x${n.padStart(64, '0')}`),
);

/** A child object touched in this transaction. */
export interface ChildEntry {
  parent: Address;
  type: RuntimeType;
  /** One slot: the value, or empty once removed. References into it stay alive. */
  readonly holder: Value[];
  /** As it was in the store; undefined when added in this transaction. */
  readonly stored: StoredObject | undefined;
}

/** An object given to an owner. */
export interface TransferEntry {
  readonly owner: ObjectOwner;
  readonly type: RuntimeType;
  readonly value: Value;
}

/** An emitted event, not yet stamped. */
export interface PendingEvent {
  readonly type: RuntimeType;
  readonly contents: Uint8Array;
}

/** Id of an object value: first field, `UID { id: ID { bytes } }`. */
export function objectIdOf(value: Value): Address {
  const uid = asArray(asArray(value)[0]);
  return asAddressText(asArray(uid[0])[0]) as Address;
}

/** What a runtime is made of. */
export interface RuntimeInit {
  readonly env: TxEnv;
  readonly loader: PackageLoader;
  readonly objects: ObjectSource;
  readonly meter: InterpreterMeter;
  readonly bls: Bls;
  /** State of the unit-test natives; absent outside test runs. */
  readonly inventory?: TestInventory;
}

/** The mutable state behind natives. */
export class Runtime {
  env: TxEnv;
  readonly loader: PackageLoader;
  readonly objects: ObjectSource;
  readonly meter: InterpreterMeter;
  readonly bls: Bls;
  readonly inventory: TestInventory | undefined;
  idsCreated = 0n;
  newIds = new Set<Address>();
  deletedIds = new Set<Address>();
  transfers = new Map<Address, TransferEntry>();
  inputOwners = new Map<Address, ObjectOwner>();
  received = new Map<Address, StoredObject>();
  readonly children = new Map<Address, ChildEntry>();
  /** Children that were looked for and are not there: they count as touched. */
  private readonly absentChildren = new Set<Address>();
  pendingEvents: PendingEvent[] = [];
  private eventCount = 0;
  private eventBytes = 0;

  constructor(init: RuntimeInit) {
    this.env = init.env;
    this.loader = init.loader;
    this.objects = init.objects;
    this.meter = init.meter;
    this.bls = init.bls;
    this.inventory = init.inventory;
  }

  charge(cost: number): void {
    this.meter.chargeNative(cost);
  }

  // -- ids --------------------------------------------------------------------------------------

  /** Derives the next fresh id without recording it. */
  nextId(): Address {
    const id = freshObjectId(this.env.digest, this.idsCreated);
    this.idsCreated += 1n;
    return id;
  }

  /** Next fresh id, recorded as new. */
  freshId(): Address {
    const id = this.nextId();
    this.recordNew(id);
    return id;
  }

  recordNew(id: Address): void {
    if (this.deletedIds.delete(id)) return;
    this.newIds.add(id);
    if (this.newIds.size > IDS_MAX) throw limit('too many new ids');
  }

  recordDeleted(id: Address): void {
    if (this.newIds.delete(id)) return;
    this.deletedIds.add(id);
    if (this.deletedIds.size > IDS_MAX) throw limit('too many deleted ids');
  }

  // -- transfers --------------------------------------------------------------------------------

  /** Gives an object away; a later transfer of the same id replaces the earlier. */
  transfer(owner: ObjectOwner, type: RuntimeType, value: Value): 'new' | 'same' | 'changed' {
    const id = objectIdOf(value);
    const before = this.inputOwners.get(id);
    let result: 'new' | 'same' | 'changed' = 'changed';
    if (this.newIds.has(id)) result = 'new';
    else if (before !== undefined) result = sameOwner(before, owner) ? 'same' : 'changed';
    else if (SYSTEM_OBJECTS.has(id)) result = 'new';
    this.transfers.delete(id);
    const kept = result === 'same' && before !== undefined ? before : owner;
    this.transfers.set(id, { owner: kept, type, value });
    if (this.transfers.size > IDS_MAX) throw limit('too many transfers');
    return result;
  }

  // -- children ---------------------------------------------------------------------------------

  /** The child entry under a parent, loaded from the store at first use. */
  child(parent: Address, id: Address): ChildEntry | undefined {
    const known = this.children.get(id);
    if (known !== undefined) {
      return known.parent === parent && known.holder.length > 0 ? known : undefined;
    }
    // An object that is being given away in this transaction is no child any more.
    if (this.transfers.has(id)) return undefined;
    const stored = this.objects.child(parent, id);
    this.touchChild(id);
    if (stored === undefined) {
      this.absentChildren.add(id);
      return undefined;
    }
    this.absentChildren.delete(id);
    this.meter.chargeNative(stored.contents.length);
    const type = resolveTag(this.loader, storedTag(stored));
    const value = deserializeValue(type, stored.contents);
    const entry: ChildEntry = { parent, type, holder: [value], stored };
    this.children.set(id, entry);
    return entry;
  }

  addChild(parent: Address, type: RuntimeType, value: Value): void {
    const id = objectIdOf(value);
    this.touchChild(id);
    this.absentChildren.delete(id);
    const known = this.children.get(id);
    if (known !== undefined && known.holder.length > 0) throw moveAbort(0);
    this.children.set(id, { parent, type, holder: [value], stored: known?.stored });
  }

  private touchChild(id: Address): void {
    if (this.children.has(id) || this.absentChildren.has(id)) return;
    if (this.children.size + this.absentChildren.size >= CHILDREN_MAX) {
      throw limit('too many child objects');
    }
  }

  removeChild(parent: Address, id: Address, type: RuntimeType): Value {
    const entry = this.child(parent, id);
    if (entry === undefined) throw moveAbort(1);
    if (entry.type !== type) throw moveAbort(2);
    const value = entry.holder.pop();
    if (value === undefined) throw moveAbort(1);
    return value;
  }

  // -- receiving --------------------------------------------------------------------------------

  /** Takes an object that was sent to another object. @see spec move-vm.md 6.7 */
  receive(parent: Address, id: Address, version: bigint, type: RuntimeType): Value {
    if (this.received.has(id) || this.inputOwners.has(id)) throw moveAbort(3);
    const stored = this.objects.receivable(parent, id, version);
    if (stored === undefined) throw moveAbort(3);
    if (resolveTag(this.loader, storedTag(stored)) !== type) throw moveAbort(2);
    const value = deserializeValue(type, stored.contents);
    this.received.set(id, stored);
    this.inputOwners.set(id, stored.owner);
    return value;
  }

  // -- events -----------------------------------------------------------------------------------

  emit(type: RuntimeType, value: Value): Uint8Array {
    const contents = serializeValue(type, value);
    this.eventCount++;
    this.eventBytes += contents.length;
    if (
      contents.length > EVENT_MAX_BYTES ||
      this.eventBytes > EVENTS_MAX_BYTES ||
      this.eventCount > EVENTS_MAX
    ) {
      throw limit('events are too large or too many');
    }
    this.pendingEvents.push({ type, contents });
    return contents;
  }

  // -- end --------------------------------------------------------------------------------------

  /** Ends a unit-test transaction: hands out its sets and starts empty ones. Children stay. */
  takeTransaction(): {
    newIds: Set<Address>;
    deletedIds: Set<Address>;
    transfers: Map<Address, TransferEntry>;
    events: number;
  } {
    const taken = {
      newIds: this.newIds,
      deletedIds: this.deletedIds,
      transfers: this.transfers,
      events: this.pendingEvents.length,
    };
    this.newIds = new Set();
    this.deletedIds = new Set();
    this.transfers = new Map();
    this.inputOwners = new Map();
    this.received = new Map();
    this.pendingEvents = [];
    this.eventCount = 0;
    this.eventBytes = 0;
    return taken;
  }

  /** Objects written: transfers in order, then children that are new or changed. */
  writtenObjects(): WrittenObject[] {
    const written: WrittenObject[] = [];
    for (const [id, t] of this.transfers) {
      written.push(writtenObject(id, t.owner, t.type, serializeValue(t.type, t.value)));
    }
    for (const [id, entry] of this.children) {
      const value = entry.holder[0];
      if (value === undefined) continue;
      const contents = serializeValue(entry.type, value);
      const { stored } = entry;
      const isUnchanged =
        stored !== undefined &&
        stored.owner.kind === 'object' &&
        stored.owner.parent === entry.parent &&
        equalBytes(stored.contents, contents) &&
        resolveTag(this.loader, storedTag(stored)) === entry.type;
      if (isUnchanged) continue;
      const owner: ObjectOwner = { kind: 'object', parent: entry.parent };
      written.push(writtenObject(id, owner, entry.type, contents));
    }
    this.checkOwnershipCycles();
    return written;
  }

  /** Children that came from the store, changed or not. */
  loadedChildren(): LoadedChild[] {
    const out: LoadedChild[] = [];
    for (const [id, { stored, holder }] of this.children) {
      if (stored === undefined || stored.owner.kind !== 'object') continue;
      const isPresent = holder.length > 0;
      out.push({ id, parent: stored.owner.parent, version: stored.version, stored, isPresent });
    }
    return out;
  }

  /** An object may not end up inside itself. @see spec move-vm.md 5.3 */
  private checkOwnershipCycles(): void {
    for (const id of this.children.keys()) {
      const seen = new Set<Address>();
      let at: Address | undefined = id;
      while (at !== undefined) {
        if (seen.has(at)) {
          throw new MoveVmError('CIRCULAR_OBJECT_OWNERSHIP', `object ${id} owns itself`, {
            objectId: id,
          });
        }
        seen.add(at);
        const entry: ChildEntry | undefined = this.children.get(at);
        at = entry === undefined || entry.holder.length === 0 ? undefined : entry.parent;
      }
    }
  }
}

function limit(message: string): MoveVmError {
  return new MoveVmError('MEMORY_LIMIT_EXCEEDED', message);
}

function storedTag(stored: StoredObject): string {
  return typeof stored.type === 'string' ? stored.type : formatTypeTag({ struct: stored.type });
}

function sameOwner(a: ObjectOwner, b: ObjectOwner): boolean {
  switch (a.kind) {
    case 'address':
      return b.kind === 'address' && a.address === b.address;
    case 'object':
      return b.kind === 'object' && a.parent === b.parent;
    case 'consensusAddress':
      return b.kind === 'consensusAddress' && a.owner === b.owner;
    default:
      return a.kind === b.kind;
  }
}

function writtenObject(
  id: Address,
  owner: ObjectOwner,
  type: RuntimeType,
  contents: Uint8Array,
): WrittenObject {
  return {
    id,
    owner,
    type: structTagOf(type),
    contents,
    hasPublicTransfer: (type.abilities & ABILITY.store) !== 0,
  };
}

/** Struct tag of a datatype. */
export function structTagOf(type: RuntimeType): StructTag {
  const { tag } = type;
  if (typeof tag === 'string' || !('struct' in tag)) throw new TypeError('not a datatype');
  return tag.struct;
}

/** Bytes of an address value. */
export function addressValueBytes(value: Value): Uint8Array {
  return addressToBytes(asAddressText(value) as Address);
}
