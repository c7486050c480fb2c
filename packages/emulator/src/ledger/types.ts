/**
 * Plain data types of the ledger: transactions, objects, effects, events and checkpoints.
 *
 * Conventions used by every type here:
 * - an *id* or *address* is `0x` followed by 64 lower-case hex digits;
 * - a *digest* is the base58 text of 32 bytes;
 * - a *type* is the canonical text of a Move type: full-length addresses with `0x`, no spaces,
 *   for example `0x000…02::coin::Coin<0x000…02::sui::SUI>`;
 * - quantities of 64 bits are `bigint`, positions (`number`) are zero based;
 * - byte arrays are owned by the record they sit in and must not be modified.
 *
 * Layouts: sui-rpc.md (d), move-vm.md sections 5 to 7.
 */

/** Reference to one version of an object. */
export interface ObjectRef {
  readonly objectId: string;
  readonly version: bigint;
  readonly digest: string;
}

/** Who controls an object (BCS order: address, object, shared, immutable, consensusAddress). */
export type Owner =
  | { readonly kind: 'address'; readonly address: string }
  /** A dynamic field or dynamic object field; `parent` is the id of the parent (or field) object. */
  | { readonly kind: 'object'; readonly parent: string }
  | { readonly kind: 'shared'; readonly initialVersion: bigint }
  | { readonly kind: 'immutable' }
  | { readonly kind: 'consensusAddress'; readonly startVersion: bigint; readonly address: string };

// ---------------------------------------------------------------------------- transactions

/** Value of a command argument. */
export type Argument =
  | { readonly kind: 'gasCoin' }
  | { readonly kind: 'input'; readonly input: number }
  | { readonly kind: 'result'; readonly command: number }
  | { readonly kind: 'nestedResult'; readonly command: number; readonly result: number };

/** Input of a programmable transaction. */
export type CallArg =
  | { readonly kind: 'pure'; readonly bytes: Uint8Array }
  | { readonly kind: 'immutableOrOwned'; readonly ref: ObjectRef }
  | {
      readonly kind: 'shared';
      readonly objectId: string;
      readonly initialVersion: bigint;
      readonly mutable: boolean;
    }
  | { readonly kind: 'receiving'; readonly ref: ObjectRef }
  /** Withdrawal from an address balance: decoded, never executed (address balances are always 0). */
  | {
      readonly kind: 'fundsWithdrawal';
      readonly amount: bigint;
      readonly coinType: string;
      readonly source: FundsSource;
    };

/** Whose address balance a withdrawal names. */
export type FundsSource =
  | { readonly kind: 'sender' }
  | { readonly kind: 'sponsor' }
  | { readonly kind: 'senderAllowance'; readonly funder: string; readonly allowance: string };

/** Command of a programmable transaction (BCS order as listed). */
export type Command =
  | {
      readonly kind: 'moveCall';
      /** Storage id of the package version to call. */
      readonly package: string;
      readonly module: string;
      readonly function: string;
      readonly typeArguments: readonly string[];
      readonly arguments: readonly Argument[];
    }
  | {
      readonly kind: 'transferObjects';
      readonly objects: readonly Argument[];
      readonly address: Argument;
    }
  | { readonly kind: 'splitCoins'; readonly coin: Argument; readonly amounts: readonly Argument[] }
  | {
      readonly kind: 'mergeCoins';
      readonly target: Argument;
      readonly sources: readonly Argument[];
    }
  | {
      readonly kind: 'publish';
      readonly modules: readonly Uint8Array[];
      readonly dependencies: readonly string[];
    }
  | {
      readonly kind: 'makeMoveVec';
      readonly type: string | undefined;
      readonly elements: readonly Argument[];
    }
  | {
      readonly kind: 'upgrade';
      readonly modules: readonly Uint8Array[];
      readonly dependencies: readonly string[];
      readonly package: string;
      readonly ticket: Argument;
    };

/** Inputs and commands of a user transaction. */
export interface ProgrammableTransaction {
  readonly kind: 'programmable';
  readonly inputs: readonly CallArg[];
  readonly commands: readonly Command[];
}

