import type { BlobSource } from '../source/source.js';
import type { TempStore } from '../source/temp-store.js';
import type { BufferPool, Executor } from '../threads/executor.js';
import type { PanelInput, Region } from '../threads/tasks.js';
import type { BlobGeometry } from './geometry.js';

/** A rectangle of a matrix: `rows × width` bytes. */
export interface Panel {
  readonly firstRow: number;
  readonly rows: number;
  /** First byte within each row. */
  readonly offset: number;
  readonly width: number;
}

/** Bytes in rows, somewhere: in memory, in a file. What lies behind `limit` reads as zeros. */
export interface Matrix extends Pick<BlobSource, 'memory' | 'handle' | 'read'> {
  readonly rowStride: number;
  readonly limit: number;
}

/** The message matrix of a blob. */
export function sourceMatrix(source: BlobSource, geometry: BlobGeometry): Matrix {
  return {
    memory: source.memory,
    handle: source.handle,
    read: (position, target) => source.read(position, target),
    rowStride: geometry.rowBytes,
    limit: geometry.unencodedLength,
  };
}

/** A matrix in a store that is sealed. */
export function storeMatrix(store: TempStore, rowStride: number, rows: number): Matrix {
  return {
    memory: store.memory,
    handle: store.handle,
    read: (position, target) => store.read(position, target),
    rowStride,
    limit: rows * rowStride,
  };
}

function gather(matrix: Matrix, memory: Uint8Array, panel: Panel, target: Uint8Array): void {
  const { firstRow, rows, offset, width } = panel;
  for (let i = 0; i < rows; i++) {
    const start = (firstRow + i) * matrix.rowStride + offset;
    const part = memory.subarray(start, Math.max(start, Math.min(start + width, matrix.limit)));
    target.set(part, i * width);
    if (part.length < width) target.fill(0, i * width + part.length, (i + 1) * width);
  }
}

/** Copies a rectangle into the target. */
export async function readPanel(matrix: Matrix, panel: Panel, target: Uint8Array): Promise<void> {
  const { firstRow, rows, offset, width } = panel;
  if (matrix.memory !== undefined) {
    gather(matrix, matrix.memory, panel, target);
    return;
  }
  if (rows > 1 && offset === 0 && width === matrix.rowStride) {
    const whole = { firstRow: 0, rows: 1, offset: firstRow * width, width: rows * width };
    await readPanel({ ...matrix, rowStride: 0 }, whole, target);
    return;
  }
  await Promise.all(
    Array.from({ length: rows }, async (_, i) => {
      const start = (firstRow + i) * matrix.rowStride + offset;
      const available = Math.max(0, Math.min(width, matrix.limit - start));
      const part = target.subarray(i * width, (i + 1) * width);
      part.fill(0, available);
      if (available > 0) await matrix.read(start, part.subarray(0, available));
    }),
  );
}

/** Prepares a rectangle as the input of a task, in the way that costs least. */
export async function panelInput(
  executor: Executor,
  buffers: BufferPool,
  matrix: Matrix,
  panel: Panel,
): Promise<PanelInput> {
  const { memory, handle, rowStride, limit } = matrix;
  if (handle !== undefined && executor.canReach(handle.kind === 'blob' ? 'blob' : 'file')) {
    const region: Region = {
      handle,
      firstRow: panel.firstRow,
      rowStride,
      offset: panel.offset,
      limit,
    };
    return { kind: 'region', region };
  }
  if (memory !== undefined && executor.isInline) {
    return { kind: 'fill', fill: (target) => gather(matrix, memory, panel, target) };
  }
  const sizeBytes = panel.rows * panel.width;
  const bytes = buffers.take(sizeBytes);
  await readPanel(matrix, panel, new Uint8Array(bytes, 0, sizeBytes));
  return { kind: 'bytes', bytes };
}
