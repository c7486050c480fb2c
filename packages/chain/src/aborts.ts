/** What is known of one abort code of the contracts. */
export interface KnownAbort {
  /** Name of the constant in the contract. */
  readonly name: string;
  /** Sentence part for the user. */
  readonly text: string;
  readonly hint?: string;
  /** Whether the same transaction, rebuilt on fresh state, may succeed. */
  readonly retryable?: boolean;
}

const WRONG_VERSION: KnownAbort = {
  name: 'EWrongVersion',
  text: 'the contract was upgraded',
  hint: 'try again: the package address is read anew',
  retryable: true,
};

// Codes as in contracts.md sections 6 to 8; only those that a client call can meet.
const ABORTS: Readonly<Record<string, Readonly<Record<string, KnownAbort>>>> = {
  system: { '1': WRONG_VERSION },
  staking: { '1': WRONG_VERSION },
  system_state_inner: {
    '1': {
      name: 'EStorageExceeded',
      text: 'the network has no room for this much data in some of these epochs',
      hint: 'store less, or for fewer epochs',
    },
    '2': {
      name: 'EInvalidEpochsAhead',
      text: 'the number of epochs is 0 or beyond the maximum, or the period is over',
      hint: 'see the maximum with: walrus info',
    },
    '3': {
      name: 'EInvalidIdEpoch',
      text: 'the certificate is of another epoch',
      hint: 'store the blob again: an epoch change came in between',
      retryable: true,
    },
    '11': { name: 'EInvalidResourceSize', text: 'a reservation of zero bytes' },
  },
  blob: {
    '0': { name: 'ENotCertified', text: 'the blob is not certified' },
    '1': { name: 'EBlobNotDeletable', text: 'the blob is permanent and cannot be deleted' },
    '2': {
      name: 'EResourceBounds',
      text: 'the storage does not cover the blob, or the blob has expired',
    },
    '3': { name: 'EResourceSize', text: 'the storage is too small for the blob' },
    '5': { name: 'EAlreadyCertified', text: 'the blob is certified already' },
    '6': {
      name: 'EInvalidBlobId',
      text: 'the blob ID does not match its root hash, size and encoding',
    },
  },
  balance: {
    '2': {
      name: 'ENotEnough',
      text: 'the coins do not cover the price',
      hint: 'get more WAL, on a local network from its faucet',
    },
  },
};

/**
 * Looks up an abort code of the contracts.
 *
 * @param module - Move module name
 * @param code - abort code
 */
export function describeAbort(module: string, code: bigint): KnownAbort | undefined {
  return ABORTS[module]?.[code.toString()];
}
