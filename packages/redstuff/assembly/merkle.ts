/**
 * Leaf hashes and Merkle trees. Spec: redstuff.md section 7, redstuff-performance.md sections 3.3 and 6.
 *
 * Padding nodes are 32 zero bytes. Hashing is two at a time; an odd one is hashed in both lanes.
 */
import { compress, finish1, finish16, finish9, START } from './generated/blake2b';
import { FIRST_BYTES, message, state, work } from './scratch';

/** A padding node; the vector before it may be read too. */
const ZERO_NODE: usize = memory.data(48, 16) + 16;
/** Bytes of a block of the hash. */
const BLOCK: usize = 128;
/** Longest message whose words but the first 9 are zero. */
const SHORT: usize = 72;

/** Hashes of all leaves of two bytes, or 0. */
let leafTable: usize = 0;

/** Stores two words of each of two messages as vectors `i` and `i + 1` at `out`. */
// @ts-ignore: decorator of AssemblyScript
@inline
function storeWords(out: usize, x0: v128, x1: v128): void {
  v128.store(out, v128.shuffle<i64>(x0, x1, 0, 2));
  v128.store(out, v128.shuffle<i64>(x0, x1, 1, 3), 16);
}

/** Lays a whole block of two messages side by side; the very first byte is the prefix of a leaf if `isFirst`. */
// @ts-ignore: decorator of AssemblyScript
@inline
function fillBlock(p0: usize, p1: usize, isFirst: bool): void {
  let x0 = v128.load(p0);
  let x1 = v128.load(p1);
  if (isFirst) {
    x0 = i8x16.replace_lane(x0, 0, 0);
    x1 = i8x16.replace_lane(x1, 0, 0);
  }
  storeWords(message, x0, x1);
  storeWords(message + 32, v128.load(p0, 16), v128.load(p1, 16));
  storeWords(message + 64, v128.load(p0, 32), v128.load(p1, 32));
  storeWords(message + 96, v128.load(p0, 48), v128.load(p1, 48));
  storeWords(message + 128, v128.load(p0, 64), v128.load(p1, 64));
  storeWords(message + 160, v128.load(p0, 80), v128.load(p1, 80));
  storeWords(message + 192, v128.load(p0, 96), v128.load(p1, 96));
  storeWords(message + 224, v128.load(p0, 112), v128.load(p1, 112));
}

/** Lays the last 1 to 128 bytes of two messages side by side, zeros behind them. Reads up to 15 bytes more. */
// @ts-ignore: decorator of AssemblyScript
@inline
function fillRest(p0: usize, p1: usize, bytes: usize, isFirst: bool): void {
  let out = message;
  const end = message + (bytes <= SHORT ? 160 : 256);
  let rest = bytes;
  if (isFirst) {
    const mask = v128.load(FIRST_BYTES + 16 - min<usize>(rest, 16));
    const x0 = i8x16.replace_lane(v128.and(v128.load(p0), mask), 0, 0);
    const x1 = i8x16.replace_lane(v128.and(v128.load(p1), mask), 0, 0);
    storeWords(out, x0, x1);
    out += 32;
    p0 += 16;
    p1 += 16;
    rest -= min<usize>(rest, 16);
  }
  while (rest >= 16) {
    storeWords(out, v128.load(p0), v128.load(p1));
    out += 32;
    p0 += 16;
    p1 += 16;
    rest -= 16;
  }
  if (rest != 0) {
    const mask = v128.load(FIRST_BYTES + 16 - rest);
    storeWords(out, v128.and(v128.load(p0), mask), v128.and(v128.load(p1), mask));
    out += 32;
  }
  const zero = i64x2.splat(0);
  while (out < end) {
    v128.store(out, zero);
    v128.store(out, zero, 16);
    out += 32;
  }
}

/** Hashes two leaves of `size` bytes each: `H(0x00 || data)`. The byte before each leaf is read, and ignored. */
function leafTwo(p0: usize, p1: usize, size: usize, out0: usize, out1: usize): void {
  let rest = size + 1;
  p0 -= 1;
  p1 -= 1;
  if (rest <= 8) {
    // The first byte, which is the prefix, and what is behind the leaf are zero.
    const mask = <i64>(~(<u64>0) >> (64 - 8 * <u64>rest)) & ~0xff;
    const word = i64x2.replace_lane(i64x2.splat(load<i64>(p0)), 1, load<i64>(p1));
    v128.store(message, v128.and(word, i64x2.splat(mask)));
    finish1(START, message, rest, out0, out1);
    return;
  }
  if (rest <= BLOCK) {
    fillRest(p0, p1, rest, true);
    if (rest <= SHORT) finish9(START, message, rest, out0, out1);
    else finish16(START, message, rest, out0, out1);
    return;
  }
  leafPart(p0, p1, size, 0, size, state, out0, out1);
}

/**
 * Goes on hashing two leaves, longer than fits into one block with the prefix, of which the bytes `from .. to - 1` are new.
 *
 * `p0`, `p1`: the bytes before the leaves, where the message begins; `h`: chaining values. The hashes are written when the
 * leaves are whole.
 */
