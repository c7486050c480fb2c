/** Transaction data to the protobuf `Transaction`. */

import { GrpcTypes } from '@mysten/sui/grpc';

import type {
  CallArg,
  Command,
  FundsSource,
  ObjectRef,
  TransactionData,
  TransactionExpiration,
  TransactionKind,
} from '../../ledger/api.js';
import { argument, bcs, message, timestamp } from './message.js';

function objectReference(ref: ObjectRef): GrpcTypes.ObjectReference {
  return message(GrpcTypes.ObjectReference, {
    objectId: ref.objectId,
    version: ref.version,
    digest: ref.digest,
  });
}

function fundsSource(source: FundsSource) {
  const sources = GrpcTypes.FundsWithdrawal_Source;
  switch (source.kind) {
    case 'sender':
      return { source: sources.SENDER };
    case 'sponsor':
      return { source: sources.SPONSOR };
    case 'senderAllowance':
      return {
        source: sources.SENDER_ALLOWANCE,
        funder: source.funder,
        allowance: source.allowance,
      };
  }
}

function input(value: CallArg): GrpcTypes.Input {
  const kinds = GrpcTypes.Input_InputKind;
  switch (value.kind) {
    case 'pure':
      return message(GrpcTypes.Input, { kind: kinds.PURE, pure: value.bytes });
    case 'immutableOrOwned':
      return message(GrpcTypes.Input, { kind: kinds.IMMUTABLE_OR_OWNED, ...value.ref });
    case 'receiving':
      return message(GrpcTypes.Input, { kind: kinds.RECEIVING, ...value.ref });
    case 'shared':
      return message(GrpcTypes.Input, {
        kind: kinds.SHARED,
        objectId: value.objectId,
        version: value.initialVersion,
        mutable: value.mutable,
        mutability: value.mutable
          ? GrpcTypes.Input_Mutability.MUTABLE
          : GrpcTypes.Input_Mutability.IMMUTABLE,
      });
    case 'fundsWithdrawal':
      return message(GrpcTypes.Input, {
        kind: kinds.FUNDS_WITHDRAWAL,
        fundsWithdrawal: message(GrpcTypes.FundsWithdrawal, {
          amount: value.amount,
          coinType: value.coinType,
          ...fundsSource(value.source),
        }),
      });
  }
}

function commandBody(value: Command): GrpcTypes.Command['command'] {
  switch (value.kind) {
    case 'moveCall':
      return {
        oneofKind: 'moveCall',
        moveCall: message(GrpcTypes.MoveCall, {
          package: value.package,
          module: value.module,
          function: value.function,
          typeArguments: [...value.typeArguments],
          arguments: value.arguments.map(argument),
        }),
      };
    case 'transferObjects':
      return {
        oneofKind: 'transferObjects',
        transferObjects: message(GrpcTypes.TransferObjects, {
          objects: value.objects.map(argument),
          address: argument(value.address),
        }),
      };
    case 'splitCoins':
      return {
        oneofKind: 'splitCoins',
        splitCoins: message(GrpcTypes.SplitCoins, {
          coin: argument(value.coin),
          amounts: value.amounts.map(argument),
        }),
      };
    case 'mergeCoins':
      return {
        oneofKind: 'mergeCoins',
        mergeCoins: message(GrpcTypes.MergeCoins, {
          coin: argument(value.target),
          coinsToMerge: value.sources.map(argument),
        }),
      };
    case 'publish':
      return {
        oneofKind: 'publish',
        publish: message(GrpcTypes.Publish, {
          modules: [...value.modules],
          dependencies: [...value.dependencies],
        }),
      };
    case 'makeMoveVec':
      return {
        oneofKind: 'makeMoveVector',
        makeMoveVector: message(GrpcTypes.MakeMoveVector, {
          elementType: value.type,
          elements: value.elements.map(argument),
        }),
      };
    case 'upgrade':
      return {
        oneofKind: 'upgrade',
        upgrade: message(GrpcTypes.Upgrade, {
          modules: [...value.modules],
          dependencies: [...value.dependencies],
          package: value.package,
          ticket: argument(value.ticket),
        }),
      };
  }
}

