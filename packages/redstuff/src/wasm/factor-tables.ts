import { multiply } from '../field.js';

/** Bytes of the look-up tables of one factor. */
export const FACTOR_BYTES = 128;

/**
 * Writes the look-up tables by which the kernels multiply with a factor.
 *
 * For each nibble place p of an element, the products of the factor with the 16 values of that nibble: four tables of
 * their low bytes, then four of their high bytes.
 *
 * @param out - destination
 * @param offset - where the 128 bytes go
 * @param factor - field element
 */
export function writeFactorTables(out: Uint8Array, offset: number, factor: number): void {
  for (let place = 0; place < 4; place++) {
    const bits = [0, 1, 2, 3].map((bit) => multiply(factor, 1 << (4 * place + bit)));
    for (let value = 0; value < 16; value++) {
      // The product is linear in the nibble: it is the sum of the products of its bits.
      let product = 0;
      for (let bit = 0; bit < 4; bit++) {
        if ((value >> bit) & 1) product ^= bits[bit] ?? 0;
      }
      out[offset + 16 * place + value] = product & 0xff;
      out[offset + 64 + 16 * place + value] = product >> 8;
    }
  }
}

/**
 * Builds the tables of all factors below a bound.
 *
 * @param count - number of factors, 0 to count - 1
 * @returns `count × 128` bytes
 */
export function buildFactorTables(count: number): Uint8Array {
  const out = new Uint8Array(count * FACTOR_BYTES);
  for (let factor = 0; factor < count; factor++) {
    // The bits of a factor above its lowest one were done before: tables are linear in the factor as well.
    const lowest = factor & -factor;
    if (factor === 0) continue;
    if (factor === lowest) {
      writeFactorTables(out, factor * FACTOR_BYTES, factor);
      continue;
    }
    const a = lowest * FACTOR_BYTES;
    const b = (factor ^ lowest) * FACTOR_BYTES;
    const target = factor * FACTOR_BYTES;
    for (let i = 0; i < FACTOR_BYTES; i++) out[target + i] = (out[a + i] ?? 0) ^ (out[b + i] ?? 0);
  }
  return out;
}
