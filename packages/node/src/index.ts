/**
 * The Walrus storage node: keeps metadata and slivers of registered blobs, serves them, and confirms what it has on
 * disk. `dist/main.js` runs one as a process; this module makes one inside a program.
 */
export {
  createStorageNode,
  type StorageNode,
  type StorageNodeComponents,
  type StorageNodeInit,
} from './node.js';
export type { ChainCallOptions, ChainView, NodeTransactions } from './chain-view.js';
export { NodeConfigSchema, type NodeConfig, type NodeConfigInput } from './config/schema.js';
export { loadNodeConfig, parseNodeConfig } from './config/load.js';
export { networkPublicKey, readNodeKey, readWalletKey } from './config/keys.js';
export { createNodeTransactions } from './epochs/transactions.js';
export { syntheticHostName } from './server/tls.js';
export { NODE_ERRORS, NodeError, type NodeErrorCode } from './errors.js';