/** What a transaction does. System kinds are made by the ledger only; users send `programmable`. */
export type TransactionKind =
  | ProgrammableTransaction
  | {
      readonly kind: 'genesis';
      readonly objects: readonly { readonly data: ObjectData; readonly owner: Owner }[];
    }
  /** Sets the clock object; first transaction of every checkpoint that holds user transactions. */
  | {
      readonly kind: 'consensusCommitPrologue';
      readonly epoch: bigint;
      readonly round: bigint;
      readonly timestampMs: bigint;
    };

/** Payment of a transaction. */
export interface GasData {
  readonly payment: readonly ObjectRef[];
  readonly owner: string;
  /** MIST per gas unit. */
  readonly price: bigint;
  /** MIST. */
  readonly budget: bigint;
}

/** Until when a transaction may be executed. */
export type TransactionExpiration =
  | { readonly kind: 'none' }
  | { readonly kind: 'epoch'; readonly epoch: bigint }
  | ({ readonly kind: 'validDuring' } & ValidDuring)
  | ({
      readonly kind: 'validity';
      readonly allowedProposers:
        | { readonly epoch: bigint; readonly proposers: readonly number[] }
        | undefined;
    } & ValidDuring);

/** Window of validity of a transaction. */
export interface ValidDuring {
  readonly minEpoch: bigint | undefined;
  readonly maxEpoch: bigint | undefined;
  readonly minTimestampMs: bigint | undefined;
  readonly maxTimestampMs: bigint | undefined;
  /** Chain id. */
  readonly chain: string;
  readonly nonce: number;
}

/** Transaction as signed (version 1). */
export interface TransactionData {
  readonly kind: TransactionKind;
  readonly sender: string;
  readonly gas: GasData;
  readonly expiration: TransactionExpiration;
}

// ---------------------------------------------------------------------------- objects

/** Where a datatype of a package was introduced. */
export interface TypeOrigin {
  readonly module: string;
  readonly datatype: string;
  /** Storage id of the package version that introduced it. */
  readonly package: string;
}

/** Contents of a package object (move-vm.md 7.1). */
export interface PackageData {
  readonly kind: 'package';
  /** Storage id. */
  readonly id: string;
  readonly version: bigint;
  /** Address that the modules carry: stable over upgrades. Equals `id` for version 1. */
  readonly originalId: string;
  /** Module name to bytecode, in name order. */
  readonly modules: ReadonlyMap<string, Uint8Array>;
  readonly typeOrigins: readonly TypeOrigin[];
  /** Original id of each (transitive) dependency to the version used. */
  readonly linkage: ReadonlyMap<string, { readonly id: string; readonly version: bigint }>;
}

/** Contents of a Move object. */
export interface MoveData {
  readonly kind: 'move';
  /** Canonical type, defining ids. */
  readonly type: string;
  readonly hasPublicTransfer: boolean;
  readonly version: bigint;
  /** BCS of the struct; the first 32 bytes are the object id. */
  readonly contents: Uint8Array;
}

/** Contents of an object. */
export type ObjectData = MoveData | PackageData;

/** One version of an object. */
export interface LedgerObject {
  readonly objectId: string;
  readonly version: bigint;
  readonly digest: string;
  readonly owner: Owner;
  readonly data: ObjectData;
  /** Digest of the transaction that wrote this version. */
  readonly previousTransaction: string;
  /** MIST refunded when the object is deleted or rewritten. */
  readonly storageRebate: bigint;
  /** BCS of the whole object. */
  readonly bcs: Uint8Array;
}

// ---------------------------------------------------------------------------- effects

/** Place in Move code where execution stopped. */
export interface MoveLocation {
  /** Storage id of the package. */
  readonly package: string;
  readonly module: string;
  /** Function definition index. */
  readonly function: number;
  /** Offset of the instruction. */
  readonly instruction: number;
  readonly functionName: string | undefined;
}

