import { createServer, type RequestListener, type Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { pino, type Logger } from 'pino';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  encodeBlobMetadata,
  encodeBlobMetadataWithId,
  encodeSliver,
  type BlobId,
} from '@walrus-ts/core';
import {
  ROUTES,
  apiError,
  createNodeClient as createFetchClient,
  type BlobStatus,
  type NodeClient,
  type PutOutcome,
} from '../../src/index.js';
import { createNodeClient } from '../../src/node/index.js';
import { createNodeApiServer, type NodeApiServer } from '../../src/server/index.js';
import {
  blobId,
  health,
  makeService,
  metadata,
  nShards,
  notRegistered,
  objectId,
  recoverySymbol,
  sliver,
} from '../support/service.js';

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(
  overrides: Parameters<typeof makeService>[0] = {},
  init: Partial<Parameters<typeof createNodeApiServer>[0]> = {},
  logger?: Logger,
): Promise<{ url: string; server: NodeApiServer }> {
  const server = await createNodeApiServer(
    { host: '127.0.0.1', port: 0, nShards: () => nShards, ...init },
    { service: makeService(overrides), ...(logger && { logger }) },
  );
  const port = await server.start();
  cleanups.push(() => server.stop(100));
  return { url: `http://127.0.0.1:${port}`, server };
}

function clients(url: string): [string, NodeClient][] {
  const list: [string, NodeClient][] = [
    ['fetch', createFetchClient({ baseUrl: url, nShards })],
    ['undici', createNodeClient({ baseUrl: url, nShards })],
  ];
  for (const [, client] of list) cleanups.push(() => client.close());
  return list;
}

