import type { Transaction, TransactionResult } from '@mysten/sui/transactions';
import { blobIdToInt, storageUnits, type BlobId } from '@walrus-ts/core';
import * as blobModule from '../generated/walrus/blob.js';
import * as system from '../generated/walrus/system.js';
import type { ObjectArgument } from '../move/call.js';
import { u256 } from '../move/layout.js';
import { withPayment, type ContractRefs } from './payment.js';
import { storageCost } from './storage.js';

/** What a blob needs to be registered. */
export interface RegisterBlobParameters {
  readonly blobId: BlobId;
  /** 32 bytes. */
  readonly rootHash: Uint8Array;
  /** Unencoded size in bytes. */
  readonly size: number | bigint;
  /** Encoded size in bytes, what the write price is charged for. */
  readonly encodedSize: number | bigint;
  readonly isDeletable: boolean;
}

const ENCODING_TYPE_RS2 = 1;

/** The arguments that every function takes which registers a blob. */
export function registrationArguments(blob: RegisterBlobParameters) {
  return {
    blobId: blobIdToInt(blob.blobId),
    rootHash: u256.parse(blob.rootHash),
    encodingType: ENCODING_TYPE_RS2,
    deletable: blob.isDeletable,
  };
}

/**
 * Registers a blob in a storage reservation.
 *
 * @param storage - `Storage` value or object
 * @param writePrice - FROST per unit
 * @returns the `Blob` value
 */
export function registerBlob(
  tx: Transaction,
  refs: ContractRefs,
  storage: ObjectArgument,
  blob: RegisterBlobParameters,
  writePrice: bigint,
): TransactionResult {
  const cost = storageUnits(blob.encodedSize) * writePrice;
  return withPayment(tx, refs, cost, (writePayment) =>
    system.registerBlob(tx, refs.packageId, {
      self: refs.systemObject,
      storage,
      ...registrationArguments(blob),
      size: blob.size,
      writePayment,
    }),
  );
}

/** A certificate as the contract takes it. */
export interface ContractCertificate {
  /** Aggregate BLS signature, 96 bytes. */
  readonly signature: Uint8Array;
  readonly signersBitmap: Uint8Array;
  readonly message: Uint8Array;
}

/** Certifies a registered blob. */
export function certifyBlob(
  tx: Transaction,
  refs: ContractRefs,
  blob: ObjectArgument,
  certificate: ContractCertificate,
): void {
  system.certifyBlob(tx, refs.packageId, { self: refs.systemObject, blob, ...certificate });
}

/** Has the network refuse a blob whose slivers do not fit its ID. */
export function invalidateBlobId(
  tx: Transaction,
  refs: ContractRefs,
  certificate: ContractCertificate,
): void {
  system.invalidateBlobId(tx, refs.packageId, {
    system: refs.systemObject,
    signature: certificate.signature,
    membersBitmap: certificate.signersBitmap,
    message: certificate.message,
  });
}

/** Deletes a deletable blob. @returns its `Storage` value */
export function deleteBlob(
  tx: Transaction,
  refs: ContractRefs,
  blob: ObjectArgument,
): TransactionResult {
  return system.deleteBlob(tx, refs.packageId, { self: refs.systemObject, blob });
}

/** Destroys the records of blobs and their storage; the data stays until its end. */
export function burnBlobs(
  tx: Transaction,
  refs: ContractRefs,
  blobs: readonly ObjectArgument[],
): void {
  for (const self of blobs) blobModule.burn(tx, refs.packageId, { self });
}

/** Most blobs that {@link burnBlobs} takes in one transaction. */
export const MAX_BURNS_PER_TRANSACTION = 1000;

/** Buys more epochs for a certified blob. */
export function extendBlob(
  tx: Transaction,
  refs: ContractRefs,
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
  withPayment(tx, refs, storageCost(storageSize, epochs, storagePrice), (payment) =>
    system.extendBlob(tx, refs.packageId, {
      self: refs.systemObject,
      blob: blobObject,
      extendedEpochs: epochs,
      payment,
    }),
  );
}

/**
 * Extends a certified blob with a reservation that begins where the blob's ends.
 *
 * @param extension - `Storage` of the same size; is used up
 */
export function extendBlobWithStorage(
  tx: Transaction,
  refs: ContractRefs,
  blob: ObjectArgument,
  extension: ObjectArgument,
): void {
  system.extendBlobWithResource(tx, refs.packageId, { self: refs.systemObject, blob, extension });
}
