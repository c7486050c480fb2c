/** The worked examples of economics.md 12, run on the real contracts and in the model side by side. */

import {
  allReports,
  changeEpoch,
  Comparison,
  denyListOperation,
  endVoting,
  epochBurn,
  MIN_STAKE,
  Network,
  registerNodes,
  requestOperation,
  reserveOperation,
  stakeOperation,
  updatePricesOperation,
  wholeChange,
  withdrawOperation,
  type Stake,
} from '@walrus-ts/testkit/economics';
import { afterEach, beforeAll, expect, it } from 'vitest';

const WAL = MIN_STAKE;
const EPOCH_MS = 1000;
const PRICE = 5n;
const CAPACITY = 10n ** 12n;
const EXAMPLE_MS = 180_000;

let network: Network;

afterEach(() => network.close());

/** A network of equal nodes in epoch 0. */
async function open(
  nShards: number,
  votes: readonly { readonly price: bigint; readonly capacity: bigint }[],
): Promise<void> {
  network = await Network.open(
    { nShards, maxEpochsAhead: 5, epochDurationMs: EPOCH_MS },
    { rate: 0, base: 0n, perShard: 0n },
  );
  await registerNodes(
    network,
    votes.map(({ price, capacity }) => ({
      rate: 0,
      votes: { storagePrice: price, writePrice: price, capacity },
    })),
  );
}

const nodeAt = (i: number): string => network.nodes[i]?.nodeId ?? '';

/** Stakes on chain and in the model; the newest is the result. */
async function stake(node: number, amount: bigint): Promise<Stake> {
  await network.batch([stakeOperation(network, nodeAt(node), amount)]);
  const made = [...network.model.stakes].at(-1);
  if (made === undefined) throw new Error('there is no stake');
  return made;
}

async function nextEpoch(): Promise<void> {
  network.world.wait(EPOCH_MS);
  await network.batch(wholeChange(network));
}

/** WAL that a withdrawal pays, after the chain has paid as much to the FROST. */
async function withdraw(one: Stake): Promise<bigint> {
  const before = network.model.paidOut;
  expect(await network.batch([withdrawOperation(network, one)])).toEqual([]);
  const paid = network.model.paidOut - before;
  expect(paid % WAL).toBe(0n);
  return paid / WAL;
}

/** Gives the only node rewards for the running epoch: so much is left after the burn. */
async function earn(amount: bigint): Promise<void> {
  // The price makes one unit cost the rewards before the burn.
  let price = (amount * 100n) / 97n + 1n;
  while (price - epochBurn(price) > amount) price--;
  const node = network.model.pool(nodeAt(0));
  await network.batch([
    {
      label: 'vote a price',
      apply: () => {
        node.votes.storagePrice = price;
      },
      build: (program) => {
        program.call(network.walrus('staking::set_storage_price_vote'), [
          network.staking(program),
          program.object(network.nodes[0]?.capability ?? ''),
          program.u64(price),
        ]);
      },
    },
    updatePricesOperation(network),
  ]);
  expect(await network.batch([reserveOperation(network, 1n, 0, 1)])).toEqual([]);
}

const check = (): void => new Comparison(network).check();

it('takes price 7000 and capacity 40000 of ten votes', { timeout: EXAMPLE_MS }, async () => {
  await open(
    100,
    Array.from({ length: 10 }, (_, i) => ({
      price: BigInt(i + 1) * 1000n,
      capacity: BigInt(i + 1) * 1000n,
    })),
  );
  for (let i = 0; i < 10; i++) await stake(i, WAL);
  await network.batch(wholeChange(network));
  const { accounting } = network.model;
  expect(accounting.storagePrice).toBe(7000n);
  expect(accounting.writePrice).toBe(7000n);
  expect(accounting.capacity).toBe(40_000n);
  check();
});

it('divides 1000 shards among stakes of 600, 100, 200, 100', { timeout: EXAMPLE_MS }, async () => {
  await open(
    1000,
    Array.from({ length: 4 }, () => ({ price: PRICE, capacity: CAPACITY })),
  );
  for (const [i, amount] of [600n, 100n, 200n, 100n].entries()) await stake(i, amount * WAL);
  await network.batch(wholeChange(network));
  const shards = network.nodes.map(({ nodeId }) => network.model.shardsOf(nodeId));
  expect(shards).toEqual([500, 125, 250, 125]);
  check();
});

