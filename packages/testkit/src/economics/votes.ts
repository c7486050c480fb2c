/** How prices and the capacity follow from the votes of the nodes, from economics.md section 3. */

import { MAX_U64 } from './aborts.js';

/** A vote and the shards behind it. */
export interface Vote {
  readonly value: bigint;
  readonly shards: number;
}

/** Whether a weight is more than two thirds of the shards: `3 w >= 2 n + 1`. */
export function isQuorum(weight: number, nShards: number): boolean {
  return 3 * weight >= 2 * nShards + 1;
}

/** The vote at which the weight, summed in the given order, first is a quorum. */
function quorumVote(ordered: readonly Vote[], nShards: number): bigint {
  let weight = 0;
  for (const { value, shards } of ordered) {
    weight += shards;
    if (isQuorum(weight, nShards)) return value;
  }
  throw new Error('the votes do not cover a quorum of the shards');
}

const ascending = (a: Vote, b: Vote): number =>
  a.value < b.value ? -1 : a.value > b.value ? 1 : 0;

/** The smallest price such that nodes that vote at most that hold a quorum. */
export function votedPrice(votes: readonly Vote[], nShards: number): bigint {
  return quorumVote([...votes].sort(ascending), nShards);
}

/**
 * The largest capacity such that nodes that contribute at least that hold a quorum.
 *
 * @param votes - bytes of the whole node and its shards in the next committee
 */
export function votedCapacity(votes: readonly Vote[], nShards: number): bigint {
  const shares = votes.map(({ value, shards }) => {
    const scaled = (value * BigInt(nShards)) / BigInt(shards);
    return { value: scaled < MAX_U64 ? scaled : MAX_U64, shards };
  });
  return quorumVote(
    shares.sort((a, b) => ascending(b, a)),
    nShards,
  );
}
