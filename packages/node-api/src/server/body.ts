import type { Readable } from 'node:stream';
import { apiError } from '../errors.js';

/** A body was larger than its route allows; answered with 413 and plain text. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/** Bytes that a body of unannounced length is given at first. */
const FIRST_BYTES = 64 * 1024;

/** How a body is read. */
export interface ReadBodyOptions {
  /** Announced length, bytes: no more than the limit, and reserved. Without, the body grows as it arrives. */
  readonly announcedBytes: number | undefined;
  /** More is an error, as soon as it is known, bytes. */
  readonly limitBytes: number;
  /** Limit for the whole body, ms. */
  readonly timeoutMs: number;
}

/**
 * Reads a request body into one buffer. The system hands out the pages of a buffer as they are filled, so an announced
 * length costs nothing before it arrives.
 *
 * @param payload - the request's stream
 * @returns bytes of their own, in memory that holds nothing else
 * @throws BodyTooLargeError, DEADLINE_EXCEEDED
 */
export async function readBody(
  payload: Readable,
  { announcedBytes, limitBytes, timeoutMs }: ReadBodyOptions,
): Promise<Uint8Array> {
  let bytes = new Uint8Array(announcedBytes ?? Math.min(FIRST_BYTES, limitBytes));
  let length = 0;
  const append = (chunk: Uint8Array): void => {
    const end = length + chunk.length;
    if (end > bytes.length) {
      const grown = new Uint8Array(Math.min(limitBytes, Math.max(end, 2 * bytes.length)));
      grown.set(bytes.subarray(0, length));
      bytes = grown;
    }
    bytes.set(chunk, length);
    length = end;
  };
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      finish(apiError('DEADLINE_EXCEEDED', 'DEADLINE_EXCEEDED', `no body within ${timeoutMs} ms`));
    }, timeoutMs);
    const onData = (chunk: Uint8Array): void => {
      if (length + chunk.length > (announcedBytes ?? limitBytes)) finish(new BodyTooLargeError());
      else append(chunk);
    };
    const onEnd = (): void => finish();
    const onClose = (): void => finish(new Error('the client broke off its request'));
    const finish = (error?: Error): void => {
      clearTimeout(timer);
      payload.off('data', onData).off('end', onEnd).off('error', finish).off('close', onClose);
      if (error === undefined) {
        resolve();
        return;
      }
      // What still arrives is thrown away so that the answer can be sent.
      payload.on('error', () => undefined);
      payload.resume();
      reject(error);
    };
    payload.on('data', onData).on('end', onEnd).on('error', finish).on('close', onClose);
  });
  if (length === bytes.length) return bytes;
  // A body that is kept must not keep more memory than its length.
  return announcedBytes === undefined ? bytes.slice(0, length) : bytes.subarray(0, length);
}
