/**
 * The one-dimensional code over whole symbols. Spec: redstuff.md sections 5.4 and 5.7.
 *
 * A symbol is worked on in stripes of up to 192 bytes so that one transform's data stays in the cache.
 */
import { FACTOR_BYTES, forward, inverse, scale, xorInto } from './transform';
import { clearUnits, copySymbol, copyUnits, loadSymbol, storeSymbol, unitsOf } from './symbols';

/** Bytes of a symbol per pass; a multiple of 64 that is no power of two, to spread over the cache sets. */
export const STRIPE: usize = 192;
/** Distance from the first work array to the second beyond its size, for the same reason. */
const GAP: usize = 1024;

/** Bytes of work memory that encoding with transforms of `chunk` entries needs. */
export function encodeWorkBytes(chunk: usize): usize {
  return 2 * chunk * STRIPE + GAP;
}

/** Bytes of work memory that decoding in a domain of `domain` points needs. */
export function decodeWorkBytes(domain: usize): usize {
  return domain * STRIPE;
}

/**
 * Computes the `m` recovery symbols of one codeword from its `k` source symbols.
 *
 * Symbol i is read at `src + i * srcStride` and written at `dst + i * dstStride`.
 */
export function encodeWord(
  k: u32,
  m: u32,
  chunk: u32,
  isHigh: bool,
  symbolSize: usize,
  src: usize,
  srcStride: usize,
  dst: usize,
  dstStride: usize,
  work: usize,
): void {
  for (let offset: usize = 0; offset < symbolSize; offset += STRIPE) {
    const bytes = min<usize>(STRIPE, symbolSize - offset);
    const stride = unitsOf(bytes) * 32;
    const first = work;
    const second = work + <usize>chunk * stride + GAP;
    if (isHigh) {
      for (let base: u32 = 0; base < k; base += chunk) {
        const target = base == 0 ? first : second;
        const count = min<u32>(chunk, k - base);
        fill(
          target,
          src + <usize>base * srcStride + offset,
          srcStride,
          count,
          chunk,
          bytes,
          stride,
        );
        inverse(target, chunk, base + chunk, stride, count);
        if (base != 0) xorInto(first, second, <usize>chunk * stride);
      }
      forward(first, chunk, 0, stride, 0, m);
      drain(dst + offset, dstStride, first, m, bytes, stride);
    } else {
      fill(first, src + offset, srcStride, k, chunk, bytes, stride);
      inverse(first, chunk, 0, stride, k);
      for (let base: u32 = 0; base < m; base += chunk) {
        const count = min<u32>(chunk, m - base);
        copyUnits(second, first, <usize>chunk * stride);
        forward(second, chunk, base + chunk, stride, 0, count);
        drain(dst + <usize>base * dstStride + offset, dstStride, second, count, bytes, stride);
      }
    }
  }
}

function fill(
  w: usize,
  src: usize,
  srcStride: usize,
  count: u32,
  size: u32,
  bytes: usize,
  stride: usize,
): void {
  for (let i: u32 = 0; i < count; i++) {
    loadSymbol(w, src, bytes);
    src += srcStride;
    w += stride;
  }
  clearUnits(w, <usize>(size - count) * stride);
}

function drain(
  dst: usize,
  dstStride: usize,
  w: usize,
  count: u32,
  bytes: usize,
  stride: usize,
): void {
  for (let i: u32 = 0; i < count; i++) {
    storeSymbol(dst, w, bytes);
    dst += dstStride;
    w += stride;
  }
}

/**
 * Restores the `k` sources of one codeword from `k` of its symbols.
 *
 * The plan: `given` and `missing` hold one entry of 136 bytes per symbol: u32 symbol number, u32 position, 128 bytes of
 * factor tables. Given symbol i is read at `src + i * srcStride`; source j is written at `dst + j * dstStride`.
 */
export function decodeWord(
  k: u32,
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
  work: usize,
): void {
  const entryBytes: usize = FACTOR_BYTES + 8;
  for (let i: u32 = 0; i < k; i++) {
    const index = load<u32>(given + <usize>i * entryBytes);
    if (index < k) {
      copySymbol(dst + <usize>index * dstStride, src + <usize>i * srcStride, symbolSize);
    }
  }
  if (missingCount == 0) return;
  // Missing sources are sorted, so their positions are ascending.
  const from = load<u32>(missing, 4);
  const to = load<u32>(missing + <usize>(missingCount - 1) * entryBytes, 4) + 1;
  for (let offset: usize = 0; offset < symbolSize; offset += STRIPE) {
    const bytes = min<usize>(STRIPE, symbolSize - offset);
    const stride = unitsOf(bytes) * 32;
    clearUnits(work, <usize>domain * stride);
    for (let i: u32 = 0; i < k; i++) {
      const entry = given + <usize>i * entryBytes;
      const w = work + <usize>load<u32>(entry, 4) * stride;
      loadSymbol(w, src + <usize>i * srcStride + offset, bytes);
      scale(w, stride, entry + 8);
    }
    inverse(work, domain, 0, stride, end);
    for (let i: u32 = 1; i < domain; i++) {
      const step = i & -i;
      const w = work + <usize>i * stride;
      xorInto(w - <usize>step * stride, w, <usize>step * stride);
    }
    forward(work, domain, 0, stride, from, to);
    for (let i: u32 = 0; i < missingCount; i++) {
      const entry = missing + <usize>i * entryBytes;
      const w = work + <usize>load<u32>(entry, 4) * stride;
      scale(w, stride, entry + 8);
      storeSymbol(dst + <usize>load<u32>(entry) * dstStride + offset, w, bytes);
    }
  }
}
