/**
 * GF(2^16) in Cantor coordinates: the numbers that symbols are made of.
 *
 * An element is a 16-bit integer whose bits are coordinates in the basis {@link CANTOR_BASIS}; addition is XOR.
 * With this basis `a ⊗ (a ⊕ 1) = a >> 1`, which is why the twiddle factors of the transforms are plain shifts.
 *
 * @see spec redstuff.md §4
 */

/** Reduction polynomial x^16 + x^5 + x^3 + x^2 + 1. */
export const POLYNOMIAL = 0x1002d;

/** Basis elements in polynomial form: bit `i` of a stored element stands for `CANTOR_BASIS[i]`. */
export const CANTOR_BASIS: readonly number[] = [
  0x0001, 0xacca, 0x3c0e, 0x163e, 0xc582, 0xed2e, 0x914c, 0x4012, 0x6c98, 0x10d8, 0x6a72, 0xb900,
  0xfdb8, 0xfb34, 0xff38, 0x991e,
];

/** Order of the multiplicative group; also the marker for "logarithm of zero". */
export const MODULUS = 65535;

/** Logarithm tables of the field. */
export interface FieldTables {
  /** `exp[e]` is the element with logarithm `e`; `exp[65535] = exp[0] = 1`. */
  readonly exp: Uint16Array;
  /** `log[a]` is 0 to 65534, and 65535 (no logarithm) for `a = 0`. */
  readonly log: Uint16Array;
}

/**
 * Returns `PHI`, the map from coordinates to polynomial form, as a table of 65536 entries.
 */
export function buildPhi(): Uint16Array {
  const phi = new Uint16Array(65536);
  for (let bit = 0; bit < 16; bit++) {
    const basis = CANTOR_BASIS[bit] ?? 0;
    const size = 1 << bit;
    // PHI is linear: the upper half of each doubled range is the lower half plus one basis element.
    for (let i = 0; i < size; i++) phi[size + i] = (phi[i] ?? 0) ^ basis;
  }
  return phi;
}

function build(): FieldTables {
  const phi = buildPhi();
  const inverse = new Uint16Array(65536);
  for (let a = 0; a < 65536; a++) inverse[phi[a] ?? 0] = a;
  const exp = new Uint16Array(65536);
  const log = new Uint16Array(65536);
  log[0] = MODULUS;
  let value = 1;
  for (let e = 0; e < MODULUS; e++) {
    const element = inverse[value] ?? 0;
    exp[e] = element;
    log[element] = e;
    value <<= 1;
    if (value >= 0x10000) value ^= POLYNOMIAL;
  }
  exp[MODULUS] = 1;
  return { exp, log };
}

let tables: FieldTables | undefined;

/** Returns the tables, built at the first call (a few milliseconds). */
export function fieldTables(): FieldTables {
  return (tables ??= build());
}

/** Multiplies two elements. */
export function multiply(a: number, b: number): number {
  if (a === 0 || b === 0) return 0;
  const { exp, log } = fieldTables();
  return exp[((log[a] ?? 0) + (log[b] ?? 0)) % MODULUS] ?? 0;
}
