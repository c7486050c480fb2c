/** One random run: a network of real contracts and its model, over many epochs. */

import { Comparison } from './comparison.js';
import type { PackageOverrides } from './contracts.js';
import { MIN_STAKE } from './pool-model.js';
import {
  changeEpoch,
  endVoting,
  randomChange,
  someReports,
  tooEarly,
  wholeChange,
} from './epoch-operations.js';
import { fundSubsidies, randomFundingOperation } from './funding-operations.js';
import { Network, type Operation } from './network.js';
import {
  collectOperation,
  randomNodeOperation,
  randomNodes,
  registerNodes,
  slashingOperations,
} from './node-operations.js';
import { chooseProfile, type Profile } from './profile.js';
import { Random } from './random.js';
import {
  exodus,
  randomStakeOperation,
  requestOperation,
  spendableStakes,
  stakeOperation,
  withdrawOperation,
} from './stake-operations.js';
import { randomStorageOperation } from './storage-operations.js';

/** What to run. */
export interface SimulationSettings {
  readonly seed: number;
  readonly epochs: number;
  /** Number of nodes at the start, instead of what the seed says. */
  readonly nodes?: number | undefined;
  /** Compiled packages to use instead of those of the build. */
  readonly packages?: PackageOverrides;
}

/** How a run went. */
export interface SimulationReport {
  readonly seed: number;
  readonly epochs: number;
  readonly nodes: number;
  readonly nShards: number;
  readonly transactions: number;
  readonly accepted: number;
  readonly refused: number;
  /** Rewards paid out, and how far they were from a world without rounding. */
  readonly payouts: number;
  readonly largestError: bigint;
  readonly largestErrorPercent: number;
  /** Payouts of stakes that were active before their pool was empty. */
  readonly reanchored: number;
  /** Payouts that an empty rewards pool cut short. */
  readonly cut: number;
  /** How often the stakes that left a pool together were worth more than it held. */
  readonly overdrawn: number;
  /** FROST that pools count as stake although all their stakes were paid out. */
  readonly ownerless: bigint;
  /** FROST. */
  readonly burned: bigint;
  readonly distributed: bigint;
  readonly milliseconds: number;
  /** Operations by name. */
  readonly counts: ReadonlyMap<string, { readonly accepted: number; readonly refused: number }>;
}

/** A run in which chain and model disagree, or an invariant broke. */
export class SimulationFailure extends Error {
  override readonly name = 'SimulationFailure';
  readonly seed: number;
  readonly epoch: number;
  /** The newest operations, oldest first. */
  readonly tail: readonly string[];

