import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Signer } from '@mysten/sui/cryptography';
import { SuiGrpcClient } from '@mysten/sui/grpc';
import { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';
import { Inputs, Transaction, type TransactionArgument } from '@mysten/sui/transactions';
import { loadCompiledPackage } from '@walrus-ts/contracts';
import { blake2b256, fromBase64 } from '@walrus-ts/core';
import { createEmulator, type Emulator } from '@walrus-ts/emulator';

/** The chain behind an emulator. */
export type Ledger = Emulator['ledger'];
/** A transaction as the chain recorded it. */
export type TransactionRecord = Awaited<ReturnType<Ledger['execute']>>;
/** One version of an object. */
export type LedgerObject = NonNullable<ReturnType<Ledger['getObject']>>;
/** Input or result of a command of a transaction under construction. */
export type Argument = TransactionArgument;

/** How to pay for a transaction, and what to call it in a report. */
export interface ExecuteOptions {
  /** MIST; default {@link DEFAULT_BUDGET}. */
  readonly budget?: bigint;
  /** ID of the gas coin; default the largest SUI coin of the signer. */
  readonly gasCoin?: string;
  /** Kind of operation in {@link ContractChain.executed}; default: not kept. */
  readonly label?: string;
}

/** An executed transaction with the kind of operation it was. */
export interface LabelledTransaction {
  readonly label: string;
  readonly record: TransactionRecord;
}

/** Budget of a transaction unless it names one: 10 SUI, in MIST. */
export const DEFAULT_BUDGET = 10_000_000_000n;
const SUI_COIN = `0x${'2'.padStart(64, '0')}::coin::Coin<0x${'2'.padStart(64, '0')}::sui::SUI>`;
const GAS_PRICE = 1000n;

/**
 * Makes a wallet from a name; the same name gives the same wallet.
 *
 * @param name - any text
 */
export function walletOf(name: string): Ed25519Keypair {
  return Ed25519Keypair.fromSecretKey(seedOf(`wallet ${name}`));
}

/** Hashes a text to 32 bytes. */
export function seedOf(text: string): Uint8Array {
  return blake2b256(new TextEncoder().encode(text));
}

/** Insists that a value is there. @throws Error naming what is missing */
export function need<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`${what} is missing`);
  return value;
}

/**
 * An emulator in a temporary directory, and transactions for it that are built without asking it anything: every
 * input is named exactly as the test wants it, and nothing is simulated before it is sent.
 */
export class ContractChain {
  readonly emulator: Emulator;
  readonly ledger: Ledger;
  readonly client: SuiGrpcClient;
  /** Owner of the genesis supply of SUI. */
  readonly bank: Ed25519Keypair;
  /** Transactions executed with a label, in order. */
  readonly executed: LabelledTransaction[] = [];
  private readonly dataDir: string;
  private readonly liveIds = new Set<string>();
  private readonly unsubscribe: () => void;

  private constructor(dataDir: string, emulator: Emulator, bank: Ed25519Keypair) {
    this.dataDir = dataDir;
    this.emulator = emulator;
    this.ledger = emulator.ledger;
    this.bank = bank;
    this.client = new SuiGrpcClient({ network: 'localnet', baseUrl: emulator.rpcUrl });
    const newest = need(this.ledger.checkpoint(), 'the newest checkpoint').summary.sequenceNumber;
    for (let number = 0n; number <= newest; number++) this.follow(number);
    this.unsubscribe = this.ledger.subscribeCheckpoints(({ summary }) => {
      this.follow(summary.sequenceNumber);
    });
  }

  /** Starts an emulator on free ports, in a directory of its own. */
  static async start(): Promise<ContractChain> {
    const dataDir = await mkdtemp(join(tmpdir(), 'walrus-contracts-'));
    const bank = walletOf('bank');
    const framework = await Promise.all(
      ['std', 'sui'].map(async (name) => ({
        name,
        modules: (await loadCompiledPackage(name)).modules.map((module) => ({
          name: module.name,
          bytes: fromBase64(module.bytes),
        })),
      })),
    );
    const emulator = await createEmulator({
      dataDir,
      frameworkPackages: framework,
      faucetSecretKey: bank.getSecretKey(),
    });
    return new ContractChain(dataDir, emulator, bank);
  }

