import {
  WalrusError,
  blobIdFromInt,
  normalizeAddress,
  type Address,
  type BlobId,
} from '@walrus-ts/core';
import type { StorageResource } from './blobs.js';
import { Subsidies } from './generated/subsidies/subsidies.js';
import { Exchange } from './generated/wal-exchange/wal-exchange.js';
import { PooledBlob, StoragePool, StoragePoolInnerV1 } from './generated/walrus/storage-pool.js';
import {
  SubsidiesInnerKey,
  WalrusSubsidies,
} from './generated/walrus-subsidies/walrus-subsidies.js';
import { WalrusSubsidiesInnerV1 } from './generated/walrus-subsidies/walrus-subsidies-inner.js';
import { paginate, type ListOptions } from './paging.js';
import {
  readObject,
  versionedState,
  type CallOptions,
  type ObjectContents,
  type Rpc,
} from './rpc.js';

/** Objects per request that a full node accepts. */
export const OBJECTS_PER_REQUEST = 50;

/** A dynamic field of an object. */
export interface DynamicFieldEntry {
  /** Move type and BCS of the field's name. */
  readonly name: { readonly type: string; readonly bcs: Uint8Array };
  readonly valueType: string;
  /** The object that the field holds; undefined if it holds a plain value. */
  readonly childId: Address | undefined;
}

/** Lists the dynamic fields of an object, such as the entries of a table. */
export async function* listDynamicFields(
  rpc: Rpc,
  parentId: Address,
  options?: ListOptions,
): AsyncGenerator<DynamicFieldEntry, void, undefined> {
  yield* paginate(
    rpc,
    async ({ cursor, limit, signal }) => {
      const page = await rpc.sui.core.listDynamicFields({ parentId, cursor, limit, signal });
      return {
        ...page,
        items: page.dynamicFields.map(({ name, valueType, childId }) => ({
          name,
          valueType,
          childId: childId === undefined ? undefined : normalizeAddress(childId),
        })),
      };
    },
    options,
  );
}

/** Lists the objects that an object table or bag holds, with their contents. */
export async function* listChildren(
  rpc: Rpc,
  parentId: Address,
  options: ListOptions = {},
): AsyncGenerator<ObjectContents, void, undefined> {
  const { pageSize = OBJECTS_PER_REQUEST } = options;
  const most = Math.min(pageSize, OBJECTS_PER_REQUEST);
  let ids: Address[] = [];
  for await (const { childId } of listDynamicFields(rpc, parentId, options)) {
    if (childId !== undefined) ids.push(childId);
    if (ids.length < most) continue;
    yield* await rpc.objects(ids, options);
    ids = [];
  }
  if (ids.length > 0) yield* await rpc.objects(ids, options);
}

/** Storage that many blobs share. */
export interface StoragePoolState {
  readonly id: Address;
  readonly storage: StorageResource;
  /** Encoded bytes in use. */
  readonly usedBytes: bigint;
  readonly blobCount: bigint;
  /** Table of the blobs. */
  readonly blobsTable: Address;
}

/** A blob of a storage pool. */
export interface PooledBlobObject {
  readonly id: Address;
  readonly registeredEpoch: number;
  readonly blobId: BlobId;
  /** Unencoded size in bytes. */
  readonly size: bigint;
  readonly encodingType: number;
  readonly certifiedEpoch: number | undefined;
  readonly isDeletable: boolean;
  readonly storagePoolId: Address;
}

/**
 * Reads a storage pool.
 *
 * @throws CHAIN_NOT_FOUND, CHAIN_WRONG_OBJECT
 */
export async function readStoragePool(
  rpc: Rpc,
  objectId: Address,
  options?: CallOptions,
): Promise<StoragePoolState> {
  const { value } = await readObject(rpc, objectId, StoragePool, 'storage pool', options);
  const { id, version } = value;
  const inner = StoragePoolInnerV1.parse(await versionedState(rpc, objectId, version, options));
  return {
    id,
    storage: inner.storage,
    usedBytes: inner.usedEncodedBytes,
    blobCount: inner.blobCount,
    blobsTable: inner.blobs.id,
  };
}

