/**
 * An independent model of the whole economy: who holds how many FROST, which node holds which shards, and
 * what every operation changes. Written from economics.md; where that is silent on an order or a rounding,
 * contracts.md 6.2, 7.2, 7.3 and 13.3 decide. It is the oracle of the random runs and ships with nothing.
 *
 * Operations throw {@link Refusal} before they change anything.
 */

import { AccountingModel } from './accounting-model.js';
import { ActiveSetModel } from './active-set-model.js';
import { apportion, firstAssignment, reassign, type Committee } from './apportionment.js';
import { MAX_U64, require } from './aborts.js';
import { FairValueModel } from './fair-value.js';
import { MIN_STAKE, PoolModel } from './pool-model.js';
import { SubsidyModel } from './subsidy-model.js';
import { isQuorum, votedCapacity, votedPrice } from './votes.js';

const POOL = 'staking_pool';
const STAKING = 'staking_inner';
/** A delegator's object. */
export interface Stake {
  /** Object ID; undefined until the transaction that makes it is executed. */
  objectId: string | undefined;
  readonly nodeId: string;
  principal: bigint;
  readonly activation: number;
  /** Epoch from which it is paid out, once that was requested. */
  withdrawEpoch: number | undefined;
}

/** Where the epoch stands. */
export type Phase = 'syncing' | 'voting' | 'selected';

/** Constants and first state. */
export interface EconomyInit {
  readonly nShards: number;
  readonly maxEpochsAhead: number;
  readonly subsidies: { readonly rate: number; readonly base: bigint; readonly perShard: bigint };
  /** FROST that exist. */
  readonly supply: bigint;
}

/** The network and everybody's WAL. */
export class EconomyModel {
  readonly nShards: number;
  readonly accounting: AccountingModel;
  readonly activeSet = new ActiveSetModel();
  readonly subsidies: SubsidyModel;
  readonly fair = new FairValueModel();
  readonly pools = new Map<string, PoolModel>();
  readonly stakes = new Set<Stake>();
  /** Certified size of deny lists, bytes. */
  readonly denied = new Map<string, bigint>();
  /** FROST that exist. */
  supply: bigint;
  /** FROST in the account that pays for everything. */
  bank: bigint;
  /** FROST that were paid out and lie elsewhere. */
  paidOut = 0n;
  /** FROST burned at the ends of epochs, and given to pools. */
  burned = 0n;
  distributed = 0n;
  epoch = 0;
  phase: Phase = 'voting';
  committee: Committee = new Map();
  previous: Committee = new Map();
  next: Committee | undefined;
  /** Nodes that competed at the last selection. */
  competitors = 0;
  /** Bytes that the next committee offers. */
  nextCapacity = 0n;
  private readonly synced = new Set<string>();
  private readonly slashing = new Map<string, { epoch: number; voters: Set<string> }>();

  constructor(init: EconomyInit) {
    this.nShards = init.nShards;
    this.accounting = new AccountingModel(init.maxEpochsAhead);
    this.subsidies = new SubsidyModel(init.subsidies, init.maxEpochsAhead);
    this.supply = init.supply;
    this.bank = init.supply;
  }

  /** The pool of a node. */
  pool(nodeId: string): PoolModel {
    const pool = this.pools.get(nodeId);
    if (pool === undefined) throw new Error(`node ${nodeId} is not registered`);
    return pool;
  }

  /** Shards of a node now. */
  shardsOf(nodeId: string): number {
    return this.committee.get(nodeId)?.length ?? 0;
  }

  /** Takes FROST out of the bank. */
  spend(amount: bigint): void {
    require(amount <= this.bank, 'balance', 2);
    this.bank -= amount;
  }

  private get isSelected(): boolean {
    return this.phase === 'selected';
  }

  // ------------------------------------------------------------------ nodes

  register(nodeId: string, commissionRate: number, votes: PoolModel['votes']): void {
    const firstEpoch = this.epoch + (this.isSelected ? 1 : 0);
    this.pools.set(nodeId, new PoolModel({ nodeId, firstEpoch, commissionRate, votes }));
  }

  setCommission(nodeId: string, rate: number): void {
    require(rate <= 10_000, POOL, 14);
    this.pool(nodeId).scheduledRates.set(this.epoch + 2, rate);
  }

  /** @returns FROST paid */
  collectCommission(nodeId: string): bigint {
    const pool = this.pool(nodeId);
    const amount = pool.collectable;
    pool.commission -= amount;
    this.paidOut += amount;
    return amount;
  }

  /** Takes a donation to a pool's commission, held back until voting ends. */
  addCommission(nodeId: string, amount: bigint): void {
    const pool = this.pool(nodeId);
    pool.commission += amount;
    if (!this.isSelected) pool.blocked += amount;
  }

