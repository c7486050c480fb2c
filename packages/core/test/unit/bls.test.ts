import { bls12_381 } from '@noble/curves/bls12-381.js';
import { describe, expect, it } from 'vitest';
import { BLS_DST, loadBls, toHex } from '../../src/index.js';

const bls = await loadBls();
const message = new TextEncoder().encode('walrus');
const oracle = bls12_381.longSignatures;

describe('bls', () => {
  it('agrees with an independent library', () => {
    const secret = bls.generateSecretKey();
    const key = oracle.getPublicKey(secret);
    expect(toHex(bls.publicKey(secret))).toBe(key.toHex(true));
    const signature = oracle.sign(oracle.hash(message, BLS_DST), secret);
    expect(toHex(bls.sign(secret, message))).toBe(signature.toHex(true));
  });

  it('accepts the uncompressed form of a key and no other point with its x', () => {
    for (let i = 0; i < 4; i++) {
      const secret = bls.generateSecretKey();
      const compressed = bls.publicKey(secret);
      const uncompressed = oracle.getPublicKey(secret).toBytes(false);
      const signature = bls.sign(secret, message);
      expect(toHex(bls.compressPublicKey(uncompressed)), `key ${i}`).toBe(toHex(compressed));
      expect(bls.verify(uncompressed, message, signature), `key ${i}`).toBe(true);
      const forged = uncompressed.slice();
      forged[95] = (forged[95] ?? 0) ^ 1;
      expect(bls.verify(forged, message, signature), `key ${i}`).toBe(false);
    }
  });

  it('answers false for anything malformed', () => {
    const secret = bls.generateSecretKey();
    const key = bls.publicKey(secret);
    const signature = bls.sign(secret, message);
    const infinityKey = new Uint8Array(48);
    infinityKey[0] = 0xc0;
    const infinitySignature = new Uint8Array(96);
    infinitySignature[0] = 0xc0;
    expect(bls.verify(key, message, signature)).toBe(true);
    expect(bls.verify(key, message.subarray(1), signature)).toBe(false);
    expect(bls.verify(infinityKey, message, infinitySignature)).toBe(false);
    expect(bls.verify(key, message, infinitySignature)).toBe(false);
    expect(bls.verify(key, message, signature.subarray(1))).toBe(false);
    expect(bls.verify(key.subarray(1), message, signature)).toBe(false);
    expect(bls.verify(new Uint8Array(48).fill(255), message, signature)).toBe(false);
    expect(bls.verifyAggregate([], message, signature)).toBe(false);
  });

  it('names what it cannot aggregate', () => {
    expect(() => bls.aggregateSignatures([])).toThrow(/no signatures/);
    expect(() => bls.aggregatePublicKeys([])).toThrow(/no public keys/);
    expect(() => bls.sign(new Uint8Array(31), message)).toThrow(/secret key/);
    expect(() => bls.sign(new Uint8Array(32), message)).toThrow(/secret key/);
  });
});
