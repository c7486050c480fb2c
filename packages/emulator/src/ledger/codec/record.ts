/**
 * How transactions and checkpoints are laid out in the database. These forms are private to the
 * ledger; the parts that clients see are kept as their exact BCS.
 */

import { digestOf } from '../digest.js';
import type { CheckpointRecord, ExecutionStatus, TransactionRecord } from '../types.js';
import { ByteReader, ByteWriter, invalid } from './bytes.js';
import { decodeCheckpointContents, decodeCheckpointSummary } from './checkpoint.js';
import { decodeEffects, decodeEvents } from './effects.js';
import { decodeTransactionData } from './transaction.js';
import { readTypeTag, writeTypeTag } from './type-tag.js';

const FORMAT = 1;

/** Encodes an executed transaction for the database. */
export function encodeRecord(record: TransactionRecord): Uint8Array {
  const w = new ByteWriter(2048);
  w.u8(FORMAT);
  w.byteVector(record.transactionBcs);
  w.vector(record.signatures, (signature) => w.byteVector(signature));
  w.byteVector(record.effectsBcs);
  w.option(record.eventsBcs, (events) => w.byteVector(events));
  w.vector(record.balanceChanges, (change) => {
    w.address(change.address);
    writeTypeTag(w, change.coinType);
    w.bool(change.amount < 0n);
    w.u64(change.amount < 0n ? -change.amount : change.amount);
  });
  w.vector([...record.objectTypes], ([id, type]) => {
    w.address(id);
    w.string(type);
  });
  w.u64(record.checkpoint ?? 0n);
  w.u32(record.indexInCheckpoint);
  w.u64(record.timestampMs);
  w.string(record.effects.status.success ? '' : record.effects.status.description);
  return w.finish();
}

/** Decodes an executed transaction of the database. @throws {LEDGER_INVALID_BCS} */
export function decodeRecord(bytes: Uint8Array): TransactionRecord {
  const r = new ByteReader(bytes);
  if (r.u8() !== FORMAT) throw invalid('transaction record format');
  const transactionBcs = r.byteVector();
  const signatures = r.vector(() => r.byteVector());
  const effectsBcs = r.byteVector();
  const eventsBcs = r.option(() => r.byteVector());
  const balanceChanges = r.vector(() => {
    const address = r.address();
    const coinType = readTypeTag(r);
    const isNegative = r.bool();
    const amount = r.u64();
    return { address, coinType, amount: isNegative ? -amount : amount };
  });
  const objectTypes = new Map(r.vector((): [string, string] => [r.address(), r.string()]));
  const checkpoint = r.u64();
  const indexInCheckpoint = r.u32();
  const timestampMs = r.u64();
  const description = r.string();
  r.end();
  const effects = decodeEffects(effectsBcs);
  const status: ExecutionStatus = effects.status.success
    ? effects.status
    : { ...effects.status, description };
  return {
    digest: effects.transactionDigest,
    transaction: decodeTransactionData(transactionBcs),
    transactionBcs,
    signatures,
    effects: { ...effects, status },
    effectsBcs,
    effectsDigest: digestOf('effects', effectsBcs),
    events: eventsBcs === undefined ? [] : decodeEvents(eventsBcs),
    eventsBcs,
    balanceChanges,
    objectTypes,
    checkpoint,
    indexInCheckpoint,
    timestampMs,
  };
}

/** Encodes a checkpoint for the database. */
export function encodeCheckpointRecord(checkpoint: CheckpointRecord): Uint8Array {
  const w = new ByteWriter();
  w.u8(FORMAT);
  w.digest(checkpoint.digest);
  w.byteVector(checkpoint.summaryBcs);
  w.byteVector(checkpoint.contentsBcs);
  return w.finish();
}

/** Decodes a checkpoint of the database. @throws {LEDGER_INVALID_BCS} */
export function decodeCheckpointRecord(bytes: Uint8Array): CheckpointRecord {
  const r = new ByteReader(bytes);
  if (r.u8() !== FORMAT) throw invalid('checkpoint record format');
  const digest = r.digest();
  const summaryBcs = r.byteVector();
  const contentsBcs = r.byteVector();
  r.end();
  return {
    digest,
    summary: decodeCheckpointSummary(summaryBcs),
    summaryBcs,
    contents: decodeCheckpointContents(contentsBcs),
    contentsBcs,
  };
}
