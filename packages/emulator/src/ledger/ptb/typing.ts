/**
 * Static typing of a programmable transaction (move-vm.md 6.3 to 6.6): finds every function, gives every
 * argument its slot and the way it is taken, and refuses what can be refused before anything runs.
 */

import { ABILITY, MoveVmError } from '../../move/index.js';
import type { FunctionInstance, MoveType, Session, TypeTag } from '../../move/index.js';
import type { AdmittedTransaction } from '../admission.js';
import { SUI_FRAMEWORK } from '../codec/type-tag.js';
import type { Argument, Command } from '../types.js';
import { argumentFailure, ExecutionFailure, failure, toFailure } from './failure.js';
import {
  UPGRADE_CAP,
  UPGRADE_RECEIPT,
  UPGRADE_TICKET,
  type PtbSlot,
  type SlotTable,
} from './slots.js';

/** How an argument is taken from its slot. */
export type Taking = 'borrow' | 'borrowMutable' | 'move' | 'copy';

/** Argument with its slot. */
export interface TypedArgument {
  readonly argument: Argument;
  readonly slot: PtbSlot;
  readonly taking: Taking;
}

/** Command ready to run. */
export type TypedCommand = {
  readonly results: readonly PtbSlot[];
  readonly arguments: readonly TypedArgument[];
} & (
  | { readonly kind: 'moveCall'; readonly fn: FunctionInstance }
  | { readonly kind: 'transferObjects' }
  | { readonly kind: 'splitCoins'; readonly coinType: MoveType }
  | { readonly kind: 'mergeCoins' }
  | { readonly kind: 'makeMoveVec' }
  | { readonly kind: 'publish'; readonly command: Extract<Command, { kind: 'publish' }> }
  | { readonly kind: 'upgrade'; readonly command: Extract<Command, { kind: 'upgrade' }> }
);

type Passing = 'value' | 'reference' | 'mutable';

/**
 * Types all commands of a transaction.
 *
 * @param session - VM session
 * @param tx - admitted transaction
 * @param table - slots of the transaction
 * @throws {ExecutionFailure} with the index of the command
 */
export function typeCommands(
  session: Session,
  tx: AdmittedTransaction,
  table: SlotTable,
): TypedCommand[] {
  const typer = new Typer(session, tx, table);
  const typed = tx.program.commands.map((command, index) => {
    try {
      return typer.type(command);
    } catch (thrown) {
      throw toFailure(thrown, index);
    }
  });
  if (tx.checks === 'enabled') checkLeftovers(table);
  return typed;
}

/** Results nobody took must have `drop` (a copyable one used by value counts as moved by its last use). */
function checkLeftovers(table: SlotTable): void {
  for (const [result, slots] of table.allResults().entries()) {
    for (const [secondary, slot] of slots.entries()) {
      const { abilities } = slot.type;
      const isConsumed = slot.isMoved || (slot.isCopied && (abilities & ABILITY.copy) !== 0);
      if (!isConsumed && (abilities & ABILITY.drop) === 0) {
        throw new ExecutionFailure({ kind: 'UnusedValueWithoutDrop', result, secondary });
      }
    }
  }
}

class Typer {
  private readonly session: Session;
  private readonly tx: AdmittedTransaction;
  private readonly table: SlotTable;

  constructor(session: Session, tx: AdmittedTransaction, table: SlotTable) {
    this.session = session;
    this.tx = tx;
    this.table = table;
  }

  type(command: Command): TypedCommand {
    switch (command.kind) {
      case 'moveCall':
        return this.moveCall(command);
      case 'transferObjects': {
        const taken = new Takings(this.tx);
        const objects = command.objects.map((argument, position) => {
          const slot = this.table.find(argument, position, undefined);
          const required = ABILITY.key | ABILITY.store;
          if ((slot.type.abilities & required) !== required) {
            throw argumentFailure(position, { kind: 'InvalidTransferObject' });
          }
          return taken.take(argument, slot, position, 'value', { allowGas: true });
        });
        const position = command.objects.length;
        const address = this.session.resolveType('address');
        const recipient = this.take(taken, command.address, position, address, 'value');
        return this.finish({ kind: 'transferObjects' }, [...objects, recipient], []);
      }
      case 'splitCoins': {
        const taken = new Takings(this.tx);
        const coin = this.takeCoin(taken, command.coin, 0, 'mutable');
        const u64 = this.session.resolveType('u64');
        const amounts = command.amounts.map((amount, i) =>
          this.take(taken, amount, i + 1, u64, 'value'),
        );
        const coinType = coin.slot.type;
        return this.finish(
          { kind: 'splitCoins', coinType },
          [coin, ...amounts],
          amounts.map(() => coinType),
        );
      }
      case 'mergeCoins': {
        const taken = new Takings(this.tx);
        const target = this.takeCoin(taken, command.target, 0, 'mutable');
        const sources = command.sources.map((source, i) => {
          const slot = this.table.find(source, i + 1, target.slot.type);
          if (slot.type !== target.slot.type)
            throw argumentFailure(i + 1, { kind: 'TypeMismatch' });
          return taken.take(source, slot, i + 1, 'value');
        });
        return this.finish({ kind: 'mergeCoins' }, [target, ...sources], []);
      }
      case 'makeMoveVec': {
        const taken = new Takings(this.tx);
        const element = this.vectorElement(command);
        const elements = command.elements.map((argument, i) =>
          this.take(taken, argument, i, element, 'value'),
        );
        return this.finish({ kind: 'makeMoveVec' }, elements, [this.session.vectorType(element)]);
      }
      case 'publish':
        return this.finish(
          { kind: 'publish', command },
          [],
          [this.session.resolveType(UPGRADE_CAP)],
        );
      case 'upgrade': {
        const ticketType = this.session.resolveType(UPGRADE_TICKET);
        const ticket = this.take(new Takings(this.tx), command.ticket, 0, ticketType, 'value');
        return this.finish(
          { kind: 'upgrade', command },
          [ticket],
          [this.session.resolveType(UPGRADE_RECEIPT)],
        );
      }
    }
  }

