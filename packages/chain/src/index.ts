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
export {
  parseBlobObject,
  type BlobObject,
  type SharedBlobObject,
  type StorageResource,
} from './blobs.js';
export type { NodeCapability, StakedWalObject } from './owned.js';
export type { ListOptions } from './paging.js';
export type {
  CreditsState,
  DynamicFieldEntry,
  ExchangeState,
  PooledBlobObject,
  StoragePoolState,
  SubsidiesState,
} from './views.js';
export { inspect } from './inspect.js';
export { decodeEvents, type EventId, type RawEvent, type WalrusEvent } from './events.js';
export type { CheckpointEvents, EventStreamOptions } from './event-stream.js';
export {
  createExecutor,
  type ExecuteParameters,
  type ExecutionResult,
  type Executor,
  type SignedTransaction,
} from './execute.js';
export { createRpc, type CallOptions, type Rpc } from './rpc.js';
export { describeAbort, type KnownAbort } from './aborts.js';
export {
  abortOf,
  chainError,
  executionError,
  type AbortFacts,
  type ExecutionFailure,
} from './errors.js';
export type {
  Committee,
  CommitteeMember,
  Committees,
  EpochState,
  NodePool,
  StakingState,
  SystemState,
} from './state.js';
export type { ByteInput, IntegerInput, ObjectArgument, PureArgument } from './move/call.js';
export { walCoin, type ContractRefs } from './transactions/payment.js';
export {
  destroyStorage,
  fuseStorage,
  fuseStorageAmount,
  fuseStoragePeriods,
  reserveSpace,
  reserveSpaceForEpochs,
  splitStorageByEpoch,
  splitStorageBySize,
  storageCost,
} from './transactions/storage.js';
export {
  MAX_BURNS_PER_TRANSACTION,
  burnBlobs,
  certifyBlob,
  deleteBlob,
  extendBlob,
  extendBlobWithStorage,
  invalidateBlobId,
  registerBlob,
  type ContractCertificate,
  type RegisterBlobParameters,
} from './transactions/blobs.js';
export { extendSharedBlob, fundSharedBlob, shareBlob } from './transactions/shared-blobs.js';
export {
  addBlobAttributes,
  clearBlobAttributes,
  newAttributes,
  removeBlobAttributes,
  setBlobAttributes,
} from './transactions/attributes.js';
export {
  burnExpiredPooledBlob,
  certifyPooledBlob,
  createStoragePool,
  createStoragePoolWithStorage,
  decreaseStoragePoolCapacity,
  deletePooledBlob,
  destroyStoragePool,
  extendStoragePool,
  increaseStoragePoolCapacity,
  increaseStoragePoolCapacityWithStorage,
  registerPooledBlob,
} from './transactions/pools.js';
export {
  joinStakedWal,
  requestWithdrawStake,
  splitStakedWal,
  stakeWithPool,
  stakeWithPools,
  withdrawStake,
} from './transactions/staking.js';
export {
  registerCandidate,
  tryJoinActiveSet,
  updateNode,
  updatePrices,
  type NodeDescription,
  type NodeRegistration,
  type NodeUpdate,
} from './transactions/nodes.js';
export {
  burnEmergencyCapability,
  cleanupSlashingProposals,
  cleanupUpgradeProposals,
  collectCommission,
  executeSlashing,
  migrate,
  setCommissionReceiver,
  setGovernanceAuthorized,
  setMigrationEpoch,
  upgradeContracts,
  voteForSlashing,
  voteForUpgrade,
  type Authentication,
  type Authorized,
  type NodeAuthority,
  type UpgradePackage,
} from './transactions/governance.js';
export { epochSyncDone, initiateEpochChange, votingEnd } from './transactions/epochs.js';
export {
  createExchange,
  exchangeForSui,
  exchangeForWal,
  fundExchange,
  setExchangeRate,
  type ExchangeRefs,
} from './transactions/exchange.js';
export {
  extendBlobWithCredits,
  fundCredits,
  fundSubsidies,
  processSubsidies,
  reserveSpaceWithCredits,
  type CreditsRefs,
  type SubsidiesRefs,
} from './transactions/subsidies.js';
