import type { Readable } from 'node:stream';
import { apiError } from '../errors.js';

/** A body was larger than its route allows; answered with 413 and plain text. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/** Limits of {@link BodyBudget}. */
export interface BodyBudgetInit {
  /** Bytes of bodies allowed at once. */
  readonly limitBytes: number;
  /** Longest wait for room, ms. */
  readonly waitMs: number;
  /** Bodies that may wait at once; each keeps a connection and what has arrived of it in its buffers. */
  readonly maxWaiting: number;
}

/** Memory asked for with {@link BodyBudget.reserve}. */
export interface BodyReservation {
  /** Resolves when there is room; rejects with UNAVAILABLE if there is none in time, or after `release`. */
  readonly granted: Promise<void>;
  /** Whether it had to get in line. */
  readonly isWaiting: boolean;
  /** Gives the memory back, or stops waiting for it; calling it again does nothing. */
  release(): void;
}

interface Waiter {
  readonly bytes: number;
  readonly enter: () => void;
}

/**
 * Counts bytes of request bodies in memory, so that many large uploads at once cannot exhaust it. Bodies without room
 * wait in line, unread: their senders are slowed down by the connection instead of having to come back.
 */
export class BodyBudget {
  readonly #init: BodyBudgetInit;
  readonly #waiting = new Set<Waiter>();
  #free: number;

  /** @param init - limits */
  constructor(init: BodyBudgetInit) {
    this.#init = init;
    this.#free = init.limitBytes;
  }

  /**
   * Asks for memory for a body. First come, first served, so that large bodies get their turn.
   *
   * @param bytes - announced length, or the route's limit if none is announced
   */
  reserve(bytes: number): BodyReservation {
    const { limitBytes, waitMs, maxWaiting } = this.#init;
    if (this.#waiting.size === 0 && bytes <= this.#free) {
      this.#free -= bytes;
      return { granted: Promise.resolve(), isWaiting: false, release: this.#giveBack(bytes) };
    }
    if (bytes > limitBytes || this.#waiting.size >= maxWaiting) {
      return { granted: Promise.reject(tooMany()), isWaiting: false, release: () => undefined };
    }
    let release = (): void => undefined;
    const granted = new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(waiter);
      };
      const waiter: Waiter = {
        bytes,
        enter: () => {
          leave();
          release = this.#giveBack(bytes);
          resolve();
        },
      };
      release = () => {
        leave();
        reject(tooMany());
        // Whoever is next may be smaller.
        this.#admit();
      };
      const timer = setTimeout(() => release(), waitMs);
      this.#waiting.add(waiter);
    });
    return { granted, isWaiting: true, release: () => release() };
  }

  #giveBack(bytes: number): () => void {
    let isReserved = true;
    return () => {
      if (!isReserved) return;
      isReserved = false;
      this.#free += bytes;
      this.#admit();
    };
  }

  #admit(): void {
    for (const waiter of this.#waiting) {
      if (waiter.bytes > this.#free) break;
      this.#free -= waiter.bytes;
      waiter.enter();
    }
  }
}

function tooMany(): Error {
  return apiError('UNAVAILABLE', 'UNAVAILABLE', 'too many uploads at once, try again shortly');
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
