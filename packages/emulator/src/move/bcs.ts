/** BCS of Move values, guided by run-time types; decoding is strict (spec section 12). */
import { addressToBytes, toHex, type Address } from '@walrus-ts/core';
import { MoveVmError } from './errors.js';
import type { RuntimeType } from './types.js';
import { EnumValue, asArray, asEnum, type Value } from './values.js';

const MASK64 = 0xffffffffffffffffn;

/** A growing output buffer. */
class Writer {
  private buffer = new Uint8Array(256);
  private view = new DataView(this.buffer.buffer);
  length = 0;

  private reserve(extra: number): void {
    if (this.length + extra <= this.buffer.length) return;
    const next = new Uint8Array(Math.max(this.buffer.length * 2, this.length + extra));
    next.set(this.buffer.subarray(0, this.length));
    this.buffer = next;
    this.view = new DataView(next.buffer);
  }

  u8(value: number): void {
    this.reserve(1);
    this.buffer[this.length++] = value;
  }

  number(value: number, bytes: number): void {
    this.reserve(bytes);
    if (bytes === 2) this.view.setUint16(this.length, value, true);
    else this.view.setUint32(this.length, value, true);
    this.length += bytes;
  }

  bigint(value: bigint, bytes: number): void {
    this.reserve(bytes);
    let rest = value;
    for (let i = 0; i < bytes; i += 8) {
      this.view.setBigUint64(this.length, rest & MASK64, true);
      this.length += 8;
      rest >>= 64n;
    }
  }

  uleb(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.u8((rest & 0x7f) | 0x80);
      rest = Math.floor(rest / 128);
    }
    this.u8(rest);
  }

  raw(bytes: ArrayLike<number>): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  finish(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }
}

/** BCS of a value. The value must have the type. */
export function serializeValue(type: RuntimeType, value: Value): Uint8Array {
  const writer = new Writer();
  write(writer, type, value);
  return writer.finish();
}

function write(w: Writer, type: RuntimeType, value: Value): void {
  const { shape } = type;
  switch (shape.kind) {
    case 'primitive':
      return writePrimitive(w, shape.name, value);
    case 'vector': {
      const items = asArray(value);
      w.uleb(items.length);
      const element = shape.element;
      if (element.shape.kind === 'primitive' && element.shape.name === 'u8') {
        return w.raw(items as number[]);
      }
      for (const item of items) write(w, element, item);
      return;
    }
    case 'datatype': {
      if (shape.definition.fields !== null) return writeFields(w, type.fields(), asArray(value));
      const variant = asEnum(value);
      const fields = type.variants()[variant.tag];
      if (fields === undefined) throw new TypeError('enum tag out of range');
      w.uleb(variant.tag);
      return writeFields(w, fields, variant.fields);
    }
    case 'reference':
      throw new MoveVmError('VALUE_SERIALIZATION_ERROR', 'a reference cannot be serialized');
  }
}

function writeFields(w: Writer, types: readonly RuntimeType[], fields: readonly Value[]): void {
  for (let i = 0; i < types.length; i++) {
    const type = types[i];
    const field = fields[i];
    if (type === undefined || field === undefined) throw new TypeError('struct field missing');
    write(w, type, field);
  }
}

function writePrimitive(w: Writer, name: string, value: Value): void {
  switch (name) {
    case 'bool':
      return w.u8(value === true ? 1 : 0);
    case 'u8':
      return w.u8(value as number);
    case 'u16':
      return w.number(value as number, 2);
    case 'u32':
      return w.number(value as number, 4);
    case 'u64':
      return w.bigint(value as bigint, 8);
    case 'u128':
      return w.bigint(value as bigint, 16);
    case 'u256':
      return w.bigint(value as bigint, 32);
    case 'address':
      return w.raw(addressToBytes(value as Address));
    default:
      throw new MoveVmError('VALUE_SERIALIZATION_ERROR', `${name} cannot be serialized`);
  }
}

function fail(message: string): MoveVmError {
  return new MoveVmError('FAILED_TO_DESERIALIZE_ARGUMENT', message);
}

/**
 * Decodes a value; all bytes must be used.
 *
 * @throws {MOVE_FAILED_TO_DESERIALIZE_ARGUMENT} bytes do not encode a value of the type
 */
export function deserializeValue(type: RuntimeType, bytes: Uint8Array): Value {
  const cursor = new Cursor(bytes);
  const value = read(cursor, type);
  if (cursor.at !== bytes.length) throw fail('trailing bytes');
  return value;
}

class Cursor {
  readonly bytes: Uint8Array;
  private readonly view: DataView;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Moves over `length` bytes and returns where they start. */
  skip(length: number): number {
    const start = this.at;
    if (length > this.bytes.length - start) throw fail('value ends early');
    this.at = start + length;
    return start;
  }

  u8(): number {
    return this.bytes[this.skip(1)] ?? 0;
  }

  number(length: number): number {
    const start = this.skip(length);
    return length === 2 ? this.view.getUint16(start, true) : this.view.getUint32(start, true);
  }

  bigint(length: number): bigint {
    const start = this.skip(length);
    let value = this.view.getBigUint64(start + length - 8, true);
    for (let i = length - 16; i >= 0; i -= 8) {
      value = (value << 64n) | this.view.getBigUint64(start + i, true);
    }
    return value;
  }

  uleb(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 5; i++) {
      const b = this.u8();
      value += (b & 0x7f) * scale;
      if ((b & 0x80) === 0) {
        if (b === 0 && i > 0) throw fail('length is not canonical');
        if (value > 0xffffffff) throw fail('length too large');
        return value;
      }
      scale *= 128;
    }
    throw fail('length too large');
  }
}

function read(c: Cursor, type: RuntimeType): Value {
  const { shape } = type;
  switch (shape.kind) {
    case 'primitive':
      return readPrimitive(c, shape.name);
    case 'vector': {
      const count = c.uleb();
      const element = shape.element;
      if (element.shape.kind === 'primitive' && element.shape.name === 'u8') {
        const start = c.skip(count);
        return Array.from(c.bytes.subarray(start, start + count));
      }
      // Every element takes at least one byte unless it is an empty enum-free struct, which the
      // format rules out, so this bounds the loop.
      if (count > c.bytes.length - c.at) throw fail('vector longer than its bytes');
      const items: Value[] = [];
      for (let i = 0; i < count; i++) items.push(read(c, element));
      return items;
    }
    case 'datatype': {
      if (shape.definition.fields !== null) return readFields(c, type.fields());
      const tag = c.uleb();
      const fields = type.variants()[tag];
      if (fields === undefined) throw fail(`enum variant ${tag} does not exist`);
      return new EnumValue(tag, readFields(c, fields));
    }
    case 'reference':
      throw fail('a reference cannot be decoded');
  }
}

function readFields(c: Cursor, types: readonly RuntimeType[]): Value[] {
  const fields: Value[] = [];
  for (const type of types) fields.push(read(c, type));
  return fields;
}

function readPrimitive(c: Cursor, name: string): Value {
  switch (name) {
    case 'bool': {
      const byte = c.u8();
      if (byte > 1) throw fail('bool is neither 0 nor 1');
      return byte === 1;
    }
    case 'u8':
      return c.u8();
    case 'u16':
      return c.number(2);
    case 'u32':
      return c.number(4);
    case 'u64':
      return c.bigint(8);
    case 'u128':
      return c.bigint(16);
    case 'u256':
      return c.bigint(32);
    case 'address': {
      const start = c.skip(32);
      return `0x${toHex(c.bytes.subarray(start, start + 32))}`;
    }
    default:
      throw fail(`${name} cannot be decoded`);
  }
}
