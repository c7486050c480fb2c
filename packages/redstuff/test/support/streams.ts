import { encodingParameters, type SliverAxis, type SliverData } from '@walrus-ts/core';
import type { BlobCodec, BlobSource, SliverPart, SliverSink } from '../../src/index.js';

/** Both axes. */
export const AXES: readonly SliverAxis[] = ['primary', 'secondary'];

/** A sink that puts slivers together, and says if a byte is missing or comes twice. */
export class CollectingSink implements SliverSink {
  readonly #slivers = new Map<string, { data: Uint8Array; seen: number; symbolSize: number }>();

  async write(part: SliverPart): Promise<void> {
    // What the sink gets may only be used until the promise settles: look at it late.
    await new Promise((resolve) => setImmediate(resolve));
    const key = `${part.axis} ${part.index}`;
    const entry = this.#slivers.get(key) ?? {
      data: new Uint8Array(part.sliverBytes),
      seen: 0,
      symbolSize: part.symbolSize,
    };
    entry.data.set(part.data, part.offset);
    entry.seen += part.data.length;
    this.#slivers.set(key, entry);
  }

  /** Returns a sliver that came whole. */
  sliver(axis: SliverAxis, index: number): SliverData {
    const entry = this.#slivers.get(`${axis} ${index}`);
    if (entry === undefined || entry.seen !== entry.data.length) {
      throw new Error(`${axis} sliver ${index} came in ${entry?.seen ?? 0} bytes`);
    }
    return { data: entry.data, symbolSize: entry.symbolSize, index };
  }

  /** Number of slivers of which something came. */
  get size(): number {
    return this.#slivers.size;
  }
}

/** A source that only knows how to read, with some delay. */
export function slowSource(bytes: Uint8Array): BlobSource {
  return {
    sizeBytes: bytes.length,
    async read(position, target) {
      await new Promise((resolve) => setImmediate(resolve));
      target.set(bytes.subarray(position, position + target.length));
    },
    async close() {
      // Nothing is open.
    },
  };
}

/** Puts the bytes that a decoder hands out together, and refuses gaps. */
export function collectingBlobSink(): {
  bytes(): Uint8Array;
  write(bytes: Uint8Array, position: number): void;
} {
  const parts: Uint8Array[] = [];
  let length = 0;
  return {
    write(bytes, position) {
      if (position !== length) throw new Error(`bytes of ${position} came at ${length}`);
      parts.push(bytes.slice());
      length += bytes.length;
    },
    bytes: () => Buffer.concat(parts),
  };
}

/** As many slivers as decoding needs, the last ones, so that most of the blob must be computed. */
export function lastSlivers(
  codec: Pick<BlobCodec, 'nShards'>,
  axis: SliverAxis,
  sliver: (axis: SliverAxis, index: number) => SliverData,
): SliverData[] {
  const { nShards } = codec;
  const { primarySymbols, secondarySymbols } = encodingParameters(nShards);
  const count = axis === 'primary' ? primarySymbols : secondarySymbols;
  return Array.from({ length: count }, (_, i) => sliver(axis, nShards - 1 - i));
}

/** Tells whether two slivers are the same; much faster than comparing them in an assertion. */
export function isSameSliver(a: SliverData, b: SliverData): boolean {
  return (
    a.index === b.index && a.symbolSize === b.symbolSize && Buffer.compare(a.data, b.data) === 0
  );
}

/** Copies a sliver with one bit of the byte at some place turned. */
export function withFlippedBit(sliver: SliverData, at: number): SliverData {
  return { ...sliver, data: sliver.data.map((byte, i) => (i === at ? byte ^ 0x40 : byte)) };
}
