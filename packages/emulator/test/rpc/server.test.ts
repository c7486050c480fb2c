import { GrpcTypes, GrpcWebFetchTransport, SuiGrpcClient } from '@mysten/sui/grpc';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { decodeRequest, encodeDataFrame } from '../../src/rpc/framing.js';
import { stream, unary } from '../../src/rpc/method.js';
import type { CallContext } from '../../src/rpc/method.js';
import { createRpcServer } from '../../src/rpc/server.js';
import { RpcFailure } from '../../src/rpc/status.js';

// Methods with made-up behaviour: these tests are about the wire, not about a chain.
const { ForkingService, LedgerService, SubscriptionService } = GrpcTypes;
const FRAME_BYTES = 256 * 1024;

let framesMade = 0;
let streamsEnded = 0;

async function* countUp(
  request: GrpcTypes.SubscribeCheckpointsRequest,
  { signal }: CallContext,
): AsyncGenerator<Uint8Array> {
  const isFlood = request.readMask?.paths[0] === 'flood';
  try {
    for (let cursor = 0n; !signal.aborted; cursor++) {
      framesMade += 1;
      yield GrpcTypes.SubscribeCheckpointsResponse.toBinary({
        cursor,
        checkpoint: GrpcTypes.Checkpoint.create(
          isFlood ? { digest: 'x'.repeat(FRAME_BYTES) } : { sequenceNumber: cursor },
        ),
      });
      if (cursor === 2n && request.readMask?.paths[0] === 'fail') {
        throw new RpcFailure('DATA_LOSS', 'broke off');
      }
      if (!isFlood) await delay(20, undefined, { signal }).catch(() => {});
    }
  } finally {
    streamsEnded += 1;
  }
}

let server: FastifyInstance;
let url: string;
const internalErrors: unknown[] = [];

beforeAll(async () => {
  server = await createRpcServer({
    maxBodyBytes: 64 * 1024,
    callTimeoutMs: 400,
    stallTimeoutMs: 500,
    maxStreams: 3,
    onInternalError: (error) => internalErrors.push(error),
    chainHeaders: () => ({ 'x-sui-chain-id': 'test' }),
    methods: [
      unary(
        LedgerService,
        'GetServiceInfo',
        GrpcTypes.GetServiceInfoRequest,
        GrpcTypes.GetServiceInfoResponse,
        () => ({ chainId: 'test', checkpointHeight: 2n ** 63n }),
      ),
      unary(
        LedgerService,
        'GetObject',
        GrpcTypes.GetObjectRequest,
        GrpcTypes.GetObjectResponse,
        (request) => {
          if (request.objectId === 'bug') throw new TypeError('unexpected');
          throw new RpcFailure('NOT_FOUND', `100% weg: ${request.objectId}\n`);
        },
      ),
      unary(
        ForkingService,
        'AdvanceCheckpoint',
        GrpcTypes.AdvanceCheckpointRequest,
        GrpcTypes.AdvanceCheckpointResponse,
        () => new Promise(() => {}),
      ),
      stream(
        SubscriptionService,
        'SubscribeCheckpoints',
        GrpcTypes.SubscribeCheckpointsRequest,
        GrpcTypes.SubscribeCheckpointsResponse,
        countUp,
        { isEndless: true },
      ),
    ],
  });
  url = await server.listen({ host: '127.0.0.1', port: 0 });
});

afterAll(() => server.close());

const formats = ['text', 'binary'] as const;

function clientFor(format: (typeof formats)[number]): SuiGrpcClient {
  const transport = new GrpcWebFetchTransport({ baseUrl: url, format });
  return new SuiGrpcClient({ network: 'localnet', transport });
}

