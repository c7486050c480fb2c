/**
 * What a stake is worth if nothing is ever rounded: the delegators' rewards of an epoch are divided in
 * exact proportion to the value of the active stakes, and value compounds. The contract counts in whole
 * shares and whole FROST; this says how far its payouts may be from the ideal.
 *
 * One rule of the contract is no rounding and is followed here. Its ratio is what is in the pool by the number of
 * shares, also when all stakes have left and only what roundings have left over is there: 2 FROST for the last share
 * make a ratio of two, nothing makes one to one. Without rounding such a pool is empty and has no ratio, so that the
 * contract's is taken over with the next stake. A stake that became active while the node was in no committee is
 * counted at the last ratio recorded before; if the pool was empty meanwhile, it gets less or more than its part.
 * {@link FairStatistics.reanchored} counts payouts of stakes from before a pool was empty. Nothing else is taken
 * over from the contract: a gap in the ratios of a pool with stake changes no value.
 *
 * Values are fixed-point numbers with {@link FRACTION} binary places, so fine that their own error stays
 * below a FROST.
 */

import { MIN_STAKE } from './pool-model.js';

const FRACTION = 192n;
const ONE = 1n << FRACTION;

/** Growth of a pool up to an epoch. */
interface Mark {
  readonly epoch: number;
  /** Value of one FROST that was there from the start. */
  readonly index: bigint;
  /** Relative error that whole shares and FROST may have added up to here. */
  readonly slack: bigint;
  /** FROST per share in the contract, rounded up: one share more or less is no error. */
  readonly grain: bigint;
  /** How often the ratio was taken over from the contract, because the pool was empty. */
  readonly anchors: number;
}

interface FairPool {
  readonly marks: Mark[];
  /** Sum over active stakes, and what has no owner, of value divided by index. */
  units: bigint;
  /** Sum of the active principals, FROST. */
  principal: bigint;
  /** Whether no stake is left, so that the next ratio is the contract's. */
  isEmpty: boolean;
  readonly joins: Map<number, bigint>;
  readonly leaves: { readonly epoch: number; readonly principal: bigint; readonly from: number }[];
}

/** How far payouts were from the ideal. */
export interface FairStatistics {
  payouts: number;
  /** Largest difference, FROST. */
  largest: bigint;
  /** Largest difference as a part of what is allowed, percent. */
  largestPercent: number;
  /** Payouts of stakes that were active before their pool was empty. */
  reanchored: number;
  /** Payouts that an empty rewards pool cut short; the differences above are without them. */
  cut: number;
}

/** Ideal value of all stakes. */
export class FairValueModel {
  readonly statistics: FairStatistics = {
    payouts: 0,
    largest: 0n,
    largestPercent: 0,
    reanchored: 0,
    cut: 0,
  };
  private readonly pools = new Map<string, FairPool>();

  private pool(nodeId: string): FairPool {
    let pool = this.pools.get(nodeId);
    if (pool === undefined) {
      pool = {
        marks: [START],
        units: 0n,
        principal: 0n,
        isEmpty: true,
        joins: new Map(),
        leaves: [],
      };
      this.pools.set(nodeId, pool);
    }
    return pool;
  }

  private mark(pool: FairPool, epoch: number): Mark {
    return pool.marks.findLast((mark) => mark.epoch <= epoch) ?? START;
  }

  /** A principal becomes active in an epoch. */
  join(nodeId: string, principal: bigint, epoch: number): void {
    const { joins } = this.pool(nodeId);
    joins.set(epoch, (joins.get(epoch) ?? 0n) + principal);
  }

  /** It does not after all. */
  cancel(nodeId: string, principal: bigint, epoch: number): void {
    this.join(nodeId, -principal, epoch);
  }

  /** A principal active since `from` leaves at an epoch. */
  leave(nodeId: string, principal: bigint, from: number, epoch: number): void {
    this.pool(nodeId).leaves.push({ epoch, principal, from });
  }

