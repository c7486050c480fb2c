/**
 * From executed transactions to durable checkpoints.
 *
 * Transactions are executed at once, on a state that includes everything executed before. What they did
 * collects in the open batch; while one batch is being written, the next one fills. So one disk flush
 * and one checkpoint serve all callers that came in the meantime, and nobody waits for an idle disk.
 * Readers and subscribers see a batch only after it is on disk.
 */

import type { StateReader } from './admission.js';
import { CLOCK_OFFSET, EPOCH } from './chain.js';
import { makeCheckpoint } from './codec/checkpoint.js';
import { LedgerError } from './errors.js';
import { addGas } from './gas.js';
import { CLOCK_ID, makePrologue } from './genesis.js';
import type { History } from './history.js';
import { makeRecord, type Executed } from './record.js';
import type { LedgerStore, ObjectUpdate } from './store.js';
import type { CheckpointRecord, LedgerObject, TransactionRecord } from './types.js';

/** Transactions that go to disk together as one checkpoint. */
export interface Batch {
  readonly sequenceNumber: bigint;
  readonly timestampMs: bigint;
  readonly records: TransactionRecord[];
  readonly updates: Map<string, ObjectUpdate>;
  readonly intermediate: LedgerObject[];
  readonly meta: Map<string, string>;
  /** Resolves when the batch is on disk. */
  readonly done: Promise<CheckpointRecord>;
  readonly resolve: (checkpoint: CheckpointRecord) => void;
  readonly reject: (error: LedgerError) => void;
}

/** The write side of a ledger: batches, checkpoints and time. */
export class Pipeline {
  private readonly store: LedgerStore;
  private readonly now: () => number;
  private readonly history: History;
  private readonly listeners = new Set<(checkpoint: CheckpointRecord) => void>();
  /** Results of transactions that are executed but not yet on disk. */
  private readonly pending = new Map<string, Promise<TransactionRecord>>();
  /** Objects changed by batches that are not yet on disk; undefined object = gone. */
  private readonly overlay = new Map<
    string,
    { readonly batch: Batch; readonly object: LedgerObject | undefined }
  >();
  private newest: CheckpointRecord;
  private clockOffsetMs: bigint;
  private open: Batch | undefined;
  private writing: Batch | undefined;
  /** Who wants to open the next batches. */
  private readonly waiting: (() => void)[] = [];
  private isScheduled = false;
  private broken: LedgerError | undefined;

  /** What executions see: the batches not yet on disk above the durable state. */
  readonly state: StateReader = {
    get: (id) => {
      const changed = this.overlay.get(id);
      return changed === undefined ? this.store.object(id) : changed.object;
    },
  };

  /**
   * @param store - holds at least the genesis checkpoint
   * @param history - how much of the past is kept
   * @param now - wall clock, ms since 1970
   * @throws {LEDGER_STORAGE} the store has no checkpoint
   */
  constructor(store: LedgerStore, history: History, now: () => number) {
    this.store = store;
    this.history = history;
    this.now = now;
    const number = store.newestCheckpoint();
    const newest = number === undefined ? undefined : store.checkpoint(number);
    if (newest === undefined)
      throw new LedgerError('LEDGER_STORAGE', 'the stored chain has no checkpoint');
    this.newest = newest;
    this.clockOffsetMs = BigInt(store.metaValue(CLOCK_OFFSET) ?? '0');
  }

  /** Newest durable checkpoint. */
  get tip(): CheckpointRecord {
    return this.newest;
  }

  /** The error that ended writing; undefined while all is well. */
  get failure(): LedgerError | undefined {
    return this.broken;
  }

  /** Time of the chain, ms: the wall clock moved by the offset, never backwards. */
  time(): bigint {
    const wall = BigInt(Math.floor(this.now())) + this.clockOffsetMs;
    const last = this.open ?? this.writing ?? this.newest.summary;
    return wall > last.timestampMs ? wall : last.timestampMs;
  }

  /** A transaction that was executed and is on its way to disk. */
  pendingTransaction(digest: string): Promise<TransactionRecord> | undefined {
    return this.pending.get(digest);
  }

  /** See `Ledger.subscribeCheckpoints`. */
  subscribe(listener: (checkpoint: CheckpointRecord) => void): () => void {
    // A wrapper per subscription, so that one function may subscribe twice.
    const own = (checkpoint: CheckpointRecord): void => listener(checkpoint);
    this.listeners.add(own);
    return () => this.listeners.delete(own);
  }

  /** The batch that takes transactions, if one is open. */
  get openBatch(): Batch | undefined {
    return this.open;
  }

  /**
   * Opens a batch. There must be none open.
   *
   * @param isHeartbeat - without the transaction that sets the clock
   */
  begin(isHeartbeat = false): Batch {
    const previous = this.writing?.sequenceNumber ?? this.newest.summary.sequenceNumber;
    const batch = newBatch(previous + 1n, this.time());
    this.open = batch;
    if (!isHeartbeat) this.setClock(batch);
    this.schedule();
    return batch;
  }

