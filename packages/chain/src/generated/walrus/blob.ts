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
  datatype,
  option,
  string,
  u16,
  u256,
  u32,
  u64,
  u8,
} from '../../move/layout.js';
import type { Transaction, TransactionResult } from '@mysten/sui/transactions';
import * as storageResourceModule from './storage-resource.js';

/**
 * One registration of a blob. Several objects may exist for the same blob ID.
 *
 * Layout of `walrus::blob::Blob`.
 */
export const Blob = /* @__PURE__ */ datatype('blob::Blob', () =>
  bcs.struct('Blob', {
    id: address,
    registeredEpoch: u32,
    blobId: u256,
    size: u64,
    encodingType: u8,
    certifiedEpoch: option(u32),
    storage: storageResourceModule.Storage,
    deletable: bool,
  }),
);

/**
 * What the blob ID is the hash of, in BCS.
 *
 * Layout of `walrus::blob::BlobIdDerivation`.
 */
export const BlobIdDerivation = /* @__PURE__ */ datatype('blob::BlobIdDerivation', () =>
  bcs.struct('BlobIdDerivation', { encodingType: u8, size: u64, rootHash: u256 }),
);

/**
 * ID of the object, not of the blob.
 *
 * Move: `public fun object_id(self: &Blob): ID`
 */
export function objectId(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::blob::object_id`, [object(tx, args.self)]);
}

/**
 * Epoch of the registration.
 *
 * Move: `public fun registered_epoch(self: &Blob): u32`
 */
export function registeredEpoch(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::blob::registered_epoch`, [object(tx, args.self)]);
}

/**
 * ID of the blob, derived from its content.
 *
 * Move: `public fun blob_id(self: &Blob): u256`
 */
export function blobId(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::blob::blob_id`, [object(tx, args.self)]);
}

/**
 * Unencoded size in bytes.
 *
 * Move: `public fun size(self: &Blob): u64`
 */
export function size(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::blob::size`, [object(tx, args.self)]);
}

/**
 * How the blob is encoded.
 *
 * Move: `public fun encoding_type(self: &Blob): u8`
 */
export function encodingType(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::blob::encoding_type`, [object(tx, args.self)]);
}

/**
 * Whether the owner may delete the blob before its end.
 *
 * Move: `public fun is_deletable(self: &Blob): bool`
 */
export function isDeletable(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::blob::is_deletable`, [object(tx, args.self)]);
}

/**
 * Bytes that `n_shards` shards store for the blob.
 *
 * Move: `public fun encoded_size(self: &Blob, n_shards: u16): u64`
 */
export function encodedSize(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument; readonly nShards: PureArgument<number> },
): TransactionResult {
  return call(tx, `${packageId}::blob::encoded_size`, [
    object(tx, args.self),
    pure(tx, u16, args.nShards),
  ]);
}

/**
 * First epoch in which the blob is no longer stored.
 *
 * Move: `public fun end_epoch(self: &Blob): u32`
 */
export function endEpoch(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::blob::end_epoch`, [object(tx, args.self)]);
}

/**
 * Computes the ID of a blob from its Merkle root, encoding and unencoded size.
 *
 * Move: `public fun derive_blob_id(root_hash: u256, encoding_type: u8, size: u64): u256`
 */
export function deriveBlobId(
  tx: Transaction,
  packageId: string,
  args: {
    readonly rootHash: PureArgument<IntegerInput>;
    readonly encodingType: PureArgument<number>;
    readonly size: PureArgument<IntegerInput>;
  },
): TransactionResult {
  return call(tx, `${packageId}::blob::derive_blob_id`, [
    pure(tx, u256, args.rootHash),
    pure(tx, u8, args.encodingType),
    pure(tx, u64, args.size),
  ]);
}

/**
 * Destroys the object and its reservation. Only the record goes away: the blob stays stored until
 * its end.
 *
 * Move: `public fun burn(self: Blob)`
 */
export function burn(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::blob::burn`, [object(tx, args.self)]);
}

/**
 * Attaches attributes to a blob that has none.
 *
 * Move: `public fun add_metadata(self: &mut Blob, metadata: Metadata)`
 */
export function addMetadata(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument; readonly metadata: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::blob::add_metadata`, [
    object(tx, args.self),
    object(tx, args.metadata),
  ]);
}

/**
 * Attaches attributes and returns the ones they replace.
 *
 * Move: `public fun add_or_replace_metadata(self: &mut Blob, metadata: Metadata): Option<Metadata>`
 */
export function addOrReplaceMetadata(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument; readonly metadata: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::blob::add_or_replace_metadata`, [
    object(tx, args.self),
    object(tx, args.metadata),
  ]);
}

/**
 * Detaches the attributes.
 *
 * Move: `public fun take_metadata(self: &mut Blob): Metadata`
 */
export function takeMetadata(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::blob::take_metadata`, [object(tx, args.self)]);
}

/**
 * Sets one attribute.
 *
 * Move: `public fun insert_or_update_metadata_pair(self: &mut Blob, key: String, value: String)`
 */
export function insertOrUpdateMetadataPair(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly key: PureArgument<string>;
    readonly value: PureArgument<string>;
  },
): TransactionResult {
  return call(tx, `${packageId}::blob::insert_or_update_metadata_pair`, [
    object(tx, args.self),
    pure(tx, string, args.key),
    pure(tx, string, args.value),
  ]);
}

/**
 * Removes one attribute, which must exist, and returns its key and value.
 *
 * Move: `public fun remove_metadata_pair(self: &mut Blob, key: &String): (String, String)`
 */
export function removeMetadataPair(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument; readonly key: PureArgument<string> },
): TransactionResult {
  return call(tx, `${packageId}::blob::remove_metadata_pair`, [
    object(tx, args.self),
    pure(tx, string, args.key),
  ]);
}

/**
 * Removes one attribute and returns its value, if there is one.
 *
 * Move: `public fun remove_metadata_pair_if_exists(self: &mut Blob, key: &String): Option<String>`
 */
export function removeMetadataPairIfExists(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument; readonly key: PureArgument<string> },
): TransactionResult {
  return call(tx, `${packageId}::blob::remove_metadata_pair_if_exists`, [
    object(tx, args.self),
    pure(tx, string, args.key),
  ]);
}
