/** Decoding of the constant pool into run-time values. */
import { toHex } from '@walrus-ts/core';
import { malformed } from '../errors.js';
import type { Value } from '../values.js';
import { ByteReader } from './reader.js';
import type { SignatureToken } from './module.js';

const VECTOR_MAX = 65535;

/**
 * Decodes a constant strictly.
 *
 * @throws {MOVE_INVALID_CONSTANT} when the bytes do not match the type or the type cannot be a constant
 */
export function decodeConstant(type: SignatureToken, data: Uint8Array): Value {
  const reader = new ByteReader(data);
  const value = decode(type, reader);
  if (!reader.done) throw malformed('trailing bytes in constant', 'INVALID_CONSTANT');
  return value;
}

function decode(type: SignatureToken, r: ByteReader): Value {
  if (type.kind === 'vector') {
    const count = r.uleb(VECTOR_MAX);
    const out: Value[] = [];
    for (let i = 0; i < count; i++) out.push(decode(type.element, r));
    return out;
  }
  if (type.kind !== 'primitive') throw malformed('constant of this type', 'INVALID_CONSTANT');
  switch (type.name) {
    case 'bool': {
      const byte = r.u8();
      if (byte > 1) throw malformed('bool constant', 'INVALID_CONSTANT');
      return byte === 1;
    }
    case 'u8':
      return r.u8();
    case 'u16':
      return Number(r.bigint(2));
    case 'u32':
      return r.u32();
    case 'u64':
      return r.bigint(8);
    case 'u128':
      return r.bigint(16);
    case 'u256':
      return r.bigint(32);
    case 'address':
      return `0x${toHex(r.take(32))}`;
    case 'signer':
      throw malformed('signer constant', 'INVALID_CONSTANT');
  }
}
