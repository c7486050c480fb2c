/** Module bytes to plain data, with the limits of the format (section 1). */
import { toHex } from '@walrus-ts/core';
import { malformed } from '../errors.js';
import { ByteReader } from './reader.js';
import { OPERANDS, opcodeVersion } from './opcodes.js';
import type {
  CodeUnit,
  CompiledModule,
  DatatypeParameter,
  FieldDefinition,
  FunctionDefinition,
  Instruction,
  JumpTable,
  SignatureToken,
} from './module.js';

const INDEX_MAX = 65535;
const COUNT_MAX = 255;
const VARIANT_HANDLE_MAX = 1024;
const CODE_MAX = 65535;
const IDENTIFIER_MAX = 65535;
const CONSTANT_MAX = 65535;
const TOKEN_DEPTH_MAX = 256;
const SUI_FLAVOR = 0x05;

const PRIMITIVES: Record<number, readonly [SignatureToken & { kind: 'primitive' }, number]> = {
  0x01: [{ kind: 'primitive', name: 'bool' }, 5],
  0x02: [{ kind: 'primitive', name: 'u8' }, 5],
  0x03: [{ kind: 'primitive', name: 'u64' }, 5],
  0x04: [{ kind: 'primitive', name: 'u128' }, 5],
  0x05: [{ kind: 'primitive', name: 'address' }, 5],
  0x0c: [{ kind: 'primitive', name: 'signer' }, 5],
  0x0d: [{ kind: 'primitive', name: 'u16' }, 6],
  0x0e: [{ kind: 'primitive', name: 'u32' }, 6],
  0x0f: [{ kind: 'primitive', name: 'u256' }, 6],
};

/** Optional limits stricter than the format. */
export interface DeserializeOptions {
  /** Accept the "unpublishable" magic of test-compiled modules. */
  readonly allowUnpublishable?: boolean;
}

/**
 * Reads a module; indices are checked by `checkBounds`, not here.
 *
 * @throws {MOVE_BAD_MAGIC} wrong or unpublishable magic
 * @throws {MOVE_UNKNOWN_VERSION} version outside 5..7 or a foreign flavor
 * @throws {MOVE_MALFORMED} anything else; work is linear in the input length
 */
export function deserializeModule(
  bytes: Uint8Array,
  options: DeserializeOptions = {},
): CompiledModule {
  const reader = new ByteReader(bytes);
  const magic = toHex(reader.take(4));
  if (magic === 'deadc0de') {
    if (options.allowUnpublishable !== true) {
      throw malformed('module was compiled in test mode and cannot be published', 'BAD_MAGIC');
    }
  } else if (magic !== 'a11ceb0b') {
    throw malformed('not a Move module', 'BAD_MAGIC');
  }
  const version = readVersion(reader.u32());
  const tables = readTableHeaders(reader);
  const module = emptyModule(version);
  const start = reader.position;
  let expected = 0;
  for (const table of [...tables].sort((a, b) => a.offset - b.offset)) {
    if (table.offset !== expected || table.length === 0) {
      throw malformed('tables must be contiguous and non-empty');
    }
    expected += table.length;
  }
  if (start + expected > bytes.length) throw malformed('tables reach beyond the module bytes');
  for (const table of tables) {
    const begin = start + table.offset;
    const content = new ByteReader(bytes, begin, begin + table.length);
    readTable(table.kind, content, module, version);
    if (content.position !== content.end) throw malformed('table content overruns its length');
  }
  reader.position = start + expected;
  const selfHandle = reader.uleb(INDEX_MAX);
  if (!reader.done) throw malformed('trailing bytes after the module');
  return { ...module, selfHandle };
}

function readVersion(word: number): number {
  const version = word & 0xffffff;
  const flavor = word >>> 24;
  if (version < 5 || version > 7) {
    throw malformed(`binary version ${version} is not supported`, 'UNKNOWN_VERSION');
  }
  // Flavors came with version 7; before, the whole word is the number.
  if (flavor !== (version >= 7 ? SUI_FLAVOR : 0)) {
    throw malformed(`binary flavor ${flavor} is not Sui's`, 'UNKNOWN_VERSION');
  }
  return version;
}

interface TableHeader {
  readonly kind: number;
  readonly offset: number;
  readonly length: number;
}

function readTableHeaders(reader: ByteReader): TableHeader[] {
  const count = reader.uleb(COUNT_MAX);
  const tables: TableHeader[] = [];
  const seen = new Set<number>();
  for (let i = 0; i < count; i++) {
    const kind = reader.u8();
    if (seen.has(kind)) throw malformed('table kind occurs twice');
    seen.add(kind);
    tables.push({ kind, offset: reader.uleb(0xffffffff), length: reader.uleb(0xffffffff) });
  }
  return tables;
}

