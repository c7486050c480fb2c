/** Interned run-time types: equal types are one object, so comparing them is comparing pointers. */
import type { Address } from '@walrus-ts/core';
import type { AbilitySet, MoveType, PrimitiveName, TypeTag } from './api.js';
import { MoveVmError } from './errors.js';
import type { DatatypeParameter, SignatureToken } from './format/module.js';
import { ABILITY, TYPE_NODES_MAX, instantiatedAbilities } from './format/tokens.js';
import { formatTypeTag } from './type-tag.js';

/** Deepest nesting of a type's own expression. */
const TYPE_DEPTH_MAX = 128;

let nextId = 1;

/** How many types were made in this process: what caches hold grows with it. */
export function typesMade(): number {
  return nextId;
}

/** What a datatype definition needs of its module to give field types. */
export interface DatatypeSource {
  /** Instantiates a type of the defining module's tables. */
  instantiate(token: SignatureToken, args: readonly RuntimeType[]): RuntimeType;
}

/** A struct or enum of one package lineage: the same object in every version and linkage. */
export class DatatypeDefinition {
  readonly originalPackage: Address;
  readonly definingPackage: Address;
  readonly module: string;
  readonly name: string;
  readonly abilities: AbilitySet;
  readonly typeParameters: readonly DatatypeParameter[];
  /** Field names and types of a struct, null for enums. */
  readonly fields: readonly { readonly name: string; readonly type: SignatureToken }[] | null;
  /** Variants of an enum, null for structs. */
  readonly variants:
    | readonly { readonly name: string; readonly fields: readonly SignatureToken[] }[]
    | null;
  readonly source: DatatypeSource;
  private readonly instances = new Map<string, RuntimeType>();

  constructor(init: {
    originalPackage: Address;
    definingPackage: Address;
    module: string;
    name: string;
    abilities: AbilitySet;
    typeParameters: readonly DatatypeParameter[];
    fields: DatatypeDefinition['fields'];
    variants: DatatypeDefinition['variants'];
    source: DatatypeSource;
  }) {
    this.originalPackage = init.originalPackage;
    this.definingPackage = init.definingPackage;
    this.module = init.module;
    this.name = init.name;
    this.abilities = init.abilities;
    this.typeParameters = init.typeParameters;
    this.fields = init.fields;
    this.variants = init.variants;
    this.source = init.source;
  }

  /** The type with these arguments; their number must match. */
  instantiate(args: readonly RuntimeType[]): RuntimeType {
    if (args.length !== this.typeParameters.length) {
      throw new MoveVmError(
        'NUMBER_OF_TYPE_ARGUMENTS_MISMATCH',
        `${this.module}::${this.name} takes ${this.typeParameters.length} type arguments`,
      );
    }
    const key = args.length === 0 ? '' : args.map((t) => t.id).join();
    let type = this.instances.get(key);
    if (type === undefined) {
      type = new RuntimeType({ kind: 'datatype', definition: this, args });
      this.instances.set(key, type);
    }
    return type;
  }
}

type Shape =
  | { readonly kind: 'primitive'; readonly name: PrimitiveName }
  | { readonly kind: 'vector'; readonly element: RuntimeType }
  | { readonly kind: 'reference'; readonly mutable: boolean; readonly target: RuntimeType }
  | {
      readonly kind: 'datatype';
      readonly definition: DatatypeDefinition;
      readonly args: readonly RuntimeType[];
    };

/** A fully instantiated type. */
export class RuntimeType implements MoveType {
  /** Unique in the process; used in interning keys. */
  readonly id: number = nextId++;
  readonly shape: Shape;
  readonly abilities: AbilitySet;
  /** Nodes of the type expression: the "type size" of native costs. */
  readonly size: number;
  private readonly nesting: number;
  private vectorOf: RuntimeType | undefined;
  private referenceTo: RuntimeType | undefined;
  private mutableTo: RuntimeType | undefined;
  private fieldTypes: readonly RuntimeType[] | undefined;
  private variantTypes: readonly (readonly RuntimeType[])[] | undefined;
  private valueDepth: number | undefined;
  private tagCache: TypeTag | undefined;
  private textCache: string | undefined;

  constructor(shape: Shape) {
    this.shape = shape;
    const parts = childrenOf(shape);
    this.size = parts.reduce((n, t) => n + t.size, 1);
    this.nesting = 1 + parts.reduce((n, t) => Math.max(n, t.nesting), 0);
    if (this.size > TYPE_NODES_MAX || this.nesting > TYPE_DEPTH_MAX) {
      throw new MoveVmError('VM_MAX_TYPE_DEPTH_REACHED', 'type is too large');
    }
    this.abilities = abilitiesOfShape(shape);
  }

  /** `vector<this>`. */
  vector(): RuntimeType {
    this.vectorOf ??= new RuntimeType({ kind: 'vector', element: this });
    return this.vectorOf;
  }

  /** `&this` or `&mut this`. */
  reference(mutable: boolean): RuntimeType {
    if (mutable) {
      this.mutableTo ??= new RuntimeType({ kind: 'reference', mutable, target: this });
      return this.mutableTo;
    }
    this.referenceTo ??= new RuntimeType({ kind: 'reference', mutable, target: this });
    return this.referenceTo;
  }

