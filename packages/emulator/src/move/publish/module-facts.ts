/** Facts about serialized modules that publishing needs before anything is linked. */
import { addressToBytes, normalizeAddress, type Address } from '@walrus-ts/core';
import type { ModuleSummary, MovePackage, TypeOrigin } from '../api.js';
import { MoveVmError, malformed } from '../errors.js';
import { checkBounds } from '../format/bounds.js';
import { deserializeModule } from '../format/deserialize.js';
import type { CompiledModule, SignatureToken } from '../format/module.js';

const ZERO = normalizeAddress('0x0');

/** Deserializes and checks the tables of a module that is to be published. */
export function parseModule(bytes: Uint8Array): CompiledModule {
  const module = deserializeModule(bytes);
  checkBounds(module);
  return module;
}

/** Name of an identifier; '' cannot occur after `checkBounds`. */
export function identifierAt(m: CompiledModule, index: number | undefined): string {
  return m.identifiers[index ?? -1] ?? '';
}

/** Own name of a module. */
export function moduleName(m: CompiledModule): string {
  return identifierAt(m, m.moduleHandles[m.selfHandle]?.name);
}

/** Address (original id) behind a module handle. */
export function handleAddress(m: CompiledModule, handle: number): Address {
  return (m.addresses[m.moduleHandles[handle]?.address ?? -1] ?? ZERO) as Address;
}

/** Names of the structs and enums, in definition order, structs first. */
export function datatypeNames(m: CompiledModule): string[] {
  return [...m.structs, ...m.enums].map((d) => identifierAt(m, m.datatypeHandles[d.handle]?.name));
}

/** Name of a function definition. */
export function functionName(m: CompiledModule, index: number): string {
  return identifierAt(m, m.functionHandles[m.functions[index]?.handle ?? -1]?.name);
}

/**
 * Reads a module.
 *
 * @throws {MoveVmError} for malformed bytes; never anything else, in time linear in the length
 */
export function readModule(bytes: Uint8Array): ModuleSummary {
  const m = parseModule(bytes);
  const self = handleAddress(m, m.selfHandle);
  const used = new Set(m.moduleHandles.map((_, i) => handleAddress(m, i)));
  used.delete(self);
  return {
    name: moduleName(m),
    selfAddress: self,
    dependencies: [...used].sort(),
    datatypes: datatypeNames(m),
    hasInit: m.functions.some((_, i) => functionName(m, i) === 'init'),
  };
}

/**
 * Gives a module compiled at 0x0 its package address.
 *
 * @returns new bytes of the same length
 * @throws {MOVE_PUBLISH_NON_ZERO_ADDRESS} the module does not carry 0x0
 */
export function setSelfAddress(bytes: Uint8Array, address: Address): Uint8Array {
  const m = parseModule(bytes);
  const index = m.moduleHandles[m.selfHandle]?.address ?? -1;
  if (m.addresses[index] !== ZERO) {
    throw new MoveVmError('PUBLISH_NON_ZERO_ADDRESS', `module ${moduleName(m)} is not at 0x0`);
  }
  if (m.addresses.includes(address)) throw malformed('module names its own future address');
  // Not `slice`: on a Buffer that is a view, and the caller's bytes would change.
  const out = Uint8Array.from(bytes);
  out.set(addressToBytes(address), m.addressOffsets[index]);
  return out;
}

/** Type-origin table of a new package: everything is introduced by it. */
export function newTypeOrigins(
  modules: ReadonlyMap<string, Uint8Array>,
  id: Address,
): TypeOrigin[] {
  const origins: TypeOrigin[] = [];
  for (const [module, bytes] of modules) {
    for (const datatype of datatypeNames(parseModule(bytes))) {
      origins.push({ module, datatype, package: id });
    }
  }
  return origins;
}

/**
 * Type-origin table of an upgrade: old entries stay, new datatypes get the new storage id.
 *
 * @throws {MOVE_INCOMPATIBLE_UPGRADE} a datatype of the old version is missing
 */
export function upgradeTypeOrigins(
  old: MovePackage,
  modules: ReadonlyMap<string, Uint8Array>,
  id: Address,
): TypeOrigin[] {
  const fresh = new Map(
    newTypeOrigins(modules, id).map((o) => [`${o.module}::${o.datatype}`, o] as const),
  );
  const origins: TypeOrigin[] = [];
  for (const o of old.typeOrigins) {
    if (!fresh.delete(`${o.module}::${o.datatype}`)) {
      throw new MoveVmError('INCOMPATIBLE_UPGRADE', `type ${o.module}::${o.datatype} is missing`);
    }
    origins.push(o);
  }
  return [...origins, ...fresh.values()];
}

/** A type spelled with names instead of table indices: comparable between modules. */
export function spellToken(m: CompiledModule, token: SignatureToken): string {
  switch (token.kind) {
    case 'primitive':
      return token.name;
    case 'vector':
      return `vector<${spellToken(m, token.element)}>`;
    case 'reference':
      return `&${token.mutable ? 'mut ' : ''}${spellToken(m, token.target)}`;
    case 'parameter':
      return `T${token.index}`;
    case 'datatype': {
      const args = token.typeArguments.map((t) => spellToken(m, t)).join();
      return `${spellDatatype(m, token.handle)}<${args}>`;
    }
  }
}

/** `address::module::Name` of a datatype handle. */
export function spellDatatype(m: CompiledModule, handle: number): string {
  const h = m.datatypeHandles[handle];
  const module = identifierAt(m, m.moduleHandles[h?.module ?? -1]?.name);
  return `${handleAddress(m, h?.module ?? -1)}::${module}::${identifierAt(m, h?.name)}`;
}

/** `address::module::name` of a function handle. */
export function spellFunction(m: CompiledModule, handle: number): string {
  const h = m.functionHandles[handle];
  const module = identifierAt(m, m.moduleHandles[h?.module ?? -1]?.name);
  return `${handleAddress(m, h?.module ?? -1)}::${module}::${identifierAt(m, h?.name)}`;
}

/** All types of a signature. */
export function spellSignature(m: CompiledModule, index: number): string {
  return (m.signatures[index] ?? []).map((t) => spellToken(m, t)).join();
}
