/**
 * Contracts between the Move VM and its callers (the ledger and the unit-test runner).
 *
 * Everything the ledger needs is named here; `index.ts` exports the functions that make these
 * objects. Values and types are opaque handles: the ledger moves them around, the VM reads them.
 */
import type { Address, Bls } from '@walrus-ts/core';

/** Ability bit set of Move: 1 copy, 2 drop, 4 store, 8 key. @see spec move-vm.md 1.2 */
export type AbilitySet = number;

/** Names of the types without operands. */
export type PrimitiveName =
  | 'bool'
  | 'u8'
  | 'u16'
  | 'u32'
  | 'u64'
  | 'u128'
  | 'u256'
  | 'address'
  | 'signer';

/** A struct or enum type as it leaves the VM: the address is the *defining* package id. */
export interface StructTag {
  readonly address: Address;
  readonly module: string;
  readonly name: string;
  readonly typeParams: readonly TypeTag[];
}

/** A fully instantiated type as plain data. @see spec move-vm.md 12 */
export type TypeTag = PrimitiveName | CompoundTag;

/** A type tag with operands. */
export type CompoundTag = { readonly vector: TypeTag } | { readonly struct: StructTag };

/** An interned runtime type; two equal types of one VM are the same object (compare with ===). */
export interface MoveType {
  /** The type as plain data with defining ids. References have no tag: reading it throws. */
  readonly tag: TypeTag;
  readonly abilities: AbilitySet;
  /** Canonical string with 0x and full-length defining ids. */
  toString(): string;
}

declare const valueBrand: unique symbol;

/** An opaque Move value. Owned by whoever holds it: pass it on once, copy with `copyValue`. */
export type MoveValue = { readonly [valueBrand]: true };

/** A place that holds at most one value and that calls can borrow. */
export interface Slot {
  readonly type: MoveType;
  /** The value, or undefined once it was moved out. */
  get(): MoveValue | undefined;
  set(value: MoveValue | undefined): void;
}

/** A package object as the ledger stores it. @see spec move-vm.md 7.1 */
export interface MovePackage {
  /** Storage id. */
  readonly id: Address;
  /** The address that its modules carry: the id of version 1. */
  readonly originalId: Address;
  readonly version: bigint;
  /** Module name to module bytes. */
  readonly modules: ReadonlyMap<string, Uint8Array>;
  /** Which storage id introduced each datatype. */
  readonly typeOrigins: readonly TypeOrigin[];
  /** Original id of each dependency (not of the package itself) to the version used. */
  readonly linkage: ReadonlyMap<Address, { readonly id: Address; readonly version: bigint }>;
}

/** One row of a type-origin table. */
export interface TypeOrigin {
  readonly module: string;
  readonly datatype: string;
  readonly package: Address;
}

/** Where the VM finds packages. Must be stable: one id always gives the same package version. */
export interface PackageStore {
  /** The package with this storage id, or undefined. */
  getPackage(storageId: Address): MovePackage | undefined;
}

/** Owner of an object. Shared objects that were not shared before have `initialVersion` null. */
export type ObjectOwner =
  | { readonly kind: 'address'; readonly address: Address }
  | { readonly kind: 'object'; readonly parent: Address }
  | { readonly kind: 'shared'; readonly initialVersion: bigint | null }
  | { readonly kind: 'immutable' }
  | {
      readonly kind: 'consensusAddress';
      readonly startVersion: bigint | null;
      readonly owner: Address;
    };

/** A stored Move object handed to the VM. */
export interface StoredObject {
  readonly id: Address;
  readonly version: bigint;
  /** Type with defining ids, plain or canonical string. */
  readonly type: StructTag | string;
  readonly contents: Uint8Array;
  readonly owner: ObjectOwner;
}

/** Where the VM finds objects that are not inputs: children (dynamic fields) and received objects. */
export interface ObjectSource {
  /**
   * The newest visible version of an object whose owner is Object(`parent`), or undefined when it
   * does not exist or has another owner.
   */
  child(parent: Address, id: Address): StoredObject | undefined;
  /** The object when its current owner is Address(`parent`) and its version is `version`. */
  receivable(parent: Address, id: Address, version: bigint): StoredObject | undefined;
}