  constructor(seed: number, epoch: number, tail: readonly string[], cause: unknown) {
    super(
      `seed ${seed}, epoch ${epoch}: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        cause,
      },
    );
    this.seed = seed;
    this.epoch = epoch;
    this.tail = tail;
  }
}

const LOG_TAIL = 25;
/** A full scan of the chain after so many epochs. */
const SCAN_EVERY = 20;
/** Epochs after which every stake can be withdrawn. */
const EPOCHS_TO_DRAIN = 3;
/** Child objects that a transaction may look at, less some for everything but exchange rates. */
const CHILDREN = 900;
/** Child objects of a withdrawal besides the exchange rates. */
const CHILDREN_OF_WITHDRAWAL = 10;

/**
 * Runs one seed to its end.
 *
 * @throws SimulationFailure
 */
export async function simulate(settings: SimulationSettings): Promise<SimulationReport> {
  const started = performance.now();
  const random = new Random(settings.seed);
  const profile = chooseProfile(random, settings.seed, settings.nodes);
  const network = await Network.open(profile.constants, profile.subsidies, settings.packages);
  try {
    const run = new Simulation(network, random, profile);
    await run.start();
    while (network.model.epoch < settings.epochs) await run.epoch();
    await run.drain();
    const { model } = network;
    const counts = [...network.counts.values()];
    return {
      seed: settings.seed,
      epochs: model.epoch,
      nodes: network.nodes.length,
      nShards: model.nShards,
      transactions: network.world.transactions,
      accepted: counts.reduce((sum, { accepted }) => sum + accepted, 0),
      refused: counts.reduce((sum, { refused }) => sum + refused, 0),
      payouts: model.fair.statistics.payouts,
      largestError: model.fair.statistics.largest,
      largestErrorPercent: model.fair.statistics.largestPercent,
      reanchored: model.fair.statistics.reanchored,
      cut: model.fair.statistics.cut,
      overdrawn: [...model.pools.values()].reduce((sum, pool) => sum + pool.overdrawn, 0),
      ownerless: ownerlessStake(network),
      burned: model.burned,
      distributed: model.distributed,
      milliseconds: performance.now() - started,
      counts: network.counts,
    };
  } catch (cause) {
    throw new SimulationFailure(
      settings.seed,
      network.model.epoch,
      network.log.slice(-LOG_TAIL),
      cause,
    );
  } finally {
    await network.close();
  }
}

class Simulation {
  private readonly network: Network;
  private readonly random: Random;
  private readonly profile: Profile;
  private readonly comparison: Comparison;

  constructor(network: Network, random: Random, profile: Profile) {
    this.network = network;
    this.random = random;
    this.profile = profile;
    this.comparison = new Comparison(network);
  }

  /** Epoch 0: the first nodes and their stakes. */
  async start(): Promise<void> {
    const { network, random, profile } = this;
    await registerNodes(network, randomNodes(random, profile, profile.nodes));
    await network.batch(
      network.nodes.map(({ nodeId }) =>
        stakeOperation(network, nodeId, random.magnitude(profile.minStake, profile.maxStake)),
      ),
    );
    await network.batch([fundSubsidies(network, 1_000_000n * MIN_STAKE)]);
    await this.phase();
    await network.batch(wholeChange(network));
    this.comparison.check();
  }

  /** One epoch, from the end of a transfer to the end of the next. */
  async epoch(): Promise<void> {
    const { network, random, profile, comparison } = this;
    const half = Math.floor(profile.constants.epochDurationMs / 2);
    if (random.chance(0.15) && network.nodes.length < profile.maxNodes) {
      await registerNodes(network, randomNodes(random, profile, random.int(1, 3)));
    }
    await this.phase();
    if (random.chance(0.05)) await network.probe(tooEarly(endVoting(network)));
    network.world.wait(half);
    await this.phase([endVoting(network)]);
    comparison.cap();
    if (random.chance(0.2)) comparison.check();
    if (random.chance(0.05)) await network.probe(tooEarly(changeEpoch(network)));
    network.world.wait(profile.constants.epochDurationMs - half + random.int(0, 3));
    // Something happens while shards move.
    await this.phase(randomChange(network, random));
    await network.batch(someReports(network, random));
    comparison.check();
    if (network.model.epoch % SCAN_EVERY === 0) comparison.fullScan();
  }

  /** Everybody but the keeper leaves, every commission is collected; nobody has lost principal. */
  async drain(): Promise<void> {
    const { network, comparison, profile } = this;
    const { model } = network;
    for (let i = 0; i <= EPOCHS_TO_DRAIN; i++) {
      const leaving = spendableStakes(network).filter((stake) => stake.withdrawEpoch === undefined);
      // What cannot be paid at once is refused by the model and requested instead.
      await this.inParts(leaving.map((stake) => withdrawOperation(network, stake)));
      await this.inParts(
        spendableStakes(network)
          .filter((stake) => stake.withdrawEpoch === undefined)
          .map((stake) => requestOperation(network, stake)),
      );
      network.world.wait(profile.constants.epochDurationMs);
      await network.batch(wholeChange(network));
      const ready = spendableStakes(network).filter(
        ({ withdrawEpoch }) => (withdrawEpoch ?? Infinity) <= model.epoch,
      );
      await this.inParts(ready.map((stake) => withdrawOperation(network, stake)));
      comparison.check();
    }
    const left = spendableStakes(network);
    // Dust that is worth no share cannot be requested while its node serves; nothing else may be left.
    for (const stake of left) {
      const shares = model.pool(stake.nodeId).sharesOf(stake.principal, stake.activation);
      if (shares > 0n) throw new Error(`stake of ${stake.principal} cannot be withdrawn`);
    }
    await network.batch(network.nodes.map((node) => collectOperation(network, node)));
    comparison.check();
    comparison.fullScan();
  }

  /**
   * Withdrawals and requests of many pools, in as many transactions as it takes. The contract looks for an
   * exchange rate in every epoch back to the last in which the node served, each a child object for Sui's limit.
   */
  private async inParts(operations: readonly Operation[]): Promise<void> {
    const { network } = this;
    const children = network.model.epoch + CHILDREN_OF_WITHDRAWAL;
    const size = Math.max(1, Math.floor(CHILDREN / children));
    for (let i = 0; i < operations.length; i += size) {
      await network.batch(operations.slice(i, i + size));
    }
  }

  // ------------------------------------------------------------------ random operations

  /** Some random operations after given ones, most in one transaction. */
  private async phase(first: Iterable<Operation> = []): Promise<void> {
    const { network, random } = this;
    const refused = await network.batch(this.operations(first));
    const probe = random.pick(refused);
    if (probe !== undefined && random.chance(0.4)) await network.probe(probe);
  }

  private *operations(first: Iterable<Operation>): Generator<Operation> {
    yield* first;
    const { network, random, profile } = this;
    const count = random.int(1, 2 * profile.operations - 1);
    for (let i = 0; i < count; i++) {
      const operation = this.operation();
      if (operation !== undefined) yield operation;
    }
    if (random.chance(0.02)) {
      const node = random.pick(network.nodes);
      if (node !== undefined) yield* exodus(network, node.nodeId);
    }
    if (random.chance(0.03)) yield* slashingOperations(network, random);
  }

  private operation(): Operation | undefined {
    const { network, random, profile } = this;
    const kind = random.int(0, 19);
    if (kind <= 8) return randomStakeOperation(network, random, profile);
    if (kind <= 11) return randomNodeOperation(network, random, profile);
    if (kind <= 13) return randomFundingOperation(network, random);
    return randomStorageOperation(network, random, profile);
  }
}

/** What pools without any stake object count as stake. */
function ownerlessStake({ model }: Network): bigint {
  const owned = new Set([...model.stakes].map(({ nodeId }) => nodeId));
  let sum = 0n;
  for (const pool of model.pools.values()) {
    if (!owned.has(pool.nodeId)) sum += pool.projected(model.epoch + 1);
  }
  return sum;
}
