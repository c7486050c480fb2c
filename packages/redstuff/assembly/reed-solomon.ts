/**
 * The one-dimensional code over whole symbols. Spec: redstuff.md sections 5.4 and 5.7, redstuff-performance.md sections 3, 5.
 *
 * A long symbol is worked on in stripes, so that the data of a transform stay in the cache.
 */
import { MAP_BYTES, forward, forwardFrom, inverse, scale, xorInto, xorTimes } from './transform';
import {
  clearUnits,
  copySymbol,
  copyUnits,
  loadPacked,
  loadPairs,
  loadSymbol,
  storePacked,
  storePairs,
  storeSymbol,
  unitsOf,
} from './symbols';
import { work } from './scratch';

/** Most bytes of a symbol per pass, a multiple of 64: the work arrays stay in the cache of second level. */
export const STRIPE: usize = 448;
/** Distance between work arrays beyond their size, for the same reason. */
const GAP: usize = 1024;
/** Bytes of a plan's entry: u32 symbol number, u32 position, u32 slot, 4 unused bytes, tables. */
const ENTRY_HEADER: usize = 16;
const ENTRY_BYTES: usize = ENTRY_HEADER + MAP_BYTES;

/**
 * Computes `bytes` of each of the `m` recovery symbols of one codeword from its source symbols, of which those from `used` on
 * are zero.
 *
 * Symbol i is read at `src + i * srcStride` and written at `dst + i * dstStride`.
 */
// @ts-ignore: decorator of AssemblyScript
@inline
function encodeBytes(
  isPacked: bool,
  m: u32,
  chunk: u32,
  isHigh: bool,
  used: u32,
  bytes: usize,
  src: usize,
  srcStride: usize,
  dst: usize,
  dstStride: usize,
): void {
  const stride = isPacked ? <usize>32 : unitsOf(bytes) * 32;
  const size = <usize>chunk * stride;
  const first = work;
  const second = work + size + GAP;
  if (isHigh) {
    for (let base: u32 = 0; base == 0 || base < used; base += chunk) {
      const target = base == 0 ? first : second;
      const count = min<u32>(chunk, used - base);
      const from = src + <usize>base * srcStride;
      fill(isPacked, target, from, srcStride, count, chunk, bytes, stride);
      inverse(target, chunk, base + chunk, stride, 0, count);
      if (base != 0) xorInto(first, second, size);
    }
    forward(first, chunk, 0, stride, 0, m);
    drain(isPacked, dst, dstStride, first, m, bytes, stride);
  } else {
    fill(isPacked, first, src, srcStride, used, chunk, bytes, stride);
    inverse(first, chunk, 0, stride, 0, used);
    for (let base: u32 = 0; base < m; base += chunk) {
      const count = min<u32>(chunk, m - base);
      if (chunk >= 4) {
        forwardFrom(second, first, chunk, base + chunk, stride, count);
      } else {
        copyUnits(second, first, size);
        forward(second, chunk, base + chunk, stride, 0, count);
      }
      drain(isPacked, dst + <usize>base * dstStride, dstStride, second, count, bytes, stride);
    }
  }
}

// @ts-ignore: decorator of AssemblyScript
@inline
function fill(
  isPacked: bool,
  w: usize,
  src: usize,
  srcStride: usize,
  count: u32,
  size: u32,
  bytes: usize,
  stride: usize,
): void {
  for (let i: u32 = 0; i < count; i++) {
    if (isPacked) loadPacked(w, src);
    else loadSymbol(w, src, bytes);
    src += srcStride;
    w += stride;
  }
  clearUnits(w, <usize>(size - count) * stride);
}

// @ts-ignore: decorator of AssemblyScript
@inline
function drain(
  isPacked: bool,
  dst: usize,
  dstStride: usize,
  w: usize,
  count: u32,
  bytes: usize,
  stride: usize,
): void {
  for (let i: u32 = 0; i < count; i++) {
    if (isPacked) storePacked(dst, w, bytes);
    else storeSymbol(dst, w, bytes);
    dst += dstStride;
    w += stride;
  }
}

/**
 * Returns the bytes per pass of symbols of some size: about equal stripes, since short ones cost as much as long ones. Except
 * for the last they are multiples of 64, and no powers of two, to spread over the cache sets.
 */
export function stripeOf(symbolSize: usize): usize {
  if (symbolSize <= STRIPE) return symbolSize;
  const count = (symbolSize + STRIPE - 1) / STRIPE;
  const bytes = ((symbolSize + count - 1) / count + 63) & ~63;
  return popcnt(bytes) == 1 ? bytes + 64 : bytes;
}

/** Computes a stripe of the recovery symbols of one codeword: `bytes` of each, at most `STRIPE`. See above. */
export function encodeStripe(
  m: u32,
  chunk: u32,
  isHigh: bool,
  used: u32,
  bytes: usize,
  src: usize,
  srcStride: usize,
  dst: usize,
  dstStride: usize,
): void {
  encodeBytes(false, m, chunk, isHigh, used, bytes, src, srcStride, dst, dstStride);
}

/** Computes the recovery symbols of several codewords whose symbols follow each other, `bytes` of them: 32 at most. */
export function encodePacked(
  m: u32,
  chunk: u32,
  isHigh: bool,
  used: u32,
  bytes: usize,
  src: usize,
  srcStride: usize,
  dst: usize,
  dstStride: usize,
): void {
  encodeBytes(true, m, chunk, isHigh, used, bytes, src, srcStride, dst, dstStride);
}

