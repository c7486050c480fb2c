/**
 * Writes the text of the two-message BLAKE2b kernels in AssemblyScript.
 *
 * The language has no macros and no functions with several results, while the kernels are only fast as straight-line
 * code over sixteen local vectors: so the rounds are written out by this script, at build time.
 * Two messages go side by side, one in each 64-bit lane. See RFC 7693 for the algorithm.
 */

const SIGMA = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
  [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
  [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
  [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
  [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
  [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
  [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
  [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
  [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];

const IV = [
  '0x6a09e667f3bcc908',
  '0xbb67ae8584caa73b',
  '0x3c6ef372fe94f82b',
  '0xa54ff53a5f1d36f1',
  '0x510e527fade682d1',
  '0x9b05688c2b3e6c1f',
  '0x1f83d9abfb41bd6b',
  '0x5be0cd19137e2179',
];

/** First word of the chaining value for digest length 32, no key, fanout and depth 1. */
const H0 = `0x${(BigInt(IV[0]) ^ 0x01010020n).toString(16)}`;

/** Bytes behind the start values at which the other constants are. */
const IV_OFFSET = 128;

const COLUMNS = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
];
const DIAGONALS = [
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
];

/**
 * Writes one G function. One after the other they are as fast as interleaved ones, and leave the compiler fewer values to keep:
 * processors find the independent ones by themselves.
 *
 * @param group state words
 * @param words two message words
 * @param message gives the text of a message word, or `null` when it is known to be zero
 */
function mix([a, b, c, d], words, message) {
  const addWord = (word) => {
    const text = message(word);
    return text === null
      ? `v${a} = i64x2.add(v${a}, v${b});`
      : // (a + m) + b keeps the late operand b out of the first addition.
        `v${a} = i64x2.add(i64x2.add(v${a}, ${text}), v${b});`;
  };
  return [
    addWord(words[0]),
    `v${d} = rotate32(v128.xor(v${d}, v${a}));`,
    `v${c} = i64x2.add(v${c}, v${d});`,
    `v${b} = rotate24(v128.xor(v${b}, v${c}));`,
    addWord(words[1]),
    `v${d} = rotate16(v128.xor(v${d}, v${a}));`,
    `v${c} = i64x2.add(v${c}, v${d});`,
    `v${b} = rotate63(v128.xor(v${b}, v${c}));`,
  ];
}

function rounds(message) {
  const groups = [...COLUMNS, ...DIAGONALS];
  return range(12).flatMap((round) =>
    groups.flatMap((group, i) => mix(group, SIGMA[round % 10].slice(2 * i, 2 * i + 2), message)),
  );
}

const indent = (lines) => lines.map((line) => `  ${line}`).join('\n');
const range = (n) => Array.from({ length: n }, (_, i) => i);

/**
 * The lines of one compression.
 *
 * @param words words of the message from the first that may be other than zero: the rest takes no additions
 * @param isLast whether it is the last block, whose result goes out as two hashes instead of into the chaining values
 */
function compression(words, isLast) {
  const constant = (i) => `v128.load(START, ${IV_OFFSET + 16 * i})`;
  const lines = [
    ...range(8).map((i) => `let v${i} = v128.load(h, ${16 * i});`),
    ...range(4).map((i) => `let v${i + 8} = ${constant(i)};`),
    `let v12 = v128.xor(${constant(4)}, i64x2.splat(counter));`,
    `let v13 = ${constant(5)};`,
    `let v14 = ${isLast ? `v128.not(${constant(6)})` : constant(6)};`,
    `let v15 = ${constant(7)};`,
    ...rounds((word) => (word < words ? `v128.load(message, ${16 * word})` : null)),
  ];
  const result = (i) => `v128.xor(v128.load(h, ${16 * i}), v128.xor(v${i}, v${i + 8}))`;
  if (!isLast) {
    return [...lines, ...range(8).map((i) => `v128.store(h, ${result(i)}, ${16 * i});`)];
  }
  return [
    ...lines,
    ...range(4).map((i) => `v${i} = ${result(i)};`),
    'v128.store(out0, v128.shuffle<i64>(v0, v1, 0, 2));',
    'v128.store(out0, v128.shuffle<i64>(v2, v3, 0, 2), 16);',
    'v128.store(out1, v128.shuffle<i64>(v0, v1, 1, 3));',
    'v128.store(out1, v128.shuffle<i64>(v2, v3, 1, 3), 16);',
  ];
}

/** Returns the text of the generated module. */
export function generateBlake2b() {
  const start = [H0, ...IV.slice(1), ...IV].flatMap((word) => [word, word]);
  const finish = (
    words,
  ) => `/** \`finish\` for messages of which all but the first ${words} words are zero. */
export function finish${words}(h: usize, message: usize, counter: u64, out0: usize, out1: usize): void {
${indent(compression(words, true))}
}
`;
  return `// Written by scripts/generate-blake2b.mjs: do not edit.

/** Chaining values of two hashes of 32 bytes before the first block: 8 vectors; behind them the initialization vector. */
export const START: usize = memory.data<u64>([${start.join(', ')}], 16);

// Indices for byte look-ups that rotate both lanes. Engines that know the relaxed look-up build vector constants anew at
// each use, so there they come from memory. Older ones keep constants, and need no check of indices that are constant.
const ROTATE24: usize = memory.data<u64>([0x0201000706050403, 0x0a09080f0e0d0c0b], 16);
const ROTATE16: usize = memory.data<u64>([0x0100070605040302, 0x09080f0e0d0c0b0a], 16);

// @ts-ignore: decorator of AssemblyScript
@inline
function rotate32(x: v128): v128 {
  return v128.shuffle<i32>(x, x, 1, 0, 3, 2);
}

// @ts-ignore: decorator of AssemblyScript
@inline
function rotate24(x: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD
    ? i8x16.relaxed_swizzle(x, v128.load(ROTATE24))
    : i8x16.swizzle(x, i8x16(3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10));
}

// @ts-ignore: decorator of AssemblyScript
@inline
function rotate16(x: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD
    ? i8x16.relaxed_swizzle(x, v128.load(ROTATE16))
    : i8x16.swizzle(x, i8x16(2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9));
}

// @ts-ignore: decorator of AssemblyScript
@inline
function rotate63(x: v128): v128 {
  return v128.or(i64x2.add(x, x), i64x2.shr_u(x, 63));
}

/**
 * Compresses one block, not the last, of each of two messages.
 *
 * \`h\`: chaining values, 8 vectors; \`message\`: 16 vectors, word i of both messages in vector i; \`counter\`: bytes hashed so
 * far with this block.
 */
export function compress(h: usize, message: usize, counter: u64): void {
${indent(compression(16, false))}
}

/** Compresses the last block of each of two messages, and writes their hashes; \`h\` stays as it is. */
export function finish16(h: usize, message: usize, counter: u64, out0: usize, out1: usize): void {
${indent(compression(16, true))}
}

${finish(9)}
${finish(1)}`;
}
