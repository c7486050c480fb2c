/** Structural checks of a module: every index, name and type is meaningful (spec section 13). */
import { malformed } from '../errors.js';
import type { CompiledModule, FieldDefinition, SignatureToken } from './module.js';

const IDENTIFIER = /^(?:[a-zA-Z][a-zA-Z0-9_]*|_[a-zA-Z0-9_]+)$/;

/**
 * Checks tables (not code: see `verifyCode`).
 *
 * After it every index in the tables is valid, datatype uses have the right arity, references
 * occur only at the top of signatures, names are unique, and datatypes are not recursive.
 *
 * @throws {MOVE_INDEX_OUT_OF_BOUNDS | MOVE_DUPLICATE_ELEMENT | MOVE_INVALID_MODULE |
 *   MOVE_INVALID_SIGNATURE | MOVE_RECURSIVE_DATATYPE_DEFINITION}
 */
export function checkBounds(m: CompiledModule): void {
  if (m.moduleHandles[m.selfHandle] === undefined) {
    throw malformed('self module handle', 'INDEX_OUT_OF_BOUNDS');
  }
  for (const name of m.identifiers) {
    if (!IDENTIFIER.test(name)) throw malformed('invalid identifier', 'INVALID_MODULE');
  }
  unique(m.identifiers, 'identifier');
  unique(m.addresses, 'address');
  for (const h of [...m.moduleHandles, ...m.friends]) {
    inRange(m.addresses, h.address, 'address');
    inRange(m.identifiers, h.name, 'identifier');
  }
  unique(
    m.moduleHandles.map((h) => `${h.address}:${h.name}`),
    'module handle',
  );
  unique(
    m.friends.map((h) => `${h.address}:${h.name}`),
    'friend',
  );
  for (const h of m.datatypeHandles) {
    inRange(m.moduleHandles, h.module, 'module handle');
    inRange(m.identifiers, h.name, 'identifier');
  }
  unique(
    m.datatypeHandles.map((h) => `${h.module}:${h.name}`),
    'datatype handle',
  );
  for (const signature of m.signatures) {
    for (const token of signature) checkToken(m, token, undefined, true);
  }
  for (const h of m.functionHandles) {
    inRange(m.moduleHandles, h.module, 'module handle');
    inRange(m.identifiers, h.name, 'identifier');
    const arity = h.typeParameters.length;
    checkSignature(m, h.parameters, arity, true);
    checkSignature(m, h.returns, arity, true);
  }
  unique(
    m.functionHandles.map((h) => `${h.module}:${h.name}`),
    'function handle',
  );
  for (const c of m.constants) checkToken(m, c.type, 0, false);
  checkDefinitions(m);
  checkInstantiations(m);
  checkRecursion(m);
}

/** Fails when an index is outside a table. */
export function inRange(table: readonly unknown[], index: number, what: string): void {
  if (index >= table.length) throw malformed(`${what} index ${index}`, 'INDEX_OUT_OF_BOUNDS');
}

function unique(values: readonly (string | number)[], what: string): void {
  if (new Set(values).size !== values.length) {
    throw malformed(`duplicate ${what}`, 'DUPLICATE_ELEMENT');
  }
}

function checkSignature(
  m: CompiledModule,
  index: number,
  arity: number | undefined,
  references: boolean,
): void {
  const signature = m.signatures[index];
  if (signature === undefined) throw malformed(`signature ${index}`, 'INDEX_OUT_OF_BOUNDS');
  for (const token of signature) checkToken(m, token, arity, references);
}

/** Checks one type: `arity` type parameters in scope (undefined = not checked here). */
export function checkToken(
  m: CompiledModule,
  token: SignatureToken,
  arity: number | undefined,
  references: boolean,
): void {
  switch (token.kind) {
    case 'primitive':
      return;
    case 'vector':
      return checkToken(m, token.element, arity, false);
    case 'reference':
      if (!references) throw malformed('reference inside a type', 'INVALID_SIGNATURE');
      return checkToken(m, token.target, arity, false);
    case 'parameter':
      if (arity !== undefined && token.index >= arity) {
        throw malformed('type parameter index', 'INDEX_OUT_OF_BOUNDS');
      }
      return;
    case 'datatype': {
      const handle = m.datatypeHandles[token.handle];
      if (handle === undefined) throw malformed('datatype handle', 'INDEX_OUT_OF_BOUNDS');
      if (handle.typeParameters.length !== token.typeArguments.length) {
        throw malformed('wrong number of type arguments', 'INVALID_SIGNATURE');
      }
      for (const t of token.typeArguments) checkToken(m, t, arity, false);
    }
  }
}

function checkFields(m: CompiledModule, fields: readonly FieldDefinition[], arity: number): void {
  for (const f of fields) {
    inRange(m.identifiers, f.name, 'identifier');
    checkToken(m, f.type, arity, false);
  }
  unique(
    fields.map((f) => f.name),
    'field',
  );
}

