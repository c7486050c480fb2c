/** Certificates of a committee, made with the sum of the signers' keys: one signature instead of many. */

import { signersToBitmap, type Bls } from '@walrus-ts/core';

/** Order of the group of BLS12-381 signatures. */
const GROUP_ORDER = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n;
const HEADER_APP = 3;
const DENY_LIST_UPDATE = 4;

/** What the contract takes as proof that nodes agree. */
export interface Certificate {
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  readonly bitmap: Uint8Array;
}

/** Signs for groups of nodes. */
export class Certifier {
  private readonly bls: Bls;

  constructor(bls: Bls) {
    this.bls = bls;
  }

  /** Key as the BLS library takes it. */
  secretBytes(secret: bigint): Uint8Array {
    return Uint8Array.from(
      Buffer.from((secret % GROUP_ORDER).toString(16).padStart(64, '0'), 'hex'),
    );
  }

  /**
   * Signs a message by some members of a committee.
   *
   * @param members - keys in committee order
   * @param signers - indices of those that sign
   */
  certify(
    message: Uint8Array,
    members: readonly bigint[],
    signers: readonly number[],
  ): Certificate {
    const sum = signers.reduce((total, i) => total + (members[i] ?? 0n), 0n);
    return {
      message,
      signature: this.bls.sign(this.secretBytes(sum), message),
      bitmap: signersToBitmap(signers, members.length),
    };
  }
}

/**
 * Message with which nodes accept a deny list.
 *
 * @param size - bytes on the list
 * @see spec messages.md 2, type 4
 */
export function denyListMessage(
  epoch: number,
  nodeId: string,
  sequence: bigint,
  size: bigint,
): Uint8Array {
  const bytes = Buffer.alloc(7 + 32 + 8 + 8 + 32);
  bytes.writeUInt8(DENY_LIST_UPDATE, 0);
  bytes.writeUInt8(HEADER_APP, 2);
  bytes.writeUInt32LE(epoch, 3);
  bytes.write(nodeId.slice(2), 7, 'hex');
  bytes.writeBigUInt64LE(sequence, 39);
  bytes.writeBigUInt64LE(size, 47);
  return new Uint8Array(bytes);
}
