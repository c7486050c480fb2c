/**
 * Executes an admitted transaction on a state and works out its effects (move-vm.md 5.3, 6.1, 6.2, 10.1).
 *
 * Pure in the sense that the state is only read: everything a transaction did is in the outcome, and the
 * caller decides whether to keep it.
 *
 * Long because success and failure go through the same stages, whose order decides versions, rebates and digests.
 */

import type { Address } from '@walrus-ts/core';
import {
  createGasMeter,
  formatTypeTag,
  MAX_COMPUTATION_UNITS,
  type GasMeter,
  type MovePackage,
  type MoveVm,
  type ObjectOwner,
  type ObjectSource,
  type PackageStore,
  type Session,
  type SessionResult,
  type StoredObject,
} from '../move/index.js';
import type { AdmittedTransaction, ChainFacts, StateReader } from './admission.js';
import type { CommandResult } from './api.js';
import { coinBalance, makeObject, withCoinBalance } from './codec/object.js';
import { MOVE_STDLIB, SUI_FRAMEWORK } from './codec/type-tag.js';
import { base58ToDigest } from './digest.js';
import { describeError } from './describe-error.js';
import { buildEffects, type Outcome } from './effects.js';
import { LedgerError } from './errors.js';
import { gasSummary, INPUT_BYTE_COST, meteredSize, netCost, storageCost } from './gas.js';
import { MAX_EFFECTS_BYTES, MAX_OBJECT_BYTES, MAX_WRITTEN_BYTES } from './limits.js';
import { ExecutionFailure, failure, toFailure } from './ptb/failure.js';
import { runCommands } from './ptb/run.js';
import { balanceOf, SlotTable, type PtbSlot } from './ptb/slots.js';
import { typeCommands } from './ptb/typing.js';
import type {
  ExecutionStatus,
  GasCostSummary,
  LedgerEvent,
  LedgerObject,
  MoveData,
  ObjectData,
  Owner,
  PackageData,
} from './types.js';

/** What execution needs besides the transaction. */
export interface ExecutionContext {
  readonly vm: MoveVm;
  readonly state: StateReader;
  readonly chain: ChainFacts;
  /** Base58 digest of the transaction. */
  readonly digest: string;
  /** Keep the values of every command (simulations). */
  readonly keepResults: boolean;
}

/** Object to be written, before gas decides its rebate. */
export interface PendingWrite {
  readonly data: ObjectData;
  readonly owner: Owner;
}

/** What happened to objects, before gas. */
export interface ObjectChanges {
  readonly writes: Map<string, PendingWrite>;
  readonly created: Set<string>;
  readonly deleted: Set<string>;
  /** Existing objects that were read or changed: inputs, gas coins, loaded children, received ones. */
  readonly before: Map<string, LedgerObject>;
  /** Existing objects that are gone without being deleted. */
  readonly wrapped: Set<string>;
  readonly events: readonly LedgerEvent[];
}

/**
 * Executes a transaction.
 *
 * @returns effects, events, new objects and (with `keepResults`) the values of every command
 */
export function executeTransaction(tx: AdmittedTransaction, context: ExecutionContext): Outcome {
  return new Execution(tx, context).run();
}

class Execution {
  private readonly tx: AdmittedTransaction;
  private readonly context: ExecutionContext;
  private readonly meter: GasMeter;
  private readonly lamport: bigint;
  /** Inputs, by id. */
  private readonly inputs = new Map<string, LedgerObject>();
  private readonly gasCoin: LedgerObject;
  private readonly gasBalance: bigint;
  private readonly newPackages = new Map<string, MovePackage>();
  private readonly commandResults: CommandResult[] = [];
  /** Objects read while running whose writers this transaction depends on. */
  private readonly loaded = new Map<string, LedgerObject>();

