/**
 * A node's pool: delegated stake, its value over time, and the operator's commission. Written from
 * economics.md sections 4 and 5, with the roundings that contracts.md 7.3 states.
 */

import { require } from './aborts.js';

const POOL = 'staking_pool';
const BASIS_POINTS = 10_000n;
/** Least stake of one object, FROST. */
export const MIN_STAKE = 1_000_000_000n;

/** Value of the pool at the start of an epoch, before that epoch's stake joins and leaves. */
interface Ratio {
  readonly epoch: number;
  readonly wal: bigint;
  readonly shares: bigint;
}

/** Shares that a principal buys at a ratio, rounded down; one to one in an empty pool. */
function toShares(wal: bigint, ratio: Ratio): bigint {
  return ratio.wal === 0n || ratio.shares === 0n ? wal : (wal * ratio.shares) / ratio.wal;
}

/** WAL that shares are worth at a ratio, rounded down. */
function toWal(shares: bigint, ratio: Ratio): bigint {
  return ratio.wal === 0n || ratio.shares === 0n ? shares : (shares * ratio.wal) / ratio.shares;
}

function add<T extends number | bigint>(map: Map<number, bigint>, epoch: number, value: T): void {
  map.set(epoch, (map.get(epoch) ?? 0n) + BigInt(value));
}

/** Sum of what is due at an epoch. */
function due(map: ReadonlyMap<number, bigint>, epoch: number): bigint {
  let sum = 0n;
  for (const [at, value] of map) if (at <= epoch) sum += value;
  return sum;
}

function dropDue(map: Map<number, unknown>, epoch: number): void {
  for (const at of map.keys()) if (at <= epoch) map.delete(at);
}

/** State of a pool and what may happen to it. Amounts are FROST. */
export class PoolModel {
  readonly nodeId: string;
  readonly firstEpoch: number;
  /** FROST that work for the node: active principals and their rewards. */
  balance = 0n;
  shares = 0n;
  /** Reward tokens not paid out yet. */
  rewards = 0n;
  commission = 0n;
  /** Part of the commission that a slashing vote may still come before. */
  blocked = 0n;
  /** How often stakes that left were worth more than the pool. */
  overdrawn = 0;
  /** Basis points. */
  commissionRate: number;
  votes: { storagePrice: bigint; writePrice: bigint; capacity: bigint };
  /** Principals by the epoch in which they become active. */
  readonly joining = new Map<number, bigint>();
  /** Shares by the epoch in which they leave. */
  readonly leaving = new Map<number, bigint>();
  /** Principals by the epoch in which they leave, where the request came before they were active. */
  readonly leavingEarly = new Map<number, bigint>();
  readonly scheduledRates = new Map<number, number>();
  private readonly ratios: Ratio[];

  constructor(init: {
    readonly nodeId: string;
    readonly firstEpoch: number;
    readonly commissionRate: number;
    readonly votes: PoolModel['votes'];
  }) {
    this.nodeId = init.nodeId;
    this.firstEpoch = init.firstEpoch;
    this.commissionRate = init.commissionRate;
    this.votes = init.votes;
    this.ratios = [{ epoch: init.firstEpoch, wal: 0n, shares: 0n }];
  }

  /** Ratio at an epoch: the newest one of an epoch in which the pool was advanced. */
  ratioAt(epoch: number): Ratio {
    return this.ratios.findLast((ratio) => ratio.epoch <= epoch) ?? FLAT;
  }

  /** Number of recorded ratios. */
  get recordedRatios(): number {
    return this.ratios.length;
  }

  /**
   * Reward of a principal that was active in epochs `from` to `to - 1`, as far as tokens are there.
   *
   * @see economics.md 5, "Value at epoch x"
   */
  reward(principal: bigint, from: number, to: number): bigint {
    const value = toWal(toShares(principal, this.ratioAt(from)), this.ratioAt(to));
    return value > principal ? value - principal : 0n;
  }

  /** Shares of a principal active since an epoch. */
  sharesOf(principal: bigint, from: number): bigint {
    return toShares(principal, this.ratioAt(from));
  }

  /** Takes tokens for a payout. */
  takeRewards(wanted: bigint): bigint {
    const paid = wanted < this.rewards ? wanted : this.rewards;
    this.rewards -= paid;
    return paid;
  }

  /** Stake that counts for the committee of an epoch. */
  projected(epoch: number): bigint {
    const now = { epoch, wal: this.balance, shares: this.shares };
    const gone = toWal(this.sharesLeaving(epoch), now);
    const expected = this.balance + due(this.joining, epoch);
    return expected > gone ? expected - gone : 0n;
  }

  /** Takes a principal out of what joins later. */
  cancelJoining(epoch: number, principal: bigint): void {
    add(this.joining, epoch, -principal);
  }

  /**
   * Brings the pool into an epoch with the rewards of the one before.
   *
   * @returns what the delegators got: the rewards without the commission
   */
  advance(epoch: number, rewards: bigint): bigint {
    require(rewards === 0n || this.balance > 0n, POOL, 2);
    const commission = (rewards * BigInt(this.commissionRate)) / BASIS_POINTS;
    this.commission += commission;
    this.blocked += commission;
    const rates = [...this.scheduledRates].filter(([at]) => at <= epoch).sort(([a], [b]) => a - b);
    this.commissionRate = rates.at(-1)?.[1] ?? this.commissionRate;
    dropDue(this.scheduledRates, epoch);

    const earned = rewards - commission;
    this.balance += earned;
    this.rewards += earned;
    const ratio = { epoch, wal: this.balance, shares: this.shares };
    this.ratios.push(ratio);

    const gone = toWal(this.sharesLeaving(epoch), ratio);
    this.balance += due(this.joining, epoch);
    if (gone > this.balance) this.overdrawn++;
    // The official contracts abort where more leaves than there is; ours empty the pool.
    this.balance -= gone < this.balance ? gone : this.balance;
    this.shares = toShares(this.balance, ratio);
    dropDue(this.joining, epoch);
    dropDue(this.leaving, epoch);
    dropDue(this.leavingEarly, epoch);
    return earned;
  }

  /** Commission that may be collected now. */
  get collectable(): bigint {
    return this.commission > this.blocked ? this.commission - this.blocked : 0n;
  }

  private sharesLeaving(epoch: number): bigint {
    let shares = due(this.leaving, epoch);
    for (const [at, principal] of this.leavingEarly) {
      if (at <= epoch) shares += this.sharesOf(principal, at - 1);
    }
    return shares;
  }
}

const FLAT: Ratio = { epoch: 0, wal: 0n, shares: 0n };
