/** HTTP interface of the faucet, as the official one (sui-rpc.md e). */

import cors from '@fastify/cors';
import Fastify from 'fastify';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { errorMessage, isWalrusError } from '@walrus-ts/core';

import { SUI_TYPE } from '../ledger/codec/type-tag.js';
import type { Faucet, FaucetCoin } from './faucet.js';
import { createRateLimit } from './rate-limit.js';

/** Settings of the faucet's HTTP server. */
export interface FaucetServerInit {
  readonly faucet: Faucet;
  /** Most requests per minute and client address; default none. */
  readonly requestsPerMinute?: number | undefined;
  /** Told about failures that are no fault of the caller. */
  readonly onInternalError?: (error: unknown) => void;
}

const MAX_BODY_BYTES = 16 * 1024;
const RECEIVE_TIMEOUT_MS = 10_000;
/** Finished gifts whose status `/v1/status` remembers. */
const MAX_TASKS = 1000;

interface SentCoin {
  amount: number;
  id: string;
  transferTxDigest: string;
  /** Set for coins other than SUI: an addition to the official format. */
  coinType?: string;
}

function sentCoin(coin: FaucetCoin): SentCoin {
  return {
    amount: Number(coin.amount),
    id: coin.id,
    transferTxDigest: coin.transferTxDigest,
    ...(coin.coinType === SUI_TYPE ? {} : { coinType: coin.coinType }),
  };
}

function recipientOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const request = (body as Record<string, unknown>)['FixedAmountRequest'];
  if (typeof request !== 'object' || request === null) return undefined;
  const recipient = (request as Record<string, unknown>)['recipient'];
  return typeof recipient === 'string' ? recipient : undefined;
}

/**
 * Builds the faucet's HTTP server; the caller listens and closes.
 *
 * Routes: `POST /v2/gas`, `POST /v1/gas` with `GET /v1/status/:task`, `GET /` (health).
 *
 * @param init - faucet and limits
 * @returns a fastify instance, not yet listening
 */
export async function createFaucetServer(init: FaucetServerInit): Promise<FastifyInstance> {
  const { faucet } = init;
  const rateLimit = createRateLimit(init.requestsPerMinute);
  const tasks = new Map<string, SentCoin[]>();
  const server = Fastify({
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: RECEIVE_TIMEOUT_MS,
    forceCloseConnections: true,
  });
  await server.register(cors, { origin: '*', methods: ['GET', 'POST', 'OPTIONS'] });

  /** The JavaScript client reads `internal`, the Rust one `Internal`. */
  const fail = (reply: FastifyReply, statusCode: number, text: string) =>
    reply.code(statusCode).send({
      status: { Failure: { internal: text, Internal: text } },
      coins_sent: null,
    });

  const refuse = (reply: FastifyReply, error: unknown) => {
    if (isWalrusError(error, 'CORE_INVALID_ADDRESS')) return fail(reply, 400, error.message);
    if (isWalrusError(error, 'FAUCET_BUSY')) return fail(reply, 503, error.message);
    init.onInternalError?.(error);
    return fail(reply, 500, errorMessage(error));
  };

  server.setErrorHandler((error: { statusCode?: number }, _request, reply) =>
    fail(reply, error.statusCode ?? 500, errorMessage(error)),
  );
  server.addHook('preHandler', async (request, reply): Promise<unknown> => {
    if (request.method !== 'POST' || rateLimit.take(request.ip, Date.now())) return undefined;
    return fail(reply, 429, 'too many requests, try again in a minute');
  });

  server.get('/', async () => ({ status: 'ok', address: faucet.address }));

  server.post('/v2/gas', async (request, reply): Promise<unknown> => {
    const recipient = recipientOf(request.body);
    if (recipient === undefined) return fail(reply, 400, 'FixedAmountRequest.recipient is missing');
    try {
      const coins = await faucet.request(recipient);
      return { status: 'Success', coins_sent: coins.map(sentCoin) };
    } catch (error) {
      return refuse(reply, error);
    }
  });

  server.post('/v1/gas', async (request, reply): Promise<unknown> => {
    const recipient = recipientOf(request.body);
    if (recipient === undefined) {
      return reply.code(400).send({ task: null, error: 'FixedAmountRequest.recipient is missing' });
    }
    try {
      const coins = (await faucet.request(recipient)).map(sentCoin);
      const task = coins[0]?.transferTxDigest ?? '';
      tasks.set(task, coins);
      const oldest = tasks.keys().next();
      if (tasks.size > MAX_TASKS && oldest.done !== true) tasks.delete(oldest.value);
      return await reply.code(202).send({ task, error: null });
    } catch (error) {
      const isCallerFault = isWalrusError(error, 'CORE_INVALID_ADDRESS');
      if (!isCallerFault) init.onInternalError?.(error);
      return reply.code(isCallerFault ? 400 : 500).send({ task: null, error: errorMessage(error) });
    }
  });

  server.get<{ Params: { task: string } }>('/v1/status/:task', async (request, reply) => {
    const sent = tasks.get(request.params.task);
    if (sent === undefined) return reply.code(404).send({ status: null, error: 'unknown task' });
    return {
      status: { status: 'SUCCEEDED', transferred_gas_objects: { sent } },
      error: null,
    };
  });

  return server;
}
