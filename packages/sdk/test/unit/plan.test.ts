import type { BlobObject, StorageResource, SystemState } from '@walrus-ts/chain';
import { blobIdFromInt, encodedLength, normalizeAddress, storageUnits } from '@walrus-ts/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkEpochs, planResources, type PlanParameters } from '../../src/index.js';

const system: SystemState = {
  packageId: normalizeAddress('0x1'),
  originalPackageId: normalizeAddress('0x1'),
  newPackageId: undefined,
  epoch: 10,
  nShards: 100,
  totalCapacity: 10n ** 12n,
  usedCapacity: 0n,
  storagePrice: 100_000n,
  writePrice: 20_000n,
  maxEpochsAhead: 53,
  accounting: [],
};
const blobId = blobIdFromInt(42n);
const size = 1000;
const length = encodedLength(100, size);
const units = storageUnits(length);

const storage = (id: string, endEpoch: number, storageSize = BigInt(length)): StorageResource => ({
  id: normalizeAddress(id),
  startEpoch: 1,
  endEpoch,
  storageSize,
});
const blob = (id: string, endEpoch: number, change: Partial<BlobObject> = {}): BlobObject => ({
  id: normalizeAddress(id),
  registeredEpoch: 1,
  blobId,
  size: BigInt(size),
  encodingType: 1,
  certifiedEpoch: undefined,
  storage: storage('0xff', endEpoch),
  isDeletable: true,
  ...change,
});
const plan = (change: Partial<PlanParameters> = {}) =>
  planResources({
    system,
    blobId,
    size,
    epochsAhead: 5,
    isDeletable: true,
    isForced: false,
    ownedBlobs: [],
    ownedStorage: [],
    ...change,
  });

describe('planResources', () => {
  it('buys everything when the wallet holds nothing that fits', () => {
    const result = plan({
      ownedBlobs: [
        blob('0xa', 10, {}),
        blob('0xb', 20, { isDeletable: false }),
        blob('0xc', 20, { blobId: blobIdFromInt(1n) }),
      ],
      ownedStorage: [
        storage('0x1', 14),
        storage('0x2', 20, 1n),
        { ...storage('0x3', 20), startEpoch: 11 },
      ],
    });
    expect(result).toMatchObject({
      kind: 'operation',
      operation: { kind: 'registerFromScratch', epochsAhead: 5, encodedLength: length },
      cost: units * 100_000n * 5n + units * 20_000n,
    });
  });

  it('takes the smallest storage that fits, then the one that ends first', () => {
    const result = plan({
      ownedStorage: [
        storage('0x1', 20, BigInt(length) * 2n),
        storage('0x2', 30),
        storage('0x3', 15),
      ],
    });
    expect(result).toMatchObject({
      operation: { kind: 'reuseStorage', storage: { id: normalizeAddress('0x3') } },
      cost: units * 20_000n,
    });
  });

  it('goes on with a registration that was never certified', () => {
    expect(plan({ ownedBlobs: [blob('0xa', 15)] })).toMatchObject({
      operation: { kind: 'reuseRegistration' },
      cost: 0n,
    });
    expect(plan({ ownedBlobs: [blob('0xa', 12)] })).toMatchObject({
      operation: { kind: 'reuseAndExtendNonCertified', epochsExtended: 3 },
      cost: units * 100_000n * 3n,
    });
  });

  it('extends or finds finished what is certified, unless forced', () => {
    const certified = { certifiedEpoch: 2 };
    expect(plan({ ownedBlobs: [blob('0xa', 15, certified)] }).kind).toBe('alreadyCertified');
    expect(plan({ ownedBlobs: [blob('0xa', 11, certified)] })).toMatchObject({
      operation: { kind: 'reuseAndExtend', epochsExtended: 4 },
    });
    expect(plan({ ownedBlobs: [blob('0xa', 15, certified)], isForced: true })).toMatchObject({
      operation: { kind: 'registerFromScratch' },
    });
  });

  it('never pays more with resources than without', () => {
    const arbitraryBlob = fc
      .record({ end: fc.integer({ min: 1, max: 63 }), isCertified: fc.boolean() })
      .map(({ end, isCertified }) =>
        blob('0xa', end, { certifiedEpoch: isCertified ? 1 : undefined }),
      );
    const arbitraryStorage = fc
      .record({ end: fc.integer({ min: 1, max: 63 }), size: fc.bigInt(1n, BigInt(length) * 2n) })
      .map(({ end, size: bytes }) => storage('0x1', end, bytes));
    fc.assert(
      fc.property(
        fc.array(arbitraryBlob, { maxLength: 3 }),
        fc.array(arbitraryStorage, { maxLength: 3 }),
        fc.integer({ min: 1, max: 53 }),
        (ownedBlobs, ownedStorage, epochsAhead) => {
          const scratch = plan({ epochsAhead });
          const reused = plan({ ownedBlobs, ownedStorage, epochsAhead });
          if (scratch.kind !== 'operation') throw new Error('nothing can be certified already');
          expect(reused.kind === 'operation' ? reused.cost : 0n).toBeLessThanOrEqual(scratch.cost);
        },
      ),
    );
  });
});

describe('checkEpochs', () => {
  it.each([0, -1, 1.5, 54, Number.NaN])('refuses %s', (epochs) => {
    expect(() => checkEpochs(epochs, system)).toThrow(/must be 1 to 53/);
  });

  it.each([1, 53])('accepts %s', (epochs) => {
    expect(() => checkEpochs(epochs, system)).not.toThrow();
  });
});
