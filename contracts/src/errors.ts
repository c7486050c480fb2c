import { WalrusError } from '@walrus-ts/core';
import type { WalrusErrorOptions } from '@walrus-ts/core';

/** Codes of {@link ContractsError}. */
export type ContractsErrorCode =
  /** No package of this name or no package in this directory. */
  | 'CONTRACTS_UNKNOWN_PACKAGE'
  /** A manifest cannot be used for offline builds. */
  | 'CONTRACTS_BAD_MANIFEST'
  /** The Move compiler refused the sources; the message is its output. */
  | 'CONTRACTS_COMPILE_FAILED'
  /** The compiler process died or exceeded its time limit. */
  | 'CONTRACTS_BUILDER_FAILED'
  /** The compiled form is missing or unreadable. */
  | 'CONTRACTS_NOT_BUILT'
  /** Compiled modules cannot be bound to the given package ids. */
  | 'CONTRACTS_LINK_FAILED'
  /** No unit test matches the filter, or there is none at all. */
  | 'CONTRACTS_NO_TESTS'
  /** A test uses a feature that the transform for our own VM does not know. */
  | 'CONTRACTS_UNSUPPORTED_TEST';

/** A failure while building, testing or linking Move packages. */
export class ContractsError extends WalrusError {
  declare readonly code: ContractsErrorCode;

  /**
   * @param code - what kind of failure
   * @param message - what happened, with the name of the package or file
   * @param options - data, cause, hint
   */
  constructor(code: ContractsErrorCode, message: string, options: WalrusErrorOptions = {}) {
    super(code, message, options);
    this.name = 'ContractsError';
  }
}

/** Tells whether a value is a {@link ContractsError} with this code. */
export function isContractsError(value: unknown, code: ContractsErrorCode): boolean {
  return value instanceof ContractsError && value.code === code;
}