  constructor(tx: AdmittedTransaction, context: ExecutionContext) {
    this.tx = tx;
    this.context = context;
    const { price, budget } = tx.data.gas;
    const maxUnits = Number(budget / (price === 0n ? 1n : price));
    this.meter = createGasMeter({ maxUnits: Math.min(maxUnits, MAX_COMPUTATION_UNITS) });
    let newest = 0n;
    const note = (object: LedgerObject): void => {
      if (object.version > newest) newest = object.version;
    };
    for (const input of tx.inputs) {
      if (input.kind === 'pure') continue;
      note(input.object);
      if (input.kind === 'object') this.inputs.set(input.object.objectId, input.object);
    }
    tx.gasCoins.forEach(note);
    this.lamport = newest + 1n;
    const [gasCoin] = tx.gasCoins;
    if (gasCoin === undefined) throw new LedgerError('LEDGER_INSUFFICIENT_GAS', 'no gas coin');
    this.gasCoin = gasCoin;
    this.gasBalance = tx.gasCoins.reduce((sum, coin) => sum + balanceOf(coin), 0n);
  }

  run(): Outcome {
    let status: ExecutionStatus = { success: true };
    let changes: ObjectChanges;
    try {
      changes = this.attempt();
    } catch (thrown) {
      const failed = toFailure(thrown, undefined);
      status = failedStatus(failed);
      changes = this.inputsOnly();
    }
    return this.settle(status, changes);
  }

  /** Runs the commands. @throws {ExecutionFailure} */
  private attempt(): ObjectChanges {
    const { tx, context, meter } = this;
    const { data } = tx;
    const packages: PackageStore = { getPackage: (id) => this.findPackage(id) };
    const session = context.vm.createSession({
      env: {
        sender: data.sender as Address,
        digest: base58ToDigest(context.digest),
        epoch: context.chain.epoch,
        epochTimestampMs: context.chain.epochTimestampMs,
        referenceGasPrice: context.chain.referenceGasPrice,
        gasPrice: data.gas.price,
        gasBudget: data.gas.budget,
        ...(data.gas.owner === data.sender ? {} : { sponsor: data.gas.owner as Address }),
      },
      packages,
      objects: this.objectSource(),
      meter,
    });
    try {
      meter.charge(this.inputBytes() * INPUT_BYTE_COST);
      for (const object of this.inputs.values()) {
        session.recordInput(object.objectId as Address, toVmOwner(object.owner));
      }
      session.recordInput(this.gasCoin.objectId as Address, toVmOwner(this.gasCoin.owner));
    } catch (thrown) {
      throw toFailure(thrown, undefined);
    }
    const table = new SlotTable(session, tx, this.gasBalance - data.gas.budget);
    const commands = typeCommands(session, tx, table);
    runCommands(
      {
        session,
        packages,
        meter,
        keepResults: context.keepResults,
        addPackage: (pkg) => this.newPackages.set(pkg.id, pkg),
      },
      commands,
      this.commandResults,
    );
    const touched = table.touchedObjects();
    returnInputs(session, touched, data.gas.owner);
    return this.collect(session.finish(), touched);
  }

  private inputBytes(): number {
    let total = 0;
    const add = (object: LedgerObject): void => {
      if (object.objectId !== MOVE_STDLIB && object.objectId !== SUI_FRAMEWORK)
        total += meteredSize(object.data);
    };
    for (const object of this.inputs.values()) add(object);
    this.tx.gasCoins.forEach(add);
    this.tx.packages.forEach(add);
    return total;
  }

  private findPackage(id: string): MovePackage | undefined {
    const added = this.newPackages.get(id);
    if (added !== undefined) return added;
    const object = this.context.state.get(id);
    return object?.data.kind === 'package' ? toMovePackage(object.data) : undefined;
  }

  private objectSource(): ObjectSource {
    const stored = (object: LedgerObject, data: MoveData): StoredObject => {
      this.loaded.set(object.objectId, object);
      return {
        id: object.objectId as Address,
        version: object.version,
        type: data.type,
        contents: data.contents,
        owner: toVmOwner(object.owner),
      };
    };
    return {
      child: (parent, id) => {
        const object = this.context.state.get(id);
        if (
          object?.data.kind !== 'move' ||
          object.owner.kind !== 'object' ||
          object.owner.parent !== parent
        ) {
          return undefined;
        }
        return stored(object, object.data);
      },
      receivable: (parent, id, version) => {
        const object = this.context.state.get(id);
        if (
          object?.data.kind !== 'move' ||
          object.owner.kind !== 'address' ||
          object.owner.address !== parent
        ) {
          return undefined;
        }
        return object.version === version ? stored(object, object.data) : undefined;
      },
    };
  }

