import { bls12_381 } from '@noble/curves/bls12-381.js';
import { bcs } from '@mysten/bcs';
import { blake2b256, fromHex, loadBls, toHex, type Bls } from '@walrus-ts/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { MoveVmError } from '../../src/move/index.js';
import * as group from '../../src/move/natives/group-ops.js';
import { loadFixture, modulesAt } from './fixtures.js';
import { World, packageOf } from './world.js';

const text = (value: string) => new TextEncoder().encode(value);
const vec = (bytes: Uint8Array) =>
  bcs
    .vector(bcs.u8())
    .serialize([...bytes])
    .toBytes();
const unvec = (bytes: Uint8Array | undefined) =>
  Uint8Array.from(bcs.vector(bcs.u8()).parse(bytes ?? new Uint8Array()));
const TWO = '2'.padStart(64, '0');

let world: World;
let bls: Bls;
beforeAll(async () => {
  const framework = loadFixture('framework');
  world = await World.create(
    packageOf('0x1', modulesAt(framework, '0x1')),
    packageOf('0x2', modulesAt(framework, '0x2')),
  );
  bls = await loadBls();
});

/** Calls and returns the abort code instead of throwing. */
function abortOf(run: () => unknown): bigint | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof MoveVmError) return error.abortCode;
    throw error;
  }
}

describe('natives of 0x1', () => {
  it('hash', () => {
    const digest = (name: string) =>
      toHex(unvec(world.call(`0x1::hash::${name}`, [vec(text('abc'))])[0]));
    expect(digest('sha2_256')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    expect(digest('sha3_256')).toBe(
      '3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532',
    );
  });

  it('serialize values', () => {
    const [out] = world.call(
      '0x1::bcs::to_bytes',
      [Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)],
      ['u64'],
    );
    expect(unvec(out)).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  });

  it('name types with and without defining ids', () => {
    for (const name of ['with_defining_ids', 'with_original_ids']) {
      const [out] = world.call(`0x1::type_name::${name}`, [], ['0x2::coin::Coin<vector<u8>>']);
      expect(new TextDecoder().decode(unvec(out))).toBe(`${TWO}::coin::Coin<vector<u8>>`);
    }
    expect(abortOf(() => world.call('0x1::type_name::defining_id', [], ['u8']))).toBe(0n);
  });

  it('handle vectors when a transaction calls them as functions', () => {
    const [empty] = world.call('0x1::vector::empty', [], ['u8']);
    expect(empty).toEqual(Uint8Array.of(0));
    const [length] = world.call('0x1::vector::length', [vec(Uint8Array.of(7, 7))], ['u8']);
    expect(length?.[0]).toBe(2);
    const at = (i: bigint) =>
      world.call(
        '0x1::vector::borrow',
        [vec(Uint8Array.of(7, 9)), bcs.u64().serialize(i).toBytes()],
        ['u8'],
      )[0];
    expect(at(1n)).toEqual(Uint8Array.of(9));
    expect(() => at(2n)).toThrow(
      expect.objectContaining({ status: 'VECTOR_OPERATION_ERROR', subStatus: 1 }),
    );
  });
});