/** What is wrong with one argument of a command. */
export type CommandArgumentErrorKind =
  | { readonly kind: 'IndexOutOfBounds'; readonly index: number }
  | {
      readonly kind: 'SecondaryIndexOutOfBounds';
      readonly result: number;
      readonly secondary: number;
    }
  | { readonly kind: 'InvalidResultArity'; readonly result: number }
  | {
      readonly kind:
        | 'TypeMismatch'
        | 'InvalidBCSBytes'
        | 'InvalidUsageOfPureArg'
        | 'InvalidArgumentToPrivateEntryFunction'
        | 'InvalidGasCoinUsage'
        | 'InvalidValueUsage'
        | 'InvalidObjectByValue'
        | 'InvalidObjectByMutRef'
        | 'SharedObjectOperationNotAllowed'
        | 'InvalidArgumentArity'
        | 'InvalidTransferObject'
        | 'InvalidMakeMoveVecNonObjectArgument'
        | 'ArgumentWithoutValue'
        | 'CannotMoveBorrowedValue'
        | 'CannotWriteToExtendedReference'
        | 'InvalidReferenceArgument'
        | 'InvalidTxContext';
    };

/** Why a package upgrade was refused. */
export type PackageUpgradeErrorKind =
  | { readonly kind: 'UnableToFetchPackage'; readonly packageId: string }
  | { readonly kind: 'NotAPackage'; readonly objectId: string }
  | { readonly kind: 'IncompatibleUpgrade' }
  | { readonly kind: 'DigestDoesNotMatch'; readonly digest: Uint8Array }
  | { readonly kind: 'UnknownUpgradePolicy'; readonly policy: number }
  | {
      readonly kind: 'PackageIDDoesNotMatch';
      readonly packageId: string;
      readonly ticketId: string;
    };

/** Reason of a failed execution; `kind` is the name of the BCS variant. */
export type ExecutionError =
  | { readonly kind: 'MoveAbort'; readonly location: MoveLocation; readonly code: bigint }
  | { readonly kind: 'MovePrimitiveRuntimeError'; readonly location: MoveLocation | undefined }
  | {
      readonly kind: 'CommandArgumentError';
      readonly argument: number;
      readonly error: CommandArgumentErrorKind;
    }
  | {
      readonly kind: 'TypeArgumentError';
      readonly argument: number;
      readonly error: 'TypeNotFound' | 'ConstraintNotSatisfied';
    }
  | { readonly kind: 'UnusedValueWithoutDrop'; readonly result: number; readonly secondary: number }
  | { readonly kind: 'InvalidPublicFunctionReturnType'; readonly index: number }
  | { readonly kind: 'CircularObjectOwnership'; readonly object: string }
  | { readonly kind: 'PackageUpgradeError'; readonly error: PackageUpgradeErrorKind }
  | {
      readonly kind:
        | 'MoveObjectTooBig'
        | 'MovePackageTooBig'
        | 'EffectsTooLarge'
        | 'WrittenObjectsTooLarge';
      readonly size: bigint;
      readonly maxSize: bigint;
    }
  | { readonly kind: PlainExecutionErrorKind };

/** Reasons without details. */
export type PlainExecutionErrorKind =
  | 'InsufficientGas'
  | 'InvalidGasObject'
  | 'InvariantViolation'
  | 'FeatureNotYetSupported'
  | 'InsufficientCoinBalance'
  | 'CoinBalanceOverflow'
  | 'PublishErrorNonZeroAddress'
  | 'SuiMoveVerificationError'
  | 'VMVerificationOrDeserializationError'
  | 'VMInvariantViolation'
  | 'FunctionNotFound'
  | 'ArityMismatch'
  | 'TypeArityMismatch'
  | 'NonEntryFunctionInvoked'
  | 'InvalidTransferObject'
  | 'PublishUpgradeMissingDependency'
  | 'PublishUpgradeDependencyDowngrade'
  | 'SharedObjectOperationNotAllowed'
  | 'InputObjectDeleted'
  | 'InvalidLinkage';

/** Outcome of an execution. `command` is the index of the failing command, where one is to blame. */
export type ExecutionStatus =
  | { readonly success: true }
  | {
      readonly success: false;
      readonly error: ExecutionError;
      readonly command: number | undefined;
      /** One line for people; not part of the BCS. Rebuilt from `error` after a restart. */
      readonly description: string;
    };

/** Gas of a transaction, MIST. Net cost = computation + storage - rebate. */
export interface GasCostSummary {
  readonly computationCost: bigint;
  readonly storageCost: bigint;
  readonly storageRebate: bigint;
  readonly nonRefundableStorageFee: bigint;
}

