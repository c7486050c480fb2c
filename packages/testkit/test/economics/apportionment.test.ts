/** The division of shards: vectors of contracts.md 17 and economics.md 12, and what must hold for all stakes. */

import {
  apportion,
  firstAssignment,
  reassign,
  shardCap,
  votedCapacity,
  votedPrice,
} from '@walrus-ts/testkit/economics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const big = (stakes: readonly number[]): bigint[] => stakes.map(BigInt);

describe('apportionment', () => {
  it.each([
    [4, [25_000, 25_000, 25_000, 25_000], [1, 1, 1, 1]],
    [778, [25_000, 25_000, 25_000, 25_000], [195, 195, 194, 194]],
    [7, [25_000, 25_000, 25_000, 25_000], [2, 2, 2, 1]],
    [6, [25_000, 25_000, 25_000, 25_000], [2, 2, 1, 1]],
    [4, [50_000, 30_000, 15_000, 5_000], [2, 2, 0, 0]],
    [777, [50_000, 30_000, 15_000, 5_000], [389, 234, 116, 38]],
    [1000, [50_000, 30_000, 15_000, 5_000], [500, 300, 150, 50]],
    [777, [50_000, 50_000, 30_000, 15_000, 15_000, 5_000], [236, 236, 142, 70, 70, 23]],
    [1000, [50_000, 50_000, 30_000, 15_000, 15_000, 5_000], [303, 303, 182, 91, 91, 30]],
    [9, [200, 200, 200, 100, 100, 100], [2, 2, 2, 1, 1, 1]],
    [18, [780_000, 650_000, 520_000, 390_000, 260_000], [6, 5, 4, 2, 1]],
    [0, [100, 90, 80], [0, 0, 0]],
    [5, [1, 0, 0], [4, 1, 0]],
    [3, [1_000_000, 999_999], [2, 1]],
    [500, [1e12, 9e11, 1e11], [250, 225, 25]],
    [1000, [600, 100, 200, 100], [500, 125, 250, 125]],
  ])('divides %i shards among stakes %j', (nShards, stakes, result) => {
    expect(apportion(big(stakes), nShards)).toEqual(result);
  });

  it('gives nobody more than a tenth among 20 nodes or more', () => {
    const stakes = [200, ...Array.from({ length: 20 }, () => 20)];
    expect(apportion(big(stakes), 1000)).toEqual([100, ...Array.from({ length: 20 }, () => 45)]);
  });

  const stakes = fc.array(fc.bigInt({ min: 1n, max: 5n * 10n ** 18n }), {
    minLength: 1,
    maxLength: 60,
  });
  // Below ten shards a tenth is nothing, and a large committee could get none at all.
  const shards = fc.integer({ min: 10, max: 1000 });

  it('gives out every shard, and nobody more than the cap', () => {
    fc.assert(
      fc.property(stakes, shards, (held, n) => {
        const seats = apportion(held, n);
        expect(seats.reduce((a, b) => a + b, 0)).toBe(n);
        expect(Math.max(...seats)).toBeLessThanOrEqual(shardCap(held.length, n));
      }),
    );
  });

  it('gives nodes with more stake at least as much', () => {
    fc.assert(
      fc.property(stakes, shards, (held, n) => {
        const seats = apportion(held, n);
        held.forEach((a, i) => {
          held.forEach((b, j) => {
            if (a > b) expect(seats[i]).toBeGreaterThanOrEqual(seats[j] ?? 0);
          });
        });
      }),
    );
  });

  it('leaves no pair where the next shard would have been better placed', () => {
    fc.assert(
      fc.property(stakes, shards, (held, n) => {
        const seats = apportion(held, n);
        const cap = shardCap(held.length, n);
        seats.forEach((a, i) => {
          seats.forEach((b, j) => {
            // The last seat of i against one more of j: x_i / a_i >= x_j / (b + 1).
            if (a === 0 || b >= cap) return;
            const guaranteed = Number((held[i] ?? 0n) / (sum(held) / BigInt(n + 1) + 1n));
            if (a <= Math.min(guaranteed, cap)) return;
            expect((held[i] ?? 0n) * BigInt(b + 1)).toBeGreaterThanOrEqual(
              (held[j] ?? 0n) * BigInt(a),
            );
          });
        });
      }),
    );
  });
});

