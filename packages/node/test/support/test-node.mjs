// Starts a real storage node in this process over a fake chain.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNodeClient } from '@walrus-ts/node-api/node';
import { createFakeChain } from './fake-chain.mjs';

export const NODE_ID = `0x${'11'.repeat(32)}`;
export const PROTOCOL_KEY = new Uint8Array(32).fill(7);
export const NETWORK_KEY = new Uint8Array(32).fill(9);

/** A complete configuration over the schema given by the caller. */
export function nodeConfig(schema, dataDir, overrides = {}) {
  return schema.parse({
    name: 'test',
    dataDir,
    rpcUrl: 'http://127.0.0.1:1',
    systemObject: '0x1',
    stakingObject: '0x2',
    nodeId: NODE_ID,
    protocolKeyPath: '/nowhere/protocol.key',
    networkKeyPath: '/nowhere/network.key',
    listen: { host: '127.0.0.1', port: 0 },
    publicHost: '127.0.0.1',
    tls: { disable: true },
    ...overrides,
  });
}

/**
 * @param {{ createStorageNode: Function, NodeConfigSchema: object }} implementation
 * @param {object} options
 */
export async function startTestNode(
  { createStorageNode, NodeConfigSchema },
  { nShards = 10, shards, chain, dataDir, overrides = {}, logger, pinnedKey } = {},
) {
  const directory = dataDir ?? (await mkdtemp(join(tmpdir(), 'walrus-node-')));
  const allShards = shards ?? Array.from({ length: nShards }, (_, i) => i);
  const view = chain ?? createFakeChain({ nodeId: NODE_ID, nShards, shards: allShards });
  const node = createStorageNode(
    {
      config: nodeConfig(NodeConfigSchema, directory, overrides),
      protocolKey: PROTOCOL_KEY,
      networkKey: NETWORK_KEY,
    },
    { chain: view, transactions: view, ...(logger === undefined ? {} : { logger }) },
  );
  await node.start();
  const client = createNodeClient({
    baseUrl: node.url,
    nShards,
    ...(pinnedKey === undefined ? {} : { pinnedKey }),
  });
  // The committee is read in the background.
  for (let i = 0; i < 200; i++) {
    const { shardSummary } = await client.health();
    if (shardSummary.owned > 0 && shardSummary.ownedShardStatus.inTransfer === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return {
    node,
    chain: view,
    client,
    directory,
    async stop({ keep = false } = {}) {
      await client.close();
      await node.stop();
      if (!keep) await rm(directory, { recursive: true, force: true });
    },
  };
}