/** Change of one object, as in effects version 2. */
export interface ObjectChange {
  readonly objectId: string;
  /** State before; undefined = did not exist (or was wrapped). */
  readonly input:
    | { readonly version: bigint; readonly digest: string; readonly owner: Owner }
    | undefined;
  /** State after; undefined = deleted or wrapped. */
  readonly output:
    | {
        readonly kind: 'object';
        readonly digest: string;
        readonly owner: Owner;
        readonly version: bigint;
      }
    | { readonly kind: 'package'; readonly digest: string; readonly version: bigint }
    | undefined;
  readonly idOperation: 'none' | 'created' | 'deleted';
}

/** Shared object that was read and not changed. */
export interface UnchangedConsensusObject {
  readonly objectId: string;
  readonly kind: 'readOnlyRoot';
  readonly version: bigint;
  readonly digest: string;
}

/** Effects of a transaction (version 2). */
export interface TransactionEffects {
  readonly status: ExecutionStatus;
  readonly epoch: bigint;
  readonly gasUsed: GasCostSummary;
  readonly transactionDigest: string;
  /** Position of the gas coin in `changedObjects`; undefined for system transactions. */
  readonly gasObjectIndex: number | undefined;
  readonly eventsDigest: string | undefined;
  /** Digests of the transactions that wrote the inputs, sorted by bytes. */
  readonly dependencies: readonly string[];
  readonly lamportVersion: bigint;
  /** Sorted by id. */
  readonly changedObjects: readonly ObjectChange[];
  readonly unchangedConsensusObjects: readonly UnchangedConsensusObject[];
}

/** Event emitted by Move code. */
export interface LedgerEvent {
  /** Storage id of the package named in the top-level Move call (or being published). */
  readonly packageId: string;
  readonly module: string;
  readonly sender: string;
  /** Canonical type, defining ids. */
  readonly type: string;
  readonly contents: Uint8Array;
}

/** Net change of a coin balance of an address-owned account. */
export interface BalanceChange {
  readonly address: string;
  readonly coinType: string;
  /** Signed. */
  readonly amount: bigint;
}

/** Executed transaction with everything the API can tell about it. */
export interface TransactionRecord {
  readonly digest: string;
  readonly transaction: TransactionData;
  /** BCS of `TransactionData`. */
  readonly transactionBcs: Uint8Array;
  /** Raw signatures: flag, signature, public key. Empty for system transactions. */
  readonly signatures: readonly Uint8Array[];
  readonly effects: TransactionEffects;
  readonly effectsBcs: Uint8Array;
  readonly effectsDigest: string;
  readonly events: readonly LedgerEvent[];
  /** BCS of the event list; undefined if there are none. */
  readonly eventsBcs: Uint8Array | undefined;
  readonly balanceChanges: readonly BalanceChange[];
  /** Object id to canonical type (or `package`) of every changed object. */
  readonly objectTypes: ReadonlyMap<string, string>;
  /** Sequence number of the checkpoint that holds it; undefined in simulations. */
  readonly checkpoint: bigint | undefined;
  /** Position in the checkpoint. */
  readonly indexInCheckpoint: number;
  /** Time of the checkpoint, ms since 1970; for simulations the time of the run. */
  readonly timestampMs: bigint;
}

// ---------------------------------------------------------------------------- checkpoints

/** Header of a checkpoint. */
export interface CheckpointSummary {
  readonly epoch: bigint;
  readonly sequenceNumber: bigint;
  readonly totalTransactions: bigint;
  readonly contentDigest: string;
  readonly previousDigest: string | undefined;
  /** Sum since the start of the epoch. */
  readonly epochGas: GasCostSummary;
  readonly timestampMs: bigint;
}

/** Checkpoint as stored. */
export interface CheckpointRecord {
  readonly digest: string;
  readonly summary: CheckpointSummary;
  readonly summaryBcs: Uint8Array;
  /** Transactions in order of execution. */
  readonly contents: readonly {
    readonly transaction: string;
    readonly effects: string;
    readonly signatures: readonly Uint8Array[];
  }[];
  readonly contentsBcs: Uint8Array;
}
