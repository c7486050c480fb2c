import type { InferBcsType } from '@mysten/bcs';
import type { Address } from '@walrus-ts/core';
import { parseBlobObject, type BlobObject, type StorageResource } from './blobs.js';
import { Blob } from './generated/walrus/blob.js';
import { StakedWal } from './generated/walrus/staked-wal.js';
import { StorageNodeCap } from './generated/walrus/storage-node.js';
import { StoragePool } from './generated/walrus/storage-pool.js';
import { Storage } from './generated/walrus/storage-resource.js';
import type { Tagged } from './move/layout.js';
import { paginate, type ListOptions } from './paging.js';
import type { Rpc } from './rpc.js';

/** A stake with a node. */
export interface StakedWalObject {
  readonly id: Address;
  readonly nodeId: Address;
  /** Whether its withdrawal was requested, and the epoch from which on it can be withdrawn. */
  readonly state:
    | { readonly kind: 'staked' }
    | { readonly kind: 'withdrawing'; readonly withdrawEpoch: number };
  /** FROST. */
  readonly principal: bigint;
  /** Epoch from which on it earns. */
  readonly activationEpoch: number;
}

/** The right to act for a node. */
export interface NodeCapability {
  readonly capability: Address;
  readonly nodeId: Address;
  /** Last epoch for which the node reported that it holds its shards. */
  readonly lastEpochSyncDone: number;
}

async function* listOwned<T>(
  rpc: Rpc,
  owner: Address,
  type: string,
  parse: (content: Uint8Array) => T,
  options?: ListOptions,
): AsyncGenerator<T, void, undefined> {
  yield* paginate(
    rpc,
    async ({ cursor, limit, signal }) => {
      const page = await rpc.sui.core.listOwnedObjects({
        owner,
        type,
        cursor,
        limit,
        include: { content: true },
        signal,
      });
      return { ...page, items: page.objects.map((object) => parse(object.content)) };
    },
    options,
  );
}

const tagOf = (layout: Tagged, originalPackageId: Address) => layout.tag(originalPackageId);

function toStakedWal(value: InferBcsType<typeof StakedWal>): StakedWalObject {
  const { state } = value;
  return {
    ...value,
    state:
      state.$kind === 'Staked'
        ? { kind: 'staked' }
        : { kind: 'withdrawing', withdrawEpoch: state.Withdrawing.withdrawEpoch },
  };
}

/** Lists the blob objects of an owner, in no particular order. */
export const listBlobs = (
  rpc: Rpc,
  originalPackageId: Address,
  owner: Address,
  options?: ListOptions,
): AsyncGenerator<BlobObject, void, undefined> =>
  listOwned(rpc, owner, tagOf(Blob, originalPackageId), parseBlobObject, options);

/** Lists the free storage resources of an owner. */
export const listStorage = (
  rpc: Rpc,
  originalPackageId: Address,
  owner: Address,
  options?: ListOptions,
): AsyncGenerator<StorageResource, void, undefined> =>
  listOwned(
    rpc,
    owner,
    tagOf(Storage, originalPackageId),
    (content) => Storage.parse(content),
    options,
  );

/** Lists the stakes of an owner. */
export const listStakedWal = (
  rpc: Rpc,
  originalPackageId: Address,
  owner: Address,
  options?: ListOptions,
): AsyncGenerator<StakedWalObject, void, undefined> =>
  listOwned(
    rpc,
    owner,
    tagOf(StakedWal, originalPackageId),
    (content) => toStakedWal(StakedWal.parse(content)),
    options,
  );

/** Lists the node capabilities of an owner. */
export const listNodeCapabilities = (
  rpc: Rpc,
  originalPackageId: Address,
  owner: Address,
  options?: ListOptions,
): AsyncGenerator<NodeCapability, void, undefined> =>
  listOwned(
    rpc,
    owner,
    tagOf(StorageNodeCap, originalPackageId),
    (content) => {
      const { id, nodeId, lastEpochSyncDone } = StorageNodeCap.parse(content);
      return { capability: id, nodeId, lastEpochSyncDone };
    },
    options,
  );

/** Lists the object IDs of the storage pools of an owner. */
export const listStoragePools = (
  rpc: Rpc,
  originalPackageId: Address,
  owner: Address,
  options?: ListOptions,
): AsyncGenerator<Address, void, undefined> =>
  listOwned(
    rpc,
    owner,
    tagOf(StoragePool, originalPackageId),
    (content) => StoragePool.parse(content).id,
    options,
  );
