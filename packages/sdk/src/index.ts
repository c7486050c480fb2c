/**
 * The Walrus client library for Node and browsers: store, read, status, extend, delete, attributes.
 *
 * Nothing a node says is believed: metadata and slivers are checked against the blob ID, confirmations against
 * the committee's keys, and a certificate is counted by shard weight.
 */
export {
  createWalrusClient,
  type TransactionOptions,
  type WalrusClient,
  type WalrusClientComponents,
  type WalrusClientInit,
} from './client.js';
export { SdkError, type SdkErrorCode } from './errors.js';
export { streamSource } from '@walrus-ts/redstuff';
export { SILENT, type Logger } from './logger.js';
export { weightOf, type CodecFactory, type NetworkView } from './network.js';
export type { NodeConnector } from './nodes.js';
export { sleep, withRetries, type RetryPolicy } from './retry.js';
export type { ReadOptions, ReadProgress } from './read/read.js';
export { compareStatus, type StatusOptions } from './status.js';
export {
  checkEpochs,
  planResources,
  storageCost,
  type PlanParameters,
  type ResourceOperation,
  type ResourcePlan,
} from './store/plan.js';
export type { StoreOptions, StoreProgress, StoreResult } from './store/store.js';
export type { UploadProgress } from './store/upload.js';
