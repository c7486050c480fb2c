/**
 * The Walrus contracts seen from TypeScript: typed state, transaction builders, execution with
 * decoded errors, and an event stream without gaps. Works against a Sui RPC URL and the emulator alike.
 */
export {
  createChainClient,
  type Balances,
  type ChainClient,
  type ChainClientInit,
} from './client.js';
export { parseBlobObject, type BlobObject, type StorageResource } from './blobs.js';
export { decodeEvents, type EventId, type RawEvent, type WalrusEvent } from './events.js';
export type { CheckpointEvents, EventStreamOptions } from './event-stream.js';
export {
  createExecutor,
  type ExecuteParameters,
  type ExecutionResult,
  type Executor,
} from './execute.js';
export { createRpc, type CallOptions, type Rpc } from './rpc.js';
export { describeAbort, type KnownAbort } from './aborts.js';
export { chainError, executionError, type ExecutionFailure } from './errors.js';
export type {
  Committee,
  CommitteeMember,
  Committees,
  EpochState,
  NodePool,
  StakingState,
  SystemState,
} from './state.js';
export {
  certifyBlob,
  deleteBlob,
  epochSyncDone,
  extendBlob,
  initiateEpochChange,
  registerBlob,
  registerCandidate,
  removeBlobAttributes,
  reserveSpace,
  setBlobAttributes,
  stakeWithPool,
  votingEnd,
  type ContractCertificate,
  type ContractRefs,
  type NodeRegistration,
  type RegisterBlobParameters,
  type TransactionValue,
} from './transactions.js';
