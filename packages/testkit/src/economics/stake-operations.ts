/** Random operations of delegators. */

import type { Stake } from './economy-model.js';
import type { Network, Operation } from './network.js';
import { MIN_STAKE } from './pool-model.js';
import type { Profile } from './profile.js';
import type { Random } from './random.js';

/** Delegates WAL to a node. */
export function stakeOperation(network: Network, nodeId: string, amount: bigint): Operation {
  return {
    label: `stake ${amount} with ${nodeId.slice(0, 8)}`,
    apply: () => network.expectStake(network.model.stake(nodeId, amount)),
    build: (program) => {
      const stake = program.call(network.walrus('staking::stake_with_pool'), [
        network.staking(program),
        network.coin(program, amount),
        program.address(nodeId),
      ]);
      network.keep(program, stake);
    },
  };
}

const idOf = ({ objectId }: Stake): string => {
  if (objectId === undefined) throw new Error('the stake is not on chain yet');
  return objectId;
};

const describe = (stake: Stake): string =>
  `${stake.principal} with ${stake.nodeId.slice(0, 8)} from ${stake.activation}` +
  (stake.withdrawEpoch === undefined ? '' : ` to ${stake.withdrawEpoch}`);

/** First step of a withdrawal. */
export function requestOperation(network: Network, stake: Stake): Operation {
  return {
    label: `request-withdraw ${describe(stake)}`,
    apply: () => network.model.requestWithdraw(stake),
    build: (program) => {
      program.call(network.walrus('staking::request_withdraw_stake'), [
        network.staking(program),
        program.object(idOf(stake)),
      ]);
    },
  };
}

/** Payout of a stake. */
export function withdrawOperation(network: Network, stake: Stake): Operation {
  let paid = 0n;
  return {
    label: `withdraw ${describe(stake)}`,
    apply: () => {
      paid = network.model.withdraw(stake);
    },
    build: (program) => {
      const coin = program.call(network.walrus('staking::withdraw_stake'), [
        network.staking(program),
        program.object(idOf(stake)),
      ]);
      network.payOut(program, coin, paid);
    },
  };
}

function splitOperation(network: Network, stake: Stake, amount: bigint): Operation {
  return {
    label: `split ${amount} off ${describe(stake)}`,
    apply: () => network.expectStake(network.model.split(stake, amount)),
    build: (program) => {
      const part = program.call(network.walrus('staked_wal::split'), [
        program.object(idOf(stake)),
        program.u64(amount),
      ]);
      network.keep(program, part);
    },
  };
}

function joinOperation(network: Network, stake: Stake, other: Stake): Operation {
  return {
    label: `join ${describe(stake)} and ${describe(other)}`,
    apply: () => network.model.join(stake, other),
    build: (program) => {
      program.call(network.walrus('staked_wal::join'), [
        program.object(idOf(stake)),
        program.object(idOf(other)),
      ]);
    },
  };
}

/** Stakes that are on chain; the first one ever made stays, so that there is always a committee. */
export function spendableStakes(network: Network): Stake[] {
  const [keeper, ...others] = network.model.stakes;
  return [...(keeper === undefined ? [] : others)].filter(({ objectId }) => objectId !== undefined);
}

/** Something that a delegator does. */
export function randomStakeOperation(
  network: Network,
  random: Random,
  profile: Profile,
): Operation | undefined {
  const stakes = spendableStakes(network);
  const kind = random.int(0, 9);
  if (kind <= 2 || stakes.length === 0) {
    if (stakes.length > 60 && kind > 0) return undefined;
    const node = random.pick(network.nodes);
    if (node === undefined) return undefined;
    const amount = random.chance(0.02)
      ? random.big(0n, MIN_STAKE)
      : random.magnitude(profile.minStake, profile.maxStake);
    return stakeOperation(network, node.nodeId, amount);
  }
  const ready = stakes.filter(
    ({ withdrawEpoch }) => (withdrawEpoch ?? Infinity) <= network.model.epoch,
  );
  const stake = random.pick(kind <= 6 && ready.length > 0 && random.chance(0.5) ? ready : stakes);
  if (stake === undefined) return undefined;
  if (kind === 3 || kind === 4) return requestOperation(network, stake);
  if (kind <= 6) return withdrawOperation(network, stake);
  if (kind === 7) {
    const amount = random.chance(0.1)
      ? random.big(0n, stake.principal + 1n)
      : random.big(0n, stake.principal / 2n + 1n);
    return splitOperation(network, stake, amount);
  }
  const isAlike = (other: Stake): boolean =>
    other !== stake &&
    other.nodeId === stake.nodeId &&
    (random.chance(0.05) ||
      (other.activation === stake.activation && other.withdrawEpoch === stake.withdrawEpoch));
  const other = random.pick(stakes.filter(isAlike));
  return other === undefined ? undefined : joinOperation(network, stake, other);
}

/** Every delegator of a node leaves it at once. */
export function exodus(network: Network, nodeId: string): Operation[] {
  return spendableStakes(network)
    .filter((stake) => stake.nodeId === nodeId && stake.withdrawEpoch === undefined)
    .map((stake) =>
      network.model.committee.has(nodeId)
        ? requestOperation(network, stake)
        : withdrawOperation(network, stake),
    );
}
