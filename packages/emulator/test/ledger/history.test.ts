import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLedger } from '../../src/ledger/index.js';
import { need, refOf, USER, World, worldInit } from './world.js';

/** Runs transactions one after another, each in a checkpoint of its own, and returns their digests. */
async function fill(world: World, count: number): Promise<string[]> {
  const digests: string[] = [];
  for (let i = 0; i < count; i++) digests.push((await world.must(USER, () => {})).digest);
  return digests;
}

describe('a bounded history', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.open({ history: { checkpoints: 5, objectCheckpoints: 2 } });
  });
  afterAll(() => world.close());

  it('keeps the newest checkpoints with their transactions, and tells where it begins', async () => {
    const digests = await fill(world, 12);
    const { checkpoint, lowestCheckpoint } = world.ledger.status();
    expect(checkpoint).toBe(12n);
    expect(lowestCheckpoint).toBe(8n);
    for (let n = 0n; n <= checkpoint; n++) {
      const isKept = n >= lowestCheckpoint;
      expect(world.ledger.checkpoint(n) !== undefined, `checkpoint ${n}`).toBe(isKept);
      expect(world.ledger.checkpointTransactions(n) !== undefined, `of ${n}`).toBe(isKept);
    }
    digests.forEach((digest, i) => {
      expect(world.ledger.transaction(digest) !== undefined, digest).toBe(i + 1 >= 8);
    });
    expect(world.ledger.checkpoint(world.ledger.chainId)).toBeUndefined();
  });

  it('keeps the versions that objects had in the newest checkpoints', async () => {
    const [coin] = world.coins(USER);
    const versions = [need(coin).version];
    const id = need(coin).objectId;
    for (let i = 0; i < 4; i++) {
      await world.must(USER, () => {}, { gas: [world.object(id)] });
      versions.push(world.object(id).version);
    }
    const { checkpoint, lowestObjectsCheckpoint } = world.ledger.status();
    expect(lowestObjectsCheckpoint).toBe(checkpoint - 1n);
    expect(versions.map((version) => world.ledger.getObject(id, version) !== undefined)).toEqual([
      false,
      false,
      false,
      true,
      true,
    ]);
  });

  it('loses nothing that is alive, and stays what it was after a restart', async () => {
    const before = {
      status: world.ledger.status(),
      owned: world.ledger.ownedObjects(USER.toSuiAddress(), { limit: 1000 }),
      framework: world.ledger.package(`0x${'2'.padStart(64, '0')}`),
    };
    expect(before.framework).toBeDefined();
    await world.restart({ history: { checkpoints: 5, objectCheckpoints: 2 } });
    expect({
      status: world.ledger.status(),
      owned: world.ledger.ownedObjects(USER.toSuiAddress(), { limit: 1000 }),
      framework: world.ledger.package(`0x${'2'.padStart(64, '0')}`),
    }).toEqual(before);
    await world.must(USER, () => {});
  });

  it('does not execute a transaction again that it has forgotten', async () => {
    const { bytes, signature, digest } = await world.build(USER, () => {});
    await world.ledger.execute(bytes, [signature]);
    await fill(world, 6);
    expect(world.ledger.transaction(digest)).toBeUndefined();
    await expect(world.ledger.execute(bytes, [signature])).rejects.toMatchObject({
      code: 'LEDGER_OBJECT_VERSION',
    });
  });

  it('may be made longer and shorter from one start to the next', async () => {
    await world.restart({ history: { checkpoints: 1000 } });
    const from = world.ledger.status().lowestCheckpoint;
    await fill(world, 20);
    expect(world.ledger.status().lowestCheckpoint).toBe(from);
    await world.restart({ history: { checkpoints: 1 } });
    await fill(world, 1);
    const { checkpoint, lowestCheckpoint } = world.ledger.status();
    expect(lowestCheckpoint).toBe(checkpoint);
  });

  it('is shortened in bounded steps', async () => {
    const own = await World.open();
    try {
      // 40 coins moved in each transaction: 25 commits retire about 1000 versions.
      const split = await own.must(USER, (tx) => {
        const amounts = Array.from({ length: 100 }, () => 1);
        tx.transferObjects([...tx.splitCoins(tx.gas, amounts)], USER.toSuiAddress());
      });
      const ids = split.effects.changedObjects
        .filter(({ idOperation }) => idOperation === 'created')
        .map(({ objectId }) => objectId);
      for (let i = 0; i < 22; i++) {
        await own.must(USER, (tx) => {
          tx.transferObjects(
            ids.map((id) => tx.objectRef(refOf(own.object(id)))),
            USER.toSuiAddress(),
          );
        });
      }
      await own.restart({ history: { objectCheckpoints: 1 } });
      const [first] = ids;
      await own.must(USER, () => {});
      const middle = own.ledger.status();
      expect(middle.lowestObjectsCheckpoint).toBeGreaterThan(0n);
      expect(middle.lowestObjectsCheckpoint).toBeLessThan(middle.checkpoint);
      // What the oldest promised checkpoint had is still there.
      const { version } = own.object(need(first));
      const had = version - (23n - middle.lowestObjectsCheckpoint);
      expect(own.ledger.getObject(need(first), had)).toBeDefined();
      expect(own.ledger.getObject(need(first), had - 2n)).toBeUndefined();
      await fill(own, 3);
      const end = own.ledger.status();
      expect(end.lowestObjectsCheckpoint).toBe(end.checkpoint);
    } finally {
      await own.close();
    }
  });

  it('refuses bounds that are no whole numbers above 0', async () => {
    const init = await worldInit(world.dataDir);
    for (const checkpoints of [0, -1, 1.5, Number.NaN]) {
      await expect(openLedger({ ...init, history: { checkpoints } })).rejects.toMatchObject({
        code: 'LEDGER_INVALID_ARGUMENT',
      });
    }
  });
});
