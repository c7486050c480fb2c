/** One-line descriptions of execution errors. */

import type { ExecutionError, MoveLocation } from './types.js';

/**
 * Describes why an execution failed.
 *
 * @param error - the reason
 * @param command - index of the failing command, if known
 */
export function describeError(error: ExecutionError, command: number | undefined): string {
  const text = describe(error);
  return command === undefined ? text : `${text} in command ${command}`;
}

function place(location: MoveLocation): string {
  const name = location.functionName ?? `function ${location.function}`;
  return `${location.package}::${location.module}::${name} (instruction ${location.instruction})`;
}

function describe(error: ExecutionError): string {
  switch (error.kind) {
    case 'MoveAbort':
      return `MoveAbort with code ${error.code} at ${place(error.location)}`;
    case 'MovePrimitiveRuntimeError':
      return `MovePrimitiveRuntimeError${error.location === undefined ? '' : ` at ${place(error.location)}`}`;
    case 'CommandArgumentError': {
      const facts = Object.entries(error.error).filter(([key]) => key !== 'kind');
      const details = facts.map(([key, value]) => `${key} ${String(value)}`).join(', ');
      return `CommandArgumentError: ${error.error.kind}${details === '' ? '' : ` (${details})`} at argument ${error.argument}`;
    }
    case 'TypeArgumentError':
      return `TypeArgumentError: ${error.error} at type argument ${error.argument}`;
    case 'UnusedValueWithoutDrop':
      return `UnusedValueWithoutDrop: result ${error.secondary} of command ${error.result} is left over`;
    case 'InvalidPublicFunctionReturnType':
      return `InvalidPublicFunctionReturnType: return value ${error.index}`;
    case 'CircularObjectOwnership':
      return `CircularObjectOwnership of ${error.object}`;
    case 'PackageUpgradeError':
      return `PackageUpgradeError: ${error.error.kind}`;
    case 'MoveObjectTooBig':
    case 'MovePackageTooBig':
    case 'EffectsTooLarge':
    case 'WrittenObjectsTooLarge':
      return `${error.kind}: ${error.size} bytes, at most ${error.maxSize}`;
    default:
      return error.kind;
  }
}
