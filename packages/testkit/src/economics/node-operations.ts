/** Random operations of node operators and of the committee. */

import { denyListMessage } from './certifier.js';
import { createdCapabilities, type Network, type NetworkNode, type Operation } from './network.js';
import type { PoolModel } from './pool-model.js';
import type { Profile } from './profile.js';
import type { Random } from './random.js';
import { isQuorum } from './votes.js';

type Votes = PoolModel['votes'];

function randomVotes(random: Random, profile: Profile): Votes {
  return {
    storagePrice: random.magnitude(0n, profile.maxPrice),
    writePrice: random.magnitude(0n, profile.maxPrice),
    capacity: randomCapacity(random, profile),
  };
}

function randomCapacity(random: Random, { nodeCapacity }: Profile): bigint {
  return random.chance(0.05) ? 0n : random.big(nodeCapacity / 2n, nodeCapacity * 2n);
}

function randomRate(random: Random): number {
  return random.pick([0, 1, 500, 6_000, 9_999, 10_000, random.int(0, 10_000)]) ?? 0;
}

/** What an operator chooses at registration. */
export interface NodeSettings {
  /** Basis points. */
  readonly rate: number;
  readonly votes: Votes;
}

/** Settings of new nodes. */
export function randomNodes(random: Random, profile: Profile, count: number): NodeSettings[] {
  return Array.from({ length: count }, () => ({
    rate: randomRate(random),
    votes: randomVotes(random, profile),
  }));
}

/** Registers nodes in one transaction. */
export async function registerNodes(
  network: Network,
  nodes: readonly NodeSettings[],
): Promise<void> {
  const { model, world } = network;
  const program = world.program();
  const made = nodes.map(({ rate, votes }, i) => {
    const index = network.nodes.length + i;
    const name = `node-${index}`;
    const { secret, publicKey, proof } = network.newKey(index);
    const metadata = program.call(network.walrus('node_metadata::new'), [
      program.string(''),
      program.string(''),
      program.string(''),
    ]);
    const capability = program.call(network.walrus('staking::register_candidate'), [
      network.staking(program),
      program.string(name),
      program.string('127.0.0.1:1'),
      metadata,
      program.bytes(publicKey),
      program.bytes(new Uint8Array(33)),
      program.bytes(proof),
      program.u16(rate),
      program.u64(votes.storagePrice),
      program.u64(votes.writePrice),
      program.u64(votes.capacity),
    ]);
    network.keep(program, capability);
    return { name, votes, rate, secret };
  });
  network.log.push(`register ${nodes.length} nodes`);
  const record = await world.must(program);
  const created = createdCapabilities(network, record);
  for (const { name, votes, rate, secret } of made) {
    const node = created.get(name);
    if (node === undefined) throw new Error(`${name} was not registered`);
    network.nodes.push({ ...node, secret });
    // The model changes the votes in place.
    model.register(node.nodeId, rate, { ...votes });
  }
}

/** Changes one number of a node with its capability. */
function setOperation(
  network: Network,
  node: NetworkNode,
  name: 'set_storage_price_vote' | 'set_write_price_vote' | 'set_node_capacity_vote',
  value: bigint,
): Operation {
  return {
    label: `${name} ${value} of ${node.nodeId.slice(0, 8)}`,
    apply: () => {
      const { votes } = network.model.pool(node.nodeId);
      if (name === 'set_storage_price_vote') votes.storagePrice = value;
      else if (name === 'set_write_price_vote') votes.writePrice = value;
      else votes.capacity = value;
    },
    build: (program) => {
      program.call(network.walrus(`staking::${name}`), [
        network.staking(program),
        program.object(node.capability),
        program.u64(value),
      ]);
    },
  };
}

function commissionOperation(network: Network, node: NetworkNode, rate: number): Operation {
  return {
    label: `set_next_commission ${rate} of ${node.nodeId.slice(0, 8)}`,
    apply: () => network.model.setCommission(node.nodeId, rate),
    build: (program) => {
      program.call(network.walrus('staking::set_next_commission'), [
        network.staking(program),
        program.object(node.capability),
        program.u16(rate),
      ]);
    },
  };
}

/** Pays the operator; the capability object is the receiver from the start. */
export function collectOperation(network: Network, node: NetworkNode): Operation {
  let paid = 0n;
  return {
    label: `collect_commission of ${node.nodeId.slice(0, 8)}`,
    apply: () => {
      paid = network.model.collectCommission(node.nodeId);
    },
    build: (program) => {
      const authenticated = program.call(
        network.walrus('auth::authenticate_with_object'),
        [program.object(node.capability)],
        [network.walrus('storage_node::StorageNodeCap')],
      );
      const coin = program.call(network.walrus('staking::collect_commission'), [
        network.staking(program),
        program.address(node.nodeId),
        authenticated,
      ]);
      network.payOut(program, coin, paid);
    },
  };
}

/** Recomputes the prices from the votes that stand. */
export function updatePricesOperation(network: Network): Operation {
  return {
    label: 'update_prices',
    apply: () => network.model.updatePrices(),
    build: (program) => {
      program.call(network.walrus('staking::update_prices'), [
        network.staking(program),
        network.system(program),
      ]);
    },
  };
}

