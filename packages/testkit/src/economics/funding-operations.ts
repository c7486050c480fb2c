/** Random operations of those who put WAL into the network without storing anything, or destroy it. */

import { MIN_STAKE } from './pool-model.js';
import type { Network, Operation } from './network.js';
import { SUI_FRAMEWORK } from './program.js';
import type { Random } from './random.js';

const BALANCE = `${SUI_FRAMEWORK}::balance::Balance`;
const COIN = `${SUI_FRAMEWORK}::coin`;

function subsidies(network: Network, name: string): string {
  return `${network.contracts.subsidiesPackage}::walrus_subsidies::${name}`;
}

/** Puts WAL into the pot of the subsidies. */
export function fundSubsidies(network: Network, amount: bigint): Operation {
  return {
    label: `fund_subsidies ${amount}`,
    apply: () => {
      network.model.spend(amount);
      network.model.subsidies.pot += amount;
    },
    build: (program) => {
      program.call(subsidies(network, 'add_coin'), [
        program.object(network.contracts.subsidies),
        network.coin(program, amount),
      ]);
    },
  };
}

/** Pays what the subsidies owe. */
export function processSubsidies(network: Network): Operation {
  return {
    label: 'process_subsidies',
    apply: () => network.model.processSubsidies(),
    build: (program) => {
      program.call(subsidies(network, 'process_subsidies'), [
        program.object(network.contracts.subsidies),
        network.staking(program),
        network.system(program),
        network.clock(program),
      ]);
    },
  };
}

function setSubsidyRate(network: Network, rate: number): Operation {
  return {
    label: `set_system_subsidy_rate ${rate}`,
    apply: () => {
      network.model.subsidies.rate = rate;
    },
    build: (program) => {
      program.call(subsidies(network, 'set_system_subsidy_rate'), [
        program.object(network.contracts.subsidies),
        program.object(network.contracts.subsidiesAdmin),
        program.u32(rate),
      ]);
    },
  };
}

function addSubsidy(network: Network, amount: bigint, epochs: number): Operation {
  const { model } = network;
  return {
    label: `add_subsidy ${amount} for ${epochs}`,
    apply: () => {
      model.accounting.donate(amount, epochs);
      model.spend(amount);
    },
    build: (program) => {
      program.call(network.walrus('system::add_subsidy'), [
        network.system(program),
        network.coin(program, amount),
        program.u32(epochs),
      ]);
    },
  };
}

function donateCommission(network: Network, nodeId: string, amount: bigint): Operation {
  const { model } = network;
  const { walType } = network.contracts;
  return {
    label: `add_commission_to_pools ${amount} to ${nodeId.slice(0, 8)}`,
    apply: () => {
      model.spend(amount);
      model.addCommission(nodeId, amount);
    },
    build: (program) => {
      const balance = program.call(
        `${COIN}::into_balance`,
        [network.coin(program, amount)],
        [walType],
      );
      program.call(network.walrus('staking::add_commission_to_pools'), [
        network.staking(program),
        program.addresses([nodeId]),
        program.vector(`${BALANCE}<${walType}>`, [balance]),
      ]);
    },
  };
}

function burn(network: Network, amount: bigint): Operation {
  const { model } = network;
  return {
    label: `burn ${amount}`,
    apply: () => {
      model.spend(amount);
      model.supply -= amount;
    },
    build: (program) => {
      program.call(network.wal('wal::burn'), [
        program.object(network.contracts.treasury),
        network.coin(program, amount),
      ]);
    },
  };
}

/** Something that a donor does. */
export function randomFundingOperation(network: Network, random: Random): Operation | undefined {
  const amount = random.magnitude(0n, 1_000n * MIN_STAKE);
  const ahead = network.constants.maxEpochsAhead;
  switch (random.int(0, 5)) {
    case 0:
      return addSubsidy(
        network,
        amount,
        random.chance(0.05) ? ahead + 1 : random.int(random.chance(0.05) ? 0 : 1, ahead),
      );
    case 1: {
      const node = random.pick(network.nodes);
      return node && donateCommission(network, node.nodeId, amount);
    }
    case 2:
      return random.chance(0.3) ? burn(network, amount) : undefined;
    case 3:
      return fundSubsidies(network, amount * 10n);
    case 4:
      return setSubsidyRate(network, random.int(0, 20_000));
    default:
      return processSubsidies(network);
  }
}
