import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** One encoding of redstuff.json: output of the official encoder. */
export interface EncodingVector {
  n_shards: number;
  size: number;
  generator: string;
  text?: string;
  symbol_size: number;
  blob_id: string;
  root_hash_hex: string;
  encoded_length: number;
  rotation_offset: number;
  primary_slivers_sha256: string;
  secondary_slivers_sha256: string;
  sliver_bcs_sha256: string;
  pair_hashes_sha256: string;
  metadata_with_id_bcs_sha256: string;
  primary_slivers_hex?: string[];
  secondary_slivers_hex?: string[];
  pair_hashes_hex?: [string, string][];
  metadata_with_id_bcs_hex?: string;
  first_primary_sliver_bcs_hex?: string;
  pair0_secondary_sliver_bcs_hex?: string;
}

/** The parts of redstuff.json that the tests use. */
export interface RedstuffVectors {
  params: {
    n_shards: number;
    f: number;
    primary_source_symbols: number;
    secondary_source_symbols: number;
    column_code: { original: number; recovery: number; rate: 'high' | 'low' };
    row_code: { original: number; recovery: number; rate: 'high' | 'low' };
    max_blob_size: number;
  }[];
  rejected_n_shards: { n_shards: number }[];
  gf: {
    cantor_basis_hex: string[];
    exp_first_16: number[];
    log_first_16: number[];
    exp_sha256_u16le_65536: string;
    log_sha256_u16le_65536: string;
    phi_sha256_u16le_65536: string;
    products: [number, number, number][];
    skew_log_sha256_u16le_65535: string;
  };
  encodings: EncodingVector[];
  rs1d: {
    axis: 'row' | 'column';
    n_shards: number;
    original_count: number;
    recovery_count: number;
    rate: 'high' | 'low';
    symbol_size: number;
    originals_hex: string[];
    recovery_hex: string[];
  }[];
  rs1d_rate_choice: { original_count: number; recovery_count: number; rate: 'high' | 'low' }[];
  merkle: {
    leaf_texts_utf8: string[];
    empty_tree_root_hex: string;
    trees: { leaves: number; root_hex: string; proofs: string[][] }[];
  };
  recovery_symbols: {
    n_shards: number;
    size: number;
    generator: string;
    symbols: {
      recovers: 'primary' | 'secondary';
      target_sliver_index: number;
      source_sliver_index: number;
      data_hex: string;
      path: string[];
      recovery_symbol_bcs_hex: string;
      general_recovery_symbol_bcs_hex: string;
    }[];
  };
  inconsistency_proof: {
    n_shards: number;
    axis: 'primary' | 'secondary';
    target_sliver_index: number;
    blob_id_hex: string;
    root_hash_hex: string;
    blob_metadata_bcs_hex: string;
    honest_blob_metadata_bcs_hex: string;
    proof_bcs_hex: string;
  };
}

/** The vectors of the RedStuff encoding; the file says where each comes from. */
export const vectors = JSON.parse(
  readFileSync(new URL('../../../testkit/vectors/redstuff.json', import.meta.url), 'utf8'),
) as RedstuffVectors;

/** Makes the input bytes that a vector's generator describes. */
export function generate(vector: { generator: string; size: number; text?: string }): Uint8Array {
  const { generator, size, text } = vector;
  if (generator === 'lin') {
    return Uint8Array.from({ length: size }, (_, i) => (i * 167 + 13) % 256);
  }
  if (generator === 'utf8') return new TextEncoder().encode(text ?? '');
  const seed = new TextEncoder().encode(generator.slice('sha:'.length));
  const out = new Uint8Array(size);
  const counter = new Uint8Array(4);
  for (let c = 0; c * 32 < size; c++) {
    new DataView(counter.buffer).setUint32(0, c, true);
    const block = createHash('sha256').update(seed).update(counter).digest();
    out.set(block.subarray(0, Math.min(32, size - c * 32)), c * 32);
  }
  return out;
}

/** SHA-256 of byte strings, one after another. */
export function sha256(...parts: Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/** SHA-256 of the entries of a table, each as u16 little-endian. */
export function sha256OfTable(table: Uint16Array): string {
  return sha256(new Uint8Array(table.buffer, table.byteOffset, table.byteLength));
}
