/**
 * The economy of the contracts against an independent model: the model itself, and random runs of both.
 */

export {
  apportion,
  firstAssignment,
  reassign,
  shardCap,
  type Candidate,
  type Committee,
} from './apportionment.js';
export {
  AccountingModel,
  epochBurn,
  splitRewards,
  unitsOf,
  type Share,
} from './accounting-model.js';
export { Refusal } from './aborts.js';
export { ActiveSetModel } from './active-set-model.js';
export { EconomyModel, type EconomyInit, type Stake } from './economy-model.js';
export { FairValueModel } from './fair-value.js';
export { MIN_STAKE, PoolModel } from './pool-model.js';
export type { NetworkConstants, PackageOverrides, SubsidyParameters } from './contracts.js';
export { Comparison } from './comparison.js';
export { allReports, changeEpoch, endVoting, wholeChange } from './epoch-operations.js';
export { MUTANTS, runMutants, type Mutant, type MutantSettings } from './mutants.js';
export { Mismatch, Network, type NetworkNode, type Operation } from './network.js';
export {
  collectOperation,
  denyListOperation,
  registerNodes,
  updatePricesOperation,
  type NodeSettings,
} from './node-operations.js';
export { Random } from './random.js';
export {
  simulate,
  SimulationFailure,
  type SimulationReport,
  type SimulationSettings,
} from './simulation.js';
export { requestOperation, stakeOperation, withdrawOperation } from './stake-operations.js';
export { reserveOperation } from './storage-operations.js';
export { isQuorum, votedCapacity, votedPrice, type Vote } from './votes.js';
