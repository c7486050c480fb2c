import type { CommitteeMember } from '@walrus-ts/chain';
import type { NodeClient } from '@walrus-ts/node-api';

/** Makes a client of one node; where it runs decides how (fetch in pages, pinned connections in Node). */
export type NodeConnector = (member: CommitteeMember, nShards: number) => NodeClient;

/** Clients of nodes, one per node and address, kept for reuse. */
export interface NodePool {
  /** Returns the client of a member, made at first use. */
  get(member: CommitteeMember, nShards: number): NodeClient;
  /** Closes all connections. */
  close(): Promise<void>;
}

/**
 * Makes an empty pool.
 *
 * @param connect - how to reach a node
 */
export function createNodePool(connect: NodeConnector): NodePool {
  const clients = new Map<string, NodeClient>();
  return {
    get(member, nShards) {
      const key = `${member.nodeId} ${member.networkAddress} ${nShards}`;
      let client = clients.get(key);
      if (client === undefined) {
        client = connect(member, nShards);
        clients.set(key, client);
      }
      return client;
    },
    async close() {
      const open = [...clients.values()];
      clients.clear();
      await Promise.all(open.map((client) => client.close()));
    },
  };
}

/** Returns a shuffled copy (Fisher-Yates), so that load spreads over nodes. */
export function shuffled<T>(items: readonly T[]): T[] {
  const copy = [...items];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    const a = copy[i];
    const b = copy[j];
    if (a !== undefined && b !== undefined) {
      copy[i] = b;
      copy[j] = a;
    }
  }
  return copy;
}