  /** Turns what the session reports into changes of objects. */
  private collect(result: SessionResult, touched: readonly PtbSlot[]): ObjectChanges {
    const changes = this.unchangedInputs(touched);
    const { writes, created, deleted, before, wrapped } = changes;
    for (const id of result.deletedIds) deleted.add(id);
    for (const object of result.received) this.recordBefore(before, object.id);
    for (const child of result.loadedChildren) this.recordBefore(before, child.id);
    const fresh = new Set<string>(result.newIds);
    for (const object of result.written) {
      const id: string = object.id;
      const contents =
        id === this.gasCoin.objectId
          ? withCoinBalance(object.contents, coinBalance(object.contents) + this.tx.data.gas.budget)
          : object.contents;
      writes.set(id, {
        data: {
          kind: 'move',
          type: formatTypeTag({ struct: object.type }),
          hasPublicTransfer: object.hasPublicTransfer,
          version: this.lamport,
          contents,
        },
        owner: this.fromVmOwner(object.owner),
      });
      if (fresh.has(id)) created.add(id);
      else this.recordBefore(before, id);
    }
    checkSizes(writes);
    for (const pkg of this.newPackages.values()) {
      writes.set(pkg.id, { data: toPackageData(pkg), owner: { kind: 'immutable' } });
      created.add(pkg.id);
    }
    this.checkShared(touched, writes, deleted);
    const isGone = (id: string): boolean => !writes.has(id) && !deleted.has(id);
    for (const { origin } of touched) {
      if (origin.kind === 'object' && isWritable(origin.access) && isGone(origin.object.objectId)) {
        wrapped.add(origin.object.objectId);
      }
    }
    for (const { id } of result.received) if (isGone(id)) wrapped.add(id);
    for (const { id, isPresent } of result.loadedChildren)
      if (!isPresent && isGone(id)) wrapped.add(id);
    return {
      ...changes,
      events: result.events.map((event) => ({
        packageId: event.package,
        module: event.module,
        sender: event.sender,
        type: formatTypeTag({ struct: event.type }),
        contents: event.contents,
      })),
    };
  }

  private recordBefore(before: Map<string, LedgerObject>, id: string): void {
    if (before.has(id)) return;
    const object = this.context.state.get(id);
    if (object !== undefined) before.set(id, object);
  }

  /** A shared object taken by value must be deleted or shared again (move-vm.md 5.1). */
  private checkShared(
    touched: readonly PtbSlot[],
    writes: ReadonlyMap<string, PendingWrite>,
    deleted: ReadonlySet<string>,
  ): void {
    for (const { origin, isMoved } of touched) {
      if (origin.kind !== 'object' || origin.access !== 'sharedMutable' || !isMoved) continue;
      const { objectId, owner } = origin.object;
      if (owner.kind !== 'shared' || deleted.has(objectId)) continue;
      if (writes.get(objectId)?.owner.kind !== 'shared')
        throw failure('SharedObjectOperationNotAllowed');
    }
  }

  private fromVmOwner(owner: ObjectOwner): Owner {
    switch (owner.kind) {
      case 'shared':
        return { kind: 'shared', initialVersion: owner.initialVersion ?? this.lamport };
      case 'consensusAddress':
        return {
          kind: 'consensusAddress',
          startVersion: owner.startVersion ?? this.lamport,
          address: owner.owner,
        };
      default:
        return owner;
    }
  }

