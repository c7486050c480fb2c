/** Payments, the split of rewards, and the value of shares: worked examples and properties of the model. */

import { encodedLength } from '@walrus-ts/core';
import {
  AccountingModel,
  EconomyModel,
  epochBurn,
  MIN_STAKE,
  PoolModel,
  splitRewards,
  unitsOf,
  type Stake,
} from '@walrus-ts/testkit/economics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const WAL = MIN_STAKE;

describe('payments', () => {
  it('charges the prices of economics.md 12 for 1 MB and 10 epochs', () => {
    const accounting = new AccountingModel(53);
    accounting.storagePrice = 100_000n;
    accounting.writePrice = 20_000n;
    accounting.capacity = 10n ** 12n;
    const bytes = BigInt(encodedLength(1000, 1_000_000));
    expect(unitsOf(bytes)).toBe(67n);
    expect(accounting.sell(bytes, 0, 10, WAL)).toBe(67_000_000n);
    expect(accounting.chargeWrite(bytes, WAL)).toBe(1_340_000n);
  });

  it('refuses by arithmetic what costs more than a number holds, and by the balance what nobody has', () => {
    const accounting = new AccountingModel(5);
    accounting.storagePrice = 2n ** 64n - 1n;
    accounting.writePrice = 2n ** 63n;
    const unit = 2n ** 20n;
    expect(() => accounting.sell(unit + 1n, 0, 1, WAL)).toThrow(
      'system_state_inner: arithmetic error',
    );
    expect(() => accounting.sell(unit, 0, 5, WAL)).toThrow('balance aborts with 2');
    expect(() => accounting.chargeWrite(2n * unit, WAL)).toThrow('arithmetic error');
    expect(() => accounting.chargeWrite(unit, WAL)).toThrow('balance aborts with 2');
  });

  it('splits the rewards of the worked example', () => {
    const accounting = new AccountingModel(5);
    accounting.storagePrice = 5n;
    accounting.capacity = 10n ** 10n;
    expect(accounting.sell(10n ** 9n, 0, 1, WAL)).toBe(4_770n);
    const members = Array.from({ length: 10 }, (_, i) => ({
      nodeId: `${i}`,
      shards: 10,
      denied: i === 0 ? 10n ** 7n : 0n,
    }));
    const { burned, rewards } = accounting.advance(members, 10n ** 10n);
    expect(burned).toBe(143n);
    expect([...rewards.values()]).toEqual([458n, ...Array.from({ length: 9 }, () => 463n)]);
    expect(accounting.slot(0).rewards).toBe(2n);
  });

  const members = fc.array(
    fc.record({
      shards: fc.integer({ min: 1, max: 1000 }),
      denied: fc.bigInt({ min: 0n, max: 10n ** 13n }),
    }),
    { minLength: 1, maxLength: 40 },
  );
  const named = (list: readonly { shards: number; denied: bigint }[]) =>
    list.map((member, i) => ({ ...member, nodeId: `${i}` }));

  it('never gives more than there is, and all but a FROST for each member', () => {
    fc.assert(
      fc.property(
        members,
        fc.bigInt({ min: 0n, max: 10n ** 13n }),
        fc.bigInt({ min: 0n, max: 5n * 10n ** 18n }),
        (list, sold, rewards) => {
          const split = splitRewards(named(list), sold, rewards);
          const paid = [...split.values()].reduce((a, b) => a + b, 0n);
          expect(paid).toBeLessThanOrEqual(rewards);
          if (list.some(({ denied }) => denied < sold)) {
            expect(rewards - paid).toBeLessThan(BigInt(list.length));
          } else {
            expect(paid).toBe(0n);
          }
        },
      ),
    );
  });

  it('burns three hundredths, rounded down', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 5n * 10n ** 18n }), (rewards) => {
        const burned = epochBurn(rewards);
        expect(burned * 100n).toBeLessThanOrEqual(rewards * 3n);
        expect((burned + 1n) * 100n).toBeGreaterThan(rewards * 3n);
      }),
    );
  });
});

/** A network of one node that serves from epoch 1 on. */
function alone(commissionRate = 0): EconomyModel {
  const model = new EconomyModel({
    nShards: 10,
    maxEpochsAhead: 5,
    subsidies: { rate: 0, base: 0n, perShard: 0n },
    supply: 10n ** 18n,
  });
  model.register('a', commissionRate, { storagePrice: 0n, writePrice: 0n, capacity: 10n ** 12n });
  return model;
}

