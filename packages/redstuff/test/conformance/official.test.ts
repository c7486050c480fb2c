import {
  blobIdToBytes,
  encodeSliver,
  encodingParameters,
  sliverDataLength,
  sliverIndexOfPair,
  symbolSize,
  toHex,
  type SliverAxis,
} from '@walrus-ts/core';
import { BlobEncoder } from '@mysten/walrus-wasm';
import { describe, expect, it } from 'vitest';
import { createCodec } from '../../src/create-codec.js';
import { seededBytes, seededSubset } from '../support/backends.js';
import { sha256 } from '../support/vectors.js';

const TIMEOUT_MS = 60_000;

/** Symbol sizes around the blocks of the field's layout, of the hash, and beyond. */
const SYMBOL_SIZES = [2, 4, 6, 62, 64, 66, 126, 128, 130, 152, 192, 302, 1206];

const CASES: readonly { nShards: number; symbolBytes: number }[] = [
  ...SYMBOL_SIZES.map((symbolBytes) => ({ nShards: 31, symbolBytes })),
  ...[4, 7, 10, 13].flatMap((nShards) =>
    [2, 194, 5000].map((symbolBytes) => ({ nShards, symbolBytes })),
  ),
  { nShards: 100, symbolBytes: 152 },
  { nShards: 300, symbolBytes: 34 },
  { nShards: 667, symbolBytes: 2 },
  { nShards: 1000, symbolBytes: 8 },
];

/** A blob with symbols of a given size that does not fill its matrix. */
function blobFor(nShards: number, symbolBytes: number): Uint8Array {
  const { primarySymbols, secondarySymbols } = encodingParameters(nShards);
  const cells = primarySymbols * secondarySymbols;
  return seededBytes(nShards + symbolBytes, cells * symbolBytes - (cells >> 1));
}

describe('the official encoder', () => {
  it.each(CASES)(
    'agrees for $nShards shards and symbols of $symbolBytes bytes, in both directions',
    async ({ nShards, symbolBytes }) => {
      const blob = blobFor(nShards, symbolBytes);
      expect(symbolSize(nShards, blob.length)).toBe(symbolBytes);
      const codec = await createCodec({ nShards });
      const encoded = await codec.encode(blob);

      const buffers = (axis: SliverAxis): Uint8Array[] => {
        const dataBytes = sliverDataLength(nShards, axis, symbolBytes);
        const size = encodeSliver({ data: new Uint8Array(dataBytes), symbolSize: 2, index: 0 });
        return Array.from({ length: nShards }, () => new Uint8Array(size.length));
      };
      const official = { primary: buffers('primary'), secondary: buffers('secondary') };
      const encoder = new BlobEncoder(nShards);
      encoder.encode(blob, official.primary, official.secondary);
      for (const axis of ['primary', 'secondary'] as const) {
        const ours = Array.from({ length: nShards }, (_, pair) =>
          encodeSliver(encoded.sliver(axis, sliverIndexOfPair(nShards, axis, pair))),
        );
        ours.forEach((sliver, pair) => {
          if (sha256(sliver) !== sha256(official[axis][pair] ?? sliver.subarray(1))) {
            expect.fail(`${axis} sliver of pair ${pair} differs`);
          }
        });
      }
      const metadata: unknown = encoder.compute_metadata(blob);
      const [officialId] = Array.isArray(metadata) ? (metadata as unknown[]) : [];
      expect(toHex(Uint8Array.from(officialId as number[]))).toBe(
        toHex(blobIdToBytes(encoded.blobId)),
      );

      // The official decoder reads our slivers, and we read the official ones.
      const { primarySymbols } = encodingParameters(nShards);
      const chosen = seededSubset(nShards + symbolBytes, nShards, primarySymbols);
      if (nShards <= 300) {
        const output = new Uint8Array(blob.length);
        const slivers = chosen.map((i) => encodeSliver(encoded.sliver('primary', i)));
        encoder.decode(blobIdToBytes(encoded.blobId), BigInt(blob.length), slivers, output);
        expect(sha256(output)).toBe(sha256(blob));
      }
      const decoded = await codec.decode({
        blobId: encoded.blobId,
        metadata: encoded.metadata,
        axis: 'primary',
        slivers: chosen.map((i) => encoded.sliver('primary', i)),
        consistencyCheck: 'strict',
      });
      expect(sha256(decoded)).toBe(sha256(blob));
    },
    TIMEOUT_MS,
  );
});
