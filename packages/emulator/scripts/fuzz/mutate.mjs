// Damage to byte strings: what broken, hostile or unlucky senders produce.

const HUGE_ULEBS = [
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80],
  [0x80, 0x80, 0x04],
];

const DAMAGE = [
  // One bit.
  (random, bytes) => {
    const copy = Buffer.from(bytes);
    copy[random.below(copy.length)] ^= 1 << random.below(8);
    return copy;
  },
  // One byte.
  (random, bytes) => {
    const copy = Buffer.from(bytes);
    copy[random.below(copy.length)] = random.pick([0, 1, 0x7f, 0x80, 0xff, random.below(256)]);
    return copy;
  },
  // A neighbour of what is there: off-by-one indices.
  (random, bytes) => {
    const copy = Buffer.from(bytes);
    const at = random.below(copy.length);
    copy[at] = (copy[at] + random.pick([1, 255])) & 0xff;
    return copy;
  },
  // Cut off.
  (random, bytes) => bytes.subarray(0, random.below(bytes.length + 1)),
  // A piece removed.
  (random, bytes) => {
    const at = random.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(16))]);
  },
  // A piece twice.
  (random, bytes) => {
    const at = random.below(bytes.length);
    const end = at + 1 + random.below(32);
    return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at, end), bytes.subarray(end)]);
  },
  // A number that is far too large.
  (random, bytes) => {
    const at = random.below(bytes.length);
    const number = Buffer.from(random.pick(HUGE_ULEBS));
    return Buffer.concat([bytes.subarray(0, at), number, bytes.subarray(at + random.below(2))]);
  },
  // Noise.
  (random, bytes) => {
    const at = random.below(bytes.length);
    const noise = random.bytes(1 + random.below(16));
    return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at + random.below(17))]);
  },
];

/** Damages a byte string in one to four places; the start is hit more often than the rest. */
export function mutate(random, bytes) {
  let result = bytes;
  const rounds = 1 + random.below(random.oneIn(3) ? 4 : 1);
  for (let i = 0; i < rounds; i++) {
    if (result.length === 0) return random.bytes(random.below(8));
    const head = random.oneIn(3) ? Math.min(result.length, 64) : result.length;
    const damaged = random.pick(DAMAGE)(random, result.subarray(0, head));
    result = Buffer.concat([damaged, result.subarray(head)]);
  }
  return result;
}
