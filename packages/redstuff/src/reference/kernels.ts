import type { DecodePlan } from '../decode-plan.js';
import type { CodewordBatch, ExpandedBatch, Kernels, Layout } from '../kernels.js';
import { NODE_BYTES, treeNodeCount } from '../merkle/shape.js';
import { innerHash, leafHash } from '../merkle/tree.js';
import { readElements, writeElements } from './elements.js';
import {
  formalDerivative,
  forwardTransform,
  inverseTransform,
  scaleEntry,
  type TransformArray,
} from './transform.js';

function offsetOf(layout: Layout, symbol: number, word: number): number {
  return symbol * layout.symbolStride + word * layout.wordStride;
}

function newArray(size: number, symbolSize: number): TransformArray {
  const width = symbolSize / 2;
  return { elements: new Uint16Array(size * width), width };
}

/**
 * The kernels in plain TypeScript, written along the specification: the oracle that the fast ones are tested against.
 */
class ReferenceKernels implements Kernels {
  readonly backend = 'reference';
  readonly variant = undefined;
  readonly implementation = 'reference';
  #input: Uint8Array = new Uint8Array(0);
  #expanded: { leaves: Uint8Array; columns: number; rows: number } | undefined;

  stage(sizeBytes: number): Uint8Array {
    if (this.#input.length < sizeBytes) this.#input = new Uint8Array(sizeBytes);
    return this.#input.subarray(0, sizeBytes);
  }

  encode(batch: CodewordBatch): Uint8Array {
    const out = new Uint8Array(batch.words * batch.code.recoveries * batch.symbolSize);
    for (let word = 0; word < batch.words; word++) {
      if (batch.code.rate === 'high') this.#encodeHigh(batch, word, out);
      else this.#encodeLow(batch, word, out);
    }
    return out;
  }

  #encodeHigh(batch: CodewordBatch, word: number, out: Uint8Array): void {
    const { code, symbolSize, output } = batch;
    const sum = newArray(code.chunk, symbolSize);
    for (let base = 0; base < code.sources; base += code.chunk) {
      const part = newArray(code.chunk, symbolSize);
      const count = Math.min(code.chunk, code.sources - base);
      for (let i = 0; i < count; i++) this.#readSource(part, i, batch, base + i, word);
      inverseTransform(part, code.chunk, base + code.chunk);
      for (let i = 0; i < sum.elements.length; i++) {
        sum.elements[i] = (sum.elements[i] ?? 0) ^ (part.elements[i] ?? 0);
      }
    }
    forwardTransform(sum, code.chunk, 0);
    for (let j = 0; j < code.recoveries; j++) {
      writeElements(out, offsetOf(output, j, word), sum.elements, j * sum.width, symbolSize);
    }
  }

