/** Digests of the ledger: BLAKE2b-256 with a domain prefix, spelled in base58. See sui-rpc.md (d). */

import { blake2b256, shorten } from '@walrus-ts/core';
import { LedgerError } from './errors.js';

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const VALUES = new Int8Array(128).fill(-1);
for (let i = 0; i < ALPHABET.length; i++) VALUES[ALPHABET.charCodeAt(i)] = i;

/** 58^3: the largest power of 58 whose product with 2^32 stays exact in a double. */
const CHUNK = 195_112;
const CHUNK_DIGITS = 3;

/**
 * Spells 32 bytes in base58.
 *
 * Works on eight 32-bit limbs and peels three base58 digits at a time, because digests are formatted
 * and parsed by the dozen for every transaction and a general big-number routine shows in profiles.
 *
 * @param bytes - exactly 32 bytes
 */
export function digestToBase58(bytes: Uint8Array): string {
  if (bytes.length !== 32) {
    throw new LedgerError('LEDGER_INVALID_BCS', `digest of ${bytes.length} bytes`);
  }
  const limbs: number[] = [];
  for (let i = 0; i < 8; i++) {
    limbs[i] =
      (bytes[4 * i] ?? 0) * 0x1000000 +
      (((bytes[4 * i + 1] ?? 0) << 16) | ((bytes[4 * i + 2] ?? 0) << 8) | (bytes[4 * i + 3] ?? 0));
  }
  let text = '';
  let first = 0;
  while (first < 8) {
    let remainder = 0;
    for (let i = first; i < 8; i++) {
      const value = remainder * 0x1_0000_0000 + (limbs[i] ?? 0);
      const quotient = Math.floor(value / CHUNK);
      limbs[i] = quotient;
      remainder = value - quotient * CHUNK;
    }
    while (first < 8 && limbs[first] === 0) first++;
    for (let d = 0; d < CHUNK_DIGITS; d++) {
      if (first === 8 && remainder === 0) break;
      text = ALPHABET.charAt(remainder % 58) + text;
      remainder = Math.floor(remainder / 58);
    }
  }
  for (let i = 0; i < 32 && bytes[i] === 0; i++) text = `1${text}`;
  return text;
}

/**
 * Parses a base58 digest.
 *
 * @param text - base58 text
 * @returns 32 bytes
 * @throws {LEDGER_INVALID_ARGUMENT} not base58 of 32 bytes
 */
export function base58ToDigest(text: string): Uint8Array {
  // 32 bytes take 32 (all zero) to 44 digits; the bound also keeps hostile input cheap.
  if (text.length < 32 || text.length > 44) throw notADigest(text);
  const limbs = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const digit = code < 128 ? (VALUES[code] ?? -1) : -1;
    if (digit < 0) throw notADigest(text);
    let carry = digit;
    for (let j = 7; j >= 0; j--) {
      const value = (limbs[j] ?? 0) * 58 + carry;
      limbs[j] = value % 0x1_0000_0000;
      carry = Math.floor(value / 0x1_0000_0000);
    }
    if (carry !== 0) throw notADigest(text);
  }
  const bytes = new Uint8Array(32);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < 8; i++) view.setUint32(4 * i, limbs[i] ?? 0);
  // Leading ones and leading zero bytes must match, or two texts would name one digest.
  let ones = 0;
  while (ones < text.length && text.charCodeAt(ones) === 49) ones++;
  let zeros = 0;
  while (zeros < 32 && bytes[zeros] === 0) zeros++;
  if (ones !== zeros) throw notADigest(text);
  return bytes;
}

function notADigest(text: string): LedgerError {
  return new LedgerError('LEDGER_INVALID_ARGUMENT', `not a digest: ${shorten(text)}`);
}

const encoder = new TextEncoder();
const PREFIX = {
  transaction: encoder.encode('TransactionData::'),
  effects: encoder.encode('TransactionEffects::'),
  events: encoder.encode('TransactionEvents::'),
  object: encoder.encode('Object::'),
  checkpointSummary: encoder.encode('CheckpointSummary::'),
  checkpointContents: encoder.encode('CheckpointContents::'),
} as const;

/** Values that have a digest of their own. */
export type DigestKind = keyof typeof PREFIX;

/**
 * Computes the digest of a value.
 *
 * @param kind - what the bytes are; decides the domain prefix
 * @param bcs - BCS of the value
 * @returns 32 bytes
 */
export function digestBytes(kind: DigestKind, bcs: Uint8Array): Uint8Array {
  return blake2b256(PREFIX[kind], bcs);
}

/** Computes the digest of a value as base58; see {@link digestBytes}. */
export function digestOf(kind: DigestKind, bcs: Uint8Array): string {
  return digestToBase58(digestBytes(kind, bcs));
}

/** Intent of a signed transaction: scope 0, version 0, app 0. */
const TRANSACTION_INTENT = new Uint8Array(3);

/**
 * Computes what the sender of a transaction signs.
 *
 * @param transactionBcs - BCS of `TransactionData`
 * @returns 32 bytes
 */
export function signingDigest(transactionBcs: Uint8Array): Uint8Array {
  return blake2b256(TRANSACTION_INTENT, transactionBcs);
}

/** Digest of 32 zero bytes: previous transaction of nothing, digest of made-up references. */
export const ZERO_DIGEST = digestToBase58(new Uint8Array(32));
