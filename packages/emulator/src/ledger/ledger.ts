/** The ledger of one local chain: answers queries from the store, admits and executes transactions. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
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
import { EPOCH, readChain, writeGenesis, type Chain } from './chain.js';
import { ByteReader } from './codec/bytes.js';
import { makeObject } from './codec/object.js';
import { decodeTransactionData, encodeTransactionData } from './codec/transaction.js';
import { normalizeType } from './codec/type-tag.js';
import { PackageDescriber } from './describe.js';
import { digestOf, signingDigest } from './digest.js';
import type { Dimension, PositionRange, TransactionPosition } from './dimensions.js';
import { LedgerError } from './errors.js';
import { executeTransaction, toMovePackage } from './execution.js';
import { CLOCK_ID, clockData } from './genesis.js';
import { completeHistory, type HistorySettings } from './history.js';
import { DEFAULT_SIMULATION_BUDGET, MAX_TRANSACTION_BYTES } from './limits.js';
import { Pipeline } from './pipeline.js';
import { listBalances, listDynamicFields, listOwned, sumBalance } from './queries.js';
import { makeRecord } from './record.js';
import { verifySignature } from './signature.js';
import { CHAIN_FILE, LedgerStore } from './store.js';
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
  /** How much of the past to keep; see {@link HistorySettings} for the defaults. */
  readonly history?: HistorySettings | undefined;
  /** Wall clock, ms since 1970; default `Date.now`. */
  readonly now?: () => number;
  /** Time of a new chain at its start, ms since 1970; default now. Its clock goes on from there. */
  readonly genesisTimeMs?: number | undefined;
}

const MAX_CLOCK_STEP_MS = 100 * 365 * 24 * 3_600_000;

/**
 * Opens the ledger in a directory, or makes a new chain there.
 *
 * @param init - directory, genesis, clock
 * @returns the running ledger; close it before the process ends
 * @throws {LEDGER_STORAGE} the directory cannot be used or holds a damaged chain
 * @throws {LEDGER_INVALID_ARGUMENT} a bound of the history is not a whole number of at least 1
 */
export async function openLedger(init: LedgerInit): Promise<Ledger> {
  const history = completeHistory(init.history);
  const vm = createMoveVm({ bls: await loadBls() });
  const store = new LedgerStore(init.dataDir);
  try {
    const now = init.now ?? Date.now;
    if (store.newestCheckpoint() === undefined) {
      const wallMs = BigInt(Math.floor(now()));
      const startMs = init.genesisTimeMs === undefined ? wallMs : BigInt(init.genesisTimeMs);
      await writeGenesis(store, init, startMs, startMs - wallMs);
    }
    await store.completeIndex();
    const chain = readChain(store);
    return new LocalLedger(store, vm, chain, new Pipeline(store, history, now));
  } catch (error) {
    await store.close();
    throw error;
  }
}

class LocalLedger implements Ledger {
  readonly chainId: string;
  private readonly store: LedgerStore;
  private readonly vm: MoveVm;
  private readonly chain: Chain;
  private readonly pipeline: Pipeline;
  private readonly describer: PackageDescriber;
  private closing: Promise<void> | undefined;

  constructor(store: LedgerStore, vm: MoveVm, chain: Chain, pipeline: Pipeline) {
    this.store = store;
    this.vm = vm;
    this.chain = chain;
    this.chainId = chain.chainId;
    this.pipeline = pipeline;
    const packages: PackageStore = {
      getPackage: (id) => {
        const data = this.package(id);
        return data === undefined ? undefined : toMovePackage(data);
      },
    };
    this.describer = new PackageDescriber(packages);
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
    const { tip } = this.pipeline;
    if (id === undefined) return tip;
    const number = typeof id === 'bigint' ? id : this.store.checkpointNumber(id);
    if (number === undefined || number < 0n || number > tip.summary.sequenceNumber) {
      return undefined;
    }
    return this.store.checkpoint(number);
  }