/** Ends an epoch in which its node has earned something. The burn is made up for. */
function advance(model: EconomyModel, rewards: bigint): void {
  if (model.phase === 'voting') model.endVoting();
  const slot = model.accounting.slot(0);
  slot.used = 1n;
  slot.rewards = (rewards * 100n) / 97n + (rewards === 0n ? 0n : 1n);
  while (slot.rewards - epochBurn(slot.rewards) > rewards) slot.rewards--;
  model.changeEpoch();
  for (const nodeId of model.committee.keys()) model.reportSynced(nodeId);
}

describe('pools', () => {
  it('compounds: 1000 and twice 1000 of rewards', () => {
    const model = alone();
    const first = model.stake('a', 1000n * WAL);
    const second = model.stake('a', 1000n * WAL);
    void second;
    advance(model, 0n);
    advance(model, 2000n * WAL);
    model.requestWithdraw(first);
    advance(model, 0n);
    expect(model.withdraw(first)).toBe(2000n * WAL);
  });

  it('pays who joined later as much as was earned since', () => {
    const model = alone();
    const early = model.stake('a', 1000n * WAL);
    advance(model, 0n);
    const late = model.stake('a', 2000n * WAL);
    advance(model, 1000n * WAL);
    model.requestWithdraw(early);
    advance(model, 1000n * WAL);
    expect(model.withdraw(early)).toBe(2500n * WAL);
    model.requestWithdraw(late);
    // Somebody has to serve on.
    model.stake('a', WAL);
    advance(model, 0n);
    expect(model.withdraw(late)).toBe(2500n * WAL);
  });

  it('takes the commission and holds it back until voting ends', () => {
    const model = alone(1000);
    const stake = model.stake('a', 1000n * WAL);
    advance(model, 0n);
    model.stake('a', WAL);
    model.requestWithdraw(stake);
    advance(model, 10_000n * WAL);
    expect(model.withdraw(stake)).toBe(10_000n * WAL);
    expect(model.pool('a').commission).toBe(1000n * WAL);
    expect(model.collectCommission('a')).toBe(0n);
    model.endVoting();
    expect(model.collectCommission('a')).toBe(1000n * WAL);
  });

  it('lets a stake that was requested before it was active serve one epoch', () => {
    const model = alone();
    const stake = model.stake('a', 1000n * WAL);
    model.endVoting();
    model.requestWithdraw(stake);
    expect(stake.withdrawEpoch).toBe(2);
    model.stake('a', WAL);
    advance(model, 0n);
    advance(model, 1000n * WAL);
    expect(model.withdraw(stake)).toBe(2000n * WAL);
  });

  it('pays a stake of the epoch after next back at once', () => {
    const model = alone();
    model.stake('a', 1000n * WAL);
    model.endVoting();
    const stakes: Stake[] = [model.stake('a', 5n * WAL), model.stake('a', 7n * WAL)];
    const [now, later] = stakes;
    expect(now && model.withdraw(now)).toBe(5n * WAL);
    advance(model, 0n);
    expect(later && model.withdraw(later)).toBe(7n * WAL);
  });

  it('never lets the value of a share fall, nor pays more than there is', () => {
    const amount = fc.bigInt({ min: WAL, max: 10n ** 15n });
    const step = fc.record({
      joins: amount,
      reward: fc.bigInt({ min: 0n, max: 10n ** 15n }),
      leaves: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
        const pool = new PoolModel({
          nodeId: 'a',
          firstEpoch: 0,
          commissionRate: 0,
          votes: { storagePrice: 0n, writePrice: 0n, capacity: 0n },
        });
        const active: { principal: bigint; from: number }[] = [];
        let earned = 0n;
        let paid = 0n;
        steps.forEach(({ joins, reward, leaves }, i) => {
          const epoch = i + 1;
          pool.joining.set(epoch, joins);
          const [oldest] = active;
          if (leaves && oldest !== undefined) {
            active.shift();
            pool.leaving.set(epoch, pool.sharesOf(oldest.principal, oldest.from));
          }
          const before = pool.ratioAt(epoch - 1);
          const given = pool.balance > 0n ? reward : 0n;
          pool.advance(epoch, given);
          earned += given;
          const after = pool.ratioAt(epoch);
          if (before.shares > 0n && after.shares > 0n) {
            expect(after.wal * before.shares).toBeGreaterThanOrEqual(before.wal * after.shares);
          }
          if (leaves && oldest !== undefined) {
            const wanted = pool.reward(oldest.principal, oldest.from, epoch);
            const payout = pool.takeRewards(wanted);
            expect(payout).toBeGreaterThanOrEqual(0n);
            paid += payout;
          }
          active.push({ principal: joins, from: epoch });
          expect(paid + pool.rewards).toBe(earned);
        });
      }),
    );
  });
});
