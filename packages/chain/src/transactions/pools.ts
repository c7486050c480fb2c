import type { Transaction, TransactionResult } from '@mysten/sui/transactions';
import { blobIdToInt, storageUnits, type BlobId } from '@walrus-ts/core';
import * as storagePoolModule from '../generated/walrus/storage-pool.js';
import * as system from '../generated/walrus/system.js';
import type { ObjectArgument } from '../move/call.js';
import {
  registrationArguments,
  type ContractCertificate,
  type RegisterBlobParameters,
} from './blobs.js';
import { withPayment, type ContractRefs } from './payment.js';
import { storageCost } from './storage.js';

/**
 * Buys a storage pool, which many blobs share.
 *
 * @param parameters - encoded bytes, epochs, FROST per unit and epoch
 * @returns the `StoragePool`, to be transferred
 */
export function createStoragePool(
  tx: Transaction,
  refs: ContractRefs,
  parameters: {
    readonly capacity: number | bigint;
    readonly epochs: number;
    readonly storagePrice: bigint;
  },
): TransactionResult {
  const { capacity, epochs, storagePrice } = parameters;
  return withPayment(tx, refs, storageCost(capacity, epochs, storagePrice), (payment) =>
    system.createStoragePool(tx, refs.packageId, {
      self: refs.systemObject,
      reservedEncodedCapacityBytes: capacity,
      epochsAhead: epochs,
      payment,
    }),
  );
}

/** Makes a storage pool of a reservation. @returns the `StoragePool`, to be transferred */
export function createStoragePoolWithStorage(
  tx: Transaction,
  refs: ContractRefs,
  storage: ObjectArgument,
): TransactionResult {
  return system.createStoragePoolWithStorage(tx, refs.packageId, {
    self: refs.systemObject,
    storage,
  });
}

/**
 * Registers a blob in a pool, which holds it from then on.
 *
 * @param writePrice - FROST per unit
 */
export function registerPooledBlob(
  tx: Transaction,
  refs: ContractRefs,
  storagePool: ObjectArgument,
  blob: RegisterBlobParameters,
  writePrice: bigint,
): void {
  withPayment(tx, refs, storageUnits(blob.encodedSize) * writePrice, (writePayment) =>
    system.registerPooledBlob(tx, refs.packageId, {
      self: refs.systemObject,
      storagePool,
      ...registrationArguments(blob),
      unencodedSize: blob.size,
      writePayment,
    }),
  );
}

/** Certifies a blob of a pool. */
export function certifyPooledBlob(
  tx: Transaction,
  refs: ContractRefs,
  storagePool: ObjectArgument,
  blobId: BlobId,
  certificate: ContractCertificate,
): void {
  system.certifyPooledBlob(tx, refs.packageId, {
    self: refs.systemObject,
    storagePool,
    blobId: blobIdToInt(blobId),
    ...certificate,
  });
}

/** Deletes a deletable blob of a pool; its space can be used again. */
export function deletePooledBlob(
  tx: Transaction,
  refs: ContractRefs,
  storagePool: ObjectArgument,
  blobId: BlobId,
): void {
  system.deletePooledBlob(tx, refs.packageId, {
    self: refs.systemObject,
    storagePool,
    blobId: blobIdToInt(blobId),
  });
}

/** Removes a blob from a pool that is over. */
export function burnExpiredPooledBlob(
  tx: Transaction,
  refs: ContractRefs,
  storagePool: ObjectArgument,
  blobId: BlobId,
): void {
  system.burnExpiredPooledBlob(tx, refs.packageId, {
    self: refs.systemObject,
    storagePool,
    blobId: blobIdToInt(blobId),
  });
}

/** Buys more epochs for a pool. */
export function extendStoragePool(
  tx: Transaction,
  refs: ContractRefs,
  storagePool: ObjectArgument,
  parameters: {
    /** The pool's capacity, encoded bytes. */
    readonly capacity: number | bigint;
    readonly epochs: number;
    readonly storagePrice: bigint;
  },
): void {
  const { capacity, epochs, storagePrice } = parameters;
  withPayment(tx, refs, storageCost(capacity, epochs, storagePrice), (payment) =>
    system.extendStoragePool(tx, refs.packageId, {
      self: refs.systemObject,
      storagePool,
      extendedEpochs: epochs,
      payment,
    }),
  );
}

/** Buys more capacity for a pool. */
export function increaseStoragePoolCapacity(
  tx: Transaction,
  refs: ContractRefs,
  storagePool: ObjectArgument,
  parameters: {
    /** Encoded bytes added. */
    readonly additionalCapacity: number | bigint;
    /** Epochs left in the pool, the current one included. */
    readonly epochs: number;
    readonly storagePrice: bigint;
  },
): void {
  const { additionalCapacity, epochs, storagePrice } = parameters;
  withPayment(tx, refs, storageCost(additionalCapacity, epochs, storagePrice), (payment) =>
    system.increaseStoragePoolCapacity(tx, refs.packageId, {
      self: refs.systemObject,
      storagePool,
      additionalEncodedCapacityBytes: additionalCapacity,
      payment,
    }),
  );
}

/**
 * Adds a reservation to a pool.
 *
 * @param storage - `Storage` that ends with the pool; is used up
 */
export function increaseStoragePoolCapacityWithStorage(
  tx: Transaction,
  refs: ContractRefs,
  storagePool: ObjectArgument,
  storage: ObjectArgument,
): void {
  system.increaseStoragePoolCapacityWithStorage(tx, refs.packageId, {
    self: refs.systemObject,
    storagePool,
    storage,
  });
}

/**
 * Takes unused capacity out of a pool.
 *
 * @param size - encoded bytes
 * @returns their `Storage`, to be used or transferred
 */
export function decreaseStoragePoolCapacity(
  tx: Transaction,
  refs: ContractRefs,
  storagePool: ObjectArgument,
  size: number | bigint,
): TransactionResult {
  return system.decreaseStoragePoolCapacityBySize(tx, refs.packageId, {
    self: refs.systemObject,
    storagePool,
    size,
  });
}

/** Ends an empty pool. @returns its `Storage`, to be used or transferred */
export function destroyStoragePool(
  tx: Transaction,
  refs: ContractRefs,
  storagePool: ObjectArgument,
): TransactionResult {
  return storagePoolModule.destroy(tx, refs.packageId, { self: storagePool });
}
