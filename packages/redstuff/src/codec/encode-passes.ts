import { NODE_BYTES } from '../merkle/shape.js';
import type { BlobSource } from '../source/source.js';
import type { TempStore } from '../source/temp-store.js';
import { forEachUnit, type BufferPool, type ProgressMeter } from '../threads/executor.js';
import { GROUP_COLUMNS } from '../threads/matrix-work.js';
import type { ColumnsTask, Region } from '../threads/tasks.js';
import type { BlobGeometry, CodecContext } from './geometry.js';
import { panelInput, sourceMatrix, storeMatrix, type Matrix } from './matrix.js';
import { reduceLevels, RowTrees } from './row-trees.js';

/** Cost of a column, which is hashed, relative to that of a row, which is only coded. */
export const COLUMN_COST = 3;
/** Most rows coded in one task, and their bytes. */
const ROWS_PER_TASK = 32;
const ROWS_TASK_BYTES = 4 << 20;
/** Bytes of the expanded columns of one task, if these are more than one. */
const COLUMNS_TASK_BYTES = 20 << 20;

/** One encoding under way. */
export interface EncodeJob {
  readonly context: CodecContext;
  readonly geometry: BlobGeometry;
  readonly source: BlobSource;
  /** Recovery symbols of the rows, row by row: `dataRows × f × symbolSize` bytes. */
  readonly recovery: TempStore;
  readonly buffers: BufferPool;
  readonly signal: AbortSignal | undefined;
  readonly progress: ProgressMeter;
}

function width(context: CodecContext): number {
  // One more than there are workers, so that each has its next task when it is done with one.
  return context.executor.isInline ? 1 : context.executor.threads + 1;
}

/** Returns how a store can be written by a task, or nothing if it cannot. */
export function outputRegion(
  context: CodecContext,
  store: TempStore,
  place: Pick<Region, 'firstRow' | 'rowStride' | 'offset'>,
): Region | undefined {
  const handle = store.writeHandle;
  if (handle === undefined || !context.executor.canReach('file')) return undefined;
  return { handle, limit: Infinity, ...place };
}

/**
 * Codes the rows into `job.recovery`, and seals it. Rows that are all padding are left out: their recovery symbols are
 * zero.
 */
export async function codeRows(job: EncodeJob): Promise<void> {
  const { context, geometry, source, recovery, buffers, signal, progress } = job;
  const { executor, kernels, parameters, codes } = context;
  const { symbolSize, rowBytes, dataRows } = geometry;
  const recoveryBytes = codes.primary.recoveries * symbolSize;
  const matrix = sourceMatrix(source, geometry);
  const perTask = Math.max(
    1,
    Math.min(
      ROWS_PER_TASK,
      Math.floor(ROWS_TASK_BYTES / rowBytes),
      Math.ceil(dataRows / (2 * executor.threads)),
    ),
  );
  const units = Math.ceil(dataRows / perTask);
  await forEachUnit(units, { width: width(context), signal }, async (unit) => {
    const firstRow = unit * perTask;
    const rows = Math.min(perTask, dataRows - firstRow);
    const panel = { firstRow, rows, offset: 0, width: rowBytes };
    const place = { firstRow, rowStride: recoveryBytes, offset: 0 };
    const output = outputRegion(context, recovery, place);
    const result = await executor.run({
      kind: 'rows',
      nShards: parameters.nShards,
      implementation: kernels.implementation,
      symbolSize,
      rows,
      input: await panelInput(executor, buffers, matrix, panel),
      output,
      buffer: output ? undefined : buffers.take(rows * recoveryBytes),
    });
    if (result.bytes) await recovery.write(firstRow * recoveryBytes, result.bytes);
    buffers.give(result.buffer, result.inputBuffer);
    progress.add(rows);
  });
  await recovery.seal();
  progress.add(parameters.primarySymbols - dataRows);
}

/** What the pass over the columns shall do beside coding them. */
export interface ColumnPass {
  /** Whether roots are computed. */
  readonly isHashed: boolean;
  /** Where the primary slivers behind the systematic ones go, row by row. */
  readonly primary: 'drop' | 'return' | TempStore;
  /** Whether the columns are returned as well. */
  readonly returnsColumns: boolean;
  /** Columns in which nothing is to be done, since they would only be hashed. */
  readonly onlySystematic?: boolean;
  /**
   * Takes what is returned.
   *
   * @param primary - `2f × (columns × symbolSize)` bytes, or none
   * @param secondary - the columns one after another, or none
   */
  readonly deliver?: (
    first: number,
    columns: number,
    primary: Uint8Array,
    secondary: Uint8Array,
  ) => void | Promise<void>;
}

