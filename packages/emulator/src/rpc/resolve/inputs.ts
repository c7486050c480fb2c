/**
 * Resolution of object inputs: finds out how each object must be named in the signed transaction
 * (sui-rpc.md c, "What the server has to do").
 */

import type {
  Argument,
  CallArg,
  Command,
  Ledger,
  LedgerObject,
  OpenSignature,
} from '../../ledger/api.js';
import { RpcFailure, invalidArgument, notFound } from '../status.js';
import type { DraftInput, DraftTransaction, UnresolvedObject } from './draft.js';

const RECEIVING_TYPE = /^0x0{63}2::transfer::Receiving(<|$)/;

/** How the commands use one input. */
interface Usage {
  /** By value, by mutable reference, or changed by a coin command. */
  isMutated: boolean;
  /** Taken as `Receiving<T>`. */
  isReceived: boolean;
}

function isReceivingParameter(parameter: OpenSignature, typeArguments: readonly string[]): boolean {
  const { body } = parameter;
  if (body.kind === 'datatype') return RECEIVING_TYPE.test(body.type);
  if (body.kind === 'typeParameter') return RECEIVING_TYPE.test(typeArguments[body.index] ?? '');
  return false;
}

/** Collects the uses of the inputs that still have to be looked up. */
function findUsages(
  inputs: readonly DraftInput[],
  commands: readonly Command[],
  ledger: Ledger,
): Usage[] {
  const usages = inputs.map((): Usage => ({ isMutated: false, isReceived: false }));
  const unresolved = (argument: Argument): Usage | undefined => {
    if (argument.kind !== 'input') return undefined;
    return inputs[argument.input]?.kind === 'unresolvedObject' ? usages[argument.input] : undefined;
  };
  const markMutated = (argument: Argument): void => {
    const usage = unresolved(argument);
    if (usage !== undefined) usage.isMutated = true;
  };
  for (const command of commands) {
    switch (command.kind) {
      case 'moveCall': {
        if (!command.arguments.some((argument) => unresolved(argument) !== undefined)) break;
        const name = `${command.package}::${command.module}::${command.function}`;
        const description = ledger.describeFunction(
          command.package,
          command.module,
          command.function,
        );
        if (description === undefined) throw notFound(`function ${name} does not exist`);
        for (const [index, argument] of command.arguments.entries()) {
          const usage = unresolved(argument);
          const parameter = description.parameters[index];
          if (usage === undefined || parameter === undefined) continue;
          if (isReceivingParameter(parameter, command.typeArguments)) usage.isReceived = true;
          if (parameter.reference !== 'immutable') usage.isMutated = true;
        }
        break;
      }
      case 'splitCoins':
        markMutated(command.coin);
        break;
      case 'mergeCoins':
        markMutated(command.target);
        command.sources.forEach(markMutated);
        break;
      case 'makeMoveVec':
        command.elements.forEach(markMutated);
        break;
      default:
        break;
    }
  }
  return usages;
}

function checkReference(input: UnresolvedObject, object: LedgerObject): void {
  if (input.version !== undefined && input.version !== object.version) {
    throw invalidArgument(
      `object ${input.objectId} is at version ${object.version}, not ${input.version}`,
    );
  }
  if (input.digest !== undefined && input.digest !== object.digest) {
    throw invalidArgument(`object ${input.objectId} has digest ${object.digest}`);
  }
}

function resolveObject(input: UnresolvedObject, usage: Usage, ledger: Ledger): CallArg {
  const object = ledger.getObject(input.objectId);
  if (object === undefined) throw notFound(`object ${input.objectId} does not exist`);
  const { owner } = object;
  const demand = (kind: CallArg['kind']): void => {
    if (input.as !== undefined && input.as !== kind) {
      throw invalidArgument(`object ${input.objectId} cannot be a ${input.as} input`);
    }
  };
  const ref = { objectId: object.objectId, version: object.version, digest: object.digest };
  switch (owner.kind) {
    case 'immutable':
      demand('immutableOrOwned');
      checkReference(input, object);
      return { kind: 'immutableOrOwned', ref };
    case 'address': {
      const kind = usage.isReceived || input.as === 'receiving' ? 'receiving' : 'immutableOrOwned';
      demand(kind);
      checkReference(input, object);
      return { kind, ref };
    }
    case 'shared':
    case 'consensusAddress': {
      demand('shared');
      const initialVersion = owner.kind === 'shared' ? owner.initialVersion : owner.startVersion;
      if (input.version !== undefined && input.version !== initialVersion) {
        throw invalidArgument(
          `object ${input.objectId} has initial shared version ${initialVersion}, not ${input.version}`,
        );
      }
      return {
        kind: 'shared',
        objectId: object.objectId,
        initialVersion,
        mutable: input.mutable ?? usage.isMutated,
      };
    }
    case 'object':
      throw invalidArgument(
        `object ${input.objectId} is owned by object ${owner.parent} and cannot be an input`,
      );
  }
}

/**
 * Looks up every object input that the client left open.
 *
 * @param draft - transaction with gaps
 * @param ledger - live objects and function signatures
 * @returns complete inputs, same number and order
 * @throws {RpcFailure} NOT_FOUND for unknown objects and functions, INVALID_ARGUMENT for conflicts
 */
export function resolveInputs(draft: DraftTransaction, ledger: Ledger): CallArg[] {
  const usages = findUsages(draft.inputs, draft.commands, ledger);
  return draft.inputs.map((input, index) => {
    if (input.kind !== 'unresolvedObject') {
      if (input.kind === 'fundsWithdrawal') {
        throw new RpcFailure(
          'UNIMPLEMENTED',
          'withdrawals from address balances are not supported',
        );
      }
      return input;
    }
    return resolveObject(input, usages[index] ?? { isMutated: false, isReceived: false }, ledger);
  });
}
