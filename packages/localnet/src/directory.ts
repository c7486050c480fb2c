/**
 * What a local network's directory tells: light to load, for programs that only look one up.
 */
export { defaultNetworkDir, networkPaths, type NetworkPaths } from './files.js';
export {
  findNetworkInfo,
  readNetworkInfo,
  type LocalNodeInfo,
  type NetworkInfo,
} from './network-file.js';
export { DEFAULT_NODES, DEFAULT_SHARDS } from './settings.js';