const sum = (values: readonly bigint[]): bigint => values.reduce((a, b) => a + b, 0n);

describe('assignment of shard numbers', () => {
  it('moves shards as the vectors say, from one committee to the next', () => {
    let committee = firstAssignment(new Map(['1', '2', '3', '4', '5'].map((id) => [id, 2])));
    expect(Object.fromEntries(committee)).toEqual({
      1: [0, 1],
      2: [2, 3],
      3: [4, 5],
      4: [6, 7],
      5: [8, 9],
    });
    const steps: [Record<string, number>, Record<string, number[]>][] = [
      [
        { 1: 4, 2: 3, 3: 3 },
        { 1: [0, 1, 9, 8], 2: [2, 3, 7], 3: [4, 5, 6] },
      ],
      [
        { 2: 3, 3: 3, 4: 2, 5: 2 },
        { 2: [2, 3, 7], 3: [4, 5, 6], 4: [8, 9], 5: [1, 0] },
      ],
      [{ 1: 10 }, { 1: [0, 1, 9, 8, 6, 5, 4, 7, 3, 2] }],
    ];
    for (const [counts, result] of steps) {
      committee = reassign(committee, new Map(Object.entries(counts)));
      expect(Object.fromEntries(committee)).toEqual(result);
    }
  });

  it('keeps as many shards in place as it can', () => {
    const counts = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(counts, counts, (before, after) => {
        const total = before.reduce((a, b) => a + b, 0);
        const assigned = firstAssignment(
          new Map(
            before.map((count, i): [string, number] => [name(i), count]).filter(([, c]) => c > 0),
          ),
        );
        const wanted = distribute(after, total);
        const next = reassign(assigned, wanted);
        expect([...next.values()].flat().sort((a, b) => a - b)).toEqual(
          Array.from({ length: total }, (_, i) => i),
        );
        for (const [id, shards] of next) {
          const held = new Set(assigned.get(id));
          const kept = shards.filter((shard) => held.has(shard)).length;
          expect(kept).toBe(Math.min(held.size, shards.length));
          expect(shards.length).toBe(wanted.get(id));
        }
      }),
    );
  });
});

const name = (i: number): string => String.fromCharCode(97 + i);

/** Counts in given proportions with a given sum. */
function distribute(weights: readonly number[], total: number): Map<string, number> {
  const counts = weights.map(() => 0);
  const places = weights.flatMap((weight, i) => Array.from({ length: weight }, () => i));
  for (let i = 0; i < total; i++) {
    const at = places.length === 0 ? 0 : (places[i % places.length] ?? 0);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return new Map(
    counts.map((count, i): [string, number] => [name(i), count]).filter(([, count]) => count > 0),
  );
}

describe('votes', () => {
  const votes = (values: readonly number[], shards: readonly number[]) =>
    values.map((value, i) => ({ value: BigInt(value), shards: shards[i] ?? 0 }));
  const ten = Array.from({ length: 10 }, (_, i) => i + 1);

  it.each([
    [[5, 5, 4, 6, 3, 7, 4, 6, 1, 9], 7n],
    [[5, 5, 4, 6, 3, 7, 1, 1, 1, 17], 10n],
  ])('takes the price at which shards %j are a quorum', (shards, price) => {
    expect(votedPrice(votes(ten, shards), 50)).toBe(price);
  });

  it.each([
    [[5, 5, 4, 6, 3, 7, 2, 8, 1, 9], 4n],
    [[17, 1, 1, 1, 3, 7, 2, 8, 1, 9], 1n],
  ])('takes the capacity that shards %j stand behind', (shards, capacity) => {
    // Scaled so that the share of each node is its vote.
    const scaled = votes(ten, shards).map(({ value, shards: held }) => ({
      value: value * BigInt(held),
      shards: held,
    }));
    expect(votedCapacity(scaled, 50) / 50n).toBe(capacity);
  });

  it('gives the price and the capacity of the worked examples', () => {
    const equal = votes(
      ten.map((i) => i * 1000),
      ten.map(() => 10),
    );
    expect(votedPrice(equal, 100)).toBe(7000n);
    expect(votedCapacity(equal, 100)).toBe(40_000n);
  });
});