  /** Recomputes the prices from the votes that stand now. */
  updatePrices(): void {
    const priceBy = (of: (pool: PoolModel) => bigint): bigint =>
      this.committee.size === 0
        ? MAX_U64
        : votedPrice(
            [...this.committee].map(([nodeId, shards]) => ({
              value: of(this.pool(nodeId)),
              shards: shards.length,
            })),
            this.nShards,
          );
    this.accounting.storagePrice = priceBy((pool) => pool.votes.storagePrice);
    this.accounting.writePrice = priceBy((pool) => pool.votes.writePrice);
  }

  /** Puts a node into the active set by its present stake. */
  refresh(nodeId: string): void {
    const epoch = this.epoch + (this.isSelected ? 2 : 1);
    this.activeSet.refresh(nodeId, this.pool(nodeId).projected(epoch));
  }

  // ------------------------------------------------------------------ stake (economics.md 5)

  stake(nodeId: string, amount: bigint): Stake {
    require(amount > 0n, POOL, 7);
    require(amount >= MIN_STAKE, 'staked_wal', 7);
    this.spend(amount);
    const activation = this.epoch + (this.isSelected ? 2 : 1);
    const stake: Stake = {
      objectId: undefined,
      nodeId,
      principal: amount,
      activation,
      withdrawEpoch: undefined,
    };
    this.stakes.add(stake);
    const { joining } = this.pool(nodeId);
    joining.set(activation, (joining.get(activation) ?? 0n) + amount);
    this.fair.join(nodeId, amount, activation);
    this.refresh(nodeId);
    return stake;
  }

  split(stake: Stake, amount: bigint): Stake {
    require(amount < stake.principal, 'staked_wal', 2);
    require(amount >= MIN_STAKE && stake.principal - amount >= MIN_STAKE, 'staked_wal', 7);
    stake.principal -= amount;
    const part: Stake = { ...stake, principal: amount, objectId: undefined };
    this.stakes.add(part);
    return part;
  }

  join(stake: Stake, other: Stake): void {
    const isAlike =
      stake.nodeId === other.nodeId &&
      stake.activation === other.activation &&
      stake.withdrawEpoch === other.withdrawEpoch;
    require(isAlike, 'staked_wal', 1);
    stake.principal += other.principal;
    this.stakes.delete(other);
  }

  private cancelsAtOnce(stake: Stake): boolean {
    if (stake.withdrawEpoch !== undefined) return false;
    if (stake.activation === this.epoch + 2) return true;
    return stake.activation === this.epoch + 1 && this.next?.has(stake.nodeId) !== true;
  }

  requestWithdraw(stake: Stake): void {
    const { nodeId, principal, activation } = stake;
    const pool = this.pool(nodeId);
    require(stake.withdrawEpoch === undefined, POOL, 8);
    require(!this.cancelsAtOnce(stake), POOL, 13);
    if (activation === this.epoch + 1) {
      const leaves = activation + 1;
      pool.leavingEarly.set(leaves, (pool.leavingEarly.get(leaves) ?? 0n) + principal);
      this.fair.leave(nodeId, principal, activation, leaves);
      stake.withdrawEpoch = leaves;
    } else {
      require(activation <= this.epoch, POOL, 12);
      const isInNext = this.next?.has(nodeId) === true;
      require(isInNext || this.committee.has(nodeId), POOL, 13);
      const leaves = this.epoch + (isInNext ? 2 : 1);
      const shares = pool.sharesOf(principal, activation);
      require(shares > 0n, POOL, 18);
      pool.leaving.set(leaves, (pool.leaving.get(leaves) ?? 0n) + shares);
      this.fair.leave(nodeId, principal, activation, leaves);
      stake.withdrawEpoch = leaves;
    }
    this.refresh(nodeId);
  }

  /** @returns FROST paid: principal and reward */
  withdraw(stake: Stake): bigint {
    const { nodeId, principal, activation, withdrawEpoch } = stake;
    const pool = this.pool(nodeId);
    const isServing = this.committee.has(nodeId) || this.next?.has(nodeId) === true;
    let reward = 0n;
    if (this.cancelsAtOnce(stake)) {
      pool.cancelJoining(activation, principal);
      this.fair.cancel(nodeId, principal, activation);
    } else if (!isServing && withdrawEpoch === undefined) {
      if (activation > this.epoch) {
        pool.cancelJoining(activation, principal);
        this.fair.cancel(nodeId, principal, activation);
      } else {
        const shares = pool.sharesOf(principal, activation);
        pool.leaving.set(this.epoch, (pool.leaving.get(this.epoch) ?? 0n) + shares);
        this.fair.leave(nodeId, principal, activation, this.epoch);
        reward = pool.takeRewards(pool.reward(principal, activation, this.epoch));
        this.fair.check(nodeId, principal, activation, this.epoch, reward, pool.rewards === 0n);
      }
    } else {
      require(withdrawEpoch !== undefined, POOL, 10);
      require(withdrawEpoch <= this.epoch, POOL, 11);
      require(activation <= this.epoch, POOL, 12);
      reward = pool.takeRewards(pool.reward(principal, activation, withdrawEpoch));
      this.fair.check(nodeId, principal, activation, withdrawEpoch, reward, pool.rewards === 0n);
    }
    this.stakes.delete(stake);
    this.paidOut += principal + reward;
    this.refresh(nodeId);
    return principal + reward;
  }