  private moveCall(command: Extract<Command, { kind: 'moveCall' }>): TypedCommand {
    const fn = this.instantiate(command);
    const parameters = fn.parameters.filter((parameter) => !parameter.isTxContext);
    if (parameters.length !== command.arguments.length) throw failure('ArityMismatch');
    const isChecked = this.tx.checks === 'enabled';
    if (isChecked) {
      fn.returns.forEach((result, index) => {
        if (result.passing !== 'value') {
          throw new ExecutionFailure({ kind: 'InvalidPublicFunctionReturnType', index });
        }
      });
    }
    const taken = new Takings(this.tx);
    const args = parameters.map((parameter, position) => {
      const argument = command.arguments[position];
      if (argument === undefined) throw failure('ArityMismatch');
      return this.take(taken, argument, position, parameter.type, parameter.passing);
    });
    if (isChecked && fn.info.visibility !== 'public') checkEntanglement(args);
    // A returned reference (simulation without checks only) becomes a copy of what it points to.
    return this.finish(
      { kind: 'moveCall', fn },
      args,
      fn.returns.map((result) => result.type),
    );
  }

  private instantiate(command: Extract<Command, { kind: 'moveCall' }>): FunctionInstance {
    const { session } = this;
    const info = session.findFunction(asId(command.package), command.module, command.function);
    if (info === undefined) throw failure('FunctionNotFound');
    if (this.tx.checks === 'enabled') {
      const isCallable = info.visibility === 'public' || info.isEntry;
      if (!isCallable || info.hasInternalTypeParameter) throw failure('NonEntryFunctionInvoked');
    }
    const typeArguments = command.typeArguments.map((type, argument) =>
      this.resolveType(type, argument),
    );
    try {
      return session.instantiate(info, typeArguments);
    } catch (thrown) {
      if (!(thrown instanceof MoveVmError)) throw thrown;
      if (thrown.status === 'NUMBER_OF_TYPE_ARGUMENTS_MISMATCH')
        throw failure('TypeArityMismatch', thrown);
      if (thrown.status !== 'CONSTRAINT_NOT_SATISFIED') throw thrown;
      throw typeArgumentFailure(thrown.subStatus ?? 0, 'ConstraintNotSatisfied', thrown);
    }
  }

  private resolveType(type: string, argument: number): MoveType {
    try {
      return this.session.resolveType(type);
    } catch (thrown) {
      if (!(thrown instanceof MoveVmError)) throw thrown;
      switch (thrown.status) {
        case 'NUMBER_OF_TYPE_ARGUMENTS_MISMATCH':
          throw failure('TypeArityMismatch', thrown);
        case 'CONSTRAINT_NOT_SATISFIED':
          throw typeArgumentFailure(argument, 'ConstraintNotSatisfied', thrown);
        case 'VM_MAX_TYPE_DEPTH_REACHED':
          throw thrown;
        default:
          throw typeArgumentFailure(argument, 'TypeNotFound', thrown);
      }
    }
  }

  private vectorElement(command: Extract<Command, { kind: 'makeMoveVec' }>): MoveType {
    if (command.type !== undefined) return this.resolveType(command.type, 0);
    const [first] = command.elements;
    if (first === undefined)
      throw argumentFailure(0, { kind: 'InvalidMakeMoveVecNonObjectArgument' });
    const isValueInput =
      first.kind === 'input' &&
      ['pure', 'receiving'].includes(this.tx.inputs[first.input]?.kind ?? '');
    const type = isValueInput ? undefined : this.table.find(first, 0, undefined).type;
    if (type === undefined || (type.abilities & ABILITY.key) === 0) {
      throw argumentFailure(0, { kind: 'InvalidMakeMoveVecNonObjectArgument' });
    }
    return type;
  }