/** Facts about the running transaction that natives read. @see spec move-vm.md 5.7 */
export interface TxEnv {
  readonly sender: Address;
  /** 32 raw bytes. */
  readonly digest: Uint8Array;
  readonly epoch: bigint;
  readonly epochTimestampMs: bigint;
  readonly referenceGasPrice: bigint;
  readonly gasPrice: bigint;
  readonly gasBudget: bigint;
  /** The gas owner when it is not the sender. */
  readonly sponsor?: Address;
}

/** Computation meter of one transaction. @see spec move-vm.md 10.1 */
export interface GasMeter {
  /** Adds native or ledger work (input bytes, publishing) in internal units; OUT_OF_GAS at the limit. */
  charge(internalUnits: number): void;
  /** Internal units used so far (1000 internal units = 1 gas unit). */
  readonly usedInternal: number;
  /** Gas units used so far, rounded up to the billing step. */
  computationUnits(): number;
}

/** A signature type of a function parameter or return value. */
export interface ParameterType {
  readonly passing: 'value' | 'reference' | 'mutable';
  /** The type behind the reference, or the value's type. */
  readonly type: MoveType;
  /** `&TxContext` or `&mut TxContext`: supplied by the VM, not by the caller. */
  readonly isTxContext: boolean;
}

/** What the transaction layer must know about a function before it instantiates it. */
export interface FunctionInfo {
  /** Storage id of the package it was looked up in. */
  readonly package: Address;
  readonly module: string;
  readonly name: string;
  /** Index of the function definition in its module. */
  readonly index: number;
  readonly visibility: 'private' | 'public' | 'friend';
  readonly isEntry: boolean;
  /** Constraints of each type parameter. */
  readonly typeParameters: readonly AbilitySet[];
  /** Whether a type parameter is restricted to the caller's module (never callable from a PTB). */
  readonly hasInternalTypeParameter: boolean;
  readonly parameterCount: number;
  readonly returnCount: number;
}

/** A function with its type arguments applied. */
export interface FunctionInstance {
  readonly info: FunctionInfo;
  readonly typeArguments: readonly MoveType[];
  readonly parameters: readonly ParameterType[];
  readonly returns: readonly ParameterType[];
}

/** One argument of a call: an owned value, or a borrow of a slot, or a reference value got before. */
export type CallArgument =
  | { readonly kind: 'value'; readonly value: MoveValue }
  | { readonly kind: 'borrow'; readonly slot: Slot };

/** An event stamped with the top-level call that caused it. @see spec move-vm.md 5.6 */
export interface MoveEvent {
  readonly package: Address;
  readonly module: string;
  readonly sender: Address;
  readonly type: StructTag;
  readonly contents: Uint8Array;
}

/** An object that a transaction wrote (transferred, shared, frozen). */
export interface WrittenObject {
  readonly id: Address;
  readonly owner: ObjectOwner;
  readonly type: StructTag;
  readonly contents: Uint8Array;
  /** The type has `store`. */
  readonly hasPublicTransfer: boolean;
}

/** A child object that was loaded from the store in this transaction, changed or not. */
export interface LoadedChild {
  readonly id: Address;
  readonly parent: Address;
  readonly version: bigint;
  /** Object as it was in the store. */
  readonly stored: StoredObject;
  /** Whether it is still a child of some object; false once it was taken out. */
  readonly isPresent: boolean;
}

/** Everything a transaction did to objects. @see spec move-vm.md 5.2, 5.3 */
export interface SessionResult {
  /** Ids made and not deleted again, in order. */
  readonly newIds: readonly Address[];
  /** Ids deleted that were not made in this transaction, in order. */
  readonly deletedIds: readonly Address[];
  /** Objects written with their new owner: transfers, then new or changed children. */
  readonly written: readonly WrittenObject[];
  /** Children fetched from the store (their parents' versions are not inputs). */
  readonly loadedChildren: readonly LoadedChild[];
  /** Objects received through `transfer::receive`, as stored. */
  readonly received: readonly StoredObject[];
  readonly events: readonly MoveEvent[];
}

