/** The client for Node: a pool of pinned connections per storage node. */
import { createNodeClient } from '@walrus-ts/node-api/node';
import { createCodec, tempStores, type TempStorageInit } from '@walrus-ts/redstuff/node';
import type { WalrusClientComponents } from '../client.js';
import type { NodeConnector } from '../nodes.js';

export { fileSource, streamSource } from '@walrus-ts/redstuff/node';

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

/** Settings of {@link nodeComponents}. */
export interface NodeComponentsInit extends TempStorageInit {
  /** `http` only for nodes without TLS, as on a local network. @default 'https' */
  readonly nodeUrlScheme?: 'http' | 'https' | undefined;
  /** Worker threads that encode, decode and verify; 0 for none. @default as many as the machine has processors */
  readonly threads?: number | undefined;
}

/**
 * Returns the parts of a client that are made for Node: pinned connections, worker threads, temporary files.
 *
 * @example
 * const walrus = createWalrusClient({}, { chain, ...nodeComponents() });
 * const film = await fileSource('film.mp4');
 * await walrus.store(film, { signer, epochs: 5 });
 */
export function nodeComponents(
  init: NodeComponentsInit = {},
): Required<Pick<WalrusClientComponents, 'connect' | 'createCodec' | 'createTempStore'>> {
  const { nodeUrlScheme, ...codecInit } = init;
  return {
    connect: pinnedConnector(nodeUrlScheme),
    createCodec: (nShards) => createCodec({ ...codecInit, nShards }),
    createTempStore: tempStores(init),
  };
}