  // ------------------------------------------------------------------ epochs (economics.md 7)

  endVoting(): void {
    require(this.phase === 'voting', STAKING, 0);
    const candidates = this.activeSet.candidates;
    require(candidates.some(({ stake }) => stake > 0n), STAKING, 3);
    this.competitors = candidates.length;
    const seats = apportion(
      candidates.map(({ stake }) => stake),
      this.nShards,
    );
    const counts = new Map<string, number>();
    candidates.forEach(({ nodeId }, i) => {
      const count = seats[i] ?? 0;
      if (count > 0) counts.set(nodeId, count);
    });
    for (const nodeId of this.previous.keys()) this.pool(nodeId).blocked = 0n;
    this.next =
      this.committee.size === 0 ? firstAssignment(counts) : reassign(this.committee, counts);
    this.nextCapacity = votedCapacity(
      [...counts].map(([nodeId, shards]) => ({ value: this.pool(nodeId).votes.capacity, shards })),
      this.nShards,
    );
    this.phase = 'selected';
  }

  changeEpoch(): void {
    const { next } = this;
    require(next !== undefined, STAKING, 6);
    const members = [...this.committee].map(([nodeId, shards]) => ({
      nodeId,
      shards: shards.length,
      denied: this.denied.get(nodeId) ?? 0n,
    }));
    const { burned, rewards } = this.accounting.advance(members, this.nextCapacity);
    this.supply -= burned;
    this.burned += burned;
    for (const reward of rewards.values()) this.distributed += reward;
    this.epoch++;
    this.previous = this.committee;
    this.committee = next;
    this.next = undefined;
    this.phase = 'syncing';
    this.synced.clear();
    for (const nodeId of this.previous.keys()) this.advance(nodeId, rewards.get(nodeId) ?? 0n);
    for (const nodeId of this.committee.keys()) {
      if (!this.previous.has(nodeId)) this.advance(nodeId, 0n);
    }
    this.updatePrices();
  }

  private advance(nodeId: string, reward: bigint): void {
    const pool = this.pool(nodeId);
    const earned = pool.advance(this.epoch, reward);
    const { balance, shares } = pool;
    const ratio = pool.ratioAt(this.epoch);
    this.fair.advance(nodeId, this.epoch, earned, { ratio, balance, shares });
    this.activeSet.change(nodeId, pool.projected(this.epoch + 1));
  }

  /** @returns whether this report made the transfer complete */
  reportSynced(nodeId: string): boolean {
    require(!this.synced.has(nodeId), STAKING, 2);
    require(this.committee.has(nodeId), STAKING, 4);
    this.synced.add(nodeId);
    if (this.phase !== 'syncing') return false;
    const weight = [...this.synced].reduce((sum, id) => sum + this.shardsOf(id), 0);
    if (!isQuorum(weight, this.nShards)) return false;
    this.phase = 'voting';
    return true;
  }

  /** Whether a node has reported in this epoch. */
  hasSynced(nodeId: string): boolean {
    return this.synced.has(nodeId);
  }

  // ------------------------------------------------------------------ subsidies, slashing

  /** Pays what the subsidies owe. */
  processSubsidies(): void {
    const payments = this.subsidies.due(this.epoch, this.previous, this.accounting);
    for (const [nodeId, amount] of payments) this.addCommission(nodeId, amount);
  }

  voteForSlashing(voter: string, candidate: string): void {
    require(this.committee.has(voter), STAKING, 4);
    const known = this.slashing.get(candidate);
    const proposal =
      known?.epoch === this.epoch ? known : { epoch: this.epoch, voters: new Set<string>() };
    require(!proposal.voters.has(voter), 'slashing', 1);
    proposal.voters.add(voter);
    this.slashing.set(candidate, proposal);
  }

  /** @returns FROST burned */
  slash(candidate: string): bigint {
    const proposal = this.slashing.get(candidate);
    require(proposal !== undefined, 'slashing', 2);
    require(proposal.epoch === this.epoch, 'slashing', 3);
    const weight = [...proposal.voters].reduce((sum, id) => sum + this.shardsOf(id), 0);
    require(isQuorum(weight, this.nShards), 'slashing', 4);
    this.slashing.delete(candidate);
    const pool = this.pool(candidate);
    const burned = pool.commission;
    pool.commission = 0n;
    pool.blocked = 0n;
    this.supply -= burned;
    return burned;
  }

  /** FROST in all places that the model knows; equal to the supply. */
  totalHeld(sharedFunds: bigint): bigint {
    let total = this.bank + this.paidOut + this.subsidies.pot + sharedFunds;
    for (const { principal } of this.stakes) total += principal;
    for (const { rewards, commission } of this.pools.values()) total += rewards + commission;
    for (const { rewards } of this.accounting.slots) total += rewards;
    return total;
  }
}
