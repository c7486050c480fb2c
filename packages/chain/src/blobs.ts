import type { InferBcsType } from '@mysten/bcs';
import { blobIdFromInt, type Address, type BlobId } from '@walrus-ts/core';
import { Blob } from './generated/walrus/blob.js';
import { Metadata } from './generated/walrus/metadata.js';
import { SharedBlob } from './generated/walrus/shared-blob.js';
import { bytes } from './move/layout.js';
import { readObject, type CallOptions, type Rpc } from './rpc.js';

/** A storage reservation: bytes for a range of epochs. */
export interface StorageResource {
  readonly id: Address;
  readonly startEpoch: number;
  /** Exclusive. */
  readonly endEpoch: number;
  /** Encoded bytes. */
  readonly storageSize: bigint;
}

/** The on-chain record of one copy of a blob. */
export interface BlobObject {
  readonly id: Address;
  readonly registeredEpoch: number;
  readonly blobId: BlobId;
  /** Unencoded size in bytes. */
  readonly size: bigint;
  readonly encodingType: number;
  readonly certifiedEpoch: number | undefined;
  readonly storage: StorageResource;
  readonly isDeletable: boolean;
}

/** A blob that anybody may fund and extend. */
export interface SharedBlobObject {
  readonly id: Address;
  readonly blob: BlobObject;
  /** FROST. */
  readonly funds: bigint;
}

function toBlobObject(value: InferBcsType<typeof Blob>): BlobObject {
  const { blobId, certifiedEpoch, deletable, ...rest } = value;
  return {
    ...rest,
    blobId: blobIdFromInt(blobId),
    certifiedEpoch: certifiedEpoch ?? undefined,
    isDeletable: deletable,
  };
}

/**
 * Parses the contents of a blob object.
 *
 * @param content - BCS as the chain gives it
 */
export function parseBlobObject(content: Uint8Array): BlobObject {
  return toBlobObject(Blob.parse(content));
}

/**
 * Reads a blob object.
 *
 * @throws CHAIN_NOT_FOUND, CHAIN_WRONG_OBJECT
 */
export async function readBlob(
  rpc: Rpc,
  objectId: Address,
  options?: CallOptions,
): Promise<BlobObject> {
  return toBlobObject((await readObject(rpc, objectId, Blob, 'blob', options)).value);
}

/**
 * Reads a shared blob.
 *
 * @throws CHAIN_NOT_FOUND, CHAIN_WRONG_OBJECT
 */
export async function readSharedBlob(
  rpc: Rpc,
  objectId: Address,
  options?: CallOptions,
): Promise<SharedBlobObject> {
  const { value } = await readObject(rpc, objectId, SharedBlob, 'shared blob', options);
  const { id, blob, funds } = value;
  return { id, blob: toBlobObject(blob), funds };
}

/** Name of the dynamic field that holds a blob's attributes. */
const ATTRIBUTES_FIELD = {
  type: 'vector<u8>',
  bcs: bytes.serialize(new TextEncoder().encode('metadata')).toBytes(),
};

/**
 * Reads a blob's attributes.
 *
 * @returns `undefined` if the blob never had any
 */
export async function readBlobAttributes(
  rpc: Rpc,
  blobObject: Address,
  options?: CallOptions,
): Promise<Map<string, string> | undefined> {
  const value = await rpc.dynamicField(blobObject, ATTRIBUTES_FIELD, options);
  return value === undefined ? undefined : Metadata.parse(value).metadata;
}
