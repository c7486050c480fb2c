import { requestSuiFromFaucetV2 } from '@mysten/sui/faucet';
import { GrpcTypes } from '@mysten/sui/grpc';
import type { SuiGrpcClient } from '@mysten/sui/grpc';
import { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';
import { Transaction } from '@mysten/sui/transactions';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Harness, execute } from './harness.js';

const { Ordering, QueryEndReason } = GrpcTypes;
const user = Ed25519Keypair.generate();
const other = Ed25519Keypair.generate();

let harness: Harness;
let client: SuiGrpcClient;
let sample: string;
/** Digests of the transactions of `user`, in order. */
const digests: string[] = [];

async function publishSample(): Promise<string> {
  const file = new URL('../ledger/fixtures/sample.json', import.meta.url);
  const { modules, dependencies } = JSON.parse(await readFile(file, 'utf8')) as {
    modules: { bytes: string }[];
    dependencies: string[];
  };
  const transaction = new Transaction();
  const cap = transaction.publish({ modules: modules.map(({ bytes }) => bytes), dependencies });
  transaction.transferObjects([cap], user.toSuiAddress());
  const { effects, digest } = await execute(client, user, transaction);
  digests.push(digest);
  return effects?.changedObjects.find(({ outputState }) => outputState === 'PackageWrite')
    ?.objectId as string;
}

async function emit(signer: Ed25519Keypair, count: number): Promise<string> {
  const transaction = new Transaction();
  transaction.moveCall({
    target: `${sample}::sample::many_events`,
    arguments: [transaction.pure.u64(count)],
  });
  const { digest } = await execute(client, signer, transaction);
  if (signer === user) digests.push(digest);
  return digest;
}

/** All frames of a List call, checked for what every stream has to keep. */
async function frames<T extends GrpcTypes.ListEventsResponse | GrpcTypes.ListTransactionsResponse>(
  responses: AsyncIterable<T>,
): Promise<T[]> {
  const found: T[] = [];
  for await (const frame of responses) {
    expect(frame.watermark?.cursor?.length, 'cursor of every frame').toBeGreaterThan(0);
    expect(found.at(-1)?.end, 'frame behind the end').toBeUndefined();
    found.push(frame);
  }
  expect(found.at(-1)?.end?.reason).toBeDefined();
  return found;
}

const noted = (): GrpcTypes.EventFilter => ({
  terms: [
    {
      literals: [
        {
          negated: false,
          predicate: {
            oneofKind: 'eventType',
            eventType: { eventType: `${sample}::sample::Noted` },
          },
        },
      ],
    },
  ],
});

const sentBy = (address: string, negated = false): GrpcTypes.TransactionLiteral => ({
  negated,
  predicate: { oneofKind: 'sender', sender: { address } },
});

beforeAll(async () => {
  harness = await Harness.start();
  client = harness.client();
  for (const recipient of [user.toSuiAddress(), other.toSuiAddress()]) {
    await requestSuiFromFaucetV2({ host: harness.emulator.faucetUrl, recipient });
  }
  sample = await publishSample();
  for (const count of [3, 1, 4]) await emit(user, count);
  await emit(other, 2);
});

afterAll(() => harness.close());

