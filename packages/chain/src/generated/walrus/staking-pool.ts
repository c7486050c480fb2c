// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import { address, bcs, bool, collection, datatype, u16, u32, u64 } from '../../move/layout.js';
import * as authModule from './auth.js';
import * as pendingValuesModule from './pending-values.js';
import * as storageNodeModule from './storage-node.js';

/**
 * Key of the commission amount (`u64`) that may not be collected before voting ends.
 *
 * Layout of `walrus::staking_pool::NewEpochCommissionBlockedForCollection`.
 */
export const NewEpochCommissionBlockedForCollection = /* @__PURE__ */ datatype(
  'staking_pool::NewEpochCommissionBlockedForCollection',
  () => bcs.struct('NewEpochCommissionBlockedForCollection', { dummyField: bool }),
);

/**
 * The node's current votes.
 *
 * Layout of `walrus::staking_pool::VotingParams`.
 */
export const VotingParams = /* @__PURE__ */ datatype('staking_pool::VotingParams', () =>
  bcs.struct('VotingParams', { storagePrice: u64, writePrice: u64, nodeCapacity: u64 }),
);

/**
 * The pool of one node. Its object ID is the node ID.
 *
 * Layout of `walrus::staking_pool::StakingPool`.
 */
export const StakingPool = /* @__PURE__ */ datatype('staking_pool::StakingPool', () =>
  bcs.struct('StakingPool', {
    id: address,
    state: PoolState,
    votingParams: VotingParams,
    nodeInfo: storageNodeModule.StorageNodeInfo,
    activationEpoch: u32,
    latestEpoch: u32,
    walBalance: u64,
    numShares: u64,
    pendingSharesWithdraw: pendingValuesModule.PendingValues,
    preActiveWithdrawals: pendingValuesModule.PendingValues,
    pendingCommissionRate: pendingValuesModule.PendingValues,
    commissionRate: u16,
    exchangeRates: collection,
    pendingStake: pendingValuesModule.PendingValues,
    rewardsPool: u64,
    commission: u64,
    commissionReceiver: authModule.Authorized,
    governanceAuthorized: authModule.Authorized,
    extraFields: collection,
  }),
);

/**
 * Whether the pool accepts stake. All pools are active today: nothing leads to the other states.
 *
 * Layout of `walrus::staking_pool::PoolState`.
 */
export const PoolState = /* @__PURE__ */ datatype('staking_pool::PoolState', () =>
  bcs.enum('PoolState', { Active: null, Withdrawing: u32, Withdrawn: null }),
);
