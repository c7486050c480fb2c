/** Checks of the types a module declares, and of its size, before it is published. */
import { malformed } from '../errors.js';
import type { CompiledModule, FieldDefinition, SignatureToken } from '../format/module.js';
import { abilitiesOf } from '../format/tokens.js';
import { spellDatatype, spellFunction } from './module-facts.js';
import type { AbilitySet } from '../api.js';

/** Limits of the networks on one module; those of the format itself are in `deserialize.ts`. */
const MAX_FUNCTIONS = 1000;
const MAX_DATATYPES = 200;
const MAX_FIELDS = 32;
const MAX_PARAMETERS = 128;
const MAX_TYPE_PARAMETERS = 32;
const MAX_IDENTIFIER_BYTES = 128;
const MAX_TYPE_WEIGHT = 256;
/** What a datatype or a type parameter weighs: either may stand for something large. */
const HEAVY = 4;

/**
 * Checks the size of a module against the limits of the networks.
 *
 * @throws {MOVE_INVALID_MODULE} naming the limit
 */
export function checkModuleLimits(m: CompiledModule): void {
  atMost('functions', m.functions.length, MAX_FUNCTIONS);
  atMost('structs and enums', m.structs.length + m.enums.length, MAX_DATATYPES);
  for (const name of m.identifiers) atMost('bytes of a name', name.length, MAX_IDENTIFIER_BYTES);
  for (const fields of fieldLists(m)) {
    atMost('fields', fields.length, MAX_FIELDS);
    for (const field of fields) checkWeight(field.type);
  }
  for (const signature of m.signatures) signature.forEach(checkWeight);
  for (const handle of m.datatypeHandles)
    atMost('type parameters', handle.typeParameters.length, MAX_TYPE_PARAMETERS);
  for (const handle of m.functionHandles) {
    atMost('type parameters', handle.typeParameters.length, MAX_TYPE_PARAMETERS);
    atMost('parameters', m.signatures[handle.parameters]?.length ?? 0, MAX_PARAMETERS);
  }
}

function atMost(what: string, value: number, limit: number): void {
  if (value > limit) throw malformed(`${value} ${what}, at most ${limit}`, 'INVALID_MODULE');
}

function fieldLists(m: CompiledModule): (readonly FieldDefinition[])[] {
  return [
    ...m.structs.map((s) => s.fields ?? []),
    ...m.enums.flatMap((e) => e.variants.map((v) => v.fields)),
  ];
}

function checkWeight(token: SignatureToken): void {
  atMost('type nodes', weightOf(token), MAX_TYPE_WEIGHT);
}

function weightOf(token: SignatureToken): number {
  switch (token.kind) {
    case 'primitive':
      return 1;
    case 'vector':
      return 1 + weightOf(token.element);
    case 'reference':
      return 1 + weightOf(token.target);
    case 'parameter':
      return HEAVY;
    case 'datatype':
      return token.typeArguments.reduce((sum, t) => sum + weightOf(t), HEAVY);
  }
}

/**
 * Checks declared types: type arguments have the abilities that their datatype asks for, and phantom
 * parameters are nowhere used as the type of something.
 *
 * @throws {MOVE_ABILITY_VIOLATION | MOVE_INVALID_SIGNATURE} naming the declaration
 */
export function checkDeclaredTypes(m: CompiledModule): void {
  const definitions = [
    ...m.structs.map((s) => ({ handle: s.handle, fields: s.fields ?? [] })),
    ...m.enums.map((e) => ({ handle: e.handle, fields: e.variants.flatMap((v) => v.fields) })),
  ];
  for (const { handle, fields } of definitions) {
    const parameters = m.datatypeHandles[handle]?.typeParameters ?? [];
    const constraints = parameters.map((p) => p.constraints);
    for (const { type } of fields) {
      checkArguments(m, type, constraints, () => spellDatatype(m, handle));
      if (usesPhantom(m, type, (index) => parameters[index]?.isPhantom ?? false)) {
        throw malformed(
          `${spellDatatype(m, handle)} uses a phantom type parameter in a field`,
          'INVALID_SIGNATURE',
        );
      }
    }
  }
  for (const [i, handle] of m.functionHandles.entries()) {
    for (const signature of [handle.parameters, handle.returns]) {
      for (const token of m.signatures[signature] ?? [])
        checkArguments(m, token, handle.typeParameters, () => spellFunction(m, i));
    }
  }
  for (const f of m.functions) {
    const constraints = m.functionHandles[f.handle]?.typeParameters ?? [];
    for (const token of m.signatures[f.code?.locals ?? -1] ?? [])
      checkArguments(m, token, constraints, () => spellFunction(m, f.handle));
  }
}

function checkArguments(
  m: CompiledModule,
  token: SignatureToken,
  constraints: readonly AbilitySet[],
  where: () => string,
): void {
  if (token.kind === 'vector') checkArguments(m, token.element, constraints, where);
  if (token.kind === 'reference') checkArguments(m, token.target, constraints, where);
  if (token.kind !== 'datatype') return;
  const parameters = m.datatypeHandles[token.handle]?.typeParameters ?? [];
  for (const [i, argument] of token.typeArguments.entries()) {
    const required = parameters[i]?.constraints ?? 0;
    if ((abilitiesOf(m, argument, constraints) & required) !== required) {
      throw malformed(
        `${where()} uses ${spellDatatype(m, token.handle)} with a type that lacks an ability`,
        'ABILITY_VIOLATION',
      );
    }
    checkArguments(m, argument, constraints, where);
  }
}

/** Whether a phantom parameter stands where a value of its type would be. */
function usesPhantom(
  m: CompiledModule,
  token: SignatureToken,
  isPhantom: (index: number) => boolean,
): boolean {
  switch (token.kind) {
    case 'primitive':
      return false;
    case 'vector':
      return usesPhantom(m, token.element, isPhantom);
    case 'reference':
      return usesPhantom(m, token.target, isPhantom);
    case 'parameter':
      return isPhantom(token.index);
    case 'datatype': {
      const parameters = m.datatypeHandles[token.handle]?.typeParameters ?? [];
      return token.typeArguments.some(
        (argument, i) =>
          !(parameters[i]?.isPhantom === true && argument.kind === 'parameter') &&
          usesPhantom(m, argument, isPhantom),
      );
    }
  }
}
