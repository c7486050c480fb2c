/**
 * Interface of the ledger, as the RPC server, the faucet and tests use it.
 *
 * Reads are synchronous and see exactly the durable state: everything a caller can observe (objects,
 * transactions, checkpoints) is on disk already. Executions are serial; concurrent callers share one
 * disk flush and one checkpoint.
 */

import type { Dimension, PositionRange, TransactionPosition } from './dimensions.js';
import type {
  Argument,
  CheckpointRecord,
  LedgerObject,
  PackageData,
  TransactionData,
  TransactionRecord,
} from './types.js';

export type { Dimension, PositionRange, TransactionPosition } from './dimensions.js';
export type * from './types.js';

/** One page of a listing. `nextToken` is undefined at the end; otherwise pass it as `afterToken`. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken: Uint8Array | undefined;
}

/** Where to start and how much to return. */
export interface PageOptions {
  /** `nextToken` of the page before; opaque. */
  readonly afterToken?: Uint8Array | undefined;
  /** Maximum number of items, 1 to 1000. */
  readonly limit: number;
}

/** Sum of all coins of one type an address owns. */
export interface Balance {
  /** Canonical type inside `Coin<…>`. */
  readonly coinType: string;
  readonly total: bigint;
  readonly coins: number;
}

/** A dynamic field as seen from its parent. */
export interface DynamicFieldEntry {
  readonly kind: 'field' | 'object';
  readonly parent: string;
  /** Id of the `Field` object. */
  readonly fieldId: string;
  readonly fieldObject: LedgerObject;
  /** Canonical type of the key (without `Wrapper` for dynamic object fields). */
  readonly nameType: string;
  /** BCS of the key. */
  readonly name: Uint8Array;
  /** Type of the value; for `object` the type of the child object. */
  readonly valueType: string;
  /** BCS of the value; for `object` the 32 bytes of the child's id. */
  readonly value: Uint8Array;
  /** Id of the child object, for `object` only. */
  readonly childId: string | undefined;
}

/** The running Sui epoch. */
export interface EpochInfo {
  readonly epoch: bigint;
  readonly startTimestampMs: bigint;
  readonly firstCheckpoint: bigint;
  readonly referenceGasPrice: bigint;
  readonly protocolVersion: bigint;
}

/** Newest state in short. */
export interface LedgerStatus {
  readonly epoch: bigint;
  readonly checkpoint: bigint;
  readonly timestampMs: bigint;
  readonly totalTransactions: bigint;
  /** Oldest checkpoint that is kept with its transactions, effects and events. */
  readonly lowestCheckpoint: bigint;
  /** Oldest checkpoint whose objects are readable at the versions they had then. */
  readonly lowestObjectsCheckpoint: bigint;
}

/** Body of an open (not instantiated) Move type. */
export type OpenType =
  | { readonly kind: 'address' | 'bool' | 'u8' | 'u16' | 'u32' | 'u64' | 'u128' | 'u256' }
  | { readonly kind: 'vector'; readonly element: OpenType }
  /** `type` is `address::module::Name` with the defining id. */
  | {
      readonly kind: 'datatype';
      readonly type: string;
      readonly typeArguments: readonly OpenType[];
    }
  | { readonly kind: 'typeParameter'; readonly index: number };

/** Parameter or result of a function. */
export interface OpenSignature {
  readonly reference: 'none' | 'immutable' | 'mutable';
  readonly body: OpenType;
}

/** Ability of a Move type. */
export type AbilityName = 'copy' | 'drop' | 'store' | 'key';

/** Signature of a Move function. */
export interface FunctionDescription {
  readonly name: string;
  readonly visibility: 'private' | 'public' | 'friend';
  readonly isEntry: boolean;
  /** Constraints of each type parameter. */
  readonly typeParameters: readonly { readonly constraints: readonly AbilityName[] }[];
  /** Includes `TxContext` parameters. */
  readonly parameters: readonly OpenSignature[];
  readonly returns: readonly OpenSignature[];
}

/** Field of a struct or variant. */
export interface FieldDescription {
  readonly name: string;
  readonly position: number;
  readonly type: OpenType;
}

