// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import { call, object, type ObjectArgument } from '../../move/call.js';
import {
  address,
  bcs,
  bytes,
  datatype,
  option,
  string,
  u256,
  u32,
  u64,
} from '../../move/layout.js';
import type { Transaction, TransactionResult } from '@mysten/sui/transactions';
import * as eventBlobModule from './event-blob.js';
import * as extendedFieldModule from './extended-field.js';

/**
 * How a node is called, reached and verified.
 *
 * The metadata lives out of line: it is only for people and would make every read of the pool
 * larger.
 *
 * Layout of `walrus::storage_node::StorageNodeInfo`.
 */
export const StorageNodeInfo = /* @__PURE__ */ datatype('storage_node::StorageNodeInfo', () =>
  bcs.struct('StorageNodeInfo', {
    name: string,
    nodeId: address,
    networkAddress: string,
    publicKey: bytes,
    nextEpochPublicKey: option(bytes),
    networkPublicKey: bytes,
    metadata: extendedFieldModule.ExtendedField,
  }),
);

/**
 * Right to act as a storage node.
 *
 * Layout of `walrus::storage_node::StorageNodeCap`.
 */
export const StorageNodeCap = /* @__PURE__ */ datatype('storage_node::StorageNodeCap', () =>
  bcs.struct('StorageNodeCap', {
    id: address,
    nodeId: address,
    lastEpochSyncDone: u32,
    lastEventBlobAttestation: option(eventBlobModule.EventBlobAttestation),
    denyListRoot: u256,
    denyListSequence: u64,
    denyListSize: u64,
  }),
);

/**
 * Returns the node ID of the description.
 *
 * Move: `public fun id(cap: &StorageNodeInfo): ID`
 */
export function id(
  tx: Transaction,
  packageId: string,
  args: { readonly cap: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::storage_node::id`, [object(tx, args.cap)]);
}

/**
 * Returns the ID of the node that the capability stands for.
 *
 * Move: `public fun node_id(cap: &StorageNodeCap): ID`
 */
export function nodeId(
  tx: Transaction,
  packageId: string,
  args: { readonly cap: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::storage_node::node_id`, [object(tx, args.cap)]);
}

/**
 * Returns the last epoch for which the node reported to hold all its shards.
 *
 * Move: `public fun last_epoch_sync_done(cap: &StorageNodeCap): u32`
 */
export function lastEpochSyncDone(
  tx: Transaction,
  packageId: string,
  args: { readonly cap: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::storage_node::last_epoch_sync_done`, [object(tx, args.cap)]);
}

/**
 * Returns the last event blob attestation of the node. Takes a mutable reference for
 * compatibility; nothing is changed.
 *
 * Move: `public fun last_event_blob_attestation(cap: &mut StorageNodeCap): Option<EventBlobAttestation>`
 */
export function lastEventBlobAttestation(
  tx: Transaction,
  packageId: string,
  args: { readonly cap: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::storage_node::last_event_blob_attestation`, [
    object(tx, args.cap),
  ]);
}

/**
 * Returns the root of the node's last certified deny list.
 *
 * Move: `public fun deny_list_root(cap: &StorageNodeCap): u256`
 */
export function denyListRoot(
  tx: Transaction,
  packageId: string,
  args: { readonly cap: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::storage_node::deny_list_root`, [object(tx, args.cap)]);
}

/**
 * Returns the sequence number of the node's last certified deny list.
 *
 * Move: `public fun deny_list_sequence(cap: &StorageNodeCap): u64`
 */
export function denyListSequence(
  tx: Transaction,
  packageId: string,
  args: { readonly cap: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::storage_node::deny_list_sequence`, [object(tx, args.cap)]);
}
