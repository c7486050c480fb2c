import { blake2b256, equalBytes } from '@walrus-ts/core';
import type { MerkleNode } from '../types.js';
import { NODE_BYTES, proofLength, treeNodeCount } from './shape.js';

const LEAF_PREFIX = Uint8Array.of(0);
const INNER_PREFIX = Uint8Array.of(1);
const EMPTY_NODE = new Uint8Array(NODE_BYTES);

/** Hashes a leaf: `H(0x00 || data)`. */
export function leafHash(data: Uint8Array): Uint8Array {
  return blake2b256(LEAF_PREFIX, data);
}

/** Hashes an inner node: `H(0x01 || left || right)`, where `null` is the padding node. */
export function innerHash(left: MerkleNode, right: MerkleNode): Uint8Array {
  return blake2b256(INNER_PREFIX, left ?? EMPTY_NODE, right ?? EMPTY_NODE);
}

/**
 * A Merkle tree with all its nodes.
 *
 * Each level of odd length (but the root) is continued by one padding node of 32 zero bytes.
 *
 * @see spec redstuff.md §7
 */
export class MerkleTree {
  /** Number of leaves. */
  readonly leafCount: number;
  readonly #nodes: Uint8Array;

  private constructor(leafCount: number, nodes: Uint8Array) {
    this.leafCount = leafCount;
    this.#nodes = nodes;
  }

  /**
   * Builds the tree over leaf data.
   *
   * @param leaves - data of each leaf, any sizes
   */
  static fromLeaves(leaves: readonly Uint8Array[]): MerkleTree {
    const nodes = new Uint8Array(treeNodeCount(leaves.length) * NODE_BYTES);
    leaves.forEach((leaf, i) => nodes.set(leafHash(leaf), i * NODE_BYTES));
    let start = 0;
    let count = leaves.length;
    while (count > 1) {
      const parents = Math.ceil(count / 2);
      for (let i = 0; i < parents; i++) {
        const at = (start + 2 * i) * NODE_BYTES;
        const left = nodes.subarray(at, at + NODE_BYTES);
        const right =
          2 * i + 1 < count ? nodes.subarray(at + NODE_BYTES, at + 2 * NODE_BYTES) : null;
        nodes.set(innerHash(left, right), (start + count + i) * NODE_BYTES);
      }
      start += count;
      count = parents;
    }
    return new MerkleTree(leaves.length, nodes);
  }

  /**
   * Wraps nodes that were computed elsewhere.
   *
   * @param leafCount - leaves
   * @param nodes - every level from the leaf hashes to the root, without padding nodes; kept, not copied
   */
  static fromNodes(leafCount: number, nodes: Uint8Array): MerkleTree {
    if (nodes.length !== treeNodeCount(leafCount) * NODE_BYTES) {
      throw new RangeError(`${nodes.length} bytes are not a tree over ${leafCount} leaves`);
    }
    return new MerkleTree(leafCount, nodes);
  }

  /** The root: 32 zero bytes for a tree without leaves. A copy. */
  get root(): Uint8Array {
    return this.leafCount === 0 ? new Uint8Array(NODE_BYTES) : this.#nodes.slice(-NODE_BYTES);
  }

  /**
   * Returns the siblings on the way from a leaf to the root.
   *
   * @param index - leaf, 0 to `leafCount - 1`
   * @returns `ceil(log2 leafCount)` nodes, `null` where the sibling is padding
   * @throws RangeError for an index out of range
   */
  proof(index: number): MerkleNode[] {
    if (!Number.isInteger(index) || index < 0 || index >= this.leafCount) {
      throw new RangeError(`leaf ${index} is not in a tree over ${this.leafCount} leaves`);
    }
    const path: MerkleNode[] = [];
    let start = 0;
    let count = this.leafCount;
    while (count > 1) {
      const sibling = index ^ 1;
      const at = (start + sibling) * NODE_BYTES;
      path.push(sibling < count ? this.#nodes.slice(at, at + NODE_BYTES) : null);
      start += count;
      count = Math.ceil(count / 2);
      index >>= 1;
    }
    return path;
  }
}

/**
 * Tells whether a proof shows that a leaf is in the tree with some root.
 *
 * That the index is below the number of leaves is for the caller to check.
 *
 * @param input - `path` from the leaf up, `root` of 32 bytes, `leafCount`, the `leaf` data and its `index`
 * @see spec redstuff.md §7
 */
export function verifyMerkleProof(input: {
  readonly path: readonly MerkleNode[];
  readonly root: Uint8Array;
  readonly leafCount: number;
  readonly leaf: Uint8Array;
  readonly index: number;
}): boolean {
  const { path, root, leafCount, leaf } = input;
  let { index } = input;
  if (path.length > proofLength(leafCount) || index >> path.length !== 0) return false;
  let current = leafHash(leaf);
  for (const sibling of path) {
    if (sibling !== null && sibling.length !== NODE_BYTES) return false;
    current = index % 2 === 0 ? innerHash(current, sibling) : innerHash(sibling, current);
    index >>= 1;
  }
  return equalBytes(current, root);
}