/** Declaration of a struct or enum. */
export interface DatatypeDescription {
  /** `definingId::module::Name`. */
  readonly type: string;
  readonly definingId: string;
  readonly module: string;
  readonly name: string;
  readonly abilities: readonly AbilityName[];
  readonly typeParameters: readonly {
    readonly constraints: readonly AbilityName[];
    readonly isPhantom: boolean;
  }[];
  readonly kind: 'struct' | 'enum';
  /** Fields of a struct; empty for enums. */
  readonly fields: readonly FieldDescription[];
  /** Variants of an enum; empty for structs. */
  readonly variants: readonly {
    readonly name: string;
    readonly position: number;
    readonly fields: readonly FieldDescription[];
  }[];
}

/** How to simulate. */
export interface SimulateOptions {
  /**
   * `enabled`: all admission checks and typing rules. `disabled`: no gas payment needed, ownership and
   * visibility rules relaxed, results of every command reported.
   */
  readonly checks: 'enabled' | 'disabled';
  /**
   * With an empty payment: run with a made-up gas coin that covers the budget (a budget of 0 means the
   * maximum, 50 SUI). Without it an empty payment is refused when checks are enabled. Default false.
   */
  readonly mockGas?: boolean;
}

/** Result or changed argument of one command. */
export interface CommandValue {
  /** Canonical type. */
  readonly type: string;
  readonly bcs: Uint8Array;
  /** Argument it was written through; only in `mutatedByRef`. */
  readonly argument?: Argument;
}

/** What one command of a simulation returned. */
export interface CommandResult {
  readonly returnValues: readonly CommandValue[];
  readonly mutatedByRef: readonly CommandValue[];
}

/** Outcome of a simulation. Nothing was stored. */
export interface SimulationResult {
  /** As of an execution; `checkpoint` undefined, no signatures. */
  readonly record: TransactionRecord;
  /** One per command that ran to its end. */
  readonly commandResults: readonly CommandResult[];
  /** Id of the made-up gas coin, if one was used. */
  readonly mockGasId: string | undefined;
  /** Storage cost (MIST) of the made-up gas coin that is part of `effects.gasUsed.storageCost`; else 0. */
  readonly mockGasStorageCost: bigint;
  /** Objects after the run by id, for callers that show written contents. */
  readonly writtenObjects: ReadonlyMap<string, LedgerObject>;
}

/** The ledger of one local chain. */
export interface Ledger {
  /** Base58 digest of the genesis checkpoint. */
  readonly chainId: string;

  /**
   * Reads an object.
   *
   * @param id - object id (normalised)
   * @param version - exact version; undefined = the current one. Past versions are kept for a bounded
   *   number of checkpoints
   * @returns the object, or undefined if it does not exist (now, or at that version)
   */
  getObject(id: string, version?: bigint): LedgerObject | undefined;

  /**
   * Lists the objects an address owns (address-owned and consensus-address-owned).
   *
   * Ordered by type; objects of one `Coin<T>` by balance, largest first.
   *
   * @param owner - address (normalised)
   * @param options - paging; `type`: canonical type with type arguments = exactly that, without = every
   *   instantiation of that datatype
   * @throws {LEDGER_INVALID_ARGUMENT} malformed token, limit or type
   */
  ownedObjects(
    owner: string,
    options: PageOptions & { readonly type?: string | undefined },
  ): Page<LedgerObject>;

  /** Sums the coins of one type (the type inside `Coin<…>`, canonical) of an address. */
  balance(owner: string, coinType: string): Balance;

  /** Lists the balances of an address, one per coin type, zero balances included if a coin exists. */
  balances(owner: string, options: PageOptions): Page<Balance>;

  /** Lists the dynamic fields of a parent object (by the id that owns the fields). */
  dynamicFields(parent: string, options: PageOptions): Page<DynamicFieldEntry>;

  /** Reads a package by storage id; undefined if there is none. */
  package(id: string): PackageData | undefined;

  /** Storage ids of all versions of the package family that `id` (any version) belongs to, oldest first. */
  packageVersions(id: string): readonly { readonly id: string; readonly version: bigint }[];

  /** Describes a function; undefined if package, module or function do not exist. */
  describeFunction(
    packageId: string,
    module: string,
    name: string,
  ): FunctionDescription | undefined;

