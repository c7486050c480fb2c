import { Agent, createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import {
  blobIdToBytes,
  decodeSliver,
  encodeSliver,
  pairOfShard,
  parseBlobId,
  shardOfPair,
  type BlobId,
} from '@walrus-ts/core';

/**
 * What a proxied storage node does wrong. Everything else it answers as the node behind it does.
 *
 * - `flippedBits`: one bit of every metadata and sliver answer is wrong, each time another one.
 * - `truncatedSlivers`: slivers lack their second half, in turns with and without their encoding being valid.
 * - `otherSlivers`: slivers are those of another blob on the same shard, with index and size as asked for.
 * - `otherMetadata`: metadata is that of another blob, under the ID that was asked for.
 * - `impostor`: both of these, so that a blob of the same size is served consistently instead.
 * - `serverErrors`: HTTP 500 for everything.
 * - `hang`: connections are taken, answers never come.
 */
export type Fault =
  | { readonly kind: 'flippedBits' | 'truncatedSlivers' | 'serverErrors' | 'hang' }
  | {
      readonly kind: 'otherSlivers' | 'otherMetadata' | 'impostor';
      /** The blob served instead; it must be stored too. */
      readonly blobId: BlobId;
    };

/** An HTTP proxy in front of one storage node. */
export interface FaultProxy {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  /** What it does wrong at present; `undefined` passes everything through. */
  fault: Fault | undefined;
  /** Requests answered wrongly, or left hanging, since the start. */
  readonly wrongAnswers: number;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** Where a proxy stands. */
export interface FaultProxyInit {
  /** URL of the node behind the proxy. */
  readonly target: string;
  /** Shards of the network, to find the other blob's sliver on the same shard. */
  readonly nShards: number;
  readonly fault?: Fault | undefined;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

const BLOB_ID_BYTES = 32;
const SLIVER = /^\/v1\/blobs\/([^/?]+)\/slivers\/(\d+)\/(primary|secondary)$/;
const METADATA = /^\/v1\/blobs\/([^/?]+)\/metadata$/;
// Of the connection, not of the answer.
const HOP_HEADERS = ['connection', 'keep-alive', 'transfer-encoding', 'content-length'];

async function bodyOf(message: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of message) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

function halved(body: Uint8Array, isEncodingKept: boolean): Uint8Array {
  if (!isEncodingKept) return body.slice(0, Math.floor(body.length / 2));
  const sliver = decodeSliver(body);
  const symbols = Math.floor(sliver.data.length / sliver.symbolSize / 2);
  return encodeSliver({ ...sliver, data: sliver.data.slice(0, symbols * sliver.symbolSize) });
}

function withBitFlipped(body: Uint8Array, turn: number): Uint8Array {
  const copy = Uint8Array.from(body);
  // A large odd stride reaches all parts of the answer in few turns.
  const at = (turn * 7919) % copy.length;
  copy[at] = (copy[at] ?? 0) ^ (1 << (turn % 8));
  return copy;
}

/**
 * Starts a proxy that can lie for a storage node.
 *
 * @param init - node behind it, and what it does wrong at first
 */
export async function createFaultProxy(init: FaultProxyInit): Promise<FaultProxy> {
  const agent = new Agent({ keepAlive: true });
  const sockets = new Set<Socket>();
  let wrongAnswers = 0;

  const forward = (path: string, incoming: IncomingMessage, body: Uint8Array): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { host: _host, connection: _connection, ...headers } = incoming.headers;
      const outgoing = request(
        new URL(path, init.target),
        { method: incoming.method, headers, agent },
        (message) => {
          bodyOf(message).then(
            (bytes) =>
              resolve({ status: message.statusCode ?? 502, headers: message.headers, body: bytes }),
            reject,
          );
        },
      );
      outgoing.once('error', reject);
      outgoing.end(body);
    });

  const otherSliver = async (
    asked: RegExpExecArray,
    other: BlobId,
    incoming: IncomingMessage,
  ): Promise<Answer> => {
    const blobId = parseBlobId(asked[1] ?? '');
    const pair = Number(asked[2]);
    const shard = shardOfPair(init.nShards, blobId, pair);
    const otherPair = pairOfShard(init.nShards, other, shard);
    const answer = await forward(
      `/v1/blobs/${other}/slivers/${otherPair}/${asked[3]}`,
      incoming,
      new Uint8Array(),
    );
    const index = asked[3] === 'primary' ? pair : init.nShards - 1 - pair;
    return { ...answer, body: encodeSliver({ ...decodeSliver(answer.body), index }) };
  };

  const otherMetadata = async (
    asked: RegExpExecArray,
    other: BlobId,
    incoming: IncomingMessage,
  ): Promise<Answer> => {
    const answer = await forward(`/v1/blobs/${other}/metadata`, incoming, new Uint8Array());
    const body = Uint8Array.from(answer.body);
    body.set(blobIdToBytes(parseBlobId(asked[1] ?? '')).subarray(0, BLOB_ID_BYTES));
    return { ...answer, body };
  };

  const wrongAnswer = async (
    fault: Fault,
    path: string,
    incoming: IncomingMessage,
  ): Promise<Answer | undefined> => {
    if (fault.kind === 'serverErrors') {
      return { status: 500, headers: { 'content-type': 'text/plain' }, body: Buffer.from('no') };
    }
    if (incoming.method !== 'GET') return undefined;
    const sliver = SLIVER.exec(path);
    const metadata = METADATA.exec(path);
    if (sliver && (fault.kind === 'otherSlivers' || fault.kind === 'impostor')) {
      return otherSliver(sliver, fault.blobId, incoming);
    }
    if (metadata && (fault.kind === 'otherMetadata' || fault.kind === 'impostor')) {
      return otherMetadata(metadata, fault.blobId, incoming);
    }
    const isWrong =
      (fault.kind === 'flippedBits' && (sliver ?? metadata)) ||
      (fault.kind === 'truncatedSlivers' && sliver);
    if (!isWrong) return undefined;
    const answer = await forward(path, incoming, new Uint8Array());
    if (answer.status !== 200) return answer;
    const body =
      fault.kind === 'flippedBits'
        ? withBitFlipped(answer.body, wrongAnswers)
        : halved(answer.body, wrongAnswers % 2 === 0);
    return { ...answer, body };
  };

  const server: Server = createServer((incoming, outgoing) => {
    const { fault } = proxy;
    const path = incoming.url ?? '/';
    const answering = async (): Promise<Answer> => {
      const body = await bodyOf(incoming);
      const wrong = fault && (await wrongAnswer(fault, path, incoming));
      if (wrong === undefined) return forward(path, incoming, body);
      wrongAnswers++;
      return wrong;
    };
    if (fault?.kind === 'hang') {
      wrongAnswers++;
      return;
    }
    answering().then(
      ({ status, headers, body }) => {
        for (const [name, value] of Object.entries(headers)) {
          if (value !== undefined && !HOP_HEADERS.includes(name)) outgoing.setHeader(name, value);
        }
        outgoing.statusCode = status;
        outgoing.end(body);
      },
      // The node behind is gone, or the client is: either way there is nobody to answer for.
      () => outgoing.destroy(),
    );
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });

  const proxy: FaultProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fault: init.fault,
    get wrongAnswers() {
      return wrongAnswers;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
        agent.destroy();
      }),
  };
  return proxy;
}
