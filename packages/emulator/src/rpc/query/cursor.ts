/**
 * Ledger positions and the opaque cursors clients hold (sui-rpc.md b).
 *
 * A *point* is one number: checkpoint · 2^64 + transaction index · 2^32 + event index. Points of
 * different kinds of items are comparable: a transaction stands at its first event, a checkpoint at its
 * first transaction. -1 is before everything.
 */

import { base58ToDigest } from '../../ledger/digest.js';
import { invalidArgument } from '../status.js';

/** See above. */
export type Point = bigint;

const INDEX_BITS = 32n;
const CHECKPOINT_BITS = 64n;
const INDEX_MASK = 0xffff_ffffn;

const FORMAT = 1;
const CHAIN_BYTES = 4;
const POINT_BYTES = 16;
const CURSOR_BYTES = 1 + CHAIN_BYTES + POINT_BYTES;

/**
 * Makes a point.
 *
 * @param checkpoint - sequence number
 * @param transaction - index in the checkpoint
 * @param event - index in the transaction
 */
export function pointAt(checkpoint: bigint, transaction = 0, event = 0): Point {
  return (checkpoint << CHECKPOINT_BITS) | (BigInt(transaction) << INDEX_BITS) | BigInt(event);
}

/** The last point of a checkpoint, and of all before it. */
export function endOf(checkpoint: bigint): Point {
  return ((checkpoint + 1n) << CHECKPOINT_BITS) - 1n;
}

/** The checkpoint a point is in; -1 before genesis. */
export function checkpointOf(point: Point): bigint {
  return point >> CHECKPOINT_BITS;
}

/** Index of the transaction a point is in. */
export function transactionOf(point: Point): number {
  return Number((point >> INDEX_BITS) & INDEX_MASK);
}

/** Turns points into cursors of one chain and back. */
export class CursorCodec {
  readonly #chain: Uint8Array;

  /** @param chainId - cursors of other chains are refused */
  constructor(chainId: string) {
    this.#chain = base58ToDigest(chainId).slice(0, CHAIN_BYTES);
  }

  /** Encodes a point. */
  encode(point: Point): Uint8Array {
    const bytes = Buffer.alloc(CURSOR_BYTES);
    bytes.writeUInt8(FORMAT);
    bytes.set(this.#chain, 1);
    // One more than the point, so that -1 has a form too.
    bytes.write((point + 1n).toString(16).padStart(2 * POINT_BYTES, '0'), 1 + CHAIN_BYTES, 'hex');
    return bytes;
  }

  /**
   * Decodes a cursor of a request.
   *
   * @throws {RpcFailure} INVALID_ARGUMENT when it is none of this chain
   */
  decode(cursor: Uint8Array, field: string): Point {
    const bytes = Buffer.from(cursor.buffer, cursor.byteOffset, cursor.byteLength);
    const isOwn =
      bytes.length === CURSOR_BYTES &&
      bytes[0] === FORMAT &&
      bytes.subarray(1, 1 + CHAIN_BYTES).equals(this.#chain);
    if (!isOwn) throw invalidArgument(`${field} is not a cursor of this chain`);
    return BigInt(`0x${bytes.toString('hex', 1 + CHAIN_BYTES)}`) - 1n;
  }
}
