// Reproducible randomness: case `index` of seed `seed` is the same on every run.

/** Generator of one case (splitmix-seeded xorshift128+ on 32-bit halves). */
export class Random {
  #a;
  #b;
  #c;
  #d;

  constructor(seed, index) {
    let state = (Math.imul(seed | 0, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0;
    const next = () => {
      state = (state + 0x9e3779b9) >>> 0;
      let z = state;
      z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
      return (z ^ (z >>> 15)) >>> 0;
    };
    [this.#a, this.#b, this.#c, this.#d] = [next(), next(), next(), next() | 1];
  }

  /** 32 random bits. */
  u32() {
    let t = this.#d;
    const s = this.#a;
    this.#d = this.#c;
    this.#c = this.#b;
    this.#b = s;
    t ^= t << 11;
    t ^= t >>> 8;
    this.#a = (t ^ s ^ (s >>> 19)) >>> 0;
    return this.#a;
  }

  /** Whole number from 0 to `end - 1`. */
  below(end) {
    return end <= 1 ? 0 : this.u32() % end;
  }

  /** True once in `n` times. */
  oneIn(n) {
    return this.below(n) === 0;
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  /** An entry of `[[weight, value], …]`. */
  weighted(entries) {
    let at = this.below(entries.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, value] of entries) {
      if (at < weight) return value;
      at -= weight;
    }
    throw new Error('unreachable');
  }

  bytes(length) {
    const bytes = Buffer.allocUnsafe(length);
    for (let i = 0; i < length; i++) bytes[i] = this.u32() & 0xff;
    return bytes;
  }

  /** Small lengths mostly, large ones sometimes. */
  length(max) {
    return this.below(this.weighted([[8, 8], [3, 64], [1, max + 1]])); // prettier-ignore
  }

  u64() {
    return this.weighted([
      [4, () => BigInt(this.below(8))],
      [2, () => BigInt(this.u32())],
      [1, () => 2n ** BigInt(this.below(64)) - BigInt(this.below(2))],
      [1, () => 2n ** 64n - 1n - BigInt(this.below(3))],
      [1, () => (BigInt(this.u32()) << 32n) | BigInt(this.u32())],
    ])();
  }
}
