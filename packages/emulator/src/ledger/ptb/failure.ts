/** How execution reports failure inside the ledger: caught by the executor, never seen by callers. */

import { MoveVmError } from '../../move/index.js';
import type {
  CommandArgumentErrorKind,
  ExecutionError,
  MoveLocation,
  PlainExecutionErrorKind,
} from '../types.js';

/** A failed execution (not a refused transaction). */
export class ExecutionFailure extends Error {
  readonly error: ExecutionError;
  /** Index of the command to blame. */
  command: number | undefined;

  constructor(error: ExecutionError, cause?: unknown) {
    super(error.kind, cause === undefined ? undefined : { cause });
    this.name = 'ExecutionFailure';
    this.error = error;
  }
}

/** Failure without details. */
export function failure(kind: PlainExecutionErrorKind, cause?: unknown): ExecutionFailure {
  return new ExecutionFailure({ kind }, cause);
}

/** Failure of one argument of a command. */
export function argumentFailure(
  argument: number,
  error: CommandArgumentErrorKind,
  cause?: unknown,
): ExecutionFailure {
  return new ExecutionFailure({ kind: 'CommandArgumentError', argument, error }, cause);
}

/**
 * Brings anything thrown during execution into an {@link ExecutionFailure}.
 *
 * Errors that are no failures of Move code (programming mistakes, lost database) pass through.
 *
 * @param thrown - what was caught
 * @param command - index of the running command
 */
export function toFailure(thrown: unknown, command: number | undefined): ExecutionFailure {
  const failed =
    thrown instanceof MoveVmError ? new ExecutionFailure(vmError(thrown), thrown) : thrown;
  if (!(failed instanceof ExecutionFailure)) throw thrown;
  failed.command ??= command;
  return failed;
}

function vmError(error: MoveVmError): ExecutionError {
  const location = locationOf(error);
  switch (error.kind) {
    case 'abort':
      if (location === undefined) return { kind: 'VMInvariantViolation' };
      return { kind: 'MoveAbort', location, code: error.abortCode ?? 0n };
    case 'gas':
      return { kind: 'InsufficientGas' };
    case 'execution':
      if (error.objectId !== undefined)
        return { kind: 'CircularObjectOwnership', object: error.objectId };
      return error.status === 'UNKNOWN_INVARIANT_VIOLATION_ERROR'
        ? { kind: 'VMInvariantViolation' }
        : { kind: 'MovePrimitiveRuntimeError', location };
    case 'verification':
    case 'link':
      return { kind: 'VMVerificationOrDeserializationError' };
    case 'value':
      return { kind: 'VMInvariantViolation' };
  }
}

function locationOf(error: MoveVmError): MoveLocation | undefined {
  const { location } = error;
  if (location === undefined) return undefined;
  return {
    package: location.package,
    module: location.module,
    function: location.functionIndex,
    instruction: location.instruction,
    functionName: location.functionName,
  };
}
