/**
 * Moving symbols between their stored form and the units of the work area.
 *
 * A stored symbol is cut into blocks of 64 bytes, 32 low bytes then 32 high bytes; a shorter last block of b bytes is
 * b/2 low then b/2 high bytes (redstuff.md section 5.1). A unit is 16 elements: 16 bytes of the coordinates a, then of b.
 *
 * Loads may read up to 64 bytes past the end of a symbol: element positions never mix, so what lands in unused
 * positions is harmless, and the caller keeps the memory there readable. Stores never write past the end.
 */
import { basis, FIRST_BYTES, lookUp, MOVES, NIBBLES, packing } from './scratch';

/** Units of 32 bytes that `bytes` of a symbol take. */
// @ts-ignore: decorator of AssemblyScript
@inline
export function unitsOf(bytes: usize): usize {
  const tail = bytes & 63;
  return (bytes >> 6) * 2 + (tail == 0 ? 0 : tail > 32 ? 2 : 1);
}

/**
 * Returns the other of low byte and coordinate a: the change of basis is its own inverse.
 *
 * `p0`, `p1`, `mask`: at `basis` and `NIBBLES`, loaded outside of loops, since engines do not do that by themselves.
 */
// @ts-ignore: decorator of AssemblyScript
@inline
function changeBasis(
  low: v128,
  high: v128,
  p0: v128,
  p1: v128,
  mask: v128,
  isChanged: bool,
): v128 {
  if (!isChanged) return low;
  const n0 = v128.and(high, mask);
  const n1 = v128.and(i16x8.shr_u(high, 4), mask);
  return v128.xor(low, v128.xor(lookUp(p0, n0), lookUp(p1, n1)));
}

// @ts-ignore: decorator of AssemblyScript
@inline
function loadUnits(dst: usize, src: usize, bytes: usize, isChanged: bool): void {
  const p0 = v128.load(basis);
  const p1 = v128.load(basis, 16);
  const mask = v128.load(NIBBLES);
  const tail = bytes & 63;
  const end = src + bytes - tail;
  while (src < end) {
    const low0 = v128.load(src);
    const low1 = v128.load(src, 16);
    const high0 = v128.load(src, 32);
    const high1 = v128.load(src, 48);
    v128.store(dst, changeBasis(low0, high0, p0, p1, mask, isChanged));
    v128.store(dst, high0, 16);
    v128.store(dst, changeBasis(low1, high1, p0, p1, mask, isChanged), 32);
    v128.store(dst, high1, 48);
    src += 64;
    dst += 64;
  }
  if (tail != 0) {
    const half = tail >> 1;
    const high0 = v128.load(src + half);
    v128.store(dst, changeBasis(v128.load(src), high0, p0, p1, mask, isChanged));
    v128.store(dst, high0, 16);
    if (tail > 32) {
      const high1 = v128.load(src + half, 16);
      v128.store(dst, changeBasis(v128.load(src, 16), high1, p0, p1, mask, isChanged), 32);
      v128.store(dst, high1, 48);
    }
  }
}

/** Loads `bytes` of a symbol, starting at a block boundary, as coordinates. */
export function loadSymbol(dst: usize, src: usize, bytes: usize): void {
  loadUnits(dst, src, bytes, true);
}

/** Loads `bytes` of a symbol, starting at a block boundary, as pairs of low and high byte. */
export function loadPairs(dst: usize, src: usize, bytes: usize): void {
  loadUnits(dst, src, bytes, false);
}

// @ts-ignore: decorator of AssemblyScript
@inline
function storeUnits(dst: usize, src: usize, bytes: usize, isChanged: bool): void {
  const p0 = v128.load(basis);
  const p1 = v128.load(basis, 16);
  const mask = v128.load(NIBBLES);
  const tail = bytes & 63;
  const end = dst + bytes - tail;
  while (dst < end) {
    const high0 = v128.load(src, 16);
    const high1 = v128.load(src, 48);
    v128.store(dst, changeBasis(v128.load(src), high0, p0, p1, mask, isChanged));
    v128.store(dst, changeBasis(v128.load(src, 32), high1, p0, p1, mask, isChanged), 16);
    v128.store(dst, high0, 32);
    v128.store(dst, high1, 48);
    src += 64;
    dst += 64;
  }
  if (tail == 0) return;
  const half = tail >> 1;
  const high0 = v128.load(src, 16);
  const low0 = changeBasis(v128.load(src), high0, p0, p1, mask, isChanged);
  if (tail > 32) {
    const high1 = v128.load(src, 48);
    const low1 = changeBasis(v128.load(src, 32), high1, p0, p1, mask, isChanged);
    // In ascending order, each store covers the surplus of the one before; the last one ends where the symbol ends.
    v128.store(dst, low0);
    v128.store(dst, low1, 16);
    v128.store(dst + half, high0);
    const lastHigh = v128.or(
      i8x16.swizzle(high0, v128.load(MOVES + half)),
      i8x16.swizzle(high1, v128.load(MOVES + half - 16)),
    );
    v128.store(dst + tail - 16, lastHigh);
    return;
  }
  // All bytes in order, in one vector or two.
  const first = v128.or(
    v128.and(low0, v128.load(FIRST_BYTES + 16 - half)),
    i8x16.swizzle(high0, v128.load(MOVES + 16 - half)),
  );
  storeBytes(dst, first, i8x16.swizzle(high0, v128.load(MOVES + 32 - half)), tail);
}

