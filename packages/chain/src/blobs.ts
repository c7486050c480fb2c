import type { InferBcsType } from '@mysten/bcs';
import { blobIdFromInt, type Address, type BlobId } from '@walrus-ts/core';
import { Blob } from './generated/walrus/blob.js';
import { Metadata } from './generated/walrus/metadata.js';
import { Storage } from './generated/walrus/storage-resource.js';
import { bytes } from './move/layout.js';
import type { CallOptions, Rpc } from './rpc.js';

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

/** A blob object in the words of this software. */
export function toBlobObject(value: InferBcsType<typeof Blob>): BlobObject {
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

/** Pages read at most: 1000 pages of 50 objects. */
const MAX_PAGES = 1000;

async function owned<T>(
  rpc: Rpc,
  owner: Address,
  type: string,
  parse: (content: Uint8Array) => T,
  options?: CallOptions,
): Promise<T[]> {
  const found: T[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MAX_PAGES; page++) {
    const result: Awaited<ReturnType<typeof readPage>> = await readPage(
      rpc,
      owner,
      type,
      cursor,
      options,
    );
    for (const object of result.objects) found.push(parse(object.content));
    if (!result.hasNextPage) break;
    cursor = result.cursor;
  }
  return found;
}

const readPage = (
  rpc: Rpc,
  owner: Address,
  type: string,
  cursor: string | null,
  options?: CallOptions,
) =>
  rpc.call(
    (signal) =>
      rpc.sui.core.listOwnedObjects({ owner, type, cursor, include: { content: true }, signal }),
    options,
  );

/** Lists the blob objects of an owner, in no particular order. */
export function readOwnedBlobs(
  rpc: Rpc,
  originalPackageId: Address,
  owner: Address,
  options?: CallOptions,
): Promise<BlobObject[]> {
  return owned(rpc, owner, Blob.tag(originalPackageId), parseBlobObject, options);
}

/** Lists the free storage resources of an owner. */
export function readOwnedStorage(
  rpc: Rpc,
  originalPackageId: Address,
  owner: Address,
  options?: CallOptions,
): Promise<StorageResource[]> {
  return owned(
    rpc,
    owner,
    Storage.tag(originalPackageId),
    (content) => Storage.parse(content),
    options,
  );
}

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
  const name = {
    type: 'vector<u8>',
    bcs: bytes.serialize(new TextEncoder().encode('metadata')).toBytes(),
  };
  const value = await rpc.dynamicField(blobObject, name, options);
  if (value === undefined) return undefined;
  return Metadata.parse(value).metadata;
}