async function rawServer(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(
    () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(resolve);
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A handler that holds its requests until it is told not to. */
function gate() {
  let release = (): void => undefined;
  const open = new Promise<void>((resolve) => {
    release = resolve;
  });
  let count = 0;
  return {
    release: () => release(),
    count: () => count,
    entered: async (wanted: number) => {
      while (count < wanted) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    held: async (): Promise<PutOutcome> => {
      count += 1;
      await open;
      return 'stored';
    },
  };
}

const root = (id: BlobId = blobId): string => `/v1/blobs/${id}`;

describe('client and server understand each other', () => {
  test('on every route, over fetch and over undici', async () => {
    const seen: string[] = [];
    const { url } = await serve({
      async putMetadata({ params, query, body }) {
        seen.push(`metadata ${params.blobId === blobId} ${query.pending}`);
        expect(body.decode()).toEqual(metadata);
        return query.pending === true ? 'buffered' : 'stored';
      },
      async putSliver({ params, body }) {
        seen.push(`sliver ${params.pair} ${params.axis}`);
        expect(body.decode()).toEqual(sliver);
        return 'alreadyStored';
      },
      async recoverySymbols({ query: { ids, target, proofAxis } }) {
        if (ids !== undefined) {
          seen.push(ids.map(({ primary, secondary }) => `${primary}-${secondary}`).join(' '));
          return [recoverySymbol];
        }
        seen.push(`${target?.axis} ${target?.index} ${proofAxis}`);
        return [];
      },
      async deletableConfirmation({ params, query }) {
        seen.push(
          `confirm ${params.objectId === objectId} ${query.waitForRegistration} ${query.waitMs}`,
        );
        return { serializedMessage: Uint8Array.of(9), signature: new Uint8Array(96) };
      },
    });
    for (const [name, client] of clients(url)) {
      seen.length = 0;
      expect(await client.getMetadata(blobId), name).toEqual({ blobId, metadata });
      expect(await client.putMetadata(blobId, metadata)).toBe('stored');
      expect(
        await client.putMetadata(blobId, encodeBlobMetadata(metadata), { pending: true }),
      ).toBe('buffered');
      expect(await client.metadataStatus(blobId)).toBe('stored');
      expect(await client.getSliver(blobId, 4, 'secondary')).toEqual(sliver);
      expect(await client.putSliver(blobId, 6, 'secondary', sliver)).toBe('alreadyStored');
      expect(await client.sliverStatus(blobId, 6, 'secondary')).toBe('nonexistent');
      expect((await client.confirmation(blobId, { kind: 'permanent' })).signature).toEqual(
        new Uint8Array(96).fill(5),
      );
      expect(
        await client.confirmation(
          blobId,
          { kind: 'deletable', objectId },
          { waitForRegistration: true, waitMs: 1500 },
        ),
      ).toEqual({ serializedMessage: Uint8Array.of(9), signature: new Uint8Array(96) });
      expect(
        await client.recoverySymbols(blobId, {
          ids: [
            { primary: 1, secondary: 2 },
            { primary: 17, secondary: 942 },
          ],
        }),
      ).toEqual([recoverySymbol]);
      expect(
        await client.recoverySymbols(blobId, {
          target: { axis: 'primary', index: 4 },
          proofAxis: 'secondary',
        }),
      ).toEqual([]);
      expect(await client.blobStatus(blobId)).toEqual({ kind: 'nonexistent' });
      expect(await client.health({ detailed: true })).toEqual(health);
      expect(seen, name).toEqual([
        'metadata true undefined',
        'metadata true true',
        'sliver 6 secondary',
        'confirm true true 1500',
        '1-2 17-942',
        'primary 4 secondary',
      ]);
    }
  });

  test('on every kind of blob status', async () => {
    const statuses: BlobStatus[] = [
      { kind: 'invalid', event: { txDigest: 'abc', eventSeq: '7' } },
      {
        kind: 'permanent',
        endEpoch: 12,
        isCertified: true,
        statusEvent: { txDigest: 'abc', eventSeq: '0' },
        deletableCounts: { total: 2, certified: 1 },
        initialCertifiedEpoch: 3,
      },
      {
        kind: 'deletable',
        initialCertifiedEpoch: null,
        deletableCounts: { total: 1, certified: 0 },
      },
    ];
    let next = 0;
    const { url } = await serve({ blobStatus: async () => statuses[next++] as BlobStatus });
    const [[, client]] = clients(url) as [[string, NodeClient]];
    for (const status of statuses) expect(await client.blobStatus(blobId)).toEqual(status);
  });

  test('on errors: status, reason, retryability', async () => {
    const { url } = await serve({
      putMetadata: notRegistered,
      getSliver: async () => {
        throw apiError('NOT_FOUND', 'SLIVER_NOT_FOUND');
      },
      health: async () => {
        throw new Error('secret detail');
      },
    });
    for (const [name, client] of clients(url)) {
      await expect(client.putMetadata(blobId, metadata), name).rejects.toMatchObject({
        code: 'NODE_API_NOT_REGISTERED',
        httpStatus: 400,
        status: 'FAILED_PRECONDITION',
        reason: 'NOT_REGISTERED',
        domain: 'storage.walrus.space',
        retryable: true,
      });
      await expect(client.getSliver(blobId, 0, 'primary'), name).rejects.toMatchObject({
        code: 'NODE_API_SLIVER_NOT_FOUND',
        httpStatus: 404,
        retryable: false,
      });
      const error: unknown = await client.health().catch((caught: unknown) => caught);
      expect(error).toMatchObject({
        code: 'NODE_API_INTERNAL_ERROR',
        httpStatus: 500,
        domain: 'global',
        retryable: true,
      });
      expect(String(error)).not.toContain('secret');
    }
  });
});

describe('the server speaks as the specification says', () => {
  test('success envelopes, content types and the three statuses of a PUT', async () => {
    let outcome: PutOutcome = 'stored';
    const { url } = await serve({ putSliver: async () => outcome });
    const put = (): Promise<Response> =>
      fetch(`${url}${root()}/slivers/3/primary`, {
        method: 'PUT',
        body: encodeSliver(sliver) as NonNullable<RequestInit['body']>,
      });
    for (const [value, status] of [
      ['stored', 201],
      ['buffered', 202],
      ['alreadyStored', 200],
    ] as const) {
      outcome = value;
      const response = await put();
      expect(response.status).toBe(status);
      const body = (await response.json()) as { success: { code: number; data: unknown } };
      expect(body.success.code).toBe(status);
      expect(typeof body.success.data).toBe('string');
    }
    const status = await fetch(`${url}${root()}/metadata/status`);
    expect(status.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await status.text()).toBe('{"success":{"code":200,"data":"stored"}}');
    const bcs = await fetch(`${url}${root()}/metadata`);
    expect(bcs.headers.get('content-type')).toBe('application/octet-stream');
    expect(new Uint8Array(await bcs.arrayBuffer())).toEqual(
      encodeBlobMetadataWithId(blobId, metadata),
    );
  });

  test('blob status: outer names in camel case, counters in snake case', async () => {
    const { url } = await serve({
      blobStatus: async () => ({
        kind: 'permanent',
        endEpoch: 12,
        isCertified: false,
        statusEvent: { txDigest: 'abc', eventSeq: '0' },
        deletableCounts: { total: 2, certified: 1 },
        initialCertifiedEpoch: null,
      }),
    });
    const body = await (await fetch(`${url}${root()}/status`)).json();
    expect(body).toEqual({
      success: {
        code: 200,
        data: {
          permanent: {
            endEpoch: 12,
            isCertified: false,
            statusEvent: { txDigest: 'abc', eventSeq: '0' },
            deletableCounts: { count_deletable_total: 2, count_deletable_certified: 1 },
            initialCertifiedEpoch: null,
          },
        },
      },
    });
  });

  test('error envelopes with their keys in order', async () => {
    const { url } = await serve({
      putMetadata: notRegistered,
      health: async () => {
        throw new TypeError('inner');
      },
    });
    const refused = await fetch(`${url}${root()}/metadata`, {
      method: 'PUT',
      body: encodeBlobMetadata(metadata) as NonNullable<RequestInit['body']>,
    });
    expect(await refused.text()).toBe(
      '{"error":{"status":"FAILED_PRECONDITION","code":400,' +
        '"message":"the node has not seen a live registration of the blob",' +
        '"details":[{"@type":"ErrorInfo","reason":"NOT_REGISTERED","domain":"storage.walrus.space","metadata":{}}]}}',
    );
    const failed = await (await fetch(`${url}/v1/health`)).json();
    expect(failed).toEqual({
      error: {
        status: 'INTERNAL',
        code: 500,
        message: 'an internal error has occurred, please report it',
        details: [
          { '@type': 'ErrorInfo', reason: 'INTERNAL_ERROR', domain: 'global', metadata: {} },
          {
            '@type': 'DebugInfo',
            stackEntries: [],
            detail: expect.stringMatching(/^TraceID: .+/) as unknown,
          },
        ],
      },
    });
  });

  test('content types: metadata insists on octet-stream, slivers take anything', async () => {
    const { url } = await serve();
    const put = (path: string, type: string | undefined, body: Uint8Array): Promise<Response> =>
      fetch(`${url}${root()}${path}`, {
        method: 'PUT',
        body: body as NonNullable<RequestInit['body']>,
        headers: type === undefined ? {} : { 'content-type': type },
      });
    for (const type of ['text/plain', 'application/json', 'nonsense']) {
      const refused = await put('/metadata', type, encodeBlobMetadata(metadata));
      expect(refused.status, type).toBe(400);
      expect(await refused.text(), type).toContain('INVALID_CONTENT_TYPE');
      const taken = await put('/slivers/3/primary', type, encodeSliver(sliver));
      expect(taken.status, type).toBe(201);
    }
    for (const type of [undefined, 'application/octet-stream']) {
      expect((await put('/metadata', type, encodeBlobMetadata(metadata))).status).toBe(201);
    }
  });

  test('bodies that do not decode', async () => {
    const { url } = await serve({
      putMetadata: async ({ body }) => (body.decode(), 'stored'),
      putSliver: async ({ body }) => (body.decode(), 'stored'),
    });
    const put = async (path: string, body: Uint8Array): Promise<string> => {
      const response = await fetch(`${url}${root()}${path}`, {
        method: 'PUT',
        body: body as NonNullable<RequestInit['body']>,
      });
      expect(response.status).toBe(400);
      return response.text();
    };
    expect(await put('/metadata', Uint8Array.of(0, 1, 2))).toContain('INVALID_BCS');
    expect(await put('/metadata', new Uint8Array(0))).toContain('INVALID_BCS');
    const raptor = encodeBlobMetadata(metadata);
    raptor[1] = 0;
    expect(await put('/metadata', raptor)).toContain('UNSUPPORTED_ENCODING_TYPE');
    expect(await put('/slivers/1/primary', Uint8Array.of(9))).toContain('INVALID_SLIVER');
  });

  test('malformed paths and queries get plain text', async () => {
    const { url } = await serve();
    for (const path of [
      '/v1/blobs/short/metadata',
      `/v1/blobs/${'A'.repeat(300)}/metadata`,
      `${root()}/slivers/65536/primary`,
      `${root()}/slivers/-1/primary`,
      `${root()}/slivers/1e1/primary`,
      `${root()}/slivers/1/Primary`,
      `${root()}/confirmation/deletable/xyz`,
      `${root()}/confirmation/permanent?wait_millis=soon`,
      '/v1/health?detailed=maybe',
      `${root()}/recoverySymbols?id=1`,
      `${root()}/recoverySymbols?id=1-2-3`,
      `${root()}/recoverySymbols?targetSliver=1`,
    ]) {
      const response = await fetch(url + path);
      expect(response.status, path).toBe(400);
      expect(response.headers.get('content-type'), path).toMatch(/^text\/plain/);
    }
    const put = (query: string): Promise<Response> =>
      fetch(`${url}${root()}/metadata${query}`, {
        method: 'PUT',
        body: Uint8Array.of(1) as NonNullable<RequestInit['body']>,
      });
    expect((await put('?pending=true&x=1')).status).toBe(400);
    expect((await put('?pending=yes')).status).toBe(400);
    expect((await put('?pending=false')).status).toBe(201);
    expect((await fetch(`${url}/v1/health?x=1`)).status).toBe(200);
    const unknown = await fetch(`${url}/v1/nothing`);
    expect(unknown.status).toBe(404);
    expect(await unknown.text()).toContain('ROUTE_NOT_FOUND');
  });

  test('CORS on every answer, also on errors and preflights', async () => {
    const { url } = await serve({ putMetadata: notRegistered });
    const headers = { origin: 'https://app.example' };
    const answers = [
      await fetch(`${url}/v1/health`, { headers }),
      await fetch(`${url}/v1/nothing`, { headers }),
      await fetch(`${url}/v1/%`, { headers }),
      await fetch(`${url}/v1/blobs/x/metadata`, { headers }),
      await fetch(`${url}${root()}/metadata`, {
        method: 'PUT',
        headers,
        body: encodeBlobMetadata(metadata) as NonNullable<RequestInit['body']>,
      }),
      await fetch(`${url}${root()}/metadata`, {
        method: 'PUT',
        headers,
        body: new Uint8Array(3 * 1024 * 1024),
      }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 400, 400, 400, 413]);
    for (const answer of answers) {
      expect(answer.headers.get('access-control-allow-origin'), answer.url).toBe('*');
    }
    const preflight = await fetch(`${url}${root()}/metadata`, {
      method: 'OPTIONS',
      headers: {
        ...headers,
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'content-type, x-own',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PUT');
    expect(preflight.headers.get('access-control-allow-headers')).toContain('x-own');
  });

  test('limits bodies by length and by what really arrives', async () => {
    const { url } = await serve();
    const path = `${root()}/slivers/3/primary`;
    const limit = ROUTES.putSliver.body?.maxBytes(nShards) ?? 0;
    expect(limit).toBe(5 * 65534 + 128);
    const put = (size: number): Promise<Response> =>
      fetch(url + path, { method: 'PUT', body: new Uint8Array(size) });
    expect((await put(limit)).status).toBe(201);
    expect((await put(limit + 1)).status).toBe(413);
    // Chunked: no length is announced.
    const chunked = await rawPut(url, path, limit + 65536);
    expect(chunked).toContain(' 413 ');
  });

  test('refuses bodies for which there is no memory in time', async () => {
    const { held, release, entered } = gate();
    const { url } = await serve(
      { putSliver: held },
      { maxBodyBytesInFlight: 1000, bodyWaitMs: 50 },
    );
    const path = `${url}${root()}/slivers/3/primary`;
    const put = (size: number): Promise<Response> =>
      fetch(path, { method: 'PUT', body: new Uint8Array(size) });
    const first = put(600);
    await entered(1);
    expect((await put(600)).status).toBe(503);
    release();
    expect((await first).status).toBe(201);
    expect((await put(600)).status).toBe(201);
    // Would never fit.
    expect((await put(1001)).status).toBe(503);
  });

  test('lets bodies wait for memory, in line, and forgets those whose senders leave', async () => {
    const { held, release, entered, count } = gate();
    const lines: string[] = [];
    const logger = pino({ level: 'debug' }, { write: (line) => void lines.push(line) });
    const logged = (text: string, times: number): Promise<void> =>
      vi.waitFor(
        () => expect(lines.filter((line) => line.includes(text))).toHaveLength(times),
        10_000,
      );
    const { url } = await serve({ putSliver: held }, { maxBodyBytesInFlight: 1000 }, logger);
    const path = `${url}${root()}/slivers/3/primary`;
    const put = (size: number, signal?: AbortSignal): Promise<number> =>
      fetch(path, { method: 'PUT', body: new Uint8Array(size), signal: signal ?? null }).then(
        ({ status }) => status,
      );
    const first = put(600);
    await entered(1);
    const leaving = new AbortController();
    const left = put(900, leaving.signal).catch(() => 'left');
    await logged('waits for memory', 1);
    const others = [put(500), put(500), put(400)];
    await logged('waits for memory', 4);
    leaving.abort();
    expect(await left).toBe('left');
    // The server notices in its own time. Nobody else gets in: the next one needs 500, too.
    await logged('"answered"', 1);
    expect(count()).toBe(1);
    release();
    expect(await first).toBe(201);
    expect(await Promise.all(others)).toEqual([201, 201, 201]);
    expect(count()).toBe(4);
  });

  test('ends requests that take too long and tells the service', async () => {
    let aborted = false;
    const { url } = await serve(
      {
        blobStatus: ({ signal }) =>
          new Promise(() => signal.addEventListener('abort', () => (aborted = true))),
      },
      { handlerTimeoutMs: 50 },
    );
    const response = await fetch(`${url}${root()}/status`);
    expect(response.status).toBe(504);
    expect(await response.text()).toContain('DEADLINE_EXCEEDED');
    expect(aborted).toBe(true);
  });

  test('lets running requests finish when it stops, within the grace', async () => {
    let entered = 0;
    const slow = (ms: number) => async () => {
      entered += 1;
      await new Promise((resolve) => setTimeout(resolve, ms));
      return health;
    };
    const graceful = await serve({ health: slow(200) });
    const running = fetch(`${graceful.url}/v1/health`);
    while (entered === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await graceful.server.stop(2000);
    expect((await running).status).toBe(200);
    const stuck = await serve({ health: slow(5000) });
    entered = 0;
    const cut = fetch(`${stuck.url}/v1/health`).then(
      () => 'answered',
      () => 'cut',
    );
    while (entered === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const before = performance.now();
    await stuck.server.stop(100);
    expect(performance.now() - before).toBeLessThan(2000);
    expect(await cut).toBe('cut');
  });
});

describe('the client defends itself', () => {
  test('against answers that are too large, announced or not', async () => {
    const url = await rawServer((request, response) => {
      if (request.url?.includes('/metadata') === true) {
        response.setHeader('content-length', 1e9);
        response.write('x');
        return;
      }
      const flood = (): void => {
        while (response.write(Buffer.alloc(65536))) if (response.destroyed) return;
        response.once('drain', flood);
      };
      flood();
    });
    for (const [name, client] of clients(url)) {
      const expected = { code: 'NODE_API_RESPONSE_TOO_LARGE', retryable: false };
      await expect(client.getMetadata(blobId), name).rejects.toMatchObject(expected);
      await expect(client.getSliver(blobId, 0, 'primary'), name).rejects.toMatchObject(expected);
      await expect(
        client.getSliver(blobId, 0, 'primary', { maxBytes: 10 }),
        name,
      ).rejects.toMatchObject({ data: { limitBytes: 10 } });
      await expect(client.health(), name).rejects.toMatchObject(expected);
    }
  });

  test('against servers that never answer or never finish', async () => {
    const url = await rawServer((request, response) => {
      if (request.url?.includes('health') === true) response.write('{');
    });
    for (const [name, client] of clients(url)) {
      const expected = { code: 'NODE_API_TIMEOUT', retryable: true };
      await expect(client.health({ timeoutMs: 50 }), name).rejects.toMatchObject(expected);
      await expect(client.blobStatus(blobId, { timeoutMs: 50 }), name).rejects.toMatchObject(
        expected,
      );
    }
  });

  test('against nonsense in answers', async () => {
    const answers = [
      '',
      'null',
      '[]',
      '{"success":{"code":200}}',
      '{"success":{"code":200,"data":{"permanent":{"endEpoch":-1}}}}',
      '{"success":{"code":200,"data":"certified"}}',
      '<html>',
    ];
    let next = 0;
    const url = await rawServer((_, response) => {
      response.end(answers[next++ % answers.length]);
    });
    for (const [name, client] of clients(url)) {
      next = 0;
      for (const answer of answers) {
        await expect(client.blobStatus(blobId), `${name} ${answer}`).rejects.toMatchObject({
          code: 'NODE_API_INVALID_RESPONSE',
        });
      }
      await expect(client.getMetadata(blobId), name).rejects.toMatchObject({
        code: 'NODE_API_INVALID_RESPONSE',
      });
    }
  });

  test('against errors without envelope and with strange ones', async () => {
    const answers: [number, string, Record<string, unknown>][] = [
      [400, 'Invalid URL', { code: 'NODE_API_ERROR_RESPONSE', httpStatus: 400, retryable: false }],
      [502, '<html>', { code: 'NODE_API_ERROR_RESPONSE', httpStatus: 502, retryable: true }],
      [499, '{"error":1}', { code: 'NODE_API_ERROR_RESPONSE', httpStatus: 499 }],
      [
        400,
        '{"error":{"status":"NEW","code":400,"message":"m","details":[{"@type":"ErrorInfo","reason":"BRAND_NEW","domain":"d"}]}}',
        { code: 'NODE_API_ERROR_RESPONSE', reason: 'BRAND_NEW', status: 'NEW', retryable: false },
      ],
      [
        400,
        '{"error":{"status":"X","code":400,"message":"m","details":[{"@type":"ErrorInfo","reason":"constructor"}]}}',
        { code: 'NODE_API_ERROR_RESPONSE' },
      ],
    ];
    let next = 0;
    const url = await rawServer((_, response) => {
      const [status, text] = answers[next++ % answers.length] ?? [500, ''];
      response.statusCode = status;
      response.end(text);
    });
    for (const [name, client] of clients(url)) {
      next = 0;
      for (const [, text, expected] of answers) {
        await expect(client.health(), `${name} ${text}`).rejects.toMatchObject(expected);
      }
    }
  });

  test('can be cancelled, before and during a call', async () => {
    const url = await rawServer(() => undefined);
    for (const [name, client] of clients(url)) {
      const controller = new AbortController();
      const call = client.health({ signal: controller.signal });
      setTimeout(() => controller.abort(new Error('enough')), 20);
      await expect(call, name).rejects.toMatchObject({
        code: 'NODE_API_ABORTED',
        retryable: false,
      });
      await expect(client.health({ signal: controller.signal }), name).rejects.toMatchObject({
        code: 'NODE_API_ABORTED',
      });
    }
  });

  test('can cancel many calls with one signal, quietly', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on('warning', onWarning);
    const url = await rawServer(() => undefined);
    const client = createNodeClient({ baseUrl: url, nShards, connections: 50 });
    cleanups.push(() => client.close());
    const controller = new AbortController();
    const calls = Array.from({ length: 40 }, () =>
      client.health({ signal: controller.signal }).catch((error: unknown) => error),
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    controller.abort();
    for (const error of await Promise.all(calls)) {
      expect(error).toMatchObject({ code: 'NODE_API_ABORTED' });
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
  });

  test('follows no redirects and reports unreachable nodes as retryable', async () => {
    const target = await serve();
    const url = await rawServer((_, response) => {
      response.writeHead(302, { location: `${target.url}/v1/health` }).end();
    });
    for (const [name, client] of clients(url)) {
      const error: unknown = await client.health().catch((caught: unknown) => caught);
      expect(error, name).toMatchObject({ name: 'NodeApiError' });
    }
    for (const [name, client] of clients('http://127.0.0.1:1')) {
      await expect(client.health(), name).rejects.toMatchObject({
        code: 'NODE_API_UNREACHABLE',
        retryable: true,
      });
    }
  });
});

function rawPut(url: string, path: string, size: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
      socket.destroy();
    });
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
    socket.write(`PUT ${path} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n`);
    for (let sent = 0; sent < size; sent += 65536) {
      socket.write('10000\r\n');
      socket.write(Buffer.alloc(65536));
      socket.write('\r\n');
    }
  });
}
