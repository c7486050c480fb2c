/** One transaction's view of the VM: the `Session` that the transaction layer drives. */
import type { Address, Bls } from '@walrus-ts/core';
import type {
  CallArgument,
  CompoundTag,
  FunctionInfo,
  FunctionInstance,
  MoveEvent,
  MovePackage,
  MoveType,
  MoveValue,
  ObjectOwner,
  ParameterType,
  Session,
  SessionInit,
  SessionResult,
  Slot,
  StoredObject,
} from './api.js';
import { deserializeValue, serializeValue } from './bcs.js';
import { MoveVmError } from './errors.js';
import { asInterpreterMeter } from './gas.js';
import { execute } from './interpreter.js';
import type { FunctionInst, LinkedFunction } from './loader.js';
import { PackageLoader, isTxContext, type PackageCache } from './package-loader.js';
import type { NativeTable } from './natives/table.js';
import { isOneTimeWitness } from './natives/sui.js';
import { resolveTag } from './resolve.js';
import { Runtime, objectIdOf, structTagOf } from './runtime.js';
import { asRuntimeType, type RuntimeType } from './types.js';
import {
  Ref,
  asAddressText,
  asArray,
  asBig,
  asNumber,
  asRef,
  copyValue,
  fromBytes,
  toBytes,
  type Value,
} from './values.js';

const FRAMEWORK = `0x${'2'.padStart(64, '0')}`;
/** Functions whose type argument must come from the calling module. @see spec move-vm.md 6.6 */
const INTERNAL_GENERICS: Readonly<Record<string, readonly string[]>> = {
  [`${FRAMEWORK}::transfer`]: [
    'transfer',
    'freeze_object',
    'share_object',
    'receive',
    'party_transfer',
  ],
  [`${FRAMEWORK}::event`]: ['emit', 'emit_authenticated'],
  [`${FRAMEWORK}::coin_registry`]: ['new_currency'],
  [`0x${'1'.padStart(64, '0')}::internal`]: ['permit'],
};

/** Whether a function's type parameter is restricted to the caller's module. */
export function hasInternalTypeParameter(address: string, module: string, name: string): boolean {
  return INTERNAL_GENERICS[`${address}::${module}`]?.includes(name) ?? false;
}

// The API hands out values and handles as opaque types; these are the only casts between the two.
function reveal(value: MoveValue): Value {
  return value as Value & MoveValue;
}

function hide(value: Value): MoveValue {
  return value as Value & MoveValue;
}

class SessionSlot implements Slot {
  readonly type: RuntimeType;
  readonly cell: Value[] = [];

  constructor(type: RuntimeType, value: Value | undefined) {
    this.type = type;
    if (value !== undefined) this.cell.push(value);
  }

  get(): MoveValue | undefined {
    const value = this.cell[0];
    return value === undefined ? undefined : hide(value);
  }

  set(value: MoveValue | undefined): void {
    if (value === undefined) this.cell.length = 0;
    else this.cell[0] = reveal(value);
  }
}

class LoadedFunction implements FunctionInfo {
  readonly fn: LinkedFunction;
  readonly package: Address;
  readonly module: string;
  readonly name: string;
  readonly index: number;
  readonly visibility: 'private' | 'public' | 'friend';
  readonly isEntry: boolean;
  readonly typeParameters: readonly number[];
  readonly hasInternalTypeParameter: boolean;
  readonly parameterCount: number;
  readonly returnCount: number;

  constructor(packageId: Address, fn: LinkedFunction) {
    const { loaded } = fn.module;
    this.fn = fn;
    this.package = packageId;
    this.module = loaded.name;
    this.name = fn.name;
    this.index = fn.index;
    this.visibility = fn.definition.visibility;
    this.isEntry = fn.definition.isEntry;
    this.typeParameters =
      loaded.compiled.functionHandles[fn.definition.handle]?.typeParameters ?? [];
    this.hasInternalTypeParameter = hasInternalTypeParameter(
      loaded.pkg.originalId,
      loaded.name,
      fn.name,
    );
    this.parameterCount = fn.parameterCount;
    this.returnCount = fn.returnCount;
  }
}

class InstantiatedFunction implements FunctionInstance {
  readonly info: LoadedFunction;
  readonly inst: FunctionInst;
  readonly typeArguments: readonly RuntimeType[];
  readonly parameters: readonly ParameterType[];
  readonly returns: readonly ParameterType[];

  constructor(info: LoadedFunction, typeArguments: readonly RuntimeType[]) {
    this.info = info;
    this.inst = info.fn.instance(typeArguments);
    this.typeArguments = typeArguments;
    const { loaded } = info.fn.module;
    const handle = loaded.compiled.functionHandles[info.fn.definition.handle];
    const signature = (index: number): ParameterType[] =>
      (loaded.compiled.signatures[index] ?? []).map((t) =>
        parameterType(loaded.instantiate(t, typeArguments)),
      );
    this.parameters = signature(handle?.parameters ?? -1);
    this.returns = signature(handle?.returns ?? -1);
  }
}