function emptyModule(version: number): Omit<CompiledModule, 'selfHandle'> {
  return {
    version,
    moduleHandles: [],
    datatypeHandles: [],
    functionHandles: [],
    functionInstantiations: [],
    signatures: [],
    constants: [],
    identifiers: [],
    addresses: [],
    addressOffsets: [],
    structs: [],
    structInstantiations: [],
    functions: [],
    fieldHandles: [],
    fieldInstantiations: [],
    friends: [],
    metadata: [],
    enums: [],
    enumInstantiations: [],
    variantHandles: [],
    variantInstantiations: [],
  };
}

type Parts = Omit<CompiledModule, 'selfHandle'>;

function readTable(kind: number, r: ByteReader, m: Parts, version: number): void {
  if (kind > 0x10 && version < 7) throw malformed(`table ${kind} needs version 7`);
  const index = (): number => r.uleb(INDEX_MAX);
  const pair = (): { target: number; typeArguments: number } => ({
    target: index(),
    typeArguments: index(),
  });
  const each = (read: () => void): void => {
    while (!r.done) read();
  };
  switch (kind) {
    case 0x01:
      return each(() => m.moduleHandles.push({ address: index(), name: index() }));
    case 0x02:
      return each(() =>
        m.datatypeHandles.push({
          module: index(),
          name: index(),
          abilities: readAbilities(r),
          typeParameters: readDatatypeParameters(r),
        }),
      );
    case 0x03:
      return each(() =>
        m.functionHandles.push({
          module: index(),
          name: index(),
          parameters: index(),
          returns: index(),
          typeParameters: readMany(r, COUNT_MAX, () => readAbilities(r)),
        }),
      );
    case 0x04:
      return each(() => m.functionInstantiations.push(pair()));
    case 0x05:
      return each(() => m.signatures.push(readMany(r, COUNT_MAX, () => readToken(r, version))));
    case 0x06:
      return each(() =>
        m.constants.push({ type: readToken(r, version), data: r.take(r.uleb(CONSTANT_MAX)) }),
      );
    case 0x07:
      return each(() => m.identifiers.push(r.utf8(r.uleb(IDENTIFIER_MAX))));
    case 0x08:
      return each(() => {
        m.addressOffsets.push(r.position);
        m.addresses.push(`0x${toHex(r.take(32))}`);
      });
    case 0x0a:
      return each(() => {
        const handle = index();
        const flag = r.u8();
        if (flag !== 1 && flag !== 2) throw malformed('bad struct flag');
        m.structs.push({ handle, fields: flag === 1 ? null : readFields(r, version) });
      });
    case 0x0b:
      return each(() => m.structInstantiations.push(pair()));
    case 0x0c:
      return each(() => m.functions.push(readFunction(r, version)));
    case 0x0d:
      return each(() => m.fieldHandles.push({ owner: index(), field: r.uleb(COUNT_MAX) }));
    case 0x0e:
      return each(() => m.fieldInstantiations.push(pair()));
    case 0x0f:
      return each(() => m.friends.push({ address: index(), name: index() }));
    case 0x10:
      return each(() =>
        m.metadata.push({ key: r.take(r.uleb(1023)), value: r.take(r.uleb(CONSTANT_MAX)) }),
      );
    case 0x11:
      return each(() => {
        const handle = index();
        if (r.u8() !== 2) throw malformed('bad enum flag');
        const variants = readMany(r, 127, () => ({
          name: index(),
          fields: readFields(r, version),
        }));
        if (variants.length === 0) throw malformed('enum without variants');
        m.enums.push({ handle, variants });
      });
    case 0x12:
      return each(() => m.enumInstantiations.push(pair()));
    case 0x13:
      return each(() => m.variantHandles.push({ enumDefinition: index(), variant: r.uleb(126) }));
    case 0x14:
      return each(() =>
        m.variantInstantiations.push({ enumInstantiation: index(), variant: r.uleb(126) }),
      );
    default:
      throw malformed(`unknown table kind ${kind}`);
  }
}

function readMany<T>(r: ByteReader, max: number, read: () => T): T[] {
  const count = r.uleb(max);
  const out: T[] = [];
  for (let i = 0; i < count; i++) out.push(read());
  return out;
}

function readAbilities(r: ByteReader): number {
  return r.uleb(0x0f);
}

function readDatatypeParameters(r: ByteReader): DatatypeParameter[] {
  return readMany(r, COUNT_MAX, () => ({
    constraints: readAbilities(r),
    isPhantom: r.uleb(1) === 1,
  }));
}

