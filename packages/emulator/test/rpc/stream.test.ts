import type { GrpcTypes } from '@mysten/sui/grpc';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Harness } from './harness.js';

const HEARTBEAT_MS = 150;
let harness: Harness;

beforeAll(async () => {
  harness = await Harness.start({ heartbeatIntervalMs: HEARTBEAT_MS });
});

afterAll(() => harness.close());

const NODE_MASK = [
  'sequence_number',
  'digest',
  'summary.epoch',
  'summary.timestamp',
  'transactions.digest',
  'transactions.events',
  'transactions.effects.status',
];

/** Collects frames of a subscription until `count` arrived. */
async function collect(
  count: number,
  format: 'text' | 'binary',
  during: () => Promise<unknown> = async () => {},
): Promise<GrpcTypes.SubscribeCheckpointsResponse[]> {
  const abort = new AbortController();
  const call = harness
    .client(format)
    .subscriptionService.subscribeCheckpoints(
      { readMask: { paths: NODE_MASK } },
      { abort: abort.signal },
    );
  const frames: GrpcTypes.SubscribeCheckpointsResponse[] = [];
  let work: Promise<unknown> | undefined;
  try {
    for await (const frame of call.responses) {
      frames.push(frame);
      work ??= during();
      if (frames.length >= count) break;
    }
  } finally {
    abort.abort();
    await call.then(
      () => {},
      () => {},
    );
    await work;
  }
  return frames;
}

describe('checkpoint subscriptions', () => {
  it.each(['text', 'binary'] as const)(
    'deliver every checkpoint in order, with its transactions, in %s format',
    async (format) => {
      const digests: string[] = [];
      const frames = await collect(8, format, async () => {
        for (let i = 0; i < 4; i++) {
          const recipient = `0x${(i + 1).toString(16).padStart(64, '0')}`;
          const response = await fetch(`${harness.emulator.faucetUrl}/v2/gas`, {
            method: 'POST',
            body: JSON.stringify({ FixedAmountRequest: { recipient } }),
            headers: { 'content-type': 'application/json' },
          });
          const body = (await response.json()) as { coins_sent: { transferTxDigest: string }[] };
          digests.push(body.coins_sent[0]?.transferTxDigest ?? '');
        }
      });
      const first = frames[0]?.cursor ?? 0n;
      expect(frames.map((frame) => frame.cursor)).toEqual(
        frames.map((_, index) => first + BigInt(index)),
      );
      for (const { cursor, checkpoint } of frames) {
        expect(checkpoint?.sequenceNumber).toBe(cursor);
        expect(checkpoint?.summary?.timestamp?.seconds).toBeGreaterThan(0n);
        expect(checkpoint?.contents).toBeUndefined();
      }
      const seen = frames.flatMap(({ checkpoint }) =>
        (checkpoint?.transactions ?? []).map((transaction) => transaction.digest),
      );
      expect(digests).toHaveLength(4);
      for (const digest of digests) expect(seen).toContain(digest);
    },
  );

  it('carry heartbeats while the chain is idle, and only while somebody listens', async () => {
    const started = Date.now();
    await collect(4, 'binary');
    expect(Date.now() - started).toBeGreaterThanOrEqual(2 * HEARTBEAT_MS);
    const isQuiet = async (): Promise<boolean> => {
      const { checkpoint } = harness.emulator.ledger.status();
      await delay(4 * HEARTBEAT_MS);
      return harness.emulator.ledger.status().checkpoint === checkpoint;
    };
    await expect.poll(isQuiet, { timeout: 10_000 }).toBe(true);
  });

  it('refuse malformed filters rather than ignoring them', async () => {
    const call = harness.client().subscriptionService.subscribeCheckpoints({
      filter: { terms: [{ literals: [] }] },
    });
    await expect(call.responses[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });
});

describe('checkpoints', () => {
  it('are read by number, by digest and as the newest, with BCS for nodes', async () => {
    const { ledgerService } = harness.client();
    const readMask = {
      paths: [
        'summary.bcs',
        'contents.bcs',
        'signature',
        'digest',
        'sequence_number',
        'transactions.transaction.bcs',
        'transactions.effects.bcs',
        'transactions.effects.unchanged_loaded_runtime_objects',
        'transactions.events.bcs',
        'objects.objects.bcs',
      ],
    };
    const newest = await ledgerService.getCheckpoint({
      checkpointId: { oneofKind: undefined },
      readMask,
    });
    const digest = newest.response.checkpoint?.digest ?? '';
    const same = await ledgerService.getCheckpoint({
      checkpointId: { oneofKind: 'digest', digest },
      readMask,
    });
    expect(same.response).toEqual(newest.response);
    const genesis = await ledgerService.getCheckpoint({
      checkpointId: { oneofKind: 'sequenceNumber', sequenceNumber: 0n },
      readMask,
    });
    expect(genesis.response.checkpoint?.digest).toBe(harness.emulator.chainId);
    expect(
      genesis.response.checkpoint?.transactions[0]?.effects?.bcs?.value?.length,
    ).toBeGreaterThan(0);
    expect(genesis.response.checkpoint?.objects?.objects.length).toBeGreaterThan(2);
  });
});

describe('time control', () => {
  it('moves the clock object and makes checkpoints', async () => {
    const client = harness.client();
    const clockMs = async (): Promise<bigint> => {
      const { object } = await client.core.getObject({
        objectId: '0x6',
        include: { content: true },
      });
      return Buffer.from(object.content ?? []).readBigUInt64LE(32);
    };
    await client.forkingService.advanceClock({ durationMs: 0n });
    const before = await clockMs();
    const { response } = await client.forkingService.advanceClock({ durationMs: 86_400_000n });
    expect(response.txDigest).not.toBe('');
    expect(await clockMs()).toBe(response.timestampMs);
    expect(response.timestampMs - before).toBeGreaterThanOrEqual(86_400_000n);
    const status = (await client.forkingService.getStatus({})).response;
    const next = (await client.forkingService.advanceCheckpoint({})).response;
    expect(next.checkpointSequenceNumber).toBe(status.checkpointSequenceNumber + 1n);
    expect(next.timestampMs).toBeGreaterThanOrEqual(response.timestampMs);
    await expect(
      client.forkingService.advanceClock({ durationMs: 2n ** 63n }),
    ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('does not wait until nobody else uses the chain', async () => {
    let isDone = false;
    const busy = Array.from({ length: 4 }, async () => {
      while (!isDone) await harness.emulator.ledger.advanceClock(1);
    });
    const { forkingService } = harness.client();
    try {
      const { response } = await forkingService.advanceCheckpoint({}, { timeout: 20_000 });
      const moved = await forkingService.advanceClock({ durationMs: 5n }, { timeout: 20_000 });
      expect(moved.response.timestampMs).toBeGreaterThan(response.timestampMs ?? 0n);
    } finally {
      isDone = true;
      await Promise.all(busy);
    }
  });

  it('ends with the year 9999', async () => {
    const { forkingService } = harness.client();
    const century = 100n * 365n * 86_400_000n;
    const advance = async (): Promise<never> => {
      for (let i = 0; i < 100; i++) await forkingService.advanceClock({ durationMs: century });
      throw new Error('the time passed the year 9999');
    };
    await expect(advance()).rejects.toMatchObject({ code: 'OUT_OF_RANGE' });
  });
});
