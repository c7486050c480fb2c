import { bcs } from '@mysten/bcs';
import { normalizeAddress, type Address } from '@walrus-ts/core';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  MoveVmError,
  createGasMeter,
  createMoveVm,
  fieldId,
  freshObjectId,
  type CallArgument,
  type MoveValue,
  type Session,
  type SessionResult,
} from '../../src/move/index.js';
import { loadBls } from '@walrus-ts/core';
import { loadFixture, modulesAt } from './fixtures.js';
import { ENV, World, packageOf } from './world.js';

const framework = loadFixture('framework');
const packages = [
  packageOf('0x1', modulesAt(framework, '0x1')),
  packageOf('0x2', modulesAt(framework, '0x2')),
];
const bls = await loadBls();
const vm = createMoveVm({ bls });
const OWNER = { kind: 'address', address: ENV.sender } as const;
const u64 = (n: bigint | number) => bcs.u64().serialize(n).toBytes();

let world: World;
beforeEach(() => {
  world = new World(vm, packages);
});

/** Calls a framework function with values and slots. */
function call(
  session: Session,
  path: string,
  typeArguments: readonly string[],
  ...args: (CallArgument | MoveValue)[]
): MoveValue[] {
  const [module = '', name = ''] = path.split('::');
  const fn = session.findFunction(normalizeAddress('0x2'), module, name);
  if (fn === undefined) throw new Error(`no function ${path}`);
  const instance = session.instantiate(
    fn,
    typeArguments.map((t) => session.resolveType(t)),
  );
  return session.call(
    instance,
    args.map((a): CallArgument => (isArgument(a) ? a : { kind: 'value', value: a })),
  );
}

function isArgument(a: CallArgument | MoveValue): a is CallArgument {
  return typeof a === 'object' && 'kind' in a;
}

function only<T>(values: readonly T[]): T {
  const value = values[0];
  if (value === undefined || values.length !== 1) throw new Error(`${values.length} values`);
  return value;
}

/** Writes a result into the store of the world. */
function commit(result: SessionResult, version = 2n): void {
  for (const w of result.written) world.objects.objects.set(w.id, { ...w, version });
  for (const id of result.deletedIds) world.objects.objects.delete(id);
}

const TABLE = '0x2::table::Table<u64, u64>';

/** A stored table with the entries 1 -> 10 and 2 -> 20. */
function storedTable(): Address {
  const session = world.session();
  const type = session.resolveType(TABLE);
  const slot = session.createSlot(type, only(call(session, 'table::new', ['u64', 'u64'])));
  for (const k of [1n, 2n]) {
    call(
      session,
      'table::add',
      ['u64', 'u64'],
      { kind: 'borrow', slot },
      session.fromU64(k),
      session.fromU64(k * 10n),
    );
  }
  const value = slot.get();
  if (value === undefined) throw new Error('table moved');
  session.transfer(OWNER, type, value);
  const id = session.objectId(value);
  commit(session.finish());
  return id;
}

function openTable(session: Session, id: Address) {
  const stored = world.objects.objects.get(id);
  if (stored === undefined) throw new Error('no table');
  const type = session.resolveType(TABLE);
  session.recordInput(id, OWNER);
  const slot = session.createSlot(type, session.deserialize(type, stored.contents));
  return { slot, table: { kind: 'borrow', slot } as const };
}

