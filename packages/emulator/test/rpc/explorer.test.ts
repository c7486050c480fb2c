/** Every call of the SDK in the table of sui-rpc.md (b), as an explorer makes it. */
import { bcs } from '@mysten/sui/bcs';
import { requestSuiFromFaucetV2 } from '@mysten/sui/faucet';
import { GrpcTypes } from '@mysten/sui/grpc';
import type { SuiGrpcClient } from '@mysten/sui/grpc';
import { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';
import { Transaction } from '@mysten/sui/transactions';
import { SUI_TYPE_ARG, normalizeStructTag, normalizeSuiAddress } from '@mysten/sui/utils';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Harness, execute } from './harness.js';

const user = Ed25519Keypair.generate();
const address = user.toSuiAddress();
const SUI = normalizeStructTag(SUI_TYPE_ARG);

let harness: Harness;
let client: SuiGrpcClient;
let showcase: string;
let sample: string;
let picture: string;
let box: string;
let painted: string;
let publication: string;

async function publish(file: string): Promise<{ packageId: string; digest: string }> {
  const text = await readFile(new URL(file, import.meta.url), 'utf8');
  const { modules, dependencies } = JSON.parse(text) as {
    modules: { bytes: string }[];
    dependencies: string[];
  };
  const transaction = new Transaction();
  const cap = transaction.publish({ modules: modules.map(({ bytes }) => bytes), dependencies });
  transaction.transferObjects([cap], address);
  const { effects, digest } = await execute(client, user, transaction);
  const written = effects?.changedObjects.find(({ outputState }) => outputState === 'PackageWrite');
  return { packageId: written?.objectId ?? '', digest };
}

function created(types: Record<string, string> | undefined, suffix: string): string {
  return Object.entries(types ?? {}).find(([, type]) => type.endsWith(suffix))?.[0] ?? '';
}

beforeAll(async () => {
  harness = await Harness.start();
  client = harness.client();
  await requestSuiFromFaucetV2({ host: harness.emulator.faucetUrl, recipient: address });
  const shown = await publish('fixtures/showcase.json');
  showcase = shown.packageId;
  publication = shown.digest;
  sample = (await publish('../ledger/fixtures/sample.json')).packageId;
  const transaction = new Transaction();
  const made = transaction.moveCall({
    target: `${showcase}::showcase::paint`,
    arguments: [transaction.pure.string('Sunset')],
  });
  const item = transaction.moveCall({
    target: `${sample}::sample::new_item`,
    arguments: [transaction.pure.u64(5)],
  });
  const child = transaction.moveCall({
    target: `${sample}::sample::new_item`,
    arguments: [transaction.pure.u64(6)],
  });
  const wrapped = transaction.moveCall({ target: `${sample}::sample::wrap`, arguments: [item] });
  transaction.moveCall({
    target: `${sample}::sample::add_child`,
    arguments: [wrapped, transaction.pure.u64(1), child],
  });
  transaction.moveCall({
    target: `${sample}::sample::add_field`,
    arguments: [wrapped, transaction.pure.string('key'), transaction.pure.u64(7)],
  });
  transaction.transferObjects([made, wrapped], address);
  const result = await execute(client, user, transaction);
  painted = result.digest;
  picture = created(result.objectTypes, '::showcase::Picture');
  box = created(result.objectTypes, '::sample::Box');
});

afterAll(() => harness.close());

