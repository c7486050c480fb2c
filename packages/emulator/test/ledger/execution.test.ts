import type { Transaction } from '@mysten/sui/transactions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CLOCK_ID,
  coinBalance,
  normalizeType,
  SUI_TYPE,
  type TransactionRecord,
} from '../../src/ledger/index.js';
import { checkRecord } from './invariants.js';
import {
  changeOf,
  createdOf,
  need,
  readFixture,
  refOf,
  STRANGER,
  SUI,
  USER,
  World,
} from './world.js';

let world: World;
let sample: string;
let counter: string;
let published: TransactionRecord;
const me = USER.toSuiAddress();
const other = STRANGER.toSuiAddress();

beforeAll(async () => {
  world = await World.open();
  const { packageId, record } = await world.publish(USER, await readFixture('sample'));
  sample = packageId;
  published = record;
  counter = createdOf(record, '::Counter')[0] ?? '';
});

afterAll(() => world.close());

function call(
  tx: Transaction,
  name: string,
  args: Parameters<Transaction['moveCall']>[0]['arguments'] = [],
) {
  return tx.moveCall({ target: `${sample}::sample::${name}`, arguments: args });
}

const shared = (tx: Transaction, mutable: boolean, id = counter) => {
  const { owner } = world.object(id);
  if (owner.kind !== 'shared') throw new Error('not shared');
  return tx.sharedObjectRef({
    objectId: id,
    initialSharedVersion: owner.initialVersion.toString(),
    mutable,
  });
};
const owned = (tx: Transaction, id: string) => tx.objectRef(refOf(world.object(id)));

async function must(fill: (tx: Transaction) => void): Promise<TransactionRecord> {
  return checkRecord(world.ledger, await world.must(USER, fill));
}

async function makeItem(number: number): Promise<string> {
  const record = await must((tx) =>
    tx.transferObjects([call(tx, 'new_item', [tx.pure.u64(number)])], me),
  );
  return createdOf(record, '::Item')[0] ?? '';
}

async function makeBox(number: number): Promise<{ box: string; item: string }> {
  const item = await makeItem(number);
  const record = await must((tx) => tx.transferObjects([call(tx, 'wrap', [owned(tx, item)])], me));
  return { box: createdOf(record, '::Box')[0] ?? '', item };
}

describe('coins', () => {
  it('are split and transferred, with the storage of a coin charged exactly', async () => {
    const record = await must((tx) => {
      const [a, b] = tx.splitCoins(tx.gas, [3n * SUI, 5n]);
      tx.transferObjects([need(a), need(b)], other);
    });
    const created = record.effects.changedObjects.filter((c) => c.idOperation === 'created');
    expect(created).toHaveLength(2);
    // 130 bytes × 7600 MIST per coin: two new ones and the gas coin.
    expect(record.effects.gasUsed.storageCost).toBe(3n * 988_000n);
    expect(record.effects.gasUsed.computationCost).toBe(1_000_000n);
    expect(record.balanceChanges).toContainEqual({
      address: other,
      coinType: SUI_TYPE,
      amount: 3n * SUI + 5n,
    });
    expect(world.object(created[0]?.objectId ?? '').storageRebate).toBe(988_000n);
  });

  it('used for payment are merged into the first', async () => {
    const gas = world.coins(USER).slice(0, 3);
    const total = gas.reduce(
      (sum, coin) => sum + (coin.data.kind === 'move' ? coinBalance(coin.data.contents) : 0n),
      0n,
    );
    const record = checkRecord(world.ledger, await world.must(USER, () => {}, { gas }));
    const { gasUsed } = record.effects;
    const kept = world.object(gas[0]?.objectId ?? '');
    const net = gasUsed.computationCost + gasUsed.storageCost - gasUsed.storageRebate;
    expect(kept.data.kind === 'move' && coinBalance(kept.data.contents)).toBe(total - net);
    expect(changeOf(record, gas[1]?.objectId ?? '')).toMatchObject({
      output: undefined,
      idOperation: 'deleted',
    });
    expect(record.effects.changedObjects[record.effects.gasObjectIndex ?? -1]?.objectId).toBe(
      kept.objectId,
    );
  });

  it('are merged; the gas coin can be given away with what is left', async () => {
    const record = await must((tx) => {
      const [a, b] = tx.splitCoins(tx.gas, [SUI, 2n * SUI]);
      tx.mergeCoins(need(a), [need(b)]);
      tx.transferObjects([need(a)], me);
    });
    const [merged] = createdOf(record, '>').filter((id) => id !== '');
    const coin = world.object(merged ?? '');
    expect(coin.data.kind === 'move' && coinBalance(coin.data.contents)).toBe(3n * SUI);
    const gift = checkRecord(
      world.ledger,
      await world.must(USER, (tx) => tx.transferObjects([tx.gas], other), { gas: [coin] }),
    );
    expect(world.object(coin.objectId).owner).toEqual({ kind: 'address', address: other });
    const net =
      gift.effects.gasUsed.computationCost +
      gift.effects.gasUsed.storageCost -
      gift.effects.gasUsed.storageRebate;
    expect(gift.balanceChanges).toContainEqual({
      address: other,
      coinType: SUI_TYPE,
      amount: 3n * SUI - net,
    });
  });
});

