import { decodeBlobMetadata, blobIdFromBytes, fromHex, toHex } from '@walrus-ts/core';
import { describe, expect, it } from 'vitest';
import { createCodec } from '../../src/create-codec.js';
import {
  decodeGeneralRecoverySymbol,
  decodeInconsistencyProof,
  decodeRecoverySymbol,
  encodeGeneralRecoverySymbol,
  encodeInconsistencyProof,
  encodeRecoverySymbol,
} from '../../src/recovery/bcs.js';
import { BACKENDS } from '../support/backends.js';
import { generate, vectors } from '../support/vectors.js';

describe.each(BACKENDS)('recovery vectors (%s)', (backend) => {
  const { recovery_symbols: recovery, inconsistency_proof: inconsistency } = vectors;

  it.each(recovery.symbols)(
    'symbol for $recovers sliver $target_sliver_index from $source_sliver_index',
    async (vector) => {
      const codec = await createCodec({ nShards: recovery.n_shards, backend });
      const encoded = await codec.encode(generate(recovery));
      const axis = vector.recovers;
      const sourceAxis = axis === 'primary' ? 'secondary' : 'primary';
      const [symbol] = await codec.recoverySymbols({
        axis: sourceAxis,
        sliver: encoded.sliver(sourceAxis, vector.source_sliver_index),
        targets: [vector.target_sliver_index],
      });
      if (symbol === undefined) expect.fail('no symbol');
      expect(toHex(symbol.data)).toBe(vector.data_hex);
      expect(symbol.proof.map((node) => (node === null ? 'empty' : toHex(node)))).toEqual(
        vector.path,
      );
      expect(toHex(encodeGeneralRecoverySymbol(symbol))).toBe(
        vector.general_recovery_symbol_bcs_hex,
      );
      const plain = await codec.verifyGeneralRecoverySymbol({
        metadata: encoded.metadata,
        axis,
        index: vector.target_sliver_index,
        symbol,
      });
      if (!('proof' in plain)) expect.fail('the proof is lost');
      expect(toHex(encodeRecoverySymbol(plain))).toBe(vector.recovery_symbol_bcs_hex);

      const decoded = decodeRecoverySymbol(fromHex(vector.recovery_symbol_bcs_hex));
      expect(decoded).toEqual(plain);
      expect(decodeGeneralRecoverySymbol(fromHex(vector.general_recovery_symbol_bcs_hex))).toEqual(
        symbol,
      );
      await codec.verifyRecoverySymbol({
        metadata: encoded.metadata,
        axis,
        index: vector.target_sliver_index,
        symbol: decoded,
      });
    },
  );

  it('the inconsistency proof holds, and does not hold for honest metadata', async () => {
    const codec = await createCodec({ nShards: inconsistency.n_shards, backend });
    const metadata = decodeBlobMetadata(fromHex(inconsistency.blob_metadata_bcs_hex));
    const blobId = blobIdFromBytes(fromHex(inconsistency.blob_id_hex));
    expect(toHex(await codec.verifyMetadata(blobId, metadata))).toBe(inconsistency.root_hash_hex);
    const proof = decodeInconsistencyProof(
      inconsistency.axis,
      fromHex(inconsistency.proof_bcs_hex),
    );
    expect(proof.targetIndex).toBe(inconsistency.target_sliver_index);
    expect(toHex(encodeInconsistencyProof(proof))).toBe(inconsistency.proof_bcs_hex);
    await codec.verifyInconsistencyProof({ metadata, proof });

    const honest = decodeBlobMetadata(fromHex(inconsistency.honest_blob_metadata_bcs_hex));
    await expect(codec.verifyInconsistencyProof({ metadata: honest, proof })).rejects.toMatchObject(
      { code: 'REDSTUFF_PROOF_CONSISTENT' },
    );
  });
});
