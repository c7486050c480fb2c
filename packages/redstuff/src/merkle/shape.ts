/** Sizes of Merkle trees; apart from hashing, which workers do without. */

/** Bytes of a node. */
export const NODE_BYTES = 32;

/** Returns the number of nodes on all levels of a tree over `count` leaves, padding not counted. */
export function treeNodeCount(count: number): number {
  let total = count;
  while (count > 1) {
    count = Math.ceil(count / 2);
    total += count;
  }
  return total;
}

/** Returns the length of a proof in a tree over `count` leaves, `ceil(log2 count)`. */
export function proofLength(count: number): number {
  let length = 0;
  while (count > 1) {
    count = Math.ceil(count / 2);
    length++;
  }
  return length;
}
