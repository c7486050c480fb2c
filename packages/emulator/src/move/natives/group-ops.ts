/**
 * BLS12-381 group arithmetic on serialized elements, for `0x2::group_ops`.
 *
 * The identity is a legal operand everywhere. Points go through mcl-wasm, which `loadBls` of core
 * initializes (ZCash encoding, subgroup check while parsing, hash to G2 with the NUL suite): a VM
 * always holds a loaded `Bls`. Uncompressed points skip all checks: the Move wrapper validated them
 * before, and that is what makes summing a committee's keys cheap. Rarely used operations (hash to
 * G1, pairing, signatures in G1) use noble-curves.
 */
import { bls12_381 } from '@noble/curves/bls12-381.js';
import mcl from 'mcl-wasm';

/** Group type numbers of the framework. */
export const GROUP = { scalar: 0, g1: 1, g2: 2, gt: 3, uncompressedG1: 4 } as const;
/** Points that a sum may have. */
export const SUM_TERMS_MAX = 1200;
/** Points that a multi-scalar multiplication may have. */
export const MSM_TERMS_MAX = 32;

const FR = bls12_381.fields.Fr;
const G1_DST = 'BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_';
const SCALAR_BYTES = 32;
const FIELD_BYTES = 48;
const G1_BYTES = 48;
const G2_BYTES = 96;
const UNCOMPRESSED_BYTES = 96;
const COMPRESSED_INFINITY = 0xc0;
const INFINITY = 0x40;

/** Raised for malformed operands; natives turn it into abort 1. */
export class GroupInputError extends Error {}

function invalid(what: string): GroupInputError {
  return new GroupInputError(what);
}

/** Small cache of decompressed points: the same keys and generators come back again and again. */
class PointCache<T> {
  private readonly entries = new Map<string, T>();
  private readonly capacity: number;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get(bytes: Uint8Array, parse: (bytes: Uint8Array) => T): T {
    const key = String.fromCharCode(...bytes);
    const known = this.entries.get(key);
    if (known !== undefined) return known;
    const value = parse(bytes);
    if (this.entries.size >= this.capacity) this.entries.clear();
    this.entries.set(key, value);
    return value;
  }
}

const g1Cache = new PointCache<mcl.G1>(4096);
const g2Cache = new PointCache<mcl.G2>(1024);

function parseScalar(bytes: Uint8Array): bigint {
  if (bytes.length !== SCALAR_BYTES) throw invalid('scalar length');
  let value = 0n;
  for (const b of bytes) value = (value << 8n) | BigInt(b);
  if (value >= FR.ORDER) throw invalid('scalar range');
  return value;
}