function parameterType(type: RuntimeType): ParameterType {
  const { shape } = type;
  if (shape.kind !== 'reference') return { passing: 'value', type, isTxContext: false };
  return {
    passing: shape.mutable ? 'mutable' : 'reference',
    type: shape.target,
    isTxContext: isTxContext(shape.target),
  };
}

/** What a session shares with its VM. */
export interface SessionComponents {
  readonly cache: PackageCache;
  readonly natives: NativeTable;
  readonly bls: Bls;
}

/** Makes a session; see `Session` for the meaning of each method. */
export function createSession(components: SessionComponents, init: SessionInit): Session {
  return new VmSession(components, init);
}

class VmSession implements Session {
  private readonly loader: PackageLoader;
  private readonly runtime: Runtime;
  private readonly events: MoveEvent[] = [];
  /** The one TxContext of the transaction. */
  private readonly context: Value[];

  constructor(components: SessionComponents, init: SessionInit) {
    this.loader = new PackageLoader(init.packages, components.cache, components.natives);
    this.runtime = new Runtime({
      env: init.env,
      loader: this.loader,
      objects: init.objects,
      meter: asInterpreterMeter(init.meter),
      bls: components.bls,
    });
    this.context = [txContextValue(init.env)];
  }

  // -- types ------------------------------------------------------------------------------------

  resolveType(tag: CompoundTag | string): MoveType {
    return resolveTag(this.loader, tag);
  }

  vectorType(element: MoveType): MoveType {
    return asRuntimeType(element).vector();
  }

  typeArgumentsOf(type: MoveType): readonly MoveType[] {
    const { shape } = asRuntimeType(type);
    if (shape.kind === 'vector') return [shape.element];
    return shape.kind === 'datatype' ? shape.args : [];
  }

  // -- functions --------------------------------------------------------------------------------

  findFunction(packageId: Address, module: string, name: string): FunctionInfo | undefined {
    const context = this.loader.context(packageId);
    if (context === undefined) return undefined;
    const linked = context.module(context.root.originalId, module);
    const index = linked?.loaded.findFunction(name);
    if (linked === undefined || index === undefined) return undefined;
    return new LoadedFunction(packageId, linked.functionAt(index));
  }

  instantiate(fn: FunctionInfo, typeArguments: readonly MoveType[]): FunctionInstance {
    const info = asLoadedFunction(fn);
    if (typeArguments.length !== info.typeParameters.length) {
      throw new MoveVmError(
        'NUMBER_OF_TYPE_ARGUMENTS_MISMATCH',
        `${info.module}::${info.name} takes ${info.typeParameters.length} type arguments`,
      );
    }
    const types = typeArguments.map(asRuntimeType);
    for (const [i, constraint] of info.typeParameters.entries()) {
      if (((types[i]?.abilities ?? 0) & constraint) !== constraint) {
        throw new MoveVmError('CONSTRAINT_NOT_SATISFIED', `type argument ${i} of ${info.name}`, {
          subStatus: i,
        });
      }
    }
    return new InstantiatedFunction(info, types);
  }

  call(fn: FunctionInstance, args: readonly CallArgument[]): MoveValue[] {
    if (!(fn instanceof InstantiatedFunction)) throw new TypeError('not a function of this VM');
    const values: Value[] = [];
    let next = 0;
    for (const parameter of fn.parameters) {
      if (parameter.isTxContext) {
        values.push(new Ref(this.context, 0));
        continue;
      }
      const arg = args[next++];
      if (arg === undefined) throw argumentCount(fn);
      values.push(argumentValue(arg));
    }
    if (next !== args.length) throw argumentCount(fn);
    return execute(this.runtime, fn.inst, values).map(hide);
  }

  stampEvents(packageId: Address, module: string): void {
    for (const event of this.runtime.pendingEvents) {
      this.events.push({
        package: packageId,
        module,
        sender: this.runtime.env.sender,
        type: structTagOf(event.type),
        contents: event.contents,
      });
    }
    this.runtime.pendingEvents = [];
  }

  // -- values -----------------------------------------------------------------------------------

  deserialize(type: MoveType, bytes: Uint8Array): MoveValue {
    return hide(deserializeValue(asRuntimeType(type), bytes));
  }

  serialize(type: MoveType, value: MoveValue): Uint8Array {
    return serializeValue(asRuntimeType(type), reveal(value));
  }

  createSlot(type: MoveType, value?: MoveValue): Slot {
    return new SessionSlot(asRuntimeType(type), value === undefined ? undefined : reveal(value));
  }

  copyValue(value: MoveValue): MoveValue {
    return hide(copyValue(reveal(value)));
  }

  readReference(reference: MoveValue): MoveValue {
    return hide(copyValue(asRef(reveal(reference)).get()));
  }

