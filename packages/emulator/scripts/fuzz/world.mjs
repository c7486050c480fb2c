// The chain under attack: an emulator process with funded keys, a published package and some objects.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { requestSuiFromFaucetV2 } from '@mysten/sui/faucet';
import { SuiGrpcClient } from '@mysten/sui/grpc';
import { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';
import { Transaction } from '@mysten/sui/transactions';
import { toBase58 } from '@mysten/sui/utils';
import { decodeSuiPrivateKey } from '@mysten/sui/cryptography';
import { laneKey } from './transactions.mjs';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const MAIN = path('../../dist/main.js');
const BUILD = path('../../../../contracts/build/');
const SAMPLE = path('../../test/ledger/fixtures/sample.json');
/** The emulator has to get along with this much JavaScript heap, MiB: a leak ends the process. */
export const HEAP_MIB = 384;

/** Starts the emulator; `errors` collects what it writes to standard error. */
export async function startEmulator() {
  const directory = await mkdtemp(join(tmpdir(), 'walrus-fuzz-rpc-'));
  const config = join(directory, 'emulator.json');
  await writeFile(
    config,
    JSON.stringify({
      dataDir: join(directory, 'chain'),
      frameworkPackages: [join(BUILD, 'std.json'), join(BUILD, 'sui.json')],
      faucet: { suiAmount: '1000000000000000' },
      history: { checkpoints: 500, objectCheckpoints: 100 },
    }),
  );
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${HEAP_MIB}`, MAIN, '--config', config],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const errors = [];
  createInterface({ input: child.stderr }).on('line', (line) => errors.push(line));
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return {
    ...JSON.parse(line),
    errors,
    /** Private memory of the process in MiB; undefined where /proc does not exist. */
    memoryMib() {
      try {
        const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
        return Number(/RssAnon:\s+(\d+)/.exec(status)?.[1]) / 1024;
      } catch {
        return undefined;
      }
    },
    hasExited: () => child.exitCode !== null || child.signalCode !== null,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit');
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
        await gone;
        clearTimeout(timer);
      }
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function compiled(file) {
  const { modules, dependencies } = JSON.parse(await readFile(file, 'utf8'));
  return { modules: modules.map(({ bytes }) => bytes), dependencies };
}

async function execute(client, signer, build) {
  const transaction = new Transaction();
  build(transaction);
  const result = await client.core.signAndExecuteTransaction({
    transaction,
    signer,
    include: { effects: true, objectTypes: true },
  });
  if (result.$kind !== 'Transaction')
    throw new Error(JSON.stringify(result.FailedTransaction.status));
  return result.Transaction;
}

async function gasOf(client, address) {
  const { objects } = await client.core.listCoins({ owner: address, limit: 1 });
  const [{ objectId, version, digest }] = objects;
  return { objectId, version, digest };
}

/** Makes keys with one coin each, and everything the cases refer to. */
export async function createWorld({ rpcUrl, faucetUrl, chainId }, laneCount) {
  const client = new SuiGrpcClient({ network: 'localnet', baseUrl: rpcUrl });
  const lanes = [];
  for (let i = 0; i < laneCount; i++) {
    const secret = randomBytes(32);
    const keypair = Ed25519Keypair.fromSecretKey(secret);
    const address = keypair.toSuiAddress();
    await requestSuiFromFaucetV2({ host: faucetUrl, recipient: address });
    lanes.push({
      keypair,
      address,
      key: laneKey(Buffer.from(decodeSuiPrivateKey(keypair.getSecretKey()).secretKey)),
      publicKey: Buffer.from(keypair.getPublicKey().toRawBytes()),
      gas: undefined,
    });
  }
  const [{ keypair, address }] = lanes;
  const sample = await compiled(SAMPLE);
  const published = await execute(client, keypair, (tx) => {
    tx.transferObjects([tx.publish(sample)], address);
  });
  const changes = published.effects.changedObjects;
  const packageId = changes.find(({ outputState }) => outputState === 'PackageWrite').objectId;
  const counter = changes.find(({ outputOwner }) => outputOwner?.$kind === 'Shared');
  const made = await execute(client, keypair, (tx) => {
    const call = (name, args) =>
      tx.moveCall({ target: `${packageId}::sample::${name}`, arguments: args });
    const box = call('wrap', [call('new_item', [tx.pure.u64(1)])]);
    call('add_field', [box, tx.pure.string('key'), tx.pure.u64(7)]);
    call('add_child', [box, tx.pure.u64(1), call('new_item', [tx.pure.u64(2)])]);
    call('many_events', [tx.pure.u64(3)]);
    tx.transferObjects([box, call('new_item', [tx.pure.u64(3)])], address);
  });
  for (const lane of lanes) lane.gas = await gasOf(client, lane.address);

  const load = async (file) => ({
    modules: (await compiled(file)).modules.map((text) => Buffer.from(text, 'base64')),
  });
  const build = (name) => load(join(BUILD, `${name}.json`));
  // The sample can be published as it is; the framework has an address of its own.
  const packages = [
    [8, await load(SAMPLE)],
    [2, await build('wal')],
    [1, await build('sui')],
    [1, await build('std')],
  ];
  const functions = await callableFunctions(client, ['0x1', '0x2', packageId]);
  const owned = made.effects.changedObjects
    .filter(
      ({ outputOwner, objectId }) =>
        outputOwner?.$kind === 'AddressOwner' && objectId !== lanes[0].gas.objectId,
    )
    .map(({ objectId, outputVersion, outputDigest }) => ({
      objectId,
      version: outputVersion,
      digest: outputDigest,
    }));
  const long = (short) => `0x${short.padStart(64, '0')}`;
  const fullAddresses = [
    long('1'),
    long('2'),
    long('6'),
    packageId,
    address,
    counter.objectId,
    ...made.effects.changedObjects.map(({ objectId }) => objectId),
  ];
  const realDigests = [published.digest, made.digest, chainId, toBase58(Buffer.alloc(32, 9))];
  return {
    client,
    lanes,
    sender: address,
    fullAddresses,
    addresses: [...fullAddresses, '0x2', '0x6', '0x5', '0x0', '0xzz', `0x${'0'.repeat(65)}`, ''],
    realDigests,
    digests: [...realDigests, '1'.repeat(32), '1'.repeat(44), 'z'.repeat(44), '0OIl', ''],
    owned,
    shared: [
      { objectId: counter.objectId, initialSharedVersion: counter.outputVersion },
      { objectId: long('6'), initialSharedVersion: 1 },
    ],
    types: [
      '0x2::sui::SUI',
      '0x2::coin::Coin<0x2::sui::SUI>',
      `${packageId}::sample::Item`,
      `${packageId}::sample::Noted`,
      `${packageId}::sample`,
      '0x1::string::String',
      '0x2::clock::Clock',
    ],
    functions,
    pureFunctions: functions.filter(({ parameters }) => parameters.every(isPure)),
    // Of packages that cases published: damaged code that passed the checks.
    freshFunctions: [],
    packages,
    blobs: [
      Buffer.from(changes[0].outputDigest ?? ''),
      Buffer.alloc(32),
      Buffer.alloc(64, 0xff),
      packages[0][1].modules[0],
    ],
  };
}

function isPure(body) {
  const inner = body.typeParameterInstantiation;
  return (
    /::(string|ascii)::String$|::option::Option$|^$/.test(body.typeName ?? '') &&
    inner.every(isPure)
  );
}

/** What a case needs to call the functions of a package. */
export function describeFunctions(response) {
  const { storageId, modules } = response.package;
  return modules.flatMap((module) =>
    module.functions.map(({ name, parameters, typeParameters }) => ({
      package: storageId,
      module: module.name,
      name,
      parameters: parameters
        .map(({ body }) => body)
        .filter((body) => !String(body?.typeName ?? '').endsWith('::tx_context::TxContext')),
      typeParameters: typeParameters.length,
    })),
  );
}

async function callableFunctions(client, packageIds) {
  const answers = await Promise.all(
    packageIds.map((packageId) => client.movePackageService.getPackage({ packageId })),
  );
  return answers.flatMap(({ response }) => describeFunctions(response));
}
