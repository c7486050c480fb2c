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
  bool,
  bytes,
  datatype,
  option,
  u256,
  u32,
  u64,
  u8,
} from '../../move/layout.js';
import type { Transaction, TransactionResult } from '@mysten/sui/transactions';

/**
 * The storage system; one shared object per network.
 *
 * Layout of `walrus::system::System`.
 */
export const System = /* @__PURE__ */ datatype('system::System', () =>
  bcs.struct('System', {
    id: address,
    version: u64,
    packageId: address,
    newPackageId: option(address),
  }),
);

/**
 * Publishes that a blob ID is invalid because its encoding is inconsistent.
 *
 * Needs the signatures of more than a third of the shards. Returns the blob ID.
 *
 * Move: `public fun invalidate_blob_id(system: &System, signature: vector<u8>, members_bitmap: vector<u8>, message: vector<u8>): u256`
 */
export function invalidateBlobId(
  tx: Transaction,
  packageId: string,
  args: {
    readonly system: ObjectArgument;
    readonly signature: PureArgument<ByteInput>;
    readonly membersBitmap: PureArgument<ByteInput>;
    readonly message: PureArgument<ByteInput>;
  },
): TransactionResult {
  return call(tx, `${packageId}::system::invalidate_blob_id`, [
    object(tx, args.system),
    pure(tx, bytes, args.signature),
    pure(tx, bytes, args.membersBitmap),
    pure(tx, bytes, args.message),
  ]);
}

/**
 * Attests for an event blob on behalf of a storage node; certifies it once a quorum attested.
 *
 * Move: `public fun certify_event_blob(system: &mut System, cap: &mut StorageNodeCap, blob_id: u256, root_hash: u256, size: u64, encoding_type: u8, ending_checkpoint_sequence_num: u64, epoch: u32, ctx: &mut TxContext)`
 */
export function certifyEventBlob(
  tx: Transaction,
  packageId: string,
  args: {
    readonly system: ObjectArgument;
    readonly cap: ObjectArgument;
    readonly blobId: PureArgument<IntegerInput>;
    readonly rootHash: PureArgument<IntegerInput>;
    readonly size: PureArgument<IntegerInput>;
    readonly encodingType: PureArgument<number>;
    readonly endingCheckpointSequenceNum: PureArgument<IntegerInput>;
    readonly epoch: PureArgument<number>;
  },
): TransactionResult {
  return call(tx, `${packageId}::system::certify_event_blob`, [
    object(tx, args.system),
    object(tx, args.cap),
    pure(tx, u256, args.blobId),
    pure(tx, u256, args.rootHash),
    pure(tx, u64, args.size),
    pure(tx, u8, args.encodingType),
    pure(tx, u64, args.endingCheckpointSequenceNum),
    pure(tx, u32, args.epoch),
  ]);
}

/**
 * Buys `storage_amount` bytes for `epochs_ahead` epochs, the current one included.
 *
 * The price is taken out of `payment`; the rest stays there.
 *
 * Move: `public fun reserve_space(self: &mut System, storage_amount: u64, epochs_ahead: u32, payment: &mut Coin<WAL>, ctx: &mut TxContext): Storage`
 */
export function reserveSpace(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly storageAmount: PureArgument<IntegerInput>;
    readonly epochsAhead: PureArgument<number>;
    readonly payment: ObjectArgument;
  },
): TransactionResult {
  return call(tx, `${packageId}::system::reserve_space`, [
    object(tx, args.self),
    pure(tx, u64, args.storageAmount),
    pure(tx, u32, args.epochsAhead),
    object(tx, args.payment),
  ]);
}

/**
 * Buys `storage_amount` bytes for the epochs `start_epoch` (or the current one, if that is later)
 * to `end_epoch - 1`.
 *
 * Move: `public fun reserve_space_for_epochs(self: &mut System, storage_amount: u64, start_epoch: u32, end_epoch: u32, payment: &mut Coin<WAL>, ctx: &mut TxContext): Storage`
 */