  /** Field types of a struct. */
  fields(): readonly RuntimeType[] {
    const { shape } = this;
    if (this.fieldTypes === undefined) {
      if (shape.kind !== 'datatype' || shape.definition.fields === null) {
        throw new TypeError(`${this.toString()} is not a struct`);
      }
      const { source, fields } = shape.definition;
      this.fieldTypes = fields.map((f) => source.instantiate(f.type, shape.args));
    }
    return this.fieldTypes;
  }

  /** Field types of every variant of an enum. */
  variants(): readonly (readonly RuntimeType[])[] {
    const { shape } = this;
    if (this.variantTypes === undefined) {
      if (shape.kind !== 'datatype' || shape.definition.variants === null) {
        throw new TypeError(`${this.toString()} is not an enum`);
      }
      const { source, variants } = shape.definition;
      this.variantTypes = variants.map((v) =>
        v.fields.map((t) => source.instantiate(t, shape.args)),
      );
    }
    return this.variantTypes;
  }

  /** Deepest nesting of a value of this type. @see spec move-vm.md 3.4 */
  depth(): number {
    if (this.valueDepth === undefined) {
      const { shape } = this;
      let inner: readonly RuntimeType[] = [];
      if (shape.kind === 'vector') inner = [shape.element];
      else if (shape.kind === 'reference') inner = [shape.target];
      else if (shape.kind === 'datatype') {
        inner = shape.definition.fields === null ? this.variants().flat() : this.fields();
      }
      this.valueDepth = 1 + inner.reduce((n, t) => Math.max(n, t.depth()), 0);
    }
    return this.valueDepth;
  }

  get isStruct(): boolean {
    return this.shape.kind === 'datatype' && this.shape.definition.fields !== null;
  }

  get tag(): TypeTag {
    this.tagCache ??= this.tagWith('definingPackage');
    return this.tagCache;
  }

  /** Type tag with original package ids (`type_name::with_original_ids`). */
  get originalTag(): TypeTag {
    return this.tagWith('originalPackage');
  }

  private tagWith(ids: 'definingPackage' | 'originalPackage'): TypeTag {
    const { shape } = this;
    switch (shape.kind) {
      case 'primitive':
        return shape.name;
      case 'vector':
        return { vector: shape.element.tagWith(ids) };
      case 'reference':
        throw new MoveVmError('TYPE_RESOLUTION_FAILURE', 'a reference has no type tag');
      case 'datatype':
        return {
          struct: {
            address: shape.definition[ids],
            module: shape.definition.module,
            name: shape.definition.name,
            typeParams: shape.args.map((t) => t.tagWith(ids)),
          },
        };
    }
  }

  toString(): string {
    if (this.textCache === undefined) {
      const { shape } = this;
      this.textCache =
        shape.kind === 'reference'
          ? `&${shape.mutable ? 'mut ' : ''}${shape.target.toString()}`
          : formatTypeTag(this.tag);
    }
    return this.textCache;
  }
}

function childrenOf(shape: Shape): readonly RuntimeType[] {
  switch (shape.kind) {
    case 'primitive':
      return [];
    case 'vector':
      return [shape.element];
    case 'reference':
      return [shape.target];
    case 'datatype':
      return shape.args;
  }
}

function abilitiesOfShape(shape: Shape): AbilitySet {
  const plain = ABILITY.copy | ABILITY.drop | ABILITY.store;
  switch (shape.kind) {
    case 'primitive':
      return shape.name === 'signer' ? ABILITY.drop : plain;
    case 'vector':
      return plain & shape.element.abilities;
    case 'reference':
      return ABILITY.copy | ABILITY.drop;
    case 'datatype':
      return instantiatedAbilities(
        shape.definition.abilities,
        shape.definition.typeParameters,
        shape.args.map((t) => t.abilities),
      );
  }
}

/** The types without operands. */
export const PRIMITIVE_TYPES: Readonly<Record<PrimitiveName, RuntimeType>> = {
  bool: new RuntimeType({ kind: 'primitive', name: 'bool' }),
  u8: new RuntimeType({ kind: 'primitive', name: 'u8' }),
  u16: new RuntimeType({ kind: 'primitive', name: 'u16' }),
  u32: new RuntimeType({ kind: 'primitive', name: 'u32' }),
  u64: new RuntimeType({ kind: 'primitive', name: 'u64' }),
  u128: new RuntimeType({ kind: 'primitive', name: 'u128' }),
  u256: new RuntimeType({ kind: 'primitive', name: 'u256' }),
  address: new RuntimeType({ kind: 'primitive', name: 'address' }),
  signer: new RuntimeType({ kind: 'primitive', name: 'signer' }),
};

/** `vector<u8>`, the type of byte strings. */
export const BYTES_TYPE: RuntimeType = PRIMITIVE_TYPES.u8.vector();

/** Narrows an API handle to the class behind it. */
export function asRuntimeType(type: MoveType): RuntimeType {
  if (!(type instanceof RuntimeType)) throw new TypeError('not a type of this VM');
  return type;
}
