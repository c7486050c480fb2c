/**
 * The contracts on an emulator of their own, for tests that send exactly the transactions they mean: deployment,
 * candidates with BLS keys, epochs, certificates, and the comparison of everything on the chain before and after.
 */
export {
  ContractChain,
  DEFAULT_BUDGET,
  createdOf,
  need,
  seedOf,
  theCreated,
  walletOf,
  type Argument,
  type ExecuteOptions,
  type LabelledTransaction,
  type Ledger,
  type LedgerObject,
  type TransactionRecord,
} from './chain.js';
export { runScale, type ScaleParameters, type ScaleResult } from './scale.js';
export { changesBesideGas, refusal, type ChainState } from './state.js';
export {
  COIN_UNIT,
  ContractWorld,
  PRICES,
  blobOf,
  secretOf,
  type Certificate,
  type RegistrationChange,
  type WorldNode,
  type WorldParameters,
} from './world.js';
