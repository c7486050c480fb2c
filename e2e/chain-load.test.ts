/**
 * The chain under load: many keys send all kinds of transactions to an emulator process that is killed with `kill -9` again and
 * again. CI runs a small size; `npm run test:load` the full one.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bcs } from '@mysten/sui/bcs';
import { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';
import { Transaction } from '@mysten/sui/transactions';
import { toBase58 } from '@mysten/sui/utils';
import {
  createChainClient,
  createRpc,
  deleteBlob,
  registerBlob,
  reserveSpace,
  splitStorageBySize,
  stakeWithPool,
  type ChainClient,
  type ContractRefs,
  type Rpc,
  type SystemState,
} from '@walrus-ts/chain';
import { linkPackage, loadCompiledPackage, type LinkedPackage } from '@walrus-ts/contracts';
import {
  blake2b256,
  encodedLength,
  isWalrusError,
  normalizeAddress,
  type Address,
} from '@walrus-ts/core';
import { deployContracts, loadNodeKeys, startFirstEpoch } from '@walrus-ts/localnet';
import { createCodec, type BlobCodec } from '@walrus-ts/redstuff';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditChain } from './support/chain-audit.js';
import { startChainProcess, type ChainProcess } from './support/chain-process.js';

const IS_FULL = process.env['WALRUS_LOAD'] === 'full';
const TRANSACTIONS = IS_FULL ? 5_000 : 400;
const KILLS = IS_FULL ? 10 : 2;
const KEYS = 20;
const SUBSCRIBERS = 3;
const N_SHARDS = 10;
const NODES = 4;
const SUI = 1_000_000_000n;
/** Genesis supply of the emulator, MIST. */
const SUPPLY = 5_000_000_000n * SUI;
const GAS_PRICE = 1_000;
const GAS_BUDGET = 100_000_000;
/** Times that one request is made; the chain comes back after each kill. */
const MAX_ATTEMPTS = 60;

/** What a client was told about a transaction. */
interface Acknowledged {
  readonly kind: Kind;
  readonly digest: string;
  /** Digest of the effects it was shown. */
  readonly effects: string;
  readonly isSuccess: boolean;
}

type Kind = 'pay' | 'reserve' | 'stake' | 'register' | 'delete' | 'publish' | 'fail';

let dir: string;
let chainProcess: ChainProcess;
let rpc: Rpc;
let chain: ChainClient;
let refs: ContractRefs;
let system: SystemState;
let nodeIds: Address[];
let codec: BlobCodec;
let walPackage: LinkedPackage;
const keys = Array.from({ length: KEYS }, () => new Ed25519Keypair());
const bank = new Ed25519Keypair();

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'walrus-load-'));
  chainProcess = await startChainProcess(dir, bank);
  const { rpcUrl } = chainProcess;
  rpc = createRpc(rpcUrl);
  codec = await createCodec({ nShards: N_SHARDS });
  walPackage = linkPackage(await loadCompiledPackage('wal'));
  const parameters = {
    rpcUrl,
    deployer: bank,
    nShards: N_SHARDS,
    epochDurationMs: 86_400_000,
    maxEpochsAhead: 53,
  };
  const deployment = await deployContracts(parameters);
  const nodes = await Promise.all(
    Array.from({ length: NODES }, async (_, i) => ({
      name: `node-${i}`,
      networkAddress: `127.0.0.1:${1000 + i}`,
      keys: await loadNodeKeys(join(dir, `node-${i}`)),
    })),
  );
  const [first] = keys;
  nodeIds = await startFirstEpoch(parameters, deployment, nodes, first?.toSuiAddress() ?? '');
  chain = createChainClient({ rpcUrl, ...deployment });
  refs = await chain.refs();
  system = await chain.system();
  await fundKeys();
}, 120_000);

afterAll(async () => {
  await chainProcess?.stop();
  await rm(dir, { recursive: true, force: true });
});

async function fundKeys(): Promise<void> {
  const { objects } = await rpc.sui.core.listCoins({
    owner: bank.toSuiAddress(),
    coinType: refs.walType,
  });
  const [walCoin] = objects;
  await chain.execute({
    signer: bank,
    build: (tx) => {
      const sui = tx.splitCoins(
        tx.gas,
        keys.map(() => 1_000n * SUI),
      );
      const wal = tx.splitCoins(
        tx.object(walCoin?.objectId ?? ''),
        keys.map(() => 10_000n * SUI),
      );
      keys.forEach((key, i) => {
        const coins = [sui[i], wal[i]].filter((coin) => coin !== undefined);
        tx.transferObjects(coins, key.toSuiAddress());
      });
    },
  });
}