/** Stores the first 2 to 32 bytes, an even number, of two vectors. */
// @ts-ignore: decorator of AssemblyScript
@inline
function storeBytes(dst: usize, first: v128, second: v128, bytes: usize): void {
  if (bytes >= 16) {
    v128.store(dst, first);
    const last = v128.or(
      i8x16.swizzle(first, v128.load(MOVES + bytes)),
      i8x16.swizzle(second, v128.load(MOVES + bytes - 16)),
    );
    v128.store(dst + bytes - 16, last);
    return;
  }
  let rest = i64x2.extract_lane(first, 0);
  if (bytes & 8) {
    store<u64>(dst, rest);
    rest = i64x2.extract_lane(first, 1);
    dst += 8;
  }
  if (bytes & 4) {
    store<u32>(dst, <u32>rest);
    rest = <i64>(<u64>rest >> 32);
    dst += 4;
  }
  if (bytes & 2) store<u16>(dst, <u16>rest);
}

/** Stores coordinates as `bytes` of a symbol: the inverse of `loadSymbol`. */
export function storeSymbol(dst: usize, src: usize, bytes: usize): void {
  storeUnits(dst, src, bytes, true);
}

/** Stores pairs of low and high byte as `bytes` of a symbol: the inverse of `loadPairs`. */
export function storePairs(dst: usize, src: usize, bytes: usize): void {
  storeUnits(dst, src, bytes, false);
}

/** Copies a whole symbol. */
export function copySymbol(dst: usize, src: usize, bytes: usize): void {
  if (bytes < 16) {
    const end = src + (bytes & ~1);
    while (src < end) {
      store<u16>(dst, load<u16>(src));
      src += 2;
      dst += 2;
    }
    return;
  }
  const last = v128.load(src + bytes - 16);
  const lastPlace = dst + bytes - 16;
  while (dst < lastPlace) {
    v128.store(dst, v128.load(src));
    src += 16;
    dst += 16;
  }
  v128.store(lastPlace, last);
}

/** Zeroes a multiple of 32 bytes. */
export function clearUnits(dst: usize, bytes: usize): void {
  const zero = i64x2.splat(0);
  const end = dst + bytes;
  while (dst < end) {
    v128.store(dst, zero);
    v128.store(dst, zero, 16);
    dst += 32;
  }
}

/** Copies a multiple of 32 bytes. */
export function copyUnits(dst: usize, src: usize, bytes: usize): void {
  const end = src + bytes;
  while (src < end) {
    v128.store(dst, v128.load(src));
    v128.store(dst, v128.load(src, 16), 16);
    src += 32;
    dst += 32;
  }
}

/**
 * Prepares working on symbol i of several codewords as one unit: `count` symbols of `size` bytes, 32 bytes at most, that follow
 * each other. Element positions never mix, so which positions they have in the unit is of no importance.
 *
 * Eight vectors of indices: low bytes from the first and the second 16 bytes stored, high bytes likewise; then first 16 bytes
 * stored from coordinates a and b, and second.
 */
export function preparePacking(size: u32, count: u32): void {
  const half = size >> 1;
  for (let i: usize = 0; i < 128; i += 16) v128.store(packing + i, i8x16.splat(-128));
  for (let word: u32 = 0; word < count; word++) {
    for (let t: u32 = 0; t < half; t++) {
      const element = word * half + t;
      for (let isHigh: u32 = 0; isHigh < 2; isHigh++) {
        const place = word * size + isHigh * half + t;
        store<u8>(packing + isHigh * 32 + (place >> 4) * 16 + element, <u8>(place & 15));
        store<u8>(packing + 64 + (place >> 4) * 32 + isHigh * 16 + (place & 15), <u8>element);
      }
    }
  }
}

/** Loads symbols of several codewords as one unit of coordinates, as prepared. Reads 32 bytes. */
export function loadPacked(dst: usize, src: usize): void {
  const x0 = v128.load(src);
  const x1 = v128.load(src, 16);
  const low = v128.or(
    i8x16.swizzle(x0, v128.load(packing)),
    i8x16.swizzle(x1, v128.load(packing, 16)),
  );
  const high = v128.or(
    i8x16.swizzle(x0, v128.load(packing, 32)),
    i8x16.swizzle(x1, v128.load(packing, 48)),
  );
  const p0 = v128.load(basis);
  const p1 = v128.load(basis, 16);
  v128.store(dst, changeBasis(low, high, p0, p1, v128.load(NIBBLES), true));
  v128.store(dst, high, 16);
}

/** Stores a unit as `bytes` of symbols of several codewords, as prepared. */
export function storePacked(dst: usize, src: usize, bytes: usize): void {
  const high = v128.load(src, 16);
  const p0 = v128.load(basis);
  const p1 = v128.load(basis, 16);
  const low = changeBasis(v128.load(src), high, p0, p1, v128.load(NIBBLES), true);
  const first = v128.or(
    i8x16.swizzle(low, v128.load(packing, 64)),
    i8x16.swizzle(high, v128.load(packing, 80)),
  );
  const second = v128.or(
    i8x16.swizzle(low, v128.load(packing, 96)),
    i8x16.swizzle(high, v128.load(packing, 112)),
  );
  storeBytes(dst, first, second, bytes);
}
