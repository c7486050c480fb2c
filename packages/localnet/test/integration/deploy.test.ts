/** Deployment of the contracts: complete, once, however often it is interrupted. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';
import { Transaction, TransactionDataBuilder } from '@mysten/sui/transactions';
import { createChainClient, createRpc } from '@walrus-ts/chain';
import { loadCompiledPackage } from '@walrus-ts/contracts';
import { fromBase64, normalizeAddress, toBase64 } from '@walrus-ts/core';
import { createEmulator, type Emulator } from '@walrus-ts/emulator';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadNodeKeys } from '../../src/keys.js';
import { deployContracts, type DeployParameters } from '../../src/deploy/contracts.js';
import { startFirstEpoch } from '../../src/deploy/first-epoch.js';
import { fileJournalStore, type JournalStore } from '../../src/deploy/journal.js';

const WAL = 1_000_000_000n;
const SUPPLY = 5_000_000_000n * WAL;
const EXCHANGE = 1_000n * WAL;
const SUBSIDIES = 500n * WAL;

let dir: string;
let deployer: Ed25519Keypair;
let emulator: Emulator;

async function framework(name: string) {
  const { modules } = await loadCompiledPackage(name);
  return {
    name,
    modules: modules.map((module) => ({ name: module.name, bytes: fromBase64(module.bytes) })),
  };
}

async function startEmulator(folder: string): Promise<Emulator> {
  return createEmulator({
    dataDir: join(dir, folder),
    frameworkPackages: [await framework('std'), await framework('sui')],
    faucetSecretKey: deployer.getSecretKey(),
  });
}

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'walrus-deploy-'));
  deployer = new Ed25519Keypair();
  emulator = await startEmulator('chain');
});

afterEach(async () => {
  await emulator.stop();
  await rm(dir, { recursive: true, force: true });
});

function parameters(changes: Partial<DeployParameters> = {}): DeployParameters {
  return {
    rpcUrl: emulator.rpcUrl,
    deployer,
    nShards: 10,
    epochDurationMs: 3_600_000,
    maxEpochsAhead: 53,
    exchange: { wal: EXCHANGE },
    subsidies: {
      systemSubsidyRate: 1000,
      baseSubsidy: 1n,
      subsidyPerShard: 2n,
      funds: SUBSIDIES,
    },
    withCredits: true,
    journal: fileJournalStore(join(dir, 'deployment.json')),
    ...changes,
  };
}

/** How many objects of each kind the deployer owns, and its WAL. */
async function holdings(walType: string): Promise<{ counts: Record<string, number>; wal: bigint }> {
  const { sui } = createRpc(emulator.rpcUrl);
  const owner = deployer.toSuiAddress();
  const counts: Record<string, number> = {};
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof sui.core.listOwnedObjects>> =
      await sui.core.listOwnedObjects({ owner, cursor });
    for (const { type } of page.objects) {
      if (type.includes('::coin::Coin<')) continue;
      const name = type.split('::').slice(1).join('::');
      counts[name] = (counts[name] ?? 0) + 1;
    }
    cursor = page.hasNextPage ? page.cursor : null;
  } while (cursor !== null);
  const { balance } = await sui.core.getBalance({ owner, coinType: walType });
  return { counts, wal: BigInt(balance.balance) };
}

/** What one deployment leaves, whatever happened on the way. */
async function expectOneDeployment(deployment: Awaited<ReturnType<typeof deployContracts>>) {
  const { counts, wal } = await holdings(deployment.walType);
  expect(counts).toEqual({
    // wal, wal_exchange, walrus_subsidies, subsidies; that of walrus is inside its manager.
    'package::UpgradeCap': 4,
    'upgrade::EmergencyUpgradeCap': 1,
    'wal_exchange::AdminCap': 1,
    'walrus_subsidies::AdminCap': 1,
    'subsidies::AdminCap': 1,
  });
  expect(wal).toBe(SUPPLY - EXCHANGE - SUBSIDIES);
}

class Crash extends Error {}

