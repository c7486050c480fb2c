/** Objects of a unit test between its transactions (spec section 9, test_scenario). */
import type { Address } from '@walrus-ts/core';
import type { ObjectOwner, ObjectSource, StoredObject } from '../api.js';
import { serializeValue } from '../bcs.js';
import { moveAbort } from '../errors.js';
import { structTagOf, type Runtime, type TransferEntry } from '../runtime.js';
import type { RuntimeType } from '../types.js';
import { EnumValue, asArray, asEnum, copyValue, equalValues, type Value } from '../values.js';

const INVALID_SHARED_OR_IMMUTABLE_USAGE = 1;
const OBJECT_NOT_FOUND = 4;
const TICKET_ALREADY_ALLOCATED = 6;
const TICKET_NOT_FOUND = 7;
const UID_NAME = 'UID';
const TICKET_VERSION = 1n;

/** Ids by type in order of insertion. */
class TypedIds {
  private readonly byType = new Map<RuntimeType, Set<Address>>();

  add(type: RuntimeType, id: Address): void {
    let ids = this.byType.get(type);
    if (ids === undefined) this.byType.set(type, (ids = new Set()));
    ids.delete(id);
    ids.add(id);
  }

  delete(id: Address): void {
    for (const ids of this.byType.values()) ids.delete(id);
  }

  has(type: RuntimeType, id: Address): boolean {
    return this.byType.get(type)?.has(id) ?? false;
  }

  list(type: RuntimeType): Address[] {
    return [...(this.byType.get(type) ?? [])];
  }

  owns(id: Address): boolean {
    return [...this.byType.values()].some((ids) => ids.has(id));
  }
}

/** What `end_transaction` reports. */
export interface TestEffects {
  readonly created: readonly Address[];
  readonly written: readonly Address[];
  readonly deleted: readonly Address[];
  readonly transfers: readonly (readonly [Address, ObjectOwner])[];
  readonly events: number;
}

/** The world of one unit test. Doubles as the store of received objects. */
export class TestInventory implements ObjectSource {
  private readonly objects = new Map<
    Address,
    { readonly type: RuntimeType; readonly value: Value }
  >();
  private readonly byAddress = new Map<Address, TypedIds>();
  private readonly shared = new TypedIds();
  private readonly immutable = new TypedIds();
  private readonly taken = new Map<Address, ObjectOwner>();
  private readonly takenImmutable = new Map<Address, Value>();
  private readonly tickets = new Map<Address, StoredObject>();
  private seeds = 0;

  /** Children never leave the runtime in a unit test. */
  child(): undefined {
    return undefined;
  }

  receivable(parent: Address, id: Address, version: bigint): StoredObject | undefined {
    const ticket = this.tickets.get(id);
    const isOwned = ticket?.owner.kind === 'address' && ticket.owner.address === parent;
    return isOwned && ticket.version === version ? ticket : undefined;
  }

  /** Inventory of an owner; undefined when it never owned anything. */
  private inventoryOf(owner: ObjectOwner): TypedIds | undefined {
    if (owner.kind === 'shared') return this.shared;
    if (owner.kind === 'immutable') return this.immutable;
    return owner.kind === 'address' ? this.byAddress.get(owner.address) : undefined;
  }

  take(runtime: Runtime, owner: ObjectOwner, type: RuntimeType, id: Address): Value {
    const object = this.objects.get(id);
    if (!this.inventoryOf(owner)?.has(type, id) || this.taken.has(id) || object === undefined) {
      throw moveAbort(OBJECT_NOT_FOUND);
    }
    this.taken.set(id, owner);
    runtime.inputOwners.set(id, owner);
    if (owner.kind === 'immutable') this.takenImmutable.set(id, copyValue(object.value));
    return copyValue(object.value);
  }

  /** Last inserted id that is not taken. */
  mostRecent(owner: ObjectOwner, type: RuntimeType): Address | undefined {
    const ids = this.inventoryOf(owner)?.list(type) ?? [];
    return ids.findLast((id) => !this.taken.has(id));
  }

  idsFor(owner: ObjectOwner, type: RuntimeType): Address[] {
    return this.inventoryOf(owner)?.list(type) ?? [];
  }

  wasTaken(id: Address, owner: ObjectOwner): boolean {
    const from = this.taken.get(id);
    if (from?.kind === 'address' && owner.kind === 'address') return from.address === owner.address;
    return from?.kind === owner.kind;
  }

  allocateTicket(id: Address): bigint {
    if (this.tickets.has(id)) throw moveAbort(TICKET_ALREADY_ALLOCATED);
    const object = this.objects.get(id);
    const owner = [...this.byAddress].find(([, ids]) => ids.owns(id))?.[0];
    if (object === undefined || owner === undefined) throw moveAbort(OBJECT_NOT_FOUND);
    this.tickets.set(id, {
      id,
      version: TICKET_VERSION,
      type: structTagOf(object.type),
      contents: serializeValue(object.type, object.value),
      owner: { kind: 'address', address: owner },
    });
    return TICKET_VERSION;
  }

