/** One random run: a network of real contracts and its model, over many epochs. */

import { require } from './aborts.js';
import { Comparison } from './comparison.js';
import type { PackageOverrides } from './contracts.js';
import { MIN_STAKE } from './economy-model.js';
import { fundSubsidies, processSubsidies, randomFundingOperation } from './funding-operations.js';
import { Network, type NetworkNode, type Operation } from './network.js';
import {
  collectOperation,
  randomNodeOperation,
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
  /** Payouts of stakes whose pool had started again at one WAL per share. */
  readonly restarted: number;
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
  const run = new Simulation(network, random, profile);
  try {
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
      restarted: model.fair.statistics.restarted,
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
    await registerNodes(network, random, profile, profile.nodes);
    await network.batch(
      network.nodes.map(({ nodeId }) =>
        stakeOperation(network, nodeId, random.magnitude(profile.minStake, profile.maxStake)),
      ),
    );
    await network.batch([fundSubsidies(network, 1_000_000n * MIN_STAKE)]);
    await this.phase();
    await network.batch(this.wholeChange(() => this.reports()));
    this.comparison.check();
  }

  /** One epoch, from the end of a transfer to the end of the next. */
  async epoch(): Promise<void> {
    const { network, random, profile, comparison } = this;
    const half = Math.floor(profile.constants.epochDurationMs / 2);
    if (random.chance(0.15) && network.nodes.length < profile.maxNodes) {
      await registerNodes(network, random, profile, random.int(1, 3));
    }
    await this.phase();
    if (random.chance(0.05)) await network.probe(tooEarly(this.endVoting()));
    network.world.wait(half);
    await this.phase([this.endVoting()]);
    comparison.cap();
    if (random.chance(0.2)) comparison.check();
    if (random.chance(0.05)) await network.probe(tooEarly(this.changeEpoch()));
    network.world.wait(profile.constants.epochDurationMs - half + random.int(0, 3));
    const isAtOnce = random.chance(0.5);
    await this.phase(this.change(isAtOnce));
    // Otherwise something has happened while shards moved.
    if (!isAtOnce) await network.batch(this.reports());
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
      await network.batch(leaving.map((stake) => withdrawOperation(network, stake)));
      await network.batch(
        spendableStakes(network)
          .filter((stake) => stake.withdrawEpoch === undefined)
          .map((stake) => requestOperation(network, stake)),
      );
      network.world.wait(profile.constants.epochDurationMs);
      await network.batch(this.wholeChange(() => this.allReports()));
      const ready = spendableStakes(network).filter(
        ({ withdrawEpoch }) => (withdrawEpoch ?? Infinity) <= model.epoch,
      );
      await network.batch(ready.map((stake) => withdrawOperation(network, stake)));
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

  // ------------------------------------------------------------------ the epoch's steps

  // Generators, since each operation follows from the state after the one before.

  private *change(withReports: boolean): Generator<Operation> {
    const { network, random } = this;
    if (random.chance(0.7)) yield processSubsidies(network);
    yield this.changeEpoch();
    if (random.chance(0.3)) yield processSubsidies(network);
    if (withReports) yield* this.reports();
  }

  private *wholeChange(reports: () => Iterable<Operation>): Generator<Operation> {
    yield this.endVoting();
    yield this.changeEpoch();
    yield* reports();
  }

  private endVoting(): Operation {
    const { network } = this;
    return {
      label: 'voting_end',
      apply: () => network.model.endVoting(),
      build: (program) => {
        program.call(network.walrus('staking::voting_end'), [
          network.staking(program),
          network.clock(program),
        ]);
      },
    };
  }

  private changeEpoch(): Operation {
    const { network } = this;
    return {
      label: 'initiate_epoch_change',
      apply: () => network.model.changeEpoch(),
      build: (program) => {
        program.call(network.walrus('staking::initiate_epoch_change_v2'), [
          network.staking(program),
          network.system(program),
          program.object(network.contracts.treasury),
          network.clock(program),
        ]);
      },
    };
  }

  /** Reports of members until the transfer is complete, and of some more. */
  private *reports(): Generator<Operation> {
    const { network, random } = this;
    const { model } = network;
    const members = random.shuffled([...model.committee.keys()]);
    for (const nodeId of members) {
      if (model.phase !== 'syncing' && random.chance(0.8)) return;
      yield this.report(network.node(nodeId));
    }
  }

  private *allReports(): Generator<Operation> {
    const { network } = this;
    for (const nodeId of network.model.committee.keys()) yield this.report(network.node(nodeId));
  }

  private report(node: NetworkNode): Operation {
    const { network } = this;
    const { model } = network;
    const { epoch } = model;
    return {
      label: `epoch_sync_done of ${node.nodeId.slice(0, 8)}`,
      apply: () => {
        model.reportSynced(node.nodeId);
      },
      build: (program) => {
        program.call(network.walrus('staking::epoch_sync_done'), [
          network.staking(program),
          program.object(node.capability),
          program.u32(epoch),
          network.clock(program),
        ]);
      },
    };
  }
}

/** A step of the epoch before its time. */
function tooEarly(operation: Operation): Operation {
  return {
    ...operation,
    label: `too-early ${operation.label}`,
    apply: () => require(false, 'staking_inner', 0),
  };
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
