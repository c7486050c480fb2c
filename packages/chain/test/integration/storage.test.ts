import {
  abortOf,
  addBlobAttributes,
  burnBlobs,
  clearBlobAttributes,
  deleteBlob,
  destroyStorage,
  extendBlob,
  extendBlobWithStorage,
  extendSharedBlob,
  fundSharedBlob,
  fuseStorage,
  fuseStorageAmount,
  fuseStoragePeriods,
  removeBlobAttributes,
  reserveSpace,
  reserveSpaceForEpochs,
  setBlobAttributes,
  shareBlob,
  splitStorageByEpoch,
  splitStorageBySize,
} from '@walrus-ts/chain';
import type { Address } from '@walrus-ts/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { created, startWorld, wal, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.close());

const UNIT = 1_048_576n;

describe('storage', () => {
  const shapes = async (): Promise<[number, number, bigint][]> =>
    (await world.chain.ownedStorage(world.owner))
      .map(({ startEpoch, endEpoch, storageSize }): [number, number, bigint] => [
        startEpoch,
        endEpoch,
        storageSize,
      ])
      .toSorted((a, b) => a[0] - b[0] || Number(a[2] - b[2]));

  it('is bought, split by epoch and size, fused in all ways, transferred and destroyed', async () => {
    const { chain, refs, run, owner } = world;
    const { storagePrice, epoch } = await chain.system();
    const before = await chain.balances(owner);
    const bought = await run((tx) => {
      const storage = reserveSpace(tx, refs, { encodedSize: 4n * UNIT, epochs: 6, storagePrice });
      tx.transferObjects([storage], owner);
    });
    const first = created(bought, '::Storage');
    expect((await chain.balances(owner)).wal).toBe(before.wal - 4n * 6n * storagePrice);

    const byEpoch = await run((tx) => {
      tx.transferObjects([splitStorageByEpoch(tx, refs, first, epoch + 2)], owner);
    });
    const bySize = await run((tx) => {
      tx.transferObjects([splitStorageBySize(tx, refs, first, 3n * UNIT)], owner);
    });
    const later = created(byEpoch, '::Storage');
    const smaller = created(bySize, '::Storage');
    expect(await shapes()).toEqual([
      [epoch, epoch + 2, UNIT],
      [epoch, epoch + 2, 3n * UNIT],
      [epoch + 2, epoch + 6, 4n * UNIT],
    ]);

    await run((tx) => fuseStorageAmount(tx, refs, first, smaller));
    await run((tx) => fuseStoragePeriods(tx, refs, first, later));
    expect(await shapes()).toEqual([[epoch, epoch + 6, 4n * UNIT]]);

    await run((tx) => {
      const part = splitStorageBySize(tx, refs, first, UNIT);
      fuseStorage(tx, refs, first, part);
      const coming = splitStorageByEpoch(tx, refs, first, epoch + 1);
      fuseStorage(tx, refs, first, coming);
    });
    expect(await shapes()).toEqual([[epoch, epoch + 6, 4n * UNIT]]);

    const future = await run((tx) => {
      const storage = reserveSpaceForEpochs(tx, refs, {
        encodedSize: UNIT,
        startEpoch: epoch + 3,
        endEpoch: epoch + 5,
        storagePrice,
      });
      tx.transferObjects([storage], owner);
    });
    expect((await shapes())[1]).toEqual([epoch + 3, epoch + 5, UNIT]);
    await run((tx) => {
      destroyStorage(tx, refs, first);
      destroyStorage(tx, refs, created(future, '::Storage'));
    });
    expect(await shapes()).toEqual([]);
  });

  it('decodes an abort: package, module, function, code, name, hint', async () => {
    const { refs, run, owner, chain } = world;
    const { storagePrice } = await chain.system();
    const error = await run((tx) => {
      const storage = reserveSpace(tx, refs, { encodedSize: UNIT, epochs: 54, storagePrice });
      tx.transferObjects([storage], owner);
    }).catch((caught: unknown) => caught);
    expect(abortOf(error)).toMatchObject({
      package: 'walrus',
      packageId: refs.packageId,
      module: 'system_state_inner',
      functionName: expect.any(String),
      code: 2n,
      name: 'EInvalidEpochsAhead',
      hint: expect.stringContaining('walrus info'),
    });
  });

  it('names aborts of the framework too', async () => {
    const { refs, run } = world;
    const blob = await world.storeBlob();
    await run((tx) => setBlobAttributes(tx, refs, blob, new Map([['a', '1']])));
    const error = await run((tx) => removeBlobAttributes(tx, refs, blob, ['b'])).catch(
      (caught: unknown) => caught,
    );
    expect(abortOf(error)).toMatchObject({
      package: 'sui',
      module: 'vec_map',
      name: 'EKeyDoesNotExist',
    });
  });
});

