/** Declarations of a module for explorers and clients: signatures and layouts, not instantiated. */
import type { MovePackage, PackageStore } from '../api.js';
import type { SignatureToken } from '../format/module.js';
import { ABILITY } from '../format/tokens.js';
import type { LoadedModule } from '../loader.js';
import { PackageCache, PackageLoader } from '../package-loader.js';
import { PRODUCTION_NATIVES } from '../natives/index.js';

/** Ability by name. */
export type AbilityWord = keyof typeof ABILITY;

/** A type that may contain type parameters; `type` is `definingId::module::Name`. */
export type DeclaredType =
  | { readonly kind: 'address' | 'bool' | 'u8' | 'u16' | 'u32' | 'u64' | 'u128' | 'u256' }
  | { readonly kind: 'vector'; readonly element: DeclaredType }
  | {
      readonly kind: 'datatype';
      readonly type: string;
      readonly typeArguments: readonly DeclaredType[];
    }
  | { readonly kind: 'typeParameter'; readonly index: number };

/** Parameter or result of a function. */
export interface DeclaredSignature {
  readonly reference: 'none' | 'immutable' | 'mutable';
  readonly body: DeclaredType;
}

/** A function declaration. */
export interface DeclaredFunction {
  readonly name: string;
  readonly visibility: 'private' | 'public' | 'friend';
  readonly isEntry: boolean;
  readonly typeParameters: readonly { readonly constraints: readonly AbilityWord[] }[];
  readonly parameters: readonly DeclaredSignature[];
  readonly returns: readonly DeclaredSignature[];
}

/** A field declaration. */
export interface DeclaredField {
  readonly name: string;
  readonly position: number;
  readonly type: DeclaredType;
}

/** A struct or enum declaration. */
export interface DeclaredDatatype {
  readonly type: string;
  readonly definingId: string;
  readonly module: string;
  readonly name: string;
  readonly abilities: readonly AbilityWord[];
  readonly typeParameters: readonly {
    readonly constraints: readonly AbilityWord[];
    readonly isPhantom: boolean;
  }[];
  readonly kind: 'struct' | 'enum';
  readonly fields: readonly DeclaredField[];
  readonly variants: readonly {
    readonly name: string;
    readonly position: number;
    readonly fields: readonly DeclaredField[];
  }[];
}

/** Everything a module declares. */
export interface DeclaredModule {
  readonly name: string;
  readonly functions: readonly DeclaredFunction[];
  readonly datatypes: readonly DeclaredDatatype[];
}

/** Ability bits as words, in the official order. */
export function abilityWords(bits: number): AbilityWord[] {
  const order: readonly AbilityWord[] = ['copy', 'drop', 'store', 'key'];
  return order.filter((a) => (bits & ABILITY[a]) !== 0);
}

/**
 * Describes the modules of a package, sorted by name.
 *
 * @param packages - must give the packages of the linkage table (for defining ids)
 * @throws {MoveVmError} when the package or a dependency is broken or missing
 */
export function describePackage(pkg: MovePackage, packages: PackageStore): DeclaredModule[] {
  const loader = new PackageLoader(packages, new PackageCache(), PRODUCTION_NATIVES);
  const loaded = loader.add(pkg);
  const out: DeclaredModule[] = [];
  for (const name of [...pkg.modules.keys()].sort()) {
    const module = loaded.module(name);
    if (module !== undefined) out.push(describeModule(module));
  }
  return out;
}

function describeModule(module: LoadedModule): DeclaredModule {
  const m = module.compiled;
  const signature = (index: number): DeclaredSignature[] =>
    (m.signatures[index] ?? []).map((t) =>
      t.kind === 'reference'
        ? { reference: t.mutable ? 'mutable' : 'immutable', body: declaredType(module, t.target) }
        : { reference: 'none', body: declaredType(module, t) },
    );
  const functions = m.functions.map((f, i): DeclaredFunction => {
    const handle = m.functionHandles[f.handle];
    return {
      name: module.functionNames[i] ?? '',
      visibility: f.visibility,
      isEntry: f.isEntry,
      typeParameters: (handle?.typeParameters ?? []).map((c) => ({ constraints: abilityWords(c) })),
      parameters: signature(handle?.parameters ?? -1),
      returns: signature(handle?.returns ?? -1),
    };
  });
  const datatypes = [...m.structs, ...m.enums].map((d) =>
    describeDatatype(module, module.datatype(d.handle).name),
  );
  return { name: module.name, functions, datatypes };
}

function describeDatatype(module: LoadedModule, name: string): DeclaredDatatype {
  const definition = module.definition(name);
  if (definition === undefined) throw new TypeError(`datatype ${name} vanished`);
  // An older version may have introduced the type: its own tables spell the field types.
  const source = definition.source as LoadedModule;
  const field = (fieldName: string, position: number, type: SignatureToken): DeclaredField => ({
    name: fieldName,
    position,
    type: declaredType(source, type),
  });
  const m = source.compiled;
  const enumDefinition = m.enums.find(
    (e) => m.identifiers[m.datatypeHandles[e.handle]?.name ?? -1] === name,
  );
  return {
    type: `${definition.definingPackage}::${definition.module}::${name}`,
    definingId: definition.definingPackage,
    module: definition.module,
    name,
    abilities: abilityWords(definition.abilities),
    typeParameters: definition.typeParameters.map((p) => ({
      constraints: abilityWords(p.constraints),
      isPhantom: p.isPhantom,
    })),
    kind: definition.fields === null ? 'enum' : 'struct',
    fields: (definition.fields ?? []).map((f, i) => field(f.name, i, f.type)),
    variants: (enumDefinition?.variants ?? []).map((v, position) => ({
      name: m.identifiers[v.name] ?? '',
      position,
      fields: v.fields.map((f, i) => field(m.identifiers[f.name] ?? '', i, f.type)),
    })),
  };
}

function declaredType(module: LoadedModule, token: SignatureToken): DeclaredType {
  switch (token.kind) {
    case 'primitive':
      // Signers cannot be named in Sui Move; addresses are what explorers can show.
      return { kind: token.name === 'signer' ? 'address' : token.name };
    case 'vector':
      return { kind: 'vector', element: declaredType(module, token.element) };
    case 'reference':
      throw new TypeError('reference inside a type');
    case 'parameter':
      return { kind: 'typeParameter', index: token.index };
    case 'datatype': {
      const d = module.datatype(token.handle);
      return {
        kind: 'datatype',
        type: `${d.definingPackage}::${d.module}::${d.name}`,
        typeArguments: token.typeArguments.map((t) => declaredType(module, t)),
      };
    }
  }
}
