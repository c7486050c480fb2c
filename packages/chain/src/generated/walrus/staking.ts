// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import {
  call,
  object,
  pure,
  type ByteInput,
  type IntegerInput,
  type ObjectArgument,
  type PureArgument,
} from '../../move/call.js';
import {
  address,
  bcs,
  bytes,
  datatype,
  option,
  string,
  u16,
  u32,
  u64,
  vector,
} from '../../move/layout.js';
import type { Transaction, TransactionResult } from '@mysten/sui/transactions';

/**
 * The staking side of a network.
 *
 * Layout of `walrus::staking::Staking`.
 */
export const Staking = /* @__PURE__ */ datatype('staking::Staking', () =>
  bcs.struct('Staking', {
    id: address,
    version: u64,
    packageId: address,
    newPackageId: option(address),
  }),
);

/**
 * Registers a storage node and returns its capability.
 *
 * Needs a proof of possession of the BLS key, made for the sender and the current epoch. The
 * commission goes to whoever holds the capability, governance stays with the sender. Prices and
 * capacity are the node's first votes, the commission rate is in basis points.
 *
 * Move: `public fun register_candidate(staking: &mut Staking, name: String, network_address: String, metadata: NodeMetadata, public_key: vector<u8>, network_public_key: vector<u8>, proof_of_possession: vector<u8>, commission_rate: u16, storage_price: u64, write_price: u64, node_capacity: u64, ctx: &mut TxContext): StorageNodeCap`
 */
export function registerCandidate(
  tx: Transaction,
  packageId: string,
  args: {
    readonly staking: ObjectArgument;
    readonly name: PureArgument<string>;
    readonly networkAddress: PureArgument<string>;
    readonly metadata: ObjectArgument;
    readonly publicKey: PureArgument<ByteInput>;
    readonly networkPublicKey: PureArgument<ByteInput>;
    readonly proofOfPossession: PureArgument<ByteInput>;
    readonly commissionRate: PureArgument<number>;
    readonly storagePrice: PureArgument<IntegerInput>;
    readonly writePrice: PureArgument<IntegerInput>;
    readonly nodeCapacity: PureArgument<IntegerInput>;
  },
): TransactionResult {
  return call(tx, `${packageId}::staking::register_candidate`, [
    object(tx, args.staking),
    pure(tx, string, args.name),
    pure(tx, string, args.networkAddress),
    object(tx, args.metadata),
    pure(tx, bytes, args.publicKey),
    pure(tx, bytes, args.networkPublicKey),
    pure(tx, bytes, args.proofOfPossession),
    pure(tx, u16, args.commissionRate),
    pure(tx, u64, args.storagePrice),
    pure(tx, u64, args.writePrice),
    pure(tx, u64, args.nodeCapacity),
  ]);
}

/**
 * Schedules a commission rate (basis points, up to 10,000) for epoch + 2.
 *
 * Move: `public fun set_next_commission(staking: &mut Staking, cap: &StorageNodeCap, commission_rate: u16)`
 */
export function setNextCommission(
  tx: Transaction,
  packageId: string,
  args: {
    readonly staking: ObjectArgument;
    readonly cap: ObjectArgument;
    readonly commissionRate: PureArgument<number>;
  },
): TransactionResult {
  return call(tx, `${packageId}::staking::set_next_commission`, [
    object(tx, args.staking),
    object(tx, args.cap),
    pure(tx, u16, args.commissionRate),
  ]);
}

/**
 * Pays out the commission that may be collected, possibly a coin of 0.
 *
 * Move: `public fun collect_commission(staking: &mut Staking, node_id: ID, auth: Authenticated, ctx: &mut TxContext): Coin<WAL>`
 */
export function collectCommission(
  tx: Transaction,
  packageId: string,
  args: {
    readonly staking: ObjectArgument;
    readonly nodeId: PureArgument<string>;
    readonly auth: ObjectArgument;
  },
): TransactionResult {
  return call(tx, `${packageId}::staking::collect_commission`, [
    object(tx, args.staking),
    pure(tx, address, args.nodeId),
    object(tx, args.auth),
  ]);
}

/**
 * Names a new commission receiver; needs the authentication of the present one.
 *
 * Move: `public fun set_commission_receiver(staking: &mut Staking, node_id: ID, auth: Authenticated, receiver: Authorized)`
 */
export function setCommissionReceiver(
  tx: Transaction,
  packageId: string,
  args: {
    readonly staking: ObjectArgument;
    readonly nodeId: PureArgument<string>;
    readonly auth: ObjectArgument;
    readonly receiver: ObjectArgument;
  },
): TransactionResult {
  return call(tx, `${packageId}::staking::set_commission_receiver`, [
    object(tx, args.staking),
    pure(tx, address, args.nodeId),
    object(tx, args.auth),
    object(tx, args.receiver),
  ]);
}

