/**
 * The ledger of one local chain: admits, executes and stores transactions, one after another, and makes
 * checkpoints of them.
 *
 * Transactions are executed at once, on a state that includes everything executed before. What they did
 * collects in the open batch; while one batch is being written, the next one fills. So one disk flush
 * and one checkpoint serve all callers that came in the meantime, and nobody waits for an idle disk.
 * Readers and subscribers see a batch only after it is on disk.
 */

import { loadBls } from '@walrus-ts/core';
import { createMoveVm, type MoveVm, type PackageStore } from '../move/index.js';
import {
  admit,
  MOCK_GAS_ID,
  STRICT_ADMISSION,
  type AdmittedTransaction,
  type ChainFacts,
  type StateReader,
} from './admission.js';
import type {
  Balance,
  ChainParameters,
  DatatypeDescription,
  DynamicFieldEntry,
  EpochInfo,
  FunctionDescription,
  GenesisAllocation,
  GenesisPackage,
  Ledger,
  LedgerStatus,
  Page,
  PageOptions,
  SimulateOptions,
  SimulationResult,
} from './api.js';
import { ByteReader } from './codec/bytes.js';
import { makeCheckpoint } from './codec/checkpoint.js';
import { makeObject } from './codec/object.js';
import { decodeTransactionData, encodeTransactionData } from './codec/transaction.js';
import { normalizeType } from './codec/type-tag.js';
import { PackageDescriber } from './describe.js';
import { digestOf, signingDigest } from './digest.js';
import type { Outcome } from './effects.js';
import { LedgerError } from './errors.js';
import { executeTransaction, toMovePackage } from './execution.js';
import { addGas, ZERO_GAS } from './gas.js';
import {
  CLOCK_ID,
  clockData,
  makeGenesis,
  makePrologue,
  type SystemTransaction,
} from './genesis.js';
import { DEFAULT_SIMULATION_BUDGET, MAX_TRANSACTION_BYTES } from './limits.js';
import { listBalances, listDynamicFields, listOwned, sumBalance } from './queries.js';
import { verifySignature } from './signature.js';
import { LedgerStore, type ObjectUpdate } from './store.js';
import type {
  CheckpointRecord,
  LedgerObject,
  PackageData,
  TransactionData,
  TransactionRecord,
} from './types.js';

/** Settings of {@link openLedger}. */
export interface LedgerInit {
  /** Directory of the chain; used by one ledger at a time. */
  readonly dataDir: string;
  /** Bytecode of 0x1 and 0x2, in order of dependency. Used when the directory is new. */
  readonly packages: readonly GenesisPackage[];
  /** SUI that exists from the start. Used when the directory is new. */
  readonly allocations: readonly GenesisAllocation[];
  /** Constants of the chain. Used when the directory is new. */
  readonly chain?: ChainParameters;
  /** Wall clock, ms since 1970; default `Date.now`. */
  readonly now?: () => number;
}

const DEFAULT_GAS_PRICE = 1000n;
const DEFAULT_PROTOCOL_VERSION = 138n;
const DEFAULT_HISTORY_CHECKPOINTS = 10_000;
const MAX_CLOCK_STEP_MS = 100 * 365 * 24 * 3_600_000;
const EPOCH = 0n;

/** Transactions executed since the last batch went to disk. */
interface Batch {
  readonly sequenceNumber: bigint;
  readonly timestampMs: bigint;
  readonly records: TransactionRecord[];
  readonly updates: Map<string, ObjectUpdate>;
  readonly intermediate: LedgerObject[];
  readonly meta: Map<string, string>;
  readonly done: Promise<CheckpointRecord>;
  readonly settle: (result: { checkpoint: CheckpointRecord } | { error: unknown }) => void;
}

/** Facts fixed at genesis. */
interface Chain {
  readonly chainId: string;
  readonly referenceGasPrice: bigint;
  readonly protocolVersion: bigint;
  readonly historyCheckpoints: number;
  readonly startTimestampMs: bigint;
}

/**
 * Opens the ledger in a directory, or makes a new chain there.
 *
 * @param init - directory, genesis, clock
 * @returns the running ledger; close it before the process ends
 * @throws {LEDGER_STORAGE} the directory cannot be used or holds a damaged chain
 */
