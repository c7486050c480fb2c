/** Declarations of packages and JSON of Move values, for explorers and clients. */

import { toBase64 } from '@walrus-ts/core';
import { describePackage, type DeclaredModule, type PackageStore } from '../move/index.js';
import type { DatatypeDescription, FunctionDescription, OpenType } from './api.js';
import { invalid, type ByteReader } from './codec/bytes.js';
import { MOVE_STDLIB, parseStruct, SUI_FRAMEWORK } from './codec/type-tag.js';
import { LruCache } from './lru.js';

type Module = Pick<DeclaredModule, 'name'> & {
  readonly functions: ReadonlyMap<string, FunctionDescription>;
  readonly datatypes: ReadonlyMap<string, DatatypeDescription>;
};

/** JSON-able rendering of a Move value. */
export type MoveJson =
  | null
  | boolean
  | number
  | string
  | MoveJson[]
  | { readonly [name: string]: MoveJson };

const MAX_DEPTH = 128;
const PACKAGES = 64;

/** Structs that are shown as what they stand for. */
const TRANSPARENT: Readonly<Record<string, 'address' | 'utf8' | 'option' | 'inner'>> = {
  [`${SUI_FRAMEWORK}::object::ID`]: 'address',
  [`${SUI_FRAMEWORK}::object::UID`]: 'address',
  [`${MOVE_STDLIB}::string::String`]: 'utf8',
  [`${MOVE_STDLIB}::ascii::String`]: 'utf8',
  [`${SUI_FRAMEWORK}::url::Url`]: 'utf8',
  [`${MOVE_STDLIB}::option::Option`]: 'option',
  [`${SUI_FRAMEWORK}::balance::Balance`]: 'inner',
};

/** Describes packages of a store; remembers the ones described last. */
export class PackageDescriber {
  private readonly packages: PackageStore;
  private readonly known = new LruCache<string, ReadonlyMap<string, Module>>(PACKAGES);

  /** @param packages - where packages are found */
  constructor(packages: PackageStore) {
    this.packages = packages;
  }

  /** A function, or undefined. */
  function(packageId: string, module: string, name: string): FunctionDescription | undefined {
    return this.modules(packageId)?.get(module)?.functions.get(name);
  }

  /** A struct or enum, or undefined. */
  datatype(packageId: string, module: string, name: string): DatatypeDescription | undefined {
    return this.modules(packageId)?.get(module)?.datatypes.get(name);
  }

  private modules(packageId: string): ReadonlyMap<string, Module> | undefined {
    const known = this.known.get(packageId);
    if (known !== undefined) return known;
    const pkg = this.packages.getPackage(packageId as Parameters<PackageStore['getPackage']>[0]);
    if (pkg === undefined) return undefined;
    const modules = new Map(
      describePackage(pkg, this.packages).map((module) => [
        module.name,
        {
          name: module.name,
          functions: new Map(module.functions.map((fn) => [fn.name, fn])),
          datatypes: new Map(module.datatypes.map((datatype) => [datatype.name, datatype])),
        },
      ]),
    );
    this.known.set(packageId, modules);
    return modules;
  }

  /**
   * Renders a value.
   *
   * @param type - canonical type
   * @param reader - stands before the value; stands behind it afterwards
   * @throws {LEDGER_INVALID_BCS} the bytes or the type do not fit
   */
  render(type: string, reader: ByteReader, depth = 0): MoveJson {
    if (depth > MAX_DEPTH) throw invalid('value is nested too deeply');
    switch (type) {
      case 'bool':
        return reader.bool();
      case 'u8':
        return reader.u8();
      case 'u16':
        return reader.u16();
      case 'u32':
        return reader.u32();
      case 'u64':
        return reader.u64().toString();
      case 'u128':
        return littleEndian(reader.raw(16)).toString();
      case 'u256':
        return littleEndian(reader.raw(32)).toString();
      case 'address':
      case 'signer':
        return reader.address();
      case 'vector<u8>':
        return toBase64(reader.byteVector());
      default:
    }
    if (type.startsWith('vector<')) {
      const element = type.slice(7, -1);
      return reader.vector(() => this.render(element, reader, depth + 1));
    }
    return this.renderDatatype(type, reader, depth);
  }

  private renderDatatype(type: string, reader: ByteReader, depth: number): MoveJson {
    const struct = parseStruct(type);
    const datatype = struct && this.datatype(struct.address, struct.module, struct.name);
    if (struct === undefined || datatype === undefined) throw invalid(`type ${type} is unknown`);
    const fields = (list: DatatypeDescription['fields']): Record<string, MoveJson> =>
      Object.fromEntries(
        list.map((field) => [
          field.name,
          this.render(instantiate(field.type, struct.typeArguments), reader, depth + 1),
        ]),
      );
    switch (TRANSPARENT[`${struct.address}::${struct.module}::${struct.name}`]) {
      case 'address':
        return reader.address();
      case 'utf8':
        return reader.string();
      case 'option': {
        const values = reader.vector(() =>
          this.render(struct.typeArguments[0] ?? '', reader, depth + 1),
        );
        return values[0] ?? null;
      }
      case 'inner':
        return Object.values(fields(datatype.fields))[0] ?? null;
      case undefined:
    }
    if (datatype.kind === 'struct') return fields(datatype.fields);
    const variant = datatype.variants[reader.uleb()];
    if (variant === undefined) throw invalid(`variant of ${type}`);
    return { '@variant': variant.name, ...fields(variant.fields) };
  }
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

function instantiate(type: OpenType, typeArguments: readonly string[]): string {
  switch (type.kind) {
    case 'vector':
      return `vector<${instantiate(type.element, typeArguments)}>`;
    case 'typeParameter':
      return typeArguments[type.index] ?? '';
    case 'datatype': {
      const args = type.typeArguments.map((argument) => instantiate(argument, typeArguments));
      return args.length === 0 ? type.type : `${type.type}<${args.join(',')}>`;
    }
    default:
      return type.kind;
  }
}
