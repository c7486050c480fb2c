// Case `kinds`: transactions by kind inside the ledger, without the API: admission, Move VM, effects, checkpoint, flush.
import { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';
import { SuiGrpcClient } from '@mysten/sui/grpc';
import { Transaction } from '@mysten/sui/transactions';
import {
  certifyBlob,
  createChainClient,
  extendBlob,
  registerBlob,
  reserveSpace,
  stakeWithPool,
} from '@walrus-ts/chain';
import { linkPackage, loadCompiledPackage } from '@walrus-ts/contracts';
import {
  encodeStorageConfirmation,
  encodedLength,
  fromBase64,
  loadBls,
  normalizeAddress,
  signersToBitmap,
} from '@walrus-ts/core';
import { createEmulator } from '@walrus-ts/emulator';
import { createCodec } from '@walrus-ts/redstuff';
import { join } from 'node:path';
import { deployWorld, frameworkPackages, fundWallets, median, round, SUI } from './chain-world.mjs';

const SUI_COIN = '0x2::coin::Coin<0x2::sui::SUI>';

/**
 * Every round executes each kind once alone (time of one) and once for all wallets at the same time (per second).
 *
 * @returns one row per kind
 */
export async function benchKinds({ dir, members, nShards, rounds, clients }) {
  const deployer = new Ed25519Keypair();
  const emulator = await createEmulator({
    dataDir: join(dir, 'kinds'),
    frameworkPackages: await frameworkPackages(),
    faucetSecretKey: deployer.getSecretKey(),
  });
  try {
    return await measure(emulator, { deployer, dir, members, nShards, rounds, clients });
  } finally {
    await emulator.stop();
  }
}

async function measure(emulator, { deployer, dir, members, nShards, rounds, clients }) {
  const { rpcUrl, ledger } = emulator;
  const wallets = Array.from({ length: clients + 1 }, () => new Ed25519Keypair());
  const world = await deployWorld({ rpcUrl, dir, deployer, members, nShards });
  const { deployment, nodes, nodeIds } = world;
  const client = new SuiGrpcClient({ network: 'localnet', baseUrl: rpcUrl });
  await fundWallets(client, deployer, wallets, deployment.walType);
  const chain = createChainClient({ rpcUrl, ...deployment });
  const [refs, system, committee] = await Promise.all([
    chain.refs(),
    chain.system(),
    chain.committee(),
  ]);
  const bls = await loadBls();
  const codec = await createCodec({ nShards });
  const walModules = linkPackage(await loadCompiledPackage('wal'));
  const times = new Map();
  const rates = new Map();

  const sign = async (wallet, build) => {
    const tx = new Transaction();
    tx.setSender(wallet.toSuiAddress());
    await build(tx, wallet.toSuiAddress());
    const bytes = await tx.build({ client });
    const { signature } = await wallet.signTransaction(bytes);
    return [bytes, [fromBase64(signature)]];
  };
  const run = async (op, signed) => {
    const cpuStart = process.cpuUsage();
    const start = performance.now();
    const records = await Promise.all(signed.map((parts) => ledger.execute(...parts)));
    const wallMs = performance.now() - start;
    const cpu = process.cpuUsage(cpuStart);
    for (const { effects } of records) {
      const isExpected = effects.status.success || op === 'failing';
      if (!isExpected) throw new Error(`${op} failed: ${effects.status.description}`);
    }
    return { wallMs, cpuMs: (cpu.user + cpu.system) / 1000 };
  };
  const note = (map, op, value) => map.set(op, [...(map.get(op) ?? []), value]);
  const step = async (op, build) => {
    const [first, ...others] = wallets;
    note(times, op, await run(op, [await sign(first, build)]));
    const signed = [];
    for (const wallet of others) signed.push(await sign(wallet, build));
    const { wallMs } = await run(op, signed);
    note(rates, op, (1000 * signed.length) / wallMs);
  };
  const certificateOf = (blobId) => {
    const message = encodeStorageConfirmation({
      epoch: committee.epoch,
      blobId,
      persistence: { kind: 'permanent' },
    });
    const signers = committee.members.map((_, index) => index);
    // One member does not sign, so that its key is subtracted, as in practice.
    if (signers.length > 3) signers.pop();
    const signatures = signers.map((index) => {
      const node = nodes[nodeIds.indexOf(committee.members[index].nodeId)];
      return bls.sign(node.keys.protocolSecret, message);
    });
    return {
      message,
      signature: bls.aggregateSignatures(signatures),
      signersBitmap: signersToBitmap(signers, committee.members.length),
    };
  };

  let serial = 0;
  for (let i = 0; i < rounds; i++) {
    await step('transfer', (tx, own) => {
      const [coin] = tx.splitCoins(tx.gas, [1]);
      tx.transferObjects([coin], own);
    });
    await step('split', (tx, own) => {
      const coins = tx.splitCoins(tx.gas, [1, 2, 3, 4, 5]);
      tx.transferObjects([coins[0], coins[1], coins[2], coins[3], coins[4]], own);
    });
    await step('stake', (tx, own) => {
      tx.transferObjects([stakeWithPool(tx, refs, nodeIds[0], SUI)], own);
    });
    const encodedSize = encodedLength(nShards, 8);
    await step('reserve', (tx, own) => {
      const { storagePrice } = system;
      tx.transferObjects([reserveSpace(tx, refs, { encodedSize, epochs: 5, storagePrice })], own);
    });
    const blobs = new Map();
    for (const wallet of wallets) {
      const blob = new TextEncoder().encode(String(serial++).padStart(8, '0'));
      blobs.set(wallet.toSuiAddress(), {
        ...(await codec.computeMetadata(blob)),
        size: blob.length,
      });
    }
    await step('register', (tx, own) => {
      const { blobId, rootHash, size } = blobs.get(own);
      const storage = reserveSpace(tx, refs, {
        encodedSize,
        epochs: 5,
        storagePrice: system.storagePrice,
      });
      const object = registerBlob(
        tx,
        refs,
        storage,
        { blobId, rootHash, size, encodedSize, isDeletable: false },
        system.writePrice,
      );
      tx.transferObjects([object], own);
    });
    const objects = new Map();
    for (const [own, { blobId }] of blobs) {
      const owned = await chain.ownedBlobs(normalizeAddress(own));
      objects.set(own, { id: owned.find((blob) => blob.blobId === blobId).id, blobId });
    }
    await step('certify', (tx, own) => {
      const { id, blobId } = objects.get(own);
      certifyBlob(tx, refs, id, certificateOf(blobId));
    });
    await step('extend', (tx, own) => {
      extendBlob(tx, refs, {
        blobObject: objects.get(own).id,
        storageSize: BigInt(encodedSize),
        epochs: 1,
        storagePrice: system.storagePrice,
      });
    });
    await step('publish', (tx, own) => {
      const cap = tx.publish({
        modules: walModules.modules.map(({ bytes }) => [...bytes]),
        dependencies: [...walModules.dependencies],
      });
      tx.transferObjects([cap], own);
    });
    // Built without resolution, which would find out that it fails.
    await step('failing', (tx, own) => {
      const { items } = ledger.ownedObjects(own, { limit: 1, type: SUI_COIN });
      const { objectId, version, digest } = items[0];
      tx.setGasPrice(1000);
      tx.setGasBudget(100_000_000);
      tx.setGasPayment([{ objectId, version: version.toString(), digest }]);
      tx.moveCall({
        target: '0x2::coin::destroy_zero',
        typeArguments: ['0x2::sui::SUI'],
        arguments: [tx.splitCoins(tx.gas, [1])[0]],
      });
    });
  }
  return [...times].map(([op, list]) => ({
    case: 'kinds',
    op,
    members,
    nShards,
    rounds,
    clients,
    medianMs: round(median(list.map(({ wallMs }) => wallMs))),
    maxMs: round(Math.max(...list.map(({ wallMs }) => wallMs))),
    medianCpuMs: round(median(list.map(({ cpuMs }) => cpuMs))),
    perSecond: round(median(rates.get(op))),
  }));
}
