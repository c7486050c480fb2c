import { blake2b256, blobIdFromBytes, type BlobId, type BlobMetadata } from '@walrus-ts/core';
import type { Kernels } from '../kernels.js';
import { NODE_BYTES } from '../merkle/shape.js';
import type { BlobCommitment } from '../types.js';

/** Tag of the encoding RS2 in the preimage of a blob ID. */
const ENCODING_TYPE_TAG = 1;

/**
 * Computes a blob ID: `H(encoding type || u64le(length) || root)`.
 *
 * @param input - `rootHash` of 32 bytes, `unencodedLength` in bytes
 * @see spec redstuff.md §8
 */
export function computeBlobId(input: {
  readonly rootHash: Uint8Array;
  readonly unencodedLength: number;
}): BlobId {
  const header = new Uint8Array(9);
  header[0] = ENCODING_TYPE_TAG;
  new DataView(header.buffer).setBigUint64(1, BigInt(input.unencodedLength), true);
  return blobIdFromBytes(blake2b256(header, input.rootHash));
}

/**
 * Computes the root over all sliver pair hashes.
 *
 * @param kernels - who hashes
 * @param metadata - with at least one pair; all hashes of 32 bytes
 */
export function rootOfMetadata(kernels: Kernels, metadata: BlobMetadata): Uint8Array {
  const count = metadata.hashes.length;
  const staged = kernels.stage(count * 2 * NODE_BYTES);
  metadata.hashes.forEach((pair, i) => {
    staged.set(pair.primaryHash, 2 * i * NODE_BYTES);
    staged.set(pair.secondaryHash, (2 * i + 1) * NODE_BYTES);
  });
  return kernels.tree(count, 2 * NODE_BYTES).slice(-NODE_BYTES);
}

/**
 * Assembles metadata and blob ID from the roots of all slivers.
 *
 * @param kernels - who hashes
 * @param roots - of the primary and of the secondary slivers, `n × 32` bytes each, in sliver order
 * @param unencodedLength - bytes
 */
export function commit(
  kernels: Kernels,
  roots: { readonly primary: Uint8Array; readonly secondary: Uint8Array },
  unencodedLength: number,
): BlobCommitment {
  const count = roots.primary.length / NODE_BYTES;
  const node = (nodes: Uint8Array, i: number): Uint8Array =>
    nodes.slice(i * NODE_BYTES, (i + 1) * NODE_BYTES);
  const metadata: BlobMetadata = {
    encodingType: 'RS2',
    unencodedLength,
    hashes: Array.from({ length: count }, (_, pair) => ({
      primaryHash: node(roots.primary, pair),
      // Pair p holds secondary sliver n - 1 - p.
      secondaryHash: node(roots.secondary, count - 1 - pair),
    })),
  };
  const rootHash = rootOfMetadata(kernels, metadata);
  return { blobId: computeBlobId({ rootHash, unencodedLength }), rootHash, metadata };
}