/**
 * Restores the `k` sources of one codeword from `k` of its symbols.
 *
 * The plan: `given` and `missing` hold one entry per symbol. A given symbol is read at `src + slot * srcStride`; source j is
 * written at `dst + j * dstStride`, where it may be already.
 */
export function decodeWord(
  k: u32,
  chunk: u32,
  isHigh: bool,
  end: u32,
  domain: u32,
  symbolSize: usize,
  src: usize,
  srcStride: usize,
  dst: usize,
  dstStride: usize,
  given: usize,
  missing: usize,
  missingCount: u32,
): void {
  for (let i: u32 = 0; i < k; i++) {
    const entry = given + <usize>i * ENTRY_BYTES;
    const index = load<u32>(entry);
    if (index >= k) continue;
    const from = src + <usize>load<u32>(entry, 8) * srcStride;
    const to = dst + <usize>index * dstStride;
    if (from != to) copySymbol(to, from, symbolSize);
  }
  if (missingCount == 0) return;
  // Missing sources are sorted, so their positions are ascending.
  const from = load<u32>(missing, 4);
  const to = load<u32>(missing + <usize>(missingCount - 1) * ENTRY_BYTES, 4) + 1;
  const stripe = stripeOf(symbolSize);
  for (let offset: usize = 0; offset < symbolSize; offset += stripe) {
    const bytes = min<usize>(stripe, symbolSize - offset);
    const stride = unitsOf(bytes) * 32;
    let w: usize;
    if (isHigh || end > 3 * chunk) {
      w = work;
      place(w, given, k, 0, domain, src + offset, srcStride, bytes, stride);
      inverse(w, domain, 0, stride, 0, end);
      derive(w, domain, stride);
      forward(w, domain, 0, stride, from, to);
    } else {
      w = interpolateLow(k, chunk, given, src + offset, srcStride, bytes, stride);
      forward(w, chunk, 0, stride, from, to);
    }
    for (let i: u32 = 0; i < missingCount; i++) {
      const entry = missing + <usize>i * ENTRY_BYTES;
      const unit = w + <usize>load<u32>(entry, 4) * stride;
      scale(unit, stride, entry + ENTRY_HEADER);
      storePairs(dst + <usize>load<u32>(entry) * dstStride + offset, unit, bytes);
    }
  }
}

/**
 * Lays the given symbols that belong to positions `base .. base + size - 1`, multiplied, into a work array of zeros.
 *
 * Returns the range of those positions: the first, less than `size`, or `size` if there are none; the end in the upper half.
 */
function place(
  w: usize,
  given: usize,
  k: u32,
  base: u32,
  size: u32,
  src: usize,
  srcStride: usize,
  bytes: usize,
  stride: usize,
): u64 {
  clearUnits(w, <usize>size * stride);
  let first = size;
  let end: u32 = 0;
  for (let i: u32 = 0; i < k; i++) {
    const entry = given + <usize>i * ENTRY_BYTES;
    const position = load<u32>(entry, 4) - base;
    if (position >= size) continue;
    first = min<u32>(first, position);
    end = max<u32>(end, position + 1);
    const unit = w + <usize>position * stride;
    loadPairs(unit, src + <usize>load<u32>(entry, 8) * srcStride, bytes);
    scale(unit, stride, entry + ENTRY_HEADER);
  }
  return (<u64>end << 32) | <u64>first;
}

/** The formal derivative, in place. */
function derive(w: usize, size: u32, stride: usize): void {
  for (let i: u32 = 1; i < size; i++) {
    const step = i & -i;
    const x = w + <usize>i * stride;
    xorInto(x - <usize>step * stride, x, <usize>step * stride);
  }
}

/**
 * Returns where the first `chunk` coefficients of the derivative are, for the low rate.
 *
 * The points are up to three chunks: sources and known zeros (A), then recovery symbols (B and D), all else being zero. With A,
 * B, D their coefficients by themselves, the upper two layers of the inverse transform, where `t` is 0, 0 and 2, make of them
 * `A, A + B, 3 D + A, A + B + D`. The derivative adds to the first of these, derived, the second and the third: that is
 * `A' + B + 3 D`. And the first chunk of the forward transform takes nothing from the others.
 */
function interpolateLow(
  k: u32,
  chunk: u32,
  given: usize,
  src: usize,
  srcStride: usize,
  bytes: usize,
  stride: usize,
): usize {
  const size = <usize>chunk * stride;
  const sum = work;
  const part = work + size + GAP;
  let range = place(sum, given, k, 0, chunk, src, srcStride, bytes, stride);
  if (<u32>range < chunk) {
    inverse(sum, chunk, 0, stride, <u32>range, <u32>(range >> 32));
    derive(sum, chunk, stride);
  }
  for (let base = chunk; base <= 2 * chunk; base += chunk) {
    range = place(part, given, k, base, chunk, src, srcStride, bytes, stride);
    if (<u32>range == chunk) continue;
    inverse(part, chunk, base, stride, <u32>range, <u32>(range >> 32));
    if (base == chunk) xorInto(sum, part, size);
    else xorTimes(sum, part, size, 3);
  }
  return sum;
}
