/** Shape of native functions. */
import { normalizeAddress } from '@walrus-ts/core';
import type { Runtime } from '../runtime.js';
import type { RuntimeType } from '../types.js';
import type { Value } from '../values.js';

/**
 * A native: gets the popped arguments (first parameter first) and the type arguments, returns its
 * value (undefined = none). Aborts by throwing `moveAbort(code)`.
 *
 * @see spec move-vm.md 4
 */
export type NativeFunction = (
  runtime: Runtime,
  args: readonly Value[],
  types: readonly RuntimeType[],
) => Value | undefined;

/** Natives by `address::module::function` with a full-length original id. */
export type NativeTable = ReadonlyMap<string, NativeFunction>;

/** Writes natives of one module: short address, module, then functions by name. */
export function nativesOf(
  address: string,
  module: string,
  functions: Readonly<Record<string, NativeFunction>>,
): [string, NativeFunction][] {
  const prefix = `${normalizeAddress(address)}::${module}::`;
  return Object.entries(functions).map(([name, fn]) => [prefix + name, fn]);
}