describe('listEvents of the official client', () => {
  const filters = () => [
    { eventType: `${sample}::sample::Noted` },
    { eventType: `${sample}::sample` },
    { emitModule: `${sample}::sample` },
  ];

  it('finds the events of a type, a module and a package', async () => {
    for (const filter of filters()) {
      const page = await client.listEvents({ filter });
      expect(page.events, JSON.stringify(filter)).toHaveLength(11);
      expect(page.hasNextPage).toBe(false);
      const [first] = page.events;
      expect(first).toMatchObject({
        packageId: sample,
        module: 'sample',
        sender: user.toSuiAddress(),
        eventType: `${sample}::sample::Noted`,
        json: { text: 'published', time: '0' },
        transactionDigest: digests[0],
        eventIndex: 0,
      });
      expect(Number(first?.checkpoint)).toBeGreaterThan(0);
    }
    const sent = await client.listEvents({ filter: { sender: other.toSuiAddress() } });
    expect(sent.events.map((event) => event.json)).toEqual([
      { text: 'many', time: '0' },
      { text: 'many', time: '1' },
    ]);
    const nobody = await client.listEvents({ filter: { eventType: '0x2::coin::Nothing' } });
    expect(nobody).toMatchObject({ events: [], hasNextPage: false });
  });

  it('pages forwards and backwards over the same events', async () => {
    const filter = { eventType: `${sample}::sample::Noted` };
    const identify = (event: { transactionDigest: string; eventIndex: number }) =>
      `${event.transactionDigest}/${event.eventIndex}`;
    const all = (await client.listEvents({ filter })).events.map(identify);
    for (const size of [1, 2, 3, 11, 12]) {
      const forwards: string[] = [];
      let after: string | null | undefined;
      do {
        const page = await client.listEvents({ filter, limit: size, ...(after ? { after } : {}) });
        forwards.push(...page.events.map(identify));
        after = page.hasNextPage ? page.endCursor : undefined;
      } while (after);
      expect(forwards, `pages of ${size}`).toEqual(all);

      const backwards: string[] = [];
      let before: string | null | undefined;
      do {
        const page = await client.listEvents({
          filter,
          limit: size,
          order: 'descending',
          ...(before ? { before } : {}),
        });
        backwards.push(...page.events.map(identify));
        before = page.hasNextPage ? page.endCursor : undefined;
      } while (before);
      expect(backwards, `pages of ${size} from the end`).toEqual(all.toReversed());
    }
  });
});

describe('listTransactions of the official client', () => {
  it('finds transactions by sender and by Move call', async () => {
    const sent = await client.listTransactions({ filter: { sender: user.toSuiAddress() } });
    expect(sent.transactions.map((result) => result.Transaction?.digest)).toEqual(digests);
    for (const target of [sample, `${sample}::sample`, `${sample}::sample::many_events`]) {
      const calls = await client.listTransactions({ filter: { function: target } });
      expect(calls.transactions, target).toHaveLength(4);
    }
    const page = await client.listTransactions({
      filter: { sender: user.toSuiAddress() },
      limit: 2,
      order: 'descending',
    });
    expect(page.hasNextPage).toBe(true);
    expect(page.transactions.map((result) => result.Transaction?.digest)).toEqual(
      digests.toReversed().slice(0, 2),
    );
  });
});