  checkpointTransactions(sequenceNumber: bigint): TransactionRecord[] | undefined {
    return this.checkpoint(sequenceNumber)?.contents.map(({ transaction }) => {
      const record = this.store.transaction(transaction);
      if (record === undefined) {
        throw new LedgerError('LEDGER_STORAGE', `transaction ${transaction} is missing`);
      }
      return record;
    });
  }

  transactionsBy(dimension: Dimension, range: PositionRange): TransactionPosition[] {
    this.checkOpen();
    return this.store.positions(dimension, range);
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
    const { epoch, sequenceNumber, timestampMs, totalTransactions } = this.pipeline.tip.summary;
    const { lowest } = this.store;
    return {
      epoch,
      checkpoint: sequenceNumber,
      timestampMs,
      totalTransactions,
      lowestCheckpoint: lowest.checkpoint,
      lowestObjectsCheckpoint: lowest.objects,
    };
  }

  subscribeCheckpoints(listener: (checkpoint: CheckpointRecord) => void): () => void {
    this.checkOpen();
    return this.pipeline.subscribe(listener);
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
    // Callers may reuse their buffers while the transaction is on its way to disk.
    const bcs = Uint8Array.from(transactionBcs);
    const signed = signatures.map((signature) => Uint8Array.from(signature));
    const data = decodeTransactionData(bcs);
    checkSigners(data, bcs, signed);
    const digest = digestOf('transaction', bcs);
    const { pipeline } = this;
    const known = pipeline.pendingTransaction(digest) ?? this.store.transaction(digest);
    if (known !== undefined) return known;
    let admitted = this.admitStrictly(data);
    let batch = pipeline.openBatch;
    if (batch === undefined) {
      batch = pipeline.begin();
      // The new batch moved the clock, which may be among the inputs.
      admitted = this.admitStrictly(data);
    }
    const outcome = executeTransaction(admitted, {
      vm: this.vm,
      state: pipeline.state,
      chain: this.facts(batch.timestampMs),
      digest,
      keepResults: false,
    });
    return pipeline.add(batch, { data, bcs, digest, signatures: signed, outcome });
  }

  private admitStrictly(data: TransactionData): AdmittedTransaction {
    return admit(data, this.pipeline.state, this.facts(this.pipeline.time()), STRICT_ADMISSION);
  }

  simulate(transaction: TransactionData, options: SimulateOptions): SimulationResult {
    this.checkOpen();
    const timestampMs = this.pipeline.time();
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
    const executed = { data, bcs, digest, signatures: [], outcome };
    return {
      record: makeRecord(executed, { checkpoint: undefined, indexInCheckpoint: 0, timestampMs }),
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

  // ------------------------------------------------------------------ time and life

  async advanceClock(durationMs: number): Promise<{ timestampMs: bigint; txDigest: string }> {
    this.checkOpen();
    if (!Number.isInteger(durationMs) || durationMs < 0 || durationMs > MAX_CLOCK_STEP_MS) {
      throw new LedgerError(
        'LEDGER_INVALID_ARGUMENT',
        `duration ${durationMs} ms is not a whole number from 0 to a century`,
      );
    }
    return this.pipeline.advanceClock(durationMs);
  }

  async advanceCheckpoint(): Promise<CheckpointRecord> {
    this.checkOpen();
    return this.pipeline.advanceCheckpoint();
  }

  async save(dataDir: string): Promise<void> {
    this.checkOpen();
    const path = join(dataDir, CHAIN_FILE);
    try {
      await mkdir(dataDir, { recursive: true });
      await this.store.copyTo(path);
    } catch (cause) {
      throw new LedgerError(
        'LEDGER_STORAGE',
        `the chain cannot be saved to ${path}`,
        { path },
        cause,
      );
    }
  }

  close(): Promise<void> {
    this.closing ??= this.pipeline.stop().then(() => this.store.close());
    return this.closing;
  }

  private checkOpen(): void {
    if (this.closing !== undefined)
      throw new LedgerError('LEDGER_CLOSED', 'the ledger was stopped');
    const { failure } = this.pipeline;
    if (failure !== undefined) throw failure;
  }
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
