/** What users pay and how it becomes rewards, from economics.md sections 2 and 4. */

import { product, require } from './aborts.js';

const SYSTEM = 'system_state_inner';
const UNIT_BYTES = 1_048_576n;

/** One epoch of the ring: bytes sold and FROST collected. */
export interface Slot {
  used: bigint;
  rewards: bigint;
}

/** A member of a committee as the split sees it. */
export interface Share {
  readonly nodeId: string;
  readonly shards: number;
  /** Certified size of the node's deny list, bytes. */
  readonly denied: bigint;
}

/** Units of 1 MiB that bytes take, rounded up. */
export function unitsOf(bytes: bigint): bigint {
  return (bytes + UNIT_BYTES - 1n) / UNIT_BYTES;
}

/**
 * Divides an epoch's rewards among its committee in proportion to `shards × (sold − denied)`, rounding down.
 *
 * @param rewards - what is left after the burn, FROST
 * @param sold - bytes sold for the epoch
 * @returns FROST of each member; the remainder rolls over
 * @see economics.md 4, step 3
 */
export function splitRewards(
  members: readonly Share[],
  sold: bigint,
  rewards: bigint,
): Map<string, bigint> {
  const weights = members.map(
    ({ shards, denied }) => BigInt(shards) * (denied < sold ? sold - denied : 0n),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  return new Map(
    members.map(({ nodeId }, i) => [
      nodeId,
      total === 0n ? 0n : (rewards * (weights[i] ?? 0n)) / total,
    ]),
  );
}

/** The part of an epoch's rewards that is burned at its end: 3 %, rounded down. */
export function epochBurn(rewards: bigint): bigint {
  return (rewards * 3n) / 100n;
}

/** Prices, capacity, and the ring of the epochs that can be sold. */
export class AccountingModel {
  storagePrice = 0n;
  writePrice = 0n;
  /** Bytes that may be sold for any epoch. */
  capacity = 0n;
  /** The running epoch first. */
  readonly slots: Slot[];

  /** @param epochsAhead - length of the ring */
  constructor(epochsAhead: number) {
    this.slots = Array.from({ length: epochsAhead }, () => ({ used: 0n, rewards: 0n }));
  }

  /** Slot of an epoch, as its distance from the running one. */
  slot(offset: number): Slot {
    const slot = this.slots[offset];
    if (slot === undefined) throw new Error(`no slot ${offset} epochs ahead`);
    return slot;
  }

  /**
   * Sells bytes for a range of offsets at today's price.
   *
   * @returns FROST that it costs in all
   */
  sell(bytes: bigint, from: number, to: number, money: bigint): bigint {
    require(from < to && to <= this.slots.length, SYSTEM, 2);
    const perEpoch = product(this.storagePrice, unitsOf(bytes), SYSTEM);
    const total = perEpoch * BigInt(to - from);
    require(total <= money, 'balance', 2);
    require(bytes > 0n, SYSTEM, 11);
    const range = this.slots.slice(from, to);
    require(range.every(({ used }) => used + bytes <= this.capacity), SYSTEM, 1);
    for (const slot of range) {
      slot.rewards += perEpoch;
      slot.used += bytes;
    }
    return total;
  }

  /** Fee for writing bytes once; goes to the running epoch. */
  chargeWrite(bytes: bigint, money: bigint): bigint {
    const fee = product(this.writePrice, unitsOf(bytes), SYSTEM);
    require(fee <= money, 'balance', 2);
    this.slot(0).rewards += fee;
    return fee;
  }

  /** Spreads a donation over the next epochs; the remainder of the division goes to the running one. */
  donate(amount: bigint, epochs: number): void {
    require(epochs > 0 && epochs <= this.slots.length, SYSTEM, 2);
    const each = amount / BigInt(epochs);
    for (const slot of this.slots.slice(0, epochs)) slot.rewards += each;
    this.slot(0).rewards += amount - each * BigInt(epochs);
  }

  /**
   * Ends the running epoch.
   *
   * @param members - its committee
   * @param votedCapacity - what the next committee offers, bytes
   * @returns burned FROST and the rewards of the members
   */
  advance(
    members: readonly Share[],
    votedCapacity: bigint,
  ): { readonly burned: bigint; readonly rewards: Map<string, bigint> } {
    const finished = this.slots.shift();
    if (finished === undefined) throw new Error('the ring is empty');
    this.slots.push({ used: 0n, rewards: 0n });
    const burned = epochBurn(finished.rewards);
    const available = finished.rewards - burned;
    const rewards = splitRewards(members, finished.used, available);
    const paid = [...rewards.values()].reduce((sum, reward) => sum + reward, 0n);
    const next = this.slot(0);
    next.rewards += available - paid;
    this.capacity = votedCapacity > next.used ? votedCapacity : next.used;
    return { burned, rewards };
  }
}
