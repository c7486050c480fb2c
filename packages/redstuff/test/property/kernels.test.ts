import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linearCode } from '../../src/code.js';
import { consecutive, interleaved, LEAF_TABLE_BYTES } from '../../src/kernels.js';
import { leafHash } from '../../src/merkle/tree.js';
import { createReferenceKernels } from '../../src/reference/kernels.js';
import { createMemoryKernels, memoryNeeds } from '../../src/wasm/memory-kernels.js';
import { loadKernelModule, MAX_PAGES, PAGE_BYTES } from '../../src/wasm/module.js';
import { kernelsFor, seededBytes, VARIANTS } from '../support/backends.js';

const codeArbitrary = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }))
  .map(([k, m]) => linearCode(k, m));

/** Symbol sizes around the blocks of the field's layout and of the hash, and any others. */
const sizeArbitrary = fc.oneof(
  fc.constantFrom(
    2,
    4,
    6,
    8,
    14,
    16,
    30,
    32,
    62,
    64,
    66,
    70,
    72,
    126,
    128,
    130,
    192,
    194,
    254,
    256,
  ),
  fc.integer({ min: 1, max: 300 }).map((half) => 2 * half),
);

describe.each(VARIANTS)('kernels (%s)', (variant) => {
  it('expand codewords, with zero sources left out, like the reference', async () => {
    await fc.assert(
      fc.asyncProperty(
        codeArbitrary,
        sizeArbitrary,
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(),
        async (code, symbolSize, words, isInterleaved, share, seed) => {
          const { sources: k, recoveries: m } = code;
          const used = Math.round(share * k);
          const batch = {
            code,
            symbolSize,
            words,
            used,
            input: interleaved(symbolSize, words),
            output: isInterleaved ? interleaved(symbolSize, words) : consecutive(symbolSize, m),
          };
          const bytes = seededBytes(seed, words * k * symbolSize);
          const results = [await kernelsFor(variant, code), createReferenceKernels()].map(
            (kernels) => {
              kernels.stage(bytes.length).set(bytes);
              const { recovery, leaves, roots } = kernels.expand(batch);
              const parts: Uint8Array[] = [recovery, leaves, roots].map((part) => part.slice());
              parts.push(kernels.reduceLeaves(2));
              return parts.map((part) => Buffer.from(part).toString('hex'));
            },
          );
          expect(results[0]).toEqual(results[1]);
        },
      ),
      { numRuns: 120 },
    );
  });

  it('build trees and reduce columns like the reference', async () => {
    const code = linearCode(2, 2);
    const kernels = [await kernelsFor(variant, code), createReferenceKernels()];
    fc.assert(
      fc.property(
        sizeArbitrary,
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 0, max: 4 }),
        fc.nat(),
        (symbolSize, rows, columns, levels, seed) => {
          const leaves = seededBytes(seed, rows * symbolSize);
          const nodes = seededBytes(seed, columns * rows * 32);
          const results = kernels.map((each) => {
            each.stage(leaves.length).set(leaves);
            const tree = Buffer.from(each.tree(rows, symbolSize)).toString('hex');
            each.stage(nodes.length).set(nodes);
            const reduced = Buffer.from(each.reduceColumns(columns, rows, levels)).toString('hex');
            each.stage(nodes.length).set(nodes);
            const over = Buffer.from(each.treeOverHashes(columns * rows)).toString('hex');
            const from = seed % rows;
            const to = from + (seed % (rows - from));
            const equals = nodes.slice();
            for (let at = 0; at < nodes.length; at += rows * 32) {
              const row = nodes.subarray(at + from * 32, at + from * 32 + 32);
              for (let i = from; i < to; i++) equals.set(row, at + i * 32);
            }
            each.stage(nodes.length).set(equals);
            const equal = each.reduceColumns(columns, rows, levels, { from, to });
            return [tree, reduced, over, Buffer.from(equal).toString('hex')];
          });
          expect(results[0]).toEqual(results[1]);
        },
      ),
      { numRuns: 80 },
    );
  });

  it('work side by side in one shared memory, and write nothing but their results', async () => {
    const code = linearCode(5, 7);
    const codes = { primary: code, secondary: code };
    const module = await loadKernelModule({ variant, isShared: true });
    const needs = memoryNeeds(codes);
    const tables = Math.ceil(module.heapBase / 128) * 128;
    const scratch = [0, 1].map((i) => tables + needs.tablesBytes + i * needs.scratchBytes);
    const data = tables + needs.tablesBytes + 2 * needs.scratchBytes;
    const memory = new WebAssembly.Memory({
      initial: Math.ceil((data + 65536) / PAGE_BYTES),
      maximum: MAX_PAGES,
      shared: true,
    });
    const bytes = new Uint8Array(memory.buffer);
    const kernels = [];
    for (const [i, place] of scratch.entries()) {
      const init = { module, memory, codes, tables, scratch: place, writeTables: i === 0 };
      kernels.push(await createMemoryKernels(init));
    }
    expect(kernels.map((each) => each.variant)).toEqual([variant, variant]);
    const reference = createReferenceKernels();
    for (const symbolSize of [2, 6, 10, 16, 18, 30, 34, 50, 62, 70, 130, 250]) {
      const sourceBytes = code.sources * symbolSize;
      const targetBytes = code.recoveries * symbolSize;
      const source = data + 128;
      const target = source + 2 * sourceBytes + 128;
      const leaves = target + 2 * targetBytes + 2;
      const roots = leaves + 2 * 12 * 32;
      const batch = {
        code,
        symbolSize,
        words: 1,
        input: consecutive(symbolSize, code.sources),
        output: consecutive(symbolSize, code.recoveries),
      };
      const input = seededBytes(symbolSize, 2 * sourceBytes);
      const before = seededBytes(1, 65536);
      bytes.set(before, data);
      bytes.set(input, source);
      kernels.forEach((each, i) =>
        each.expandAt(batch, {
          source: source + i * sourceBytes,
          target: target + i * targetBytes,
          leaves: leaves + i * 12 * 32,
          roots: roots + i * 32,
        }),
      );
      const expected = before.slice();
      expected.set(input, source - data);
      [0, 1].forEach((i) => {
        reference.stage(sourceBytes).set(input.subarray(i * sourceBytes, (i + 1) * sourceBytes));
        const result = reference.expand(batch);
        expected.set(result.recovery, target + i * targetBytes - data);
        expected.set(result.leaves, leaves + i * 12 * 32 - data);
        expected.set(result.roots, roots + i * 32 - data);
      });
      expect(Buffer.compare(bytes.slice(data, data + 65536), expected)).toBe(0);
    }
  });

  it('hash leaves of two bytes by table', async () => {
    const code = linearCode(3, 2);
    const codes = { primary: code, secondary: code };
    const module = await loadKernelModule({ variant });
    const needs = memoryNeeds(codes);
    const tables = Math.ceil(module.heapBase / 128) * 128;
    const scratch = tables + needs.tablesBytes;
    const table = scratch + needs.scratchBytes;
    const data = table + LEAF_TABLE_BYTES + 128;
    const memory = new WebAssembly.Memory({
      initial: Math.ceil((data + 1024) / PAGE_BYTES),
      maximum: MAX_PAGES,
    });
    const kernels = await createMemoryKernels({
      module,
      memory,
      codes,
      tables,
      scratch,
      writeTables: true,
    });
    kernels.fillLeafTableAt(table, 0, 101);
    kernels.fillLeafTableAt(table, 101, 65536 - 101);
    kernels.useLeafTable(table);
    const leaves = Uint8Array.of(0, 0, 255, 255, 1, 0, 0, 1, 0x34, 0x12, 101, 0, 100, 0);
    new Uint8Array(memory.buffer).set(leaves, data);
    kernels.hashLeavesAt(data, 2, 7, 2, data + 64);
    for (let i = 0; i < 7; i++) {
      const hash = new Uint8Array(memory.buffer).slice(data + 64 + 32 * i, data + 96 + 32 * i);
      expect(hash).toEqual(leafHash(leaves.subarray(2 * i, 2 * i + 2)));
    }
  });
});
