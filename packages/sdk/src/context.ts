import type { ChainClient } from '@walrus-ts/chain';
import type { Bls } from '@walrus-ts/core';
import type { Logger } from './logger.js';
import type { Network } from './network.js';
import type { NodePool } from './nodes.js';

/** What every operation of a client shares. */
export interface ClientContext {
  readonly chain: ChainClient;
  readonly network: Network;
  readonly nodes: NodePool;
  readonly logger: Logger;
  /** Loads the signature library at first use. */
  readonly bls: () => Promise<Bls>;
}
