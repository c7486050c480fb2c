/**
 * Places that PTB arguments denote (move-vm.md 6.3): the gas coin, inputs and results, with the facts
 * that static typing tracks about each.
 */

import type { MoveType, MoveValue, Session, Slot, TypeTag } from '../../move/index.js';
import { ABILITY, MoveVmError } from '../../move/index.js';
import type { AdmittedTransaction, ObjectAccess } from '../admission.js';
import { coinBalance, withCoinBalance } from '../codec/object.js';
import { coinOf, SUI_FRAMEWORK, SUI_TYPE } from '../codec/type-tag.js';
import { LedgerError } from '../errors.js';
import type { Argument, LedgerObject, MoveData } from '../types.js';
import { argumentFailure } from './failure.js';
import { checkPureText, isPureType } from './pure.js';

/** Group of values that were together in a command; hot while it holds an unconsumed hot potato. */
export class Clique {
  private parent: Clique | undefined;
  private heat = 0;

  /** Representative after merges. */
  root(): Clique {
    return this.parent === undefined ? this : (this.parent = this.parent.root());
  }

  /** Whether an unconsumed value without `drop` and `store` is among the values. */
  get isHot(): boolean {
    return this.root().heat > 0;
  }

  warm(change: 1 | -1): void {
    this.root().heat += change;
  }

  merge(other: Clique): void {
    const a = this.root();
    const b = other.root();
    if (a === b) return;
    a.heat += b.heat;
    b.parent = a;
  }
}

/** Where a slot comes from. */
export type SlotOrigin =
  | { readonly kind: 'gas' }
  | { readonly kind: 'object'; readonly object: LedgerObject; readonly access: ObjectAccess }
  | { readonly kind: 'pure' }
  | { readonly kind: 'receiving' }
  | { readonly kind: 'result'; readonly command: number; readonly index: number };

/** One place that can hold a value. */
export class PtbSlot {
  readonly type: MoveType;
  readonly origin: SlotOrigin;
  readonly clique = new Clique();
  /** Storage that Move code borrows; results get theirs when their command ran. */
  storage: Slot | undefined;
  /** Static: the value is gone after the commands typed so far. */
  isMoved = false;
  /** Static: the value was copied out at least once. */
  isCopied = false;

  constructor(type: MoveType, origin: SlotOrigin, storage?: Slot) {
    this.type = type;
    this.origin = origin;
    this.storage = storage;
  }

  /** A value that somebody must consume: neither `drop` nor `store`. */
  get isHotPotato(): boolean {
    return (this.type.abilities & (ABILITY.drop | ABILITY.store)) === 0;
  }

  /** Storage of a slot whose value exists at this point of the run. */
  get live(): Slot {
    if (this.storage === undefined)
      throw new LedgerError('LEDGER_STORAGE', 'slot used before its command ran');
    return this.storage;
  }
}

/** Types of the framework that commands need by name. */
export const UPGRADE_CAP = `${SUI_FRAMEWORK}::package::UpgradeCap`;
export const UPGRADE_TICKET = `${SUI_FRAMEWORK}::package::UpgradeTicket`;
export const UPGRADE_RECEIPT = `${SUI_FRAMEWORK}::package::UpgradeReceipt`;

/** Finds the slot of an argument; makes the slots of inputs at first use. */
export class SlotTable {
  private gasSlot: PtbSlot | undefined;
  private readonly inputs = new Map<number, PtbSlot>();
  private readonly typed = new Map<string, PtbSlot>();
  private readonly results: PtbSlot[][] = [];
  private readonly session: Session;
  private readonly tx: AdmittedTransaction;
  private readonly gasBalance: bigint;

  /**
   * @param session - VM session of the transaction
   * @param tx - admitted transaction
   * @param gasBalance - what the gas coin holds while commands run: smashed balance minus budget
   */
  constructor(session: Session, tx: AdmittedTransaction, gasBalance: bigint) {
    this.session = session;
    this.tx = tx;
    this.gasBalance = gasBalance;
  }

  /** Registers the results of the next command. */
  addResults(types: readonly MoveType[]): PtbSlot[] {
    const command = this.results.length;
    const slots = types.map((type, index) => new PtbSlot(type, { kind: 'result', command, index }));
    this.results.push(slots);
    return slots;
  }

  /** All result slots, by command. */
  allResults(): readonly (readonly PtbSlot[])[] {
    return this.results;
  }

  /** Object inputs (and the gas coin) that were touched. */
  touchedObjects(): PtbSlot[] {
    const slots = [...this.inputs.values()];
    if (this.gasSlot !== undefined) slots.push(this.gasSlot);
    return slots;
  }

