import type { Transaction } from '@mysten/sui/transactions';
import { fromHex } from '@walrus-ts/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TransactionRecord } from '../../src/ledger/index.js';
import { checkRecord } from './invariants.js';
import { createdOf, readFixture, refOf, SUI, USER, World, type CompiledPackage } from './world.js';

let world: World;
let first: CompiledPackage;
let second: CompiledPackage;
let incompatible: CompiledPackage;
let original: string;
let cap: string;
let counter: string;
const me = USER.toSuiAddress();

beforeAll(async () => {
  world = await World.open();
  [first, second, incompatible] = await Promise.all([
    readFixture('sample'),
    readFixture('sample_v2'),
    readFixture('sample_v3'),
  ]);
  const { packageId, record } = await world.publish(USER, first);
  checkRecord(world.ledger, record);
  original = packageId;
  cap = createdOf(record, '::UpgradeCap')[0] ?? '';
  counter = createdOf(record, '::Counter')[0] ?? '';
});

afterAll(() => world.close());

const budget = { budget: 5n * SUI };

function upgrade(
  compiled: CompiledPackage,
  options: { packageId?: string; policy?: number; digest?: Uint8Array } = {},
): Promise<TransactionRecord> {
  return world.run(
    USER,
    (tx) => {
      const capInput = tx.objectRef(refOf(world.object(cap)));
      const ticket = tx.moveCall({
        target: '0x2::package::authorize_upgrade',
        arguments: [
          capInput,
          tx.pure.u8(options.policy ?? 0),
          tx.pure.vector('u8', options.digest ?? fromHex(compiled.digest)),
        ],
      });
      const receipt = tx.upgrade({
        modules: compiled.modules.map((m) => m.bytes),
        dependencies: [...compiled.dependencies],
        package: options.packageId ?? original,
        ticket,
      });
      tx.moveCall({ target: '0x2::package::commit_upgrade', arguments: [capInput, receipt] });
    },
    budget,
  );
}

const version = (tx: Transaction, packageId: string) =>
  tx.moveCall({ target: `${packageId}::sample::version` });

describe('publishing', () => {
  it('takes the first fresh id, and makes an UpgradeCap', () => {
    const pkg = world.ledger.package(original);
    expect(pkg).toMatchObject({ version: 1n, originalId: original });
    expect([...(pkg?.modules.keys() ?? [])]).toEqual(['sample']);
    expect(pkg?.linkage.size).toBe(2);
    expect(pkg?.typeOrigins.every((origin) => origin.package === original)).toBe(true);
    expect(world.object(cap).owner).toEqual({ kind: 'address', address: me });
    expect(world.ledger.describeFunction(original, 'sample', 'increment')).toMatchObject({
      visibility: 'public',
      parameters: [
        { reference: 'mutable', body: { kind: 'datatype', type: `${original}::sample::Counter` } },
      ],
    });
    expect(world.ledger.describeDatatype(original, 'sample', 'Item')?.abilities).toEqual([
      'store',
      'key',
    ]);
  });

  const publish = (modules: Uint8Array[], dependencies: readonly string[]) =>
    world.run(
      USER,
      (tx) =>
        tx.transferObjects(
          [tx.publish({ modules: modules.map((m) => [...m]), dependencies: [...dependencies] })],
          me,
        ),
      budget,
    );
  const bytes = (compiled: CompiledPackage) =>
    Uint8Array.from(Buffer.from(compiled.modules[0]?.bytes ?? '', 'base64'));

  it('refuses modules that carry an address, are broken or come twice', async () => {
    const placed = world.ledger.package(original)?.modules.get('sample') ?? new Uint8Array();
    expect((await publish([placed], first.dependencies)).effects.status).toMatchObject({
      error: { kind: 'PublishErrorNonZeroAddress' },
    });
    const broken = bytes(first);
    broken[0] = 0;
    expect((await publish([broken], first.dependencies)).effects.status).toMatchObject({
      error: { kind: 'VMVerificationOrDeserializationError' },
    });
    expect(
      (await publish([bytes(first), bytes(first)], first.dependencies)).effects.status,
    ).toMatchObject({
      error: { kind: 'VMVerificationOrDeserializationError' },
    });
  });

  it('refuses missing and doubled dependencies', async () => {
    const [std = '', sui = ''] = first.dependencies;
    expect((await publish([bytes(first)], [sui])).effects.status).toMatchObject({
      error: { kind: 'PublishUpgradeMissingDependency' },
    });
    expect((await publish([bytes(first)], [std])).effects.status).toMatchObject({
      error: { kind: 'PublishUpgradeMissingDependency' },
    });
    expect((await publish([bytes(first)], [std, sui, sui])).effects.status).toMatchObject({
      error: { kind: 'InvalidLinkage' },
    });
  });
});

