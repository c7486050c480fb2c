/**
 * BLS12-381 group arithmetic on serialized elements, for `0x2::group_ops`.
 *
 * The identity is a legal operand everywhere. "Trusted" parses skip the subgroup check: the Move
 * wrapper validated the element before. Uncompressed sums also skip the curve check, which is what
 * makes summing a committee's keys cheap.
 */
import { bls12_381 } from '@noble/curves/bls12-381.js';

/** Group type numbers of the framework. */
export const GROUP = { scalar: 0, g1: 1, g2: 2, gt: 3, uncompressedG1: 4 } as const;
/** Points that a sum may have. */
export const SUM_TERMS_MAX = 1200;
/** Points that a multi-scalar multiplication may have. */
export const MSM_TERMS_MAX = 32;

const G1 = bls12_381.G1.Point;
const G2 = bls12_381.G2.Point;
const FP = bls12_381.fields.Fp;
const FR = bls12_381.fields.Fr;
const G1_DST = 'BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_';
const G2_DST = 'BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_';
const SCALAR_BYTES = 32;
const G1_BYTES = 48;
const G2_BYTES = 96;
const UNCOMPRESSED_BYTES = 96;
const INFINITY = 0x40;

type G1Point = InstanceType<typeof G1>;
type G2Point = InstanceType<typeof G2>;

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

const g1Cache = new PointCache<G1Point>(4096);
const g2Cache = new PointCache<G2Point>(1024);

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
  return bytes[0] === 0xc0 && bytes.subarray(1).every((b) => b === 0);
}

/** Parses a compressed point: on the curve, subgroup not checked. */
function parseG1(bytes: Uint8Array): G1Point {
  if (bytes.length !== G1_BYTES || ((bytes[0] ?? 0) & 0x80) === 0) throw invalid('G1 length');
  if (isCompressedInfinity(bytes)) return G1.ZERO;
  return g1Cache.get(bytes, (b) => {
    requireCanonical(b, 1);
    try {
      return G1.fromBytes(b);
    } catch {
      throw invalid('G1 point');
    }
  });
}

function parseG2(bytes: Uint8Array): G2Point {
  if (bytes.length !== G2_BYTES || ((bytes[0] ?? 0) & 0x80) === 0) throw invalid('G2 length');
  if (isCompressedInfinity(bytes)) return G2.ZERO;
  return g2Cache.get(bytes, (b) => {
    requireCanonical(b, 2);
    try {
      return G2.fromBytes(b);
    } catch {
      throw invalid('G2 point');
    }
  });
}

/** The library reduces coordinates modulo p; the format wants them below p. */
function requireCanonical(bytes: Uint8Array, coordinates: number): void {
  for (let i = 0; i < coordinates; i++) {
    const part = bytes.slice(48 * i, 48 * i + 48);
    if (i === 0) part[0] = (part[0] ?? 0) & 0x1f;
    if (FP.fromBytes(part, true) >= FP.ORDER) throw invalid('coordinate range');
  }
}

function parseUncompressed(bytes: Uint8Array): G1Point {
  if (bytes.length !== UNCOMPRESSED_BYTES) throw invalid('uncompressed G1 length');
  const flags = (bytes[0] ?? 0) & 0xe0;
  if (flags === INFINITY) {
    if (bytes[0] !== INFINITY || bytes.subarray(1).some((b) => b !== 0)) throw invalid('infinity');
    return G1.ZERO;
  }
  if (flags !== 0) throw invalid('uncompressed G1 flags');
  const x = FP.fromBytes(bytes.slice(0, 48), true);
  const y = FP.fromBytes(bytes.slice(48), true);
  if (x >= FP.ORDER || y >= FP.ORDER) throw invalid('coordinate range');
  return G1.fromAffine({ x, y });
}

function compressG1(point: G1Point): Uint8Array {
  if (point.is0()) return infinity(G1_BYTES, 0xc0);
  return point.toBytes(true);
}

function compressG2(point: G2Point): Uint8Array {
  if (point.is0()) return infinity(G2_BYTES, 0xc0);
  return point.toBytes(true);
}

function uncompressedBytes(point: G1Point): Uint8Array {
  if (point.is0()) return infinity(UNCOMPRESSED_BYTES, INFINITY);
  return point.toBytes(false);
}

function infinity(length: number, flag: number): Uint8Array {
  const out = new Uint8Array(length);
  out[0] = flag;
  return out;
}

/** Full check of an untrusted element, with subgroup. Other types are never valid. */
export function validate(type: number, bytes: Uint8Array): boolean {
  try {
    switch (type) {
      case GROUP.scalar:
        parseScalar(bytes);
        return true;
      case GROUP.g1:
        return parseG1(bytes).isTorsionFree() || isCompressedInfinity(bytes);
      case GROUP.g2:
        return parseG2(bytes).isTorsionFree() || isCompressedInfinity(bytes);
      default:
        return false;
    }
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
      return compressG1(subtract ? x.subtract(y) : x.add(y));
    }
    case GROUP.g2: {
      const [x, y] = [parseG2(a), parseG2(b)];
      return compressG2(subtract ? x.subtract(y) : x.add(y));
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
      return compressG1(parseG1(element).multiplyUnsafe(factor));
    case GROUP.g2:
      return compressG2(parseG2(element).multiplyUnsafe(factor));
    default:
      throw invalid('group type');
  }
}

/** Hashes a message to a point of G1 or G2. */
export function hashTo(type: number, message: Uint8Array): Uint8Array {
  if (message.length === 0) throw invalid('empty message');
  if (type === GROUP.g1) {
    return compressG1(G1.fromAffine(bls12_381.G1.hashToCurve(message, { DST: G1_DST }).toAffine()));
  }
  if (type === GROUP.g2) {
    return compressG2(G2.fromAffine(bls12_381.G2.hashToCurve(message, { DST: G2_DST }).toAffine()));
  }
  throw invalid('group type');
}

/** G1 to uncompressed G1 and back. */
export function convert(from: number, to: number, element: Uint8Array): Uint8Array {
  if (from === GROUP.g1 && to === GROUP.uncompressedG1) return uncompressedBytes(parseG1(element));
  if (from === GROUP.uncompressedG1 && to === GROUP.g1) return compressG1(parseUncompressed(element));
  throw invalid('conversion');
}

/** Sum of uncompressed G1 points. The caller checks the number of terms. */
export function sum(type: number, terms: readonly Uint8Array[]): Uint8Array {
  if (type !== GROUP.uncompressedG1) throw invalid('group type');
  let total = G1.ZERO;
  for (const term of terms) total = total.add(parseUncompressed(term));
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
  const p = parseG1(a);
  const q = parseG2(b);
  const { Fp12 } = bls12_381.fields;
  const result = p.is0() || q.is0() ? Fp12.ONE : bls12_381.pairing(p, q);
  return Fp12.toBytes(result);
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
    const s = parseG1(signature);
    const key = parseG2(publicKey);
    if (s.is0() || key.is0() || !s.isTorsionFree() || !key.isTorsionFree()) return false;
    const scheme = bls12_381.shortSignatures;
    return scheme.verify(s, scheme.hash(message, G1_DST), key);
  } catch {
    return false;
  }
}