/** What a session needs. */
export interface SessionInit {
  readonly env: TxEnv;
  readonly packages: PackageStore;
  readonly objects: ObjectSource;
  readonly meter: GasMeter;
}

/** The VM side of one transaction. Not reusable after an error or `finish`. */
export interface Session {
  // -- types ------------------------------------------------------------------------------------

  /** Loads a type by tag or text; throws MoveVmError TYPE_RESOLUTION_FAILURE / LOOKUP_FAILED when unknown. */
  resolveType(tag: CompoundTag | string): MoveType;
  /** The type of `vector<element>`. */
  vectorType(element: MoveType): MoveType;
  /** Type arguments of a vector or datatype (empty for primitives). */
  typeArgumentsOf(type: MoveType): readonly MoveType[];

  // -- functions --------------------------------------------------------------------------------

  /** Looks up a function by storage id; undefined when package, module or function is missing. */
  findFunction(packageId: Address, module: string, name: string): FunctionInfo | undefined;
  /**
   * Applies type arguments. Throws MoveVmError with status NUMBER_OF_TYPE_ARGUMENTS_MISMATCH
   * (wrong count) or CONSTRAINT_NOT_SATISFIED (`subStatus` = index of the argument).
   */
  instantiate(fn: FunctionInfo, typeArguments: readonly MoveType[]): FunctionInstance;
  /**
   * Calls a function. `args` has one entry per parameter that is not a TxContext. Returned
   * references are values whose ParameterType says so. Events stay pending: see `stampEvents`.
   */
  call(fn: FunctionInstance, args: readonly CallArgument[]): MoveValue[];
  /** Stamps the pending events with the top-level call. Call it after every call and init. */
  stampEvents(packageId: Address, module: string): void;

  // -- values -----------------------------------------------------------------------------------

  /** Strict BCS decoding; throws MoveVmError FAILED_TO_DESERIALIZE_ARGUMENT. */
  deserialize(type: MoveType, bytes: Uint8Array): MoveValue;
  /** BCS of a value. */
  serialize(type: MoveType, value: MoveValue): Uint8Array;
  createSlot(type: MoveType, value?: MoveValue): Slot;
  copyValue(value: MoveValue): MoveValue;
  /** Deep copy of what a reference value (returned by a call) points to. */
  readReference(reference: MoveValue): MoveValue;
  makeVector(elements: readonly MoveValue[]): MoveValue;
  /** Id of an object value (struct with `id: UID` first). */
  objectId(value: MoveValue): Address;
  /** Number in a u64 value. */
  asU64(value: MoveValue): bigint;
  asAddress(value: MoveValue): Address;
  fromU64(value: bigint): MoveValue;
  fromAddress(value: Address): MoveValue;
  /** Balance of a `0x2::coin::Coin<T>` value, in base units. */
  coinBalance(coin: MoveValue): bigint;
  /** Changes a coin value in place. */
  setCoinBalance(coin: MoveValue, balance: bigint): void;
  /** A new coin value; the id must come from `freshId`. */
  makeCoin(id: Address, balance: bigint): MoveValue;
  /** UpgradeCap value for a newly published package. */
  makeUpgradeCap(id: Address, packageId: Address): MoveValue;
  /** Fields of an UpgradeTicket value. */
  readUpgradeTicket(value: MoveValue): {
    cap: Address;
    package: Address;
    policy: number;
    digest: Uint8Array;
  };
  makeUpgradeReceipt(cap: Address, packageId: Address): MoveValue;

  // -- objects ----------------------------------------------------------------------------------

