import { afterEach, expect, test } from 'vitest';
import { encodeSliver, pairOfShard, sliverIndexOfPair, type SliverAxis } from '@walrus-ts/core';
import { createCodec } from '@walrus-ts/redstuff';
import { NodeConfigSchema, createStorageNode } from '../../src/index.js';
import { registered } from '../support/fake-chain.mjs';
import { startTestNode } from '../support/test-node.mjs';

const nShards = 10;
const shards = [0, 1, 2, 3, 4, 5, 6, 7];
let running: Awaited<ReturnType<typeof startTestNode>> | undefined;

afterEach(async () => {
  await running?.stop();
  running = undefined;
});

test('a lost sliver of either axis can be rebuilt from the symbols a node serves', async () => {
  running = await startTestNode({ createStorageNode, NodeConfigSchema }, { nShards, shards });
  const { client, chain } = running;
  const codec = await createCodec({ nShards });
  const blob = await codec.encode(Uint8Array.from({ length: 4000 }, (_, i) => (i * 7) & 255));
  const { blobId, metadata } = blob;
  chain.push(registered(blobId));
  await client.putMetadata(blobId, metadata);
  for (const shard of shards) {
    const pair = pairOfShard(nShards, blobId, shard);
    for (const axis of ['primary', 'secondary'] as const) {
      const sliver = blob.sliver(axis, sliverIndexOfPair(nShards, axis, pair));
      await client.putSliver(blobId, pair, axis, sliver);
    }
  }

  const lostPair = pairOfShard(nShards, blobId, 9);
  for (const axis of ['primary', 'secondary'] satisfies SliverAxis[]) {
    const index = sliverIndexOfPair(nShards, axis, lostPair);
    const symbols = await client.recoverySymbols(blobId, {
      target: { axis, index },
      proofAxis: axis === 'primary' ? 'secondary' : 'primary',
    });
    expect(symbols).toHaveLength(shards.length);
    const verified = [];
    for (const symbol of symbols) {
      verified.push(await codec.verifyGeneralRecoverySymbol({ metadata, axis, index, symbol }));
    }
    const recovered = await codec.recoverSliver({ metadata, axis, index, symbols: verified });
    if (recovered.kind !== 'recovered') throw new Error(`${axis} sliver: ${recovered.kind}`);
    expect(encodeSliver(recovered.sliver)).toEqual(encodeSliver(blob.sliver(axis, index)));
  }

  // Single symbols come from whichever sliver is here: row `lost` is not, the columns are.
  const held = sliverIndexOfPair(nShards, 'secondary', pairOfShard(nShards, blobId, 3));
  const ids = [{ primary: lostPair, secondary: held }];
  expect(await client.recoverySymbols(blobId, { ids })).toMatchObject([
    { sourceAxis: 'secondary', sourceIndex: held, targetIndex: lostPair },
  ]);
  const own = sliverIndexOfPair(nShards, 'primary', pairOfShard(nShards, blobId, 3));
  const fromItself = await client.recoverySymbols(blobId, {
    target: { axis: 'primary', index: own },
    proofAxis: 'primary',
  });
  expect(fromItself).toHaveLength(nShards);

  const lostSecondary = sliverIndexOfPair(nShards, 'secondary', lostPair);
  const refusals = [
    [{}, 'NO_SYMBOLS_SPECIFIED'],
    [{ ids, target: { axis: 'primary', index: 0 } }, 'INVALID_FILTER'],
    [{ ids: [{ primary: 10, secondary: 0 }] }, 'INDEX_OUT_OF_RANGE'],
    [{ ids, proofAxis: 'primary' }, 'SYMBOL_NOT_PRESENT_AT_SHARDS'],
    [{ ids: [{ primary: lostPair, secondary: lostSecondary }] }, 'SYMBOL_NOT_PRESENT_AT_SHARDS'],
  ] as const;
  for (const [query, reason] of refusals) {
    await expect(client.recoverySymbols(blobId, query), reason).rejects.toMatchObject({
      reason,
      httpStatus: 400,
    });
  }
});
