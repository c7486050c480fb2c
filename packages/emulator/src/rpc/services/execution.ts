/** TransactionExecutionService: execution and simulation with resolution (sui-rpc.md b and c). */

import { GrpcTypes } from '@mysten/sui/grpc';

import type { CommandValue, Ledger, SimulationResult, TransactionData } from '../../ledger/api.js';
import { decodeTransactionData, encodeTransactionData } from '../../ledger/codec/transaction.js';
import { applyMask, compileMask, selectionAt } from '../mask.js';
import type { Selection } from '../mask.js';
import { unary } from '../method.js';
import type { RpcMethod } from '../method.js';
import { renderExecuted } from '../render/executed.js';
import { argument, bcs, jsonValue, message } from '../render/message.js';
import { renderTransaction } from '../render/transaction.js';
import { parseDraft } from '../resolve/draft.js';
import { MAX_BUDGET, completeGas } from '../resolve/gas.js';
import { resolveInputs } from '../resolve/inputs.js';
import { required } from '../resolve/normalize.js';
import { invalidArgument } from '../status.js';
import { transactionMask } from './ledger.js';

const {
  ExecuteTransactionRequest,
  ExecuteTransactionResponse,
  SimulateTransactionRequest,
  SimulateTransactionRequest_TransactionChecks: Checks,
  SimulateTransactionResponse,
  TransactionExecutionService,
} = GrpcTypes;

const MAX_SIGNATURES = 16;

/** The bytes to execute: as sent, or encoded from a message without gaps. */
function transactionBytes(transaction: GrpcTypes.Transaction): Uint8Array {
  if (transaction.bcs !== undefined)
    return required(transaction.bcs.value, 'transaction.bcs.value');
  const draft = parseDraft(transaction);
  const inputs = draft.inputs.map((input) => {
    if (input.kind === 'unresolvedObject') {
      throw invalidArgument(`input ${input.objectId} is not resolved`);
    }
    return input;
  });
  return encodeTransactionData({
    kind: { kind: 'programmable', inputs, commands: draft.commands },
    sender: draft.sender,
    gas: {
      payment: draft.payment,
      owner: draft.gasOwner ?? draft.sender,
      price: required(draft.price, 'gas_payment.price'),
      budget: required(draft.budget, 'gas_payment.budget'),
    },
    expiration: draft.expiration,
  });
}

function signatureBytes(signature: GrpcTypes.UserSignature): Uint8Array {
  if (signature.bcs?.value !== undefined) return signature.bcs.value;
  if (signature.signature.oneofKind === 'simple') {
    const { simple } = signature.signature;
    const scheme = required(simple.scheme ?? signature.scheme, 'signature.scheme');
    return Buffer.concat([
      Uint8Array.of(scheme),
      required(simple.signature, 'signature.signature'),
      required(simple.publicKey, 'signature.public_key'),
    ]);
  }
  throw invalidArgument('signatures[] must hold bcs or a simple signature');
}

/** A transaction without gaps and how to run it. */
interface Resolved {
  readonly transaction: TransactionData;
  readonly isMockGas: boolean;
}

/** Completes the transaction of a simulation request. */
function resolve(ledger: Ledger, request: GrpcTypes.SimulateTransactionRequest): Resolved {
  const sent = required(request.transaction, 'transaction');
  const isChecked = request.checks !== Checks.DISABLED;
  let transaction: TransactionData;
  let hasBudget = true;
  if (sent.bcs !== undefined) {
    transaction = decodeTransactionData(required(sent.bcs.value, 'transaction.bcs.value'));
    if (transaction.kind.kind !== 'programmable') {
      throw invalidArgument('only programmable transactions can be simulated');
    }
    // Bytes with a payment are complete. Without one, the budget in them is a place-holder when
    // the server is to choose the gas.
    hasBudget = !(request.doGasSelection === true && transaction.gas.payment.length === 0);
  } else {
    const draft = parseDraft(sent);
    const { budget } = draft;
    hasBudget = budget !== undefined;
    transaction = {
      kind: {
        kind: 'programmable',
        inputs: resolveInputs(draft, ledger),
        commands: draft.commands,
      },
      sender: draft.sender,
      gas: {
        payment: draft.payment,
        owner: draft.gasOwner ?? draft.sender,
        price: draft.price ?? ledger.referenceGasPrice(),
        budget: budget ?? MAX_BUDGET,
      },
      expiration: draft.expiration,
    };
  }
  if (isChecked) {
    transaction = completeGas(ledger, transaction, {
      hasBudget,
      doGasSelection: request.doGasSelection === true,
    });
  }
  return { transaction, isMockGas: transaction.gas.payment.length === 0 };
}

function commandOutput(value: CommandValue, ledger: Ledger): GrpcTypes.CommandOutput {
  return message(GrpcTypes.CommandOutput, {
    argument: value.argument === undefined ? undefined : argument(value.argument),
    value: bcs(value.bcs, value.type),
    json: jsonValue(ledger.renderJson(value.type, value.bcs)),
  });
}

function renderSimulation(
  result: SimulationResult,
  transaction: TransactionData,
  ledger: Ledger,
  selection: Selection,
): GrpcTypes.SimulateTransactionResponse {
  const executedSelection = selectionAt(selection, 'transaction');
  const outputsSelection = selectionAt(selection, 'commandOutputs');
  const response = message(SimulateTransactionResponse, {
    transaction:
      executedSelection === undefined
        ? undefined
        : renderExecuted(result.record, ledger, executedSelection, {
            transaction: renderTransaction(transaction, {
              digest: result.record.digest,
              bcs: encodeTransactionData(transaction),
            }),
            writtenObjects: result.writtenObjects,
          }),
    commandOutputs:
      outputsSelection === undefined
        ? []
        : result.commandResults.map((command) =>
            message(GrpcTypes.CommandResult, {
              returnValues: command.returnValues.map((value) => commandOutput(value, ledger)),
              mutatedByRef: command.mutatedByRef.map((value) => commandOutput(value, ledger)),
            }),
          ),
    suggestedGasPrice: ledger.referenceGasPrice(),
  });
  return applyMask(SimulateTransactionResponse, response, selection);
}

/**
 * Makes the methods of TransactionExecutionService.
 *
 * @param ledger - the chain
 * @returns ExecuteTransaction, SimulateTransaction
 */
export function executionMethods(ledger: Ledger): RpcMethod[] {
  return [
    unary(
      TransactionExecutionService,
      'ExecuteTransaction',
      ExecuteTransactionRequest,
      ExecuteTransactionResponse,
      async (request) => {
        const selection = transactionMask(request.readMask);
        const bytes = transactionBytes(required(request.transaction, 'transaction'));
        if (request.signatures.length > MAX_SIGNATURES)
          throw invalidArgument('too many signatures');
        const record = await ledger.execute(bytes, request.signatures.map(signatureBytes));
        return message(ExecuteTransactionResponse, {
          transaction: renderExecuted(record, ledger, selection),
        });
      },
    ),
    unary(
      TransactionExecutionService,
      'SimulateTransaction',
      SimulateTransactionRequest,
      SimulateTransactionResponse,
      (request) => {
        const selection = compileMask(SimulateTransactionResponse, request.readMask, ['*']);
        const { transaction, isMockGas } = resolve(ledger, request);
        const result = ledger.simulate(transaction, {
          checks: request.checks === Checks.DISABLED ? 'disabled' : 'enabled',
          mockGas: isMockGas,
        });
        return renderSimulation(result, transaction, ledger, selection);
      },
    ),
  ];
}