function joinActiveSetOperation(network: Network, node: NetworkNode): Operation {
  return {
    label: `try_join_active_set of ${node.nodeId.slice(0, 8)}`,
    apply: () => network.model.refresh(node.nodeId),
    build: (program) => {
      program.call(network.walrus('staking::try_join_active_set'), [
        network.staking(program),
        program.object(node.capability),
      ]);
    },
  };
}

function slashVoteOperation(network: Network, voter: NetworkNode, candidate: string): Operation {
  return {
    label: `vote_for_slashing ${candidate.slice(0, 8)} by ${voter.nodeId.slice(0, 8)}`,
    apply: () => network.model.voteForSlashing(voter.nodeId, candidate),
    build: (program) => {
      const authenticated = program.call(network.walrus('auth::authenticate_sender'), []);
      program.call(network.walrus('slashing::vote_for_slashing'), [
        program.object(network.contracts.slashing),
        network.staking(program),
        authenticated,
        program.address(voter.nodeId),
        program.address(candidate),
      ]);
    },
  };
}

function slashOperation(network: Network, candidate: string): Operation {
  return {
    label: `execute_slashing ${candidate.slice(0, 8)}`,
    apply: () => {
      network.model.slash(candidate);
    },
    build: (program) => {
      program.call(network.walrus('slashing::execute_slashing'), [
        program.object(network.contracts.slashing),
        network.staking(program),
        program.object(network.contracts.treasury),
        program.address(candidate),
      ]);
    },
  };
}

/** Votes of random nodes against one, and the attempt to execute them. */
export function slashingOperations(network: Network, random: Random): Operation[] {
  const candidate = random.pick(network.nodes);
  if (candidate === undefined) return [];
  const voters = random
    .shuffled(network.nodes)
    .slice(0, Math.ceil(network.nodes.length * random.unit() + 0.5));
  return [
    ...voters.map((voter) => slashVoteOperation(network, voter, candidate.nodeId)),
    slashOperation(network, candidate.nodeId),
  ];
}

/**
 * Indices of random committee members that hold a quorum together, or of all but too few of them.
 *
 * @param enough - whether they shall hold a quorum
 */
export function randomSigners(network: Network, random: Random, enough: boolean): number[] {
  const { committee, nShards } = network.model;
  const members = [...committee.values()].map((shards, i) => ({ i, weight: shards.length }));
  const signers: number[] = [];
  let weight = 0;
  for (const member of random.shuffled(members)) {
    if (isQuorum(weight + member.weight, nShards) && !enough) continue;
    signers.push(member.i);
    weight += member.weight;
    if (isQuorum(weight, nShards) && random.chance(0.7)) break;
  }
  return signers.sort((a, b) => a - b);
}

/** Keys of the committee in the order in which they sign. */
export function committeeKeys(network: Network): bigint[] {
  return [...network.model.committee.keys()].map((nodeId) => network.node(nodeId).secret);
}

/**
 * A quorum accepts a node's deny list.
 *
 * @param size - bytes
 * @param signers - places in the committee
 */
export function denyListOperation(
  network: Network,
  nodeId: string,
  size: bigint,
  signers: readonly number[],
): Operation {
  const { model } = network;
  const node = network.node(nodeId);
  const sequence = ++node.denyListSequence;
  const { message, signature, bitmap } = network.certifier.certify(
    denyListMessage(model.epoch, nodeId, sequence, size),
    committeeKeys(network),
    signers,
  );
  return {
    label: `update_deny_list ${size} of ${nodeId.slice(0, 8)}`,
    apply: () => {
      model.denied.set(nodeId, size);
    },
    build: (program) => {
      program.call(network.walrus('system::update_deny_list'), [
        network.system(program),
        program.object(node.capability),
        program.bytes(signature),
        program.bytes(bitmap),
        program.bytes(message),
      ]);
    },
  };
}

function randomDenyList(network: Network, random: Random): Operation | undefined {
  const { model } = network;
  const nodeId = random.pick([...model.committee.keys()]);
  if (nodeId === undefined) return undefined;
  const { used } = model.accounting.slot(0);
  const size = random.chance(0.2) ? used * 2n : random.big(0n, used);
  return denyListOperation(network, nodeId, size, randomSigners(network, random, true));
}

/** Something that a node operator or the committee does. */
export function randomNodeOperation(
  network: Network,
  random: Random,
  profile: Profile,
): Operation | undefined {
  const node = random.pick(network.nodes);
  if (node === undefined) return undefined;
  switch (random.int(0, 9)) {
    case 0:
      return setOperation(
        network,
        node,
        'set_storage_price_vote',
        random.magnitude(0n, profile.maxPrice),
      );
    case 1:
      return setOperation(
        network,
        node,
        'set_write_price_vote',
        random.magnitude(0n, profile.maxPrice),
      );
    case 2:
      return setOperation(network, node, 'set_node_capacity_vote', randomCapacity(random, profile));
    case 3:
      return commissionOperation(network, node, random.chance(0.05) ? 10_001 : randomRate(random));
    case 4:
    case 5:
      return collectOperation(network, node);
    case 6:
      return updatePricesOperation(network);
    case 7:
      return joinActiveSetOperation(network, node);
    case 8:
      return random.chance(0.3) ? randomDenyList(network, random) : undefined;
    default:
      return random.chance(0.2) ? slashOperation(network, node.nodeId) : undefined;
  }
}