  private take(
    taken: Takings,
    argument: Argument,
    position: number,
    type: MoveType,
    passing: Passing,
  ): TypedArgument {
    const slot = this.table.find(argument, position, type);
    if (slot.type !== type) throw argumentFailure(position, { kind: 'TypeMismatch' });
    return taken.take(argument, slot, position, passing);
  }

  private takeCoin(
    taken: Takings,
    argument: Argument,
    position: number,
    passing: Passing,
  ): TypedArgument {
    const slot = this.table.find(argument, position, undefined);
    if (!isCoin(slot.type.tag)) throw argumentFailure(position, { kind: 'TypeMismatch' });
    return taken.take(argument, slot, position, passing);
  }

  private finish(
    command: DistributiveOmit<TypedCommand, 'results' | 'arguments'>,
    args: readonly TypedArgument[],
    resultTypes: readonly MoveType[],
  ): TypedCommand {
    const results = this.table.addResults(resultTypes);
    joinClique(args, results);
    return { ...command, arguments: args, results };
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** The arguments of one command: finds conflicts between them. */
class Takings {
  private readonly taken: TypedArgument[] = [];
  private readonly tx: AdmittedTransaction;

  constructor(tx: AdmittedTransaction) {
    this.tx = tx;
  }

  take(
    argument: Argument,
    slot: PtbSlot,
    position: number,
    passing: Passing,
    options: { readonly allowGas?: boolean } = {},
  ): TypedArgument {
    if (slot.isMoved) throw argumentFailure(position, { kind: 'ArgumentWithoutValue' });
    const taking = takingOf(slot, passing);
    const isExclusive = taking === 'move' || taking === 'borrowMutable';
    if (isExclusive && this.tx.checks === 'enabled')
      this.checkAccess(slot, position, taking, options.allowGas === true);
    for (const other of this.taken) {
      // A copy that was taken before borrows nothing.
      if (other.slot !== slot || other.taking === 'copy') continue;
      if (taking === 'move') throw argumentFailure(position, { kind: 'CannotMoveBorrowedValue' });
      if (taking === 'borrowMutable' || other.taking === 'borrowMutable') {
        throw argumentFailure(position, { kind: 'InvalidReferenceArgument' });
      }
    }
    if (taking === 'move') slot.isMoved = true;
    if (taking === 'copy') slot.isCopied = true;
    const typed = { argument, slot, taking };
    this.taken.push(typed);
    return typed;
  }

  private checkAccess(slot: PtbSlot, position: number, taking: Taking, allowGas: boolean): void {
    const { origin } = slot;
    if (origin.kind === 'gas' && taking === 'move' && !allowGas) {
      throw argumentFailure(position, { kind: 'InvalidGasCoinUsage' });
    }
    if (origin.kind !== 'object') return;
    if (origin.access === 'immutable' || origin.access === 'sharedRead') {
      throw argumentFailure(position, {
        kind: taking === 'move' ? 'InvalidObjectByValue' : 'InvalidObjectByMutRef',
      });
    }
  }
}

function typeArgumentFailure(
  argument: number,
  error: 'TypeNotFound' | 'ConstraintNotSatisfied',
  cause: MoveVmError,
): ExecutionFailure {
  return new ExecutionFailure({ kind: 'TypeArgumentError', argument, error }, cause);
}

function takingOf(slot: PtbSlot, passing: Passing): Taking {
  if (passing === 'reference') return 'borrow';
  if (passing === 'mutable') return 'borrowMutable';
  return (slot.type.abilities & ABILITY.copy) === 0 ? 'move' : 'copy';
}

/** A private entry function must not see values tied to an unconsumed hot potato (6.5). */
function checkEntanglement(args: readonly TypedArgument[]): void {
  const released = args.filter(({ slot, taking }) => taking === 'move' && slot.isHotPotato);
  for (const { slot } of released) slot.clique.warm(-1);
  for (const [position, { slot }] of args.entries()) {
    if (slot.clique.isHot)
      throw argumentFailure(position, { kind: 'InvalidArgumentToPrivateEntryFunction' });
  }
  for (const { slot } of released) slot.clique.warm(1);
}

function joinClique(args: readonly TypedArgument[], results: readonly PtbSlot[]): void {
  const all = [...args.map(({ slot }) => slot), ...results];
  const [first] = all;
  if (first === undefined) return;
  for (const { slot, taking } of args) {
    if (taking === 'move' && slot.isHotPotato) slot.clique.warm(-1);
  }
  for (const slot of all) first.clique.merge(slot.clique);
  for (const slot of results) {
    if (slot.isHotPotato) slot.clique.warm(1);
  }
}

function isCoin(tag: TypeTag): boolean {
  if (typeof tag === 'string' || 'vector' in tag) return false;
  const { address, module, name } = tag.struct;
  return address === SUI_FRAMEWORK && module === 'coin' && name === 'Coin';
}

function asId(id: string): Parameters<Session['findFunction']>[0] {
  return id as Parameters<Session['findFunction']>[0];
}
