import mcl from 'mcl-wasm';
import { compareBytes, fromHex } from './bytes.js';
import { WalrusError } from './errors.js';

/** Domain separation tag of Walrus and Sui signatures: the NUL suite, also for proofs of possession. */
export const BLS_DST = 'BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_';
/** Bytes in a compressed public key (G1). */
export const BLS_PUBLIC_KEY_LENGTH = 48;
/** Bytes in an uncompressed public key (G1, `x || y` big-endian), the form held on chain. */
export const BLS_UNCOMPRESSED_KEY_LENGTH = 96;
/** Bytes in a compressed signature (G2). */
export const BLS_SIGNATURE_LENGTH = 96;
/** Bytes in a secret key (big-endian scalar). */
export const BLS_SECRET_KEY_LENGTH = 32;

/**
 * BLS12-381 signatures with small public keys.
 *
 * Keys and signatures are checked for their subgroup when parsed; verification answers `false` for
 * anything malformed, for the infinity key and for the infinity signature.
 *
 * @see spec messages.md §4
 */
export interface Bls {
  /** Makes a random secret key of 32 bytes. */
  generateSecretKey(): Uint8Array;
  /**
   * Returns the compressed public key of a secret key.
   *
   * @throws CORE_INVALID_BLS_KEY
   */
  publicKey(secretKey: Uint8Array): Uint8Array;
  /**
   * Brings a public key of either form to the compressed one.
   *
   * @throws CORE_INVALID_BLS_KEY
   */
  compressPublicKey(publicKey: Uint8Array): Uint8Array;
  /**
   * Signs a message.
   *
   * @throws CORE_INVALID_BLS_KEY
   */
  sign(secretKey: Uint8Array, message: Uint8Array): Uint8Array;
  /** Verifies one signature; the key may be compressed (48 bytes) or uncompressed (96 bytes). */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  /**
   * Adds signatures of one message. Verify each before adding it.
   *
   * @throws CORE_INVALID_BLS_SIGNATURE for none or a malformed one
   */
  aggregateSignatures(signatures: readonly Uint8Array[]): Uint8Array;
  /**
   * Adds public keys; each must have been proven to be possessed.
   *
   * @throws CORE_INVALID_BLS_KEY for none or a malformed one
   */
  aggregatePublicKeys(publicKeys: readonly Uint8Array[]): Uint8Array;
  /** Verifies an aggregate signature over one message. */
  verifyAggregate(
    publicKeys: readonly Uint8Array[],
    message: Uint8Array,
    signature: Uint8Array,
  ): boolean;
}

type MclModule = {
  _mclBnG2_setDst(pointer: number, length: number): number;
  _malloc(size: number): number;
  _free(pointer: number): void;
  HEAP8: Int8Array;
};

// The module object is exported for exactly this purpose but missing from the declarations.
const mclRuntime: typeof mcl & { readonly mod?: MclModule } = mcl;

function setDomain(module: MclModule): void {
  const pointer = module._malloc(BLS_DST.length);
  for (let i = 0; i < BLS_DST.length; i++) module.HEAP8[pointer + i] = BLS_DST.charCodeAt(i);
  const status = module._mclBnG2_setDst(pointer, BLS_DST.length);
  module._free(pointer);
  if (status !== 0)
    throw new WalrusError('CORE_BLS_INIT', 'the BLS library refused the domain tag');
}

function parseSecret(bytes: Uint8Array): mcl.Fr {
  const scalar = new mcl.Fr();
  try {
    if (bytes.length !== BLS_SECRET_KEY_LENGTH) throw new RangeError(`${bytes.length} bytes`);
    scalar.deserialize(bytes);
    if (scalar.isZero()) throw new RangeError('zero');
  } catch (cause) {
    // The cause never names the key's bytes.
    throw new WalrusError('CORE_INVALID_BLS_KEY', 'not a BLS secret key of 32 bytes', { cause });
  }
  return scalar;
}

function compressG1(bytes: Uint8Array): Uint8Array {
  const x = bytes.slice(0, BLS_PUBLIC_KEY_LENGTH);
  const y = bytes.subarray(BLS_PUBLIC_KEY_LENGTH);
  // ZCash flags: 0x80 compressed, 0x40 infinity, 0x20 the larger of the two y.
  if (((x[0] ?? 0) & 0xe0) !== 0) throw new RangeError('flags set');
  x[0] = (x[0] ?? 0) | 0x80 | (compareBytes(y, HALF_FIELD) > 0 ? 0x20 : 0);
  return x;
}

