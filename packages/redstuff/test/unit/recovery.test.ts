import { type BlobMetadata } from '@walrus-ts/core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createCodec } from '../../src/create-codec.js';
import { isRedstuffError } from '../../src/errors.js';
import {
  decodeGeneralRecoverySymbols,
  decodeInconsistencyProof,
  decodeRecoverySymbol,
  encodeGeneralRecoverySymbols,
  encodeInconsistencyProof,
  encodeRecoverySymbol,
} from '../../src/recovery/bcs.js';
import type { BlobCodec, EncodedBlob, RecoverySymbol } from '../../src/types.js';
import { seededBytes } from '../support/backends.js';

const N = 10;
const TARGET = 3;
/** Symbols that a primary sliver needs with ten shards. */
const NEEDED = 7;

let codec: BlobCodec;
let encoded: EncodedBlob;
let metadata: BlobMetadata;
/** One proven symbol for primary sliver 3 from every secondary sliver. */
let symbols: RecoverySymbol[];
let first: RecoverySymbol;

async function symbolsFor(blob: EncodedBlob, target: number): Promise<RecoverySymbol[]> {
  const out: RecoverySymbol[] = [];
  for (let source = 0; source < N; source++) {
    const [symbol] = await codec.recoverySymbols({
      axis: 'secondary',
      sliver: blob.sliver('secondary', source),
      targets: [target],
    });
    if (symbol === undefined) expect.fail('no symbol');
    out.push({ sourceIndex: source, data: symbol.data, proof: symbol.proof });
  }
  return out;
}

beforeAll(async () => {
  codec = await createCodec({ nShards: N });
  encoded = await codec.encode(seededBytes(7, 3000));
  ({ metadata } = encoded);
  symbols = await symbolsFor(encoded, TARGET);
  const [head] = symbols;
  if (head === undefined) expect.fail('no symbol');
  first = head;
});

describe('recovery symbols', () => {
  const verify = (symbol: RecoverySymbol, index = TARGET) =>
    codec.verifyRecoverySymbol({ metadata, axis: 'primary', index, symbol });

  it('are refused by the name of what is wrong', async () => {
    await verify(first);
    await expect(verify({ ...first, sourceIndex: N })).rejects.toMatchObject({
      code: 'REDSTUFF_SYMBOL_INDEX',
    });
    await expect(verify(first, N)).rejects.toMatchObject({ code: 'REDSTUFF_SYMBOL_INDEX' });
    await expect(verify({ ...first, data: first.data.slice(2) })).rejects.toMatchObject({
      code: 'REDSTUFF_SYMBOL_LENGTH',
    });
    const wrong = [
      verify({ ...first, sourceIndex: 1 }),
      verify(first, TARGET + 1),
      verify({ ...first, data: new Uint8Array(first.data.length) }),
      verify({ ...first, proof: first.proof.slice(1) }),
      verify({ ...first, proof: [...first.proof, null] }),
      verify({ ...first, proof: [null, ...first.proof.slice(1)] }),
    ];
    for (const attempt of wrong) {
      await expect(attempt).rejects.toMatchObject({ code: 'REDSTUFF_SYMBOL_PROOF' });
    }
  });

  it('that name another target are refused, also where only the number agrees', async () => {
    const [symbol] = await codec.recoverySymbols({
      axis: 'secondary',
      sliver: encoded.sliver('secondary', 5),
      targets: [TARGET],
    });
    if (symbol === undefined) expect.fail('no symbol');
    const general = (axis: 'primary' | 'secondary', index: number) =>
      codec.verifyGeneralRecoverySymbol({ metadata, axis, index, symbol });
    await expect(general('primary', TARGET)).resolves.toMatchObject({ sourceIndex: 5 });
    await expect(general('secondary', 5)).resolves.toMatchObject({ sourceIndex: TARGET });
    await expect(general('primary', 4)).rejects.toMatchObject({ code: 'REDSTUFF_SYMBOL_TARGET' });
    // Source 5 is a secondary sliver: it says nothing about primary sliver 5.
    await expect(general('primary', 5)).rejects.toMatchObject({ code: 'REDSTUFF_SYMBOL_TARGET' });
    await expect(general('secondary', TARGET)).rejects.toMatchObject({
      code: 'REDSTUFF_SYMBOL_TARGET',
    });
  });

  it('are produced only from a sliver of the right shape for targets that exist', async () => {
    const sliver = encoded.sliver('secondary', 5);
    const produce = (change: object, targets = [0]) =>
      codec.recoverySymbols({ axis: 'secondary', sliver: { ...sliver, ...change }, targets });
    await expect(produce({}, [N])).rejects.toMatchObject({ code: 'REDSTUFF_SLIVER_INDEX' });
    await expect(produce({ index: N })).rejects.toMatchObject({ code: 'REDSTUFF_SLIVER_INDEX' });
    await expect(produce({ data: sliver.data.slice(1) })).rejects.toMatchObject({
      code: 'REDSTUFF_SLIVER_LENGTH',
    });
    for (const symbolSize of [0, 3, 1.5, -2]) {
      await expect(produce({ symbolSize })).rejects.toMatchObject({
        code: 'REDSTUFF_SLIVER_SYMBOL_SIZE',
      });
    }
  });
});

