/**
 * A whole Walrus network on one machine: chain with contracts, and storage nodes, each its own process, supervised.
 * For `walrus up`, tests and benchmarks.
 */
export { CHAIN } from './chain-process.js';
export {
  writeClientConfig,
  type ClientConfigFacts,
  type ClientConfigObjects,
} from './client-config.js';
export {
  deployContracts,
  type DeployParameters,
  type Deployment,
  type SubsidiesParameters,
} from './deploy/contracts.js';
export { startFirstEpoch, type CandidateNode } from './deploy/first-epoch.js';
export { fileJournalStore, type JournalStore } from './deploy/journal.js';
export { loadNodeKeys, type NodeKeys } from './keys.js';
export { withDirectoryLock } from './lock.js';
export {
  DEFAULT_ACCOUNTS,
  cleanLocalChain,
  defaultChainDir,
  startLocalChain,
  type LocalChain,
  type LocalChainInfo,
  type LocalChainInit,
} from './local-chain.js';
export { LocalnetError, type LocalnetErrorCode } from './errors.js';
export { defaultNetworkDir, networkPaths, type NetworkPaths } from './files.js';
export { readNetworkInfo, type LocalNodeInfo, type NetworkInfo } from './network-file.js';
export {
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