/**
 * Hands over the vote in matters of governance; needs the authentication of the present holder.
 *
 * Move: `public fun set_governance_authorized(staking: &mut Staking, node_id: ID, auth: Authenticated, authorized: Authorized)`
 */
export function setGovernanceAuthorized(
  tx: Transaction,
  packageId: string,
  args: {
    readonly staking: ObjectArgument;
    readonly nodeId: PureArgument<string>;
    readonly auth: ObjectArgument;
    readonly authorized: ObjectArgument;
  },
): TransactionResult {
  return call(tx, `${packageId}::staking::set_governance_authorized`, [
    object(tx, args.staking),
    pure(tx, address, args.nodeId),
    object(tx, args.auth),
    object(tx, args.authorized),
  ]);
}

/**
 * Returns the committee that would be selected if voting ended now.
 *
 * Move: `public fun compute_next_committee(staking: &Staking): Committee`
 */
export function computeNextCommittee(
  tx: Transaction,
  packageId: string,
  args: { readonly staking: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::staking::compute_next_committee`, [object(tx, args.staking)]);
}

/**
 * Sets the node's vote for the price of a unit of storage per epoch, in FROST.
 *
 * Move: `public fun set_storage_price_vote(self: &mut Staking, cap: &StorageNodeCap, storage_price: u64)`
 */
export function setStoragePriceVote(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly cap: ObjectArgument;
    readonly storagePrice: PureArgument<IntegerInput>;
  },
): TransactionResult {
  return call(tx, `${packageId}::staking::set_storage_price_vote`, [
    object(tx, args.self),
    object(tx, args.cap),
    pure(tx, u64, args.storagePrice),
  ]);
}

/**
 * Sets the node's vote for the price of writing a unit, in FROST.
 *
 * Move: `public fun set_write_price_vote(self: &mut Staking, cap: &StorageNodeCap, write_price: u64)`
 */
export function setWritePriceVote(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly cap: ObjectArgument;
    readonly writePrice: PureArgument<IntegerInput>;
  },
): TransactionResult {
  return call(tx, `${packageId}::staking::set_write_price_vote`, [
    object(tx, args.self),
    object(tx, args.cap),
    pure(tx, u64, args.writePrice),
  ]);
}

/**
 * Sets the node's capacity, in bytes, which counts at the next end of voting.
 *
 * Move: `public fun set_node_capacity_vote(self: &mut Staking, cap: &StorageNodeCap, node_capacity: u64)`
 */
export function setNodeCapacityVote(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly cap: ObjectArgument;
    readonly nodeCapacity: PureArgument<IntegerInput>;
  },
): TransactionResult {
  return call(tx, `${packageId}::staking::set_node_capacity_vote`, [
    object(tx, args.self),
    object(tx, args.cap),
    pure(tx, u64, args.nodeCapacity),
  ]);
}

/**
 * Puts the prices into effect that the current committee votes for. Anyone may call this.
 *
 * Move: `public fun update_prices(staking: &mut Staking, system: &mut System)`
 */
export function updatePrices(
  tx: Transaction,
  packageId: string,
  args: { readonly staking: ObjectArgument; readonly system: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::staking::update_prices`, [
    object(tx, args.staking),
    object(tx, args.system),
  ]);
}

/**
 * Returns a copy of the metadata of a node.
 *
 * Move: `public fun node_metadata(self: &Staking, node_id: ID): NodeMetadata`
 */
export function nodeMetadata(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument; readonly nodeId: PureArgument<string> },
): TransactionResult {
  return call(tx, `${packageId}::staking::node_metadata`, [
    object(tx, args.self),
    pure(tx, address, args.nodeId),
  ]);
}

/**
 * Schedules a BLS key for the next committee the node joins. Needs a proof of possession of the
 * new key, made for the sender and the current epoch.
 *
 * Move: `public fun set_next_public_key(self: &mut Staking, cap: &StorageNodeCap, public_key: vector<u8>, proof_of_possession: vector<u8>, ctx: &mut TxContext)`
 */
export function setNextPublicKey(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly cap: ObjectArgument;
    readonly publicKey: PureArgument<ByteInput>;
    readonly proofOfPossession: PureArgument<ByteInput>;
  },
): TransactionResult {
  return call(tx, `${packageId}::staking::set_next_public_key`, [
    object(tx, args.self),
    object(tx, args.cap),
    pure(tx, bytes, args.publicKey),
    pure(tx, bytes, args.proofOfPossession),
  ]);
}

/**
 * Sets the name of the node, up to 100 bytes.
 *
 * Move: `public fun set_name(self: &mut Staking, cap: &StorageNodeCap, name: String)`
 */
