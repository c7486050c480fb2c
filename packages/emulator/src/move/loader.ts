/**
 * Packages in memory: decoded modules, datatype definitions, and linked functions.
 *
 * Decoding belongs to a storage id and is shared. Linking belongs to the root package of a call,
 * whose linkage table decides the version of every dependency (spec 7.4): a `LinkContext` per root.
 * Everything is lazy per module and per function.
 */
import type { Address } from '@walrus-ts/core';
import type { MovePackage } from './api.js';
import { compileFunction, type FunctionCode } from './code/compile.js';
import { MoveVmError } from './errors.js';
import { checkBounds } from './format/bounds.js';
import { deserializeModule } from './format/deserialize.js';
import type { CompiledModule, FunctionDefinition, SignatureToken } from './format/module.js';
import type { NativeFunction, NativeTable } from './natives/table.js';
import { DatatypeDefinition, PRIMITIVE_TYPES, type RuntimeType } from './types.js';

/** A failure to find what bytecode names. */
export function linkError(
  message: string,
  status: 'LINKER_ERROR' | 'LOOKUP_FAILED' = 'LINKER_ERROR',
): MoveVmError {
  return new MoveVmError(status, message);
}

/** One module of one package version. */
export class LoadedModule {
  readonly pkg: LoadedPackage;
  readonly compiled: CompiledModule;
  readonly name: string;
  /** Names of functions by definition index. */
  readonly functionNames: readonly string[];
  private readonly functionIndex = new Map<string, number>();
  private readonly datatypes: (DatatypeDefinition | undefined)[] = [];
  private readonly definitions = new Map<string, DatatypeDefinition>();
  private readonly code: (FunctionCode | undefined)[] = [];

  constructor(pkg: LoadedPackage, compiled: CompiledModule) {
    this.pkg = pkg;
    this.compiled = compiled;
    this.name = compiled.identifiers[compiled.moduleHandles[compiled.selfHandle]?.name ?? -1] ?? '';
    this.functionNames = compiled.functions.map((f) => this.functionHandleName(f.handle));
    for (const [i, name] of this.functionNames.entries()) this.functionIndex.set(name, i);
  }

  private identifier(index: number): string {
    return this.compiled.identifiers[index] ?? '';
  }

  functionHandleName(handle: number): string {
    return this.identifier(this.compiled.functionHandles[handle]?.name ?? -1);
  }

  /** Address (original id) and name of the module that a handle of this module names. */
  moduleOfHandle(moduleHandle: number): { address: Address; name: string } {
    const handle = this.compiled.moduleHandles[moduleHandle];
    if (handle === undefined) throw linkError('module handle out of range');
    return {
      address: (this.compiled.addresses[handle.address] ?? '') as Address,
      name: this.identifier(handle.name),
    };
  }

  findFunction(name: string): number | undefined {
    return this.functionIndex.get(name);
  }

  /** Executable code of a function that is not native; compiled at first use. */
  codeOf(index: number): FunctionCode {
    let code = this.code[index];
    if (code === undefined) {
      const definition = this.compiled.functions[index];
      if (definition === undefined) throw linkError('function index out of range');
      code = compileFunction(this.compiled, definition);
      this.code[index] = code;
    }
    return code;
  }

  /** The datatype defined in this module under a name. */
  definition(name: string): DatatypeDefinition | undefined {
    const known = this.definitions.get(name);
    if (known !== undefined) return known;
    const m = this.compiled;
    const origin = this.pkg.originOf(this.name, name);
    if (origin !== this.pkg.id) {
      // Introduced by an earlier version: share that version's definition object.
      const older = this.pkg.olderVersion(origin).module(this.name)?.definition(name);
      if (older !== undefined) this.definitions.set(name, older);
      return older;
    }
    const isNamed = (d: { readonly handle: number }): boolean =>
      this.identifier(m.datatypeHandles[d.handle]?.name ?? -1) === name;
    const struct = m.structs.find(isNamed);
    const enumeration = struct === undefined ? m.enums.find(isNamed) : undefined;
    const handle = m.datatypeHandles[(struct ?? enumeration)?.handle ?? -1];
    if (handle === undefined) return undefined;
    const definition = new DatatypeDefinition({
      originalPackage: this.pkg.originalId,
      definingPackage: origin,
      module: this.name,
      name,
      abilities: handle.abilities,
      typeParameters: handle.typeParameters,
      fields: struct?.fields?.map((f) => ({ name: this.identifier(f.name), type: f.type })) ?? null,
      variants:
        enumeration?.variants.map((v) => ({
          name: this.identifier(v.name),
          fields: v.fields.map((f) => f.type),
        })) ?? null,
      source: this,
    });
    this.definitions.set(name, definition);
    return definition;
  }

