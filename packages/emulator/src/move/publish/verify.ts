/**
 * Checks of a package before it is published (spec section 13).
 *
 * Done: format, bounds, limits, stack and types of all code, use of locals, declared types, links against
 * the dependencies with equal signatures and abilities, acyclic modules, key structs, `init` and
 * one-time-witness rules, internal type parameters. Not done: reference lifetimes, id leaks, loop depth.
 */
import { normalizeAddress } from '@walrus-ts/core';
import type { MovePackage, PackageStore } from '../api.js';
import { compileFunction } from '../code/compile.js';
import { MoveVmError, malformed } from '../errors.js';
import { decodeConstant } from '../format/constants.js';
import type { CompiledModule } from '../format/module.js';
import { OP } from '../format/opcodes.js';
import { ABILITY, abilitiesOf } from '../format/tokens.js';
import { LinkContext, type LoadedModule } from '../loader.js';
import { PackageCache, PackageLoader } from '../package-loader.js';
import { PRODUCTION_NATIVES } from '../natives/index.js';
import { hasInternalTypeParameter } from '../session.js';
import { checkLocals } from './locals.js';
import {
  functionName,
  handleAddress,
  identifierAt,
  moduleName,
  parseModule,
  spellDatatype,
  spellFunction,
  spellSignature,
  spellToken,
} from './module-facts.js';
import { checkDeclaredTypes, checkModuleLimits } from './types.js';

const FRAMEWORK = normalizeAddress('0x2');
const UID = `${FRAMEWORK}::object::UID<>`;
const TX_CONTEXT = `${FRAMEWORK}::tx_context::TxContext<>`;
const ALL_ABILITIES = 0x0f;

function suiRule(module: string, rule: string): MoveVmError {
  return new MoveVmError('SUI_VERIFICATION_ERROR', `module ${module}: ${rule}`);
}

/**
 * Verifies a package whose modules already carry their address.
 *
 * @param packages - must give the packages of the linkage table
 * @throws {MoveVmError} kinds 'verification' and 'link'
 */
export function verifyPackage(pkg: MovePackage, packages: PackageStore): void {
  const modules = new Map<string, CompiledModule>();
  for (const [name, bytes] of pkg.modules) {
    // The loader would also take test-compiled modules; publishing must not.
    const m = parseModule(bytes);
    if (moduleName(m) !== name) throw malformed(`module is not named ${name}`, 'INVALID_MODULE');
    if (handleAddress(m, m.selfHandle) !== pkg.originalId) {
      throw malformed(`module ${name} carries another address`, 'INVALID_MODULE');
    }
    modules.set(name, m);
  }
  checkModuleCycles(pkg, modules);
  const loader = new PackageLoader(packages, new PackageCache(), PRODUCTION_NATIVES);
  const context = new LinkContext(loader.add(pkg), PRODUCTION_NATIVES);
  for (const [name, m] of modules) {
    checkModuleLimits(m);
    checkDeclaredTypes(m);
    // Also those that no code loads: clients read them to explain abort codes.
    for (const { type, data } of m.constants) decodeConstant(type, data);
    checkAbilities(m);
    const linked = context.module(pkg.originalId, name);
    if (linked === undefined) throw malformed(`module ${name} is missing`, 'INVALID_MODULE');
    checkDatatypeLinks(linked.loaded);
    checkFunctionLinks(context, linked.loaded);
    for (const f of m.functions) {
      if (f.code === null) continue;
      compileFunction(m, f);
      checkLocals(m, f);
    }
    checkKeyStructs(m);
    checkInit(m);
    checkCalls(m);
  }
}

function checkModuleCycles(pkg: MovePackage, modules: Map<string, CompiledModule>): void {
  const state = new Map<string, 'open' | 'done'>();
  const visit = (name: string): void => {
    const m = modules.get(name);
    if (m === undefined || state.get(name) === 'done') return;
    if (state.get(name) === 'open') {
      throw malformed(`modules of the package form a cycle at ${name}`, 'CYCLIC_MODULE_DEPENDENCY');
    }
    state.set(name, 'open');
    for (const [i, h] of m.moduleHandles.entries()) {
      if (i === m.selfHandle || handleAddress(m, i) !== pkg.originalId) continue;
      visit(identifierAt(m, h.name));
    }
    state.set(name, 'done');
  };
  for (const name of modules.keys()) visit(name);
}

