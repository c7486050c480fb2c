/**
 * Objects that an address owns through consensus. The framework here has no function that makes one, so the test writes one
 * into the store; using it then goes the normal ways.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCheckpoint } from '../../src/ledger/codec/checkpoint.js';
import { makeObject } from '../../src/ledger/codec/object.js';
import { completeHistory } from '../../src/ledger/history.js';
import { openLedger } from '../../src/ledger/index.js';
import { LedgerStore } from '../../src/ledger/store.js';
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
  worldInit,
} from './world.js';

const me = USER.toSuiAddress();

let world: World;
let sample: string;
let item: string;
let startVersion: bigint;

beforeAll(async () => {
  world = await World.open();
  sample = (await world.publish(USER, await readFixture('sample'))).packageId;
  const made = await world.must(USER, (tx) => {
    const object = tx.moveCall({
      target: `${sample}::sample::new_item`,
      arguments: [tx.pure.u64(5)],
    });
    const [coin] = tx.splitCoins(tx.gas, [SUI]);
    tx.transferObjects([object], me);
    tx.transferObjects([need(coin)], STRANGER.toSuiAddress());
  });
  item = need(createdOf(made, '::Item')[0]);
  startVersion = world.object(item).version;
  await world.ledger.close();
  await givePartyOwner();
  world.ledger = await openLedger(await worldInit(world.dataDir));
});

afterAll(() => world.close());

/** Changes the owner of the item in the store, in a checkpoint of its own. */
async function givePartyOwner(): Promise<void> {
  const store = new LedgerStore(world.dataDir);
  const tip = need(store.checkpoint(need(store.newestCheckpoint())));
  const before = need(store.object(item));
  const owner = { kind: 'consensusAddress', startVersion, address: me } as const;
  const after = makeObject({ ...before, owner });
  const { summary } = tip;
  const checkpoint = makeCheckpoint(
    {
      epoch: summary.epoch,
      sequenceNumber: summary.sequenceNumber + 1n,
      totalTransactions: summary.totalTransactions,
      previousDigest: tip.digest,
      epochGas: summary.epochGas,
      timestampMs: summary.timestampMs,
    },
    [],
  );
  await store.commit(
    {
      checkpoint,
      transactions: [],
      updates: [{ id: item, before, after }],
      intermediate: [],
      meta: new Map(),
    },
    completeHistory(),
  );
  await store.close();
}

const shared = (mutable: boolean, version = startVersion) => ({
  objectId: item,
  initialSharedVersion: version.toString(),
  mutable,
});

describe('an object owned through consensus', () => {
  it('is listed with its owner', () => {
    const { items } = world.ledger.ownedObjects(me, { limit: 10, type: `${sample}::sample::Item` });
    expect(items.map(({ objectId }) => objectId)).toEqual([item]);
  });

  it('is no owned input, and nobody else may use it', async () => {
    await expect(
      world.run(USER, (tx) => tx.transferObjects([tx.objectRef(refOf(world.object(item)))], me)),
    ).rejects.toMatchObject({ code: 'LEDGER_OBJECT_OWNER' });
    const read = { target: `${sample}::sample::number` } as const;
    await expect(
      world.run(
        STRANGER,
        (tx) => tx.moveCall({ ...read, arguments: [tx.sharedObjectRef(shared(false))] }),
        { budget: SUI / 10n },
      ),
    ).rejects.toMatchObject({ code: 'LEDGER_OBJECT_OWNER' });
    await expect(
      world.run(USER, (tx) =>
        tx.moveCall({ ...read, arguments: [tx.sharedObjectRef(shared(false, startVersion + 1n))] }),
      ),
    ).rejects.toMatchObject({ code: 'LEDGER_OBJECT_VERSION' });
  });

  it('is read and changed by its owner, and keeps owner and start version', async () => {
    const number = (mutable: boolean) =>
      world.run(USER, (tx) =>
        tx.moveCall({
          target: `${sample}::sample::${mutable ? 'set_number' : 'number'}`,
          arguments: [tx.sharedObjectRef(shared(mutable)), ...(mutable ? [tx.pure.u64(6)] : [])],
        }),
      );
    const read = checkRecord(world.ledger, await number(false));
    expect(read.effects.unchangedConsensusObjects).toMatchObject([{ objectId: item }]);
    const changed = checkRecord(world.ledger, await number(true));
    expect(changed.effects.status).toEqual({ success: true });
    expect(changeOf(changed, item).output).toMatchObject({
      owner: { kind: 'consensusAddress', startVersion, address: me },
    });
  });

  it('can be given to an address, since it need not stay shared', async () => {
    const record = checkRecord(
      world.ledger,
      await world.run(USER, (tx) =>
        tx.transferObjects([tx.sharedObjectRef(shared(true))], STRANGER.toSuiAddress()),
      ),
    );
    expect(record.effects.status).toEqual({ success: true });
    expect(changeOf(record, item)).toMatchObject({
      input: { owner: { kind: 'consensusAddress' } },
      output: { owner: { kind: 'address', address: STRANGER.toSuiAddress() } },
    });
  });
});
