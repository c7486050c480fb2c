import { symbolPosition, type LinearCode } from './code.js';
import { fieldTables, MODULUS } from './field.js';

/**
 * Everything about decoding that depends only on which symbols are there; shared by all codewords of a blob.
 *
 * @see spec redstuff.md §5.7
 */
export interface DecodePlan {
  readonly code: LinearCode;
  /** Symbol numbers given, in the order of the input; exactly `k`, distinct. */
  readonly given: readonly number[];
  /** Positions of the given symbols in the decoder's domain. */
  readonly givenPositions: Uint32Array;
  /** Factor for each given symbol: the locator's value at its position. */
  readonly givenFactors: Uint16Array;
  /** Source symbols that were not given, ascending. */
  readonly missing: Uint32Array;
  /** Their positions. */
  readonly missingPositions: Uint32Array;
  /** Factor for each missing source: the inverse of the locator's value. */
  readonly missingFactors: Uint16Array;
}

/**
 * Returns the logarithms of the erasure locator at some positions.
 *
 * `Lc[i]` is the sum of `LOG[i ⊕ j]` over erased `j ≠ i`. The sum over *all* `j ≠ i` is the sum of every logarithm,
 * 65534 · 65535 / 2 ≡ 0 modulo 65535, so the sum over the complement with the sign turned is the same: whichever set
 * is small is added up, which for the few hundred positions needed beats two Walsh-Hadamard transforms.
 *
 * @param set - positions, either all erased ones or all others
 * @param isComplement - whether `set` holds the positions that are not erased
 * @param positions - where to evaluate
 */
export function locatorLogarithms(
  set: Uint32Array,
  isComplement: boolean,
  positions: Uint32Array,
): Uint16Array {
  const { log } = fieldTables();
  const out = new Uint16Array(positions.length);
  for (let p = 0; p < positions.length; p++) {
    const position = positions[p] ?? 0;
    let sum = 0;
    for (let s = 0; s < set.length; s++) {
      const distance = position ^ (set[s] ?? 0);
      if (distance !== 0) sum += log[distance] ?? 0;
    }
    sum %= MODULUS;
    out[p] = isComplement && sum !== 0 ? MODULUS - sum : sum;
  }
  return out;
}

/**
 * Lists the positions that the locator is built from.
 *
 * High rate: the erased positions, all of them below `end`. Low rate: the positions that are *not* erased, since
 * everything from `end` up to 65535 is.
 */
function locatorSet(code: LinearCode, isGiven: Uint8Array): Uint32Array {
  const set: number[] = [];
  const total = code.sources + code.recoveries;
  if (code.rate === 'high') {
    for (let index = 0; index < total; index++) {
      if (isGiven[index] === 0) set.push(symbolPosition(code, index));
    }
    for (let position = code.recoveries; position < code.chunk; position++) set.push(position);
  } else {
    for (let index = 0; index < total; index++) {
      if (isGiven[index] === 1) set.push(symbolPosition(code, index));
    }
    for (let position = code.sources; position < code.chunk; position++) set.push(position);
  }
  return Uint32Array.from(set);
}

/**
 * Prepares decoding from a set of symbols.
 *
 * @param code - the code
 * @param given - exactly `k` distinct symbol numbers below `k + m`; the caller has checked that
 */
export function decodePlan(code: LinearCode, given: readonly number[]): DecodePlan {
  const { exp } = fieldTables();
  const isGiven = new Uint8Array(code.sources + code.recoveries);
  for (const index of given) isGiven[index] = 1;
  const missing: number[] = [];
  for (let index = 0; index < code.sources; index++) if (isGiven[index] === 0) missing.push(index);

  const givenPositions = Uint32Array.from(given, (index) => symbolPosition(code, index));
  const missingPositions = Uint32Array.from(missing, (index) => symbolPosition(code, index));
  const isComplement = code.rate === 'low';
  // With nothing missing the symbols are only put in order: no locator is needed.
  const set = missing.length === 0 ? new Uint32Array(0) : locatorSet(code, isGiven);
  const givenLogs = locatorLogarithms(set, isComplement, givenPositions);
  const missingLogs = locatorLogarithms(set, isComplement, missingPositions);
  return {
    code,
    given,
    givenPositions,
    givenFactors: givenLogs.map((value) => exp[value] ?? 0),
    missing: Uint32Array.from(missing),
    missingPositions,
    missingFactors: missingLogs.map((value) => exp[(MODULUS - value) % MODULUS] ?? 0),
  };
}