describe('shared objects', () => {
  it('made by init are shared at the version of the publishing transaction', () => {
    expect(world.object(counter).owner).toEqual({
      kind: 'shared',
      initialVersion: published.effects.lamportVersion,
    });
    expect(published.events).toHaveLength(1);
    expect(published.events[0]).toMatchObject({
      packageId: sample,
      module: 'sample',
      type: `${sample}::sample::Noted`,
    });
    expect(
      world.ledger.renderJson(
        `${sample}::sample::Noted`,
        published.events[0]?.contents ?? new Uint8Array(),
      ),
    ).toEqual({
      text: 'published',
      time: '0',
    });
  });

  it('are changed, also when the call leaves them as they are', async () => {
    const before = world.object(counter);
    const record = await must((tx) => {
      const input = shared(tx, true);
      call(tx, 'increment', [input]);
      call(tx, 'increment', [input]);
    });
    const after = world.object(counter);
    expect(
      world.ledger.renderJson(
        `${sample}::sample::Counter`,
        after.data.kind === 'move' ? after.data.contents : new Uint8Array(),
      ),
    ).toEqual({ id: counter, value: '2' });
    expect(after.owner).toEqual(before.owner);
    expect(record.effects.dependencies).toContain(before.previousTransaction);
    const untouched = await must((tx) => call(tx, 'value', [shared(tx, true)]));
    expect(world.object(counter).version).toBe(untouched.effects.lamportVersion);
  });

  it('that are only read stay, and are listed as unchanged', async () => {
    const before = world.object(counter);
    const record = await must((tx) => call(tx, 'value', [shared(tx, false)]));
    expect(world.object(counter)).toEqual(before);
    expect(record.effects.unchangedConsensusObjects).toEqual([
      { objectId: counter, kind: 'readOnlyRoot', version: before.version, digest: before.digest },
    ]);
    // Their version counts for the version of everything written.
    expect(record.effects.lamportVersion).toBeGreaterThan(before.version);
  });

  it('taken by value can be shared again or deleted, not kept', async () => {
    const fresh = async (): Promise<string> => {
      const { record } = await world.publish(USER, await readFixture('sample'));
      sample =
        record.effects.changedObjects.find((c) => c.output?.kind === 'package')?.objectId ?? '';
      return createdOf(record, '::Counter')[0] ?? '';
    };
    const first = sample;
    const own = await fresh();
    const { owner } = world.object(own);
    await must((tx) => call(tx, 'share_again', [shared(tx, true, own)]));
    expect(world.object(own).owner).toEqual(owner);
    const kept = await world.run(USER, (tx) => call(tx, 'keep_counter', [shared(tx, true, own)]));
    expect(kept.effects.status).toMatchObject({
      success: false,
      error: { kind: 'SharedObjectOperationNotAllowed' },
    });
    const gone = await must((tx) => call(tx, 'drop_counter', [shared(tx, true, own)]));
    expect(changeOf(gone, own)).toMatchObject({ output: undefined, idOperation: 'deleted' });
    sample = first;
  });
});