function checkDefinitions(m: CompiledModule): void {
  const arityOf = (handle: number): number => {
    const h = m.datatypeHandles[handle];
    if (h === undefined) throw malformed('datatype handle', 'INDEX_OUT_OF_BOUNDS');
    if (h.module !== m.selfHandle) throw malformed('foreign datatype defined', 'INVALID_MODULE');
    return h.typeParameters.length;
  };
  for (const s of m.structs) {
    const arity = arityOf(s.handle);
    if (s.fields === null) throw malformed('native struct', 'INVALID_MODULE');
    // The compiler gives empty structs a dummy field; values of no size would break BCS limits.
    if (s.fields.length === 0) throw malformed('struct without fields', 'INVALID_MODULE');
    checkFields(m, s.fields, arity);
  }
  for (const e of m.enums) {
    const arity = arityOf(e.handle);
    for (const v of e.variants) {
      inRange(m.identifiers, v.name, 'identifier');
      checkFields(m, v.fields, arity);
    }
    unique(
      e.variants.map((v) => v.name),
      'variant',
    );
  }
  const defined = [...m.structs.map((s) => s.handle), ...m.enums.map((e) => e.handle)];
  unique(defined, 'datatype definition');
  const own = m.datatypeHandles.filter((h) => h.module === m.selfHandle).length;
  if (own !== defined.length) throw malformed('datatype without definition', 'INVALID_MODULE');
  for (const f of m.functions) {
    const h = m.functionHandles[f.handle];
    if (h === undefined) throw malformed('function handle', 'INDEX_OUT_OF_BOUNDS');
    if (h.module !== m.selfHandle) throw malformed('foreign function defined', 'INVALID_MODULE');
  }
  unique(
    m.functions.map((f) => f.handle),
    'function definition',
  );
  const ownFunctions = m.functionHandles.filter((h) => h.module === m.selfHandle).length;
  if (ownFunctions !== m.functions.length) {
    throw malformed('function without definition', 'INVALID_MODULE');
  }
}

function checkInstantiations(m: CompiledModule): void {
  const typeArguments = (index: number, arity: number): void => {
    const signature = m.signatures[index];
    if (signature === undefined) throw malformed(`signature ${index}`, 'INDEX_OUT_OF_BOUNDS');
    if (signature.length !== arity || arity === 0) {
      throw malformed('wrong number of type arguments', 'INVALID_SIGNATURE');
    }
    for (const t of signature) checkToken(m, t, undefined, false);
  };
  const datatypeArity = (handle: number): number =>
    m.datatypeHandles[handle]?.typeParameters.length ?? 0;
  for (const i of m.functionInstantiations) {
    inRange(m.functionHandles, i.target, 'function handle');
    typeArguments(i.typeArguments, m.functionHandles[i.target]?.typeParameters.length ?? 0);
  }
  for (const i of m.structInstantiations) {
    inRange(m.structs, i.target, 'struct');
    typeArguments(i.typeArguments, datatypeArity(m.structs[i.target]?.handle ?? 0));
  }
  for (const i of m.enumInstantiations) {
    inRange(m.enums, i.target, 'enum');
    typeArguments(i.typeArguments, datatypeArity(m.enums[i.target]?.handle ?? 0));
  }
  for (const h of m.fieldHandles) {
    inRange(m.structs, h.owner, 'struct');
    inRange(m.structs[h.owner]?.fields ?? [], h.field, 'field');
  }
  for (const i of m.fieldInstantiations) {
    inRange(m.fieldHandles, i.target, 'field handle');
    const owner = m.structs[m.fieldHandles[i.target]?.owner ?? 0];
    typeArguments(i.typeArguments, datatypeArity(owner?.handle ?? 0));
  }
  for (const h of m.variantHandles) {
    inRange(m.enums, h.enumDefinition, 'enum');
    inRange(m.enums[h.enumDefinition]?.variants ?? [], h.variant, 'variant');
  }
  for (const h of m.variantInstantiations) {
    const inst = m.enumInstantiations[h.enumInstantiation];
    if (inst === undefined) throw malformed('enum instantiation', 'INDEX_OUT_OF_BOUNDS');
    inRange(m.enums[inst.target]?.variants ?? [], h.variant, 'variant');
  }
}

/** No datatype may contain itself, also not through type arguments: layouts must be finite. */
function checkRecursion(m: CompiledModule): void {
  const edges = new Map<number, Set<number>>();
  const collect = (token: SignatureToken, into: Set<number>): void => {
    if (token.kind === 'vector') collect(token.element, into);
    if (token.kind !== 'datatype') return;
    into.add(token.handle);
    for (const t of token.typeArguments) collect(t, into);
  };
  for (const d of [
    ...m.structs.map((s) => ({ handle: s.handle, fields: s.fields ?? [] })),
    ...m.enums.map((e) => ({ handle: e.handle, fields: e.variants.flatMap((v) => v.fields) })),
  ]) {
    const into = new Set<number>();
    for (const f of d.fields) collect(f.type, into);
    edges.set(d.handle, into);
  }
  const state = new Map<number, 'open' | 'done'>();
  for (const root of edges.keys()) {
    if (state.has(root)) continue;
    // Explicit stack: a module may chain thousands of datatypes.
    const stack: { node: number; next: Iterator<number> }[] = [];
    const open = (node: number): void => {
      state.set(node, 'open');
      stack.push({ node, next: (edges.get(node) ?? new Set<number>()).values() });
    };
    open(root);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const step = top.next.next();
      if (step.done === true) {
        state.set(top.node, 'done');
        stack.pop();
      } else if (state.get(step.value) === 'open') {
        throw malformed('recursive datatype', 'RECURSIVE_DATATYPE_DEFINITION');
      } else if (!state.has(step.value)) {
        open(step.value);
      }
    }
  }
}
