import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ContractsError } from './errors.js';
import { contractsRoot } from './package-files.js';

/** Unit tests that the reference VM fails although the chain and our VM pass them. */
export interface KnownDifferences {
  /** Key of a reason to its explanation. */
  readonly reasons: Readonly<Record<string, string>>;
  /** `package::module::test` to the key of the reason. */
  readonly tests: Readonly<Record<string, string>>;
}

/**
 * Loads the list `e2e/move/expected-differences.json` of the repository.
 *
 * @returns an empty list outside the repository
 * @throws CONTRACTS_BAD_MANIFEST when the file is malformed or a reason is not explained
 */
export async function loadKnownDifferences(): Promise<KnownDifferences> {
  const path = join(contractsRoot(), '..', 'e2e', 'move', 'expected-differences.json');
  if (!existsSync(path)) return { reasons: {}, tests: {} };
  const value: unknown = JSON.parse(await readFile(path, 'utf8'));
  if (!isRecord(value) || !isTextRecord(value['reasons']) || !isTextRecord(value['tests'])) {
    throw new ContractsError('CONTRACTS_BAD_MANIFEST', `${path} has not the form {reasons, tests}`);
  }
  const { reasons, tests } = { reasons: value['reasons'], tests: value['tests'] };
  for (const [test, reason] of Object.entries(tests)) {
    if (reasons[reason] === undefined) {
      throw new ContractsError('CONTRACTS_BAD_MANIFEST', `${path}: ${test} has no known reason`);
    }
  }
  return { reasons, tests };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTextRecord(value: unknown): value is Record<string, string> {
  return isRecord(value) && Object.values(value).every((text) => typeof text === 'string');
}
