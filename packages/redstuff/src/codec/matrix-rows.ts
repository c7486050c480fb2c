import type { BlobGeometry } from './geometry.js';

/**
 * The rows of a blob's message matrix as views of the blob; only the row in which the blob ends is a copy, and all rows
 * behind it are one and the same zero row.
 */
export class MatrixRows {
  readonly #blob: Uint8Array;
  readonly #rowBytes: number;
  readonly #dataRows: number;
  #lastRow: Uint8Array | undefined;
  #zeroRow: Uint8Array | undefined;

  /**
   * @param blob - the unencoded blob; kept, not copied
   * @param geometry - of that blob
   */
  constructor(blob: Uint8Array, geometry: BlobGeometry) {
    // A plain array even for a Node Buffer: its views end up in slivers that users see.
    this.#blob = new Uint8Array(blob.buffer, blob.byteOffset, blob.byteLength);
    this.#rowBytes = geometry.rowBytes;
    this.#dataRows = geometry.dataRows;
  }

  /** Returns row `index` of the padded matrix, read-only. */
  row(index: number): Uint8Array {
    if (index >= this.#dataRows) return (this.#zeroRow ??= new Uint8Array(this.#rowBytes));
    const start = index * this.#rowBytes;
    const row = this.#blob.subarray(start, start + this.#rowBytes);
    if (row.length === this.#rowBytes) return row;
    if (this.#lastRow === undefined) {
      this.#lastRow = new Uint8Array(this.#rowBytes);
      this.#lastRow.set(row);
    }
    return this.#lastRow;
  }
}
