/**
 * The additive Fourier transforms over GF(2^16), vectorised over element positions.
 *
 * A symbol's stripe lies in the work area as units of 32 bytes: 16 low bytes, then the 16 high bytes of the same
 * elements. A product with a constant is eight table look-ups of 16 entries, one for each of the four nibbles and each
 * byte of the result; the eight tables of a factor `t` are 128 bytes at `factors + 128 * t`.
 * Spec: redstuff.md sections 5.1 and 5.3.
 */

/** Bytes of the tables of one factor. */
export const FACTOR_BYTES: usize = 128;

// The nibble mask comes from memory: the engine would otherwise build the constant anew at every use.
const NIBBLES: usize = memory.data<u64>([0x0f0f0f0f0f0f0f0f, 0x0f0f0f0f0f0f0f0f], 16);

let factors: usize = 0;

/** Sets where the factor tables lie. */
export function setFactors(pointer: usize): void {
  factors = pointer;
}

/** dst ^= src. */
export function xorInto(dst: usize, src: usize, bytes: usize): void {
  const end = src + bytes;
  while (src < end) {
    v128.store(dst, v128.xor(v128.load(dst), v128.load(src)));
    v128.store(dst, v128.xor(v128.load(dst, 16), v128.load(src, 16)), 16);
    src += 32;
    dst += 32;
  }
}

/** dst *= factor whose tables are given. */
export function scale(dst: usize, bytes: usize, table: usize): void {
  const mask = v128.load(NIBBLES);
  const end = dst + bytes;
  while (dst < end) {
    const low = v128.load(dst);
    const high = v128.load(dst, 16);
    const n0 = v128.and(low, mask);
    const n1 = v128.and(i16x8.shr_u(low, 4), mask);
    const n2 = v128.and(high, mask);
    const n3 = v128.and(i16x8.shr_u(high, 4), mask);
    v128.store(
      dst,
      v128.xor(
        v128.xor(
          i8x16.swizzle(v128.load(table), n0),
          i8x16.swizzle(v128.load(table, 16), n1),
        ),
        v128.xor(
          i8x16.swizzle(v128.load(table, 32), n2),
          i8x16.swizzle(v128.load(table, 48), n3),
        ),
      ),
    );
    v128.store(
      dst,
      v128.xor(
        v128.xor(
          i8x16.swizzle(v128.load(table, 64), n0),
          i8x16.swizzle(v128.load(table, 80), n1),
        ),
        v128.xor(
          i8x16.swizzle(v128.load(table, 96), n2),
          i8x16.swizzle(v128.load(table, 112), n3),
        ),
      ),
      16,
    );
    dst += 32;
  }
}

/** Butterflies of one group: if `inverse` y ^= x first; then x ^= t * y; if not `inverse` y ^= x last. */
// @ts-ignore: decorator of AssemblyScript
@inline
function butterflies(x: usize, y: usize, bytes: usize, table: usize, inverse: bool): void {
  const mask = v128.load(NIBBLES);
  const t0 = v128.load(table);
  const t1 = v128.load(table, 16);
  const t2 = v128.load(table, 32);
  const t3 = v128.load(table, 48);
  const t4 = v128.load(table, 64);
  const t5 = v128.load(table, 80);
  const t6 = v128.load(table, 96);
  const t7 = v128.load(table, 112);
  const end = x + bytes;
  while (x < end) {
    let xl = v128.load(x);
    let xh = v128.load(x, 16);
    let yl = v128.load(y);
    let yh = v128.load(y, 16);
    if (inverse) {
      yl = v128.xor(yl, xl);
      yh = v128.xor(yh, xh);
      v128.store(y, yl);
      v128.store(y, yh, 16);
    }
    const n0 = v128.and(yl, mask);
    const n1 = v128.and(i16x8.shr_u(yl, 4), mask);
    const n2 = v128.and(yh, mask);
    const n3 = v128.and(i16x8.shr_u(yh, 4), mask);
    xl = v128.xor(xl, v128.xor(i8x16.swizzle(t0, n0), i8x16.swizzle(t1, n1)));
    xl = v128.xor(xl, v128.xor(i8x16.swizzle(t2, n2), i8x16.swizzle(t3, n3)));
    xh = v128.xor(xh, v128.xor(i8x16.swizzle(t4, n0), i8x16.swizzle(t5, n1)));
    xh = v128.xor(xh, v128.xor(i8x16.swizzle(t6, n2), i8x16.swizzle(t7, n3)));
    v128.store(x, xl);
    v128.store(x, xh, 16);
    if (!inverse) {
      v128.store(y, v128.xor(yl, xl));
      v128.store(y, v128.xor(yh, xh), 16);
    }
    x += 32;
    y += 32;
  }
}

/**
 * Inverse transform in place: values at `delta .. delta + size - 1` become coefficients.
 *
 * `stride` is the bytes of one entry; entries from `used` on are zero and groups of them are skipped.
 */
export function inverse(w: usize, size: u32, delta: u32, stride: usize, used: u32): void {
  let layer: u32 = 0;
  for (let distance: u32 = 1; distance < size; distance <<= 1, layer++) {
    const bytes = <usize>distance * stride;
    for (let r: u32 = 0; r < used; r += distance * 2) {
      const t = (delta + r) >> layer;
      const x = w + <usize>r * stride;
      if (t == 0) xorInto(x + bytes, x, bytes);
      else butterflies(x, x + bytes, bytes, factors + <usize>t * FACTOR_BYTES, true);
    }
  }
}

/**
 * Forward transform in place: coefficients become values at `delta .. delta + size - 1`.
 *
 * Only entries `from .. to - 1` are right afterwards.
 */
export function forward(w: usize, size: u32, delta: u32, stride: usize, from: u32, to: u32): void {
  if (size < 2) return;
  let layer: u32 = 31 - clz(size >> 1);
  for (let distance: u32 = size >> 1; distance > 0; distance >>= 1, layer--) {
    const bytes = <usize>distance * stride;
    const group = distance * 2;
    for (let r: u32 = from & ~(group - 1); r < to; r += group) {
      const t = (delta + r) >> layer;
      const x = w + <usize>r * stride;
      if (t == 0) xorInto(x + bytes, x, bytes);
      else butterflies(x, x + bytes, bytes, factors + <usize>t * FACTOR_BYTES, false);
    }
  }
}
