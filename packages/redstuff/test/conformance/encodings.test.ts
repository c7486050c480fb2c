import {
  encodeBlobMetadataWithId,
  encodedLength,
  encodeSliver,
  rotation,
  sliverIndexOfPair,
  toHex,
  type SliverAxis,
} from '@walrus-ts/core';
import { describe, expect, it } from 'vitest';
import { createCodec } from '../../src/create-codec.js';
import { BACKENDS } from '../support/backends.js';
import { generate, sha256, vectors, type EncodingVector } from '../support/vectors.js';

/** The reference needs seconds for each blob at 1000 shards. */
const TIMEOUT_MS = 60_000;

function name(vector: EncodingVector): string {
  return `${vector.n_shards} shards, ${vector.size} bytes (${vector.generator})`;
}

describe.each(BACKENDS)('official encodings (%s)', (backend) => {
  it.each(vectors.encodings.map((vector) => [name(vector), vector] as const))(
    '%s',
    async (_, vector) => {
      const nShards = vector.n_shards;
      const codec = await createCodec({ nShards, backend });
      const blob = generate(vector);
      const encoded = await codec.encode(blob);
      const { metadata, blobId } = encoded;
      expect(blobId).toBe(vector.blob_id);
      expect(toHex(encoded.rootHash)).toBe(vector.root_hash_hex);
      expect(encoded.symbolSize).toBe(vector.symbol_size);
      expect(encodedLength(nShards, blob.length)).toBe(vector.encoded_length);
      expect(rotation(nShards, blobId)).toBe(vector.rotation_offset);

      const slivers = (axis: SliverAxis): Uint8Array[] =>
        Array.from({ length: nShards }, (_unused, i) => encoded.sliver(axis, i).data);
      const primary = slivers('primary');
      const secondary = slivers('secondary');
      expect(sha256(...primary)).toBe(vector.primary_slivers_sha256);
      expect(sha256(...secondary)).toBe(vector.secondary_slivers_sha256);
      const pairBcs = Array.from({ length: nShards }, (_unused, pair) =>
        (['primary', 'secondary'] as const).map((axis) =>
          encodeSliver(encoded.sliver(axis, sliverIndexOfPair(nShards, axis, pair))),
        ),
      );
      expect(sha256(...pairBcs.flat())).toBe(vector.sliver_bcs_sha256);
      const hashes = metadata.hashes.map(
        ({ primaryHash, secondaryHash }) => [primaryHash, secondaryHash] as const,
      );
      expect(sha256(...hashes.flat())).toBe(vector.pair_hashes_sha256);
      const metadataBcs = encodeBlobMetadataWithId(blobId, metadata);
      expect(sha256(metadataBcs)).toBe(vector.metadata_with_id_bcs_sha256);

      if (vector.primary_slivers_hex !== undefined) {
        expect(primary.map(toHex)).toEqual(vector.primary_slivers_hex);
        expect(secondary.map(toHex)).toEqual(vector.secondary_slivers_hex);
        expect(hashes.map((pair) => pair.map(toHex))).toEqual(vector.pair_hashes_hex);
        expect(toHex(metadataBcs)).toBe(vector.metadata_with_id_bcs_hex);
        const [firstPair = []] = pairBcs;
        expect(firstPair.map(toHex)).toEqual([
          vector.first_primary_sliver_bcs_hex,
          vector.pair0_secondary_sliver_bcs_hex,
        ]);
      }
    },
    TIMEOUT_MS,
  );
});
