import { fieldTables, MODULUS } from '../field.js';

/**
 * A row of `size` entries of `width` elements each: one entry per symbol, one element per element position.
 */
export interface TransformArray {
  readonly elements: Uint16Array;
  readonly width: number;
}

/** Adds `target += factor ⊗ source` over `count` elements of one array. */
function addProduct(
  elements: Uint16Array,
  target: number,
  source: number,
  count: number,
  factor: number,
): void {
  if (factor === 0) return;
  const { exp, log } = fieldTables();
  const factorLog = log[factor] ?? 0;
  for (let i = 0; i < count; i++) {
    const value = elements[source + i] ?? 0;
    if (value === 0) continue;
    const product = exp[((log[value] ?? 0) + factorLog) % MODULUS] ?? 0;
    elements[target + i] = (elements[target + i] ?? 0) ^ product;
  }
}

/** Adds `target += source` over `count` elements of one array. */
function add(elements: Uint16Array, target: number, source: number, count: number): void {
  for (let i = 0; i < count; i++) {
    elements[target + i] = (elements[target + i] ?? 0) ^ (elements[source + i] ?? 0);
  }
}

/** Multiplies one entry by a factor in place. */
export function scaleEntry(array: TransformArray, entry: number, factor: number): void {
  const { exp, log } = fieldTables();
  const { elements, width } = array;
  const factorLog = log[factor] ?? 0;
  for (let i = entry * width; i < (entry + 1) * width; i++) {
    const value = elements[i] ?? 0;
    if (value !== 0) elements[i] = exp[((log[value] ?? 0) + factorLog) % MODULUS] ?? 0;
  }
}

/**
 * Turns values at `offset .. offset + size - 1` into coefficients, in place.
 *
 * @param size - power of two
 * @param offset - a multiple of `size`
 * @see spec redstuff.md §5.3
 */
export function inverseTransform(array: TransformArray, size: number, offset: number): void {
  const { elements, width } = array;
  for (let layer = 0, distance = 1; distance < size; layer++, distance *= 2) {
    const count = distance * width;
    for (let r = 0; r < size; r += 2 * distance) {
      const x = r * width;
      const y = x + count;
      add(elements, y, x, count);
      addProduct(elements, x, y, count, (offset + r) >> layer);
    }
  }
}

/** Turns coefficients into values: the inverse of {@link inverseTransform}. */
export function forwardTransform(array: TransformArray, size: number, offset: number): void {
  const { elements, width } = array;
  let layer = Math.log2(size) - 1;
  for (let distance = size / 2; distance >= 1; layer--, distance /= 2) {
    const count = distance * width;
    for (let r = 0; r < size; r += 2 * distance) {
      const x = r * width;
      const y = x + count;
      addProduct(elements, x, y, count, (offset + r) >> layer);
      add(elements, y, x, count);
    }
  }
}

/** Replaces coefficients by those of the formal derivative, in place. */
export function formalDerivative(array: TransformArray, size: number): void {
  const { elements, width } = array;
  for (let i = 1; i < size; i++) {
    const step = i & -i;
    add(elements, (i - step) * width, i * width, step * width);
  }
}