function transactionKind(value: TransactionKind): GrpcTypes.TransactionKind {
  const kinds = GrpcTypes.TransactionKind_Kind;
  switch (value.kind) {
    case 'programmable':
      return message(GrpcTypes.TransactionKind, {
        kind: kinds.PROGRAMMABLE_TRANSACTION,
        data: {
          oneofKind: 'programmableTransaction',
          programmableTransaction: message(GrpcTypes.ProgrammableTransaction, {
            inputs: value.inputs.map(input),
            commands: value.commands.map((command) =>
              message(GrpcTypes.Command, { command: commandBody(command) }),
            ),
          }),
        },
      });
    case 'genesis':
      // The objects are readable as objects; repeating megabytes of bytecode here helps nobody.
      return message(GrpcTypes.TransactionKind, {
        kind: kinds.GENESIS,
        data: { oneofKind: 'genesis', genesis: message(GrpcTypes.GenesisTransaction, {}) },
      });
    case 'consensusCommitPrologue':
      return message(GrpcTypes.TransactionKind, {
        kind: kinds.CONSENSUS_COMMIT_PROLOGUE_V1,
        data: {
          oneofKind: 'consensusCommitPrologue',
          consensusCommitPrologue: message(GrpcTypes.ConsensusCommitPrologue, {
            epoch: value.epoch,
            round: value.round,
            commitTimestamp: timestamp(value.timestampMs),
          }),
        },
      });
  }
}

function expiration(value: TransactionExpiration): GrpcTypes.TransactionExpiration {
  const kinds = GrpcTypes.TransactionExpiration_TransactionExpirationKind;
  switch (value.kind) {
    case 'none':
      return message(GrpcTypes.TransactionExpiration, { kind: kinds.NONE });
    case 'epoch':
      return message(GrpcTypes.TransactionExpiration, { kind: kinds.EPOCH, epoch: value.epoch });
    case 'validDuring':
    case 'validity':
      return message(GrpcTypes.TransactionExpiration, {
        kind: value.kind === 'validity' ? kinds.VALIDITY : kinds.VALID_DURING,
        minEpoch: value.minEpoch,
        epoch: value.maxEpoch,
        minTimestamp:
          value.minTimestampMs === undefined ? undefined : timestamp(value.minTimestampMs),
        maxTimestamp:
          value.maxTimestampMs === undefined ? undefined : timestamp(value.maxTimestampMs),
        chain: value.chain,
        nonce: value.nonce,
        allowedProposers:
          value.kind === 'validity' && value.allowedProposers !== undefined
            ? message(GrpcTypes.AllowedProposers, {
                epoch: value.allowedProposers.epoch,
                proposers: [...value.allowedProposers.proposers],
              })
            : undefined,
      });
  }
}

/**
 * Renders a transaction.
 *
 * @param data - the transaction
 * @param known - its digest and BCS, where they exist (not for unsigned simulations)
 * @returns the complete message
 */
export function renderTransaction(
  data: TransactionData,
  known: { readonly digest?: string; readonly bcs?: Uint8Array },
): GrpcTypes.Transaction {
  return message(GrpcTypes.Transaction, {
    bcs: known.bcs === undefined ? undefined : bcs(known.bcs, 'TransactionData'),
    digest: known.digest,
    version: 1,
    kind: transactionKind(data.kind),
    sender: data.sender,
    gasPayment: message(GrpcTypes.GasPayment, {
      objects: data.gas.payment.map(objectReference),
      owner: data.gas.owner,
      price: data.gas.price,
      budget: data.gas.budget,
    }),
    expiration: expiration(data.expiration),
  });
}