  /** Next fresh object id (shared counter of the transaction) and records it as new. */
  freshId(): Address;
  /** Next fresh id for a package: taken from the same counter, not recorded as a new object. */
  freshPackageId(): Address;
  /** Records an object input, so that transfers, sharing and wrapping are judged rightly. */
  recordInput(id: Address, owner: ObjectOwner): void;
  /** Deletes an object id (merged coins). */
  deleteId(id: Address): void;
  /** Gives an object to an owner (TransferObjects, returning inputs). */
  transfer(owner: ObjectOwner, type: MoveType, value: MoveValue): void;

  // -- packages ---------------------------------------------------------------------------------

  /** Makes a package visible to this session only (published earlier in the same transaction). */
  addPackage(pkg: MovePackage): void;
  /** Runs `init` of one module if it has one and stamps its events; false when there is none. */
  runInit(packageId: Address, module: string): boolean;

  // -- end --------------------------------------------------------------------------------------

  /** Serializes what changed. */
  finish(): SessionResult;
}

/** Crypto that cannot be made synchronously; load once, pass to `createMoveVm`. */
export interface MoveVmComponents {
  readonly bls: Bls;
}

/** A VM: caches of decoded packages and interned types, shared by all sessions of one ledger. */
export interface MoveVm {
  createSession(init: SessionInit): Session;
  /** Forgets a cached package (in-place framework upgrade). */
  evictPackage(id: Address): void;
}

/** Facts about a serialized module, read with all limits of section 1 checked. */
export interface ModuleSummary {
  readonly name: string;
  /** Address the module carries (0x0 before publishing). */
  readonly selfAddress: Address;
  /** Addresses of other packages it names, sorted. */
  readonly dependencies: readonly Address[];
  /** Names of its structs and enums. */
  readonly datatypes: readonly string[];
  readonly hasInit: boolean;
}

/** Upgrade policies of a ticket. @see spec move-vm.md 7.3 */
export type UpgradePolicy = 0 | 128 | 192;

// The functions below are exported by `index.ts` with exactly these signatures:
//
//   createMoveVm(components: MoveVmComponents): MoveVm
//   createGasMeter(options?: { maxUnits?: number }): GasMeter     no maxUnits = unmetered
//   roundComputationUnits(units: number): number                  10.1 billing steps
//   parseTypeTag(text: string): TypeTag                           short and long addresses
//   formatTypeTag(tag: TypeTag): string                           canonical, 0x + full length
//   encodeTypeTag(tag: TypeTag): Uint8Array; decodeTypeTag(bytes: Uint8Array): TypeTag
//   readModule(bytes: Uint8Array): ModuleSummary                  throws MoveVmError on bad bytes
//   setSelfAddress(bytes: Uint8Array, address: Address): Uint8Array   0x0 -> package address
//   verifyPackage(pkg: MovePackage, packages: PackageStore): void     section 13 rules, links
//   checkUpgrade(old: MovePackage, next: MovePackage, policy: UpgradePolicy): void
//   newTypeOrigins(modules: Map<name, bytes>, id: Address): TypeOrigin[]
//   upgradeTypeOrigins(old: MovePackage, modules: Map<name, bytes>, id: Address): TypeOrigin[]
//   describePackage(pkg: MovePackage, packages: PackageStore): DeclaredModule[]   declarations
//   packageDigest(modules: Uint8Array[], dependencies: Address[]): Uint8Array
//   fieldId(parent: Address, keyType: TypeTag, key: Uint8Array): Address       5.4
//   freshObjectId(digest: Uint8Array, n: bigint): Address                      5.5
//   ABILITY = { copy: 1, drop: 2, store: 4, key: 8 }
//
// Every failure of the VM is a MoveVmError (`errors.ts`):
//   status: MoveStatus name ('ABORTED', 'OUT_OF_GAS', ...), subStatus?: number,
//   abortCode?: bigint, location?: { package (storage id), originalPackage, module,
//   functionIndex, functionName, instruction }
//   kind: 'abort' | 'gas' | 'execution' | 'verification' | 'link' | 'value'
//   ('abort' -> MoveAbort, 'gas' -> InsufficientGas, 'execution' -> MovePrimitiveRuntimeError)
