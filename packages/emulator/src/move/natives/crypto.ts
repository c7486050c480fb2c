/** Natives of the crypto modules of 0x2. @see spec move-vm.md 8.2, costs 10.4 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { hmac } from '@noble/hashes/hmac.js';
import { keccak_256, sha3_256 } from '@noble/hashes/sha3.js';
import { blake2b256 } from '@walrus-ts/core';
import { moveAbort } from '../errors.js';
import type { Runtime } from '../runtime.js';
import { asArray, asNumber, asRef, fromBytes, toBytes, type Value } from '../values.js';
import * as group from './group-ops.js';
import { nativesOf, type NativeFunction } from './table.js';

const INVALID_INPUT = 1;
const TOO_LONG = 2;
const PUBLIC_KEY_BYTES = 48;

function behind(ref: Value | undefined): Uint8Array {
  return toBytes(asRef(ref).get());
}

/** Two per byte and two per block. */
function messageCost(length: number, block: number): number {
  return 2 * length + 2 * Math.ceil(length / block);
}

function hashNative(hash: (data: Uint8Array) => Uint8Array, block: number): NativeFunction {
  return (runtime, args) => {
    const data = behind(args[0]);
    runtime.charge(10 + messageCost(data.length, block));
    return fromBytes(hash(data));
  };
}

/** Cost by group type (scalar, G1, G2). */
function chargeGroup(runtime: Runtime, type: number, costs: readonly number[]): void {
  runtime.charge(costs[type] ?? 52);
}

/** Runs a group operation; malformed operands abort with 1. */
function groupResult(operation: () => Uint8Array): Value {
  try {
    return fromBytes(operation());
  } catch (error) {
    if (error instanceof group.GroupInputError) throw moveAbort(INVALID_INPUT);
    throw error;
  }
}

function additive(subtract: boolean, costs: readonly number[]): NativeFunction {
  return (runtime, args) => {
    const type = asNumber(args[0]);
    chargeGroup(runtime, type, costs);
    return groupResult(() => group.addOrSubtract(type, behind(args[1]), behind(args[2]), subtract));
  };
}

function multiplicative(invert: boolean): NativeFunction {
  return (runtime, args) => {
    const type = asNumber(args[0]);
    chargeGroup(runtime, type, [10, 4842, 9108]);
    return groupResult(() => group.multiply(type, behind(args[1]), behind(args[2]), invert));
  };
}

/** Natives of hash, hmac, ed25519, bls12381 and group_ops. */
export const CRYPTO_NATIVES: readonly [string, NativeFunction][] = [
  ...nativesOf('0x2', 'hash', {
    blake2b256: hashNative(blake2b256, 128),
    keccak256: hashNative(keccak_256, 136),
  }),
  ...nativesOf('0x2', 'hmac', {
    hmac_sha3_256: (runtime, args) => {
      const message = behind(args[1]);
      runtime.charge(52 + messageCost(message.length, 136));
      return fromBytes(hmac(sha3_256, behind(args[0]), message));
    },
  }),
  ...nativesOf('0x2', 'ed25519', {
    ed25519_verify: (runtime, args) => {
      const message = behind(args[2]);
      runtime.charge(1802 + messageCost(message.length, 128));
      try {
        return ed25519.verify(behind(args[0]), message, behind(args[1]));
      } catch {
        return false;
      }
    },
  }),
  ...nativesOf('0x2', 'bls12381', {
    bls12381_min_pk_verify: (runtime, args) => {
      const key = behind(args[1]);
      const message = behind(args[2]);
      runtime.charge(49_282 + messageCost(message.length, 64));
      // The library also takes uncompressed keys, the chain does not.
      if (key.length !== PUBLIC_KEY_BYTES) return false;
      return runtime.bls.verify(key, message, behind(args[0]));
    },
    bls12381_min_sig_verify: (runtime, args) => {
      const message = behind(args[2]);
      runtime.charge(44_064 + messageCost(message.length, 64));
      return group.verifyMinSig(behind(args[0]), behind(args[1]), message);
    },
  }),
  ...nativesOf('0x2', 'group_ops', {
    internal_validate: (runtime, args) => {
      const type = asNumber(args[0]);
      chargeGroup(runtime, type, [7, 2848, 3770]);
      return group.validate(type, behind(args[1]));
    },
    internal_add: additive(false, [10, 1556, 3048]),
    internal_sub: additive(true, [10, 1550, 3019]),
    internal_mul: multiplicative(false),
    internal_div: multiplicative(true),
    internal_hash_to: (runtime, args) => {
      const type = asNumber(args[0]);
      const message = behind(args[1]);
      chargeGroup(runtime, type, [0, 2962, 8688]);
      runtime.charge(messageCost(message.length, 64));
      return groupResult(() => group.hashTo(type, message));
    },
    internal_convert: (runtime, args) => {
      const from = asNumber(args[0]);
      runtime.charge(from === group.GROUP.g1 ? 2099 : 677);
      return groupResult(() => group.convert(from, asNumber(args[1]), behind(args[2])));
    },
    internal_sum: (runtime, args) => {
      const terms = asArray(asRef(args[1]).get());
      if (terms.length > group.SUM_TERMS_MAX) throw moveAbort(TOO_LONG);
      runtime.charge(77 + 26 * terms.length);
      return groupResult(() => group.sum(asNumber(args[0]), terms.map(toBytes)));
    },
    internal_multi_scalar_mul: (runtime, args) => {
      const type = asNumber(args[0]);
      const scalars = behind(args[1]);
      const count = Math.ceil(scalars.length / 32);
      if (count > group.MSM_TERMS_MAX) throw moveAbort(TOO_LONG);
      runtime.charge(52 + count * (type === group.GROUP.g1 ? 4842 : 9108));
      if (type !== group.GROUP.g1 && type !== group.GROUP.g2) throw moveAbort(INVALID_INPUT);
      return groupResult(() => group.multiScalarMultiply(type, scalars, behind(args[2])));
    },
    internal_pairing: (runtime, args) => {
      runtime.charge(26_897);
      return groupResult(() => group.pairing(asNumber(args[0]), behind(args[1]), behind(args[2])));
    },
  }),
];