/** Fields must have what the abilities of their datatype require. */
function checkAbilities(m: CompiledModule): void {
  const datatypes = [
    ...m.structs.map((s) => ({ handle: s.handle, fields: s.fields ?? [] })),
    ...m.enums.map((e) => ({ handle: e.handle, fields: e.variants.flatMap((v) => v.fields) })),
  ];
  for (const d of datatypes) {
    const handle = m.datatypeHandles[d.handle];
    if (handle === undefined) continue;
    const declared = handle.abilities;
    const required =
      (declared & (ABILITY.copy | ABILITY.drop | ABILITY.store)) |
      ((declared & ABILITY.key) !== 0 ? ABILITY.store : 0);
    const parameters = handle.typeParameters.map(() => ALL_ABILITIES);
    for (const f of d.fields) {
      if ((abilitiesOf(m, f.type, parameters) & required) !== required) {
        throw malformed(`field of ${spellDatatype(m, d.handle)}`, 'ABILITY_VIOLATION');
      }
    }
  }
}

function checkDatatypeLinks(loaded: LoadedModule): void {
  const m = loaded.compiled;
  for (const [i, handle] of m.datatypeHandles.entries()) {
    if (handle.module === m.selfHandle) continue;
    const definition = loaded.datatype(i);
    const isEqual =
      definition.abilities === handle.abilities &&
      definition.typeParameters.length === handle.typeParameters.length &&
      definition.typeParameters.every((p, k) => {
        const own = handle.typeParameters[k];
        return own?.constraints === p.constraints && own.isPhantom === p.isPhantom;
      });
    if (!isEqual) {
      throw new MoveVmError('TYPE_MISMATCH', `${spellDatatype(m, i)} is declared differently`);
    }
  }
}

function checkFunctionLinks(context: LinkContext, loaded: LoadedModule): void {
  const m = loaded.compiled;
  for (const [i, handle] of m.functionHandles.entries()) {
    if (handle.module === m.selfHandle) continue;
    const { address, name: moduleOf } = loaded.moduleOfHandle(handle.module);
    const name = identifierAt(m, handle.name);
    const target = context.module(address, moduleOf)?.loaded;
    const index = target?.findFunction(name);
    const definition = target?.compiled.functions[index ?? -1];
    const theirs = target?.compiled.functionHandles[definition?.handle ?? -1];
    if (target === undefined || definition === undefined || theirs === undefined) {
      throw new MoveVmError('LOOKUP_FAILED', `function ${spellFunction(m, i)} not found`);
    }
    const isFriend =
      definition.visibility === 'friend' &&
      target.compiled.friends.some(
        (f) =>
          target.compiled.addresses[f.address] === handleAddress(m, m.selfHandle) &&
          identifierAt(target.compiled, f.name) === moduleName(m),
      );
    if (definition.visibility !== 'public' && !isFriend) {
      throw new MoveVmError('LOOKUP_FAILED', `function ${spellFunction(m, i)} is not visible`);
    }
    const isEqual =
      theirs.typeParameters.length === handle.typeParameters.length &&
      theirs.typeParameters.every((c, k) => c === handle.typeParameters[k]) &&
      spellSignature(target.compiled, theirs.parameters) === spellSignature(m, handle.parameters) &&
      spellSignature(target.compiled, theirs.returns) === spellSignature(m, handle.returns);
    if (!isEqual) {
      throw new MoveVmError(
        'TYPE_MISMATCH',
        `function ${spellFunction(m, i)} has another signature`,
      );
    }
  }
}

