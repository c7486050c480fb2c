/** Upgrades and linkage of packages over transactions (move-vm.md 7.3, 7.4), with modules written for the purpose. */
import { toBase64, type Address } from '@walrus-ts/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExecutionStatus, TransactionRecord } from '../../src/ledger/index.js';
import { packageDigest } from '../../src/move/index.js';
import { load, ModuleWriter, op, OP, token, vector } from '../move/module-writer.js';
import { checkRecord } from './invariants.js';
import { createdOf, need, refOf, SUI, USER, World } from './world.js';

const COMPATIBLE = 0;
const ADDITIVE = 128;
const DEPENDENCY_ONLY = 192;
const FRAMEWORK = ['1', '2'].map((n) => `0x${n.padStart(64, '0')}`);
const me = USER.toSuiAddress();
const budget = { budget: 5n * SUI };

let world: World;

beforeAll(async () => {
  world = await World.open();
});

afterAll(() => world.close());

interface Published {
  readonly id: string;
  readonly cap: string;
}

/** What a version of the package `base` holds besides `value()`. */
interface BaseInit {
  readonly value: number;
  readonly structs?: readonly string[];
  readonly functions?: readonly string[];
  readonly withPrivate?: boolean;
}

/** Module `base`: a public `value()`, and a private `hidden()` unless told otherwise. */
function base({ value, structs = ['First'], functions = [], withPrivate = true }: BaseInit) {
  const m = new ModuleWriter('0x0', 'base');
  for (const name of structs) m.struct(m.datatypeHandle(0, name, 7), [['x', token.u64]]);
  m.fn({ name: 'value', returns: [token.u64], code: [load(64, value), op(OP.Ret)] });
  if (withPrivate) m.fn({ name: 'hidden', visibility: 0, code: [op(OP.Ret)] });
  for (const name of functions) m.fn({ name, code: [op(OP.Ret)] });
  return m.bytes();
}

/** Module that ends with `base::value()` as its abort code, so that one sees what it is linked to. */
function user(original: string, name = 'user'): Uint8Array {
  const m = new ModuleWriter('0x0', name);
  const value = m.functionHandle(m.moduleHandle(original, 'base'), 'value', [], [token.u64]);
  m.fn({ name: 'run', code: [op(OP.Call, value), op(OP.Abort)] });
  return m.bytes();
}

function publishing(modules: Uint8Array[], dependencies: readonly string[]) {
  return world.run(
    USER,
    (tx) => {
      const cap = tx.publish({
        modules: modules.map((m) => toBase64(m)),
        dependencies: [...dependencies],
      });
      tx.transferObjects([cap], me);
    },
    budget,
  );
}

async function publish(modules: Uint8Array[], dependencies: readonly string[]): Promise<Published> {
  const record = checkRecord(world.ledger, await publishing(modules, dependencies));
  expect(record.effects.status).toEqual({ success: true });
  return { id: packageOf(record), cap: need(createdOf(record, '::UpgradeCap')[0]) };
}

function packageOf(record: TransactionRecord): string {
  return need(record.effects.changedObjects.find((c) => c.output?.kind === 'package')).objectId;
}

/** Tries an upgrade of the version that the capability names. */
async function upgrading(
  pkg: Published,
  modules: Uint8Array[],
  options: {
    policy?: number;
    dependencies?: readonly string[];
    current?: string;
    withoutCommit?: boolean;
  } = {},
): Promise<TransactionRecord> {
  const dependencies = [...(options.dependencies ?? FRAMEWORK)];
  const record = await world.run(
    USER,
    (tx) => {
      const cap = tx.objectRef(refOf(world.object(pkg.cap)));
      const digest = packageDigest(modules, dependencies as Address[]);
      const ticket = tx.moveCall({
        target: '0x2::package::authorize_upgrade',
        arguments: [cap, tx.pure.u8(options.policy ?? 0), tx.pure.vector('u8', [...digest])],
      });
      const receipt = tx.upgrade({
        modules: modules.map((m) => toBase64(m)),
        dependencies,
        package: options.current ?? pkg.id,
        ticket,
      });
      if (options.withoutCommit === true) return;
      tx.moveCall({ target: '0x2::package::commit_upgrade', arguments: [cap, receipt] });
    },
    budget,
  );
  return checkRecord(world.ledger, record);
}

async function upgrade(...args: Parameters<typeof upgrading>): Promise<string> {
  const record = await upgrading(...args);
  expect(record.effects.status).toEqual({ success: true });
  return packageOf(record);
}

const refusal = { kind: 'PackageUpgradeError', error: { kind: 'IncompatibleUpgrade' } };

async function refuses(...args: Parameters<typeof upgrading>): Promise<void> {
  const { effects } = await upgrading(...args);
  expect(effects.status).toMatchObject({ success: false, error: refusal, command: 1 });
}