/** A journal whose process dies at a write: before it took effect or right after. */
function crashing(store: JournalStore, when: 'before' | 'after', survived: number): JournalStore {
  let count = 0;
  return {
    ...store,
    async save(text) {
      const isLast = count++ === survived;
      if (isLast && when === 'before') throw new Crash();
      await store.save(text);
      if (isLast) throw new Crash();
    },
  };
}

describe('deployContracts', () => {
  it('makes everything that was asked for, and nothing more when it is run again', async () => {
    const steps: string[] = [];
    const deployment = await deployContracts(parameters({ onStep: (step) => steps.push(step) }));
    expect(steps).toHaveLength(11);
    await expectOneDeployment(deployment);
    const chain = createChainClient({ rpcUrl: emulator.rpcUrl, ...deployment });
    expect((await chain.staking()).nShards).toBe(10);
    const objects = await createRpc(emulator.rpcUrl).objects([
      ...deployment.exchangeObjects,
      deployment.walrusSubsidiesObject ?? '',
      deployment.creditsObject ?? '',
      deployment.slashingManagerObject,
    ]);
    expect(objects.map(({ type }) => type.split('::').slice(1).join('::'))).toEqual([
      'wal_exchange::Exchange',
      'walrus_subsidies::WalrusSubsidies',
      'subsidies::Subsidies',
      'slashing::SlashingManager',
    ]);
    const before = emulator.ledger.status().totalTransactions;
    expect(await deployContracts(parameters())).toEqual(deployment);
    expect(emulator.ledger.status().totalTransactions).toBe(before);
    const journal = JSON.parse(await readFile(join(dir, 'deployment.json'), 'utf8'));
    expect(journal.network).toMatchObject({ systemObject: deployment.systemObject });
  }, 120_000);

  it.each([
    // Each run dies right after one more write: after signing, and after the chain's answer was written down.
    // Eleven steps with two writes each, and the first and the last write of the journal.
    ['after', 0, 24],
    // Each run dies before its second write: sent, but the answer lost; or signed and forgotten.
    ['before', 1, 23],
  ] as const)(
    'continues when every write kills the process (%s it took effect)',
    async (when, survived, expectedCrashes) => {
      const file = fileJournalStore(join(dir, 'deployment.json'));
      let crashes = 0;
      while (crashes <= expectedCrashes) {
        try {
          await deployContracts(parameters({ journal: crashing(file, when, survived) }));
          break;
        } catch (error) {
          if (!(error instanceof Crash)) throw error;
          crashes++;
        }
      }
      expect(crashes).toBe(expectedCrashes);
      await expectOneDeployment(await deployContracts(parameters()));
    },
    240_000,
  );

  it('does a step again whose transaction failed', async () => {
    const file = fileJournalStore(join(dir, 'deployment.json'));
    await expect(
      deployContracts(parameters({ journal: crashing(file, 'after', 1) })),
    ).rejects.toThrow(Crash);
    // In place of the signed publication one that cannot succeed, fully specified so that nothing finds out before.
    const { sui } = createRpc(emulator.rpcUrl);
    const [coin] = (await sui.core.listCoins({ owner: deployer.toSuiAddress() })).objects;
    if (coin === undefined) throw new Error('the deployer has no coin');
    const tx = new Transaction();
    tx.setSender(deployer.toSuiAddress());
    tx.setGasPayment([coin]);
    tx.setGasPrice(1000n);
    tx.setGasBudget(10_000_000n);
    const parts = tx.splitCoins(tx.gas, [2n ** 63n]);
    tx.transferObjects([parts], deployer.toSuiAddress());
    const transaction = await tx.build();
    const { signature } = await deployer.signTransaction(transaction);
    const journal = JSON.parse((await file.load()) ?? '');
    expect(journal.steps['publish wal'].state).toBe('sent');
    journal.steps['publish wal'] = {
      state: 'sent',
      digest: TransactionDataBuilder.getDigestFromBytes(transaction),
      transaction: toBase64(transaction),
      signature,
    };
    await file.save(JSON.stringify(journal));
    const before = emulator.ledger.status().totalTransactions;
    await expectOneDeployment(await deployContracts(parameters()));
    // The failed one was executed: it used gas.
    const { balance } = await sui.core.getBalance({ owner: deployer.toSuiAddress() });
    expect(BigInt(balance.balance)).toBeLessThan(5_000_000_000n * 1_000_000_000n);
    expect(emulator.ledger.status().totalTransactions).toBeGreaterThanOrEqual(before + 12n);
  }, 120_000);

  it('refuses to continue what was begun otherwise', async () => {
    const file = fileJournalStore(join(dir, 'deployment.json'));
    const begin = deployContracts(parameters({ journal: crashing(file, 'after', 2) }));
    await expect(begin).rejects.toThrow(Crash);
    await expect(deployContracts(parameters({ nShards: 11 }))).rejects.toMatchObject({
      code: 'LOCALNET_SETTINGS_CHANGED',
      message: expect.stringContaining('nShards 10, not 11'),
    });
    await expect(deployContracts(parameters({ exchange: undefined }))).rejects.toMatchObject({
      code: 'LOCALNET_SETTINGS_CHANGED',
      message: expect.stringContaining('exchangeWal'),
    });
    const stranger = new Ed25519Keypair();
    await expect(deployContracts(parameters({ deployer: stranger }))).rejects.toMatchObject({
      code: 'LOCALNET_SETTINGS_CHANGED',
      message: expect.stringContaining('deployer'),
    });
    const other = await startEmulator('other');
    try {
      await expect(deployContracts(parameters({ rpcUrl: other.rpcUrl }))).rejects.toMatchObject({
        code: 'LOCALNET_WRONG_CHAIN',
        message: expect.stringContaining(other.chainId),
      });
    } finally {
      await other.stop();
    }
    await file.save('{"format": 7');
    await expect(deployContracts(parameters())).rejects.toMatchObject({
      code: 'LOCALNET_NO_NETWORK',
    });
  }, 120_000);

  it('says who lacks coins', async () => {
    const poor = new Ed25519Keypair();
    await expect(deployContracts(parameters({ deployer: poor }))).rejects.toMatchObject({
      code: 'LOCALNET_NO_FUNDS',
      message: expect.stringContaining(poor.toSuiAddress()),
    });
  }, 120_000);
});

