import type { SliverAxis, SliverData } from '@walrus-ts/core';
import { RedstuffError } from '../errors.js';
import { consecutive, interleaved } from '../kernels.js';
import { NODE_BYTES, proofLength } from '../merkle/tree.js';
import type { BlobCommitment, EncodedBlob, OperationOptions } from '../types.js';
import { commit } from './commitment.js';
import { blobGeometry, wordsPerStep, type BlobGeometry, type CodecContext } from './geometry.js';
import { MatrixRows } from './matrix-rows.js';
import { Pacer } from './pacer.js';

/** Columns whose leaf hashes are collected before they are reduced to one node per row. */
const GROUP_COLUMNS = 8;
const GROUP_LEVELS = 3;
/** Cost of a column, which is hashed, relative to that of a row, which is only coded. */
const COLUMN_COST = 3;
/** Most rows coded in one step. */
const ROWS_PER_STEP = 32;

/**
 * Codes the rows: gives the recovery symbols of every row, which are the secondary slivers behind the systematic ones.
 *
 * @returns `f` slivers of `columnBytes`
 */
async function encodeRows(
  context: CodecContext,
  geometry: BlobGeometry,
  rows: MatrixRows,
  pacer: Pacer,
): Promise<Uint8Array[]> {
  const { kernels, parameters } = context;
  const { symbolSize, rowBytes, columnBytes, dataRows } = geometry;
  const code = context.codes.primary;
  const slivers = Array.from({ length: code.recoveries }, () => new Uint8Array(columnBytes));
  const step = wordsPerStep(context, geometry, ROWS_PER_STEP);
  // Rows that are all padding have zero recovery symbols, which the slivers hold already.
  for (let first = 0; first < dataRows; first += step) {
    const words = Math.min(step, dataRows - first);
    const staged = kernels.stage(words * rowBytes);
    for (let w = 0; w < words; w++) staged.set(rows.row(first + w), w * rowBytes);
    const recovery = kernels.encode({
      code,
      symbolSize,
      words,
      input: consecutive(symbolSize, code.sources),
      output: interleaved(symbolSize, words),
    });
    slivers.forEach((sliver, j) => {
      const at = j * words * symbolSize;
      sliver.set(recovery.subarray(at, at + words * symbolSize), first * symbolSize);
    });
    await pacer.advance(words);
  }
  await pacer.advance(parameters.primarySymbols - dataRows);
  return slivers;
}

/**
 * Collects the leaf hashes of all columns and turns them into the roots of the rows' trees.
 *
 * Leaves of eight columns are reduced to one node per row at once: 4 MB instead of 32 MB for 1000 shards. Aligned
 * groups of eight are whole subtrees, and padding below happens only in the last one, so the result is exact.
 */
class RowTrees {
  readonly #context: CodecContext;
  readonly #columnNodes: number;
  readonly #group: Uint8Array;
  readonly #reduced: Uint8Array[] = [];
  #columns = 0;

  constructor(context: CodecContext) {
    this.#context = context;
    this.#columnNodes = context.parameters.nShards * NODE_BYTES;
    this.#group = new Uint8Array(GROUP_COLUMNS * this.#columnNodes);
  }

  /** Adds the leaf hashes of the next column, one per row. */
  add(leaves: Uint8Array): void {
    this.#group.set(leaves, (this.#columns % GROUP_COLUMNS) * this.#columnNodes);
    this.#columns++;
  }

