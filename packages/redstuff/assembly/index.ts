/**
 * The WASM kernels of the codec. All memory above `heapBase` is laid out by the caller (src/wasm/kernels.ts), who also
 * keeps 64 readable bytes after every input and one before.
 */
import { decodeWord, encodeWord } from './reed-solomon';
import { hashLeaves, treeRoot } from './merkle';

export { setFactors } from './transform';
export { decodeWorkBytes, encodeWorkBytes } from './reed-solomon';
export { hashLeaves, reduceColumns, treeLevels } from './merkle';

/** Returns the first address that is free for the caller. */
export function heapBase(): usize {
  return __heap_base;
}

/** Computes the recovery symbols of `words` codewords. */
export function encode(
  words: u32,
  k: u32,
  m: u32,
  chunk: u32,
  isHigh: bool,
  symbolSize: usize,
  src: usize,
  srcStride: usize,
  srcWord: usize,
  dst: usize,
  dstStride: usize,
  dstWord: usize,
  work: usize,
): void {
  for (let word: u32 = 0; word < words; word++) {
    encodeWord(k, m, chunk, isHigh, symbolSize, src, srcStride, dst, dstStride, work);
    src += srcWord;
    dst += dstWord;
  }
}

/** Hashes all `k + m` symbols of encoded codewords, and their trees; the work area is used as scratch. */
export function hashWords(
  words: u32,
  k: u32,
  m: u32,
  symbolSize: usize,
  src: usize,
  srcStride: usize,
  srcWord: usize,
  dst: usize,
  dstStride: usize,
  dstWord: usize,
  leaves: usize,
  roots: usize,
  work: usize,
): void {
  for (let word: u32 = 0; word < words; word++) {
    hashLeaves(src, srcStride, k, symbolSize, leaves);
    hashLeaves(dst, dstStride, m, symbolSize, leaves + <usize>k * 32);
    treeRoot(leaves, k + m, work, roots);
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
  work: usize,
): void {
  for (let word: u32 = 0; word < words; word++) {
    decodeWord(
      k,
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
      work,
    );
    src += srcWord;
    dst += dstWord;
  }
}
