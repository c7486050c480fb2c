/** Plain-data form of a Move module: one interface per table of the binary format (section 1.2). */
import type { PrimitiveName, AbilitySet } from '../api.js';

/** A type in a signature; indices refer to the module's own tables. */
export type SignatureToken =
  | { readonly kind: 'primitive'; readonly name: PrimitiveName }
  | { readonly kind: 'vector'; readonly element: SignatureToken }
  | { readonly kind: 'reference'; readonly mutable: boolean; readonly target: SignatureToken }
  | {
      readonly kind: 'datatype';
      readonly handle: number;
      readonly typeArguments: readonly SignatureToken[];
    }
  | { readonly kind: 'parameter'; readonly index: number };

/** Handle of this or another module. */
export interface ModuleHandle {
  readonly address: number;
  readonly name: number;
}

/** A declared type parameter of a datatype. */
export interface DatatypeParameter {
  readonly constraints: AbilitySet;
  readonly isPhantom: boolean;
}

/** A struct or enum of this or another module. */
export interface DatatypeHandle {
  readonly module: number;
  readonly name: number;
  readonly abilities: AbilitySet;
  readonly typeParameters: readonly DatatypeParameter[];
}

/** A function of this or another module. */
export interface FunctionHandle {
  readonly module: number;
  readonly name: number;
  readonly parameters: number;
  readonly returns: number;
  readonly typeParameters: readonly AbilitySet[];
}

/** Something applied to type arguments (a signature index). */
export interface Instantiation {
  readonly target: number;
  readonly typeArguments: number;
}

/** A named, typed field. */
export interface FieldDefinition {
  readonly name: number;
  readonly type: SignatureToken;
}

/** A struct of this module; `fields` is null for native structs. */
export interface StructDefinition {
  readonly handle: number;
  readonly fields: readonly FieldDefinition[] | null;
}

/** An enum of this module. */
export interface EnumDefinition {
  readonly handle: number;
  readonly variants: readonly {
    readonly name: number;
    readonly fields: readonly FieldDefinition[];
  }[];
}

/** One instruction: opcode byte and operands as read. */
export interface Instruction {
  readonly op: number;
  /** Index, offset or local; 0 when the operand is a literal or absent. */
  readonly operand: number;
  /** Element count of VecPack / VecUnpack. */
  readonly count: number;
  /** Literal of the Ld* opcodes: number up to u32, bigint above. */
  readonly literal: number | bigint | undefined;
}

/** Targets of VariantSwitch. */
export interface JumpTable {
  readonly enumDefinition: number;
  readonly targets: readonly number[];
}

/** Body of a function. */
export interface CodeUnit {
  readonly locals: number;
  readonly instructions: readonly Instruction[];
  readonly jumpTables: readonly JumpTable[];
}

/** A function of this module; `code` is null for natives. */
export interface FunctionDefinition {
  readonly handle: number;
  readonly visibility: 'private' | 'public' | 'friend';
  readonly isEntry: boolean;
  readonly code: CodeUnit | null;
}

/** A deserialized module. */
export interface CompiledModule {
  readonly version: number;
  readonly selfHandle: number;
  readonly moduleHandles: ModuleHandle[];
  readonly datatypeHandles: DatatypeHandle[];
  readonly functionHandles: FunctionHandle[];
  readonly functionInstantiations: Instantiation[];
  readonly signatures: SignatureToken[][];
  readonly constants: { readonly type: SignatureToken; readonly data: Uint8Array }[];
  readonly identifiers: string[];
  /** 64 lower-case hex digits with 0x. */
  readonly addresses: string[];
  /** Byte offset of each address in the module bytes (for address substitution). */
  readonly addressOffsets: number[];
  readonly structs: StructDefinition[];
  readonly structInstantiations: Instantiation[];
  readonly functions: FunctionDefinition[];
  readonly fieldHandles: { readonly owner: number; readonly field: number }[];
  readonly fieldInstantiations: Instantiation[];
  readonly friends: ModuleHandle[];
  readonly metadata: { readonly key: Uint8Array; readonly value: Uint8Array }[];
  readonly enums: EnumDefinition[];
  readonly enumInstantiations: Instantiation[];
  readonly variantHandles: { readonly enumDefinition: number; readonly variant: number }[];
  readonly variantInstantiations: {
    readonly enumInstantiation: number;
    readonly variant: number;
  }[];
}