function post(path: string, body: Uint8Array, headers: Record<string, string> = {}) {
  return fetch(`${url}${path}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/grpc-web+proto', ...headers },
  });
}

describe.each(formats)('the official client in %s format', (format) => {
  it('calls a unary method', async () => {
    const { response } = await clientFor(format).ledgerService.getServiceInfo({});
    expect(response).toMatchObject({ chainId: 'test', checkpointHeight: 2n ** 63n });
  });

  it('sees a status with its message decoded', async () => {
    const call = clientFor(format).ledgerService.getObject({ objectId: 'ä' });
    await expect(call).rejects.toMatchObject({ code: 'NOT_FOUND', message: '100% weg: ä\n' });
  });

  it('sees INTERNAL for a fault of a handler, which is reported', async () => {
    const call = clientFor(format).ledgerService.getObject({ objectId: 'bug' });
    await expect(call).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(internalErrors.at(-1)).toBeInstanceOf(TypeError);
  });

  it('sees UNIMPLEMENTED for a method that is not served', async () => {
    const call = clientFor(format).nameService.lookupName({ name: 'x' });
    await expect(call).rejects.toMatchObject({ code: 'UNIMPLEMENTED' });
  });

  it('gets frames of a stream while it is open, and ends it by leaving', async () => {
    const abort = new AbortController();
    const before = streamsEnded;
    const call = clientFor(format).subscriptionService.subscribeCheckpoints(
      {},
      { abort: abort.signal },
    );
    const seen: unknown[] = [];
    await expect(
      (async () => {
        for await (const frame of call.responses) {
          seen.push(frame.cursor);
          if (seen.length === 3) abort.abort();
        }
      })(),
    ).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(seen).toEqual([0n, 1n, 2n]);
    await expect.poll(() => streamsEnded, { timeout: 2000 }).toBe(before + 1);
  });

  it('gets the frames before an error and then the error', async () => {
    const call = clientFor(format).subscriptionService.subscribeCheckpoints({
      readMask: { paths: ['fail'] },
    });
    const seen: unknown[] = [];
    await expect(
      (async () => {
        for await (const frame of call.responses) seen.push(frame.cursor);
      })(),
    ).rejects.toMatchObject({ code: 'DATA_LOSS', message: 'broke off' });
    expect(seen).toEqual([0n, 1n, 2n]);
  });
});

describe('limits', () => {
  it('ends a call at the caller’s deadline and at its own', async () => {
    const path = '/sui.forking.v1alpha.ForkingService/AdvanceCheckpoint';
    const message = encodeDataFrame(new Uint8Array(), 'binary');
    const hurried = await post(path, message, { 'grpc-timeout': '50m' });
    expect(hurried.headers.get('grpc-status')).toBe('4');
    const patient = await post(path, message, { 'grpc-timeout': '1H' });
    expect(patient.headers.get('grpc-status')).toBe('4');
    const malformed = await post(path, message, { 'grpc-timeout': 'soon' });
    expect(malformed.headers.get('grpc-status')).toBe('3');
  });

  it('answers a body above the limit as RESOURCE_EXHAUSTED', async () => {
    const response = await post('/sui.rpc.v2.LedgerService/GetObject', new Uint8Array(100_000));
    expect(response.headers.get('grpc-status')).toBe('8');
  });

  it('limits the number of open streams', async () => {
    const abort = new AbortController();
    const calls = [1, 2, 3].map(() =>
      clientFor('binary').subscriptionService.subscribeCheckpoints({}, { abort: abort.signal }),
    );
    await Promise.all(calls.map((call) => call.responses[Symbol.asyncIterator]().next()));
    const refused = clientFor('binary').subscriptionService.subscribeCheckpoints({});
    await expect(refused.responses[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
    });
    const before = streamsEnded;
    abort.abort();
    await Promise.allSettled(calls);
    await expect.poll(() => streamsEnded, { timeout: 2000 }).toBeGreaterThanOrEqual(before + 3);
  });

  it('neither buffers for a reader that stops reading nor keeps it for ever', async () => {
    const before = { framesMade, streamsEnded };
    const body = encodeDataFrame(
      GrpcTypes.SubscribeCheckpointsRequest.toBinary({ readMask: { paths: ['flood'] } }),
      'binary',
    );
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.pause();
    socket.write(
      'POST /sui.rpc.v2.SubscriptionService/SubscribeCheckpoints HTTP/1.1\r\nhost: x\r\n' +
        `content-type: application/grpc-web+proto\r\ncontent-length: ${body.length}\r\n\r\n`,
    );
    socket.write(body);
    await expect.poll(() => streamsEnded, { timeout: 5000 }).toBe(before.streamsEnded + 1);
    // What the kernel takes is a few MiB; the generator could have made thousands of frames.
    expect((framesMade - before.framesMade) * FRAME_BYTES).toBeLessThan(64 * 1024 * 1024);
    socket.destroy();
  });
});

describe('bad input', () => {
  it('answers malformed protobuf as INVALID_ARGUMENT', async () => {
    const path = '/sui.rpc.v2.LedgerService/GetObject';
    const response = await post(path, encodeDataFrame(Uint8Array.of(0x0a, 0xff), 'binary'));
    expect(response.status).toBe(200);
    expect(response.headers.get('grpc-status')).toBe('3');
    expect(response.headers.get('content-type')).toBe('application/grpc-web+proto');
    expect(await response.text()).toBe('');
  });

  it('survives any body on any method', async () => {
    const paths = [
      '/sui.rpc.v2.LedgerService/GetObject',
      '/sui.rpc.v2.LedgerService/GetServiceInfo',
      '/nobody/nothing',
      '/%',
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.constantFrom(
          'application/grpc-web+proto',
          'application/grpc-web-text',
          'text/plain',
          '',
        ),
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc.uint8Array({ maxLength: 50 }).map((bytes) => encodeDataFrame(bytes, 'binary')),
          fc.uint8Array({ maxLength: 50 }).map((bytes) => encodeDataFrame(bytes, 'text')),
        ),
        async (path, type, body) => {
          const response = await post(path, body, { 'content-type': type });
          expect(response.status).toBeLessThan(500);
          await response.arrayBuffer();
        },
      ),
      { numRuns: 150 },
    );
    const { response } = await clientFor('text').ledgerService.getServiceInfo({});
    expect(response.chainId).toBe('test');
  });

  it('refuses other content types by HTTP status', async () => {
    const response = await post('/sui.rpc.v2.LedgerService/GetServiceInfo', Buffer.from('{}'), {
      'content-type': 'application/json',
    });
    expect(response.status).toBe(415);
  });
});

describe('browsers', () => {
  it('get their preflight answered', async () => {
    const response = await fetch(`${url}/sui.rpc.v2.LedgerService/GetServiceInfo`, {
      method: 'OPTIONS',
      headers: {
        origin: 'http://example.test',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,x-grpc-web,grpc-timeout',
      },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-methods')).toContain('POST');
    for (const name of [
      'content-type',
      'x-grpc-web',
      'x-sui-client-protocol-version',
      'grpc-timeout',
      'x-user-agent',
    ]) {
      expect(response.headers.get('access-control-allow-headers')).toContain(name);
    }
  });

  it.each(['GetServiceInfo', 'GetObject', 'Nothing'])(
    'may read the answer of %s, its status headers included',
    async (name) => {
      const response = await post(
        `/sui.rpc.v2.LedgerService/${name}`,
        encodeDataFrame(new Uint8Array(), 'binary'),
        { origin: 'http://example.test' },
      );
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(response.headers.get('access-control-expose-headers')).toContain('grpc-status');
      expect(response.headers.get('x-sui-chain-id')).toBe('test');
      await response.arrayBuffer();
    },
  );

  it('may read a stream', async () => {
    const abort = new AbortController();
    const response = await fetch(`${url}/sui.rpc.v2.SubscriptionService/SubscribeCheckpoints`, {
      method: 'POST',
      body: encodeDataFrame(new Uint8Array(), 'text'),
      headers: { 'content-type': 'application/grpc-web-text', origin: 'http://example.test' },
      signal: abort.signal,
    });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('content-type')).toBe('application/grpc-web-text');
    const first = await response.body?.getReader().read();
    expect(decodeRequest(first?.value ?? new Uint8Array(), 'text').length).toBeGreaterThan(0);
    abort.abort();
  });
});

describe('stopping', () => {
  it('ends open streams with UNAVAILABLE', async () => {
    const other = await createRpcServer({
      methods: [
        stream(
          SubscriptionService,
          'SubscribeCheckpoints',
          GrpcTypes.SubscribeCheckpointsRequest,
          GrpcTypes.SubscribeCheckpointsResponse,
          countUp,
          { isEndless: true },
        ),
      ],
    });
    const baseUrl = await other.listen({ host: '127.0.0.1', port: 0 });
    const client = new SuiGrpcClient({ network: 'localnet', baseUrl });
    const iterator = client.subscriptionService
      .subscribeCheckpoints({})
      .responses[Symbol.asyncIterator]();
    await iterator.next();
    const drained = (async () => {
      while ((await iterator.next()).done !== true);
    })();
    const stopped = expect(drained).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await other.close();
    await stopped;
  });
});
