/** Symbols and recovery on workers against this thread. Runs on the built package. */
import { createCodec as createInlineCodec, type BlobCodec } from '@walrus-ts/redstuff';
import { createCodec } from '@walrus-ts/redstuff/node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seededBytes } from '../support/backends.js';
import { AXES, withFlippedBit } from '../support/streams.js';

const N = 13;
let codec: BlobCodec;
let inline: BlobCodec;
beforeAll(async () => {
  codec = await createCodec({ nShards: N, threads: 2 });
  inline = await createInlineCodec({ nShards: N });
});
afterAll(() => codec.close());

it('symbols are those of this thread, and the sliver stays with its owner', async () => {
  const encoded = await inline.encode(seededBytes(1, 5000));
  for (const axis of AXES) {
    for (const index of [0, 6, 12]) {
      const sliver = encoded.sliver(axis, index);
      const before = sliver.data.slice();
      const targets = Array.from({ length: N }, (_, i) => i);
      const [here, there] = await Promise.all(
        [inline, codec].map((c) => c.recoverySymbols({ axis, sliver, targets })),
      );
      expect(there).toEqual(here);
      expect(sliver.data).toEqual(before);
    }
  }
});

it('recovers, finds inconsistencies, and checks the proofs of them', async () => {
  const encoded = await inline.encode(seededBytes(2, 5000));
  const other = await inline.encode(seededBytes(3, 5000));
  const index = 4;
  for (const axis of AXES) {
    const source = axis === 'primary' ? 'secondary' : 'primary';
    const symbols = [];
    for (let i = 0; i < N; i++) {
      const sliver = encoded.sliver(source, i);
      const [symbol] = await codec.recoverySymbols({ axis: source, sliver, targets: [index] });
      if (symbol === undefined) expect.fail('no symbol');
      symbols.push({ sourceIndex: i, data: symbol.data, proof: symbol.proof });
    }
    const { metadata } = encoded;
    const recovered = await codec.recoverSliver({ metadata, axis, index, symbols });
    expect(recovered).toEqual({ kind: 'recovered', sliver: encoded.sliver(axis, index) });
    const bare = symbols.map(({ sourceIndex, data }) => ({ sourceIndex, data }));
    bare[2] = { sourceIndex: 2, data: new Uint8Array(bare[2]?.data.length ?? 0) };
    expect(await codec.recoverSliver({ metadata, axis, index, symbols: bare })).toEqual({
      kind: 'mismatch',
    });

    // A client that committed to another sliver than the one that the symbols give.
    const pairIndex = axis === 'primary' ? index : N - 1 - index;
    const wrong = other.metadata.hashes[pairIndex];
    const hashes = metadata.hashes.map((pair, i) =>
      i !== pairIndex || wrong === undefined
        ? pair
        : axis === 'primary'
          ? { ...pair, primaryHash: wrong.primaryHash }
          : { ...pair, secondaryHash: wrong.secondaryHash },
    );
    const lying = { ...metadata, hashes };
    const found = await codec.recoverSliver({ metadata: lying, axis, index, symbols });
    expect(found).toEqual(await inline.recoverSliver({ metadata: lying, axis, index, symbols }));
    if (found.kind !== 'inconsistent') expect.fail(found.kind);
    const { proof } = found;
    await codec.verifyInconsistencyProof({ metadata: lying, proof });
    const attempts = [
      [{ metadata, proof }, 'REDSTUFF_PROOF_CONSISTENT'],
      [{ metadata: lying, proof: { ...proof, symbols: [] } }, 'REDSTUFF_PROOF_COUNT'],
      [{ metadata: lying, proof: { ...proof, targetIndex: N } }, 'REDSTUFF_SLIVER_INDEX'],
    ] as const;
    for (const [input, code] of attempts) {
      await expect(codec.verifyInconsistencyProof(input)).rejects.toMatchObject({ code });
    }
  }
  await expect(
    codec.recoverSliver({ metadata: encoded.metadata, axis: 'primary', index, symbols: [] }),
  ).rejects.toMatchObject({ code: 'REDSTUFF_NOT_ENOUGH_SYMBOLS', data: { usable: 0 } });
  const short = withFlippedBit(encoded.sliver('primary', 0), 1);
  await expect(
    codec.recoverySymbols({ axis: 'primary', sliver: { ...short, index: N }, targets: [] }),
  ).rejects.toMatchObject({ code: 'REDSTUFF_SLIVER_INDEX' });
});
