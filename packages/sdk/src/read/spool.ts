import { onAbort, type SliverData } from '@walrus-ts/core';
import type { BlobSink, CreateTempStore, SliverEntry, SliverSource } from '@walrus-ts/redstuff';

/** Largest piece of a row that is handed to a sink at once, bytes. */
const PIECE_BYTES = 1 << 20;

/** Verified primary slivers of one blob, in temporary storage: in memory while they are small, else on disk. */
export interface SliverSpool {
  /** Slivers taken so far. */
  readonly size: number;
  /** Keeps a sliver; passes over repeated ones and those beyond what is needed. */
  add(sliver: SliverData): Promise<void>;
  /** Ends writing; what was taken can be read now. */
  seal(): Promise<SliverSource>;
  /**
   * Hands the rows of the blob to a sink in order, each as soon as it is there.
   *
   * @param rows - number of rows that the blob fills
   * @param until - fires when no more slivers come
   * @returns when a row is missing and `until` has fired, or all rows were handed out
   */
  emitRows(rows: number, sink: BlobSink, until: AbortSignal): Promise<void>;
  /** Removes the storage; idempotent. */
  close(): Promise<void>;
}

/**
 * Makes room for the slivers that decoding a blob needs.
 *
 * @param need - number of slivers
 * @param sliverBytes - bytes of data of each
 * @param createTempStore - where to
 * @throws REDSTUFF_NO_STORAGE
 */
export async function createSliverSpool(
  need: number,
  sliverBytes: number,
  createTempStore: CreateTempStore,
): Promise<SliverSpool> {
  const store = await createTempStore(need * sliverBytes);
  // Some stores can only be read when they are complete.
  const isReadableEarly = store.memory !== undefined || store.writeHandle !== undefined;
  const slots = new Map<number, number>();
  const entries: SliverEntry[] = [];
  let slotCount = 0;
  let wake: (() => void) | undefined;

  const source: SliverSource = {
    entries,
    read: (entry, position, target) => store.read(entry * sliverBytes + position, target),
    memory: (entry) => store.memory?.subarray(entry * sliverBytes, (entry + 1) * sliverBytes),
    file: (entry) =>
      store.handle?.kind === 'file'
        ? { fd: store.handle.fd, base: entry * sliverBytes }
        : undefined,
  };

  return {
    get size() {
      return slots.size;
    },
    async add({ index, symbolSize, data }) {
      if (slots.has(index) || slotCount >= need) return;
      const slot = slotCount++;
      entries[slot] = { index, symbolSize, sizeBytes: data.length };
      await store.write(slot * sliverBytes, data);
      slots.set(index, slot);
      wake?.();
    },
    async seal() {
      await store.seal();
      return source;
    },
    async emitRows(rows, sink, until) {
      if (!isReadableEarly || until.aborted) return;
      // The signal lives no longer than the read: nothing has to be taken back.
      onAbort(until, () => wake?.());
      const piece = new Uint8Array(Math.min(sliverBytes, PIECE_BYTES));
      for (let row = 0; row < rows; row++) {
        let slot = slots.get(row);
        while (slot === undefined) {
          if (until.aborted) return;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          slot = slots.get(row);
        }
        for (let at = 0; at < sliverBytes; at += piece.length) {
          const part = piece.subarray(0, Math.min(piece.length, sliverBytes - at));
          await store.read(slot * sliverBytes + at, part);
          await sink.write(part, row * sliverBytes + at);
        }
      }
    },
    close: () => store.close(),
  };
}

/**
 * Makes a sink that passes over what the sink behind it has already, so that the same blob can be written again from its
 * beginning.
 *
 * @param sink - gets every byte once, in order
 */
export function resumableSink(sink: BlobSink): BlobSink & { readonly written: number } {
  let written = 0;
  return {
    get written() {
      return written;
    },
    async write(bytes, position) {
      const known = Math.max(0, written - position);
      if (known >= bytes.length) return;
      const rest = bytes.subarray(known);
      await sink.write(rest, position + known);
      written = position + bytes.length;
    },
  };
}
