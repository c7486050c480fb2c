import { reserveSpace, type CheckpointEvents, type WalrusEvent } from '@walrus-ts/chain';
import { isWalrusError } from '@walrus-ts/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startWorld, type World } from './world.js';

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const names = (batches: readonly CheckpointEvents[]): string[] =>
  batches.flatMap(({ events }) => events.map(eventName));
const eventName = ({ id, type }: WalrusEvent): string => `${id.txDigest}:${id.eventSeq}:${type}`;

/** Reads from a checkpoint on until the last one that is wanted or a number of events, into a list. */
async function take(
  current: World,
  options: {
    readonly from: bigint;
    readonly until?: bigint;
    readonly count?: number;
    readonly into?: CheckpointEvents[];
    readonly onRetry?: () => void;
  },
): Promise<CheckpointEvents[]> {
  const { from, until, count = Infinity, into = [], onRetry } = options;
  for await (const batch of current.chain.events({ fromCheckpoint: from, onRetry })) {
    into.push(batch);
    if (batch.checkpoint === until || names(into).length >= count) break;
  }
  return into;
}

describe('event stream', () => {
  it('gives every checkpoint once, in order, across stops of the reader and of the chain', async () => {
    world = await startWorld();
    const current = world;
    const blobs = [await current.storeBlob(), await current.storeBlob()];
    const tip = await current.chain.latestCheckpoint();
    const all = await take(current, { from: 0n, until: tip });
    expect(all.map(({ checkpoint }) => checkpoint)).toEqual(all.map((_, i) => BigInt(i)));
    expect(all).toHaveLength(Number(tip) + 1);
    const stored = all
      .flatMap(({ events }) => events)
      .filter(({ type }) => type.startsWith('Blob'));
    expect(stored.map((event) => [event.type, 'objectId' in event && event.objectId])).toEqual(
      blobs.flatMap((id) => [
        ['BlobRegistered', id],
        ['BlobCertified', id],
      ]),
    );

    // Resumed anywhere, the rest is the same.
    for (const from of [tip / 2n, tip - 2n, tip]) {
      const rest = await take(current, { from, until: tip });
      expect(rest).toEqual(all.slice(Number(from)));
    }

    // While it follows, the chain goes away and comes back.
    let retries = 0;
    const seen: CheckpointEvents[] = [];
    const onRetry = () => retries++;
    const following = take(current, { from: tip + 1n, count: 4, into: seen, onRetry });
    await current.storeBlob();
    await vi.waitFor(() => expect(names(seen)).toHaveLength(2), { timeout: 30_000 });
    await current.restart();
    const late = await current.storeBlob();
    const followed = await following;
    expect(followed.map(({ checkpoint }) => checkpoint)).toEqual(
      followed.map((_, i) => tip + 1n + BigInt(i)),
    );
    expect(retries).toBeGreaterThan(0);
    const last = followed.at(-1)?.events.at(-1);
    expect(last).toMatchObject({ type: 'BlobCertified', objectId: late });
    expect(new Set(names(followed)).size).toBe(4);
  });

  it('says so when the chain has dropped what is wanted, or is far behind', async () => {
    world = await startWorld(2, 5);
    const current = world;
    const { storagePrice } = await current.chain.system();
    for (let i = 0; i < 6; i++) {
      await current.run((tx) => {
        const parameters = { encodedSize: 1000, epochs: 1, storagePrice };
        tx.transferObjects([reserveSpace(tx, current.refs, parameters)], current.owner);
      });
    }
    const read = async () => {
      for await (const batch of current.chain.events({ fromCheckpoint: 1n })) return batch;
      return undefined;
    };
    const error = await read().catch((caught: unknown) => caught);
    if (!isWalrusError(error, 'CHAIN_HISTORY_PRUNED')) throw error;
    expect(error.retryable).toBe(false);
    const lowest = BigInt(String(error.data['lowestAvailable']));
    expect(lowest).toBeGreaterThan(1n);
    // A cursor of the future is waited for, and said to be one.
    const ending = new AbortController();
    const reports: Error[] = [];
    const onRetry = (problem: Error) => {
      reports.push(problem);
      ending.abort();
    };
    const { signal } = ending;
    for await (const _ of current.chain.events({ fromCheckpoint: 10_000n, signal, onRetry })) {
      throw new Error('there is no such checkpoint');
    }
    expect(reports).toMatchObject([{ code: 'CHAIN_BEHIND', retryable: true }]);

    // Inside of the history it works.
    for await (const { checkpoint } of current.chain.events({ fromCheckpoint: lowest + 1n })) {
      expect(checkpoint).toBe(lowest + 1n);
      break;
    }
  });
});