/** Roots of all slivers in sliver order, `n × 32` bytes each. */
export interface SliverRoots {
  readonly primary: Uint8Array;
  readonly secondary: Uint8Array;
}

interface ColumnUnit {
  readonly first: number;
  readonly columns: number;
}

/** Cuts the columns into tasks: each within a group, and not across the end of the systematic columns. */
function columnUnits(context: CodecContext, symbolSize: number, end: number): ColumnUnit[] {
  const { nShards, secondarySymbols } = context.parameters;
  let step = GROUP_COLUMNS;
  while (step > 1 && step * nShards * symbolSize > COLUMNS_TASK_BYTES) step /= 2;
  const units: ColumnUnit[] = [];
  for (let first = 0; first < end;) {
    const border = first < secondarySymbols ? secondarySymbols : nShards;
    const columns = Math.min(step - (first % step), border - first);
    units.push({ first, columns });
    first += columns;
  }
  return units;
}

/** Codes the columns, from the blob and from the recovery symbols of the rows, and computes the roots of all slivers. */
export async function codeColumns(job: EncodeJob, pass: ColumnPass): Promise<SliverRoots> {
  const { context, geometry, source, recovery, buffers, signal, progress } = job;
  const { executor, kernels, parameters, codes } = context;
  const { nShards, secondarySymbols } = parameters;
  const { symbolSize, rowBytes, columnBytes, dataRows } = geometry;
  const blobMatrix = sourceMatrix(source, geometry);
  const recoveryBytes = codes.primary.recoveries * symbolSize;
  const recoveryMatrix = storeMatrix(recovery, recoveryBytes, dataRows);
  const secondary = new Uint8Array(nShards * NODE_BYTES);
  const rowTrees = new RowTrees(context);
  const end = pass.onlySystematic === true ? secondarySymbols : nShards;
  const units = columnUnits(context, symbolSize, end);

  await forEachUnit(units.length, { width: width(context), signal }, async (number) => {
    const { first, columns } = units[number] ?? { first: 0, columns: 0 };
    const isSystematic = first < secondarySymbols;
    const matrix: Matrix = isSystematic ? blobMatrix : recoveryMatrix;
    const offset = (isSystematic ? first : first - secondarySymbols) * symbolSize;
    const bytes = columns * symbolSize;
    let primary: ColumnsTask['primary'] = 'drop';
    if (isSystematic && pass.primary !== 'drop') {
      const place = { firstRow: 0, rowStride: rowBytes, offset: first * symbolSize };
      primary =
        (pass.primary !== 'return' && outputRegion(context, pass.primary, place)) || 'return';
    }
    const primaryBytes = primary === 'return' ? codes.secondary.recoveries * bytes : 0;
    const secondaryBytes = pass.returnsColumns ? columns * columnBytes : 0;
    const panel = { firstRow: 0, rows: dataRows, offset, width: bytes };
    const result = await executor.run({
      kind: 'columns',
      nShards,
      implementation: kernels.implementation,
      symbolSize,
      columns,
      usedRows: dataRows,
      input: await panelInput(executor, buffers, matrix, panel),
      isHashed: pass.isHashed,
      reduceLevels: reduceLevels(nShards, first, columns),
      primary,
      returnsColumns: pass.returnsColumns,
      buffer:
        primaryBytes + secondaryBytes > 0 ? buffers.take(primaryBytes + secondaryBytes) : undefined,
    });
    if (result.roots && result.nodes) {
      secondary.set(result.roots, first * NODE_BYTES);
      await rowTrees.add(first, columns, result.nodes);
    }
    if (result.bytes) {
      const returned = result.bytes.subarray(0, primaryBytes);
      if (primary === 'return' && typeof pass.primary !== 'string') {
        const store = pass.primary;
        await Promise.all(
          Array.from({ length: codes.secondary.recoveries }, (_, i) =>
            store.write(
              i * rowBytes + first * symbolSize,
              returned.subarray(i * bytes, (i + 1) * bytes),
            ),
          ),
        );
      }
      await pass.deliver?.(first, columns, returned, result.bytes.subarray(primaryBytes));
    }
    buffers.give(result.buffer, result.inputBuffer);
    progress.add(columns * COLUMN_COST);
  });
  if (!pass.isHashed) return { primary: new Uint8Array(0), secondary };
  return { primary: await rowTrees.roots(), secondary };
}
