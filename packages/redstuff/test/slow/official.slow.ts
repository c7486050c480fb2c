/**
 * Every byte against the official encoder, on all ways that lead to it: both builds of the kernels as far as this runtime knows
 * them, one and two threads, in memory and streamed. Runs on the built package.
 *
 * All of it takes some ten minutes on a quiet machine, half of them for 1000 shards. For a part of it:
 *
 *   REDSTUFF_SHARDS=4,31 REDSTUFF_SYMBOLS=2,152 REDSTUFF_VARIANTS=plain REDSTUFF_THREADS=2 npm run test:slow
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blobIdToBytes, encodingParameters, symbolSize } from '@walrus-ts/core';
import { sliversInMemory, type BlobCodec, type BlobCommitment } from '@walrus-ts/redstuff';
import { createCodec, fileSource } from '@walrus-ts/redstuff/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededSubset, VARIANTS } from '../support/backends.js';
import {
  blobFor,
  decodeOfficially,
  encodeOfficially,
  SYMBOL_SIZES,
  textOf,
  type OfficialEncoding,
} from '../support/official.js';
import { AXES, isSameSliver } from '../support/streams.js';

function chosen<T extends string | number>(name: string, all: readonly T[]): readonly T[] {
  const names = process.env[name]?.split(',');
  const some = names === undefined ? all : all.filter((each) => names.includes(`${each}`));
  if (some.length === 0 || (names !== undefined && some.length !== names.length)) {
    throw new Error(`${name} must be some of ${all.join(',')}`);
  }
  return some;
}

const SHARDS = chosen('REDSTUFF_SHARDS', [4, 7, 10, 13, 31, 100, 300, 667, 1000]);
const SYMBOLS = chosen('REDSTUFF_SYMBOLS', SYMBOL_SIZES);
const THREADS = chosen('REDSTUFF_THREADS', [1, 2]);
const SETUPS = chosen('REDSTUFF_VARIANTS', VARIANTS).flatMap((variant) =>
  THREADS.map((threads) => ({ variant, threads })),
);
/** The official decoder takes seconds for each blob of more shards. */
const OFFICIAL_DECODE_SHARDS = 300;

/** One blob, and what the official encoder says about it. */
interface Example {
  readonly nShards: number;
  readonly blob: Uint8Array;
  readonly path: string;
  readonly official: OfficialEncoding;
}

function expectCommitment({ official }: Example, commitment: BlobCommitment): void {
  // Not by `expect`, which would print 2000 lines.
  const text = textOf(commitment, blobIdToBytes(commitment.blobId));
  if (text !== official.commitment) expect.fail('blob ID, root or hashes of slivers differ');
}

async function checkInMemory(codec: BlobCodec, example: Example): Promise<void> {
  const { blob, nShards, official } = example;
  expectCommitment(example, await codec.computeMetadata(blob));
  const encoded = await codec.encode(blob);
  expectCommitment(example, encoded);
  for (const axis of AXES) {
    for (let i = 0; i < nShards; i++) {
      const theirs = official.slivers[axis][i];
      if (!theirs || !isSameSliver(encoded.sliver(axis, i), theirs)) {
        expect.fail(`${axis} sliver ${i} differs`);
      }
    }
  }
  encoded.close();
}

async function checkStreamed(codec: BlobCodec, example: Example): Promise<void> {
  const { path, nShards, official } = example;
  const source = await fileSource(path);
  try {
    expectCommitment(example, await codec.computeMetadata(source));
    let seen = 0;
    const wrong: string[] = [];
    const commitment = await codec.encodeToSink(source, {
      write({ axis, index, offset, data }) {
        const theirs = official.slivers[axis][index]?.data.subarray(offset, offset + data.length);
        if (theirs === undefined || Buffer.compare(theirs, data) !== 0) {
          wrong.push(`${axis} ${index} from ${offset}`);
        }
        seen += data.length;
      },
    });
    expect(wrong).toEqual([]);
    expectCommitment(example, commitment);
    const [primary, secondary] = AXES.map((axis) => official.slivers[axis][0]?.data.length ?? 0);
    // None is missing and none comes twice: parts that are right add up to just all of them.
    expect(seen).toBe(nShards * ((primary ?? 0) + (secondary ?? 0)));
  } finally {
    await source.close();
  }
}

/** Slivers that are the blob itself, as few of these as can be, and any, in any order. */
function patterns(nShards: number, needed: number, seed: number): Record<string, number[]> {
  const from = (start: number): number[] => Array.from({ length: needed }, (_, i) => start + i);
  return {
    systematic: from(0),
    worst: from(nShards - needed).toReversed(),
    random: seededSubset(seed, nShards, needed),
  };
}

async function checkDecoding(
  codec: BlobCodec,
  example: Example,
  commitment: BlobCommitment,
): Promise<void> {
  const { nShards, blob, official } = example;
  const { primarySymbols, secondarySymbols } = encodingParameters(nShards);
  const { blobId, metadata } = commitment;
  for (const axis of AXES) {
    const needed = axis === 'primary' ? primarySymbols : secondarySymbols;
    for (const [name, indices] of Object.entries(patterns(nShards, needed, blob.length))) {
      const slivers = indices.flatMap((index) => official.slivers[axis][index] ?? []);
      const input = { blobId, metadata, axis };
      const consistencyCheck = name === 'worst' ? 'strict' : 'default';
      const decoded = await codec.decode({ ...input, slivers, consistencyCheck });
      if (Buffer.compare(decoded, blob) !== 0) expect.fail(`decoding ${name} ${axis} slivers`);
      let end = 0;
      let isSame = true;
      const sink = {
        write(bytes: Uint8Array, position: number): void {
          const theirs = blob.subarray(position, position + bytes.length);
          isSame &&= position === end && Buffer.compare(theirs, bytes) === 0;
          end += bytes.length;
        },
      };
      await codec.decodeToSink({ ...input, slivers: sliversInMemory(slivers) }, sink);
      expect(isSame && end === blob.length, `streaming ${name} ${axis} slivers`).toBe(true);
    }
  }
}

describe.each(SHARDS)('%i shards', (nShards) => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'redstuff-official-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it.each(SYMBOLS)('symbols of %i bytes: as the official encoder', async (symbolBytes) => {
    const blob = blobFor(nShards, symbolBytes);
    expect(symbolSize(nShards, blob.length)).toBe(symbolBytes);
    const path = join(directory, `${symbolBytes}`);
    await writeFile(path, blob);
    const official = encodeOfficially(nShards, symbolBytes, blob);
    const example = { nShards, blob, path, official };
    for (const { variant, threads } of SETUPS) {
      const codec = await createCodec({ nShards, variant, threads });
      try {
        expect(codec.variant).toBe(variant);
        await checkInMemory(codec, example);
        await checkStreamed(codec, example);
        await checkDecoding(codec, example, await codec.computeMetadata(blob));
      } finally {
        await codec.close();
      }
    }
    if (nShards <= OFFICIAL_DECODE_SHARDS) {
      const { primarySymbols } = encodingParameters(nShards);
      for (const indices of Object.values(patterns(nShards, primarySymbols, blob.length))) {
        const slivers = indices.flatMap((index) => official.slivers.primary[index] ?? []);
        const theirs = decodeOfficially(nShards, official.blobId, blob.length, slivers);
        expect(Buffer.compare(theirs, blob)).toBe(0);
      }
    }
    await rm(path);
  });
});
