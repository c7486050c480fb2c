/** Natives of the standard library (0x1). @see spec move-vm.md 8.1, costs 10.4 */
import { sha256 } from '@noble/hashes/sha2.js';
import { sha3_256 } from '@noble/hashes/sha3.js';
import { serializeValue } from '../bcs.js';
import { moveAbort } from '../errors.js';
import { VECTOR_LENGTH_MAX, vectorError } from '../interpreter.js';
import type { Runtime } from '../runtime.js';
import { formatTypeTag } from '../type-tag.js';
import type { RuntimeType } from '../types.js';
import { Ref, asArray, asBig, asRef, fromBytes, toBytes, type Value } from '../values.js';
import { nativesOf, type NativeFunction } from './table.js';

const BASE = 52;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const SERIALIZATION_FAILED = 0x1c5;

/** Charges the common cost: a base and two per byte. */
function chargeBytes(runtime: Runtime, length: number): void {
  runtime.charge(BASE + 2 * length);
}

function bytesBehind(ref: Value | undefined): Value[] {
  return asArray(asRef(ref).get());
}

function only<T>(values: readonly T[]): T {
  const value = values[0];
  if (value === undefined) throw new TypeError('native called without an argument');
  return value;
}

function hashNative(hash: (data: Uint8Array) => Uint8Array): NativeFunction {
  return (runtime, args) => {
    const data = toBytes(only(args));
    chargeBytes(runtime, data.length);
    return fromBytes(hash(data));
  };
}

/** Whether a byte offset is not inside a UTF-8 sequence. */
function isBoundary(bytes: readonly Value[], index: bigint): boolean {
  if (index === 0n || index === BigInt(bytes.length)) return true;
  if (index > BigInt(bytes.length)) return false;
  return (((bytes[Number(index)] as number) & 0xc0) as number) !== 0x80;
}

function indexOf(haystack: readonly Value[], needle: readonly Value[]): number {
  for (let i = 0; i + needle.length <= haystack.length; i++) {
    let j = 0;
    while (j < needle.length && haystack[i + j] === needle[j]) j++;
    if (j === needle.length) return i;
  }
  return haystack.length;
}

function typeName(ids: 'tag' | 'originalTag'): NativeFunction {
  return (runtime, _args, types) => {
    const text = formatTypeTag(only(types)[ids], '');
    chargeBytes(runtime, text.length);
    // TypeName { name: ascii::String { bytes } }
    return [[fromBytes(new TextEncoder().encode(text))]];
  };
}

function packageId(ids: 'definingPackage' | 'originalPackage'): NativeFunction {
  return (runtime, _args, types) => {
    runtime.charge(BASE);
    const { shape } = only(types);
    if (shape.kind !== 'datatype') throw moveAbort(0);
    return shape.definition[ids];
  };
}

function vectorAt(args: readonly Value[]): Ref {
  const items = bytesBehind(args[0]);
  const index = asBig(args[1]);
  if (index >= items.length) throw vectorError(1);
  return new Ref(items, Number(index));
}

/** All natives of 0x1 that production code may link. */
export const STD_NATIVES: readonly [string, NativeFunction][] = [
  ...nativesOf('0x1', 'bcs', {
    to_bytes: (runtime, args, types) => {
      let bytes: Uint8Array;
      try {
        bytes = serializeValue(only<RuntimeType>(types), asRef(args[0]).get());
      } catch {
        throw moveAbort(SERIALIZATION_FAILED);
      }
      runtime.charge(Math.max(1, 2 * bytes.length));
      return fromBytes(bytes);
    },
  }),
  ...nativesOf('0x1', 'hash', {
    sha2_256: hashNative(sha256),
    sha3_256: hashNative(sha3_256),
  }),
  ...nativesOf('0x1', 'string', {
    internal_check_utf8: (runtime, args) => {
      const bytes = toBytes(asRef(args[0]).get());
      chargeBytes(runtime, bytes.length);
      try {
        UTF8.decode(bytes);
        return true;
      } catch {
        return false;
      }
    },
    internal_is_char_boundary: (runtime, args) => {
      chargeBytes(runtime, 1);
      return isBoundary(bytesBehind(args[0]), asBig(args[1]));
    },
    internal_sub_string: (runtime, args) => {
      const bytes = bytesBehind(args[0]);
      const from = asBig(args[1]);
      const to = asBig(args[2]);
      if (to < from || to > BigInt(bytes.length)) throw moveAbort(1);
      chargeBytes(runtime, Number(to - from));
      return bytes.slice(Number(from), Number(to));
    },
    internal_index_of: (runtime, args) => {
      const haystack = bytesBehind(args[0]);
      chargeBytes(runtime, haystack.length);
      return BigInt(indexOf(haystack, bytesBehind(args[1])));
    },
  }),
  ...nativesOf('0x1', 'type_name', {
    get: typeName('tag'),
    with_defining_ids: typeName('tag'),
    get_with_original_ids: typeName('originalTag'),
    with_original_ids: typeName('originalTag'),
    defining_id: packageId('definingPackage'),
    original_id: packageId('originalPackage'),
  }),
  ...nativesOf('0x1', 'debug', {
    print: (runtime) => {
      runtime.charge(BASE);
      return undefined;
    },
    print_stack_trace: (runtime) => {
      runtime.charge(BASE);
      return undefined;
    },
  }),
  // The compiler turns these into instructions; only transactions call them as functions.
  ...nativesOf('0x1', 'vector', {
    empty: () => [],
    length: (_runtime, args) => BigInt(bytesBehind(args[0]).length),
    borrow: (_runtime, args) => vectorAt(args),
    borrow_mut: (_runtime, args) => vectorAt(args),
    push_back: (_runtime, args) => {
      const items = bytesBehind(args[0]);
      if (items.length >= VECTOR_LENGTH_MAX) throw vectorError(4);
      items.push(args[1] as Value);
      return undefined;
    },
    pop_back: (_runtime, args) => {
      const value = bytesBehind(args[0]).pop();
      if (value === undefined) throw vectorError(2);
      return value;
    },
    destroy_empty: (_runtime, args) => {
      if (asArray(args[0]).length !== 0) throw vectorError(3);
      return undefined;
    },
    swap: (_runtime, args) => {
      const items = bytesBehind(args[0]);
      const i = asBig(args[1]);
      const j = asBig(args[2]);
      if (i >= items.length || j >= items.length) throw vectorError(1);
      const kept = items[Number(i)] as Value;
      items[Number(i)] = items[Number(j)] as Value;
      items[Number(j)] = kept;
      return undefined;
    },
  }),
];
