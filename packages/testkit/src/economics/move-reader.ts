/**
 * Reads Move objects by their declared types and adds up the WAL in them, whatever the type: every
 * `Balance<WAL>` at any depth counts, so no place can be forgotten.
 */

import { normalizeStructTag, parseStructTag } from '@mysten/sui/utils';
import type { Ledger, LedgerObject, OpenType } from '@walrus-ts/emulator/ledger';
import { SUI_FRAMEWORK } from './program.js';

/** A decoded Move value: `u8` to `u32` are numbers, larger integers bigints, addresses and IDs texts. */
export type MoveValue = number | bigint | boolean | string | MoveValue[] | MoveStruct;

/** Fields of a struct by name; an enum has its variant's name in `variant` too. */
export interface MoveStruct {
  readonly [field: string]: MoveValue;
}

/**
 * Follows field names into a value.
 *
 * @throws Error if there is no such field: the types of the contracts are not what the runs know
 */
export function field(value: MoveValue | undefined, ...path: readonly string[]): MoveValue {
  let at = value;
  for (const name of path) {
    at = typeof at === 'object' && !Array.isArray(at) ? at[name] : undefined;
    if (at === undefined) throw new Error(`no field ${path.join('.')}`);
  }
  if (at === undefined) throw new Error('no value');
  return at;
}

/** An address or ID at a path. */
export function textAt(value: MoveValue | undefined, ...path: readonly string[]): string {
  const found = field(value, ...path);
  if (typeof found !== 'string') throw new Error(`${path.join('.')} is not a text`);
  return found;
}

/** A number of up to 32 bits at a path. */
export function numberAt(value: MoveValue | undefined, ...path: readonly string[]): number {
  const found = field(value, ...path);
  if (typeof found !== 'number') throw new Error(`${path.join('.')} is not a small number`);
  return found;
}

/** A larger integer at a path. */
export function bigAt(value: MoveValue | undefined, ...path: readonly string[]): bigint {
  const found = field(value, ...path);
  if (typeof found !== 'bigint') throw new Error(`${path.join('.')} is not a large integer`);
  return found;
}

/** A vector at a path. */
export function listAt(value: MoveValue | undefined, ...path: readonly string[]): MoveValue[] {
  const found = field(value, ...path);
  if (!Array.isArray(found)) throw new Error(`${path.join('.')} is not a vector`);
  return found;
}

/** WAL found in values. */
export interface WalFound {
  /** Sum of all `Balance<WAL>`, FROST. */
  held: bigint;
  /** `Supply<WAL>`, FROST: what the treasury says exists. */
  supply: bigint;
}

interface Cursor {
  readonly bytes: Buffer;
  at: number;
  readonly found: WalFound;
}

interface Decoder {
  readonly read: (cursor: Cursor) => MoveValue;
  readonly holdsWal: boolean;
}

type ClosedType = ReturnType<typeof parseStructTag>['typeParams'][number];

const U64_BYTES = 8;

function uleb(cursor: Cursor): number {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = cursor.bytes.readUInt8(cursor.at++);
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value;
  }
}

function unsigned(cursor: Cursor, size: number): bigint {
  let value = 0n;
  for (let i = size - 1; i >= 0; i--) {
    value = (value << 8n) | BigInt(cursor.bytes.readUInt8(cursor.at + i));
  }
  cursor.at += size;
  return value;
}

function u64(cursor: Cursor): bigint {
  const value = cursor.bytes.readBigUInt64LE(cursor.at);
  cursor.at += U64_BYTES;
  return value;
}

function small(size: 1 | 2 | 4): Decoder['read'] {
  return (cursor) => {
    const value = cursor.bytes.readUIntLE(cursor.at, size);
    cursor.at += size;
    return value;
  };
}

function address(cursor: Cursor): string {
  const text = `0x${cursor.bytes.toString('hex', cursor.at, cursor.at + 32)}`;
  cursor.at += 32;
  return text;
}

const PRIMITIVES: Readonly<Record<string, Decoder['read']>> = {
  bool: (cursor) => cursor.bytes.readUInt8(cursor.at++) === 1,
  u8: small(1),
  u16: small(2),
  u32: small(4),
  u64,
  u128: (cursor) => unsigned(cursor, 16),
  u256: (cursor) => unsigned(cursor, 32),
  address,
};

/** Decoder of all objects of a chain. */
export class MoveReader {
  private readonly ledger: Ledger;
  private readonly walType: string;
  private readonly decoders = new Map<string, Decoder>();

  /** @param walType - full type of the coin, `0x…::wal::WAL` */
  constructor(ledger: Ledger, walType: string) {
    this.ledger = ledger;
    this.walType = normalizeStructTag(walType);
  }

  /** Decodes the contents of an object. */
  value(object: LedgerObject): MoveStruct {
    const { data } = object;
    if (data.kind !== 'move') throw new Error(`${object.objectId} is a package`);
    const cursor = startOf(data.contents);
    const value = this.decoder(data.type).read(cursor);
    if (cursor.at !== data.contents.length) throw new Error(`${data.type}: bytes are left over`);
    if (typeof value !== 'object' || Array.isArray(value)) throw new Error(`${data.type}?`);
    return value;
  }