  /** The datatype behind a handle of this module, own or foreign. */
  datatype(handleIndex: number): DatatypeDefinition {
    const known = this.datatypes[handleIndex];
    if (known !== undefined) return known;
    const handle = this.compiled.datatypeHandles[handleIndex];
    if (handle === undefined) throw linkError('datatype handle out of range');
    const { address, name: module } = this.moduleOfHandle(handle.module);
    const name = this.identifier(handle.name);
    const found = this.pkg.dependency(address).module(module)?.definition(name);
    if (found === undefined)
      throw linkError(`type ${address}::${module}::${name} not found`, 'LOOKUP_FAILED');
    this.datatypes[handleIndex] = found;
    return found;
  }

  instantiate(token: SignatureToken, args: readonly RuntimeType[]): RuntimeType {
    switch (token.kind) {
      case 'primitive':
        return PRIMITIVE_TYPES[token.name];
      case 'vector':
        return this.instantiate(token.element, args).vector();
      case 'reference':
        return this.instantiate(token.target, args).reference(token.mutable);
      case 'parameter': {
        const arg = args[token.index];
        if (arg === undefined) throw linkError('type parameter out of range');
        return arg;
      }
      case 'datatype':
        return this.datatype(token.handle).instantiate(
          token.typeArguments.map((t) => this.instantiate(t, args)),
        );
    }
  }
}

/** A package version with its dependencies resolved by its own linkage (enough for types). */
export class LoadedPackage {
  readonly id: Address;
  readonly originalId: Address;
  readonly version: bigint;
  readonly source: MovePackage;
  /** Original id to the loaded version. */
  readonly dependencies: ReadonlyMap<Address, LoadedPackage>;
  /** Older versions of this package that introduced some of its datatypes. */
  private readonly older: ReadonlyMap<Address, LoadedPackage>;
  private readonly origins = new Map<string, Address>();
  private readonly modules = new Map<string, LoadedModule>();

  constructor(
    source: MovePackage,
    dependencies: ReadonlyMap<Address, LoadedPackage>,
    older: ReadonlyMap<Address, LoadedPackage>,
  ) {
    this.id = source.id;
    this.originalId = source.originalId;
    this.version = source.version;
    this.source = source;
    this.dependencies = dependencies;
    this.older = older;
    for (const o of source.typeOrigins) this.origins.set(`${o.module}::${o.datatype}`, o.package);
  }

  /** Decoded module, or undefined when there is none of that name. */
  module(name: string): LoadedModule | undefined {
    const known = this.modules.get(name);
    if (known !== undefined) return known;
    const bytes = this.source.modules.get(name);
    if (bytes === undefined) return undefined;
    const compiled = deserializeModule(bytes, { allowUnpublishable: true });
    checkBounds(compiled);
    const module = new LoadedModule(this, compiled);
    if (module.name !== name) throw linkError(`module '${name}' is stored under another name`);
    if (module.moduleOfHandle(compiled.selfHandle).address !== this.originalId) {
      throw linkError(`module '${name}' carries another address`);
    }
    this.modules.set(name, module);
    return module;
  }

  /** Storage id that introduced a datatype (this package when the table is silent). */
  originOf(module: string, datatype: string): Address {
    return this.origins.get(`${module}::${datatype}`) ?? this.id;
  }

  olderVersion(id: Address): LoadedPackage {
    const found = this.older.get(id);
    if (found === undefined) throw linkError(`package ${id} of a type origin is missing`);
    return found;
  }

  /** The package with this original id under this package's own linkage. */
  dependency(originalId: Address): LoadedPackage {
    if (originalId === this.originalId) return this;
    const found = this.dependencies.get(originalId);
    if (found === undefined) {
      throw new MoveVmError('MISSING_DEPENDENCY', `package ${originalId} is not linked`);
    }
    return found;
  }
}

/** A function of a linked module, before type arguments. */
export class LinkedFunction {
  readonly module: LinkedModule;
  readonly index: number;
  readonly name: string;
  readonly definition: FunctionDefinition;
  readonly parameterCount: number;
  readonly returnCount: number;
  readonly native: NativeFunction | undefined;
  private readonly instances = new Map<string, FunctionInst>();

  constructor(module: LinkedModule, index: number) {
    const { compiled } = module.loaded;
    const definition = compiled.functions[index];
    const handle = compiled.functionHandles[definition?.handle ?? -1];
    if (definition === undefined || handle === undefined) throw linkError('bad function index');
    this.module = module;
    this.index = index;
    this.name = module.loaded.functionNames[index] ?? '';
    this.definition = definition;
    this.parameterCount = compiled.signatures[handle.parameters]?.length ?? 0;
    this.returnCount = compiled.signatures[handle.returns]?.length ?? 0;
    this.native = definition.code === null ? module.native(this.name) : undefined;
  }

