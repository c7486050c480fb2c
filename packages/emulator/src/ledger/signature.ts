/** Verification of transaction signatures: `flag ‖ signature ‖ public key`. See sui-rpc.md (d). */

import { createPublicKey, verify as verifyNative, type KeyObject } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { blake2b256, toHex } from '@walrus-ts/core';
import { ByteReader } from './codec/bytes.js';
import { LedgerError } from './errors.js';
import { LruCache } from './lru.js';

const SCHEMES = ['Ed25519', 'Secp256k1', 'Secp256r1'] as const;
type Scheme = (typeof SCHEMES)[number];

const PUBLIC_KEY_LENGTH: Readonly<Record<Scheme, number>> = {
  Ed25519: 32,
  Secp256k1: 33,
  Secp256r1: 33,
};
const SIGNATURE_LENGTH = 64;
const MULTISIG_FLAG = 3;
const MAX_MULTISIG_KEYS = 10;

/** DER header of an Ed25519 SubjectPublicKeyInfo; the 32 raw bytes follow. */
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * Verifies one signature over a signing digest and tells who signed.
 *
 * Ed25519 signs the digest itself, the ECDSA schemes SHA-256 of it with low S. MultiSig signatures of
 * these three schemes are accepted; zkLogin and passkeys are not.
 *
 * @param signature - raw signature bytes as sent by a client
 * @param digest - signing digest, 32 bytes
 * @returns address of the signer
 * @throws {LEDGER_INVALID_SIGNATURE} malformed or wrong
 * @throws {LEDGER_UNSUPPORTED} zkLogin, passkey or unknown scheme
 */
export function verifySignature(signature: Uint8Array, digest: Uint8Array): string {
  const flag = signature[0];
  if (flag === undefined) throw malformed('empty signature');
  if (flag === MULTISIG_FLAG) return verifyMultisig(signature, digest);
  const scheme = SCHEMES[flag];
  if (scheme === undefined) {
    throw new LedgerError('LEDGER_UNSUPPORTED', `signature scheme ${flag} is not supported`);
  }
  const keyLength = PUBLIC_KEY_LENGTH[scheme];
  if (signature.length !== 1 + SIGNATURE_LENGTH + keyLength) {
    throw malformed(`${scheme} signature of ${signature.length} bytes`);
  }
  const publicKey = signature.subarray(1 + SIGNATURE_LENGTH);
  if (!verifyPlain(scheme, signature.subarray(1, 1 + SIGNATURE_LENGTH), digest, publicKey)) {
    throw malformed(`${scheme} signature does not verify`);
  }
  return addressOf(Uint8Array.of(flag), publicKey);
}

function addressOf(...parts: readonly Uint8Array[]): string {
  return `0x${toHex(blake2b256(...parts))}`;
}

function malformed(reason: string): LedgerError {
  return new LedgerError('LEDGER_INVALID_SIGNATURE', `invalid signature: ${reason}`);
}

/** Parsed keys of the senders seen last: parsing costs more than verifying. */
const ed25519Keys = new LruCache<string, KeyObject>(1024);

function ed25519Key(publicKey: Uint8Array): KeyObject {
  const name = toHex(publicKey);
  let key = ed25519Keys.get(name);
  if (key === undefined) {
    key = createPublicKey({
      key: Buffer.concat([ED25519_SPKI, publicKey]),
      format: 'der',
      type: 'spki',
    });
    ed25519Keys.set(name, key);
  }
  return key;
}

function verifyPlain(
  scheme: Scheme,
  signature: Uint8Array,
  digest: Uint8Array,
  publicKey: Uint8Array,
): boolean {
  try {
    switch (scheme) {
      case 'Ed25519': {
        return verifyNative(null, digest, ed25519Key(publicKey), signature);
      }
      case 'Secp256k1':
        return secp256k1.verify(signature, sha256(digest), publicKey, {
          prehash: false,
          lowS: true,
        });
      case 'Secp256r1':
        return p256.verify(signature, sha256(digest), publicKey, { prehash: false, lowS: true });
    }
  } catch {
    // The libraries throw on points and scalars out of range; to a caller that is a wrong signature.
    return false;
  }
}

/** BCS after the flag: signatures, bitmap u16, keys with weights, threshold u16. */
function verifyMultisig(bytes: Uint8Array, digest: Uint8Array): string {
  let parsed: ReturnType<typeof readMultisig>;
  try {
    parsed = readMultisig(bytes);
  } catch (cause) {
    throw new LedgerError(
      'LEDGER_INVALID_SIGNATURE',
      'invalid signature: malformed MultiSig',
      undefined,
      cause,
    );
  }
  const { signatures, bitmap, keys, threshold } = parsed;
  const total = keys.reduce((sum, key) => sum + key.weight, 0);
  if (
    keys.length === 0 ||
    keys.length > MAX_MULTISIG_KEYS ||
    threshold === 0 ||
    threshold > total
  ) {
    throw malformed('MultiSig keys or threshold');
  }
  const signers = keys.filter((_, i) => (bitmap & (1 << i)) !== 0);
  if (signers.length !== signatures.length || bitmap >= 1 << keys.length)
    throw malformed('MultiSig bitmap');
  let weight = 0;
  signers.forEach((key, i) => {
    const signature = signatures[i];
    if (
      signature?.scheme !== key.scheme ||
      !verifyPlain(key.scheme, signature.bytes, digest, key.publicKey)
    ) {
      throw malformed(`MultiSig signature ${i} does not verify`);
    }
    weight += key.weight;
  });
  if (weight < threshold) throw malformed(`MultiSig weight ${weight} below threshold ${threshold}`);
  return addressOf(
    Uint8Array.of(MULTISIG_FLAG, threshold & 0xff, threshold >> 8),
    ...keys.flatMap((key) => [
      Uint8Array.of(SCHEMES.indexOf(key.scheme)),
      key.publicKey,
      Uint8Array.of(key.weight),
    ]),
  );
}

function readMultisig(bytes: Uint8Array): {
  signatures: { scheme: Scheme; bytes: Uint8Array }[];
  bitmap: number;
  keys: { scheme: Scheme; publicKey: Uint8Array; weight: number }[];
  threshold: number;
} {
  const r = new ByteReader(bytes);
  r.u8();
  const scheme = (): Scheme => {
    const found = SCHEMES[r.uleb()];
    if (found === undefined) throw malformed('MultiSig scheme');
    return found;
  };
  const signatures = r.vector(() => ({ scheme: scheme(), bytes: r.raw(SIGNATURE_LENGTH) }));
  const bitmap = r.u16();
  const keys = r.vector(() => {
    const found = scheme();
    return { scheme: found, publicKey: r.raw(PUBLIC_KEY_LENGTH[found]), weight: r.u8() };
  });
  const threshold = r.u16();
  r.end();
  return { signatures, bitmap, keys, threshold };
}
