/** Move types as canonical text and as BCS `TypeTag`. See move-vm.md section 12, sui-rpc.md (d). */

import { shorten } from '@walrus-ts/core';
import { LedgerError } from '../errors.js';
import { ByteWriter, invalid, type ByteReader } from './bytes.js';

const PRIMITIVES = [
  'bool',
  'u8',
  'u64',
  'u128',
  'address',
  'signer',
  'vector',
  'struct',
  'u16',
  'u32',
  'u256',
];
const VARIANTS = new Map(PRIMITIVES.map((name, index) => [name, index]));
const VECTOR = 6;
const STRUCT = 7;

/** Nesting allowed in a type: the limit of signature tokens. */
const MAX_DEPTH = 32;

/** Struct type taken apart; `typeArguments` are canonical texts. */
export interface ParsedStruct {
  readonly address: string;
  readonly module: string;
  readonly name: string;
  readonly typeArguments: readonly string[];
}

type Node =
  | string
  | { readonly vector: Node }
  | (Omit<ParsedStruct, 'typeArguments'> & { readonly args: readonly Node[] });

const IDENTIFIER = /[A-Za-z_][A-Za-z0-9_]*/y;
const ADDRESS = /(?:0[xX])?[0-9a-fA-F]{1,64}(?=\s*::)/y;

/** Recursive-descent parser of the textual form; accepts short addresses and spaces. */
class TypeParser {
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  parse(): Node {
    const node = this.type(0);
    this.spaces();
    if (this.at !== this.text.length) throw this.error();
    return node;
  }

  private error(): LedgerError {
    return new LedgerError('LEDGER_INVALID_ARGUMENT', `not a Move type: ${shorten(this.text)}`);
  }

  private spaces(): void {
    while (this.text.charCodeAt(this.at) === 32) this.at++;
  }

