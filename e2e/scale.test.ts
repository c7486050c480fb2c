/**
 * The contracts at the size of a real network, twice from scratch and by transactions alone. Every transaction must be
 * within the limits of the protocol, which the emulator enforces. CI runs a small network; `npm run test:scale` runs
 * the full one: 1000 shards, 100 nodes, five epoch changes.
 */
import { runScale, type ScaleResult } from '@walrus-ts/testkit/contract-world';
import { describe, expect, it } from 'vitest';

const isFull = process.env['WALRUS_SCALE'] === 'full';
const SIZE = isFull
  ? { nShards: 1000, nodes: 100, epochs: 5 }
  : { nShards: 100, nodes: 20, epochs: 2 };
const TIMEOUT_MS = isFull ? 30 * 60_000 : 10 * 60_000;

// Sui mainnet (move-vm.md §11).
const MAX_OBJECT_BYTES = 250 * 1024;
const MAX_EFFECTS_BYTES = 512 * 1024;
const MAX_COMPUTATION_UNITS = 5_000_000n;
const MAX_EVENTS = 1024;
const MAX_BUDGET = 50_000_000_000n;

/** How many transactions of each kind succeeded. */
function kinds({ executed }: ScaleResult): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { label } of executed) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

/** Storage paid for, by kind: exact, so equal in every run but for which node comes first. */
function storageByKind({ executed }: ScaleResult): Map<string, bigint> {
  const costs = new Map<string, bigint>();
  for (const { label, record } of executed) {
    costs.set(label, (costs.get(label) ?? 0n) + record.effects.gasUsed.storageCost);
  }
  return costs;
}

describe(`a network of ${SIZE.nShards} shards and ${SIZE.nodes} nodes`, () => {
  const runs: ScaleResult[] = [];

  it.each([1, 2])(
    'lives from deployment on, run %i',
    async () => {
      const result = await runScale(SIZE);
      runs.push(result);

      expect(result.committees).toHaveLength(SIZE.epochs + 1);
      const cap = Math.floor(SIZE.nShards / 10);
      for (const committee of result.committees) {
        const counts = [...committee.values()].map((shards) => shards.length);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(SIZE.nShards);
        expect(Math.max(...counts)).toBeLessThanOrEqual(cap);
        expect(Math.min(...counts)).toBeGreaterThan(0);
      }
      // A fifth of the nodes drops out for the second epoch and is back after it.
      const sizes = result.committees.map(({ size }) => size);
      expect(sizes.slice(0, 3)).toEqual([SIZE.nodes, SIZE.nodes - SIZE.nodes / 5, SIZE.nodes]);

      for (const { label, record } of result.executed) {
        const { effects, effectsBcs, events } = record;
        const { computationCost, storageCost } = effects.gasUsed;
        expect({ label, success: effects.status.success }).toEqual({ label, success: true });
        expect(effectsBcs.length).toBeLessThan(MAX_EFFECTS_BYTES);
        expect(computationCost).toBeLessThan(MAX_COMPUTATION_UNITS * 1000n);
        expect(computationCost + storageCost).toBeLessThan(MAX_BUDGET);
        expect(events.length).toBeLessThan(MAX_EVENTS);
      }
      for (const [name, size] of result.objectSizes) {
        expect({ name, isSmall: size < MAX_OBJECT_BYTES }).toEqual({ name, isSmall: true });
      }
    },
    TIMEOUT_MS,
  );

  it('costs the same both times', () => {
    const [first, second] = runs;
    if (first === undefined || second === undefined) throw new Error('a run is missing');
    expect(kinds(second)).toEqual(kinds(first));
    const again = storageByKind(second);
    for (const [label, cost] of storageByKind(first)) {
      // Lists of shards differ by some bytes with the order of the nodes, which is that of their IDs.
      const difference = Number((again.get(label) ?? 0n) - cost) / Number(cost);
      expect({ label, isSame: Math.abs(difference) < 0.01 }).toEqual({ label, isSame: true });
    }
  });
});
