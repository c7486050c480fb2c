/** The Move VM: executes Sui Move bytecode. Start with `createMoveVm`. */
export type * from './api.js';
export {
  MOVE_STATUS,
  MoveVmError,
  type MoveErrorFacts,
  type MoveErrorKind,
  type MoveLocation,
  type MoveStatus,
} from './errors.js';
export { ABILITY } from './format/tokens.js';
export { MAX_COMPUTATION_UNITS, createGasMeter, roundComputationUnits } from './gas.js';
export { fieldId, freshObjectId, packageDigest } from './ids.js';
export {
  decodeTypeTag,
  encodeStructTag,
  encodeTypeTag,
  formatTypeTag,
  parseTypeTag,
} from './type-tag.js';
export {
  newTypeOrigins,
  readModule,
  setSelfAddress,
  upgradeTypeOrigins,
} from './publish/module-facts.js';
export {
  describePackage,
  type AbilityWord,
  type DeclaredDatatype,
  type DeclaredField,
  type DeclaredFunction,
  type DeclaredModule,
  type DeclaredSignature,
  type DeclaredType,
} from './publish/describe.js';
export { checkUpgrade } from './publish/upgrade.js';
export { verifyPackage } from './publish/verify.js';
export { createMoveVm } from './vm.js';
export {
  runMoveTests,
  type MoveExpectedFailure,
  type MoveTest,
  type MoveTestFailure,
  type MoveTestPackage,
  type MoveTestResult,
} from './testing/runner.js';