describe('objects', () => {
  it('getObjects: in order, missing ones as errors', async () => {
    const { objects } = await client.getObjects({ objectIds: [picture, '0x99', box] });
    expect(
      objects.map((object) => (object instanceof Error ? 'missing' : object.objectId)),
    ).toEqual([picture, 'missing', box]);
  });

  it('getObject: contents as JSON', async () => {
    const { object } = await client.getObject({
      objectId: picture,
      include: { json: true, content: true, previousTransaction: true, objectBcs: true },
    });
    expect(object.type).toBe(`${showcase}::showcase::Picture`);
    expect(object.previousTransaction).toBe(painted);
    expect(object.json).toEqual({
      id: picture,
      name: 'Sunset',
      size: { width: 3, height: 4 },
      shade: { '@variant': 'Mixed', red: 200, parts: ['1', '2'] },
      owner: address,
      missing: null,
      price: (1n << 200n).toString(),
      data: Buffer.from([0, 1, 255]).toString('base64'),
      tags: { contents: [{ key: 'first', value: '1' }] },
      funds: '0',
      open: true,
    });
  });

  it('getObject: as its display wants it shown', async () => {
    const { object } = await client.getObject({ objectId: picture, include: { display: true } });
    expect(object.display).toEqual({
      output: {
        name: 'Sunset, 3 by 4',
        link: `https://pictures.example/${picture}?open=true`,
        braces: '{not a field}',
        broken: null,
        whole: null,
      },
      errors: {
        broken: 'there is no field nothing',
        whole: 'field size is no single value',
      },
    });
    const plain = await client.getObject({ objectId: box, include: { display: true } });
    expect(plain.object.display).toBeNull();
  });

  it('listOwnedObjects: by type, with JSON and display', async () => {
    const type = `${showcase}::showcase::Picture`;
    const page = await client.listOwnedObjects({
      owner: address,
      type,
      include: { json: true, display: true },
    });
    expect(page).toMatchObject({ hasNextPage: false, cursor: null });
    expect(page.objects).toHaveLength(1);
    expect(page.objects[0]?.json).toMatchObject({ name: 'Sunset' });
    expect(page.objects[0]?.display?.output).toMatchObject({ name: 'Sunset, 3 by 4' });
  });

  it('listDynamicFields: keys, values and children', async () => {
    const { dynamicFields } = await client.listDynamicFields({
      parentId: box,
      include: { value: true },
    });
    const field = dynamicFields.find(({ $kind }) => $kind === 'DynamicField');
    const object = dynamicFields.find(({ $kind }) => $kind === 'DynamicObject');
    expect(dynamicFields).toHaveLength(2);
    expect(bcs.string().parse(field?.name.bcs ?? new Uint8Array())).toBe('key');
    expect(bcs.u64().parse(field?.value?.bcs ?? new Uint8Array())).toBe('7');
    expect(object?.valueType).toBe(`${sample}::sample::Item`);
    const keys = await client.listDynamicFields({ parentId: picture });
    expect(keys.dynamicFields[0]?.name.type).toBe(`${showcase}::showcase::Size`);
    expect(keys.dynamicFields[0]?.valueType).toBe(`${showcase}::showcase::Shade`);
  });

  it('getDynamicField and getDynamicObjectField', async () => {
    const name = { type: '0x1::string::String', bcs: bcs.string().serialize('key').toBytes() };
    const { dynamicField } = await client.getDynamicField({ parentId: box, name });
    expect(bcs.u64().parse(dynamicField.value.bcs)).toBe('7');
    const child = { type: 'u64', bcs: bcs.u64().serialize(1).toBytes() };
    const { object } = await client.getDynamicObjectField({ parentId: box, name: child });
    expect(object.type).toBe(`${sample}::sample::Item`);
  });
});

describe('coins', () => {
  it('listCoins, getBalance, listBalances', async () => {
    const { objects } = await client.listCoins({ owner: address });
    const { balance } = await client.getBalance({ owner: address });
    expect(objects).toHaveLength(1);
    expect(balance).toEqual({
      coinType: SUI,
      balance: objects[0]?.balance,
      coinBalance: objects[0]?.balance,
      addressBalance: '0',
    });
    const { balances, hasNextPage } = await client.listBalances({ owner: address });
    expect(balances).toEqual([balance]);
    expect(hasNextPage).toBe(false);
  });

  it('getCoinMetadata: of a known and an unknown coin', async () => {
    const { coinMetadata } = await client.getCoinMetadata({ coinType: SUI });
    expect(coinMetadata).toMatchObject({ decimals: 9, symbol: 'SUI' });
    const unknown = await client.getCoinMetadata({ coinType: `${showcase}::showcase::SHOWCASE` });
    expect(unknown.coinMetadata).toBeNull();
  });
});

