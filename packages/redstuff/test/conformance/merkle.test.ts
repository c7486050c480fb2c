import { fromHex, toHex } from '@walrus-ts/core';
import { describe, expect, it } from 'vitest';
import { axisCodes, linearCode } from '../../src/code.js';
import { encodingParameters } from '@walrus-ts/core';
import { NODE_BYTES, proofLength } from '../../src/merkle/shape.js';
import { innerHash, leafHash, MerkleTree, verifyMerkleProof } from '../../src/merkle/tree.js';
import { BACKENDS, kernelsFor, seededBytes, split } from '../support/backends.js';
import { vectors } from '../support/vectors.js';

const LEAVES = vectors.merkle.leaf_texts_utf8.map((text) => new TextEncoder().encode(text));

describe('Merkle trees', () => {
  it('have a zero root without leaves', () => {
    expect(toHex(MerkleTree.fromLeaves([]).root)).toBe(vectors.merkle.empty_tree_root_hex);
  });

  it.each(vectors.merkle.trees)('over $leaves leaves match the vectors', (vector) => {
    const tree = MerkleTree.fromLeaves(LEAVES.slice(0, vector.leaves));
    expect(toHex(tree.root)).toBe(vector.root_hex);
    vector.proofs.forEach((expected, index) => {
      const path = tree.proof(index);
      expect(path.map((node) => (node === null ? 'empty' : toHex(node)))).toEqual(expected);
      const input = { path, root: tree.root, leafCount: vector.leaves, index };
      const leaf = LEAVES[index] ?? new Uint8Array(0);
      expect(verifyMerkleProof({ ...input, leaf }), `leaf ${index}`).toBe(true);
      expect(verifyMerkleProof({ ...input, leaf: Uint8Array.of(1) })).toBe(false);
      for (let other = 0; other < vector.leaves; other++) {
        if (other !== index) {
          expect(verifyMerkleProof({ ...input, leaf, index: other }), `as ${other}`).toBe(false);
        }
      }
    });
  });

  it('refuses proofs that are too long, too short or malformed', () => {
    const tree = MerkleTree.fromLeaves(LEAVES.slice(0, 5));
    const [leaf = new Uint8Array(0)] = LEAVES;
    const good = { path: tree.proof(0), root: tree.root, leafCount: 5, leaf, index: 0 };
    expect(verifyMerkleProof(good)).toBe(true);
    expect(verifyMerkleProof({ ...good, path: [...good.path, null] })).toBe(false);
    expect(verifyMerkleProof({ ...good, path: good.path.slice(1) })).toBe(false);
    expect(verifyMerkleProof({ ...good, path: [] })).toBe(false);
    expect(verifyMerkleProof({ ...good, index: 8 })).toBe(false);
    expect(verifyMerkleProof({ ...good, path: [new Uint8Array(31), ...good.path.slice(1)] })).toBe(
      false,
    );
  });

  it('gives no proof for a leaf that does not exist', () => {
    expect(() => MerkleTree.fromLeaves(LEAVES).proof(LEAVES.length)).toThrow(RangeError);
  });
});

describe.each(BACKENDS)('hashing kernels (%s)', (backend) => {
  // Around the block length of the hash with its prefix, and around its double.
  const sizes = [0, 1, 2, 7, 8, 62, 64, 126, 127, 128, 129, 152, 254, 255, 256, 257, 1000];

  it.each(sizes)('hash leaves of %i bytes into trees', async (size) => {
    const kernels = await kernelsFor(backend, linearCode(3, 1));
    for (const count of [1, 2, 3, 4, 5, 8, 9, 31]) {
      const bytes = seededBytes(size * 100 + count, count * size);
      kernels.stage(bytes.length).set(bytes);
      const nodes = kernels.tree(count, size).slice();
      const leaves = Array.from({ length: count }, (_, i) => bytes.slice(i * size, (i + 1) * size));
      const expected = MerkleTree.fromLeaves(leaves);
      expect(toHex(nodes.slice(0, NODE_BYTES))).toBe(toHex(leafHash(leaves[0] ?? bytes)));
      expect(toHex(MerkleTree.fromNodes(count, nodes).root), `${count} leaves`).toBe(
        toHex(expected.root),
      );
      kernels.stage(count * NODE_BYTES).set(nodes.subarray(0, count * NODE_BYTES));
      expect(toHex(kernels.treeOverHashes(count))).toBe(toHex(nodes));
    }
  });

  it('reduce columns of nodes to the roots of their rows', async () => {
    const kernels = await kernelsFor(backend, axisCodes(encodingParameters(10)).primary);
    for (const columns of [1, 2, 3, 5, 8, 13]) {
      for (const rows of [1, 2, 7]) {
        const bytes = seededBytes(columns * 10 + rows, columns * rows * NODE_BYTES);
        kernels.stage(bytes.length).set(bytes);
        const roots = kernels.reduceColumns(columns, rows, proofLength(columns)).slice();
        const nodes = split(bytes, NODE_BYTES);
        for (let row = 0; row < rows; row++) {
          let level = Array.from({ length: columns }, (_, c) => nodes[c * rows + row] ?? bytes);
          while (level.length > 1) {
            const current = level;
            level = Array.from({ length: Math.ceil(level.length / 2) }, (_, i) =>
              innerHash(current[2 * i] ?? null, current[2 * i + 1] ?? null),
            );
          }
          const root = roots.slice(row * NODE_BYTES, (row + 1) * NODE_BYTES);
          expect(toHex(root), `${columns} x ${rows}, row ${row}`).toBe(
            toHex(level[0] ?? fromHex('')),
          );
        }
      }
    }
  });
});
