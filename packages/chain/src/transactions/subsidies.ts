import type { Transaction, TransactionResult } from '@mysten/sui/transactions';
import type { Address } from '@walrus-ts/core';
import * as credits from '../generated/subsidies/subsidies.js';
import * as walrusSubsidies from '../generated/walrus-subsidies/walrus-subsidies.js';
import type { ObjectArgument } from '../move/call.js';
import { walCoin, type ContractRefs } from './payment.js';
import { storageCost } from './storage.js';

/** The pot of credits that pays a part of what buyers owe. */
export interface CreditsRefs {
  /** Package `subsidies`. */
  readonly packageId: Address;
  readonly subsidiesObject: Address;
  /** Gets what the pot pays back. */
  readonly refundTo: Address;
}

/**
 * Buys storage with the help of credits.
 *
 * @param parameters - encoded bytes, epochs, FROST per unit and epoch
 * @returns the `Storage` value, to be used or transferred
 */
export function reserveSpaceWithCredits(
  tx: Transaction,
  refs: ContractRefs,
  pot: CreditsRefs,
  parameters: {
    readonly encodedSize: number | bigint;
    readonly epochs: number;
    readonly storagePrice: bigint;
  },
): TransactionResult {
  const { encodedSize, epochs, storagePrice } = parameters;
  const payment = walCoin(tx, refs, storageCost(encodedSize, epochs, storagePrice));
  const storage = credits.reserveSpace(tx, pot.packageId, {
    self: pot.subsidiesObject,
    system: refs.systemObject,
    storageAmount: encodedSize,
    epochsAhead: epochs,
    payment,
  });
  tx.transferObjects([payment], pot.refundTo);
  return storage;
}

/** Buys more epochs for a certified blob with the help of credits. */
export function extendBlobWithCredits(
  tx: Transaction,
  refs: ContractRefs,
  pot: CreditsRefs,
  parameters: {
    readonly blobObject: ObjectArgument;
    /** Bytes of the blob's storage resource, what the price is charged for. */
    readonly storageSize: bigint;
    readonly epochs: number;
    /** FROST per unit and epoch. */
    readonly storagePrice: bigint;
  },
): void {
  const { blobObject, storageSize, epochs, storagePrice } = parameters;
  const payment = walCoin(tx, refs, storageCost(storageSize, epochs, storagePrice));
  credits.extendBlob(tx, pot.packageId, {
    self: pot.subsidiesObject,
    system: refs.systemObject,
    blob: blobObject,
    epochsAhead: epochs,
    payment,
  });
  tx.transferObjects([payment], pot.refundTo);
}

/**
 * Adds to the pot of credits; anybody may.
 *
 * @param amount - FROST
 */
export function fundCredits(
  tx: Transaction,
  refs: ContractRefs,
  pot: Omit<CreditsRefs, 'refundTo'>,
  amount: bigint,
): void {
  credits.addFunds(tx, pot.packageId, {
    self: pot.subsidiesObject,
    funds: walCoin(tx, refs, amount),
  });
}

/** The pot that pays storage nodes on top of what users pay. */
export interface SubsidiesRefs {
  /** Package `walrus_subsidies`. */
  readonly packageId: Address;
  readonly subsidiesObject: Address;
}

/** Pays out the subsidies that are due; anybody may ask for it. */
export function processSubsidies(tx: Transaction, refs: ContractRefs, pot: SubsidiesRefs): void {
  walrusSubsidies.processSubsidies(tx, pot.packageId, {
    self: pot.subsidiesObject,
    staking: refs.stakingObject,
    system: refs.systemObject,
  });
}

/**
 * Adds to the pot of subsidies; anybody may.
 *
 * @param amount - FROST
 */
export function fundSubsidies(
  tx: Transaction,
  refs: ContractRefs,
  pot: SubsidiesRefs,
  amount: bigint,
): void {
  walrusSubsidies.addCoin(tx, pot.packageId, {
    self: pot.subsidiesObject,
    funds: walCoin(tx, refs, amount),
  });
}
