import { blobIdToBytes, type BlobId } from './ids.js';
import { WalrusError } from './errors.js';

/** The two directions of the matrix: primary slivers are rows, secondary slivers are columns. */
export type SliverAxis = 'primary' | 'secondary';

/** Numbers derived from the number of shards. */
export interface EncodingParameters {
  /** Shards, `n`: also the number of slivers per axis. */
  readonly nShards: number;
  /** Faulty shards tolerated, `f = floor((n - 1) / 3)`. */
  readonly maxFaulty: number;
  /** `n - 2f`: rows of the message matrix, symbols per secondary sliver, primary slivers needed to decode. */
  readonly primarySymbols: number;
  /** `n - f`: columns of the message matrix, symbols per primary sliver, secondary slivers needed to decode. */
  readonly secondarySymbols: number;
}

/** Fewest shards that the code can handle (below, there are no recovery symbols). */
export const MIN_SHARDS = 4;
/** Most shards supported. */
export const MAX_SHARDS = 1000;
/** Largest symbol in bytes: the largest even `u16`. */
export const MAX_SYMBOL_SIZE = 65534;
/** Bytes in a unit of storage, the granule of prices. */
export const STORAGE_UNIT_BYTES = 1_048_576;

/**
 * Derives the parameters of the code from the number of shards.
 *
 * @param nShards - 4 to 1000
 * @throws CORE_INVALID_SHARDS outside that range
 * @see spec redstuff.md §2
 */
export function encodingParameters(nShards: number): EncodingParameters {
  if (!Number.isInteger(nShards) || nShards < MIN_SHARDS || nShards > MAX_SHARDS) {
    throw new WalrusError(
      'CORE_INVALID_SHARDS',
      `the number of shards must be ${MIN_SHARDS} to ${MAX_SHARDS}, not ${nShards}`,
    );
  }
  const maxFaulty = Math.floor((nShards - 1) / 3);
  return {
    nShards,
    maxFaulty,
    primarySymbols: nShards - 2 * maxFaulty,
    secondarySymbols: nShards - maxFaulty,
  };
}

/**
 * Returns the largest blob that can be encoded, in bytes.
 *
 * @see spec redstuff.md §3
 */
export function maxBlobSize(nShards: number): number {
  const { primarySymbols, secondarySymbols } = encodingParameters(nShards);
  return primarySymbols * secondarySymbols * MAX_SYMBOL_SIZE;
}

/**
 * Returns the symbol size for a blob, in bytes: even, at least 2.
 *
 * @param unencodedLength - blob size in bytes, 0 allowed
 * @throws CORE_BLOB_TOO_LARGE above {@link maxBlobSize}
 * @see spec redstuff.md §3
 */
export function symbolSize(nShards: number, unencodedLength: number): number {
  const { primarySymbols, secondarySymbols } = encodingParameters(nShards);
  const limit = maxBlobSize(nShards);
  if (!Number.isSafeInteger(unencodedLength) || unencodedLength < 0 || unencodedLength > limit) {
    throw new WalrusError(
      'CORE_BLOB_TOO_LARGE',
      `a blob of ${unencodedLength} bytes does not fit: the limit with ${nShards} shards is ${limit} bytes`,
      { data: { sizeBytes: unencodedLength, limitBytes: limit, nShards } },
    );
  }
  const size = Math.ceil(Math.max(unencodedLength, 1) / (primarySymbols * secondarySymbols));
  return size + (size % 2);
}

/**
 * Returns the bytes of data in one sliver.
 *
 * @param symbolBytes - symbol size in bytes
 */
export function sliverDataLength(nShards: number, axis: SliverAxis, symbolBytes: number): number {
  const { primarySymbols, secondarySymbols } = encodingParameters(nShards);
  return (axis === 'primary' ? secondarySymbols : primarySymbols) * symbolBytes;
}

/**
 * Returns how many slivers of an axis are needed to decode a blob.
 */
export function sliversToDecode(nShards: number, axis: SliverAxis): number {
  const { primarySymbols, secondarySymbols } = encodingParameters(nShards);
  return axis === 'primary' ? primarySymbols : secondarySymbols;
}

/**
 * Returns the bytes that storing a blob takes on the whole network, the size that is bought on chain.
 *
 * @see spec redstuff.md §16
 */
export function encodedLength(nShards: number, unencodedLength: number): number {
  const { primarySymbols, secondarySymbols } = encodingParameters(nShards);
  const symbolBytes = symbolSize(nShards, unencodedLength);
  return nShards * ((primarySymbols + secondarySymbols) * symbolBytes + 64 * nShards + 32);
}

/**
 * Returns the units of storage charged for a number of bytes, rounded up.
 *
 * @param bytes - encoded length
 */
export function storageUnits(bytes: number | bigint): bigint {
  const unit = BigInt(STORAGE_UNIT_BYTES);
  return (BigInt(bytes) + unit - 1n) / unit;
}

/**
 * Returns the index, on its axis, of the sliver that a pair holds.
 *
 * Pair `p` holds primary sliver `p` and secondary sliver `n - 1 - p`.
 *
 * @see spec redstuff.md §6
 */
export function sliverIndexOfPair(nShards: number, axis: SliverAxis, pairIndex: number): number {
  return axis === 'primary' ? pairIndex : nShards - 1 - pairIndex;
}

/** Returns the pair that holds a sliver: the inverse of {@link sliverIndexOfPair}. */
export function pairIndexOfSliver(nShards: number, axis: SliverAxis, sliverIndex: number): number {
  return axis === 'primary' ? sliverIndex : nShards - 1 - sliverIndex;
}

/**
 * Returns by how many places a blob's pairs are rotated over the shards: its ID, big-endian, modulo `n`.
 *
 * @see spec redstuff.md §9
 */
export function rotation(nShards: number, blobId: BlobId): number {
  let remainder = 0;
  for (const byte of blobIdToBytes(blobId)) remainder = (remainder * 256 + byte) % nShards;
  return remainder;
}

/** Returns the shard that stores a pair of a blob. */
export function shardOfPair(nShards: number, blobId: BlobId, pairIndex: number): number {
  return (pairIndex + rotation(nShards, blobId)) % nShards;
}

/** Returns the pair of a blob that a shard stores: the inverse of {@link shardOfPair}. */
export function pairOfShard(nShards: number, blobId: BlobId, shard: number): number {
  return (shard + nShards - rotation(nShards, blobId)) % nShards;
}

/**
 * Returns the shard weight that a storage certificate needs, `n - f`.
 *
 * @see spec messages.md §6
 */
export function certificationWeight(nShards: number): number {
  return nShards - Math.floor((nShards - 1) / 3);
}

/** Tells whether a weight is a quorum: `3w >= 2n + 1`, equal to `w >= n - f`. */
export function isQuorum(weight: number, nShards: number): boolean {
  return 3 * weight >= 2 * nShards + 1;
}

/** Tells whether a weight surely includes a correct node: `3w >= n + 1`. */
export function isValidity(weight: number, nShards: number): boolean {
  return 3 * weight >= nShards + 1;
}
