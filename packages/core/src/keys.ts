import { BLS_SECRET_KEY_LENGTH } from './bls.js';
import { fromBase64, toBase64 } from './bytes.js';
import { WalrusError } from './errors.js';

/** Flag bytes that start the text form of a node's keys. */
export const KEY_FLAGS = {
  /** P-256 network key. */
  network: 2,
  /** BLS12-381 protocol key. */
  protocol: 4,
} as const;

/** Which of a node's two keys. */
export type NodeKeyKind = keyof typeof KEY_FLAGS;

/**
 * Writes a node's secret key as text: base64 of the flag byte and 32 bytes.
 *
 * @see spec messages.md §4
 */
export function encodeNodeKey(kind: NodeKeyKind, secretKey: Uint8Array): string {
  const bytes = new Uint8Array(1 + BLS_SECRET_KEY_LENGTH);
  bytes[0] = KEY_FLAGS[kind];
  bytes.set(secretKey, 1);
  return toBase64(bytes);
}

/**
 * Reads a node's secret key from text.
 *
 * @param text - file contents; surrounding white space is ignored
 * @returns 32 bytes
 * @throws CORE_INVALID_KEY_FILE; the message never holds the text
 */
export function decodeNodeKey(kind: NodeKeyKind, text: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = fromBase64(text.trim());
  } catch {
    throw new WalrusError('CORE_INVALID_KEY_FILE', `not a ${kind} key: no base64`);
  }
  if (bytes.length !== 1 + BLS_SECRET_KEY_LENGTH || bytes[0] !== KEY_FLAGS[kind]) {
    throw new WalrusError(
      'CORE_INVALID_KEY_FILE',
      `not a ${kind} key: expected flag ${KEY_FLAGS[kind]} and 32 bytes`,
    );
  }
  return bytes.slice(1);
}
