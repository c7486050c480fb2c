/** A part of what `test/slow/official.slow.ts` compares with the official encoder: seconds instead of minutes. */
import { blobIdToBytes, encodingParameters, symbolSize } from '@walrus-ts/core';
import { describe, expect, it } from 'vitest';
import { createCodec } from '../../src/create-codec.js';
import { seededSubset } from '../support/backends.js';
import {
  blobFor,
  decodeOfficially,
  encodeOfficially,
  SYMBOL_SIZES,
  textOf,
} from '../support/official.js';
import { AXES, isSameSliver } from '../support/streams.js';

const TIMEOUT_MS = 60_000;
/** The official decoder takes seconds for each blob of more shards. */
const OFFICIAL_DECODE_SHARDS = 300;

const CASES: readonly { nShards: number; symbolBytes: number }[] = [
  ...SYMBOL_SIZES.map((symbolBytes) => ({ nShards: 31, symbolBytes })),
  ...[4, 7, 10, 13].flatMap((nShards) =>
    [2, 194, 5000].map((symbolBytes) => ({ nShards, symbolBytes })),
  ),
  { nShards: 100, symbolBytes: 152 },
  { nShards: 300, symbolBytes: 34 },
  { nShards: 667, symbolBytes: 2 },
  { nShards: 1000, symbolBytes: 8 },
];

describe('the official encoder', () => {
  it.each(CASES)(
    'agrees for $nShards shards and symbols of $symbolBytes bytes, in both directions',
    async ({ nShards, symbolBytes }) => {
      const blob = blobFor(nShards, symbolBytes);
      expect(symbolSize(nShards, blob.length)).toBe(symbolBytes);
      const official = encodeOfficially(nShards, symbolBytes, blob);
      const codec = await createCodec({ nShards });
      const encoded = await codec.encode(blob);
      const text = textOf(encoded, blobIdToBytes(encoded.blobId));
      if (text !== official.commitment) expect.fail('blob ID, root or hashes of slivers differ');
      for (const axis of AXES) {
        official.slivers[axis].forEach((theirs, i) => {
          if (!isSameSliver(encoded.sliver(axis, i), theirs)) expect.fail(`${axis} sliver ${i}`);
        });
      }

      // The official decoder reads our slivers, and we read the official ones.
      const { primarySymbols } = encodingParameters(nShards);
      const chosen = seededSubset(nShards + symbolBytes, nShards, primarySymbols);
      const ours = chosen.map((index) => encoded.sliver('primary', index));
      const theirs = chosen.flatMap((index) => official.slivers.primary[index] ?? []);
      if (nShards <= OFFICIAL_DECODE_SHARDS) {
        const output = decodeOfficially(nShards, official.blobId, blob.length, ours);
        expect(Buffer.compare(output, blob)).toBe(0);
      }
      const decoded = await codec.decode({
        blobId: encoded.blobId,
        metadata: encoded.metadata,
        axis: 'primary',
        slivers: theirs,
        consistencyCheck: 'strict',
      });
      expect(Buffer.compare(decoded, blob)).toBe(0);
    },
    TIMEOUT_MS,
  );
});