  #encodeLow(batch: CodewordBatch, word: number, out: Uint8Array): void {
    const { code, symbolSize, output } = batch;
    const coefficients = newArray(code.chunk, symbolSize);
    for (let i = 0; i < code.sources; i++) this.#readSource(coefficients, i, batch, i, word);
    inverseTransform(coefficients, code.chunk, 0);
    for (let base = 0; base < code.recoveries; base += code.chunk) {
      const values = { elements: coefficients.elements.slice(), width: coefficients.width };
      forwardTransform(values, code.chunk, base + code.chunk);
      const count = Math.min(code.chunk, code.recoveries - base);
      for (let j = 0; j < count; j++) {
        const target = offsetOf(output, base + j, word);
        writeElements(out, target, values.elements, j * values.width, symbolSize);
      }
    }
  }

  #readSource(
    array: TransformArray,
    entry: number,
    batch: CodewordBatch,
    symbol: number,
    word: number,
  ): void {
    if (symbol >= (batch.used ?? batch.code.sources)) return;
    const offset = offsetOf(batch.input, symbol, word);
    readElements(array.elements, entry * array.width, this.#input, offset, batch.symbolSize);
  }

  expand(batch: CodewordBatch): ExpandedBatch {
    const { code, symbolSize, words, input, output } = batch;
    const recovery = this.encode(batch);
    const symbols = code.sources + code.recoveries;
    const leaves = new Uint8Array(words * symbols * NODE_BYTES);
    const roots = new Uint8Array(words * NODE_BYTES);
    const used = batch.used ?? code.sources;
    const zeroSymbol = new Uint8Array(symbolSize);
    for (let word = 0; word < words; word++) {
      const own = leaves.subarray(word * symbols * NODE_BYTES, (word + 1) * symbols * NODE_BYTES);
      for (let i = 0; i < symbols; i++) {
        const isSource = i < code.sources;
        const offset = isSource
          ? offsetOf(input, i, word)
          : offsetOf(output, i - code.sources, word);
        const symbol = (isSource ? this.#input : recovery).subarray(offset, offset + symbolSize);
        const isZero = isSource && i >= used;
        own.set(leafHash(isZero ? zeroSymbol : symbol), i * NODE_BYTES);
      }
      roots.set(levelsOver(own, symbols).slice(-NODE_BYTES), word * NODE_BYTES);
    }
    this.#expanded = { leaves, columns: words, rows: symbols };
    return { recovery, leaves, roots };
  }

  decode(batch: CodewordBatch, plan: DecodePlan): Uint8Array {
    const { code, symbolSize, words, input, output } = batch;
    const out = new Uint8Array(words * code.sources * symbolSize);
    for (let word = 0; word < words; word++) {
      plan.given.forEach((index, i) => {
        if (index >= code.sources) return;
        const from = offsetOf(input, i, word);
        out.set(this.#input.subarray(from, from + symbolSize), offsetOf(output, index, word));
      });
      if (plan.missing.length === 0) continue;
      const w = newArray(code.domain, symbolSize);
      plan.givenPositions.forEach((position, i) => {
        this.#readSource(w, position, batch, i, word);
        scaleEntry(w, position, plan.givenFactors[i] ?? 0);
      });
      inverseTransform(w, code.domain, 0);
      formalDerivative(w, code.domain);
      forwardTransform(w, code.domain, 0);
      plan.missing.forEach((index, i) => {
        const position = plan.missingPositions[i] ?? 0;
        scaleEntry(w, position, plan.missingFactors[i] ?? 0);
        const target = offsetOf(output, index, word);
        writeElements(out, target, w.elements, position * w.width, symbolSize);
      });
    }
    return out;
  }

  tree(count: number, sizeBytes: number): Uint8Array {
    const leaves = new Uint8Array(count * NODE_BYTES);
    for (let i = 0; i < count; i++) {
      leaves.set(
        leafHash(this.#input.subarray(i * sizeBytes, (i + 1) * sizeBytes)),
        i * NODE_BYTES,
      );
    }
    return levelsOver(leaves, count);
  }

  treeOverHashes(count: number): Uint8Array {
    return levelsOver(this.#input.slice(0, count * NODE_BYTES), count);
  }

  // Hashes equal rows like any others.
  reduceColumns(columns: number, rows: number, levels: number): Uint8Array {
    return reduced(this.#input, columns, rows, levels);
  }

  reduceLeaves(levels: number): Uint8Array {
    const expanded = this.#expanded;
    if (expanded === undefined) throw new Error('no leaves are left to be reduced');
    this.#expanded = undefined;
    return reduced(expanded.leaves, expanded.columns, expanded.rows, levels);
  }
}

/** Combines columns of nodes pairwise, level by level. */
function reduced(input: Uint8Array, columns: number, rows: number, levels: number): Uint8Array {
  let nodes = input.slice(0, columns * rows * NODE_BYTES);
  for (let level = 0; level < levels; level++) {
    const parents = Math.ceil(columns / 2);
    const next = new Uint8Array(parents * rows * NODE_BYTES);
    for (let c = 0; c < parents; c++) {
      for (let row = 0; row < rows; row++) {
        const left = (2 * c * rows + row) * NODE_BYTES;
        const right = left + rows * NODE_BYTES;
        const parent = innerHash(
          nodes.subarray(left, left + NODE_BYTES),
          2 * c + 1 < columns ? nodes.subarray(right, right + NODE_BYTES) : null,
        );
        next.set(parent, (c * rows + row) * NODE_BYTES);
      }
    }
    nodes = next;
    columns = parents;
  }
  return nodes;
}

/** Returns leaf hashes followed by all levels above them. */
function levelsOver(leaves: Uint8Array, count: number): Uint8Array {
  const nodes = new Uint8Array(treeNodeCount(count) * NODE_BYTES);
  nodes.set(leaves);
  const node = (i: number): Uint8Array => nodes.subarray(i * NODE_BYTES, (i + 1) * NODE_BYTES);
  let start = 0;
  while (count > 1) {
    const parents = Math.ceil(count / 2);
    for (let i = 0; i < parents; i++) {
      const right = 2 * i + 1 < count ? node(start + 2 * i + 1) : null;
      nodes.set(innerHash(node(start + 2 * i), right), (start + count + i) * NODE_BYTES);
    }
    start += count;
    count = parents;
  }
  return nodes;
}

/** Creates the reference kernels. */
export function createReferenceKernels(): Kernels {
  return new ReferenceKernels();
}
