/** The value without rounding: what it follows of the contract, and that it notices a wrong reward. */

import { FairValueModel, MIN_STAKE, PoolModel } from '@walrus-ts/testkit/economics';
import { expect, it } from 'vitest';

const NODE = '0x1';
const VOTES = { storagePrice: 1n, writePrice: 1n, capacity: 1n };

/** A pool in whole numbers, and the ideal one beside it. */
class Pair {
  readonly pool = new PoolModel({ nodeId: NODE, firstEpoch: 0, commissionRate: 0, votes: VOTES });
  readonly fair = new FairValueModel();

  join(principal: bigint, epoch: number): void {
    this.pool.joining.set(epoch, (this.pool.joining.get(epoch) ?? 0n) + principal);
    this.fair.join(NODE, principal, epoch);
  }

  leave(principal: bigint, from: number, epoch: number): void {
    const { leaving } = this.pool;
    leaving.set(epoch, (leaving.get(epoch) ?? 0n) + this.pool.sharesOf(principal, from));
    this.fair.leave(NODE, principal, from, epoch);
  }

  advance(epoch: number, rewards: bigint): void {
    const earned = this.pool.advance(epoch, rewards);
    const { balance, shares } = this.pool;
    this.fair.advance(NODE, epoch, earned, { ratio: this.pool.ratioAt(epoch), balance, shares });
  }

  /** Compares the reward, or another one. */
  check(principal: bigint, from: number, to: number, plus = 0n): void {
    const reward = this.pool.reward(principal, from, to);
    this.fair.check(NODE, principal, from, to, reward + plus, false);
  }
}

it('lets stake keep its value while its node serves in no committee', () => {
  const pair = new Pair();
  pair.join(3n * MIN_STAKE, 1);
  pair.advance(1, 0n);
  pair.advance(2, 1_000_003n);
  // No ratio for the epochs 3 to 6; in the meantime one stake leaves and one comes.
  pair.leave(MIN_STAKE, 1, 4);
  pair.join(5n * MIN_STAKE, 5);
  pair.advance(7, 0n);
  pair.advance(8, 7_000_001n);
  pair.check(MIN_STAKE, 1, 4);
  pair.check(2n * MIN_STAKE, 1, 8);
  pair.check(5n * MIN_STAKE, 5, 8);
  expect(pair.fair.statistics).toMatchObject({ payouts: 3, reanchored: 0 });
  expect(() => pair.check(5n * MIN_STAKE, 5, 8, 100n)).toThrow('without rounding');
  expect(() => pair.check(5n * MIN_STAKE, 5, 8, -100n)).toThrow('without rounding');
});

it('starts anew at the ratio that the leftovers of an emptied pool make', () => {
  const pair = new Pair();
  const early = [
    { principal: 3n * MIN_STAKE, from: 1 },
    { principal: 2n * MIN_STAKE + 1n, from: 2 },
    { principal: MIN_STAKE, from: 2 },
  ];
  for (const { principal, from } of early) pair.join(principal, from);
  pair.advance(1, 0n);
  pair.advance(2, 1_500_000n);
  for (const { principal, from } of early) pair.leave(principal, from, 3);
  pair.advance(3, 1_500_000n);
  for (const { principal, from } of early) pair.check(principal, from, 3);
  // A FROST or two for the last share: the ratio doubles, and nobody is there to notice.
  expect([pair.pool.balance, pair.pool.shares]).toEqual([2n, 1n]);

  pair.join(8n * MIN_STAKE, 5);
  pair.advance(5, 0n);
  pair.advance(6, 900_000n);
  // Requested in the new ratio, and due only when the node is back.
  pair.leave(6n * MIN_STAKE, 5, 7);
  pair.join(4n * MIN_STAKE, 20);
  pair.advance(20, 0n);
  pair.advance(21, 600_000n);
  pair.check(6n * MIN_STAKE, 5, 7);
  pair.check(2n * MIN_STAKE, 5, 21);
  pair.check(4n * MIN_STAKE, 20, 21);
  expect(pair.pool.reward(4n * MIN_STAKE, 20, 21)).toBeGreaterThan(399_900n);
  expect(pair.fair.statistics.reanchored).toBe(0);
  expect(() => pair.check(4n * MIN_STAKE, 20, 21, 100n)).toThrow('without rounding');
});

it('allows those who leave last a share less, whatever it is worth by then', () => {
  const pair = new Pair();
  pair.join(MIN_STAKE, 1);
  pair.advance(1, 0n);
  pair.join(3n * MIN_STAKE, 2);
  pair.advance(2, 1_003n * MIN_STAKE);
  pair.leave(MIN_STAKE, 1, 3);
  pair.leave(3n * MIN_STAKE, 2, 3);
  pair.advance(3, 20_000n * MIN_STAKE);
  const { wal, shares } = pair.pool.ratioAt(3);
  const share = wal / shares;
  expect(pair.pool.shares).toBe(0n);
  pair.check(3n * MIN_STAKE, 2, 3);
  // It bought 2,988,047.8 shares, of which the part after the point is lost.
  expect(pair.fair.statistics.largest).toBeGreaterThan((share * 7n) / 10n);
  expect(pair.fair.statistics.largest).toBeLessThan(share);
  expect(() => pair.check(3n * MIN_STAKE, 2, 3, -2n * share)).toThrow('without rounding');
});

it('refuses that more principal leaves than has joined', () => {
  const pair = new Pair();
  pair.join(MIN_STAKE, 1);
  pair.advance(1, 0n);
  pair.leave(2n * MIN_STAKE, 1, 2);
  expect(() => pair.advance(2, 0n)).toThrow('more principal left');
});