export function reserveSpaceForEpochs(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly storageAmount: PureArgument<IntegerInput>;
    readonly startEpoch: PureArgument<number>;
    readonly endEpoch: PureArgument<number>;
    readonly payment: ObjectArgument;
  },
): TransactionResult {
  return call(tx, `${packageId}::system::reserve_space_for_epochs`, [
    object(tx, args.self),
    pure(tx, u64, args.storageAmount),
    pure(tx, u32, args.startEpoch),
    pure(tx, u32, args.endEpoch),
    object(tx, args.payment),
  ]);
}

/**
 * Registers a blob in a reservation. The write fee is taken out of `write_payment`.
 *
 * Move: `public fun register_blob(self: &mut System, storage: Storage, blob_id: u256, root_hash: u256, size: u64, encoding_type: u8, deletable: bool, write_payment: &mut Coin<WAL>, ctx: &mut TxContext): Blob`
 */
export function registerBlob(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly storage: ObjectArgument;
    readonly blobId: PureArgument<IntegerInput>;
    readonly rootHash: PureArgument<IntegerInput>;
    readonly size: PureArgument<IntegerInput>;
    readonly encodingType: PureArgument<number>;
    readonly deletable: PureArgument<boolean>;
    readonly writePayment: ObjectArgument;
  },
): TransactionResult {
  return call(tx, `${packageId}::system::register_blob`, [
    object(tx, args.self),
    object(tx, args.storage),
    pure(tx, u256, args.blobId),
    pure(tx, u256, args.rootHash),
    pure(tx, u64, args.size),
    pure(tx, u8, args.encodingType),
    pure(tx, bool, args.deletable),
    object(tx, args.writePayment),
  ]);
}

/**
 * Certifies a blob with the storage confirmations of more than two thirds of the shards.
 *
 * Move: `public fun certify_blob(self: &System, blob: &mut Blob, signature: vector<u8>, signers_bitmap: vector<u8>, message: vector<u8>)`
 */
export function certifyBlob(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly blob: ObjectArgument;
    readonly signature: PureArgument<ByteInput>;
    readonly signersBitmap: PureArgument<ByteInput>;
    readonly message: PureArgument<ByteInput>;
  },
): TransactionResult {
  return call(tx, `${packageId}::system::certify_blob`, [
    object(tx, args.self),
    object(tx, args.blob),
    pure(tx, bytes, args.signature),
    pure(tx, bytes, args.signersBitmap),
    pure(tx, bytes, args.message),
  ]);
}

/**
 * Deletes a deletable blob before its end and returns its reservation.
 *
 * Move: `public fun delete_blob(self: &System, blob: Blob): Storage`
 */
export function deleteBlob(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument; readonly blob: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::system::delete_blob`, [
    object(tx, args.self),
    object(tx, args.blob),
  ]);
}

/**
 * Extends a certified blob with a reservation that follows on its own.
 *
 * Move: `public fun extend_blob_with_resource(self: &System, blob: &mut Blob, extension: Storage)`
 */
export function extendBlobWithResource(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly blob: ObjectArgument;
    readonly extension: ObjectArgument;
  },
): TransactionResult {
  return call(tx, `${packageId}::system::extend_blob_with_resource`, [
    object(tx, args.self),
    object(tx, args.blob),
    object(tx, args.extension),
  ]);
}

/**
 * Extends a certified blob by `extended_epochs`, which are paid from `payment`.
 *
 * Move: `public fun extend_blob(self: &mut System, blob: &mut Blob, extended_epochs: u32, payment: &mut Coin<WAL>)`
 */
export function extendBlob(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly blob: ObjectArgument;
    readonly extendedEpochs: PureArgument<number>;
    readonly payment: ObjectArgument;
  },
): TransactionResult {
  return call(tx, `${packageId}::system::extend_blob`, [
    object(tx, args.self),
    object(tx, args.blob),
    pure(tx, u32, args.extendedEpochs),
    object(tx, args.payment),
  ]);
}

/**
 * Buys a storage pool of the given size for `epochs_ahead` epochs, the current one included.
 *
 * Move: `public fun create_storage_pool(self: &mut System, reserved_encoded_capacity_bytes: u64, epochs_ahead: u32, payment: &mut Coin<WAL>, ctx: &mut TxContext): StoragePool`
 */
export function createStoragePool(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly reservedEncodedCapacityBytes: PureArgument<IntegerInput>;
    readonly epochsAhead: PureArgument<number>;
    readonly payment: ObjectArgument;
  },
): TransactionResult {
  return call(tx, `${packageId}::system::create_storage_pool`, [
    object(tx, args.self),
    pure(tx, u64, args.reservedEncodedCapacityBytes),
    pure(tx, u32, args.epochsAhead),
    object(tx, args.payment),
  ]);
}

/**
 * Makes a storage pool from a reservation that has begun and not ended.
 *
 * Move: `public fun create_storage_pool_with_storage(self: &System, storage: Storage, ctx: &mut TxContext): StoragePool`
 */
export function createStoragePoolWithStorage(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument; readonly storage: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::system::create_storage_pool_with_storage`, [
    object(tx, args.self),
    object(tx, args.storage),
  ]);
}

