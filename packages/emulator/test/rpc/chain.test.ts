import { requestSuiFromFaucetV2 } from '@mysten/sui/faucet';
import { GrpcTypes } from '@mysten/sui/grpc';
import { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';
import { Secp256k1Keypair } from '@mysten/sui/keypairs/secp256k1';
import { SerialTransactionExecutor, Transaction, coinWithBalance } from '@mysten/sui/transactions';
import { SUI_TYPE_ARG, normalizeStructTag } from '@mysten/sui/utils';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { Harness, execute } from './harness.js';

const SUI = 1_000_000_000n;
const user = Ed25519Keypair.generate();
const address = user.toSuiAddress();
const stranger = Ed25519Keypair.generate().toSuiAddress();

let harness: Harness;
let wal: Awaited<ReturnType<Harness['publishWal']>>;

beforeAll(async () => {
  harness = await Harness.start();
  wal = await harness.publishWal();
  await requestSuiFromFaucetV2({ host: harness.emulator.faucetUrl, recipient: address });
});

afterAll(() => harness.close());

describe.each(['text', 'binary'] as const)('the official client in %s format', (format) => {
  it('builds, signs, executes and reads a transaction back', async () => {
    const client = harness.client(format);
    const transaction = new Transaction();
    const [coin] = transaction.splitCoins(transaction.gas, [5n * SUI]);
    transaction.transferObjects([coin], stranger);
    const before = BigInt((await client.core.getBalance({ owner: stranger })).balance.balance);
    const result = await execute(client, user, transaction);
    const created = result.effects?.changedObjects.filter(
      (change) => change.idOperation === 'Created',
    );
    expect(created).toHaveLength(1);
    expect(result.objectTypes?.[created?.[0]?.objectId ?? '']).toBe(
      normalizeStructTag('0x2::coin::Coin<0x2::sui::SUI>'),
    );
    expect(result.balanceChanges).toContainEqual({
      address: stranger,
      coinType: normalizeStructTag(SUI_TYPE_ARG),
      amount: (5n * SUI).toString(),
    });
    const after = BigInt((await client.core.getBalance({ owner: stranger })).balance.balance);
    expect(after - before).toBe(5n * SUI);

    // Readable at once: the first poll of waitForTransaction succeeds.
    const polls = vi.spyOn(client.ledgerService, 'getTransaction');
    const waited = await client.core.waitForTransaction({
      digest: result.digest,
      include: { transaction: true, effects: true, bcs: true },
    });
    expect(polls).toHaveBeenCalledTimes(1);
    expect(waited.Transaction?.transaction?.sender).toBe(address);
    expect(waited.Transaction?.effects?.bcs).toEqual(result.effects?.bcs);
    expect(waited.Transaction?.signatures).toEqual(result.signatures);
  });

  it('pays with coinWithBalance of another coin type', async () => {
    const client = harness.client(format);
    const transaction = new Transaction();
    transaction.transferObjects([coinWithBalance({ type: wal.walType, balance: 7 })], stranger);
    const result = await execute(client, user, transaction);
    expect(result.balanceChanges).toContainEqual({
      address: stranger,
      coinType: wal.walType,
      amount: '7',
    });
  });

  it('resolves shared objects, mutable only where a call needs it', async () => {
    const client = harness.client(format);
    const transaction = new Transaction();
    transaction.moveCall({
      target: `${wal.packageId}::wal::total_supply`,
      arguments: [transaction.object(wal.treasury)],
    });
    transaction.setSender(address);
    const reading = Transaction.from(await transaction.build({ client })).getData().inputs[0];
    expect(reading?.Object?.SharedObject?.mutable).toBe(false);

    const burning = new Transaction();
    for (const target of ['total_supply', 'burn']) {
      const rest = target === 'burn' ? [coinWithBalance({ type: wal.walType, balance: 3 })] : [];
      burning.moveCall({
        target: `${wal.packageId}::wal::${target}`,
        arguments: [burning.object(wal.treasury), ...rest],
      });
    }
    const result = await execute(client, user, burning);
    expect(result.effects?.changedObjects.map((change) => change.objectId)).toContain(wal.treasury);
  });

  it('shows results of simulated commands', async () => {
    const client = harness.client(format);
    const transaction = new Transaction();
    transaction.moveCall({
      target: `${wal.packageId}::wal::total_supply`,
      arguments: [transaction.object(wal.treasury)],
    });
    transaction.setSender(address);
    for (const checksEnabled of [true, false]) {
      const result = await client.core.simulateTransaction({
        transaction,
        checksEnabled,
        include: { commandResults: true, effects: true },
      });
      expect(result.$kind).toBe('Transaction');
      const value = result.commandResults?.[0]?.returnValues[0]?.bcs ?? new Uint8Array();
      const supply = Buffer.from(value).readBigUInt64LE();
      expect(supply).toBeGreaterThan(4_999_999_999n * SUI);
      expect(supply).toBeLessThanOrEqual(5_000_000_000n * SUI);
    }
  });

  it('reads objects, their contents and their fields', async () => {
    const client = harness.client(format);
    const { objects } = await client.core.getObjects({
      objectIds: ['0x6', stranger, wal.treasury, wal.packageId],
      include: { content: true, previousTransaction: true, objectBcs: true, json: true },
    });
    const [clock, missing, treasury, code] = objects;
    expect(clock).toMatchObject({
      owner: { Shared: { initialSharedVersion: '1' } },
      type: normalizeStructTag('0x2::clock::Clock'),
    });
    expect(missing).toBeInstanceOf(Error);
    expect(missing).toMatchObject({ code: 'notExists' });
    expect(treasury).toMatchObject({ type: `${wal.packageId}::wal::ProtectedTreasury` });
    expect(code).toMatchObject({ type: 'package', owner: { $kind: 'Immutable' } });

    const fields = await client.core.listDynamicFields({ parentId: wal.treasury });
    expect(fields.hasNextPage).toBe(false);
    expect(fields.dynamicFields).toHaveLength(1);
    const [field] = fields.dynamicFields;
    expect(field?.name.type).toContain('TreasuryCapKey');
    const { object } = await client.core.getDynamicObjectField({
      parentId: wal.treasury,
      name: {
        type: `${wal.packageId}::wal::TreasuryCapKey`,
        bcs: field?.name.bcs ?? new Uint8Array(),
      },
    });
    expect(object.type).toBe(normalizeStructTag(`0x2::coin::TreasuryCap<${wal.walType}>`));
  });

  it('pages through coins, largest first', async () => {
    const client = harness.client(format);
    const owner = Ed25519Keypair.generate().toSuiAddress();
    const transaction = new Transaction();
    const amounts = Array.from({ length: 7 }, (_, index) => BigInt(index + 1));
    transaction.transferObjects([...transaction.splitCoins(transaction.gas, amounts)], owner);
    await execute(client, user, transaction);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof client.core.listCoins>> = await client.core.listCoins({
        owner,
        limit: 3,
        cursor,
      });
      seen.push(...page.objects.map((coin) => coin.balance));
      expect(page.hasNextPage).toBe(page.cursor !== null);
      cursor = page.cursor;
    } while (cursor !== null);
    expect(seen).toEqual(['7', '6', '5', '4', '3', '2', '1']);
    const balances = await client.core.listBalances({ owner });
    expect(balances.hasNextPage).toBe(false);
    expect(balances.balances).toMatchObject([{ balance: '28', addressBalance: '0' }]);
  });

  it('describes functions, coins and the epoch', async () => {
    const client = harness.client(format);
    const { function: burn } = await client.core.getMoveFunction({
      packageId: wal.packageId,
      moduleName: 'wal',
      name: 'burn',
    });
    expect(burn).toMatchObject({ visibility: 'public', isEntry: false, returns: [] });
    expect(burn.parameters[0]).toMatchObject({ reference: 'mutable' });
    expect(JSON.stringify(burn.parameters[1])).toContain(wal.walType);
    const { coinMetadata } = await client.core.getCoinMetadata({ coinType: wal.walType });
    expect(coinMetadata).toMatchObject({ symbol: 'WAL', decimals: 9 });
    expect(
      (await client.core.getCoinMetadata({ coinType: '0x2::sui::SUI' })).coinMetadata,
    ).toMatchObject({ symbol: 'SUI', decimals: 9 });
    expect(
      (await client.core.getCoinMetadata({ coinType: '0x2::no::NO' })).coinMetadata,
    ).toBeNull();
    expect((await client.core.getReferenceGasPrice()).referenceGasPrice).toBe('1000');
    const { systemState } = await client.core.getCurrentSystemState();
    expect(systemState).toMatchObject({ referenceGasPrice: '1000', safeMode: false });
    const { protocolConfig } = await client.core.getProtocolConfig();
    expect(Number(protocolConfig.protocolVersion)).toBeGreaterThan(0);
    const { chainIdentifier } = await client.core.getChainIdentifier();
    expect(chainIdentifier).toBe(harness.emulator.chainId);
  });
});

