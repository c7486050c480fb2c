/**
 * gRPC-web framing in both formats: one flag byte, a 4-byte big-endian length, the payload; in the
 * text format each frame is base64 (sui-rpc.md a). No sockets here.
 */

import { GrpcStatus, RpcFailure, invalidArgument } from './status.js';
import type { GrpcStatusName } from './status.js';

/** Which of the two gRPC-web body encodings a call uses. */
export type WireFormat = 'text' | 'binary';

const HEADER_BYTES = 5;
const FLAG_COMPRESSED = 0x01;
const FLAG_TRAILER = 0x80;

/** Longest `grpc-message` sent, in characters before encoding: it must fit a response header. */
const MAX_MESSAGE_CHARACTERS = 2048;

/**
 * Tells the body encoding from a request's content type.
 *
 * @param contentType - the header value, or undefined when absent
 * @returns the format, or undefined when it is not a gRPC-web content type
 */
export function formatOfContentType(contentType: string | undefined): WireFormat | undefined {
  const mediaType = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase();
  switch (mediaType) {
    case 'application/grpc-web-text':
    case 'application/grpc-web-text+proto':
      return 'text';
    case 'application/grpc-web':
    case 'application/grpc-web+proto':
      return 'binary';
    default:
      return undefined;
  }
}

/**
 * Names the content type of a response; clients accept only exact values without parameters.
 *
 * @param format - encoding of the response body
 * @returns the header value
 */
export function contentTypeOfFormat(format: WireFormat): string {
  return format === 'text' ? 'application/grpc-web-text' : 'application/grpc-web+proto';
}

/**
 * Decodes base64 that may consist of several pieces, each padded on its own.
 *
 * @param body - ASCII bytes of the request body
 * @returns the decoded bytes
 * @throws {RpcFailure} INVALID_ARGUMENT when it is not base64
 */
function decodeBase64Pieces(body: Uint8Array): Uint8Array {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
  if (text.length % 4 !== 0) {
    throw invalidArgument('request body is not base64: length is not a multiple of 4');
  }
  const decoded = Buffer.allocUnsafe((text.length / 4) * 3);
  let filled = 0;
  let start = 0;
  while (start < text.length) {
    const padding = text.indexOf('=', start);
    // A piece ends with the group of four characters that holds its padding.
    const end = padding < 0 ? text.length : padding - (padding % 4) + 4;
    const piece = text.slice(start, end);
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(piece)) {
      throw invalidArgument('request body is not base64');
    }
    filled += decoded.write(piece, filled, 'base64');
    start = end;
  }
  return decoded.subarray(0, filled);
}

/**
 * Takes the one request message out of a request body.
 *
 * @param body - whole HTTP body
 * @param format - its encoding
 * @returns the protobuf bytes, a view into the decoded body
 * @throws {RpcFailure} INVALID_ARGUMENT for broken framing, UNIMPLEMENTED for compression
 */
export function decodeRequest(body: Uint8Array, format: WireFormat): Uint8Array {
  const bytes = format === 'text' ? decodeBase64Pieces(body) : body;
  let message: Uint8Array | undefined;
  let offset = 0;
  while (offset < bytes.length) {
    if (bytes.length - offset < HEADER_BYTES) throw invalidArgument('incomplete frame header');
    const flags = bytes[offset] ?? 0;
    const view = new DataView(bytes.buffer, bytes.byteOffset + offset, HEADER_BYTES);
    const length = view.getUint32(1);
    const end = offset + HEADER_BYTES + length;
    if (end > bytes.length) throw invalidArgument('frame is shorter than its length field');
    if ((flags & FLAG_COMPRESSED) !== 0) {
      throw new RpcFailure('UNIMPLEMENTED', 'compressed messages are not supported');
    }
    if ((flags & FLAG_TRAILER) === 0) {
      if (message !== undefined) throw invalidArgument('more than one request message');
      message = bytes.subarray(offset + HEADER_BYTES, end);
    }
    offset = end;
  }
  if (message === undefined) throw invalidArgument('request holds no message');
  return message;
}

function encodeFrame(flags: number, payload: Uint8Array, format: WireFormat): Buffer {
  const frame = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  frame.writeUInt8(flags, 0);
  frame.writeUInt32BE(payload.length, 1);
  frame.set(payload, HEADER_BYTES);
  return format === 'text' ? Buffer.from(frame.toString('base64'), 'latin1') : frame;
}

/**
 * Encodes one response message as a data frame.
 *
 * @param message - protobuf bytes
 * @param format - encoding of the response body
 * @returns bytes to write; in text format a self-contained, padded base64 piece
 */
export function encodeDataFrame(message: Uint8Array, format: WireFormat): Buffer {
  return encodeFrame(0, message, format);
}

/**
 * Percent-encodes a status message: everything outside printable ASCII, and '%' itself.
 *
 * @param message - text for the caller; cut when too long for a header
 * @returns printable ASCII
 */
export function encodeStatusMessage(message: string): string {
  let encoded = '';
  for (const byte of Buffer.from(message.slice(0, MAX_MESSAGE_CHARACTERS), 'utf8')) {
    encoded +=
      byte >= 0x20 && byte <= 0x7e && byte !== 0x25
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

/**
 * Encodes the trailer frame that ends every response with a body.
 *
 * @param status - final status
 * @param message - status message, empty for none
 * @param format - encoding of the response body
 * @returns bytes to write last
 */
export function encodeTrailerFrame(
  status: GrpcStatusName,
  message: string,
  format: WireFormat,
): Buffer {
  let trailers = `grpc-status:${GrpcStatus[status]}\r\n`;
  if (message !== '') trailers += `grpc-message:${encodeStatusMessage(message)}\r\n`;
  return encodeFrame(FLAG_TRAILER, Buffer.from(trailers, 'latin1'), format);
}

const TIMEOUT_UNITS_MS: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1000,
  m: 1,
  u: 0.001,
  n: 0.000_001,
};

/**
 * Parses a `grpc-timeout` header.
 *
 * @param header - for example `1500m`; undefined when absent
 * @returns the time limit in ms, or undefined without the header
 * @throws {RpcFailure} INVALID_ARGUMENT when malformed
 */
export function parseTimeout(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const match = /^(\d{1,8})([HMSmun])$/.exec(header.trim());
  const unit = TIMEOUT_UNITS_MS[match?.[2] ?? ''];
  if (match === null || unit === undefined) throw invalidArgument('malformed grpc-timeout');
  return Number(match[1]) * unit;
}
