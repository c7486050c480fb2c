import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  blobIdFromBytes,
  concatBytes,
  decodeStorageConfirmation,
  decodeNodeKey,
  encodeInvalidBlobId,
  encodeNodeKey,
  encodeProofOfPossession,
  encodeSignedMessage,
  encodeStorageConfirmation,
  encodeSyncShardRequest,
  fromHex,
  isQuorum,
  isValidity,
  loadBls,
  normalizeAddress,
  signersToBitmap,
  toHex,
  certificationWeight,
  type StorageConfirmation,
} from '../../src/index.js';

interface MessageVector {
  name: string;
  fields: Record<string, unknown>;
  message_hex: string;
  signature_by_key_0_hex: string;
}
interface Vectors {
  keys: { secret_key_hex: string; public_key_hex: string; key_file_base64: string }[];
  messages: MessageVector[];
  aggregates: {
    message: string;
    committee_size: number;
    signer_indices: number[];
    signatures_hex: string[];
    aggregate_signature_hex: string;
    aggregate_public_key_hex: string;
    signers_bitmap_hex: string;
  }[];
  bitmaps: { committee_size: number; signer_indices: number[]; bitmap_hex: string }[];
  quorum: {
    n_shards: number;
    quorum_min_weight: number;
    one_correct_node_min_weight: number;
  }[];
  signed_message_bcs: { message: string; signer_key: number; bcs_hex: string };
}

const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../../../testkit/vectors/messages.json', import.meta.url), 'utf8'),
);
const bls = await loadBls();
const blobIdOf = (hex: unknown) => blobIdFromBytes(fromHex(String(hex)));
const messageOf = (name: string): MessageVector => {
  const found = vectors.messages.find((message) => message.name === name);
  if (!found) throw new Error(`no vector ${name}`);
  return found;
};

describe('messages.json', () => {
  it.each(vectors.keys)('derives the public key $public_key_hex', (key) => {
    expect(toHex(bls.publicKey(fromHex(key.secret_key_hex)))).toBe(key.public_key_hex);
    expect(encodeNodeKey('protocol', fromHex(key.secret_key_hex))).toBe(key.key_file_base64);
    expect(toHex(decodeNodeKey('protocol', key.key_file_base64))).toBe(key.secret_key_hex);
  });

  it.each(vectors.messages)('signs $name', (vector) => {
    const message = fromHex(vector.message_hex);
    const secret = fromHex(vectors.keys[0]?.secret_key_hex ?? '');
    expect(toHex(bls.sign(secret, message))).toBe(vector.signature_by_key_0_hex);
    expect(bls.verify(bls.publicKey(secret), message, fromHex(vector.signature_by_key_0_hex))).toBe(
      true,
    );
  });

  it('encodes storage confirmations and reads them back', () => {
    for (const name of ['storage_confirmation_permanent', 'storage_confirmation_deletable']) {
      const { fields, message_hex } = messageOf(name);
      const confirmation: StorageConfirmation = {
        epoch: Number(fields['epoch']),
        blobId: blobIdOf(fields['blob_id_hex']),
        persistence:
          fields['persistence'] === 'permanent'
            ? { kind: 'permanent' }
            : { kind: 'deletable', objectId: normalizeAddress(String(fields['object_id_hex'])) },
      };
      expect(toHex(encodeStorageConfirmation(confirmation)), name).toBe(message_hex);
      expect(decodeStorageConfirmation(fromHex(message_hex)), name).toEqual(confirmation);
    }
  });

  it('encodes the other messages that the code has', () => {
    const invalid = messageOf('invalid_blob_id');
    expect(
      toHex(
        encodeInvalidBlobId({
          epoch: Number(invalid.fields['epoch']),
          blobId: blobIdOf(invalid.fields['blob_id_hex']),
        }),
      ),
    ).toBe(invalid.message_hex);

    const proof = messageOf('proof_of_possession');
    expect(
      toHex(
        encodeProofOfPossession({
          epoch: Number(proof.fields['epoch']),
          address: normalizeAddress(String(proof.fields['sui_address_hex'])),
          publicKey: fromHex(String(proof.fields['bls_public_key_hex'])),
        }),
      ),
    ).toBe(proof.message_hex);

    const sync = messageOf('sync_shard_request');
    expect(
      toHex(
        encodeSyncShardRequest({
          epoch: Number(sync.fields['epoch']),
          shard: Number(sync.fields['shard_index']),
          axis: 'secondary',
          startingBlobId: blobIdOf(sync.fields['starting_blob_id_hex']),
          sliverCount: Number(sync.fields['sliver_count']),
        }),
      ),
    ).toBe(sync.message_hex);
  });

  it('refuses another type, version or app, and trailing bytes', () => {
    const good = fromHex(messageOf('storage_confirmation_permanent').message_hex);
    for (const index of [0, 1, 2]) {
      const bad = good.slice();
      bad[index] = 9;
      expect(() => decodeStorageConfirmation(bad), `byte ${index}`).toThrow(/message of type/);
    }
    expect(() => decodeStorageConfirmation(concatBytes(good, Uint8Array.of(0)))).toThrow();
    expect(() => decodeStorageConfirmation(good.subarray(0, 39))).toThrow();
  });

  it.each(vectors.aggregates)('aggregates $signer_indices of $committee_size', (aggregate) => {
    const message = fromHex(messageOf(aggregate.message).message_hex);
    const signatures = aggregate.signatures_hex.map(fromHex);
    const keys = aggregate.signer_indices.map((i) =>
      fromHex(vectors.keys[i]?.public_key_hex ?? ''),
    );
    expect(toHex(bls.aggregateSignatures(signatures))).toBe(aggregate.aggregate_signature_hex);
    expect(toHex(bls.aggregatePublicKeys(keys))).toBe(aggregate.aggregate_public_key_hex);
    expect(bls.verifyAggregate(keys, message, bls.aggregateSignatures(signatures))).toBe(true);
    expect(toHex(signersToBitmap(aggregate.signer_indices, aggregate.committee_size))).toBe(
      aggregate.signers_bitmap_hex,
    );
  });

  it.each(vectors.bitmaps)('writes the bitmap $bitmap_hex', (vector) => {
    expect(toHex(signersToBitmap(vector.signer_indices, vector.committee_size))).toBe(
      vector.bitmap_hex,
    );
  });

  it.each(vectors.quorum)('knows the quorum of $n_shards shards', (vector) => {
    const n = vector.n_shards;
    expect(isQuorum(vector.quorum_min_weight, n)).toBe(true);
    expect(isQuorum(vector.quorum_min_weight - 1, n)).toBe(false);
    expect(certificationWeight(n)).toBe(vector.quorum_min_weight);
    expect(isValidity(vector.one_correct_node_min_weight, n)).toBe(true);
    expect(isValidity(vector.one_correct_node_min_weight - 1, n)).toBe(false);
  });

  it('encodes a signed message', () => {
    const vector = vectors.signed_message_bcs;
    const serializedMessage = fromHex(messageOf(vector.message).message_hex);
    const secret = fromHex(vectors.keys[vector.signer_key]?.secret_key_hex ?? '');
    const signature = bls.sign(secret, serializedMessage);
    expect(toHex(encodeSignedMessage({ serializedMessage, signature }))).toBe(vector.bcs_hex);
  });
});
