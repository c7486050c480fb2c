import { bcs } from '@mysten/bcs';
import { normalizeAddress } from '@walrus-ts/core';
import { describe, expect, it } from 'vitest';
import {
  MoveVmError,
  checkUpgrade,
  createGasMeter,
  describePackage,
  upgradeTypeOrigins,
  verifyPackage,
  type MovePackage,
  type UpgradePolicy,
} from '../../src/move/index.js';
import {
  ModuleWriter,
  OP,
  datatype,
  load,
  op,
  parameter,
  reference,
  token,
  vector,
  type FunctionInit,
} from './module-writer.js';
import { World, packageOf } from './world.js';

const BASE = normalizeAddress('0x70');
const BASE_V2 = normalizeAddress('0x71');
const USER = normalizeAddress('0x80');

interface BaseInit {
  readonly value?: number;
  readonly fields?: readonly (readonly [string, typeof token.u64])[];
  readonly abilities?: number;
  readonly extra?: readonly FunctionInit[];
  readonly withNew?: boolean;
  readonly withValue?: boolean;
}

/** Module `base`: struct Box { x: u64 }, public value(), make(), private hidden(). */
function baseModule(init: BaseInit = {}): Uint8Array {
  const m = new ModuleWriter(BASE, 'base');
  const box = m.datatypeHandle(0, 'Box', init.abilities ?? 7);
  const struct = m.struct(box, init.fields ?? [['x', token.u64]]);
  if (init.withNew === true) m.struct(m.datatypeHandle(0, 'Newer', 7), [['y', token.u8]]);
  if (init.withValue !== false) {
    m.fn({ name: 'value', returns: [token.u64], code: [load(64, init.value ?? 1), op(OP.Ret)] });
  }
  const pushes = (init.fields ?? [['x', token.u64]]).map(() => load(64, 5));
  m.fn({
    name: 'make',
    returns: [datatype(box)],
    code: [...pushes, op(OP.Pack, struct), op(OP.Ret)],
  });
  for (const f of init.extra ?? []) m.fn(f);
  return m.bytes();
}

function base(init: BaseInit = {}): MovePackage {
  return packageOf(BASE, [baseModule(init)]);
}

function upgraded(old: MovePackage, init: BaseInit): MovePackage {
  const modules = new Map([['base', baseModule(init)]]);
  return {
    ...old,
    id: BASE_V2,
    version: 2n,
    modules,
    typeOrigins: upgradeTypeOrigins(old, modules, BASE_V2),
  };
}

/** Module `user` of another package: calls base::value and keeps a Box type. */
function user(overrides: { returns?: typeof token.u8; name?: string } = {}): Uint8Array {
  const m = new ModuleWriter(USER, 'user');
  const other = m.moduleHandle(BASE, 'base');
  const value = m.functionHandle(
    other,
    overrides.name ?? 'value',
    [],
    [overrides.returns ?? token.u64],
  );
  m.fn({
    name: 'relay',
    returns: [overrides.returns ?? token.u64],
    code: [op(OP.Call, value), op(OP.Ret)],
  });
  return m.bytes();
}

function linkTo(pkg: MovePackage, id: typeof BASE, version: bigint): MovePackage {
  return { ...pkg, linkage: new Map([[BASE, { id, version }]]) };
}

function statusOf(run: () => unknown): string {
  try {
    run();
    return 'accepted';
  } catch (error) {
    if (error instanceof MoveVmError) return error.status;
    throw error;
  }
}

const readU64 = (bytes: Uint8Array | undefined) => bcs.u64().parse(bytes ?? new Uint8Array());