/** Repeats a request until the chain answers it; other errors than those of a dead chain are thrown. */
async function insist<T>(request: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    await chainProcess.ready();
    const { life } = chainProcess;
    try {
      return await request();
    } catch (error) {
      const isCutOff = chainProcess.life !== life || isUnreachable(error);
      if (!isCutOff || attempt >= MAX_ATTEMPTS) throw error;
    }
    // The kill shows up in a request before the test that made it says so.
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function isUnreachable(error: unknown): boolean {
  return isWalrusError(error) && error.retryable;
}

/** Signs once, and sends the same bytes until the chain acknowledges them. */
async function send(
  key: Ed25519Keypair,
  kind: Kind,
  fill: (tx: Transaction) => void,
): Promise<{ acknowledged: Acknowledged; created: ReadonlyMap<string, string> }> {
  const bytes = await insist(() =>
    rpc.call(async () => {
      const tx = new Transaction();
      tx.setSender(key.toSuiAddress());
      fill(tx);
      if (kind === 'fail') await payWithOneCoin(tx, key);
      return tx.build({ client: rpc.sui });
    }),
  );
  const { signature } = await key.signTransaction(bytes);
  const result = await insist(() =>
    rpc.call((signal) =>
      rpc.sui.core.executeTransaction({
        transaction: bytes,
        signatures: [signature],
        include: { effects: true, objectTypes: true },
        signal,
      }),
    ),
  );
  const executed = result.Transaction ?? result.FailedTransaction;
  const effectsBcs = executed.effects.bcs ?? new Uint8Array();
  const acknowledged = {
    kind,
    digest: executed.digest,
    effects: toBase58(blake2b256(new TextEncoder().encode('TransactionEffects::'), effectsBcs)),
    isSuccess: result.$kind === 'Transaction',
  };
  expect(acknowledged.isSuccess, `${kind} ${JSON.stringify(executed.status)}`).toBe(
    kind !== 'fail',
  );
  const created = new Map(
    executed.effects.changedObjects
      .filter(({ idOperation }) => idOperation === 'Created')
      .map(({ objectId }) => [objectId, executed.objectTypes?.[objectId] ?? '']),
  );
  return { acknowledged, created };
}

/** Without resolution, which would find out that the transaction fails. */
async function payWithOneCoin(tx: Transaction, key: Ed25519Keypair): Promise<void> {
  const { objects } = await rpc.sui.core.listCoins({ owner: key.toSuiAddress() });
  const [coin] = objects;
  if (coin === undefined) throw new Error('no SUI');
  tx.setGasPrice(GAS_PRICE);
  tx.setGasBudget(GAS_BUDGET);
  tx.setGasPayment([{ objectId: coin.objectId, version: coin.version, digest: coin.digest }]);
}

/** One key: its transactions one after another, in an order of its own. */
class Client {
  private readonly key: Ed25519Keypair;
  private readonly index: number;
  private readonly blobs: string[] = [];
  private count = 0;

  constructor(key: Ed25519Keypair, index: number) {
    this.key = key;
    this.index = index;
  }

  /** Kinds take turns, each key beginning elsewhere; publishing is rare. */
  private next(): Kind {
    const turn = this.index + this.count++;
    if (turn % 40 === 17) return 'publish';
    const kinds = ['pay', 'register', 'fail', 'stake', 'pay', 'delete', 'reserve'] as const;
    const kind = kinds[turn % kinds.length] ?? 'pay';
    return kind === 'delete' && this.blobs.length === 0 ? 'register' : kind;
  }

  async step(): Promise<Acknowledged> {
    const { key } = this;
    const own = key.toSuiAddress();
    const encodedSize = encodedLength(N_SHARDS, 100);
    const { storagePrice, writePrice } = system;
    const reserve = (tx: Transaction) =>
      reserveSpace(tx, refs, { encodedSize, epochs: 3, storagePrice });
    const kind = this.next();
    switch (kind) {
      case 'pay': {
        const to = keys[(this.index + this.count) % KEYS] ?? key;
        const { acknowledged } = await send(key, kind, (tx) => {
          tx.transferObjects([tx.splitCoins(tx.gas, [1])], to.toSuiAddress());
        });
        return acknowledged;
      }
      case 'reserve': {
        const { acknowledged } = await send(key, kind, (tx) => {
          const storage = reserve(tx);
          const rest = splitStorageBySize(tx, refs, storage, Math.floor(encodedSize / 2));
          tx.transferObjects([storage, rest], own);
        });
        return acknowledged;
      }
      case 'stake': {
        const nodeId = nodeIds[this.index % NODES] ?? normalizeAddress('0x0');
        const { acknowledged } = await send(key, kind, (tx) => {
          tx.transferObjects([stakeWithPool(tx, refs, nodeId, SUI)], own);
        });
        return acknowledged;
      }
      case 'register': {
        const blob = new TextEncoder().encode(`${own} ${this.count}`.padEnd(100));
        const { blobId, rootHash } = await codec.computeMetadata(blob);
        const { acknowledged, created } = await send(key, kind, (tx) => {
          const parameters = { blobId, rootHash, size: 100, encodedSize, isDeletable: true };
          tx.transferObjects([registerBlob(tx, refs, reserve(tx), parameters, writePrice)], own);
        });
        for (const [id, type] of created) if (type.endsWith('::blob::Blob')) this.blobs.push(id);
        return acknowledged;
      }
      case 'delete': {
        const id = this.blobs.shift() ?? '';
        const { acknowledged } = await send(key, kind, (tx) => {
          tx.transferObjects([deleteBlob(tx, refs, tx.object(id))], own);
        });
        return acknowledged;
      }
      case 'publish': {
        const { acknowledged } = await send(key, kind, (tx) => {
          const modules = walPackage.modules.map(({ bytes }) => [...bytes]);
          const dependencies = [...walPackage.dependencies];
          tx.transferObjects([tx.publish({ modules, dependencies })], own);
        });
        return acknowledged;
      }
      case 'fail': {
        const { acknowledged } = await send(key, kind, (tx) => {
          tx.moveCall({
            target: '0x2::coin::destroy_zero',
            typeArguments: ['0x2::sui::SUI'],
            arguments: [tx.splitCoins(tx.gas, [1])],
          });
        });
        return acknowledged;
      }
    }
  }
}

/** Follows the events and keeps a cursor, as a storage node does on disk. Can be killed and goes on from the cursor. */
class Subscriber {
  readonly seen: string[] = [];
  private cursor = 0n;
  private life = new AbortController();
  private running = this.follow();

  private async follow(): Promise<void> {
    const { signal } = this.life;
    for await (const batch of chain.events({ fromCheckpoint: this.cursor, signal })) {
      if (signal.aborted) return;
      for (const { id, type } of batch.events) {
        this.seen.push(`${id.txDigest} ${id.eventSeq} ${type}`);
      }
      this.cursor = batch.checkpoint + 1n;
    }
  }

  async restart(): Promise<void> {
    await this.end();
    this.life = new AbortController();
    this.running = this.follow();
  }

  async end(): Promise<void> {
    this.life.abort();
    await this.running;
  }

  /** Waits until everything up to a checkpoint was seen. */
  async reach(checkpoint: bigint): Promise<void> {
    for (let waited = 0; this.cursor <= checkpoint; waited++) {
      if (waited > 1_200) throw new Error(`only ${this.cursor} of ${checkpoint} seen`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

describe(`${TRANSACTIONS} transactions of ${KEYS} keys, ${KILLS} kills`, () => {
  const acknowledged: Acknowledged[] = [];
  let subscribers: Subscriber[];

  it('are all acknowledged', { timeout: IS_FULL ? 3_600_000 : 180_000 }, async () => {
    subscribers = Array.from({ length: SUBSCRIBERS }, () => new Subscriber());
    let started = 0;
    let kills = 0;
    let killing: Promise<void> = Promise.resolve();
    // Kills come when so many are acknowledged, with transactions of all other keys under way.
    const killWhenDue = (): void => {
      if (acknowledged.length < ((kills + 1) * TRANSACTIONS) / (KILLS + 1) || kills === KILLS)
        return;
      kills++;
      killing = killing.then(async () => {
        const dying = chainProcess.killAndRestart();
        // One of the subscribers dies at the same time.
        await subscribers[kills % SUBSCRIBERS]?.restart();
        await dying;
      });
    };
    await Promise.all(
      keys.map(async (key, index) => {
        const client = new Client(key, index);
        while (started < TRANSACTIONS) {
          started++;
          acknowledged.push(await client.step());
          killWhenDue();
        }
      }),
    );
    await killing;
    expect(kills).toBe(KILLS);
    expect(chainProcess.life).toBe(KILLS + 1);
    expect(acknowledged).toHaveLength(TRANSACTIONS);
  });

  it('are on the chain as they were shown, which fits together', { timeout: 600_000 }, async () => {
    const { packageId } = refs;
    const contents = await auditChain(chainProcess.rpcUrl, packageId, SUPPLY);
    expect(new Set(acknowledged.map(({ digest }) => digest)).size).toBe(TRANSACTIONS);
    for (const { kind, digest, effects, isSuccess } of acknowledged) {
      expect(contents.transactions.get(digest), `${kind} ${digest}`).toBe(effects);
      expect(contents.failed.has(digest), `${kind} ${digest}`).toBe(!isSuccess);
    }
    const count = (kind: Kind): number => acknowledged.filter((one) => one.kind === kind).length;
    const events = (type: string): number =>
      contents.events.filter((event) => event.type === type).length;
    expect(events('BlobRegistered')).toBe(count('register'));
    expect(events('BlobDeleted')).toBe(count('delete'));

    const { response } = await rpc.sui.ledgerService.getServiceInfo({});
    const height = response.checkpointHeight ?? 0n;
    await Promise.all(subscribers.map((subscriber) => subscriber.reach(height)));
    await Promise.all(subscribers.map((subscriber) => subscriber.end()));
    const expected = contents.events.map(({ id, type }) => `${id.txDigest} ${id.eventSeq} ${type}`);
    for (const { seen } of subscribers) expect(seen).toEqual(expected);
  });

  it('go on: the chain takes the next transaction', async () => {
    const [key] = keys;
    if (key === undefined) throw new Error('no key');
    const { acknowledged: next } = await send(key, 'pay', (tx) => {
      tx.transferObjects([tx.splitCoins(tx.gas, [1])], key.toSuiAddress());
    });
    expect(bcs.ObjectDigest.serialize(next.digest).toBytes()).toHaveLength(33);
  });
});
