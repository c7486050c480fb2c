/**
 * A chain of its own in this process: the emulator's ledger with signed transactions, without RPC, with
 * a clock that the test moves. One account does everything.
 */

import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCompiledPackage } from '@walrus-ts/contracts';
import { blake2b256, concatBytes, fromBase64, toHex } from '@walrus-ts/core';
import {
  coinOf,
  encodeTransactionData,
  openLedger,
  signingDigest,
  SUI_TYPE,
  type GenesisPackage,
  type Ledger,
  type LedgerObject,
  type ObjectChange,
  type TransactionRecord,
} from '@walrus-ts/emulator/ledger';
import { Program, type KnownObject } from './program.js';

/** Start of every such chain, ms since 1970: runs with equal seeds are equal to the byte. */
const GENESIS_MS = 1_700_000_000_000;
const MIST_PER_SUI = 1_000_000_000n;
const GAS_SUPPLY = 1_000_000_000n * MIST_PER_SUI;
const GAS_BUDGET = 100n * MIST_PER_SUI;
/** PKCS #8 header of an Ed25519 secret key; the 32 raw bytes follow. */
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
/** A file system in memory, where there is one: durability is not what these runs test. */
const MEMORY_DIR = '/dev/shm';

async function frameworkPackage(
  name: string,
  id: string,
  dependencies: readonly string[],
): Promise<GenesisPackage> {
  const { modules } = await loadCompiledPackage(name);
  return {
    id,
    dependencies,
    modules: modules.map(({ name: module, bytes }) => ({ name: module, bytes: fromBase64(bytes) })),
  };
}

/** The chain has no such object, or has it no more. */
export class UnknownObject extends Error {
  override readonly name = 'UnknownObject';

  constructor(objectId: string) {
    super(`there is no object ${objectId}`);
  }
}

/** The chain, its one account, and the version of every object on it. */
export class LedgerWorld {
  readonly ledger: Ledger;
  /** Address of the account. */
  readonly sender: string;
  /** Every live object but the clock, by ID, as the effects of the transactions say. */
  readonly objects = new Map<string, KnownObject>();
  /** Executed transactions. */
  transactions = 0;
  private readonly key: KeyObject;
  private readonly publicKey: Uint8Array;
  private readonly dataDir: string;
  private readonly clock: { ms: number };
  private readonly gasCoin: string;
  private readonly changed = new Set<string>();

  private constructor(parts: {
    ledger: Ledger;
    sender: string;
    key: KeyObject;
    publicKey: Uint8Array;
    dataDir: string;
    clock: { ms: number };
  }) {
    this.ledger = parts.ledger;
    this.sender = parts.sender;
    this.key = parts.key;
    this.publicKey = parts.publicKey;
    this.dataDir = parts.dataDir;
    this.clock = parts.clock;
    for (const { effects } of this.ledger.checkpointTransactions(0n) ?? []) {
      for (const change of effects.changedObjects) this.apply(change);
    }
    const [coin] = this.ledger.ownedObjects(this.sender, {
      limit: 1,
      type: coinOf(SUI_TYPE),
    }).items;
    if (coin === undefined) throw new Error('genesis gave no SUI');
    this.gasCoin = coin.objectId;
  }

  /** Makes a new chain in a temporary directory. Close it. */
  static async open(): Promise<LedgerWorld> {
    const key = createPrivateKey({
      key: Buffer.concat([ED25519_PKCS8, new Uint8Array(32).fill(7)]),
      format: 'der',
      type: 'pkcs8',
    });
    const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
    const publicKey = Uint8Array.from(spki.subarray(-32));
    const sender = `0x${toHex(blake2b256(Uint8Array.of(0), publicKey))}`;
    const parent = existsSync(MEMORY_DIR) ? MEMORY_DIR : tmpdir();
    const dataDir = await mkdtemp(join(parent, 'walrus-economy-'));
    const clock = { ms: GENESIS_MS };
    const ledger = await openLedger({
      dataDir,
      packages: [
        await frameworkPackage('std', '0x1', []),
        await frameworkPackage('sui', '0x2', ['0x1']),
      ],
      allocations: [{ address: sender, coins: [GAS_SUPPLY] }],
      // Nobody looks back; memory is short.
      history: { checkpoints: 10, objectCheckpoints: 1 },
      now: () => clock.ms,
    });
    return new LedgerWorld({ ledger, sender, key, publicKey, dataDir, clock });
  }

  /** Time of the chain, ms. */
  get nowMs(): number {
    return this.clock.ms;
  }

  /** Lets time pass. */
  wait(durationMs: number): void {
    this.clock.ms += durationMs;
  }

  program(): Program {
    return new Program((id) => this.known(id));
  }

  /** An object that exists. */
  object(objectId: string): LedgerObject {
    const object = this.ledger.getObject(objectId);
    if (object === undefined) throw new Error(`object ${objectId} does not exist`);
    return object;
  }

  /**
   * Signs and executes a program.
   *
   * @returns the record; it may be of a failed execution
   */
  async run(program: Program): Promise<TransactionRecord> {
    const gas = this.known(this.gasCoin);
    const bytes = encodeTransactionData({
      kind: { kind: 'programmable', inputs: program.inputs, commands: program.commands },
      sender: this.sender,
      gas: {
        payment: [{ objectId: gas.objectId, version: gas.version, digest: gas.digest }],
        owner: this.sender,
        price: this.ledger.referenceGasPrice(),
        budget: GAS_BUDGET,
      },
      expiration: { kind: 'none' },
    });
    const signature = concatBytes(
      Uint8Array.of(0),
      sign(null, signingDigest(bytes), this.key),
      this.publicKey,
    );
    const record = await this.ledger.execute(bytes, [signature]);
    this.transactions++;
    for (const change of record.effects.changedObjects) this.apply(change);
    return record;
  }

  /** As {@link run}, for programs that cannot fail. */
  async must(program: Program): Promise<TransactionRecord> {
    const record = await this.run(program);
    const { status } = record.effects;
    if (!status.success) throw new Error(`command ${status.command}: ${status.description}`);
    return record;
  }

  /** IDs of the objects that were written or removed since the last call. */
  takeChanged(): string[] {
    const ids = [...this.changed];
    this.changed.clear();
    return ids;
  }

  async close(): Promise<void> {
    await this.ledger.close();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  private known(objectId: string): KnownObject {
    const known = this.objects.get(objectId);
    if (known === undefined) throw new UnknownObject(objectId);
    return known;
  }

  private apply({ objectId, output }: ObjectChange): void {
    this.changed.add(objectId);
    if (output === undefined) {
      this.objects.delete(objectId);
    } else if (output.kind === 'object') {
      const { version, digest, owner } = output;
      const sharedAt = owner.kind === 'shared' ? owner.initialVersion : undefined;
      this.objects.set(objectId, { objectId, version, digest, sharedAt });
    }
  }
}