  private accept(token: string): boolean {
    this.spaces();
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  private match(pattern: RegExp): string | undefined {
    this.spaces();
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private identifier(): string {
    const found = this.match(IDENTIFIER);
    if (found === undefined || found.length > 128) throw this.error();
    return found;
  }

  private type(depth: number): Node {
    if (depth > MAX_DEPTH) throw this.error();
    const address = this.match(ADDRESS);
    if (address === undefined) {
      const name = this.identifier();
      if (name === 'vector') {
        if (!this.accept('<')) throw this.error();
        const vector = this.type(depth + 1);
        if (!this.accept('>')) throw this.error();
        return { vector };
      }
      if (name === 'struct' || !VARIANTS.has(name)) throw this.error();
      return name;
    }
    const digits = address.toLowerCase().replace(/^0x/, '');
    if (!this.accept('::')) throw this.error();
    const module = this.identifier();
    if (!this.accept('::')) throw this.error();
    const name = this.identifier();
    const args: Node[] = [];
    if (this.accept('<')) {
      do args.push(this.type(depth + 1));
      while (this.accept(','));
      if (!this.accept('>')) throw this.error();
    }
    return { address: `0x${digits.padStart(64, '0')}`, module, name, args };
  }
}

function format(node: Node): string {
  if (typeof node === 'string') return node;
  if ('vector' in node) return `vector<${format(node.vector)}>`;
  const args = node.args.length === 0 ? '' : `<${node.args.map(format).join(',')}>`;
  return `${node.address}::${node.module}::${node.name}${args}`;
}

function write(writer: ByteWriter, node: Node): void {
  if (typeof node === 'string') {
    writer.u8(VARIANTS.get(node) ?? 0);
  } else if ('vector' in node) {
    writer.u8(VECTOR);
    write(writer, node.vector);
  } else {
    writer.u8(STRUCT);
    writeStruct(writer, node);
  }
}

function writeStruct(
  writer: ByteWriter,
  node: Exclude<Node, string | { readonly vector: Node }>,
): void {
  writer.address(node.address);
  writer.string(node.module);
  writer.string(node.name);
  writer.vector(node.args, (arg) => write(writer, arg));
}

// Few types appear over and over; both directions are remembered up to a bound. Long ones come from those
// who want to fill the memory.
const CACHE_LIMIT = 4096;
const MAX_CACHED_TEXT = 512;
const parsed = new Map<string, Node>();
const tagBytes = new Map<string, Uint8Array>();

function remember<V>(cache: Map<string, V>, key: string, value: V): V {
  if (key.length > MAX_CACHED_TEXT) return value;
  if (cache.size >= CACHE_LIMIT) cache.clear();
  cache.set(key, value);
  return value;
}

function nodeOf(text: string): Node {
  return parsed.get(text) ?? remember(parsed, text, new TypeParser(text).parse());
}

/**
 * Brings a type into canonical text.
 *
 * @param text - type with short or long addresses, spaces allowed
 * @throws {LEDGER_INVALID_ARGUMENT} not a type
 */
export function normalizeType(text: string): string {
  return format(nodeOf(text));
}

/**
 * Takes a struct or enum type apart.
 *
 * @param text - type
 * @returns undefined for primitives and vectors
 * @throws {LEDGER_INVALID_ARGUMENT} not a type
 */
export function parseStruct(text: string): ParsedStruct | undefined {
  const node = nodeOf(text);
  if (typeof node === 'string' || 'vector' in node) return undefined;
  return {
    address: node.address,
    module: node.module,
    name: node.name,
    typeArguments: node.args.map(format),
  };
}

/** BCS of a type as `TypeTag`. @throws {LEDGER_INVALID_ARGUMENT} not a type */
export function encodeTypeTag(text: string): Uint8Array {
  const known = tagBytes.get(text);
  if (known !== undefined) return known;
  const writer = new ByteWriter(64);
  write(writer, nodeOf(text));
  return remember(tagBytes, text, writer.finish());
}

/** Writes a type as `TypeTag`. */
export function writeTypeTag(writer: ByteWriter, text: string): void {
  writer.raw(encodeTypeTag(text));
}

/** Writes a datatype as `StructTag` (the `TypeTag` without its variant byte). */
export function writeStructTag(writer: ByteWriter, text: string): void {
  const bytes = encodeTypeTag(text);
  if (bytes[0] !== STRUCT) {
    throw new LedgerError('LEDGER_INVALID_ARGUMENT', `not a datatype: ${shorten(text)}`);
  }
  writer.raw(bytes.subarray(1));
}

/** Reads a `TypeTag` as canonical text. @throws {LEDGER_INVALID_BCS} */
export function readTypeTag(reader: ByteReader, depth = 0): string {
  if (depth > MAX_DEPTH) throw invalid('type is nested too deeply');
  const variant = reader.uleb();
  if (variant === VECTOR) return `vector<${readTypeTag(reader, depth + 1)}>`;
  if (variant === STRUCT) return readStructTag(reader, depth);
  const name = PRIMITIVES[variant];
  if (name === undefined) throw invalid(`type tag ${variant}`);
  return name;
}

/** Reads a `StructTag` as canonical text. @throws {LEDGER_INVALID_BCS} */
export function readStructTag(reader: ByteReader, depth = 0): string {
  const address = reader.address();
  const module = readIdentifier(reader);
  const name = readIdentifier(reader);
  const args = reader.vector(() => readTypeTag(reader, depth + 1));
  return `${address}::${module}::${name}${args.length === 0 ? '' : `<${args.join(',')}>`}`;
}

const WHOLE_IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;

/** Reads a Move identifier. @throws {LEDGER_INVALID_BCS} */
export function readIdentifier(reader: ByteReader): string {
  const text = reader.string();
  if (!WHOLE_IDENTIFIER.test(text)) throw invalid(`identifier ${shorten(text)}`);
  return text;
}

/** `0x2`, in full. */
export const SUI_FRAMEWORK = `0x${'0'.repeat(63)}2`;
/** `0x1`, in full. */
export const MOVE_STDLIB = `0x${'0'.repeat(63)}1`;
/** Type of the native coin. */
export const SUI_TYPE = `${SUI_FRAMEWORK}::sui::SUI`;
const COIN_PREFIX = `${SUI_FRAMEWORK}::coin::Coin<`;

/** `Coin<coinType>`. */
export function coinOf(coinType: string): string {
  return `${COIN_PREFIX}${coinType}>`;
}

/** The `T` of a canonical `Coin<T>`, or undefined for any other type. */
export function coinTypeOf(type: string): string | undefined {
  return type.startsWith(COIN_PREFIX) ? type.slice(COIN_PREFIX.length, -1) : undefined;
}
