/** Execution errors to the protobuf `ExecutionError` (sui-rpc.md b and d). */

import { GrpcTypes } from '@mysten/sui/grpc';

import type {
  CommandArgumentErrorKind,
  ExecutionError,
  ExecutionStatus,
  Ledger,
  MoveLocation,
  PackageUpgradeErrorKind,
} from '../../ledger/api.js';
import { cleverError, describeCleverError } from './clever-error.js';
import { message } from './message.js';

type Details = GrpcTypes.ExecutionError['errorDetails'];

const ERROR_KINDS = (() => {
  const kinds = GrpcTypes.ExecutionError_ExecutionErrorKind;
  return {
    InsufficientGas: kinds.INSUFFICIENT_GAS,
    InvalidGasObject: kinds.INVALID_GAS_OBJECT,
    InvariantViolation: kinds.INVARIANT_VIOLATION,
    FeatureNotYetSupported: kinds.FEATURE_NOT_YET_SUPPORTED,
    MoveObjectTooBig: kinds.OBJECT_TOO_BIG,
    MovePackageTooBig: kinds.PACKAGE_TOO_BIG,
    CircularObjectOwnership: kinds.CIRCULAR_OBJECT_OWNERSHIP,
    InsufficientCoinBalance: kinds.INSUFFICIENT_COIN_BALANCE,
    CoinBalanceOverflow: kinds.COIN_BALANCE_OVERFLOW,
    PublishErrorNonZeroAddress: kinds.PUBLISH_ERROR_NON_ZERO_ADDRESS,
    SuiMoveVerificationError: kinds.SUI_MOVE_VERIFICATION_ERROR,
    MovePrimitiveRuntimeError: kinds.MOVE_PRIMITIVE_RUNTIME_ERROR,
    MoveAbort: kinds.MOVE_ABORT,
    VMVerificationOrDeserializationError: kinds.VM_VERIFICATION_OR_DESERIALIZATION_ERROR,
    VMInvariantViolation: kinds.VM_INVARIANT_VIOLATION,
    FunctionNotFound: kinds.FUNCTION_NOT_FOUND,
    ArityMismatch: kinds.ARITY_MISMATCH,
    TypeArityMismatch: kinds.TYPE_ARITY_MISMATCH,
    NonEntryFunctionInvoked: kinds.NON_ENTRY_FUNCTION_INVOKED,
    CommandArgumentError: kinds.COMMAND_ARGUMENT_ERROR,
    TypeArgumentError: kinds.TYPE_ARGUMENT_ERROR,
    UnusedValueWithoutDrop: kinds.UNUSED_VALUE_WITHOUT_DROP,
    InvalidPublicFunctionReturnType: kinds.INVALID_PUBLIC_FUNCTION_RETURN_TYPE,
    InvalidTransferObject: kinds.INVALID_TRANSFER_OBJECT,
    EffectsTooLarge: kinds.EFFECTS_TOO_LARGE,
    PublishUpgradeMissingDependency: kinds.PUBLISH_UPGRADE_MISSING_DEPENDENCY,
    PublishUpgradeDependencyDowngrade: kinds.PUBLISH_UPGRADE_DEPENDENCY_DOWNGRADE,
    PackageUpgradeError: kinds.PACKAGE_UPGRADE_ERROR,
    WrittenObjectsTooLarge: kinds.WRITTEN_OBJECTS_TOO_LARGE,
    SharedObjectOperationNotAllowed: kinds.CONSENSUS_OBJECT_OPERATION_NOT_ALLOWED,
    InputObjectDeleted: kinds.INPUT_OBJECT_DELETED,
    InvalidLinkage: kinds.INVALID_LINKAGE,
  } satisfies Record<ExecutionError['kind'], GrpcTypes.ExecutionError_ExecutionErrorKind>;
})();

const ARGUMENT_KINDS = (() => {
  const kinds = GrpcTypes.CommandArgumentError_CommandArgumentErrorKind;
  return {
    TypeMismatch: kinds.TYPE_MISMATCH,
    InvalidBCSBytes: kinds.INVALID_BCS_BYTES,
    InvalidUsageOfPureArg: kinds.INVALID_USAGE_OF_PURE_ARGUMENT,
    InvalidArgumentToPrivateEntryFunction: kinds.INVALID_ARGUMENT_TO_PRIVATE_ENTRY_FUNCTION,
    IndexOutOfBounds: kinds.INDEX_OUT_OF_BOUNDS,
    SecondaryIndexOutOfBounds: kinds.SECONDARY_INDEX_OUT_OF_BOUNDS,
    InvalidResultArity: kinds.INVALID_RESULT_ARITY,
    InvalidGasCoinUsage: kinds.INVALID_GAS_COIN_USAGE,
    InvalidValueUsage: kinds.INVALID_VALUE_USAGE,
    InvalidObjectByValue: kinds.INVALID_OBJECT_BY_VALUE,
    InvalidObjectByMutRef: kinds.INVALID_OBJECT_BY_MUT_REF,
    SharedObjectOperationNotAllowed: kinds.CONSENSUS_OBJECT_OPERATION_NOT_ALLOWED,
    InvalidArgumentArity: kinds.INVALID_ARGUMENT_ARITY,
    InvalidTransferObject: kinds.INVALID_TRANSFER_OBJECT,
    InvalidMakeMoveVecNonObjectArgument: kinds.INVALID_MAKE_MOVE_VEC_NON_OBJECT_ARGUMENT,
    ArgumentWithoutValue: kinds.ARGUMENT_WITHOUT_VALUE,
    CannotMoveBorrowedValue: kinds.CANNOT_MOVE_BORROWED_VALUE,
    CannotWriteToExtendedReference: kinds.CANNOT_WRITE_TO_EXTENDED_REFERENCE,
    InvalidReferenceArgument: kinds.INVALID_REFERENCE_ARGUMENT,
    InvalidTxContext: kinds.INVALID_TX_CONTEXT,
  } satisfies Record<
    CommandArgumentErrorKind['kind'],
    GrpcTypes.CommandArgumentError_CommandArgumentErrorKind
  >;
})();

