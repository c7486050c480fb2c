import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  decodeRequest,
  encodeDataFrame,
  encodeStatusMessage,
  encodeTrailerFrame,
  formatOfContentType,
  parseTimeout,
} from '../../src/rpc/framing.js';
import type { WireFormat } from '../../src/rpc/framing.js';
import { RpcFailure } from '../../src/rpc/status.js';

const formats: readonly WireFormat[] = ['text', 'binary'];

describe('request framing', () => {
  it('returns the message of a data frame in both formats', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom(...formats),
        (bytes, format) => {
          const decoded = decodeRequest(encodeDataFrame(bytes, format), format);
          expect([...decoded]).toEqual([...bytes]);
        },
      ),
    );
  });

  it('decodes the empty message as the SDK sends it', () => {
    expect(decodeRequest(Buffer.from('AAAAAAA='), 'text')).toHaveLength(0);
  });

  it('accepts base64 pieces that are padded one by one', () => {
    const header = Buffer.from([0, 0, 0, 0, 4]).toString('base64');
    const body = `${header}${Buffer.from([1]).toString('base64')}${Buffer.from([2, 3, 4]).toString('base64')}`;
    expect([...decodeRequest(Buffer.from(body), 'text')]).toEqual([1, 2, 3, 4]);
  });

  it('refuses bytes that are no frame with a status, never with another error', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 64 }),
        fc.constantFrom(...formats),
        (bytes, format) => {
          try {
            decodeRequest(bytes, format);
          } catch (error) {
            expect(error).toBeInstanceOf(RpcFailure);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([
    ['nothing', []],
    ['a short header', [0, 0, 0]],
    ['a length past the end', [0, 0xff, 0xff, 0xff, 0xff, 1]],
    ['two messages', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ])('refuses %s as INVALID_ARGUMENT', (_name, bytes) => {
    expect(() => decodeRequest(Uint8Array.from(bytes), 'binary')).toThrow(
      expect.objectContaining({ status: 'INVALID_ARGUMENT' }),
    );
  });

  it('answers a compressed message as UNIMPLEMENTED', () => {
    expect(() => decodeRequest(Uint8Array.of(1, 0, 0, 0, 0), 'binary')).toThrow(
      expect.objectContaining({ status: 'UNIMPLEMENTED' }),
    );
  });
});

describe('response framing', () => {
  it('pads every text frame on its own', () => {
    expect(encodeDataFrame(Uint8Array.of(1, 2), 'text').length % 4).toBe(0);
  });

  it('writes lower-case trailers with a percent-encoded message', () => {
    const frame = encodeTrailerFrame('NOT_FOUND', '100% weg: ä\n', 'binary');
    expect(frame[0]).toBe(0x80);
    expect(frame.subarray(5).toString('latin1')).toBe(
      'grpc-status:5\r\ngrpc-message:100%25 weg: %C3%A4%0A\r\n',
    );
  });

  it('encodes every message to printable ASCII that decodes to the same text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 50 }), (text) => {
        const encoded = encodeStatusMessage(text);
        expect(encoded).toMatch(/^[\x20-\x7e]*$/);
        expect(decodeURIComponent(encoded)).toBe(text);
      }),
    );
  });
});

describe('headers', () => {
  it('knows the four content types', () => {
    expect(formatOfContentType('application/grpc-web-text')).toBe('text');
    expect(formatOfContentType('application/grpc-web-text+proto')).toBe('text');
    expect(formatOfContentType('application/grpc-web')).toBe('binary');
    expect(formatOfContentType('application/grpc-web+proto; charset=utf-8')).toBe('binary');
    expect(formatOfContentType('application/json')).toBeUndefined();
    expect(formatOfContentType(undefined)).toBeUndefined();
  });

  it('reads timeouts in all units', () => {
    expect(parseTimeout('1500m')).toBe(1500);
    expect(parseTimeout('2S')).toBe(2000);
    expect(parseTimeout(undefined)).toBeUndefined();
    expect(() => parseTimeout('soon')).toThrow(RpcFailure);
  });
});