describe('linking', () => {
  it('runs the version that the root package links', async () => {
    const v1 = base();
    const v2 = upgraded(v1, { value: 2, withNew: true });
    const old = linkTo(packageOf(USER, [user()]), BASE, 1n);
    const newer = {
      ...linkTo(packageOf(USER, [user()]), BASE_V2, 2n),
      id: normalizeAddress('0x81'),
      version: 2n,
    };
    const world = await World.create(v1, v2, old, newer);
    expect(readU64(world.call('0x80::user::relay')[0])).toBe('1');
    expect(readU64(world.call('0x81::user::relay')[0])).toBe('2');
    expect(readU64(world.call('0x70::base::value')[0])).toBe('1');
    expect(readU64(world.call('0x71::base::value')[0])).toBe('2');
  });

  it('gives a type one identity over versions, by its defining id', async () => {
    const v1 = base();
    const v2 = upgraded(v1, { withNew: true });
    const world = await World.create(v1, v2);
    const session = world.session();
    const made = session.findFunction(BASE_V2, 'base', 'make');
    if (made === undefined) throw new Error('no make');
    const type = session.instantiate(made, []).returns[0]?.type;
    expect(type).toBe(session.resolveType(`${BASE}::base::Box`));
    expect(type?.toString()).toBe(`${BASE}::base::Box`);
    expect(session.resolveType(`${BASE_V2}::base::Newer`).toString()).toBe(
      `${BASE_V2}::base::Newer`,
    );
    expect(statusOf(() => session.resolveType(`${BASE}::base::Newer`))).toBe(
      'TYPE_RESOLUTION_FAILURE',
    );
  });

  it('sees packages of the session only in that session', async () => {
    const world = await World.create();
    const session = world.session();
    session.addPackage(base({ value: 9 }));
    expect(readU64(world.call('0x70::base::value', [], [], session)[0])).toBe('9');
    expect(world.session().findFunction(BASE, 'base', 'value')).toBeUndefined();
    const other = world.session();
    other.addPackage(base({ value: 8 }));
    expect(readU64(world.call('0x70::base::value', [], [], other)[0])).toBe('8');
  });

  it('forgets types that callers made up once there are too many', async () => {
    const m = new ModuleWriter(BASE, 'base');
    const pair = m.datatypeHandle(0, 'Pair', 0, [{ constraints: 0 }, { constraints: 0 }]);
    m.struct(pair, [['x', token.u64]]);
    const world = await World.create(packageOf(BASE, [m.bytes()]));
    const parts = ['u8', 'u16', 'u32', 'u64', 'u128', 'u256', 'bool', 'address'].flatMap((name) =>
      Array.from({ length: 29 }, (_, i) => `${'vector<'.repeat(i)}${name}${'>'.repeat(i)}`),
    );
    const type = (a: string, b: string) => `${BASE}::base::Pair<${a},${b}>`;
    const first = world.session();
    const known = first.resolveType(type('u8', 'u8'));
    expect(world.session().resolveType(type('u8', 'u8'))).toBe(known);
    for (const a of parts) for (const b of parts) first.resolveType(type(a, b));
    // A running session keeps its types; the next one starts anew.
    expect(first.resolveType(type('u8', 'u8'))).toBe(known);
    const next = world.session();
    expect(next.resolveType(type('u8', 'u8'))).not.toBe(known);
    expect(next.resolveType(type('u8', 'u8')).toString()).toBe(known.toString());
  });

  it('refuses a module with an unknown native', async () => {
    const m = new ModuleWriter(USER, 'user');
    m.fn({ name: 'magic' });
    m.fn({ name: 'plain', code: [op(OP.Ret)] });
    const world = await World.create(packageOf(USER, [m.bytes()]));
    expect(statusOf(() => world.call('0x80::user::plain'))).toBe('LINKER_ERROR');
  });

  it('verification finds missing and different functions', () => {
    const store = { getPackage: (id: string) => (id === BASE ? base() : undefined) };
    const verify = (bytes: Uint8Array) =>
      statusOf(() => verifyPackage(linkTo(packageOf(USER, [bytes]), BASE, 1n), store));
    expect(verify(user())).toBe('accepted');
    expect(verify(user({ name: 'nothing' }))).toBe('LOOKUP_FAILED');
    expect(verify(user({ returns: token.u8 }))).toBe('TYPE_MISMATCH');
    const unlinked = { ...packageOf(USER, [user()]), linkage: new Map() };
    expect(statusOf(() => verifyPackage(unlinked, store))).toBe('MISSING_DEPENDENCY');
  });
});

