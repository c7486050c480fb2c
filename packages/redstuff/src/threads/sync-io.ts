import type { PanelInput, Region, StoreHandle } from './tasks.js';

/** Synchronous access to stores, as far as the runtime of a worker has it. */
export interface SyncIo {
  /**
   * Reads exactly `target.length` bytes.
   *
   * @param handle - a `file` or `blob`, or row `row` of `files`
   * @throws REDSTUFF_SOURCE_CHANGED if there are fewer
   */
  read(handle: StoreHandle, row: number, position: number, target: Uint8Array): void;
  /** Writes all bytes. */
  write(handle: StoreHandle, row: number, position: number, bytes: Uint8Array): void;
}

/** Whether whole rows follow each other, and so can be moved in one piece. */
function isGapless({ handle, rowStride, offset }: Region, width: number): boolean {
  return handle.kind !== 'files' && offset === 0 && rowStride === width;
}

/** Reads a rectangle; bytes beyond the limit of the matrix are zero. */
export function readRegion(
  io: SyncIo,
  region: Region,
  target: Uint8Array,
  rows: number,
  width: number,
): void {
  const { handle, firstRow, rowStride, offset, limit } = region;
  if (rows > 1 && isGapless(region, width)) {
    readRegion(io, region, target, 1, rows * width);
    return;
  }
  for (let i = 0; i < rows; i++) {
    const row = firstRow + i;
    const start = row * rowStride + offset;
    const available = Math.max(0, Math.min(width, limit - start));
    const at = i * width;
    if (available > 0) {
      const position = handle.kind === 'files' ? offset : start;
      io.read(handle, row, position, target.subarray(at, at + available));
    }
    if (available < width) target.fill(0, at + available, at + width);
  }
}

/** Writes a rectangle. */
export function writeRegion(
  io: SyncIo,
  region: Region,
  bytes: Uint8Array,
  rows: number,
  width: number,
): void {
  const { handle, firstRow, rowStride, offset } = region;
  if (rows > 1 && isGapless(region, width)) {
    writeRegion(io, region, bytes, 1, rows * width);
    return;
  }
  for (let i = 0; i < rows; i++) {
    const row = firstRow + i;
    const position = handle.kind === 'files' ? offset : row * rowStride + offset;
    io.write(handle, row, position, bytes.subarray(i * width, (i + 1) * width));
  }
}

/** Brings the input of a task, `rows × width` bytes, to its place. */
export function readPanel(
  io: SyncIo | undefined,
  input: PanelInput,
  target: Uint8Array,
  rows: number,
  width: number,
): void {
  if (input.kind === 'fill') {
    input.fill(target.subarray(0, rows * width));
  } else if (input.kind === 'bytes') {
    target.set(new Uint8Array(input.bytes, 0, rows * width));
  } else if (io === undefined) {
    throw new Error('this worker has no access to stores');
  } else {
    readRegion(io, input.region, target, rows, width);
  }
}
