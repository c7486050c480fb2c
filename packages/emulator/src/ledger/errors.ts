/** Errors of the ledger. */

import { WalrusError } from '@walrus-ts/core';

/**
 * Codes of {@link LedgerError}:
 * - `LEDGER_INVALID_BCS`: bytes are no well-formed transaction;
 * - `LEDGER_INVALID_TRANSACTION`: well-formed, but breaks a rule of admission (move-vm.md 6.1);
 * - `LEDGER_INVALID_SIGNATURE`: a signature is missing, malformed or wrong;
 * - `LEDGER_LIMIT_EXCEEDED`: above a limit of move-vm.md section 11;
 * - `LEDGER_OBJECT_NOT_FOUND`: an input does not exist;
 * - `LEDGER_OBJECT_VERSION`: an input exists with another version, digest or initial version;
 * - `LEDGER_OBJECT_OWNER`: an input is owned by somebody else, or is of another kind of ownership;
 * - `LEDGER_INSUFFICIENT_GAS`: the gas coins do not cover the budget;
 * - `LEDGER_UNSUPPORTED`: a feature of Sui this ledger does not have;
 * - `LEDGER_INVALID_ARGUMENT`: a malformed argument of a query (page token, limit, …);
 * - `LEDGER_NOT_FOUND`: a queried thing does not exist;
 * - `LEDGER_STORAGE`: the data directory cannot be used or is not of this chain;
 * - `LEDGER_CLOSED`: the ledger was stopped.
 */
export type LedgerErrorCode =
  | 'LEDGER_INVALID_BCS'
  | 'LEDGER_INVALID_TRANSACTION'
  | 'LEDGER_INVALID_SIGNATURE'
  | 'LEDGER_LIMIT_EXCEEDED'
  | 'LEDGER_OBJECT_NOT_FOUND'
  | 'LEDGER_OBJECT_VERSION'
  | 'LEDGER_OBJECT_OWNER'
  | 'LEDGER_INSUFFICIENT_GAS'
  | 'LEDGER_UNSUPPORTED'
  | 'LEDGER_INVALID_ARGUMENT'
  | 'LEDGER_NOT_FOUND'
  | 'LEDGER_STORAGE'
  | 'LEDGER_CLOSED';

/** gRPC status name an error maps to. */
export type LedgerErrorStatus =
  | 'INVALID_ARGUMENT'
  | 'NOT_FOUND'
  | 'FAILED_PRECONDITION'
  | 'UNIMPLEMENTED'
  | 'UNAVAILABLE'
  | 'INTERNAL';

const STATUS: Readonly<Record<LedgerErrorCode, LedgerErrorStatus>> = {
  LEDGER_INVALID_BCS: 'INVALID_ARGUMENT',
  LEDGER_INVALID_TRANSACTION: 'INVALID_ARGUMENT',
  LEDGER_INVALID_SIGNATURE: 'INVALID_ARGUMENT',
  LEDGER_LIMIT_EXCEEDED: 'INVALID_ARGUMENT',
  LEDGER_OBJECT_NOT_FOUND: 'NOT_FOUND',
  LEDGER_OBJECT_VERSION: 'FAILED_PRECONDITION',
  LEDGER_OBJECT_OWNER: 'INVALID_ARGUMENT',
  LEDGER_INSUFFICIENT_GAS: 'INVALID_ARGUMENT',
  LEDGER_UNSUPPORTED: 'UNIMPLEMENTED',
  LEDGER_INVALID_ARGUMENT: 'INVALID_ARGUMENT',
  LEDGER_NOT_FOUND: 'NOT_FOUND',
  LEDGER_STORAGE: 'INTERNAL',
  LEDGER_CLOSED: 'UNAVAILABLE',
};

/** Refusal of the ledger before anything was executed or charged, or a failed query. */
export class LedgerError extends WalrusError {
  /** gRPC status this error is answered with. */
  readonly status: LedgerErrorStatus;

  /**
   * Makes an error.
   *
   * @param code - stable code
   * @param message - what happened, one line
   * @param data - facts for programs, JSON-able
   * @param cause - the error underneath
   */
  constructor(
    code: LedgerErrorCode,
    message: string,
    data?: Record<string, unknown>,
    cause?: unknown,
  ) {
    super(code, message, {
      ...(data === undefined ? {} : { data }),
      ...(cause === undefined ? {} : { cause }),
    });
    this.name = 'LedgerError';
    this.status = STATUS[code];
  }
}