  /** Describes a struct or enum; undefined if it does not exist. */
  describeDatatype(
    packageId: string,
    module: string,
    name: string,
  ): DatatypeDescription | undefined;

  /** Renders BCS of a Move value as JSON-able data (64-bit and larger integers as text); undefined if it does not fit. */
  renderJson(type: string, bcs: Uint8Array): unknown;

  /** Reads an executed transaction by digest; undefined also if it was dropped from the history. */
  transaction(digest: string): TransactionRecord | undefined;

  /**
   * Reads a checkpoint by sequence number or digest; undefined argument = the newest. Those before
   * `status().lowestCheckpoint` are not kept.
   */
  checkpoint(id?: bigint | string): CheckpointRecord | undefined;

  /** Transactions of a checkpoint in order; undefined if there is no such checkpoint. */
  checkpointTransactions(sequenceNumber: bigint): readonly TransactionRecord[] | undefined;

  /**
   * Finds transactions by one property.
   *
   * @param dimension - the property
   * @param range - between which positions, in which order, how many at most
   * @returns positions on the chain; all of them if fewer than the limit
   */
  transactionsBy(dimension: Dimension, range: PositionRange): readonly TransactionPosition[];

  /** The running epoch. */
  epochInfo(): EpochInfo;

  /** MIST per gas unit. */
  referenceGasPrice(): bigint;

  /** Epoch, newest checkpoint and time. */
  status(): LedgerStatus;

  /**
   * Executes a signed transaction.
   *
   * Resolves when transaction, objects and checkpoint are on disk. A transaction that fails in Move is a
   * record with `effects.status.success = false`. A transaction that was executed before returns its
   * stored record.
   *
   * @param transactionBcs - BCS of `TransactionData`
   * @param signatures - raw signatures (flag, signature, public key), one of the sender and, if different,
   *   one of the gas owner, in any order
   * @throws {LedgerError} refused before execution; nothing was charged
   */
  execute(
    transactionBcs: Uint8Array,
    signatures: readonly Uint8Array[],
  ): Promise<TransactionRecord>;

  /**
   * Runs a transaction without signatures on the current state and forgets the outcome.
   *
   * @throws {LedgerError} refused before execution
   */
  simulate(transaction: TransactionData, options: SimulateOptions): SimulationResult;

  /**
   * Reports every new checkpoint, in order, without gaps, after it is durable.
   *
   * @param listener - called synchronously; must not throw
   * @returns function that ends the subscription
   */
  subscribeCheckpoints(listener: (checkpoint: CheckpointRecord) => void): () => void;

  /**
   * Moves the chain's time forward.
   *
   * @param durationMs - how far, ms; 0 brings the clock object up to the present
   * @returns new time and the system transaction that wrote the clock object
   */
  advanceClock(durationMs: number): Promise<{ timestampMs: bigint; txDigest: string }>;

  /** Makes a checkpoint without user transactions (heartbeat) and returns it. */
  advanceCheckpoint(): Promise<CheckpointRecord>;

  /**
   * Writes a consistent copy of the durable state; the chain goes on meanwhile.
   *
   * @param dataDir - directory for the copy, made if missing; `openLedger` opens it
   * @throws {LEDGER_STORAGE} it cannot be written
   */
  save(dataDir: string): Promise<void>;

  /** Waits for running executions, then closes the files. Idempotent. */
  close(): Promise<void>;
}

/** Bytecode of a package that exists from genesis. */
export interface GenesisPackage {
  /** Address: `0x1` or `0x2` (normalised or short). */
  readonly id: string;
  /** Compiled modules in the order of the build output; self address = `id`. */
  readonly modules: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  /** Addresses of the packages it uses. */
  readonly dependencies: readonly string[];
}

/** SUI that exists from genesis. */
export interface GenesisAllocation {
  readonly address: string;
  /** MIST of each coin made. */
  readonly coins: readonly bigint[];
}

/** Constants of a chain, fixed at genesis. */
export interface ChainParameters {
  /** MIST per gas unit. Default 1000. */
  readonly referenceGasPrice?: bigint;
  /** Reported protocol version. Default 138. */
  readonly protocolVersion?: bigint;
}
