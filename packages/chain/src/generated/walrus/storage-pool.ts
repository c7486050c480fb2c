// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import {
  call,
  object,
  pure,
  type IntegerInput,
  type ObjectArgument,
  type PureArgument,
} from '../../move/call.js';
import {
  address,
  bcs,
  bool,
  collection,
  datatype,
  option,
  string,
  u256,
  u32,
  u64,
  u8,
} from '../../move/layout.js';
import type { Transaction, TransactionResult } from '@mysten/sui/transactions';
import * as storageResourceModule from './storage-resource.js';

/**
 * A reservation that many blobs share.
 *
 * Layout of `walrus::storage_pool::StoragePool`.
 */
export const StoragePool = /* @__PURE__ */ datatype('storage_pool::StoragePool', () =>
  bcs.struct('StoragePool', { id: address, version: u64 }),
);

/**
 * State of a pool, kept in a dynamic field of `StoragePool`.
 *
 * Layout of `walrus::storage_pool::StoragePoolInnerV1`.
 */
export const StoragePoolInnerV1 = /* @__PURE__ */ datatype('storage_pool::StoragePoolInnerV1', () =>
  bcs.struct('StoragePoolInnerV1', {
    storage: storageResourceModule.Storage,
    usedEncodedBytes: u64,
    blobCount: u64,
    blobs: collection,
  }),
);

/**
 * The registration of one blob in a pool.
 *
 * Layout of `walrus::storage_pool::PooledBlob`.
 */
export const PooledBlob = /* @__PURE__ */ datatype('storage_pool::PooledBlob', () =>
  bcs.struct('PooledBlob', {
    id: address,
    registeredEpoch: u32,
    blobId: u256,
    unencodedSize: u64,
    encodingType: u8,
    certifiedEpoch: option(u32),
    storagePoolId: address,
    deletable: bool,
  }),
);

/**
 * ID of the object.
 *
 * Move: `public fun object_id(self: &StoragePool): ID`
 */
export function objectId(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::storage_pool::object_id`, [object(tx, args.self)]);
}

/**
 * First epoch of the reservation.
 *
 * Move: `public fun start_epoch(self: &StoragePool): u32`
 */
export function startEpoch(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::storage_pool::start_epoch`, [object(tx, args.self)]);
}

/**
 * First epoch in which the blobs of the pool are no longer stored.
 *
 * Move: `public fun end_epoch(self: &StoragePool): u32`
 */
export function endEpoch(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::storage_pool::end_epoch`, [object(tx, args.self)]);
}

/**
 * Encoded bytes that the blobs may have together.
 *
 * Move: `public fun reserved_encoded_capacity_bytes(self: &StoragePool): u64`
 */
export function reservedEncodedCapacityBytes(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::storage_pool::reserved_encoded_capacity_bytes`, [
    object(tx, args.self),
  ]);
}

/**
 * Encoded bytes that the blobs have together.
 *
 * Move: `public fun used_encoded_bytes(self: &StoragePool): u64`
 */
export function usedEncodedBytes(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::storage_pool::used_encoded_bytes`, [object(tx, args.self)]);
}

/**
 * Encoded bytes left for further blobs.
 *
 * Move: `public fun available_encoded_bytes(self: &StoragePool): u64`
 */
export function availableEncodedBytes(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::storage_pool::available_encoded_bytes`, [object(tx, args.self)]);
}

/**
 * Number of blobs.
 *
 * Move: `public fun blob_count(self: &StoragePool): u64`
 */
