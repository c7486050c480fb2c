/** Bounds-checked reading of module bytes. */
import { malformed } from '../errors.js';

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** A cursor over a byte range; every overrun is a MALFORMED error. */
export class ByteReader {
  readonly bytes: Uint8Array;
  position: number;
  readonly end: number;

  constructor(bytes: Uint8Array, position = 0, end = bytes.length) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  get done(): boolean {
    return this.position >= this.end;
  }

  u8(): number {
    if (this.position >= this.end) throw malformed('unexpected end of module bytes');
    return this.bytes[this.position++] ?? 0;
  }

  /** Raw bytes, copied. */
  take(length: number): Uint8Array {
    if (length > this.end - this.position) throw malformed('unexpected end of module bytes');
    const out = this.bytes.slice(this.position, this.position + length);
    this.position += length;
    return out;
  }

  u32(): number {
    const b = this.take(4);
    return new DataView(b.buffer, b.byteOffset, 4).getUint32(0, true);
  }

  /** Little-endian integer of `length` bytes. */
  bigint(length: number): bigint {
    const b = this.take(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(b[i] ?? 0);
    return value;
  }

  /** Canonical ULEB128 of at most `max`. */
  uleb(max: number): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 5; i++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if ((byte & 0x80) === 0) {
        if (byte === 0 && i > 0) throw malformed('ULEB128 with a superfluous zero byte');
        if (value > max) throw malformed(`ULEB128 value ${value} above ${max}`);
        return value;
      }
      scale *= 128;
    }
    throw malformed('ULEB128 longer than five bytes');
  }

  utf8(length: number): string {
    const raw = this.take(length);
    try {
      return UTF8.decode(raw);
    } catch {
      throw malformed('identifier is not UTF-8');
    }
  }
}
