import { bcs } from '@mysten/bcs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blobIdFromBytes,
  blobIdFromInt,
  blobIdToInt,
  concatBytes,
  decodeBlobMetadata,
  decodeBlobMetadataWithId,
  decodeSliver,
  encodeBlobMetadata,
  encodeBlobMetadataWithId,
  encodeSliver,
  fromBase58,
  fromBase64,
  fromBase64Url,
  fromHex,
  isWalrusError,
  toBase58,
  toBase64,
  toBase64Url,
  toHex,
} from '../../src/index.js';

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
const metadata = fc.record({
  encodingType: fc.constant('RS2' as const),
  unencodedLength: fc.nat(2 ** 30),
  hashes: fc.array(fc.record({ primaryHash: hash, secondaryHash: hash }), { maxLength: 20 }),
});
const sliver = fc
  .record({
    symbolSize: fc.integer({ min: 1, max: 200 }),
    symbols: fc.nat(20),
    index: fc.nat(65535),
    fill: fc.nat(255),
  })
  .map(({ symbolSize, symbols, index, fill }) => ({
    data: new Uint8Array(symbolSize * symbols).fill(fill),
    symbolSize,
    index,
  }));

// The library's own writer is the oracle of the hand-written one.
const SliverOracle = bcs.struct('SliverData', {
  data: bcs.byteVector(),
  symbolSize: bcs.u16(),
  index: bcs.u16(),
});

describe('codecs', () => {
  it('write slivers as the library does', () => {
    fc.assert(
      fc.property(sliver, (value) => {
        expect(encodeSliver(value)).toEqual(SliverOracle.serialize(value).toBytes());
      }),
    );
  });

  it('invert each other', () => {
    fc.assert(
      fc.property(metadata, hash, (value, id) => {
        const blobId = blobIdFromBytes(id);
        expect(decodeBlobMetadata(encodeBlobMetadata(value))).toEqual(value);
        expect(decodeBlobMetadataWithId(encodeBlobMetadataWithId(blobId, value))).toEqual({
          blobId,
          metadata: value,
        });
        expect(blobIdFromInt(blobIdToInt(blobId))).toBe(blobId);
      }),
    );
    fc.assert(
      fc.property(sliver, (value) => {
        expect(decodeSliver(encodeSliver(value))).toEqual(value);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(fromHex(toHex(bytes))).toEqual(bytes);
        expect(fromBase64(toBase64(bytes))).toEqual(bytes);
        expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes);
        expect(fromBase58(toBase58(bytes))).toEqual(bytes);
      }),
    );
  });

  it('refuse anything else with a typed error, also inside a larger buffer', () => {
    fc.assert(
      fc.property(sliver, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, at, flip) => {
        const good = encodeSliver(value);
        const surrounded = concatBytes(new Uint8Array(8), good, new Uint8Array(64));
        expect(decodeSliver(surrounded.subarray(8, 8 + good.length))).toEqual(value);
        const attempts = [
          good.subarray(0, at % good.length),
          concatBytes(good, Uint8Array.of(0)),
          surrounded.subarray(8, 8 + good.length - 1),
          good.map((byte, i) => (i === at % good.length ? byte ^ flip : byte)),
        ];
        for (const bytes of attempts) {
          try {
            expect(encodeSliver(decodeSliver(bytes))).toEqual(Uint8Array.from(bytes));
          } catch (error) {
            if (!isWalrusError(error, 'CORE_INVALID_BCS')) throw error;
          }
        }
      }),
    );
  });

  it('refuse a length in a longer form than needed', () => {
    const good = encodeSliver({ data: new Uint8Array(2), symbolSize: 2, index: 0 });
    const padded = concatBytes(Uint8Array.of(0x82, 0x00), good.subarray(1));
    expect(() => decodeSliver(padded)).toThrow(/canonical form/);
  });

  it('refuse a length far beyond the bytes without allocating', () => {
    expect(() => decodeSliver(Uint8Array.of(255, 255, 255, 255, 7, 0, 0))).toThrow(/implies/);
    expect(() => decodeSliver(Uint8Array.of(255, 255, 255, 255, 255, 7))).toThrow(/too long/);
    const hugeCount = concatBytes(
      Uint8Array.of(0, 1),
      new Uint8Array(8),
      Uint8Array.of(255, 255, 255, 255, 7),
    );
    expect(() => decodeBlobMetadata(hugeCount)).toThrow(/not a valid/);
  });
});
