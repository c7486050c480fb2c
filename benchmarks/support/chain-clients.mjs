// Cases `clients` and `restart`: an emulator process under concurrent clients of its API, and how fast it starts again.
import { SuiGrpcClient } from '@mysten/sui/grpc';
import { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';
import { fromBase64 } from '@walrus-ts/core';
import { createEmulator } from '@walrus-ts/emulator';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import {
  createPayer,
  frameworkPackages,
  fundWallets,
  median,
  quantile,
  round,
  startEmulator,
} from './chain-world.mjs';

/** `clients` keys pay each other through the API, each waiting for its answer before the next payment. */
export async function benchClients({ dir, clients, seconds }) {
  const bank = new Ed25519Keypair();
  const emulator = await startEmulator(dir, join(dir, 'clients'), bank);
  try {
    const client = new SuiGrpcClient({ network: 'localnet', baseUrl: emulator.rpcUrl });
    const wallets = Array.from({ length: clients }, () => new Ed25519Keypair());
    await fundWallets(client, bank, wallets);
    const latencies = [];
    const cpuStart = emulator.cpuMs();
    const start = performance.now();
    const end = start + 1000 * seconds;
    await Promise.all(
      wallets.map(async (wallet, i) => {
        const to = wallets[(i + 1) % clients].toSuiAddress();
        const { objects } = await client.core.listCoins({ owner: wallet.toSuiAddress() });
        const payer = await createPayer(wallet, to, objects[0]);
        while (performance.now() < end) {
          const { bytes, signature } = payer.sign();
          const sent = performance.now();
          const result = await client.core.executeTransaction({
            transaction: bytes,
            signatures: [signature],
            include: { effects: true },
          });
          latencies.push(performance.now() - sent);
          if (result.$kind !== 'Transaction') throw new Error('a payment failed');
          const change = result.Transaction.effects.changedObjects.find(payer.isGas);
          payer.setGas(change.outputVersion, change.outputDigest);
        }
      }),
    );
    const wallMs = performance.now() - start;
    return [
      {
        case: 'clients',
        op: 'transfer',
        clients,
        transactions: latencies.length,
        perSecond: round((1000 * latencies.length) / wallMs),
        medianMs: round(median(latencies)),
        p99Ms: round(quantile(latencies, 0.99)),
        emulatorCpuMs: round((emulator.cpuMs() - cpuStart) / latencies.length),
        emulatorPeakRssBytes: emulator.peakRss(),
      },
    ];
  } finally {
    await emulator.end();
  }
}

const RESTARTS = 5;
const FILL_KEYS = 200;

/** Fills a chain with `transactions` payments, then starts it again after `kill -9`, several times. */
export async function benchRestart({ dir, transactions }) {
  const bank = new Ed25519Keypair();
  const dataDir = join(dir, 'restart');
  await fill(dataDir, bank, transactions);
  const times = [];
  const cpu = [];
  let peakRss;
  let height;
  for (let i = 0; i < RESTARTS; i++) {
    const start = performance.now();
    const emulator = await startEmulator(dir, dataDir, bank);
    const client = new SuiGrpcClient({ network: 'localnet', baseUrl: emulator.rpcUrl });
    const { response } = await client.ledgerService.getServiceInfo({});
    times.push(performance.now() - start);
    cpu.push(emulator.cpuMs());
    height = Number(response.checkpointHeight);
    peakRss = emulator.peakRss();
    await emulator.end('SIGKILL');
  }
  return [
    {
      case: 'restart',
      op: 'start to first answer',
      transactions,
      checkpoints: height,
      rounds: RESTARTS,
      medianMs: round(median(times)),
      maxMs: round(Math.max(...times)),
      emulatorCpuMs: median(cpu),
      databaseBytes: statSync(join(dataDir, 'ledger', 'chain.mdb')).size,
      emulatorPeakRssBytes: peakRss,
    },
  ];
}

async function fill(dataDir, bank, transactions) {
  const emulator = await createEmulator({
    dataDir,
    frameworkPackages: await frameworkPackages(),
    faucetSecretKey: bank.getSecretKey(),
  });
  try {
    const { ledger } = emulator;
    const client = new SuiGrpcClient({ network: 'localnet', baseUrl: emulator.rpcUrl });
    const wallets = Array.from({ length: FILL_KEYS }, () => new Ed25519Keypair());
    await fundWallets(client, bank, wallets);
    const payers = await Promise.all(
      wallets.map((wallet, i) => {
        const { items } = ledger.ownedObjects(wallet.toSuiAddress(), { limit: 1 });
        return createPayer(wallet, wallets[(i + 1) % FILL_KEYS].toSuiAddress(), items[0]);
      }),
    );
    const rounds = Math.ceil(transactions / FILL_KEYS);
    for (let done = 0; done < rounds; done++) {
      await Promise.all(
        payers.map(async (payer) => {
          const { bytes, signature } = payer.sign();
          const record = await ledger.execute(bytes, [fromBase64(signature)]);
          if (!record.effects.status.success) throw new Error('a payment failed');
          const { output } = record.effects.changedObjects.find(payer.isGas);
          payer.setGas(output.version, output.digest);
        }),
      );
    }
  } finally {
    await emulator.stop();
  }
}
