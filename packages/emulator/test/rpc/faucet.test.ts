import { FaucetRateLimitError, requestSuiFromFaucetV2 } from '@mysten/sui/faucet';
import { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';
import { Transaction } from '@mysten/sui/transactions';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createFaucetServer } from '../../src/index.js';
import { Harness, execute } from './harness.js';

const SUI = 1_000_000_000n;
let harness: Harness;

beforeAll(async () => {
  harness = await Harness.start({ faucet: { suiAmount: 3n * SUI, walAmount: 2n * SUI } });
});

afterAll(() => harness.close());

const freshAddress = () => Ed25519Keypair.generate().toSuiAddress();

async function balance(owner: string, coinType?: string): Promise<string> {
  const { balance: found } = await harness
    .client()
    .core.getBalance({ owner, ...(coinType === undefined ? {} : { coinType }) });
  return found.balance;
}

describe('the faucet', () => {
  it('gives SUI to the official client', async () => {
    const recipient = freshAddress();
    const response = await requestSuiFromFaucetV2({
      host: harness.emulator.faucetUrl,
      recipient,
    });
    expect(response.coins_sent).toMatchObject([{ amount: 3_000_000_000 }]);
    const [coin] = response.coins_sent ?? [];
    const { object } = await harness.client().core.getObject({ objectId: coin?.id ?? '' });
    expect(object.owner).toMatchObject({ AddressOwner: recipient });
    expect(object.digest).not.toBe('');
    expect(await balance(recipient)).toBe('3000000000');
  });

  it('serves concurrent requests, also while its key is used elsewhere', async () => {
    const recipients = Array.from({ length: 8 }, freshAddress);
    const signer = await harness.faucetKey();
    const elsewhere = async (): Promise<void> => {
      for (let i = 0; i < 3; i++) {
        const transaction = new Transaction();
        transaction.transferObjects([transaction.splitCoins(transaction.gas, [1])], freshAddress());
        // The other side may lose the race for the coin; the faucet must not.
        await execute(harness.client(), signer, transaction).catch(() => {});
      }
    };
    await Promise.all([
      elsewhere(),
      ...recipients.map((recipient) =>
        requestSuiFromFaucetV2({ host: harness.emulator.faucetUrl, recipient }),
      ),
    ]);
    for (const recipient of recipients) expect(await balance(recipient)).toBe('3000000000');
  });

  it('gives WAL too once its key owns any', async () => {
    const { walType } = await harness.publishWal();
    const recipient = freshAddress();
    const response = await requestSuiFromFaucetV2({
      host: harness.emulator.faucetUrl,
      recipient,
    });
    expect(response.coins_sent).toMatchObject([
      { amount: 3_000_000_000 },
      { amount: 2_000_000_000, coinType: walType },
    ]);
    expect(await balance(recipient, walType)).toBe('2000000000');
  });

  it('goes on after a restart with everything in place', async () => {
    const recipient = freshAddress();
    await requestSuiFromFaucetV2({ host: harness.emulator.faucetUrl, recipient });
    const { chainId, faucetAddress } = harness.emulator;
    await harness.restart();
    expect(harness.emulator).toMatchObject({ chainId, faucetAddress });
    expect(await balance(recipient)).toBe('3000000000');
    const again = await requestSuiFromFaucetV2({ host: harness.emulator.faucetUrl, recipient });
    expect(again.coins_sent).toHaveLength(2);
    expect(await balance(recipient)).toBe('6000000000');
  });

  it('answers the older interface', async () => {
    const recipient = freshAddress();
    const sent = await fetch(`${harness.emulator.faucetUrl}/v1/gas`, {
      method: 'POST',
      body: JSON.stringify({ FixedAmountRequest: { recipient } }),
      headers: { 'content-type': 'application/json' },
    });
    const { task, error } = (await sent.json()) as { task: string; error: null };
    expect(error).toBeNull();
    const status = await fetch(`${harness.emulator.faucetUrl}/v1/status/${task}`);
    expect(await status.json()).toMatchObject({
      status: {
        status: 'SUCCEEDED',
        transferred_gas_objects: { sent: [{ amount: 3_000_000_000 }, {}] },
      },
    });
  });

  it.each([
    ['a malformed address', '{"FixedAmountRequest":{"recipient":"0xzz"}}'],
    ['no recipient', '{"FixedAmountRequest":{}}'],
    ['another type', '{"FixedAmountRequest":{"recipient":5}}'],
    ['no object', 'null'],
    ['no JSON', '{'],
  ])('refuses %s in a way the client reads', async (_name, body) => {
    const response = await fetch(`${harness.emulator.faucetUrl}/v2/gas`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      status: { Failure: { internal: expect.any(String) } },
      coins_sent: null,
    });
  });

  it('says when it is empty', async () => {
    const { createFaucet } = await import('../../src/index.js');
    const faucet = createFaucet({
      ledger: harness.emulator.ledger,
      signer: Ed25519Keypair.generate(),
    });
    await expect(faucet.request(freshAddress())).rejects.toMatchObject({ code: 'FAUCET_EMPTY' });
  });

  it('keeps its key to itself', async () => {
    const { mode } = await stat(join(harness.dataDir, 'faucet.key'));
    expect(mode & 0o777).toBe(0o600);
  });

  it('limits the rate of one client when asked to', async () => {
    const server = await createFaucetServer({
      requestsPerMinute: 2,
      faucet: { address: '0x1', request: () => Promise.resolve([]) },
    });
    try {
      const host = await server.listen({ host: '127.0.0.1', port: 0 });
      const ask = () => requestSuiFromFaucetV2({ host, recipient: '0x1' });
      await ask();
      await ask();
      await expect(ask()).rejects.toBeInstanceOf(FaucetRateLimitError);
      expect((await fetch(host)).status).toBe(200);
    } finally {
      await server.close();
    }
  });
});