describe('errors a user can meet', () => {
  const client = () => harness.client();

  it('names an object that does not exist', async () => {
    const transaction = new Transaction();
    transaction.transferObjects([transaction.object(stranger)], address);
    transaction.setSender(address);
    await expect(transaction.build({ client: client() })).rejects.toThrow(stranger);
  });

  it('explains a wallet without funds', async () => {
    const transaction = new Transaction();
    transaction.transferObjects([transaction.splitCoins(transaction.gas, [1])], address);
    transaction.setSender(Ed25519Keypair.generate().toSuiAddress());
    await expect(transaction.build({ client: client() })).rejects.toThrow(
      /insufficient SUI balance/,
    );
  });

  it('tells module, function and code of an abort when resolving', async () => {
    const transaction = new Transaction();
    const [coin] = transaction.splitCoins(transaction.gas, [1]);
    transaction.moveCall({
      target: '0x2::coin::destroy_zero',
      typeArguments: ['0x2::sui::SUI'],
      arguments: [coin ?? transaction.gas],
    });
    transaction.setSender(address);
    await expect(transaction.build({ client: client() })).rejects.toMatchObject({
      executionError: {
        $kind: 'MoveAbort',
        command: 1,
        MoveAbort: {
          abortCode: '0',
          location: { module: 'balance', functionName: 'destroy_zero' },
        },
      },
    });
  });

  it('executes a failing transaction, charges it, and answers with its status', async () => {
    const transaction = new Transaction();
    const [coin] = transaction.splitCoins(transaction.gas, [1]);
    transaction.moveCall({
      target: '0x2::coin::destroy_zero',
      typeArguments: ['0x2::sui::SUI'],
      arguments: [coin ?? transaction.gas],
    });
    transaction.setGasBudget(50_000_000);
    const { objects } = await client().core.listCoins({
      owner: address,
      coinType: '0x2::sui::SUI',
    });
    transaction.setGasPayment(
      objects.map(({ objectId, version, digest }) => ({ objectId, version, digest })),
    );
    transaction.setGasPrice(1000);
    const result = await client().core.signAndExecuteTransaction({
      transaction,
      signer: user,
      include: { effects: true },
    });
    expect(result).toMatchObject({
      $kind: 'FailedTransaction',
      FailedTransaction: { status: { success: false, error: { $kind: 'MoveAbort' } } },
    });
    expect(result.FailedTransaction?.effects?.gasObject?.objectId).toBeDefined();
  });

  it('refuses a wrong signature, a stale object and bytes that are no transaction', async () => {
    const transaction = new Transaction();
    transaction.transferObjects([transaction.splitCoins(transaction.gas, [1])], stranger);
    transaction.setSender(address);
    const bytes = await transaction.build({ client: client() });
    const forged = await Ed25519Keypair.generate().signTransaction(bytes);
    await expect(
      client().core.executeTransaction({ transaction: bytes, signatures: [forged.signature] }),
    ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });

    const other = new Transaction();
    other.transferObjects([other.splitCoins(other.gas, [2])], stranger);
    await execute(client(), user, other);
    const late = await user.signTransaction(bytes);
    await expect(
      client().core.executeTransaction({ transaction: bytes, signatures: [late.signature] }),
    ).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });

    const garbage = new Uint8Array(40).fill(7);
    await expect(
      client().core.executeTransaction({ transaction: garbage, signatures: [late.signature] }),
    ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('tells an unknown transaction from an error', async () => {
    await expect(
      client().core.getTransaction({ digest: harness.emulator.chainId }),
    ).rejects.toMatchObject({ reason: 'notFound' });
    await expect(client().ledgerService.getTransaction({ digest: 'abc' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it('refuses unknown read mask paths, page tokens and identifiers', async () => {
    const { ledgerService, stateService } = client();
    await expect(
      ledgerService.getObject({ objectId: '0x6', readMask: { paths: ['colour'] } }),
    ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(ledgerService.getObject({ objectId: 'x' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    await expect(
      stateService.listOwnedObjects({ owner: address, pageToken: Uint8Array.of(1, 2, 3) }),
    ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(
      stateService.getBalance({ owner: address, coinType: '0x2::sui::' }),
    ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(
      ledgerService.getCheckpoint({
        checkpointId: { oneofKind: 'sequenceNumber', sequenceNumber: 2n ** 60n },
      }),
    ).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('other ways to sign and send', () => {
  it('works with the serial executor, which resolves on the client side', async () => {
    const client = harness.client();
    const executor = new SerialTransactionExecutor({ client, signer: user });
    for (let i = 0; i < 3; i++) {
      const transaction = new Transaction();
      transaction.transferObjects([transaction.splitCoins(transaction.gas, [1])], stranger);
      const result = await executor.executeTransaction(transaction);
      expect(result.$kind).toBe('Transaction');
    }
  });

  it('accepts secp256k1 keys and a sponsor', async () => {
    const client = harness.client();
    const sender = Secp256k1Keypair.generate();
    await requestSuiFromFaucetV2({
      host: harness.emulator.faucetUrl,
      recipient: sender.toSuiAddress(),
    });
    const transaction = new Transaction();
    const { objects } = await client.core.listCoins({
      owner: sender.toSuiAddress(),
      coinType: wal.walType,
    });
    transaction.transferObjects([transaction.object(objects[0]?.objectId ?? '')], stranger);
    transaction.setSender(sender.toSuiAddress());
    transaction.setGasOwner(address);
    const bytes = await transaction.build({ client });
    const signatures = [await sender.signTransaction(bytes), await user.signTransaction(bytes)];
    const result = await client.core.executeTransaction({
      transaction: bytes,
      signatures: signatures.map(({ signature }) => signature),
      include: { effects: true },
    });
    expect(result.$kind).toBe('Transaction');
  });

  it('executes a transaction only once', async () => {
    const client = harness.client();
    const transaction = new Transaction();
    transaction.transferObjects([transaction.splitCoins(transaction.gas, [1])], stranger);
    transaction.setSender(address);
    const bytes = await transaction.build({ client });
    const { signature } = await user.signTransaction(bytes);
    const send = () =>
      client.core.executeTransaction({
        transaction: bytes,
        signatures: [signature],
        include: { effects: true },
      });
    const results = await Promise.all([send(), send(), send()]);
    const digests = new Set(
      results.map((result) => result.Transaction?.effects?.transactionDigest),
    );
    expect(digests.size).toBe(1);
    expect((await send()).$kind).toBe('Transaction');
  });

  it('builds a transaction kind for a sponsor without looking at gas', async () => {
    const client = harness.client();
    const transaction = new Transaction();
    transaction.moveCall({
      target: `${wal.packageId}::wal::total_supply`,
      arguments: [transaction.object(wal.treasury)],
    });
    const kind = await transaction.build({ client, onlyTransactionKind: true });
    expect(Transaction.fromKind(kind).getData().inputs[0]?.Object?.SharedObject).toBeDefined();
  });
});

describe('packages', () => {
  it('are described with their functions and datatypes', async () => {
    const { response } = await harness
      .client()
      .movePackageService.getPackage({ packageId: wal.packageId });
    expect(response.package).toMatchObject({ storageId: wal.packageId, version: 1n });
    const [module] = response.package?.modules ?? [];
    expect(module?.datatypes.map((datatype) => datatype.name)).toContain('WAL');
    expect(module?.functions.map((fn) => fn.name)).toContain('burn');
    expect(module?.functions.find((fn) => fn.name === 'init')?.visibility).toBe(
      GrpcTypes.FunctionDescriptor_Visibility.PRIVATE,
    );
  });
});
