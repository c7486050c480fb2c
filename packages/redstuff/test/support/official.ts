/** The official encoder as an oracle. */
import {
  decodeSliver,
  encodeSliver,
  encodingParameters,
  sliverDataLength,
  sliverIndexOfPair,
  toHex,
  type SliverAxis,
  type SliverData,
} from '@walrus-ts/core';
import { BlobEncoder } from '@mysten/walrus-wasm';
import type { BlobCommitment } from '../../src/types.js';
import { AXES } from './streams.js';

/** Symbol sizes of the acceptance measurements (redstuff-performance.md section 9). */
export const SYMBOL_SIZES: readonly number[] = [
  2, 4, 6, 62, 64, 66, 126, 128, 130, 152, 192, 302, 1206,
];

/** A blob with symbols of a given size that does not fill its matrix: bytes that do not repeat (a xorshift generator). */
export function blobFor(nShards: number, symbolBytes: number): Uint8Array {
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

/** What the official encoder makes of a blob. */
export interface OfficialEncoding {
  /** In the order of sliver indices. */
  readonly slivers: Readonly<Record<SliverAxis, readonly SliverData[]>>;
  /** {@link commitmentText} of the result. */
  readonly commitment: string;
  /** 32 bytes. */
  readonly blobId: Uint8Array;
}

/** Lays out blob ID, root hash and the hashes of all slivers, to be compared. */
export function commitmentText(
  blobId: Uint8Array,
  rootHash: Uint8Array,
  pairs: readonly { readonly primaryHash: Uint8Array; readonly secondaryHash: Uint8Array }[],
): string {
  const roots = pairs.map(({ primaryHash, secondaryHash }) => [primaryHash, secondaryHash]);
  return [blobId, rootHash, ...roots.flat()].map((bytes) => toHex(bytes)).join('\n');
}

/** The same of our own results. */
export function textOf({ rootHash, metadata }: BlobCommitment, blobIdBytes: Uint8Array): string {
  return commitmentText(blobIdBytes, rootHash, metadata.hashes);
}

/** Walks into a value of unknown shape. */
function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null) throw new Error(`no ${key} there`);
    current = new Map<string, unknown>(Object.entries(current)).get(`${key}`);
  }
  return current;
}

function bytesAt(value: unknown, ...path: readonly (string | number)[]): Uint8Array {
  const numbers = at(value, ...path);
  if (!Array.isArray(numbers)) throw new Error(`no bytes at ${path.join('.')}`);
  return Uint8Array.from(numbers.map(Number));
}

/** Encodes a blob with the official encoder. */
export function encodeOfficially(
  nShards: number,
  symbolBytes: number,
  blob: Uint8Array,
): OfficialEncoding {
  const buffers = (axis: SliverAxis): Uint8Array[] => {
    const data = new Uint8Array(sliverDataLength(nShards, axis, symbolBytes));
    const { length } = encodeSliver({ data, symbolSize: symbolBytes, index: 0 });
    return Array.from({ length: nShards }, () => new Uint8Array(length));
  };
  const encoded = { primary: buffers('primary'), secondary: buffers('secondary') };
  const encoder = new BlobEncoder(nShards);
  const result: unknown = encoder.encode(blob, encoded.primary, encoded.secondary);
  encoder.free();
  const slivers: Record<SliverAxis, SliverData[]> = { primary: [], secondary: [] };
  for (const axis of AXES) {
    encoded[axis].forEach((bytes, pair) => {
      const index = sliverIndexOfPair(nShards, axis, pair);
      const sliver = decodeSliver(bytes);
      if (sliver.index !== index) throw new Error(`sliver ${sliver.index} is not ${index}`);
      slivers[axis][index] = sliver;
    });
  }
  const hashes = at(result, 0, 'metadata', 'V1', 'hashes');
  if (!Array.isArray(hashes)) throw new Error('the official metadata has no hashes');
  const pairs = hashes.map((pair: unknown) => ({
    primaryHash: bytesAt(pair, 'primary_hash', 'Digest'),
    secondaryHash: bytesAt(pair, 'secondary_hash', 'Digest'),
  }));
  const blobId = bytesAt(result, 0, 'blob_id');
  return {
    slivers,
    blobId,
    commitment: commitmentText(blobId, bytesAt(result, 1, 'Digest'), pairs),
  };
}

/** Decodes primary slivers with the official encoder. */
export function decodeOfficially(
  nShards: number,
  blobId: Uint8Array,
  sizeBytes: number,
  slivers: readonly SliverData[],
): Uint8Array {
  const encoder = new BlobEncoder(nShards);
  const blob = new Uint8Array(sizeBytes);
  encoder.decode(blobId, BigInt(sizeBytes), slivers.map(encodeSliver), blob);
  encoder.free();
  return blob;
}