describe('upgrading', () => {
  it('checks ticket, digest and policy', async () => {
    const kind = (record: TransactionRecord) =>
      record.effects.status.success || record.effects.status.error.kind !== 'PackageUpgradeError'
        ? record.effects.status
        : record.effects.status.error.error.kind;
    expect(kind(await upgrade(second, { digest: new Uint8Array(32) }))).toBe('DigestDoesNotMatch');
    expect(kind(await upgrade(second, { policy: 7 }))).toBe('UnknownUpgradePolicy');
    expect(kind(await upgrade(second, { packageId: first.dependencies[1] ?? '' }))).toBe(
      'PackageIDDoesNotMatch',
    );
    expect(kind(await upgrade(incompatible))).toBe('IncompatibleUpgrade');
    expect(kind(await upgrade(second, { policy: 192 }))).toBe('IncompatibleUpgrade');
  });

  it('adds a version that works on the same objects, the old one stays callable', async () => {
    const record = checkRecord(world.ledger, await upgrade(second));
    expect(record.effects.status).toEqual({ success: true });
    const upgraded =
      record.effects.changedObjects.find((c) => c.output?.kind === 'package')?.objectId ?? '';
    expect(world.ledger.package(upgraded)).toMatchObject({ version: 2n, originalId: original });
    expect(world.ledger.packageVersions(upgraded)).toEqual([
      { id: original, version: 1n },
      { id: upgraded, version: 2n },
    ]);
    const origins = new Map(
      world.ledger.package(upgraded)?.typeOrigins.map((o) => [o.datatype, o.package]),
    );
    expect(origins.get('Item')).toBe(original);
    expect(origins.get('Added')).toBe(upgraded);

    const increment = (packageId: string) =>
      world.must(USER, (tx) => {
        const { owner } = world.object(counter);
        const input = tx.sharedObjectRef({
          objectId: counter,
          initialSharedVersion: owner.kind === 'shared' ? owner.initialVersion.toString() : '0',
          mutable: true,
        });
        tx.moveCall({ target: `${packageId}::sample::increment`, arguments: [input] });
      });
    await increment(original);
    await increment(upgraded);
    const contents =
      world.object(counter).data.kind === 'move' ? world.object(counter).data : undefined;
    expect(
      world.ledger.renderJson(
        `${original}::sample::Counter`,
        (contents as { contents: Uint8Array }).contents,
      ),
    ).toMatchObject({ value: '11' });

    const made = await world.must(USER, (tx) => {
      const item = tx.moveCall({
        target: `${original}::sample::new_item`,
        arguments: [tx.pure.u64(1)],
      });
      const added = tx.moveCall({ target: `${upgraded}::sample::new_added`, arguments: [item] });
      tx.transferObjects([added], me);
      version(tx, original);
      version(tx, upgraded);
    });
    // A type introduced by the upgrade carries the id of the upgrade.
    expect([...made.objectTypes.values()]).toContain(`${upgraded}::sample::Added`);
    const versions = world.ledger
      .simulate(
        { ...made.transaction, gas: { ...made.transaction.gas, payment: [] } },
        { checks: 'disabled' },
      )
      .commandResults.map((r) => r.returnValues[0]?.bcs[0]);
    expect(versions.slice(3)).toEqual([1, 2]);
    await world.restart();
    expect(world.ledger.packageVersions(original)).toHaveLength(2);
    await increment(upgraded);
  });
});