describe('dynamic fields', () => {
  it('are written as children with the derived id', () => {
    const table = storedTable();
    const id = fieldId(table, 'u64', u64(1n));
    const field = world.objects.objects.get(id);
    expect(field?.owner).toEqual({ kind: 'object', parent: table });
    expect(field?.contents.slice(32)).toEqual(Uint8Array.from([...u64(1n), ...u64(10n)]));
  });

  it('are not written when only read', () => {
    const session = world.session();
    const { table } = openTable(session, storedTable());
    const value = only(call(session, 'table::borrow', ['u64', 'u64'], table, session.fromU64(2n)));
    expect(session.asU64(session.readReference(value))).toBe(20n);
    const result = session.finish();
    expect(result.written).toEqual([]);
    expect(result.loadedChildren.length).toBe(1);
  });

  it('are not written when changed back', () => {
    const id = storedTable();
    const session = world.session();
    const { table } = openTable(session, id);
    const removed = only(
      call(session, 'table::remove', ['u64', 'u64'], table, session.fromU64(1n)),
    );
    call(session, 'table::add', ['u64', 'u64'], table, session.fromU64(1n), removed);
    const result = session.finish();
    expect(result.written).toEqual([]);
    expect(result.newIds).toEqual([]);
    expect(result.deletedIds).toEqual([]);
  });

  it('are deleted with their wrapper', () => {
    const id = storedTable();
    const session = world.session();
    const { table } = openTable(session, id);
    call(session, 'table::remove', ['u64', 'u64'], table, session.fromU64(1n));
    const result = session.finish();
    expect(result.deletedIds).toEqual([fieldId(id, 'u64', u64(1n))]);
    expect(result.written).toEqual([]);
  });

  it('abort for missing and doubled names, in dynamic_field', () => {
    const id = storedTable();
    const abort = (run: (s: Session, table: CallArgument) => unknown): MoveVmError => {
      const session = world.session();
      try {
        run(session, openTable(session, id).table);
      } catch (error) {
        if (error instanceof MoveVmError) return error;
        throw error;
      }
      throw new Error('did not fail');
    };
    const missing = abort((s, t) => call(s, 'table::borrow', ['u64', 'u64'], t, s.fromU64(9n)));
    expect(missing.abortCode).toBe(1n);
    expect(missing.location?.module).toBe('dynamic_field');
    const doubled = abort((s, t) =>
      call(s, 'table::add', ['u64', 'u64'], t, s.fromU64(1n), s.fromU64(0n)),
    );
    expect(doubled.abortCode).toBe(0n);
  });

  it('do not show children of another owner', () => {
    const id = storedTable();
    const field = fieldId(id, 'u64', u64(1n));
    const stored = world.objects.objects.get(field);
    if (stored === undefined) throw new Error('no field');
    world.objects.objects.set(field, {
      ...stored,
      owner: { kind: 'object', parent: normalizeAddress('0x77') },
    });
    const session = world.session();
    const found = only(
      call(
        session,
        'table::contains',
        ['u64', 'u64'],
        openTable(session, id).table,
        session.fromU64(1n),
      ),
    );
    expect(session.serialize(session.resolveType('bool'), found)).toEqual(Uint8Array.of(0));
  });
});

describe('objects of a transaction', () => {
  it('get fresh ids from one counter', () => {
    const session = world.session();
    const first = session.freshId();
    const table = only(call(session, 'table::new', ['u64', 'u64']));
    const third = session.freshPackageId();
    expect([first, session.objectId(table), third]).toEqual(
      [0n, 1n, 2n].map((n) => freshObjectId(ENV.digest, n)),
    );
  });

  it('vanish from the new ids when deleted again', () => {
    const session = world.session();
    const table = only(call(session, 'table::new', ['u64', 'u64']));
    call(session, 'table::destroy_empty', ['u64', 'u64'], table);
    const result = session.finish();
    expect(result.newIds).toEqual([]);
    expect(result.deletedIds).toEqual([]);
  });

  it('keep the first shared version when shared again and cannot be shared later', () => {
    const shared = { kind: 'shared', initialVersion: 5n } as const;
    const session = world.session();
    const type = session.resolveType(TABLE);
    const id = storedTable();
    session.recordInput(id, shared);
    const contents = world.objects.objects.get(id)?.contents ?? new Uint8Array();
    const value = session.deserialize(type, contents);
    call(session, 'transfer::public_share_object', [TABLE], value);
    expect(session.finish().written.map((w) => w.owner)).toEqual([shared]);

    const later = world.session();
    later.recordInput(id, OWNER);
    const owned = later.deserialize(type, contents);
    expect(() => call(later, 'transfer::public_share_object', [TABLE], owned)).toThrow(
      expect.objectContaining({ abortCode: 0n }),
    );
  });

  it('refuse a second transfer record and keep the last owner', () => {
    const session = world.session();
    const type = session.resolveType(TABLE);
    const value = only(call(session, 'table::new', ['u64', 'u64']));
    session.transfer({ kind: 'address', address: normalizeAddress('0x1') }, type, value);
    session.transfer({ kind: 'immutable' }, type, value);
    expect(session.finish().written.map((w) => w.owner)).toEqual([{ kind: 'immutable' }]);
  });

  it('are charged: a small budget ends the transaction', () => {
    const session = world.session(createGasMeter({ maxUnits: 0 }));
    expect(() => call(session, 'table::new', ['u64', 'u64'])).toThrow(
      expect.objectContaining({ status: 'OUT_OF_GAS', kind: 'gas' }),
    );
  });
});

