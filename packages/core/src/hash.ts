import { createBLAKE2b } from 'hash-wasm';

// The hasher is one small WASM instance; loading it here keeps every caller synchronous.
const hasher = await createBLAKE2b(256);

/**
 * Hashes the concatenation of its arguments with BLAKE2b, digest length 32, no key.
 *
 * @param parts - byte strings, in order
 * @returns 32 bytes, owned by the caller
 * @see RFC 7693; spec redstuff.md §1
 */
export function blake2b256(...parts: readonly Uint8Array[]): Uint8Array {
  hasher.init();
  for (const part of parts) hasher.update(part);
  return hasher.digest('binary');
}
