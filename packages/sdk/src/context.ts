import type { ChainClient } from '@walrus-ts/chain';
import type { Bls } from '@walrus-ts/core';
import type { CreateTempStore } from '@walrus-ts/redstuff';
import type { Logger } from './logger.js';
import type { Network } from './network.js';
import type { NodePool } from './nodes.js';

/** What every operation of a client shares. */
export interface ClientContext {
  readonly chain: ChainClient;
  readonly network: Network;
  readonly nodes: NodePool;
  readonly logger: Logger;
  /** Where a read keeps slivers until it decodes them. */
  readonly createTempStore: CreateTempStore;
  /** Loads the signature library at first use. */
  readonly bls: () => Promise<Bls>;
}