it('burns 143, gives 458 and 463, and rolls 2 over', { timeout: EXAMPLE_MS }, async () => {
  await open(
    100,
    Array.from({ length: 10 }, () => ({ price: PRICE, capacity: CAPACITY })),
  );
  for (let i = 0; i < 10; i++) await stake(i, WAL);
  await network.batch(wholeChange(network));
  await network.batch([
    reserveOperation(network, 10n ** 9n, 0, 1),
    denyListOperation(network, nodeAt(0), 10n ** 7n, [0, 1, 2, 3, 4, 5, 6]),
  ]);
  expect(network.model.accounting.slot(0).rewards).toBe(4_770n);
  const supply = network.model.supply;
  await nextEpoch();
  expect(supply - network.model.supply).toBe(143n);
  const rewards = network.nodes.map(({ nodeId }) => network.model.pool(nodeId).rewards);
  expect(rewards).toEqual([458n, ...Array.from({ length: 9 }, () => 463n)]);
  expect(network.model.accounting.slot(0).rewards).toBe(2n);
  check();
});

it('compounds rewards: 2000 after one epoch, 3000 after two', { timeout: EXAMPLE_MS }, async () => {
  for (const epochs of [1, 2]) {
    await open(10, [{ price: 0n, capacity: CAPACITY }]);
    const one = await stake(0, 1000n * WAL);
    await nextEpoch();
    for (let i = 1; i < epochs; i++) {
      await earn(1000n * WAL);
      await nextEpoch();
    }
    await network.batch([requestOperation(network, one)]);
    // Somebody has to go on serving, from the next epoch on.
    await stake(0, WAL);
    await earn(1000n * WAL);
    await nextEpoch();
    expect(await withdraw(one)).toBe(1000n * BigInt(epochs + 1));
    check();
    if (epochs === 1) await network.close();
  }
});

it('pays who joined later 2500 of 2000', { timeout: EXAMPLE_MS }, async () => {
  await open(10, [{ price: 0n, capacity: CAPACITY }]);
  const early = await stake(0, 1000n * WAL);
  await nextEpoch();
  const late = await stake(0, 2000n * WAL);
  await earn(1000n * WAL);
  await nextEpoch();
  await network.batch([requestOperation(network, early), requestOperation(network, late)]);
  await stake(0, WAL);
  await earn(1000n * WAL);
  await nextEpoch();
  expect(await withdraw(early)).toBe(2500n);
  expect(await withdraw(late)).toBe(2500n);
  check();
});

it(
  'counts a stake at the ratio of its own epoch after its pool started again',
  {
    timeout: EXAMPLE_MS,
  },
  async () => {
    // Two nodes, one shard of ten for the smaller at most: the large one decides.
    await open(
      10,
      Array.from({ length: 2 }, () => ({ price: 0n, capacity: CAPACITY })),
    );
    const large = await stake(0, 1_000_000n * WAL);
    const first = await stake(1, 1_000_000n * WAL);
    expect(large.principal).toBe(first.principal);
    await nextEpoch();
    await network.batch([requestOperation(network, first)]);
    await earn(2_000_000n * WAL);
    await nextEpoch();
    // Both earned their own stake again; the second pool is empty at a ratio of two.
    expect(await withdraw(first)).toBe(2_000_000n);
    expect(network.model.committee.has(nodeAt(1))).toBe(false);

    // Too little for a shard in the first epoch, enough together with a second stake in the next.
    const small = await stake(1, 1000n * WAL);
    await nextEpoch();
    expect(network.model.committee.has(nodeAt(1))).toBe(false);
    await stake(1, 2_000_000n * WAL);
    await nextEpoch();
    expect(network.model.committee.has(nodeAt(1))).toBe(true);
    await network.batch([endVotingLater(), requestOperation(network, small)]);
    network.world.wait(EPOCH_MS);
    await network.batch([changeEpoch(network)]);
    await network.batch(allReports(network));
    await nextEpoch();
    // Nothing earned, nothing lost; the half that the old ratio does not count stays in the pool.
    expect(await withdraw(small)).toBe(1000n);
    expect(network.model.pool(nodeAt(1)).balance / WAL).toBe(2_000_500n);
    check();
  },
);

/** The end of voting in the running epoch, at its time. */
function endVotingLater(): ReturnType<typeof endVoting> {
  network.world.wait(EPOCH_MS);
  return endVoting(network);
}

beforeAll(() => {
  expect(WAL).toBe(1_000_000_000n);
});