describe('upgrade compatibility', () => {
  const hidden: FunctionInit = { name: 'hidden', visibility: 0, code: [op(OP.Ret)] };
  const cases: [string, UpgradePolicy, BaseInit, BaseInit, boolean][] = [
    ['changed code', 0, {}, { value: 2 }, true],
    ['changed code under additive', 128, {}, { value: 2 }, false],
    ['a new function', 0, {}, { extra: [{ ...hidden, name: 'more' }] }, true],
    ['a new function under additive', 128, {}, { extra: [{ ...hidden, name: 'more' }] }, true],
    [
      'a new function under dependency-only',
      192,
      {},
      { extra: [{ ...hidden, name: 'more' }] },
      false,
    ],
    ['nothing under dependency-only', 192, {}, {}, true],
    ['a new type', 0, {}, { withNew: true }, true],
    ['a missing public function', 0, {}, { withValue: false }, false],
    ['a missing private function', 0, { extra: [hidden] }, {}, true],
    ['a missing private function under additive', 128, { extra: [hidden] }, {}, false],
    [
      'a new field',
      0,
      {},
      {
        fields: [
          ['x', token.u64],
          ['y', token.u64],
        ],
      },
      false,
    ],
    ['a renamed field', 0, {}, { fields: [['z', token.u64]] }, false],
    ['a new ability', 0, { abilities: 3 }, { abilities: 7 }, false],
    ['a lost ability', 0, { abilities: 7 }, { abilities: 3 }, false],
  ];
  it.each(cases)('%s (policy %i)', (_what, policy, before, after, isAllowed) => {
    const next = { ...base(after), id: BASE_V2 };
    const status = statusOf(() => checkUpgrade(base(before), next, policy));
    expect(status).toBe(isAllowed ? 'accepted' : 'INCOMPATIBLE_UPGRADE');
  });

  it('a type may not disappear', () => {
    const old = base({ withNew: true });
    expect(statusOf(() => upgraded(old, {}))).toBe('INCOMPATIBLE_UPGRADE');
  });
});

describe('execution limits', () => {
  it('ends endless loops when gas is out, and endless recursion', async () => {
    const m = new ModuleWriter(USER, 'user');
    m.fn({ name: 'spin', code: [op(OP.Branch, 0)] });
    const self = m.functionHandle(0, 'recurse', [], []);
    m.fn({ name: 'recurse', code: [op(OP.Call, self), op(OP.Ret)] });
    m.fn({
      name: 'grow',
      locals: [vector(token.u8)],
      code: [
        [...op(OP.VecPack, m.signature([token.u8])), 0, 0, 0, 0, 0, 0, 0, 0],
        op(OP.StLoc, 0),
        op(OP.MutBorrowLoc, 0),
        load(8, 1),
        op(OP.VecPushBack, m.signature([token.u8])),
        op(OP.Branch, 2),
      ],
    });
    const world = await World.create(packageOf(USER, [m.bytes()]));
    const limited = () => world.session(createGasMeter({ maxUnits: 5_000_000 }));
    expect(statusOf(() => world.call('0x80::user::spin', [], [], limited()))).toBe('OUT_OF_GAS');
    expect(statusOf(() => world.call('0x80::user::recurse'))).toBe('CALL_STACK_OVERFLOW');
    expect(statusOf(() => world.call('0x80::user::grow'))).toBe('VECTOR_OPERATION_ERROR');
  });

  it('locates errors by storage id, function definition and instruction', async () => {
    const v1 = base({ extra: [{ name: 'fail', code: [op(OP.Nop), load(64, 77), op(OP.Abort)] }] });
    const world = await World.create(v1);
    const error = (() => {
      try {
        world.call('0x70::base::fail');
      } catch (caught) {
        return caught;
      }
      return undefined;
    })();
    expect(error).toMatchObject({
      status: 'ABORTED',
      kind: 'abort',
      code: 'MOVE_ABORTED',
      abortCode: 77n,
      location: {
        package: BASE,
        module: 'base',
        functionIndex: 2,
        functionName: 'fail',
        instruction: 2,
      },
    });
  });

  it('runs enums: pack, switch, borrow, unpack, and a wrong tag', async () => {
    const m = new ModuleWriter(USER, 'user');
    const shape = m.datatypeHandle(0, 'Shape', 7);
    const e = m.enumeration(shape, [
      ['Dot', []],
      ['Line', [['length', token.u64]]],
    ]);
    const dot = m.variant(e, 0);
    const line = m.variant(e, 1);
    const t = datatype(shape);
    m.fn({ name: 'dot', returns: [t], code: [op(OP.PackVariant, dot), op(OP.Ret)] });
    m.fn({
      name: 'line',
      parameters: [token.u64],
      returns: [t],
      code: [op(OP.MoveLoc, 0), op(OP.PackVariant, line), op(OP.Ret)],
    });
    m.fn({
      name: 'length',
      parameters: [reference(t)],
      returns: [token.u64],
      code: [
        op(OP.CopyLoc, 0),
        op(OP.VariantSwitch, 0),
        load(64, 0),
        op(OP.Ret),
        op(OP.MoveLoc, 0),
        op(OP.UnpackVariantImmRef, line),
        op(OP.ReadRef),
        op(OP.Ret),
      ],
      jumpTables: [{ enumIndex: e, targets: [2, 4] }],
    });
    m.fn({
      name: 'force',
      parameters: [t],
      returns: [token.u64],
      code: [op(OP.MoveLoc, 0), op(OP.UnpackVariant, line), op(OP.Ret)],
    });
    const world = await World.create(packageOf(USER, [m.bytes()]));
    const [dotBytes] = world.call('0x80::user::dot');
    const [lineBytes] = world.call('0x80::user::line', [bcs.u64().serialize(42n).toBytes()]);
    expect(dotBytes).toEqual(Uint8Array.of(0));
    expect(lineBytes).toEqual(Uint8Array.of(1, 42, 0, 0, 0, 0, 0, 0, 0));
    expect(readU64(world.call('0x80::user::length', [lineBytes ?? new Uint8Array()])[0])).toBe(
      '42',
    );
    expect(readU64(world.call('0x80::user::length', [dotBytes ?? new Uint8Array()])[0])).toBe('0');
    expect(readU64(world.call('0x80::user::force', [lineBytes ?? new Uint8Array()])[0])).toBe('42');
    expect(statusOf(() => world.call('0x80::user::force', [dotBytes ?? new Uint8Array()]))).toBe(
      'VARIANT_TAG_MISMATCH',
    );
    expect(statusOf(() => world.call('0x80::user::force', [Uint8Array.of(2)]))).toBe(
      'FAILED_TO_DESERIALIZE_ARGUMENT',
    );
  });

  it('refuses to pack values nested deeper than 128', async () => {
    // wrap_n<T>: packs W<W<...<T>>> is bounded by type size; a chain of plain structs is not.
    const m = new ModuleWriter(USER, 'user');
    let inner = m.datatypeHandle(0, 'S0', 7);
    m.struct(inner, [['x', token.u8]]);
    for (let i = 1; i < 140; i++) {
      const handle = m.datatypeHandle(0, `S${i}`, 7);
      m.struct(handle, [['x', datatype(inner)]]);
      inner = handle;
    }
    const code = (depth: number) => [
      load(8, 1),
      ...Array.from({ length: depth }, (_, i) => op(OP.Pack, i)),
      op(OP.Pop),
      op(OP.Ret),
    ];
    m.fn({ name: 'fits', code: code(127) });
    m.fn({ name: 'deep', code: code(130) });
    const world = await World.create(packageOf(USER, [m.bytes()]));
    expect(statusOf(() => world.call('0x80::user::fits'))).toBe('accepted');
    expect(statusOf(() => world.call('0x80::user::deep'))).toBe('VM_MAX_VALUE_DEPTH_REACHED');
  });
});

