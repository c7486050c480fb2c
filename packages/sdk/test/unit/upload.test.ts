import { fromHex, loadBls, toHex } from '@walrus-ts/core';
import { NodeApiError } from '@walrus-ts/node-api';
import { describe, expect, it } from 'vitest';
import { uploadAndConfirm } from '../../src/store/upload.js';
import { fakeNetwork, hang } from './fake-network.js';

const bytes = Uint8Array.from({ length: 3000 }, (_, i) => i % 256);
const refuse = (): Promise<never> =>
  Promise.reject(new NodeApiError('NODE_API_UNREACHABLE', 'connection refused'));

async function setUp(nNodes: number, nShards: number) {
  const network = await fakeNetwork(nNodes, nShards);
  const blob = await network.put(bytes);
  const upload = (signal = new AbortController().signal) =>
    uploadAndConfirm(network.context, {
      committee: network.committee,
      blob,
      persistence: { kind: 'permanent' },
      signal,
    });
  return { ...network, blob, upload };
}

const signersOf = (bitmap: Uint8Array): number[] =>
  [...bitmap].flatMap((byte, i) =>
    [0, 1, 2, 3, 4, 5, 6, 7].filter((b) => byte & (1 << b)).map((b) => 8 * i + b),
  );

describe('uploadAndConfirm', () => {
  it('makes a certificate that verifies under the keys of its signers', async () => {
    const { upload, committee } = await setUp(12, 100);
    const certificate = await upload();
    const bls = await loadBls();
    const keys = signersOf(certificate.signersBitmap).map(
      (i) => committee.members[i]?.publicKey ?? new Uint8Array(),
    );
    expect(bls.verifyAggregate(keys, certificate.message, certificate.signature)).toBe(true);
    expect(toHex(certificate.message.subarray(0, 7))).toBe('01000307000000');
  });

  it('counts shards, not nodes: enough nodes with too few shards are not enough', async () => {
    const { upload, faults, committee } = await setUp(4, 10);
    // Shards are 3, 3, 2, 2: without the two large nodes only 4 of the needed 7 remain.
    expect(committee.members.map(({ shards }) => shards.length)).toEqual([3, 3, 2, 2]);
    faults.set(2, { putMetadata: refuse });
    const withThreeNodes = await upload();
    expect(signersOf(withThreeNodes.signersBitmap)).toEqual([0, 1, 3]);
    faults.set(0, { putMetadata: refuse });
    await expect(upload()).rejects.toMatchObject({
      code: 'SDK_NOT_ENOUGH_CONFIRMATIONS',
      message: expect.stringContaining('node-0 (connection refused)'),
    });
  });

  it('leaves stragglers behind once the certificate is certain', async () => {
    const { upload, faults } = await setUp(12, 100);
    for (const i of [0, 5]) faults.set(i, { putSliver: hang() });
    const certificate = await upload();
    const signers = signersOf(certificate.signersBitmap);
    expect(signers).toHaveLength(10);
    expect(signers).not.toContain(0);
    expect(signers).not.toContain(5);
  });

  it('does not count confirmations of something else or with a wrong signature', async () => {
    const { upload, faults } = await setUp(12, 100);
    const wrongEpoch = fromHex('01000308000000');
    faults.set(1, {
      confirmation: () =>
        Promise.resolve({ serializedMessage: wrongEpoch, signature: new Uint8Array(96) }),
    });
    const { message } = await upload();
    faults.set(2, {
      confirmation: () =>
        Promise.resolve({ serializedMessage: message, signature: new Uint8Array(96).fill(1) }),
    });
    const signers = signersOf((await upload()).signersBitmap);
    expect(signers).not.toContain(1);
    expect(signers).not.toContain(2);
  });

  it('tries again what may succeed, and skips slivers that a node has', async () => {
    const { upload, faults } = await setUp(4, 10);
    let refusals = 0;
    faults.set(0, {
      putMetadata: () => {
        if (refusals++ > 0) return Promise.resolve('stored');
        return Promise.reject(
          new NodeApiError('NODE_API_NOT_REGISTERED', 'not yet', {
            httpStatus: 400,
            reason: 'NOT_REGISTERED',
            retryable: true,
          }),
        );
      },
    });
    expect(signersOf((await upload()).signersBitmap)).toContain(0);
    expect(refusals).toBe(2);
  });

  it('stops when it is cancelled', async () => {
    const { upload, faults } = await setUp(4, 10);
    for (let i = 0; i < 4; i++) faults.set(i, { putSliver: hang() });
    const abort = new AbortController();
    const uploading = upload(abort.signal);
    setTimeout(() => abort.abort(new Error('enough')), 50);
    await expect(uploading).rejects.toThrow('enough');
  });

  it('does not begin when it was cancelled before', async () => {
    const { upload, faults } = await setUp(4, 10);
    for (let i = 0; i < 4; i++) faults.set(i, { putMetadata: hang(), putSliver: hang() });
    await expect(upload(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});
