/**
 * Move packages of one's own, without the Sui command line: building, testing in our VM, publishing, calling.
 *
 * Apart from the rest of this package, because it loads the Move VM and needs the compiler, a development dependency.
 */
export {
  findMoveTests,
  listMovePackages,
  runMoveSuites,
  type MoveSuite,
  type MoveSuiteReport,
  type MoveTestOutcome,
  type MoveTestRun,
} from './test-runner.js';
export { type StackEntry, type TestExplanation } from './test-report.js';
export { callMove, describeArguments, type MoveCall } from './call.js';
export {
  buildMovePackage,
  findPublication,
  linkMovePackage,
  publishMovePackage,
  type Publication,
  type PublishParameters,
} from './publish.js';
