/**
 * Every Move unit test gives the same result in the reference VM and in ours, except for those
 * that `expected-differences.json` lists and explains.
 */
import { listPackages, loadKnownDifferences } from '@walrus-ts/contracts';
import { compareMoveTests } from '@walrus-ts/testkit/move-differential';
import { describe, expect, it } from 'vitest';

const known = await loadKnownDifferences();
const packages = await listPackages();

describe('Move unit tests in the reference VM and in ours', () => {
  it('covers the framework and the contracts', () => {
    expect(packages.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'std',
        'sui',
        'wal',
        'walrus',
        'wal_exchange',
        'subsidies',
        'walrus_subsidies',
        'blob_bucket',
      ]),
    );
  });

  it('lists differences only of packages that exist', () => {
    const names = new Set(packages.map(({ name }) => name));
    const strangers = Object.keys(known.tests).filter(
      (test) => !names.has(test.split('::')[0] ?? ''),
    );
    expect(strangers).toEqual([]);
  });

  for (const { name } of packages) {
    it(`agree on every test of ${name}`, { timeout: 300_000 }, async () => {
      const results = await compareMoveTests(name);
      expect(results.length).toBeGreaterThan(0);
      expect(results.filter(({ own }) => own !== true)).toEqual([]);
      const differing = results.filter(({ reference }) => reference !== true);
      const listed = Object.keys(known.tests).filter((test) => test.startsWith(`${name}::`));
      expect(differing.map(({ test }) => test)).toEqual(listed.sort());
    });
  }
});
