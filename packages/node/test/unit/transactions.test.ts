import { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';
import { expect, test } from 'vitest';
import { WalrusError, normalizeAddress } from '@walrus-ts/core';
import { createNodeTransactions } from '../../src/index.js';

const nodeId = normalizeAddress('0xa');
const capability = normalizeAddress('0xc');
const signer = new Ed25519Keypair();
const refs = {
  packageId: normalizeAddress('0x10'),
  originalPackageId: normalizeAddress('0x10'),
  walType: '0x11::wal::WAL',
  systemObject: normalizeAddress('0x12'),
  stakingObject: normalizeAddress('0x13'),
};

function transactions(
  failure?: WalrusError,
  owned = [{ capability, nodeId, lastEpochSyncDone: 0 }],
) {
  return createNodeTransactions(
    {
      refs: async () => refs,
      nodeCapabilities: async (owner) =>
        owner === normalizeAddress(signer.toSuiAddress()) ? owned : [],
      execute: async () => {
        if (failure !== undefined) throw failure;
        return { digest: 'd', created: [], events: [], gasCost: 1n };
      },
    },
    signer,
    nodeId,
  );
}

function aborted(module: string, abortCode: string): WalrusError {
  return new WalrusError('CHAIN_ABORTED', 'aborted', { data: { module, abortCode } });
}

test('reports the sync, and takes losing a race for what it is', async () => {
  expect(await transactions().epochSyncDone(3)).toBe('done');
  expect(await transactions(aborted('staking_inner', '2')).epochSyncDone(3)).toBe('done');
  for (const code of ['1', '4']) {
    expect(await transactions(aborted('staking_inner', code)).epochSyncDone(3)).toBe('superseded');
  }
});

test('passes every other failure on', async () => {
  for (const failure of [
    aborted('staking_inner', '7'),
    aborted('staking', '1'),
    new WalrusError('CHAIN_UNREACHABLE', 'no chain', { retryable: true }),
  ]) {
    await expect(transactions(failure).epochSyncDone(3)).rejects.toBe(failure);
  }
});

test('says so if the wallet does not own the node', async () => {
  await expect(transactions(undefined, []).epochSyncDone(3)).rejects.toMatchObject({
    code: 'NODE_CONFIG_INVALID',
    hint: expect.stringContaining('walletKeyPath') as unknown,
  });
});
