import type { SliverSource } from '../source/slivers.js';
import type { BlobSource } from '../source/source.js';
import type { TempStore } from '../source/temp-store.js';
import type { StoreHandle } from '../threads/tasks.js';
import type { BlobGeometry } from './geometry.js';

/** Where a row of the message matrix is to be found. */
export type RowPlace =
  | { readonly kind: 'sliver'; readonly entry: number }
  /** `base` is a byte position in the spool. */
  | { readonly kind: 'spool'; readonly base: number };

/**
 * A blob that was decoded: its rows are slivers that were received, or lie in temporary storage.
 *
 * @param geometry - of the blob
 * @param places - of each row that holds data
 * @param slivers - primary slivers
 * @param spool - decoded rows, sealed
 */
export function decodedRows(
  geometry: BlobGeometry,
  places: readonly RowPlace[],
  slivers: SliverSource,
  spool: TempStore,
): BlobSource {
  const { rowBytes, unencodedLength } = geometry;

  const readRow = async (row: number, position: number, target: Uint8Array): Promise<void> => {
    const place = places[row];
    if (place?.kind === 'sliver') await slivers.read(place.entry, position, target);
    else if (place !== undefined) await spool.read(place.base + position, target);
  };

  return {
    sizeBytes: unencodedLength,
    handle: filesOf(places, slivers, spool),
    async read(position, target) {
      let done = 0;
      while (done < target.length) {
        const row = Math.floor((position + done) / rowBytes);
        const inRow = position + done - row * rowBytes;
        const count = Math.min(target.length - done, rowBytes - inRow);
        await readRow(row, inRow, target.subarray(done, done + count));
        done += count;
      }
    },
    async close() {
      // Both belong to somebody else.
    },
  };
}

/** Returns how workers can read the rows by themselves, if all of them lie in files. */
function filesOf(
  places: readonly RowPlace[],
  slivers: SliverSource,
  spool: TempStore,
): StoreHandle | undefined {
  const fds = new Int32Array(places.length);
  const bases = new Float64Array(places.length);
  for (const [row, place] of places.entries()) {
    const inSpool =
      place.kind === 'spool' && spool.handle?.kind === 'file' ? spool.handle : undefined;
    const file =
      place.kind === 'sliver'
        ? slivers.file?.(place.entry)
        : inSpool && { fd: inSpool.fd, base: place.base };
    if (file === undefined) return undefined;
    fds[row] = file.fd;
    bases[row] = file.base;
  }
  return { kind: 'files', fds, bases };
}