/** Lists the blobs of a storage pool. */
export async function* listPooledBlobs(
  rpc: Rpc,
  storagePool: Address,
  options?: ListOptions,
): AsyncGenerator<PooledBlobObject, void, undefined> {
  const { blobsTable } = await readStoragePool(rpc, storagePool, options);
  for await (const { content } of listChildren(rpc, blobsTable, options)) {
    const { blobId, unencodedSize, certifiedEpoch, deletable, ...rest } = PooledBlob.parse(content);
    yield {
      ...rest,
      blobId: blobIdFromInt(blobId),
      size: unencodedSize,
      certifiedEpoch: certifiedEpoch ?? undefined,
      isDeletable: deletable,
    };
  }
}

/** An exchange of SUI and WAL. */
export interface ExchangeState {
  readonly id: Address;
  /** Package to call. */
  readonly packageId: Address;
  /** FROST held. */
  readonly wal: bigint;
  /** MIST held. */
  readonly sui: bigint;
  /** So many FROST are worth so many MIST. */
  readonly rate: { readonly wal: bigint; readonly sui: bigint };
  /** Capability that may set the rate. */
  readonly adminCapability: Address;
}

/**
 * Reads an exchange.
 *
 * @throws CHAIN_NOT_FOUND, CHAIN_WRONG_OBJECT
 */
export async function readExchange(
  rpc: Rpc,
  objectId: Address,
  options?: CallOptions,
): Promise<ExchangeState> {
  const { value, originalPackageId } = await readObject(
    rpc,
    objectId,
    Exchange,
    'exchange',
    options,
  );
  const { admin, ...rest } = value;
  return { ...rest, packageId: originalPackageId, adminCapability: admin };
}

/** The pot of credits, which pays a part of what buyers owe. */
export interface CreditsState {
  readonly id: Address;
  /** Package to call. */
  readonly packageId: Address;
  /** Part of the price paid for the buyer, basis points. */
  readonly buyerRate: number;
  /** Part of the price paid to the nodes on top, basis points. */
  readonly systemRate: number;
  /** FROST held. */
  readonly funds: bigint;
}

/**
 * Reads a pot of credits (package `subsidies`).
 *
 * @throws CHAIN_NOT_FOUND, CHAIN_WRONG_OBJECT
 */
export async function readCredits(
  rpc: Rpc,
  objectId: Address,
  options?: CallOptions,
): Promise<CreditsState> {
  const { value } = await readObject(rpc, objectId, Subsidies, 'object of credits', options);
  return {
    id: value.id,
    packageId: value.packageId,
    buyerRate: value.buyerSubsidyRate,
    systemRate: value.systemSubsidyRate,
    funds: value.subsidyPool,
  };
}

/** The pot that pays storage nodes on top of what users pay. */
export interface SubsidiesState {
  readonly id: Address;
  /** Package to call. */
  readonly packageId: Address;
  /** Added to what users paid, basis points. */
  readonly systemRate: number;
  /** FROST per node and epoch. */
  readonly baseSubsidy: bigint;
  /** FROST per shard and epoch. */
  readonly subsidyPerShard: bigint;
  /** FROST held. */
  readonly funds: bigint;
  /** Newest epoch whose fixed subsidies were paid. */
  readonly latestEpoch: number;
}

/**
 * Reads a pot of subsidies (package `walrus_subsidies`).
 *
 * @throws CHAIN_NOT_FOUND, CHAIN_WRONG_OBJECT
 */
export async function readSubsidies(
  rpc: Rpc,
  objectId: Address,
  options?: CallOptions,
): Promise<SubsidiesState> {
  const { value, originalPackageId } = await readObject(
    rpc,
    objectId,
    WalrusSubsidies,
    'object of subsidies',
    options,
  );
  const name = {
    type: SubsidiesInnerKey.tag(originalPackageId),
    bcs: SubsidiesInnerKey.serialize({ dummyField: false }).toBytes(),
  };
  const content = await rpc.dynamicField(objectId, name, options);
  if (content === undefined) {
    throw new WalrusError('CHAIN_NOT_FOUND', `object ${objectId} has no state of subsidies`);
  }
  const inner = WalrusSubsidiesInnerV1.parse(content);
  return {
    id: value.id,
    packageId: value.packageId,
    systemRate: inner.systemSubsidyRate,
    baseSubsidy: inner.baseSubsidy,
    subsidyPerShard: inner.subsidyPerShard,
    funds: inner.subsidyPool,
    latestEpoch: inner.latestEpoch,
  };
}
