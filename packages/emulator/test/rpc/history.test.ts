import type { GrpcTypes, SuiGrpcClient } from '@mysten/sui/grpc';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Harness } from './harness.js';

describe('a chain with a bounded history', () => {
  let harness: Harness;
  let client: SuiGrpcClient;
  beforeAll(async () => {
    harness = await Harness.start({ history: { checkpoints: 4, objectCheckpoints: 2 } });
    client = harness.client();
    for (let i = 0; i < 10; i++) await harness.emulator.ledger.advanceCheckpoint();
  });
  afterAll(() => harness.close());

  it('tells where its history begins', async () => {
    const { response } = await client.ledgerService.getServiceInfo({});
    expect(response.checkpointHeight).toBe(10n);
    expect(response.lowestAvailableCheckpoint).toBe(7n);
    expect(response.lowestAvailableCheckpointObjects).toBe(9n);
  });

  it('says that what is missing was pruned', async () => {
    const checkpoint = (sequenceNumber: bigint) =>
      client.ledgerService.getCheckpoint({
        checkpointId: { oneofKind: 'sequenceNumber', sequenceNumber },
      });
    await expect(checkpoint(6n)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('history before checkpoint 7 has been pruned') as string,
    });
    expect((await checkpoint(7n)).response.checkpoint?.sequenceNumber).toBe(7n);
    await expect(checkpoint(11n)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.not.stringContaining('pruned') as string,
    });
    await expect(
      client.ledgerService.getTransaction({ digest: harness.emulator.chainId }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const clock = `0x${'6'.padStart(64, '0')}`;
    await expect(
      client.ledgerService.getObject({ objectId: clock, version: 99n }),
    ).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('history before checkpoint 9 has been pruned') as string,
    });
  });

  it('lists what is kept, and refuses to begin before it', async () => {
    const list = async (request: GrpcTypes.ListCheckpointsRequest) => {
      const frames: GrpcTypes.ListCheckpointsResponse[] = [];
      for await (const frame of client.ledgerService.listCheckpoints(request).responses) {
        frames.push(frame);
      }
      return frames;
    };
    const all = await list({ readMask: { paths: ['sequence_number'] } });
    expect(all.flatMap(({ checkpoint }) => checkpoint?.sequenceNumber ?? [])).toEqual([
      7n,
      8n,
      9n,
      10n,
    ]);
    const pruned = { code: 'NOT_FOUND', message: 'history before checkpoint 7 has been pruned' };
    await expect(list({ startCheckpoint: 6n })).rejects.toMatchObject(pruned);
    // A reader that stopped so long ago that events may be gone must learn of it.
    const after = all[0]?.watermark?.cursor ?? new Uint8Array();
    expect(await list({ options: { after } })).toHaveLength(4);
    for (let i = 0; i < 2; i++) await harness.emulator.ledger.advanceCheckpoint();
    await expect(list({ options: { after } })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