describe('transactions', () => {
  it('getTransaction and waitForTransaction: everything there is', async () => {
    const include = {
      transaction: true,
      effects: true,
      events: true,
      balanceChanges: true,
      objectTypes: true,
      bcs: true,
    } as const;
    const read = await client.getTransaction({ digest: painted, include });
    const found = read.$kind === 'Transaction' ? read.Transaction : undefined;
    expect(found).toEqual(
      (await client.waitForTransaction({ digest: painted, include })).Transaction,
    );
    expect(found?.transaction?.sender).toBe(address);
    expect(found?.balanceChanges).toHaveLength(1);
    expect(found?.objectTypes?.[picture]).toBe(`${showcase}::showcase::Picture`);
    expect(found?.events?.map(({ eventType, json }) => ({ eventType, json }))).toEqual([
      {
        eventType: `${showcase}::showcase::Painted<${showcase}::showcase::Shade>`,
        json: { picture, detail: { '@variant': 'Mixed', red: 200, parts: ['1', '2'] } },
      },
      {
        eventType: `${showcase}::showcase::Painted<${showcase}::showcase::Size>`,
        json: { picture, detail: { width: 3, height: 4 } },
      },
    ]);
  });

  it('batchGetTransactions: in order, missing ones as errors', async () => {
    const unknown = bcs.ObjectDigest.parse(bcs.ObjectDigest.serialize('1'.repeat(32)).toBytes());
    const { response } = await client.ledgerService.batchGetTransactions({
      digests: [painted, unknown, publication],
      readMask: { paths: ['digest'] },
    });
    const results = response.transactions.map(({ result }) =>
      result.oneofKind === 'transaction' ? result.transaction.digest : result.oneofKind,
    );
    expect(results).toEqual([painted, 'error', publication]);
  });

  it('listEvents: of one instantiation of a generic type', async () => {
    const count = async (eventType: string) =>
      (await client.listEvents({ filter: { eventType } })).events.length;
    expect(await count(`${showcase}::showcase::Painted`)).toBe(2);
    expect(await count(`${showcase}::showcase::Painted<${showcase}::showcase::Size>`)).toBe(1);
    expect(await count(`${showcase}::showcase::Painted<u64>`)).toBe(0);
  });

  it('listTransactions: of a sender', async () => {
    const page = await client.listTransactions({ filter: { sender: address }, limit: 1 });
    expect(page.hasNextPage).toBe(true);
    expect(page.transactions[0]?.Transaction?.digest).toBe(publication);
  });

  it('simulateTransaction: results of commands', async () => {
    const transaction = new Transaction();
    transaction.setSender(address);
    transaction.moveCall({
      target: `${sample}::sample::value`,
      arguments: [transaction.object(await counter())],
    });
    const result = await client.simulateTransaction({
      transaction,
      include: { commandResults: true },
    });
    expect(result.commandResults?.[0]?.returnValues[0]?.bcs).toEqual(
      bcs.u64().serialize(0).toBytes(),
    );
  });

  it.each([
    [5, 'ETooSmall', 'the number is too small', undefined, /ETooSmall: the number is too small/],
    [30, 'ETooLarge', 'the number is too large', 7, /ETooLarge = 7: the number is too large/],
    [13, undefined, undefined, undefined, /abort \(line \d+\)/],
    [15, 'ELimits', '[10, 20]', undefined, /ELimits: \[10, 20\]/],
  ] as const)('abort %i: says what the contract says', async (number, name, value, code, text) => {
    const transaction = new Transaction();
    transaction.setSender(address);
    // With everything set nothing is simulated: the failure is executed.
    transaction.setGasBudget(10_000_000n);
    transaction.setGasPrice(1000n);
    const [coin] = (await client.listCoins({ owner: address })).objects;
    if (coin === undefined) throw new Error('the user has no coin');
    transaction.setGasPayment([coin]);
    transaction.moveCall({
      target: `${showcase}::showcase::check`,
      arguments: [transaction.pure.u64(number)],
    });
    const signed = await transaction.sign({ signer: user });
    const { response } = await client.transactionExecutionService.executeTransaction({
      transaction: { bcs: { value: Buffer.from(signed.bytes, 'base64') } },
      signatures: [
        {
          bcs: { value: Buffer.from(signed.signature, 'base64') },
          signature: { oneofKind: undefined },
        },
      ],
      readMask: { paths: ['effects.status', 'digest'] },
    });
    const error = response.transaction?.effects?.status?.error;
    expect(error?.description).toMatch(text);
    const details = error?.errorDetails;
    const clever = details?.oneofKind === 'abort' ? details.abort.cleverError : undefined;
    expect(clever?.constantName).toBe(name);
    expect(clever?.lineNumber).toBeGreaterThan(0n);
    expect(clever?.errorCode).toBe(code === undefined ? undefined : BigInt(code));
    expect(clever?.value.oneofKind === 'rendered' ? clever.value.rendered : undefined).toBe(value);
    // Read back, the error says the same.
    const read = await client.ledgerService.getTransaction({
      digest: response.transaction?.digest ?? '',
      readMask: { paths: ['effects.status', 'digest'] },
    });
    expect(read.response.transaction).toEqual(response.transaction);
  });
});

