import type { EncodingParameters, SliverAxis } from '@walrus-ts/core';

/**
 * One of the two one-dimensional codes: `k` source symbols, `m` recovery symbols.
 *
 * @see spec redstuff.md §5.2
 */
export interface LinearCode {
  /** Source symbols, `k`. */
  readonly sources: number;
  /** Recovery symbols, `m`. */
  readonly recoveries: number;
  /** Which construction; part of the format, since the two give different bytes. */
  readonly rate: 'high' | 'low';
  /** Size `C` of one transform: `pow2(m)` for the high rate, `pow2(k)` for the low rate. */
  readonly chunk: number;
  /** End of the used points in the decoder's layout: `C + k` (high) or `C + m` (low). */
  readonly end: number;
  /** Size of the decoder's transform, `pow2(end)`. */
  readonly domain: number;
}

/** Returns the smallest power of two that is at least `x` (`x >= 1`). */
export function nextPowerOfTwo(x: number): number {
  let power = 1;
  while (power < x) power *= 2;
  return power;
}

/**
 * Derives the layout of a code.
 *
 * @param sources - `k`, at least 1
 * @param recoveries - `m`, at least 1
 */
export function linearCode(sources: number, recoveries: number): LinearCode {
  const sourcePower = nextPowerOfTwo(sources);
  const recoveryPower = nextPowerOfTwo(recoveries);
  // On a tie the original takes the high rate if k <= m; the bytes are the same either way.
  const isHigh =
    sourcePower > recoveryPower || (sourcePower === recoveryPower && sources <= recoveries);
  const chunk = isHigh ? recoveryPower : sourcePower;
  const end = chunk + (isHigh ? sources : recoveries);
  return {
    sources,
    recoveries,
    rate: isHigh ? 'high' : 'low',
    chunk,
    end,
    domain: nextPowerOfTwo(end),
  };
}

/** The code of each axis: primary slivers are rows and follow the row code, secondary ones the column code. */
export type AxisCodes = Readonly<Record<SliverAxis, LinearCode>>;

/**
 * Returns the codes by which slivers of each axis are expanded to `n` symbols.
 *
 * @param parameters - numbers of source symbols
 * @see spec redstuff.md §6
 */
export function axisCodes(parameters: EncodingParameters): AxisCodes {
  const { nShards, primarySymbols, secondarySymbols } = parameters;
  return {
    primary: linearCode(secondarySymbols, nShards - secondarySymbols),
    secondary: linearCode(primarySymbols, nShards - primarySymbols),
  };
}

/** Returns the position of a symbol (0 to k + m - 1) among the points of the decoder. */
export function symbolPosition(code: LinearCode, index: number): number {
  const isSource = index < code.sources;
  if (code.rate === 'high') return isSource ? code.chunk + index : index - code.sources;
  return isSource ? index : code.chunk + index - code.sources;
}