  /** Reduces the group if it is full; at the end of all columns, in any case. */
  flush(isEnd: boolean): void {
    const { nShards } = this.#context.parameters;
    const rest = this.#columns % GROUP_COLUMNS;
    if (nShards <= GROUP_COLUMNS || this.#columns === 0 || (rest !== 0 && !isEnd)) return;
    const columns = rest === 0 ? GROUP_COLUMNS : rest;
    this.#reduced.push(this.#reduce([this.#group], columns, GROUP_LEVELS));
  }

  /** Returns the root of each row's tree. */
  roots(): Uint8Array {
    const { nShards } = this.#context.parameters;
    if (nShards <= GROUP_COLUMNS) {
      return this.#reduce([this.#group], nShards, proofLength(nShards));
    }
    return this.#reduce(this.#reduced, this.#reduced.length, proofLength(this.#reduced.length));
  }

  #reduce(parts: readonly Uint8Array[], columns: number, levels: number): Uint8Array {
    const { kernels, parameters } = this.#context;
    const staged = kernels.stage(columns * this.#columnNodes);
    let offset = 0;
    for (const part of parts) {
      staged.set(part.subarray(0, staged.length - offset), offset);
      offset += part.length;
    }
    return kernels.reduceColumns(columns, parameters.nShards, levels).slice();
  }
}

/** What the pass over the columns yields. */
interface ColumnPass {
  readonly roots: { readonly primary: Uint8Array; readonly secondary: Uint8Array };
  /** The primary slivers behind the systematic ones, if they were asked for. */
  readonly recoveryRows: Uint8Array[];
}

/**
 * Codes and hashes the columns, from the blob and from the recovery symbols of the rows.
 */
async function encodeColumns(
  context: CodecContext,
  geometry: BlobGeometry,
  rows: MatrixRows,
  recoveryColumns: readonly Uint8Array[],
  keepSlivers: boolean,
  pacer: Pacer,
): Promise<ColumnPass> {
  const { kernels, parameters } = context;
  const { nShards, primarySymbols, secondarySymbols } = parameters;
  const { symbolSize, rowBytes, columnBytes } = geometry;
  const code = context.codes.secondary;
  const recoveryRows = keepSlivers
    ? Array.from({ length: code.recoveries }, () => new Uint8Array(rowBytes))
    : [];
  const secondary = new Uint8Array(nShards * NODE_BYTES);
  const rowTrees = new RowTrees(context);
  const step = wordsPerStep(context, geometry, GROUP_COLUMNS);

  for (let first = 0; first < nShards;) {
    const isSystematic = first < secondarySymbols;
    // A step stays within a group of columns and does not mix columns of the blob with recovery columns.
    const groupEnd = (Math.floor(first / GROUP_COLUMNS) + 1) * GROUP_COLUMNS;
    const end = Math.min(first + step, groupEnd, isSystematic ? secondarySymbols : nShards);
    const words = end - first;
    const staged = kernels.stage(words * columnBytes);
    if (isSystematic) {
      for (let r = 0; r < primarySymbols; r++) {
        const part = rows.row(r).subarray(first * symbolSize, end * symbolSize);
        staged.set(part, r * words * symbolSize);
      }
    } else {
      for (let w = 0; w < words; w++) {
        const column = recoveryColumns[first - secondarySymbols + w];
        if (column !== undefined) staged.set(column, w * columnBytes);
      }
    }
    const expanded = kernels.expand({
      code,
      symbolSize,
      words,
      input: isSystematic
        ? interleaved(symbolSize, words)
        : consecutive(symbolSize, primarySymbols),
      output: interleaved(symbolSize, words),
    });
    secondary.set(expanded.roots, first * NODE_BYTES);
    for (let w = 0; w < words; w++) {
      rowTrees.add(
        expanded.leaves.subarray(w * nShards * NODE_BYTES, (w + 1) * nShards * NODE_BYTES),
      );
    }
    if (isSystematic) {
      recoveryRows.forEach((row, i) => {
        const at = i * words * symbolSize;
        row.set(expanded.recovery.subarray(at, at + words * symbolSize), first * symbolSize);
      });
    }
    rowTrees.flush(end === nShards);
    first = end;
    await pacer.advance(words * COLUMN_COST);
  }
  return { roots: { primary: rowTrees.roots(), secondary }, recoveryRows };
}

/** The slivers of one blob. */
class EncodedMatrix implements EncodedBlob {
  readonly blobId: EncodedBlob['blobId'];
  readonly rootHash: EncodedBlob['rootHash'];
  readonly metadata: EncodedBlob['metadata'];
  readonly symbolSize: number;
  readonly #context: CodecContext;
  readonly #geometry: BlobGeometry;
  readonly #rows: MatrixRows;
  readonly #recoveryRows: readonly Uint8Array[];
  readonly #recoveryColumns: readonly Uint8Array[];