  /** Adds up the WAL in an object; packages hold none. */
  wal({ data }: LedgerObject): WalFound {
    if (data.kind !== 'move') return { held: 0n, supply: 0n };
    const decoder = this.decoder(data.type);
    if (!decoder.holdsWal) return { held: 0n, supply: 0n };
    const cursor = startOf(data.contents);
    decoder.read(cursor);
    if (cursor.at !== data.contents.length) throw new Error(`${data.type}: bytes are left over`);
    return cursor.found;
  }

  private decoder(type: string): Decoder {
    const known = this.decoders.get(type);
    if (known !== undefined) return known;
    const { address: pkg, module, name, typeParams } = parseStructTag(type);
    const made = this.datatype(pkg, module, name, typeParams);
    this.decoders.set(type, made);
    return made;
  }

  private closed(type: ClosedType): Decoder {
    if (typeof type !== 'string') return this.decoder(normalizeStructTag(type));
    const primitive = PRIMITIVES[type];
    if (primitive !== undefined) return { read: primitive, holdsWal: false };
    const element = /^vector<(.*)>$/.exec(type)?.[1];
    if (element === undefined) throw new Error(`unknown type ${type}`);
    const inner = PRIMITIVES[element] === undefined ? parseStructTag(element) : element;
    return vectorOf(this.closed(inner));
  }

  private open(type: OpenType, typeArguments: readonly ClosedType[]): Decoder {
    switch (type.kind) {
      case 'vector':
        return vectorOf(this.open(type.element, typeArguments));
      case 'typeParameter': {
        const argument = typeArguments[type.index];
        if (argument === undefined) throw new Error('type argument is missing');
        return this.closed(argument);
      }
      case 'datatype':
        return this.decoder(instantiate(type, typeArguments));
      default:
        return this.closed(type.kind);
    }
  }

  private datatype(
    pkg: string,
    module: string,
    name: string,
    typeArguments: readonly ClosedType[],
  ): Decoder {
    const path = `${pkg}::${module}::${name}`;
    if (path === `${SUI_FRAMEWORK}::object::UID` || path === `${SUI_FRAMEWORK}::object::ID`) {
      return { read: address, holdsWal: false };
    }
    const [first] = typeArguments;
    const isOfWal =
      first !== undefined &&
      typeof first !== 'string' &&
      normalizeStructTag(first) === this.walType;
    if (isOfWal && path === `${SUI_FRAMEWORK}::balance::Balance`) return walDecoder('held');
    if (isOfWal && path === `${SUI_FRAMEWORK}::balance::Supply`) return walDecoder('supply');

    const described = this.ledger.describeDatatype(pkg, module, name);
    if (described === undefined) throw new Error(`no package declares ${path}`);
    const fieldsOf = (fields: typeof described.fields): Decoder =>
      structOf(fields.map((field) => [field.name, this.open(field.type, typeArguments)]));
    if (described.kind === 'struct') return fieldsOf(described.fields);
    const variants = described.variants.map((variant) => ({
      name: variant.name,
      body: fieldsOf(variant.fields),
    }));
    return {
      holdsWal: variants.some(({ body }) => body.holdsWal),
      read: (cursor) => {
        const variant = variants[uleb(cursor)];
        if (variant === undefined) throw new Error(`${path} has no such variant`);
        const fields = variant.body.read(cursor);
        return { variant: variant.name, ...structFields(fields) };
      },
    };
  }
}

function structFields(value: MoveValue): MoveStruct {
  return typeof value === 'object' && !Array.isArray(value) ? value : {};
}

function startOf(contents: Uint8Array): Cursor {
  const bytes = Buffer.from(contents.buffer, contents.byteOffset, contents.byteLength);
  return { bytes, at: 0, found: { held: 0n, supply: 0n } };
}

function walDecoder(kind: keyof WalFound): Decoder {
  return {
    holdsWal: true,
    read: (cursor) => {
      const value = u64(cursor);
      cursor.found[kind] += value;
      return { value };
    },
  };
}

function structOf(fields: readonly (readonly [string, Decoder])[]): Decoder {
  return {
    holdsWal: fields.some(([, decoder]) => decoder.holdsWal),
    read: (cursor) => {
      const value: Record<string, MoveValue> = {};
      for (const [name, decoder] of fields) value[name] = decoder.read(cursor);
      return value;
    },
  };
}

function vectorOf(element: Decoder): Decoder {
  return {
    holdsWal: element.holdsWal,
    read: (cursor) => Array.from({ length: uleb(cursor) }, () => element.read(cursor)),
  };
}

/** Text of a declared type with the type arguments put in. */
function instantiate(type: OpenType, typeArguments: readonly ClosedType[]): string {
  switch (type.kind) {
    case 'vector':
      return `vector<${instantiate(type.element, typeArguments)}>`;
    case 'typeParameter': {
      const argument = typeArguments[type.index];
      if (argument === undefined) throw new Error('type argument is missing');
      return typeof argument === 'string' ? argument : normalizeStructTag(argument);
    }
    case 'datatype': {
      const inner = type.typeArguments.map((argument) => instantiate(argument, typeArguments));
      return inner.length === 0 ? type.type : `${type.type}<${inner.join(', ')}>`;
    }
    default:
      return type.kind;
  }
}