function moveLocation(location: MoveLocation): GrpcTypes.MoveLocation {
  return message(GrpcTypes.MoveLocation, { ...location });
}

function indexError(index: number, subresult?: number): GrpcTypes.IndexError {
  return message(GrpcTypes.IndexError, { index, subresult });
}

function argumentIndexError(error: CommandArgumentErrorKind): GrpcTypes.IndexError | undefined {
  switch (error.kind) {
    case 'IndexOutOfBounds':
      return indexError(error.index);
    case 'SecondaryIndexOutOfBounds':
      return indexError(error.result, error.secondary);
    case 'InvalidResultArity':
      return indexError(error.result);
    default:
      return undefined;
  }
}

function upgradeError(error: PackageUpgradeErrorKind): GrpcTypes.PackageUpgradeError {
  const kinds = GrpcTypes.PackageUpgradeError_PackageUpgradeErrorKind;
  const type = GrpcTypes.PackageUpgradeError;
  switch (error.kind) {
    case 'UnableToFetchPackage':
      return message(type, { kind: kinds.UNABLE_TO_FETCH_PACKAGE, packageId: error.packageId });
    case 'NotAPackage':
      return message(type, { kind: kinds.NOT_A_PACKAGE, packageId: error.objectId });
    case 'IncompatibleUpgrade':
      return message(type, { kind: kinds.INCOMPATIBLE_UPGRADE });
    case 'DigestDoesNotMatch':
      return message(type, {
        kind: kinds.DIGEST_DOES_NOT_MATCH,
        digest: Buffer.from(error.digest).toString('base64'),
      });
    case 'UnknownUpgradePolicy':
      return message(type, { kind: kinds.UNKNOWN_UPGRADE_POLICY, policy: error.policy });
    case 'PackageIDDoesNotMatch':
      return message(type, {
        kind: kinds.PACKAGE_ID_DOES_NOT_MATCH,
        packageId: error.packageId,
        ticketId: error.ticketId,
      });
  }
}

function details(error: ExecutionError, clever: GrpcTypes.CleverError | undefined): Details {
  switch (error.kind) {
    case 'MoveAbort':
      return {
        oneofKind: 'abort',
        abort: message(GrpcTypes.MoveAbort, {
          abortCode: error.code,
          location: moveLocation(error.location),
          cleverError: clever,
        }),
      };
    case 'CommandArgumentError':
      return {
        oneofKind: 'commandArgumentError',
        commandArgumentError: message(GrpcTypes.CommandArgumentError, {
          argument: error.argument,
          kind: ARGUMENT_KINDS[error.error.kind],
          indexError: argumentIndexError(error.error),
        }),
      };
    case 'TypeArgumentError':
      return {
        oneofKind: 'typeArgumentError',
        typeArgumentError: message(GrpcTypes.TypeArgumentError, {
          typeArgument: error.argument,
          kind:
            error.error === 'TypeNotFound'
              ? GrpcTypes.TypeArgumentError_TypeArgumentErrorKind.TYPE_NOT_FOUND
              : GrpcTypes.TypeArgumentError_TypeArgumentErrorKind.CONSTRAINT_NOT_SATISFIED,
        }),
      };
    case 'UnusedValueWithoutDrop':
      return { oneofKind: 'indexError', indexError: indexError(error.result, error.secondary) };
    case 'InvalidPublicFunctionReturnType':
      return { oneofKind: 'indexError', indexError: indexError(error.index) };
    case 'CircularObjectOwnership':
      return { oneofKind: 'objectId', objectId: error.object };
    case 'PackageUpgradeError':
      return { oneofKind: 'packageUpgradeError', packageUpgradeError: upgradeError(error.error) };
    case 'MoveObjectTooBig':
    case 'MovePackageTooBig':
    case 'EffectsTooLarge':
    case 'WrittenObjectsTooLarge':
      return {
        oneofKind: 'sizeError',
        sizeError: message(GrpcTypes.SizeError, { size: error.size, maxSize: error.maxSize }),
      };
    default:
      // A primitive runtime error has a location too, but clients read `abort` as an abort code;
      // its location is part of the description instead.
      return { oneofKind: undefined };
  }
}

/**
 * Renders the outcome of an execution.
 *
 * @param status - outcome
 * @param ledger - holds the constants that abort codes may refer to
 * @returns success, or the error with kind, description, command and details
 */
export function renderStatus(status: ExecutionStatus, ledger: Ledger): GrpcTypes.ExecutionStatus {
  if (status.success) return message(GrpcTypes.ExecutionStatus, { success: true });
  const { error, command, description } = status;
  const clever =
    error.kind === 'MoveAbort' ? cleverError(error.code, error.location, ledger) : undefined;
  return message(GrpcTypes.ExecutionStatus, {
    success: false,
    error: message(GrpcTypes.ExecutionError, {
      description:
        clever === undefined ? description : `${description}: ${describeCleverError(clever)}`,
      command: command === undefined ? undefined : BigInt(command),
      kind: ERROR_KINDS[error.kind],
      errorDetails: details(error, clever),
    }),
  });
}