// (p - 1) / 2 of the base field, 48 bytes big-endian.
const HALF_FIELD = fromHex(
  '0d0088f51cbff34d258dd3db21a5d66bb23ba5c279c2895fb39869507b587b12' +
    '0f55ffff58a9ffffdcff7fffffffd555',
);
// The standard generator of G1, compressed (draft-irtf-cfrg-pairing-friendly-curves, section 4.2.1).
const G1_GENERATOR =
  '97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905' +
  'a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb';

function parseKey(bytes: Uint8Array): mcl.G1 {
  const point = new mcl.G1();
  try {
    if (bytes.length === BLS_UNCOMPRESSED_KEY_LENGTH) {
      point.deserialize(compressG1(bytes));
      const y = bytes.subarray(BLS_PUBLIC_KEY_LENGTH);
      // Only x and the sign of y were used so far: y itself must be the right one.
      point.normalize();
      if (compareBytes(point.getY().serialize(), y) !== 0) throw new RangeError('not on the curve');
    } else if (bytes.length === BLS_PUBLIC_KEY_LENGTH) {
      point.deserialize(bytes);
    } else {
      throw new RangeError(`${bytes.length} bytes`);
    }
    if (point.isZero()) throw new RangeError('infinity');
  } catch (cause) {
    throw new WalrusError('CORE_INVALID_BLS_KEY', 'not a BLS public key', { cause });
  }
  return point;
}

function parseSignature(bytes: Uint8Array): mcl.G2 {
  const point = new mcl.G2();
  try {
    if (bytes.length !== BLS_SIGNATURE_LENGTH) throw new RangeError(`${bytes.length} bytes`);
    point.deserialize(bytes);
    if (point.isZero()) throw new RangeError('infinity');
  } catch (cause) {
    throw new WalrusError('CORE_INVALID_BLS_SIGNATURE', 'not a BLS signature', { cause });
  }
  return point;
}

function sum<T extends mcl.G1 | mcl.G2>(points: readonly T[]): T | undefined {
  let total: T | undefined;
  for (const point of points) total = total === undefined ? point : mcl.add(total, point);
  return total;
}

function createBls(): Bls {
  const generator = new mcl.G1();
  generator.deserialize(fromHex(G1_GENERATOR));
  const negatedGenerator = mcl.neg(generator);

  const verifyPoint = (key: mcl.G1, message: Uint8Array, signature: mcl.G2): boolean => {
    const left = mcl.millerLoop(key, mcl.hashAndMapToG2(message));
    const right = mcl.millerLoop(negatedGenerator, signature);
    return mcl.finalExp(mcl.mul(left, right)).isOne();
  };

  const verifyAggregate = (
    publicKeys: readonly Uint8Array[],
    message: Uint8Array,
    signature: Uint8Array,
  ): boolean => {
    try {
      const key = sum(publicKeys.map(parseKey));
      if (key === undefined || key.isZero()) return false;
      return verifyPoint(key, message, parseSignature(signature));
    } catch (error) {
      if (error instanceof WalrusError) return false;
      throw error;
    }
  };

  return {
    generateSecretKey() {
      const scalar = new mcl.Fr();
      do scalar.setByCSPRNG();
      while (scalar.isZero());
      return scalar.serialize();
    },
    publicKey: (secretKey) => mcl.mul(generator, parseSecret(secretKey)).serialize(),
    compressPublicKey: (publicKey) => parseKey(publicKey).serialize(),
    sign: (secretKey, message) =>
      mcl.mul(mcl.hashAndMapToG2(message), parseSecret(secretKey)).serialize(),
    verify: (publicKey, message, signature) => verifyAggregate([publicKey], message, signature),
    aggregateSignatures(signatures) {
      const total = sum(signatures.map(parseSignature));
      if (total === undefined) {
        throw new WalrusError('CORE_INVALID_BLS_SIGNATURE', 'no signatures to aggregate');
      }
      return total.serialize();
    },
    aggregatePublicKeys(publicKeys) {
      const total = sum(publicKeys.map(parseKey));
      if (total === undefined) {
        throw new WalrusError('CORE_INVALID_BLS_KEY', 'no public keys to aggregate');
      }
      return total.serialize();
    },
    verifyAggregate,
  };
}

let loading: Promise<Bls> | undefined;

/**
 * Loads the BLS library once per process; every later call gets the same instance.
 *
 * @throws CORE_BLS_INIT if the library refuses our settings
 */
export function loadBls(): Promise<Bls> {
  loading ??= (async () => {
    await mcl.init(mcl.BLS12_381);
    mcl.setETHserialization(true);
    mcl.setMapToMode(mcl.IRTF);
    mcl.verifyOrderG1(true);
    mcl.verifyOrderG2(true);
    if (mclRuntime.mod === undefined) {
      throw new WalrusError('CORE_BLS_INIT', 'the BLS library has no module object');
    }
    setDomain(mclRuntime.mod);
    return createBls();
  })();
  return loading;
}