describe('objects', () => {
  it('are wrapped, changed inside, unwrapped and deleted, with the effects that say so', async () => {
    const item = await makeItem(5);
    const before = world.object(item);
    const wrapped = await must((tx) =>
      tx.transferObjects([call(tx, 'wrap', [owned(tx, item)])], me),
    );
    const box = createdOf(wrapped, '::Box')[0] ?? '';
    expect(changeOf(wrapped, item)).toMatchObject({ idOperation: 'none', output: undefined });
    expect(world.ledger.getObject(item, before.version)).toEqual(before);
    const unwrapped = await must((tx) =>
      tx.transferObjects([call(tx, 'take_out', [owned(tx, box)])], me),
    );
    expect(changeOf(unwrapped, item)).toMatchObject({
      idOperation: 'none',
      input: undefined,
      output: { kind: 'object' },
    });
    await must((tx) => call(tx, 'put_in', [owned(tx, box), owned(tx, item)]));
    const deleted = await must((tx) => call(tx, 'destroy_box_with_item', [owned(tx, box)]));
    expect(changeOf(deleted, box)).toMatchObject({ idOperation: 'deleted' });
    // Unwrapped and deleted in one transaction: it existed nowhere before.
    expect(changeOf(deleted, item)).toMatchObject({
      idOperation: 'deleted',
      input: undefined,
      output: undefined,
    });
  });

  it('created and consumed in one transaction leave no trace', async () => {
    const record = await must((tx) =>
      call(tx, 'delete_item', [call(tx, 'new_item', [tx.pure.u64(1)])]),
    );
    expect(record.effects.changedObjects).toHaveLength(1);
  });

  it('are frozen and then readable by everybody', async () => {
    const item = await makeItem(7);
    await must((tx) => call(tx, 'freeze_item', [owned(tx, item)]));
    expect(world.object(item).owner).toEqual({ kind: 'immutable' });
    const record = await must((tx) => call(tx, 'number', [owned(tx, item)]));
    expect(record.effects.changedObjects.map((c) => c.objectId)).not.toContain(item);
  });

  it('go into vectors', async () => {
    const items = [await makeItem(1), await makeItem(2)];
    const record = await must((tx) => {
      const vector = tx.makeMoveVec({ elements: items.map((id) => owned(tx, id)) });
      call(tx, 'count_items', [vector, tx.pure.address(other)]);
      call(tx, 'count_items', [
        tx.makeMoveVec({ type: `${sample}::sample::Item`, elements: [] }),
        tx.pure.address(other),
      ]);
    });
    for (const id of items)
      expect(changeOf(record, id).output).toMatchObject({
        owner: { kind: 'address', address: other },
      });
  });

  it('sent to an object are received by it', async () => {
    const { box } = await makeBox(1);
    const sent = await makeItem(9);
    await must((tx) => tx.transferObjects([owned(tx, sent)], box));
    const record = await must((tx) => {
      const item = call(tx, 'receive_item', [
        owned(tx, box),
        tx.receivingRef(refOf(world.object(sent))),
      ]);
      tx.transferObjects([item], me);
    });
    expect(changeOf(record, sent).output).toMatchObject({
      owner: { kind: 'address', address: me },
    });
    await must((tx) => tx.transferObjects([owned(tx, sent)], other));
    const wrong = await world.run(USER, (tx) => {
      const item = call(tx, 'receive_item', [
        owned(tx, box),
        tx.receivingRef(refOf(world.object(sent))),
      ]);
      tx.transferObjects([item], me);
    });
    expect(wrong.effects.status).toMatchObject({
      error: { kind: 'MoveAbort', code: 3n, location: { module: 'transfer' } },
    });
  });

  it('sent to an object are not received as another type, at another version or as a plain input', async () => {
    const { box } = await makeBox(1);
    const { box: inner } = await makeBox(2);
    await must((tx) => tx.transferObjects([owned(tx, inner)], box));
    const receive = (tx: Transaction, ref: ReturnType<typeof refOf>): void => {
      const item = call(tx, 'receive_item', [owned(tx, box), tx.receivingRef(ref)]);
      tx.transferObjects([item], me);
    };
    const now = refOf(world.object(inner));
    const wrongType = await world.run(USER, (tx) => receive(tx, now));
    expect(wrongType.effects.status).toMatchObject({
      error: { kind: 'MoveAbort', code: 2n, location: { module: 'transfer' } },
      command: 0,
    });
    // A ticket that was not used up leaves the object alone.
    expect(refOf(world.object(inner))).toEqual(now);
    await expect(
      world.run(USER, (tx) => receive(tx, { ...now, version: '1' })),
    ).rejects.toMatchObject({ code: 'LEDGER_OBJECT_VERSION' });
    await expect(
      world.run(USER, (tx) => call(tx, 'child_number', [owned(tx, inner), tx.pure.u64(0)])),
    ).rejects.toMatchObject({ code: 'LEDGER_OBJECT_OWNER' });
    const asValue = await world.run(USER, (tx) =>
      call(tx, 'child_number', [tx.receivingRef(now), tx.pure.u64(0)]),
    );
    expect(asValue.effects.status).toMatchObject({
      error: { kind: 'CommandArgumentError', argument: 0, error: { kind: 'TypeMismatch' } },
      command: 0,
    });
  });
});