/**
 * Registers a blob in a storage pool. The write fee is taken out of `write_payment`.
 *
 * Move: `public fun register_pooled_blob(self: &mut System, storage_pool: &mut StoragePool, blob_id: u256, root_hash: u256, unencoded_size: u64, encoding_type: u8, deletable: bool, write_payment: &mut Coin<WAL>, ctx: &mut TxContext)`
 */
export function registerPooledBlob(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly storagePool: ObjectArgument;
    readonly blobId: PureArgument<IntegerInput>;
    readonly rootHash: PureArgument<IntegerInput>;
    readonly unencodedSize: PureArgument<IntegerInput>;
    readonly encodingType: PureArgument<number>;
    readonly deletable: PureArgument<boolean>;
    readonly writePayment: ObjectArgument;
  },
): TransactionResult {
  return call(tx, `${packageId}::system::register_pooled_blob`, [
    object(tx, args.self),
    object(tx, args.storagePool),
    pure(tx, u256, args.blobId),
    pure(tx, u256, args.rootHash),
    pure(tx, u64, args.unencodedSize),
    pure(tx, u8, args.encodingType),
    pure(tx, bool, args.deletable),
    object(tx, args.writePayment),
  ]);
}

/**
 * Certifies a pooled blob with the storage confirmations of more than two thirds of the shards.
 *
 * Move: `public fun certify_pooled_blob(self: &System, storage_pool: &mut StoragePool, blob_id: u256, signature: vector<u8>, signers_bitmap: vector<u8>, message: vector<u8>)`
 */
export function certifyPooledBlob(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly storagePool: ObjectArgument;
    readonly blobId: PureArgument<IntegerInput>;
    readonly signature: PureArgument<ByteInput>;
    readonly signersBitmap: PureArgument<ByteInput>;
    readonly message: PureArgument<ByteInput>;
  },
): TransactionResult {
  return call(tx, `${packageId}::system::certify_pooled_blob`, [
    object(tx, args.self),
    object(tx, args.storagePool),
    pure(tx, u256, args.blobId),
    pure(tx, bytes, args.signature),
    pure(tx, bytes, args.signersBitmap),
    pure(tx, bytes, args.message),
  ]);
}

/**
 * Deletes a deletable blob before the end of its pool, which can use its bytes again.
 *
 * Move: `public fun delete_pooled_blob(self: &System, storage_pool: &mut StoragePool, blob_id: u256)`
 */
export function deletePooledBlob(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly storagePool: ObjectArgument;
    readonly blobId: PureArgument<IntegerInput>;
  },
): TransactionResult {
  return call(tx, `${packageId}::system::delete_pooled_blob`, [
    object(tx, args.self),
    object(tx, args.storagePool),
    pure(tx, u256, args.blobId),
  ]);
}

/**
 * Removes a blob from a pool that has ended, so that the pool can be destroyed.
 *
 * Move: `public fun burn_expired_pooled_blob(self: &System, storage_pool: &mut StoragePool, blob_id: u256)`
 */
export function burnExpiredPooledBlob(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly storagePool: ObjectArgument;
    readonly blobId: PureArgument<IntegerInput>;
  },
): TransactionResult {
  return call(tx, `${packageId}::system::burn_expired_pooled_blob`, [
    object(tx, args.self),
    object(tx, args.storagePool),
    pure(tx, u256, args.blobId),
  ]);
}

/**
 * Extends a pool, and with it all its blobs, by `extended_epochs`, which are paid from `payment`.
 *
 * Move: `public fun extend_storage_pool(self: &mut System, storage_pool: &mut StoragePool, extended_epochs: u32, payment: &mut Coin<WAL>)`
 */