describe('List streams', () => {
  it('tell why they end', async () => {
    const { ledgerService } = client;
    const filter = noted();
    const readMask = { paths: ['event_index'] };
    const reasonOf = async (request: Partial<GrpcTypes.ListEventsRequest>) => {
      const all = await frames(
        ledgerService.listEvents({ filter, readMask, ...request }).responses,
      );
      return { reason: all.at(-1)?.end?.reason, items: all.filter(({ event }) => event), all };
    };
    const tip = await reasonOf({});
    expect(tip.reason).toBe(QueryEndReason.LEDGER_TIP);
    expect(tip.items).toHaveLength(11);
    expect(tip.all.at(-1)?.event).toBeUndefined();
    const status = harness.emulator.ledger.status();
    expect(tip.all.at(-1)?.watermark?.checkpoint).toBe(status.checkpoint);

    const limited = await reasonOf({ options: { limit: 11 } });
    expect(limited.reason).toBe(QueryEndReason.ITEM_LIMIT);
    expect(limited.all).toHaveLength(11);
    expect(limited.all.at(-1)?.event).toBeDefined();

    const bounded = await reasonOf({ startCheckpoint: 1n, endCheckpoint: status.checkpoint });
    expect(bounded.reason).toBe(QueryEndReason.CHECKPOINT_BOUND);
    expect(bounded.items).toHaveLength(9);
    expect(bounded.all.at(-1)?.watermark?.checkpoint).toBe(status.checkpoint - 1n);

    const cursors = tip.items.map(({ watermark }) => watermark?.cursor ?? new Uint8Array());
    const [after, before] = [cursors[2], cursors[7]] as [Uint8Array, Uint8Array];
    const between = await reasonOf({ options: { after, before } });
    expect(between.reason).toBe(QueryEndReason.CURSOR_BOUND);
    expect(between.items.map(({ watermark }) => watermark?.cursor)).toEqual(cursors.slice(3, 7));
    const reversed = await reasonOf({
      options: { after, before, ordering: Ordering.DESCENDING },
    });
    expect(reversed.reason).toBe(QueryEndReason.CURSOR_BOUND);
    expect(reversed.items.map(({ watermark }) => watermark?.cursor)).toEqual(
      cursors.slice(3, 7).toReversed(),
    );
    const genesis = await reasonOf({ options: { ordering: Ordering.DESCENDING } });
    expect(genesis.reason).toBe(QueryEndReason.CHECKPOINT_BOUND);
    expect(genesis.items).toHaveLength(11);
  });

  it('read on behind the tip with the cursor of the last frame', async () => {
    const { ledgerService } = client;
    const filter = noted();
    const first = await frames(ledgerService.listEvents({ filter }).responses);
    const after = first.at(-1)?.watermark?.cursor ?? new Uint8Array();
    const nothing = await frames(
      ledgerService.listEvents({ filter, options: { after } }).responses,
    );
    expect(nothing).toHaveLength(1);
    expect(nothing[0]?.watermark?.cursor).toEqual(after);
    const digest = await emit(other, 2);
    const more = await frames(ledgerService.listEvents({ filter, options: { after } }).responses);
    expect(more.map(({ event }) => event?.transactionDigest)).toEqual([digest, digest, undefined]);
  });

  it('combine, negate and scan without an index', async () => {
    const { ledgerService } = client;
    const mine = sentBy(user.toSuiAddress());
    const list = async (filter?: GrpcTypes.TransactionFilter, limit = 1000) =>
      (
        await frames(
          ledgerService.listTransactions({
            ...(filter === undefined ? {} : { filter }),
            options: { limit },
          }).responses,
        )
      ).flatMap(({ transaction }) => transaction?.digest ?? []);
    const everything = await list();
    const { totalTransactions } = harness.emulator.ledger.status();
    expect(BigInt(everything.length)).toBe(totalTransactions);
    expect(await list({ terms: [{ literals: [mine] }] })).toEqual(digests);
    const notMine = await list({ terms: [{ literals: [sentBy(user.toSuiAddress(), true)] }] });
    expect(new Set([...notMine, ...digests])).toEqual(new Set(everything));
    expect(notMine.length + digests.length).toBe(everything.length);
    const publishes = await list({
      terms: [
        {
          literals: [
            mine,
            { negated: false, predicate: { oneofKind: 'packageWrite', packageWrite: {} } },
          ],
        },
      ],
    });
    expect(publishes).toEqual(digests.slice(0, 1));
    const either = await list({
      terms: [{ literals: [mine] }, { literals: [sentBy(other.toSuiAddress())] }],
    });
    expect(either).toEqual(everything.filter((digest) => either.includes(digest)));
    expect(either.length).toBeGreaterThan(digests.length);
    const affected = await list({
      terms: [
        {
          literals: [
            {
              negated: false,
              predicate: {
                oneofKind: 'affectedAddress',
                affectedAddress: { address: other.toSuiAddress() },
              },
            },
          ],
        },
      ],
    });
    // The gift of the faucet, then the transactions of `other` itself.
    expect(affected[0]).not.toBe(undefined);
    expect(affected.slice(1)).toEqual(
      await list({ terms: [{ literals: [sentBy(other.toSuiAddress())] }] }),
    );
    const clock = await list({
      terms: [
        {
          literals: [
            {
              negated: false,
              predicate: { oneofKind: 'affectedObject', affectedObject: { objectId: '0x6' } },
            },
          ],
        },
      ],
    });
    // Genesis made it, the first transaction of every other checkpoint with transactions sets it.
    const { checkpoint } = harness.emulator.ledger.status();
    expect(BigInt(clock.length)).toBe(checkpoint + 1n);
    const streams = await list({
      terms: [
        {
          literals: [
            {
              negated: false,
              predicate: { oneofKind: 'eventStreamHead', eventStreamHead: { streamId: '0x6' } },
            },
          ],
        },
      ],
    });
    expect(streams).toEqual([]);
  });

  it('list checkpoints, all or those with a matching transaction', async () => {
    const { ledgerService } = client;
    const readMask = { paths: ['sequence_number', 'digest'] };
    const list = async (request: Partial<GrpcTypes.ListCheckpointsRequest>) => {
      const numbers: (bigint | undefined)[] = [];
      let end: GrpcTypes.QueryEndReason | undefined;
      for await (const frame of ledgerService.listCheckpoints({ readMask, ...request }).responses) {
        if (frame.checkpoint !== undefined) numbers.push(frame.checkpoint.sequenceNumber);
        end = frame.end?.reason;
      }
      return { numbers, end };
    };
    const { checkpoint } = harness.emulator.ledger.status();
    const all = await list({ options: { limit: 1000 } });
    expect(all.numbers).toEqual(
      Array.from({ length: Number(checkpoint) + 1 }, (_, i) => BigInt(i)),
    );
    const some = await list({
      startCheckpoint: 1n,
      endCheckpoint: 4n,
      options: { ordering: Ordering.DESCENDING },
    });
    expect(some).toEqual({ numbers: [3n, 2n, 1n], end: QueryEndReason.CHECKPOINT_BOUND });
    const mine = await list({ filter: { terms: [{ literals: [sentBy(user.toSuiAddress())] }] } });
    const expected = digests.map(
      (digest) => harness.emulator.ledger.transaction(digest)?.checkpoint,
    );
    expect(mine.numbers).toEqual(expected);
  });

  it('refuse malformed filters, cursors and orderings', async () => {
    const { ledgerService } = client;
    const hostile: Partial<GrpcTypes.ListEventsRequest>[] = [
      { filter: { terms: [] } },
      { filter: { terms: [{ literals: [] }] } },
      {
        filter: {
          terms: [{ literals: [{ negated: false, predicate: { oneofKind: undefined } }] }],
        },
      },
      { filter: { terms: Array.from({ length: 33 }, () => noted().terms).flat() } },
      { options: { after: new Uint8Array(3) } },
      { options: { before: new Uint8Array(21).fill(1) } },
      { options: { ordering: 7 as GrpcTypes.Ordering } },
      { readMask: { paths: ['nonsense'] } },
      ...['0x2::a::b::c', 'zz', '0x2::1a', '0x2::a::B<', '0x2::a::'].map((eventType) => ({
        filter: {
          terms: [
            {
              literals: [
                {
                  negated: false,
                  predicate: { oneofKind: 'eventType' as const, eventType: { eventType } },
                },
              ],
            },
          ],
        },
      })),
    ];
    for (const request of hostile) {
      const call = ledgerService.listEvents(request);
      await expect(
        call.responses[Symbol.asyncIterator]().next(),
        JSON.stringify(request, (_, value) => (typeof value === 'bigint' ? `${value}` : value)),
      ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
  });
});

describe('subscriptions to items', () => {
  it('deliver every event once, also to a reader that lost its connection', async () => {
    const filter = noted();
    const readMask = { paths: ['event_index', 'transaction_digest', 'json'] };
    const seen: string[] = [];
    const key = (event: Pick<GrpcTypes.Event, 'transactionDigest' | 'eventIndex'> | undefined) =>
      `${event?.transactionDigest}/${event?.eventIndex}`;
    let cursor: Uint8Array | undefined;
    const subscribe = async (until: number, during: () => Promise<unknown>): Promise<void> => {
      const abort = new AbortController();
      const call = client.subscriptionService.subscribeEvents(
        { filter, readMask },
        { abort: abort.signal },
      );
      let work: Promise<unknown> | undefined;
      try {
        for await (const frame of call.responses) {
          if (work === undefined) {
            // The first frame says where the subscription begins: everything before it is listed.
            expect(frame.event).toBeUndefined();
            const missed = client.ledgerService.listEvents({
              filter,
              readMask,
              options: {
                limit: 1000,
                ...(cursor === undefined ? {} : { after: cursor }),
                before: frame.watermark?.cursor ?? new Uint8Array(),
              },
            });
            for await (const { event } of missed.responses) {
              if (event !== undefined) seen.push(key(event));
            }
            work = during();
          }
          cursor = frame.watermark?.cursor;
          if (frame.event !== undefined) seen.push(key(frame.event));
          if (seen.length >= until) break;
        }
      } finally {
        abort.abort();
        await call.then(
          () => {},
          () => {},
        );
        await work;
      }
    };
    const known = (
      await client.listEvents({ filter: { eventType: `${sample}::sample` }, limit: 100 })
    ).events;
    await subscribe(known.length + 3, () => emit(user, 3));
    await emit(other, 5);
    await subscribe(known.length + 10, () => emit(user, 2));
    const all = await client.listEvents({ filter: { eventType: `${sample}::sample` }, limit: 100 });
    expect(seen).toEqual(all.events.map(key));
    expect(new Set(seen).size).toBe(known.length + 10);
  });

  it('deliver transactions of a sender, and progress for the others', async () => {
    const abort = new AbortController();
    const call = client.subscriptionService.subscribeTransactions(
      {
        filter: { terms: [{ literals: [sentBy(user.toSuiAddress())] }] },
        readMask: { paths: ['digest', 'checkpoint', 'transaction_index'] },
      },
      { abort: abort.signal },
    );
    const received: GrpcTypes.SubscribeTransactionsResponse[] = [];
    let work: Promise<string> | undefined;
    try {
      for await (const frame of call.responses) {
        received.push(frame);
        work ??= emit(other, 1).then(() => emit(user, 1));
        if (frame.transaction !== undefined) break;
      }
    } finally {
      abort.abort();
      await call.then(
        () => {},
        () => {},
      );
    }
    expect(received.at(-1)?.transaction?.digest).toBe(await work);
    expect(received.at(-1)?.transaction?.transactionIndex).toBeGreaterThan(0n);
    expect(received.length).toBeGreaterThan(1);
    for (const { transaction } of received.slice(0, -1)) expect(transaction).toBeUndefined();
  });

  it('deliver checkpoints with a matching transaction only, and a cursor for the others', async () => {
    const abort = new AbortController();
    const call = client.subscriptionService.subscribeCheckpoints(
      {
        filter: { terms: [{ literals: [sentBy(user.toSuiAddress())] }] },
        readMask: { paths: ['sequence_number', 'transactions.digest'] },
      },
      { abort: abort.signal },
    );
    let work: Promise<string> | undefined;
    let last = -1n;
    let found: GrpcTypes.Checkpoint | undefined;
    try {
      for await (const { cursor, checkpoint } of call.responses) {
        expect(cursor).toBeGreaterThan(last);
        last = cursor ?? -1n;
        const isFirst = work === undefined;
        work ??= emit(other, 1).then(() => emit(user, 1));
        if (checkpoint !== undefined && !isFirst) {
          found = checkpoint;
          break;
        }
      }
    } finally {
      abort.abort();
      await call.then(
        () => {},
        () => {},
      );
    }
    expect(found?.sequenceNumber).toBe(last);
    expect(found?.transactions.map(({ digest }) => digest)).toContain(await work);
  });
});
