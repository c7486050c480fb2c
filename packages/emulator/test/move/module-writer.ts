/** Writes Move modules byte by byte, so that tests can make valid and invalid ones at will. */
import { addressToBytes, normalizeAddress } from '@walrus-ts/core';
import { OP } from '../../src/move/format/opcodes.js';
import type { SignatureToken } from '../../src/move/format/module.js';

export { OP };

/** One instruction: opcode and operand bytes (see the helpers below). */
export type Code = readonly number[];

export const token = {
  bool: { kind: 'primitive', name: 'bool' },
  u8: { kind: 'primitive', name: 'u8' },
  u16: { kind: 'primitive', name: 'u16' },
  u32: { kind: 'primitive', name: 'u32' },
  u64: { kind: 'primitive', name: 'u64' },
  u128: { kind: 'primitive', name: 'u128' },
  u256: { kind: 'primitive', name: 'u256' },
  address: { kind: 'primitive', name: 'address' },
} as const satisfies Record<string, SignatureToken>;

export function vector(element: SignatureToken): SignatureToken {
  return { kind: 'vector', element };
}

export function reference(target: SignatureToken, mutable = false): SignatureToken {
  return { kind: 'reference', mutable, target };
}

export function parameter(index: number): SignatureToken {
  return { kind: 'parameter', index };
}

export function datatype(handle: number, ...typeArguments: SignatureToken[]): SignatureToken {
  return { kind: 'datatype', handle, typeArguments };
}

const TOKEN_BYTES: Record<string, number> = {
  bool: 1,
  u8: 2,
  u64: 3,
  u128: 4,
  address: 5,
  signer: 12,
  u16: 13,
  u32: 14,
  u256: 15,
};

export function uleb(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    out.push((rest & 0x7f) | 0x80);
    rest = Math.floor(rest / 128);
  }
  return [...out, rest];
}

export function littleEndian(value: bigint | number, bytes: number): number[] {
  let rest = BigInt(value);
  return Array.from({ length: bytes }, () => {
    const byte = Number(rest & 0xffn);
    rest >>= 8n;
    return byte;
  });
}

/** An instruction with a ULEB operand. */
export function op(code: number, operand?: number): Code {
  return operand === undefined ? [code] : [code, ...uleb(operand)];
}

const LITERALS: Record<number, readonly [number, number]> = {
  8: [OP.LdU8, 1],
  16: [OP.LdU16, 2],
  32: [OP.LdU32, 4],
  64: [OP.LdU64, 8],
  128: [OP.LdU128, 16],
  256: [OP.LdU256, 32],
};

/** Loads an integer literal. */
export function load(bits: number, value: bigint | number): Code {
  const [code, bytes] = LITERALS[bits] ?? [0, 0];
  return [code, ...littleEndian(value, bytes)];
}

export interface FunctionInit {
  readonly name: string;
  readonly typeParameters?: readonly number[];
  readonly parameters?: readonly SignatureToken[];
  readonly returns?: readonly SignatureToken[];
  readonly locals?: readonly SignatureToken[];
  readonly visibility?: 0 | 1 | 3;
  readonly isEntry?: boolean;
  /** Left out: native. */
  readonly code?: readonly Code[];
  readonly jumpTables?: readonly {
    readonly enumIndex: number;
    readonly targets: readonly number[];
  }[];
}

/** Collects the tables of one module. Every method returns the index it wrote. */
export class ModuleWriter {
  version = 7;
  readonly moduleHandles: number[][] = [];
  readonly datatypeHandles: number[][] = [];
  readonly functionHandles: number[][] = [];
  readonly functionInstantiations: number[][] = [];
  readonly signatures: number[][] = [];
  readonly constants: number[][] = [];
  readonly identifiers: string[] = [];
  readonly addresses: string[] = [];
  readonly structs: number[][] = [];
  readonly structInstantiations: number[][] = [];
  readonly functions: number[][] = [];
  readonly fieldHandles: number[][] = [];
  readonly fieldInstantiations: number[][] = [];
  readonly friends: number[][] = [];
  readonly enums: number[][] = [];
  readonly enumInstantiations: number[][] = [];
  readonly variantHandles: number[][] = [];
  readonly variantInstantiations: number[][] = [];

  constructor(address: string, name: string) {
    this.moduleHandle(address, name);
  }

  private intern(list: string[], value: string): number {
    const known = list.indexOf(value);
    return known >= 0 ? known : list.push(value) - 1;
  }

  private internBytes(list: number[][], bytes: number[]): number {
    const known = list.findIndex((other) => other.join() === bytes.join());
    return known >= 0 ? known : list.push(bytes) - 1;
  }

  identifier(name: string): number {
    return this.intern(this.identifiers, name);
  }

  address(address: string): number {
    return this.intern(this.addresses, normalizeAddress(address));
  }

  moduleHandle(address: string, name: string): number {
    const bytes = [...uleb(this.address(address)), ...uleb(this.identifier(name))];
    return this.internBytes(this.moduleHandles, bytes);
  }

  friend(address: string, name: string): void {
    this.friends.push([...uleb(this.address(address)), ...uleb(this.identifier(name))]);
  }

  token(t: SignatureToken): number[] {
    switch (t.kind) {
      case 'primitive':
        return [TOKEN_BYTES[t.name] ?? 0];
      case 'vector':
        return [0x0a, ...this.token(t.element)];
      case 'reference':
        return [t.mutable ? 0x07 : 0x06, ...this.token(t.target)];
      case 'parameter':
        return [0x09, ...uleb(t.index)];
      case 'datatype':
        if (t.typeArguments.length === 0) return [0x08, ...uleb(t.handle)];
        return [
          0x0b,
          ...uleb(t.handle),
          ...uleb(t.typeArguments.length),
          ...t.typeArguments.flatMap((a) => this.token(a)),
        ];
    }
  }

