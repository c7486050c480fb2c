// A storage node as a process of its own, for the crash test: a fake chain with blobs registered up front, given as a
// JSON file by argument. Uses the built package, since plain Node cannot load the sources.
import { readFile } from 'node:fs/promises';
import { NodeConfigSchema, createStorageNode } from '../../dist/index.js';
import { createFakeChain, registered } from './fake-chain.mjs';
import { NETWORK_KEY, NODE_ID, PROTOCOL_KEY, nodeConfig } from './test-node.mjs';

const { dataDir, nShards, blobIds, inlineSliverBytes } = JSON.parse(
  await readFile(process.argv[2], 'utf8'),
);
const shards = Array.from({ length: nShards }, (_, i) => i);
const chain = createFakeChain({ nodeId: NODE_ID, nShards, shards });
for (const blobId of blobIds) chain.push(registered(blobId));
const node = createStorageNode(
  {
    config: nodeConfig(NodeConfigSchema, dataDir, { limits: { inlineSliverBytes } }),
    protocolKey: PROTOCOL_KEY,
    networkKey: NETWORK_KEY,
  },
  { chain, transactions: chain },
);
await node.start();
process.stdout.write(`${JSON.stringify({ event: 'ready', url: node.url })}\n`);
