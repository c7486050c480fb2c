/** Strict BCS reading and writing on bytes: the two primitives every codec of the ledger builds on. */

import { LedgerError } from '../errors.js';
import { base58ToDigest, digestToBase58 } from '../digest.js';

const utf8Encoder = new TextEncoder();
const utf8Decoder = new TextDecoder('utf-8', { fatal: true });

/** Growing byte buffer with BCS encodings. */
export class ByteWriter {
  private bytes: Uint8Array;
  private view: DataView;
  private length = 0;

  /** @param capacity - first size of the buffer, bytes; it doubles when full */
  constructor(capacity = 512) {
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
  }

  private reserve(count: number): number {
    const start = this.length;
    const end = start + count;
    if (end > this.bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.bytes.length * 2));
      grown.set(this.bytes.subarray(0, start));
      this.bytes = grown;
      this.view = new DataView(grown.buffer);
    }
    this.length = end;
    return start;
  }

  u8(value: number): void {
    const at = this.reserve(1);
    this.bytes[at] = value;
  }

  bool(value: boolean): void {
    this.u8(value ? 1 : 0);
  }

  u16(value: number): void {
    const at = this.reserve(2);
    this.view.setUint16(at, value, true);
  }

  u32(value: number): void {
    const at = this.reserve(4);
    this.view.setUint32(at, value, true);
  }

  u64(value: bigint): void {
    const at = this.reserve(8);
    this.view.setBigUint64(at, value, true);
  }

  /** Writes a length or variant number in ULEB128. */
  uleb(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.u8((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.u8(rest);
  }

  /** Writes bytes as they are, without length. */
  raw(bytes: Uint8Array): void {
    const at = this.reserve(bytes.length);
    this.bytes.set(bytes, at);
  }

  /** Writes bytes with their length. */
  byteVector(bytes: Uint8Array): void {
    this.uleb(bytes.length);
    this.raw(bytes);
  }

  string(text: string): void {
    this.byteVector(utf8Encoder.encode(text));
  }

  /** Writes an address or id (`0x` + 64 hex digits) as 32 bytes. */
  address(text: string): void {
    const at = this.reserve(32);
    for (let i = 0; i < 32; i++) {
      this.bytes[at + i] =
        (hexDigit(text.charCodeAt(2 + 2 * i)) << 4) | hexDigit(text.charCodeAt(3 + 2 * i));
    }
  }

  /** Writes a base58 digest with its length prefix. */
  digest(text: string): void {
    this.u8(32);
    this.raw(base58ToDigest(text));
  }

  option<T>(value: T | undefined, write: (value: T) => void): void {
    this.bool(value !== undefined);
    if (value !== undefined) write(value);
  }

  vector<T>(items: readonly T[], write: (item: T) => void): void {
    this.uleb(items.length);
    for (const item of items) write(item);
  }

  /** The bytes written so far, as a copy. */
  finish(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }
}

function hexDigit(code: number): number {
  return code < 58 ? code - 48 : code - 87;
}

/** Reader over BCS bytes; every method throws `LEDGER_INVALID_BCS` instead of reading past the end. */
export class ByteReader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private offset = 0;

  /** @param bytes - read in place; slices handed out are copies */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  private take(count: number): number {
    const start = this.offset;
    if (count > this.bytes.length - start) throw invalid(`needs ${count} bytes at ${start}`);
    this.offset = start + count;
    return start;
  }

  /** Bytes not read yet. */
  get remaining(): number {
    return this.bytes.length - this.offset;
  }

  u8(): number {
    return this.view.getUint8(this.take(1));
  }

  bool(): boolean {
    const value = this.u8();
    if (value > 1) throw invalid(`boolean ${value}`);
    return value === 1;
  }

  u16(): number {
    return this.view.getUint16(this.take(2), true);
  }

  u32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  u64(): bigint {
    return this.view.getBigUint64(this.take(8), true);
  }

  /** Reads a canonical ULEB128 below 2^31. */
  uleb(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.u8();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        if (byte === 0 && shift > 0) throw invalid('length is not canonical');
        if (value > 0x7fff_ffff) break;
        return value;
      }
    }
    throw invalid('length is too large');
  }

  raw(count: number): Uint8Array {
    const start = this.take(count);
    // Not `slice`: on a Buffer that is a view, and database buffers do not live long.
    return Uint8Array.from(this.bytes.subarray(start, start + count));
  }

  byteVector(): Uint8Array {
    return this.raw(this.uleb());
  }

  string(): string {
    const length = this.uleb();
    const start = this.take(length);
    try {
      return utf8Decoder.decode(this.bytes.subarray(start, start + length));
    } catch (cause) {
      throw new LedgerError('LEDGER_INVALID_BCS', 'text is not UTF-8', undefined, cause);
    }
  }

  address(): string {
    const start = this.take(32);
    const bytes = this.bytes;
    return `0x${Buffer.from(bytes.buffer, bytes.byteOffset + start, 32).toString('hex')}`;
  }

  digest(): string {
    if (this.u8() !== 32) throw invalid('digest is not 32 bytes');
    const start = this.take(32);
    return digestToBase58(this.bytes.subarray(start, start + 32));
  }

  option<T>(read: () => T): T | undefined {
    return this.bool() ? read() : undefined;
  }

  /** Reads a vector whose elements take at least one byte each. */
  vector<T>(read: () => T): T[] {
    const length = this.uleb();
    // The announced length never decides an allocation: it cannot exceed the bytes that are there.
    if (length > this.remaining) throw invalid(`vector of ${length} in ${this.remaining} bytes`);
    const items: T[] = [];
    for (let i = 0; i < length; i++) items.push(read());
    return items;
  }

  /** Refuses trailing bytes. */
  end(): void {
    if (this.remaining !== 0) throw invalid(`${this.remaining} trailing bytes`);
  }
}

/**
 * Makes the error for malformed bytes.
 *
 * @param reason - what is wrong, without the words "invalid BCS"
 */
export function invalid(reason: string): LedgerError {
  return new LedgerError('LEDGER_INVALID_BCS', `invalid BCS: ${reason}`);
}
