import { MultiSigPublicKey } from '@mysten/sui/multisig';
import { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';
import { Secp256k1Keypair } from '@mysten/sui/keypairs/secp256k1';
import { Secp256r1Keypair } from '@mysten/sui/keypairs/secp256r1';
import { Transaction } from '@mysten/sui/transactions';
import { fromBase64 } from '@walrus-ts/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLOCK_ID } from '../../src/ledger/index.js';
import { BANK, need, refOf, STRANGER, SUI, USER, World } from './world.js';

let world: World;
const me = USER.toSuiAddress();

beforeAll(async () => {
  world = await World.open();
});

afterAll(() => world.close());

async function refusal(
  fill: (tx: Transaction) => void,
  options: Parameters<World['build']>[2] = {},
): Promise<string> {
  const status = world.ledger.status();
  const code = await world.run(USER, fill, options).then(
    (record) => JSON.stringify(record.effects.status),
    (error: { code: string }) => error.code,
  );
  expect(world.ledger.status().totalTransactions).toBe(status.totalTransactions);
  return code;
}

describe('signatures', () => {
  const pay = async (address: string): Promise<void> => {
    await world.must(USER, (tx) =>
      tx.transferObjects([need(tx.splitCoins(tx.gas, [SUI])[0])], address),
    );
  };
  const spend = async (address: string): Promise<{ tx: Transaction; bytes: Uint8Array }> => {
    await pay(address);
    const [coin] = world.ledger.ownedObjects(address, { limit: 1 }).items;
    const tx = new Transaction();
    tx.setSender(address);
    tx.setGasPrice(1000);
    tx.setGasBudget(10_000_000);
    tx.setGasPayment(coin === undefined ? [] : [refOf(coin)]);
    return { tx, bytes: await tx.build() };
  };

  it.each([new Ed25519Keypair(), new Secp256k1Keypair(), new Secp256r1Keypair()])(
    'of every plain scheme are accepted, and refused once changed',
    async (keypair) => {
      const { bytes } = await spend(keypair.toSuiAddress());
      const signature = fromBase64((await keypair.signTransaction(bytes)).signature);
      for (const at of [1, 30, 64, 70, signature.length - 1]) {
        const changed = signature.slice();
        changed[at] = (changed[at] ?? 0) ^ 1;
        await expect(world.ledger.execute(bytes, [changed]), `byte ${at}`).rejects.toMatchObject({
          code: 'LEDGER_INVALID_SIGNATURE',
        });
      }
      await expect(world.ledger.execute(bytes, [signature.subarray(0, 60)])).rejects.toMatchObject({
        code: 'LEDGER_INVALID_SIGNATURE',
      });
      expect((await world.ledger.execute(bytes, [signature])).effects.status).toEqual({
        success: true,
      });
    },
  );

  it('of several keys need the weight of the threshold', async () => {
    const keys = [new Ed25519Keypair(), new Secp256k1Keypair(), new Secp256r1Keypair()];
    const multisig = MultiSigPublicKey.fromPublicKeys({
      threshold: 2,
      publicKeys: keys.map((key) => ({ publicKey: key.getPublicKey(), weight: 1 })),
    });
    const { bytes } = await spend(multisig.toSuiAddress());
    const parts = await Promise.all(
      keys.map(async (key) => (await key.signTransaction(bytes)).signature),
    );
    const combine = (...chosen: number[]): Uint8Array =>
      fromBase64(multisig.combinePartialSignatures(chosen.map((i) => parts[i] ?? '')));
    await expect(world.ledger.execute(bytes, [combine(1)])).rejects.toMatchObject({
      code: 'LEDGER_INVALID_SIGNATURE',
    });
    expect((await world.ledger.execute(bytes, [combine(0, 2)])).effects.status).toEqual({
      success: true,
    });
  });

  it('of the sponsor are needed too', async () => {
    const [coin] = world.coins(BANK);
    const tx = new Transaction();
    tx.setSender(me);
    tx.setGasOwner(BANK.toSuiAddress());
    tx.setGasPrice(1000);
    tx.setGasBudget(10_000_000);
    tx.setGasPayment(coin === undefined ? [] : [refOf(coin)]);
    const bytes = await tx.build();
    const [mine, sponsor, stranger] = await Promise.all(
      [USER, BANK, STRANGER].map(async (key) =>
        fromBase64((await key.signTransaction(bytes)).signature),
      ),
    );
    for (const signatures of [
      [],
      [need(mine)],
      [need(sponsor)],
      [need(mine), need(mine)],
      [need(mine), need(stranger)],
      [need(mine), need(sponsor), need(stranger)],
    ]) {
      await expect(world.ledger.execute(bytes, signatures)).rejects.toMatchObject({
        code: 'LEDGER_INVALID_SIGNATURE',
      });
    }
    const record = await world.ledger.execute(bytes, [need(sponsor), need(mine)]);
    expect(record.effects.status).toEqual({ success: true });
    expect(record.balanceChanges.map((c) => c.address)).toEqual([BANK.toSuiAddress()]);
  });

  it('of other schemes are not supported', async () => {
    const { bytes } = await world.build(USER, () => {});
    await expect(world.ledger.execute(bytes, [Uint8Array.of(5, 1, 2)])).rejects.toMatchObject({
      code: 'LEDGER_UNSUPPORTED',
    });
    await expect(world.ledger.execute(bytes, [new Uint8Array()])).rejects.toMatchObject({
      code: 'LEDGER_INVALID_SIGNATURE',
    });
  });
});

describe('refused before execution are', () => {
  it('bytes that are no transaction', async () => {
    await expect(world.ledger.execute(new Uint8Array(10), [])).rejects.toMatchObject({
      code: 'LEDGER_INVALID_BCS',
    });
    await expect(world.ledger.execute(new Uint8Array(200_000), [])).rejects.toMatchObject({
      code: 'LEDGER_LIMIT_EXCEEDED',
    });
  });

  it('wrong gas', async () => {
    expect(await refusal(() => {}, { budget: 999_999n })).toBe('LEDGER_INVALID_TRANSACTION');
    expect(await refusal(() => {}, { budget: 50_000_000_000_001n })).toBe(
      'LEDGER_INVALID_TRANSACTION',
    );
    expect(await refusal(() => {}, { price: 999n })).toBe('LEDGER_INVALID_TRANSACTION');
    const unpaid = world.runChanged(
      USER,
      () => {},
      (data) => ({ ...data, gas: { ...data.gas, payment: [] } }),
    );
    await expect(unpaid).rejects.toMatchObject({ code: 'LEDGER_INSUFFICIENT_GAS' });
    expect(
      await refusal(() => {}, { gas: world.coins(USER).slice(0, 1), budget: 10_000n * SUI }),
    ).toBe('LEDGER_INSUFFICIENT_GAS');
    expect(await refusal(() => {}, { gas: world.coins(BANK).slice(0, 1) })).toBe(
      'LEDGER_OBJECT_OWNER',
    );
    const [coin] = world.coins(USER);
    expect(await refusal((tx) => tx.transferObjects([tx.objectRef(refOf(need(coin)))], me))).toBe(
      'LEDGER_INVALID_TRANSACTION',
    );
  });

  it('inputs that are not as named', async () => {
    const [, second] = world.coins(USER);
    const [foreign] = world.coins(BANK);
    const ref = refOf(need(second));
    const give = (reference: typeof ref) => (tx: Transaction) =>
      tx.transferObjects([tx.objectRef(reference)], me);
    expect(await refusal(give({ ...ref, version: '1000' }))).toBe('LEDGER_OBJECT_VERSION');
    expect(await refusal(give({ ...ref, digest: need(foreign).digest }))).toBe(
      'LEDGER_OBJECT_VERSION',
    );
    expect(await refusal(give({ ...ref, objectId: `0x${'ab'.repeat(32)}` }))).toBe(
      'LEDGER_OBJECT_NOT_FOUND',
    );
    expect(await refusal(give(refOf(need(foreign))))).toBe('LEDGER_OBJECT_OWNER');
    expect(await refusal(give(refOf(world.object(CLOCK_ID))))).toBe('LEDGER_OBJECT_OWNER');
    expect(await refusal(give(refOf(world.object(`0x${'0'.repeat(63)}2`))))).toBe(
      'LEDGER_INVALID_TRANSACTION',
    );
    const clock = (initialSharedVersion: number) => (tx: Transaction) =>
      tx.moveCall({
        target: '0x2::clock::timestamp_ms',
        arguments: [
          tx.sharedObjectRef({ objectId: CLOCK_ID, initialSharedVersion, mutable: false }),
        ],
      });
    expect(await refusal(clock(2))).toBe('LEDGER_OBJECT_VERSION');
    expect(await refusal((tx) => tx.moveCall({ target: '0x77::a::b' }))).toBe(
      'LEDGER_OBJECT_NOT_FOUND',
    );
    expect(await refusal((tx) => tx.moveCall({ target: `${CLOCK_ID}::a::b` }))).toBe(
      'LEDGER_INVALID_TRANSACTION',
    );
  });

  it('commands without work, and more than the limits allow', async () => {
    expect(await refusal((tx) => tx.transferObjects([], me))).toBe('LEDGER_INVALID_TRANSACTION');
    expect(await refusal((tx) => tx.pure(new Uint8Array(16 * 1024)))).toBe('LEDGER_LIMIT_EXCEEDED');
    const many = (tx: Transaction): void => {
      for (let i = 0; i < 1024; i++) tx.moveCall({ target: '0x2::math::nothing' });
    };
    expect(await refusal(many)).toBe('LEDGER_LIMIT_EXCEEDED');
    const amounts = Array.from({ length: 512 }, () => 1);
    expect(await refusal((tx) => tx.splitCoins(tx.gas, amounts))).toBe('LEDGER_LIMIT_EXCEEDED');
  });

  it('transactions for another chain or out of date', async () => {
    const during = (chain: string, maxEpoch: string) => (tx: Transaction) =>
      tx.setExpiration({
        ValidDuring: {
          minEpoch: '0',
          maxEpoch,
          minTimestamp: null,
          maxTimestamp: null,
          chain,
          nonce: 1,
        },
      });
    expect(await refusal(during(need(world.coins(USER)[0]).digest, '5'))).toBe(
      'LEDGER_INVALID_TRANSACTION',
    );
    const late = (tx: Transaction): void =>
      tx.setExpiration({
        ValidDuring: {
          minEpoch: null,
          maxEpoch: null,
          minTimestamp: null,
          maxTimestamp: '5',
          chain: world.ledger.chainId,
          nonce: 1,
        },
      });
    expect(await refusal(late)).toBe('LEDGER_INVALID_TRANSACTION');
    expect((await world.run(USER, during(world.ledger.chainId, '1'))).effects.status).toEqual({
      success: true,
    });
    expect((await world.run(USER, (tx) => tx.setExpiration({ Epoch: 0 }))).effects.status).toEqual({
      success: true,
    });
  });

  it('a second spending of the same version', async () => {
    const give = await world.build(USER, (tx) =>
      tx.transferObjects([need(tx.splitCoins(tx.gas, [1])[0])], me),
    );
    const again = await world.build(USER, (tx) =>
      tx.transferObjects([need(tx.splitCoins(tx.gas, [2])[0])], me),
    );
    const [first, second] = await Promise.allSettled([
      world.ledger.execute(give.bytes, [give.signature]),
      world.ledger.execute(again.bytes, [again.signature]),
    ]);
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({
      status: 'rejected',
      reason: { code: 'LEDGER_OBJECT_VERSION', status: 'FAILED_PRECONDITION' },
    });
  });
});