  /**
   * Finds the slot that an argument denotes when it is used at a type.
   *
   * @param argument - argument of a command
   * @param position - its position, for errors
   * @param expected - type it is used at; undefined if any coin or object will do (then Pure and
   *   Receiving inputs do not fit)
   */
  find(argument: Argument, position: number, expected: MoveType | undefined): PtbSlot {
    switch (argument.kind) {
      case 'gasCoin':
        return (this.gasSlot ??= this.makeGas());
      case 'input':
        return this.findInput(argument.input, position, expected);
      case 'result': {
        const results = this.results[argument.command];
        if (results === undefined) {
          throw argumentFailure(position, { kind: 'IndexOutOfBounds', index: argument.command });
        }
        const [only] = results;
        if (results.length !== 1 || only === undefined) {
          throw argumentFailure(position, { kind: 'InvalidResultArity', result: argument.command });
        }
        return only;
      }
      case 'nestedResult': {
        const results = this.results[argument.command];
        if (results === undefined) {
          throw argumentFailure(position, { kind: 'IndexOutOfBounds', index: argument.command });
        }
        const slot = results[argument.result];
        if (slot === undefined) {
          throw argumentFailure(position, {
            kind: 'SecondaryIndexOutOfBounds',
            result: argument.command,
            secondary: argument.result,
          });
        }
        return slot;
      }
    }
  }

  private findInput(index: number, position: number, expected: MoveType | undefined): PtbSlot {
    const input = this.tx.inputs[index];
    if (input === undefined) throw argumentFailure(position, { kind: 'IndexOutOfBounds', index });
    if (input.kind === 'object') {
      let slot = this.inputs.get(index);
      if (slot === undefined) {
        slot = this.makeObject(input.object, {
          kind: 'object',
          object: input.object,
          access: input.access,
        });
        this.inputs.set(index, slot);
      }
      return slot;
    }
    if (expected === undefined) throw argumentFailure(position, { kind: 'TypeMismatch' });
    const key = `${index} ${expected.toString()}`;
    let slot = this.typed.get(key);
    if (slot === undefined) {
      slot =
        input.kind === 'pure'
          ? this.makePure(input.bytes, position, expected)
          : this.makeReceiving(input.object, position, expected);
      this.typed.set(key, slot);
    }
    return slot;
  }

  private makeGas(): PtbSlot {
    const [coin] = this.tx.gasCoins;
    if (coin === undefined) throw new LedgerError('LEDGER_STORAGE', 'transaction without gas coin');
    const data = coin.data as MoveData;
    const type = this.session.resolveType(coinOf(SUI_TYPE));
    const value = this.session.deserialize(type, withCoinBalance(data.contents, this.gasBalance));
    return new PtbSlot(type, { kind: 'gas' }, this.session.createSlot(type, value));
  }

  private makeObject(object: LedgerObject, origin: SlotOrigin): PtbSlot {
    const data = object.data as MoveData;
    const type = this.session.resolveType(data.type);
    const value = this.session.deserialize(type, data.contents);
    return new PtbSlot(type, origin, this.session.createSlot(type, value));
  }

  private makePure(bytes: Uint8Array, position: number, type: MoveType): PtbSlot {
    const { tag } = type;
    if (this.tx.checks === 'enabled' && !isPureType(tag)) {
      throw argumentFailure(position, { kind: 'InvalidUsageOfPureArg' });
    }
    let value: MoveValue;
    try {
      if (isPureType(tag)) checkPureText(tag, bytes);
      value = this.session.deserialize(type, bytes);
    } catch (cause) {
      if (!(cause instanceof LedgerError || cause instanceof MoveVmError)) throw cause;
      throw argumentFailure(position, { kind: 'InvalidBCSBytes' }, cause);
    }
    return new PtbSlot(type, { kind: 'pure' }, this.session.createSlot(type, value));
  }

  private makeReceiving(object: LedgerObject, position: number, type: MoveType): PtbSlot {
    if (!isReceiving(type.tag)) throw argumentFailure(position, { kind: 'TypeMismatch' });
    // Receiving { id: ID, version: u64 }
    const bytes = Buffer.alloc(40);
    bytes.write(object.objectId.slice(2), 'hex');
    bytes.writeBigUInt64LE(object.version, 32);
    const value = this.session.deserialize(type, new Uint8Array(bytes));
    return new PtbSlot(type, { kind: 'receiving' }, this.session.createSlot(type, value));
  }
}

function isReceiving(tag: TypeTag): boolean {
  if (typeof tag === 'string' || 'vector' in tag) return false;
  const { address, module, name } = tag.struct;
  return address === SUI_FRAMEWORK && module === 'transfer' && name === 'Receiving';
}

/** Balance of an object known to be a coin. */
export function balanceOf(object: LedgerObject): bigint {
  return coinBalance((object.data as MoveData).contents);
}