describe('startFirstEpoch', () => {
  it('continues when every write kills the process', async () => {
    const file = fileJournalStore(join(dir, 'deployment.json'));
    const deployment = await deployContracts(parameters());
    const nodes = await Promise.all(
      [0, 1].map(async (i) => ({
        name: `node-${i}`,
        networkAddress: `127.0.0.1:${1000 + i}`,
        keys: await loadNodeKeys(join(dir, `node-${i}`)),
      })),
    );
    const user = new Ed25519Keypair().toSuiAddress();
    let ids: string[] | undefined;
    for (let crashes = 0; ids === undefined; crashes++) {
      const journal = crashing(file, crashes % 2 === 0 ? 'after' : 'before', crashes % 2);
      try {
        ids = await startFirstEpoch(parameters({ journal }), deployment, nodes, user);
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
      }
    }
    const chain = createChainClient({ rpcUrl: emulator.rpcUrl, ...deployment });
    const { committee, epoch } = await chain.staking();
    expect(epoch).toBe(1);
    expect([...committee.keys()].sort()).toEqual([...ids].sort());
    for (const { keys } of nodes) {
      expect(
        await chain.nodeCapabilities(normalizeAddress(keys.wallet.toSuiAddress())),
      ).toHaveLength(1);
    }
    const { counts } = await holdings(deployment.walType);
    expect(counts['staked_wal::StakedWal']).toBe(2);
    const { sui } = createRpc(emulator.rpcUrl);
    const { balance } = await sui.core.getBalance({ owner: user, coinType: deployment.walType });
    expect(BigInt(balance.balance)).toBe(1_000_000n * WAL);
  }, 240_000);
});