  /**
   * The changes every transaction makes: gas coins merged into the first, and mutable inputs that were
   * not touched written back with a new version.
   */
  private unchangedInputs(touched: readonly PtbSlot[]): ObjectChanges {
    const writes = new Map<string, PendingWrite>();
    const before = new Map<string, LedgerObject>();
    const deleted = new Set<string>();
    const isTouched = new Set(
      touched.map(({ origin }) =>
        origin.kind === 'object' ? origin.object.objectId : origin.kind,
      ),
    );
    for (const input of this.tx.inputs) {
      if (input.kind !== 'object' || !isWritable(input.access)) continue;
      const { object } = input;
      before.set(object.objectId, object);
      if (!isTouched.has(object.objectId)) this.writeBack(writes, object);
    }
    const [first, ...others] = this.tx.gasCoins;
    for (const coin of others) {
      before.set(coin.objectId, coin);
      deleted.add(coin.objectId);
    }
    if (first !== undefined) {
      before.set(first.objectId, first);
      if (!isTouched.has('gas')) this.writeBack(writes, first, this.gasBalance);
    }
    return { writes, before, deleted, created: new Set(), wrapped: new Set(), events: [] };
  }

  private writeBack(
    writes: Map<string, PendingWrite>,
    object: LedgerObject,
    balance?: bigint,
  ): void {
    const data = object.data as MoveData;
    const contents =
      balance === undefined ? data.contents : withCoinBalance(data.contents, balance);
    writes.set(object.objectId, {
      data: { ...data, version: this.lamport, contents },
      owner: object.owner,
    });
  }

  /** Changes of a failed transaction (6.2). */
  private inputsOnly(): ObjectChanges {
    return this.unchangedInputs([]);
  }

  /** Charges gas and builds the outcome; a budget too small for storage turns success into failure. */
  private settle(executed: ExecutionStatus, changed: ObjectChanges): Outcome {
    const { budget, price } = this.tx.data.gas;
    let status = executed;
    let changes = changed;
    let computation = this.computationCost(status, price);
    const isOutOfGas = !status.success && status.error.kind === 'InsufficientGas';
    if (isOutOfGas || computation >= budget) {
      // All that the meter had: the budget, or what one transaction may compute at most.
      const most = BigInt(MAX_COMPUTATION_UNITS) * price;
      computation = isOutOfGas && most < budget ? most : budget;
      changes = this.inputsOnly();
      if (status.success) status = failedStatus(failure('InsufficientGas'));
    }
    let gas = storageGas(changes, computation);
    if (netCost(gas) > budget) {
      changes = this.inputsOnly();
      gas = storageGas(changes, computation);
      if (status.success) status = failedStatus(failure('InsufficientGas'));
    }
    let isStorageFree = false;
    if (netCost(gas) > budget) {
      // Not even the inputs can be paid for: the whole budget goes, storage is not charged.
      isStorageFree = true;
      gas = gasSummary(budget, 0n, rebateOf(changes));
    }
    this.payGas(changes, gas);
    const outcome = this.build(status, changes, gas, isStorageFree);
    if (!status.success || outcome.effectsBcs.length <= MAX_EFFECTS_BYTES) return outcome;
    const error = tooLarge('EffectsTooLarge', outcome.effectsBcs.length, MAX_EFFECTS_BYTES);
    return this.settle(failedStatus(error), this.inputsOnly());
  }

  private build(
    status: ExecutionStatus,
    changes: ObjectChanges,
    gas: GasCostSummary,
    isStorageFree: boolean,
  ): Outcome {
    return buildEffects({
      tx: this.tx,
      digest: this.context.digest,
      chain: this.context.chain,
      lamport: this.lamport,
      status,
      gas,
      changes,
      loaded: status.success ? this.loaded : new Map(),
      finish: (write) =>
        makeObject({
          data: write.data,
          owner: write.owner,
          previousTransaction: this.context.digest,
          storageRebate: isStorageFree ? 0n : storageCost(write.data),
        }),
      commandResults: this.commandResults,
      gasCoinId: this.gasCoin.objectId,
      mockGasStorageCost: this.tx.isMockGas ? storageCost(this.gasCoin.data) : 0n,
    });
  }

