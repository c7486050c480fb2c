import type { Address } from '@walrus-ts/core';
import { ABORTS } from './generated/aborts.js';

/** What is known of one abort code of the contracts or of the framework. */
export interface KnownAbort {
  /** Name of the package, such as `walrus` or `sui`. */
  readonly package: string;
  /** Name of the constant in the contract. */
  readonly name: string;
  /** Sentence part for the user. */
  readonly text: string;
  readonly hint?: string;
  /** Whether the same transaction, rebuilt on fresh state, may succeed. */
  readonly retryable?: boolean;
}

const WRONG_VERSION = {
  hint: 'try again: the package address is read anew',
  retryable: true,
} as const;
const NOT_AUTHORIZED = {
  hint: 'the right may have been given to another address or object, see: walrus info committee',
} as const;
const OLD_PROPOSAL = { hint: 'proposals live for one epoch: have the nodes vote again' } as const;

/** What a user can do about the aborts that users meet, by `module::name`. */
export const ABORT_ADVICE: Readonly<
  Record<string, { readonly hint: string; readonly retryable?: boolean }>
> = {
  'system::EWrongVersion': WRONG_VERSION,
  'staking::EWrongVersion': WRONG_VERSION,
  'system_state_inner::EStorageExceeded': { hint: 'store less, or for fewer epochs' },
  'system_state_inner::EInvalidEpochsAhead': { hint: 'see the maximum with: walrus info' },
  'system_state_inner::EInvalidIdEpoch': {
    hint: 'store the blob again: an epoch change came in between',
    retryable: true,
  },
  'blob::ENotCertified': { hint: 'store the blob again, which certifies it' },
  'blob::EBlobNotDeletable': { hint: 'a permanent blob can only be left to expire, or be burned' },
  'blob::EResourceBounds': { hint: 'use storage for the same epochs; expired blobs stay expired' },
  'storage_resource::EIncompatibleEpochs': {
    hint: 'fuse storage of the same period, or of periods that touch',
  },
  'staking_inner::EWrongEpochState': {
    hint: 'see the state of the epoch with: walrus info epoch',
    retryable: true,
  },
  'staking_inner::EPoolNotFound': { hint: 'see the node IDs with: walrus info committee' },
  'staking_pool::EWithdrawEpochNotReached': {
    hint: 'wait for the epoch that walrus list-staked-wal names',
  },
  'staking_pool::EWithdrawDirectly': { hint: 'use: walrus withdraw-stake' },
  'staking_pool::ENotWithdrawing': { hint: 'use first: walrus request-withdraw-stake' },
  'staking_pool::EAuthorizationFailure': NOT_AUTHORIZED,
  'staked_wal::EMetadataMismatch': {
    hint: 'join stakes with the same node, activation epoch and state',
  },
  'staked_wal::EStakeBelowThreshold': { hint: 'leave at least 1 WAL in every part' },
  'slashing::ENotAuthorized': NOT_AUTHORIZED,
  'slashing::EWrongEpoch': OLD_PROPOSAL,
  'upgrade::ENotAuthorized': NOT_AUTHORIZED,
  'upgrade::EWrongEpoch': OLD_PROPOSAL,
  'upgrade::EWrongVersion': OLD_PROPOSAL,
  'wal_exchange::EInsufficientFundsInExchange': {
    hint: 'exchange less, or use another exchange of the client configuration',
  },
  'balance::ENotEnough': { hint: 'get more WAL, on a local network from its faucet' },
};

/** Addresses of the framework; the others differ from network to network. */
const FRAMEWORK: Readonly<Record<string, string>> = {
  [`0x${'1'.padStart(64, '0')}`]: 'std',
  [`0x${'2'.padStart(64, '0')}`]: 'sui',
};

function packageNameOf(packageId: Address | undefined, module: string): string | undefined {
  const framework = packageId === undefined ? undefined : FRAMEWORK[packageId];
  if (framework !== undefined) return framework;
  // Contract packages share no module name, but `display` with the framework.
  return Object.keys(ABORTS)
    .filter((name) => packageId === undefined || (name !== 'std' && name !== 'sui'))
    .find((name) => ABORTS[name]?.[module] !== undefined);
}

/**
 * Looks up an abort code of the contracts or of the framework.
 *
 * A package other than the framework's is recognised by the name of the module, since the address of the contracts
 * changes with every upgrade.
 *
 * @param module - Move module name
 * @param code - abort code
 * @param packageId - where it aborted, if known
 */
export function describeAbort(
  module: string,
  code: bigint,
  packageId?: Address,
): KnownAbort | undefined {
  const packageName = packageNameOf(packageId, module);
  const found =
    packageName === undefined ? undefined : ABORTS[packageName]?.[module]?.[code.toString()];
  if (packageName === undefined || found === undefined) return undefined;
  const [name, text] = found;
  return { package: packageName, name, text, ...ABORT_ADVICE[`${module}::${name}`] };
}

/** Abort code that the compiler makes for a bare assertion or an `#[error]` constant. */
const CLEVER_BIT = 1n << 63n;

/**
 * Line number in an abort code that the compiler made.
 *
 * @returns `undefined` for ordinary codes
 */
export function lineOfAbort(code: bigint): number | undefined {
  return (code & CLEVER_BIT) === 0n ? undefined : Number((code >> 32n) & 0xffffn);
}
