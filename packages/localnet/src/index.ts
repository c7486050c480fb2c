/**
 * A whole Walrus network on one machine: chain with contracts, and storage nodes, each its own process, supervised.
 * For `walrus up`, tests and benchmarks.
 */
export {
  deployContracts,
  startFirstEpoch,
  type CandidateNode,
  type DeployParameters,
  type Deployment,
} from './deploy.js';
export { loadNodeKeys, type NodeKeys } from './keys.js';
export { LocalnetError, type LocalnetErrorCode } from './errors.js';
export { defaultNetworkDir, networkPaths, type NetworkPaths } from './files.js';
export { readNetworkInfo, type LocalNodeInfo, type NetworkInfo } from './network-file.js';
export {
  CHAIN,
  cleanLocalNetwork,
  startLocalNetwork,
  type LocalNetwork,
  type LocalNetworkEvent,
  type LocalNetworkInit,
} from './network.js';
export {
  DEFAULT_EPOCH_DURATION_MS,
  DEFAULT_NODES,
  DEFAULT_SHARDS,
  type NetworkSettings,
  type SettingsRequest,
} from './settings.js';
