/** A ledger in a temporary directory, with keys, offline transaction building and compiled packages. */

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Signer } from '@mysten/sui/cryptography';
import { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';
import { Transaction } from '@mysten/sui/transactions';
import { fromBase64 } from '@walrus-ts/core';
import {
  openLedger,
  coinOf,
  decodeTransactionData,
  encodeTransactionData,
  SUI_TYPE,
  type Ledger,
  type LedgerInit,
  type LedgerObject,
  type ObjectChange,
  type TransactionData,
  type TransactionRecord,
} from '../../src/ledger/index.js';

const BUILD_DIR = fileURLToPath(new URL('../../../../contracts/build/', import.meta.url));
const FIXTURE_DIR = fileURLToPath(new URL('./fixtures/', import.meta.url));

export interface CompiledPackage {
  readonly modules: readonly { readonly name: string; readonly bytes: string }[];
  readonly dependencies: readonly string[];
  readonly digest: string;
}

/** Reads build output of the contracts workspace, or a fixture of these tests. */
export async function readCompiled(name: string, dir = BUILD_DIR): Promise<CompiledPackage> {
  return JSON.parse(await readFile(join(dir, `${name}.json`), 'utf8')) as CompiledPackage;
}

export function readFixture(name: string): Promise<CompiledPackage> {
  return readCompiled(name, FIXTURE_DIR);
}

async function frameworkPackage(
  name: string,
  id: string,
  dependencies: string[],
): Promise<LedgerInit['packages'][0]> {
  const { modules } = await readCompiled(name);
  return {
    id,
    dependencies,
    modules: modules.map((m) => ({ name: m.name, bytes: fromBase64(m.bytes) })),
  };
}

/** The key that owns the genesis supply; fixed, so that a second process can use it. */
export const BANK = Ed25519Keypair.fromSecretKey(new Uint8Array(32).fill(1));
export const USER = Ed25519Keypair.fromSecretKey(new Uint8Array(32).fill(2));
export const STRANGER = Ed25519Keypair.fromSecretKey(new Uint8Array(32).fill(3));
export const SUI = 1_000_000_000n;

/** Settings of the ledgers that tests open. */
export async function worldInit(dataDir: string): Promise<LedgerInit> {
  return {
    dataDir,
    packages: [
      await frameworkPackage('std', '0x1', []),
      await frameworkPackage('sui', '0x2', ['0x1']),
    ],
    allocations: [
      { address: BANK.toSuiAddress(), coins: [1_000_000n * SUI, 1000n * SUI] },
      { address: USER.toSuiAddress(), coins: [1000n * SUI, 5n * SUI, 7n * SUI] },
    ],
  };
}

export class World {
  readonly dataDir: string;
  ledger: Ledger;

  private constructor(dataDir: string, ledger: Ledger) {
    this.dataDir = dataDir;
    this.ledger = ledger;
  }

  static async open(overrides: Partial<LedgerInit> = {}): Promise<World> {
    const dataDir = await mkdtemp(join(tmpdir(), 'walrus-ledger-'));
    return new World(dataDir, await openLedger({ ...(await worldInit(dataDir)), ...overrides }));
  }

  async restart(overrides: Partial<LedgerInit> = {}): Promise<void> {
    await this.ledger.close();
    this.ledger = await openLedger({ ...(await worldInit(this.dataDir)), ...overrides });
  }

  async close(): Promise<void> {
    await this.ledger.close();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** SUI coins of an address, largest first. */
  coins(owner: Signer): readonly LedgerObject[] {
    return this.ledger.ownedObjects(owner.toSuiAddress(), { limit: 1000, type: coinOf(SUI_TYPE) })
      .items;
  }

  /** Signed bytes of a transaction that needs no resolution. */
  async build(
    signer: Signer,
    fill: (tx: Transaction) => void,
    options: { budget?: bigint; gas?: readonly LedgerObject[]; price?: bigint } = {},
  ): Promise<{ bytes: Uint8Array; signature: Uint8Array; digest: string }> {
    const tx = new Transaction();
    tx.setSender(signer.toSuiAddress());
    tx.setGasPrice(options.price ?? 1000n);
    tx.setGasBudget(options.budget ?? SUI);
    const gas = options.gas ?? this.coins(signer).slice(0, 1);
    tx.setGasPayment(gas.map(refOf));
    fill(tx);
    const bytes = await tx.build();
    const { signature } = await signer.signTransaction(bytes);
    return { bytes, signature: fromBase64(signature), digest: await tx.getDigest() };
  }

  async run(
    signer: Signer,
    fill: (tx: Transaction) => void,
    options: { budget?: bigint; gas?: readonly LedgerObject[]; price?: bigint } = {},
  ): Promise<TransactionRecord> {
    const { bytes, signature } = await this.build(signer, fill, options);
    return this.ledger.execute(bytes, [signature]);
  }

  /** Runs a transaction that the official client would not build. */
  async runChanged(
    signer: Signer,
    fill: (tx: Transaction) => void,
    change: (data: TransactionData) => TransactionData,
  ): Promise<TransactionRecord> {
    const { bytes } = await this.build(signer, fill);
    const changed = encodeTransactionData(change(decodeTransactionData(bytes)));
    const { signature } = await signer.signTransaction(changed);
    return this.ledger.execute(changed, [fromBase64(signature)]);
  }

  /** Runs and insists on success. */
  async must(
    signer: Signer,
    fill: (tx: Transaction) => void,
    options: { budget?: bigint; gas?: readonly LedgerObject[] } = {},
  ): Promise<TransactionRecord> {
    const record = await this.run(signer, fill, options);
    if (!record.effects.status.success) throw new Error(record.effects.status.description);
    return record;
  }

  async publish(
    signer: Signer,
    compiled: CompiledPackage,
  ): Promise<{ record: TransactionRecord; packageId: string }> {
    const record = await this.must(
      signer,
      (tx) => {
        const cap = tx.publish({
          modules: compiled.modules.map((m) => m.bytes),
          dependencies: [...compiled.dependencies],
        });
        tx.transferObjects([cap], signer.toSuiAddress());
      },
      { budget: 5n * SUI },
    );
    const packageId = record.effects.changedObjects.find(
      (c) => c.output?.kind === 'package',
    )?.objectId;
    if (packageId === undefined) throw new Error('no package was written');
    return { record, packageId };
  }

  object(id: string): LedgerObject {
    const object = this.ledger.getObject(id);
    if (object === undefined) throw new Error(`object ${id} does not exist`);
    return object;
  }
}

/** Insists that a value is there. */
export function need<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a value is missing');
  return value;
}

export function refOf(object: LedgerObject): { objectId: string; version: string; digest: string } {
  return { objectId: object.objectId, version: object.version.toString(), digest: object.digest };
}

/** Created objects whose type ends with a suffix. */
export function createdOf(record: TransactionRecord, suffix: string): string[] {
  return record.effects.changedObjects
    .filter(
      (c) =>
        c.idOperation === 'created' && (record.objectTypes.get(c.objectId) ?? '').endsWith(suffix),
    )
    .map((c) => c.objectId);
}

export function changeOf(record: TransactionRecord, id: string): ObjectChange {
  const change = record.effects.changedObjects.find((c) => c.objectId === id);
  if (change === undefined) throw new Error(`object ${id} did not change`);
  return change;
}
