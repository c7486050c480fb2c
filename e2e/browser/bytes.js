/** Bytes that page and runner make alike, without sending them. */

/** Pseudo-random bytes that do not repeat (xorshift), from a seed. */
export function seededBytes(seed, sizeBytes) {
  const words = new Uint32Array(Math.ceil(sizeBytes / 4));
  let x = 0x9e3779b9 ^ seed;
  for (let i = 0; i < words.length; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    words[i] = x;
  }
  return new Uint8Array(words.buffer, 0, sizeBytes);
}
