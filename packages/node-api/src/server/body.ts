import type { Readable } from 'node:stream';
import { concatBytes } from '@walrus-ts/core';
import { apiError } from '../errors.js';

/** A body was larger than its route allows; answered with 413 and plain text. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/**
 * Counts bytes of request bodies in memory, so that many large uploads at once cannot exhaust it.
 */
export class BodyBudget {
  #free: number;

  /** @param limitBytes - bytes of bodies allowed at once */
  constructor(limitBytes: number) {
    this.#free = limitBytes;
  }

  /**
   * Reserves memory for a body.
   *
   * @param bytes - announced length, or the route's limit if none is announced
   * @returns gives the memory back; calling it again does nothing
   * @throws UNAVAILABLE if too much is in use
   */
  reserve(bytes: number): () => void {
    if (bytes > this.#free) {
      throw apiError('UNAVAILABLE', 'UNAVAILABLE', 'too many uploads at once, try again shortly');
    }
    this.#free -= bytes;
    let isReserved = true;
    return () => {
      if (isReserved) this.#free += bytes;
      isReserved = false;
    };
  }
}

/**
 * Reads a request body.
 *
 * @param payload - the request's stream
 * @param limitBytes - more is an error, as soon as it is known
 * @param timeoutMs - limit for the whole body
 * @returns bytes of their own
 * @throws BodyTooLargeError, DEADLINE_EXCEEDED
 */
export async function readBody(
  payload: Readable,
  limitBytes: number,
  timeoutMs: number,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      finish(apiError('DEADLINE_EXCEEDED', 'DEADLINE_EXCEEDED', `no body within ${timeoutMs} ms`));
    }, timeoutMs);
    const onData = (chunk: Uint8Array): void => {
      length += chunk.length;
      if (length > limitBytes) finish(new BodyTooLargeError());
      else parts.push(chunk);
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
  return concatBytes(...parts);
}
