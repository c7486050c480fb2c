import {
  encodeSliver,
  encodingParameters,
  blobIdToBytes,
  sliverDataLength,
  sliverIndexOfPair,
  symbolSize,
  toHex,
  type SliverAxis,
} from '@walrus-ts/core';
import { BlobEncoder } from '@mysten/walrus-wasm';
import { describe, expect, it } from 'vitest';
import { createCodec } from '@walrus-ts/redstuff/node';
import type { KernelVariant } from '../../src/types.js';
import { seededSubset, VARIANTS } from '../support/backends.js';

const AXES = ['primary', 'secondary'] as const;
const SHARDS = [4, 7, 10, 13, 31, 100, 300, 667, 1000];
/** Symbol sizes of the acceptance measurements (redstuff-performance.md section 9). */
const SYMBOL_SIZES = [2, 4, 6, 62, 64, 66, 126, 128, 130, 152, 192, 302, 1206];
const SETUPS: readonly { variant: KernelVariant; threads: number }[] = VARIANTS.flatMap((variant) =>
  [1, 2].map((threads) => ({ variant, threads })),
);

/** Bytes that do not repeat (a xorshift generator), in a blob that does not fill its matrix. */
function blobFor(nShards: number, symbolBytes: number): Uint8Array {
  const { primarySymbols, secondarySymbols } = encodingParameters(nShards);
  const cells = primarySymbols * secondarySymbols;
  const words = new Uint32Array(Math.ceil((cells * symbolBytes) / 4));
  let x = 0x9e3779b9 ^ (nShards * 65_536 + symbolBytes);
  for (let i = 0; i < words.length; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    words[i] = x;
  }
  return new Uint8Array(words.buffer, 0, cells * symbolBytes - (cells >> 1));
}

/** All slivers by the official encoder, in the order of pairs, and its blob ID as hex. */
function encodeOfficially(
  nShards: number,
  symbolBytes: number,
  blob: Uint8Array,
): { slivers: Record<SliverAxis, Uint8Array[]>; blobId: string } {
  const buffers = (axis: SliverAxis): Uint8Array[] => {
    const data = new Uint8Array(sliverDataLength(nShards, axis, symbolBytes));
    const { length } = encodeSliver({ data, symbolSize: symbolBytes, index: 0 });
    return Array.from({ length: nShards }, () => new Uint8Array(length));
  };
  const slivers = { primary: buffers('primary'), secondary: buffers('secondary') };
  const encoder = new BlobEncoder(nShards);
  encoder.encode(blob, slivers.primary, slivers.secondary);
  const metadata: unknown = encoder.compute_metadata(blob);
  encoder.free();
  const [id] = Array.isArray(metadata) ? (metadata as unknown[]) : [];
  return { slivers, blobId: toHex(Uint8Array.from(id as number[])) };
}

describe.each(SHARDS)('%i shards', (nShards) => {
  it.each(SYMBOL_SIZES)('symbols of %i bytes: as the official encoder', async (symbolBytes) => {
    const blob = blobFor(nShards, symbolBytes);
    expect(symbolSize(nShards, blob.length)).toBe(symbolBytes);
    const official = encodeOfficially(nShards, symbolBytes, blob);
    const { primarySymbols } = encodingParameters(nShards);
    const last = Array.from({ length: primarySymbols }, (_, i) => nShards - 1 - i);
    const patterns = [last, seededSubset(symbolBytes, nShards, primarySymbols)];
    for (const { variant, threads } of SETUPS) {
      const codec = await createCodec({ nShards, variant, threads });
      expect(codec.variant).toBe(variant);
      const { blobId } = await codec.computeMetadata(blob);
      expect(toHex(blobIdToBytes(blobId))).toBe(official.blobId);
      const encoded = await codec.encode(blob);
      expect(encoded.blobId).toBe(blobId);
      for (const axis of AXES) {
        official.slivers[axis].forEach((theirs, pair) => {
          const ours = encodeSliver(encoded.sliver(axis, sliverIndexOfPair(nShards, axis, pair)));
          if (Buffer.compare(ours, theirs) !== 0) expect.fail(`${axis} sliver of pair ${pair}`);
        });
      }
      for (const pattern of patterns) {
        const decoded = await codec.decode({
          blobId,
          metadata: encoded.metadata,
          axis: 'primary',
          slivers: pattern.map((index) => encoded.sliver('primary', index)),
        });
        expect(Buffer.compare(decoded, blob)).toBe(0);
      }
      await codec.close();
    }
  });
});
