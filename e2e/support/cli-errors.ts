import { expect } from 'vitest';
import type { CliResult } from '@walrus-ts/testkit';

/** Longest time that finding out about a mistake may take, ms: a few seconds, on a machine that is busy. */
const LIMIT_MS = 20_000;

/** What an error must look like. */
export interface ExpectedError {
  /** @default 1 */
  readonly code?: number;
  readonly message: RegExp;
  readonly hint: RegExp;
}

/** Checks that a command failed as users should see it: one line, one hint, quickly, no stack trace. */
export function expectUserError(result: CliResult, expected: ExpectedError): void {
  const { stderr } = result;
  expect(stderr).toMatch(expected.message);
  expect(result.code, stderr).toBe(expected.code ?? 1);
  const lines = stderr.trimEnd().split('\n');
  const errors = lines.filter((line) => line.startsWith('error: '));
  expect(errors, stderr).toHaveLength(1);
  expect(errors[0]).toMatch(expected.message);
  const hints = lines.filter((line) => line.startsWith('hint: '));
  expect(hints, stderr).toHaveLength(1);
  expect(hints[0]).toMatch(expected.hint);
  // Progress may come before; after the error there is the hint and nothing else.
  expect(lines.slice(lines.indexOf(errors[0] ?? ''))).toEqual([errors[0], hints[0]]);
  expect(stderr).not.toContain('    at ');
  expect(stderr).not.toContain('node:internal');
  expect(result.elapsedMs).toBeLessThan(LIMIT_MS);
}
