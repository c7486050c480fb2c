import { blobIdFromInt } from '@walrus-ts/core';
import type { BlobStatus } from '@walrus-ts/node-api';
import { describe, expect, it } from 'vitest';
import { compareStatus } from '../../src/index.js';
import { verifiedStatus } from '../../src/status.js';
import { fakeNetwork, hang } from './fake-network.js';

const blobId = blobIdFromInt(9n);
const counts = { total: 0, certified: 0 };
const permanent = (endEpoch: number, isCertified = true): BlobStatus => ({
  kind: 'permanent',
  endEpoch,
  isCertified,
  statusEvent: { txDigest: 'x', eventSeq: '0' },
  deletableCounts: counts,
  initialCertifiedEpoch: isCertified ? 1 : null,
});
const deletable = (certified: number): BlobStatus => ({
  kind: 'deletable',
  initialCertifiedEpoch: 1,
  deletableCounts: { total: 3, certified },
});

describe('compareStatus', () => {
  it('orders the stages of a life', () => {
    const ordered: BlobStatus[] = [
      { kind: 'nonexistent' },
      deletable(0),
      deletable(1),
      permanent(20, false),
      permanent(5),
      permanent(6),
      { kind: 'invalid', event: { txDigest: 'x', eventSeq: '0' } },
    ];
    ordered.forEach((status, i) => {
      ordered.forEach((other, j) => {
        expect(Math.sign(compareStatus(status, other)), `${i} ${j}`).toBe(Math.sign(i - j));
      });
    });
  });
});

describe('verifiedStatus', () => {
  const answer = (status: BlobStatus) => ({ blobStatus: () => Promise.resolve(status) });

  it('believes what a correct node must have said', async () => {
    const { context, faults } = await fakeNetwork(4, 10);
    for (let i = 0; i < 4; i++) faults.set(i, answer(permanent(8)));
    expect(await verifiedStatus(context, blobId)).toEqual(permanent(8));
  });

  it('does not believe one node alone', async () => {
    const { context, faults } = await fakeNetwork(12, 100);
    faults.set(0, answer(permanent(1000)));
    for (let i = 1; i < 12; i++) faults.set(i, answer(deletable(1)));
    expect(await verifiedStatus(context, blobId)).toEqual(deletable(1));
  });

  it('answers with a node down, and says so when too many are', async () => {
    const { context, faults } = await fakeNetwork(4, 10);
    faults.set(0, { blobStatus: hang() });
    expect(await verifiedStatus(context, blobId)).toEqual({ kind: 'nonexistent' });
    for (const i of [1, 2, 3]) faults.set(i, { blobStatus: hang() });
    await expect(verifiedStatus(context, blobId, { timeoutMs: 100 })).rejects.toMatchObject({
      code: 'SDK_NO_VALID_STATUS',
    });
  });
});
