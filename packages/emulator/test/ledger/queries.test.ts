import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  coinBalance,
  coinOf,
  normalizeType,
  SUI_TYPE,
  type LedgerObject,
} from '../../src/ledger/index.js';
import {
  createdOf,
  readCompiled,
  readFixture,
  refOf,
  SUI,
  STRANGER,
  USER,
  World,
} from './world.js';

let world: World;
let sample: string;
const me = USER.toSuiAddress();
const other = STRANGER.toSuiAddress();
const amounts = [5n, 1n, 900n, 30n, 900n, 2n * SUI, 77n];

const balanceOf = (object: LedgerObject): bigint =>
  object.data.kind === 'move' ? coinBalance(object.data.contents) : -1n;

beforeAll(async () => {
  world = await World.open();
  sample = (await world.publish(USER, await readFixture('sample'))).packageId;
  await world.must(USER, (tx) => {
    tx.transferObjects([...tx.splitCoins(tx.gas, amounts)], other);
    const items = [1, 2, 3].map((n) =>
      tx.moveCall({ target: `${sample}::sample::new_item`, arguments: [tx.pure.u64(n)] }),
    );
    tx.transferObjects(items, other);
  });
});

afterAll(() => world.close());

/** All items of a listing, page by page. */
function all<T>(
  list: (afterToken: Uint8Array | undefined) => {
    items: readonly T[];
    nextToken: Uint8Array | undefined;
  },
): T[] {
  const found: T[] = [];
  let token: Uint8Array | undefined;
  for (let page = 0; page < 100; page++) {
    const { items, nextToken } = list(token);
    found.push(...items);
    if (nextToken === undefined) return found;
    token = nextToken;
  }
  throw new Error('listing does not end');
}

describe('owned objects', () => {
  it('come in pages without gaps or doubles, coins by balance', () => {
    for (const limit of [1, 2, 3, 7, 100]) {
      const objects = all((afterToken) => world.ledger.ownedObjects(other, { limit, afterToken }));
      expect(new Set(objects.map((o) => o.objectId)).size).toBe(amounts.length + 3);
      const coins = all((afterToken) =>
        world.ledger.ownedObjects(other, { limit, afterToken, type: coinOf(SUI_TYPE) }),
      );
      expect(coins.map(balanceOf)).toEqual(
        [...amounts].sort((a, b) => (a > b ? -1 : a < b ? 1 : 0)),
      );
    }
    expect(
      world.ledger.ownedObjects(other, { limit: amounts.length + 3 }).nextToken,
    ).toBeUndefined();
  });

  it('are filtered by exact type, or by datatype', () => {
    const list = (type: string) =>
      world.ledger.ownedObjects(other, { limit: 100, type }).items.length;
    expect(list(normalizeType('0x2::coin::Coin'))).toBe(amounts.length);
    expect(list(coinOf(`${sample}::sample::SAMPLE`))).toBe(0);
    expect(list(`${sample}::sample::Item`)).toBe(3);
    expect(list(`${sample}::sample::Box`)).toBe(0);
  });

  it('follow every transfer', async () => {
    const type = `${sample}::sample::Item`;
    const made = await world.must(USER, (tx) => {
      tx.transferObjects(
        [tx.moveCall({ target: `${sample}::sample::new_item`, arguments: [tx.pure.u64(9)] })],
        me,
      );
    });
    const [id = ''] = createdOf(made, '::Item');
    const has = (owner: string) =>
      world.ledger.ownedObjects(owner, { limit: 100, type }).items.some((o) => o.objectId === id);
    expect([has(me), has(other)]).toEqual([true, false]);
    await world.must(USER, (tx) =>
      tx.transferObjects([tx.objectRef(refOf(world.object(id)))], other),
    );
    expect([has(me), has(other)]).toEqual([false, true]);
  });

  it('refuse bad pages', () => {
    const { nextToken } = world.ledger.ownedObjects(other, { limit: 1 });
    for (const options of [
      { limit: 0 },
      { limit: 1001 },
      { limit: 1.5 },
      { limit: 1, afterToken: new Uint8Array(5) },
      { limit: 1, type: 'u64' },
      { limit: 1, type: 'nonsense' },
      { limit: 1, afterToken: nextToken, type: `${sample}::sample::Box` },
    ]) {
      expect(() => world.ledger.ownedObjects(other, options)).toThrow(
        expect.objectContaining({ code: 'LEDGER_INVALID_ARGUMENT' }),
      );
    }
    expect(() => world.ledger.ownedObjects(me, { limit: 1, afterToken: nextToken })).toThrow(
      /does not belong/,
    );
  });
});

describe('balances', () => {
  it('sum the coins of a type', () => {
    expect(world.ledger.balance(other, SUI_TYPE)).toEqual({
      coinType: SUI_TYPE,
      total: amounts.reduce((a, b) => a + b, 0n),
      coins: amounts.length,
    });
    expect(world.ledger.balance(`0x${'9'.repeat(64)}`, SUI_TYPE).total).toBe(0n);
  });

  it('are listed per type, in pages', async () => {
    const { packageId } = await world.publish(USER, await readCompiled('wal'));
    const treasury = world.ledger
      .ownedObjects(me, { limit: 100 })
      .items.map((o) => (o.data.kind === 'move' ? o.data.type : ''));
    expect(treasury).toContain(normalizeType('0x2::package::UpgradeCap'));
    await world.must(USER, (tx) => {
      tx.transferObjects(
        [
          tx.moveCall({
            target: '0x2::coin::zero',
            typeArguments: [`${packageId}::wal::WAL`],
            arguments: [],
          }),
        ],
        other,
      );
    });
    const pages = all((afterToken) => world.ledger.balances(other, { limit: 1, afterToken }));
    expect(pages).toEqual(world.ledger.balances(other, { limit: 10 }).items);
    expect(pages).toContainEqual(world.ledger.balance(other, SUI_TYPE));
    expect(pages).toContainEqual({ coinType: `${packageId}::wal::WAL`, total: 0n, coins: 1 });
  });
});
