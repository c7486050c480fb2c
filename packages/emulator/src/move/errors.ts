/** Typed failures of the Move VM. */
import { WalrusError } from '@walrus-ts/core';
import type { Address } from '@walrus-ts/core';

/**
 * Status names with their official numbers where tests or clients can see them (0 = a status that
 * only this VM has).
 *
 * @see spec move-vm.md 3.4
 */
export const MOVE_STATUS = {
  // execution
  OUT_OF_GAS: 4002,
  ABORTED: 4016,
  ARITHMETIC_ERROR: 4017,
  VECTOR_OPERATION_ERROR: 4018,
  EXECUTION_STACK_OVERFLOW: 4020,
  CALL_STACK_OVERFLOW: 4021,
  VM_MAX_TYPE_DEPTH_REACHED: 4024,
  VM_MAX_VALUE_DEPTH_REACHED: 4025,
  MEMORY_LIMIT_EXCEEDED: 4028,
  VARIANT_TAG_MISMATCH: 4030,
  CIRCULAR_OBJECT_OWNERSHIP: 0,
  UNKNOWN_INVARIANT_VIOLATION_ERROR: 2000,
  // values and lookups
  FAILED_TO_DESERIALIZE_ARGUMENT: 3000,
  VALUE_SERIALIZATION_ERROR: 2010,
  TYPE_RESOLUTION_FAILURE: 2021,
  NUMBER_OF_TYPE_ARGUMENTS_MISMATCH: 1038,
  NUMBER_OF_ARGUMENTS_MISMATCH: 1077,
  CONSTRAINT_NOT_SATISFIED: 1030,
  // linking
  LINKER_ERROR: 1029,
  MISSING_DEPENDENCY: 1031,
  LOOKUP_FAILED: 1052,
  TYPE_MISMATCH: 1053,
  CYCLIC_MODULE_DEPENDENCY: 1056,
  // module format and verification
  BAD_MAGIC: 3001,
  UNKNOWN_VERSION: 3002,
  MALFORMED: 3003,
  INDEX_OUT_OF_BOUNDS: 1002,
  DUPLICATE_ELEMENT: 1004,
  INVALID_MODULE: 1005,
  INVALID_SIGNATURE: 1006,
  RECURSIVE_DATATYPE_DEFINITION: 1012,
  STACK_TYPE_MISMATCH: 1018,
  INVALID_CONTROL_FLOW: 1019,
  INVALID_CONSTANT: 1059,
  ABILITY_VIOLATION: 1086,
  SUI_VERIFICATION_ERROR: 0,
  PUBLISH_NON_ZERO_ADDRESS: 0,
  DUPLICATE_MODULE_NAME: 0,
  INCOMPATIBLE_UPGRADE: 0,
} as const;

/** Name of a VM status. */
export type MoveStatus = keyof typeof MOVE_STATUS;

/** Coarse kind: decides the transaction status. */
export type MoveErrorKind = 'abort' | 'gas' | 'execution' | 'verification' | 'link' | 'value';

/** Where an execution failed. */
export interface MoveLocation {
  /** Storage id of the package. */
  readonly package: Address;
  /** Address carried by the module. */
  readonly originalPackage: Address;
  readonly module: string;
  /** Index of the function *definition* in the module. */
  readonly functionIndex: number;
  readonly functionName: string;
  /** Instruction index; 0 for natives. */
  readonly instruction: number;
}

/** Optional facts of a MoveVmError. */
export interface MoveErrorFacts {
  readonly subStatus?: number;
  readonly abortCode?: bigint;
  readonly location?: MoveLocation;
  /** Calls that led there, innermost first; at most {@link MAX_CALLERS}. */
  readonly callers?: readonly MoveLocation[];
  /** The object to blame. */
  readonly objectId?: Address;
  readonly cause?: unknown;
}

/** Most calls that an error remembers. */
export const MAX_CALLERS = 32;

