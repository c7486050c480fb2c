/**
 * The WASM kernels of the codec. Memory is laid out by the caller (src/wasm/memory-kernels.ts), who also keeps 64 readable
 * bytes after every input and one before.
 */
import { decodeWord, encodePacked, encodeWord } from './reed-solomon';
import { copySymbol, preparePacking } from './symbols';
import { hashLeaves, zeroLeaves, treeRoot } from './merkle';

export { configure } from './scratch';
export { fillLeafTable, hashLeaves, reduceColumns, treeLevels, useLeafTable } from './merkle';

/** Returns the first address behind the constants of the module. */
export function heapBase(): usize {
  return __heap_base;
}

/** Copies `count` symbols that are `stride` bytes apart behind each other. */
export function gather(src: usize, stride: usize, count: u32, size: usize, dst: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    copySymbol(dst, src, size);
    src += stride;
    dst += size;
  }
}

/** Computes the recovery symbols of `words` codewords. */
export function encode(
  words: u32,
  k: u32,
  m: u32,
  chunk: u32,
  isHigh: bool,
  used: u32,
  symbolSize: usize,
  src: usize,
  srcStride: usize,
  srcWord: usize,
  dst: usize,
  dstStride: usize,
  dstWord: usize,
): void {
  if (words > 1 && symbolSize <= 16 && srcWord == symbolSize && dstWord == symbolSize) {
    // Small symbols of several codewords at once fill the vectors.
    const most = 32 / <u32>symbolSize;
    for (let word: u32 = 0; word < words; word += most) {
      const count = min<u32>(most, words - word);
      preparePacking(<u32>symbolSize, count);
      const bytes = <usize>count * symbolSize;
      encodePacked(m, chunk, isHigh, used, bytes, src, srcStride, dst, dstStride);
      src += bytes;
      dst += bytes;
    }
    return;
  }
  for (let word: u32 = 0; word < words; word++) {
    encodeWord(m, chunk, isHigh, used, symbolSize, src, srcStride, dst, dstStride);
    src += srcWord;
    dst += dstWord;
  }
}

/** Hashes all `k + m` symbols of encoded codewords, and their trees; sources from `used` on are zero. */
export function hashWords(
  words: u32,
  k: u32,
  m: u32,
  used: u32,
  symbolSize: usize,
  src: usize,
  srcStride: usize,
  srcWord: usize,
  dst: usize,
  dstStride: usize,
  dstWord: usize,
  leaves: usize,
  roots: usize,
): void {
  for (let word: u32 = 0; word < words; word++) {
    hashLeaves(src, srcStride, used, symbolSize, leaves);
    if (used < k) zeroLeaves(k - used, symbolSize, leaves + <usize>used * 32);
    hashLeaves(dst, dstStride, m, symbolSize, leaves + <usize>k * 32);
    treeRoot(leaves, k + m, used, k, roots);
    src += srcWord;
    dst += dstWord;
    leaves += <usize>(k + m) * 32;
    roots += 32;
  }
}

/** Restores the sources of `words` codewords. */
export function decode(
  words: u32,
  k: u32,
  chunk: u32,
  isHigh: bool,
  end: u32,
  domain: u32,
  symbolSize: usize,
  src: usize,
  srcStride: usize,
  srcWord: usize,
  dst: usize,
  dstStride: usize,
  dstWord: usize,
  given: usize,
  missing: usize,
  missingCount: u32,
): void {
  for (let word: u32 = 0; word < words; word++) {
    decodeWord(
      k,
      chunk,
      isHigh,
      end,
      domain,
      symbolSize,
      src,
      srcStride,
      dst,
      dstStride,
      given,
      missing,
      missingCount,
    );
    src += srcWord;
    dst += dstWord;
  }
}