  instance(typeArguments: readonly RuntimeType[]): FunctionInst {
    const key = typeArguments.length === 0 ? '' : typeArguments.map((t) => t.id).join();
    let instance = this.instances.get(key);
    if (instance === undefined) {
      instance = new FunctionInst(this, typeArguments);
      this.instances.set(key, instance);
    }
    return instance;
  }
}

/** A function with type arguments: what a frame runs. Caches everything its code names. */
export class FunctionInst {
  readonly fn: LinkedFunction;
  readonly typeArguments: readonly RuntimeType[];
  private compiledCode: FunctionCode | undefined;
  private readonly genericCalls: (FunctionInst | undefined)[] = [];
  private packDepthOk: boolean[] = [];

  constructor(fn: LinkedFunction, typeArguments: readonly RuntimeType[]) {
    this.fn = fn;
    this.typeArguments = typeArguments;
  }

  get code(): FunctionCode {
    this.compiledCode ??= this.fn.module.loaded.codeOf(this.fn.index);
    return this.compiledCode;
  }

  /** Target of CallGeneric with a function instantiation index. */
  genericCall(index: number): FunctionInst {
    let target = this.genericCalls[index];
    if (target === undefined) {
      const { module } = this.fn;
      const { compiled } = module.loaded;
      const inst = compiled.functionInstantiations[index];
      const signature = compiled.signatures[inst?.typeArguments ?? -1];
      if (inst === undefined || signature === undefined) throw linkError('bad instantiation');
      const args = signature.map((t) => module.loaded.instantiate(t, this.typeArguments));
      target = module.target(inst.target).fn.instance(args);
      this.genericCalls[index] = target;
    }
    return target;
  }

  /** Fails when the packed type is nested too deep. @see spec move-vm.md 3.4 */
  checkPackDepth(index: number): void {
    if (this.packDepthOk[index] === true) return;
    const token = this.code.packTypes[index];
    if (token === undefined) throw linkError('bad pack type');
    const type = this.fn.module.loaded.instantiate(token, this.typeArguments);
    if (type.depth() > 128) {
      throw new MoveVmError('VM_MAX_VALUE_DEPTH_REACHED', `${type.toString()} is nested too deep`);
    }
    this.packDepthOk[index] = true;
  }
}

/** A module inside a link context. */
export class LinkedModule {
  readonly context: LinkContext;
  readonly loaded: LoadedModule;
  private readonly targets: (FunctionInst | undefined)[] = [];
  private readonly functions: (LinkedFunction | undefined)[] = [];

  constructor(context: LinkContext, loaded: LoadedModule) {
    this.context = context;
    this.loaded = loaded;
    for (const [i, f] of loaded.compiled.functions.entries()) {
      const name = loaded.functionNames[i] ?? '';
      // The reference VM refuses a whole module when one of its natives is unknown.
      if (f.code === null) this.native(name);
    }
  }

  /** The implementation of a native of this module. */
  native(name: string): NativeFunction {
    const { pkg } = this.loaded;
    const native = this.context.natives.get(`${pkg.originalId}::${this.loaded.name}::${name}`);
    if (native === undefined) {
      throw linkError(`native function ${pkg.originalId}::${this.loaded.name}::${name} is unknown`);
    }
    return native;
  }

  functionAt(index: number): LinkedFunction {
    let fn = this.functions[index];
    if (fn === undefined) {
      fn = new LinkedFunction(this, index);
      this.functions[index] = fn;
    }
    return fn;
  }

  /** The function behind a handle, without type arguments. */
  target(handleIndex: number): FunctionInst {
    let inst = this.targets[handleIndex];
    if (inst === undefined) {
      const handle = this.loaded.compiled.functionHandles[handleIndex];
      if (handle === undefined) throw linkError('function handle out of range');
      const { address, name: moduleName } = this.loaded.moduleOfHandle(handle.module);
      const module = this.context.module(address, moduleName);
      const name = this.loaded.functionHandleName(handleIndex);
      const index = module?.loaded.findFunction(name);
      if (module === undefined || index === undefined) {
        throw linkError(`function ${address}::${moduleName}::${name} not found`, 'LOOKUP_FAILED');
      }
      inst = module.functionAt(index).instance([]);
      this.targets[handleIndex] = inst;
    }
    return inst;
  }
}

/** The world seen from one root package: its linkage picks the version of every dependency. */
export class LinkContext {
  readonly root: LoadedPackage;
  readonly natives: NativeTable;
  private readonly modules = new Map<string, LinkedModule>();

  constructor(root: LoadedPackage, natives: NativeTable) {
    this.root = root;
    this.natives = natives;
  }

  /** A module by original id and name. */
  module(address: Address, name: string): LinkedModule | undefined {
    const key = `${address}::${name}`;
    let module = this.modules.get(key);
    if (module === undefined) {
      const loaded = this.root.dependency(address).module(name);
      if (loaded === undefined) return undefined;
      module = new LinkedModule(this, loaded);
      this.modules.set(key, module);
    }
    return module;
  }
}
