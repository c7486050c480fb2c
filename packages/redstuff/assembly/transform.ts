/**
 * The additive Fourier transforms over units in memory. Spec: redstuff.md section 5.3, redstuff-performance.md section 3.
 *
 * An entry of a transform is `stride` bytes of units: 16 bytes of the coordinates a, 16 of the coordinates b in the basis
 * {1, g} over the subfield. Two layers at a time (radix 4) as long as their factors are in the subfield, depth first, so that
 * ever smaller blocks stay in the cache; the lowest two or three layers of each block of 4 or 8 entries last.
 *
 * `t` at distance `2^v` of the group at `r` is `(delta + r) >> v`.
 */
import { factors, lookUp, NIBBLES, subfield } from './scratch';

/** Bytes of what is kept of a factor `c + d g`: c, c + d and d h, where `g^2 = g + h`, and one unused. */
const FACTOR_BYTES: usize = 4;
/** Bytes of the eight tables of a linear map; see `scale`. */
export const MAP_BYTES: usize = 128;

// @ts-ignore: decorator of AssemblyScript
@inline
function times(x: v128, low: v128, high: v128, mask: v128): v128 {
  return v128.xor(
    lookUp(low, v128.and(x, mask)),
    lookUp(high, v128.and(i16x8.shr_u(x, 4), mask)),
  );
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

/** dst ^= t * src, for `t` in the subfield. */
export function xorTimes(dst: usize, src: usize, bytes: usize, t: u32): void {
  const mask = v128.load(NIBBLES);
  const low = v128.load(subfield + <usize>t * 32);
  const high = v128.load(subfield + <usize>t * 32, 16);
  const end = src + bytes;
  while (src < end) {
    v128.store(dst, v128.xor(v128.load(dst), times(v128.load(src), low, high, mask)));
    src += 16;
    dst += 16;
  }
}

/** dst = the linear map of `dst` that eight tables give. */
export function scale(dst: usize, bytes: usize, table: usize): void {
  const mask = v128.load(NIBBLES);
  const end = dst + bytes;
  while (dst < end) {
    const a = v128.load(dst);
    const b = v128.load(dst, 16);
    const n0 = v128.and(a, mask);
    const n1 = v128.and(i16x8.shr_u(a, 4), mask);
    const n2 = v128.and(b, mask);
    const n3 = v128.and(i16x8.shr_u(b, 4), mask);
    v128.store(
      dst,
      v128.xor(
        v128.xor(lookUp(v128.load(table), n0), lookUp(v128.load(table, 16), n1)),
        v128.xor(lookUp(v128.load(table, 32), n2), lookUp(v128.load(table, 48), n3)),
      ),
    );
    v128.store(
      dst,
      v128.xor(
        v128.xor(lookUp(v128.load(table, 64), n0), lookUp(v128.load(table, 80), n1)),
        v128.xor(lookUp(v128.load(table, 96), n2), lookUp(v128.load(table, 112), n3)),
      ),
      16,
    );
    dst += 32;
  }
}

/** Butterflies of one group with a factor of the subfield. */
// @ts-ignore: decorator of AssemblyScript
@inline
function subfieldGroup(x: usize, bytes: usize, t: u32, isInverse: bool): void {
  const mask = v128.load(NIBBLES);
  const table = subfield + <usize>t * 32;
  const low = v128.load(table);
  const high = v128.load(table, 16);
  const end = x + bytes;
  while (x < end) {
    const y = x + bytes;
    let xv = v128.load(x);
    let yv = v128.load(y);
    if (isInverse) yv = v128.xor(yv, xv);
    xv = v128.xor(xv, times(yv, low, high, mask));
    if (!isInverse) yv = v128.xor(yv, xv);
    v128.store(x, xv);
    v128.store(y, yv);
    x += 16;
  }
}

/**
 * Butterflies of one group with any factor `c + d g`, of which three products of the subfield make all:
 * `(a + b g)(c + d g) = a c + b d h + ((a + b)(c + d) + a c) g`, where `g^2 = g + h`.
 */
// @ts-ignore: decorator of AssemblyScript
@inline
function anyGroup(x: usize, bytes: usize, t: u32, isInverse: bool): void {
  const mask = v128.load(NIBBLES);
  const factor = load<u32>(factors + <usize>t * FACTOR_BYTES);
  const table = subfield + <usize>(factor & 0xff) * 32;
  const sumTable = subfield + <usize>((factor >> 8) & 0xff) * 32;
  const highTable = subfield + <usize>((factor >> 16) & 0xff) * 32;
  const cl = v128.load(table);
  const ch = v128.load(table, 16);
  const sl = v128.load(sumTable);
  const sh = v128.load(sumTable, 16);
  const dl = v128.load(highTable);
  const dh = v128.load(highTable, 16);
  const end = x + bytes;
  while (x < end) {
    const y = x + bytes;
    let ya = v128.load(y);
    let yb = v128.load(y, 16);
    if (isInverse) {
      ya = v128.xor(ya, v128.load(x));
      yb = v128.xor(yb, v128.load(x, 16));
      v128.store(y, ya);
      v128.store(y, yb, 16);
    }
    const ac = times(ya, cl, ch, mask);
    const xa = v128.xor(v128.load(x), v128.xor(ac, times(yb, dl, dh, mask)));
    const xb = v128.xor(v128.load(x, 16), v128.xor(ac, times(v128.xor(ya, yb), sl, sh, mask)));
    v128.store(x, xa);
    v128.store(x, xb, 16);
    if (!isInverse) {
      v128.store(y, v128.xor(ya, xa));
      v128.store(y, v128.xor(yb, xb), 16);
    }
    x += 32;
  }
}

function forwardGroup(x: usize, bytes: usize, t: u32): void {
  if (t == 0) xorInto(x + bytes, x, bytes);
  else if (t < 256) subfieldGroup(x, bytes, t, false);
  else anyGroup(x, bytes, t, false);
}

function inverseGroup(x: usize, bytes: usize, t: u32): void {
  if (t == 0) xorInto(x + bytes, x, bytes);
  else if (t < 256) subfieldGroup(x, bytes, t, true);
  else anyGroup(x, bytes, t, true);
}

/**
 * Two layers of four quarters of `bytes` each, factors of the subfield: `t` in the layer of distance 2 quarters, `u` of the
 * first pair and `u + 2` of the second pair in the layer of distance 1 quarter, where `u = 2 t`.
 *
 * Reads at `x + from`, writes at `x`. A unit at a time, both of its vectors, so that addresses are computed once; written twice,
 * since the language takes nothing but literals for offsets, an inlined parameter neither.
 */
// @ts-ignore: decorator of AssemblyScript
@inline
function forwardQuarters(x: usize, from: usize, bytes: usize, t: u32): void {
  const mask = v128.load(NIBBLES);
  const table = subfield + <usize>t * 32;
  const tl = v128.load(table);
  const th = v128.load(table, 16);
  const ul = v128.load(table + <usize>t * 32);
  const uh = v128.load(table + <usize>t * 32, 16);
  const wl = v128.load(table + <usize>t * 32, 64);
  const wh = v128.load(table + <usize>t * 32, 80);
  const end = x + bytes;
  while (x < end) {
    const p1 = x + bytes;
    const p2 = p1 + bytes;
    const p3 = p2 + bytes;
    const s = x + from;
    const s1 = s + bytes;
    const s2 = s1 + bytes;
    const s3 = s2 + bytes;
    let x2 = v128.load(s2);
    let x3 = v128.load(s3);
    let x0 = v128.xor(v128.load(s), times(x2, tl, th, mask));
    let x1 = v128.xor(v128.load(s1), times(x3, tl, th, mask));
    x2 = v128.xor(x2, x0);
    x3 = v128.xor(x3, x1);
    x0 = v128.xor(x0, times(x1, ul, uh, mask));
    x2 = v128.xor(x2, times(x3, wl, wh, mask));
    v128.store(x, x0);
    v128.store(p1, v128.xor(x1, x0));
    v128.store(p2, x2);
    v128.store(p3, v128.xor(x3, x2));
    x2 = v128.load(s2, 16);
    x3 = v128.load(s3, 16);
    x0 = v128.xor(v128.load(s, 16), times(x2, tl, th, mask));
    x1 = v128.xor(v128.load(s1, 16), times(x3, tl, th, mask));
    x2 = v128.xor(x2, x0);
    x3 = v128.xor(x3, x1);
    x0 = v128.xor(x0, times(x1, ul, uh, mask));
    x2 = v128.xor(x2, times(x3, wl, wh, mask));
    v128.store(x, x0, 16);
    v128.store(p1, v128.xor(x1, x0), 16);
    v128.store(p2, x2, 16);
    v128.store(p3, v128.xor(x3, x2), 16);
    x += 32;
  }
}

/** The first two quarters of `forwardQuarters` only; the others are left undefined. */
// @ts-ignore: decorator of AssemblyScript
@inline
function forwardHalf(x: usize, from: usize, bytes: usize, t: u32): void {
  const mask = v128.load(NIBBLES);
  const table = subfield + <usize>t * 32;
  const tl = v128.load(table);
  const th = v128.load(table, 16);
  const ul = v128.load(table + <usize>t * 32);
  const uh = v128.load(table + <usize>t * 32, 16);
  const end = x + bytes;
  while (x < end) {
    const p1 = x + bytes;
    const s = x + from;
    const s1 = s + bytes;
    const s2 = s1 + bytes;
    const s3 = s2 + bytes;
    let x0 = v128.xor(v128.load(s), times(v128.load(s2), tl, th, mask));
    let x1 = v128.xor(v128.load(s1), times(v128.load(s3), tl, th, mask));
    x0 = v128.xor(x0, times(x1, ul, uh, mask));
    v128.store(x, x0);
    v128.store(p1, v128.xor(x1, x0));
    x0 = v128.xor(v128.load(s, 16), times(v128.load(s2, 16), tl, th, mask));
    x1 = v128.xor(v128.load(s1, 16), times(v128.load(s3, 16), tl, th, mask));
    x0 = v128.xor(x0, times(x1, ul, uh, mask));
    v128.store(x, x0, 16);
    v128.store(p1, v128.xor(x1, x0), 16);
    x += 32;
  }
}

/** `forwardQuarters` for `t = 0`, where only the factor 2 of the second pair is left. */
// @ts-ignore: decorator of AssemblyScript
@inline
function forwardQuartersAtZero(x: usize, bytes: usize): void {
  const mask = v128.load(NIBBLES);
  const wl = v128.load(subfield, 64);
  const wh = v128.load(subfield, 80);
  const end = x + bytes;
  while (x < end) {
    const x0 = v128.load(x);
    const x1 = v128.load(x + bytes);
    let x2 = v128.xor(v128.load(x + 2 * bytes), x0);
    const x3 = v128.xor(v128.load(x + 3 * bytes), x1);
    x2 = v128.xor(x2, times(x3, wl, wh, mask));
    v128.store(x + bytes, v128.xor(x1, x0));
    v128.store(x + 2 * bytes, x2);
    v128.store(x + 3 * bytes, v128.xor(x3, x2));
    x += 16;
  }
}

/** The inverse of `forwardQuarters`, in place. */
// @ts-ignore: decorator of AssemblyScript
@inline
function inverseQuarters(x: usize, bytes: usize, t: u32): void {
  const mask = v128.load(NIBBLES);
  const table = subfield + <usize>t * 32;
  const tl = v128.load(table);
  const th = v128.load(table, 16);
  const ul = v128.load(table + <usize>t * 32);
  const uh = v128.load(table + <usize>t * 32, 16);
  const wl = v128.load(table + <usize>t * 32, 64);
  const wh = v128.load(table + <usize>t * 32, 80);
  const end = x + bytes;
  while (x < end) {
    const p1 = x + bytes;
    const p2 = p1 + bytes;
    const p3 = p2 + bytes;
    let x0 = v128.load(x);
    let x1 = v128.xor(v128.load(p1), x0);
    let x2 = v128.load(p2);
    let x3 = v128.xor(v128.load(p3), x2);
    x0 = v128.xor(x0, times(x1, ul, uh, mask));
    x2 = v128.xor(v128.xor(x2, times(x3, wl, wh, mask)), x0);
    x3 = v128.xor(x3, x1);
    v128.store(x, v128.xor(x0, times(x2, tl, th, mask)));
    v128.store(p1, v128.xor(x1, times(x3, tl, th, mask)));
    v128.store(p2, x2);
    v128.store(p3, x3);
    x0 = v128.load(x, 16);
    x1 = v128.xor(v128.load(p1, 16), x0);
    x2 = v128.load(p2, 16);
    x3 = v128.xor(v128.load(p3, 16), x2);
    x0 = v128.xor(x0, times(x1, ul, uh, mask));
    x2 = v128.xor(v128.xor(x2, times(x3, wl, wh, mask)), x0);
    x3 = v128.xor(x3, x1);
    v128.store(x, v128.xor(x0, times(x2, tl, th, mask)), 16);
    v128.store(p1, v128.xor(x1, times(x3, tl, th, mask)), 16);
    v128.store(p2, x2, 16);
    v128.store(p3, x3, 16);
    x += 32;
  }
}

/** `inverseQuarters` for `t = 0`. */
// @ts-ignore: decorator of AssemblyScript
@inline
function inverseQuartersAtZero(x: usize, bytes: usize): void {
  const mask = v128.load(NIBBLES);
  const wl = v128.load(subfield, 64);
  const wh = v128.load(subfield, 80);
  const end = x + bytes;
  while (x < end) {
    const x0 = v128.load(x);
    const x1 = v128.xor(v128.load(x + bytes), x0);
    let x2 = v128.load(x + 2 * bytes);
    const x3 = v128.xor(v128.load(x + 3 * bytes), x2);
    x2 = v128.xor(x2, times(x3, wl, wh, mask));
    v128.store(x + bytes, x1);
    v128.store(x + 2 * bytes, v128.xor(x2, x0));
    v128.store(x + 3 * bytes, v128.xor(x3, x1));
    x += 16;
  }
}

/** Two layers in place, where `t` is the factor of the upper one. */
function forwardLayers(x: usize, bytes: usize, t: u32): void {
  if (t == 0) forwardQuartersAtZero(x, bytes);
  else forwardQuarters(x, 0, bytes, t);
}

function inverseLayers(x: usize, bytes: usize, t: u32): void {
  if (t == 0) inverseQuartersAtZero(x, bytes);
  else inverseQuarters(x, bytes, t);
}

/** Tells whether both layers of a group of `size` entries that begins at point `p` have factors of the subfield. */
// @ts-ignore: decorator of AssemblyScript
@inline
function isSubfield(p: u32, size: u32): bool {
  const quarter = size >> 2;
  return (p + 2 * quarter) >> ctz(quarter) < 256;
}

/** The entries `r` to `r + size - 1` of a forward transform, as far as entries `from .. to - 1` need them. */
function forwardBlock(
  w: usize,
  r: u32,
  size: u32,
  delta: u32,
  stride: usize,
  from: u32,
  to: u32,
): void {
  const x = w + <usize>r * stride;
  const half = size >> 1;
  if (size >= 4 && isSubfield(delta + r, size)) {
    const quarter = size >> 2;
    forwardLayers(x, <usize>quarter * stride, (delta + r) >> ctz(half));
    if (quarter > 1) forwardParts(w, r, quarter, delta, stride, from, to);
    return;
  }
  if (size <= 8) {
    for (let distance = half; distance != 0; distance >>= 1) {
      const bytes = <usize>distance * stride;
      for (let q = r; q < r + size; q += 2 * distance) {
        if (q >= to || q + 2 * distance <= from) continue;
        forwardGroup(w + <usize>q * stride, bytes, (delta + q) >> ctz(distance));
      }
    }
    return;
  }
  forwardGroup(x, <usize>half * stride, (delta + r) >> ctz(half));
  if (from < r + half) forwardBlock(w, r, half, delta, stride, from, to);
  if (to > r + half) forwardBlock(w, r + half, half, delta, stride, from, to);
}

/** The quarters of a block, one after the other. */
function forwardParts(
  w: usize,
  r: u32,
  quarter: u32,
  delta: u32,
  stride: usize,
  from: u32,
  to: u32,
): void {
  for (let i: u32 = 0; i < 4; i++) {
    if (r < to && r + quarter > from) forwardBlock(w, r, quarter, delta, stride, from, to);
    r += quarter;
  }
}

/** The entries `r` to `r + size - 1` of an inverse transform; those outside of `from .. to - 1` are zero before. */
function inverseBlock(
  w: usize,
  r: u32,
  size: u32,
  delta: u32,
  stride: usize,
  from: u32,
  to: u32,
): void {
  const x = w + <usize>r * stride;
  const half = size >> 1;
  if (size >= 4 && isSubfield(delta + r, size)) {
    const quarter = size >> 2;
    if (quarter > 1) {
      for (let i: u32 = 0, q = r; i < 4; i++, q += quarter) {
        if (q < to && q + quarter > from) inverseBlock(w, q, quarter, delta, stride, from, to);
      }
    }
    inverseLayers(x, <usize>quarter * stride, (delta + r) >> ctz(half));
    return;
  }
  if (size <= 8) {
    for (let distance: u32 = 1; distance < size; distance <<= 1) {
      const bytes = <usize>distance * stride;
      for (let q = r; q < r + size; q += 2 * distance) {
        if (q >= to || q + 2 * distance <= from) continue;
        inverseGroup(w + <usize>q * stride, bytes, (delta + q) >> ctz(distance));
      }
    }
    return;
  }
  if (from < r + half) inverseBlock(w, r, half, delta, stride, from, to);
  if (to > r + half) inverseBlock(w, r + half, half, delta, stride, from, to);
  inverseGroup(x, <usize>half * stride, (delta + r) >> ctz(half));
}

/**
 * Inverse transform in place: values at `delta .. delta + size - 1` become coefficients.
 *
 * `stride` is the bytes of one entry; entries outside of `from .. to - 1` are zero, and groups of them are skipped.
 */
export function inverse(
  w: usize,
  size: u32,
  delta: u32,
  stride: usize,
  from: u32,
  to: u32,
): void {
  if (size > 1 && from < to) inverseBlock(w, 0, size, delta, stride, from, to);
}

/**
 * Forward transform in place: coefficients become values at `delta .. delta + size - 1`.
 *
 * Only entries `from .. to - 1` are right afterwards.
 */
export function forward(w: usize, size: u32, delta: u32, stride: usize, from: u32, to: u32): void {
  if (size > 1) forwardBlock(w, 0, size, delta, stride, from, to);
}

/**
 * Forward transform out of place, of the first `to` values.
 *
 * Reads `size` coefficients at `src`, which stay as they are. `delta` is not zero.
 */
export function forwardFrom(
  w: usize,
  src: usize,
  size: u32,
  delta: u32,
  stride: usize,
  to: u32,
): void {
  const quarter = size >> 2;
  const bytes = <usize>quarter * stride;
  const t = delta >> ctz(size >> 1);
  if (to <= size >> 1) forwardHalf(w, src - w, bytes, t);
  else forwardQuarters(w, src - w, bytes, t);
  if (quarter > 1) forwardParts(w, 0, quarter, delta, stride, 0, to);
}
