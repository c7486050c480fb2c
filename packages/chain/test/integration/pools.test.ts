import {
  abortOf,
  burnExpiredPooledBlob,
  certifyPooledBlob,
  createStoragePool,
  createStoragePoolWithStorage,
  decreaseStoragePoolCapacity,
  deletePooledBlob,
  destroyStoragePool,
  extendStoragePool,
  increaseStoragePoolCapacity,
  increaseStoragePoolCapacityWithStorage,
  registerPooledBlob,
  reserveSpace,
  type PooledBlobObject,
} from '@walrus-ts/chain';
import type { Address } from '@walrus-ts/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { created, startWorld, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.close());

const UNIT = 1_048_576n;

async function blobsOf(pool: Address, pageSize: number): Promise<PooledBlobObject[]> {
  const found: PooledBlobObject[] = [];
  for await (const blob of world.chain.listPooledBlobs(pool, { pageSize })) found.push(blob);
  return found;
}

it('a storage pool is bought, filled, changed in size and time, emptied and ended', async () => {
  const { chain, refs, run, owner } = world;
  const { epoch, storagePrice, writePrice } = await chain.system();
  const pool = created(
    await run((tx) => {
      const made = createStoragePool(tx, refs, { capacity: 4n * UNIT, epochs: 2, storagePrice });
      tx.transferObjects([made], owner);
    }),
    '::StoragePool',
  );
  const blobs = [world.newBlob(), world.newBlob(), world.newBlob()];
  const registered = await run((tx) => {
    for (const blob of blobs) registerPooledBlob(tx, refs, pool, blob, writePrice);
  });
  expect(registered.events.map(({ type }) => type)).toEqual(
    blobs.map(() => 'PooledBlobRegistered'),
  );

  const listed = await blobsOf(pool, 2);
  expect(listed.map(({ blobId }) => blobId).toSorted()).toEqual(
    blobs.map(({ blobId }) => blobId).toSorted(),
  );
  const [first] = blobs;
  const object = listed.find(({ blobId }) => blobId === first?.blobId);
  if (first === undefined || object === undefined) throw new Error('the blob is not listed');
  expect(object).toMatchObject({
    size: 1000n,
    certifiedEpoch: undefined,
    isDeletable: true,
    storagePoolId: pool,
  });
  const certificate = await world.certificate(first.blobId, object.id);
  await run((tx) => certifyPooledBlob(tx, refs, pool, first.blobId, certificate));
  expect((await blobsOf(pool, 50)).filter(({ certifiedEpoch }) => certifiedEpoch === epoch)) //
    .toHaveLength(1);

  await run((tx) => {
    extendStoragePool(tx, refs, pool, { capacity: 4n * UNIT, epochs: 3, storagePrice });
    increaseStoragePoolCapacity(tx, refs, pool, {
      additionalCapacity: 2n * UNIT,
      epochs: 5,
      storagePrice,
    });
    const storage = reserveSpace(tx, refs, { encodedSize: UNIT, epochs: 5, storagePrice });
    increaseStoragePoolCapacityWithStorage(tx, refs, pool, storage);
  });
  const usedBytes = BigInt(blobs.reduce((sum, { encodedSize }) => sum + encodedSize, 0));
  expect(await chain.storagePool(pool)).toMatchObject({
    id: pool,
    storage: { startEpoch: epoch, endEpoch: epoch + 5, storageSize: 7n * UNIT },
    usedBytes,
    blobCount: 3n,
  });

  const early = await run((tx) => burnExpiredPooledBlob(tx, refs, pool, first.blobId)).catch(
    (error: unknown) => error,
  );
  expect(abortOf(early)?.package).toBe('walrus');
  const freed = await run((tx) => {
    for (const { blobId } of blobs) deletePooledBlob(tx, refs, pool, blobId);
    tx.transferObjects([decreaseStoragePoolCapacity(tx, refs, pool, 3n * UNIT)], owner);
  });
  expect(freed.events.filter(({ type }) => type === 'PooledBlobDeleted')).toHaveLength(3);
  expect(await blobsOf(pool, 50)).toEqual([]);
  await run((tx) => {
    tx.transferObjects([destroyStoragePool(tx, refs, pool)], owner);
  });
  const sizes = (await chain.ownedStorage(owner)).map(({ storageSize }) => storageSize);
  expect(new Set(sizes)).toEqual(new Set([3n * UNIT, 4n * UNIT]));

  const [storage] = await chain.ownedStorage(owner);
  if (storage === undefined) throw new Error('no storage came back');
  const again = await run((tx) => {
    const made = createStoragePoolWithStorage(tx, refs, storage.id);
    tx.transferObjects([made], owner);
  });
  const pools: Address[] = [];
  for await (const id of chain.listStoragePools(owner)) pools.push(id);
  expect(pools).toEqual([created(again, '::StoragePool')]);
});
