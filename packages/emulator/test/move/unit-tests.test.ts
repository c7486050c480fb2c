import { loadBls, type Bls } from '@walrus-ts/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { runMoveTests } from '../../src/move/index.js';
import { loadFixture } from './fixtures.js';

let bls: Bls;
beforeAll(async () => {
  bls = await loadBls();
});

describe('Move unit tests in this VM', () => {
  it.each(['std-tests', 'sui-tests', 'wal-tests'] as const)('all of %s pass', (name) => {
    const { packages, tests } = loadFixture(name);
    const results = runMoveTests({ packages, tests, bls });
    expect(results.length).toBe(tests.length);
    expect(results.filter((r) => !r.passed)).toEqual([]);
  });

  it('a test without its expected failure does not pass', () => {
    const { packages, tests } = loadFixture('std-tests');
    const failing = tests.filter((t) => t.expectedFailure !== undefined);
    const unexpected = failing.map(({ module, name }) => ({ module, name }));
    const wrong = failing.map((t) => ({
      ...t,
      expectedFailure: { kind: 'abort', abortCode: '424242' } as const,
    }));
    const none = tests.filter((t) => t.expectedFailure === undefined);
    const demanded = none.map((t) => ({ ...t, expectedFailure: { kind: 'any' } as const }));
    for (const changed of [unexpected, wrong, demanded]) {
      const results = runMoveTests({ packages, tests: changed, bls });
      expect(results.length).toBeGreaterThan(0);
      expect(results.filter((r) => r.passed)).toEqual([]);
    }
  });

  it('the filter chooses by module and name', () => {
    const { packages, tests } = loadFixture('std-tests');
    const results = runMoveTests({ packages, tests, bls, filter: 'option_tests::' });
    expect(results.length).toBeGreaterThan(0);
    expect(results.every((r) => r.module === 'option_tests')).toBe(true);
  });
});
