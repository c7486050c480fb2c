import { createNodeClientOver, type NodeClient, type NodeClientInit } from '../client.js';
import { createUndiciTransport, type UndiciTransportInit } from './transport.js';

/** Settings of the client for Node. */
export type NodePoolClientInit = NodeClientInit & UndiciTransportInit;

/**
 * Makes a client of one storage node with a pool of connections of its own. Call `close()` when done.
 *
 * @param init - URL, pinned key, limits
 * @example
 * const node = createNodeClient({
 *   baseUrl: `https://${member.networkAddress}`,
 *   pinnedKey: member.networkPublicKey,
 *   nShards: committee.nShards,
 * });
 * const { metadata } = await node.getMetadata(blobId, { signal });
 */
export function createNodeClient(init: NodePoolClientInit): NodeClient {
  return createNodeClientOver(init, { transport: createUndiciTransport(init) });
}
