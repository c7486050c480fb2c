/**
 * Symbols as field elements: blocks of 64 bytes hold 32 low bytes, then the 32 high bytes of the same elements; a
 * shorter last block is halved alike.
 *
 * @see spec redstuff.md §5.1
 */

const BLOCK_BYTES = 64;

/**
 * Reads a symbol.
 *
 * @param out - destination, `symbolSize / 2` elements from `outOffset`
 * @param bytes - source
 * @param offset - where the symbol starts
 * @param symbolSize - bytes, even
 */
export function readElements(
  out: Uint16Array,
  outOffset: number,
  bytes: Uint8Array,
  offset: number,
  symbolSize: number,
): void {
  for (let block = 0; block < symbolSize; block += BLOCK_BYTES) {
    const half = Math.min(BLOCK_BYTES, symbolSize - block) / 2;
    const at = offset + block;
    for (let t = 0; t < half; t++) {
      out[outOffset + block / 2 + t] = (bytes[at + t] ?? 0) | ((bytes[at + half + t] ?? 0) << 8);
    }
  }
}

/** Writes a symbol: the inverse of {@link readElements}. */
export function writeElements(
  out: Uint8Array,
  offset: number,
  elements: Uint16Array,
  elementsOffset: number,
  symbolSize: number,
): void {
  for (let block = 0; block < symbolSize; block += BLOCK_BYTES) {
    const half = Math.min(BLOCK_BYTES, symbolSize - block) / 2;
    const at = offset + block;
    for (let t = 0; t < half; t++) {
      const element = elements[elementsOffset + block / 2 + t] ?? 0;
      out[at + t] = element & 0xff;
      out[at + half + t] = element >> 8;
    }
  }
}