  /**
   * The pool enters an epoch.
   *
   * @param earned - what its delegators got for the epoch before, FROST
   * @param contract - the pool in whole numbers: the ratio at the start of the epoch, and balance and shares
   *   after stake has joined and left
   */
  advance(
    nodeId: string,
    epoch: number,
    earned: bigint,
    contract: {
      readonly ratio: { readonly wal: bigint; readonly shares: bigint };
      readonly balance: bigint;
      readonly shares: bigint;
    },
  ): void {
    const pool = this.pool(nodeId);
    const last = this.mark(pool, epoch);
    const leaving = pool.leaves.filter((leave) => leave.epoch <= epoch);
    const { ratio, balance, shares } = contract;
    let { index } = last;
    const isFlat = ratio.shares === 0n || ratio.wal === 0n;
    const isAnchor = isFlat || pool.isEmpty;
    if (isAnchor) {
      index = isFlat ? ONE : (ratio.wal * ONE) / ratio.shares;
      pool.units = (ratio.wal * ONE * ONE) / index;
    } else {
      const value = (pool.units * index) >> FRACTION;
      if (value > 0n) index = (index * (value + earned * ONE)) / value;
    }
    // Sums of shares are rounded once an epoch, the shares of each request once.
    const roundings = BigInt(2 + leaving.length) * ONE;
    const slack =
      last.slack +
      (ratio.shares > 0n ? roundings / ratio.shares : 0n) +
      (shares > 0n ? roundings / shares : 0n);
    // The ratio pays those who leave, also the last.
    const [before, after] = [perShare(ratio.wal, ratio.shares), perShare(balance, shares)];
    const grain = before > after ? before : after;
    const anchors = last.anchors + (isAnchor ? 1 : 0);
    pool.marks.push({ epoch, index, slack, grain, anchors });
    for (const [at, principal] of pool.joins) {
      if (at > epoch) continue;
      pool.units += (principal * ONE * ONE) / index;
      pool.principal += principal;
      pool.joins.delete(at);
    }
    for (const leave of leaving) {
      pool.units -= (leave.principal * ONE * ONE) / this.mark(pool, leave.from).index;
      pool.principal -= leave.principal;
      pool.leaves.splice(pool.leaves.indexOf(leave), 1);
    }
    if (pool.principal < 0n) throw new Error(`more principal left ${nodeId} than was there`);
    if (pool.units < 0n) pool.units = 0n;
    // Stakes that left with more than their part may have emptied the pool before the last one leaves: no stake is
    // ever worth less than the least principal.
    pool.isEmpty = pool.principal === 0n || balance < MIN_STAKE;
  }

  /**
   * Compares a reward with the ideal one.
   *
   * @param from - epochs in which the principal was active: `from` to `to - 1`
   * @param isExhausted - the pool had no tokens left: less was paid than was due
   */
  check(
    nodeId: string,
    principal: bigint,
    from: number,
    to: number,
    reward: bigint,
    isExhausted: boolean,
  ): void {
    const pool = this.pool(nodeId);
    const start = this.mark(pool, from);
    const end = this.mark(pool, to);
    const value = (principal * end.index) / start.index;
    // Never less than the principal.
    const ideal = value > principal ? value - principal : 0n;
    const relative = end.slack - start.slack;
    const allowed = ((value * relative) >> FRACTION) + 2n * (start.grain + end.grain) + 2n;
    const difference = reward > ideal ? reward - ideal : ideal - reward;
    const isCut = difference > allowed && isExhausted && reward < ideal;
    if (difference > allowed && !isCut) {
      throw new Error(
        `stake of ${principal} with ${nodeId} from epoch ${from} to ${to}: reward ${reward}, ` +
          `without rounding ${ideal}, allowed difference ${allowed}`,
      );
    }
    const { statistics } = this;
    statistics.payouts++;
    if (end.anchors > start.anchors) statistics.reanchored++;
    if (isCut) {
      statistics.cut++;
      return;
    }
    if (difference > statistics.largest) statistics.largest = difference;
    const percent = Number((difference * 100n) / allowed);
    if (percent > statistics.largestPercent) statistics.largestPercent = percent;
  }
}

/** FROST per share, rounded up; one in an empty pool. */
function perShare(wal: bigint, shares: bigint): bigint {
  return wal > 0n && shares > 0n ? (wal + shares - 1n) / shares : 1n;
}

const START: Mark = { epoch: 0, index: ONE, slack: 0n, grain: 1n, anchors: 0 };