  deallocateTicket(id: Address): void {
    if (!this.tickets.delete(id)) throw moveAbort(TICKET_NOT_FOUND);
  }

  /** Any 32 bytes, another each time. */
  nextSeed(): number[] {
    const seed = this.seeds++;
    return Array.from({ length: 32 }, (_, i) => (seed * 31 + i * 7 + 1) & 0xff);
  }

  /** Closes the current transaction of the test. @see spec move-vm.md 9 */
  endTransaction(runtime: Runtime): TestEffects {
    const { newIds, deletedIds, transfers, events } = runtime.takeTransaction();
    const children = [...runtime.children].filter(([, c]) => c.holder.length > 0);
    const guarded = new Map(
      [...this.taken].filter(([, o]) => o.kind === 'shared' || o.kind === 'immutable'),
    );
    for (const id of [...deletedIds, ...transfers.keys(), ...children.map(([id]) => id)]) {
      for (const inventory of [...this.byAddress.values(), this.shared, this.immutable]) {
        inventory.delete(id);
      }
      this.taken.delete(id);
    }
    this.tickets.clear();
    let isMisused = false;
    for (const [id, { owner, type }] of transfers) {
      const before = guarded.get(id);
      if (before !== undefined && before.kind !== owner.kind) isMisused = true;
      this.insert(owner, type, id);
    }
    const deleted = [...deletedIds];
    if (deleted.some((id) => guarded.get(id)?.kind === 'immutable')) isMisused = true;
    const wrapped = new Set<Address>();
    for (const { type, value } of transfers.values()) findWrapped(type, value, wrapped);
    for (const [, { type, holder }] of children) {
      const value = holder[0];
      if (value !== undefined) findWrapped(type, value, wrapped);
    }
    const childIds = new Set(children.map(([id]) => id));
    for (const id of guarded.keys()) if (wrapped.has(id) || childIds.has(id)) isMisused = true;
    for (const [id, { value }] of transfers) {
      const before = this.takenImmutable.get(id);
      if (before !== undefined && !equalValues(before, value)) isMisused = true;
    }
    if (isMisused) throw moveAbort(INVALID_SHARED_OR_IMMUTABLE_USAGE);
    deleted.push(...wrapped);
    runtime.inputOwners = new Map(this.taken);
    this.store(transfers);
    for (const id of [...deleted, ...childIds]) this.objects.delete(id);
    const ids = [...transfers.keys()];
    return {
      created: ids.filter((id) => newIds.has(id)),
      written: ids.filter((id) => !newIds.has(id)),
      deleted,
      transfers: [...transfers].map(([id, t]) => [id, t.owner] as const),
      events,
    };
  }

  private insert(owner: ObjectOwner, type: RuntimeType, id: Address): void {
    if (owner.kind === 'address' && !this.byAddress.has(owner.address)) {
      this.byAddress.set(owner.address, new TypedIds());
    }
    this.inventoryOf(owner)?.add(type, id);
  }

  private store(transfers: ReadonlyMap<Address, TransferEntry>): void {
    for (const [id, { type, value }] of transfers) this.objects.set(id, { type, value });
  }
}

/** Collects the ids of all UIDs below the top level of an object. */
function findWrapped(type: RuntimeType, value: Value, into: Set<Address>): void {
  const fields = asArray(value);
  for (const [i, field] of type.fields().entries()) {
    const inner = fields[i];
    // The first field is the object's own id.
    if (i === 0 && isUid(field)) continue;
    if (inner !== undefined) collectUids(field, inner, into);
  }
}

function isUid(type: RuntimeType): boolean {
  const { shape } = type;
  return (
    shape.kind === 'datatype' &&
    shape.definition.name === UID_NAME &&
    shape.definition.module === 'object' &&
    /^0x0*2$/.test(shape.definition.originalPackage)
  );
}

function collectUids(type: RuntimeType, value: Value, into: Set<Address>): void {
  const { shape } = type;
  if (shape.kind === 'vector') {
    if (shape.element.shape.kind === 'primitive') return;
    for (const item of asArray(value)) collectUids(shape.element, item, into);
    return;
  }
  if (shape.kind !== 'datatype') return;
  if (isUid(type)) {
    into.add(asArray(asArray(value)[0])[0] as Address);
    return;
  }
  const types = value instanceof EnumValue ? (type.variants()[value.tag] ?? []) : type.fields();
  const values = value instanceof EnumValue ? asEnum(value).fields : asArray(value);
  for (const [i, t] of types.entries()) {
    const inner = values[i];
    if (inner !== undefined) collectUids(t, inner, into);
  }
}
