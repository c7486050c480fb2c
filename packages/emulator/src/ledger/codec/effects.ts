/** BCS of transaction effects (version 2) and events. Layout: sui-rpc.md (d), "TransactionEffects". */

import { describeError } from '../describe-error.js';
import type {
  CommandArgumentErrorKind,
  ExecutionError,
  ExecutionStatus,
  GasCostSummary,
  LedgerEvent,
  MoveLocation,
  ObjectChange,
  PackageUpgradeErrorKind,
  TransactionEffects,
} from '../types.js';
import { ByteReader, ByteWriter, invalid } from './bytes.js';
import { readOwner, writeOwner } from './object.js';
import { readStructTag, writeStructTag } from './type-tag.js';

/** Variants of the execution error in BCS order. Names without a place in `ExecutionError` are never made. */
const ERRORS = [
  'InsufficientGas',
  'InvalidGasObject',
  'InvariantViolation',
  'FeatureNotYetSupported',
  'MoveObjectTooBig',
  'MovePackageTooBig',
  'CircularObjectOwnership',
  'InsufficientCoinBalance',
  'CoinBalanceOverflow',
  'PublishErrorNonZeroAddress',
  'SuiMoveVerificationError',
  'MovePrimitiveRuntimeError',
  'MoveAbort',
  'VMVerificationOrDeserializationError',
  'VMInvariantViolation',
  'FunctionNotFound',
  'ArityMismatch',
  'TypeArityMismatch',
  'NonEntryFunctionInvoked',
  'CommandArgumentError',
  'TypeArgumentError',
  'UnusedValueWithoutDrop',
  'InvalidPublicFunctionReturnType',
  'InvalidTransferObject',
  'EffectsTooLarge',
  'PublishUpgradeMissingDependency',
  'PublishUpgradeDependencyDowngrade',
  'PackageUpgradeError',
  'WrittenObjectsTooLarge',
  'CertificateDenied',
  'SuiMoveVerificationTimedout',
  'SharedObjectOperationNotAllowed',
  'InputObjectDeleted',
  'ExecutionCancelledDueToSharedObjectCongestion',
  'AddressDeniedForCoin',
  'CoinTypeGlobalPause',
  'ExecutionCancelledDueToRandomnessUnavailable',
  'MoveVectorElemTooBig',
  'MoveRawValueTooBig',
  'InvalidLinkage',
  'InsufficientBalanceForWithdraw',
  'NonExclusiveWriteInputObjectModified',
] as const;

const ARGUMENT_ERRORS = [
  'TypeMismatch',
  'InvalidBCSBytes',
  'InvalidUsageOfPureArg',
  'InvalidArgumentToPrivateEntryFunction',
  'IndexOutOfBounds',
  'SecondaryIndexOutOfBounds',
  'InvalidResultArity',
  'InvalidGasCoinUsage',
  'InvalidValueUsage',
  'InvalidObjectByValue',
  'InvalidObjectByMutRef',
  'SharedObjectOperationNotAllowed',
  'InvalidArgumentArity',
  'InvalidTransferObject',
  'InvalidMakeMoveVecNonObjectArgument',
  'ArgumentWithoutValue',
  'CannotMoveBorrowedValue',
  'CannotWriteToExtendedReference',
  'InvalidReferenceArgument',
  'InvalidTxContext',
] as const satisfies readonly CommandArgumentErrorKind['kind'][];

const TYPE_ERRORS = ['TypeNotFound', 'ConstraintNotSatisfied'] as const;

const UPGRADE_ERRORS = [
  'UnableToFetchPackage',
  'NotAPackage',
  'IncompatibleUpgrade',
  'DigestDoesNotMatch',
  'UnknownUpgradePolicy',
  'PackageIDDoesNotMatch',
] as const satisfies readonly PackageUpgradeErrorKind['kind'][];

const ID_OPERATIONS = ['none', 'created', 'deleted'] as const;