export async function openLedger(init: LedgerInit): Promise<Ledger> {
  const vm = createMoveVm({ bls: await loadBls() });
  const store = new LedgerStore(init.dataDir);
  try {
    const now = init.now ?? Date.now;
    if (store.newestCheckpoint() === undefined)
      await writeGenesis(store, init, BigInt(Math.floor(now())));
    return new LocalLedger(store, vm, readChain(store), now);
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function writeGenesis(
  store: LedgerStore,
  init: LedgerInit,
  timestampMs: bigint,
): Promise<void> {
  const genesis = makeGenesis(init.packages, init.allocations, timestampMs);
  const record = systemRecord(genesis, 0n, 0, timestampMs);
  const checkpoint = makeCheckpoint(
    {
      epoch: EPOCH,
      sequenceNumber: 0n,
      totalTransactions: 1n,
      previousDigest: undefined,
      epochGas: ZERO_GAS,
      timestampMs,
    },
    [{ transaction: record.digest, effects: record.effectsDigest, signatures: [] }],
  );
  const updates = [...genesis.outcome.written].map(([id, after]) => ({
    id,
    before: undefined,
    after,
  }));
  const chain = init.chain ?? {};
  const meta = new Map([
    ['chainId', checkpoint.digest],
    ['referenceGasPrice', (chain.referenceGasPrice ?? DEFAULT_GAS_PRICE).toString()],
    ['protocolVersion', (chain.protocolVersion ?? DEFAULT_PROTOCOL_VERSION).toString()],
    ['historyCheckpoints', String(chain.objectHistoryCheckpoints ?? DEFAULT_HISTORY_CHECKPOINTS)],
    ['startTimestampMs', timestampMs.toString()],
  ]);
  await store.commit({ checkpoint, transactions: [record], updates, intermediate: [], meta }, 1);
}

function readChain(store: LedgerStore): Chain {
  const read = (name: string): string => {
    const value = store.metaValue(name);
    if (value === undefined)
      throw new LedgerError('LEDGER_STORAGE', `the stored chain has no ${name}`);
    return value;
  };
  return {
    chainId: read('chainId'),
    referenceGasPrice: BigInt(read('referenceGasPrice')),
    protocolVersion: BigInt(read('protocolVersion')),
    historyCheckpoints: Number(read('historyCheckpoints')),
    startTimestampMs: BigInt(read('startTimestampMs')),
  };
}

class LocalLedger implements Ledger {
  readonly chainId: string;
  private readonly store: LedgerStore;
  private readonly vm: MoveVm;
  private readonly chain: Chain;
  private readonly now: () => number;
  private readonly describer: PackageDescriber;
  private readonly listeners = new Set<(checkpoint: CheckpointRecord) => void>();
  /** Results of transactions that are executed but not yet on disk. */
  private readonly pendingByDigest = new Map<string, Promise<TransactionRecord>>();
  /** Objects changed by batches that are not yet on disk; undefined object = gone. */
  private readonly overlay = new Map<
    string,
    { readonly batch: Batch; readonly object: LedgerObject | undefined }
  >();
  /** What executions see: the overlay above the durable state. */
  private readonly state: StateReader = {
    get: (id) => {
      const changed = this.overlay.get(id);
      return changed === undefined ? this.store.object(id) : changed.object;
    },
  };
  private tip: CheckpointRecord;
  private clockOffsetMs: bigint;
  private openBatch: Batch | undefined;
  private writing: Batch | undefined;
  private isScheduled = false;
  private failed: unknown;
  private closing: Promise<void> | undefined;

  constructor(store: LedgerStore, vm: MoveVm, chain: Chain, now: () => number) {
    this.store = store;
    this.vm = vm;
    this.chain = chain;
    this.chainId = chain.chainId;
    this.now = now;
    const newest = store.newestCheckpoint();
    const tip = newest === undefined ? undefined : store.checkpoint(newest);
    if (tip === undefined)
      throw new LedgerError('LEDGER_STORAGE', 'the stored chain has no checkpoint');
    this.tip = tip;
    this.clockOffsetMs = BigInt(store.metaValue('clockOffsetMs') ?? '0');
    const packages: PackageStore = { getPackage: (id) => this.movePackage(id) };
    this.describer = new PackageDescriber(packages);
  }

  private movePackage(id: string): ReturnType<PackageStore['getPackage']> {
    const data = this.package(id);
    return data === undefined ? undefined : toMovePackage(data);
  }

  // ------------------------------------------------------------------ queries

  getObject(id: string, version?: bigint): LedgerObject | undefined {
    this.checkOpen();
    return version === undefined ? this.store.object(id) : this.store.objectAt(id, version);
  }

  ownedObjects(
    owner: string,
    options: PageOptions & { readonly type?: string | undefined },
  ): Page<LedgerObject> {
    this.checkOpen();
    return listOwned(this.store, owner, options);
  }

  balance(owner: string, coinType: string): Balance {
    this.checkOpen();
    return sumBalance(this.store, owner, coinType);
  }

  balances(owner: string, options: PageOptions): Page<Balance> {
    this.checkOpen();
    return listBalances(this.store, owner, options);
  }

  dynamicFields(parent: string, options: PageOptions): Page<DynamicFieldEntry> {
    this.checkOpen();
    return listDynamicFields(this.store, this.describer, parent, options);
  }

  package(id: string): PackageData | undefined {
    this.checkOpen();
    const data = this.store.object(id)?.data;
    return data?.kind === 'package' ? data : undefined;
  }

  packageVersions(id: string): { id: string; version: bigint }[] {
    const found = this.package(id);
    return found === undefined ? [] : this.store.packageFamily(found.originalId);
  }

  describeFunction(
    packageId: string,
    module: string,
    name: string,
  ): FunctionDescription | undefined {
    this.checkOpen();
    return this.describer.function(packageId, module, name);
  }

  describeDatatype(
    packageId: string,
    module: string,
    name: string,
  ): DatatypeDescription | undefined {
    this.checkOpen();
    return this.describer.datatype(packageId, module, name);
  }

  renderJson(type: string, bcs: Uint8Array): unknown {
    this.checkOpen();
    try {
      const reader = new ByteReader(bcs);
      const json = this.describer.render(normalizeType(type), reader);
      reader.end();
      return json;
    } catch (error) {
      if (error instanceof LedgerError) return undefined;
      throw error;
    }
  }

  transaction(digest: string): TransactionRecord | undefined {
    this.checkOpen();
    return this.store.transaction(digest);
  }

  checkpoint(id?: bigint | string): CheckpointRecord | undefined {
    this.checkOpen();
    if (id === undefined) return this.tip;
    const sequenceNumber = typeof id === 'bigint' ? id : this.store.checkpointNumber(id);
    if (
      sequenceNumber === undefined ||
      sequenceNumber < 0n ||
      sequenceNumber > this.tip.summary.sequenceNumber
    ) {
      return undefined;
    }
    return this.store.checkpoint(sequenceNumber);
  }

  checkpointTransactions(sequenceNumber: bigint): TransactionRecord[] | undefined {
    return this.checkpoint(sequenceNumber)?.contents.map(({ transaction }) => {
      const record = this.store.transaction(transaction);
      if (record === undefined)
        throw new LedgerError('LEDGER_STORAGE', `transaction ${transaction} is missing`);
      return record;
    });
  }

  epochInfo(): EpochInfo {
    const { startTimestampMs, referenceGasPrice, protocolVersion } = this.chain;
    return {
      epoch: EPOCH,
      startTimestampMs,
      firstCheckpoint: 0n,
      referenceGasPrice,
      protocolVersion,
    };
  }

  referenceGasPrice(): bigint {
    return this.chain.referenceGasPrice;
  }

  status(): LedgerStatus {
    const { epoch, sequenceNumber, timestampMs, totalTransactions } = this.tip.summary;
    return { epoch, checkpoint: sequenceNumber, timestampMs, totalTransactions };
  }

  subscribeCheckpoints(listener: (checkpoint: CheckpointRecord) => void): () => void {
    this.checkOpen();
    // A wrapper per subscription, so that one function may subscribe twice.
    const own = (checkpoint: CheckpointRecord): void => listener(checkpoint);
    this.listeners.add(own);
    return () => this.listeners.delete(own);
  }

  // ------------------------------------------------------------------ execution

  async execute(
    transactionBcs: Uint8Array,
    signatures: readonly Uint8Array[],
  ): Promise<TransactionRecord> {
    this.checkOpen();
    if (transactionBcs.length > MAX_TRANSACTION_BYTES) {
      throw new LedgerError(
        'LEDGER_LIMIT_EXCEEDED',
        `transaction of ${transactionBcs.length} bytes, at most ${MAX_TRANSACTION_BYTES}`,
      );
    }
    const bcs = Uint8Array.from(transactionBcs);
    const data = decodeTransactionData(bcs);
    checkSigners(data, bcs, signatures);
    const digest = digestOf('transaction', bcs);
    const known = this.pendingByDigest.get(digest) ?? this.store.transaction(digest);
    if (known !== undefined) return known;
    let admitted = this.admitStrictly(data);
    let batch = this.openBatch;
    if (batch === undefined) {
      batch = this.beginBatch();
      // The new batch moved the clock, which may be among the inputs.
      admitted = this.admitStrictly(data);
    }
    const outcome = executeTransaction(admitted, {
      vm: this.vm,
      state: this.state,
      chain: this.facts(batch.timestampMs),
      digest,
      keepResults: false,
    });
    const record = this.addToBatch(batch, { data, bcs, digest, signatures, outcome });
    const durable = batch.done.then(() => record);
    this.pendingByDigest.set(digest, durable);
    return durable;
  }

  private admitStrictly(data: TransactionData): AdmittedTransaction {
    return admit(data, this.state, this.facts(this.time()), STRICT_ADMISSION);
  }

  simulate(transaction: TransactionData, options: SimulateOptions): SimulationResult {
    this.checkOpen();
    const timestampMs = this.time();
    const state = this.simulationState(timestampMs);
    const isMockGas = options.mockGas === true || options.checks === 'disabled';
    const { gas } = transaction;
    const data: TransactionData = {
      ...transaction,
      gas: {
        ...gas,
        price: gas.price === 0n ? this.chain.referenceGasPrice : gas.price,
        budget: gas.budget === 0n && isMockGas ? DEFAULT_SIMULATION_BUDGET : gas.budget,
      },
    };
    const facts = this.facts(timestampMs);
    const admitted = admit(data, state, facts, { checks: options.checks, mockGas: isMockGas });
    const bcs = encodeTransactionData(data);
    const digest = digestOf('transaction', bcs);
    const outcome = executeTransaction(admitted, {
      vm: this.vm,
      state,
      chain: facts,
      digest,
      keepResults: true,
    });
    return {
      record: makeRecord({ data, bcs, digest, signatures: [], outcome }, undefined, 0, timestampMs),
      commandResults: outcome.commandResults,
      mockGasId: admitted.isMockGas ? MOCK_GAS_ID : undefined,
      mockGasStorageCost: outcome.mockGasStorageCost,
      writtenObjects: outcome.written,
    };
  }

  /** The durable state with the clock as a transaction executed now would see it. */
  private simulationState(timestampMs: bigint): StateReader {
    return {
      get: (id) => {
        const object = this.store.object(id);
        if (id !== CLOCK_ID || object === undefined) return object;
        return makeObject({
          data: clockData(object.version, timestampMs),
          owner: object.owner,
          previousTransaction: object.previousTransaction,
          storageRebate: object.storageRebate,
        });
      },
    };
  }

  private facts(timestampMs: bigint): ChainFacts {
    return {
      chainId: this.chainId,
      epoch: EPOCH,
      epochTimestampMs: this.chain.startTimestampMs,
      referenceGasPrice: this.chain.referenceGasPrice,
      timestampMs,
    };
  }

  /** Time of the chain: the wall clock moved by the offset, never backwards. */
  private time(): bigint {
    const wall = BigInt(Math.floor(this.now())) + this.clockOffsetMs;
    const newest = this.openBatch ?? this.writing ?? this.tip.summary;
    return wall > newest.timestampMs ? wall : newest.timestampMs;
  }

  // ------------------------------------------------------------------ batches and checkpoints

  /** Opens a batch; its first transaction sets the clock, unless it is only to be a heartbeat. */
  private beginBatch(isHeartbeat = false): Batch {
    const previous = this.writing?.sequenceNumber ?? this.tip.summary.sequenceNumber;
    const timestampMs = this.time();
    let settle: Batch['settle'] = () => {};
    const done = new Promise<CheckpointRecord>((resolve, reject) => {
      settle = (result) =>
        'error' in result ? reject(result.error as Error) : resolve(result.checkpoint);
    });
    // Callers attach their own handlers; a batch nobody waits for must not end the process.
    done.catch(() => {});
    const batch: Batch = {
      sequenceNumber: previous + 1n,
      timestampMs,
      records: [],
      updates: new Map(),
      intermediate: [],
      meta: new Map(),
      done,
      settle,
    };
    this.openBatch = batch;
    if (!isHeartbeat) this.setClock(batch);
    this.schedule();
    return batch;
  }

  private setClock(batch: Batch): void {
    const clock = this.state.get(CLOCK_ID);
    if (clock === undefined)
      throw new LedgerError('LEDGER_STORAGE', 'the stored chain has no clock');
    const prologue = makePrologue(clock, EPOCH, batch.sequenceNumber, batch.timestampMs);
    this.addToBatch(batch, { ...prologue, signatures: [] });
  }

  private addToBatch(batch: Batch, executed: Executed): TransactionRecord {
    const record = makeRecord(
      executed,
      batch.sequenceNumber,
      batch.records.length,
      batch.timestampMs,
    );
    const { outcome } = executed;
    for (const [id, after] of outcome.written) this.change(batch, id, after);
    for (const id of outcome.removed) this.change(batch, id, undefined);
    batch.records.push(record);
    return record;
  }

  private change(batch: Batch, id: string, after: LedgerObject | undefined): void {
    const known = batch.updates.get(id);
    if (known === undefined) {
      const before = this.state.get(id);
      // Deleted ids that never were objects of their own (inner UIDs) leave no trace in the store.
      if (before === undefined && after === undefined) return;
      batch.updates.set(id, { id, before, after });
    } else {
      if (known.after !== undefined) batch.intermediate.push(known.after);
      batch.updates.set(id, { id, before: known.before, after });
    }
    this.overlay.set(id, { batch, object: after });
  }

  private schedule(): void {
    if (this.isScheduled || this.writing !== undefined) return;
    this.isScheduled = true;
    // Requests that arrived together are executed before the batch is closed.
    setImmediate(() => {
      this.isScheduled = false;
      void this.writeBatch();
    });
  }

  private async writeBatch(): Promise<void> {
    const batch = this.openBatch;
    if (batch === undefined || this.writing !== undefined) return;
    this.openBatch = undefined;
    this.writing = batch;
    try {
      if (this.failed !== undefined) throw this.failed;
      const checkpoint = this.makeCheckpoint(batch);
      await this.store.commit(
        {
          checkpoint,
          transactions: batch.records,
          updates: [...batch.updates.values()],
          intermediate: batch.intermediate,
          meta: batch.meta,
        },
        this.chain.historyCheckpoints,
      );
      this.tip = checkpoint;
      this.release(batch);
      batch.settle({ checkpoint });
      for (const listener of this.listeners) listener(checkpoint);
    } catch (cause) {
      // What was executed on top of this batch is lost with it: nothing goes on without a restart.
      this.failed ??= new LedgerError(
        'LEDGER_STORAGE',
        'the chain cannot be written to disk',
        undefined,
        cause,
      );
      this.release(batch);
      batch.settle({ error: this.failed });
    } finally {
      this.writing = undefined;
      if (this.openBatch !== undefined) this.schedule();
    }
  }

  private makeCheckpoint(batch: Batch): CheckpointRecord {
    const { summary, digest } = this.tip;
    const epochGas = batch.records.reduce(
      (sum, record) => addGas(sum, record.effects.gasUsed),
      summary.epochGas,
    );
    return makeCheckpoint(
      {
        epoch: EPOCH,
        sequenceNumber: batch.sequenceNumber,
        totalTransactions: summary.totalTransactions + BigInt(batch.records.length),
        previousDigest: digest,
        epochGas,
        timestampMs: batch.timestampMs,
      },
      batch.records.map((record) => ({
        transaction: record.digest,
        effects: record.effectsDigest,
        signatures: record.signatures,
      })),
    );
  }

  private release(batch: Batch): void {
    for (const id of batch.updates.keys()) {
      if (this.overlay.get(id)?.batch === batch) this.overlay.delete(id);
    }
    for (const record of batch.records) this.pendingByDigest.delete(record.digest);
  }

  // ------------------------------------------------------------------ time and life

  async advanceClock(durationMs: number): Promise<{ timestampMs: bigint; txDigest: string }> {
    this.checkOpen();
    if (!Number.isInteger(durationMs) || durationMs < 0 || durationMs > MAX_CLOCK_STEP_MS) {
      throw new LedgerError(
        'LEDGER_INVALID_ARGUMENT',
        `duration ${durationMs} ms is not a whole number from 0 to a century`,
      );
    }
    await this.drain();
    this.clockOffsetMs += BigInt(durationMs);
    const batch = this.beginBatch();
    batch.meta.set('clockOffsetMs', this.clockOffsetMs.toString());
    const txDigest = batch.records[0]?.digest ?? '';
    await batch.done;
    return { timestampMs: batch.timestampMs, txDigest };
  }

  async advanceCheckpoint(): Promise<CheckpointRecord> {
    this.checkOpen();
    await this.drain();
    return this.beginBatch(true).done;
  }

  /** Waits until everything executed so far is on disk and no batch is open. */
  private async drain(): Promise<void> {
    for (
      let batch = this.openBatch ?? this.writing;
      batch !== undefined;
      batch = this.openBatch ?? this.writing
    ) {
      await batch.done;
      // `writing` ends right after the batch settles.
      await Promise.resolve();
    }
    this.checkOpen();
  }

  close(): Promise<void> {
    this.closing ??= (async () => {
      for (
        let batch = this.openBatch ?? this.writing;
        batch !== undefined;
        batch = this.openBatch ?? this.writing
      ) {
        await batch.done.catch(() => {});
        await Promise.resolve();
      }
      this.listeners.clear();
      await this.store.close();
    })();
    return this.closing;
  }

  private checkOpen(): void {
    if (this.closing !== undefined)
      throw new LedgerError('LEDGER_CLOSED', 'the ledger was stopped');
    if (this.failed !== undefined) throw this.failed as Error;
  }
}

/** A transaction that ran. */
interface Executed {
  readonly data: TransactionData;
  readonly bcs: Uint8Array;
  readonly digest: string;
  readonly signatures: readonly Uint8Array[];
  readonly outcome: Outcome;
}

function makeRecord(
  { data, bcs, digest, signatures, outcome }: Executed,
  checkpoint: bigint | undefined,
  indexInCheckpoint: number,
  timestampMs: bigint,
): TransactionRecord {
  const { effects, effectsBcs, effectsDigest, events, eventsBcs, balanceChanges, objectTypes } =
    outcome;
  return {
    digest,
    transaction: data,
    transactionBcs: bcs,
    signatures,
    effects,
    effectsBcs,
    effectsDigest,
    events,
    eventsBcs,
    balanceChanges,
    objectTypes,
    checkpoint,
    indexInCheckpoint,
    timestampMs,
  };
}

function systemRecord(
  transaction: SystemTransaction,
  checkpoint: bigint,
  index: number,
  timestampMs: bigint,
): TransactionRecord {
  return makeRecord({ ...transaction, signatures: [] }, checkpoint, index, timestampMs);
}

/** The sender and the gas owner must have signed, and nobody else. */
function checkSigners(
  data: TransactionData,
  bcs: Uint8Array,
  signatures: readonly Uint8Array[],
): void {
  const required = new Set([data.sender, data.gas.owner]);
  if (signatures.length !== required.size) {
    throw new LedgerError(
      'LEDGER_INVALID_SIGNATURE',
      `${signatures.length} signatures, ${required.size} needed`,
    );
  }
  const digest = signingDigest(bcs);
  for (const signature of signatures) {
    const signer = verifySignature(signature, digest);
    if (!required.delete(signer)) {
      throw new LedgerError(
        'LEDGER_INVALID_SIGNATURE',
        `${signer} is neither sender nor gas owner, or signed twice`,
      );
    }
  }
}