describe('coins and packages', () => {
  it('coins are changed in place', () => {
    const session = world.session();
    const type = session.resolveType('0x2::coin::Coin<0x2::sui::SUI>');
    const coin = session.makeCoin(normalizeAddress('0x9'), 70n);
    session.setCoinBalance(coin, session.coinBalance(coin) - 30n);
    const bytes = session.serialize(type, coin);
    expect(bytes.slice(32)).toEqual(u64(40n));
    expect(session.coinBalance(session.deserialize(type, bytes))).toBe(40n);
  });

  it('upgrade capabilities, tickets and receipts go through the framework', () => {
    const session = world.session();
    const cap = session.freshId();
    const pkg = normalizeAddress('0xabc');
    const slot = session.createSlot(
      session.resolveType('0x2::package::UpgradeCap'),
      session.makeUpgradeCap(cap, pkg),
    );
    const digest = session.deserialize(session.resolveType('vector<u8>'), Uint8Array.of(2, 8, 9));
    const policy = session.deserialize(session.resolveType('u8'), Uint8Array.of(0));
    const ticket = only(
      call(session, 'package::authorize_upgrade', [], { kind: 'borrow', slot }, policy, digest),
    );
    expect(session.readUpgradeTicket(ticket)).toEqual({
      cap,
      package: pkg,
      policy: 0,
      digest: Uint8Array.of(8, 9),
    });
    const next = normalizeAddress('0xabd');
    call(
      session,
      'package::commit_upgrade',
      [],
      { kind: 'borrow', slot },
      session.makeUpgradeReceipt(cap, next),
    );
    const value = slot.get();
    if (value === undefined) throw new Error('cap moved');
    const bytes = session.serialize(slot.type, value);
    expect(bytes.slice(64)).toEqual(Uint8Array.from([...u64(2n), 0]));
  });

  it('wrong type arguments are typed errors', () => {
    const session = world.session();
    const fn = session.findFunction(normalizeAddress('0x2'), 'table', 'new');
    if (fn === undefined) throw new Error('no function');
    expect(() => session.instantiate(fn, [])).toThrow(
      expect.objectContaining({ status: 'NUMBER_OF_TYPE_ARGUMENTS_MISMATCH' }),
    );
    const coin = session.resolveType('0x2::coin::Coin<0x2::sui::SUI>');
    expect(() => session.instantiate(fn, [coin, coin])).toThrow(
      expect.objectContaining({ status: 'CONSTRAINT_NOT_SATISFIED', subStatus: 0 }),
    );
    for (const type of ['0x2::table::Nothing', '0x2::nothing::T', '0x99::a::B']) {
      expect(() => session.resolveType(type), type).toThrow(
        expect.objectContaining({ status: 'TYPE_RESOLUTION_FAILURE' }),
      );
    }
    expect(session.findFunction(normalizeAddress('0x2'), 'table', 'nothing')).toBeUndefined();
    expect(session.findFunction(normalizeAddress('0x99'), 'table', 'new')).toBeUndefined();
  });
});
