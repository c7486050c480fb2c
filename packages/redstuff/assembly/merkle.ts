/**
 * Leaf hashes and Merkle trees. Spec: redstuff.md section 7.
 *
 * Padding nodes are 32 zero bytes. Hashing is two at a time; an odd one is hashed in both lanes.
 */
import { compressTwo, innerTwo, startHash } from './generated/blake2b';

const ZERO_NODE: usize = memory.data(32, 16);
const STATE: usize = memory.data(128, 16);
const MESSAGE: usize = memory.data(256, 16);

/**
 * Lays the next block of two messages side by side.
 *
 * `count` bytes are taken from each (up to 128), the rest of the block is zero. Reads up to 7 bytes more than that.
 */
function fillMessage(p0: usize, p1: usize, count: usize): void {
  let out = MESSAGE;
  const words = out + (count >> 3) * 16;
  while (out < words) {
    store<u64>(out, load<u64>(p0));
    store<u64>(out, load<u64>(p1), 8);
    p0 += 8;
    p1 += 8;
    out += 16;
  }
  if (out == MESSAGE + 256) return;
  const rest = <u64>(count & 7);
  const mask = ((<u64>1) << (8 * rest)) - 1;
  store<u64>(out, load<u64>(p0) & mask);
  store<u64>(out, load<u64>(p1) & mask, 8);
  out += 16;
  const zero = i64x2.splat(0);
  while (out < MESSAGE + 256) {
    v128.store(out, zero);
    out += 16;
  }
}

/** Hashes two leaves of `size` bytes each: `H(0x00 || data)`. The byte before each leaf is read, and ignored. */
function leafTwo(p0: usize, p1: usize, size: usize, out0: usize, out1: usize): void {
  startHash(STATE);
  let rest = size + 1;
  let counter: u64 = 0;
  p0 -= 1;
  p1 -= 1;
  let isFirst = true;
  while (true) {
    const count = min<usize>(rest, 128);
    fillMessage(p0, p1, count);
    if (isFirst) {
      // The byte before the data was taken along as the place of the prefix.
      store<u8>(MESSAGE, 0);
      store<u8>(MESSAGE, 0, 8);
      isFirst = false;
    }
    counter += <u64>count;
    rest -= count;
    if (rest == 0) break;
    compressTwo(STATE, MESSAGE, counter, 0);
    p0 += 128;
    p1 += 128;
  }
  compressTwo(STATE, MESSAGE, counter, 0xffffffffffffffff);
  const h0 = v128.load(STATE);
  const h1 = v128.load(STATE, 16);
  const h2 = v128.load(STATE, 32);
  const h3 = v128.load(STATE, 48);
  v128.store(out0, v128.shuffle<i64>(h0, h1, 0, 2));
  v128.store(out0, v128.shuffle<i64>(h2, h3, 0, 2), 16);
  v128.store(out1, v128.shuffle<i64>(h0, h1, 1, 3));
  v128.store(out1, v128.shuffle<i64>(h2, h3, 1, 3), 16);
}

/** Hashes `count` leaves that are `stride` bytes apart into consecutive hashes. */
export function hashLeaves(src: usize, stride: usize, count: u32, size: usize, out: usize): void {
  for (let i: u32 = 0; i + 1 < count; i += 2) {
    leafTwo(src, src + stride, size, out, out + 32);
    src += 2 * stride;
    out += 64;
  }
  if (count & 1) leafTwo(src, src, size, out, out);
}

/** Hashes one level of a tree into the next; `out` may be `nodes`. Returns the number of nodes made. */
function nextLevel(nodes: usize, count: u32, out: usize): u32 {
  const parents = (count + 1) >> 1;
  for (let i: u32 = 0; i < parents; i += 2) {
    const j = min<u32>(i + 1, parents - 1);
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
  return parents;
}

/** Computes the root over `count` hashes; `scratch` holds half as many. */
export function treeRoot(leaves: usize, count: u32, scratch: usize, root: usize): void {
  let nodes = leaves;
  while (count > 1) {
    count = nextLevel(nodes, count, scratch);
    nodes = scratch;
  }
  v128.store(root, v128.load(nodes));
  v128.store(root, v128.load(nodes, 16), 16);
}

/** Writes the levels above `count` hashes right behind them, up to the root. */
export function treeLevels(leaves: usize, count: u32): void {
  while (count > 1) {
    const out = leaves + <usize>count * 32;
    count = nextLevel(leaves, count, out);
    leaves = out;
  }
}

/** Combines columns of nodes pairwise, `levels` times, in place: row i of all columns belongs to tree i. */
export function reduceColumns(nodes: usize, columns: u32, rows: u32, levels: u32): void {
  const columnBytes = <usize>rows * 32;
  for (let level: u32 = 0; level < levels; level++) {
    const parents = (columns + 1) >> 1;
    for (let c: u32 = 0; c < parents; c++) {
      let left = nodes + <usize>(c * 2) * columnBytes;
      const hasRight = c * 2 + 1 < columns;
      let right = hasRight ? left + columnBytes : ZERO_NODE;
      const step: usize = hasRight ? 32 : 0;
      let out = nodes + <usize>c * columnBytes;
      for (let i: u32 = 0; i + 1 < rows; i += 2) {
        innerTwo(left, right, left + 32, right + step, out, out + 32);
        left += 64;
        right += 2 * step;
        out += 64;
      }
      if (rows & 1) innerTwo(left, right, left, right, out, out);
    }
    columns = parents;
  }
}
