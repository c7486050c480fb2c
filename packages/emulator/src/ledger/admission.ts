/**
 * Checks before execution (move-vm.md 6.1): a transaction that fails here is refused, nothing is
 * charged. What passes is resolved to the objects it names.
 */

import { coinBalance, makeObject } from './codec/object.js';
import { coinOf, coinTypeOf, parseStruct, SUI_TYPE } from './codec/type-tag.js';
import { ZERO_DIGEST } from './digest.js';
import { LedgerError, type LedgerErrorCode } from './errors.js';
import {
  BASE_GAS_UNITS,
  MAX_ARGUMENTS,
  MAX_BUDGET,
  MAX_COMMANDS,
  MAX_GAS_COINS,
  MAX_GAS_PRICE,
  MAX_INPUT_OBJECTS,
  MAX_MODULES_PER_PUBLISH,
  MAX_PACKAGE_DEPENDENCIES,
  MAX_PUBLISHES,
  MAX_PURE_BYTES,
  MAX_TYPE_ARGUMENT_DEPTH,
  MAX_TYPE_ARGUMENTS,
  MOCK_GAS_BALANCE,
} from './limits.js';
import type {
  CallArg,
  Command,
  LedgerObject,
  ObjectRef,
  ProgrammableTransaction,
  TransactionData,
} from './types.js';

/** Reads current objects. */
export interface StateReader {
  get(id: string): LedgerObject | undefined;
}

/** Facts of the chain that admission and execution need. */
export interface ChainFacts {
  readonly chainId: string;
  readonly epoch: bigint;
  readonly epochTimestampMs: bigint;
  readonly referenceGasPrice: bigint;
  /** Time of the ledger, for validity windows. */
  readonly timestampMs: bigint;
}

/** How an object input may be used. */
export type ObjectAccess = 'owned' | 'immutable' | 'sharedMutable' | 'sharedRead';

/** Input with the object it names. */
export type ResolvedInput =
  | { readonly kind: 'pure'; readonly bytes: Uint8Array }
  | { readonly kind: 'object'; readonly object: LedgerObject; readonly access: ObjectAccess }
  | { readonly kind: 'receiving'; readonly object: LedgerObject };

/** A transaction that may be executed. */
export interface AdmittedTransaction {
  readonly data: TransactionData;
  readonly program: ProgrammableTransaction;
  readonly inputs: readonly ResolvedInput[];
  /** At least one; the first collects the others. */
  readonly gasCoins: readonly LedgerObject[];
  /** Whether the gas coin does not exist in the store. */
  readonly isMockGas: boolean;
  /** Packages named by commands and type arguments. */
  readonly packages: readonly LedgerObject[];
  readonly checks: 'enabled' | 'disabled';
}

/** Id of the made-up gas coin of simulations. */
export const MOCK_GAS_ID = `0x${'6d6f636b'.padStart(64, '0')}`;

/** How a transaction is admitted. */
export interface AdmissionMode {
  readonly checks: 'enabled' | 'disabled';
  /** Make up a gas coin if the payment is empty. */
  readonly mockGas: boolean;
}

/** Admission of signed transactions. */
export const STRICT_ADMISSION: AdmissionMode = { checks: 'enabled', mockGas: false };

/**
 * Checks a transaction against limits and state.
 *
 * @param data - transaction; signatures are checked elsewhere
 * @param state - current objects
 * @throws {LedgerError} naming the rule that is broken
 */
export function admit(
  data: TransactionData,
  state: StateReader,
  chain: ChainFacts,
  mode: AdmissionMode,
): AdmittedTransaction {
  const program = data.kind;
  if (program.kind !== 'programmable') {
    throw refused('LEDGER_INVALID_TRANSACTION', 'system transactions cannot be submitted');
  }
  checkLimits(program);
  checkExpiration(data, chain);
  checkPrice(data, chain);
  const inputs = resolveInputs(program.inputs, data, state, mode);
  const isMockGas = data.gas.payment.length === 0 && mode.mockGas;
  const gasCoins = isMockGas ? [mockGasCoin(data.gas.owner)] : resolveGas(data, state, program);
  return {
    data,
    program,
    inputs,
    gasCoins,
    isMockGas,
    packages: resolvePackages(program.commands, state),
    checks: mode.checks,
  };
}

function refused(
  code: LedgerErrorCode,
  message: string,
  facts?: Record<string, unknown>,
): LedgerError {
  return new LedgerError(code, message, facts);
}

