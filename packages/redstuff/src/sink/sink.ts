import type { SliverAxis } from '@walrus-ts/core';

/** A part of a sliver that is ready. */
export interface SliverPart {
  readonly axis: SliverAxis;
  /** Sliver index on that axis (not the pair index). */
  readonly index: number;
  /** Where the part begins in the sliver's data, bytes. */
  readonly offset: number;
  /** Bytes of the part; only valid until the promise of `write` settles. Copy what must last. */
  readonly data: Uint8Array;
  /** Bytes of the whole sliver. */
  readonly sliverBytes: number;
  /** Bytes per symbol. */
  readonly symbolSize: number;
}

/**
 * Takes slivers while a blob is encoded.
 *
 * The first primary slivers (those that hold the blob) and all secondary slivers come whole. The other primary slivers
 * come in parts, a few columns at a time, since each column adds a symbol to each of them. Parts come in any order,
 * several at once; encoding waits for the promises, so a slow sink slows it down and nothing piles up.
 */
export interface SliverSink {
  /** Takes a part; the operation fails if this throws or rejects. */
  write(part: SliverPart): void | Promise<void>;
}

/** Takes the bytes of a blob in order. */
export interface BlobSink {
  /**
   * Takes the next bytes; the operation waits for the promise, and fails if this throws or rejects.
   *
   * @param bytes - only valid until the promise settles
   * @param position - of the first byte in the blob
   */
  write(bytes: Uint8Array, position: number): void | Promise<void>;
}