describe('natives of 0x2', () => {
  it('hash', () => {
    const digest = (name: string) =>
      toHex(unvec(world.call(`0x2::hash::${name}`, [vec(text('abc'))])[0]));
    expect(digest('blake2b256')).toBe(toHex(blake2b256(text('abc'))));
    expect(digest('keccak256')).toBe(
      '4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45',
    );
    const [mac] = world.call('0x2::hmac::hmac_sha3_256', [vec(text('key')), vec(text('abc'))]);
    expect(unvec(mac).length).toBe(32);
  });

  it('convert addresses', () => {
    const bytes = fromHex('00'.repeat(30) + '0102');
    const [address] = world.call('0x2::address::from_bytes', [vec(bytes)]);
    expect(address).toEqual(bytes);
    const [number] = world.call('0x2::address::to_u256', [bytes]);
    expect(bcs.u256().parse(number ?? new Uint8Array())).toBe('258');
    expect(world.call('0x2::address::from_u256', [number ?? new Uint8Array()])[0]).toEqual(bytes);
    expect(abortOf(() => world.call('0x2::address::from_bytes', [vec(bytes.slice(1))]))).toBe(0n);
  });

  it('verify ed25519 signatures (RFC 8032, test 2)', () => {
    const key = fromHex('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
    const signature = fromHex(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
        '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    );
    const verify = (s: Uint8Array, m: number) =>
      world.call('0x2::ed25519::ed25519_verify', [vec(s), vec(key), vec(Uint8Array.of(m))])[0]?.[0];
    expect(verify(signature, 0x72)).toBe(1);
    expect(verify(signature, 0x73)).toBe(0);
    expect(verify(signature.slice(1), 0x72)).toBe(0);
  });

  it('verify BLS signatures with small keys', () => {
    const secret = bls.generateSecretKey();
    const key = bls.publicKey(secret);
    const message = text('message');
    const signature = bls.sign(secret, message);
    const verify = (s: Uint8Array, k: Uint8Array, m: Uint8Array) =>
      world.call('0x2::bls12381::bls12381_min_pk_verify', [vec(s), vec(k), vec(m)])[0]?.[0];
    expect(verify(signature, key, message)).toBe(1);
    expect(verify(signature, key, text('other'))).toBe(0);
    expect(verify(signature.slice(1), key, message)).toBe(0);
    expect(verify(signature, fromHex('c0' + '00'.repeat(47)), message)).toBe(0);
    const uncompressed = bls12_381.G1.Point.fromBytes(key).toBytes(false);
    expect(verify(signature, uncompressed, message)).toBe(0);
  });

  it('verify BLS signatures with small signatures', () => {
    const scheme = bls12_381.shortSignatures;
    const { secretKey, publicKey } = scheme.keygen(new Uint8Array(48).fill(9));
    const message = text('message');
    const dst = 'BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_';
    const signature = scheme.sign(scheme.hash(message, dst), secretKey).toBytes(true);
    expect(group.verifyMinSig(signature, publicKey.toBytes(true), message)).toBe(true);
    expect(group.verifyMinSig(signature, publicKey.toBytes(true), text('other'))).toBe(false);
    expect(group.verifyMinSig(signature.slice(1), publicKey.toBytes(true), message)).toBe(false);
  });
});

describe('group operations', () => {
  const { G1, G2 } = bls12_381;
  const scalar = (n: number) => fromHex(n.toString(16).padStart(64, '0'));
  const { Fr } = bls12_381.fields;
  const g1 = (n: number) => G1.Point.BASE.multiplyUnsafe(Fr.create(BigInt(n))).toBytes(true);
  const g2 = (n: number) => G2.Point.BASE.multiplyUnsafe(Fr.create(BigInt(n))).toBytes(true);
  const { GROUP } = group;

  it('agree with an independent library, the identity included', () => {
    for (const [a, b] of [
      [1, 2],
      [5, 5],
      [7, 0],
      [0, 0],
    ] as const) {
      expect(group.addOrSubtract(GROUP.g1, g1(a), g1(b), false)).toEqual(g1(a + b));
      expect(group.addOrSubtract(GROUP.g2, g2(a), g2(b), false)).toEqual(g2(a + b));
      expect(group.addOrSubtract(GROUP.g1, g1(a), g1(b), true)).toEqual(g1(a - b));
      expect(group.addOrSubtract(GROUP.g2, g2(a), g2(b), true)).toEqual(g2(a - b));
      expect(group.addOrSubtract(GROUP.scalar, scalar(a), scalar(b), false)).toEqual(scalar(a + b));
      expect(group.multiply(GROUP.g1, scalar(a), g1(b), false)).toEqual(g1(a * b));
      expect(group.multiply(GROUP.g2, scalar(a), g2(b), false)).toEqual(g2(a * b));
    }
    expect(group.multiply(GROUP.g1, scalar(3), g1(6), true)).toEqual(g1(2));
    expect(() => group.multiply(GROUP.g1, scalar(0), g1(6), true)).toThrow(group.GroupInputError);
  });

  it('hash to both groups with the chain tags', () => {
    const message = text('to a point');
    const dst = (n: number) => `BLS_SIG_BLS12381G${n}_XMD:SHA-256_SSWU_RO_NUL_`;
    expect(group.hashTo(GROUP.g1, message)).toEqual(
      G1.hashToCurve(message, { DST: dst(1) }).toBytes(true),
    );
    expect(group.hashTo(GROUP.g2, message)).toEqual(
      G2.hashToCurve(message, { DST: dst(2) }).toBytes(true),
    );
    expect(() => group.hashTo(GROUP.g1, new Uint8Array())).toThrow(group.GroupInputError);
  });

  it('convert and sum uncompressed points', () => {
    const uncompressed = [1, 2, 3].map((n) => group.convert(GROUP.g1, GROUP.uncompressedG1, g1(n)));
    expect(uncompressed[1]).toEqual(G1.Point.BASE.multiply(2n).toBytes(false));
    const total = group.sum(GROUP.uncompressedG1, uncompressed);
    expect(group.convert(GROUP.uncompressedG1, GROUP.g1, total)).toEqual(g1(6));
    const identity = group.sum(GROUP.uncompressedG1, []);
    expect(toHex(identity)).toBe('40' + '00'.repeat(95));
    expect(group.convert(GROUP.uncompressedG1, GROUP.g1, identity)).toEqual(g1(0));
    expect(group.sum(GROUP.uncompressedG1, [identity, total])).toEqual(total);
    expect(() => group.convert(GROUP.g1, GROUP.g2, g1(1))).toThrow(group.GroupInputError);
  });

  it('multiply many and pair', () => {
    const scalars = Uint8Array.from([...scalar(2), ...scalar(3)]);
    const points = Uint8Array.from([...g1(5), ...g1(7)]);
    expect(group.multiScalarMultiply(GROUP.g1, scalars, points)).toEqual(g1(31));
    const bilinear = group.pairing(GROUP.g1, g1(6), g2(1));
    expect(group.pairing(GROUP.g1, g1(2), g2(3))).toEqual(bilinear);
    expect(bilinear.length).toBe(576);
    expect(() => group.multiScalarMultiply(GROUP.g1, scalars, g1(5))).toThrow(
      group.GroupInputError,
    );
  });

  it('validate untrusted elements', () => {
    expect(group.validate(GROUP.g1, g1(5))).toBe(true);
    expect(group.validate(GROUP.g1, g1(0))).toBe(true);
    expect(group.validate(GROUP.g2, g2(0))).toBe(true);
    expect(group.validate(GROUP.g2, g2(5))).toBe(true);
    expect(group.validate(GROUP.g1, g2(5))).toBe(false);
    expect(group.validate(GROUP.scalar, scalar(5))).toBe(true);
    expect(group.validate(GROUP.scalar, new Uint8Array(32).fill(0xff))).toBe(false);
    expect(group.validate(GROUP.gt, new Uint8Array(576))).toBe(false);
    // On the curve (x = 4 has a square root) but outside the subgroup.
    const outside = fromHex('80' + '00'.repeat(46) + '04');
    expect(() => G1.Point.fromBytes(outside)).toThrow('subgroup');
    expect(group.validate(GROUP.g1, outside)).toBe(false);
    // x not below the field prime.
    expect(group.validate(GROUP.g1, fromHex('9f' + 'ff'.repeat(47)))).toBe(false);
    expect(group.validate(GROUP.g1, fromHex('e0' + '00'.repeat(47)))).toBe(false);
  });
});