  makeVector(elements: readonly MoveValue[]): MoveValue {
    return hide(elements.map(reveal));
  }

  objectId(value: MoveValue): Address {
    return objectIdOf(reveal(value));
  }

  asU64(value: MoveValue): bigint {
    return asBig(reveal(value));
  }

  asAddress(value: MoveValue): Address {
    return asAddressText(reveal(value)) as Address;
  }

  fromU64(value: bigint): MoveValue {
    return hide(value);
  }

  fromAddress(value: Address): MoveValue {
    return hide(value);
  }

  // Coin { id: UID, balance: Balance { value: u64 } }
  coinBalance(coin: MoveValue): bigint {
    return asBig(asArray(asArray(reveal(coin))[1])[0]);
  }

  setCoinBalance(coin: MoveValue, balance: bigint): void {
    asArray(asArray(reveal(coin))[1])[0] = balance;
  }

  makeCoin(id: Address, balance: bigint): MoveValue {
    return hide([[[id]], [balance]]);
  }

  // UpgradeCap { id: UID, package: ID, version: u64, policy: u8 }
  makeUpgradeCap(id: Address, packageId: Address): MoveValue {
    return hide([[[id]], [packageId], 1n, 0]);
  }

  // UpgradeTicket { cap: ID, package: ID, policy: u8, digest: vector<u8> }
  readUpgradeTicket(value: MoveValue) {
    const [cap, packageId, policy, digest] = asArray(reveal(value));
    return {
      cap: asAddressText(asArray(cap)[0]) as Address,
      package: asAddressText(asArray(packageId)[0]) as Address,
      policy: asNumber(policy),
      digest: toBytes(asArray(digest)),
    };
  }

  makeUpgradeReceipt(cap: Address, packageId: Address): MoveValue {
    return hide([[cap], [packageId]]);
  }

  // -- objects ----------------------------------------------------------------------------------

  freshId(): Address {
    return this.runtime.freshId();
  }

  freshPackageId(): Address {
    return this.runtime.nextId();
  }

  recordInput(id: Address, owner: ObjectOwner): void {
    this.runtime.inputOwners.set(id, owner);
  }

  deleteId(id: Address): void {
    this.runtime.recordDeleted(id);
  }

  transfer(owner: ObjectOwner, type: MoveType, value: MoveValue): void {
    this.runtime.transfer(owner, asRuntimeType(type), reveal(value));
  }

  // -- packages ---------------------------------------------------------------------------------

  addPackage(pkg: MovePackage): void {
    this.loader.add(pkg);
  }

  runInit(packageId: Address, module: string): boolean {
    const fn = this.findFunction(packageId, module, 'init');
    if (fn === undefined) return false;
    const instance = asLoadedFunction(fn).fn.instance([]);
    const values: Value[] = [];
    for (const parameter of new InstantiatedFunction(asLoadedFunction(fn), []).parameters) {
      if (parameter.isTxContext) {
        values.push(new Ref(this.context, 0));
      } else if (isOneTimeWitness(asRuntimeType(parameter.type))) {
        values.push([false]);
      } else {
        throw new MoveVmError(
          'SUI_VERIFICATION_ERROR',
          `init of ${module} has a foreign parameter`,
        );
      }
    }
    execute(this.runtime, instance, values);
    this.stampEvents(packageId, module);
    return true;
  }

  // -- end --------------------------------------------------------------------------------------

  finish(): SessionResult {
    const written = this.runtime.writtenObjects();
    const received: StoredObject[] = [...this.runtime.received.values()];
    return {
      newIds: [...this.runtime.newIds],
      deletedIds: [...this.runtime.deletedIds],
      written,
      loadedChildren: this.runtime.loadedChildren(),
      received,
      events: this.events,
    };
  }
}

function asLoadedFunction(fn: FunctionInfo): LoadedFunction {
  if (!(fn instanceof LoadedFunction)) throw new TypeError('not a function of this VM');
  return fn;
}

function argumentCount(fn: InstantiatedFunction): MoveVmError {
  return new MoveVmError(
    'NUMBER_OF_ARGUMENTS_MISMATCH',
    `wrong number of arguments for ${fn.info.module}::${fn.info.name}`,
  );
}

function argumentValue(arg: CallArgument): Value {
  if (arg.kind === 'value') return reveal(arg.value);
  if (!(arg.slot instanceof SessionSlot)) throw new TypeError('not a slot of this VM');
  if (arg.slot.cell.length === 0) throw new TypeError('borrow of an empty slot');
  return new Ref(arg.slot.cell, 0);
}

/** TxContext { sender, tx_hash, epoch, epoch_timestamp_ms, ids_created }. */
export function txContextValue(env: SessionInit['env']): Value {
  return [env.sender, fromBytes(env.digest), env.epoch, env.epochTimestampMs, 0n];
}
