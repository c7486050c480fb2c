import type { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { apiError } from '../errors.js';
import type { MemoryBudget, MemoryReservation } from './budget.js';

/** Answers leave in pieces of this many bytes: what a reader must take within the stall limit. */
export const ANSWER_CHUNK_BYTES = 128 * 1024;

/** An answer that is read from disk while it is sent. */
export interface StreamedAnswer {
  readonly sizeBytes: number;
  /** Gives exactly `sizeBytes`, reading ahead no more than {@link ANSWER_CHUNK_BYTES}; is always destroyed. */
  readonly stream: Readable;
}

/** Memory of a streamed answer: a piece with the connection, one or two read ahead. */
const STREAMED_BYTES = 3 * ANSWER_CHUNK_BYTES;

/**
 * Returns the memory that a streamed answer takes, bytes.
 *
 * @param sizeBytes - of the whole answer
 */
export function streamedAnswerBytes(sizeBytes: number): number {
  return Math.min(sizeBytes, STREAMED_BYTES);
}

/** Settings of {@link Answer}. */
export interface AnswerInit {
  readonly budget: MemoryBudget;
  /** A reader that takes nothing for so long is cut off, ms. */
  readonly stallMs: number;
}

/**
 * The bytes of one answer on their way to a client: memory for them is reserved before they are there, and given back when
 * they are gone. Who does not take them is cut off.
 */
export class Answer {
  readonly #init: AnswerInit;
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  #reservation: MemoryReservation | undefined;
  #source: Readable | undefined;
  #stopWatching: (() => void) | undefined;

  /** @param init - limits */
  constructor(init: AnswerInit, request: FastifyRequest, reply: FastifyReply) {
    this.#init = init;
    this.#request = request;
    this.#reply = reply;
  }

  /**
   * Waits for memory. To be called once: a second request could wait for what the first one holds.
   *
   * @param bytes - the most the answer can take; one that is larger than all memory for answers gets all of it
   * @param signal - leaves the line
   * @throws UNAVAILABLE
   */
  async reserve(bytes: number, signal: AbortSignal): Promise<void> {
    if (this.#reservation !== undefined) throw new TypeError('an answer asks for memory once');
    if (signal.aborted) throw brokenOff();
    const { budget } = this.#init;
    const reservation = budget.reserve(Math.min(bytes, budget.limitBytes));
    this.#reservation = reservation;
    if (!reservation.isWaiting) return reservation.granted;
    this.#request.log.debug({ url: this.#request.url }, 'answer waits for memory');
    const onAbort = (): void => reservation.release();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await reservation.granted;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /**
   * Takes the answer over and keeps only the memory it needs.
   *
   * @param content - whole answer, or where it comes from
   * @param signal - if it is aborted already, nothing is kept
   * @throws UNAVAILABLE
   */
  async settle(content: Uint8Array | StreamedAnswer, signal: AbortSignal): Promise<void> {
    if (!(content instanceof Uint8Array)) this.#source = content.stream;
    if (signal.aborted) {
      this.release();
      throw brokenOff();
    }
    const bytes =
      content instanceof Uint8Array ? content.length : streamedAnswerBytes(content.sizeBytes);
    // Better late than never, for services that did not say how much it will be.
    if (this.#reservation === undefined) await this.reserve(bytes, signal);
    else this.#reservation.shrink(bytes);
  }

  /**
   * Sends the answer, piece by piece, and watches that the pieces are taken.
   *
   * @param content - as settled before
   */
  send(content: Uint8Array | StreamedAnswer): FastifyReply {
    const { raw } = this.#reply;
    // A later one of pipelined requests gets the connection when it is its turn.
    if (raw.socket === null) raw.once('socket', () => this.#watch());
    else this.#watch();
    this.#reply.type('application/octet-stream');
    if (!(content instanceof Uint8Array)) {
      return this.#reply.header('content-length', content.sizeBytes).send(content.stream);
    }
    const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
    if (bytes.length <= ANSWER_CHUNK_BYTES) return this.#reply.send(bytes);
    this.#source = inPieces(bytes);
    return this.#reply.header('content-length', bytes.length).send(this.#source);
  }

  /** Gives everything back. To be called when the request is over, however it ended. */
  release(): void {
    this.#stopWatching?.();
    this.#source?.destroy();
    this.#reservation?.release();
  }

  #watch(): void {
    const { raw } = this.#reply;
    const { stallMs } = this.#init;
    if (raw.destroyed || raw.writableFinished) return;
    this.#stopWatching = watchReader(raw, stallMs, () => {
      this.#request.log.info({ url: this.#request.url, stallMs }, 'reader stalled, cut off');
      // Of HTTP/1.1 the connection, of HTTP/2 the stream: others may share the connection.
      raw.destroy();
    });
  }
}

/**
 * Watches that a response makes progress.
 *
 * @param response - emits `drain` after every piece that has left, since each is more than it buffers
 * @param stallMs - longest time without
 * @param onStalled - called once at most
 * @returns stops watching
 */
export function watchReader(
  response: EventEmitter,
  stallMs: number,
  onStalled: () => void,
): () => void {
  let check: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    // If it was this process that stood still, the news of what has left are still to be read.
    check = setImmediate(() => {
      stop();
      onStalled();
    });
  }, stallMs);
  const onDrain = (): void => {
    clearImmediate(check);
    timer.refresh();
  };
  const stop = (): void => {
    clearTimeout(timer);
    clearImmediate(check);
    response.off('drain', onDrain);
  };
  response.on('drain', onDrain);
  return stop;
}

function inPieces(bytes: Buffer): Readable {
  let start = 0;
  return new Readable({
    highWaterMark: ANSWER_CHUNK_BYTES,
    read() {
      const piece = bytes.subarray(start, start + ANSWER_CHUNK_BYTES);
      start += piece.length;
      this.push(piece.length === 0 ? null : piece);
    },
  });
}

function brokenOff(): Error {
  return apiError('UNAVAILABLE', 'UNAVAILABLE', 'the client broke off its request');
}
