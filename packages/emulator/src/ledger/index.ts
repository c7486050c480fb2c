/** The ledger: objects, transactions, effects and checkpoints of a local chain, on disk. */

export { openLedger } from './ledger.js';
export type { LedgerInit } from './ledger.js';
export type { HistorySettings } from './history.js';
export { CHAIN_FILE } from './store.js';
export { LedgerError } from './errors.js';
export type { LedgerErrorCode, LedgerErrorStatus } from './errors.js';
export { MOCK_GAS_ID } from './admission.js';
export { CLOCK_ID } from './genesis.js';
export { decodeTransactionData, encodeTransactionData } from './codec/transaction.js';
export { coinBalance, decodeObject } from './codec/object.js';
export { coinOf, coinTypeOf, normalizeType, SUI_TYPE } from './codec/type-tag.js';
export { base58ToDigest, digestOf, digestToBase58, signingDigest } from './digest.js';
export type { DigestKind } from './digest.js';
export { describeError } from './describe-error.js';
export type * from './api.js';