function limit(what: string, value: number, allowed: number): LedgerError {
  return refused('LEDGER_LIMIT_EXCEEDED', `${what}: ${value}, at most ${allowed}`, {
    value,
    allowed,
  });
}

function below(what: string, value: number, bound: number): void {
  if (value >= bound) throw limit(what, value, bound - 1);
}

function checkLimits(program: ProgrammableTransaction): void {
  below('commands', program.commands.length, MAX_COMMANDS);
  let objects = 0;
  for (const input of program.inputs) {
    if (input.kind === 'pure') below('bytes of a pure input', input.bytes.length, MAX_PURE_BYTES);
    else objects++;
  }
  objects += packageIds(program.commands).size;
  if (objects > MAX_INPUT_OBJECTS) throw limit('input objects', objects, MAX_INPUT_OBJECTS);
  let publishes = 0;
  for (const [index, command] of program.commands.entries()) {
    below('arguments', argumentCount(command), MAX_ARGUMENTS);
    if (isEmpty(command)) {
      throw refused(
        'LEDGER_INVALID_TRANSACTION',
        `command ${index} (${command.kind}) has nothing to work on`,
      );
    }
    if (command.kind === 'moveCall') {
      below('type arguments', command.typeArguments.length, MAX_TYPE_ARGUMENTS);
      command.typeArguments.forEach(checkTypeDepth);
    } else if (command.kind === 'makeMoveVec') {
      if (command.type !== undefined) checkTypeDepth(command.type);
    } else if (command.kind === 'publish' || command.kind === 'upgrade') {
      publishes++;
      below('modules', command.modules.length, MAX_MODULES_PER_PUBLISH);
      const dependencies = command.dependencies.length;
      if (dependencies > MAX_PACKAGE_DEPENDENCIES)
        throw limit('dependencies of a package', dependencies, MAX_PACKAGE_DEPENDENCIES);
    }
  }
  if (publishes > MAX_PUBLISHES)
    throw limit('publish and upgrade commands', publishes, MAX_PUBLISHES);
}

/** Counts the nesting of `<`, which is that of the type. */
function checkTypeDepth(type: string): void {
  let depth = 1;
  let deepest = 1;
  for (const character of type) {
    if (character === '<') deepest = Math.max(deepest, ++depth);
    else if (character === '>') depth--;
  }
  below('nesting of a type argument', deepest, MAX_TYPE_ARGUMENT_DEPTH);
}

function argumentCount(command: Command): number {
  switch (command.kind) {
    case 'moveCall':
      return command.arguments.length;
    case 'transferObjects':
      return command.objects.length;
    case 'splitCoins':
      return command.amounts.length;
    case 'mergeCoins':
      return command.sources.length;
    case 'makeMoveVec':
      return command.elements.length;
    case 'publish':
    case 'upgrade':
      return command.dependencies.length;
  }
}

function isEmpty(command: Command): boolean {
  switch (command.kind) {
    case 'moveCall':
      return false;
    case 'transferObjects':
    case 'splitCoins':
    case 'mergeCoins':
      return argumentCount(command) === 0;
    case 'makeMoveVec':
      return command.type === undefined && command.elements.length === 0;
    case 'publish':
    case 'upgrade':
      return command.modules.length === 0;
  }
}

function checkExpiration(data: TransactionData, chain: ChainFacts): void {
  const { expiration } = data;
  if (expiration.kind === 'none') return;
  let isValid: boolean;
  if (expiration.kind === 'epoch') {
    isValid = chain.epoch <= expiration.epoch;
  } else {
    if (expiration.chain !== chain.chainId) {
      throw refused('LEDGER_INVALID_TRANSACTION', `transaction is for chain ${expiration.chain}`);
    }
    const { minEpoch, maxEpoch, minTimestampMs, maxTimestampMs } = expiration;
    isValid =
      (minEpoch === undefined || chain.epoch >= minEpoch) &&
      (maxEpoch === undefined || chain.epoch <= maxEpoch) &&
      (minTimestampMs === undefined || chain.timestampMs >= minTimestampMs) &&
      (maxTimestampMs === undefined || chain.timestampMs <= maxTimestampMs);
  }
  if (!isValid)
    throw refused('LEDGER_INVALID_TRANSACTION', 'transaction is expired or not yet valid');
}

