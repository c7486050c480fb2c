import { describe, expect, it } from 'vitest';
import {
  blobIdFromBytes,
  encodedLength,
  encodingParameters,
  maxBlobSize,
  pairOfShard,
  shardOfPair,
  storageUnits,
  symbolSize,
} from '../../src/index.js';

describe('encoding arithmetic', () => {
  it.each([
    [4, 1, 2, 3],
    [7, 2, 3, 5],
    [10, 3, 4, 7],
    [31, 10, 11, 21],
    [100, 33, 34, 67],
    [1000, 333, 334, 667],
  ])('derives the parameters of %i shards', (n, f, kp, ks) => {
    expect(encodingParameters(n)).toEqual({
      nShards: n,
      maxFaulty: f,
      primarySymbols: kp,
      secondarySymbols: ks,
    });
  });

  // contracts.md §17
  it.each([
    [0, 10, 6940],
    [1, 10, 6940],
    [2800, 10, 17720],
    [1, 100, 663400],
    [5000000, 100, 22822800],
    [1, 1000, 66034000],
    [1000000, 1000, 70038000],
    [14599533452, 1000, 65663566000],
  ])('encodes %i bytes over %i shards into %i', (size, n, expected) => {
    expect(encodedLength(n, size)).toBe(expected);
  });

  it('counts units rounded up', () => {
    expect(storageUnits(66034000)).toBe(63n);
    expect(storageUnits(1048576)).toBe(1n);
    expect(storageUnits(0)).toBe(0n);
  });

  it('has a limit that fits exactly', () => {
    for (const n of [4, 10, 100, 1000]) {
      expect(symbolSize(n, maxBlobSize(n)), `n = ${n}`).toBe(65534);
      expect(() => symbolSize(n, maxBlobSize(n) + 1), `n = ${n}`).toThrow(/does not fit/);
    }
    expect(() => encodingParameters(3)).toThrow(/4 to 1000/);
    expect(() => encodingParameters(1001)).toThrow(/4 to 1000/);
  });

  it('rotates pairs over shards by the big-endian ID', () => {
    const id = (last: number) => {
      const bytes = new Uint8Array(32);
      bytes[31] = last;
      return blobIdFromBytes(bytes);
    };
    expect(shardOfPair(7, id(0x0f), 0)).toBe(1);
    expect(shardOfPair(7, id(0x0f), 6)).toBe(0);
    expect(pairOfShard(7, id(0x10), 0)).toBe(5);
  });
});