// @ts-ignore: decorator of AssemblyScript
@inline
function leafPart(
  p0: usize,
  p1: usize,
  size: usize,
  from: usize,
  to: usize,
  h: usize,
  out0: usize,
  out1: usize,
): void {
  // Of the message, which has the prefix before the leaf; a block that could be the last one waits.
  let done = (from + 1) & ~(BLOCK - 1);
  const end = to < size ? to + 1 : size;
  p0 += done;
  p1 += done;
  if (from == 0) {
    for (let i: usize = 0; i < 128; i += 16) v128.store(h + i, v128.load(START + i));
    fillBlock(p0, p1, true);
    done = BLOCK;
    compress(h, message, done);
    p0 += BLOCK;
    p1 += BLOCK;
  }
  while (done + BLOCK <= end) {
    fillBlock(p0, p1, false);
    done += BLOCK;
    compress(h, message, done);
    p0 += BLOCK;
    p1 += BLOCK;
  }
  if (to < size) return;
  const rest = size + 1 - done;
  fillRest(p0, p1, rest, false);
  if (rest <= SHORT) finish9(h, message, size + 1, out0, out1);
  else finish16(h, message, size + 1, out0, out1);
}

/** Bytes of the chaining values of `count` leaves; see `hashStripe`. */
// @ts-ignore: decorator of AssemblyScript
@inline
export function statesBytes(count: u32): usize {
  return <usize>((count + 1) >> 1) * 128;
}

/**
 * Hashes one more stripe of `count` leaves of more than 127 bytes that are `stride` bytes apart: bytes `from .. to - 1` of each,
 * the first stripe being at least 127 bytes. With the last one, writes the hashes, which follow each other.
 *
 * `states`: chaining values between the stripes.
 */
export function hashStripe(
  src: usize,
  stride: usize,
  count: u32,
  size: usize,
  from: usize,
  to: usize,
  states: usize,
  out: usize,
): void {
  src -= 1;
  for (let i: u32 = 0; i < count; i += 2) {
    // An odd one is hashed in both lanes.
    const isPair = i + 1 < count;
    const other = isPair ? src + stride : src;
    leafPart(src, other, size, from, to, states, out, isPair ? out + 32 : out);
    src += 2 * stride;
    states += 128;
    out += 64;
  }
}

/**
 * Hashes two inner nodes: `out = H(0x01 || left || right)`, where an output may be one of the inputs.
 *
 * The byte before each child is read, and ignored.
 */
// @ts-ignore: decorator of AssemblyScript
@inline
function innerTwo(
  left0: usize,
  right0: usize,
  left1: usize,
  right1: usize,
  out0: usize,
  out1: usize,
): void {
  const p0 = left0 - 1;
  const p1 = left1 - 1;
  const q0 = right0 - 1;
  const q1 = right1 - 1;
  storeWords(
    message,
    i8x16.replace_lane(v128.load(p0), 0, 1),
    i8x16.replace_lane(v128.load(p1), 0, 1),
  );
  storeWords(message + 32, v128.load(p0, 16), v128.load(p1, 16));
  // The last byte of the left child goes where the byte before the right child is.
  storeWords(
    message + 64,
    v128.load_lane<u8>(p0, v128.load(q0), 0, 32),
    v128.load_lane<u8>(p1, v128.load(q1), 0, 32),
  );
  storeWords(message + 96, v128.load(q0, 16), v128.load(q1, 16));
  v128.store(
    message,
    i64x2.replace_lane(i64x2.splat(<i64>load<u8>(q0, 32)), 1, <i64>load<u8>(q1, 32)),
    128,
  );
  finish9(START, message, 65, out0, out1);
}

// @ts-ignore: decorator of AssemblyScript
@inline
function copyNode(out: usize, node: usize): void {
  v128.store(out, v128.load(node));
  v128.store(out, v128.load(node, 16), 16);
}

/** Hashes `count` leaves that are `stride` bytes apart into consecutive hashes. */
export function hashLeaves(src: usize, stride: usize, count: u32, size: usize, out: usize): void {
  if (size == 2 && leafTable != 0) {
    for (let i: u32 = 0; i < count; i++) {
      copyNode(out, leafTable + (<usize>load<u16>(src) << 5));
      src += stride;
      out += 32;
    }
    return;
  }
  for (let i: u32 = 0; i + 1 < count; i += 2) {
    leafTwo(src, src + stride, size, out, out + 32);
    src += 2 * stride;
    out += 64;
  }
  if (count & 1) leafTwo(src, src, size, out, out);
}

/** Writes the hashes of `count` leaves of `size` zeros, at least one. */
export function zeroLeaves(count: u32, size: usize, out: usize): void {
  const zeros = work + 16;
  memory.fill(work, 0, size + 32);
  hashLeaves(zeros, 0, 1, size, out);
  for (let i: u32 = 1; i < count; i++) copyNode(out + <usize>i * 32, out);
}

