import { RedstuffError } from '../errors.js';

/** Writes the few BCS forms that symbols and proofs consist of. */
export class BcsWriter {
  readonly #parts: number[] = [];

  /** Appends one byte. */
  u8(value: number): void {
    this.#parts.push(value);
  }

  /** Appends a u16, little-endian. */
  u16(value: number): void {
    this.#parts.push(value & 0xff, value >> 8);
  }

  /** Appends a length in ULEB128. */
  length(value: number): void {
    while (value >= 0x80) {
      this.#parts.push((value & 0x7f) | 0x80);
      value >>>= 7;
    }
    this.#parts.push(value);
  }

  /** Appends bytes as they are. */
  raw(bytes: Uint8Array): void {
    for (const byte of bytes) this.#parts.push(byte);
  }

  /** Appends a byte string with its length. */
  bytes(bytes: Uint8Array): void {
    this.length(bytes.length);
    this.raw(bytes);
  }

  /** Returns what was written. */
  finish(): Uint8Array {
    return Uint8Array.from(this.#parts);
  }
}

/** Reads untrusted BCS strictly: canonical lengths, no byte beyond the end, nothing left over. */
export class BcsReader {
  readonly #bytes: Uint8Array;
  readonly #name: string;
  #offset = 0;

  private constructor(bytes: Uint8Array, name: string) {
    this.#bytes = bytes;
    this.#name = name;
  }

  /**
   * Reads a value that takes all of some bytes.
   *
   * @param bytes - untrusted
   * @param name - what they should be, for the error
   * @param read - reads the value
   * @throws REDSTUFF_INVALID_BCS
   */
  static whole<T>(bytes: Uint8Array, name: string, read: (reader: BcsReader) => T): T {
    const reader = new BcsReader(bytes, name);
    const value = read(reader);
    if (reader.#offset !== bytes.length) throw reader.#invalid('bytes follow its end');
    return value;
  }

  /** Reads one byte. */
  u8(): number {
    const byte = this.#bytes[this.#offset];
    if (byte === undefined) throw this.#invalid('it ends too early');
    this.#offset++;
    return byte;
  }

  /** Reads a u16, little-endian. */
  u16(): number {
    return this.u8() | (this.u8() << 8);
  }

  /** Reads a length; since every element takes at least a byte, it cannot exceed the bytes left. */
  length(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.u8();
      if (shift === 28 && byte > 0x07) throw this.#invalid('a length is too large');
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        if (byte === 0 && shift > 0) throw this.#invalid('a length is not minimal');
        break;
      }
    }
    if (value > this.#bytes.length - this.#offset) throw this.#invalid('it ends too early');
    return value;
  }

  /** Reads the tag of an enum with `count` variants. */
  variant(count: number): number {
    const tag = this.u8();
    if (tag >= count) throw this.#invalid(`it has an unknown variant ${tag}`);
    return tag;
  }

  /** Reads a fixed number of bytes into an array of its own. */
  raw(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#offset) throw this.#invalid('it ends too early');
    this.#offset += length;
    return Uint8Array.prototype.slice.call(this.#bytes, this.#offset - length, this.#offset);
  }

  /** Reads a byte string with its length. */
  bytes(): Uint8Array {
    return this.raw(this.length());
  }

  #invalid(reason: string): RedstuffError {
    return new RedstuffError('REDSTUFF_INVALID_BCS', `not a valid ${this.#name}: ${reason}`);
  }
}
