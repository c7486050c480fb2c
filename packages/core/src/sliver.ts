import { WalrusError } from './errors.js';

/*
 * BCS of slivers, by hand: they are the bulk of all bytes, and the library takes a byte vector element by element
 * (11 to 27 ms for 3 MB, longer than verifying the sliver). Layout: ULEB128 length, data, u16le symbol size,
 * u16le index (spec redstuff.md §10).
 */

/** One sliver of either axis: whole symbols, and its index on that axis. */
export interface SliverData {
  /** `symbols × symbolSize` bytes. */
  readonly data: Uint8Array;
  /** Bytes per symbol, 1 to 65535. */
  readonly symbolSize: number;
  /** Index on its axis, not the pair's. */
  readonly index: number;
}

const MAX_ULEB_BYTES = 5;
const MAX_DATA_BYTES = 2 ** 31 - 1;
const TAIL_BYTES = 4;

const invalid = (what: string): WalrusError =>
  new WalrusError('CORE_INVALID_BCS', `not a valid sliver: ${what}`);

/**
 * Encodes a sliver without its axis (the body of PUT sliver).
 *
 * @returns new bytes, owned by the caller
 */
export function encodeSliver(sliver: SliverData): Uint8Array<ArrayBuffer> {
  const { data, symbolSize, index } = sliver;
  const prefix: number[] = [];
  let rest = data.length;
  do {
    prefix.push(rest >= 128 ? (rest % 128) | 128 : rest);
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  const out = new Uint8Array(prefix.length + data.length + TAIL_BYTES);
  out.set(prefix);
  out.set(data, prefix.length);
  const tail = new DataView(out.buffer, prefix.length + data.length);
  tail.setUint16(0, symbolSize, true);
  tail.setUint16(2, index, true);
  return out;
}

/**
 * Decodes a sliver strictly; it is not checked against any metadata.
 *
 * @param bytes - untrusted
 * @returns the sliver; its data shares memory with `bytes`
 * @throws CORE_INVALID_BCS also for a symbol size of 0 or data that is no whole number of symbols
 */
export function decodeSliver(bytes: Uint8Array): SliverData {
  let length = 0;
  let at = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = bytes[at++];
    if (byte === undefined) throw invalid('it ends inside the length');
    length += (byte & 127) * scale;
    if (byte < 128) {
      if (byte === 0 && at > 1) throw invalid('the length is not in its canonical form');
      break;
    }
    if (at === MAX_ULEB_BYTES) throw invalid('the length is too long');
  }
  if (length > MAX_DATA_BYTES) throw invalid('the length is too large');
  if (bytes.length !== at + length + TAIL_BYTES) {
    throw invalid(`${bytes.length} bytes where the length implies ${at + length + TAIL_BYTES}`);
  }
  const tail = new DataView(bytes.buffer, bytes.byteOffset + at + length, TAIL_BYTES);
  const symbolSize = tail.getUint16(0, true);
  if (symbolSize === 0 || length % symbolSize !== 0) {
    throw invalid(`${length} bytes cannot be symbols of ${symbolSize} bytes`);
  }
  return {
    data: bytes.subarray(at, at + length),
    symbolSize,
    index: tail.getUint16(2, true),
  };
}
