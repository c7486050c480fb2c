import { fromBase58 as parseBase58, toBase58 as formatBase58 } from '@mysten/bcs';
import { WalrusError } from './errors.js';

/**
 * Joins byte strings into one newly allocated array.
 *
 * @param parts - byte strings, in order
 */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

/** Tells whether two byte strings are equal (not constant time: never for secrets). */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return compareBytes(a, b) === 0;
}

/**
 * Compares two byte strings lexicographically.
 *
 * @returns negative, zero or positive, as `Array.prototype.sort` wants it
 */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));

/** Formats bytes as lower-case hexadecimal without prefix. */
export function toHex(bytes: Uint8Array): string {
  let out = '';
  for (const byte of bytes) out += HEX[byte];
  return out;
}

/**
 * Parses hexadecimal text, with or without `0x`.
 *
 * @throws CORE_INVALID_HEX for odd length or foreign characters
 */
export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  const digits = text.startsWith('0x') ? text.slice(2) : text;
  if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits)) {
    throw new WalrusError('CORE_INVALID_HEX', `not hexadecimal: ${shorten(text)}`);
  }
  const out = new Uint8Array(digits.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return out;
}

/** Formats bytes as standard base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  // Blocks keep the argument list of fromCharCode below the engine's limit.
  for (let i = 0; i < bytes.length; i += 8192) {
    binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  }
  return btoa(binary);
}

/**
 * Parses standard base64 with padding.
 *
 * @throws CORE_INVALID_BASE64 for anything that is not canonical
 */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  let binary: string;
  try {
    binary = atob(text);
  } catch (cause) {
    throw new WalrusError('CORE_INVALID_BASE64', `not base64: ${shorten(text)}`, { cause });
  }
  const out = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) out[i] = binary.charCodeAt(i);
  // atob forgives white space, missing padding and stray low bits; we do not.
  if (toBase64(out) !== text) {
    throw new WalrusError('CORE_INVALID_BASE64', `not canonical base64: ${shorten(text)}`);
  }
  return out;
}

/** Formats bytes as base64url without padding (RFC 4648 section 5). */
export function toBase64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/**
 * Parses base64url without padding.
 *
 * @throws CORE_INVALID_BASE64 for padding, foreign characters or non-zero unused bits
 */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) {
    throw new WalrusError('CORE_INVALID_BASE64', `not base64url: ${shorten(text)}`);
  }
  const padding = '='.repeat((4 - (text.length % 4)) % 4);
  return fromBase64(text.replaceAll('-', '+').replaceAll('_', '/') + padding);
}

/** Formats bytes in base58 (Bitcoin alphabet), the form of Sui digests. */
export function toBase58(bytes: Uint8Array): string {
  return formatBase58(bytes);
}

/**
 * Parses base58.
 *
 * @throws CORE_INVALID_BASE58 for foreign characters
 */
export function fromBase58(text: string): Uint8Array {
  try {
    return parseBase58(text);
  } catch (cause) {
    throw new WalrusError('CORE_INVALID_BASE58', `not base58: ${shorten(text)}`, { cause });
  }
}

/**
 * Cuts untrusted text to a length that is safe in an error message.
 *
 * @param text - any text
 * @param limit - characters kept
 */
export function shorten(text: string, limit = 80): string {
  const clean = JSON.stringify(text).slice(1, -1);
  return clean.length <= limit ? `'${clean}'` : `'${clean.slice(0, limit)}…'`;
}