export function setName(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly cap: ObjectArgument;
    readonly name: PureArgument<string>;
  },
): TransactionResult {
  return call(tx, `${packageId}::staking::set_name`, [
    object(tx, args.self),
    object(tx, args.cap),
    pure(tx, string, args.name),
  ]);
}

/**
 * Sets the network address of the node, up to 259 bytes.
 *
 * Move: `public fun set_network_address(self: &mut Staking, cap: &StorageNodeCap, network_address: String)`
 */
export function setNetworkAddress(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly cap: ObjectArgument;
    readonly networkAddress: PureArgument<string>;
  },
): TransactionResult {
  return call(tx, `${packageId}::staking::set_network_address`, [
    object(tx, args.self),
    object(tx, args.cap),
    pure(tx, string, args.networkAddress),
  ]);
}

/**
 * Sets the network public key of the node, exactly 33 bytes.
 *
 * Move: `public fun set_network_public_key(self: &mut Staking, cap: &StorageNodeCap, network_public_key: vector<u8>)`
 */
export function setNetworkPublicKey(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly cap: ObjectArgument;
    readonly networkPublicKey: PureArgument<ByteInput>;
  },
): TransactionResult {
  return call(tx, `${packageId}::staking::set_network_public_key`, [
    object(tx, args.self),
    object(tx, args.cap),
    pure(tx, bytes, args.networkPublicKey),
  ]);
}

/**
 * Replaces the metadata of the node.
 *
 * Move: `public fun set_node_metadata(self: &mut Staking, cap: &StorageNodeCap, metadata: NodeMetadata)`
 */
export function setNodeMetadata(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly cap: ObjectArgument;
    readonly metadata: ObjectArgument;
  },
): TransactionResult {
  return call(tx, `${packageId}::staking::set_node_metadata`, [
    object(tx, args.self),
    object(tx, args.cap),
    object(tx, args.metadata),
  ]);
}

/**
 * Ends voting and selects the next committee, when it is time. Anyone may call this.
 *
 * Move: `public fun voting_end(staking: &mut Staking, clock: &Clock)`
 */
export function votingEnd(
  tx: Transaction,
  packageId: string,
  args: { readonly staking: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::staking::voting_end`, [
    object(tx, args.staking),
    tx.object.clock(),
  ]);
}

/**
 * Replaced by `initiate_epoch_change_v2`; always aborts.
 *
 * Move: `public fun initiate_epoch_change(staking: &mut Staking, system: &mut System, clock: &Clock)`
 */
export function initiateEpochChange(
  tx: Transaction,
  packageId: string,
  args: { readonly staking: ObjectArgument; readonly system: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::staking::initiate_epoch_change`, [
    object(tx, args.staking),
    object(tx, args.system),
    tx.object.clock(),
  ]);
}

/**
 * Changes the epoch, when it is time. Anyone may call this.
 *
 * Burns a part of the finished epoch's rewards, puts the selected committee into office on both
 * sides, pays the rest of the rewards to the pools, and updates the prices.
 *
 * Move: `public fun initiate_epoch_change_v2(staking: &mut Staking, system: &mut System, treasury: &mut ProtectedTreasury, clock: &Clock, ctx: &mut TxContext)`
 */
export function initiateEpochChangeV2(
  tx: Transaction,
  packageId: string,
  args: {
    readonly staking: ObjectArgument;
    readonly system: ObjectArgument;
    readonly treasury: ObjectArgument;
  },
): TransactionResult {
  return call(tx, `${packageId}::staking::initiate_epoch_change_v2`, [
    object(tx, args.staking),
    object(tx, args.system),
    object(tx, args.treasury),
    tx.object.clock(),
  ]);
}

/**
 * Reports that the node holds all its shards of the epoch.
 *
 * Move: `public fun epoch_sync_done(staking: &mut Staking, cap: &mut StorageNodeCap, epoch: u32, clock: &Clock)`
 */
export function epochSyncDone(
  tx: Transaction,
  packageId: string,
  args: {
    readonly staking: ObjectArgument;
    readonly cap: ObjectArgument;
    readonly epoch: PureArgument<number>;
  },
): TransactionResult {
  return call(tx, `${packageId}::staking::epoch_sync_done`, [
    object(tx, args.staking),
    object(tx, args.cap),
    pure(tx, u32, args.epoch),
    tx.object.clock(),
  ]);
}

/**
 * Stakes at least 1 WAL with a node.
 *
 * Move: `public fun stake_with_pool(staking: &mut Staking, to_stake: Coin<WAL>, node_id: ID, ctx: &mut TxContext): StakedWal`
 */
