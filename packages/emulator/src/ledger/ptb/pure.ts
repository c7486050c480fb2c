/** Types and bytes of Pure inputs (move-vm.md 6.3). */

import type { TypeTag } from '../../move/index.js';
import { ByteReader, invalid } from '../codec/bytes.js';
import { MOVE_STDLIB, SUI_FRAMEWORK } from '../codec/type-tag.js';

type Leaf = 'id' | 'utf8' | 'ascii';

const SPECIAL: Readonly<Record<string, Leaf>> = {
  [`${SUI_FRAMEWORK}::object::ID`]: 'id',
  [`${MOVE_STDLIB}::string::String`]: 'utf8',
  [`${MOVE_STDLIB}::ascii::String`]: 'ascii',
};
const OPTION = `${MOVE_STDLIB}::option::Option`;

function nameOf(struct: Extract<TypeTag, { readonly struct: unknown }>['struct']): string {
  return `${struct.address}::${struct.module}::${struct.name}`;
}

/** Tells whether a Pure input may be used at a type. */
export function isPureType(tag: TypeTag): boolean {
  if (typeof tag === 'string') return tag !== 'signer';
  if ('vector' in tag) return isPureType(tag.vector);
  const name = nameOf(tag.struct);
  if (SPECIAL[name] !== undefined) return true;
  const inner = tag.struct.typeParams[0];
  return name === OPTION && inner !== undefined && isPureType(inner);
}

/** Tells whether a type contains text, whose bytes need more than a BCS check. */
function hasText(tag: TypeTag): boolean {
  if (typeof tag === 'string') return false;
  if ('vector' in tag) return hasText(tag.vector);
  const leaf = SPECIAL[nameOf(tag.struct)];
  return leaf === 'utf8' || leaf === 'ascii' || tag.struct.typeParams.some(hasText);
}

/**
 * Checks that the texts inside a Pure value are valid: `String` UTF-8, `ascii::String` below 0x80.
 *
 * @param tag - allowed Pure type
 * @param bytes - value
 * @throws {LEDGER_INVALID_BCS}
 */
export function checkPureText(tag: TypeTag, bytes: Uint8Array): void {
  if (!hasText(tag)) return;
  const reader = new ByteReader(bytes);
  walk(tag, reader);
  reader.end();
}

const WIDTH: Readonly<Record<string, number>> = {
  bool: 1,
  u8: 1,
  u16: 2,
  u32: 4,
  u64: 8,
  u128: 16,
  u256: 32,
  address: 32,
};

function walk(tag: TypeTag, reader: ByteReader): void {
  if (typeof tag === 'string') {
    reader.raw(WIDTH[tag] ?? 0);
    return;
  }
  if ('vector' in tag) {
    const element = tag.vector;
    reader.vector(() => walk(element, reader));
    return;
  }
  switch (SPECIAL[nameOf(tag.struct)]) {
    case 'id':
      reader.raw(32);
      return;
    case 'utf8':
      reader.string();
      return;
    case 'ascii':
      if (reader.byteVector().some((byte) => byte >= 0x80)) throw invalid('ASCII string');
      return;
    default: {
      // Option: a vector of at most one element.
      const count = reader.uleb();
      const inner = tag.struct.typeParams[0];
      if (count > 1 || inner === undefined) throw invalid('option');
      if (count === 1) walk(inner, reader);
    }
  }
}