export function extendStoragePool(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly storagePool: ObjectArgument;
    readonly extendedEpochs: PureArgument<number>;
    readonly payment: ObjectArgument;
  },
): TransactionResult {
  return call(tx, `${packageId}::system::extend_storage_pool`, [
    object(tx, args.self),
    object(tx, args.storagePool),
    pure(tx, u32, args.extendedEpochs),
    object(tx, args.payment),
  ]);
}

/**
 * Buys more bytes for a pool, from the current epoch to its end.
 *
 * Move: `public fun increase_storage_pool_capacity(self: &mut System, storage_pool: &mut StoragePool, additional_encoded_capacity_bytes: u64, payment: &mut Coin<WAL>)`
 */
export function increaseStoragePoolCapacity(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly storagePool: ObjectArgument;
    readonly additionalEncodedCapacityBytes: PureArgument<IntegerInput>;
    readonly payment: ObjectArgument;
  },
): TransactionResult {
  return call(tx, `${packageId}::system::increase_storage_pool_capacity`, [
    object(tx, args.self),
    object(tx, args.storagePool),
    pure(tx, u64, args.additionalEncodedCapacityBytes),
    object(tx, args.payment),
  ]);
}

/**
 * Adds the bytes of a reservation that ends with the pool.
 *
 * Move: `public fun increase_storage_pool_capacity_with_storage(self: &System, storage_pool: &mut StoragePool, storage: Storage)`
 */
export function increaseStoragePoolCapacityWithStorage(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly storagePool: ObjectArgument;
    readonly storage: ObjectArgument;
  },
): TransactionResult {
  return call(tx, `${packageId}::system::increase_storage_pool_capacity_with_storage`, [
    object(tx, args.self),
    object(tx, args.storagePool),
    object(tx, args.storage),
  ]);
}

/**
 * Takes `size` unused bytes out of a pool.
 *
 * Move: `public fun decrease_storage_pool_capacity_by_size(self: &System, storage_pool: &mut StoragePool, size: u64, ctx: &mut TxContext): Storage`
 */
export function decreaseStoragePoolCapacityBySize(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly storagePool: ObjectArgument;
    readonly size: PureArgument<IntegerInput>;
  },
): TransactionResult {
  return call(tx, `${packageId}::system::decrease_storage_pool_capacity_by_size`, [
    object(tx, args.self),
    object(tx, args.storagePool),
    pure(tx, u64, args.size),
  ]);
}

/**
 * Takes a part of the unused bytes out of a pool, rounded down to whole bytes.
 *
 * Move: `public fun decrease_storage_pool_unused_capacity_by_percent(self: &System, storage_pool: &mut StoragePool, percent: u8, ctx: &mut TxContext): Storage`
 */
export function decreaseStoragePoolUnusedCapacityByPercent(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly storagePool: ObjectArgument;
    readonly percent: PureArgument<number>;
  },
): TransactionResult {
  return call(tx, `${packageId}::system::decrease_storage_pool_unused_capacity_by_percent`, [
    object(tx, args.self),
    object(tx, args.storagePool),
    pure(tx, u8, args.percent),
  ]);
}

/**
 * Donates WAL to the nodes of the next `epochs_ahead` epochs in equal parts.
 *
 * Move: `public fun add_subsidy(system: &mut System, subsidy: Coin<WAL>, epochs_ahead: u32)`
 */
export function addSubsidy(
  tx: Transaction,
  packageId: string,
  args: {
    readonly system: ObjectArgument;
    readonly subsidy: ObjectArgument;
    readonly epochsAhead: PureArgument<number>;
  },
): TransactionResult {
  return call(tx, `${packageId}::system::add_subsidy`, [
    object(tx, args.system),
    object(tx, args.subsidy),
    pure(tx, u32, args.epochsAhead),
  ]);
}

/**
 * Donates a balance for each of the next epochs.
 *
 * Move: `public fun add_per_epoch_subsidies(system: &mut System, subsidies: vector<Balance<WAL>>)`
 */
