/**
 * A transaction as a client sends it for resolution: inputs and gas data may be incomplete
 * (sui-rpc.md c, "What the resolve request looks like").
 */

import { GrpcTypes } from '@mysten/sui/grpc';

import type {
  Argument,
  CallArg,
  Command,
  FundsSource,
  ObjectRef,
  TransactionExpiration,
} from '../../ledger/api.js';
import { RpcFailure, invalidArgument } from '../status.js';
import { requireAddress, requireDigest, requireType, required } from './normalize.js';

/** Kind of object input a client already decided on. */
export type ObjectInputKind = 'immutableOrOwned' | 'shared' | 'receiving';

/** An object input that the server has to look up. */
export interface UnresolvedObject {
  readonly kind: 'unresolvedObject';
  readonly objectId: string;
  /** Demanded kind, if the client named one. */
  readonly as: ObjectInputKind | undefined;
  /** Demanded version, or initial version of a shared object. */
  readonly version: bigint | undefined;
  readonly digest: string | undefined;
  readonly mutable: boolean | undefined;
}

/** Input of a draft: complete, or an object to be looked up. */
export type DraftInput = CallArg | UnresolvedObject;

/** A transaction with gaps. */
export interface DraftTransaction {
  readonly sender: string;
  readonly inputs: readonly DraftInput[];
  readonly commands: readonly Command[];
  readonly payment: readonly ObjectRef[];
  readonly gasOwner: string | undefined;
  readonly price: bigint | undefined;
  readonly budget: bigint | undefined;
  readonly expiration: TransactionExpiration;
}

/** Largest counts of a programmable transaction (move-vm.md 11), refused before any work. */
const MAX_COMMANDS = 1024;
const MAX_INPUTS = 2048;

function fundsSource(withdrawal: GrpcTypes.FundsWithdrawal): FundsSource {
  const sources = GrpcTypes.FundsWithdrawal_Source;
  switch (withdrawal.source) {
    case sources.SPONSOR:
      return { kind: 'sponsor' };
    case sources.SENDER_ALLOWANCE:
      return {
        kind: 'senderAllowance',
        funder: requireAddress(withdrawal.funder, 'funds_withdrawal.funder'),
        allowance: requireAddress(withdrawal.allowance, 'funds_withdrawal.allowance'),
      };
    default:
      return { kind: 'sender' };
  }
}

function mutability(input: GrpcTypes.Input): boolean | undefined {
  const values = GrpcTypes.Input_Mutability;
  switch (input.mutability) {
    case values.IMMUTABLE:
      return false;
    case values.MUTABLE:
      return true;
    case undefined:
    case values.MUTABILITY_UNKNOWN:
      return input.mutable;
    default:
      throw new RpcFailure('UNIMPLEMENTED', 'this mutability of inputs is not supported');
  }
}

function objectInput(input: GrpcTypes.Input, as: ObjectInputKind | undefined): DraftInput {
  const objectId = requireAddress(input.objectId, 'input.object_id');
  const { version } = input;
  const digest =
    input.digest === undefined ? undefined : requireDigest(input.digest, 'input.digest');
  const mutable = mutability(input);
  if (as === 'shared') {
    if (version !== undefined && mutable !== undefined) {
      return { kind: 'shared', objectId, initialVersion: version, mutable };
    }
  } else if (as !== undefined && version !== undefined && digest !== undefined) {
    return { kind: as, ref: { objectId, version, digest } };
  }
  return { kind: 'unresolvedObject', objectId, as, version, digest, mutable };
}

function parseInput(input: GrpcTypes.Input): DraftInput {
  const kinds = GrpcTypes.Input_InputKind;
  switch (input.kind) {
    case kinds.PURE:
      return { kind: 'pure', bytes: required(input.pure, 'input.pure') };
    case kinds.IMMUTABLE_OR_OWNED:
      return objectInput(input, 'immutableOrOwned');
    case kinds.SHARED:
      return objectInput(input, 'shared');
    case kinds.RECEIVING:
      return objectInput(input, 'receiving');
    case kinds.FUNDS_WITHDRAWAL: {
      const withdrawal = required(input.fundsWithdrawal, 'input.funds_withdrawal');
      return {
        kind: 'fundsWithdrawal',
        amount: required(withdrawal.amount, 'funds_withdrawal.amount'),
        coinType: requireType(withdrawal.coinType, 'funds_withdrawal.coin_type'),
        source: fundsSource(withdrawal),
      };
    }
    default:
      if (input.literal !== undefined) {
        throw new RpcFailure('UNIMPLEMENTED', 'literal inputs are not supported');
      }
      if (input.pure !== undefined) return { kind: 'pure', bytes: input.pure };
      return objectInput(input, undefined);
  }
}

function parseArgument(argument: GrpcTypes.Argument | undefined): Argument {
  const kinds = GrpcTypes.Argument_ArgumentKind;
  switch (argument?.kind) {
    case kinds.GAS:
      return { kind: 'gasCoin' };
    case kinds.INPUT:
      return { kind: 'input', input: required(argument.input, 'argument.input') };
    case kinds.RESULT: {
      const command = required(argument.result, 'argument.result');
      return argument.subresult === undefined
        ? { kind: 'result', command }
        : { kind: 'nestedResult', command, result: argument.subresult };
    }
    default:
      throw invalidArgument('argument without a known kind');
  }
}

