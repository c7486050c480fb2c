import { describe, expect, it } from 'vitest';
import { protectBlobIds } from '../../src/arguments.js';
import { describeError, UsageError } from '../../src/errors.js';
import {
  formatBytes,
  formatCoin,
  formatDuration,
  formatTable,
  parseCount,
  parseDuration,
} from '../../src/format.js';

const id = `-${'a'.repeat(42)}`;

describe('protectBlobIds', () => {
  it.each([
    [
      ['read', id, '--out', 'x'],
      ['read', '--out', 'x', '--', id],
    ],
    [
      ['read', '--json', id],
      ['read', '--json', '--', id],
    ],
    [
      ['blob-status', '--blob-id', id],
      ['blob-status', '--blob-id', id],
    ],
    [
      ['delete', '--blob-ids', id, '--yes'],
      ['delete', '--blob-ids', id, '--yes'],
    ],
    [
      ['read', '--', id],
      ['read', '--', id],
    ],
    [
      ['read', '-v', 'abc'],
      ['read', '-v', 'abc'],
    ],
  ])('turns %j into %j', (args, expected) => {
    expect(protectBlobIds(args)).toEqual(expected);
  });
});

describe('format', () => {
  it('writes sizes, amounts, durations and tables', () => {
    expect([0, 1023, 1024, 1536, 10 * 2 ** 20].map(formatBytes)).toEqual([
      '0 B',
      '1023 B',
      '1.00 KiB',
      '1.50 KiB',
      '10.0 MiB',
    ]);
    expect([5n, 100_000n, 1_500_000_000n].map((n) => formatCoin(n, 'WAL'))).toEqual([
      '5 FROST',
      '0.0001 WAL',
      '1.500 WAL',
    ]);
    expect([900, 1500, 7_200_000].map(formatDuration)).toEqual(['900 ms', '1.5 s', '2.0 h']);
    expect(
      formatTable([
        ['a', 'bb'],
        ['ccc', 'd'],
      ]),
    ).toBe('a    bb\nccc  d');
  });

  it('reads durations and counts, and names what it cannot read', () => {
    expect(['500ms', '2', '10 min', '1d'].map(parseDuration)).toEqual([
      500, 2000, 600_000, 86_400_000,
    ]);
    for (const bad of ['', 'x', '-1s', '0', '999999d']) {
      expect(() => parseDuration(bad), bad).toThrow(UsageError);
    }
    expect(parseCount('--nodes', '12', 1, 100)).toBe(12);
    for (const bad of ['', '0', '101', '1.5', 'abc', '-3', '1e2']) {
      expect(() => parseCount('--nodes', bad, 1, 100), bad).toThrow(/--nodes must be/);
    }
  });
});

describe('describeError', () => {
  it('writes one line and a hint, never a stack', () => {
    const error = new UsageError('bad\n  value', 'try this');
    expect(describeError(error, false)).toBe('error: bad value\nhint: try this\n');
    expect(describeError(new Error('plain', { cause: new Error('deep') }), true)).toBe(
      'error: plain\ncaused by: deep\n',
    );
  });
});
