import type { SliverData } from '@walrus-ts/core';

/** What is claimed of a sliver at hand; misfits are passed over. */
export interface SliverEntry {
  /** Sliver index on its axis. */
  readonly index: number;
  readonly symbolSize: number;
  /** Bytes of data. */
  readonly sizeBytes: number;
}

/**
 * Slivers of one axis that can be read anywhere, as often as needed.
 *
 * Entries are numbered 0, 1, …; the first usable ones are decoded from. Those that hold the blob itself cost least.
 */
export interface SliverSource {
  readonly entries: readonly SliverEntry[];
  /** Fills the target with bytes of the data of an entry, from `position` on. */
  read(entry: number, position: number, target: Uint8Array): Promise<void>;
  /** The data of an entry, if it is in memory. */
  memory?(entry: number): Uint8Array | undefined;
  /** The open file of an entry, and where its data begins in it, if workers can read it by themselves. */
  file?(entry: number): { readonly fd: number; readonly base: number } | undefined;
}

/**
 * Makes a source of slivers in memory, which must not change meanwhile.
 *
 * @param slivers - of one axis
 */
export function sliversInMemory(slivers: readonly SliverData[]): SliverSource {
  return {
    entries: slivers.map(({ index, symbolSize, data }) => ({
      index,
      symbolSize,
      sizeBytes: data.length,
    })),
    memory: (entry) => slivers[entry]?.data,
    async read(entry, position, target) {
      const data = slivers[entry]?.data;
      if (data) target.set(data.subarray(position, position + target.length));
    },
  };
}
