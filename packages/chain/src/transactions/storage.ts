import type { Transaction, TransactionResult } from '@mysten/sui/transactions';
import { storageUnits } from '@walrus-ts/core';
import * as storageResource from '../generated/walrus/storage-resource.js';
import * as system from '../generated/walrus/system.js';
import type { ObjectArgument } from '../move/call.js';
import { withPayment, type ContractRefs } from './payment.js';

/**
 * Price of storage.
 *
 * @param sizeBytes - encoded bytes, rounded up to units
 * @param storagePrice - FROST per unit and epoch
 * @returns FROST
 * @see spec economics.md
 */
export function storageCost(
  sizeBytes: number | bigint,
  epochs: number,
  storagePrice: bigint,
): bigint {
  return storageUnits(sizeBytes) * storagePrice * BigInt(epochs);
}

/**
 * Buys storage from the current epoch on.
 *
 * @param parameters - encoded bytes, epochs, FROST per unit and epoch
 * @returns the `Storage` value, to be used or transferred
 */
export function reserveSpace(
  tx: Transaction,
  refs: ContractRefs,
  parameters: {
    readonly encodedSize: number | bigint;
    readonly epochs: number;
    readonly storagePrice: bigint;
  },
): TransactionResult {
  const { encodedSize, epochs, storagePrice } = parameters;
  return withPayment(tx, refs, storageCost(encodedSize, epochs, storagePrice), (payment) =>
    system.reserveSpace(tx, refs.packageId, {
      self: refs.systemObject,
      storageAmount: encodedSize,
      epochsAhead: epochs,
      payment,
    }),
  );
}

/**
 * Buys storage for a period that may begin in a later epoch.
 *
 * @param parameters - encoded bytes; the end epoch is exclusive; FROST per unit and epoch
 * @returns the `Storage` value, to be used or transferred
 */
export function reserveSpaceForEpochs(
  tx: Transaction,
  refs: ContractRefs,
  parameters: {
    readonly encodedSize: number | bigint;
    readonly startEpoch: number;
    readonly endEpoch: number;
    readonly storagePrice: bigint;
  },
): TransactionResult {
  const { encodedSize, startEpoch, endEpoch, storagePrice } = parameters;
  const cost = storageCost(encodedSize, endEpoch - startEpoch, storagePrice);
  return withPayment(tx, refs, cost, (payment) =>
    system.reserveSpaceForEpochs(tx, refs.packageId, {
      self: refs.systemObject,
      storageAmount: encodedSize,
      startEpoch,
      endEpoch,
      payment,
    }),
  );
}

/**
 * Cuts a reservation in time.
 *
 * @param storage - keeps the epochs before `epoch`
 * @returns the `Storage` from `epoch` on
 */
export function splitStorageByEpoch(
  tx: Transaction,
  refs: ContractRefs,
  storage: ObjectArgument,
  epoch: number,
): TransactionResult {
  return storageResource.splitByEpoch(tx, refs.packageId, { storage, splitEpoch: epoch });
}

/**
 * Cuts a reservation in size.
 *
 * @param storage - keeps `size` bytes
 * @returns the `Storage` of the other bytes
 */
export function splitStorageBySize(
  tx: Transaction,
  refs: ContractRefs,
  storage: ObjectArgument,
  size: number | bigint,
): TransactionResult {
  return storageResource.splitBySize(tx, refs.packageId, { storage, splitSize: size });
}

/**
 * Joins two reservations of equal size whose periods touch.
 *
 * @param first - is the result
 * @param second - is used up
 */
export function fuseStoragePeriods(
  tx: Transaction,
  refs: ContractRefs,
  first: ObjectArgument,
  second: ObjectArgument,
): void {
  storageResource.fusePeriods(tx, refs.packageId, { first, second });
}

/**
 * Joins two reservations of the same period.
 *
 * @param first - is the result
 * @param second - is used up
 */
export function fuseStorageAmount(
  tx: Transaction,
  refs: ContractRefs,
  first: ObjectArgument,
  second: ObjectArgument,
): void {
  storageResource.fuseAmount(tx, refs.packageId, { first, second });
}

/**
 * Joins two reservations: by size if they begin together, otherwise in time.
 *
 * @param first - is the result
 * @param second - is used up
 */
export function fuseStorage(
  tx: Transaction,
  refs: ContractRefs,
  first: ObjectArgument,
  second: ObjectArgument,
): void {
  storageResource.fuse(tx, refs.packageId, { first, second });
}

/** Throws a reservation away; nothing is refunded. */
export function destroyStorage(tx: Transaction, refs: ContractRefs, storage: ObjectArgument): void {
  storageResource.destroy(tx, refs.packageId, { storage });
}
