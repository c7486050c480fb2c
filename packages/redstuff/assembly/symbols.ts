/**
 * Moving symbols between their stored form and the units of the work area.
 *
 * A stored symbol is cut into blocks of 64 bytes, 32 low bytes then 32 high bytes; a shorter last block of b bytes is
 * b/2 low then b/2 high bytes. Spec: redstuff.md section 5.1.
 *
 * Loads may read up to 64 bytes past the end of a symbol: element positions never mix, so what lands in unused
 * positions is harmless, and the caller keeps the memory there readable. Stores never write past the end.
 */

const TAIL: usize = memory.data(64, 16);

/** Units of 32 bytes that `bytes` of a symbol take. */
// @ts-ignore: decorator of AssemblyScript
@inline
export function unitsOf(bytes: usize): usize {
  const tail = bytes & 63;
  return (bytes >> 6) * 2 + (tail == 0 ? 0 : tail > 32 ? 2 : 1);
}

/** Loads `bytes` of a symbol, starting at a block boundary, into units. */
export function loadSymbol(dst: usize, src: usize, bytes: usize): void {
  const tail = bytes & 63;
  const end = src + bytes - tail;
  while (src < end) {
    const low0 = v128.load(src);
    const low1 = v128.load(src, 16);
    const high0 = v128.load(src, 32);
    const high1 = v128.load(src, 48);
    v128.store(dst, low0);
    v128.store(dst, high0, 16);
    v128.store(dst, low1, 32);
    v128.store(dst, high1, 48);
    src += 64;
    dst += 64;
  }
  if (tail != 0) {
    const half = tail >> 1;
    v128.store(dst, v128.load(src));
    v128.store(dst, v128.load(src + half), 16);
    if (tail > 32) {
      v128.store(dst, v128.load(src, 16), 32);
      v128.store(dst, v128.load(src + half, 16), 48);
    }
  }
}

/** Stores units as `bytes` of a symbol: the inverse of `loadSymbol`. */
export function storeSymbol(dst: usize, src: usize, bytes: usize): void {
  const tail = bytes & 63;
  const end = dst + bytes - tail;
  while (dst < end) {
    const low0 = v128.load(src);
    const high0 = v128.load(src, 16);
    const low1 = v128.load(src, 32);
    const high1 = v128.load(src, 48);
    v128.store(dst, low0);
    v128.store(dst, low1, 16);
    v128.store(dst, high0, 32);
    v128.store(dst, high1, 48);
    src += 64;
    dst += 64;
  }
  if (tail != 0) {
    // In ascending order, each store covers the surplus of the one before.
    const half = tail >> 1;
    v128.store(TAIL, v128.load(src));
    if (tail > 32) {
      v128.store(TAIL, v128.load(src, 32), 16);
      v128.store(TAIL + half, v128.load(src, 16));
      v128.store(TAIL + half, v128.load(src, 48), 16);
    } else {
      v128.store(TAIL + half, v128.load(src, 16));
    }
    copySmall(dst, TAIL, tail);
  }
}

/** Copies fewer than 64 bytes, an even number. */
// @ts-ignore: decorator of AssemblyScript
@inline
function copySmall(dst: usize, src: usize, bytes: usize): void {
  const end = src + (bytes & ~7);
  while (src < end) {
    store<u64>(dst, load<u64>(src));
    src += 8;
    dst += 8;
  }
  if (bytes & 4) {
    store<u32>(dst, load<u32>(src));
    src += 4;
    dst += 4;
  }
  if (bytes & 2) store<u16>(dst, load<u16>(src));
}

/** Copies a whole symbol. */
export function copySymbol(dst: usize, src: usize, bytes: usize): void {
  const end = src + (bytes & ~63);
  while (src < end) {
    v128.store(dst, v128.load(src));
    v128.store(dst, v128.load(src, 16), 16);
    v128.store(dst, v128.load(src, 32), 32);
    v128.store(dst, v128.load(src, 48), 48);
    src += 64;
    dst += 64;
  }
  copySmall(dst, src, bytes & 63);
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
