/** Executed transactions and checkpoints to their protobuf messages. */

import { GrpcTypes } from '@mysten/sui/grpc';

import type {
  CheckpointRecord,
  Ledger,
  LedgerObject,
  TransactionRecord,
} from '../../ledger/api.js';
import type { Selection } from '../mask.js';
import { applyMask, selectionAt } from '../mask.js';
import { gasCostSummary, renderEffects, renderEvents } from './effects.js';
import { bcs, message, timestamp } from './message.js';
import { renderObject } from './object.js';
import { renderTransaction } from './transaction.js';

const SIGNATURE_BYTES = 64;

function userSignature(raw: Uint8Array): GrpcTypes.UserSignature {
  const scheme = raw[0] ?? 0;
  const isSimple = scheme <= GrpcTypes.SignatureScheme.SECP256R1;
  return message(GrpcTypes.UserSignature, {
    bcs: bcs(raw, 'UserSignatureBytes'),
    scheme,
    signature: isSimple
      ? {
          oneofKind: 'simple',
          simple: message(GrpcTypes.SimpleSignature, {
            scheme,
            signature: raw.subarray(1, 1 + SIGNATURE_BYTES),
            publicKey: raw.subarray(1 + SIGNATURE_BYTES),
          }),
        }
      : { oneofKind: undefined },
  });
}

/** Finds the objects a transaction read for writing and what it made of them. */
function objectsOf(
  record: TransactionRecord,
  ledger: Ledger,
  written: ReadonlyMap<string, LedgerObject> | undefined,
): LedgerObject[] {
  const objects: LedgerObject[] = [];
  for (const change of record.effects.changedObjects) {
    const before =
      change.input === undefined
        ? undefined
        : ledger.getObject(change.objectId, change.input.version);
    const after =
      change.output === undefined
        ? undefined
        : (written?.get(change.objectId) ??
          ledger.getObject(change.objectId, change.output.version));
    if (before !== undefined) objects.push(before);
    if (after !== undefined) objects.push(after);
  }
  return objects;
}

function objectSet(
  objects: readonly LedgerObject[],
  ledger: Ledger,
  selection: Selection,
): GrpcTypes.ObjectSet {
  const below = selectionAt(selection, 'objects') ?? true;
  return message(GrpcTypes.ObjectSet, {
    objects: objects.map((object) => renderObject(object, ledger, below)),
  });
}

/** What is special about showing a simulation. */
export interface SimulationView {
  /** Shown instead of the record's transaction, which may name a made-up gas coin. */
  readonly transaction: GrpcTypes.Transaction;
  /** Objects after the run. */
  readonly writtenObjects: ReadonlyMap<string, LedgerObject>;
}

/**
 * Renders the selected parts of an executed or simulated transaction.
 *
 * @param record - the transaction
 * @param ledger - for objects and JSON
 * @param selection - read mask, root `ExecutedTransaction`
 * @param simulation - given for simulations
 */
export function renderExecuted(
  record: TransactionRecord,
  ledger: Ledger,
  selection: Selection,
  simulation?: SimulationView,
): GrpcTypes.ExecutedTransaction {
  const transactionSelection = selectionAt(selection, 'transaction');
  const effectsSelection = selectionAt(selection, 'effects');
  const eventsSelection = selectionAt(selection, 'events');
  const objectsSelection = selectionAt(selection, 'objects');
  const full = message(GrpcTypes.ExecutedTransaction, {
    digest: record.digest,
    transaction:
      transactionSelection === undefined
        ? undefined
        : (simulation?.transaction ??
          renderTransaction(record.transaction, {
            digest: record.digest,
            bcs: record.transactionBcs,
          })),
    signatures: record.signatures.map(userSignature),
    effects:
      effectsSelection === undefined ? undefined : renderEffects(record, ledger, effectsSelection),
    // Absent, not empty, for transactions without events.
    events:
      eventsSelection === undefined || record.events.length === 0
        ? undefined
        : renderEvents(record, ledger, eventsSelection),
    checkpoint: record.checkpoint,
    timestamp: timestamp(record.timestampMs),
    balanceChanges: record.balanceChanges.map((change) =>
      message(GrpcTypes.BalanceChange, {
        address: change.address,
        coinType: change.coinType,
        amount: change.amount.toString(),
      }),
    ),
    objects:
      objectsSelection === undefined
        ? undefined
        : objectSet(
            objectsOf(record, ledger, simulation?.writtenObjects),
            ledger,
            objectsSelection,
          ),
    transactionIndex:
      record.checkpoint === undefined ? undefined : BigInt(record.indexInCheckpoint),
  });
  return applyMask(GrpcTypes.ExecutedTransaction, full, selection);
}

function checkpointSummary(checkpoint: CheckpointRecord): GrpcTypes.CheckpointSummary {
  const { summary } = checkpoint;
  return message(GrpcTypes.CheckpointSummary, {
    bcs: bcs(checkpoint.summaryBcs, 'CheckpointSummary'),
    digest: checkpoint.digest,
    epoch: summary.epoch,
    sequenceNumber: summary.sequenceNumber,
    totalNetworkTransactions: summary.totalTransactions,
    contentDigest: summary.contentDigest,
    previousDigest: summary.previousDigest,
    epochRollingGasCostSummary: gasCostSummary(summary.epochGas),
    timestamp: timestamp(summary.timestampMs),
  });
}

function checkpointContents(checkpoint: CheckpointRecord): GrpcTypes.CheckpointContents {
  return message(GrpcTypes.CheckpointContents, {
    bcs: bcs(checkpoint.contentsBcs, 'CheckpointContents'),
    digest: checkpoint.summary.contentDigest,
    version: 1,
    transactions: checkpoint.contents.map((entry) =>
      message(GrpcTypes.CheckpointedTransactionInfo, {
        transaction: entry.transaction,
        effects: entry.effects,
        signatures: entry.signatures.map(userSignature),
      }),
    ),
  });
}

/**
 * Renders the selected parts of a checkpoint. There is no validator signature on a local chain.
 *
 * @param checkpoint - the checkpoint
 * @param ledger - for its transactions and objects
 * @param selection - read mask, root `Checkpoint`
 */
export function renderCheckpoint(
  checkpoint: CheckpointRecord,
  ledger: Ledger,
  selection: Selection,
): GrpcTypes.Checkpoint {
  const { sequenceNumber } = checkpoint.summary;
  const transactionsSelection = selectionAt(selection, 'transactions');
  const objectsSelection = selectionAt(selection, 'objects');
  const records =
    transactionsSelection === undefined && objectsSelection === undefined
      ? []
      : (ledger.checkpointTransactions(sequenceNumber) ?? []);
  const full = message(GrpcTypes.Checkpoint, {
    sequenceNumber,
    digest: checkpoint.digest,
    summary: checkpointSummary(checkpoint),
    contents:
      selectionAt(selection, 'contents') === undefined ? undefined : checkpointContents(checkpoint),
    transactions:
      transactionsSelection === undefined
        ? []
        : records.map((record) => renderExecuted(record, ledger, transactionsSelection)),
    objects:
      objectsSelection === undefined
        ? undefined
        : objectSet(distinctObjects(records, ledger), ledger, objectsSelection),
  });
  return applyMask(GrpcTypes.Checkpoint, full, selection);
}

function distinctObjects(records: readonly TransactionRecord[], ledger: Ledger): LedgerObject[] {
  const seen = new Map<string, LedgerObject>();
  for (const record of records) {
    for (const object of objectsOf(record, ledger, undefined)) {
      seen.set(`${object.objectId}@${object.version}`, object);
    }
  }
  return [...seen.values()];
}