function readFields(r: ByteReader, version: number): FieldDefinition[] {
  return readMany(r, COUNT_MAX, () => ({
    name: r.uleb(INDEX_MAX),
    type: readToken(r, version),
  }));
}

function readToken(r: ByteReader, version: number, depth = 1): SignatureToken {
  if (depth > TOKEN_DEPTH_MAX) throw malformed('type nested too deep');
  const byte = r.u8();
  const primitive = PRIMITIVES[byte];
  if (primitive !== undefined) {
    if (version < primitive[1]) throw malformed('integer type needs a newer version');
    return primitive[0];
  }
  switch (byte) {
    case 0x06:
    case 0x07:
      return {
        kind: 'reference',
        mutable: byte === 0x07,
        target: readToken(r, version, depth + 1),
      };
    case 0x0a:
      return { kind: 'vector', element: readToken(r, version, depth + 1) };
    case 0x08:
      return { kind: 'datatype', handle: r.uleb(INDEX_MAX), typeArguments: [] };
    case 0x0b: {
      const handle = r.uleb(INDEX_MAX);
      const typeArguments = readMany(r, COUNT_MAX, () => readToken(r, version, depth + 1));
      if (typeArguments.length === 0) throw malformed('datatype instantiation without arguments');
      return { kind: 'datatype', handle, typeArguments };
    }
    case 0x09:
      return { kind: 'parameter', index: r.uleb(INDEX_MAX) };
    default:
      throw malformed(`unknown type byte ${byte}`);
  }
}

function readFunction(r: ByteReader, version: number): FunctionDefinition {
  const handle = r.uleb(INDEX_MAX);
  const visibilityByte = r.u8();
  const visibility = visibilityByte === 0 ? 'private' : visibilityByte === 1 ? 'public' : 'friend';
  if (visibilityByte !== 0 && visibilityByte !== 1 && visibilityByte !== 3) {
    throw malformed('bad function visibility');
  }
  const flags = r.u8();
  if ((flags & ~0x06) !== 0) throw malformed('bad function flags');
  // Resource acquisition belongs to global storage, which Sui does not have.
  if (r.uleb(COUNT_MAX) !== 0) throw malformed('function acquires resources');
  const isEntry = (flags & 0x04) !== 0;
  const code = (flags & 0x02) !== 0 ? null : readCode(r, version);
  return { handle, visibility, isEntry, code };
}

function readCode(r: ByteReader, version: number): CodeUnit {
  const locals = r.uleb(INDEX_MAX);
  const instructions = readMany(r, CODE_MAX, () => readInstruction(r, version));
  const jumpTables =
    version < 7
      ? []
      : readMany(r, INDEX_MAX, (): JumpTable => {
          const enumDefinition = r.uleb(INDEX_MAX);
          const count = r.uleb(127);
          if (r.u8() !== 1) throw malformed('bad jump table kind');
          const targets: number[] = [];
          for (let i = 0; i < count; i++) targets.push(r.uleb(CODE_MAX));
          return { enumDefinition, targets };
        });
  return { locals, instructions, jumpTables };
}

function readInstruction(r: ByteReader, version: number): Instruction {
  const op = r.u8();
  const kind = OPERANDS[op];
  if (kind === undefined || version < opcodeVersion(op)) {
    throw malformed(`unknown opcode 0x${op.toString(16)}`);
  }
  const plain = (operand: number): Instruction => ({ op, operand, count: 0, literal: undefined });
  const literal = (value: number | bigint): Instruction => ({
    op,
    operand: 0,
    count: 0,
    literal: value,
  });
  switch (kind) {
    case 'none':
      return plain(0);
    case 'u8':
      return literal(r.u8());
    case 'u16':
      return literal(Number(r.bigint(2)));
    case 'u32':
      return literal(Number(r.bigint(4)));
    case 'u64':
      return literal(r.bigint(8));
    case 'u128':
      return literal(r.bigint(16));
    case 'u256':
      return literal(r.bigint(32));
    case 'local':
      return plain(r.uleb(COUNT_MAX));
    case 'variantHandle':
    case 'variantInstantiation':
      return plain(r.uleb(VARIANT_HANDLE_MAX));
    case 'signatureAndCount': {
      const operand = r.uleb(INDEX_MAX);
      const count = r.bigint(8);
      if (count > BigInt(CODE_MAX)) throw malformed('vector instruction with too many elements');
      return { op, operand, count: Number(count), literal: undefined };
    }
    default:
      return plain(r.uleb(INDEX_MAX));
  }
}