  private setClock(batch: Batch): void {
    const clock = this.state.get(CLOCK_ID);
    if (clock === undefined)
      throw new LedgerError('LEDGER_STORAGE', 'the stored chain has no clock');
    const prologue = makePrologue(clock, EPOCH, batch.sequenceNumber, batch.timestampMs);
    this.record(batch, { ...prologue, signatures: [] });
  }

  /**
   * Adds an executed transaction to the open batch.
   *
   * @returns resolves to its record when it is on disk
   */
  add(batch: Batch, executed: Executed): Promise<TransactionRecord> {
    const record = this.record(batch, executed);
    const durable = batch.done.then(() => record);
    this.pending.set(executed.digest, durable);
    return durable;
  }

  private record(batch: Batch, executed: Executed): TransactionRecord {
    const record = makeRecord(executed, {
      checkpoint: batch.sequenceNumber,
      indexInCheckpoint: batch.records.length,
      timestampMs: batch.timestampMs,
    });
    for (const [id, after] of executed.outcome.written) this.change(batch, id, after);
    for (const id of executed.outcome.removed) this.change(batch, id, undefined);
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
      void this.write();
    });
  }

  /** Writes the open batch. Never rejects: the outcome goes to the batch. */
  private async write(): Promise<void> {
    const batch = this.open;
    if (batch === undefined || this.writing !== undefined) return;
    this.open = undefined;
    this.writing = batch;
    this.waiting.shift()?.();
    try {
      if (this.broken !== undefined) throw this.broken;
      const checkpoint = this.makeCheckpoint(batch);
      await this.store.commit(
        {
          checkpoint,
          transactions: batch.records,
          updates: [...batch.updates.values()],
          intermediate: batch.intermediate,
          meta: batch.meta,
        },
        this.history,
      );
      this.newest = checkpoint;
      this.release(batch);
      batch.resolve(checkpoint);
      for (const listener of this.listeners) listener(checkpoint);
    } catch (cause) {
      // What was executed on top of this batch is lost with it: nothing goes on without a restart.
      this.broken ??= new LedgerError(
        'LEDGER_STORAGE',
        'the chain cannot be written to disk',
        undefined,
        cause,
      );
      this.release(batch);
      batch.reject(this.broken);
    } finally {
      this.writing = undefined;
      if (this.open !== undefined) this.schedule();
    }
  }

  private makeCheckpoint(batch: Batch): CheckpointRecord {
    const { summary, digest } = this.newest;
    const epochGas = batch.records.reduce(
      (sum, { effects }) => addGas(sum, effects.gasUsed),
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
    for (const record of batch.records) this.pending.delete(record.digest);
  }

  /**
   * Runs `begin` as soon as no batch is open: at once, or in the moment the open one goes to disk. Waiting
   * for an idle ledger instead could last for ever.
   */
  private whenNoneOpen(begin: () => Batch): Promise<Batch> {
    if (this.open === undefined) return Promise.resolve(begin());
    return new Promise((resolve) => this.waiting.push(() => resolve(begin())));
  }

  /** Moves the time forward, with a batch of its own. */
  async advanceClock(durationMs: number): Promise<{ timestampMs: bigint; txDigest: string }> {
    const batch = await this.whenNoneOpen(() => {
      this.clockOffsetMs += BigInt(durationMs);
      const opened = this.begin();
      opened.meta.set(CLOCK_OFFSET, this.clockOffsetMs.toString());
      return opened;
    });
    await batch.done;
    return { timestampMs: batch.timestampMs, txDigest: batch.records[0]?.digest ?? '' };
  }

  /** Makes a checkpoint of its own, without a transaction that sets the clock. */
  async advanceCheckpoint(): Promise<CheckpointRecord> {
    const batch = await this.whenNoneOpen(() => this.begin(true));
    return batch.done;
  }

  /**
   * Waits until everything executed so far is on disk and no batch is open.
   *
   * @throws {LEDGER_STORAGE} it could not be written
   */
  async drain(): Promise<void> {
    let batch = this.open ?? this.writing;
    while (batch !== undefined) {
      await batch.done;
      batch = this.open ?? this.writing;
    }
  }

  /** Waits for all writing, also failing, and ends subscriptions. */
  async stop(): Promise<void> {
    // The failure was reported to those who waited for the transactions.
    await this.drain().catch(() => {});
    this.listeners.clear();
  }
}

function newBatch(sequenceNumber: bigint, timestampMs: bigint): Batch {
  let resolve: Batch['resolve'] = () => {};
  let reject: Batch['reject'] = () => {};
  const done = new Promise<CheckpointRecord>((onDone, onError) => {
    resolve = onDone;
    reject = onError;
  });
  // Callers attach their own handlers; a batch nobody waits for must not end the process.
  done.catch(() => {});
  return {
    sequenceNumber,
    timestampMs,
    records: [],
    updates: new Map(),
    intermediate: [],
    meta: new Map(),
    done,
    resolve,
    reject,
  };
}