export function stakeWithPool(
  tx: Transaction,
  packageId: string,
  args: {
    readonly staking: ObjectArgument;
    readonly toStake: ObjectArgument;
    readonly nodeId: PureArgument<string>;
  },
): TransactionResult {
  return call(tx, `${packageId}::staking::stake_with_pool`, [
    object(tx, args.staking),
    object(tx, args.toStake),
    pure(tx, address, args.nodeId),
  ]);
}

/**
 * First step of a withdrawal in two steps: fixes the epoch from which the payout is possible.
 *
 * Move: `public fun request_withdraw_stake(staking: &mut Staking, staked_wal: &mut StakedWal, ctx: &mut TxContext)`
 */
export function requestWithdrawStake(
  tx: Transaction,
  packageId: string,
  args: { readonly staking: ObjectArgument; readonly stakedWal: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::staking::request_withdraw_stake`, [
    object(tx, args.staking),
    object(tx, args.stakedWal),
  ]);
}

/**
 * Pays out a stake with its rewards, or only the principal if it does not count yet.
 *
 * Move: `public fun withdraw_stake(staking: &mut Staking, staked_wal: StakedWal, ctx: &mut TxContext): Coin<WAL>`
 */
export function withdrawStake(
  tx: Transaction,
  packageId: string,
  args: { readonly staking: ObjectArgument; readonly stakedWal: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::staking::withdraw_stake`, [
    object(tx, args.staking),
    object(tx, args.stakedWal),
  ]);
}

/**
 * Enters the node into the active set, or updates its stake there, by its present stake.
 *
 * Move: `public fun try_join_active_set(staking: &mut Staking, cap: &StorageNodeCap)`
 */
export function tryJoinActiveSet(
  tx: Transaction,
  packageId: string,
  args: { readonly staking: ObjectArgument; readonly cap: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::staking::try_join_active_set`, [
    object(tx, args.staking),
    object(tx, args.cap),
  ]);
}

/**
 * Donates WAL to the commissions of nodes. Anyone may call this.
 *
 * Move: `public fun add_commission_to_pools(staking: &mut Staking, node_ids: vector<ID>, commissions: vector<Balance<WAL>>)`
 */
export function addCommissionToPools(
  tx: Transaction,
  packageId: string,
  args: {
    readonly staking: ObjectArgument;
    readonly nodeIds: PureArgument<readonly string[]>;
    readonly commissions: ObjectArgument;
  },
): TransactionResult {
  return call(tx, `${packageId}::staking::add_commission_to_pools`, [
    object(tx, args.staking),
    pure(tx, vector(address), args.nodeIds),
    object(tx, args.commissions),
  ]);
}

/**
 * Returns the current epoch.
 *
 * Move: `public fun epoch(staking: &Staking): u32`
 */
export function epoch(
  tx: Transaction,
  packageId: string,
  args: { readonly staking: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::staking::epoch`, [object(tx, args.staking)]);
}

/**
 * Returns the rewards, in FROST, of a principal with a node between two epochs.
 *
 * Move: `public fun calculate_rewards(staking: &Staking, node_id: ID, staked_principal: u64, activation_epoch: u32, withdraw_epoch: u32): u64`
 */
export function calculateRewards(
  tx: Transaction,
  packageId: string,
  args: {
    readonly staking: ObjectArgument;
    readonly nodeId: PureArgument<string>;
    readonly stakedPrincipal: PureArgument<IntegerInput>;
    readonly activationEpoch: PureArgument<number>;
    readonly withdrawEpoch: PureArgument<number>;
  },
): TransactionResult {
  return call(tx, `${packageId}::staking::calculate_rewards`, [
    object(tx, args.staking),
    pure(tx, address, args.nodeId),
    pure(tx, u64, args.stakedPrincipal),
    pure(tx, u32, args.activationEpoch),
    pure(tx, u32, args.withdrawEpoch),
  ]);
}

/**
 * Returns whether the stake can be taken back in one step because it does not count yet.
 *
 * Move: `public fun can_withdraw_staked_wal_early(staking: &Staking, staked_wal: &StakedWal): bool`
 */
export function canWithdrawStakedWalEarly(
  tx: Transaction,
  packageId: string,
  args: { readonly staking: ObjectArgument; readonly stakedWal: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::staking::can_withdraw_staked_wal_early`, [
    object(tx, args.staking),
    object(tx, args.stakedWal),
  ]);
}

/**
 * Announces the next epoch as that of the migration, unless one is announced already.
 *
 * Move: `entry fun set_migration_epoch(staking: &mut Staking)`
 */
export function setMigrationEpoch(
  tx: Transaction,
  packageId: string,
  args: { readonly staking: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::staking::set_migration_epoch`, [object(tx, args.staking)]);
}