/** Makes the nodes `from .. to - 1` of the level above `count` nodes. */
function makeParents(nodes: usize, count: u32, out: usize, from: u32, to: u32): void {
  for (let i = from; i < to; i += 2) {
    const j = min<u32>(i + 1, to - 1);
    const left0 = nodes + <usize>i * 64;
    const left1 = nodes + <usize>j * 64;
    innerTwo(
      left0,
      i * 2 + 1 < count ? left0 + 32 : ZERO_NODE,
      left1,
      j * 2 + 1 < count ? left1 + 32 : ZERO_NODE,
      out + <usize>i * 32,
      out + <usize>j * 32,
    );
  }
}

/**
 * Computes the root over `count` hashes, of which those from `equalFrom` to `equalTo - 1` are all the same.
 *
 * Uses the work area.
 */
export function treeRoot(
  leaves: usize,
  count: u32,
  equalFrom: u32,
  equalTo: u32,
  root: usize,
): void {
  // The byte before the first node is read.
  const out = work + 16;
  let nodes = leaves;
  while (count > 1) {
    const parents = (count + 1) >> 1;
    equalFrom = (equalFrom + 1) >> 1;
    equalTo >>= 1;
    if (equalTo > equalFrom + 1) {
      makeParents(nodes, count, out, 0, equalFrom + 1);
      const same = out + <usize>equalFrom * 32;
      for (let i = equalFrom + 1; i < equalTo; i++) copyNode(out + <usize>i * 32, same);
      makeParents(nodes, count, out, equalTo, parents);
    } else {
      makeParents(nodes, count, out, 0, parents);
    }
    nodes = out;
    count = parents;
  }
  copyNode(root, nodes);
}

/** Writes the levels above `count` hashes right behind them, up to the root. */
export function treeLevels(leaves: usize, count: u32): void {
  while (count > 1) {
    const out = leaves + <usize>count * 32;
    const parents = (count + 1) >> 1;
    makeParents(leaves, count, out, 0, parents);
    leaves = out;
    count = parents;
  }
}

/** Combines rows `from .. to - 1` of two columns of nodes; without a right column, with padding nodes. */
function combineColumns(
  left: usize,
  columnBytes: usize,
  hasRight: bool,
  out: usize,
  from: u32,
  to: u32,
): void {
  let right = hasRight ? left + columnBytes + <usize>from * 32 : ZERO_NODE;
  const step: usize = hasRight ? 32 : 0;
  left += <usize>from * 32;
  out += <usize>from * 32;
  for (let i = from; i + 1 < to; i += 2) {
    innerTwo(left, right, left + 32, right + step, out, out + 32);
    left += 64;
    right += 2 * step;
    out += 64;
  }
  if ((to - from) & 1) innerTwo(left, right, left, right, out, out);
}

/**
 * Combines columns of nodes pairwise, `levels` times, in place: row i of all columns belongs to tree i.
 *
 * Columns are `columnBytes` apart, before and after; only `rows` of each are touched. Rows `equalFrom .. equalTo - 1` are
 * the same as each other within every column.
 */
export function reduceColumns(
  nodes: usize,
  columnBytes: usize,
  columns: u32,
  rows: u32,
  levels: u32,
  equalFrom: u32,
  equalTo: u32,
): void {
  const hasEqual = equalTo > equalFrom + 1;
  for (let level: u32 = 0; level < levels; level++) {
    const parents = (columns + 1) >> 1;
    for (let c: u32 = 0; c < parents; c++) {
      const left = nodes + <usize>(c * 2) * columnBytes;
      const hasRight = c * 2 + 1 < columns;
      const out = nodes + <usize>c * columnBytes;
      if (hasEqual) {
        combineColumns(left, columnBytes, hasRight, out, 0, equalFrom + 1);
        const same = out + <usize>equalFrom * 32;
        for (let i = equalFrom + 1; i < equalTo; i++) copyNode(out + <usize>i * 32, same);
        combineColumns(left, columnBytes, hasRight, out, equalTo, rows);
      } else {
        combineColumns(left, columnBytes, hasRight, out, 0, rows);
      }
    }
    columns = parents;
  }
}

/** Writes the hashes of the leaves of two bytes `first .. first + count - 1` into a table of all of them. */
export function fillLeafTable(table: usize, first: u32, count: u32): void {
  const current = leafTable;
  leafTable = 0;
  const pair = state;
  let out = table + (<usize>first << 5);
  for (let i: u32 = 0; i < count; i += 2) {
    const isPair = i + 1 < count;
    store<u16>(pair + 16, first + i);
    store<u16>(pair + 48, first + i + 1);
    leafTwo(pair + 16, pair + 48, 2, out, isPair ? out + 32 : state + 64);
    out += 64;
  }
  leafTable = current;
}

/** Sets the table of all hashes of leaves of two bytes; 0 for none. */
export function useLeafTable(table: usize): void {
  leafTable = table;
}
