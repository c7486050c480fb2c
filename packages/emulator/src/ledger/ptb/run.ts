/** Runs typed commands in order (move-vm.md 6.5). */

import type {
  CallArgument,
  MovePackage,
  MoveType,
  MoveValue,
  PackageStore,
  Session,
} from '../../move/index.js';
import type { GasMeter } from '../../move/index.js';
import type { CommandResult, CommandValue } from '../api.js';
import { failure, toFailure } from './failure.js';
import { publish, upgrade, type PublishContext } from './publish.js';
import type { TypedArgument, TypedCommand } from './typing.js';

const MAX_U64 = 0xffff_ffff_ffff_ffffn;

/** What running needs. */
export interface RunContext {
  readonly session: Session;
  readonly packages: PackageStore;
  readonly meter: GasMeter;
  /** Whether to keep the values of every command, for simulations. */
  readonly keepResults: boolean;
  addPackage(pkg: MovePackage): void;
}

/**
 * Runs commands.
 *
 * @param results - receives the outcome of each command that ran to its end (with `keepResults`)
 * @throws {ExecutionFailure} with the index of the failing command
 */
export function runCommands(
  context: RunContext,
  commands: readonly TypedCommand[],
  results: CommandResult[],
): void {
  for (const [index, command] of commands.entries()) {
    try {
      const values = run(context, command);
      command.results.forEach((slot, i) => {
        const value = values[i];
        if (value !== undefined) slot.storage = context.session.createSlot(slot.type, value);
      });
      if (context.keepResults) results.push(outcome(context.session, command));
    } catch (thrown) {
      throw toFailure(thrown, index);
    }
  }
}

function run(context: RunContext, command: TypedCommand): readonly MoveValue[] {
  const { session } = context;
  const args = command.arguments;
  switch (command.kind) {
    case 'moveCall': {
      const { fn } = command;
      const values = session.call(
        fn,
        args.map((argument) => callArgument(session, argument)),
      );
      session.stampEvents(fn.info.package, fn.info.module);
      return values.map((value, i) =>
        fn.returns[i]?.passing === 'value' ? value : session.readReference(value),
      );
    }
    case 'transferObjects': {
      const objects = args
        .slice(0, -1)
        .map((argument) => [argument.slot.type, take(session, argument)] as const);
      const recipient = args.at(-1);
      if (recipient === undefined) throw failure('InvariantViolation');
      const address = session.asAddress(take(session, recipient));
      for (const [type, value] of objects)
        session.transfer({ kind: 'address', address }, type, value);
      return [];
    }
    case 'splitCoins':
      return splitCoins(session, args);
    case 'mergeCoins':
      mergeCoins(session, args);
      return [];
    case 'makeMoveVec':
      return [session.makeVector(args.map((argument) => take(session, argument)))];
    case 'publish':
      return [publish(publishContext(context), command.command)];
    case 'upgrade': {
      const [ticket] = args;
      if (ticket === undefined) throw failure('InvariantViolation');
      return [upgrade(publishContext(context), command.command, take(session, ticket))];
    }
  }
}

function publishContext(context: RunContext): PublishContext {
  return context;
}

function callArgument(session: Session, argument: TypedArgument): CallArgument {
  if (argument.taking === 'borrow' || argument.taking === 'borrowMutable') {
    return { kind: 'borrow', slot: argument.slot.live };
  }
  return { kind: 'value', value: take(session, argument) };
}

/** Takes a value out of its slot, or a copy of it. */
function take(session: Session, { slot, taking }: TypedArgument): MoveValue {
  const value = peek(slot.live.get());
  if (taking === 'copy') return session.copyValue(value);
  slot.live.set(undefined);
  return value;
}

function peek(value: MoveValue | undefined): MoveValue {
  if (value === undefined) throw failure('VMInvariantViolation');
  return value;
}

function splitCoins(session: Session, args: readonly TypedArgument[]): MoveValue[] {
  const [source, ...rest] = args;
  if (source === undefined) throw failure('InvariantViolation');
  const amounts = rest.map((argument) => session.asU64(take(session, argument)));
  const total = amounts.reduce((sum, amount) => sum + amount, 0n);
  if (total > MAX_U64) throw failure('CoinBalanceOverflow');
  const coin = peek(source.slot.live.get());
  const balance = session.coinBalance(coin);
  if (total > balance) throw failure('InsufficientCoinBalance');
  session.setCoinBalance(coin, balance - total);
  return amounts.map((amount) => session.makeCoin(session.freshId(), amount));
}

function mergeCoins(session: Session, args: readonly TypedArgument[]): void {
  const [target, ...sources] = args;
  if (target === undefined) throw failure('InvariantViolation');
  let total = session.coinBalance(peek(target.slot.live.get()));
  for (const argument of sources) {
    const coin = take(session, argument);
    total += session.coinBalance(coin);
    if (total > MAX_U64) throw failure('CoinBalanceOverflow');
    session.deleteId(session.objectId(coin));
  }
  session.setCoinBalance(peek(target.slot.live.get()), total);
}

function outcome(session: Session, command: TypedCommand): CommandResult {
  const encode = (type: MoveType, value: MoveValue | undefined): CommandValue[] =>
    value === undefined ? [] : [{ type: type.toString(), bcs: session.serialize(type, value) }];
  return {
    returnValues: command.results.flatMap(({ type, storage }) => encode(type, storage?.get())),
    mutatedByRef: command.arguments
      .filter(({ taking }) => taking === 'borrowMutable')
      .flatMap(({ argument, slot }) =>
        encode(slot.type, slot.storage?.get()).map((value) => ({ ...value, argument })),
      ),
  };
}