function parseCommand({ command }: GrpcTypes.Command): Command {
  switch (command.oneofKind) {
    case 'moveCall': {
      const call = command.moveCall;
      return {
        kind: 'moveCall',
        package: requireAddress(call.package, 'move_call.package'),
        module: required(call.module, 'move_call.module'),
        function: required(call.function, 'move_call.function'),
        typeArguments: call.typeArguments.map((type) => requireType(type, 'type_arguments')),
        arguments: call.arguments.map(parseArgument),
      };
    }
    case 'transferObjects':
      return {
        kind: 'transferObjects',
        objects: command.transferObjects.objects.map(parseArgument),
        address: parseArgument(command.transferObjects.address),
      };
    case 'splitCoins':
      return {
        kind: 'splitCoins',
        coin: parseArgument(command.splitCoins.coin),
        amounts: command.splitCoins.amounts.map(parseArgument),
      };
    case 'mergeCoins':
      return {
        kind: 'mergeCoins',
        target: parseArgument(command.mergeCoins.coin),
        sources: command.mergeCoins.coinsToMerge.map(parseArgument),
      };
    case 'publish':
      return {
        kind: 'publish',
        modules: command.publish.modules,
        dependencies: command.publish.dependencies.map((id) => requireAddress(id, 'dependencies')),
      };
    case 'makeMoveVector':
      return {
        kind: 'makeMoveVec',
        type:
          command.makeMoveVector.elementType === undefined
            ? undefined
            : requireType(command.makeMoveVector.elementType, 'element_type'),
        elements: command.makeMoveVector.elements.map(parseArgument),
      };
    case 'upgrade':
      return {
        kind: 'upgrade',
        modules: command.upgrade.modules,
        dependencies: command.upgrade.dependencies.map((id) => requireAddress(id, 'dependencies')),
        package: requireAddress(command.upgrade.package, 'upgrade.package'),
        ticket: parseArgument(command.upgrade.ticket),
      };
    default:
      throw invalidArgument('command without a known kind');
  }
}

function milliseconds(time: { seconds: bigint; nanos: number } | undefined): bigint | undefined {
  if (time === undefined) return undefined;
  return time.seconds * 1000n + BigInt(Math.floor(time.nanos / 1_000_000));
}

function parseExpiration(
  expiration: GrpcTypes.TransactionExpiration | undefined,
): TransactionExpiration {
  const kinds = GrpcTypes.TransactionExpiration_TransactionExpirationKind;
  switch (expiration?.kind) {
    case undefined:
    case kinds.NONE:
      return { kind: 'none' };
    case kinds.EPOCH:
      return { kind: 'epoch', epoch: required(expiration.epoch, 'expiration.epoch') };
    case kinds.VALID_DURING:
    case kinds.VALIDITY: {
      const window = {
        minEpoch: expiration.minEpoch,
        maxEpoch: expiration.epoch,
        minTimestampMs: milliseconds(expiration.minTimestamp),
        maxTimestampMs: milliseconds(expiration.maxTimestamp),
        chain: requireDigest(expiration.chain, 'expiration.chain'),
        nonce: expiration.nonce ?? 0,
      };
      if (expiration.kind === kinds.VALID_DURING) return { kind: 'validDuring', ...window };
      const allowed = expiration.allowedProposers;
      return {
        kind: 'validity',
        ...window,
        allowedProposers:
          allowed === undefined
            ? undefined
            : { epoch: allowed.epoch ?? 0n, proposers: allowed.proposers },
      };
    }
    default:
      throw invalidArgument('expiration without a known kind');
  }
}

/**
 * Reads a transaction message that may have gaps.
 *
 * @param transaction - message without BCS
 * @returns the draft with every identifier normalised
 * @throws {RpcFailure} INVALID_ARGUMENT for malformed parts, UNIMPLEMENTED for literal inputs
 */
export function parseDraft(transaction: GrpcTypes.Transaction): DraftTransaction {
  const body = transaction.kind?.data;
  if (body?.oneofKind !== 'programmableTransaction') {
    throw invalidArgument('only programmable transactions can be sent');
  }
  const { inputs, commands } = body.programmableTransaction;
  if (inputs.length > MAX_INPUTS) throw invalidArgument(`more than ${MAX_INPUTS} inputs`);
  if (commands.length > MAX_COMMANDS) throw invalidArgument(`more than ${MAX_COMMANDS} commands`);
  const gas = transaction.gasPayment;
  return {
    sender: requireAddress(transaction.sender, 'transaction.sender'),
    inputs: inputs.map(parseInput),
    commands: commands.map(parseCommand),
    payment: (gas?.objects ?? []).map((ref) => ({
      objectId: requireAddress(ref.objectId, 'gas_payment.objects.object_id'),
      version: required(ref.version, 'gas_payment.objects.version'),
      digest: requireDigest(ref.digest, 'gas_payment.objects.digest'),
    })),
    gasOwner: gas?.owner === undefined ? undefined : requireAddress(gas.owner, 'gas_payment.owner'),
    price: gas?.price,
    budget: gas?.budget,
    expiration: parseExpiration(transaction.expiration),
  };
}
