/** The steps of an epoch. They are always possible at their time: a refusal means that the network is stuck. */

import { require } from './aborts.js';
import { processSubsidies } from './funding-operations.js';
import type { Network, NetworkNode, Operation } from './network.js';
import type { Random } from './random.js';

/** Ends voting and selects the next committee. */
export function endVoting(network: Network): Operation {
  return {
    label: 'voting_end',
    isStep: true,
    apply: () => network.model.endVoting(),
    build: (program) => {
      program.call(network.walrus('staking::voting_end'), [
        network.staking(program),
        network.clock(program),
      ]);
    },
  };
}

/** Starts the next epoch. */
export function changeEpoch(network: Network): Operation {
  return {
    label: 'initiate_epoch_change',
    isStep: true,
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

function report(network: Network, node: NetworkNode): Operation {
  const { model } = network;
  const { epoch } = model;
  return {
    label: `epoch_sync_done of ${node.nodeId.slice(0, 8)}`,
    isStep: true,
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

/** Every member of the committee reports that it holds its shards. */
export function* allReports(network: Network): Generator<Operation> {
  for (const nodeId of network.model.committee.keys()) yield report(network, network.node(nodeId));
}

/** Members report in random order until the transfer is complete, and then some more. */
export function* someReports(network: Network, random: Random): Generator<Operation> {
  const { model } = network;
  for (const nodeId of random.shuffled([...model.committee.keys()])) {
    if (model.phase !== 'syncing' && random.chance(0.8)) return;
    yield report(network, network.node(nodeId));
  }
}

/** Selection, change and all reports at once, where the time for all of it has come. */
export function* wholeChange(network: Network): Generator<Operation> {
  yield endVoting(network);
  yield changeEpoch(network);
  yield* allReports(network);
}

/** The change, with subsidies before or after it or both. */
export function* randomChange(network: Network, random: Random): Generator<Operation> {
  if (random.chance(0.7)) yield processSubsidies(network);
  yield changeEpoch(network);
  if (random.chance(0.3)) yield processSubsidies(network);
}

/** A step of the epoch before its time. */
export function tooEarly(operation: Operation): Operation {
  return {
    label: `too-early ${operation.label}`,
    apply: () => require(false, 'staking_inner', 0),
    build: (program) => operation.build(program),
  };
}