/** Encodes effects as version 2. */
export function encodeEffects(effects: TransactionEffects): Uint8Array {
  const w = new ByteWriter(1024);
  w.u8(1); // TransactionEffects::V2
  writeStatus(w, effects.status);
  w.u64(effects.epoch);
  writeGas(w, effects.gasUsed);
  w.digest(effects.transactionDigest);
  w.option(effects.gasObjectIndex, (index) => w.u32(index));
  w.option(effects.eventsDigest, (digest) => w.digest(digest));
  w.vector(effects.dependencies, (digest) => w.digest(digest));
  w.u64(effects.lamportVersion);
  w.vector(effects.changedObjects, (change) => writeChange(w, change));
  w.vector(effects.unchangedConsensusObjects, (object) => {
    w.address(object.objectId);
    w.u8(0); // ReadOnlyRoot
    w.u64(object.version);
    w.digest(object.digest);
  });
  w.bool(false); // no auxiliary data
  return w.finish();
}

/** Decodes effects of version 2. @throws {LEDGER_INVALID_BCS} */
export function decodeEffects(bytes: Uint8Array): TransactionEffects {
  const r = new ByteReader(bytes);
  if (r.uleb() !== 1) throw invalid('effects version');
  const status = readStatus(r);
  const epoch = r.u64();
  const gasUsed = readGas(r);
  const transactionDigest = r.digest();
  const gasObjectIndex = r.option(() => r.u32());
  const eventsDigest = r.option(() => r.digest());
  const dependencies = r.vector(() => r.digest());
  const lamportVersion = r.u64();
  const changedObjects = r.vector(() => readChange(r, lamportVersion));
  const unchangedConsensusObjects = r.vector(() => {
    const objectId = r.address();
    if (r.uleb() !== 0) throw invalid('unchanged consensus object');
    return { objectId, kind: 'readOnlyRoot' as const, version: r.u64(), digest: r.digest() };
  });
  if (r.bool()) throw invalid('auxiliary data');
  r.end();
  return {
    status,
    epoch,
    gasUsed,
    transactionDigest,
    gasObjectIndex,
    eventsDigest,
    dependencies,
    lamportVersion,
    changedObjects,
    unchangedConsensusObjects,
  };
}

/** Writes a gas summary. */
export function writeGas(w: ByteWriter, gas: GasCostSummary): void {
  w.u64(gas.computationCost);
  w.u64(gas.storageCost);
  w.u64(gas.storageRebate);
  w.u64(gas.nonRefundableStorageFee);
}

/** Reads a gas summary. */
export function readGas(r: ByteReader): GasCostSummary {
  return {
    computationCost: r.u64(),
    storageCost: r.u64(),
    storageRebate: r.u64(),
    nonRefundableStorageFee: r.u64(),
  };
}

function writeChange(w: ByteWriter, change: ObjectChange): void {
  w.address(change.objectId);
  if (change.input === undefined) {
    w.u8(0);
  } else {
    w.u8(1);
    w.u64(change.input.version);
    w.digest(change.input.digest);
    writeOwner(w, change.input.owner);
  }
  const output = change.output;
  if (output === undefined) {
    w.u8(0);
  } else if (output.kind === 'object') {
    w.u8(1);
    w.digest(output.digest);
    writeOwner(w, output.owner);
  } else {
    w.u8(2);
    w.u64(output.version);
    w.digest(output.digest);
  }
  w.u8(ID_OPERATIONS.indexOf(change.idOperation));
}

function readChange(r: ByteReader, lamport: bigint): ObjectChange {
  const objectId = r.address();
  const inputState = r.uleb();
  if (inputState > 1) throw invalid(`input state ${inputState}`);
  const input =
    inputState === 0 ? undefined : { version: r.u64(), digest: r.digest(), owner: readOwner(r) };
  const outputState = r.uleb();
  let output: ObjectChange['output'];
  if (outputState === 1) {
    output = { kind: 'object', digest: r.digest(), owner: readOwner(r), version: lamport };
  } else if (outputState === 2) {
    const version = r.u64();
    output = { kind: 'package', version, digest: r.digest() };
  } else if (outputState !== 0) {
    throw invalid(`output state ${outputState}`);
  }
  const idOperation = ID_OPERATIONS[r.uleb()];
  if (idOperation === undefined) throw invalid('id operation');
  return { objectId, input, output, idOperation };
}

