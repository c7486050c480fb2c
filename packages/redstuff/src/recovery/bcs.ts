import type { SliverAxis } from '@walrus-ts/core';
import { NODE_BYTES } from '../merkle/shape.js';
import type {
  GeneralRecoverySymbol,
  InconsistencyProof,
  MerkleNode,
  RecoverySymbol,
} from '../types.js';
import { BcsReader, BcsWriter } from './bcs-io.js';

/**
 * BCS of recovery symbols and inconsistency proofs.
 *
 * @see spec redstuff.md §10
 */

function writeProof(writer: BcsWriter, proof: readonly MerkleNode[]): void {
  writer.length(proof.length);
  for (const node of proof) {
    if (node === null) {
      writer.u8(0);
    } else {
      writer.u8(1);
      writer.raw(node);
    }
  }
}

function readProof(reader: BcsReader): MerkleNode[] {
  const proof: MerkleNode[] = [];
  const count = reader.length();
  for (let i = 0; i < count; i++) {
    proof.push(reader.variant(2) === 0 ? null : reader.raw(NODE_BYTES));
  }
  return proof;
}

function writeSymbol(writer: BcsWriter, symbol: RecoverySymbol): void {
  writer.u16(symbol.sourceIndex);
  writer.bytes(symbol.data);
  writeProof(writer, symbol.proof);
}

function readSymbol(reader: BcsReader): RecoverySymbol {
  return { sourceIndex: reader.u16(), data: reader.bytes(), proof: readProof(reader) };
}

function writeGeneral(writer: BcsWriter, symbol: GeneralRecoverySymbol): void {
  // Variant 0 recovers a primary sliver, so its source is a secondary one.
  writer.u8(symbol.sourceAxis === 'secondary' ? 0 : 1);
  writer.u16(symbol.sourceIndex);
  writer.bytes(symbol.data);
  writer.u16(symbol.targetIndex);
  writeProof(writer, symbol.proof);
}

function readGeneral(reader: BcsReader): GeneralRecoverySymbol {
  const sourceAxis = reader.variant(2) === 0 ? 'secondary' : 'primary';
  const sourceIndex = reader.u16();
  const data = reader.bytes();
  const targetIndex = reader.u16();
  return { sourceAxis, sourceIndex, targetIndex, data, proof: readProof(reader) };
}

/** Encodes a recovery symbol. */
export function encodeRecoverySymbol(symbol: RecoverySymbol): Uint8Array {
  const writer = new BcsWriter();
  writeSymbol(writer, symbol);
  return writer.finish();
}

/**
 * Decodes a recovery symbol; nothing about it is verified.
 *
 * @throws REDSTUFF_INVALID_BCS
 */
export function decodeRecoverySymbol(bytes: Uint8Array): RecoverySymbol {
  return BcsReader.whole(bytes, 'recovery symbol', readSymbol);
}

/** Encodes general recovery symbols, the body of a recovery-symbols response. */
export function encodeGeneralRecoverySymbols(
  symbols: readonly GeneralRecoverySymbol[],
): Uint8Array {
  const writer = new BcsWriter();
  writer.length(symbols.length);
  for (const symbol of symbols) writeGeneral(writer, symbol);
  return writer.finish();
}

/**
 * Decodes a recovery-symbols response; nothing about the symbols is verified.
 *
 * @throws REDSTUFF_INVALID_BCS
 */
export function decodeGeneralRecoverySymbols(bytes: Uint8Array): GeneralRecoverySymbol[] {
  return BcsReader.whole(bytes, 'list of recovery symbols', (reader) => {
    const symbols: GeneralRecoverySymbol[] = [];
    const count = reader.length();
    for (let i = 0; i < count; i++) symbols.push(readGeneral(reader));
    return symbols;
  });
}

/** Encodes one general recovery symbol. */
export function encodeGeneralRecoverySymbol(symbol: GeneralRecoverySymbol): Uint8Array {
  const writer = new BcsWriter();
  writeGeneral(writer, symbol);
  return writer.finish();
}

/**
 * Decodes one general recovery symbol; nothing about it is verified.
 *
 * @throws REDSTUFF_INVALID_BCS
 */
export function decodeGeneralRecoverySymbol(bytes: Uint8Array): GeneralRecoverySymbol {
  return BcsReader.whole(bytes, 'general recovery symbol', readGeneral);
}

/** Encodes an inconsistency proof in its one-axis form; the axis is not part of it. */
export function encodeInconsistencyProof(proof: InconsistencyProof): Uint8Array {
  const writer = new BcsWriter();
  writer.u16(proof.targetIndex);
  writer.length(proof.symbols.length);
  for (const symbol of proof.symbols) writeSymbol(writer, symbol);
  return writer.finish();
}

/**
 * Decodes an inconsistency proof in its one-axis form; nothing about it is verified.
 *
 * @param axis - of the target, known from the context (the URL)
 * @throws REDSTUFF_INVALID_BCS
 */
export function decodeInconsistencyProof(axis: SliverAxis, bytes: Uint8Array): InconsistencyProof {
  return BcsReader.whole(bytes, 'inconsistency proof', (reader) => {
    const targetIndex = reader.u16();
    const symbols: RecoverySymbol[] = [];
    const count = reader.length();
    for (let i = 0; i < count; i++) symbols.push(readSymbol(reader));
    return { axis, targetIndex, symbols };
  });
}
