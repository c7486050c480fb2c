/** The client for Node: a pool of pinned connections per storage node. */
import { createNodeClient } from '@walrus-ts/node-api/node';
import type { NodeConnector } from '../nodes.js';

/**
 * Returns a connector that keeps a connection pool per node and, with `https`, accepts only the key that the node
 * registered on chain.
 *
 * @param scheme - `http` only for nodes without TLS, as on a local network
 * @see spec node-api.md §1.2
 */
export function pinnedConnector(scheme: 'http' | 'https' = 'https'): NodeConnector {
  return (member, nShards) =>
    createNodeClient({
      baseUrl: `${scheme}://${member.networkAddress}`,
      nShards,
      ...(scheme === 'https' ? { pinnedKey: member.networkPublicKey } : {}),
    });
}
