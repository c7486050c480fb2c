/** Type tags as text and BCS (spec section 12). */
import { addressFromBytes, addressToBytes, normalizeAddress } from '@walrus-ts/core';
import { MoveVmError } from './errors.js';
import type { PrimitiveName, StructTag, TypeTag } from './api.js';

const PRIMITIVES: readonly PrimitiveName[] = [
  'bool',
  'u8',
  'u64',
  'u128',
  'address',
  'signer',
  'u16',
  'u32',
  'u256',
];
/** BCS variant of each primitive. */
const VARIANTS: Readonly<Record<PrimitiveName, number>> = {
  bool: 0,
  u8: 1,
  u64: 2,
  u128: 3,
  address: 4,
  signer: 5,
  u16: 8,
  u32: 9,
  u256: 10,
};
const VECTOR = 6;
const STRUCT = 7;
const DEPTH_MAX = 64;
const IDENTIFIER = /^[a-zA-Z_][a-zA-Z0-9_]*/;

function bad(message: string): MoveVmError {
  return new MoveVmError('TYPE_RESOLUTION_FAILURE', message);
}

/**
 * Canonical text: `0x` + 64 digits, no spaces.
 *
 * @param addressPrefix - '0x' for APIs, '' for `std::type_name`
 */
export function formatTypeTag(tag: TypeTag, addressPrefix = '0x'): string {
  if (typeof tag === 'string') return tag;
  if ('vector' in tag) return `vector<${formatTypeTag(tag.vector, addressPrefix)}>`;
  const s = tag.struct;
  const head = `${addressPrefix}${s.address.slice(2)}::${s.module}::${s.name}`;
  if (s.typeParams.length === 0) return head;
  return `${head}<${s.typeParams.map((t) => formatTypeTag(t, addressPrefix)).join(',')}>`;
}

/**
 * Parses a type; addresses may be short, spaces may follow commas.
 *
 * @throws {MOVE_TYPE_RESOLUTION_FAILURE} malformed or nested deeper than 64
 */
export function parseTypeTag(text: string): TypeTag {
  const parser = new TagParser(text);
  const tag = parser.type(1);
  parser.end();
  return tag;
}

class TagParser {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  private skip(): void {
    while (this.text[this.at] === ' ') this.at++;
  }

  private eat(token: string): boolean {
    this.skip();
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  private expect(token: string): void {
    if (!this.eat(token)) throw bad(`type text: '${token}' expected at ${this.at}`);
  }

  private identifier(): string {
    this.skip();
    const match = IDENTIFIER.exec(this.text.slice(this.at, this.at + 256));
    if (match === null) throw bad(`type text: name expected at ${this.at}`);
    this.at += match[0].length;
    return match[0];
  }

  end(): void {
    this.skip();
    if (this.at !== this.text.length) throw bad(`type text: unexpected text at ${this.at}`);
  }

  type(depth: number): TypeTag {
    if (depth > DEPTH_MAX) throw bad('type text nested too deep');
    this.skip();
    const address = /^0x[0-9a-fA-F]{1,64}(?=\s*::)/.exec(this.text.slice(this.at, this.at + 80));
    if (address === null) {
      const name = this.identifier();
      if (name === 'vector') {
        this.expect('<');
        const vector = this.type(depth + 1);
        this.expect('>');
        return { vector };
      }
      const primitive = PRIMITIVES.find((p) => p === name);
      if (primitive === undefined) throw bad(`unknown type '${name.slice(0, 40)}'`);
      return primitive;
    }
    this.at += address[0].length;
    this.expect('::');
    const module = this.identifier();
    this.expect('::');
    const name = this.identifier();
    const typeParams: TypeTag[] = [];
    if (this.eat('<')) {
      do typeParams.push(this.type(depth + 1));
      while (this.eat(','));
      this.expect('>');
    }
    return { struct: { address: normalizeAddress(address[0]), module, name, typeParams } };
  }
}

/** BCS of a type tag. */
export function encodeTypeTag(tag: TypeTag): Uint8Array {
  const out: number[] = [];
  writeTag(tag, out);
  return Uint8Array.from(out);
}

/** BCS of a struct tag alone (as in events and objects). */
export function encodeStructTag(tag: StructTag): Uint8Array {
  const out: number[] = [];
  writeStruct(tag, out);
  return Uint8Array.from(out);
}

function writeTag(tag: TypeTag, out: number[]): void {
  if (typeof tag === 'string') {
    out.push(VARIANTS[tag]);
  } else if ('vector' in tag) {
    out.push(VECTOR);
    writeTag(tag.vector, out);
  } else {
    out.push(STRUCT);
    writeStruct(tag.struct, out);
  }
}

function writeStruct(tag: StructTag, out: number[]): void {
  for (const byte of addressToBytes(tag.address)) out.push(byte);
  for (const name of [tag.module, tag.name]) {
    writeUleb(name.length, out);
    for (let i = 0; i < name.length; i++) out.push(name.charCodeAt(i));
  }
  writeUleb(tag.typeParams.length, out);
  for (const t of tag.typeParams) writeTag(t, out);
}

function writeUleb(value: number, out: number[]): void {
  let rest = value;
  while (rest >= 0x80) {
    out.push((rest & 0x7f) | 0x80);
    rest = Math.floor(rest / 128);
  }
  out.push(rest);
}

/**
 * Decodes a type tag strictly.
 *
 * @throws {MOVE_TYPE_RESOLUTION_FAILURE} malformed, trailing bytes, or nested deeper than 64
 */
export function decodeTypeTag(bytes: Uint8Array): TypeTag {
  let at = 0;
  const byte = (): number => {
    const b = bytes[at++];
    if (b === undefined) throw bad('type tag ends early');
    return b;
  };
  const uleb = (): number => {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const b = byte();
      value |= (b & 0x7f) << shift;
      if ((b & 0x80) === 0) {
        if (b === 0 && shift > 0) throw bad('type tag: length not canonical');
        return value;
      }
    }
    throw bad('type tag: length too large');
  };
  const name = (): string => {
    const length = uleb();
    if (length > 255 || at + length > bytes.length) throw bad('type tag: bad name length');
    const text = String.fromCharCode(...bytes.subarray(at, at + length));
    at += length;
    if (IDENTIFIER.exec(text)?.[0] !== text) throw bad('type tag: bad name');
    return text;
  };
  const read = (depth: number): TypeTag => {
    if (depth > DEPTH_MAX) throw bad('type tag nested too deep');
    const variant = byte();
    if (variant === VECTOR) return { vector: read(depth + 1) };
    if (variant === STRUCT) {
      if (at + 32 > bytes.length) throw bad('type tag ends early');
      const address = addressFromBytes(bytes.subarray(at, at + 32));
      at += 32;
      const module = name();
      const structName = name();
      const count = uleb();
      const typeParams: TypeTag[] = [];
      for (let i = 0; i < count; i++) typeParams.push(read(depth + 1));
      return { struct: { address, module, name: structName, typeParams } };
    }
    const primitive = PRIMITIVES.find((p) => VARIANTS[p] === variant);
    if (primitive === undefined) throw bad(`type tag: unknown variant ${variant}`);
    return primitive;
  };
  const tag = read(1);
  if (at !== bytes.length) throw bad('type tag: trailing bytes');
  return tag;
}
