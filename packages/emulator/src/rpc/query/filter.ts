/**
 * Filters over transactions and events: terms are ORed, literals of a term ANDed, literals may be
 * negated (sui-rpc.md f). A compiled filter knows how to test a record and which index entries hold
 * everything it can match.
 */

import type { GrpcTypes } from '@mysten/sui/grpc';

import type { Dimension, LedgerEvent, TransactionRecord } from '../../ledger/api.js';
import { commandsOf, controllingAddress, eventTypePath } from '../../ledger/dimensions.js';
import { requireAddress, requireType } from '../resolve/normalize.js';
import { invalidArgument } from '../status.js';

/** Tests one item of a record. */
export type Predicate<T> = (record: TransactionRecord, item: T) => boolean;

/** A filter ready to be applied. */
export interface CompiledFilter<T> {
  readonly matches: Predicate<T>;
  /**
   * Every matching transaction has at least one of these; undefined when only a look at all
   * transactions can tell.
   */
  readonly dimensions: readonly Dimension[] | undefined;
}

/** A literal without its sign. */
interface Condition<T> {
  readonly matches: Predicate<T>;
  /** Every match has this; undefined for what no transaction of this chain has. */
  readonly dimension: Dimension | undefined;
}

type TransactionPredicate = GrpcTypes.TransactionLiteral['predicate'];
type EventPredicate = GrpcTypes.EventLiteral['predicate'];

const MAX_TERMS = 32;
const MAX_LITERALS = 16;
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;

/** Rarest first: of several literals of a term the index is asked for one. */
const SELECTIVITY: Readonly<Record<Dimension['kind'], number>> = {
  packageWrite: 0,
  affectedObject: 1,
  eventType: 2,
  emitModule: 3,
  moveCall: 4,
  sender: 5,
  affectedAddress: 6,
  anyEvent: 7,
};

/** Splits `address::name::name` and checks its parts. */
function parsePath(text: string | undefined, field: string, maxNames: number) {
  if (text === undefined || text === '') throw invalidArgument(`missing ${field}`);
  const [first, ...path] = text.split('::');
  if (path.length > maxNames || path.some((name) => !IDENTIFIER.test(name))) {
    throw invalidArgument(`invalid ${field}: ${text.slice(0, 200)}`);
  }
  return { address: requireAddress(first, field), path };
}

function isPrefix(path: readonly string[], of: readonly string[]): boolean {
  return path.every((name, index) => of[index] === name);
}

function senderIs(filter: GrpcTypes.SenderFilter): Condition<unknown> {
  const address = requireAddress(filter.address, 'sender.address');
  return {
    dimension: { kind: 'sender', address },
    matches: (record) => record.transaction.sender === address,
  };
}

function affectsAddress(filter: GrpcTypes.AffectedAddressFilter): Condition<unknown> {
  const address = requireAddress(filter.address, 'affected_address.address');
  return {
    dimension: { kind: 'affectedAddress', address },
    matches: ({ effects }) =>
      effects.changedObjects.some(
        ({ input, output }) =>
          (input !== undefined && controllingAddress(input.owner) === address) ||
          (output?.kind === 'object' && controllingAddress(output.owner) === address),
      ),
  };
}

function affectsObject(filter: GrpcTypes.AffectedObjectFilter): Condition<unknown> {
  const address = requireAddress(filter.objectId, 'affected_object.object_id');
  return {
    dimension: { kind: 'affectedObject', address },
    matches: ({ effects }) => effects.changedObjects.some(({ objectId }) => objectId === address),
  };
}

function calls(filter: GrpcTypes.MoveCallFilter): Condition<unknown> {
  const { address, path } = parsePath(filter.function, 'move_call.function', 2);
  return {
    dimension: { kind: 'moveCall', address, path },
    matches: (record) =>
      commandsOf(record).some(
        (command) =>
          command.kind === 'moveCall' &&
          command.package === address &&
          isPrefix(path, [command.module, command.function]),
      ),
  };
}

function writesPackage(): Condition<unknown> {
  return {
    dimension: { kind: 'packageWrite' },
    matches: ({ effects }) =>
      effects.changedObjects.some(({ output }) => output?.kind === 'package'),
  };
}

function emittedBy(filter: GrpcTypes.EmitModuleFilter): Condition<LedgerEvent> {
  const { address, path } = parsePath(filter.module, 'emit_module.module', 1);
  return {
    dimension: { kind: 'emitModule', address, path },
    matches: (_record, event) => event.packageId === address && isPrefix(path, [event.module]),
  };
}

function typeIs(filter: GrpcTypes.EventTypeFilter): Condition<LedgerEvent> {
  const text = filter.eventType;
  if (text?.includes('<') === true) {
    const type = requireType(text, 'event_type.event_type');
    return {
      dimension: { kind: 'eventType', ...eventTypePath(type) },
      matches: (_record, event) => event.type === type,
    };
  }
  const { address, path } = parsePath(text, 'event_type.event_type', 2);
  return {
    dimension: { kind: 'eventType', address, path },
    matches: (_record, event) => {
      const actual = eventTypePath(event.type);
      return actual.address === address && isPrefix(path, actual.path);
    },
  };
}

