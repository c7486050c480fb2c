import fc from 'fast-check';
import { fromHex, normalizeAddress, toHex } from '@walrus-ts/core';
import { describe, expect, it } from 'vitest';
import {
  MoveVmError,
  decodeTypeTag,
  encodeTypeTag,
  fieldId,
  formatTypeTag,
  freshObjectId,
  packageDigest,
  parseTypeTag,
  type PrimitiveName,
  type TypeTag,
} from '../../src/move/index.js';
import { littleEndian } from './module-writer.js';

const PRIMITIVES: readonly PrimitiveName[] = [
  'bool',
  'u8',
  'u16',
  'u32',
  'u64',
  'u128',
  'u256',
  'address',
  'signer',
];
const identifier = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,20}$/);
const { tag } = fc.letrec<{ tag: TypeTag }>((tie) => ({
  tag: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(...PRIMITIVES),
    tie('tag').map((vector) => ({ vector })),
    fc
      .record({
        address: fc
          .uint8Array({ minLength: 32, maxLength: 32 })
          .map((b) => normalizeAddress(toHex(b))),
        module: identifier,
        name: identifier,
        typeParams: fc.array(tie('tag'), { maxLength: 3 }),
      })
      .map((struct) => ({ struct })),
  ),
}));

describe('type tags', () => {
  it('survive text and BCS', () => {
    fc.assert(
      fc.property(tag, (value) => {
        expect(parseTypeTag(formatTypeTag(value))).toEqual(value);
        expect(decodeTypeTag(encodeTypeTag(value))).toEqual(value);
      }),
    );
  });

  it('have the official spellings', () => {
    const coin = parseTypeTag('0x2::coin::Coin< 0x2::sui::SUI >');
    const two = `0x${'2'.padStart(64, '0')}`;
    expect(formatTypeTag(coin)).toBe(`${two}::coin::Coin<${two}::sui::SUI>`);
    expect(formatTypeTag({ vector: 'u8' })).toBe('vector<u8>');
    expect(toHex(encodeTypeTag('u256'))).toBe('0a');
    expect(toHex(encodeTypeTag({ vector: 'signer' }))).toBe('0605');
  });

  it('refuse malformed text and bytes with a typed error', () => {
    const texts = [
      '',
      'u7',
      'vector<u8',
      'vector<>',
      '0x2::a',
      '0x2::a::B<>',
      '0x2::a::B<u8>x',
      '2::a::B',
      `0x${'1'.repeat(65)}::a::B`,
      'vector<'.repeat(100),
    ];
    for (const text of texts) expect(() => parseTypeTag(text), text).toThrow(MoveVmError);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        try {
          expect(encodeTypeTag(decodeTypeTag(bytes))).toEqual(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(MoveVmError);
        }
      }),
    );
  });
});

describe('derived ids', () => {
  it('equal the vectors of sui-rpc.md (d)', () => {
    expect(fieldId(normalizeAddress('0x2'), 'u64', Uint8Array.from(littleEndian(1, 8)))).toBe(
      '0x25dfc4941af0a0e49bfbeaa57dca9599d2fc392a502b08547ec62269cac62cb2',
    );
    const derived = parseTypeTag('0x2::derived_object::DerivedObjectKey<vector<u8>>');
    const key = Uint8Array.from([3, ...new TextEncoder().encode('foo')]);
    expect(fieldId(normalizeAddress('0x2'), derived, key)).toBe(
      '0xa2b411aa9588c398d8e3bc97dddbdd430b5ded7f81545d05e33916c3ca0f30c3',
    );
  });

  it('number fresh objects of a transaction', () => {
    const digest = fromHex('00'.repeat(32));
    const ids = [0n, 1n, 2n].map((n) => freshObjectId(digest, n));
    expect(new Set(ids).size).toBe(3);
  });

  it('digest packages independent of module order', () => {
    const [a, b] = [Uint8Array.of(1, 2), Uint8Array.of(3)];
    const deps = [normalizeAddress('0x2'), normalizeAddress('0x1')];
    expect(packageDigest([a, b], deps)).toEqual(packageDigest([b, a], [...deps].reverse()));
    expect(packageDigest([a], deps)).not.toEqual(packageDigest([b], deps));
  });
});
