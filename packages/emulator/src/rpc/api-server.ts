/** Puts all services together over one ledger. */

import type { FastifyInstance } from 'fastify';

import type { Ledger } from '../ledger/api.js';
import { createRpcServer } from './server.js';
import type { RpcServerInit } from './server.js';
import { executionMethods } from './services/execution.js';
import { forkingMethods } from './services/forking.js';
import { ledgerMethods } from './services/ledger.js';
import { listingMethods } from './services/listing.js';
import { packageMethods } from './services/package.js';
import { stateMethods } from './services/state.js';
import { createSubscriptions } from './services/subscription.js';
import type { SubscriptionOptions } from './services/subscription.js';

/** Settings of the Sui API server. */
export interface ApiServerInit
  extends Omit<RpcServerInit, 'methods' | 'chainHeaders'>, SubscriptionOptions {
  readonly ledger: Ledger;
}

/**
 * Builds the gRPC-web server of a chain; the caller listens and closes.
 *
 * @param init - ledger, limits, heartbeat interval
 * @returns a fastify instance, not yet listening
 * @see spec sui-rpc.md (a), (b)
 */
export async function createApiServer(init: ApiServerInit): Promise<FastifyInstance> {
  const { ledger } = init;
  const subscriptions = createSubscriptions(ledger, init);
  const server = await createRpcServer({
    ...init,
    methods: [
      ...ledgerMethods(ledger),
      ...listingMethods(ledger),
      ...stateMethods(ledger),
      ...executionMethods(ledger),
      ...packageMethods(ledger),
      ...subscriptions.methods,
      ...forkingMethods(ledger),
    ],
    chainHeaders: () => {
      const status = ledger.status();
      return {
        'x-sui-chain-id': ledger.chainId,
        'x-sui-chain': 'unknown',
        'x-sui-epoch': status.epoch.toString(),
        'x-sui-checkpoint-height': status.checkpoint.toString(),
        'x-sui-timestamp-ms': status.timestampMs.toString(),
        'x-sui-lowest-available-checkpoint': status.lowestCheckpoint.toString(),
        'x-sui-lowest-available-checkpoint-objects': status.lowestObjectsCheckpoint.toString(),
      };
    },
  });
  server.addHook('onClose', async () => subscriptions.close());
  return server;
}