/** There are no authenticated event streams on a local chain. */
function writesStream(filter: GrpcTypes.EventStreamHeadFilter): Condition<unknown> {
  requireAddress(filter.streamId, 'event_stream_head.stream_id');
  return { dimension: undefined, matches: () => false };
}

/** A transaction meets an event condition if one of its events does. */
function someEvent({ dimension, matches }: Condition<LedgerEvent>): Condition<unknown> {
  return { dimension, matches: (record) => record.events.some((event) => matches(record, event)) };
}

function transactionCondition(predicate: TransactionPredicate): Condition<unknown> {
  switch (predicate.oneofKind) {
    case 'sender':
      return senderIs(predicate.sender);
    case 'affectedAddress':
      return affectsAddress(predicate.affectedAddress);
    case 'affectedObject':
      return affectsObject(predicate.affectedObject);
    case 'moveCall':
      return calls(predicate.moveCall);
    case 'emitModule':
      return someEvent(emittedBy(predicate.emitModule));
    case 'eventType':
      return someEvent(typeIs(predicate.eventType));
    case 'eventStreamHead':
      return writesStream(predicate.eventStreamHead);
    case 'packageWrite':
      return writesPackage();
    case undefined:
      throw invalidArgument('a literal of the filter has no predicate');
  }
}

function eventCondition(predicate: EventPredicate): Condition<LedgerEvent> {
  switch (predicate.oneofKind) {
    case 'sender':
      return senderIs(predicate.sender);
    case 'emitModule':
      return emittedBy(predicate.emitModule);
    case 'eventType':
      return typeIs(predicate.eventType);
    case 'eventStreamHead':
      return writesStream(predicate.eventStreamHead);
    case undefined:
      throw invalidArgument('a literal of the filter has no predicate');
  }
}

interface Term<P> {
  readonly literals: readonly { readonly negated: boolean; readonly predicate: P }[];
}

function compile<P, T>(
  terms: readonly Term<P>[],
  condition: (predicate: P) => Condition<T>,
): CompiledFilter<T> {
  if (terms.length === 0) throw invalidArgument('the filter has no terms');
  if (terms.length > MAX_TERMS)
    throw invalidArgument(`the filter has more than ${MAX_TERMS} terms`);
  const dimensions: Dimension[] = [];
  let isIndexed = true;
  const tests = terms.map(({ literals }): Predicate<T> => {
    if (literals.length === 0) throw invalidArgument('a term of the filter has no literals');
    if (literals.length > MAX_LITERALS) {
      throw invalidArgument(`a term of the filter has more than ${MAX_LITERALS} literals`);
    }
    const compiled = literals.map(({ negated, predicate }) => ({
      negated,
      ...condition(predicate),
    }));
    const required = compiled.filter(({ negated }) => !negated).map(({ dimension }) => dimension);
    // Without a required property the term can match anywhere; with an impossible one, nowhere.
    if (required.length === 0) isIndexed = false;
    else if (!required.includes(undefined)) {
      const [rarest] = required
        .filter((dimension) => dimension !== undefined)
        .sort((a, b) => SELECTIVITY[a.kind] - SELECTIVITY[b.kind]);
      if (rarest !== undefined) dimensions.push(rarest);
    }
    return (record, item) =>
      compiled.every(({ negated, matches }) => matches(record, item) !== negated);
  });
  return {
    matches: (record, item) => tests.some((test) => test(record, item)),
    dimensions: isIndexed ? dimensions : undefined,
  };
}

/**
 * Compiles a filter of transactions (also of checkpoints, by their transactions).
 *
 * @param filter - as requested; absent matches everything
 * @throws {RpcFailure} INVALID_ARGUMENT for empty, oversized or malformed filters
 */
export function compileTransactionFilter(
  filter: GrpcTypes.TransactionFilter | undefined,
): CompiledFilter<unknown> {
  return filter === undefined
    ? { matches: () => true, dimensions: undefined }
    : compile(filter.terms, transactionCondition);
}

/**
 * Compiles a filter of events.
 *
 * @param filter - as requested; absent matches everything
 * @throws {RpcFailure} INVALID_ARGUMENT for empty, oversized or malformed filters
 */
export function compileEventFilter(
  filter: GrpcTypes.EventFilter | undefined,
): CompiledFilter<LedgerEvent> {
  const compiled =
    filter === undefined
      ? { matches: () => true, dimensions: undefined }
      : compile(filter.terms, eventCondition);
  // Most transactions of an idle chain only set its clock: they are passed over.
  return { ...compiled, dimensions: compiled.dimensions ?? [{ kind: 'anyEvent' }] };
}
