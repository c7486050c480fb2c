/** How shards are divided among nodes, from economics.md section 6. */

/** A node that competes for shards, or the number of shards it got. */
export interface Candidate {
  readonly nodeId: string;
  /** FROST. */
  readonly stake: bigint;
}

/** Shard numbers of each member, in ascending order of node ID. */
export type Committee = ReadonlyMap<string, readonly number[]>;

/** Nodes from which on nobody may hold more than a tenth of the shards. */
const NODES_FOR_FLAT_CAP = 20;

/**
 * Most shards one node may hold.
 *
 * @param nodes - number of candidates
 * @see economics.md 6.2, step 1
 */
export function shardCap(nodes: number, nShards: number): number {
  if (nodes >= NODES_FOR_FLAT_CAP) return Math.floor(nShards / 10);
  return Math.ceil((20 * nShards) / (10 * nodes));
}

/**
 * Divides shards in proportion to stake: D'Hondt with guaranteed seats and a cap.
 *
 * Quotients are compared as exact fractions. The contract rounds them to 64 binary places, which cannot
 * change their order: two different fractions with denominators below 2^16 differ by more than 2^-32.
 *
 * @param stakes - in the order of the active set; with a positive sum unless there are no shards
 * @returns shards of each, in the same order
 * @see economics.md 6.2
 */
export function apportion(stakes: readonly bigint[], nShards: number): number[] {
  const total = stakes.reduce((sum, stake) => sum + stake, 0n);
  const cap = shardCap(stakes.length, nShards);
  const price = total / BigInt(nShards + 1) + 1n;
  const seats = stakes.map((stake) => Math.min(Number(stake / price), cap));
  for (let given = seats.reduce((a, b) => a + b, 0); given < nShards; given++) {
    let best = -1;
    stakes.forEach((stake, i) => {
      const held = seats[i] ?? 0;
      if (held >= cap) return;
      // stake / (held + 1) > bestStake / (bestHeld + 1); the first of equals stays.
      const bestStake = stakes[best] ?? -1n;
      if (stake * BigInt((seats[best] ?? 0) + 1) > bestStake * BigInt(held + 1)) best = i;
    });
    if (best === -1) throw new Error(`${nShards} shards do not fit under a cap of ${cap}`);
    seats[best] = (seats[best] ?? 0) + 1;
  }
  return seats;
}

function sorted(members: Iterable<readonly [string, readonly number[]]>): Committee {
  return new Map([...members].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Shard numbers of the first committee: consecutive, in ascending order of node ID.
 *
 * @see economics.md 6.3
 */
export function firstAssignment(counts: ReadonlyMap<string, number>): Committee {
  let next = 0;
  const members = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(
    members.map(([nodeId, count]) => [nodeId, Array.from({ length: count }, () => next++)]),
  );
}

/**
 * Moves as few shards as possible from a committee to new counts.
 *
 * @param counts - positive, in the order of the active set
 * @see economics.md 6.3, contracts.md 7.9
 */
export function reassign(current: Committee, counts: ReadonlyMap<string, number>): Committee {
  const free: number[] = [];
  const kept = new Map<string, number[]>();
  for (const [nodeId, shards] of current) {
    const count = counts.get(nodeId) ?? 0;
    if (count === 0) {
      free.push(...shards);
      continue;
    }
    const rest = [...shards];
    while (rest.length > count) free.push(rest.pop() ?? 0);
    kept.set(nodeId, rest);
  }
  const grown = [...kept.keys()].filter(
    (nodeId) => (kept.get(nodeId)?.length ?? 0) < (counts.get(nodeId) ?? 0),
  );
  const fresh = [...counts.keys()].filter((nodeId) => !kept.has(nodeId));
  for (const nodeId of [...fresh, ...grown]) {
    const shards = kept.get(nodeId) ?? [];
    while (shards.length < (counts.get(nodeId) ?? 0)) {
      const shard = free.pop();
      if (shard === undefined) throw new Error('more shards are wanted than there are');
      shards.push(shard);
    }
    kept.set(nodeId, shards);
  }
  return sorted(kept);
}