  signature(tokens: readonly SignatureToken[]): number {
    const bytes = [...uleb(tokens.length), ...tokens.flatMap((t) => this.token(t))];
    return this.internBytes(this.signatures, bytes);
  }

  datatypeHandle(
    module: number,
    name: string,
    abilities: number,
    typeParameters: readonly { readonly constraints: number; readonly isPhantom?: boolean }[] = [],
  ): number {
    return this.internBytes(this.datatypeHandles, [
      ...uleb(module),
      ...uleb(this.identifier(name)),
      abilities,
      ...uleb(typeParameters.length),
      ...typeParameters.flatMap((p) => [p.constraints, p.isPhantom === true ? 1 : 0]),
    ]);
  }

  private fieldBytes(fields: readonly (readonly [string, SignatureToken])[]): number[] {
    return [
      ...uleb(fields.length),
      ...fields.flatMap(([name, t]) => [...uleb(this.identifier(name)), ...this.token(t)]),
    ];
  }

  struct(handle: number, fields: readonly (readonly [string, SignatureToken])[]): number {
    return this.structs.push([...uleb(handle), 2, ...this.fieldBytes(fields)]) - 1;
  }

  enumeration(
    handle: number,
    variants: readonly (readonly [string, readonly (readonly [string, SignatureToken])[]])[],
  ): number {
    const body = variants.flatMap(([name, fields]) => [
      ...uleb(this.identifier(name)),
      ...this.fieldBytes(fields),
    ]);
    return this.enums.push([...uleb(handle), 2, ...uleb(variants.length), ...body]) - 1;
  }

  variant(enumIndex: number, tag: number): number {
    return this.variantHandles.push([...uleb(enumIndex), ...uleb(tag)]) - 1;
  }

  field(struct: number, index: number): number {
    return this.fieldHandles.push([...uleb(struct), ...uleb(index)]) - 1;
  }

  instantiation(list: number[][], target: number, args: readonly SignatureToken[]): number {
    return list.push([...uleb(target), ...uleb(this.signature(args))]) - 1;
  }

  constant(type: SignatureToken, data: readonly number[]): number {
    return this.constants.push([...this.token(type), ...uleb(data.length), ...data]) - 1;
  }

  functionHandle(
    module: number,
    name: string,
    parameters: readonly SignatureToken[],
    returns: readonly SignatureToken[],
    typeParameters: readonly number[] = [],
  ): number {
    return this.internBytes(this.functionHandles, [
      ...uleb(module),
      ...uleb(this.identifier(name)),
      ...uleb(this.signature(parameters)),
      ...uleb(this.signature(returns)),
      ...uleb(typeParameters.length),
      ...typeParameters,
    ]);
  }

  /** Declares and defines a function; returns its handle. */
  fn(init: FunctionInit): number {
    const handle = this.functionHandle(
      0,
      init.name,
      init.parameters ?? [],
      init.returns ?? [],
      init.typeParameters ?? [],
    );
    const flags = (init.code === undefined ? 2 : 0) | (init.isEntry === true ? 4 : 0);
    const head = [...uleb(handle), init.visibility ?? 1, flags, 0];
    if (init.code === undefined) {
      this.functions.push(head);
      return handle;
    }
    const jumps = init.jumpTables ?? [];
    this.functions.push([
      ...head,
      ...uleb(this.signature(init.locals ?? [])),
      ...uleb(init.code.length),
      ...init.code.flat(),
      ...(this.version < 7
        ? []
        : [
            ...uleb(jumps.length),
            ...jumps.flatMap((j) => [
              ...uleb(j.enumIndex),
              ...uleb(j.targets.length),
              1,
              ...j.targets.flatMap(uleb),
            ]),
          ]),
    ]);
    return handle;
  }

  bytes(): Uint8Array {
    const names = this.identifiers.map((n) => [...uleb(n.length), ...new TextEncoder().encode(n)]);
    const addresses = this.addresses.map((a) => [...addressToBytes(normalizeAddress(a))]);
    const tables: [number, number[][]][] = [
      [0x01, this.moduleHandles],
      [0x02, this.datatypeHandles],
      [0x03, this.functionHandles],
      [0x04, this.functionInstantiations],
      [0x05, this.signatures],
      [0x06, this.constants],
      [0x07, names],
      [0x08, addresses],
      [0x0a, this.structs],
      [0x0b, this.structInstantiations],
      [0x0c, this.functions],
      [0x0d, this.fieldHandles],
      [0x0e, this.fieldInstantiations],
      [0x0f, this.friends],
      [0x11, this.enums],
      [0x12, this.enumInstantiations],
      [0x13, this.variantHandles],
      [0x14, this.variantInstantiations],
    ];
    const present = tables
      .map(([kind, rows]) => [kind, rows.flat()] as const)
      .filter(([, content]) => content.length > 0);
    const headers: number[] = [];
    let offset = 0;
    for (const [kind, content] of present) {
      headers.push(kind, ...uleb(offset), ...uleb(content.length));
      offset += content.length;
    }
    const flavor = this.version >= 7 ? 0x05000000 : 0;
    return Uint8Array.from([
      0xa1,
      0x1c,
      0xeb,
      0x0b,
      ...littleEndian(flavor + this.version, 4),
      ...uleb(present.length),
      ...headers,
      ...present.flatMap(([, content]) => content),
      ...uleb(0),
    ]);
  }
}