  constructor(
    context: CodecContext,
    geometry: BlobGeometry,
    commitment: BlobCommitment,
    rows: MatrixRows,
    recoveryRows: readonly Uint8Array[],
    recoveryColumns: readonly Uint8Array[],
  ) {
    this.blobId = commitment.blobId;
    this.rootHash = commitment.rootHash;
    this.metadata = commitment.metadata;
    this.symbolSize = geometry.symbolSize;
    this.#context = context;
    this.#geometry = geometry;
    this.#rows = rows;
    this.#recoveryRows = recoveryRows;
    this.#recoveryColumns = recoveryColumns;
  }

  sliver(axis: SliverAxis, index: number): SliverData {
    const { nShards } = this.#context.parameters;
    if (!Number.isInteger(index) || index < 0 || index >= nShards) {
      throw new RedstuffError(
        'REDSTUFF_SLIVER_INDEX',
        `there is no ${axis} sliver ${index} with ${nShards} shards`,
        { data: { axis, index, nShards } },
      );
    }
    const data = axis === 'primary' ? this.#primary(index) : this.#secondary(index);
    return { data, symbolSize: this.symbolSize, index };
  }

  #primary(index: number): Uint8Array {
    const { primarySymbols } = this.#context.parameters;
    return this.#recoveryRows[index - primarySymbols] ?? this.#rows.row(index);
  }

  #secondary(index: number): Uint8Array {
    const { primarySymbols, secondarySymbols } = this.#context.parameters;
    const coded = this.#recoveryColumns[index - secondarySymbols];
    if (coded !== undefined) return coded;
    const { symbolSize, columnBytes, dataRows } = this.#geometry;
    const data = new Uint8Array(columnBytes);
    for (let r = 0; r < Math.min(primarySymbols, dataRows); r++) {
      const symbol = this.#rows.row(r).subarray(index * symbolSize, (index + 1) * symbolSize);
      data.set(symbol, r * symbolSize);
    }
    return data;
  }
}

async function run(
  context: CodecContext,
  blob: Uint8Array,
  keepSlivers: boolean,
  options: OperationOptions | undefined,
): Promise<EncodedMatrix> {
  const { primarySymbols, nShards } = context.parameters;
  const geometry = blobGeometry(context.parameters, blob.length);
  const pacer = new Pacer(primarySymbols + nShards * COLUMN_COST, options);
  const rows = new MatrixRows(blob, geometry);
  const recoveryColumns = await encodeRows(context, geometry, rows, pacer);
  const { roots, recoveryRows } = await encodeColumns(
    context,
    geometry,
    rows,
    recoveryColumns,
    keepSlivers,
    pacer,
  );
  const commitment = commit(context.kernels, roots, blob.length);
  pacer.finish();
  return new EncodedMatrix(context, geometry, commitment, rows, recoveryRows, recoveryColumns);
}

/**
 * Encodes a blob: rows first, then column by column, each hashed while it is complete.
 *
 * @throws REDSTUFF_BLOB_TOO_LARGE
 * @see spec redstuff.md §6 to §8
 */
export async function encodeBlob(
  context: CodecContext,
  blob: Uint8Array,
  options?: OperationOptions,
): Promise<EncodedBlob> {
  return run(context, blob, true, options);
}

/**
 * Computes what {@link encodeBlob} commits to, with none of the recovery rows kept.
 *
 * @throws REDSTUFF_BLOB_TOO_LARGE
 */
export async function computeCommitment(
  context: CodecContext,
  blob: Uint8Array,
  options?: OperationOptions,
): Promise<BlobCommitment> {
  const { blobId, rootHash, metadata } = await run(context, blob, false, options);
  return { blobId, rootHash, metadata };
}