function checkPrice(data: TransactionData, chain: ChainFacts): void {
  const { price, budget } = data.gas;
  if (price < chain.referenceGasPrice) {
    throw refused(
      'LEDGER_INVALID_TRANSACTION',
      `gas price ${price} is below the reference price ${chain.referenceGasPrice}`,
    );
  }
  if (price > MAX_GAS_PRICE) {
    throw refused('LEDGER_INVALID_TRANSACTION', `gas price ${price} is above ${MAX_GAS_PRICE}`);
  }
  if (budget > MAX_BUDGET) {
    throw refused('LEDGER_INVALID_TRANSACTION', `gas budget ${budget} is above ${MAX_BUDGET}`);
  }
  if (budget < BASE_GAS_UNITS * price) {
    throw refused(
      'LEDGER_INVALID_TRANSACTION',
      `gas budget ${budget} is below ${BASE_GAS_UNITS * price}`,
    );
  }
}

/** Finds the object of a reference and checks version and digest. */
function findExact(ref: ObjectRef, state: StateReader): LedgerObject {
  const object = state.get(ref.objectId);
  if (object === undefined) {
    throw refused('LEDGER_OBJECT_NOT_FOUND', `object ${ref.objectId} does not exist`, {
      objectId: ref.objectId,
    });
  }
  if (object.version !== ref.version || object.digest !== ref.digest) {
    throw refused(
      'LEDGER_OBJECT_VERSION',
      `object ${ref.objectId} is at version ${object.version} (digest ${object.digest}), not ${ref.version} (${ref.digest})`,
      { objectId: ref.objectId, version: object.version.toString(), digest: object.digest },
    );
  }
  return object;
}

function resolveInputs(
  inputs: readonly CallArg[],
  data: TransactionData,
  state: StateReader,
  mode: AdmissionMode,
): ResolvedInput[] {
  const seen = new Set<string>();
  const once = (id: string): void => {
    if (seen.has(id)) throw refused('LEDGER_INVALID_TRANSACTION', `object ${id} is an input twice`);
    seen.add(id);
  };
  return inputs.map((input): ResolvedInput => {
    switch (input.kind) {
      case 'pure':
        return input;
      case 'immutableOrOwned': {
        once(input.ref.objectId);
        const object = findExact(input.ref, state);
        return { kind: 'object', object, access: ownedAccess(object, data, mode) };
      }
      case 'shared':
        once(input.objectId);
        return resolveShared(input, data, state, mode);
      case 'receiving': {
        once(input.ref.objectId);
        const object = findExact(input.ref, state);
        if (object.owner.kind !== 'address') {
          throw refused(
            'LEDGER_OBJECT_OWNER',
            `object ${object.objectId} cannot be received: it has no address owner`,
          );
        }
        return { kind: 'receiving', object };
      }
      case 'fundsWithdrawal':
        throw refused('LEDGER_UNSUPPORTED', 'withdrawals from address balances are not supported');
    }
  });
}

function ownedAccess(
  object: LedgerObject,
  data: TransactionData,
  mode: AdmissionMode,
): 'owned' | 'immutable' {
  const { owner, objectId } = object;
  if (object.data.kind === 'package') {
    throw refused('LEDGER_INVALID_TRANSACTION', `package ${objectId} cannot be an object input`);
  }
  if (owner.kind === 'immutable') return 'immutable';
  if (owner.kind === 'address') {
    if (owner.address !== data.sender && mode.checks === 'enabled') {
      throw refused(
        'LEDGER_OBJECT_OWNER',
        `object ${objectId} is owned by ${owner.address}, not by the sender`,
      );
    }
    return 'owned';
  }
  if (owner.kind === 'object') {
    throw refused(
      'LEDGER_OBJECT_OWNER',
      `object ${objectId} is owned by object ${owner.parent} and cannot be an input`,
    );
  }
  throw refused(
    'LEDGER_OBJECT_OWNER',
    `object ${objectId} is shared and was given as an owned input`,
  );
}

function resolveShared(
  input: Extract<CallArg, { kind: 'shared' }>,
  data: TransactionData,
  state: StateReader,
  mode: AdmissionMode,
): ResolvedInput {
  const object = state.get(input.objectId);
  if (object === undefined) {
    throw refused('LEDGER_OBJECT_NOT_FOUND', `object ${input.objectId} does not exist`, {
      objectId: input.objectId,
    });
  }
  const { owner } = object;
  let initialVersion: bigint;
  if (owner.kind === 'shared') {
    initialVersion = owner.initialVersion;
  } else if (owner.kind === 'consensusAddress') {
    initialVersion = owner.startVersion;
    if (owner.address !== data.sender && mode.checks === 'enabled') {
      throw refused(
        'LEDGER_OBJECT_OWNER',
        `object ${object.objectId} is owned by ${owner.address}, not by the sender`,
      );
    }
  } else {
    throw refused('LEDGER_OBJECT_OWNER', `object ${input.objectId} is not shared`);
  }
  if (initialVersion !== input.initialVersion) {
    throw refused(
      'LEDGER_OBJECT_VERSION',
      `object ${input.objectId} is shared since version ${initialVersion}, not ${input.initialVersion}`,
    );
  }
  return { kind: 'object', object, access: input.mutable ? 'sharedMutable' : 'sharedRead' };
}