describe('recovering a sliver', () => {
  const recover = (given: readonly RecoverySymbol[], from: BlobMetadata = metadata) =>
    codec.recoverSliver({ metadata: from, axis: 'primary', index: TARGET, symbols: given });

  it('needs enough distinct symbols of the right length', async () => {
    const [a = first, b = first] = symbols;
    const short = { ...b, data: b.data.slice(2) };
    const few = [a, a, short, ...symbols.slice(2, NEEDED)];
    await expect(recover(few)).rejects.toMatchObject({
      code: 'REDSTUFF_NOT_ENOUGH_SYMBOLS',
      data: { usable: NEEDED - 1, needed: NEEDED },
    });
    await expect(recover([...few, ...symbols])).resolves.toEqual({
      kind: 'recovered',
      sliver: { ...encoded.sliver('primary', TARGET) },
    });
  });

  it('tells a mismatch that proves nothing from an inconsistent blob', async () => {
    // The writer committed to another root for this row.
    const hashes = metadata.hashes.map((pair, i) =>
      i === TARGET ? { ...pair, primaryHash: new Uint8Array(32) } : pair,
    );
    const forged = { ...metadata, hashes };
    const result = await recover(symbols, forged);
    if (result.kind !== 'inconsistent') expect.fail(result.kind);
    await codec.verifyInconsistencyProof({ metadata: forged, proof: result.proof });
    await expect(
      codec.verifyInconsistencyProof({ metadata, proof: result.proof }),
    ).rejects.toMatchObject({ code: 'REDSTUFF_PROOF_CONSISTENT' });

    const unproven = symbols.map(({ sourceIndex, data }) => ({ sourceIndex, data }));
    await expect(
      codec.recoverSliver({ metadata: forged, axis: 'primary', index: TARGET, symbols: unproven }),
    ).resolves.toEqual({ kind: 'mismatch' });
  });
});

describe('inconsistency proofs', () => {
  const verify = (given: readonly RecoverySymbol[], targetIndex = TARGET) =>
    codec.verifyInconsistencyProof({
      metadata,
      proof: { axis: 'primary', targetIndex, symbols: given },
    });

  it('are refused when they have the wrong symbols', async () => {
    const exact = symbols.slice(0, NEEDED);
    await expect(verify(exact)).rejects.toMatchObject({ code: 'REDSTUFF_PROOF_CONSISTENT' });
    for (const count of [0, NEEDED - 1, NEEDED + 1]) {
      await expect(verify(symbols.slice(0, count))).rejects.toMatchObject({
        code: 'REDSTUFF_PROOF_COUNT',
      });
    }
    await expect(verify([first, ...exact.slice(0, -1)])).rejects.toMatchObject({
      code: 'REDSTUFF_PROOF_DUPLICATE',
    });
    const forged = { ...first, data: new Uint8Array(first.data.length) };
    await expect(verify([forged, ...exact.slice(1)])).rejects.toMatchObject({
      code: 'REDSTUFF_SYMBOL_PROOF',
    });
    await expect(verify(exact, N)).rejects.toMatchObject({ code: 'REDSTUFF_SLIVER_INDEX' });
  });
});

describe('BCS of symbols and proofs', () => {
  it('round trips', async () => {
    expect(decodeRecoverySymbol(encodeRecoverySymbol(first))).toEqual(first);
    const proof = { axis: 'primary', targetIndex: TARGET, symbols } as const;
    expect(decodeInconsistencyProof('primary', encodeInconsistencyProof(proof))).toEqual(proof);
    const general = await codec.recoverySymbols({
      axis: 'secondary',
      sliver: encoded.sliver('secondary', 1),
      targets: [0, 9, 4],
    });
    expect(decodeGeneralRecoverySymbols(encodeGeneralRecoverySymbols(general))).toEqual(general);
  });

  it('refuses every truncation, anything behind, and lengths that are not minimal', () => {
    const bytes = encodeRecoverySymbol(first);
    for (let end = 0; end < bytes.length; end++) {
      expect(() => decodeRecoverySymbol(bytes.subarray(0, end)), `${end} bytes`).toThrow(
        expect.objectContaining({ code: 'REDSTUFF_INVALID_BCS' }),
      );
    }
    const malformed = [
      Uint8Array.of(...bytes, 0),
      Uint8Array.of(0, 0, 0x81, 0x00, 7, 0),
      Uint8Array.of(0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f, 0),
      Uint8Array.of(0, 0, 0, 1, 2),
    ];
    for (const wrong of malformed) {
      expect(() => decodeRecoverySymbol(wrong)).toThrow(
        expect.objectContaining({ code: 'REDSTUFF_INVALID_BCS' }),
      );
    }
  });

  it('accepts only canonical bytes, whatever it is given', () => {
    const decoders: [(bytes: Uint8Array) => Uint8Array, string][] = [
      [(bytes) => encodeRecoverySymbol(decodeRecoverySymbol(bytes)), 'symbol'],
      [(bytes) => encodeGeneralRecoverySymbols(decodeGeneralRecoverySymbols(bytes)), 'general'],
      [(bytes) => encodeInconsistencyProof(decodeInconsistencyProof('primary', bytes)), 'proof'],
    ];
    const small = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 60 });
    fc.assert(
      fc.property(fc.oneof(small, fc.array(fc.nat(255), { maxLength: 60 })), (input) => {
        const bytes = Uint8Array.from(input);
        for (const [roundTrip, name] of decoders) {
          try {
            expect(roundTrip(bytes), name).toEqual(bytes);
          } catch (error) {
            if (!isRedstuffError(error, 'REDSTUFF_INVALID_BCS')) throw error;
          }
        }
      }),
      { numRuns: 2000 },
    );
  });
});