/** The number that `run` of a dependent ends with. */
async function linkedValue(id: string, module = 'user'): Promise<bigint> {
  const { effects } = await world.run(USER, (tx) =>
    tx.moveCall({ target: `${id}::${module}::run` }),
  );
  const status: ExecutionStatus = effects.status;
  if (status.success || status.error.kind !== 'MoveAbort') throw new Error('no abort');
  return status.error.code;
}

describe('policies', () => {
  it('compatible: bodies, private functions and new parts may change, public parts may not', async () => {
    const pkg = await publish([base({ value: 1 })], FRAMEWORK);
    await refuses(pkg, [base({ value: 1, structs: [] })]);
    await refuses(pkg, [base({ value: 1, structs: ['Second'] })]);
    const withoutValue = new ModuleWriter('0x0', 'base');
    withoutValue.struct(withoutValue.datatypeHandle(0, 'First', 7), [['x', token.u64]]);
    await refuses(pkg, [withoutValue.bytes()]);
    const otherAbilities = new ModuleWriter('0x0', 'base');
    otherAbilities.struct(otherAbilities.datatypeHandle(0, 'First', 6), [['x', token.u64]]);
    otherAbilities.fn({
      name: 'value',
      returns: [token.u64],
      code: [load(64, 1), op(OP.Ret)],
    });
    await refuses(pkg, [otherAbilities.bytes()]);
    await upgrade(pkg, [
      base({ value: 2, structs: ['First', 'Second'], functions: ['more'], withPrivate: false }),
    ]);
  });

  it('additive: what was there stays as it is, more may come', async () => {
    const pkg = await publish([base({ value: 1 })], FRAMEWORK);
    const policy = ADDITIVE;
    await refuses(pkg, [base({ value: 2 })], { policy });
    await refuses(pkg, [base({ value: 1, withPrivate: false })], { policy });
    await upgrade(pkg, [base({ value: 1, structs: ['First', 'Second'], functions: ['more'] })], {
      policy,
    });
  });

  it('dependency-only: nothing may change', async () => {
    const pkg = await publish([base({ value: 1 })], FRAMEWORK);
    const policy = DEPENDENCY_ONLY;
    await refuses(pkg, [base({ value: 1, functions: ['more'] })], { policy });
    await refuses(pkg, [base({ value: 1 }), another()], { policy });
    await upgrade(pkg, [base({ value: 1 })], { policy });
  });

  function another(): Uint8Array {
    const m = new ModuleWriter('0x0', 'another');
    m.fn({ name: 'f', code: [op(OP.Ret)] });
    return m.bytes();
  }

  it('a capability made stricter stays so', async () => {
    const pkg = await publish([base({ value: 1 })], FRAMEWORK);
    await world.must(USER, (tx) =>
      tx.moveCall({
        target: '0x2::package::only_dep_upgrades',
        arguments: [tx.objectRef(refOf(world.object(pkg.cap)))],
      }),
    );
    const { effects } = await upgrading(pkg, [base({ value: 1 })], { policy: COMPATIBLE });
    expect(effects.status).toMatchObject({ error: { kind: 'MoveAbort', code: 1n }, command: 0 });
    await upgrade(pkg, [base({ value: 1 })], { policy: DEPENDENCY_ONLY });
  });
});

describe('tickets and receipts', () => {
  it('must be used, in order, once', async () => {
    const pkg = await publish([base({ value: 1 })], FRAMEWORK);
    const left = await upgrading(pkg, [base({ value: 2 })], { withoutCommit: true });
    expect(left.effects.status).toMatchObject({
      error: { kind: 'UnusedValueWithoutDrop', result: 1, secondary: 0 },
    });
    const next = await upgrade(pkg, [base({ value: 2 })]);
    const cap = world.object(pkg.cap);
    if (cap.data.kind !== 'move') throw new Error('no object');
    expect(world.ledger.renderJson(cap.data.type, cap.data.contents)).toMatchObject({
      package: next,
      version: '2',
      policy: 0,
    });
    // The ticket names the newest version; the one before cannot be upgraded any more.
    const stale = await upgrading(pkg, [base({ value: 3 })], { current: pkg.id });
    expect(stale.effects.status).toMatchObject({
      error: { error: { kind: 'PackageIDDoesNotMatch', packageId: pkg.id, ticketId: next } },
      command: 1,
    });
    await upgrade(pkg, [base({ value: 3 })], { current: next });
  });

  it('do not run init: a new module with one is refused', async () => {
    const pkg = await publish([base({ value: 1 })], FRAMEWORK);
    const m = new ModuleWriter('0x0', 'fresh');
    const context = m.datatypeHandle(
      m.moduleHandle(need(FRAMEWORK[1]), 'tx_context'),
      'TxContext',
      2,
    );
    m.fn({
      name: 'init',
      visibility: 0,
      parameters: [
        {
          kind: 'reference',
          mutable: true,
          target: { kind: 'datatype', handle: context, typeArguments: [] },
        },
      ],
      code: [op(OP.Ret)],
    });
    const { effects } = await upgrading(pkg, [base({ value: 1 }), m.bytes()]);
    expect(effects.status).toMatchObject({ error: { kind: 'FeatureNotYetSupported' }, command: 1 });
  });
});