describe('describePackage', () => {
  it('spells declarations with defining ids and type parameters', () => {
    const m = new ModuleWriter(USER, 'user');
    const pair = m.datatypeHandle(0, 'Pair', 7, [
      { constraints: 4 },
      { constraints: 0, isPhantom: true },
    ]);
    m.struct(pair, [
      ['first', parameter(0)],
      ['rest', vector(token.u8)],
    ]);
    m.fn({
      name: 'look',
      typeParameters: [4],
      parameters: [reference(datatype(pair, parameter(0), token.u64))],
      isEntry: true,
      code: [op(OP.Ret)],
    });
    const pkg = packageOf(USER, [m.bytes()]);
    const [described] = describePackage(pkg, { getPackage: () => undefined });
    expect(described?.datatypes[0]).toMatchObject({
      type: `${USER}::user::Pair`,
      kind: 'struct',
      abilities: ['copy', 'drop', 'store'],
      typeParameters: [
        { constraints: ['store'], isPhantom: false },
        { constraints: [], isPhantom: true },
      ],
      fields: [
        { name: 'first', position: 0, type: { kind: 'typeParameter', index: 0 } },
        { name: 'rest', position: 1, type: { kind: 'vector', element: { kind: 'u8' } } },
      ],
    });
    expect(described?.functions[0]).toMatchObject({
      name: 'look',
      isEntry: true,
      visibility: 'public',
      parameters: [
        {
          reference: 'immutable',
          body: {
            kind: 'datatype',
            type: `${USER}::user::Pair`,
            typeArguments: [{ kind: 'typeParameter', index: 0 }, { kind: 'u64' }],
          },
        },
      ],
    });
  });
});