const KINDS: Partial<Record<MoveStatus, MoveErrorKind>> = {
  OUT_OF_GAS: 'gas',
  ABORTED: 'abort',
  ARITHMETIC_ERROR: 'execution',
  VECTOR_OPERATION_ERROR: 'execution',
  EXECUTION_STACK_OVERFLOW: 'execution',
  CALL_STACK_OVERFLOW: 'execution',
  VM_MAX_TYPE_DEPTH_REACHED: 'execution',
  VM_MAX_VALUE_DEPTH_REACHED: 'execution',
  MEMORY_LIMIT_EXCEEDED: 'execution',
  VARIANT_TAG_MISMATCH: 'execution',
  CIRCULAR_OBJECT_OWNERSHIP: 'execution',
  UNKNOWN_INVARIANT_VIOLATION_ERROR: 'execution',
  FAILED_TO_DESERIALIZE_ARGUMENT: 'value',
  VALUE_SERIALIZATION_ERROR: 'value',
  TYPE_RESOLUTION_FAILURE: 'link',
  NUMBER_OF_TYPE_ARGUMENTS_MISMATCH: 'value',
  NUMBER_OF_ARGUMENTS_MISMATCH: 'value',
  CONSTRAINT_NOT_SATISFIED: 'value',
  LINKER_ERROR: 'link',
  MISSING_DEPENDENCY: 'link',
  LOOKUP_FAILED: 'link',
};

/**
 * Every failure of the VM: codes `MOVE_` + status name.
 *
 * `kind` maps to the transaction status: abort -> MoveAbort, gas -> InsufficientGas, execution ->
 * MovePrimitiveRuntimeError; verification, link and value errors come from publishing, lookups and
 * argument decoding.
 */
export class MoveVmError extends WalrusError {
  readonly status: MoveStatus;
  readonly kind: MoveErrorKind;
  readonly subStatus: number | undefined;
  readonly abortCode: bigint | undefined;
  readonly location: MoveLocation | undefined;
  /** Calls that led to `location`, innermost first. */
  readonly callers: readonly MoveLocation[];
  readonly objectId: Address | undefined;

  constructor(status: MoveStatus, message: string, facts: MoveErrorFacts = {}) {
    super(`MOVE_${status}`, message, {
      data: {
        ...(facts.subStatus === undefined ? {} : { subStatus: facts.subStatus }),
        ...(facts.abortCode === undefined ? {} : { abortCode: facts.abortCode.toString() }),
        ...(facts.location === undefined ? {} : { location: { ...facts.location } }),
        ...(facts.objectId === undefined ? {} : { objectId: facts.objectId }),
      },
      cause: facts.cause,
    });
    this.name = 'MoveVmError';
    this.status = status;
    this.kind = KINDS[status] ?? 'verification';
    this.subStatus = facts.subStatus;
    this.abortCode = facts.abortCode;
    this.location = facts.location;
    this.callers = facts.callers ?? [];
    this.objectId = facts.objectId;
  }

  /** The same error with a location and the calls that led there, unless it already has one. */
  at(location: MoveLocation, callers: readonly MoveLocation[] = []): MoveVmError {
    if (this.location !== undefined) return this;
    const where = `${location.originalPackage}::${location.module}::${location.functionName}`;
    return new MoveVmError(this.status, `${this.message} in ${where} at ${location.instruction}`, {
      ...(this.subStatus === undefined ? {} : { subStatus: this.subStatus }),
      ...(this.abortCode === undefined ? {} : { abortCode: this.abortCode }),
      location,
      callers,
      cause: this.cause,
    });
  }
}

/** An abort with a code, as natives raise it; the interpreter adds the location. */
export function moveAbort(code: bigint | number): MoveVmError {
  return new MoveVmError('ABORTED', `Move abort ${code}`, { abortCode: BigInt(code) });
}

/** A rejected module: the status says which rule, the message what was found. */
export function malformed(message: string, status: MoveStatus = 'MALFORMED'): MoveVmError {
  return new MoveVmError(status, message);
}
