/** Says in words why a Move unit test did not pass. */
import type { ExpectedFailure, SourceIndex, SourceModule, SourcePlace } from '@walrus-ts/contracts';
import type { MoveLocation, MoveTestFailure, MoveTestResult } from '@walrus-ts/emulator/move';

/** Why a test did not pass. */
export interface TestExplanation {
  /** What it had to do. */
  readonly expected: string;
  /** What it did. */
  readonly got: string;
  /** Line that aborted. Without a source map: from the abort code, or the lines that name its constant. */
  readonly at: readonly SourcePlace[];
  /** Functions on the stack, innermost first. */
  readonly stack: readonly StackEntry[];
  /** Fault of the VM, if that is what it was. */
  readonly details: string | undefined;
}

/** One function on the stack. */
export interface StackEntry {
  /** `module::function`, with the address for the framework. */
  readonly function: string;
  /** Where the function begins. */
  readonly place: SourcePlace | undefined;
}

const VECTOR_ERRORS: Readonly<Record<number, string>> = {
  1: 'index out of bounds',
  2: 'taken from an empty vector',
  3: 'vectors of different length',
  4: 'vector too long',
};

/**
 * Explains a result that is not as expected.
 *
 * @param expected - of the test; undefined: it had to return
 * @param sources - of its package
 */
export function explainFailure(
  result: MoveTestResult,
  expected: ExpectedFailure | undefined,
  sources: SourceIndex,
): TestExplanation {
  const { failure } = result;
  const stack = failure === undefined ? [] : stackOf(failure, sources);
  return {
    expected: describeExpected(expected, sources),
    got: failure === undefined ? 'it returned' : describeFailure(failure, sources),
    at: failure === undefined ? [] : abortPlaces(failure, sources),
    stack,
    // Everything that is not the code's own doing has a reason that only the VM can give.
    details: failure === undefined || KNOWN_STATUS.has(failure.status) ? undefined : result.reason,
  };
}

const KNOWN_STATUS: ReadonlySet<string> = new Set([
  'ABORTED',
  'ARITHMETIC_ERROR',
  'VECTOR_OPERATION_ERROR',
  'OUT_OF_GAS',
]);

function describeExpected(expected: ExpectedFailure | undefined, sources: SourceIndex): string {
  if (expected === undefined) return 'it returns';
  const { kind, module, abortCode, errorConstant, majorStatus, minorStatus } = expected;
  const where = module === undefined ? '' : ` in ${module}`;
  switch (kind) {
    case 'any':
      return 'any failure';
    case 'abort': {
      if (errorConstant !== undefined) return `abort ${errorConstant}${where}`;
      const names =
        module === undefined || abortCode === undefined
          ? []
          : ['0x0', '0x1', '0x2'].flatMap((address) =>
              errorNames(sources, { address, module }, abortCode),
            );
      return `abort ${abortCode ?? '?'}${nameList(names)}${where}`;
    }
    case 'arithmetic':
      return `arithmetic error${where}`;
    case 'vector':
      return `vector error${minorStatus === undefined ? '' : ` ${minorStatus}`}${where}`;
    case 'outOfGas':
      return `out of gas${where}`;
    case 'status':
      return `status ${majorStatus ?? '?'}${minorStatus === undefined ? '' : ` ${minorStatus}`}${where}`;
  }
}

function describeFailure(failure: MoveTestFailure, sources: SourceIndex): string {
  const { status, subStatus, abortCode, errorConstant, line, location } = failure;
  const where = location === undefined ? '' : ` in ${functionName(location)}`;
  switch (status) {
    case 'ABORTED': {
      if (errorConstant !== undefined) return `abort ${errorConstant}${where}`;
      if (line !== undefined) return `failed assertion without a code${where}`;
      const names =
        location === undefined || abortCode === undefined
          ? []
          : errorNames(sources, moduleOf(location), abortCode);
      return `abort ${abortCode ?? '?'}${nameList(names)}${where}`;
    }
    case 'ARITHMETIC_ERROR':
      return `arithmetic error${where}`;
    case 'VECTOR_OPERATION_ERROR':
      return `vector error ${subStatus ?? ''}: ${VECTOR_ERRORS[subStatus ?? 0] ?? '?'}${where}`;
    case 'OUT_OF_GAS':
      return `more instructions than a test may take${where}`;
    default:
      return `${status}${where}`;
  }
}

function nameList(names: readonly string[]): string {
  return names.length === 0 ? '' : ` (${names.join(' or ')})`;
}

/** Error constants begin with E; others may have the same value by chance. */
function errorNames(sources: SourceIndex, where: SourceModule, code: string): readonly string[] {
  return sources.constantNames(where, code).filter((name) => /^E[A-Z]/.test(name));
}

function abortPlaces(failure: MoveTestFailure, sources: SourceIndex): SourcePlace[] {
  const { abortCode, errorConstant, line, location } = failure;
  if (location === undefined) return [];
  const where = moduleOf(location);
  if (line !== undefined)
    return [sources.linePlace(where, line)].filter((one) => one !== undefined);
  if (abortCode === undefined) return [];
  const names =
    errorConstant === undefined ? errorNames(sources, where, abortCode) : [errorConstant];
  return names.flatMap((name) => sources.mentions(where, location.functionName, name));
}

function stackOf(failure: MoveTestFailure, sources: SourceIndex): StackEntry[] {
  const { location, callers } = failure;
  return [...(location === undefined ? [] : [location]), ...callers].map((one) => ({
    function: functionName(one),
    place: sources.functionPlace(moduleOf(one), one.functionName),
  }));
}

function moduleOf({ originalPackage, module }: MoveLocation): SourceModule {
  return { address: originalPackage, module };
}

function functionName({ module, functionName: name }: MoveLocation): string {
  return `${module}::${name}`;
}
