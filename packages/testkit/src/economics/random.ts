/** Random choices that a seed repeats exactly. */

const MASK = 0xffff_ffff;

/** A stream of choices (xoshiro128**, seeded through splitmix32). Not for secrets. */
export class Random {
  private state: [number, number, number, number];

  constructor(seed: number) {
    let x = seed >>> 0;
    const next = (): number => {
      x = (x + 0x9e37_79b9) >>> 0;
      let z = x;
      z = Math.imul(z ^ (z >>> 16), 0x85eb_ca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2_ae35);
      return (z ^ (z >>> 16)) >>> 0;
    };
    this.state = [next(), next(), next(), next()];
  }

  /** 32 random bits. */
  private bits(): number {
    const [a, b, c, d] = this.state;
    const scaled = Math.imul(b, 5);
    const result = Math.imul(((scaled << 7) | (scaled >>> 25)) & MASK, 9) >>> 0;
    const z = c ^ a;
    const w = d ^ b;
    this.state = [a ^ w, b ^ z, z ^ (b << 9), (w << 11) | (w >>> 21)];
    return result;
  }

  /** A number from 0 to below 1. */
  unit(): number {
    return this.bits() / 2 ** 32;
  }

  /** A whole number, both ends possible. */
  int(low: number, high: number): number {
    return low + Math.floor(this.unit() * (high - low + 1));
  }

  /** A whole bigint, both ends possible. */
  big(low: bigint, high: bigint): bigint {
    const wide = (BigInt(this.bits()) << 64n) | (BigInt(this.bits()) << 32n) | BigInt(this.bits());
    return low + (wide % (high - low + 1n));
  }

  /** A bigint whose number of digits is as likely small as large. */
  magnitude(low: bigint, high: bigint): bigint {
    const digits = this.int(low.toString().length, high.toString().length);
    const value = this.big(0n, 10n ** BigInt(digits));
    return value < low ? low : value > high ? high : value;
  }

  /** True with a probability. */
  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** One of several; undefined of none. */
  pick<T>(items: readonly T[]): T | undefined {
    return items[this.int(0, items.length - 1)];
  }

  /** The same items in random order. */
  shuffled<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let i = result.length - 1; i > 0; i--) {
      const j = this.int(0, i);
      const [a, b] = [result[i], result[j]];
      if (a === undefined || b === undefined) continue;
      result[i] = b;
      result[j] = a;
    }
    return result;
  }
}