export function addPerEpochSubsidies(
  tx: Transaction,
  packageId: string,
  args: { readonly system: ObjectArgument; readonly subsidies: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::system::add_per_epoch_subsidies`, [
    object(tx, args.system),
    object(tx, args.subsidies),
  ]);
}

/**
 * Publishes the agreement of a quorum on a protocol version of the storage nodes.
 *
 * Move: `public fun update_protocol_version(self: &mut System, cap: &StorageNodeCap, signature: vector<u8>, members_bitmap: vector<u8>, message: vector<u8>)`
 */
export function updateProtocolVersion(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly cap: ObjectArgument;
    readonly signature: PureArgument<ByteInput>;
    readonly membersBitmap: PureArgument<ByteInput>;
    readonly message: PureArgument<ByteInput>;
  },
): TransactionResult {
  return call(tx, `${packageId}::system::update_protocol_version`, [
    object(tx, args.self),
    object(tx, args.cap),
    pure(tx, bytes, args.signature),
    pure(tx, bytes, args.membersBitmap),
    pure(tx, bytes, args.message),
  ]);
}

/**
 * Announces a new deny list of a storage node.
 *
 * Move: `public fun register_deny_list_update(self: &mut System, cap: &StorageNodeCap, deny_list_root: u256, deny_list_sequence: u64)`
 */
export function registerDenyListUpdate(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly cap: ObjectArgument;
    readonly denyListRoot: PureArgument<IntegerInput>;
    readonly denyListSequence: PureArgument<IntegerInput>;
  },
): TransactionResult {
  return call(tx, `${packageId}::system::register_deny_list_update`, [
    object(tx, args.self),
    object(tx, args.cap),
    pure(tx, u256, args.denyListRoot),
    pure(tx, u64, args.denyListSequence),
  ]);
}

/**
 * Takes over a storage node's deny list that a quorum accepted.
 *
 * Move: `public fun update_deny_list(self: &mut System, cap: &mut StorageNodeCap, signature: vector<u8>, members_bitmap: vector<u8>, message: vector<u8>)`
 */
export function updateDenyList(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly cap: ObjectArgument;
    readonly signature: PureArgument<ByteInput>;
    readonly membersBitmap: PureArgument<ByteInput>;
    readonly message: PureArgument<ByteInput>;
  },
): TransactionResult {
  return call(tx, `${packageId}::system::update_deny_list`, [
    object(tx, args.self),
    object(tx, args.cap),
    pure(tx, bytes, args.signature),
    pure(tx, bytes, args.membersBitmap),
    pure(tx, bytes, args.message),
  ]);
}

/**
 * Publishes that a blob is on deny lists. Needs the signatures of more than a third of the shards.
 *
 * Move: `public fun delete_deny_listed_blob(self: &System, signature: vector<u8>, members_bitmap: vector<u8>, message: vector<u8>)`
 */
export function deleteDenyListedBlob(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly signature: PureArgument<ByteInput>;
    readonly membersBitmap: PureArgument<ByteInput>;
    readonly message: PureArgument<ByteInput>;
  },
): TransactionResult {
  return call(tx, `${packageId}::system::delete_deny_listed_blob`, [
    object(tx, args.self),
    pure(tx, bytes, args.signature),
    pure(tx, bytes, args.membersBitmap),
    pure(tx, bytes, args.message),
  ]);
}

/**
 * Current epoch.
 *
 * Move: `public fun epoch(self: &System): u32`
 */
export function epoch(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::system::epoch`, [object(tx, args.self)]);
}

/**
 * Encoded bytes that can be sold for any epoch.
 *
 * Move: `public fun total_capacity_size(self: &System): u64`
 */
export function totalCapacitySize(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::system::total_capacity_size`, [object(tx, args.self)]);
}

/**
 * Encoded bytes sold for the current epoch.
 *
 * Move: `public fun used_capacity_size(self: &System): u64`
 */
export function usedCapacitySize(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::system::used_capacity_size`, [object(tx, args.self)]);
}

/**
 * Shards of the current committee, 0 before the first.
 *
 * Move: `public fun n_shards(self: &System): u16`
 */
export function nShards(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::system::n_shards`, [object(tx, args.self)]);
}

/**
 * Version of the state.
 *
 * Move: `public fun version(system: &System): u64`
 */
export function version(
  tx: Transaction,
  packageId: string,
  args: { readonly system: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::system::version`, [object(tx, args.system)]);
}
