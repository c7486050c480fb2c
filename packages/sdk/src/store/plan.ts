import type { BlobObject, StorageResource, SystemState } from '@walrus-ts/chain';
import { encodedLength, storageUnits, type BlobId } from '@walrus-ts/core';
import { SdkError } from '../errors.js';

/** What has to be bought, and what is there already, to have a blob registered until an epoch. */
export type ResourceOperation =
  | {
      readonly kind: 'registerFromScratch';
      readonly encodedLength: number;
      readonly epochsAhead: number;
    }
  | {
      readonly kind: 'reuseStorage';
      readonly encodedLength: number;
      readonly storage: StorageResource;
    }
  | {
      readonly kind: 'reuseRegistration';
      readonly encodedLength: number;
      readonly blob: BlobObject;
    }
  /** The blob is certified but ends too early. */
  | {
      readonly kind: 'reuseAndExtend';
      readonly encodedLength: number;
      readonly epochsExtended: number;
      readonly blob: BlobObject;
    }
  /** The blob is registered only, and ends too early. */
  | {
      readonly kind: 'reuseAndExtendNonCertified';
      readonly encodedLength: number;
      readonly epochsExtended: number;
      readonly blob: BlobObject;
    };

/** The plan, or the finding that there is nothing to do. */
export type ResourcePlan =
  | { readonly kind: 'operation'; readonly operation: ResourceOperation; readonly cost: bigint }
  | { readonly kind: 'alreadyCertified'; readonly blob: BlobObject };

/** What to plan for. */
export interface PlanParameters {
  readonly system: SystemState;
  readonly blobId: BlobId;
  /** Unencoded size in bytes. */
  readonly size: number;
  readonly epochsAhead: number;
  readonly isDeletable: boolean;
  readonly isForced: boolean;
  /** The wallet's blobs and free storage; empty to reuse nothing. */
  readonly ownedBlobs: readonly BlobObject[];
  readonly ownedStorage: readonly StorageResource[];
}

/**
 * Checks a number of epochs against what the network sells.
 *
 * @throws SDK_INVALID_EPOCHS
 */
export function checkEpochs(epochs: number, system: Pick<SystemState, 'maxEpochsAhead'>): void {
  if (!Number.isInteger(epochs) || epochs < 1 || epochs > system.maxEpochsAhead) {
    throw new SdkError(
      'SDK_INVALID_EPOCHS',
      `the number of epochs must be 1 to ${system.maxEpochsAhead}, not ${epochs}`,
      { hint: 'use --epochs max for as long as possible' },
    );
  }
}

/**
 * Computes the price of storing a blob, in FROST.
 *
 * @param size - unencoded size in bytes
 * @returns encoded bytes, cost of the storage and of the registration
 * @see spec client.md §7
 */
export function storageCost(
  system: SystemState,
  size: number,
  epochs: number,
): { readonly encodedLength: number; readonly storage: bigint; readonly write: bigint } {
  const encoded = encodedLength(system.nShards, size);
  const units = storageUnits(encoded);
  return {
    encodedLength: encoded,
    storage: units * system.storagePrice * BigInt(epochs),
    write: units * system.writePrice,
  };
}

/**
 * Finds the cheapest way to have the blob registered, reusing what the wallet holds.
 *
 * @see spec client.md §7
 */
export function planResources(parameters: PlanParameters): ResourcePlan {
  const { system, blobId, size, epochsAhead, isDeletable } = parameters;
  const target = system.epoch + epochsAhead;
  const price = storageCost(system, size, epochsAhead);
  const length = price.encodedLength;

  const same = parameters.ownedBlobs
    .filter(
      (blob) =>
        blob.blobId === blobId &&
        blob.isDeletable === isDeletable &&
        blob.storage.endEpoch > system.epoch &&
        !(parameters.isForced && blob.certifiedEpoch !== undefined),
    )
    // The one that ends last, certified before uncertified, needs least.
    .toSorted(
      (a, b) =>
        b.storage.endEpoch - a.storage.endEpoch ||
        Number(b.certifiedEpoch !== undefined) - Number(a.certifiedEpoch !== undefined),
    );
  const [blob] = same;
  if (blob !== undefined) {
    const missing = target - blob.storage.endEpoch;
    if (missing <= 0) {
      if (blob.certifiedEpoch !== undefined) return { kind: 'alreadyCertified', blob };
      const operation = { kind: 'reuseRegistration', encodedLength: length, blob } as const;
      return { kind: 'operation', operation, cost: 0n };
    }
    const units = storageUnits(blob.storage.storageSize);
    const operation = {
      kind: blob.certifiedEpoch === undefined ? 'reuseAndExtendNonCertified' : 'reuseAndExtend',
      encodedLength: length,
      epochsExtended: missing,
      blob,
    } as const;
    return { kind: 'operation', operation, cost: units * system.storagePrice * BigInt(missing) };
  }

  const [storage] = parameters.ownedStorage
    .filter(
      (resource) =>
        resource.startEpoch <= system.epoch &&
        resource.endEpoch >= target &&
        resource.storageSize >= BigInt(length),
    )
    .toSorted((a, b) => Number(a.storageSize - b.storageSize) || a.endEpoch - b.endEpoch);
  if (storage !== undefined) {
    const operation = { kind: 'reuseStorage', encodedLength: length, storage } as const;
    return { kind: 'operation', operation, cost: price.write };
  }
  return {
    kind: 'operation',
    operation: { kind: 'registerFromScratch', encodedLength: length, epochsAhead },
    cost: price.storage + price.write,
  };
}