function writeStatus(w: ByteWriter, status: ExecutionStatus): void {
  if (status.success) {
    w.u8(0);
    return;
  }
  w.u8(1);
  writeError(w, status.error);
  w.option(status.command, (command) => w.u64(BigInt(command)));
}

function readStatus(r: ByteReader): ExecutionStatus {
  const variant = r.uleb();
  if (variant === 0) return { success: true };
  if (variant !== 1) throw invalid(`execution status ${variant}`);
  const error = readError(r);
  const command = r.option(() => Number(r.u64()));
  return { success: false, error, command, description: describeError(error, command) };
}

function writeError(w: ByteWriter, error: ExecutionError): void {
  w.u8(ERRORS.indexOf(error.kind));
  switch (error.kind) {
    case 'MoveAbort':
      writeLocation(w, error.location);
      w.u64(error.code);
      return;
    case 'MovePrimitiveRuntimeError':
      w.option(error.location, (location) => writeLocation(w, location));
      return;
    case 'CommandArgumentError':
      w.u16(error.argument);
      writeArgumentError(w, error.error);
      return;
    case 'TypeArgumentError':
      w.u16(error.argument);
      w.u8(TYPE_ERRORS.indexOf(error.error));
      return;
    case 'UnusedValueWithoutDrop':
      w.u16(error.result);
      w.u16(error.secondary);
      return;
    case 'InvalidPublicFunctionReturnType':
      w.u16(error.index);
      return;
    case 'CircularObjectOwnership':
      w.address(error.object);
      return;
    case 'PackageUpgradeError':
      writeUpgradeError(w, error.error);
      return;
    case 'MoveObjectTooBig':
    case 'MovePackageTooBig':
    case 'EffectsTooLarge':
    case 'WrittenObjectsTooLarge':
      w.u64(error.size);
      w.u64(error.maxSize);
      return;
    default: // variants without contents
  }
}

function readError(r: ByteReader): ExecutionError {
  const kind = ERRORS[r.uleb()];
  switch (kind) {
    case 'MoveAbort':
      return { kind, location: readLocation(r), code: r.u64() };
    case 'MovePrimitiveRuntimeError':
      return { kind, location: r.option(() => readLocation(r)) };
    case 'CommandArgumentError':
      return { kind, argument: r.u16(), error: readArgumentError(r) };
    case 'TypeArgumentError': {
      const argument = r.u16();
      const error = TYPE_ERRORS[r.uleb()];
      if (error === undefined) throw invalid('type argument error');
      return { kind, argument, error };
    }
    case 'UnusedValueWithoutDrop':
      return { kind, result: r.u16(), secondary: r.u16() };
    case 'InvalidPublicFunctionReturnType':
      return { kind, index: r.u16() };
    case 'CircularObjectOwnership':
      return { kind, object: r.address() };
    case 'PackageUpgradeError':
      return { kind, error: readUpgradeError(r) };
    case 'MoveObjectTooBig':
    case 'MovePackageTooBig':
    case 'EffectsTooLarge':
    case 'WrittenObjectsTooLarge':
      return { kind, size: r.u64(), maxSize: r.u64() };
    case undefined:
    case 'CertificateDenied':
    case 'SuiMoveVerificationTimedout':
    case 'ExecutionCancelledDueToSharedObjectCongestion':
    case 'AddressDeniedForCoin':
    case 'CoinTypeGlobalPause':
    case 'ExecutionCancelledDueToRandomnessUnavailable':
    case 'MoveVectorElemTooBig':
    case 'MoveRawValueTooBig':
    case 'InsufficientBalanceForWithdraw':
    case 'NonExclusiveWriteInputObjectModified':
      throw invalid(`execution error ${kind ?? 'number'}`);
    default:
      return { kind };
  }
}

