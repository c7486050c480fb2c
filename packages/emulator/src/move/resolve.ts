/** Type tags (defining ids) to run-time types. */
import type { CompoundTag, TypeTag } from './api.js';
import { MoveVmError } from './errors.js';
import type { PackageLoader } from './package-loader.js';
import { formatTypeTag, parseTypeTag } from './type-tag.js';
import { PRIMITIVE_TYPES, type RuntimeType } from './types.js';

const CACHED_TYPES_MAX = 20_000;

/**
 * Loads the type that a tag names.
 *
 * The address is the defining id; another version of the same package is accepted when it holds the
 * datatype, as fullnodes do for type arguments.
 *
 * @throws {MOVE_TYPE_RESOLUTION_FAILURE} unknown package, module or datatype, or bad text
 * @throws {MOVE_NUMBER_OF_TYPE_ARGUMENTS_MISMATCH | MOVE_CONSTRAINT_NOT_SATISFIED}
 */
export function resolveTag(loader: PackageLoader, tag: CompoundTag | string): RuntimeType {
  const text = typeof tag === 'string' ? tag : formatTypeTag(tag);
  const cached = loader.isPlain ? loader.typeCache.get(text) : undefined;
  if (cached !== undefined) return cached;
  const type = load(loader, typeof tag === 'string' ? parseTypeTag(tag) : tag);
  if (loader.isPlain) {
    // Callers choose type arguments: the cache must not grow with what they send.
    if (loader.typeCache.size >= CACHED_TYPES_MAX) loader.typeCache.clear();
    loader.typeCache.set(text, type);
  }
  return type;
}

function load(loader: PackageLoader, tag: TypeTag): RuntimeType {
  if (typeof tag === 'string') return PRIMITIVE_TYPES[tag];
  if ('vector' in tag) return load(loader, tag.vector).vector();
  const { address, module, name, typeParams } = tag.struct;
  const definition = loader.find(address)?.module(module)?.definition(name);
  if (definition === undefined) {
    throw new MoveVmError(
      'TYPE_RESOLUTION_FAILURE',
      `type ${address}::${module}::${name} not found`,
    );
  }
  const args = typeParams.map((t) => load(loader, t));
  const type = definition.instantiate(args);
  for (const [i, parameter] of definition.typeParameters.entries()) {
    const has = args[i]?.abilities ?? 0;
    if ((has & parameter.constraints) !== parameter.constraints) {
      throw new MoveVmError('CONSTRAINT_NOT_SATISFIED', `type argument ${i} of ${name}`, {
        subStatus: i,
      });
    }
  }
  return type;
}
