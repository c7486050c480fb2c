/** What distinguishes one random run from another: sizes and scales, chosen by the seed. */

import type { NetworkConstants, SubsidyParameters } from './contracts.js';
import { MIN_STAKE } from './pool-model.js';
import type { Random } from './random.js';

/** Choices of a run. */
export interface Profile {
  readonly constants: NetworkConstants;
  readonly subsidies: SubsidyParameters;
  /** Nodes at the start. */
  readonly nodes: number;
  /** Most nodes ever. */
  readonly maxNodes: number;
  /** FROST; bounds of the stakes. */
  readonly minStake: bigint;
  readonly maxStake: bigint;
  /** FROST per unit; largest price vote. */
  readonly maxPrice: bigint;
  /** Bytes of a usual node. */
  readonly nodeCapacity: bigint;
  /** Operations between two steps of an epoch, on average. */
  readonly operations: number;
}

/** Runs with a number that this divides have a large committee. */
const LARGE_EVERY = 10;
const MEBIBYTE = 1n << 20n;

/**
 * Chooses the profile of a run.
 *
 * @param seed - number of the run; every tenth has 20 to 40 nodes, others 5 to 12
 * @param nodes - number of nodes at the start instead
 */
export function chooseProfile(random: Random, seed: number, nodes?: number): Profile {
  const isLarge = seed % LARGE_EVERY === 0;
  const chosen = isLarge ? random.int(20, 40) : random.int(5, 12);
  const atStart = nodes ?? chosen;
  const scales: readonly (readonly [bigint, bigint])[] = [
    [MIN_STAKE, 5n * MIN_STAKE],
    [MIN_STAKE, 1_000n * MIN_STAKE],
    [MIN_STAKE, 1_000_000n * MIN_STAKE],
    [500_000n * MIN_STAKE, 2_000_000n * MIN_STAKE],
  ];
  const [minStake, maxStake] = random.pick(scales) ?? [MIN_STAKE, MIN_STAKE];
  return {
    constants: {
      nShards: random.pick([10, 13, 50, 100, 333, 1000]) ?? 100,
      maxEpochsAhead: random.pick([2, 5, 10, 53]) ?? 10,
      epochDurationMs: random.int(2, 100_000),
    },
    subsidies: {
      rate: random.pick([0, 500, 5_000, 33_333]) ?? 0,
      base: random.magnitude(0n, 10n * MIN_STAKE),
      perShard: random.magnitude(0n, MIN_STAKE),
    },
    nodes: atStart,
    maxNodes: nodes ?? (isLarge ? 40 : atStart + 6),
    minStake,
    maxStake,
    maxPrice: random.pick([10n, 1_000n, 100_000n, 10_000_000n, 1_000_000_000n]) ?? 10n,
    nodeCapacity: random.magnitude(100n, 1_000_000n) * MEBIBYTE,
    operations: random.int(2, isLarge ? 4 : 6),
  };
}