async function counter(): Promise<string> {
  const page = await client.listTransactions({
    filter: { sender: address },
    include: { objectTypes: true },
  });
  return created(page.transactions[1]?.Transaction?.objectTypes, '::sample::Counter');
}

describe('packages', () => {
  it('getMoveFunction', async () => {
    const { function: found } = await client.getMoveFunction({
      packageId: showcase,
      moduleName: 'showcase',
      name: 'paint',
    });
    expect(found).toMatchObject({ name: 'paint', visibility: 'public', isEntry: false });
    expect(found.parameters).toHaveLength(2);
    expect(found.returns[0]?.body).toMatchObject({
      $kind: 'datatype',
      datatype: { typeName: `${showcase}::showcase::Picture` },
    });
  });

  it('getDatatype: struct, generic struct, enum', async () => {
    const describeType = async (name: string) => {
      const { response } = await client.movePackageService.getDatatype({
        packageId: showcase,
        moduleName: 'showcase',
        name,
      });
      return response.datatype;
    };
    const { DatatypeDescriptor_DatatypeKind: Kind, Ability } = GrpcTypes;
    expect(await describeType('Size')).toMatchObject({
      typeName: `${showcase}::showcase::Size`,
      kind: Kind.STRUCT,
      fields: [{ name: 'width' }, { name: 'height' }],
    });
    const generic = await describeType('Painted');
    expect(new Set(generic?.abilities)).toEqual(new Set([Ability.COPY, Ability.DROP]));
    expect(generic?.typeParameters[0]?.constraints).toHaveLength(3);
    expect(generic?.typeParameters[0]?.isPhantom).toBe(false);
    const shade = await describeType('Shade');
    expect(shade?.kind).toBe(Kind.ENUM);
    expect(shade?.variants.map(({ name, fields }) => [name, fields.length])).toEqual([
      ['Plain', 0],
      ['Mixed', 2],
      ['Named', 1],
    ]);
    await expect(describeType('Nothing')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('getPackage, listPackageVersions', async () => {
    const { response } = await client.movePackageService.getPackage({ packageId: showcase });
    expect(response.package?.modules.map(({ name }) => name)).toEqual(['showcase']);
    expect(new Set(response.package?.modules[0]?.datatypes.map(({ name }) => name))).toEqual(
      new Set(['Painted', 'Picture', 'SHOWCASE', 'Shade', 'Size']),
    );
    const versions = await client.movePackageService.listPackageVersions({ packageId: showcase });
    expect(versions.response.versions).toMatchObject([{ packageId: showcase, version: 1n }]);
    expect(versions.response.nextPageToken).toBeUndefined();
  });
});

describe('the chain', () => {
  it('getChainIdentifier, getReferenceGasPrice, getProtocolConfig, getCurrentSystemState', async () => {
    expect((await client.getChainIdentifier()).chainIdentifier).toBe(harness.emulator.chainId);
    expect((await client.getReferenceGasPrice()).referenceGasPrice).toBe('1000');
    expect((await client.getProtocolConfig()).protocolConfig.protocolVersion).toBe('138');
    const { systemState } = await client.getCurrentSystemState();
    expect(systemState).toMatchObject({ epoch: '0', protocolVersion: '138' });
  });

  it('getServiceInfo, getCheckpoint: they agree', async () => {
    const { response: info } = await client.ledgerService.getServiceInfo({});
    const { response } = await client.ledgerService.getCheckpoint({
      checkpointId: { oneofKind: 'sequenceNumber', sequenceNumber: info.checkpointHeight ?? 0n },
      readMask: { paths: ['digest', 'summary', 'transactions.digest'] },
    });
    expect(info.lowestAvailableCheckpoint).toBe(0n);
    expect(info.timestamp).toEqual(response.checkpoint?.summary?.timestamp);
    expect(info.server).toContain('walrus-ts');
    expect(normalizeSuiAddress(address)).toBe(address);
  });

  it('name service and zkLogin: not served', async () => {
    await expect(client.nameService.lookupName({ name: 'a.sui' })).rejects.toMatchObject({
      code: 'UNIMPLEMENTED',
    });
  });
});
