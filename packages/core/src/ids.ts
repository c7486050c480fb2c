import { fromBase64Url, fromHex, shorten, toBase64Url, toHex } from './bytes.js';
import { WalrusError } from './errors.js';

declare const brand: unique symbol;

/**
 * A blob ID in its text form: the base64url of 32 bytes without padding, 43 characters.
 *
 * @see spec redstuff.md §8
 */
export type BlobId = string & { readonly [brand]: 'BlobId' };

/** A Sui address or object ID: `0x` and 64 lower-case hexadecimal digits. */
export type Address = string & { readonly [brand]: 'Address' };

/** Bytes in a blob ID and in an address. */
export const ID_LENGTH = 32;

/**
 * Formats the 32 bytes of a blob ID.
 *
 * @throws CORE_INVALID_BLOB_ID for another length
 */
export function blobIdFromBytes(bytes: Uint8Array): BlobId {
  if (bytes.length !== ID_LENGTH) {
    throw new WalrusError('CORE_INVALID_BLOB_ID', `a blob ID has 32 bytes, not ${bytes.length}`);
  }
  return toBase64Url(bytes) as BlobId;
}

/** Returns the 32 bytes of a blob ID. */
export function blobIdToBytes(id: BlobId): Uint8Array<ArrayBuffer> {
  return fromBase64Url(id);
}

/**
 * Checks and returns a blob ID given as text.
 *
 * @param text - 43 characters of base64url; nothing else is accepted
 * @throws CORE_INVALID_BLOB_ID otherwise; the hint holds the converted ID if a decimal number was given
 */
export function parseBlobId(text: string): BlobId {
  if (/^[A-Za-z0-9_-]{43}$/.test(text)) {
    try {
      fromBase64Url(text);
      return text as BlobId;
    } catch {
      // Falls through to the one message for every malformed ID.
    }
  }
  const decimal = /^[0-9]{20,78}$/.test(text) ? BigInt(text) : undefined;
  const isU256 = decimal !== undefined && decimal < 1n << 256n;
  throw new WalrusError('CORE_INVALID_BLOB_ID', `not a blob ID: ${shorten(text)}`, {
    hint: isU256
      ? `this decimal number is the blob ID ${blobIdFromInt(decimal)}`
      : 'a blob ID is 43 characters of URL-safe base64, as printed by walrus store',
  });
}

/** Returns the on-chain `u256` of a blob ID: its bytes read little-endian. */
export function blobIdToInt(id: BlobId): bigint {
  return BigInt(`0x${toHex(blobIdToBytes(id).reverse())}`);
}

/**
 * Returns the blob ID of an on-chain `u256`.
 *
 * @throws CORE_INVALID_BLOB_ID outside 0 .. 2^256 - 1
 */
export function blobIdFromInt(value: bigint): BlobId {
  if (value < 0n || value >= 1n << 256n) {
    throw new WalrusError('CORE_INVALID_BLOB_ID', 'a blob ID is an unsigned 256-bit integer');
  }
  return blobIdFromBytes(fromHex(value.toString(16).padStart(64, '0')).reverse());
}

/**
 * Brings an address or object ID to its full form.
 *
 * @param text - `0x` and 1 to 64 hexadecimal digits (the `0x` may be missing)
 * @throws CORE_INVALID_ADDRESS otherwise
 */
export function normalizeAddress(text: string): Address {
  const digits = text.startsWith('0x') ? text.slice(2) : text;
  if (!/^[0-9a-fA-F]{1,64}$/.test(digits)) {
    throw new WalrusError('CORE_INVALID_ADDRESS', `not an address or object ID: ${shorten(text)}`, {
      hint: 'an address is 0x followed by up to 64 hexadecimal digits',
    });
  }
  return `0x${digits.toLowerCase().padStart(64, '0')}` as Address;
}

/** Returns the 32 bytes of an address. */
export function addressToBytes(address: Address): Uint8Array<ArrayBuffer> {
  return fromHex(address);
}

/**
 * Formats the 32 bytes of an address.
 *
 * @throws CORE_INVALID_ADDRESS for another length
 */
export function addressFromBytes(bytes: Uint8Array): Address {
  if (bytes.length !== ID_LENGTH) {
    throw new WalrusError('CORE_INVALID_ADDRESS', `an address has 32 bytes, not ${bytes.length}`);
  }
  return `0x${toHex(bytes)}` as Address;
}
