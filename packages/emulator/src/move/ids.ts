/** Derived ids (spec sections 5.4, 5.5, 7.3). */
import {
  addressFromBytes,
  addressToBytes,
  blake2b256,
  compareBytes,
  concatBytes,
  type Address,
} from '@walrus-ts/core';
import type { TypeTag } from './api.js';
import { encodeTypeTag } from './type-tag.js';

const CHILD_SCOPE = Uint8Array.of(0xf0);
const OBJECT_SCOPE = Uint8Array.of(0xf1);

function u64(value: bigint): Uint8Array {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, value, true);
  return out;
}

/**
 * Id of a dynamic field: blake2b256(0xf0 ‖ parent ‖ u64 key length ‖ key ‖ type tag of the key).
 *
 * @param key - BCS of the key
 */
export function fieldId(parent: Address, keyType: TypeTag, key: Uint8Array): Address {
  return addressFromBytes(
    blake2b256(
      CHILD_SCOPE,
      addressToBytes(parent),
      u64(BigInt(key.length)),
      key,
      encodeTypeTag(keyType),
    ),
  );
}

/** The n-th fresh id of a transaction: blake2b256(0xf1 ‖ digest ‖ u64 n). */
export function freshObjectId(digest: Uint8Array, n: bigint): Address {
  return addressFromBytes(blake2b256(OBJECT_SCOPE, digest, u64(n)));
}

/**
 * Digest that an upgrade ticket commits to: blake2b256 over the byte-sorted list of module hashes
 * and dependency ids.
 */
export function packageDigest(
  modules: readonly Uint8Array[],
  dependencies: readonly Address[],
): Uint8Array {
  const parts = [...modules.map((m) => blake2b256(m)), ...dependencies.map(addressToBytes)];
  return blake2b256(concatBytes(...parts.sort(compareBytes)));
}
