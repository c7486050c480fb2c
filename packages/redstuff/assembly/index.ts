/**
 * The WASM kernels of the codec. Memory is laid out by the caller (src/wasm/memory-kernels.ts), who also keeps 64 readable
 * bytes after every input and one before.
 */
import { decodeWord, encodePacked, encodeStripe, stripeOf } from './reed-solomon';
import { states } from './scratch';
import { copySymbol, preparePacking } from './symbols';
import { hashLeaves, hashStripe, statesBytes, treeRoot, zeroLeaves } from './merkle';

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

/** Tells whether codewords lie so that small symbols of several of them fill the vectors. */
// @ts-ignore: decorator of AssemblyScript
@inline
function isPackable(words: u32, symbolSize: usize, srcWord: usize, dstWord: usize): bool {
  return words > 1 && symbolSize <= 16 && srcWord == symbolSize && dstWord == symbolSize;
}

function encodeAllPacked(
  words: u32,
  m: u32,
  chunk: u32,
  isHigh: bool,
  used: u32,
  symbolSize: usize,
  src: usize,
  srcStride: usize,
  dst: usize,
  dstStride: usize,
): void {
  const most = 32 / <u32>symbolSize;
  for (let word: u32 = 0; word < words; word += most) {
    const count = min<u32>(most, words - word);
    preparePacking(<u32>symbolSize, count);
    const bytes = <usize>count * symbolSize;
    encodePacked(m, chunk, isHigh, used, bytes, src, srcStride, dst, dstStride);
    src += bytes;
    dst += bytes;
  }
}

/** Computes the recovery symbols of `words` codewords. */
export function encode(
  words: u32,
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
  if (isPackable(words, symbolSize, srcWord, dstWord)) {
    encodeAllPacked(
      words, m, chunk, isHigh, used, symbolSize, src, srcStride, dst, dstStride,
    );
    return;
  }
  const stripe = stripeOf(symbolSize);
  for (let word: u32 = 0; word < words; word++) {
    for (let offset: usize = 0; offset < symbolSize; offset += stripe) {
      const bytes = min<usize>(stripe, symbolSize - offset);
      const from = src + offset;
      encodeStripe(m, chunk, isHigh, used, bytes, from, srcStride, dst + offset, dstStride);
    }
    src += srcWord;
    dst += dstWord;
  }
}

/**
 * Computes the recovery symbols of `words` codewords of `k + m` symbols, hashes all symbols, and their trees; sources from
 * `used` on are zero.
 *
 * Symbols are hashed while they are in the cache: stripe by stripe if they are long, otherwise codeword by codeword.
 */
export function expand(
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
  leaves: usize,
  roots: usize,
): void {
  const stripe = stripeOf(symbolSize);
  const isPacked = isPackable(words, symbolSize, srcWord, dstWord);
  if (isPacked) {
    encodeAllPacked(
      words, m, chunk, isHigh, used, symbolSize, src, srcStride, dst, dstStride,
    );
  }
  for (let word: u32 = 0; word < words; word++) {
    const recoveryLeaves = leaves + <usize>k * 32;
    if (symbolSize <= stripe) {
      if (!isPacked) {
        encodeStripe(m, chunk, isHigh, used, symbolSize, src, srcStride, dst, dstStride);
      }
      hashLeaves(src, srcStride, used, symbolSize, leaves);
      hashLeaves(dst, dstStride, m, symbolSize, recoveryLeaves);
    } else {
      for (let offset: usize = 0; offset < symbolSize; offset += stripe) {
        const bytes = min<usize>(stripe, symbolSize - offset);
        const end = offset + bytes;
        const from = src + offset;
        encodeStripe(m, chunk, isHigh, used, bytes, from, srcStride, dst + offset, dstStride);
        hashStripe(src, srcStride, used, symbolSize, offset, end, states, leaves);
        hashStripe(
          dst, dstStride, m, symbolSize, offset, end, states + statesBytes(k), recoveryLeaves,
        );
      }
    }
    if (used < k) zeroLeaves(k - used, symbolSize, leaves + <usize>used * 32);
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
