/** BCS of checkpoints. Layout: sui-rpc.md (d), "Checkpoints". */

import { digestOf } from '../digest.js';
import type { CheckpointRecord, CheckpointSummary } from '../types.js';
import { ByteReader, ByteWriter, invalid } from './bytes.js';
import { readGas, writeGas } from './effects.js';

/** Encodes a checkpoint summary: no commitments, no end of epoch, no version-specific data. */
export function encodeCheckpointSummary(summary: CheckpointSummary): Uint8Array {
  const w = new ByteWriter(256);
  w.u64(summary.epoch);
  w.u64(summary.sequenceNumber);
  w.u64(summary.totalTransactions);
  w.digest(summary.contentDigest);
  w.option(summary.previousDigest, (digest) => w.digest(digest));
  writeGas(w, summary.epochGas);
  w.u64(summary.timestampMs);
  w.uleb(0);
  w.bool(false);
  w.uleb(0);
  return w.finish();
}

/** Decodes a checkpoint summary. @throws {LEDGER_INVALID_BCS} */
export function decodeCheckpointSummary(bytes: Uint8Array): CheckpointSummary {
  const r = new ByteReader(bytes);
  const summary: CheckpointSummary = {
    epoch: r.u64(),
    sequenceNumber: r.u64(),
    totalTransactions: r.u64(),
    contentDigest: r.digest(),
    previousDigest: r.option(() => r.digest()),
    epochGas: readGas(r),
    timestampMs: r.u64(),
  };
  if (r.uleb() !== 0 || r.bool() || r.uleb() !== 0) throw invalid('checkpoint summary');
  r.end();
  return summary;
}

/** Encodes the contents of a checkpoint. */
export function encodeCheckpointContents(contents: CheckpointRecord['contents']): Uint8Array {
  const w = new ByteWriter(256);
  w.u8(0); // CheckpointContents::V1
  w.vector(contents, (entry) => {
    w.digest(entry.transaction);
    w.digest(entry.effects);
  });
  w.vector(contents, (entry) => w.vector(entry.signatures, (signature) => w.byteVector(signature)));
  return w.finish();
}

/** Decodes the contents of a checkpoint. @throws {LEDGER_INVALID_BCS} */
export function decodeCheckpointContents(bytes: Uint8Array): CheckpointRecord['contents'] {
  const r = new ByteReader(bytes);
  if (r.uleb() !== 0) throw invalid('checkpoint contents version');
  const digests = r.vector(() => ({ transaction: r.digest(), effects: r.digest() }));
  const signatures = r.vector(() => r.vector(() => r.byteVector()));
  r.end();
  if (signatures.length !== digests.length) throw invalid('checkpoint signatures');
  return digests.map((entry, i) => ({ ...entry, signatures: signatures[i] ?? [] }));
}

/**
 * Builds a checkpoint from its parts.
 *
 * @param summary - summary without the content digest
 * @param contents - transactions in order
 */
export function makeCheckpoint(
  summary: Omit<CheckpointSummary, 'contentDigest'>,
  contents: CheckpointRecord['contents'],
): CheckpointRecord {
  const contentsBcs = encodeCheckpointContents(contents);
  const complete = { ...summary, contentDigest: digestOf('checkpointContents', contentsBcs) };
  const summaryBcs = encodeCheckpointSummary(complete);
  return {
    digest: digestOf('checkpointSummary', summaryBcs),
    summary: complete,
    summaryBcs,
    contents,
    contentsBcs,
  };
}