describe('children', () => {
  it('of dynamic fields are created, changed, listed and removed', async () => {
    const { box } = await makeBox(1);
    const text = 'key';
    const added = await must((tx) =>
      call(tx, 'add_field', [owned(tx, box), tx.pure.string(text), tx.pure.u64(5)]),
    );
    const [field] = createdOf(added, ',u64>');
    expect(changeOf(added, field ?? '').output).toMatchObject({
      owner: { kind: 'object', parent: box },
    });
    const [entry] = world.ledger.dynamicFields(box, { limit: 10 }).items;
    expect(entry).toMatchObject({
      kind: 'field',
      fieldId: field,
      nameType: normalizeType('0x1::string::String'),
      name: new Uint8Array([3, ...Buffer.from(text)]),
      valueType: 'u64',
      value: new Uint8Array([5, 0, 0, 0, 0, 0, 0, 0]),
    });
    const changed = await must((tx) =>
      call(tx, 'change_field', [owned(tx, box), tx.pure.string(text), tx.pure.u64(6)]),
    );
    expect(changeOf(changed, field ?? '')).toMatchObject({ idOperation: 'none' });
    expect(changed.effects.dependencies).toContain(added.digest);
    const removed = await must((tx) =>
      call(tx, 'remove_field', [owned(tx, box), tx.pure.string(text)]),
    );
    expect(changeOf(removed, field ?? '')).toMatchObject({
      idOperation: 'deleted',
      output: undefined,
    });
    expect(world.ledger.dynamicFields(box, { limit: 10 }).items).toEqual([]);
  });

  it('that are objects keep their identity', async () => {
    const { box } = await makeBox(1);
    const child = await makeItem(40);
    const added = await must((tx) =>
      call(tx, 'add_child', [owned(tx, box), tx.pure.u64(3), owned(tx, child)]),
    );
    const [field] = createdOf(added, '::object::ID>');
    expect(changeOf(added, child).output).toMatchObject({
      owner: { kind: 'object', parent: field },
    });
    expect(world.ledger.dynamicFields(box, { limit: 10 }).items).toMatchObject([
      { kind: 'object', nameType: 'u64', childId: child, valueType: `${sample}::sample::Item` },
    ]);
    const read = await must((tx) => call(tx, 'child_number', [owned(tx, box), tx.pure.u64(3)]));
    expect(read.effects.changedObjects.map((c) => c.objectId)).not.toContain(child);
    await must((tx) =>
      call(tx, 'set_child_number', [owned(tx, box), tx.pure.u64(3), tx.pure.u64(41)]),
    );
    const taken = await must((tx) =>
      tx.transferObjects([call(tx, 'remove_child', [owned(tx, box), tx.pure.u64(3)])], me),
    );
    expect(changeOf(taken, child).output).toMatchObject({
      owner: { kind: 'address', address: me },
    });
  });

  it('that are taken into their parent are wrapped', async () => {
    const { box } = await makeBox(1);
    await must((tx) => tx.transferObjects([call(tx, 'take_out', [owned(tx, box)])], me));
    const child = await makeItem(40);
    await must((tx) => call(tx, 'add_child', [owned(tx, box), tx.pure.u64(3), owned(tx, child)]));
    const record = await must((tx) => call(tx, 'swallow_child', [owned(tx, box), tx.pure.u64(3)]));
    expect(changeOf(record, child)).toMatchObject({ idOperation: 'none', output: undefined });
    expect(changeOf(record, child).input).toBeDefined();
  });
});

