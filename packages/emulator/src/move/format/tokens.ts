/** Pure operations on signature tokens: equality, substitution, size, abilities. */
import { malformed } from '../errors.js';
import type { AbilitySet } from '../api.js';
import type { CompiledModule, SignatureToken } from './module.js';

/** Ability bits. @see spec move-vm.md 1.2 */
export const ABILITY = { copy: 1, drop: 2, store: 4, key: 8 } as const;

/** Most nodes a type may have after substitution (protocol limit on type size). */
export const TYPE_NODES_MAX = 256;

const PRIMITIVE_ABILITIES = ABILITY.copy | ABILITY.drop | ABILITY.store;

/** Structural equality. */
export function equalTokens(a: SignatureToken, b: SignatureToken): boolean {
  if (a === b) return true;
  switch (a.kind) {
    case 'primitive':
      return b.kind === 'primitive' && a.name === b.name;
    case 'vector':
      return b.kind === 'vector' && equalTokens(a.element, b.element);
    case 'reference':
      return b.kind === 'reference' && a.mutable === b.mutable && equalTokens(a.target, b.target);
    case 'parameter':
      return b.kind === 'parameter' && a.index === b.index;
    case 'datatype':
      return (
        b.kind === 'datatype' &&
        a.handle === b.handle &&
        a.typeArguments.length === b.typeArguments.length &&
        a.typeArguments.every((t, i) => {
          const other = b.typeArguments[i];
          return other !== undefined && equalTokens(t, other);
        })
      );
  }
}

/**
 * Replaces type parameters.
 *
 * @throws {MOVE_MALFORMED} when a parameter has no argument or the result is too large
 */
export function substitute(token: SignatureToken, args: readonly SignatureToken[]): SignatureToken {
  if (args.length === 0 && token.kind !== 'parameter') return token;
  const out = replace(token, args);
  if (countNodes(out, TYPE_NODES_MAX + 1) > TYPE_NODES_MAX) {
    throw malformed('type too large after instantiation');
  }
  return out;
}

function replace(token: SignatureToken, args: readonly SignatureToken[]): SignatureToken {
  switch (token.kind) {
    case 'primitive':
      return token;
    case 'vector':
      return { kind: 'vector', element: replace(token.element, args) };
    case 'reference':
      return { ...token, target: replace(token.target, args) };
    case 'parameter': {
      const arg = args[token.index];
      if (arg === undefined) throw malformed('type parameter out of range', 'INDEX_OUT_OF_BOUNDS');
      return arg;
    }
    case 'datatype':
      if (token.typeArguments.length === 0) return token;
      return { ...token, typeArguments: token.typeArguments.map((t) => replace(t, args)) };
  }
}

/** Number of nodes, counting stops soon after `limit`. */
export function countNodes(token: SignatureToken, limit: number): number {
  switch (token.kind) {
    case 'vector':
      return 1 + countNodes(token.element, limit - 1);
    case 'reference':
      return 1 + countNodes(token.target, limit - 1);
    case 'datatype': {
      let total = 1;
      for (const arg of token.typeArguments) {
        total += countNodes(arg, limit - total);
        if (total > limit) return total;
      }
      return total;
    }
    default:
      return 1;
  }
}

/** Abilities of a type, given the constraints of the type parameters in scope. */
export function abilitiesOf(
  module: CompiledModule,
  token: SignatureToken,
  constraints: readonly AbilitySet[],
): AbilitySet {
  switch (token.kind) {
    case 'primitive':
      return token.name === 'signer' ? ABILITY.drop : PRIMITIVE_ABILITIES;
    case 'reference':
      return ABILITY.copy | ABILITY.drop;
    case 'vector':
      return PRIMITIVE_ABILITIES & abilitiesOf(module, token.element, constraints);
    case 'parameter':
      return constraints[token.index] ?? 0;
    case 'datatype': {
      const handle = module.datatypeHandles[token.handle];
      if (handle === undefined) throw malformed('bad datatype handle', 'INDEX_OUT_OF_BOUNDS');
      const args = token.typeArguments.map((t) => abilitiesOf(module, t, constraints));
      return instantiatedAbilities(handle.abilities, handle.typeParameters, args);
    }
  }
}

/**
 * Abilities of an instantiated datatype: a declared ability stays only when every non-phantom
 * argument has the required one (store for key, the same one otherwise).
 */
export function instantiatedAbilities(
  declared: AbilitySet,
  parameters: readonly { readonly isPhantom: boolean }[],
  args: readonly AbilitySet[],
): AbilitySet {
  let result = declared;
  for (const [i, parameter] of parameters.entries()) {
    if (parameter.isPhantom) continue;
    const has = args[i] ?? 0;
    const allowed =
      (has & (ABILITY.copy | ABILITY.drop | ABILITY.store)) |
      ((has & ABILITY.store) !== 0 ? ABILITY.key : 0);
    result &= allowed;
  }
  return result;
}