  private computationCost(status: ExecutionStatus, price: bigint): bigint {
    const units = BigInt(this.meter.computationUnits());
    const cap = 100n * this.context.chain.referenceGasPrice;
    const isAborted = !status.success && status.error.kind === 'MoveAbort';
    return units * (isAborted && price > cap ? cap : price);
  }

  private payGas(changes: ObjectChanges, gas: GasCostSummary): void {
    const write = changes.writes.get(this.gasCoin.objectId);
    if (write?.data.kind !== 'move') throw new LedgerError('LEDGER_STORAGE', 'gas coin was lost');
    const contents = withCoinBalance(
      write.data.contents,
      coinBalance(write.data.contents) - netCost(gas),
    );
    changes.writes.set(this.gasCoin.objectId, { ...write, data: { ...write.data, contents } });
  }
}

/** Limits on what a transaction writes (move-vm.md 11). @throws {ExecutionFailure} */
function checkSizes(writes: ReadonlyMap<string, PendingWrite>): void {
  let total = 0;
  for (const { data } of writes.values()) {
    if (data.kind === 'move' && data.contents.length > MAX_OBJECT_BYTES) {
      throw tooLarge('MoveObjectTooBig', data.contents.length, MAX_OBJECT_BYTES);
    }
    total += meteredSize(data);
  }
  if (total > MAX_WRITTEN_BYTES) throw tooLarge('WrittenObjectsTooLarge', total, MAX_WRITTEN_BYTES);
}

function tooLarge(
  kind: 'MoveObjectTooBig' | 'WrittenObjectsTooLarge' | 'EffectsTooLarge',
  size: number,
  maxSize: number,
): ExecutionFailure {
  return new ExecutionFailure({ kind, size: BigInt(size), maxSize: BigInt(maxSize) });
}

function failedStatus(failed: ExecutionFailure): ExecutionStatus {
  const { error, command } = failed;
  const { cause } = failed;
  const details = cause instanceof Error ? `: ${cause.message}` : '';
  return { success: false, error, command, description: describeError(error, command) + details };
}

function rebateOf(changes: ObjectChanges): bigint {
  let rebate = 0n;
  for (const [id, object] of changes.before) {
    if (changes.writes.has(id) || changes.deleted.has(id) || changes.wrapped.has(id))
      rebate += object.storageRebate;
  }
  return rebate;
}

function storageGas(changes: ObjectChanges, computation: bigint): GasCostSummary {
  let storage = 0n;
  for (const { data } of changes.writes.values()) storage += storageCost(data);
  return gasSummary(computation, storage, rebateOf(changes));
}

/** Gives inputs and the gas coin back to their owners if they are still in their slots. */
function returnInputs(session: Session, touched: readonly PtbSlot[], gasOwner: string): void {
  for (const slot of touched) {
    const { origin } = slot;
    const value = slot.live.get();
    if (value === undefined) continue;
    if (origin.kind === 'object' && isWritable(origin.access)) {
      session.transfer(toVmOwner(origin.object.owner), slot.type, value);
    } else if (origin.kind === 'gas') {
      session.transfer({ kind: 'address', address: gasOwner as Address }, slot.type, value);
    }
  }
}

function isWritable(access: 'owned' | 'immutable' | 'sharedMutable' | 'sharedRead'): boolean {
  return access === 'owned' || access === 'sharedMutable';
}

function toVmOwner(owner: Owner): ObjectOwner {
  switch (owner.kind) {
    case 'address':
      return { kind: 'address', address: owner.address as Address };
    case 'object':
      return { kind: 'object', parent: owner.parent as Address };
    case 'consensusAddress':
      return {
        kind: 'consensusAddress',
        startVersion: owner.startVersion,
        owner: owner.address as Address,
      };
    default:
      return owner;
  }
}

/** A stored package as the VM takes it: the same data, ids branded. */
export function toMovePackage(data: PackageData): MovePackage {
  return data as PackageData & MovePackage;
}

function toPackageData(pkg: MovePackage): PackageData {
  const { id, originalId, version, modules, typeOrigins, linkage } = pkg;
  return { kind: 'package', id, originalId, version, modules, typeOrigins, linkage };
}