function resolveGas(
  data: TransactionData,
  state: StateReader,
  program: ProgrammableTransaction,
): LedgerObject[] {
  const { payment, owner, budget } = data.gas;
  if (payment.length === 0) {
    throw refused('LEDGER_INSUFFICIENT_GAS', 'no gas coins: address balances are not supported');
  }
  if (payment.length > MAX_GAS_COINS) throw limit('gas coins', payment.length, MAX_GAS_COINS);
  const ids = new Set(
    program.inputs.map((input) => {
      if (input.kind === 'shared') return input.objectId;
      return input.kind === 'immutableOrOwned' || input.kind === 'receiving'
        ? input.ref.objectId
        : '';
    }),
  );
  let total = 0n;
  const coins = payment.map((ref) => {
    if (ids.has(ref.objectId)) {
      throw refused('LEDGER_INVALID_TRANSACTION', `gas coin ${ref.objectId} is used twice`);
    }
    ids.add(ref.objectId);
    const object = findExact(ref, state);
    if (object.owner.kind !== 'address' || object.owner.address !== owner) {
      throw refused('LEDGER_OBJECT_OWNER', `gas coin ${ref.objectId} is not owned by ${owner}`);
    }
    if (object.data.kind !== 'move' || coinTypeOf(object.data.type) !== SUI_TYPE) {
      throw refused('LEDGER_INVALID_TRANSACTION', `object ${ref.objectId} is no SUI coin`);
    }
    total += coinBalance(object.data.contents);
    return object;
  });
  if (total < budget) {
    throw refused(
      'LEDGER_INSUFFICIENT_GAS',
      `gas coins hold ${total} MIST, less than the budget ${budget}`,
      {
        balance: total.toString(),
        budget: budget.toString(),
      },
    );
  }
  return coins;
}

/** A SUI coin that covers every budget. */
function mockGasCoin(owner: string): LedgerObject {
  const contents = Buffer.alloc(40);
  contents.write(MOCK_GAS_ID.slice(2), 'hex');
  contents.writeBigUInt64LE(MOCK_GAS_BALANCE, 32);
  const data = {
    kind: 'move',
    type: coinOf(SUI_TYPE),
    hasPublicTransfer: true,
    version: 1n,
    contents: new Uint8Array(contents),
  } as const;
  return makeObject({
    data,
    owner: { kind: 'address', address: owner },
    previousTransaction: ZERO_DIGEST,
    // Nobody paid for it: budget estimates subtract its storage cost and must not see a rebate too.
    storageRebate: 0n,
  });
}

/** Packages that commands and their type arguments name. */
function packageIds(commands: readonly Command[]): Set<string> {
  const ids = new Set<string>();
  for (const command of commands) {
    if (command.kind === 'moveCall') {
      ids.add(command.package);
      for (const type of command.typeArguments) addTypePackages(type, ids);
    } else if (command.kind === 'publish' || command.kind === 'upgrade') {
      for (const id of command.dependencies) ids.add(id);
      if (command.kind === 'upgrade') ids.add(command.package);
    } else if (command.kind === 'makeMoveVec' && command.type !== undefined) {
      addTypePackages(command.type, ids);
    }
  }
  return ids;
}

function resolvePackages(commands: readonly Command[], state: StateReader): LedgerObject[] {
  return [...packageIds(commands)].map((id) => {
    const object = state.get(id);
    if (object === undefined) {
      throw refused('LEDGER_OBJECT_NOT_FOUND', `package ${id} does not exist`, { objectId: id });
    }
    if (object.data.kind !== 'package') {
      throw refused('LEDGER_INVALID_TRANSACTION', `object ${id} is no package`);
    }
    return object;
  });
}

function addTypePackages(type: string, ids: Set<string>): void {
  if (type.startsWith('vector<')) {
    addTypePackages(type.slice(7, -1), ids);
    return;
  }
  const struct = parseStruct(type);
  if (struct === undefined) return;
  ids.add(struct.address);
  for (const argument of struct.typeArguments) addTypePackages(argument, ids);
}