describe('linkage', () => {
  it('decides which version of a dependency runs', async () => {
    const dep = await publish([base({ value: 1 })], FRAMEWORK);
    const early = await publish([user(dep.id)], [...FRAMEWORK, dep.id]);
    const dep2 = await upgrade(dep, [base({ value: 2 })]);
    const late = await publish([user(dep.id)], [...FRAMEWORK, dep2]);
    expect(await linkedValue(early.id)).toBe(1n);
    expect(await linkedValue(late.id)).toBe(2n);
    expect(world.ledger.package(late.id)?.linkage.get(dep.id)).toEqual({ id: dep2, version: 2n });

    // An upgrade of the dependent takes the new version over.
    const moved = await upgrade(early, [user(dep.id)], {
      policy: DEPENDENCY_ONLY,
      dependencies: [...FRAMEWORK, dep2],
    });
    expect(await linkedValue(moved)).toBe(2n);
    expect(await linkedValue(early.id)).toBe(1n);
  });

  it('lists every dependency once, not below what others need, and not the package itself', async () => {
    const dep = await publish([base({ value: 1 })], FRAMEWORK);
    const dep2 = await upgrade(dep, [base({ value: 2 })]);
    const middle = await publish([user(dep.id)], [...FRAMEWORK, dep2]);
    const top = (): Uint8Array => {
      const m = new ModuleWriter('0x0', 'top');
      const run = m.functionHandle(m.moduleHandle(middle.id, 'user'), 'run', [], []);
      m.fn({ name: 'run', code: [op(OP.Call, run), op(OP.Ret)] });
      return m.bytes();
    };
    const status = async (dependencies: readonly string[]) =>
      (await publishing([top()], dependencies)).effects.status;
    expect(await status([...FRAMEWORK, middle.id])).toMatchObject({
      error: { kind: 'PublishUpgradeMissingDependency' },
    });
    expect(await status([...FRAMEWORK, middle.id, dep.id])).toMatchObject({
      error: { kind: 'PublishUpgradeDependencyDowngrade' },
    });
    expect(await status([...FRAMEWORK, middle.id, dep.id, dep2])).toMatchObject({
      error: { kind: 'InvalidLinkage' },
    });
    const all = [...FRAMEWORK, middle.id, dep2];
    expect(await status(all)).toEqual({ success: true });
    const own = await upgrading(dep, [base({ value: 3 })], {
      current: dep2,
      dependencies: [...FRAMEWORK, dep2],
    });
    expect(own.effects.status).toMatchObject({ error: { kind: 'InvalidLinkage' }, command: 1 });
  });

  it('keeps the origin of each type over several versions', async () => {
    const pkg = await publish([base({ value: 1, structs: ['A'] })], FRAMEWORK);
    const v2 = await upgrade(pkg, [base({ value: 1, structs: ['A', 'B'] })]);
    const v3 = await upgrade(pkg, [base({ value: 1, structs: ['A', 'B', 'C'] })], { current: v2 });
    const origins = world.ledger.package(v3)?.typeOrigins.map((o) => [o.datatype, o.package]);
    expect(origins).toEqual([
      ['A', pkg.id],
      ['B', v2],
      ['C', v3],
    ]);
    expect(world.ledger.packageVersions(v2)).toEqual([
      { id: pkg.id, version: 1n },
      { id: v2, version: 2n },
      { id: v3, version: 3n },
    ]);
  });
});

describe('size', () => {
  it('of a package is at most 100 KiB', async () => {
    const m = new ModuleWriter('0x0', 'large');
    const bytes = 60 * 1024;
    for (const fill of [1, 2]) {
      const length = [(bytes & 0x7f) | 0x80, ((bytes >> 7) & 0x7f) | 0x80, bytes >> 14];
      m.constant(vector(token.u8), [...length, ...Array.from({ length: bytes }, () => fill)]);
    }
    m.fn({ name: 'f', code: [op(OP.Ret)] });
    // The official client takes seconds for so many bytes; they replace those of a small package.
    const modules = [m.bytes()];
    const { effects } = await world.runChanged(
      USER,
      (tx) => {
        const small = { modules: [toBase64(base({ value: 1 }))], dependencies: FRAMEWORK };
        tx.transferObjects([tx.publish(small)], me);
      },
      (data) => {
        if (data.kind.kind !== 'programmable') throw new Error('programmable');
        const commands = data.kind.commands.map((command) =>
          command.kind === 'publish' ? { ...command, modules } : command,
        );
        return { ...data, kind: { ...data.kind, commands } };
      },
    );
    expect(effects.status).toMatchObject({
      error: { kind: 'MovePackageTooBig', maxSize: 102_400n },
      command: 0,
    });
  });
});