function checkKeyStructs(m: CompiledModule): void {
  for (const s of m.structs) {
    const handle = m.datatypeHandles[s.handle];
    if (handle === undefined || (handle.abilities & ABILITY.key) === 0) continue;
    const first = s.fields?.[0];
    const isObject =
      first !== undefined &&
      identifierAt(m, first.name) === 'id' &&
      spellToken(m, first.type) === UID;
    if (!isObject) {
      throw suiRule(moduleName(m), `${identifierAt(m, handle.name)} needs 'id: UID' first`);
    }
  }
  for (const e of m.enums) {
    const handle = m.datatypeHandles[e.handle];
    if (handle !== undefined && (handle.abilities & ABILITY.key) !== 0) {
      throw suiRule(moduleName(m), 'an enum cannot have key');
    }
  }
}

/** Handle index of the module's one-time witness candidate. */
function witnessHandle(m: CompiledModule): number | undefined {
  const expected = moduleName(m).toUpperCase();
  const found = m.structs.find((s) => {
    const handle = m.datatypeHandles[s.handle];
    const field = s.fields?.[0]?.type;
    return (
      identifierAt(m, handle?.name) === expected &&
      handle?.abilities === ABILITY.drop &&
      handle.typeParameters.length === 0 &&
      s.fields?.length === 1 &&
      field?.kind === 'primitive' &&
      field.name === 'bool'
    );
  });
  return found?.handle;
}

function checkInit(m: CompiledModule): void {
  const index = m.functions.findIndex((_, i) => functionName(m, i) === 'init');
  const definition = m.functions[index];
  const handle = m.functionHandles[definition?.handle ?? -1];
  if (definition === undefined || handle === undefined) return;
  const module = moduleName(m);
  const parameters = (m.signatures[handle.parameters] ?? []).map((t) => spellToken(m, t));
  const last = parameters.at(-1);
  const isPlain =
    definition.visibility === 'private' &&
    !definition.isEntry &&
    definition.code !== null &&
    handle.typeParameters.length === 0 &&
    m.signatures[handle.returns]?.length === 0 &&
    (parameters.length === 1 || parameters.length === 2) &&
    (last === `&${TX_CONTEXT}` || last === `&mut ${TX_CONTEXT}`);
  if (!isPlain) throw suiRule(module, 'init has a wrong signature');
  if (parameters.length !== 2) return;
  const witness = witnessHandle(m);
  if (witness === undefined || parameters[0] !== `${spellDatatype(m, witness)}<>`) {
    throw suiRule(module, 'first parameter of init is not the one-time witness');
  }
  const isPacked = m.functions.some((f) =>
    f.code?.instructions.some(
      (ins) => ins.op === OP.Pack && m.structs[ins.operand]?.handle === witness,
    ),
  );
  if (isPacked) throw suiRule(module, 'the one-time witness is constructed by hand');
}

/** Nobody calls `init`; internal type parameters get types of the calling module only. */
function checkCalls(m: CompiledModule): void {
  const module = moduleName(m);
  for (const [i, handle] of m.functionHandles.entries()) {
    // A private init of another module is already refused as invisible.
    if (handle.module !== m.selfHandle || identifierAt(m, handle.name) !== 'init') continue;
    const isCalled = m.functions.some((f) =>
      f.code?.instructions.some((ins) => ins.op === OP.Call && ins.operand === i),
    );
    if (isCalled) throw suiRule(module, 'init is called');
  }
  for (const f of m.functions) {
    for (const ins of f.code?.instructions ?? []) {
      if (ins.op !== OP.CallGeneric) continue;
      const inst = m.functionInstantiations[ins.operand];
      const handle = m.functionHandles[inst?.target ?? -1];
      if (inst === undefined || handle === undefined || handle.module === m.selfHandle) continue;
      const address = handleAddress(m, handle.module);
      const target = identifierAt(m, m.moduleHandles[handle.module]?.name);
      const name = identifierAt(m, handle.name);
      if (!hasInternalTypeParameter(address, target, name)) continue;
      for (const arg of m.signatures[inst.typeArguments] ?? []) {
        const isOwn =
          arg.kind === 'datatype' && m.datatypeHandles[arg.handle]?.module === m.selfHandle;
        if (!isOwn) throw suiRule(module, `${target}::${name} needs a type of this module`);
      }
    }
  }
}
