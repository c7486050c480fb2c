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
import { address, bcs, bool, bytes, datatype, u256, u32, u64, u8 } from '../../move/layout.js';
import type { Transaction, TransactionResult } from '@mysten/sui/transactions';

/**
 * A bucket. Shared.
 *
 * Layout of `blob_bucket::blob_bucket::BlobBucket`.
 */
export const BlobBucket = /* @__PURE__ */ datatype('blob_bucket::BlobBucket', () =>
  bcs.struct('BlobBucket', { id: address, version: u64 }),
);

/**
 * Right to register and delete blobs in one bucket and to let it grow.
 *
 * Layout of `blob_bucket::blob_bucket::BlobBucketCap`.
 */
export const BlobBucketCap = /* @__PURE__ */ datatype('blob_bucket::BlobBucketCap', () =>
  bcs.struct('BlobBucketCap', { id: address, bucketId: address }),
);

/**
 * Buys a storage pool, shares a bucket made of it and returns the capability.
 *
 * Move: `public fun new(system: &mut System, reserved_encoded_capacity_bytes: u64, epochs_ahead: u32, payment: &mut Coin<WAL>, ctx: &mut TxContext): BlobBucketCap`
 */
export function new_(
  tx: Transaction,
  packageId: string,
  args: {
    readonly system: ObjectArgument;
    readonly reservedEncodedCapacityBytes: PureArgument<IntegerInput>;
    readonly epochsAhead: PureArgument<number>;
    readonly payment: ObjectArgument;
  },
): TransactionResult {
  return call(tx, `${packageId}::blob_bucket::new`, [
    object(tx, args.system),
    pure(tx, u64, args.reservedEncodedCapacityBytes),
    pure(tx, u32, args.epochsAhead),
    object(tx, args.payment),
  ]);
}

/**
 * Registers a blob. The write fee is taken out of `write_payment`.
 *
 * Move: `public fun register_blob(self: &mut BlobBucket, cap: &BlobBucketCap, system: &mut System, blob_id: u256, root_hash: u256, unencoded_size: u64, encoding_type: u8, deletable: bool, write_payment: &mut Coin<WAL>, ctx: &mut TxContext)`
 */
export function registerBlob(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly cap: ObjectArgument;
    readonly system: ObjectArgument;
    readonly blobId: PureArgument<IntegerInput>;
    readonly rootHash: PureArgument<IntegerInput>;
    readonly unencodedSize: PureArgument<IntegerInput>;
    readonly encodingType: PureArgument<number>;
    readonly deletable: PureArgument<boolean>;
    readonly writePayment: ObjectArgument;
  },
): TransactionResult {
  return call(tx, `${packageId}::blob_bucket::register_blob`, [
    object(tx, args.self),
    object(tx, args.cap),
    object(tx, args.system),
    pure(tx, u256, args.blobId),
    pure(tx, u256, args.rootHash),
    pure(tx, u64, args.unencodedSize),
    pure(tx, u8, args.encodingType),
    pure(tx, bool, args.deletable),
    object(tx, args.writePayment),
  ]);
}

/**
 * Certifies a blob with the storage confirmations of a quorum. Anyone may do this.
 *
 * Move: `public fun certify_blob(self: &mut BlobBucket, system: &System, blob_id: u256, signature: vector<u8>, signers_bitmap: vector<u8>, message: vector<u8>)`
 */
export function certifyBlob(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly system: ObjectArgument;
    readonly blobId: PureArgument<IntegerInput>;
    readonly signature: PureArgument<ByteInput>;
    readonly signersBitmap: PureArgument<ByteInput>;
    readonly message: PureArgument<ByteInput>;
  },
): TransactionResult {
  return call(tx, `${packageId}::blob_bucket::certify_blob`, [
    object(tx, args.self),
    object(tx, args.system),
    pure(tx, u256, args.blobId),
    pure(tx, bytes, args.signature),
    pure(tx, bytes, args.signersBitmap),
    pure(tx, bytes, args.message),
  ]);
}

/**
 * Deletes a deletable blob.
 *
 * Move: `public fun delete_blob(self: &mut BlobBucket, cap: &BlobBucketCap, system: &System, blob_id: u256)`
 */
export function deleteBlob(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly cap: ObjectArgument;
    readonly system: ObjectArgument;
    readonly blobId: PureArgument<IntegerInput>;
  },
): TransactionResult {
  return call(tx, `${packageId}::blob_bucket::delete_blob`, [
    object(tx, args.self),
    object(tx, args.cap),
    object(tx, args.system),
    pure(tx, u256, args.blobId),
  ]);
}

/**
 * Extends the bucket, and with it all its blobs, by `extended_epochs`.
 *
 * Move: `public fun extend_storage_pool(self: &mut BlobBucket, cap: &BlobBucketCap, system: &mut System, extended_epochs: u32, payment: &mut Coin<WAL>)`
 */
export function extendStoragePool(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly cap: ObjectArgument;
    readonly system: ObjectArgument;
    readonly extendedEpochs: PureArgument<number>;
    readonly payment: ObjectArgument;
  },
): TransactionResult {
  return call(tx, `${packageId}::blob_bucket::extend_storage_pool`, [
    object(tx, args.self),
    object(tx, args.cap),
    object(tx, args.system),
    pure(tx, u32, args.extendedEpochs),
    object(tx, args.payment),
  ]);
}

/**
 * Buys more bytes for the bucket, from the current epoch to its end.
 *
 * Move: `public fun increase_storage_pool_capacity(self: &mut BlobBucket, cap: &BlobBucketCap, system: &mut System, additional_encoded_capacity_bytes: u64, payment: &mut Coin<WAL>)`
 */
export function increaseStoragePoolCapacity(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly cap: ObjectArgument;
    readonly system: ObjectArgument;
    readonly additionalEncodedCapacityBytes: PureArgument<IntegerInput>;
    readonly payment: ObjectArgument;
  },
): TransactionResult {
  return call(tx, `${packageId}::blob_bucket::increase_storage_pool_capacity`, [
    object(tx, args.self),
    object(tx, args.cap),
    object(tx, args.system),
    pure(tx, u64, args.additionalEncodedCapacityBytes),
    object(tx, args.payment),
  ]);
}

/**
 * ID of the bucket that a capability is for.
 *
 * Move: `public fun bucket_id(self: &BlobBucketCap): ID`
 */
export function bucketId(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::blob_bucket::bucket_id`, [object(tx, args.self)]);
}

/**
 * ID of the storage pool in the bucket.
 *
 * Move: `public fun storage_pool_id(self: &BlobBucket): ID`
 */
export function storagePoolId(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::blob_bucket::storage_pool_id`, [object(tx, args.self)]);
}
