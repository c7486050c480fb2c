import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressFromBytes, blobIdFromBytes, type Address, type BlobId } from '@walrus-ts/core';
import type { WalrusEvent } from '@walrus-ts/chain';
import type { BlobStatus } from '@walrus-ts/node-api';
import { BlobTable } from '../../src/storage/blob-table.js';
import { openDatabase } from '../../src/storage/database.js';

const blobIds = [1, 2].map((n) => blobIdFromBytes(new Uint8Array(32).fill(n)));
const owner = { nodeId: address(1), systemObject: address(2) };

function address(n: number): Address {
  const bytes = new Uint8Array(32);
  new DataView(bytes.buffer).setUint32(28, n);
  return addressFromBytes(bytes);
}

/** The same rules, written the slow way: a list of objects, summed on every question. */
class Model {
  epoch = 1;
  objects: {
    blobId: BlobId;
    objectId: Address;
    endEpoch: number;
    isDeletable: boolean;
    certifiedEpoch: number | null;
  }[] = [];
  invalid = new Set<BlobId>();
  initial = new Map<BlobId, number>();

  live(blobId: BlobId): Model['objects'] {
    return this.objects.filter((o) => o.blobId === blobId && o.endEpoch > this.epoch);
  }

  settle(): void {
    this.objects = this.objects.filter((o) => o.endEpoch > this.epoch);
    for (const blobId of blobIds) {
      if (!this.live(blobId).some((o) => o.certifiedEpoch !== null)) this.initial.delete(blobId);
    }
  }

  status(blobId: BlobId): unknown {
    if (this.invalid.has(blobId)) return { kind: 'invalid' };
    const live = this.live(blobId);
    const deletable = live.filter((o) => o.isDeletable);
    const deletableCounts = {
      total: deletable.length,
      certified: deletable.filter((o) => o.certifiedEpoch !== null).length,
    };
    const initialCertifiedEpoch = this.initial.get(blobId) ?? null;
    const permanent = live.filter((o) => !o.isDeletable);
    const certified = permanent.filter((o) => o.certifiedEpoch !== null);
    const shown = certified.length > 0 ? certified : permanent;
    if (shown.length > 0) {
      return {
        kind: 'permanent',
        endEpoch: Math.max(...shown.map((o) => o.endEpoch)),
        isCertified: certified.length > 0,
        deletableCounts,
        initialCertifiedEpoch,
      };
    }
    return deletable.length > 0
      ? { kind: 'deletable', deletableCounts, initialCertifiedEpoch }
      : { kind: 'nonexistent' };
  }
}

type Step =
  | { kind: 'register'; blob: number; isDeletable: boolean; epochs: number }
  | { kind: 'certify' | 'delete'; object: number }
  | { kind: 'extend'; object: number; epochs: number }
  | { kind: 'epoch' }
  | { kind: 'invalidate'; blob: number };

const blob = fc.nat({ max: blobIds.length - 1 });
const object = fc.nat({ max: 20 });
const epochs = fc.integer({ min: 1, max: 4 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('register' as const),
      blob,
      isDeletable: fc.boolean(),
      epochs,
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('certify' as const), object }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete' as const), object }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('extend' as const), object, epochs }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'epoch' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('invalidate' as const), blob }) },
);

/** Turns a step into an event that the contracts could emit, or none, and applies it to the model. */
function perform(model: Model, next: Step, number: number): WalrusEvent | undefined {
  const id = { txDigest: `t${number}`, eventSeq: 0 };
  const { epoch } = model;
  const pick = (index: number) => model.objects[index % Math.max(1, model.objects.length)];
  switch (next.kind) {
    case 'register': {
      const blobId = blobIds[next.blob];
      if (blobId === undefined) return undefined;
      const { isDeletable } = next;
      const objectId = address(1000 + number);
      const endEpoch = epoch + next.epochs;
      model.objects.push({ blobId, objectId, endEpoch, isDeletable, certifiedEpoch: null });
      const rest = { size: 1n, encodingType: 1, epoch, endEpoch };
      return { id, type: 'BlobRegistered', blobId, objectId, isDeletable, ...rest };
    }
    case 'certify': {
      const target = pick(next.object);
      if (target === undefined || target.certifiedEpoch !== null) return undefined;
      target.certifiedEpoch = epoch;
      if (!model.initial.has(target.blobId)) model.initial.set(target.blobId, epoch);
      return { id, type: 'BlobCertified', ...target, epoch, isExtension: false };
    }
    case 'extend': {
      const target = pick(next.object);
      if (target === undefined || target.certifiedEpoch === null) return undefined;
      target.endEpoch += next.epochs;
      return {
        id,
        type: 'BlobCertified',
        ...target,
        epoch: target.certifiedEpoch,
        isExtension: true,
      };
    }
    case 'delete': {
      const target = pick(next.object);
      if (target === undefined || !target.isDeletable) return undefined;
      model.objects = model.objects.filter((o) => o !== target);
      model.settle();
      return {
        id,
        type: 'BlobDeleted',
        ...target,
        epoch,
        wasCertified: target.certifiedEpoch !== null,
      };
    }
    case 'epoch':
      model.epoch += 1;
      model.settle();
      return { id, type: 'EpochChangeStart', epoch: model.epoch };
    case 'invalidate': {
      const blobId = blobIds[next.blob];
      if (blobId === undefined) return undefined;
      model.invalid.add(blobId);
      return { id, type: 'InvalidBlobID', epoch, blobId };
    }
  }
}

test('the blob table tells the same as a list of objects, also when checkpoints are applied again', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { maxLength: 10 }),
      fc.boolean(),
      async (checkpoints, reopens) => {
        const directory = await mkdtemp(join(tmpdir(), 'walrus-table-'));
        let database = await openDatabase(directory, owner);
        try {
          let table = new BlobTable(database);
          const model = new Model();
          await table.apply(
            {
              checkpoint: 0n,
              timestampMs: 0,
              events: [{ id: { txDigest: 'g', eventSeq: 0 }, type: 'EpochChangeStart', epoch: 1 }],
            },
            false,
          );
          let number = 0;
          for (const [i, steps] of checkpoints.entries()) {
            const events = steps.flatMap((next) => perform(model, next, number++) ?? []);
            const checkpoint = { checkpoint: BigInt(i + 1), timestampMs: 0, events };
            await table.apply(checkpoint, true);
            if (reopens) {
              await database.close();
              database = await openDatabase(directory, owner);
              table = new BlobTable(database);
              expect(table.storedCheckpoint).toBe(BigInt(i + 1));
              await table.apply(checkpoint, true);
            }
            expect(table.epoch, `checkpoint ${i}`).toBe(model.epoch);
            for (const blobId of blobIds) {
              const status = withoutEvents(table.status(blobId));
              expect(status, `checkpoint ${i}`).toEqual(model.status(blobId));
              const isRegistered = !model.invalid.has(blobId) && model.live(blobId).length > 0;
              expect(table.isRegistered(blobId), `checkpoint ${i}`).toBe(isRegistered);
            }
          }
        } finally {
          await database.close();
          await rm(directory, { recursive: true, force: true });
        }
      },
    ),
    { numRuns: 60 },
  );
}, 120_000);

function withoutEvents(status: BlobStatus): unknown {
  if (status.kind === 'invalid') return { kind: 'invalid' };
  if (status.kind !== 'permanent') return status;
  const { statusEvent: _, ...rest } = status;
  return rest;
}