function scalarBytes(value: bigint): Uint8Array {
  const out = new Uint8Array(SCALAR_BYTES);
  let rest = value;
  for (let i = SCALAR_BYTES - 1; i >= 0; i--) {
    out[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return out;
}

function isCompressedInfinity(bytes: Uint8Array): boolean {
  return bytes[0] === COMPRESSED_INFINITY && bytes.subarray(1).every((b) => b === 0);
}

/** Flags of a finite compressed point: compressed set, infinity not. */
function isFinite(bytes: Uint8Array): boolean {
  return ((bytes[0] ?? 0) & 0xc0) === 0x80;
}

/** Parses a compressed point: on the curve and in the subgroup. */
function parseG1(bytes: Uint8Array): mcl.G1 {
  if (bytes.length !== G1_BYTES) throw invalid('G1 length');
  if (isCompressedInfinity(bytes)) return new mcl.G1();
  if (!isFinite(bytes)) throw invalid('G1 flags');
  return g1Cache.get(bytes, (b) => deserializePoint(new mcl.G1(), b));
}

function parseG2(bytes: Uint8Array): mcl.G2 {
  if (bytes.length !== G2_BYTES) throw invalid('G2 length');
  if (isCompressedInfinity(bytes)) return new mcl.G2();
  if (!isFinite(bytes)) throw invalid('G2 flags');
  return g2Cache.get(bytes, (b) => deserializePoint(new mcl.G2(), b));
}

function deserializePoint<T extends mcl.G1 | mcl.G2>(point: T, bytes: Uint8Array): T {
  try {
    point.deserialize(bytes);
  } catch {
    throw invalid('point');
  }
  if (point.isZero()) throw invalid('infinity with other flags');
  return point;
}

function parseUncompressed(bytes: Uint8Array): mcl.G1 {
  if (bytes.length !== UNCOMPRESSED_BYTES) throw invalid('uncompressed G1 length');
  const point = new mcl.G1();
  const flags = (bytes[0] ?? 0) & 0xe0;
  if (flags === INFINITY) {
    if (bytes[0] !== INFINITY || bytes.subarray(1).some((b) => b !== 0)) throw invalid('infinity');
    return point;
  }
  if (flags !== 0) throw invalid('uncompressed G1 flags');
  try {
    const x = new mcl.Fp();
    const y = new mcl.Fp();
    const one = new mcl.Fp();
    x.deserialize(bytes.subarray(0, FIELD_BYTES));
    y.deserialize(bytes.subarray(FIELD_BYTES));
    one.setInt(1);
    point.setX(x);
    point.setY(y);
    point.setZ(one);
  } catch {
    throw invalid('coordinate range');
  }
  return point;
}

function compressG1(point: mcl.G1): Uint8Array {
  return point.isZero() ? infinity(G1_BYTES, COMPRESSED_INFINITY) : point.serialize();
}

function compressG2(point: mcl.G2): Uint8Array {
  return point.isZero() ? infinity(G2_BYTES, COMPRESSED_INFINITY) : point.serialize();
}

function uncompressedBytes(point: mcl.G1): Uint8Array {
  if (point.isZero()) return infinity(UNCOMPRESSED_BYTES, INFINITY);
  const affine = point.clone();
  affine.normalize();
  const out = new Uint8Array(UNCOMPRESSED_BYTES);
  out.set(affine.getX().serialize());
  out.set(affine.getY().serialize(), FIELD_BYTES);
  return out;
}

function infinity(length: number, flag: number): Uint8Array {
  const out = new Uint8Array(length);
  out[0] = flag;
  return out;
}

function toFr(value: bigint): mcl.Fr {
  const scalar = new mcl.Fr();
  scalar.deserialize(scalarBytes(value));
  return scalar;
}

/** Full check of an untrusted element, with subgroup. Other types are never valid. */
export function validate(type: number, bytes: Uint8Array): boolean {
  try {
    if (type === GROUP.scalar) parseScalar(bytes);
    else if (type === GROUP.g1) parseG1(bytes);
    else if (type === GROUP.g2) parseG2(bytes);
    else return false;
    return true;
  } catch (error) {
    if (error instanceof GroupInputError) return false;
    throw error;
  }
}

/** a + b or a - b in one group. */
export function addOrSubtract(
  type: number,
  a: Uint8Array,
  b: Uint8Array,
  subtract: boolean,
): Uint8Array {
  switch (type) {
    case GROUP.scalar: {
      const [x, y] = [parseScalar(a), parseScalar(b)];
      return scalarBytes(subtract ? FR.sub(x, y) : FR.add(x, y));
    }
    case GROUP.g1: {
      const [x, y] = [parseG1(a), parseG1(b)];
      return compressG1(subtract ? mcl.sub(x, y) : mcl.add(x, y));
    }
    case GROUP.g2: {
      const [x, y] = [parseG2(a), parseG2(b)];
      return compressG2(subtract ? mcl.sub(x, y) : mcl.add(x, y));
    }
    default:
      throw invalid('group type');
  }
}

/** scalar · e, or scalar⁻¹ · e. */
export function multiply(
  type: number,
  scalar: Uint8Array,
  element: Uint8Array,
  invert: boolean,
): Uint8Array {
  const given = parseScalar(scalar);
  if (invert && given === 0n) throw invalid('division by zero');
  const factor = invert ? FR.inv(given) : given;
  switch (type) {
    case GROUP.scalar:
      return scalarBytes(FR.mul(factor, parseScalar(element)));
    case GROUP.g1:
      return compressG1(mcl.mul(parseG1(element), toFr(factor)));
    case GROUP.g2:
      return compressG2(mcl.mul(parseG2(element), toFr(factor)));
    default:
      throw invalid('group type');
  }
}

/** Hashes a message to a point of G1 or G2. */
export function hashTo(type: number, message: Uint8Array): Uint8Array {
  if (message.length === 0) throw invalid('empty message');
  if (type === GROUP.g1) {
    return bls12_381.G1.hashToCurve(message, { DST: G1_DST }).toBytes(true);
  }
  if (type === GROUP.g2) return compressG2(mcl.hashAndMapToG2(message));
  throw invalid('group type');
}

/** G1 to uncompressed G1 and back. */
export function convert(from: number, to: number, element: Uint8Array): Uint8Array {
  if (from === GROUP.g1 && to === GROUP.uncompressedG1) return uncompressedBytes(parseG1(element));
  if (from === GROUP.uncompressedG1 && to === GROUP.g1)
    return compressG1(parseUncompressed(element));
  throw invalid('conversion');
}

/** Sum of uncompressed G1 points. The caller checks the number of terms. */
export function sum(type: number, terms: readonly Uint8Array[]): Uint8Array {
  if (type !== GROUP.uncompressedG1) throw invalid('group type');
  let total = new mcl.G1();
  for (const term of terms) total = mcl.add(total, parseUncompressed(term));
  return uncompressedBytes(total);
}

/** Σ scalarᵢ · elementᵢ over concatenated operands. */
export function multiScalarMultiply(
  type: number,
  scalars: Uint8Array,
  elements: Uint8Array,
): Uint8Array {
  const size = type === GROUP.g1 ? G1_BYTES : G2_BYTES;
  const count = scalars.length / SCALAR_BYTES;
  if (count === 0 || !Number.isInteger(count) || elements.length !== count * size) {
    throw invalid('operand lengths');
  }
  let total: Uint8Array | undefined;
  for (let i = 0; i < count; i++) {
    const scalar = scalars.slice(i * SCALAR_BYTES, (i + 1) * SCALAR_BYTES);
    const element = elements.slice(i * size, (i + 1) * size);
    const product = multiply(type, scalar, element, false);
    total = total === undefined ? product : addOrSubtract(type, total, product, false);
  }
  if (total === undefined) throw invalid('no terms');
  return total;
}

/** Pairing of a G1 and a G2 element; the result is 12 base-field elements, big endian. */
export function pairing(type: number, a: Uint8Array, b: Uint8Array): Uint8Array {
  if (type !== GROUP.g1) throw invalid('group type');
  // The parses reject what is malformed; the identity pairs to one.
  const isTrivial = parseG1(a).isZero() || parseG2(b).isZero();
  const { Fp12 } = bls12_381.fields;
  if (isTrivial) return Fp12.toBytes(Fp12.ONE);
  const p = bls12_381.G1.Point.fromBytes(a);
  return Fp12.toBytes(bls12_381.pairing(p, bls12_381.G2.Point.fromBytes(b)));
}

/**
 * BLS with signatures in G1 and keys in G2 (`bls12381_min_sig_verify`).
 *
 * @param signature - 48 bytes, compressed G1
 * @param publicKey - 96 bytes, compressed G2
 */
export function verifyMinSig(
  signature: Uint8Array,
  publicKey: Uint8Array,
  message: Uint8Array,
): boolean {
  try {
    if (parseG1(signature).isZero() || parseG2(publicKey).isZero()) return false;
    const scheme = bls12_381.shortSignatures;
    const point = bls12_381.G1.Point.fromBytes(signature);
    const key = bls12_381.G2.Point.fromBytes(publicKey);
    return scheme.verify(point, scheme.hash(message, G1_DST), key);
  } catch {
    return false;
  }
}
