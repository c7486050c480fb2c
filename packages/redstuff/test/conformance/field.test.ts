import { toHex } from '@walrus-ts/core';
import { describe, expect, it } from 'vitest';
import { buildPhi, CANTOR_BASIS, fieldTables, multiply } from '../../src/field.js';
import { sha256OfTable, vectors } from '../support/vectors.js';

describe('the field', () => {
  const { gf } = vectors;
  const { exp, log } = fieldTables();

  it('has the basis, the tables and the products of the specification', () => {
    expect(CANTOR_BASIS.map((value) => toHex(Uint8Array.of(value >> 8, value & 0xff)))).toEqual(
      gf.cantor_basis_hex.map((text) => text.toLowerCase()),
    );
    expect([...exp.subarray(0, 16)]).toEqual(gf.exp_first_16);
    expect([...log.subarray(0, 16)]).toEqual(gf.log_first_16);
    expect(sha256OfTable(exp)).toBe(gf.exp_sha256_u16le_65536);
    expect(sha256OfTable(log)).toBe(gf.log_sha256_u16le_65536);
    expect(sha256OfTable(buildPhi())).toBe(gf.phi_sha256_u16le_65536);
    for (const [a, b, product] of gf.products) expect(multiply(a, b), `${a}*${b}`).toBe(product);
  });

  it('satisfies a * (a + 1) = a >> 1 everywhere', () => {
    for (let a = 0; a < 65536; a++) {
      if (multiply(a, a ^ 1) !== a >> 1) expect.fail(`for a = ${a}`);
    }
  });

  it('gives the twiddle factors of the original as plain shifts', () => {
    const skew = new Uint16Array(65535);
    for (let j = 1; j <= 65535; j++) {
      const lowest = j & -j;
      skew[j - 1] = log[(j - lowest) / lowest] ?? 0;
    }
    expect(sha256OfTable(skew)).toBe(gf.skew_log_sha256_u16le_65535);
  });
});