function writeLocation(w: ByteWriter, location: MoveLocation): void {
  w.address(location.package);
  w.string(location.module);
  w.u16(location.function);
  w.u16(location.instruction);
  w.option(location.functionName, (name) => w.string(name));
}

function readLocation(r: ByteReader): MoveLocation {
  return {
    package: r.address(),
    module: r.string(),
    function: r.u16(),
    instruction: r.u16(),
    functionName: r.option(() => r.string()),
  };
}

function writeArgumentError(w: ByteWriter, error: CommandArgumentErrorKind): void {
  w.u8(ARGUMENT_ERRORS.indexOf(error.kind));
  if (error.kind === 'IndexOutOfBounds') {
    w.u16(error.index);
  } else if (error.kind === 'SecondaryIndexOutOfBounds') {
    w.u16(error.result);
    w.u16(error.secondary);
  } else if (error.kind === 'InvalidResultArity') {
    w.u16(error.result);
  }
}

function readArgumentError(r: ByteReader): CommandArgumentErrorKind {
  const kind = ARGUMENT_ERRORS[r.uleb()];
  switch (kind) {
    case undefined:
      throw invalid('command argument error');
    case 'IndexOutOfBounds':
      return { kind, index: r.u16() };
    case 'SecondaryIndexOutOfBounds':
      return { kind, result: r.u16(), secondary: r.u16() };
    case 'InvalidResultArity':
      return { kind, result: r.u16() };
    default:
      return { kind };
  }
}

function writeUpgradeError(w: ByteWriter, error: PackageUpgradeErrorKind): void {
  w.u8(UPGRADE_ERRORS.indexOf(error.kind));
  switch (error.kind) {
    case 'UnableToFetchPackage':
      w.address(error.packageId);
      return;
    case 'NotAPackage':
      w.address(error.objectId);
      return;
    case 'DigestDoesNotMatch':
      w.byteVector(error.digest);
      return;
    case 'UnknownUpgradePolicy':
      w.u8(error.policy);
      return;
    case 'PackageIDDoesNotMatch':
      w.address(error.packageId);
      w.address(error.ticketId);
      return;
    case 'IncompatibleUpgrade':
  }
}

function readUpgradeError(r: ByteReader): PackageUpgradeErrorKind {
  const kind = UPGRADE_ERRORS[r.uleb()];
  switch (kind) {
    case 'UnableToFetchPackage':
      return { kind, packageId: r.address() };
    case 'NotAPackage':
      return { kind, objectId: r.address() };
    case 'IncompatibleUpgrade':
      return { kind };
    case 'DigestDoesNotMatch':
      return { kind, digest: r.byteVector() };
    case 'UnknownUpgradePolicy':
      return { kind, policy: r.u8() };
    case 'PackageIDDoesNotMatch':
      return { kind, packageId: r.address(), ticketId: r.address() };
    default:
      throw invalid('package upgrade error');
  }
}

/** Encodes the events of a transaction. */
export function encodeEvents(events: readonly LedgerEvent[]): Uint8Array {
  const w = new ByteWriter();
  w.vector(events, (event) => {
    w.address(event.packageId);
    w.string(event.module);
    w.address(event.sender);
    writeStructTag(w, event.type);
    w.byteVector(event.contents);
  });
  return w.finish();
}

/** Decodes the events of a transaction. @throws {LEDGER_INVALID_BCS} */
export function decodeEvents(bytes: Uint8Array): LedgerEvent[] {
  const r = new ByteReader(bytes);
  const events = r.vector(() => ({
    packageId: r.address(),
    module: r.string(),
    sender: r.address(),
    type: readStructTag(r),
    contents: r.byteVector(),
  }));
  r.end();
  return events;
}
