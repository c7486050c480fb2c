import { describe, expect, it } from 'vitest';
import {
  addressFromBytes,
  addressToBytes,
  blobIdFromBytes,
  blobIdFromInt,
  blobIdToInt,
  isWalrusError,
  normalizeAddress,
  parseBlobId,
  type WalrusError,
} from '../../src/index.js';

const text = 'AQgPFh0kKzI5QEdOVVxjanF4f4aNlJuiqbC3vsXM09o';

describe('blob IDs', () => {
  it('are read little-endian on chain', () => {
    const bytes = new Uint8Array(32);
    bytes[0] = 1;
    expect(blobIdToInt(blobIdFromBytes(bytes))).toBe(1n);
    expect(blobIdFromInt(blobIdToInt(parseBlobId(text)))).toBe(text);
  });

  it.each([
    '',
    text.slice(1),
    `${text}=`,
    `${text}A`,
    text.replace('A', '+'),
    `${text.slice(0, -1)}p`,
  ])('refuse %j', (bad) => {
    expect(() => parseBlobId(bad)).toThrow(/not a blob ID/);
  });

  it('help with a decimal number', () => {
    let error: WalrusError | undefined;
    try {
      parseBlobId(blobIdToInt(parseBlobId(text)).toString());
    } catch (caught) {
      if (isWalrusError(caught)) error = caught;
    }
    expect(error?.code).toBe('CORE_INVALID_BLOB_ID');
    expect(error?.hint).toContain(text);
  });
});

describe('addresses', () => {
  it('are brought to full length', () => {
    expect(normalizeAddress('0x6')).toBe(`0x${'0'.repeat(63)}6`);
    expect(addressFromBytes(addressToBytes(normalizeAddress('0xABC')))).toBe(
      `0x${'0'.repeat(61)}abc`,
    );
  });

  it.each(['', '0x', '0xg', `0x${'1'.repeat(65)}`])('refuse %j', (bad) => {
    expect(() => normalizeAddress(bad)).toThrow(/not an address/);
  });
});