  /** Stops the emulator and removes its directory. */
  async close(): Promise<void> {
    this.unsubscribe();
    await this.emulator.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  private follow(checkpoint: bigint): void {
    const records = need(
      this.ledger.checkpointTransactions(checkpoint),
      `checkpoint ${checkpoint}`,
    );
    for (const { effects } of records) {
      for (const { objectId, output } of effects.changedObjects) {
        if (output === undefined) this.liveIds.delete(objectId);
        else this.liveIds.add(objectId);
      }
    }
  }

  /** Labels the first transactions that users sent to the chain, which others than this class have sent. */
  label(labels: readonly string[]): void {
    const newest = need(this.ledger.checkpoint(), 'the newest checkpoint').summary.sequenceNumber;
    let index = 0;
    for (let number = 0n; number <= newest; number++) {
      for (const record of this.ledger.checkpointTransactions(number) ?? []) {
        const label = labels[index];
        if (record.transaction.kind.kind !== 'programmable' || label === undefined) continue;
        this.executed.push({ label, record });
        index++;
      }
    }
  }

  /** All objects that exist, by ID. */
  state(): Map<string, LedgerObject> {
    const state = new Map<string, LedgerObject>();
    for (const id of this.liveIds) state.set(id, this.object(id));
    return state;
  }

  /** Current version of an object. @throws Error if it does not exist */
  object(id: string): LedgerObject {
    return need(this.ledger.getObject(id), `object ${id}`);
  }

  /** BCS of a Move object. */
  contents(id: string): Uint8Array {
    const { data } = this.object(id);
    if (data.kind !== 'move') throw new Error(`${id} is a package`);
    return data.contents;
  }

  /** IDs of the objects that an address owns, of types with this suffix. */
  owned(owner: string, suffix: string): string[] {
    return this.ledger
      .ownedObjects(owner, { limit: 1000 })
      .items.filter(({ data }) => data.kind === 'move' && data.type.endsWith(suffix))
      .map(({ objectId }) => objectId);
  }

  /**
   * Makes an input of the current version of an object; shared objects are taken for writing.
   *
   * @param isMutable - false: a shared object is taken for reading only
   */
  input(tx: Transaction, id: string, isMutable = true): ReturnType<Transaction['object']> {
    const { objectId, version, digest, owner } = this.object(id);
    if (owner.kind === 'shared') {
      return tx.object(
        Inputs.SharedObjectRef({
          objectId,
          initialSharedVersion: owner.initialVersion.toString(),
          mutable: isMutable,
        }),
      );
    }
    return tx.object(Inputs.ObjectRef({ objectId, version: version.toString(), digest }));
  }

  /** The clock as an input for reading. */
  clock(tx: Transaction): ReturnType<Transaction['object']> {
    return this.input(tx, `0x${'6'.padStart(64, '0')}`, false);
  }

  /** Builds and signs a transaction. */
  async sign(
    signer: Signer,
    build: (tx: Transaction) => void,
    options: ExecuteOptions = {},
  ): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly signature: string }> {
    const sender = signer.toSuiAddress();
    const coin = this.object(
      options.gasCoin ??
        need(
          this.ledger.ownedObjects(sender, { limit: 1, type: SUI_COIN }).items[0],
          `SUI of ${sender}`,
        ).objectId,
    );
    const tx = new Transaction();
    tx.setSender(sender);
    tx.setGasPrice(GAS_PRICE);
    tx.setGasBudget(options.budget ?? DEFAULT_BUDGET);
    tx.setGasPayment([
      { objectId: coin.objectId, version: coin.version.toString(), digest: coin.digest },
    ]);
    build(tx);
    const bytes = await tx.build();
    const { signature } = await signer.signTransaction(bytes);
    return { bytes, signature };
  }

  /** Sends a transaction to the RPC port; one that fails in Move is returned like one that succeeds. */
  async run(
    signer: Signer,
    build: (tx: Transaction) => void,
    options: ExecuteOptions = {},
  ): Promise<TransactionRecord> {
    const { bytes, signature } = await this.sign(signer, build, options);
    const result = await this.client.core.executeTransaction({
      transaction: bytes,
      signatures: [signature],
    });
    const { digest } = result.Transaction ?? result.FailedTransaction;
    const record = need(this.ledger.transaction(digest), `transaction ${digest}`);
    if (options.label !== undefined) this.executed.push({ label: options.label, record });
    return record;
  }

  /** Like {@link run}. @throws Error if the transaction fails */
  async must(
    signer: Signer,
    build: (tx: Transaction) => void,
    options: ExecuteOptions = {},
  ): Promise<TransactionRecord> {
    const record = await this.run(signer, build, options);
    const { status } = record.effects;
    if (!status.success) throw new Error(`transaction failed: ${status.description}`);
    return record;
  }

  /** Gives SUI of the bank to addresses. @param amount - MIST each */
  async fund(owners: readonly string[], amount: bigint): Promise<void> {
    await this.must(this.bank, (tx) => {
      for (const owner of owners) {
        const [coin] = tx.splitCoins(tx.gas, [amount]);
        tx.transferObjects([need(coin, 'a split coin')], owner);
      }
    });
  }
}

/** IDs of the objects that a transaction created, of types with this suffix. */
export function createdOf(record: TransactionRecord, suffix: string): string[] {
  return record.effects.changedObjects
    .filter(
      ({ objectId, idOperation }) =>
        idOperation === 'created' && (record.objectTypes.get(objectId) ?? '').endsWith(suffix),
    )
    .map(({ objectId }) => objectId);
}

/** The only object with this suffix that a transaction created. @throws Error unless it is one */
export function theCreated(record: TransactionRecord, suffix: string): string {
  const ids = createdOf(record, suffix);
  const [id] = ids;
  if (id === undefined || ids.length > 1) throw new Error(`created ${ids.length} ${suffix}`);
  return id;
}
