import { NODE_BYTES, proofLength } from '../merkle/shape.js';
import { GROUP_COLUMNS, GROUP_LEVELS } from '../threads/matrix-work.js';
import type { TaskResult } from '../threads/tasks.js';
import type { CodecContext } from './geometry.js';

/** Returns the levels by which a worker reduces the leaves of some columns: all of a group or nothing. */
export function reduceLevels(nShards: number, first: number, columns: number): number {
  if (nShards <= GROUP_COLUMNS || first % GROUP_COLUMNS !== 0) return 0;
  return columns === Math.min(GROUP_COLUMNS, nShards - first) ? GROUP_LEVELS : 0;
}

/**
 * Collects the leaf hashes of all columns, in any order, and turns them into the roots of the rows' trees.
 *
 * Leaves of eight columns are reduced to one node per row at once: 4 MB instead of 32 MB for 1000 shards. Aligned
 * groups of eight are whole subtrees, and padding below happens only in the last one, so the result is exact.
 */
export class RowTrees {
  readonly #context: CodecContext;
  readonly #columnNodes: number;
  readonly #groups = new Map<number, { leaves: Uint8Array<ArrayBuffer>; columns: number }>();
  /** One column of nodes per group. */
  readonly #reduced: Uint8Array;

  constructor(context: CodecContext) {
    const { nShards } = context.parameters;
    this.#context = context;
    this.#columnNodes = nShards * NODE_BYTES;
    this.#reduced = new Uint8Array(Math.ceil(nShards / GROUP_COLUMNS) * this.#columnNodes);
  }

  /**
   * Adds nodes of columns of one group.
   *
   * @param first - first column
   * @param columns - number of columns
   * @param nodes - reduced by {@link reduceLevels}
   */
  async add(first: number, columns: number, nodes: Uint8Array): Promise<void> {
    const { nShards } = this.#context.parameters;
    const group = Math.floor(first / GROUP_COLUMNS);
    if (reduceLevels(nShards, first, columns) > 0) {
      this.#reduced.set(nodes, group * this.#columnNodes);
      return;
    }
    const inGroup = Math.min(GROUP_COLUMNS, nShards - group * GROUP_COLUMNS);
    const entry = this.#groups.get(group) ?? {
      leaves: new Uint8Array(inGroup * this.#columnNodes),
      columns: 0,
    };
    this.#groups.set(group, entry);
    entry.leaves.set(nodes, (first - group * GROUP_COLUMNS) * this.#columnNodes);
    entry.columns += columns;
    if (entry.columns < inGroup || nShards <= GROUP_COLUMNS) return;
    this.#groups.delete(group);
    const { nodes: reduced } = await this.#reduce(entry.leaves, inGroup, nShards, GROUP_LEVELS);
    if (reduced) this.#reduced.set(reduced, group * this.#columnNodes);
  }

  /** Returns the root of each row's tree, once all columns are there. */
  async roots(): Promise<Uint8Array> {
    const { nShards } = this.#context.parameters;
    const isSmall = nShards <= GROUP_COLUMNS;
    const nodes = isSmall ? (this.#groups.get(0)?.leaves ?? new Uint8Array(0)) : this.#reduced;
    const columns = isSmall ? nShards : Math.ceil(nShards / GROUP_COLUMNS);
    const levels = proofLength(columns);
    const roots = new Uint8Array(this.#columnNodes);
    const parts = this.#context.executor.threads;
    const perPart = Math.ceil(nShards / parts);
    await Promise.all(
      Array.from({ length: parts }, async (_, part) => {
        const from = part * perPart * NODE_BYTES;
        const to = Math.min(from + perPart * NODE_BYTES, this.#columnNodes);
        if (from >= to) return;
        const slice = new Uint8Array(columns * (to - from));
        for (let c = 0; c < columns; c++) {
          const at = c * this.#columnNodes;
          slice.set(nodes.subarray(at + from, at + to), c * (to - from));
        }
        const result = await this.#reduce(slice, columns, (to - from) / NODE_BYTES, levels);
        if (result.nodes) roots.set(result.nodes, from);
      }),
    );
    return roots;
  }

  #reduce(
    nodes: Uint8Array<ArrayBuffer>,
    columns: number,
    rows: number,
    levels: number,
  ): Promise<TaskResult> {
    const { executor, kernels, parameters } = this.#context;
    return executor.run({
      kind: 'reduce',
      nShards: parameters.nShards,
      implementation: kernels.implementation,
      nodes: nodes.buffer,
      columns,
      rows,
      levels,
    });
  }
}