describe('arguments', () => {
  it('of every pure type are decoded', async () => {
    await must((tx) => {
      call(tx, 'maybe', [tx.pure.option('vector<u16>', [1, 2, 3])]);
      call(tx, 'maybe', [tx.pure.option('vector<u16>', null)]);
      call(tx, 'check_ascii', [tx.pure.string('plain')]);
      call(tx, 'coin_value', [tx.gas]);
    });
  });

  it('keep what a mutable borrow wrote, per type', async () => {
    const item = await makeItem(1);
    await must((tx) => {
      call(tx, 'set_number', [owned(tx, item), tx.pure.u64(10)]);
      call(tx, 'private_entry', [owned(tx, item)]);
    });
    expect(
      world.ledger.renderJson(
        `${sample}::sample::Item`,
        (world.object(item).data as { contents: Uint8Array }).contents,
      ),
    ).toEqual({ id: item, number: '1000' });
  });

  it('with type parameters are instantiated', async () => {
    const item = await makeItem(1);
    await must((tx) =>
      tx.moveCall({
        target: `${sample}::sample::generic`,
        typeArguments: [`${sample}::sample::Item`],
        arguments: [owned(tx, item), tx.pure.address(other)],
      }),
    );
    expect(world.object(item).owner).toEqual({ kind: 'address', address: other });
  });
});

describe('time', () => {
  const noteTime = async (): Promise<bigint> => {
    const record = await must((tx) =>
      call(tx, 'note', [
        tx.pure.string('now'),
        tx.sharedObjectRef({ objectId: CLOCK_ID, initialSharedVersion: 1, mutable: false }),
      ]),
    );
    const json = world.ledger.renderJson(
      record.events[0]?.type ?? '',
      record.events[0]?.contents ?? new Uint8Array(),
    );
    return BigInt((json as { time: string }).time);
  };

  it('follows the wall clock, and can be moved forward for good', async () => {
    const started = BigInt(Date.now());
    const first = await noteTime();
    expect(first).toBeGreaterThanOrEqual(started);
    const { timestampMs, txDigest } = await world.ledger.advanceClock(3_600_000);
    expect(timestampMs - first).toBeGreaterThanOrEqual(3_600_000n);
    expect(world.ledger.transaction(txDigest)?.transaction.kind.kind).toBe(
      'consensusCommitPrologue',
    );
    expect(await noteTime()).toBeGreaterThanOrEqual(timestampMs);
    await world.restart();
    expect(await noteTime()).toBeGreaterThanOrEqual(timestampMs);
    await expect(world.ledger.advanceClock(-1)).rejects.toMatchObject({
      code: 'LEDGER_INVALID_ARGUMENT',
    });
  });
});