describe('blobs', () => {
  it('are extended by payment and by storage, and deleted', async () => {
    const { chain, refs, run, owner } = world;
    const { storagePrice, epoch } = await chain.system();
    const object = await world.storeBlob({ epochs: 2 });
    const { storage, certifiedEpoch } = await chain.blob(object);
    expect(certifiedEpoch).toBe(epoch);
    const { storageSize } = storage;
    await run((tx) =>
      extendBlob(tx, refs, { blobObject: object, storageSize, epochs: 3, storagePrice }),
    );
    expect((await chain.blob(object)).storage.endEpoch).toBe(epoch + 5);
    await run((tx) => {
      const extension = reserveSpaceForEpochs(tx, refs, {
        encodedSize: storageSize,
        startEpoch: epoch + 5,
        endEpoch: epoch + 7,
        storagePrice,
      });
      extendBlobWithStorage(tx, refs, object, extension);
    });
    expect((await chain.blob(object)).storage.endEpoch).toBe(epoch + 7);
    const deleted = await run((tx) => {
      tx.transferObjects([deleteBlob(tx, refs, object)], owner);
    });
    expect(deleted.events).toEqual([
      expect.objectContaining({ type: 'BlobDeleted', objectId: object, wasCertified: true }),
    ]);
    await expect(chain.blob(object)).rejects.toMatchObject({ code: 'CHAIN_NOT_FOUND' });
  });

  it('are shared, funded by anybody and extended from the funds', async () => {
    const { chain, refs, run, deployer } = world;
    const { epoch, storagePrice } = await chain.system();
    const object = await world.storeBlob({ isDeletable: false, epochs: 2 });
    const { blobId, storage } = await chain.blob(object);
    const shared = created(
      await run((tx) => shareBlob(tx, refs, object, wal(1))),
      '::shared_blob::SharedBlob',
    );
    await run((tx) => fundSharedBlob(tx, refs, shared, wal(2)), deployer);
    await run((tx) => extendSharedBlob(tx, refs, shared, 4), deployer);
    const units = (storage.storageSize + UNIT - 1n) / UNIT;
    expect(await chain.sharedBlob(shared)).toMatchObject({
      id: shared,
      blob: { blobId, id: object, storage: { endEpoch: epoch + 6 } },
      funds: wal(3) - units * 4n * storagePrice,
    });
    const other = await world.storeBlob();
    const unfunded = created(await run((tx) => shareBlob(tx, refs, other)), '::SharedBlob');
    expect((await chain.sharedBlob(unfunded)).funds).toBe(0n);
    await expect(chain.blob(unfunded)).rejects.toMatchObject({ code: 'CHAIN_WRONG_OBJECT' });
  });

  it('are burned many at a time', async () => {
    const { chain, refs, run, owner } = world;
    const objects: Address[] = [];
    for (let i = 0; i < 3; i++) objects.push(await world.storeBlob());
    await run((tx) => burnBlobs(tx, refs, objects));
    const left = (await chain.ownedBlobs(owner)).map(({ id }) => id);
    for (const object of objects) expect(left).not.toContain(object);
  });

  it('have attributes that are set, removed and cleared', async () => {
    const { chain, refs, run } = world;
    const object = await world.storeBlob();
    const attributes = async () => {
      const map = await chain.blobAttributes(object);
      return map && Object.fromEntries(map);
    };
    expect(await attributes()).toBeUndefined();
    await run((tx) => addBlobAttributes(tx, refs, object, new Map([['type', 'text/plain']])));
    await run((tx) =>
      setBlobAttributes(
        tx,
        refs,
        object,
        new Map([
          ['type', 'text/html'],
          ['size', 'größer'],
        ]),
      ),
    );
    expect(await attributes()).toEqual({ type: 'text/html', size: 'größer' });
    await run((tx) => removeBlobAttributes(tx, refs, object, ['size']));
    expect(await attributes()).toEqual({ type: 'text/html' });
    await run((tx) => clearBlobAttributes(tx, refs, object));
    expect(await attributes()).toBeUndefined();
    const error = await run((tx) => clearBlobAttributes(tx, refs, object)).catch(
      (caught: unknown) => caught,
    );
    expect(abortOf(error)?.name).toBe('EMissingMetadata');
  });
});
