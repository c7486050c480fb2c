// What the benchmarks of the chain share: an emulator as a process, deployed contracts, wallets, transactions built offline.
import { execFileSync, spawn } from 'node:child_process';
import { createPrivateKey, sign } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { bcs } from '@mysten/sui/bcs';
import { decodeSuiPrivateKey } from '@mysten/sui/cryptography';
import { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';
import { Transaction } from '@mysten/sui/transactions';
import { loadCompiledPackage } from '@walrus-ts/contracts';
import { blake2b256, fromBase64 } from '@walrus-ts/core';
import { deployContracts, loadNodeKeys, startFirstEpoch } from '@walrus-ts/localnet';

const MAIN = fileURLToPath(new URL('../../packages/emulator/dist/main.js', import.meta.url));
const BUILD = fileURLToPath(new URL('../../contracts/build/', import.meta.url));
/** Unit of /proc/PID/stat on Linux, ms. */
const CLOCK_TICK_MS = 10;
export const SUI = 1_000_000_000n;
const WALLET_SUI = 1_000n * SUI;
const WALLET_WAL = 10_000n * SUI;

export const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
export const quantile = (list, q) => list.toSorted((a, b) => a - b)[Math.floor(list.length * q)];
export const round = (ms) => Math.round(ms * 100) / 100;

/** Bytecode of std and sui as `createEmulator` takes it. */
export async function frameworkPackages() {
  return Promise.all(
    ['std', 'sui'].map(async (name) => {
      const { modules } = await loadCompiledPackage(name);
      return { name, modules: modules.map((m) => ({ name: m.name, bytes: fromBase64(m.bytes) })) };
    }),
  );
}

/** Starts an emulator process; `ready` is its first line, `readyMs` how long that took. */
export async function startEmulator(dir, dataDir, faucetKey) {
  const config = join(dir, 'emulator.json');
  const frameworkPaths = ['std', 'sui'].map((name) => join(BUILD, `${name}.json`));
  await writeFile(
    config,
    JSON.stringify({
      dataDir,
      frameworkPackages: frameworkPaths,
      faucetSecretKey: faucetKey.getSecretKey(),
    }),
  );
  const start = performance.now();
  const child = spawn(process.execPath, [MAIN, '--config', config], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const readyMs = performance.now() - start;
    return {
      ...JSON.parse(line),
      readyMs,
      /** Peak resident memory so far, bytes; undefined where /proc does not exist. */
      peakRss() {
        try {
          const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
          return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
        } catch {
          return undefined;
        }
      },
      /** Processor time so far, ms; undefined where /proc does not exist. */
      cpuMs() {
        try {
          const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ');
          return (Number(fields[11]) + Number(fields[12])) * CLOCK_TICK_MS;
        } catch {
          return undefined;
        }
      },
      async end(signal = 'SIGTERM') {
        child.kill(signal);
        await once(child, 'exit');
      },
    };
  }
  throw new Error('the emulator did not start');
}

/** Deploys the contracts, starts the first epoch with `members` nodes. */
export async function deployWorld({ rpcUrl, dir, deployer, members, nShards }) {
  const parameters = {
    rpcUrl,
    deployer,
    nShards,
    epochDurationMs: 86_400_000,
    maxEpochsAhead: 53,
  };
  const deployment = await deployContracts(parameters);
  const nodes = [];
  for (let i = 0; i < members; i++) {
    const keys = await loadNodeKeys(join(dir, `node-${i}`));
    nodes.push({ name: `node-${i}`, networkAddress: `127.0.0.1:${1000 + i}`, keys });
  }
  const user = new Ed25519Keypair();
  const nodeIds = await startFirstEpoch(parameters, deployment, nodes, user.toSuiAddress());
  return { deployment, nodes, nodeIds };
}

/** Sends every wallet SUI and, if a WAL coin type is given, WAL, both from one key. */
export async function fundWallets(client, from, wallets, walType) {
  const tx = new Transaction();
  const sui = tx.splitCoins(
    tx.gas,
    wallets.map(() => WALLET_SUI),
  );
  wallets.forEach((wallet, i) => tx.transferObjects([sui[i]], wallet.toSuiAddress()));
  if (walType !== undefined) {
    const { objects } = await client.core.listCoins({
      owner: from.toSuiAddress(),
      coinType: walType,
    });
    const wal = tx.splitCoins(
      objects[0].objectId,
      wallets.map(() => WALLET_WAL),
    );
    wallets.forEach((wallet, i) => tx.transferObjects([wal[i]], wallet.toSuiAddress()));
  }
  const result = await client.core.signAndExecuteTransaction({ transaction: tx, signer: from });
  if (result.$kind !== 'Transaction') throw new Error('the wallets could not be funded');
}

/** Kind, version and application of what is signed. */
const TRANSACTION_INTENT = Uint8Array.of(0, 0, 0);
const ED25519_FLAG = 0;
/** DER header of an Ed25519 private key; the 32 bytes of the seed follow. */
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The key for node:crypto, which signs twenty times as fast as JavaScript. */
function nativeKey(key) {
  const { secretKey } = decodeSuiPrivateKey(key.getSecretKey());
  const der = Buffer.concat([ED25519_PKCS8, secretKey]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

/**
 * Makes payments of one key, always with the same gas coin: one MIST goes to `to`.
 *
 * The transaction is built once and changed: building each anew would cost more than executing it.
 */
export async function createPayer(key, to, { objectId, version, digest }) {
  let gas = { objectId, version: version.toString(), digest };
  const tx = new Transaction();
  tx.setSender(key.toSuiAddress());
  tx.setGasPrice(1000);
  tx.setGasBudget(100_000_000);
  tx.setGasPayment([gas]);
  tx.transferObjects([tx.splitCoins(tx.gas, [1])[0]], to);
  const data = bcs.TransactionData.parse(await tx.build());
  const signer = nativeKey(key);
  return {
    sign() {
      data.V1.gasData.payment = [gas];
      const bytes = bcs.TransactionData.serialize(data).toBytes();
      const digest = blake2b256(TRANSACTION_INTENT, bytes);
      const signature = Buffer.concat([
        Buffer.of(ED25519_FLAG),
        sign(null, digest, signer),
        key.getPublicKey().toRawBytes(),
      ]);
      return { bytes, signature: signature.toString('base64') };
    },
    isGas: (change) => change.objectId === objectId,
    setGas(newVersion, newDigest) {
      gas = { objectId, version: newVersion.toString(), digest: newDigest };
    },
  };
}

export function commit() {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

/** What a figure depends on. */
export function machineFacts() {
  return {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    memoryBytes: totalmem(),
    node: process.version,
    commit: commit(),
  };
}