export function blobCount(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::storage_pool::blob_count`, [object(tx, args.self)]);
}

/**
 * Whether a blob is registered in the pool.
 *
 * Move: `public fun contains_blob(self: &StoragePool, blob_id: u256): bool`
 */
export function containsBlob(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument; readonly blobId: PureArgument<IntegerInput> },
): TransactionResult {
  return call(tx, `${packageId}::storage_pool::contains_blob`, [
    object(tx, args.self),
    pure(tx, u256, args.blobId),
  ]);
}

/**
 * ID of the object of a blob, which storage confirmations of deletable blobs contain.
 *
 * Move: `public fun blob_object_id(self: &StoragePool, blob_id: u256): ID`
 */
export function blobObjectId(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument; readonly blobId: PureArgument<IntegerInput> },
): TransactionResult {
  return call(tx, `${packageId}::storage_pool::blob_object_id`, [
    object(tx, args.self),
    pure(tx, u256, args.blobId),
  ]);
}

/**
 * Ends a pool without blobs and returns its reservation.
 *
 * Move: `public fun destroy(self: StoragePool): Storage`
 */
export function destroy(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::storage_pool::destroy`, [object(tx, args.self)]);
}

/**
 * Attaches attributes to a blob that has none.
 *
 * Move: `public fun add_blob_metadata(self: &mut StoragePool, blob_id: u256, metadata: Metadata)`
 */
export function addBlobMetadata(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly blobId: PureArgument<IntegerInput>;
    readonly metadata: ObjectArgument;
  },
): TransactionResult {
  return call(tx, `${packageId}::storage_pool::add_blob_metadata`, [
    object(tx, args.self),
    pure(tx, u256, args.blobId),
    object(tx, args.metadata),
  ]);
}

/**
 * Attaches attributes and returns the ones they replace.
 *
 * Move: `public fun add_or_replace_blob_metadata(self: &mut StoragePool, blob_id: u256, metadata: Metadata): Option<Metadata>`
 */
export function addOrReplaceBlobMetadata(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly blobId: PureArgument<IntegerInput>;
    readonly metadata: ObjectArgument;
  },
): TransactionResult {
  return call(tx, `${packageId}::storage_pool::add_or_replace_blob_metadata`, [
    object(tx, args.self),
    pure(tx, u256, args.blobId),
    object(tx, args.metadata),
  ]);
}

/**
 * Detaches the attributes.
 *
 * Move: `public fun take_blob_metadata(self: &mut StoragePool, blob_id: u256): Metadata`
 */
export function takeBlobMetadata(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument; readonly blobId: PureArgument<IntegerInput> },
): TransactionResult {
  return call(tx, `${packageId}::storage_pool::take_blob_metadata`, [
    object(tx, args.self),
    pure(tx, u256, args.blobId),
  ]);
}

/**
 * Sets one attribute.
 *
 * Move: `public fun insert_or_update_blob_metadata_pair(self: &mut StoragePool, blob_id: u256, key: String, value: String)`
 */
export function insertOrUpdateBlobMetadataPair(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly blobId: PureArgument<IntegerInput>;
    readonly key: PureArgument<string>;
    readonly value: PureArgument<string>;
  },
): TransactionResult {
  return call(tx, `${packageId}::storage_pool::insert_or_update_blob_metadata_pair`, [
    object(tx, args.self),
    pure(tx, u256, args.blobId),
    pure(tx, string, args.key),
    pure(tx, string, args.value),
  ]);
}

/**
 * Removes one attribute, which must exist, and returns its key and value.
 *
 * Move: `public fun remove_blob_metadata_pair(self: &mut StoragePool, blob_id: u256, key: &String): (String, String)`
 */
export function removeBlobMetadataPair(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly blobId: PureArgument<IntegerInput>;
    readonly key: PureArgument<string>;
  },
): TransactionResult {
  return call(tx, `${packageId}::storage_pool::remove_blob_metadata_pair`, [
    object(tx, args.self),
    pure(tx, u256, args.blobId),
    pure(tx, string, args.key),
  ]);
}

/**
 * Removes one attribute and returns its value, if there is one.
 *
 * Move: `public fun remove_blob_metadata_pair_if_exists(self: &mut StoragePool, blob_id: u256, key: &String): Option<String>`
 */
export function removeBlobMetadataPairIfExists(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly blobId: PureArgument<IntegerInput>;
    readonly key: PureArgument<string>;
  },
): TransactionResult {
  return call(tx, `${packageId}::storage_pool::remove_blob_metadata_pair_if_exists`, [
    object(tx, args.self),
    pure(tx, u256, args.blobId),
    pure(tx, string, args.key),
  ]);
}
